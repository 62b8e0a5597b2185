from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim.errors import PeriodError
from kim.years import (
    Period,
    Proration,
    YearShare,
    day_before,
    months_of,
    require_year,
    share_of_year,
    year_period,
)

MONTHS, DAYS, NONE = Proration.TWELFTHS, Proration.CALENDAR_DAYS, Proration.NONE

days = st.dates(date(2018, 1, 1), date(2027, 12, 31))
years = st.integers(2019, 2026)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(days)
    return Period(start, draw(st.none() | st.dates(start, date(2027, 12, 31))))


def covered(period: Period | None, year: int) -> set[date]:
    first, length = date(year, 1, 1), 366 if calendar.isleap(year) else 365
    whole_year = {first + timedelta(days=number) for number in range(length)}
    if period is None:
        return set()
    return {day for day in whole_year if period.start <= day and (period.end is None or day <= period.end)}


@pytest.mark.parametrize("year", [2000, 2022, 2099])
def test_known_years(year: int) -> None:
    assert require_year(year) == year


@pytest.mark.parametrize("year", [-1, 0, 1999, 2100, 99999])
def test_other_years_are_refused(year: int) -> None:
    with pytest.raises(PeriodError) as refusal:
        require_year(year)
    assert refusal.value.message == f"{year} ist kein Haushaltsjahr. Bitte ein Jahr von 2000 bis 2099 angeben."
    for count in (year_period, months_of):
        with pytest.raises(PeriodError):
            count(year)
    with pytest.raises(PeriodError):
        share_of_year(Period(date(2022, 1, 1)), year, MONTHS)


def test_a_period_does_not_end_before_it_starts() -> None:
    with pytest.raises(PeriodError) as refusal:
        Period(date(2022, 2, 1), date(2022, 1, 31))
    assert refusal.value.message == "Der Zeitraum endet am 31.01.2022, bevor er am 01.02.2022 beginnt."
    assert Period(date(2022, 2, 1), date(2022, 2, 1)).contains(date(2022, 2, 1))


def test_both_ends_of_a_period_count() -> None:
    period = Period(date(2022, 1, 1), date(2022, 12, 31))
    assert [period.contains(day) for day in (
        date(2021, 12, 31), date(2022, 1, 1), date(2022, 12, 31), date(2023, 1, 1)
    )] == [False, True, True, False]  # fmt: skip
    assert Period(date(2022, 1, 1)).contains(date(2099, 12, 31))


@given(periods(), periods(), days)
def test_intersection_is_what_both_contain(one: Period, other: Period, day: date) -> None:
    both = one.intersect(other)
    assert both == other.intersect(one)
    assert (both is not None and both.contains(day)) == (one.contains(day) and other.contains(day))
    assert one.intersect(one) == one


@given(periods(), st.none() | days, days)
def test_cutting_leaves_what_lies_up_to_the_last_day(period: Period, last_day: date | None, day: date) -> None:
    left = period.cut(last_day)
    expected = period.contains(day) and (last_day is None or day <= last_day)
    assert (left is not None and left.contains(day)) == expected
    if left is not None:
        assert left.cut(last_day) == left


@pytest.mark.parametrize(("year", "february"), [(2021, 28), (2022, 28), (2024, 29), (2000, 29), (2096, 29)])
def test_months_of_a_year(year: int, february: int) -> None:
    months = months_of(year)
    assert [(month.start.day, month.end.day if month.end else None) for month in months] == [
        (1, 31), (1, february), (1, 31), (1, 30), (1, 31), (1, 30), (1, 31), (1, 31), (1, 30), (1, 31), (1, 30),
        (1, 31),
    ]  # fmt: skip
    assert set().union(*(covered(month, year) for month in months)) == covered(year_period(year), year)


