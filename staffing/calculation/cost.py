"""Cost of a position in a fiscal year: declared, or found by its basis. Pure: no Django, no database, no clock.

What somebody declared for a year counts before everything else; where the position has a basis as well, the derivation
shows what that would give. A pay rise that is meant to raise declared amounts raises the months from its first day on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kim.errors import RuleError
from kim.figures import Figure, Step, derive
from kim.timeshare import Limit, TimeRule, part_of, share_left
from kim.years import Period, year_period
from staffing.calculation.basis import OF_THE_SHARE, PayBasis, Place, basis_cost
from staffing.calculation.changes import CostChange, LargerShare, ShorterPlan
from staffing.calculation.pay.law import PayRise
from staffing.calculation.rises import acting, raised


@dataclass(frozen=True, slots=True)
class ProviderInput:
    """Who employs; ``is_city`` tells a department of the city from an association that gets money forwarded."""

    slug: str
    name: str
    is_city: bool


@dataclass(frozen=True, slots=True)
class PositionInput:
    """A planned place: its share of a full-time position, its plan period, and what its cost is found from.

    ``costs`` are the declared amounts per fiscal year, ``pay`` finds the others, ``rises`` raise the declared ones.
    ``changes`` are what a scenario or a question makes of the cost, in the order they take effect.
    """

    reference: str
    title: str
    provider: ProviderInput
    fte: Figure
    period: Period
    costs: Mapping[int, Figure]
    pay: PayBasis | None = None
    rises: tuple[PayRise, ...] = ()
    changes: tuple[CostChange, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundCost:
    """Both ways to the cost of a year: ``cost`` is the one that counts, None with the ``reason`` why there is none."""

    cost: Figure | None
    declared: Figure | None = None
    by_basis: Figure | None = None
    reason: str = ""


def position_cost(position: PositionInput, year: int, limit: Limit | None, rule: TimeRule) -> Figure | None:
    """Return the cost of ``position`` in ``year`` in euros, or None when there is no way to it.

    A declared amount is the cost of the year as planned, so the plan period alone never shortens it; a ``limit`` (a
    position that ends earlier than planned) leaves the share of the planned months that remains.
    """
    return find_cost(position, year, limit, rule).cost


def find_cost(position: PositionInput, year: int, limit: Limit | None, rule: TimeRule) -> FoundCost:
    """Return the cost of a year with what was declared and what the basis gives."""
    declared = declared_cost(position, year)
    if declared is not None:
        for rise in acting(position.rises, position.pay, year) if position.rises else ():
            declared = raised(declared, rise, position.period, year, position.title)
        if limit is not None:
            declared = part_of(declared, "position_cost", position.period, limit, year, rule, subject=position.title)
    if position.pay is None:
        return FoundCost(declared, declared)
    reason = ""
    by_basis = None
    try:
        by_basis = _by_basis(position, position.pay, year, limit, rule)
    except RuleError as error:
        reason = error.message
    if declared is None or by_basis is None:
        return FoundCost(by_basis if declared is None else declared, declared, by_basis, reason)
    counts = derive("position_cost", Step.REPLACED, (declared, by_basis), subject=position.title)
    return FoundCost(counts, declared, by_basis, reason)


def declared_cost(position: PositionInput, year: int) -> Figure | None:
    """Return the declared amount of a year with the changes, before any pay rise; None where nothing was declared."""
    cost = position.costs.get(year)
    if cost is not None:
        for change in position.changes:
            cost = change.of_declared(cost, year, position.title)
    return cost


def changed(position: PositionInput, change: CostChange) -> PositionInput:
    """Return the position with one more change of its cost."""
    return replace(position, changes=(*position.changes, change))


def has_cost(position: PositionInput, year: int) -> bool:
    """Whether anything says what the position costs in ``year``; a pay table may still lack the value."""
    return year in position.costs or (position.pay is not None and position.pay.in_year(year) is not None)


def exists_in(position: PositionInput, year: int) -> bool:
    """Whether the plan has the position on any day of ``year``."""
    start, end = position.period.start, position.period.end
    return start.year <= year and (end is None or year <= end.year)


def _by_basis(
    position: PositionInput, basis: PayBasis, year: int, limit: Limit | None, rule: TimeRule
) -> Figure | None:
    """Ask the basis for the plan that is left; of a year without any of it nothing is left, with the reason."""
    terms = basis.in_year(year)
    if terms is None:
        return None
    cuts = [change for change in position.changes if isinstance(change, ShorterPlan)]
    planned = cuts[0].old if cuts else position.period
    left = position.period if limit is None else position.period.cut(limit.last_day)
    why = limit.source if limit is not None and left != position.period else cuts[-1].source if cuts else None
    is_left = left is not None and left.intersect(year_period(year)) is not None
    asked = left if left is not None and (is_left or why is None) else planned
    cost = basis_cost(basis, Place(position.title, position.fte, asked, position.provider.is_city), year, rule)
    if cost is None:
        return None
    for change in position.changes:
        is_of_share = terms.kind in OF_THE_SHARE and isinstance(change, LargerShare)
        cost = (change.of_declared if is_of_share else change.of_basis)(cost, year, position.title)
    if why is None or planned.intersect(year_period(year)) == (
        None if left is None else left.intersect(year_period(year))
    ):
        return cost
    if is_left:
        # The basis was asked for less; only the reason is still to be said.
        return replace(cost, note=why.text) if cost.note == "" and cost.inputs else cost
    return share_left(cost, "position_cost", (planned, left), year, why, rule, subject=position.title)
