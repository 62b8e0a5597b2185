"""What remains for the city, case by case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from funding.calculation.accounts import budget_lines
from funding.calculation.inputs import MaterialKind, RoundingInput
from funding.calculation.rules import Basis
from funding.calculation.shortfall import LUMP_SUM_ONLY, LineFigures, YearFigures, compute_year
from kim.errors import PeriodError
from kim.figures import EUR, Step, derive, given
from kim.rounding import Direction
from kim.years import Period, Proration
from tests.funding.portfolios import ALWAYS, SOURCE, Material, Module, Place, Portfolio, Rule, inputs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kim.figures import Figure

PER_FTE = Rule(Basis.PER_FTE_YEAR, ((5_500_000, *ALWAYS),))
COSTS = {2022: 8_000_000, 2023: 8_000_000}
ADA = Place("A", 10_000, ((PER_FTE, ALWAYS),), COSTS, provider="caritas")
BEN = Place("B", 5_000, ((PER_FTE, ALWAYS),), {2022: 4_000_001, 2023: 4_000_001}, provider="amt")
MEASURES = Material(
    "Maßnahmen", MaterialKind.MEASURES, per_fte=False, costs={2022: 4_900_000, 2023: 4_900_000}, provider="amt",
    rule=Rule(Basis.FLAT_YEAR, ((4_900_000, *ALWAYS),)),
)  # fmt: skip
WORKPLACES = Material(
    "Arbeitsplätze", MaterialKind.WORKPLACE, per_fte=True, costs={2022: 970_000, 2023: 970_000}, provider="amt",
    rule=Rule(Basis.MATERIAL_PER_FTE, ((970_000, *ALWAYS),)),
)  # fmt: skip
HOUSE = Portfolio((Module(1, places=(ADA, BEN), material=(MEASURES, WORKPLACES)),))


def amounts(figures: Mapping[str, Figure]) -> dict[str, str]:
    return {key: str(figure.amount) for key, figure in figures.items()}


def line(figures: YearFigures, reference: str) -> LineFigures:
    lines = [one for module in figures.modules for one in (*module.positions, *module.material)]
    return next(one for one in lines if one.reference == reference)


def of_line(figures: YearFigures, reference: str) -> tuple[str, str, str, str]:
    found = line(figures, reference)
    return tuple(str(one.amount) for one in (found.cost, found.full_cost, found.grant, found.shortfall))  # type: ignore[return-value]


def test_a_year_as_a_whole() -> None:
    figures = compute_year(inputs(HOUSE), 2022)
    assert amounts(figures.figures) == {
        "position_cost": "120000.01",
        "workplace_cost": "14550.00",
        "personnel_cost": "134550.01",
        "measures_cost": "49000.00",
        "expense": "183550.01",
        "grant_for_positions": "82500.00",
        "grant_for_material": "63550.00",
        "grant_for_personnel": "97050.00",
        "grant": "146050.00",
        "shortfall": "37500.01",
        "full_cost": "183550.01",
        "funding_ratio": "79.57",
    }
    assert {one.provider.slug: amounts(one.figures) for one in figures.providers} == {
        "amt": {"expense": "103550.01", "grant": "91050.00", "shortfall": "12500.01"},
        "caritas": {"expense": "80000.00", "grant": "55000.00", "shortfall": "25000.00"},
    }
    assert figures.missing == ()


@pytest.mark.parametrize("modules", [(), (Module(1),), (Module(1), Module(2))])
def test_a_programme_without_anything_is_all_zeros(modules: tuple[Module, ...]) -> None:
    figures = compute_year(inputs(Portfolio(modules)), 2022)
    found = amounts(figures.figures)
    assert set(found.values()) == {"0.00"}
    # A ratio of nothing is not zero, it does not exist.
    assert "funding_ratio" not in found
    assert (figures.providers, figures.missing) == ((), ())


@pytest.mark.parametrize("year", [0, 1999, 2100, 99999])
def test_years_outside_are_refused(year: int) -> None:
    with pytest.raises(PeriodError):
        compute_year(inputs(HOUSE), year)


def test_a_grant_above_the_cost_is_never_clipped() -> None:
    cheap = replace(ADA, costs={2022: 5_000_000})
    figures = compute_year(inputs(Portfolio((Module(places=(cheap,)),))), 2022)
    assert of_line(figures, "A") == ("50000.00", "50000.00", "55000.00", "-5000.00")
    assert amounts(figures.figures)["shortfall"] == "-5000.00"
    assert amounts(figures.top_up) == {"needed": "-5000.00", "open": "-5000.00"}


def test_missing_costs_count_as_nothing_and_are_named() -> None:
    house = Portfolio((Module(places=(replace(ADA, costs={}), BEN), material=(replace(MEASURES, costs={}),)),))
    figures = compute_year(inputs(house), 2022)
    assert figures.missing == ("A", "Maßnahmen")
    assert of_line(figures, "A") == ("0.00", "0.00", "55000.00", "-55000.00")
    assert line(figures, "Maßnahmen").cost.note == "no_cost_declared"


def test_a_position_belongs_to_the_years_it_is_planned_in() -> None:
    house = Portfolio((Module(places=(replace(ADA, planned=(date(2022, 7, 1), date(2022, 12, 31))), BEN)),))
    by_year = {
        year: [one.reference for one in compute_year(inputs(house), year).modules[0].positions]
        for year in (2021, 2022, 2023)
    }
    assert by_year == {2021: ["B"], 2022: ["A", "B"], 2023: ["B"]}


# --- The end of the grant, of the positions, of the top-up ----------------------------------------------------------


def test_end_of_the_grant_changes_revenue_not_expense() -> None:
    with_grant = compute_year(inputs(HOUSE), 2023).figures
    without = compute_year(inputs(replace(HOUSE, grant_until=date(2022, 12, 31))), 2023).figures
    for key in ("expense", "full_cost", "personnel_cost", "measures_cost"):
        assert without[key] == with_grant[key]
    assert amounts(without)["grant"] == "0.00"
    assert without["shortfall"].amount == without["full_cost"].amount


@pytest.mark.parametrize(
    ("last_day", "year", "expense", "grant"),
    [
        (date(2022, 12, 31), 2022, "183550.01", "146050.00"),
        (date(2022, 12, 31), 2023, "0.00", "0.00"),
        (date(2022, 6, 30), 2022, "91775.01", "73025.00"),
        (date(2023, 6, 30), 2022, "183550.01", "146050.00"),
    ],
)
def test_positions_that_end_take_their_cost_and_grant_with_them(
    last_day: date, year: int, expense: str, grant: str
) -> None:
    found = amounts(compute_year(inputs(replace(HOUSE, positions_until=last_day)), year).figures)
    assert (found["expense"], found["grant"]) == (expense, grant)


def test_what_was_declared_for_part_of_a_year_is_shared_over_that_part() -> None:
    half = replace(ADA, planned=(date(2022, 7, 1), None), costs={2022: 4_000_000})
    house = Portfolio((Module(places=(half,)),), positions_until=date(2022, 9, 30))
    assert of_line(compute_year(inputs(house), 2022), "A")[0] == "20000.00"


@pytest.mark.parametrize(
    ("until", "year", "proration", "cost", "shortfall"),
    [
        # An association gets the lump sum only.
        ({"": date(2022, 12, 31)}, 2023, Proration.TWELFTHS, "55000.00", "0.00"),
        ({"": date(2022, 12, 31)}, 2022, Proration.TWELFTHS, "80000.00", "25000.00"),
        # Until June the gap of 25,000 is filled for six months.
        ({"": date(2022, 6, 30)}, 2022, Proration.TWELFTHS, "67500.00", "12500.00"),
        ({"": date(2022, 6, 30)}, 2022, Proration.CALENDAR_DAYS, "67397.26", "12397.26"),
        ({"": date(2022, 1, 1)}, 2022, Proration.NONE, "80000.00", "25000.00"),
        # A day for one provider goes before the day for all.
        ({"": date(2022, 12, 31), "caritas": None}, 2023, Proration.TWELFTHS, "80000.00", "25000.00"),
        ({"caritas": date(2022, 12, 31)}, 2023, Proration.TWELFTHS, "55000.00", "0.00"),
        ({"awo": date(2022, 12, 31)}, 2023, Proration.TWELFTHS, "80000.00", "25000.00"),
        ({"amt": date(2022, 12, 31)}, 2023, Proration.TWELFTHS, "80000.00", "25000.00"),
    ],
)
def test_end_of_the_top_up_at_an_association(
    until: dict[str, date | None], year: int, proration: Proration, cost: str, shortfall: str
) -> None:
    figures = compute_year(inputs(replace(HOUSE, top_up_until=until, proration=proration)), year)
    assert of_line(figures, "A") == (cost, "80000.00", "55000.00", shortfall)
    # The city's own people cost what they cost.
    assert of_line(figures, "B") == ("40000.01", "40000.01", "27500.00", "12500.01")
    assert amounts(figures.figures)["full_cost"] == "183550.01"


def test_without_top_up_and_without_grant_an_association_gets_nothing() -> None:
    ended = replace(HOUSE, top_up_until={"": date(2022, 12, 31)}, grant_until=date(2022, 12, 31))
    figures = compute_year(inputs(ended), 2023)
    assert of_line(figures, "A") == ("0.00", "80000.00", "0.00", "0.00")
    assert line(figures, "A").cost.note == LUMP_SUM_ONLY


def test_a_grant_above_the_cost_is_forwarded_up_to_the_cost() -> None:
    house = Portfolio(
        (Module(places=(replace(ADA, costs={2023: 5_000_000}),)),), top_up_until={"": date(2022, 12, 31)}
    )  # fmt: skip
    assert of_line(compute_year(inputs(house), 2023), "A") == ("50000.00", "50000.00", "55000.00", "-5000.00")


# --- A position that moves to another module ------------------------------------------------------------------------


def moving(day: date, before: date) -> Portfolio:
    """Return a house where Ada's position is funded by module 1, and from ``day`` on by module 2."""
    first = replace(ADA, times=((PER_FTE, (ALWAYS[0], before)),))
    second = replace(ADA, times=((PER_FTE, (day, None)),))
    return Portfolio((Module(1, places=(first, BEN)), Module(2, places=(second,))))


