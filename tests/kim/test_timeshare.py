from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kim.figures import EUR, MONTH, Figure, Source, Status, Step, derive, given
from kim.timeshare import CALENDAR_YEAR, Limit, TimeRule, part_of, time_share
from kim.years import Period, Proration, YearShare

PAPER = Source("Vorlage 2021/1121")
END = Source("Ende des Programms")
GUESS = Source("volle Monate, nicht belegt", Status.FROM_MEMORY)
MONTHS = TimeRule(Proration.TWELFTHS, GUESS)
DAYS = TimeRule(Proration.CALENDAR_DAYS, GUESS)
NONE = TimeRule(Proration.NONE, GUESS)

YEAR_COST = given("position_cost", Decimal("86259.24"), EUR, PAPER)


def until(last_day: str | None) -> Limit:
    return Limit(None if last_day is None else date.fromisoformat(last_day), END)


def test_a_share_names_the_limit_and_the_rule_that_counted_it() -> None:
    found = time_share(
        YEAR_COST, "share", YearShare(3, 12, "MONTH"), YearShare(12, 12, "MONTH"), END, MONTHS, subject="Koordination"
    )
    assert found == derive(
        "share",
        Step.SHARE_OF_TIME,
        (
            YEAR_COST,
            Figure("counted_time", Decimal(3), MONTH, source=END),
            Figure("whole_time", Decimal(12), MONTH, source=GUESS),
        ),
        subject="Koordination",
    )
    assert (str(found.amount), found.is_assumption) == ("21564.81", True)


@pytest.mark.parametrize(("counted", "amount"), [(0, "0.00"), (12, "86259.24")])
def test_none_or_all_of_a_year_follows_from_the_limit_alone(counted: int, amount: str) -> None:
    found = time_share(YEAR_COST, "share", YearShare(counted, 12, "MONTH"), YearShare(12, 12, "MONTH"), END, MONTHS)
    assert (str(found.amount), found.is_assumption) == (amount, False)
    assert [leaf.source for leaf in found.leaves()] == [PAPER, END, CALENDAR_YEAR]


@pytest.mark.parametrize(
    ("start", "end", "last_day", "rule", "year", "amount"),
    [
        # A limit that cuts nothing leaves the entered figure itself.
        ("2022-01-01", None, None, MONTHS, 2022, "86259.24"),
        ("2022-01-01", None, "2022-12-31", MONTHS, 2022, "86259.24"),
        ("2022-01-01", "2022-12-31", "2025-06-30", MONTHS, 2022, "86259.24"),
        # What was declared for the planned part of the year is shared over the planned months.
        ("2022-01-01", None, "2022-06-30", MONTHS, 2022, "43129.62"),
        ("2022-07-01", None, "2022-09-30", MONTHS, 2022, "43129.62"),
        ("2022-07-01", "2022-12-31", "2022-08-31", MONTHS, 2022, "28753.08"),
        ("2022-01-01", None, "2022-06-30", DAYS, 2022, "42775.13"),
        ("2024-01-01", None, "2024-06-30", DAYS, 2024, "42893.94"),
        # Without proration a year that has begun counts whole, one that has not counts nothing.
        ("2022-01-01", None, "2022-01-01", NONE, 2022, "86259.24"),
        ("2022-01-01", None, "2021-12-31", NONE, 2022, "0.00"),
        # The limit lies before the year.
        ("2022-01-01", None, "2022-12-31", MONTHS, 2023, "0.00"),
        ("2022-01-01", None, "2022-12-31", DAYS, 2023, "0.00"),
        ("2022-01-01", None, "2021-12-31", MONTHS, 2022, "0.00"),
        # Planned for part of a month only: no whole month, and yet nothing of it remains after its end.
        ("2022-03-10", "2022-03-20", "2022-03-31", MONTHS, 2022, "86259.24"),
        ("2022-03-10", "2022-03-20", "2022-03-15", MONTHS, 2022, "86259.24"),
        ("2022-03-10", "2022-03-20", "2022-03-09", MONTHS, 2022, "0.00"),
        ("2021-12-15", "2022-01-20", "2021-12-31", MONTHS, 2022, "0.00"),
    ],
)
def test_what_remains_of_a_yearly_amount(
    start: str, end: str | None, last_day: str | None, rule: TimeRule, year: int, amount: str
) -> None:
    period = Period(date.fromisoformat(start), None if end is None else date.fromisoformat(end))
    found = part_of(YEAR_COST, "position_cost", period, until(last_day), year, rule)
    assert str(found.amount) == amount
    assert (found is YEAR_COST) == (amount == "86259.24")
