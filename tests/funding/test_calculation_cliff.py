"""Until when the grant is safe, and what hangs on it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.calculation.cliff import (
    AwardTime,
    Cliff,
    GrantState,
    Stretch,
    beyond_the_term,
    cliff,
    least_safe,
    stretches_of,
)
from funding.calculation.inputs import Override, Parameter
from funding.calculation.scenarios import apply_overrides
from funding.calculation.shortfall import compute_year
from funding.selectors import ProgrammeState, programme_state
from kim.figures import Source, Status
from kim.years import Period

if TYPE_CHECKING:
    from funding.models import Programme

FIRST, LAST = date(2022, 1, 1), date(2026, 12, 31)
END = date(2022, 12, 31)
SECURED, EXPECTED, UNSECURED = GrantState
YEAR = Period(FIRST, END)


@pytest.fixture
def state(founding_case: Programme) -> ProgrammeState:
    found = programme_state("kim-nrw")
    assert found is not None
    return found


def cliff_with(state: ProgrammeState, *awards: AwardTime, until: date | None = END) -> Cliff:
    """The founding case with a term and awards, beside the assumption that the state goes on."""

    def reading(last_day: date | None) -> list:  # type: ignore[type-arg]
        source = Source("Annahme", Status.ASSUMED)
        inputs = apply_overrides(state.inputs, [Override(Parameter.GRANT_UNTIL, last_day, source)])
        return [compute_year(inputs, year) for year in state.years]

    return cliff(state.inputs, reading(until), reading(None), until, awards)


def test_days_are_secured_by_an_award_expected_in_the_term_and_unsecured_after_it() -> None:
    award = Period(date(2022, 3, 1), date(2022, 6, 30))
    assert stretches_of(FIRST, LAST, END, [award]) == (
        Stretch(FIRST, date(2022, 2, 28), EXPECTED),
        Stretch(date(2022, 3, 1), date(2022, 6, 30), SECURED),
        Stretch(date(2022, 7, 1), END, EXPECTED),
        Stretch(date(2023, 1, 1), LAST, UNSECURED),
    )


@pytest.mark.parametrize(
    ("until", "awards", "expected"),
    [
        (None, [], [EXPECTED]),
        (date(2021, 12, 31), [], [UNSECURED]),
        (LAST, [], [EXPECTED]),
        # An award for a year after the term secures it: somebody has yet to lengthen the term.
        (END, [Period(date(2023, 1, 1), date(2023, 12, 31))], [EXPECTED, SECURED, UNSECURED]),
        # Awards that follow each other are one stretch.
        (END, [Period(FIRST, date(2022, 6, 30)), Period(date(2022, 7, 1), END)], [SECURED, UNSECURED]),
    ],
)
def test_states_in_their_order(until: date | None, awards: list[Period], expected: list[GrantState]) -> None:
    assert [one.state for one in stretches_of(FIRST, LAST, until, awards)] == expected


days = st.dates(date(2020, 1, 1), date(2028, 12, 31))
periods = st.tuples(days, st.integers(0, 800)).map(lambda pair: Period(pair[0], pair[0] + timedelta(days=pair[1])))


@given(st.none() | days, st.lists(periods, max_size=4))
def test_stretches_leave_no_day_out_and_tell_each_day_as_it_is(until: date | None, awards: list[Period]) -> None:
    found = stretches_of(FIRST, LAST, until, awards)
    assert (found[0].first, found[-1].last) == (FIRST, LAST)
    for one, following in pairwise(found):
        assert following.first == one.last + timedelta(days=1)
        assert following.state is not one.state
    for one in found:
        for day in (one.first, one.last):
            awarded = any(award.contains(day) for award in awards)
            expected = SECURED if awarded else EXPECTED if until is None or day <= until else UNSECURED
            assert one.state is expected


def test_nothing_is_safe_without_a_promise() -> None:
    assert least_safe([]) is UNSECURED
    assert least_safe([SECURED, EXPECTED]) is EXPECTED


def test_the_founding_case_year_by_year(state: ProgrammeState) -> None:
    found = cliff_with(state)
    told = [
        (
            one.year,
            one.state.value,
            *(
                str(figure.amount)
                for figure in (
                    one.positions, one.fte, one.cost, one.continued, one.secured, one.expected, one.lost,
                    one.city_if_continued, one.full_cost,
                )
            ),
        )
        for one in found.years[:2]
    ]  # fmt: skip
    assert told == [
        (
            2022,
            "expected",
            "12",
            "10.25",
            "962257.24",
            "625600.00",
            "0.00",
            "625600.00",
            "0.00",
            "336657.24",
            "962257.24",
        ),
        (
            2023,
            "unsecured",
            "12",
            "10.25",
            "962257.24",
            "625600.00",
            "0.00",
            "0.00",
            "625600.00",
            "336657.24",
            "962257.24",
        ),
    ]
    assert [(lane.module, lane.part) for lane in found.lanes] == [
        (1, "positions"), (1, "material"), (2, "positions"), (3, "positions"),
    ]  # fmt: skip
    assert not found.lanes_differ


def test_an_award_secures_its_own_part_and_no_other(state: ProgrammeState) -> None:
    found = cliff_with(state, AwardTime(2, "positions", YEAR))
    year = found.years[0]
    assert (year.state, str(year.secured.amount), str(year.expected.amount)) == (EXPECTED, "275000.00", "350600.00")
    assert [lane.state_of(2022) for lane in found.lanes] == [EXPECTED, EXPECTED, SECURED, EXPECTED]
    assert found.lanes_differ


def test_an_award_for_the_whole_programme_secures_all_of_it(state: ProgrammeState) -> None:
    found = cliff_with(state, AwardTime(None, "positions", YEAR))
    year = found.years[0]
    assert (year.state, str(year.secured.amount), str(year.expected.amount)) == (SECURED, "625600.00", "0.00")
    assert [one.state for one in found.stretches] == [SECURED, UNSECURED]


def test_an_award_for_part_of_a_year_leaves_the_year_expected(state: ProgrammeState) -> None:
    half = Period(FIRST, date(2022, 6, 30))
    year = cliff_with(state, AwardTime(None, "positions", half)).years[0]
    assert (year.state, str(year.secured.amount), str(year.expected.amount)) == (EXPECTED, "0.00", "625600.00")


def test_secured_expected_and_lost_are_the_grant_if_the_state_went_on(state: ProgrammeState) -> None:
    # The term ends amid the year: half of the grant is lost, the other half is awarded for one module.
    june = date(2023, 6, 30)
    award = AwardTime(3, "positions", Period(date(2023, 1, 1), june))
    for year in cliff_with(state, award, until=june).years:
        assert year.secured.amount + year.expected.amount + year.lost.amount == year.continued.amount
        assert year.secured.amount + year.expected.amount == year.grant.amount
    found = cliff_with(state, award, until=june).years[1]
    assert (found.state, str(found.secured.amount), str(found.lost.amount)) == (UNSECURED, "56250.00", "312800.00")


def test_an_award_beyond_the_term_is_told() -> None:
    later = AwardTime(2, "positions", Period(date(2023, 1, 1), date(2023, 12, 31)))
    assert [beyond_the_term(until, [later]) for until in (END, date(2023, 12, 31), None)] == [True, False, False]