@pytest.mark.parametrize(
    ("start", "end", "proration", "expected"),
    [
        # The whole year, in every way of counting.
        ("2022-01-01", "2022-12-31", MONTHS, (12, 12, "MONTH", "2022-01-01")),
        ("2022-01-01", "2022-12-31", DAYS, (365, 365, "DAY", "2022-01-01")),
        ("2022-01-01", "2022-12-31", NONE, (12, 12, "MONTH", "2022-01-01")),
        ("2021-07-01", None, MONTHS, (12, 12, "MONTH", "2022-01-01")),
        # From a month on, to the end of a month.
        ("2022-10-01", None, MONTHS, (3, 12, "MONTH", "2022-10-01")),
        ("2022-10-01", None, DAYS, (92, 365, "DAY", "2022-10-01")),
        ("2022-10-01", None, NONE, (12, 12, "MONTH", "2022-10-01")),
        ("2022-01-01", "2022-02-28", MONTHS, (2, 12, "MONTH", "2022-01-01")),
        # A month that is not covered from its first to its last day does not count.
        ("2022-10-02", None, MONTHS, (2, 12, "MONTH", "2022-11-01")),
        ("2022-01-01", "2022-02-27", MONTHS, (1, 12, "MONTH", "2022-01-01")),
        ("2022-03-02", "2022-03-30", MONTHS, (0, 12, "MONTH", None)),
        ("2022-03-02", "2022-03-30", DAYS, (29, 365, "DAY", "2022-03-02")),
        ("2022-03-02", "2022-03-30", NONE, (12, 12, "MONTH", "2022-03-02")),
        ("2022-12-31", None, DAYS, (1, 365, "DAY", "2022-12-31")),
        # Not this year.
        ("2023-01-01", None, MONTHS, (0, 12, "MONTH", None)),
        ("2023-01-01", None, DAYS, (0, 365, "DAY", None)),
        ("2023-01-01", None, NONE, (0, 12, "MONTH", None)),
        ("2021-01-01", "2021-12-31", MONTHS, (0, 12, "MONTH", None)),
    ],
)
def test_share_of_2022(start: str, end: str | None, proration: Proration, expected: tuple[object, ...]) -> None:
    period = Period(date.fromisoformat(start), None if end is None else date.fromisoformat(end))
    found = share_of_year(period, 2022, proration)
    first = None if found.first_day is None else found.first_day.isoformat()
    assert (found.counted, found.whole, found.unit, first) == expected


@pytest.mark.parametrize(
    ("end", "months", "counted_days"),
    [(date(2024, 2, 28), 1, 59), (date(2024, 2, 29), 2, 60), (date(2024, 3, 1), 2, 61)],
)
def test_a_leap_year_has_a_day_more(end: date, months: int, counted_days: int) -> None:
    period = Period(date(2024, 1, 1), end)
    assert share_of_year(period, 2024, MONTHS) == YearShare(months, 12, "MONTH", date(2024, 1, 1))
    assert share_of_year(period, 2024, DAYS) == YearShare(counted_days, 366, "DAY", date(2024, 1, 1))


@pytest.mark.parametrize("proration", Proration)
def test_without_a_period_nothing_is_covered(proration: Proration) -> None:
    whole, unit = (365, "DAY") if proration is DAYS else (12, "MONTH")
    assert share_of_year(None, 2022, proration) == YearShare(0, whole, unit)


@given(periods(), years)
def test_days_are_counted_one_by_one(period: Period, year: int) -> None:
    expected = covered(period, year)
    assert share_of_year(period, year, DAYS) == YearShare(
        len(expected), 366 if calendar.isleap(year) else 365, "DAY", min(expected, default=None)
    )


@given(periods(), years)
def test_months_are_counted_when_every_day_of_them_is_covered(period: Period, year: int) -> None:
    here = covered(period, year)
    whole = [month for month in months_of(year) if covered(month, year) <= here]
    assert share_of_year(period, year, MONTHS) == YearShare(len(whole), 12, "MONTH", whole[0].start if whole else None)


@given(periods(), years)
def test_without_proration_one_day_is_a_year(period: Period, year: int) -> None:
    here = covered(period, year)
    assert share_of_year(period, year, NONE) == YearShare(12 if here else 0, 12, "MONTH", min(here, default=None))


@given(periods(), years, days)
def test_days_before_and_after_a_cut_add_up(period: Period, year: int, last_day: date) -> None:
    rest = period.intersect(Period(last_day + timedelta(days=1)))
    parts = [share_of_year(one, year, DAYS).counted for one in (period.cut(last_day), rest)]
    assert sum(parts) == share_of_year(period, year, DAYS).counted


def test_a_share_knows_whether_it_is_whole() -> None:
    assert (YearShare(12, 12, "MONTH").is_whole, YearShare(11, 12, "MONTH").is_whole) == (True, False)


@pytest.mark.parametrize(("day", "expected"), [("2022-01-01", "2021-12-31"), ("2024-03-01", "2024-02-29")])
def test_day_before(day: str, expected: str) -> None:
    assert day_before(date.fromisoformat(day)).isoformat() == expected
