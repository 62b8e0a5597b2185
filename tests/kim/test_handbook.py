"""The handbook says everything there is, and nothing that is not so."""

from __future__ import annotations

import ast
import json
import re
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.urls import URLResolver, get_resolver, reverse

from kim.handbook import PAGES
from kim.years import Period, Proration, share_of_year
from tests.pages import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from funding.models import Programme

OURS = ("kim", "staffing", "funding")
ADDRESSES = {page.slug: page.url for page in PAGES}
SLUGS = sorted(ADDRESSES)


def opened(client: Client, slug: str) -> Page:
    answer = client.get(ADDRESSES[slug])
    assert answer.status_code == 200, slug
    return Page(answer.content.decode())


def first_codes(page: Page, table: str) -> list[str]:
    """What the first column of a table of the page names, in its order."""
    heads = [row.all("th", scope="row")[0] for row in page.one("table", id=table).one("tbody").all("tr")]
    return [head.one("code").text for head in heads]


# --- Pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["ayse_client", "bernd_client"])
def test_every_page_has_its_own_title_and_one_heading(
    founding_case: Programme, who: str, request: pytest.FixtureRequest
) -> None:
    client = request.getfixturevalue(who)
    pages = {slug: opened(client, slug) for slug in SLUGS}

    assert {slug: page.heading for slug, page in pages.items()} == {page.slug: str(page.title) for page in PAGES}
    titles = [page.title for page in pages.values()]
    assert len(set(titles)) == len(titles) == len(PAGES)


def test_headings_never_skip_a_level(founding_case: Programme, bernd_client: Client) -> None:
    for slug in SLUGS:
        levels = [int(one.tag[1]) for one in opened(bernd_client, slug).main.walk() if re.fullmatch("h[1-6]", one.tag)]
        jumps = [(before, after) for before, after in pairwise(levels) if after > before + 1]
        assert (slug, jumps, levels[0]) == (slug, [], 1)


def test_contents_lead_to_every_page_in_order(bernd_client: Client) -> None:
    links = Page(bernd_client.get(reverse("handbook")).content.decode()).main.all("ul", class_="kim-items")
    found = [(one.attributes["href"], one.text) for part in links for one in part.all("a")]
    assert found == [(page.url, str(page.title)) for page in PAGES]


def test_each_page_leads_to_the_one_before_and_after(founding_case: Programme, bernd_client: Client) -> None:
    navigation = {"aria-label": "Weiter im Handbuch"}
    for number, page in enumerate(PAGES):
        around = [PAGES[place].url for place in (number - 1, number + 1) if 0 <= place < len(PAGES)]
        found = opened(bernd_client, page.slug).one("nav", **navigation).all("a")
        assert [one.attributes["href"] for one in found] == [*around, "/handbuch/"]


