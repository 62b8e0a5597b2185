"""Why the shortfall changed: the parts add up to the cent, and each change lands where it belongs."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funding.calculation.causes import SUBSTITUTIONS, Cause, causes
from funding.calculation.comparison import KEYS
from funding.calculation.scenarios import apply_overrides
from funding.calculation.shortfall import compute_year
from kim.figures import Figure
from tests.funding.portfolios import YEARS, Portfolio, inputs, portfolios
from tests.funding.states import CHANGES, overrides, states

if TYPE_CHECKING:
    from collections.abc import Callable

    from funding.calculation.causes import State
    from funding.calculation.inputs import Override

years = st.sampled_from(YEARS)
NOTHING = Decimal("0.00")
fewer = settings(max_examples=30)


def test_every_cause_but_the_scenario_replaces_one_aspect_in_the_documented_order() -> None:
    assert [*SUBSTITUTIONS, Cause.SCENARIO, Cause.CALCULATION] == list(Cause)
    assert set(CHANGES) <= set(SUBSTITUTIONS)


@given(states(), states(), years)
def test_parts_add_up_to_the_whole_to_the_cent(before: State, after: State, year: int) -> None:
    found = causes(before, after, year)
    first, last = (compute_year(apply_overrides(programme, some), year).figures for programme, some in (before, after))
    for key in KEYS:
        whole = last[key].amount - first[key].amount
        assert found.totals[key].amount == whole
        assert sum((part.changes[key].difference.amount for part in found.parts), NOTHING) == whole
        *aspects, by_calculation = found.parts
        chain = [found.before.figures[key], *(part.changes[key].after for part in aspects)]
        assert [part.changes[key].before for part in aspects] == chain[:-1]
        assert not by_calculation.changes[key].differs
        assert chain[-1] == found.after.figures[key] == last[key]
    assert [part.cause for part in found.parts] == list(Cause)


@fewer
@given(states(), states(), years)
def test_expense_less_grant_is_the_shortfall_in_every_part(before: State, after: State, year: int) -> None:
    for part in causes(before, after, year).parts:
        expense, grant, shortfall = (part.changes[key].difference.amount for key in KEYS)
        assert shortfall == expense - grant


@fewer
@given(states(), years)
def test_equal_states_give_nothing(state: State, year: int) -> None:
    found = causes(state, state, year)
    assert not found.differs
    assert [part for part in found.parts if part.is_shown] == []
    assert {figure.amount for figure in found.totals.values()} == {NOTHING}


@pytest.mark.parametrize(
    ("cause", "change"), [(cause, change) for cause, changes in CHANGES.items() for change in changes]
)
@settings(max_examples=12)
@given(portfolio=portfolios(), setting=overrides, year=years)
def test_a_change_of_one_aspect_lands_wholly_in_its_cause(
    cause: Cause, change: Callable[[Portfolio], Portfolio], portfolio: Portfolio, setting: list[Override], year: int
) -> None:
    before, after = (inputs(portfolio), setting), (inputs(change(portfolio)), setting)
    for one, other in ((before, after), (after, before)):
        found = causes(one, other, year)
        assert [part.cause for part in found.parts if part.is_shown and part.cause is not cause] == []
        for key in KEYS:
            assert found.part(cause).changes[key].difference.amount == found.totals[key].amount


@fewer
@given(portfolios(), overrides, overrides, years)
def test_two_scenarios_of_one_state_differ_by_the_scenario_alone(
    portfolio: Portfolio, before: list[Override], after: list[Override], year: int
) -> None:
    found = causes((inputs(portfolio), before), (inputs(portfolio), after), year)
    assert {part.cause for part in found.parts if part.differs} <= {Cause.SCENARIO}


@fewer
@given(states(), states(), years)
def test_every_part_proves_itself_when_read_back(before: State, after: State, year: int) -> None:
    found = causes(before, after, year)
    for figure in (*(part.changes["shortfall"].difference for part in found.parts), found.totals["shortfall"]):
        assert Figure.from_json(json.loads(json.dumps(figure.to_json()))) == figure


@fewer
@given(states(), states(), states(), states(), years)
def test_what_was_frozen_by_other_rules_is_a_part_of_its_own(
    before: State, after: State, frozen: State, latest: State, year: int
) -> None:
    published = tuple(compute_year(apply_overrides(*one), year) for one in (frozen, latest))
    found, plain = causes(before, after, year, (published[0], published[1])), causes(before, after, year)
    assert found.parts[:-1] == plain.parts[:-1]
    for key in KEYS:
        whole = published[1].figures[key].amount - published[0].figures[key].amount
        assert found.totals[key].amount == whole
        assert found.part(Cause.CALCULATION).changes[key].difference.amount == whole - plain.totals[key].amount
