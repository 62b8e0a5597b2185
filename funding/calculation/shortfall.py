"""What remains for the city in a fiscal year. Pure: no Django, no database, no clock.

Expense = cost of positions + workplaces + measures (gross, § 11 KomHVO NRW); shortfall = expense - grant. The grant's
end changes revenue, never expense. Nothing is clipped: a grant above the cost gives a negative shortfall.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from funding.calculation.grants import funded_term, is_fundable, lump_over_time, of_module, position_grant, spread
from funding.calculation.inputs import FundedInput, MaterialInput, MaterialKind, ModuleInput, ProgrammeInput
from funding.calculation.moves import counted_once
from kim.figures import EUR, FTE, Figure, Step, derive
from kim.timeshare import Limit, part_of, time_share
from kim.years import require_year, share_of_year, year_period
from staffing.calculation import PositionInput, ProviderInput
from staffing.calculation.cost import exists_in, find_cost, has_cost

# What the city pays at most once its top-up to an association has ended.
LUMP_SUM_ONLY = "lump_sum_only"


@dataclass(frozen=True, slots=True)
class LineFigures:
    """One position or material line of a module in a year: what it costs, what the state pays, what remains.

    Without a cost (``is_declared`` is false: neither an amount nor a basis that gives one) it counts as nothing, and
    the year names the line.
    """

    reference: str
    title: str
    provider: ProviderInput
    cost: Figure
    full_cost: Figure
    grant: Figure
    shortfall: Figure
    is_declared: bool


@dataclass(frozen=True, slots=True)
class ModuleFigures:
    """A funding module in a year, with its lines and its sums by name."""

    number: int
    kind: str
    name: str
    positions: tuple[LineFigures, ...]
    material: tuple[LineFigures, ...]
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class ProviderFigures:
    """Everything a provider's lines cost in a year, over all modules."""

    provider: ProviderInput
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class YearFigures:
    """All figures of one fiscal year; ``missing`` names lines without a cost, which count as nothing, and why."""

    year: int
    figures: Mapping[str, Figure]
    modules: tuple[ModuleFigures, ...]
    providers: tuple[ProviderFigures, ...]
    top_up: Mapping[str, Figure]
    missing: tuple[str, ...]


def compute_year(programme: ProgrammeInput, year: int) -> YearFigures:
    """Return every figure of ``year``. Raises ``PeriodError`` for a year outside what is known."""
    require_year(year)
    missing: list[str] = []
    modules = tuple(_module(module, programme, year, missing) for module in counted_once(programme.modules, year))
    figures = _totals(modules, programme, year)
    return YearFigures(
        year=year,
        figures=figures,
        modules=modules,
        providers=_providers(modules),
        top_up=_top_up(programme, year, figures["shortfall"]),
        missing=tuple(missing),
    )


def _totals(modules: Sequence[ModuleFigures], programme: ProgrammeInput, year: int) -> dict[str, Figure]:
    def over_modules(key: str) -> Figure:
        return derive(key, Step.SUM, [module.figures[key] for module in modules], unit=EUR)

    found = {key: over_modules(key) for key in ("position_cost", "workplace_cost")}
    found["personnel_cost"] = derive("personnel_cost", Step.SUM, (found["position_cost"], found["workplace_cost"]))
    found["measures_cost"] = over_modules("measures_cost")
    found["expense"] = derive("expense", Step.SUM, (found["personnel_cost"], found["measures_cost"]))
    rounding = next((rule for rule in programme.rounding if rule.period.intersect(year_period(year))), None)
    if rounding is not None:
        found["expense_in_paper"] = derive(
            "expense_in_paper", Step.ROUNDED, (found["expense"], rounding.base), mode=rounding.direction.value
        )
    found["grant_for_positions"] = over_modules("grant_for_positions")
    found["grant_for_material"] = over_modules("grant_for_material")
    found["grant_for_personnel"] = derive(
        "grant_for_personnel", Step.SUM, (found["grant_for_positions"], over_modules("grant_for_workplaces"))
    )
    found["grant"] = derive("grant", Step.SUM, (found["grant_for_positions"], found["grant_for_material"]))
    found["shortfall"] = derive("shortfall", Step.DIFFERENCE, (found["expense"], found["grant"]))
    found["full_cost"] = over_modules("full_cost")
    if found["expense"].amount:
        found["funding_ratio"] = derive("funding_ratio", Step.PERCENT_OF, (found["grant"], found["expense"]))
    return found


