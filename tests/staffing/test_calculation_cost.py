"""Cost of a position in a fiscal year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kim.figures import EUR, FTE, Source, Status, given
from kim.timeshare import Limit, TimeRule
from kim.years import Period, Proration
from staffing.calculation import PositionInput, ProviderInput, position_cost
from staffing.calculation.cost import exists_in

PAPER = Source("Vorlage 2021/1121")
END = Source("Ende der Stellen")
MONTHS = TimeRule(Proration.TWELFTHS, Source("volle Monate, nicht belegt", Status.FROM_MEMORY))
COST = given("position_cost", Decimal("86259.24"), EUR, PAPER, subject="Koordination 1")


def position(start: str = "2022-01-01", end: str | None = None) -> PositionInput:
    period = Period(date.fromisoformat(start), None if end is None else date.fromisoformat(end))
    share = given("fte", Decimal("1.0"), FTE, PAPER)
    city = ProviderInput("ki", "Kommunales Integrationszentrum", is_city=True)
    return PositionInput("KIM-1.1", "Koordination 1", city, share, period, {2022: COST})


def test_what_was_declared_is_the_cost() -> None:
    assert position_cost(position(), 2022, None, MONTHS) is COST
    # Declared for the year as it is planned: a start in October has been thought of.
    assert position_cost(position("2022-10-01"), 2022, None, MONTHS) is COST


def test_what_was_not_declared_is_no_figure() -> None:
    assert position_cost(position(), 2023, None, MONTHS) is None
    assert position_cost(position(), 2023, Limit(date(2022, 12, 31), END), MONTHS) is None


@pytest.mark.parametrize(
    ("last_day", "expected"),
    [("2022-12-31", "86259.24"), ("2022-06-30", "43129.62"), ("2022-06-29", "35941.35"), ("2021-12-31", "0.00")],
)
def test_an_earlier_end_leaves_the_share_before_it(last_day: str, expected: str) -> None:
    found = position_cost(position(), 2022, Limit(date.fromisoformat(last_day), END), MONTHS)
    assert found is not None
    assert (str(found.amount), found.key) == (expected, "position_cost")


def test_an_earlier_end_is_named_as_the_reason() -> None:
    found = position_cost(position(), 2022, Limit(date(2022, 6, 30), END), MONTHS)
    assert found is not None
    assert [leaf.source for leaf in found.leaves()] == [PAPER, END, MONTHS.source]
    assert found.subject == "Koordination 1"


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        ("2022-01-01", None, [2022, 2023, 2024]),
        ("2022-12-31", "2023-01-01", [2022, 2023]),
        ("2021-01-01", "2021-12-31", []),
        ("2025-01-01", None, []),
        ("2023-03-03", "2023-03-03", [2023]),
    ],
)
def test_a_position_exists_in_the_years_its_plan_touches(start: str, end: str | None, years: list[int]) -> None:
    assert [year for year in (2022, 2023, 2024) if exists_in(position(start, end), year)] == years