@pytest.mark.parametrize(("year", "first", "second"), [(2022, ["A", "B"], []), (2023, ["B"], ["A"])])
def test_a_position_that_moved_is_counted_where_it_is(year: int, first: list[str], second: list[str]) -> None:
    figures = compute_year(inputs(moving(date(2023, 1, 1), date(2022, 12, 31))), year)
    assert [[one.reference for one in module.positions] for module in figures.modules] == [first, second]
    assert amounts(figures.figures)["position_cost"] == "120000.01"
    assert amounts(figures.figures)["grant"] == "82500.00"


def test_a_position_that_moves_within_a_year_costs_once_and_keeps_both_grants() -> None:
    figures = compute_year(inputs(moving(date(2022, 7, 1), date(2022, 6, 30))), 2022)
    found = [
        (module.number, one.reference, str(one.cost.amount), str(one.grant.amount))
        for module in figures.modules
        for one in module.positions
    ]
    assert found == [(1, "A", "0.00", "27500.00"), (1, "B", "40000.01", "27500.00"), (2, "A", "80000.00", "27500.00")]
    assert amounts(figures.figures)["position_cost"] == "120000.01"
    assert figures.missing == ()


def test_after_the_last_funding_a_position_stays_with_its_last_module() -> None:
    house = moving(date(2022, 7, 1), date(2022, 6, 30))
    ended = replace(house.modules[1].places[0], times=((PER_FTE, (date(2022, 7, 1), date(2022, 12, 31))),))
    figures = compute_year(inputs(replace(house, modules=(house.modules[0], Module(2, places=(ended,))))), 2023)
    assert [[one.reference for one in module.positions] for module in figures.modules] == [["B"], ["A"]]