def _module(module: ModuleInput, programme: ProgrammeInput, year: int, missing: list[str]) -> ModuleFigures:
    positions = _position_lines(module, programme, year, missing)
    material = _material_lines(module, programme, year, missing)
    grant_for_positions = positions.grant
    grant_for_material = material.grant
    subject = module.name

    def total(key: str, parts: Sequence[Figure]) -> Figure:
        return derive(key, Step.SUM, parts, unit=EUR, subject=subject)

    kinds = {line.reference: line.kind for line in module.material}
    workplaces = [line for line in material.lines if kinds[line.reference] is MaterialKind.WORKPLACE]
    measures = [line for line in material.lines if kinds[line.reference] is MaterialKind.MEASURES]
    figures = {
        "position_cost": total("position_cost", [line.cost for line in positions.lines]),
        "workplace_cost": total("workplace_cost", [line.cost for line in workplaces]),
        "measures_cost": total("measures_cost", [line.cost for line in measures]),
        "grant_for_positions": grant_for_positions,
        "grant_for_workplaces": total("grant_for_workplaces", [line.grant for line in workplaces]),
        "grant_for_material": grant_for_material,
        "full_cost": total("full_cost", [line.full_cost for line in (*positions.lines, *material.lines)]),
    }
    figures["expense"] = total(
        "expense", [figures[key] for key in ("position_cost", "workplace_cost", "measures_cost")]
    )
    figures["grant"] = total("grant", (grant_for_positions, grant_for_material))
    figures["shortfall"] = derive("shortfall", Step.DIFFERENCE, (figures["expense"], figures["grant"]), subject=subject)
    return ModuleFigures(
        module.number, module.kind, module.name, tuple(positions.lines), tuple(material.lines), figures
    )


@dataclass(frozen=True, slots=True)
class _Lines:
    lines: list[LineFigures]
    grant: Figure


def _position_lines(module: ModuleInput, programme: ProgrammeInput, year: int, missing: list[str]) -> _Lines:
    present = _positions_of_year(module, year)
    declared: list[Figure | None] = []
    for position, _funded in present:
        found = find_cost(position, year, programme.positions_until, programme.time_rule)
        if found.cost is None:
            missing.append(f"{position.title} ({found.reason})" if found.reason else position.title)
        declared.append(found.cost)
    rule_grants = [
        position_grant(times, module, programme, year, cost)
        for (_position, times), cost in zip(present, declared, strict=True)
    ]
    total = of_module("grant_for_positions", rule_grants, "positions", module, programme, year)
    nothing = derive("fte", Step.SUM, (), unit=FTE)
    shares = [position.fte if exists_in(position, year) else nothing for position, _times in present]
    grants = spread("grant", total, rule_grants, shares)
    lines = []
    for (position, _times), cost, grant in zip(present, declared, grants, strict=True):
        full = cost if cost is not None else derive("position_cost", Step.SUM, (), unit=EUR, subject=position.title)
        lines.append(
            _line(
                position.reference,
                position.title,
                position.provider,
                full,
                grant,
                programme,
                year,
                is_declared=cost is not None,
            )
        )
    return _Lines(lines, total)


def _positions_of_year(module: ModuleInput, year: int) -> list[tuple[PositionInput, list[FundedInput]]]:
    """Return each position of the module that the plan has in ``year``, with the times it is funded.

    One that an override leaves out of a year for which its cost is declared stays, with nothing and the reason.
    """
    times: dict[str, list[FundedInput]] = defaultdict(list)
    positions: dict[str, PositionInput] = {}
    for funded in module.funded:
        if exists_in(funded.position, year) or _is_left_out(funded, year):
            positions[funded.position.reference] = funded.position
            times[funded.position.reference].append(funded)
    return [(positions[reference], times[reference]) for reference in positions]


def _is_left_out(funded: FundedInput, year: int) -> bool:
    planned = funded.planned
    return planned is not None and planned.intersect(year_period(year)) is not None and has_cost(funded.position, year)


def _material_lines(module: ModuleInput, programme: ProgrammeInput, year: int, missing: list[str]) -> _Lines:
    costs: list[Figure] = []
    rule_grants: list[Figure] = []
    for line in module.material:
        if year not in line.costs:
            missing.append(line.name)
        cost = _material_cost(line, module, programme, year)
        costs.append(cost)
        rule_grants.append(_material_grant(line, module, programme, year, cost))
    total = of_module("grant_for_material", rule_grants, "material", module, programme, year)
    grants = spread("grant", total, rule_grants, costs)
    lines = [
        _line(line.reference, line.name, line.provider, cost, grant, programme, year, is_declared=year in line.costs)
        for line, cost, grant in zip(module.material, costs, grants, strict=True)
    ]
    return _Lines(lines, total)


def _material_cost(line: MaterialInput, module: ModuleInput, programme: ProgrammeInput, year: int) -> Figure:
    """Return the cost of a material line; with the end of the positions its cost ends as well."""
    rate = line.costs.get(year)
    key = f"{line.kind.value}_cost"
    if rate is None:
        return derive(key, Step.SUM, (), unit=EUR, subject=line.name, note="no_cost_declared")
    if not line.per_fte:
        return _until(rate, key, programme, year, line.name)
    parts = []
    for position, times in _positions_of_year(module, year):
        part = derive(key, Step.PRODUCT, (rate, position.fte), subject=position.title)
        if not exists_in(position, year):
            whole = share_of_year(year_period(year), year, programme.time_rule.proration)
            none = replace(whole, counted=0)
            part = time_share(part, key, none, whole, times[0].source, programme.time_rule, subject=position.title)
        parts.append(_until(part, key, programme, year, position.title))
    return derive(key, Step.SUM, parts, unit=EUR, subject=line.name)


