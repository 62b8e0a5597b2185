"""How a figure travels: typed once, then the same on every face, to the cent.

Form, row, core, page, table, derivation, paper, grid, REST, budget plan, CSV; then frozen as a version, and pulled
again after everything has changed, with the same bytes. Faces that the house does not have yet (documents) join here
when they come.
"""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pghistory.models
import pytest

from funding.models import ForecastVersion, Programme
from funding.selectors import programme_state
from kim.amounts import parse_amount
from kim.figures import Figure
from kim.models import ApiToken
from staffing.models import PositionCost
from tests.funding.rest import KIM, ROOT, parse, with_token
from tests.pages import Page, payload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from kim.models import User

BASE = "/programme/kim-nrw"
TYPED = "90.000,01"
SOURCE = "Stellenbewertung vom 03.02.2022"

# 90,000.01 instead of 86,259.25: 3,740.76 more, all of it for the city, because the lump sum stays as it is.
SHORTFALL = Decimal("340398.00")
EXPENSE = Decimal("965998.00")
OF_MODULE = Decimal("160036.97")
OF_POSITION = Decimal("35000.01")


def type_the_amount(client: Client) -> str:
    """Open the form, change amount and source, send it; returns where it led."""
    cost = PositionCost.objects.get(position__reference="KIM-2.1", fiscal_year=2022)
    path = f"{BASE}/stellen/{cost.position_id}/kosten/2022/"
    answer = client.post(
        path, payload(Page(client.get(path)), amount=TYPED, source=SOURCE, source_status="verified", note="")
    )
    assert answer.status_code == 302
    return str(answer["Location"])


def cell(page: Page, caption: str, row: str, column: str) -> Decimal:
    """Return an amount of a table by the headings of its row and column."""
    headings, *rows = page.table(caption)
    found = [one for one in rows if row in one]
    assert len(found) == 1
    return parse_amount(found[0][headings.index(column)])


def of_pages(client: Client) -> Iterator[tuple[str, Decimal]]:
    """Yield what remains for the city, as each page shows it."""
    for name, path in {"start": "/", "summary": f"{BASE}/"}.items():
        card = Page(client.get(path)).all("li", class_="kim-figure")[2]
        yield f"{name}: number", parse_amount(card.one("a").text)
    summary = Page(client.get(f"{BASE}/"))
    column = "Mehrkosten Stadt"
    caption = "Kosten und Förderung je Haushaltsjahr in Euro, Szenario „Geltendes Recht“"
    yield "summary: year", cell(summary, caption, "2022", column)
    for part in ("Förderbaustein", "Träger"):
        yield f"summary: {part}", cell(summary, f"Nach {part}, Haushaltsjahr 2022, in Euro", "Summe", column)
    top_up = "Aufstockung der Stadt je Haushaltsjahr in Euro: nötig und eingeplant"
    yield "summary: needed", cell(summary, top_up, "2022", "nötig")
    scenarios = Page(client.get(f"{BASE}/szenarien/"))
    for scenario in ("Geltendes Recht", "A: Land fördert weiter"):
        yield (
            f"scenarios: {scenario}",
            cell(scenarios, "Mehrkosten der Stadt je Haushaltsjahr in Euro", scenario, "2022"),
        )
    paper = Page(client.get(f"{BASE}/vorlagen/2021-1121/"))
    overview = "Übersicht: prognostizierte Gesamtkosten und Fördersummen 2022"
    yield "paper", parse_amount(paper.table(overview)[1][2])
    rows = Page(client.get(f"{BASE}/stellen/")).table("Stellen, Haushaltsjahr 2022, in Euro")
    # Material is fully funded, so the positions alone make up the whole.
    yield "positions", sum((parse_amount(row[-1]) for row in rows[1:-1]), Decimal(0))
    derivation = Page(client.get(f"{BASE}/rechenweg/shortfall/?year=2022&scenario=in-force"))
    yield "derivation", parse_amount(derivation.one("p", class_="kim-figure__value").text)


