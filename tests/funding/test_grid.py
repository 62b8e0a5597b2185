"""The forecast grid: exact, all or nothing, and never over what somebody has not seen."""

import json
from decimal import Decimal
from html.parser import HTMLParser
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from funding.grid import grid_years, read_grid
from funding.grid_saving import StaleError, Typed, read_changes, save_changes
from funding.models import BudgetYear, MaterialCost, Municipality
from funding.selectors import programme_state
from kim.models import User
from staffing.models import Position, PositionCost

ADDRESS = "/programme/kim-nrw/prognose/"
SOURCE = {"source": "Hochrechnung vom 02.05.2022", "source_status": "assumed"}


class Form(HTMLParser):
    """What the browser would send: the fields of the grid with their values."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.text = content.decode()
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = dict(attrs)
        name = one.get("name") or ""
        if tag == "input" and name.startswith(("c-", "b-", "n-", "shown-")):
            self.fields[name] = one.get("value") or ""


def cell(reference: str, year: int) -> str:
    return f"p{Position.objects.get(reference=reference).pk}-{year}"


def amounts() -> dict[str, str]:
    rows: list[PositionCost | MaterialCost] = [*PositionCost.objects.all(), *MaterialCost.objects.all()]
    return {f"{type(row).__name__}-{row.pk}": f"{row.amount}|{row.note}|{row.source}|{row.version}" for row in rows}


@pytest.fixture
def form(founding_case: object, ayse_client: Client) -> Form:
    return Form(ayse_client.get(ADDRESS).content)


@pytest.mark.django_db
def test_sending_the_untouched_form_changes_nothing(form: Form, ayse_client: Client) -> None:
    before = amounts()

    answer = ayse_client.post(ADDRESS, form.fields)

    assert [answer.status_code, amounts()] == [302, before]


@pytest.mark.django_db
def test_a_typed_amount_arrives_to_the_cent_with_source_person_and_figures(
    form: Form, ayse_client: Client, ayse: User
) -> None:
    key = cell("KIM-2.1", 2023)

    answer = ayse_client.post(ADDRESS, {**form.fields, f"c-{key}": "90.000,01", **SOURCE})

    row = PositionCost.objects.get(position__reference="KIM-2.1", fiscal_year=2023)
    state = programme_state("kim-nrw")
    assert state is not None
    assert [
        answer.status_code,
        str(row.amount),
        row.source,
        row.source_status,
        row.note,
        row.recorded_by,
        row.version,
    ] == [
        302,
        "90000.01",
        "Hochrechnung vom 02.05.2022",
        "assumed",
        "",
        ayse,
        2,
    ]
    assert str(state.figures(2023).figures["expense"].amount) == "965998.00"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["55.0000", "1e5", "12.34", "NaN", "-0", "-5", "1,234", "5 TEUR", "٣", "\x00", "1" * 50]
)
def test_one_bad_amount_saves_nothing_and_keeps_everything_typed(form: Form, ayse_client: Client, text: str) -> None:
    before = amounts()
    good, bad = cell("KIM-2.1", 2023), cell("KIM-2.2", 2024)

    answer = ayse_client.post(ADDRESS, {**form.fields, f"c-{good}": "90.000,00", f"c-{bad}": text, **SOURCE})

    shown = Form(answer.content)
    assert [answer.status_code, amounts()] == [422, before]
    assert [shown.fields[f"c-{good}"], shown.fields[f"c-{bad}"].replace("\ufffd", "\x00")] == ["90.000,00", text]
    assert f'<a href="#c-{bad}">Casemanagement Arbeiterwohlfahrt 2024: ' in shown.text
    assert f'id="c-{bad}_error"' in shown.text


@pytest.mark.django_db
def test_a_change_needs_its_source(form: Form, ayse_client: Client) -> None:
    before = amounts()

    answer = ayse_client.post(ADDRESS, {**form.fields, f"c-{cell('KIM-2.1', 2023)}": "90.000,00"})

    assert [answer.status_code, answer.context["general"], amounts()] == [
        422,
        {
            "source": "Bitte angeben, worauf die geänderten Beträge beruhen.",
            "source_status": "Bitte den Beleg auswählen.",
        },
        before,
    ]


@pytest.mark.django_db
def test_a_stale_save_is_refused_with_both_values_and_takes_either(form: Form, ayse_client: Client) -> None:
    first, second = cell("KIM-2.1", 2023), cell("KIM-2.2", 2023)
    mine = {**form.fields, f"c-{first}": "90.000,00", f"c-{second}": "91.000,00", **SOURCE}
    # A colleague saves meanwhile, once by the browser's way and once by raw SQL.
    PositionCost.objects.filter(position__reference="KIM-2.1", fiscal_year=2023).update(amount=Decimal("70000.00"))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE staffing_positioncost SET amount = 71000.00 WHERE fiscal_year = 2023 AND position_id ="
            " (SELECT id FROM staffing_position WHERE reference = 'KIM-2.2')"
        )
    before = amounts()

    refused = ayse_client.post(ADDRESS, mine)
    after_refusal = amounts()
    shown = Form(refused.content)
    decided = ayse_client.post(
        ADDRESS, {**mine, **shown.fields, **SOURCE, f"take-{first}": "stored", f"take-{second}": "typed"}
    )

    assert refused.status_code == 409
    assert refused.context["conflicts"] == [
        {
            "key": first,
            "title": "Casemanagement Caritasverband 2023",
            "seen": "2:70000.00",
            "stored": "70.000,00 €",
            "typed": "90.000,00 €",
        },
        {
            "key": second,
            "title": "Casemanagement Arbeiterwohlfahrt 2023",
            "seen": "2:71000.00",
            "stored": "71.000,00 €",
            "typed": "91.000,00 €",
        },
    ]
    assert [after_refusal, decided.status_code] == [before, 302]
    costs = PositionCost.objects.filter(fiscal_year=2023)
    assert [str(costs.get(position__reference=one).amount) for one in ("KIM-2.1", "KIM-2.2")] == [
        "70000.00",
        "91000.00",
    ]


@pytest.mark.django_db
def test_what_nobody_touched_is_left_to_the_colleague(form: Form, ayse_client: Client) -> None:
    PositionCost.objects.filter(position__reference="KIM-2.1", fiscal_year=2023).update(amount=Decimal("70000.00"))

    answer = ayse_client.post(ADDRESS, {**form.fields, f"c-{cell('KIM-2.2', 2023)}": "91.000,00", **SOURCE})

    costs = PositionCost.objects.filter(fiscal_year=2023)
    assert [
        answer.status_code,
        *(str(costs.get(position__reference=one).amount) for one in ("KIM-2.1", "KIM-2.2")),
    ] == [
        302,
        "70000.00",
        "91000.00",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("seen", ["", "0:", "99:86259.25", "1", "x:86259.25", "1:86259.25:"])
def test_a_missing_or_tampered_version_counts_as_stale(form: Form, ayse_client: Client, seen: str) -> None:
    key = cell("KIM-2.1", 2023)
    before = amounts()

    answer = ayse_client.post(ADDRESS, {**form.fields, f"c-{key}": "90.000,00", f"b-{key}": seen, **SOURCE})

    expected = 302 if seen in {"1", "1:86259.25:"} else 409
    assert answer.status_code == expected
    assert (amounts() == before) is (expected == 409)


@pytest.mark.django_db
def test_an_emptied_cell_is_unknown_and_a_new_one_is_created(form: Form, ayse_client: Client) -> None:
    line = MaterialCost.objects.filter(fiscal_year=2022, material_line__kind="measures").get().material_line
    gone, new = cell("KIM-3.1", 2025), f"m{line.pk}-2021"

    answer = ayse_client.post(ADDRESS, {**form.fields, f"c-{gone}": " ", f"c-{new}": "10.000,00", **SOURCE})

    state = programme_state("kim-nrw")
    assert state is not None
    assert [answer.status_code, state.figures(2025).missing] == [302, ("Ausländer- und Einbürgerungsbehörde 1",)]
    assert str(MaterialCost.objects.get(material_line=line, fiscal_year=2021).amount) == "10000.00"


@pytest.mark.django_db
def test_locked_cells_say_why_and_stay(form: Form, ayse_client: Client) -> None:
    BudgetYear.objects.create(municipality=Municipality.objects.get(), fiscal_year=2022, status="adopted")
    state = programme_state("kim-nrw")
    assert state is not None
    cells = read_grid(state, grid_years(state)).cells
    before = amounts()
    closed, unplanned = cell("KIM-2.1", 2022), cell("KIM-2.1", 2021)

    answer = ayse_client.post(
        ADDRESS, {**form.fields, f"c-{closed}": "1,00", f"c-{unplanned}": "1,00", f"b-{unplanned}": "0:", **SOURCE}
    )

    assert [cells[closed].locked, cells[unplanned].locked, cells[cell("KIM-2.1", 2023)].locked] == [
        "Haushalt 2022: beschlossen",
        "Die Stelle ist erst ab 01.01.2022 geplant.",
        "",
    ]
    assert [answer.status_code, amounts()] == [422, before]
    assert sorted(answer.context["cell_errors"]) == sorted(
        [
            (closed, "Casemanagement Caritasverband 2022", "Gesperrt: Haushalt 2022: beschlossen"),
            (unplanned, "Casemanagement Caritasverband 2021", "Gesperrt: Die Stelle ist erst ab 01.01.2022 geplant."),
        ]
    )


@pytest.mark.django_db
def test_a_note_is_kept_beside_its_amount(form: Form, ayse_client: Client) -> None:
    key = cell("KIM-2.1", 2023)

    ayse_client.post(ADDRESS, {**form.fields, f"c-{key}": "90.000,00", f"n-{key}": "Stufe 4 ab Mai", **SOURCE})
    row = PositionCost.objects.get(position__reference="KIM-2.1", fiscal_year=2023)

    assert [str(row.amount), row.note] == ["90000.00", "Stufe 4 ab Mai"]


@pytest.mark.django_db
def test_raising_without_a_script_changes_the_form_and_saves_nothing(form: Form, ayse_client: Client) -> None:
    before = amounts()

    answer = ayse_client.post(ADDRESS, {**form.fields, "action": "raise", "raise_percent": "2,5", "raise_from": "2025"})

    shown = Form(answer.content).fields
    key, year = cell("KIM-2.1", 2025).split("-")
    assert [answer.status_code, shown[f"c-{key}-2024"], shown[f"c-{key}-{year}"], shown[f"c-{key}-2026"]] == [
        200,
        "86.259,25",
        "88.415,73",
        "88.415,73",
    ]
    assert [answer.context["changed_count"], amounts()] == [24, before]


@pytest.mark.django_db
@pytest.mark.usefixtures("founding_case")
def test_the_preview_equals_what_saving_gives(ayse_client: Client, form: Form) -> None:
    key = cell("KIM-2.1", 2023)
    address = f"{ADDRESS}vorschau/?scenario=grant-continues"

    lines = ayse_client.post(
        address, json.dumps({"cells": {key: "90.000,01", "p0-2023": "1"}}), content_type="application/json"
    ).json()
    ayse_client.post(ADDRESS, {**form.fields, f"c-{key}": "90.000,01", **SOURCE})
    state = programme_state("kim-nrw")
    assert state is not None

    saved = [str(state.figures(year, "grant-continues").figures["shortfall"].amount) for year in state.years]
    assert lines["lines"]["t-shortfall"] == [
        "0,00",
        "336.657,24",
        "340.398,00",
        "336.657,24",
        "336.657,24",
        "336.657,24",
    ]
    assert saved == ["336657.24", "340398.00", "336657.24", "336657.24", "336657.24"]
    assert lines["errors"] == {"p0-2023": "Diese Zelle gibt es nicht mehr. Bitte die Seite neu laden."}


@pytest.mark.django_db
@pytest.mark.usefixtures("founding_case")
def test_the_server_raises_to_the_cent(ayse_client: Client) -> None:
    key = cell("KIM-2.1", 2023)

    def ask(percent: Any) -> Any:
        data = json.dumps({"cells": {key: "100.000,01"}, "percent": percent})
        answer = ayse_client.post(f"{ADDRESS}erhoehen/", data, content_type="application/json")
        return answer.status_code, answer.json()

    assert [ask("2,5"), ask("-100"), ask("x"), ask(None)] == [
        (200, {"cells": {key: "102.500,01"}}),
        (422, {"errors": {"percent": "„-100“ Prozent ist keine sinnvolle Erhöhung."}}),
        (422, {"errors": {"percent": "„x“ ist kein Prozentsatz. Bitte so eingeben: 2,5"}}),
        (422, {"errors": {"percent": "Bitte einen Prozentsatz angeben, zum Beispiel 2,5."}}),
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("founding_case")
@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}vorschau/", f"{ADDRESS}erhoehen/"])
def test_only_the_finance_staff_enters(address: str, bernd_client: Client, carla_client: Client) -> None:
    assert [bernd_client.post(address).status_code, carla_client.post(address).status_code] == [403, 403]


@pytest.mark.django_db
@pytest.mark.usefixtures("founding_case")
def test_years_reach_to_ten_after_the_budget_year(ayse_client: Client) -> None:
    def years(until: str) -> Any:
        answer = ayse_client.get(ADDRESS, {"until": until})
        return answer.context["years"] if answer.status_code == 200 else answer.status_code

    assert [years(""), years("2028"), years("2099"), years("99999"), years("zwei")] == [
        tuple(range(2021, 2027)),
        tuple(range(2021, 2029)),
        tuple(range(2021, 2033)),
        404,
        404,
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("founding_case")
def test_the_number_of_queries_does_not_grow_with_positions(ayse_client: Client) -> None:
    def queries() -> int:
        ayse_client.get(ADDRESS)
        with CaptureQueriesContext(connection) as captured:
            ayse_client.get(ADDRESS)
        return len(captured)

    few = queries()
    place = Position.objects.get(reference="KIM-2.1")
    funded = place.funded.get()
    for number in range(24):
        place.pk, place.reference = None, f"X-{number}"
        place.save(force_insert=True)
        funded.pk, funded.position = None, place
        funded.save(force_insert=True)

    assert [queries(), few] == [few, few]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("founding_case")
def test_of_two_savers_in_a_race_one_wins_and_one_is_told(ayse: User) -> None:
    state = programme_state("kim-nrw")
    assert state is not None
    grid = read_grid(state, grid_years(state))
    key = cell("KIM-2.1", 2023)
    gate = Barrier(2)
    told: list[str] = []

    def save(text: str) -> None:
        changes = read_changes(grid, {key: Typed(text, "", grid.cells[key].seen)}).changes
        gate.wait()
        try:
            save_changes(changes=changes, source="Wettlauf", status="assumed", by=ayse)
            told.append("saved")
        except StaleError:
            told.append("stale")
        finally:
            connections.close_all()

    both = [Thread(target=save, args=(text,)) for text in ("80.000,00", "81.000,00")]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert sorted(told) == ["saved", "stale"]
    assert PositionCost.objects.get(position__reference="KIM-2.1", fiscal_year=2023).version == 2
