"""The rules of the field once more, written from their description alone, in whole cents and counted days.

It shares no line with the calculation: months are sets of days, shares are integer divisions. Slow and plain.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from funding.calculation.inputs import MaterialKind
from funding.calculation.rules import Basis
from kim.years import Proration
from tests.funding.portfolios import is_city

if TYPE_CHECKING:
    from tests.funding.portfolios import Material, Module, Place, Portfolio, Rule, Span


def half_up(numerator: int, denominator: int) -> int:
    """Divide, half a cent away from zero; everything here is positive."""
    return (2 * numerator + denominator) // (2 * denominator)


@cache
def days_of(year: int) -> tuple[date, ...]:
    length = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    return tuple(date(year, 1, 1) + timedelta(days=number) for number in range(length))


def within(span: Span, year: int, *last_days: date | None) -> set[date]:
    start, end = span
    ends = [day for day in (end, *last_days) if day is not None]
    return {day for day in days_of(year) if start <= day and all(day <= last for last in ends)}


def units(covered: set[date], year: int, proration: Proration) -> list[date]:
    """Return what counts, each by the day whose lump sum it takes: whole months, days, or all months at once."""
    if proration is Proration.CALENDAR_DAYS:
        return sorted(covered)
    if proration is Proration.NONE:
        return [min(covered)] * 12 if covered else []
    months = [[day for day in days_of(year) if day.month == month] for month in range(1, 13)]
    return [month[0] for month in months if covered.issuperset(month)]


def whole_of(year: int, proration: Proration) -> int:
    return len(days_of(year)) if proration is Proration.CALENDAR_DAYS else 12


def remaining(cents: int, planned: set[date], left: set[date], year: int, proration: Proration) -> int:
    """What is left of an amount for a planned time of which only a part remains."""
    whole = len(units(planned, year, proration))
    if not left and planned:
        return 0
    return half_up(cents * len(units(left, year, proration)), whole) if whole else cents


def paid(rule: Rule, fte: int, covered: set[date], year: int, proration: Proration) -> int:
    """Lump sum x share of a position x share of the year, one part for each lump sum in force."""
    per_fte = rule.basis in {Basis.PER_FTE_YEAR, Basis.MATERIAL_PER_FTE}
    counted: Counter[date] = Counter()
    cents_from = {}
    for day in units(covered, year, proration):
        for cents, start, end in rule.amounts:
            if start <= day and (end is None or day <= end):
                counted[start] += 1
                cents_from[start] = cents
    return sum(
        half_up((half_up(cents_from[start] * fte, 10_000) if per_fte else cents_from[start]) * number,
                whole_of(year, proration))
        for start, number in counted.items()
    )  # fmt: skip


def split(total: int, weights: list[int]) -> list[int]:
    """Largest remainder; of equal remainders the earlier line gets the cent."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda index: (-(total * weights[index] % whole), index))
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return parts


def present(module: Module, year: int) -> list[Place]:
    return [place for place in module.places if place.times and within(place.planned, year)]


def funded_days(place: Place, span: Span, portfolio: Portfolio, year: int) -> set[date]:
    limits = portfolio.grant_until, portfolio.positions_until
    return within(span, year, *limits) & within(place.planned, year)


def is_fundable(place: Place, module: Module) -> bool:
    return module.minimum_fte is None or place.fte >= module.minimum_fte


def position_grant(place: Place, module: Module, portfolio: Portfolio, year: int) -> int:
    if not is_fundable(place, module):
        return 0
    limited = unlimited = 0
    for rule, span in place.times:
        amount = paid(rule, place.fte, funded_days(place, span, portfolio, year), year, portfolio.proration)
        if rule.limited_to_cost:
            limited += amount
        else:
            unlimited += amount
    cost = position_cost(place, portfolio, year)
    return unlimited + (limited if cost is None else min(limited, cost))


def position_cost(place: Place, portfolio: Portfolio, year: int) -> int | None:
    if year not in place.costs:
        return None
    planned, left = within(place.planned, year), within(place.planned, year, portfolio.positions_until)
    return remaining(place.costs[year], planned, left, year, portfolio.proration)