@pytest.mark.parametrize("address", ["/handbuch/", *ADDRESSES.values()])
def test_strangers_are_sent_to_the_sign_in(client: Client, db: None, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/anmelden/?next={address}")


def test_account_without_role_sees_nothing(carla_client: Client) -> None:
    assert {carla_client.get(address).status_code for address in ("/handbuch/", *ADDRESSES.values())} == {403}


def test_unknown_page_is_not_found(bernd_client: Client) -> None:
    assert bernd_client.get("/handbuch/nichts/").status_code == 404


def test_pages_explain_without_the_founding_case(bernd_client: Client) -> None:
    without = {slug for slug in SLUGS if "Der Gründungsfall ist nicht geladen" in opened(bernd_client, slug).main.text}
    assert without == {"zahlen", "rechenweg", "szenarien", "ursachen", "vorlage-2021-1121", "annahmen"}


def test_every_link_inside_leads_somewhere(founding_case: Programme, bernd_client: Client) -> None:
    pages = {
        address: Page(bernd_client.get(address).content.decode()) for address in ("/handbuch/", *ADDRESSES.values())
    }
    links = {(address, link.attributes["href"]) for address, page in pages.items() for link in page.main.all("a")}
    broken = []
    for address, link in sorted(links):
        target, _hash, anchor = link.partition("#")
        target = target or address
        if target not in pages and bernd_client.get(target).status_code != 200:
            broken.append((address, link))
        if anchor and not pages[target].all(id=anchor):
            broken.append((address, link))
    assert broken == []


# --- Commands, environment, addresses: all of them, and no others ---------------------------------------------------


def test_every_command_of_ours_is_described(founding_case: Programme, bernd_client: Client) -> None:
    commands = sorted(name for name, app in get_commands().items() if app in OURS)
    assert sorted(first_codes(opened(bernd_client, "betrieb"), "manage")) == commands


def environment() -> set[str]:
    """Every value of the environment that our code reads by name."""
    found = set()
    for package in OURS:
        for file in (settings.BASE_DIR / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                found |= set(read_by(node))
    return found


def read_by(node: ast.AST) -> Iterator[str]:
    """The names that a piece of code reads: ``number("NAME")``, ``os.environ["NAME"]``, ``os.getenv("NAME")``."""
    if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("environ"):
        arguments: list[ast.expr] = [node.slice]
    elif isinstance(node, ast.Call):
        reads = ast.unparse(node.func)
        ends = ("text_of", "one_of", "boolean", "number", "environ.get", "getenv", "environ.pop")
        arguments = node.args[:1] if reads.endswith(ends) else []
    else:
        return
    for argument in arguments:
        if isinstance(argument, ast.Constant) and re.fullmatch("[A-Z][A-Z_]+", str(argument.value)):
            yield str(argument.value)


def test_every_value_of_the_environment_is_described(founding_case: Programme, bernd_client: Client) -> None:
    read = environment()
    assert {"KIM_PRODUCTION", "DATABASE_URL", "SECRET_KEY_FILE"} < read
    assert sorted(first_codes(opened(bernd_client, "betrieb"), "umgebung")) == sorted(read)


def addresses(resolver: URLResolver | None = None, before: str = "/") -> Iterator[str]:
    """Every address of the project, with an ellipsis for what varies; the administration as one."""
    for one in (resolver or get_resolver()).url_patterns:
        pattern = before + str(one.pattern).removeprefix("^").removesuffix("$")
        if pattern == "/admin/":
            yield pattern
        elif isinstance(one, URLResolver):
            yield from addresses(one, pattern)
        else:
            yield re.sub(r"<(?:\w+:)?\w+>|\(\?P<\w+>[^)]*\)", "…", pattern)


def is_for_programs(address: str) -> bool:
    return address.startswith("/api/v1/") or address in {"/healthz", "/readyz"}


def test_every_page_of_the_project_is_described(founding_case: Programme, bernd_client: Client) -> None:
    pages = {one for one in addresses() if not one.startswith("/api") and not is_for_programs(one)}
    # The documentation of the API is both: a page for people, and listed among the addresses for programs.
    pages.add("/api/v1/docs/")
    assert "/programme/…/foerderung/…/neu/" in pages
    assert sorted(first_codes(opened(bernd_client, "seiten"), "seiten")) == sorted(pages)


def test_every_address_of_the_api_is_described(founding_case: Programme, bernd_client: Client) -> None:
    programs = {one for one in addresses() if is_for_programs(one)}
    assert "/api/v1/programmes/…/figures/" in programs
    assert sorted(first_codes(opened(bernd_client, "schnittstelle"), "schnittstelle")) == sorted(programs)


def test_examples_of_the_api_are_what_it_answers(founding_case: Programme, bernd_client: Client) -> None:
    page = opened(bernd_client, "schnittstelle")
    raw = {one.attributes["id"]: code_of(one) for one in page.all("pre") if "id" in one.attributes}

    documented = json.loads(raw["beispiel-json"])
    answer = bernd_client.get("/api/v1/programmes/kim-nrw/figures/?year=2022").json()
    figures = {key: answer["figures"][key] for key in documented["figures"]}
    assert documented == {**{key: answer[key] for key in documented}, "figures": figures}

    request, _blank, lines = raw["beispiel-csv"].partition("\n\n")
    assert "/api/v1/budget-lines/?year=2022&format=csv" in request
    csv = bernd_client.get("/api/v1/budget-lines/?year=2022&format=csv").content.decode()
    assert lines.splitlines() == csv.splitlines()

    refused = bernd_client.get("/api/v1/programmes/kim-nrw/figures/?year=22")
    assert (refused.status_code, refused.json()) == (400, json.loads(raw["beispiel-fehler"]))


def code_of(element: Any) -> str:
    """The text of an example with its line ends."""
    return "".join(str(child) for child in element.one("code").children)


# --- Input ----------------------------------------------------------------------------------------------------------


def test_examples_of_input_are_what_the_forms_answer(founding_case: Programme, bernd_client: Client) -> None:
    page = opened(bernd_client, "eingeben")
    taken = {
        caption: {row[0]: row[1] for row in page.table(f"{caption}: Beispiele und Antworten des Programms")[1:]}
        for caption in ("Beträge", "Daten", "Stellenanteile")
    }
    no = "abgelehnt"
    assert taken == {
        "Beträge": {
            "913.257,24": "913.257,24 €", "913257,24": "913.257,24 €", "49.000": "49.000,00 €", "49000": "49.000,00 €",
            "1.234,5": "1.234,50 €", "22.500,00 €": "22.500,00 €", "0": "0,00 €",
            "55.0000": no, "12.34": no, "1,234.56": no, "1e5": no, "NaN": no, "-0": no, "12,345": no,
            "1.000.000.000.000": no,
        },
        "Daten": {
            "31.12.2022": "31.12.2022", "1.1.2022": "01.01.2022", "29.02.2024": "29.02.2024",
            "31.02.2022": no, "29.02.2022": no, "2022-12-31": no, "31.12.22": no, "31.12.1999": no,
        },
        "Stellenanteile": {
            "0,75": "0,75 einer Vollzeitstelle", "1": "1,0 einer Vollzeitstelle", "0,5": "0,5 einer Vollzeitstelle",
            "0,3333": "0,3333 einer Vollzeitstelle", "0.75": no, "75 %": no, "1/2": no, "0,33333": no,
        },
    }  # fmt: skip
    slip = page.table("Beträge: Beispiele und Antworten des Programms")[8]
    assert slip == ["55.0000", no, "„55.0000“ ist kein eindeutiger Betrag. Bitte so eingeben: 913.257,24"]


def test_example_of_part_of_a_year_is_counted_right(founding_case: Programme, bernd_client: Client) -> None:
    period = Period(date(2022, 3, 15), date(2022, 12, 31))
    counted = [share_of_year(period, 2022, way) for way in (Proration.TWELFTHS, Proration.CALENDAR_DAYS)]
    words = opened(bernd_client, "rechenweg").main.text
    assert [(one.counted, one.whole) for one in counted] == [(9, 12), (292, 365)]
    assert "vom 15.03.2022 bis zum 31.12.2022 zählt also 9 von 12 Monaten" in words
    assert "292 von 365 Tagen" in words
