"""What happens to the cost of a position after it was found. Pure: no Django, no database, no clock.

A change holds for every year, but it is computed only for the year that is asked for. What a basis gives (a pay table,
a flat) follows the plan of the position by itself; a declared amount is the cost of the plan as it was when somebody
entered it, so a shorter plan leaves its share.
"""

from dataclasses import dataclass

from kim.figures import Figure, Source, Step, derive
from kim.timeshare import TimeRule, share_left
from kim.years import Period, year_period


@dataclass(frozen=True, slots=True)
class Factor:
    """Multiplies the cost of every year from ``first_year`` on, whichever way it was found."""

    by: Figure
    first_year: int

    def of_declared(self, cost: Figure, year: int, subject: str) -> Figure:
        """Return a declared cost after the change."""
        if year < self.first_year:
            return cost
        return derive("position_cost", Step.PRODUCT, (cost, self.by), subject=subject)

    def of_basis(self, cost: Figure, year: int, subject: str) -> Figure:
        """Return a cost found by a basis after the change."""
        return self.of_declared(cost, year, subject)


@dataclass(frozen=True, slots=True)
class ShorterPlan:
    """The plan went from the period ``old`` to ``new``, which lies within it; ``source`` is the reason."""

    old: Period
    new: Period
    source: Source
    rule: TimeRule

    def of_declared(self, cost: Figure, year: int, subject: str) -> Figure:
        """Return the share of a declared cost that is left of the planned time."""
        if self.old.intersect(year_period(year)) is None:
            return cost
        return share_left(cost, "position_cost", (self.old, self.new), year, self.source, self.rule, subject=subject)

    def of_basis(self, cost: Figure, year: int, subject: str) -> Figure:  # noqa: ARG002 - as every change is asked
        """Return the cost as it is: the basis was asked for the shorter plan."""
        return cost


@dataclass(frozen=True, slots=True)
class LargerShare:
    """The share of a full-time position grew by ``more`` from ``rest``; a declared cost grows in proportion."""

    more: Figure
    rest: Figure

    def of_declared(self, cost: Figure, year: int, subject: str) -> Figure:  # noqa: ARG002 - as every change is asked
        """Return a declared cost with the part of the added share."""
        part = derive("position_cost", Step.ALLOCATED, (cost, self.more, self.rest), mode="0", subject=subject)
        return derive("position_cost", Step.SUM, (cost, part), subject=subject)

    def of_basis(self, cost: Figure, year: int, subject: str) -> Figure:  # noqa: ARG002 - as every change is asked
        """Return the cost as it is: the basis was asked for the larger share."""
        return cost


CostChange = Factor | ShorterPlan | LargerShare
