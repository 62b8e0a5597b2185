"""What the cost of a position is found by: tables, flats, yearly amounts, and what was declared before all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kim import figures
from kim.figures import EUR, EUR_PER_FTE, FACTOR, FTE, PERCENT, Figure, Source, Status, Step
from kim.rounding import share
from kim.timeshare import Limit, TimeRule
from kim.years import Period, Proration
from staffing.calculation import PositionInput, ProviderInput, position_cost
from staffing.calculation.basis import BasisKind, BasisTerms, PayBasis, TableTerms
from staffing.calculation.changes import Factor, LargerShare, ShorterPlan
from staffing.calculation.cost import changed, find_cost, has_cost
from staffing.calculation.pay.law import PayRise, PayTerms, Tariff
from staffing.calculation.pay.year import pay_year
from staffing.calculation.rises import acting, raised
from staffing.published_law import published_law

PLAN = Source("Stellenplan")
WHY = Source("Beschluss")
MONTHS = TimeRule(Proration.TWELFTHS, Source("volle Monate", Status.ASSUMED))
LAW = published_law()
E10 = TableTerms(Tariff.E, "E10", 3)
YEARS = (2022, 2023, 2024, 2025)


def euros(amount: str, unit: str = EUR, key: str = "position_cost") -> Figure:
    return figures.given(key, Decimal(amount), unit, PLAN)


def by(kind: BasisKind, amount: str = "", first_year: int = 2022, table: TableTerms | None = None) -> BasisTerms:
    unit = EUR_PER_FTE if kind is BasisKind.WORKPLACE_FLAT else EUR
    return BasisTerms(first_year, kind, PLAN, table, euros(amount, unit) if amount else None)


TABLE = by(BasisKind.PAY_TABLE, table=E10)


def position(
    *terms: BasisTerms, costs: dict[int, str] | None = None, fte: str = "1", start: date = date(2022, 1, 1),
    end: date | None = None, is_city: bool = True, rises: tuple[PayRise, ...] = (),
) -> PositionInput:  # fmt: skip
    return PositionInput(
        "A", "Ada", ProviderInput("ki", "KI", is_city), figures.given("fte", Decimal(fte), FTE, PLAN),
        Period(start, end), {year: euros(amount) for year, amount in (costs or {}).items()},
        PayBasis(terms, LAW) if terms else None, rises,
    )  # fmt: skip


def cost(of: PositionInput, year: int = 2023, last_day: date | None = None) -> str | None:
    found = position_cost(of, year, None if last_day is None else Limit(last_day, WHY), MONTHS)
    return None if found is None else str(found.amount)


def by_pay(year: int, period: Period, fte: str = "1", *, is_city: bool = True) -> str:
    terms = PayTerms(
        Tariff.E, "E10", 3, figures.given("fte", Decimal(fte), FTE, PLAN), period, is_city,
        supplementary_pension=LAW.supplementary_pension,
    )  # fmt: skip
    return str(pay_year(terms, year, LAW).total.amount)


# --- Which way counts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", YEARS)
def test_a_position_in_a_table_costs_what_its_pay_costs(year: int) -> None:
    assert cost(position(TABLE), year) == by_pay(year, Period(date(2022, 1, 1)))
    assert cost(position(TABLE, fte="0.75"), year) == by_pay(year, Period(date(2022, 1, 1)), "0.75")


def test_an_association_pays_the_levy_that_a_city_does_not() -> None:
    assert cost(position(TABLE, is_city=False)) == by_pay(2023, Period(date(2022, 1, 1)), is_city=False)
    assert Decimal(cost(position(TABLE, is_city=False)) or 0) > Decimal(cost(position(TABLE)) or 0)


def test_a_table_follows_the_plan_of_the_position() -> None:
    plan = Period(date(2023, 10, 16), date(2024, 3, 31))
    found = position(TABLE, start=date(2023, 10, 16), end=date(2024, 3, 31))
    assert (cost(found, 2023), cost(found, 2024)) == (by_pay(2023, plan), by_pay(2024, plan))


def test_what_was_declared_counts_and_shows_what_the_table_gives() -> None:
    found = find_cost(position(TABLE, costs={2023: "70000.00"}), 2023, None, MONTHS)
    assert found.cost is not None
    assert (str(found.cost.amount), found.cost.step, found.cost.key) == ("70000.00", Step.REPLACED, "position_cost")
    assert [str(one.amount) for one in found.cost.inputs] == ["70000.00", by_pay(2023, Period(date(2022, 1, 1)))]


def test_bases_follow_each_other_by_year() -> None:
    found = position(
        by(BasisKind.WORKPLACE_FLAT, "60000.00", 2022), by(BasisKind.PROVIDER_TARIFF, "50000.00", 2023),
        by(BasisKind.CIVIL_SERVANT, "66000.00", 2024), costs={2025: "1.00"}, fte="0.5",
    )  # fmt: skip
    assert [cost(found, year) for year in (2021, *YEARS, 2026)] == [
        None, "30000.00", "50000.00", "66000.00", "1.00", "66000.00",
    ]  # fmt: skip
    assert [has_cost(found, year) for year in (2021, 2022, 2026)] == [False, True, True]


@pytest.mark.parametrize("kind", [BasisKind.WORKPLACE_FLAT, BasisKind.PROVIDER_TARIFF, BasisKind.CIVIL_SERVANT])
def test_a_yearly_amount_counts_for_the_planned_months(kind: BasisKind) -> None:
    assert cost(position(by(kind, "60000.00"), start=date(2023, 10, 1))) == "15000.00"


def test_what_a_table_lacks_is_missing_with_the_reason() -> None:
    found = find_cost(position(by(BasisKind.PAY_TABLE, table=TableTerms(Tariff.E, "E99", 3))), 2023, None, MONTHS)
    assert found.cost is None
    assert found.reason.startswith("Für die Entgeltgruppe")
    declared = find_cost(
        position(by(BasisKind.PAY_TABLE, table=TableTerms(Tariff.E, "E99", 3)), costs={2023: "1.00"}), 2023, None, MONTHS
    )  # fmt: skip
    assert str(declared.cost and declared.cost.amount) == "1.00"


def test_without_any_table_the_reason_says_what_to_do() -> None:
    bare = replace(position(TABLE), pay=PayBasis((TABLE,), None))
    assert find_cost(bare, 2023, None, MONTHS).reason == (
        "Es sind keine Entgelttabellen geladen. Bitte die Tabellen einlesen."
    )


def test_a_rate_of_the_position_goes_before_the_rate_of_the_law() -> None:
    none = replace(E10, supplementary_pension=figures.given("rate", Decimal("0.00"), PERCENT, PLAN))
    less = position(by(BasisKind.PAY_TABLE, table=none))
    assert Decimal(cost(less) or 0) < Decimal(cost(position(TABLE)) or 0)


def test_the_same_law_and_terms_are_computed_once() -> None:
    first, second = (position_cost(position(TABLE), 2023, None, MONTHS) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.inputs[0] is second.inputs[0]


# --- What changes it --------------------------------------------------------------------------------------------------

HALF = figures.given("cost_factor", Decimal("1.5"), FACTOR, WHY)


def test_a_factor_multiplies_whatever_way_the_cost_was_found() -> None:
    both = position(by(BasisKind.CIVIL_SERVANT, "60000.00"), costs={2023: "1000.00"})
    found = changed(both, Factor(HALF, 2023))
    assert [cost(found, year) for year in (2022, 2023, 2024)] == ["60000.00", "1500.00", "90000.00"]


def test_a_shorter_plan_leaves_a_share_of_a_declared_amount_and_asks_the_table_anew() -> None:
    old, new = Period(date(2022, 1, 1)), Period(date(2022, 1, 1), date(2023, 6, 30))
    cut = ShorterPlan(old, new, WHY, MONTHS)
    declared = replace(changed(position(costs={2023: "60000.00"}), cut), period=new)
    assert cost(declared) == "30000.00"
    table = replace(changed(position(TABLE), cut), period=new)
    assert cost(table) == by_pay(2023, new)
    found = position_cost(table, 2023, None, MONTHS)
    assert found is not None
    assert found.note == "Beschluss"


def test_a_year_without_any_of_the_plan_costs_nothing_and_says_why() -> None:
    old, new = Period(date(2022, 1, 1)), Period(date(2022, 1, 1), date(2022, 12, 31))
    table = replace(changed(position(TABLE), ShorterPlan(old, new, WHY, MONTHS)), period=new)
    found = position_cost(table, 2023, None, MONTHS)
    assert found is not None
    assert (str(found.amount), found.step) == ("0.00", Step.SHARE_OF_TIME)
    assert WHY in {leaf.source for leaf in found.leaves()}


@pytest.mark.parametrize(
    ("last_day", "period"),
    [
        (date(2023, 6, 30), Period(date(2022, 1, 1), date(2023, 6, 30))),
        (date(2024, 12, 31), Period(date(2022, 1, 1))),
    ],
)
def test_the_end_of_all_positions_asks_the_table_anew(last_day: date, period: Period) -> None:
    assert cost(position(TABLE), 2023, last_day) == by_pay(2023, period)


def test_the_end_of_all_positions_before_the_year_leaves_nothing() -> None:
    assert cost(position(TABLE), 2023, date(2022, 12, 31)) == "0.00"
    assert cost(position(TABLE), 2023, date(2020, 12, 31)) == "0.00"


def test_a_larger_share_grows_what_was_entered_for_the_share_and_asks_the_table_anew() -> None:
    def grown(of: PositionInput) -> PositionInput:
        more, rest = (figures.given("fte", Decimal(part), FTE, WHY) for part in ("0.1", "0.4"))
        fte = figures.given("fte", Decimal("0.6"), FTE, WHY)
        return replace(changed(of, LargerShare(more, rest)), fte=fte)

    assert cost(grown(position(costs={2023: "50000.00"}, fte="0.5"))) == "60000.00"
    assert cost(grown(position(by(BasisKind.PROVIDER_TARIFF, "50000.00"), fte="0.5"))) == "60000.00"
    assert cost(grown(position(by(BasisKind.WORKPLACE_FLAT, "100000.00"), fte="0.5"))) == "60000.00"
    assert cost(grown(position(TABLE, fte="0.5"))) == by_pay(2023, Period(date(2022, 1, 1)), "0.6")


# --- Pay rises on declared amounts ------------------------------------------------------------------------------------


def rise(day: str = "2023-07-01", percent: str = "3.00", *tariffs: Tariff) -> PayRise:
    return PayRise("Runde", tariffs, (), date.fromisoformat(day), Decimal(percent), Decimal("0.00"), PLAN)


@pytest.mark.parametrize(
    ("year", "expected"), [(2022, "60000.00"), (2023, "60900.00"), (2024, "61800.00"), (2025, "61800.00")]
)
def test_a_rise_acts_for_the_months_from_its_first_day_on(year: int, expected: str) -> None:
    costs = dict.fromkeys(YEARS, "60000.00")
    assert cost(position(costs=costs, rises=(rise(),)), year) == expected


def test_a_rise_inside_a_month_acts_from_the_next_one() -> None:
    assert cost(position(costs={2023: "60000.00"}, rises=(rise("2023-06-15"),))) == "60900.00"


def test_a_rise_acts_on_the_planned_months_only() -> None:
    last_quarter = position(costs={2023: "15000.00"}, rises=(rise("2023-11-01"),), start=date(2023, 10, 1))
    assert cost(last_quarter) == "15300.00"


def test_rises_follow_each_other() -> None:
    twice = (rise("2022-01-01", "10.00"), rise("2023-01-01", "10.00"))
    assert cost(position(costs={2023: "1000.00"}, rises=twice)) == "1210.00"


def test_a_rise_is_told_with_its_source() -> None:
    found = raised(euros("60000.00"), rise(), Period(date(2022, 1, 1)), 2023, "Ada")
    assert (found.step, found.subject) == (Step.SUM, "Ada")
    assert [one.key for one in found.inputs] == ["position_cost", "pay_rise_of_year"]
    assert [(one.key, str(one.amount)) for one in found.leaves()] == [
        ("position_cost", "60000.00"), ("pay_rise_percent", "3.00"), ("counted_time", "6"), ("whole_time", "12"),
    ]  # fmt: skip
    # That the amount spreads evenly over the months is an assumption, and shown as one.
    assert found.is_assumption


@pytest.mark.parametrize(
    ("terms", "tariffs", "acts"),
    [
        ((), (), True),
        ((), (Tariff.E,), False),
        ((), (Tariff.E, Tariff.S), True),
        ((TABLE,), (Tariff.E,), True),
        ((TABLE,), (Tariff.S,), False),
        ((TABLE,), (), True),
        ((by(BasisKind.PROVIDER_TARIFF, "1.00"),), (), False),
        ((by(BasisKind.CIVIL_SERVANT, "1.00"),), (), False),
    ],
)
def test_a_rise_acts_on_what_is_paid_after_its_table(
    terms: tuple[BasisTerms, ...], tariffs: tuple[Tariff, ...], *, acts: bool
) -> None:
    basis = PayBasis(terms, LAW) if terms else None
    assert bool(acting([rise("2023-07-01", "3.00", *tariffs)], basis, 2023)) is acts
    assert acting([rise("2023-07-01", "3.00", *tariffs)], basis, 2022) == []


# --- Whatever the numbers ---------------------------------------------------------------------------------------------

cents = st.integers(0, 20_000_000).map(lambda amount: Decimal(amount).scaleb(-2))
months = st.integers(1, 12)
percents = st.integers(1, 2_000).map(lambda amount: Decimal(amount).scaleb(-2))


@settings(max_examples=60)
@given(cents, percents, months)
def test_a_rise_adds_its_percent_of_the_months_and_not_a_cent_else(
    amount: Decimal, percent: Decimal, first: int
) -> None:
    found = raised(euros(str(amount)), rise(f"2023-{first:02}-01", str(percent)), Period(date(2022, 1, 1)), 2023, "")
    whole = share(amount, percent, Decimal(100))
    assert found.amount - amount == share(whole, Decimal(13 - first), Decimal(12))


@settings(max_examples=40)
@given(cents, st.sampled_from(["E6", "E9b", "E10", "E12"]), st.integers(1, 6), st.sampled_from(YEARS))
def test_a_declared_amount_always_wins(amount: Decimal, group: str, step: int, year: int) -> None:
    table = by(BasisKind.PAY_TABLE, table=TableTerms(Tariff.E, group, step))
    assert cost(position(table, costs={year: str(amount)}), year) == str(amount)
    assert cost(position(table), year) != str(amount) or amount


@settings(max_examples=30)
@given(st.dates(date(2022, 1, 1), date(2025, 12, 31)), st.integers(0, 400), st.sampled_from(YEARS))
def test_the_basis_is_asked_for_the_plan_that_is_left(start: date, days: int, year: int) -> None:
    end = date.fromordinal(start.toordinal() + days)
    shorter = Period(start, end)
    old = Period(date(2022, 1, 1))
    left = replace(changed(position(TABLE), ShorterPlan(old, shorter, WHY, MONTHS)), period=shorter)
    assert cost(left, year) == by_pay(year, shorter)
