"""A figure by its address: key, and what narrows it. Pure: no Django, no database, no clock.

Beside the figures of a year, of a module, provider or line, also the parameters behind them (lump sum of a rule, cap of
a module) and what is counted (places, shares), so that whatever a paper prints has one place it is compared with.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from funding.calculation.grants import cap_of_year
from funding.calculation.inputs import FundedInput, ModuleInput, ProgrammeInput
from funding.calculation.shortfall import LineFigures, YearFigures
from kim.figures import FACTOR, FTE, Figure, Source, Status, Step, derive, given
from kim.years import year_period
from staffing.calculation import PositionInput
from staffing.calculation.cost import exists_in

# What is no figure of a year but stands behind one, or is counted.
LUMP_SUM, CAP, SHARES, COUNT = "lump_sum", "cap", "fte", "position_count"
COUNTED = (SHARES, COUNT)


@dataclass(frozen=True, slots=True)
class Address:
    """Which figure of a year: its key, and what narrows it; at most what the key can be narrowed to.

    ``funding_module`` is a number, ``provider`` a slug, ``line`` the reference of a position or material line, ``rule``
    the name of a grant rule, ``part`` the part of a module that a cap limits (positions, material).
    """

    key: str
    funding_module: int | None = None
    provider: str = ""
    line: str = ""
    rule: str = ""
    part: str = ""


def one_place(position: PositionInput) -> Figure:
    """Count a place once, whatever its share; what proves its share proves the place."""
    source = position.fte.source or Source("Stellenplan", Status.ASSUMED)
    return given(COUNT, Decimal(1), FACTOR, source, subject=position.title)


def figure_at(programme: ProgrammeInput, year: YearFigures, address: Address) -> Figure | None:
    """Return the figure, or None where this year has none at the address.

    What does not narrow the figure is not passed over: the words beside it would say something else than the amount.
    """
    if not _fits(address):
        return None
    if address.key in COUNTED:
        return _counted(programme, year.year, address)
    if address.key == LUMP_SUM:
        return _lump_sum(programme, year.year, address)
    if address.key == CAP:
        module = _module(programme, address.funding_module)
        return None if module is None else cap_of_year(module.caps.get(address.part, ()), year.year)
    return _figures(year, address).get(address.key)


def _fits(address: Address) -> bool:
    """Whether the key can be narrowed as the address does."""
    places = [address.line, address.provider, address.funding_module is not None]
    if address.key in COUNTED:
        return not address.part
    if address.key == LUMP_SUM:
        return bool(address.rule) and not (address.line or address.provider or address.part)
    if address.key == CAP:
        return bool(address.part) and not (address.line or address.provider or address.rule)
    return not (address.rule or address.part) and sum(map(bool, places)) <= 1


def _figures(year: YearFigures, address: Address) -> Mapping[str, Figure]:
    """Return the figures of the line, provider or module that the address names; of the whole year without one."""
    if address.line:
        lines = (line for module in year.modules for line in (*module.positions, *module.material))
        return next((of_line(line) for line in lines if line.reference == address.line), {})
    if address.provider:
        return next((one.figures for one in year.providers if one.provider.slug == address.provider), {})
    if address.funding_module is not None:
        return next((one.figures for one in year.modules if one.number == address.funding_module), {})
    return {**year.figures, **{figure.key: figure for figure in year.top_up.values()}}


def of_line(line: LineFigures) -> dict[str, Figure]:
    """Return the figures of a position or material line by their keys."""
    return {"cost": line.cost, "full_cost": line.full_cost, "grant": line.grant, "shortfall": line.shortfall}


def _module(programme: ProgrammeInput, number: int | None) -> ModuleInput | None:
    return next((one for one in programme.modules if one.number == number), None)


def _modules(programme: ProgrammeInput, number: int | None) -> Iterable[ModuleInput]:
    return [one for one in programme.modules if number is None or one.number == number]


def _counted(programme: ProgrammeInput, year: int, address: Address) -> Figure | None:
    """Count the places of the plan that the address names, or add up their shares; None where there is none."""
    found: dict[str, PositionInput] = {}
    for module in _modules(programme, address.funding_module):
        for funded in module.funded:
            if _is_meant(funded, address) and exists_in(funded.position, year):
                found.setdefault(funded.position.reference, funded.position)
    places: Sequence[PositionInput] = list(found.values())
    if not places:
        return None
    if address.key == COUNT:
        return derive(COUNT, Step.SUM, [one_place(one) for one in places], unit=FACTOR)
    return places[0].fte if len(places) == 1 else derive(SHARES, Step.SUM, [one.fte for one in places], unit=FTE)


def _is_meant(funded: FundedInput, address: Address) -> bool:
    position = funded.position
    return (
        (not address.line or position.reference == address.line)
        and (not address.provider or position.provider.slug == address.provider)
        and (not address.rule or funded.rule.name == address.rule)
    )


def _lump_sum(programme: ProgrammeInput, year: int, address: Address) -> Figure | None:
    """Return the lump sum of a rule in force on 1 January, else the first one that begins later in the year."""
    for module in _modules(programme, address.funding_module):
        rules = [funded.rule for funded in module.funded] + [line.rule for line in module.material if line.rule]
        for rule in rules:
            if rule.name == address.rule:
                valid = [one for one in rule.lump_sums if one.period.intersect(year_period(year)) is not None]
                return min(valid, key=lambda one: one.period.start).amount if valid else None
    return None
