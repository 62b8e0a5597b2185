"""Shares of a year as figures: which months count, and which limit left the others out. Pure: no Django, no clock."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kim.figures import DAY, MONTH, Figure, Source, Status, Step, derive, given
from kim.years import Period, Proration, YearShare, share_of_year, year_period

CALENDAR_YEAR = Source("Das Haushaltsjahr ist das Kalenderjahr", Status.VERIFIED, reference="§ 78 Abs. 4 GO NRW")
_UNITS = {"MONTH": MONTH, "DAY": DAY}


@dataclass(frozen=True, slots=True)
class Limit:
    """A last day and the source that sets it; without a day there is no limit."""

    last_day: date | None
    source: Source


@dataclass(frozen=True, slots=True)
class TimeRule:
    """How part of a year counts, and what that choice rests on."""

    proration: Proration
    source: Source


def time_share(
    whole: Figure, key: str, counted: YearShare, of: YearShare, why: Source, rule: TimeRule, *, subject: str = ""
) -> Figure:
    """Return ``whole`` times ``counted`` by ``of``; ``why`` is the limit that left the rest out.

    How a part of a year counts matters only where a part remains; none and all of it follow from the limit alone.
    """
    unit = _UNITS[counted.unit]
    is_part = 0 < counted.counted < of.counted
    inputs = (
        whole,
        given("counted_time", Decimal(counted.counted), unit, why),
        given("whole_time", Decimal(of.counted), unit, rule.source if is_part else CALENDAR_YEAR),
    )
    return derive(key, Step.SHARE_OF_TIME, inputs, subject=subject)


def part_of(
    declared: Figure, key: str, period: Period, limit: Limit, year: int, rule: TimeRule, *, subject: str = ""
) -> Figure:
    """Return what remains of a yearly amount declared for ``period`` when it ends with ``limit``."""
    plans = (period, period.cut(limit.last_day))
    return share_left(declared, key, plans, year, limit.source, rule, subject=subject)


def share_left(
    declared: Figure,
    key: str,
    plans: tuple[Period, Period | None],
    year: int,
    why: Source,
    rule: TimeRule,
    *,
    subject: str = "",
) -> Figure:
    """Return what remains of a yearly amount when the first of ``plans`` shrinks to the second (None: to nothing)."""
    old, new = plans
    planned = share_of_year(old, year, rule.proration)
    left = share_of_year(new, year, rule.proration)
    whole_year = year_period(year)
    if not planned.counted and (new is None or new.intersect(whole_year) is None):
        # Planned for part of a month only: no month counts, and yet nothing of it remains.
        planned = share_of_year(whole_year, year, rule.proration)
    if left.counted == planned.counted:
        return declared
    return time_share(declared, key, left, planned, why, rule, subject=subject)
