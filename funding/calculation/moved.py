"""The values that differ between two states, as far as a fiscal year sees them. Pure: no Django, no database, no clock.

What has no part in the year is left out: a lump sum from 2024 on moved nothing in 2022.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from funding.calculation.inputs import (
    AwardInput,
    DatedAmount,
    MaterialInput,
    ModuleInput,
    Override,
    ProgrammeInput,
    RuleInput,
)
from funding.calculation.rules import Basis
from funding.calculation.substitution import positions
from kim.figures import Figure
from kim.timeshare import Limit
from kim.years import Period, Proration, year_period
from staffing.calculation import PositionInput
from staffing.calculation.basis import BasisTerms
from staffing.calculation.cost import exists_in
from staffing.calculation.pay.law import PayRise


class What(StrEnum):
    """What kind of value moved."""

    PAY_RISE = "pay_rise"
    TABLE_PAY = "table_pay"
    ALLOWANCE = "allowance"
    BONUS = "annual_bonus"
    INSURANCE = "insurance"
    PENSION = "supplementary_pension"
    PAY_BASIS = "pay_basis"
    POSITION = "position"
    FTE = "fte"
    PLAN = "plan"
    FUNDED = "funded"
    LUMP_SUM = "lump_sum"
    BASIS = "basis"
    LIMITED = "limited_to_cost"
    CAP = "cap"
    MINIMUM_FTE = "minimum_fte"
    AWARD = "award"
    MATERIAL = "material"
    MATERIAL_COST = "material_cost"
    MATERIAL_RULE = "material_rule"
    POSITION_COST = "position_cost"
    GRANT_UNTIL = "grant_until"
    PRORATION = "proration"
    PROVIDER = "provider"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a position is funded."""

    module: int
    rule: str
    period: Period


Key = tuple[int, str]
Value = Figure | Period | Limit | Place | Basis | Proration | Override | PayRise | BasisTerms | str | bool


@dataclass(frozen=True, slots=True)
class Moved:
    """A value before and after; None where the side does not have it. ``name`` says whose it is, in the user's words.

    ``detail`` narrows it where the name alone does not: what a cap covers (``positions``, ``material``).
    """

    what: What
    name: str
    before: Value | None
    after: Value | None
    detail: str = ""


def moved(before: ProgrammeInput, after: ProgrammeInput, year: int) -> tuple[Moved, ...]:
    """Return what differs between two inputs in ``year``, each value once.

    A position or material line that only one side has is one entry, not one for each of its values.
    """
    found = [
        *_positions(positions(before), positions(after), year),
        *_funded(before, after, year),
        *_modules(before, after, year),
        *_material(_lines(before), _lines(after), year),
        *_programme(before, after),
    ]
    return each_once(found)


def each_once(found: Iterable[Moved]) -> tuple[Moved, ...]:
    """Return every move once: the same amounts of two rows are one move, wherever they come from."""
    return tuple({
        (one.what, one.name, one.detail, _plain(one.before), _plain(one.after)): one for one in found
    }.values())  # fmt: skip


def _plain(value: Value | None) -> object:
    return (value.amount, value.unit) if isinstance(value, Figure) else value


def moved_overrides(before: Sequence[Override], after: Sequence[Override]) -> tuple[Moved, ...]:
    """Return the overrides that only one scenario sets, whatever their reason."""
    old, new = {_setting(one): one for one in before}, {_setting(one): one for one in after}
    return (
        *(Moved(What.OVERRIDE, "", one, None) for key, one in old.items() if key not in new),
        *(Moved(What.OVERRIDE, "", None, one) for key, one in new.items() if key not in old),
    )


def _setting(one: Override) -> tuple[object, ...]:
    return (one.parameter, one.last_day, one.provider, one.position, one.first_day, one.first_year, one.percent)


def _positions(old: Mapping[str, PositionInput], new: Mapping[str, PositionInput], year: int) -> Iterator[Moved]:
    for reference in (*new, *(one for one in old if one not in new)):
        here, there = old.get(reference), new.get(reference)
        if here is None or there is None:
            some = there or here
            if some is not None and exists_in(some, year):
                shares = tuple(None if one is None else one.fte for one in (here, there))
                yield Moved(What.POSITION, some.title, shares[0], shares[1])
            continue
        if here.fte.amount != there.fte.amount and (exists_in(here, year) or exists_in(there, year)):
            yield Moved(What.FTE, there.title, here.fte, there.fte)
        if _inside(here.period, year) != _inside(there.period, year):
            yield Moved(What.PLAN, there.title, here.period, there.period)
        yield from amount_moved(What.POSITION_COST, there.title, here.costs.get(year), there.costs.get(year))
        if here.provider.is_city != there.provider.is_city:
            yield Moved(What.PROVIDER, there.title, here.provider.name, there.provider.name)


def _funded(before: ProgrammeInput, after: ProgrammeInput, year: int) -> Iterator[Moved]:
    """Return the funded times that differ, of positions that both sides have."""
    titles = {reference: one.title for reference, one in positions(after).items() if reference in positions(before)}
    old, new = _places(before), _places(after)
    for reference, title in titles.items():
        for here, there in zip_longest(old.get(reference, ()), new.get(reference, ())):
            if _seen(here, year) != _seen(there, year):
                yield Moved(What.FUNDED, title, here, there)


