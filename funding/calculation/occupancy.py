"""Plan and expectation: what cannot be drawn because a position is vacant. Pure: no Django, no database, no clock.

The plan has every position for its whole plan period; the expectation only for the months it is filled. Both are
readings of the same rows; their difference in grant is money that cannot be drawn (twelfths for occupied time only is
an assumption of the house, see the programme's part-year rule).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from funding.calculation.inputs import FundedInput, ModuleInput, ProgrammeInput
from funding.calculation.shortfall import LineFigures, YearFigures, compute_year
from kim.figures import Figure, Source, Step, derive
from kim.rounding import ZERO, allocate
from kim.years import Period, months_of, year_period
from staffing.calculation import PositionInput
from staffing.calculation.changes import ShorterPlan
from staffing.calculation.cost import changed


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Since when a position is filled (the latest day of a range; None: nobody knows yet), and what says so."""

    since: date | None
    source: Source


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A position in a year: its grant as planned and as expected, and the part of each month that cannot be drawn."""

    reference: str
    title: str
    plan: Figure
    expected: Figure
    undrawn: Figure
    months: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class TwoViews:
    """A year as planned and as expected, with each position that stands vacant for part of it."""

    plan: YearFigures
    expected: YearFigures
    undrawn: Figure
    vacancies: tuple[Vacancy, ...]


def two_views(programme: ProgrammeInput, occupancy: Mapping[str, Occupancy], year: int) -> TwoViews:
    """Return plan and expectation of ``year``; a position without an entry counts as filled."""
    plan = compute_year(programme, year)
    expected = compute_year(expected_inputs(programme, occupancy, year), year)
    drawn = {line.reference: line for module in expected.modules for line in module.positions}
    vacancies = []
    for module in plan.modules:
        for line in module.positions:
            vacancy = _vacancy(line, drawn.get(line.reference), occupancy.get(line.reference), year)
            if vacancy is not None:
                vacancies.append(vacancy)
    undrawn = derive("grant_undrawn", Step.DIFFERENCE, (plan.figures["grant"], expected.figures["grant"]))
    return TwoViews(plan, expected, undrawn, tuple(vacancies))


def expected_inputs(programme: ProgrammeInput, occupancy: Mapping[str, Occupancy], year: int) -> ProgrammeInput:
    """Return the inputs as expected in ``year``: cost and grant of a position only while it is filled."""
    return replace(
        programme, modules=tuple(_expected_module(module, programme, occupancy, year) for module in programme.modules)
    )


def _expected_module(
    module: ModuleInput, programme: ProgrammeInput, occupancy: Mapping[str, Occupancy], year: int
) -> ModuleInput:
    funded = []
    for one in module.funded:
        filled = occupancy.get(one.position.reference)
        if filled is None:
            funded.append(one)
            continue
        position = _while_filled(one.position, filled, programme, year)
        if position is None:
            continue
        period = one.period.intersect(position.period)
        # A funded time before the position is filled is left out with it.
        if period is not None:
            funded.append(FundedInput(position, one.rule, period, filled.source))
    return replace(module, funded=tuple(funded))


def _while_filled(
    position: PositionInput, filled: Occupancy, programme: ProgrammeInput, year: int
) -> PositionInput | None:
    if filled.since is None:
        return None
    period = position.period.intersect(Period(filled.since))
    if period is None or period.intersect(year_period(year)) is None:
        return None
    cut = ShorterPlan(position.period, period, filled.source, programme.time_rule)
    return replace(changed(position, cut), period=period)


def _vacancy(line: LineFigures, drawn: LineFigures | None, filled: Occupancy | None, year: int) -> Vacancy | None:
    if filled is None:
        return None
    nothing = derive("grant", Step.SUM, (), subject=line.title)
    expected = drawn.grant if drawn is not None else nothing
    undrawn = derive("grant_undrawn", Step.DIFFERENCE, (line.grant, expected), subject=line.title)
    vacant = [filled.since is None or month.start < filled.since for month in months_of(year)]
    if not any(vacant):
        return None
    parts: list[Decimal | None] = [None] * len(vacant)
    shares = allocate(undrawn.amount, [Decimal(1)] * sum(vacant)) if undrawn.amount else (ZERO,) * sum(vacant)
    amounts = iter(shares)
    for index, is_vacant in enumerate(vacant):
        if is_vacant:
            parts[index] = next(amounts)
    return Vacancy(line.reference, line.title, line.grant, expected, undrawn, tuple(parts))