def test_before_the_first_funding_a_position_stays_with_its_first_module() -> None:
    first = replace(ADA, times=((PER_FTE, (date(2023, 1, 1), date(2023, 12, 31))),))
    second = replace(ADA, times=((PER_FTE, (date(2024, 1, 1), None)),))
    figures = compute_year(inputs(Portfolio((Module(1, places=(first,)), Module(2, places=(second,))))), 2022)
    assert [[one.reference for one in module.positions] for module in figures.modules] == [["A"], []]


# --- Rounding, accounts, top-up -------------------------------------------------------------------------------------


def rounded(*rules: tuple[str, Direction, Period]) -> tuple[RoundingInput, ...]:
    return tuple(
        RoundingInput(given("rounding_base", Decimal(base), EUR, SOURCE), direction, period)
        for base, direction, period in rules
    )


OPEN = Period(date(2020, 1, 1))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (rounded(("100.00", Direction.UP, OPEN)), "183600.00"),
        (rounded(("100.00", Direction.DOWN, OPEN)), "183500.00"),
        (rounded(("1000.00", Direction.NEAREST, OPEN)), "184000.00"),
        (rounded(("100.00", Direction.UP, Period(date(2023, 1, 1)))), None),
        ((), None),
    ],
)
def test_expense_as_a_paper_prints_it(rules: tuple[RoundingInput, ...], expected: str | None) -> None:
    figures = compute_year(replace(inputs(HOUSE), rounding=rules), 2022)
    assert amounts(figures.figures).get("expense_in_paper") == expected
    # Whatever is printed, the exact amount stands beside it.
    (found,) = budget_lines(figures, {"expense": "549900"})
    assert (str(found.amount.amount), str(found.exact.amount)) == (expected or "183550.01", "183550.01")


