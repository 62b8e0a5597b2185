"""Overrides beyond dates, two readings side by side, and what moves the shortfall: pure, to the cent."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given as for_all
from hypothesis import strategies as st

from funding.calculation.comparison import KEYS, compare_years
from funding.calculation.inputs import Override, Parameter
from funding.calculation.rules import Basis
from funding.calculation.scenarios import apply_overrides
from funding.calculation.sensitivity import Lever, sensitivity
from funding.calculation.shortfall import compute_year
from kim.figures import Figure, Source, Status
from tests.funding import portfolios as made
from tests.funding.portfolios import Module, Place, Portfolio, Rule, inputs, portfolios

if TYPE_CHECKING:
    from random import Random

    from funding.calculation.inputs import ProgrammeInput
    from funding.calculation.shortfall import YearFigures

REASON = Source("Tarifabschluss 2023", Status.ASSUMED, row="funding.ScenarioOverride#1")
CITY = Rule(Basis.PER_FTE_YEAR, ((5_500_000, date(2020, 1, 1), None),))
ONE = Place("1.1", 10_000, ((CITY, made.ALWAYS),), {2022: 8_000_001, 2023: 8_000_001, 2024: 8_000_001})
OTHER = Place("1.2", 5_000, ((CITY, made.ALWAYS),), {2022: 4_000_000, 2023: 4_000_000, 2024: 4_000_000})


def programme(**module: Any) -> ProgrammeInput:
    return inputs(Portfolio((Module(places=(ONE, OTHER), **module),)))


def amounts(found: YearFigures) -> tuple[str, str, str]:
    expense, grant, shortfall = (str(found.figures[key].amount) for key in KEYS)
    return expense, grant, shortfall


def of(base: ProgrammeInput, *overrides: Override) -> dict[int, tuple[str, str, str]]:
    changed = apply_overrides(base, overrides)
    return {year: amounts(compute_year(changed, year)) for year in made.YEARS}


def position(reference: str, **change: Any) -> Override:
    kind = Parameter.POSITION_UNTIL if "last_day" in change else Parameter.POSITION_FROM
    return replace(Override(kind, None, REASON, position=reference), **change)


def percent(kind: Parameter, value: str, **since: Any) -> Override:
    return replace(Override(kind, None, REASON, percent=Decimal(value)), **since)


PLAIN = ("120000.01", "82500.00", "37500.01")


def test_nothing_set_is_the_plan() -> None:
    assert of(programme()) == dict.fromkeys(made.YEARS, PLAIN)


def test_lump_sums_change_from_a_day_on_and_never_before() -> None:
    rise = percent(Parameter.LUMP_SUM_PERCENT, "10", first_day=date(2023, 7, 1))
    # 55,000 until June, 60,500 from July: half a year of each.
    assert of(programme(), rise) == {
        2022: PLAIN, 2023: ("120000.01", "86625.00", "33375.01"), 2024: ("120000.01", "90750.00", "29250.01"),
    }  # fmt: skip


def test_cap_still_limits_and_may_change_as_well() -> None:
    capped = programme(caps={"positions": ((8_250_000, date(2020, 1, 1), None),)})
    rise = percent(Parameter.LUMP_SUM_PERCENT, "10", first_day=date(2023, 1, 1))
    assert of(capped, rise)[2023] == PLAIN
    both = (rise, percent(Parameter.CAP_PERCENT, "10", first_day=date(2023, 1, 1)))
    assert of(capped, *both)[2023] == ("120000.01", "90750.00", "29250.01")


def test_pay_rises_from_a_year_on_follow_each_other_and_round_each_line_to_the_cent() -> None:
    rises = [percent(Parameter.COST_PERCENT, value, first_year=year) for year, value in ((2024, "2"), (2023, "2.5"))]
    # 80,000.01 x 1.025 = 82,000.01025, x 1.02 = 83,640.0102; 40,000.00 gives 41,000.00 and 41,820.00.
    assert of(programme(), *rises) == {
        2022: PLAIN, 2023: ("123000.01", "82500.00", "40500.01"), 2024: ("125460.01", "82500.00", "42960.01"),
    }  # fmt: skip


def test_position_that_begins_later_costs_and_brings_the_months_that_remain() -> None:
    # April to December: nine of twelve months of 80,000.01 and 55,000.00; 2022 has none.
    assert of(programme(), position("1.1", first_day=date(2023, 4, 1))) == {
        2022: ("40000.00", "27500.00", "12500.00"), 2023: ("100000.01", "68750.00", "31250.01"), 2024: PLAIN,
    }  # fmt: skip


def test_position_that_ends_earlier_stays_as_a_line_of_nothing_with_the_reason() -> None:
    changed = apply_overrides(programme(), [position("1.1", last_day=date(2022, 12, 31))])
    found = compute_year(changed, 2023)
    assert amounts(found) == ("40000.00", "27500.00", "12500.00")
    line = found.modules[0].positions[0]
    assert (line.reference, str(line.cost.amount), str(line.grant.amount)) == ("1.1", "0.00", "0.00")
    for figure in (line.cost, line.grant):
        assert REASON.text in {leaf.source.text for leaf in figure.leaves() if leaf.source}


def test_position_of_which_no_day_is_left_is_gone() -> None:
    gone = position("1.1", last_day=date(2019, 12, 31))
    assert [one.reference for one in compute_year(apply_overrides(programme(), [gone]), 2022).modules[0].positions] == [
        "1.2"
    ]
    never = [position("1.1", first_day=date(2023, 1, 1)), position("1.1", last_day=date(2022, 6, 30))]
    assert of(programme(), *never) == dict.fromkeys(made.YEARS, ("40000.00", "27500.00", "12500.00"))


def test_position_cannot_begin_earlier_or_end_later_than_planned() -> None:
    assert of(programme(), position("1.1", first_day=date(2019, 1, 1))) == of(programme())
    ends = inputs(Portfolio((Module(places=(replace(ONE, planned=(date(2020, 1, 1), date(2023, 6, 30))),)),)))
    assert of(ends, position("1.1", last_day=date(2024, 12, 31))) == of(ends)


def test_every_effect_stands_in_the_derivation_as_a_factor_with_the_reason() -> None:
    changes = [
        percent(Parameter.COST_PERCENT, "2.5", first_year=2023),
        percent(Parameter.LUMP_SUM_PERCENT, "-10", first_day=date(2023, 1, 1)),
        percent(Parameter.CAP_PERCENT, "1", first_day=date(2023, 1, 1)),
    ]
    capped = programme(caps={"positions": ((8_250_000, date(2020, 1, 1), None),)})
    shortfall = compute_year(apply_overrides(capped, changes), 2023).figures["shortfall"]
    factors = {leaf.key: (leaf.amount, leaf.source) for leaf in shortfall.leaves() if leaf.key.endswith("_factor")}
    assert {key: amount for key, (amount, _source) in factors.items()} == {
        "cost_factor": Decimal("1.025"), "lump_sum_factor": Decimal("0.9"), "cap_factor": Decimal("1.01"),
    }  # fmt: skip
    assert {source for _amount, source in factors.values()} == {REASON}
    assert Figure.from_json(shortfall.to_json()) == shortfall


def test_factor_always_counts_as_an_assumption() -> None:
    sure = replace(REASON, status=Status.VERIFIED)
    one = Override(Parameter.COST_PERCENT, None, sure, first_year=2022, percent=Decimal(1))
    shortfall = compute_year(apply_overrides(programme(), [one]), 2022).figures["shortfall"]
    statuses = {leaf.source.status for leaf in shortfall.leaves() if leaf.source and leaf.key == "cost_factor"}
    assert statuses == {Status.ASSUMED}


# --- For all programmes ---------------------------------------------------------------------------------------------

percents = st.integers(-10_000, 20_000).filter(bool).map(lambda hundredths: Decimal(hundredths).scaleb(-2))


@st.composite
def overridden(draw: st.DrawFn) -> tuple[ProgrammeInput, list[Override]]:
    """Return a programme with a set of overrides, no two of which set the same."""
    portfolio = draw(portfolios())
    found: dict[object, Override] = {}
    for _number in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(Parameter))
        one = Override(kind, None, REASON)
        if kind in {Parameter.LUMP_SUM_PERCENT, Parameter.CAP_PERCENT}:
            one = replace(one, first_day=draw(made.days), percent=draw(percents))
        elif kind is Parameter.COST_PERCENT:
            one = replace(one, first_year=draw(st.sampled_from(made.YEARS)), percent=draw(percents))
        elif kind is Parameter.POSITION_FROM:
            one = replace(one, position=draw(st.sampled_from(["1.0", "1.1"])), first_day=draw(made.days))
        elif kind is Parameter.POSITION_UNTIL:
            one = replace(one, position=draw(st.sampled_from(["1.0", "1.1"])), last_day=draw(made.days))
        else:
            one = replace(one, last_day=draw(made.limits))
        found[kind, one.position, one.first_day if one.percent else None, one.first_year] = one
    return inputs(portfolio), list(found.values())


@for_all(overridden(), st.randoms(use_true_random=False), st.sampled_from(made.YEARS))
def test_order_of_overrides_does_not_matter(
    case: tuple[ProgrammeInput, list[Override]], dice: Random, year: int
) -> None:
    base, overrides = case
    shuffled = list(overrides)
    dice.shuffle(shuffled)
    assert apply_overrides(base, shuffled) == apply_overrides(base, overrides)
    copied = [replace(one) for one in overrides]
    assert compute_year(apply_overrides(base, copied), year) == compute_year(apply_overrides(base, overrides), year)


@for_all(overridden(), st.sampled_from(made.YEARS))
def test_differences_add_up_to_the_cent(case: tuple[ProgrammeInput, list[Override]], year: int) -> None:
    base, overrides = case
    # What is awarded to a module without a line belongs to no line; that is tested with the awards.
    base = replace(base, modules=tuple(replace(module, awards=()) for module in base.modules))
    before, after = (compute_year(apply_overrides(base, some), year) for some in ((), overrides))
    found = compare_years(before, after)
    for key in KEYS:
        total = found.changes[key].difference.amount
        assert total == after.figures[key].amount - before.figures[key].amount
        by_module = [part.module.changes[key].difference.amount for part in found.modules]
        assert sum(by_module) == total
        for part, amount in zip(found.modules, by_module, strict=True):
            assert sum(line.changes[key].difference.amount for line in part.lines) == amount
    shortfall = found.changes["shortfall"].difference
    assert Figure.from_json(shortfall.to_json()) == shortfall
    assert not compare_years(before, before).differs


def test_line_that_only_one_side_has_counts_as_nothing_on_the_other() -> None:
    gone = apply_overrides(programme(), [position("1.1", last_day=date(2019, 12, 31))])
    plan, without = compute_year(programme(), 2022), compute_year(gone, 2022)
    for before, after, sign in ((plan, without, "-"), (without, plan, "")):
        found = compare_years(before, after).modules[0]
        lines = {one.reference: one for one in found.lines}
        line = lines["1.1"]
        assert (line.is_before, line.is_after, line.differs) == (before is plan, after is plan, True)
        assert {key: str(one.difference.amount) for key, one in line.changes.items()} == {
            "expense": f"{sign}80000.01", "grant": f"{sign}55000.00", "shortfall": f"{sign}25000.01",
        }  # fmt: skip
        assert found.module.changes["shortfall"].difference.amount == line.changes["shortfall"].difference.amount
        assert not lines["1.2"].differs


# --- What moves the shortfall ---------------------------------------------------------------------------------------


def test_levers_of_a_small_programme() -> None:
    effects = sensitivity(programme(), 2023)
    found = {one.lever: tuple(str(one.changes[key].difference.amount) for key in KEYS) for one in effects}
    assert found == {
        # 80,000.01 and 40,000.00 at one percent, each rounded to the cent.
        Lever.PAY: ("1200.00", "0.00", "1200.00"),
        # A tenth of the first position: 8,000.00 of cost, 5,500.00 of lump sum.
        Lever.SHARE: ("8000.00", "5500.00", "2500.00"),
        # One of twelve months: 6,666.67 + 3,333.33 of cost, 4,583.33 + 2,291.67 of grant.
        Lever.DELAY: ("-10000.00", "-6875.00", "-3125.00"),
        Lever.LUMP_SUM_MORE: ("0.00", "1500.00", "-1500.00"),
        Lever.LUMP_SUM_LESS: ("0.00", "-1500.00", "1500.00"),
        # Without an end the year itself is lost.
        Lever.GRANT_ENDS_EARLIER: ("0.00", "-82500.00", "82500.00"),
    }


def test_grant_that_ends_ends_a_year_earlier() -> None:
    ending = replace(programme(), grant_until=replace(programme().grant_until, last_day=date(2024, 2, 29)))
    effects = {one.lever: one for one in sensitivity(ending, 2024)}
    end = effects[Lever.GRANT_ENDS_EARLIER]
    assert (end.last_day, str(end.shortfall.amount)) == (date(2023, 2, 28), "13750.00")


@for_all(portfolios(), st.sampled_from(made.YEARS))
def test_every_lever_is_a_difference_that_proves_itself(portfolio: Portfolio, year: int) -> None:
    base = inputs(portfolio)
    for one in sensitivity(base, year):
        moved = one.changes
        assert moved["shortfall"].difference.amount == (
            moved["expense"].difference.amount - moved["grant"].difference.amount
        )
        assert moved["shortfall"].before == compute_year(base, year).figures["shortfall"]


# --- What the calculation must not know -----------------------------------------------------------------------------


def test_calculation_never_names_a_scenario() -> None:
    folder = Path(apply_overrides.__code__.co_filename).parent
    names = re.compile(r"in-force|grant-continues|grant-ends|top-up-ends|positions-end|(?<!provider)\.slug\s*==")
    found = {file.name: names.findall(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.py"))}
    assert {name: hits for name, hits in found.items() if hits} == {}
