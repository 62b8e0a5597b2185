"""Cost of a position in a fiscal year, as declared. Pure: no Django, no database, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass

from kim.figures import Figure
from kim.timeshare import Limit, TimeRule, part_of
from kim.years import Period


@dataclass(frozen=True, slots=True)
class ProviderInput:
    """Who employs; ``is_city`` tells a department of the city from an association that gets money forwarded."""

    slug: str
    name: str
    is_city: bool


@dataclass(frozen=True, slots=True)
class PositionInput:
    """A planned place: its share of a full-time position, its plan period, and its declared cost per fiscal year."""

    reference: str
    title: str
    provider: ProviderInput
    fte: Figure
    period: Period
    costs: Mapping[int, Figure]


def position_cost(position: PositionInput, year: int, limit: Limit | None, rule: TimeRule) -> Figure | None:
    """Return the cost of ``position`` in ``year`` in euros, or None when nothing was declared for a year it exists in.

    A declared amount is the cost of the year as planned, so the plan period alone never shortens it; a ``limit`` (a
    position that ends earlier than planned) leaves the share of the planned months that remains.
    """
    declared = position.costs.get(year)
    if declared is None or limit is None:
        return declared
    return part_of(declared, "position_cost", position.period, limit, year, rule, subject=position.title)


def exists_in(position: PositionInput, year: int) -> bool:
    """Whether the plan has the position on any day of ``year``."""
    start, end = position.period.start, position.period.end
    return start.year <= year and (end is None or year <= end.year)
