"""The fast path and the figures say the same, to the cent, whatever the portfolio."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kim.errors import RuleError
from kim.figures import Source, Status
from kim.years import Period
from staffing.calculation.pay import PayLaw, PayRise, PayTerms, StepRule, Tariff, pay_year
from staffing.calculation.pay.fast import PayCents, YearCents
from staffing.published_law import published_law
from tests.staffing.pay import PARTS, cents, day, terms
from tests.staffing.positions import percents, positions

LAW = published_law()
YEARS = range(2020, 2034)

rises = st.builds(
    PayRise,
    name=st.just("Tarifrunde"),
    tariffs=st.sampled_from([(), (Tariff.E,), (Tariff.S,)]),
    groups=st.sampled_from([(), ("E10", "S12")]),
    first_day=st.dates(min_value=date(2020, 1, 1), max_value=date(2032, 12, 31)),
    percent=percents.map(Decimal),
    minimum=st.sampled_from(["0.00", "110.00", "340.00"]).map(Decimal),
    source=st.just(Source("angenommen", Status.ASSUMED)),
)


def test_the_parts_have_the_names_of_the_figures() -> None:
    assert YearCents._fields == PARTS


def both(portfolio: list[PayTerms], law: PayLaw) -> None:
    found = PayCents(law).years(portfolio, YEARS)
    expected = [[cents(pay_year(one, year, law)) for one in portfolio] for year in YEARS]
    assert [[tuple(one) for one in of_year] for of_year in found] == expected


@settings(max_examples=40)
@given(st.lists(positions(), min_size=1, max_size=6))
def test_any_portfolio_costs_the_same_to_the_cent(portfolio: list[PayTerms]) -> None:
    both(portfolio, LAW)


@settings(max_examples=25)
@given(st.lists(positions(), min_size=1, max_size=4), st.lists(rises, max_size=3))
def test_with_any_rises_as_well(portfolio: list[PayTerms], agreed: list[PayRise]) -> None:
    both(portfolio, dataclasses.replace(LAW, rises=tuple(agreed)))


@settings(max_examples=20)
@given(
    st.lists(positions(), min_size=1, max_size=4), st.dates(min_value=date(2021, 1, 1), max_value=date(2031, 12, 31))
)
def test_with_durations_that_change_on_any_day(portfolio: list[PayTerms], change: date) -> None:
    rules = tuple(
        rule
        for tariff in Tariff
        for rule in (
            StepRule(tariff, (), (2, 4, 5, 6, 7), Period(date(2005, 10, 1), change - date.resolution), Source("alt")),
            StepRule(tariff, (), (1, 2, 3, 4, 5), Period(change, None), Source("neu")),
        )
    )
    both(portfolio, dataclasses.replace(LAW, steps=rules))


def test_with_changes_inside_two_months_in_a_row() -> None:
    agreed = [
        PayRise("Tarifrunde", (), (), day(first_day), Decimal("2.5"), Decimal("0.00"), Source("angenommen"))
        for first_day in ("2027-10-16", "2027-11-11")
    ]
    rules = (
        StepRule(Tariff.E, (), (9, 9, 9, 9, 9), Period(day("2015-01-01"), day("2028-10-14")), Source("alt")),
        StepRule(Tariff.E, (), (1, 2, 3, 4, 5), Period(day("2028-10-15"), None), Source("neu")),
    )
    law = dataclasses.replace(LAW, rises=tuple(agreed), steps=rules)
    both([terms("E10", 3, step_since="2020-01-01"), terms("E10", 3, step_since="2020-01-01", fte="0.5")], law)


def test_positions_that_are_paid_alike_are_told_apart_by_what_differs() -> None:
    one = terms("S12", 4, start="2023-03-17", end="2029-02-11", fte="0.75", step_since="2021-05-05")
    others = [
        dataclasses.replace(one, employer_is_city=False),
        dataclasses.replace(one, supplementary_pension=None),
        dataclasses.replace(one, step_since=day("2021-06-01")),
        dataclasses.replace(one, step_since=None),
        dataclasses.replace(one, step=3),
        dataclasses.replace(one, group="S13"),
        dataclasses.replace(one, period=Period(day("2023-03-18"), day("2029-02-11"))),
        dataclasses.replace(one, period=Period(day("2023-03-17"), day("2029-02-12"))),
        terms("S12", 4, start="2023-03-17", end="2029-02-11", fte="0.7501", step_since="2021-05-05"),
    ]
    both([one, *others, one], LAW)


@pytest.mark.parametrize(("start", "year"), [("2019-06-01", 2020), ("2019-06-01", 2019), ("2020-02-28", 2020)])
def test_what_the_figures_refuse_is_refused_in_the_same_words(start: str, year: int) -> None:
    one = terms("E10", 3, start=start)
    with pytest.raises(RuleError) as by_figures:
        pay_year(one, year, LAW)
    with pytest.raises(RuleError) as by_cents:
        PayCents(LAW).years([one], [year])
    assert by_cents.value.message == by_figures.value.message


def test_a_group_no_table_has_is_refused() -> None:
    with pytest.raises(RuleError, match="E 99, Stufe 3"):
        PayCents(LAW).years([terms("E99", 3)], [2023])
