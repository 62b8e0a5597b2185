"""Fiscal years, periods and shares of a year. Pure: no Django, no database, no clock.

A fiscal year is the calendar year (§ 78 (4) GO NRW: Haushaltsjahr ist das Kalenderjahr). Periods are closed on both
sides; an open end means "until further notice".
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from kim.errors import PeriodError

FIRST_YEAR = 2000
LAST_YEAR = 2099
MONTHS_OF_A_YEAR = 12


class Proration(StrEnum):
    """How part of a year counts. No guideline text proves one, so the choice is shown as an assumption."""

    TWELFTHS = "monthly_twelfths"
    CALENDAR_DAYS = "calendar_days"
    NONE = "none"


def require_year(year: int) -> int:
    """Return the fiscal year, or refuse with ``PeriodError`` what lies outside 2000 to 2099."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = f"{year} ist kein Haushaltsjahr. Bitte ein Jahr von {FIRST_YEAR} bis {LAST_YEAR} angeben."
        raise PeriodError(message, year=year)
    return year


@dataclass(frozen=True, slots=True)
class Period:
    """From ``start`` to ``end``, both included; without ``end`` until further notice."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        """Refuse a period that ends before it starts."""
        if self.end is not None and self.end < self.start:
            message = f"Der Zeitraum endet am {self.end:%d.%m.%Y}, bevor er am {self.start:%d.%m.%Y} beginnt."
            raise PeriodError(message, start=self.start, end=self.end)

    def contains(self, day: date) -> bool:
        """Whether ``day`` lies inside."""
        return self.start <= day and (self.end is None or day <= self.end)

    def intersect(self, other: "Period") -> "Period | None":
        """Return the common part of both, or None."""
        start = max(self.start, other.start)
        ends = [end for end in (self.end, other.end) if end is not None]
        end = min(ends) if ends else None
        return None if end is not None and end < start else Period(start, end)

    def cut(self, last_day: date | None) -> "Period | None":
        """Return the part up to and including ``last_day``, or None when nothing is left; None cuts nothing."""
        if last_day is None:
            return self
        if last_day < self.start:
            return None
        return Period(self.start, last_day if self.end is None else min(self.end, last_day))


@lru_cache(maxsize=128)
def year_period(year: int) -> Period:
    """1 January to 31 December."""
    require_year(year)
    return Period(date(year, 1, 1), date(year, 12, 31))


@lru_cache(maxsize=128)
def months_of(year: int) -> tuple[Period, ...]:
    """Return the twelve calendar months of a fiscal year."""
    require_year(year)
    return tuple(
        Period(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
        for month in range(1, MONTHS_OF_A_YEAR + 1)
    )


@dataclass(frozen=True, slots=True)
class YearShare:
    """``counted`` of ``whole`` months or days of a year, and from which day the counted part runs."""

    counted: int
    whole: int
    unit: str
    first_day: date | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the year is missing."""
        return self.counted == self.whole


# The same few periods come up for every position of a programme.
@lru_cache(maxsize=1024)
def share_of_year(period: Period | None, year: int, proration: Proration) -> YearShare:
    """Count what ``period`` covers of ``year``.

    Twelfths: calendar months that are covered from their first to their last day. Calendar days: days of 365 or 366.
    None: the whole year as soon as one day of it is covered. Without a period nothing is covered.
    """
    inside = None if period is None else period.intersect(year_period(year))
    if proration is Proration.CALENDAR_DAYS:
        whole = 366 if calendar.isleap(year) else 365
        days = 0 if inside is None or inside.end is None else (inside.end - inside.start).days + 1
        return YearShare(days, whole, "DAY", inside.start if inside else None)
    if inside is None:
        return YearShare(0, MONTHS_OF_A_YEAR, "MONTH")
    if proration is Proration.NONE:
        return YearShare(MONTHS_OF_A_YEAR, MONTHS_OF_A_YEAR, "MONTH", inside.start)
    covered = [month for month in months_of(year) if inside.intersect(month) == month]
    return YearShare(len(covered), MONTHS_OF_A_YEAR, "MONTH", covered[0].start if covered else None)


def day_before(day: date) -> date:
    """Return the last day before ``day``: where a validity ends when the next one begins."""
    return day - timedelta(days=1)
