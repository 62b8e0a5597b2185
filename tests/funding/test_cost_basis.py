"""A position in a pay table, inside a programme: the same cost on every face, and whatever acts on costs acts on it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from funding.calculation.inputs import Parameter
from funding.calculation.occupancy import Occupancy, two_views
from funding.grid import forecast
from funding.history import rows_at, scopes
from funding.history_effects import Effect, World
from funding.models import Programme, Scenario
from funding.snapshot import snapshot_of
from kim.figures import FTE, Figure, Source, given
from kim.years import Period
from staffing.calculation.pay.law import PayTerms, Tariff
from staffing.calculation.pay.year import pay_year
from staffing.loading import load_pay
from staffing.models import PayRate, PayRise, Position, PositionBasis, PositionCost
from staffing.pay_rows import COLUMNS
from staffing.published_law import published_law
from tests.funding.histories import SINCE, at, moved, sentences, stamp
from tests.funding.rest import KIM, parse, rest
from tests.funding.scenarios import override, shortfalls, state
from tests.funding.test_scenario_adoption import take_over
from tests.pages import Page

if TYPE_CHECKING:
    from django.test import Client

    from kim.models import User

BASE = "/programme/kim-nrw"
TABLE = {"basis": "pay_table", "tariff": "TVoeD-VKA-E", "pay_group": "E10", "pay_step": 3}


def by_pay(year: int, start: date = date(2022, 1, 1), end: date | None = None, fte: str = "1") -> str:
    """What the calculation of pay says of E10/3 at the city, without any programme."""
    law = published_law()
    terms = PayTerms(
        Tariff.E, "E10", 3, given("fte", Decimal(fte), FTE, Source("Plan")), Period(start, end),
        employer_is_city=True, supplementary_pension=law.supplementary_pension,
    )  # fmt: skip
    return str(pay_year(terms, year, law).total.amount)


def cost(year: int, scenario: str = "in-force", reference: str = "KIM-1.1") -> Figure:
    lines = [line for module in state().figures(year, scenario).modules for line in module.positions]
    return next(line.full_cost for line in lines if line.reference == reference)


def amount(year: int, scenario: str = "in-force") -> str:
    return str(cost(year, scenario).amount)


# --- The same cost everywhere -----------------------------------------------------------------------------------------


def test_a_position_in_a_table_costs_in_a_programme_what_its_pay_costs(in_table: Position) -> None:
    assert {year: amount(year) for year in range(2023, 2027)} == {year: by_pay(year) for year in range(2023, 2027)}
    assert amount(2023) == "66572.18"
    # All others are declared still: 884,157.24 less 86,259.25.
    assert str(state().figures(2023).figures["position_cost"].amount) == str(
        Decimal("884157.24") - Decimal("86259.25") + Decimal("66572.18")
    )


def test_a_declared_amount_wins_and_shows_what_the_table_gives(in_table: Position) -> None:
    found = cost(2022)
    assert (str(found.amount), found.step.value) == ("86259.25", "replaced")
    assert [str(one.amount) for one in found.inputs] == ["86259.25", by_pay(2022)]


def test_every_face_shows_it(in_table: Position, bernd: User, bernd_client: Client) -> None:
    rows = Page(bernd_client.get(f"{BASE}/stellen/?year=2023")).table("Stellen, Haushaltsjahr 2023, in Euro")
    assert rows[1][0] == "KIM-1.1"
    assert "66.572,18" in rows[1]
    summary = Page(bernd_client.get(f"{BASE}/?year=2023"))
    years = summary.table("Kosten und Förderung je Haushaltsjahr in Euro, Szenario „Geltendes Recht“")
    personnel = Decimal("884157.24") - Decimal("86259.25") + Decimal("66572.18") + Decimal("29100.00")
    assert years[2][1].replace(".", "").replace(",", ".") == str(personnel)
    program = rest(bernd)
    answer = parse(program.get(f"{KIM}/figures/?year=2023&explain=1").content)
    text = json.dumps(answer, ensure_ascii=False)
    assert '"month_cost"' in text
    assert "Januar 2023" in text
    position_cost = answer["figures"]["position_cost"]
    assert position_cost["amount"] == str(personnel - Decimal("29100.00"))
    csv = program.get(f"{KIM}/figures/?year=2023&format=csv").content.decode()
    assert position_cost["amount"] in csv


def test_the_derivation_unfolds_to_twelve_months(in_table: Position, bernd_client: Client) -> None:
    page = Page(bernd_client.get(f"{BASE}/rechenweg/cost/?line=KIM-1.1&year=2023"))
    assert page.one("p", class_="kim-figure__value").text == "66.572,18 €"
    assert "Dezember 2023" in page.main.text
    assert "Tabellenentgelt im Monat, Vollzeit" in page.main.text


def test_positions_over_rest_say_how_the_cost_is_found(in_table: Position, bernd: User) -> None:
    first, *others = parse(rest(bernd).get(f"{KIM}/positions/").content)["results"]
    place = {"tariff": "TVoeD-VKA-E", "group": "E10", "step": 3, "step_since": None}
    # For 2022, the year the council decides on, an amount is declared.
    assert (first["cost_basis"], first["pay"]) == ("declared", place)
    PositionCost.objects.filter(position=in_table).delete()
    first, *others = parse(rest(bernd).get(f"{KIM}/positions/").content)["results"]
    assert (first["cost_basis"], first["pay"]) == ("pay_table", place)
    assert {(one["cost_basis"], one["pay"]) for one in others} == {("declared", None)}


def test_what_a_table_lacks_is_missing_and_breaks_no_page(in_table: Position, bernd_client: Client) -> None:
    PayRate.objects.filter(pay_group="E10").delete()
    page = Page(bernd_client.get(f"{BASE}/?year=2024"))
    assert (
        "Koordination 1 (Für die Entgeltgruppe E 10, Stufe 3" in page.main.text or "Koordination 1 (" in page.main.text
    )
    missing = state().figures(2024).missing
    assert len(missing) == 1
    assert missing[0].startswith("Koordination 1 (Für die Entgeltgruppe")
    for path in ("stellen/", "deckung/", f"stellen/{in_table.pk}/", "besetzung/", "szenarien/grant-ends/"):
        assert bernd_client.get(f"{BASE}/{path}?year=2024").status_code == 200


# --- What acts on it --------------------------------------------------------------------------------------------------


def test_scenarios_act_on_it(in_table: Position, wish: Scenario) -> None:
    override(wish, Parameter.COST_PERCENT, first_year=2024, percent=Decimal(10))
    override(wish, Parameter.POSITION_UNTIL, position=in_table, last_day=date(2025, 6, 30))
    assert amount(2023, "wunsch") == by_pay(2023)
    raised = cost(2024, "wunsch")
    assert str(raised.inputs[0].amount) == by_pay(2024)
    assert str(raised.amount) == "79886.88"
    half = Decimal(by_pay(2025, end=date(2025, 6, 30)))
    assert abs(cost(2025, "wunsch").amount - half * Decimal("1.1")) < Decimal("0.01")
    assert amount(2026, "wunsch") == "0.00"
    assert amount(2026, "positions-end") == "0.00"


def test_levers_act_on_it(in_table: Position) -> None:
    effects = {one.lever.value: one for one in state().sensitivity(2023)}
    # A tenth of a position more costs what the table says, not a tenth of the cost: ceilings belong to a person.
    assert effects["share"].subject == "Koordination 1"
    more = Decimal(by_pay(2023, fte="1.1")) - Decimal(by_pay(2023))
    # And a tenth of a workplace of 9,700.00.
    assert effects["share"].shortfall.amount == more + Decimal("970.00")


def test_an_emptied_cell_falls_back_to_the_table(in_table: Position) -> None:
    figures = forecast(state(), "in-force", [2022], {("KIM-1.1", 2022): None})
    lines = [line for module in figures[2022].modules for line in module.positions]
    assert str(lines[0].cost.amount) == by_pay(2022)


def test_the_grid_shows_what_the_basis_gives(in_table: Position, ayse_client: Client) -> None:
    page = Page(ayse_client.get(f"{BASE}/prognose/"))
    field = page.field(f"c-p{in_table.pk}-2023")
    assert (field.attributes["value"], field.attributes["placeholder"]) == ("", "66.572,18")
    hint = page.one("span", id=f"c-p{in_table.pk}-2023_basis")
    assert hint.text == "nach Kostenbasis 66.572,18"
    link = hint.one("a").attributes["href"]
    assert Page(ayse_client.get(link)).one("p", class_="kim-figure__value").text == "66.572,18 €"
    # The sum of the row counts it as well.
    row = field.attributes["aria-labelledby"].split()[0].removeprefix("r-")
    assert row == f"p{in_table.pk}"
    # An amount typed and saved counts before it, and emptied again it is the table's once more.
    data = {
        f"c-p{in_table.pk}-2023": "70.000,00",
        f"b-p{in_table.pk}-2023": "0:",
        "source": "X",
        "source_status": "assumed",
    }
    assert ayse_client.post(f"{BASE}/prognose/", data).status_code == 302
    assert amount(2023) == "70000.00"
    page = Page(ayse_client.get(f"{BASE}/prognose/"))
    seen = page.field(f"b-p{in_table.pk}-2023").attributes["value"]
    data |= {f"c-p{in_table.pk}-2023": "", f"b-p{in_table.pk}-2023": seen}
    assert ayse_client.post(f"{BASE}/prognose/", data).status_code == 302
    assert amount(2023) == by_pay(2023)


def test_occupancy_pays_for_the_months_it_is_filled(in_table: Position) -> None:
    filled = {"KIM-1.1": Occupancy(date(2023, 7, 1), Source("Besetzung"))}
    views = two_views(state().inputs, filled, 2023)
    saved = views.plan.figures["position_cost"].amount - views.expected.figures["position_cost"].amount
    assert saved == Decimal(by_pay(2023)) - Decimal(by_pay(2023, start=date(2023, 7, 1)))


def test_taken_over_the_plan_gives_what_the_scenario_gave(
    in_table: Position, wish: Scenario, ayse_client: Client
) -> None:
    override(wish, Parameter.COST_PERCENT, first_year=2024, percent=Decimal("2.5"))
    override(wish, Parameter.POSITION_UNTIL, position=in_table, last_day=date(2025, 6, 30))
    wanted = shortfalls("wunsch")
    page = Page(ayse_client.get("/programme/kim-nrw/szenarien/wunsch/uebernehmen/"))
    rows = page.table("Zeilen des Plans vorher und nachher")
    words = "Personalkosten 2024 von „Koordination 1“, bisher nach der Kostenbasis, danach ein erfasster Betrag"
    assert [row for row in rows if row[0] == words] == [[words, "72.624,44 €", "74.440,05 €"]]

    take_over(ayse_client)

    assert shortfalls() == wanted
    assert shortfalls("wunsch") == wanted
    # The percentage had no other place; the end of the position needs no amount, the table follows the plan.
    found = PositionCost.objects.filter(position=in_table, fiscal_year__gte=2023).order_by("fiscal_year")
    assert [(one.fiscal_year, str(one.amount)) for one in found] == [(2024, "74440.05"), (2025, str(found[1].amount))]
    assert found[0].note == "Übernommen aus dem Szenario „Wunsch“; vorher 72.624,44 €"


def test_an_amount_that_would_be_raised_twice_is_not_taken_over(
    in_table: Position, wish: Scenario, ayse_client: Client
) -> None:
    PayRise.objects.create(
        name="Runde", first_day=date(2024, 1, 1), percent=Decimal("1.00"), applies_to_declared=True, source="X"
    )
    override(wish, Parameter.COST_PERCENT, first_year=2024, percent=Decimal("2.5"))
    before = PositionCost.objects.count()
    page = Page(ayse_client.get("/programme/kim-nrw/szenarien/wunsch/uebernehmen/"))
    assert "enthalten „Runde“ schon; als erfasster Betrag stiegen sie noch einmal." in page.main.text
    assert not page.all("button", class_="kern-btn--primary")
    assert PositionCost.objects.count() == before


# --- Rows, history ----------------------------------------------------------------------------------------------------


def snapshot() -> dict[str, list[dict[str, object]]]:
    text = snapshot_of("kim-nrw", 2000, 2099)
    assert text is not None
    found: dict[str, list[dict[str, object]]] = json.loads(text)
    return found


def test_a_programme_without_a_table_reads_no_row_of_the_pay_law(founding_case: Programme) -> None:
    load_pay()
    PayRise.objects.create(name="Runde", first_day=date(2024, 1, 1), percent=Decimal("1.00"), source="X")
    found = snapshot()
    assert {kind: found[kind] for kind in ("position_bases", "pay_rises", *COLUMNS)} == {
        kind: [] for kind in ("position_bases", "pay_rises", *COLUMNS)
    }


def test_a_programme_with_a_table_reads_only_what_its_positions_need(in_table: Position) -> None:
    found = snapshot()
    assert {(row["tariff"], row["pay_group"]) for row in found["pay_rates"]} == {("TVoeD-VKA-E", "E10")}
    assert {row["tariff"] for row in (*found["step_durations"], *found["annual_bonuses"])} == {"TVoeD-VKA-E"}
    assert found["allowances"] == []
    assert len(found["insurance_rates"]) == 8


@pytest.mark.parametrize("rise", [False, True])
def test_rows_of_the_events_are_the_rows_of_the_tables(in_table: Position, *, rise: bool) -> None:
    other = PositionBasis(position=Position.objects.get(reference="KIM-2.1"), first_year=2023, source="AVR")
    other.basis, other.tariff_name, other.amount = "provider_tariff", "AVR", Decimal("79000.00")
    other.save()
    if rise:
        PayRise.objects.create(
            name="Runde", first_day=date(2024, 1, 1), percent=Decimal("1.00"), applies_to_declared=True, source="X"
        )
        PositionBasis.objects.filter(position=in_table).delete()

    def ordered(rows: object) -> object:
        return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True)) if isinstance(rows, list) else rows

    told = World(rows_at(scopes(Programme.objects.get()).items())).snapshot()
    assert {name: ordered(rows) for name, rows in told.items()} == {n: ordered(rows) for n, rows in snapshot().items()}


def test_history_tells_how_the_cost_is_found(programme: Programme, ayse_client: Client) -> None:
    load_pay()
    position = Position.objects.get(reference="KIM-1.1")
    basis = PositionBasis.objects.create(position=position, first_year=2024, source="Stellenplan 2024", **TABLE)
    PositionBasis.objects.filter(pk=basis.pk).update(pay_step=4)
    rise = PayRise.objects.create(name="Runde 2027", first_day=date(2027, 1, 1), percent=Decimal("2.50"), source="X")
    rise.delete()
    told = sentences(ayse_client, **SINCE)
    said = " | ".join(told)
    assert "die Kostenbasis ab 2024 der Stelle „Koordination 1 (KIM-1.1)“ (Entgelttabelle (TVöD) E10/3)" in said
    assert "Stufe von 3 auf 4" in said
    assert "die Tariferhöhung „Runde 2027“ ab dem 01.01.2027 um 2,50 % gelöscht" in said


def test_history_counts_what_a_basis_moves(programme: Programme) -> None:
    load_pay()
    stamp(at(1, month=2))
    position = Position.objects.get(reference="KIM-1.1")
    PositionBasis.objects.create(position=position, first_year=2022, source="Stellenplan", **TABLE)
    stamp(at(2))
    PositionCost.objects.filter(position=position, fiscal_year=2023).delete()
    stamp(at(3))
    told = {subject: effect for subject, effect in moved(programme, year=2023) if "Koordination 1" in subject}
    assert told == {
        # A declared amount counts before the basis, so the basis alone moves nothing.
        "Kostenbasis ab 2022 der Stelle „Koordination 1 (KIM-1.1)“ (Entgelttabelle (TVöD) E10/3)": Effect(
            2023, Decimal("0.00")
        ),
        "Personalkosten 2023 der Stelle „Koordination 1 (KIM-1.1)“": Effect(
            2023, Decimal(by_pay(2023)) - Decimal("86259.25")
        ),
    }