def test_budget_lines_stand_gross_in_the_order_of_their_accounts() -> None:
    figures = compute_year(inputs(HOUSE), 2022)
    accounts = {"expense": "549900", "grant_for_positions": "414101", "grant_for_material": "414100"}
    found = [
        (one.fiscal_year, one.ledger_account, one.kind, str(one.amount.amount))
        for one in budget_lines(figures, accounts)
    ]
    assert found == [
        (2022, "414100", "revenue", "63550.00"),
        (2022, "414101", "revenue", "82500.00"),
        (2022, "549900", "expense", "183550.01"),
    ]
    assert budget_lines(figures, {}) == ()


@pytest.mark.parametrize(
    ("entered", "still_open"),
    [
        ({}, "37500.01"),
        ({"planned": "30000.00"}, "37500.01"),
        ({"planned": "30000.00", "registered": "37500.01"}, "0.00"),
        ({"registered": "37500.01", "adopted": "30000.00"}, "7500.01"),
        ({"registered": "40000.00"}, "-2499.99"),
    ],
)
def test_top_up_needed_against_what_the_city_has_put_beside_it(entered: dict[str, str], still_open: str) -> None:
    given_top_up = {stage: given(f"top_up_{stage}", Decimal(one), EUR, SOURCE) for stage, one in entered.items()}
    figures = compute_year(replace(inputs(HOUSE), top_ups={2022: given_top_up}), 2022)
    assert amounts(figures.top_up) == {"needed": "37500.01", **entered, "open": still_open}
    assert figures.top_up["needed"] == derive("top_up_needed", Step.SUM, (figures.figures["shortfall"],))