def _until(amount: Figure, key: str, programme: ProgrammeInput, year: int, subject: str) -> Figure:
    limit = programme.positions_until
    if limit is None:
        return amount
    return part_of(amount, key, year_period(year), limit, year, programme.time_rule, subject=subject)


def _material_grant(
    line: MaterialInput, module: ModuleInput, programme: ProgrammeInput, year: int, cost: Figure
) -> Figure:
    """Return the grant for a material line before the cap: flat, or per FTE of the module's funded positions."""
    key, rule = "grant", line.rule
    if rule is None:
        return derive(key, Step.SUM, (), unit=EUR, subject=line.name, note="not_funded")
    if line.per_fte:
        parts = []
        for funded in module.funded:
            plan = funded.period.intersect(funded.position.period)
            if plan is None or not exists_in(funded.position, year) or not is_fundable(funded.position, module):
                continue
            term = funded_term(plan, funded.source, programme.positions_until, programme.grant_until)
            title = funded.position.title
            parts.append(lump_over_time(rule, funded.position.fte, term, programme, year, "lump_sum_of_year", title))
        amount = derive(key, Step.SUM, parts, unit=EUR, subject=line.name)
    else:
        source = programme.time_rule.source
        term = funded_term(year_period(year), source, programme.positions_until, programme.grant_until)
        amount = lump_over_time(rule, None, term, programme, year, key, line.name)
    # Where nothing is paid the cost limits nothing, and what it rests on must not act.
    is_limited = rule.limited_to_cost and amount.amount > 0
    return derive(key, Step.LEAST, (amount, cost), subject=line.name) if is_limited else amount


def _line(
    reference: str,
    title: str,
    provider: ProviderInput,
    full: Figure,
    grant: Figure,
    programme: ProgrammeInput,
    year: int,
    *,
    is_declared: bool,
) -> LineFigures:
    cost = _paid_by_city(full, grant, provider, programme, year, title)
    shortfall = derive("shortfall", Step.DIFFERENCE, (cost, grant), subject=title)
    return LineFigures(reference, title, provider, cost, full, grant, shortfall, is_declared)


def _paid_by_city(
    full: Figure, grant: Figure, provider: ProviderInput, programme: ProgrammeInput, year: int, subject: str
) -> Figure:
    """Return what the city pays for a line: all of it, or, once its top-up to an association ends, the grant only.

    The city employs its own people, so an end of the top-up never touches its own positions (paper 2024/3092).
    """
    limit = _top_up_limit(provider, programme)
    if limit is None or limit.last_day is None or provider.is_city or limit.last_day.year > year:
        return full
    whole = year_period(year)
    share = share_of_year(whole.cut(limit.last_day), year, programme.time_rule.proration)
    of = share_of_year(whole, year, programme.time_rule.proration)
    if share.is_whole:
        return full
    forwarded = derive("forwarded", Step.LEAST, (full, grant), subject=subject)
    gap = derive("uncovered", Step.DIFFERENCE, (full, forwarded), subject=subject)
    top_up = time_share(gap, "top_up_share", share, of, limit.source, programme.time_rule, subject=subject)
    return derive(full.key, Step.SUM, (forwarded, top_up), subject=subject, note=LUMP_SUM_ONLY)


def _top_up_limit(provider: ProviderInput, programme: ProgrammeInput) -> Limit | None:
    limits = programme.top_up_until or {}
    return limits.get(provider.slug, limits.get(""))


def _providers(modules: Sequence[ModuleFigures]) -> tuple[ProviderFigures, ...]:
    by_provider: dict[str, list[LineFigures]] = defaultdict(list)
    for module in modules:
        for line in (*module.positions, *module.material):
            by_provider[line.provider.slug].append(line)
    found = []
    for slug in sorted(by_provider):
        lines = by_provider[slug]
        provider = lines[0].provider
        figures = {
            key: derive(key, Step.SUM, parts, subject=provider.name)
            for key, parts in (
                ("expense", [line.cost for line in lines]),
                ("grant", [line.grant for line in lines]),
                ("shortfall", [line.shortfall for line in lines]),
            )
        }
        found.append(ProviderFigures(provider, figures))
    return tuple(found)


def _top_up(programme: ProgrammeInput, year: int, shortfall: Figure) -> dict[str, Figure]:
    """Return the city's top-up: needed (the shortfall) against planned, registered and adopted, and what is open.

    Open is what is needed less the furthest stage reached: adopted before registered; a plan is no money yet.
    """
    entered = programme.top_ups.get(year, {})
    found = {"needed": derive("top_up_needed", Step.SUM, (shortfall,)), **entered}
    furthest = entered.get("adopted", entered.get("registered"))
    inputs = (found["needed"],) if furthest is None else (found["needed"], furthest)
    found["open"] = derive("top_up_open", Step.DIFFERENCE, inputs)
    return found
