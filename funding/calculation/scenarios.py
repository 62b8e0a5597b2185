"""Dated overrides of parameters. Pure: no Django, no database, no clock.

A scenario is data: the calculation sees only what it sets to which value, never what it is called. Every change is a
step of the derivation (a product with a factor, a share of time) whose source is the reason of the override.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

from funding.calculation.inputs import DatedAmount, FundedInput, ModuleInput, Override, Parameter, ProgrammeInput
from kim.figures import FACTOR, Figure, Source, Status, Step, derive, given
from kim.timeshare import Limit, TimeRule
from kim.years import Period, day_before
from staffing.calculation.changes import Factor, ShorterPlan
from staffing.calculation.cost import changed

_ORDER = {parameter: place for place, parameter in enumerate(Parameter)}


def apply_overrides(programme: ProgrammeInput, overrides: Sequence[Override]) -> ProgrammeInput:
    """Return the inputs with every override set; what none of them names stays the law in force and the plan.

    The order in which they are given does not matter: amounts change before times, earlier changes before later ones.
    """
    changed = programme
    for one in sorted(overrides, key=_place):
        limit = Limit(one.last_day, one.source)
        match one.parameter:
            case Parameter.GRANT_UNTIL:
                changed = replace(changed, grant_until=limit, law=changed.law or changed.grant_until)
            case Parameter.POSITIONS_UNTIL:
                changed = replace(changed, positions_until=limit)
            case Parameter.TOP_UP_UNTIL:
                changed = replace(changed, top_up_until={**(changed.top_up_until or {}), one.provider or "": limit})
            case Parameter.LUMP_SUM_PERCENT:
                changed = _each_module(changed, partial(_lump_sums, one=one))
            case Parameter.CAP_PERCENT:
                changed = _each_module(changed, partial(_caps, one=one))
            case Parameter.COST_PERCENT:
                changed = _each_module(changed, partial(_position_costs, one=one))
            case Parameter.POSITION_FROM | Parameter.POSITION_UNTIL:
                changed = _each_module(changed, partial(_plan, one=one, rule=changed.time_rule))
    return changed


def _place(one: Override) -> tuple[int, str, str, str, str, str, str]:
    return (
        _ORDER[one.parameter], str(one.first_year or ""), str(one.first_day or ""), str(one.last_day or ""),
        one.position or "", one.provider or "", str(one.percent or ""),
    )  # fmt: skip


def _each_module(programme: ProgrammeInput, change: Callable[[ModuleInput], ModuleInput]) -> ProgrammeInput:
    return replace(programme, modules=tuple(change(module) for module in programme.modules))


def factor(key: str, percent: Decimal, source: Source) -> Figure:
    """Return what ``percent`` more multiplies by, as a figure that always counts as an assumption: 2.5 gives 1.025."""
    status = source.status if source.status.is_assumption else Status.ASSUMED
    return given(key, (Decimal(100) + percent).scaleb(-2), FACTOR, replace(source, status=status))


def _lump_sums(module: ModuleInput, one: Override) -> ModuleInput:
    by = factor("lump_sum_factor", one.percent or Decimal(0), one.source)

    def changed(amounts: tuple[DatedAmount, ...]) -> tuple[DatedAmount, ...]:
        return _from_day_on(amounts, one.first_day or date.max, by)

    return replace(
        module,
        funded=tuple(
            replace(some, rule=replace(some.rule, lump_sums=changed(some.rule.lump_sums))) for some in module.funded
        ),
        material=tuple(
            replace(line, rule=replace(line.rule, lump_sums=changed(line.rule.lump_sums))) if line.rule else line
            for line in module.material
        ),
    )


def _caps(module: ModuleInput, one: Override) -> ModuleInput:
    by = factor("cap_factor", one.percent or Decimal(0), one.source)
    return replace(
        module,
        caps={covers: _from_day_on(caps, one.first_day or date.max, by) for covers, caps in module.caps.items()},
    )


def _from_day_on(amounts: tuple[DatedAmount, ...], day: date, by: Figure) -> tuple[DatedAmount, ...]:
    """Multiply what holds from ``day`` on; an amount that began earlier keeps its value until the day before."""
    found: list[DatedAmount] = []
    for one in amounts:
        if one.period.end is not None and one.period.end < day:
            found.append(one)
            continue
        amount = derive(one.amount.key, Step.PRODUCT, (one.amount, by), subject=one.amount.subject)
        if one.period.start < day:
            found.append(replace(one, period=Period(one.period.start, day_before(day))))
        found.append(DatedAmount(amount, Period(max(day, one.period.start), one.period.end)))
    return tuple(found)


def _position_costs(module: ModuleInput, one: Override) -> ModuleInput:
    change = Factor(factor("cost_factor", one.percent or Decimal(0), one.source), one.first_year or 0)
    return replace(
        module, funded=tuple(replace(some, position=changed(some.position, change)) for some in module.funded)
    )


def _plan(module: ModuleInput, one: Override, rule: TimeRule) -> ModuleInput:
    """Let one position begin later or end earlier; what is left of no day is planned no more."""
    found = []
    for some in module.funded:
        if some.position.reference == one.position:
            changed = _shortened(some, one, rule)
            if changed is not None:
                found.append(changed)
        else:
            found.append(some)
    return replace(module, funded=tuple(found))


def _shortened(funded: FundedInput, one: Override, rule: TimeRule) -> FundedInput | None:
    position = funded.position
    old = position.period
    start = old.start if one.first_day is None else max(old.start, one.first_day)
    if old.end is not None and start > old.end:
        return None
    new = Period(start, old.end).cut(one.last_day if one.parameter is Parameter.POSITION_UNTIL else None)
    if new is None:
        return None
    if new == old:
        return funded
    cut = ShorterPlan(old, new, one.source, rule)
    source = funded.source
    if funded.period.intersect(old) != funded.period.intersect(new):
        source = one.source if funded.planned is None else _both(source, one.source)
    return replace(
        funded, position=replace(changed(position, cut), period=new), source=source, planned=funded.planned or old
    )


def _both(first: Source, second: Source) -> Source:
    """Begin and end are set by two overrides: both reasons stand for what is missing."""
    return first if first.text == second.text else replace(second, text=f"{first.text}; {second.text}")