def material_cost(line: Material, module: Module, portfolio: Portfolio, year: int) -> int:
    everything = set(days_of(year))
    left = {day for day in everything if portfolio.positions_until is None or day <= portfolio.positions_until}
    rate = line.costs.get(year, 0)
    amounts = [half_up(rate * place.fte, 10_000) for place in present(module, year)] if line.per_fte else [rate]
    return sum(remaining(one, everything, left, year, portfolio.proration) for one in amounts)


def material_grant(line: Material, module: Module, portfolio: Portfolio, year: int) -> int:
    if line.rule is None:
        return 0
    if line.per_fte:
        amount = sum(
            paid(line.rule, place.fte, funded_days(place, span, portfolio, year), year, portfolio.proration)
            for place in present(module, year)
            if is_fundable(place, module)
            for _rule, span in place.times
        )
    else:
        covered = within((date(2000, 1, 1), None), year, portfolio.grant_until, portfolio.positions_until)
        amount = paid(line.rule, 10_000, covered, year, portfolio.proration)
    return min(amount, material_cost(line, module, portfolio, year)) if line.rule.limited_to_cost else amount


def of_module(parts: list[int], covers: str, module: Module, portfolio: Portfolio, year: int) -> int:
    """Sum of the parts, at most the cap; what was awarded for the year stands in its place."""
    total = sum(parts)
    caps = sorted((start, cents) for cents, start, end in module.caps.get(covers, ()) if within((start, end), year))
    if caps:
        total = min(total, caps[0][1])
    awarded = [
        remaining(
            cents, within((start, end), year),
            within((start, end), year, portfolio.grant_until, portfolio.positions_until), year, portfolio.proration,
        )
        for what, start, end, cents in module.awards
        if what == covers and start.year == year
    ]  # fmt: skip
    return sum(awarded) if awarded else total


def lines_of(parts: list[int], total: int, fallback: list[int]) -> list[int]:
    if sum(parts) == total:
        return parts
    weights = next((some for some in (parts, fallback) if any(some)), [1] * len(parts))
    return split(total, weights)


def paid_by_city(full: int, grant: int, provider: str, portfolio: Portfolio, year: int) -> int:
    """All of it; once the top-up to an association ends, the grant and the share of the gap until then."""
    last_day = portfolio.top_up_until.get(provider, portfolio.top_up_until.get(""))
    if is_city(provider) or last_day is None or last_day.year > year:
        return full
    left = {day for day in days_of(year) if day <= last_day}
    forwarded = min(full, grant)
    return forwarded + remaining(full - forwarded, set(days_of(year)), left, year, portfolio.proration)


def totals(portfolio: Portfolio, year: int) -> dict[str, dict[str, int]]:
    """Return expense, grant, shortfall and full cost in cents: in total, by module, by provider."""
    found: dict[str, Counter[str]] = {}
    for module in portfolio.modules:
        places = present(module, year)
        found[f"module {module.number}"] = Counter()
        costs = [position_cost(place, portfolio, year) or 0 for place in places]
        grants = [position_grant(place, module, portfolio, year) for place in places]
        total = of_module(grants, "positions", module, portfolio, year)
        lines: list[Any] = list(
            zip(places, costs, lines_of(grants, total, [place.fte for place in places]),
                ["position_cost"] * len(places), strict=True)
        )  # fmt: skip
        costs = [material_cost(line, module, portfolio, year) for line in module.material]
        grants = [material_grant(line, module, portfolio, year) for line in module.material]
        total = of_module(grants, "material", module, portfolio, year)
        names = {MaterialKind.WORKPLACE: "workplace_cost", MaterialKind.MEASURES: "measures_cost"}
        kinds = [names[line.kind] for line in module.material]
        more: Any = zip(module.material, costs, lines_of(grants, total, costs), kinds, strict=True)
        for line, full, grant, kind in [*lines, *more]:
            cost = paid_by_city(full, grant, line.provider, portfolio, year)
            for key in ("total", f"module {module.number}", f"provider {line.provider}"):
                found.setdefault(key, Counter()).update(
                    {"expense": cost, "grant": grant, "shortfall": cost - grant, "full_cost": full, kind: cost}
                )
    return {key: dict(amounts) for key, amounts in found.items()}
