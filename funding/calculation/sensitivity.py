"""What moves the shortfall of a year: small changes, one at a time, computed in full. Pure: no Django, no clock.

Nothing is estimated from averages: each lever changes the inputs and the year is computed again, so caps, shares of
time and limits to the real cost act as they would. A lever that a cap stops moves nothing, and that is the answer.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from funding.calculation.comparison import KEYS, Change, change
from funding.calculation.inputs import Override, Parameter, ProgrammeInput
from funding.calculation.rules import Basis
from funding.calculation.scenarios import apply_overrides
from funding.calculation.shortfall import YearFigures, compute_year
from kim.figures import FTE, Figure, Source, Status, Step, derive, given
from kim.timeshare import Limit
from kim.years import MONTHS_OF_A_YEAR, year_period
from staffing.calculation import PositionInput
from staffing.calculation.changes import LargerShare
from staffing.calculation.cost import changed, exists_in, has_cost

ONE_PERCENT = Decimal(1)
TENTH = Decimal("0.1")
LUMP_SUM_STEP = Decimal(1000)


class Lever(StrEnum):
    """What is moved, always one at a time."""

    PAY = "pay"
    SHARE = "share"
    DELAY = "delay"
    LUMP_SUM_MORE = "lump_sum_more"
    LUMP_SUM_LESS = "lump_sum_less"
    GRANT_ENDS_EARLIER = "grant_ends_earlier"


@dataclass(frozen=True, slots=True)
class Effect:
    """How a lever moves expense, grant and shortfall of a year; ``subject`` is the position or day it acts on."""

    lever: Lever
    changes: dict[str, Change]
    subject: str = ""
    last_day: date | None = None

    @property
    def shortfall(self) -> Figure:
        """What the shortfall changes by, in euros."""
        return self.changes["shortfall"].difference


def sensitivity(programme: ProgrammeInput, year: int, before: YearFigures | None = None) -> tuple[Effect, ...]:
    """Return the effect of every lever on ``year``; ``before`` are its figures where they are known already."""
    base = before or compute_year(programme, year)

    def effect(lever: Lever, moved: ProgrammeInput, subject: str = "", last_day: date | None = None) -> Effect:
        after = compute_year(moved, year)
        changes = {key: change(key, base.figures[key], after.figures[key]) for key in KEYS}
        return Effect(lever, changes, subject, last_day)

    found = [effect(Lever.PAY, pay_raised(programme, year, ONE_PERCENT))]
    position = next((one for one in _positions(programme) if _can_grow(one, year)), None)
    if position is not None:
        found.append(effect(Lever.SHARE, share_raised(programme, position.reference), position.title))
    last_day = _a_year_earlier(programme.grant_until.last_day, year)
    return (
        *found,
        effect(Lever.DELAY, all_delayed(programme, year)),
        effect(Lever.LUMP_SUM_MORE, lump_sums_moved(programme, LUMP_SUM_STEP)),
        effect(Lever.LUMP_SUM_LESS, lump_sums_moved(programme, -LUMP_SUM_STEP)),
        effect(Lever.GRANT_ENDS_EARLIER, grant_ended(programme, last_day), last_day=last_day),
    )


def pay_raised(programme: ProgrammeInput, year: int, percent: Decimal) -> ProgrammeInput:
    """Return the inputs with the cost of all positions ``percent`` higher from ``year`` on."""
    source = _probe("Ein Prozent mehr Personalkosten")
    one = Override(Parameter.COST_PERCENT, None, source, first_year=year, percent=percent)
    return apply_overrides(programme, (one,))


def all_delayed(programme: ProgrammeInput, year: int) -> ProgrammeInput:
    """Return the inputs with every position filled a month later in ``year`` than planned."""
    source = _probe("Ein Monat später besetzt")
    first_days = {one.reference: _next_month(max(one.period.start, date(year, 1, 1))) for one in _positions(programme)}
    return apply_overrides(
        programme,
        [
            Override(Parameter.POSITION_FROM, None, source, position=reference, first_day=day)
            for reference, day in first_days.items()
        ],
    )


def lump_sums_moved(programme: ProgrammeInput, step: Decimal) -> ProgrammeInput:
    """Return the inputs with every lump sum per full-time position ``step`` euros higher, never below nothing."""
    source = _probe("Andere Pauschale je Vollzeitstelle")

    def moved(amount: Figure) -> Figure:
        by = max(step, -amount.amount)
        return derive(amount.key, Step.SUM, (amount, given("lump_sum_step", by, amount.unit, source)))

    return replace(
        programme,
        modules=tuple(
            replace(
                module,
                funded=tuple(
                    one if one.rule.basis is not Basis.PER_FTE_YEAR
                    else replace(
                        one,
                        rule=replace(
                            one.rule,
                            lump_sums=tuple(replace(lump, amount=moved(lump.amount)) for lump in one.rule.lump_sums),
                        ),
                    )
                    for one in module.funded
                ),
            )
            for module in programme.modules
        ),
    )  # fmt: skip


def grant_ended(programme: ProgrammeInput, last_day: date) -> ProgrammeInput:
    """Return the inputs with the grant ending on ``last_day``."""
    return replace(programme, grant_until=Limit(last_day, _probe("Förderung endet ein Jahr früher")))


def share_raised(programme: ProgrammeInput, reference: str) -> ProgrammeInput:
    """Return the inputs with a tenth of a full-time position more for one position, its cost in proportion."""
    source = _probe("Ein Zehntel Stelle mehr")

    def grown(position: PositionInput) -> PositionInput:
        more = given("fte", TENTH, FTE, source, subject=position.title)
        rest = derive("fte", Step.DIFFERENCE, (position.fte, more), subject=position.title)
        fte = derive("fte", Step.SUM, (position.fte, more), subject=position.title)
        return replace(changed(position, LargerShare(more, rest)), fte=fte)

    return each_position(programme, lambda one: grown(one) if one.reference == reference else one)


def each_position(programme: ProgrammeInput, moved: Callable[[PositionInput], PositionInput]) -> ProgrammeInput:
    """Return the inputs with every position as ``moved`` makes it."""
    return replace(
        programme,
        modules=tuple(
            replace(module, funded=tuple(replace(one, position=moved(one.position)) for one in module.funded))
            for module in programme.modules
        ),
    )


def _positions(programme: ProgrammeInput) -> list[PositionInput]:
    """Return every position once, in the order of the plan."""
    found = {one.position.reference: one.position for module in programme.modules for one in module.funded}
    return list(found.values())


def _can_grow(position: PositionInput, year: int) -> bool:
    return exists_in(position, year) and has_cost(position, year) and position.fte.amount >= TENTH


def _a_year_earlier(last_day: date | None, year: int) -> date:
    """Return the day a year before; a grant without an end loses the year that is looked at."""
    if last_day is None:
        return date(year - 1, 12, 31)
    is_leap_day = (last_day.month, last_day.day) == (2, 29)
    return last_day.replace(year=last_day.year - 1, day=28 if is_leap_day else last_day.day)


def _next_month(day: date) -> date:
    """Return the same day a month later, at most its last day."""
    year, month = (day.year + 1, 1) if day.month == MONTHS_OF_A_YEAR else (day.year, day.month + 1)
    last = year_period(year).end if month == MONTHS_OF_A_YEAR else None
    most = 31 if last is not None else (date(year, month + 1, 1) - date(year, month, 1)).days
    return date(year, month, min(day.day, most))


def _probe(text: str) -> Source:
    return Source(text, Status.ASSUMED)
