"""Terms of pay for tests, and the parts of a year as text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from kim.figures import EUR_PER_FTE, FTE, PERCENT, Figure, Source, Status, given
from kim.years import Period
from staffing.calculation.pay import PayTerms, PayYear, Tariff
from staffing.published_law import published_law

PLAN = Source("Stellenplan")
ZVK = published_law().supplementary_pension


def day(text: str) -> date:
    return date.fromisoformat(text)


def share(fte: str) -> Figure:
    return given("fte", Decimal(fte), FTE, PLAN)


def percent(key: str, rate: str) -> Figure:
    return given(key, Decimal(rate), PERCENT, PLAN)


def flat(amount: str) -> Figure:
    return given("workplace_flat_rate", Decimal(amount), EUR_PER_FTE, Source("KGSt", Status.FROM_MEMORY))


def terms(
    group: str, step: int, *, start: str = "2020-03-01", end: str | None = None, fte: str = "1.0", **options: Any
) -> PayTerms:
    """Return the terms of a position of the city with supplementary pension, unless ``options`` say otherwise."""
    since = options.pop("step_since", None)
    return PayTerms(
        tariff=Tariff.E if group.startswith("E") else Tariff.S,
        group=group,
        step=step,
        fte=share(fte),
        period=Period(day(start), None if end is None else day(end)),
        step_since=None if since is None else day(since),
        **{"employer_is_city": True, "supplementary_pension": ZVK, **options},
    )


PARTS = (
    "total", "personnel", "gross", "allowance", "bonus", "insurance", "supplementary_pension", "workplace", "overhead",
)  # fmt: skip


def parts(year: PayYear) -> dict[str, str]:
    """Return what the year is made of, without what is nothing."""
    found = {name: str(getattr(year, name).amount) for name in PARTS}
    return {name: amount for name, amount in found.items() if amount != "0.00"}


def months(year: PayYear) -> list[tuple[str, str]]:
    return [(one.subject, str(one.amount)) for one in year.months]


def cents(year: PayYear) -> tuple[int, ...]:
    return tuple(int(getattr(year, name).amount.scaleb(2)) for name in PARTS)