def of_rest(client: Client) -> Iterator[tuple[str, Decimal]]:
    """Yield what remains for the city, as programs get it."""
    answer = parse(client.get(f"{KIM}/figures/?year=2022&explain=1").content)
    figure = answer["figures"]["shortfall"]
    yield "REST", Decimal(figure["amount"])
    # Reading it back proves every step of it again.
    proved = Figure.from_json(figure["derivation"])
    yield "REST: derivation", proved.amount
    yield "REST: modules", sum((amount(one) for one in answer["funding_modules"]), Decimal(0))
    yield "REST: providers", sum((amount(one) for one in answer["providers"]), Decimal(0))
    yield "REST: top-up", Decimal(answer["top_up"]["needed"]["amount"])
    span = parse(client.get(f"{KIM}/figures/?from=2022&to=2023").content)
    yield "REST: span", amount(span["years"][0])
    for dialect, delimiter in (("iso", ","), ("de", ";")):
        text = client.get(f"{KIM}/figures/?year=2022&format=csv&dialect={dialect}").content.decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
        found = next(row["amount"] for row in rows if (row["level"], row["figure"]) == ("programme", "shortfall"))
        yield f"CSV: {dialect}", Decimal(found.replace(",", "."))
    lines = parse(client.get(f"{ROOT}/budget-lines/?year=2022&programme=kim-nrw").content)["results"]
    exact = {line["ledger_account"]: Decimal(line["exact_amount"]) for line in lines}
    yield "budget plan", exact["549900"] - exact["414100"] - exact["414101"]


def amount(part: dict[str, Any]) -> Decimal:
    return Decimal(part["figures"]["shortfall"]["amount"])


@pytest.mark.usefixtures("founding_case")
def test_typed_once_it_is_the_same_on_every_face(
    ayse: User, bernd: User, ayse_client: Client, bernd_client: Client
) -> None:
    program = with_token(str(ApiToken.objects.create(bernd, name="Haushaltsportal")[1]))
    old = program.get(f"{KIM}/figures/?year=2022")

    place = type_the_amount(ayse_client)

    # The row, and who is behind it.
    cost = PositionCost.objects.get(position__reference="KIM-2.1", fiscal_year=2022)
    assert (str(cost.amount), cost.source, cost.recorded_by) == ("90000.01", SOURCE, ayse)
    events = pghistory.models.Events.objects.tracks(cost).filter(pgh_context__isnull=False)
    assert [(one.pgh_label, one.pgh_context["user"]) for one in events] == [("update", ayse.pk)]
    # The core.
    state = programme_state("kim-nrw")
    assert state is not None
    year = state.figures(2022)
    assert (year.figures["shortfall"].amount, year.figures["expense"].amount) == (SHORTFALL, EXPENSE)
    # Every face, each read as its users read it.
    faces = {**dict(of_pages(bernd_client)), **dict(of_rest(program))}
    assert faces == dict.fromkeys(faces, SHORTFALL)
    assert len(faces) == 20
    # What was remembered of the old figure is known to be old.
    new = program.get(f"{KIM}/figures/?year=2022")
    assert new["ETag"] != old["ETag"]
    assert program.get(f"{KIM}/figures/?year=2022", headers={"if-none-match": old["ETag"]}).status_code == 200
    assert program.get(f"{KIM}/figures/?year=2022", headers={"if-none-match": new["ETag"]}).status_code == 304
    # The place where it was typed shows it as it was typed.
    rows = Page(ayse_client.get(place)).table("Personalkosten je Haushaltsjahr in Euro, wie der Plan sie hat")
    assert rows[1][:2] == ["2022", TYPED]
    assert Page(ayse_client.get(f"{BASE}/prognose/")).typed(f"c-p{cost.position_id}-2022") == TYPED
    # Frozen, it stays what it was on every face, whatever is typed later.
    freeze_it(ayse_client)
    paths = (
        f"{KIM}/figures/?year=2022&version=1", f"{ROOT}/budget-lines/?programme=kim-nrw&version=1", f"{KIM}/versions/1/",
    )  # fmt: skip
    pulled = {path: program.get(path) for path in paths}
    PositionCost.objects.update(amount=Decimal("1.00"))
    Programme.objects.update(internal_order="1", last_year=2023)
    assert dict(of_version(bernd_client, program)) == dict.fromkeys(VERSION_FACES, SHORTFALL)
    for path, first in pulled.items():
        again = program.get(path)
        assert (again.content, again["ETag"]) == (first.content, first["ETag"])
        assert first["ETag"].startswith(f'"{ForecastVersion.objects.get().seal}')
        assert program.get(path, headers={"if-none-match": first["ETag"]}).status_code == 304
    assert "Unverändert nachgerechnet" in Page(bernd_client.get(f"{BASE}/fassungen/1/")).main.text


