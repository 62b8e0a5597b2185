"""Scenarios as dated overrides: what they set, what they leave, and how they are marked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funding.calculation.inputs import Override, Parameter
from funding.calculation.scenarios import apply_overrides
from funding.calculation.shortfall import compute_year
from funding.selectors import programme_state
from kim.figures import Source, Status
from kim.timeshare import Limit
from tests.funding.portfolios import YEARS, Portfolio, inputs, limits, portfolios

if TYPE_CHECKING:
    from decimal import Decimal

    from funding.models import Programme
    from funding.selectors import ProgrammeState

REASON = Source("Annahme: Verstetigung", Status.ASSUMED)
GRANT, POSITIONS, TOP_UP = Parameter.GRANT_UNTIL, Parameter.POSITIONS_UNTIL, Parameter.TOP_UP_UNTIL
END = date(2022, 12, 31)
EMPTY = inputs(Portfolio(grant_until=END))


def override(parameter: Parameter, day: date | None, provider: str | None = None) -> Override:
    return Override(parameter, day, REASON, provider)


def test_no_override_leaves_the_law_in_force() -> None:
    assert apply_overrides(EMPTY, ()) is EMPTY


def test_an_override_of_the_grant_keeps_the_end_by_law() -> None:
    changed = apply_overrides(EMPTY, [override(GRANT, None)])
    assert changed == replace(EMPTY, grant_until=Limit(None, REASON), law=EMPTY.grant_until)
    again = apply_overrides(changed, [override(GRANT, date(2025, 12, 31))])
    assert again == replace(EMPTY, grant_until=Limit(date(2025, 12, 31), REASON), law=EMPTY.grant_until)


def test_overrides_of_positions_and_top_up() -> None:
    changed = apply_overrides(
        EMPTY, [override(POSITIONS, END), override(TOP_UP, END), override(TOP_UP, None, "caritas")]
    )
    assert changed == replace(
        EMPTY,
        positions_until=Limit(END, REASON),
        top_up_until={"": Limit(END, REASON), "caritas": Limit(None, REASON)},
    )


@settings(max_examples=25)
@given(portfolios(), st.sampled_from(YEARS), limits)
def test_an_override_is_the_same_as_other_rows(portfolio: Portfolio, year: int, day: date | None) -> None:
    def amounts(programme: Portfolio, *overrides: Override) -> dict[str, Decimal]:
        figures = compute_year(apply_overrides(inputs(programme), overrides), year)
        return {key: figure.amount for key, figure in figures.figures.items()}

    assert amounts(portfolio, override(GRANT, day)) == amounts(replace(portfolio, grant_until=day))
    assert amounts(portfolio, override(POSITIONS, day)) == amounts(replace(portfolio, positions_until=day))
    assert amounts(portfolio, override(TOP_UP, day, "awo")) == amounts(
        replace(portfolio, top_up_until={**portfolio.top_up_until, "awo": day})
    )


def without_awards_and_limits(portfolio: Portfolio) -> Portfolio:
    """Leave out what may make a longer grant smaller: real costs that end with the positions, awards for parts."""
    return replace(portfolio, positions_until=None, modules=tuple(replace(one, awards=()) for one in portfolio.modules))


@settings(max_examples=25)
@given(portfolios(), st.sampled_from(YEARS), st.dates(date(2022, 1, 1), date(2024, 12, 30)), st.integers(1, 400))
def test_a_grant_that_goes_on_longer_is_never_smaller(portfolio: Portfolio, year: int, day: date, more: int) -> None:
    shorter = replace(without_awards_and_limits(portfolio), grant_until=day)
    later = date.fromordinal(day.toordinal() + more)
    short, long, for_ever = (
        compute_year(inputs(replace(shorter, grant_until=until)), year).figures for until in (day, later, None)
    )
    assert short["grant"].amount <= long["grant"].amount <= for_ever["grant"].amount
    assert short["full_cost"] == long["full_cost"] == for_ever["full_cost"]


@settings(max_examples=25)
@given(portfolios(), st.sampled_from(YEARS), st.dates(date(2022, 1, 1), date(2024, 12, 30)), st.integers(1, 400))
def test_positions_that_go_on_longer_never_cost_less(portfolio: Portfolio, year: int, day: date, more: int) -> None:
    later = date.fromordinal(day.toordinal() + more)
    short, long, for_ever = (
        compute_year(inputs(replace(portfolio, positions_until=until)), year).figures["full_cost"].amount
        for until in (day, later, None)
    )
    assert short <= long <= for_ever


@settings(max_examples=25)
@given(portfolios(), st.sampled_from(YEARS), limits)
def test_an_end_of_the_top_up_never_costs_the_city_more(portfolio: Portfolio, year: int, day: date | None) -> None:
    filled = replace(portfolio, top_up_until={})
    ended = replace(portfolio, top_up_until={"": day})
    full, less = (compute_year(inputs(one), year).figures for one in (filled, ended))
    assert less["expense"].amount <= full["expense"].amount
    assert less["grant"] == full["grant"]


# --- The scenarios of the founding case -----------------------------------------------------------------------------


@pytest.fixture
def state(founding_case: Programme) -> ProgrammeState:
    found = programme_state("kim-nrw")
    assert found is not None
    return found


EXPECTED = {
    # scenario: year: expense, grant, shortfall, full cost
    ("in-force", 2022): ("962257.24", "625600.00", "336657.24", "962257.24"),
    ("in-force", 2023): ("962257.24", "0.00", "962257.24", "962257.24"),
    ("grant-continues", 2022): ("962257.24", "625600.00", "336657.24", "962257.24"),
    ("grant-continues", 2023): ("962257.24", "625600.00", "336657.24", "962257.24"),
    ("grant-continues", 2026): ("962257.24", "625600.00", "336657.24", "962257.24"),
    ("grant-ends", 2022): ("962257.24", "625600.00", "336657.24", "962257.24"),
    ("grant-ends", 2023): ("962257.24", "0.00", "962257.24", "962257.24"),
    # 3 x (86,259.24 - 55,000.00) at the associations is no longer paid by the city, give or take the odd cents.
    ("top-up-ends", 2022): ("962257.24", "625600.00", "336657.24", "962257.24"),
    ("top-up-ends", 2023): ("868479.51", "625600.00", "242879.51", "962257.24"),
    ("positions-end", 2022): ("962257.24", "625600.00", "336657.24", "962257.24"),
    ("positions-end", 2023): ("0.00", "0.00", "0.00", "0.00"),
}


@pytest.mark.parametrize(("scenario", "year"), EXPECTED)
def test_four_answers_of_the_council_and_the_law(state: ProgrammeState, scenario: str, year: int) -> None:
    figures = state.figures(year, scenario).figures
    found = tuple(str(figures[key].amount) for key in ("expense", "grant", "shortfall", "full_cost"))
    assert found == EXPECTED[scenario, year]


@pytest.mark.parametrize(
    ("scenario", "year", "is_assumption"),
    [
        ("in-force", 2022, False),
        ("in-force", 2023, False),
        # That the state goes on is the assumption, not the other way round.
        ("grant-continues", 2022, False),
        ("grant-continues", 2023, True),
        ("grant-continues", 2026, True),
        ("grant-ends", 2023, True),
        ("top-up-ends", 2022, False),
        ("top-up-ends", 2023, True),
        ("positions-end", 2023, True),
    ],
)
def test_a_grant_that_rests_on_a_scenario_is_marked(
    state: ProgrammeState, scenario: str, year: int, *, is_assumption: bool
) -> None:
    assert state.figures(year, scenario).figures["grant"].is_assumption == is_assumption


def test_the_reason_of_a_scenario_stands_in_the_derivation(state: ProgrammeState) -> None:
    reason = "Annahme zu Beschlusspunkt 1 der Vorlage 2021/1121: Verstetigung des Programms zu den Sätzen von 2022"
    for module in state.figures(2023, "grant-continues").modules:
        for line in (*module.positions, *module.material):
            assert reason in {leaf.source.text for leaf in line.grant.leaves() if leaf.source is not None}
