"""Lump sum against real cost: how much of each position the state covers. Pure: no Django, no database, no clock.

A lump sum is an amount per position, not a share of its cost: it stays when pay rises, so every further percent falls
on the city. That percent is computed in full, not estimated: caps and limits to the real cost act as they would.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from funding.calculation.inputs import ProgrammeInput
from funding.calculation.sensitivity import ONE_PERCENT, pay_raised
from funding.calculation.shortfall import LineFigures, YearFigures, compute_year
from kim.figures import EUR, Figure, Step, derive
from staffing.calculation import ProviderInput

REAL_COST, LUMP_SUMS, UNCOVERED, BY_CITY, RATIO, MORE = KEYS = (
    "real_cost",
    "lump_sums",
    "uncovered_cost",
    "uncovered_by_city",
    "cover_ratio",
    "one_percent_more",
)


@dataclass(frozen=True, slots=True)
class Cover:
    """What some positions really cost in a year, what the state pays for them, and what that leaves open.

    All of what is open falls on the city, unless a scenario ends its top-up to an association.

    ``figures`` by the names in ``KEYS``: euros, and the ratio in percent, which is missing where nothing is known to
    be paid. ``is_known`` is false for a position without a cost in that year. ``provider`` and ``module`` say whose it
    is; a sum over several has none.
    """

    reference: str
    name: str
    figures: Mapping[str, Figure]
    is_known: bool = True
    provider: ProviderInput | None = None
    module: int | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The positions of a year, one by one and added up: by funding module, by provider, altogether."""

    year: int
    positions: tuple[Cover, ...]
    modules: tuple[Cover, ...]
    providers: tuple[Cover, ...]
    total: Cover


def coverage(programme: ProgrammeInput, year: int, before: YearFigures | None = None) -> Coverage:
    """Return how far the lump sums of ``year`` cover its positions; ``before`` are its figures where they are known."""
    base = before or compute_year(programme, year)
    after = compute_year(pay_raised(programme, year, ONE_PERCENT), year)
    raised = {(module.number, line.reference): line.shortfall for module in after.modules for line in module.positions}
    positions = tuple(
        _position(line, module.number, raised[module.number, line.reference])
        for module in base.modules
        for line in module.positions
    )
    by_module: dict[int | None, list[Cover]] = defaultdict(list)
    by_provider: dict[ProviderInput | None, list[Cover]] = defaultdict(list)
    for one in positions:
        by_module[one.module].append(one)
        by_provider[one.provider].append(one)
    modules = tuple(
        _together(str(module.number), module.name, by_module[module.number], module=module.number)
        for module in base.modules
        if by_module[module.number]
    )
    providers = tuple(
        _together(provider.slug, provider.name, parts, provider=provider)
        for provider, parts in sorted(by_provider.items(), key=lambda one: "" if one[0] is None else one[0].slug)
        if provider is not None
    )
    return Coverage(year, positions, modules, providers, _together("", "", positions))


def _position(line: LineFigures, module: int, raised: Figure) -> Cover:
    found = {
        REAL_COST: derive(REAL_COST, Step.SUM, (line.full_cost,), subject=line.title),
        LUMP_SUMS: derive(LUMP_SUMS, Step.SUM, (line.grant,), subject=line.title),
        BY_CITY: derive(BY_CITY, Step.SUM, (line.shortfall,), subject=line.title),
        MORE: derive(MORE, Step.DIFFERENCE, (raised, line.shortfall), subject=line.title),
    }
    return Cover(
        line.reference, line.title, _with_rest(found, line.title), line.is_declared, line.provider, module
    )  # fmt: skip


def _together(
    reference: str,
    name: str,
    parts: Sequence[Cover],
    *,
    provider: ProviderInput | None = None,
    module: int | None = None,
) -> Cover:
    found = {
        key: derive(key, Step.SUM, [one.figures[key] for one in parts], unit=EUR, subject=name)
        for key in (REAL_COST, LUMP_SUMS, BY_CITY, MORE)
    }
    return Cover(reference, name, _with_rest(found, name), all(one.is_known for one in parts), provider, module)


def _with_rest(found: dict[str, Figure], subject: str) -> dict[str, Figure]:
    """Add what the lump sums leave open, and the part they cover."""
    cost, lump_sums = found[REAL_COST], found[LUMP_SUMS]
    found[UNCOVERED] = derive(UNCOVERED, Step.DIFFERENCE, (cost, lump_sums), subject=subject)
    if cost.amount:
        found[RATIO] = derive(RATIO, Step.PERCENT_OF, (lump_sums, cost), subject=subject)
    return found
