"""Positions that move from one funding module to another. Pure: no Django, no database, no clock.

A position costs once, whichever modules fund it one after the other: its cost of a year stands in the module that
funded it last by the end of that year. The other one keeps the grant of its own time, and loses the line afterwards.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import date

from funding.calculation.inputs import FundedInput, ModuleInput
from kim.figures import EUR, Step, derive
from kim.years import year_period

COUNTED_ELSEWHERE = "cost_in_other_module"


def counted_once(modules: tuple[ModuleInput, ...], year: int) -> tuple[ModuleInput, ...]:
    """Return the modules of ``year``, each position with its cost in one of them."""
    times: dict[str, list[tuple[FundedInput, int]]] = defaultdict(list)
    for module in modules:
        for funded in module.funded:
            times[funded.position.reference].append((funded, module.number))
    homes = {
        reference: max(found, key=lambda one: _by_last_start(one[0], year))[1]
        for reference, found in times.items()
        if len({number for _funded, number in found}) > 1
    }
    if not homes:
        return modules
    return tuple(
        replace(module, funded=tuple(one for funded in module.funded if (one := _here(funded, module, homes, year))))
        for module in modules
    )


def _by_last_start(funded: FundedInput, year: int) -> tuple[bool, int]:
    """Order by start; those that begin after the year come last, the nearest of them first."""
    start = funded.period.start
    has_begun = start <= date(year, 12, 31)
    return has_begun, start.toordinal() if has_begun else -start.toordinal()


def _here(funded: FundedInput, module: ModuleInput, homes: dict[str, int], year: int) -> FundedInput | None:
    position = funded.position
    if homes.get(position.reference, module.number) == module.number:
        return funded
    if funded.period.intersect(year_period(year)) is None:
        return None
    nothing = derive("position_cost", Step.SUM, (), unit=EUR, subject=position.title, note=COUNTED_ELSEWHERE)
    return replace(funded, position=replace(position, costs={year: nothing}, pay=None, changes=()))