def test_it_can_be_followed_back_to_where_it_was_typed(
    founding_case: Programme, ayse_client: Client, bernd_client: Client
) -> None:
    type_the_amount(ayse_client)
    page = Page(bernd_client.get(f"{BASE}/"))
    link = page.all("li", class_="kim-figure")[2].one("a").attributes["href"]
    tree = Page(bernd_client.get(link)).one("ul", class_="kim-derivation")
    leaves = [
        one
        for one in tree.all("li")
        if [part.text for part in one.all(class_="kim-derivation__amount")] == [f"{TYPED} €"]
    ]
    assert len(leaves) == 1
    (leaf,) = leaves
    assert leaf.one(class_="kim-derivation__subject").text == "Casemanagement Caritasverband"
    assert leaf.one(class_="kim-derivation__origin").text == f"belegt {SOURCE}"
    # On the way the module and the position it belongs to have their own figures.
    summary = "Nach Förderbaustein, Haushaltsjahr 2022, in Euro"
    assert cell(page, summary, "Casemanagement", "Mehrkosten Stadt") == OF_MODULE
    positions = Page(bernd_client.get(f"{BASE}/stellen/"))
    row = next(one for one in positions.table("Stellen, Haushaltsjahr 2022, in Euro") if one[0] == "KIM-2.1")
    assert (row[-3], parse_amount(row[-1])) == (TYPED, OF_POSITION)
    target = next(link for link, text in positions.links() if text == row[-1] and "KIM-2.1" in link)
    assert urlsplit(target).path == f"{BASE}/rechenweg/shortfall/"
    head = Page(bernd_client.get(target)).one("p", class_="kim-figure__value").text
    assert head == f"{row[-1]} €"


VERSION_FACES = ("version: page", "version: summary", "version: derivation", "version: REST", "version: budget plan")


def freeze_it(client: Client) -> None:
    """Open the form that shows the figures, and send it."""
    answer = client.post(f"{BASE}/fassungen/neu/", payload(Page(client.get(f"{BASE}/fassungen/neu/"))))
    assert (answer.status_code, answer["Location"]) == (302, f"{BASE}/fassungen/1/")


def of_version(client: Client, program: Client) -> Iterator[tuple[str, Decimal]]:
    """Yield what remains for the city, as each face of the version shows it."""
    page = Page(client.get(f"{BASE}/fassungen/1/"))
    yield (
        VERSION_FACES[0],
        cell(page, "Je Haushaltsjahr in Euro, Szenario „Geltendes Recht“", "2022", "Mehrkosten Stadt"),
    )
    card = Page(client.get(f"{BASE}/?version=1")).all("li", class_="kim-figure")[2]
    yield VERSION_FACES[1], parse_amount(card.one("a").text)
    derivation = Page(client.get(f"{BASE}/rechenweg/shortfall/?year=2022&version=1"))
    yield VERSION_FACES[2], parse_amount(derivation.one("p", class_="kim-figure__value").text)
    yield VERSION_FACES[3], amount(parse(program.get(f"{KIM}/figures/?year=2022&version=1").content))
    lines = parse(program.get(f"{ROOT}/budget-lines/?programme=kim-nrw&version=1").content)["results"]
    exact = {line["ledger_account"]: Decimal(line["exact_amount"]) for line in lines}
    yield VERSION_FACES[4], exact["549900"] - exact["414100"] - exact["414101"]