def _places(programme: ProgrammeInput) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for module in programme.modules:
        for one in module.funded:
            place = Place(module.number, one.rule.name, one.period)
            found.setdefault(one.position.reference, []).append(place)
    return {reference: sorted(places, key=lambda one: one.period.start) for reference, places in found.items()}


def _seen(place: Place | None, year: int) -> tuple[int, Period] | None:
    inside = None if place is None else _inside(place.period, year)
    return None if place is None or inside is None else (place.module, inside)


def _modules(before: ProgrammeInput, after: ProgrammeInput, year: int) -> Iterator[Moved]:
    here = {module.number: module for module in before.modules}
    there = {module.number: module for module in after.modules}
    for number in sorted({*here, *there}):
        yield from _module(here.get(number), there.get(number), year)


def _module(here: ModuleInput | None, there: ModuleInput | None, year: int) -> Iterator[Moved]:
    some = there or here
    if some is None:
        return
    if here is not None and there is not None:
        for old, new in _rules(here, there):
            yield from _rule(old, new, year)
        yield from amount_moved(What.MINIMUM_FTE, some.name, here.minimum_fte, there.minimum_fte)
    for covers in sorted({*(here.caps if here else ()), *(there.caps if there else ())}):
        old_caps, new_caps = (_dated(one.caps.get(covers, ()) if one else (), year) for one in (here, there))
        for old_cap, new_cap in zip_longest(old_caps, new_caps):
            yield from amount_moved(What.CAP, some.name, old_cap, new_cap, covers)
    for covers in sorted({one.covers for side in (here, there) if side for one in side.awards}):
        old_awards, new_awards = (_awards(one.awards if one else (), covers, year) for one in (here, there))
        for old_award, new_award in zip_longest(old_awards, new_awards):
            yield from amount_moved(What.AWARD, some.name, old_award, new_award, covers)


def _rules(here: ModuleInput, there: ModuleInput) -> Iterator[tuple[RuleInput, RuleInput]]:
    """Return the rules that pay for the same lines on both sides."""
    if [one.position.reference for one in here.funded] == [one.position.reference for one in there.funded]:
        yield from ((one.rule, other.rule) for one, other in zip(here.funded, there.funded, strict=True))
    rules = {line.reference: line.rule for line in there.material}
    for line in here.material:
        other = rules.get(line.reference)
        if line.rule is not None and other is not None:
            yield line.rule, other


def _rule(old: RuleInput, new: RuleInput, year: int) -> Iterator[Moved]:
    if old.basis is not new.basis:
        yield Moved(What.BASIS, new.name, old.basis, new.basis)
    if old.limited_to_cost != new.limited_to_cost:
        yield Moved(What.LIMITED, new.name, old.limited_to_cost, new.limited_to_cost)
    for first, second in zip_longest(_dated(old.lump_sums, year), _dated(new.lump_sums, year)):
        yield from amount_moved(What.LUMP_SUM, new.name, first, second)


def _material(old: Mapping[Key, MaterialInput], new: Mapping[Key, MaterialInput], year: int) -> Iterator[Moved]:
    for reference in (*new, *(one for one in old if one not in new)):
        here, there = old.get(reference), new.get(reference)
        some = there or here
        if here is None or there is None:
            if some is not None:
                costs = tuple(None if one is None else one.costs.get(year) for one in (here, there))
                yield from amount_moved(What.MATERIAL, some.name, costs[0], costs[1])
            continue
        yield from amount_moved(What.MATERIAL_COST, there.name, here.costs.get(year), there.costs.get(year))
        if (here.rule is None) != (there.rule is None):
            names = tuple(None if one.rule is None else one.rule.name for one in (here, there))
            yield Moved(What.MATERIAL_RULE, there.name, names[0], names[1])


def _programme(before: ProgrammeInput, after: ProgrammeInput) -> Iterator[Moved]:
    if before.grant_until.last_day != after.grant_until.last_day:
        yield Moved(What.GRANT_UNTIL, "", before.grant_until, after.grant_until)
    if before.time_rule.proration is not after.time_rule.proration:
        yield Moved(What.PRORATION, "", before.time_rule.proration, after.time_rule.proration)


def _lines(programme: ProgrammeInput) -> dict[Key, MaterialInput]:
    return {(module.number, line.reference): line for module in programme.modules for line in module.material}


def _inside(period: Period, year: int) -> Period | None:
    return period.intersect(year_period(year))


def _dated(amounts: Iterable[DatedAmount], year: int) -> list[Figure]:
    return [one.amount for one in amounts if _inside(one.period, year) is not None]


def _awards(awards: Iterable[AwardInput], covers: str, year: int) -> list[Figure]:
    return [one.amount for one in awards if one.covers == covers and one.period.start.year == year]


def amount_moved(what: What, name: str, old: Figure | None, new: Figure | None, detail: str = "") -> Iterator[Moved]:
    """Return one entry where amount or unit differ; where a value comes from does not matter."""
    if (old and (old.amount, old.unit)) != (new and (new.amount, new.unit)):
        yield Moved(what, name, old, new, detail)
