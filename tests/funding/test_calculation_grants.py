"""What the state pays, case by case: amounts, and how they came about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from funding.calculation.inputs import MaterialKind
from funding.calculation.rules import RULES, UNIT_OF, Basis
from funding.calculation.shortfall import YearFigures, compute_year
from kim.figures import Figure, Step
from kim.years import Proration
from tests.funding.portfolios import ALWAYS, Material, Module, Place, Portfolio, Rule, Span, euros, inputs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MONTHS, DAYS, NONE = Proration.TWELFTHS, Proration.CALENDAR_DAYS, Proration.NONE
PER_FTE = Rule(Basis.PER_FTE_YEAR, ((5_500_000, *ALWAYS),))
COSTS = {2022: 8_000_000, 2023: 8_000_000}


def from_day(text: str, until: str | None = None) -> Span:
    return date.fromisoformat(text), None if until is None else date.fromisoformat(until)


def place(reference: str = "A", *, fte: int = 10_000, rule: Rule = PER_FTE, span: Span = ALWAYS) -> Place:
    return Place(reference, fte, ((rule, span),), COSTS)


def measures(costs: Mapping[int, int], rule: Rule | None = None) -> Material:
    return Material("Maßnahmen", MaterialKind.MEASURES, per_fte=False, costs=costs, rule=rule)


def workplace(rule: Rule | None) -> Material:
    return Material("Arbeitsplätze", MaterialKind.WORKPLACE, per_fte=True, costs={2022: 970_000}, rule=rule)


def of(year: int, *places: Place, **module: object) -> YearFigures:
    return compute_year(inputs(Portfolio((Module(places=places, **module),))), year)  # type: ignore[arg-type]


def grants(figures: YearFigures) -> list[str]:
    return [str(line.grant.amount) for module in figures.modules for line in module.positions]


def steps(figure: Figure) -> list[tuple[str, Step, str]]:
    """Return the derivation downwards, the first input of each step first."""
    found = [(figure.key, figure.step, str(figure.amount))]
    for one in figure.inputs:
        found += steps(one)
    return found


# --- Rules ----------------------------------------------------------------------------------------------------------


def test_every_basis_has_a_rule_and_a_unit() -> None:
    assert set(RULES) == set(UNIT_OF) == set(Basis)


@pytest.mark.parametrize(
    ("basis", "fte", "expected"),
    [
        (Basis.PER_FTE_YEAR, 10_000, "55000.00"),
        (Basis.PER_FTE_YEAR, 7_500, "41250.00"),
        (Basis.PER_FTE_YEAR, 3_333, "18331.50"),
        # The half assistant position gets its 22,500 flat; so does a group position, once.
        (Basis.PER_POSITION_YEAR, 5_000, "55000.00"),
        (Basis.PER_POSITION_YEAR, 25_000, "55000.00"),
        # A group position stands for several people.
        (Basis.PER_FTE_YEAR, 25_000, "137500.00"),
    ],
)
def test_a_whole_year(basis: Basis, fte: int, expected: str) -> None:
    figures = of(2022, place(fte=fte, rule=Rule(basis, ((5_500_000, *ALWAYS),))))
    assert grants(figures) == [expected]
    assert str(figures.figures["grant"].amount) == expected


def test_a_plain_year_is_one_product_and_nothing_else() -> None:
    figures = of(2022, place(fte=7_500))
    assert steps(figures.modules[0].positions[0].grant) == [
        ("grant", Step.PRODUCT, "41250.00"),
        ("lump_sum", Step.GIVEN, "55000.00"),
        ("fte", Step.GIVEN, "0.7500"),
    ]


# --- Parts of a year ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "proration", "expected"),
    [
        (from_day("2022-10-01"), MONTHS, "13750.00"),
        (from_day("2022-10-02"), MONTHS, "9166.67"),
        (from_day("2022-10-01"), DAYS, "13863.01"),
        (from_day("2022-10-01"), NONE, "55000.00"),
        (from_day("2021-01-01", "2022-06-30"), MONTHS, "27500.00"),
        (from_day("2021-01-01", "2022-06-29"), MONTHS, "22916.67"),
        (from_day("2022-12-31"), MONTHS, "0.00"),
        (from_day("2022-12-31"), DAYS, "150.68"),
        (from_day("2022-12-31"), NONE, "55000.00"),
        (from_day("2023-01-01"), DAYS, "0.00"),
        (from_day("2020-01-01", "2021-12-31"), NONE, "0.00"),
    ],
)
def test_part_of_a_year(span: Span, proration: Proration, expected: str) -> None:
    portfolio = Portfolio((Module(places=(place(span=span),)),), proration=proration)
    assert grants(compute_year(inputs(portfolio), 2022)) == [expected]


def test_a_part_of_a_year_says_how_much_of_it_and_why() -> None:
    figures = of(2022, place(span=from_day("2022-10-01")))
    grant = figures.modules[0].positions[0].grant
    assert steps(grant) == [
        ("grant", Step.SHARE_OF_TIME, "13750.00"),
        ("lump_sum_of_year", Step.PRODUCT, "55000.00"),
        ("lump_sum", Step.GIVEN, "55000.00"),
        ("fte", Step.GIVEN, "1.0000"),
        ("counted_time", Step.GIVEN, "3"),
        ("whole_time", Step.GIVEN, "12"),
    ]
    # How a part counts is nowhere proved, so it is shown as an assumption.
    assert grant.is_assumption


@pytest.mark.parametrize(
    ("grant_until", "proration", "expected"),
    [
        (date(2022, 12, 31), MONTHS, ["55000.00", "0.00"]),
        (date(2022, 6, 30), MONTHS, ["27500.00", "0.00"]),
        (date(2021, 12, 31), MONTHS, ["0.00", "0.00"]),
        (date(2022, 6, 30), DAYS, ["27273.97", "0.00"]),
        (date(2022, 1, 1), NONE, ["55000.00", "0.00"]),
        (None, MONTHS, ["55000.00", "55000.00"]),
    ],
)
def test_end_of_the_grant(grant_until: date | None, proration: Proration, expected: list[str]) -> None:
    programme = inputs(Portfolio((Module(places=(place(),)),), grant_until=grant_until, proration=proration))
    assert [grants(compute_year(programme, year))[0] for year in (2022, 2023)] == expected


def test_where_nothing_is_paid_the_lump_sum_and_the_limit_are_still_named() -> None:
    programme = inputs(Portfolio((Module(places=(place(),)),), grant_until=date(2022, 12, 31)))
    figures = compute_year(programme, 2023)
    assert steps(figures.modules[0].positions[0].grant) == [
        ("grant", Step.SHARE_OF_TIME, "0.00"),
        ("lump_sum_of_year", Step.PRODUCT, "55000.00"),
        ("lump_sum", Step.GIVEN, "55000.00"),
        ("fte", Step.GIVEN, "1.0000"),
        ("counted_time", Step.GIVEN, "0"),
        ("whole_time", Step.GIVEN, "12"),
    ]
    assert not figures.modules[0].positions[0].grant.is_assumption


# --- Lump sums change -----------------------------------------------------------------------------------------------


RAISED = Rule(
    Basis.PER_FTE_YEAR, ((5_500_000, *from_day("2020-01-01", "2022-06-30")), (5_700_000, *from_day("2022-07-01")))
)


@pytest.mark.parametrize(
    ("proration", "span", "expected"),
    [
        (MONTHS, ALWAYS, "56000.00"),
        (DAYS, ALWAYS, "56008.22"),
        # Without proration the year takes what was in force on its first funded day.
        (NONE, ALWAYS, "55000.00"),
        (NONE, from_day("2022-07-01"), "57000.00"),
        (MONTHS, from_day("2022-04-01", "2022-09-30"), "28000.00"),
        (MONTHS, from_day("2022-07-15"), "23750.00"),
    ],
)
def test_a_lump_sum_raised_in_the_middle_of_a_year(proration: Proration, span: Span, expected: str) -> None:
    portfolio = Portfolio((Module(places=(place(rule=RAISED, span=span),)),), proration=proration)
    assert grants(compute_year(inputs(portfolio), 2022)) == [expected]


def test_a_month_takes_the_lump_sum_of_its_first_day() -> None:
    raised = Rule(
        Basis.PER_FTE_YEAR, ((5_500_000, *from_day("2020-01-01", "2022-06-15")), (5_700_000, *from_day("2022-06-16")))
    )
    # Six months at 55,000 (June began with it), six at 57,000.
    assert grants(of(2022, place(rule=raised))) == ["56000.00"]


def test_both_lump_sums_stand_in_the_derivation() -> None:
    assert steps(of(2022, place(rule=RAISED)).modules[0].positions[0].grant) == [
        ("grant", Step.SUM, "56000.00"),
        ("lump_sum_share", Step.SHARE_OF_TIME, "27500.00"),
        ("lump_sum_of_year", Step.PRODUCT, "55000.00"),
        ("lump_sum", Step.GIVEN, "55000.00"),
        ("fte", Step.GIVEN, "1.0000"),
        ("counted_time", Step.GIVEN, "6"),
        ("whole_time", Step.GIVEN, "12"),
        ("lump_sum_share", Step.SHARE_OF_TIME, "28500.00"),
        ("lump_sum_of_year", Step.PRODUCT, "57000.00"),
        ("lump_sum", Step.GIVEN, "57000.00"),
        ("fte", Step.GIVEN, "1.0000"),
        ("counted_time", Step.GIVEN, "6"),
        ("whole_time", Step.GIVEN, "12"),
    ]


def test_a_raise_from_january_leaves_the_year_before_alone() -> None:
    rule = Rule(
        Basis.PER_FTE_YEAR, ((5_500_000, *from_day("2020-01-01", "2022-12-31")), (5_700_000, *from_day("2023-01-01")))
    )
    assert [grants(of(year, place(rule=rule)))[0] for year in (2022, 2023)] == ["55000.00", "57000.00"]


def test_time_without_a_lump_sum_gives_nothing() -> None:
    gap = Rule(
        Basis.PER_FTE_YEAR, ((5_500_000, *from_day("2022-01-01", "2022-03-31")), (5_500_000, *from_day("2022-07-01")))
    )
    assert grants(of(2022, place(rule=gap))) == ["41250.00"]
    figure = of(2022, place(rule=Rule(Basis.PER_FTE_YEAR, ()))).modules[0].positions[0].grant
    assert (str(figure.amount), figure.note) == ("0.00", "no_lump_sum")


# --- Caps -----------------------------------------------------------------------------------------------------------


def cap(cents: int, span: Span = ALWAYS) -> dict[str, tuple[tuple[int, date, date | None], ...]]:
    return {"positions": ((cents, *span),)}


def test_a_cap_that_does_not_bite_leaves_every_line_its_own_grant() -> None:
    figures = of(2022, place("A"), place("B", fte=5_000), caps=cap(8_250_000))
    assert grants(figures) == ["55000.00", "27500.00"]
    assert [line.grant.step for line in figures.modules[0].positions] == [Step.PRODUCT, Step.PRODUCT]


def test_a_cap_that_bites_is_allocated_by_what_the_rule_gives_to_the_cent() -> None:
    figures = of(2022, place("A"), place("B"), place("C", fte=5_000), caps=cap(10_000_001))
    assert grants(figures) == ["40000.01", "40000.00", "20000.00"]
    assert str(figures.figures["grant"].amount) == "100000.01"
    total = figures.modules[0].figures["grant_for_positions"]
    assert (total.step, [(one.key, str(one.amount)) for one in total.inputs]) == (
        Step.LEAST,
        [("grant_for_positions_by_rule", "137500.00"), ("cap", "100000.01")],
    )


def test_a_cap_of_nothing_leaves_nothing() -> None:
    figures = of(2022, place("A"), place("B"), caps=cap(0))
    assert (grants(figures), str(figures.figures["grant"].amount)) == (["0.00", "0.00"], "0.00")


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        # In force on 1 January; a later one counts from the next year on.
        ((3_000_000, "2020-01-01", "2022-06-30", 4_000_000, "2022-07-01"), ["30000.00", "40000.00"]),
        ((3_000_000, "2021-01-01", "2021-12-31", 4_000_000, "2022-07-01"), ["40000.00", "40000.00"]),
        ((3_000_000, "2021-01-01", "2021-12-31", 4_000_000, "2023-01-01"), ["55000.00", "40000.00"]),
    ],
)
def test_the_cap_of_a_year(amounts: tuple[int, str, str, int, str], expected: list[str]) -> None:
    first, start, end, second, following = amounts
    caps = {"positions": ((first, *from_day(start, end)), (second, *from_day(following)))}
    assert [grants(of(year, place(), caps=caps))[0] for year in (2022, 2023)] == expected


def test_caps_of_positions_and_material_do_not_touch_each_other() -> None:
    line = measures({2022: 100}, Rule(Basis.FLAT_YEAR, ((4_900_000, *ALWAYS),)))
    figures = of(2022, place(), material=(line,), caps={"material": ((1_000_000, *ALWAYS),)})
    found = figures.modules[0].figures
    assert [str(found[key].amount) for key in ("grant_for_positions", "grant_for_material")] == ["55000.00", "10000.00"]


# --- Awards ---------------------------------------------------------------------------------------------------------


def award(cents: int, start: str = "2022-01-01", end: str = "2022-12-31") -> tuple[str, date, date, int]:
    return "positions", date.fromisoformat(start), date.fromisoformat(end), cents


@pytest.mark.parametrize(("awarded", "shares"), [
    (30_000_000, ["100000.00"] * 3), (10_000_000, ["33333.34", "33333.33", "33333.33"]), (0, ["0.00"] * 3)
])  # fmt: skip
def test_an_award_stands_in_the_place_of_what_the_rule_gives(awarded: int, shares: list[str]) -> None:
    figures = of(2022, place("A"), place("B"), place("C"), caps=cap(16_000_000), awards=(award(awarded),))
    assert grants(figures) == shares
    total = figures.modules[0].figures["grant_for_positions"]
    # Both are kept, so the difference can be shown: awarded, and what the rule would give under its cap.
    assert (total.step, [(one.key, str(one.amount)) for one in total.inputs]) == (
        Step.REPLACED,
        [("award", str(euros(awarded))), ("grant_for_positions_by_rule", "160000.00")],
    )


def test_an_award_is_for_its_year_only() -> None:
    found = [grants(of(year, place(), awards=(award(4_000_000),))) for year in (2022, 2023)]
    assert found == [["40000.00"], ["55000.00"]]


def test_two_awards_of_a_year_add_up() -> None:
    awards = (award(2_000_000, "2022-01-01", "2022-06-30"), award(2_500_000, "2022-07-01"))
    assert grants(of(2022, place(), awards=awards)) == ["45000.00"]


@pytest.mark.parametrize(
    ("grant_until", "expected"),
    [(date(2022, 9, 30), "30000.00"), (date(2022, 12, 31), "40000.00"), (date(2021, 12, 31), "0.00")],
)
def test_a_grant_that_ends_leaves_the_share_of_the_award_before(grant_until: date, expected: str) -> None:
    portfolio = Portfolio((Module(places=(place(),), awards=(award(4_000_000),)),), grant_until=grant_until)
    assert grants(compute_year(inputs(portfolio), 2022)) == [expected]


def test_an_award_where_the_rule_gives_nothing_goes_by_share_of_positions() -> None:
    nothing = Rule(Basis.PER_FTE_YEAR, ())
    figures = of(2022, place("A", rule=nothing), place("B", fte=5_000, rule=nothing), awards=(award(3_000_000),))
    assert grants(figures) == ["20000.00", "10000.00"]


def test_an_award_for_material_that_costs_nothing_goes_in_equal_parts_and_says_so() -> None:
    lines = (measures({}), replace(measures({}), name="b"))
    figures = of(2022, material=lines, awards=(("material", date(2022, 1, 1), date(2022, 12, 31), 1_001),))
    assert [(str(line.grant.amount), line.grant.is_assumption) for line in figures.modules[0].material] == [
        ("5.01", True), ("5.00", True),
    ]  # fmt: skip


# --- Minimum, real cost, missing cost -------------------------------------------------------------------------------


@pytest.mark.parametrize(("fte", "expected"), [(5_000, "27500.00"), (4_999, "0.00"), (25_000, "137500.00")])
def test_below_the_minimum_share_nothing_is_paid(fte: int, expected: str) -> None:
    figures = of(2022, place(fte=fte), minimum_fte=5_000)
    assert grants(figures) == [expected]
    assert figures.modules[0].positions[0].grant.note == ("" if fte >= 5_000 else "below_minimum_fte")


def test_below_the_minimum_share_no_workplace_is_paid_either() -> None:
    rule = Rule(Basis.MATERIAL_PER_FTE, ((970_000, *ALWAYS),))
    figures = of(2022, place("A"), place("B", fte=4_000), minimum_fte=5_000, material=(workplace(rule),))
    line = figures.modules[0].material[0]
    assert [str(one.amount) for one in (line.cost, line.grant, line.shortfall)] == ["13580.00", "9700.00", "3880.00"]


@pytest.mark.parametrize(("cost", "expected"), [(5_499_999, "54999.99"), (5_500_001, "55000.00"), (0, "0.00")])
def test_at_most_the_real_cost_where_the_rule_says_so(cost: int, expected: str) -> None:
    limited = replace(place(rule=replace(PER_FTE, limited_to_cost=True)), costs={2022: cost})
    assert grants(of(2022, limited)) == [expected]
    assert grants(of(2022, replace(place(), costs={2022: cost}))) == ["55000.00"]


def test_two_parts_of_a_year_share_one_real_cost() -> None:
    limited = replace(PER_FTE, limited_to_cost=True)
    times = ((limited, from_day("2020-01-01", "2022-06-30")), (limited, from_day("2022-07-01")))
    figures = of(2022, Place("A", 10_000, times, {2022: 4_000_000}))
    assert grants(figures) == ["40000.00"]
    assert str(figures.figures["shortfall"].amount) == "0.00"


def test_a_cost_that_is_not_declared_limits_nothing_and_is_named() -> None:
    figures = of(2022, replace(place(rule=replace(PER_FTE, limited_to_cost=True)), costs={}))
    assert (grants(figures), figures.missing) == (["55000.00"], ("A",))


# --- Material -------------------------------------------------------------------------------------------------------


def material_grants(figures: YearFigures) -> Sequence[str]:
    return [str(line.grant.amount) for line in figures.modules[0].material]


def test_a_workplace_is_paid_per_share_of_the_funded_positions() -> None:
    rule = Rule(Basis.MATERIAL_PER_FTE, ((970_000, *ALWAYS),))
    figures = of(2022, place("A", fte=25_000), place("B", fte=5_000), material=(workplace(rule),))
    assert material_grants(figures) == ["29100.00"]
    assert str(figures.figures["workplace_cost"].amount) == "29100.00"


def test_a_workplace_is_paid_as_long_as_its_position_is_funded() -> None:
    rule = Rule(Basis.MATERIAL_PER_FTE, ((1_200_000, *ALWAYS),))
    figures = of(2022, place("A", span=from_day("2022-10-01")), place("B"), material=(workplace(rule),))
    assert material_grants(figures) == ["15000.00"]


def test_material_without_a_rule_is_not_funded() -> None:
    figures = of(2022, place(), material=(workplace(None),))
    assert material_grants(figures) == ["0.00"]
    assert figures.modules[0].material[0].grant.note == "not_funded"


@pytest.mark.parametrize(("limited", "expected"), [(True, "30000.00"), (False, "49000.00")])
def test_measures_at_most_at_their_real_cost_where_the_rule_says_so(limited: object, expected: str) -> None:
    rule = Rule(Basis.FLAT_YEAR, ((4_900_000, *ALWAYS),), bool(limited))
    assert material_grants(of(2022, material=(measures({2022: 3_000_000}, rule),))) == [expected]
