"""What one pay rise does to a programme: every position before and after, and what falls on the city.

A rise belongs to the law, so it acts on every position in a pay table, and on declared amounts where it is meant to.
The lump sums stay as they are; both readings are computed in full. Pure: no Django, no database, no clock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from funding.calculation.comparison import Change, change
from funding.calculation.inputs import Override, ProgrammeInput
from funding.calculation.scenarios import apply_overrides
from funding.calculation.sensitivity import each_position
from funding.calculation.shortfall import YearFigures, compute_year
from staffing.calculation import PositionInput
from staffing.calculation.pay.law import PayLaw, PayRise

KEYS = ("position_cost", "grant", "shortfall")


@dataclass(frozen=True, slots=True)
class RaisedPosition:
    """A position in a year whose cost a rise changes."""

    reference: str
    title: str
    year: int
    cost: Change


@dataclass(frozen=True, slots=True)
class RaisedYear:
    """What a rise changes in a year: cost of positions, grant, shortfall, and the positions it touches."""

    year: int
    changes: dict[str, Change]
    positions: tuple[RaisedPosition, ...]


def with_rise(programme: ProgrammeInput, rise: PayRise, *, to_declared: bool) -> ProgrammeInput:
    """Return the inputs with one more rise; ``to_declared`` lets it raise declared amounts as well."""

    def law(one: PayLaw) -> PayLaw:
        return replace(one, rises=(*one.rises, rise))

    def rises(old: tuple[PayRise, ...]) -> tuple[PayRise, ...]:
        return (*old, rise) if to_declared else old

    return _changed(programme, law, rises)


def without_rise(programme: ProgrammeInput, row: str) -> ProgrammeInput:
    """Return the inputs without the rise that the source ``row`` names."""

    def left(rises: tuple[PayRise, ...]) -> tuple[PayRise, ...]:
        return tuple(one for one in rises if one.source.row != row)

    return _changed(programme, lambda law: replace(law, rises=left(law.rises)), left)


def compare_rise(
    before: ProgrammeInput, after: ProgrammeInput, overrides: Sequence[Override], years: Sequence[int]
) -> tuple[RaisedYear, ...]:
    """Return what lies between two readings of the law, year by year, with ``overrides`` set in both."""
    first, second = (apply_overrides(one, overrides) for one in (before, after))
    return tuple(_year(compute_year(first, year), compute_year(second, year)) for year in years)


def _year(before: YearFigures, after: YearFigures) -> RaisedYear:
    # By module as well: a position that moved has a line in both, and costs in one of them.
    later = {
        (module.number, line.reference): line
        for module in after.modules
        for line in module.positions
        if line.is_declared
    }
    positions = []
    for module in before.modules:
        for line in module.positions:
            raised = later.get((module.number, line.reference))
            if line.is_declared and raised is not None and raised.full_cost.amount != line.full_cost.amount:
                cost = change("full_cost", line.full_cost, raised.full_cost, line.title)
                positions.append(RaisedPosition(line.reference, line.title, before.year, cost))
    changes = {key: change(key, before.figures[key], after.figures[key]) for key in KEYS}
    return RaisedYear(before.year, changes, tuple(positions))


def _changed(
    programme: ProgrammeInput,
    law: Callable[[PayLaw], PayLaw],
    rises: Callable[[tuple[PayRise, ...]], tuple[PayRise, ...]],
) -> ProgrammeInput:
    # One new law for all positions that share the old one: what is computed from it is kept for that very law.
    laws: dict[int, PayLaw] = {}

    def position(one: PositionInput) -> PositionInput:
        pay = one.pay
        if pay is not None and pay.law is not None:
            if id(pay.law) not in laws:
                laws[id(pay.law)] = law(pay.law)
            pay = replace(pay, law=laws[id(pay.law)])
        return replace(one, pay=pay, rises=rises(one.rises))

    return each_position(programme, position)
