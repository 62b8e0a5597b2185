"""Figures as JSON: formatted here, computed by the core. A published key never changes its meaning."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from funding.calculation.shortfall import ModuleFigures, ProviderFigures, YearFigures
from funding.selectors import ProgrammeState
from kim.api.answers import Json, figure_json
from kim.exports import Cell
from kim.figures import EUR, PERCENT, Figure, Source
from kim.rounding import require_cents
from staffing.calculation import ProviderInput
from staffing.models import ProviderKind

# The keys of the contract, in its order.
YEAR_KEYS = (
    "position_cost", "workplace_cost", "personnel_cost", "measures_cost", "expense", "expense_in_paper",
    "grant_for_positions", "grant_for_material", "grant_for_personnel", "grant", "shortfall", "full_cost",
    "funding_ratio",
)  # fmt: skip
MODULE_KEYS = (
    "position_cost", "workplace_cost", "measures_cost", "expense", "grant_for_positions", "grant_for_material",
    "grant", "shortfall", "full_cost",
)  # fmt: skip
PROVIDER_KEYS = ("expense", "grant", "shortfall")
TOP_UP_KEYS = ("needed", "planned", "registered", "adopted", "open")

FIGURE_COLUMNS = (
    "fiscal_year", "programme", "level", "funding_module", "provider", "figure", "amount", "unit", "scenario",
    "version", "status",
)  # fmt: skip


def year_answer(state: ProgrammeState, year: int, scenario: str, *, explain: bool) -> Json:
    """Return the figures of a fiscal year; with ``explain`` each carries its whole derivation.

    The plain answer is kept for as long as the rows stay the same; whoever gets it must not change it.
    """
    return _year_json(state, year, scenario, explain=True) if explain else _plain_year_json(state, year, scenario)


def version_of(state: ProgrammeState) -> int | None:
    """Return the number of the frozen version; None for the work in progress."""
    return None if state.version is None else state.version.number


@lru_cache(maxsize=512)
def _plain_year_json(state: ProgrammeState, year: int, scenario: str) -> Json:
    return _year_json(state, year, scenario, explain=False)


def _year_json(state: ProgrammeState, year: int, scenario: str, *, explain: bool) -> Json:
    found = state.figures(year, scenario)
    return {
        "programme": state.slug,
        "fiscal_year": year,
        "scenario": scenario,
        "version": version_of(state),
        "status": state.status_of(year),
        "figures": _figures_json(found.figures, YEAR_KEYS, explain=explain),
        "funding_modules": [_module_json(module, explain=explain) for module in found.modules],
        "providers": [_provider_json(provider, explain=explain) for provider in found.providers],
        "top_up": {key: figure_json(found.top_up[key], explain=explain) for key in TOP_UP_KEYS if key in found.top_up},
        "missing_costs": list(found.missing),
        "assumptions": _assumptions(found),
    }


def percent_json(value: Decimal) -> Json:
    """Return a percentage like any other figure."""
    return {"amount": str(require_cents(value)), "unit": PERCENT}


def provider_json(provider: ProviderInput) -> Json:
    """Return who employs."""
    kind = ProviderKind.DEPARTMENT if provider.is_city else ProviderKind.ASSOCIATION
    return {"slug": provider.slug, "name": provider.name, "kind": kind.value}


def figure_rows(state: ProgrammeState, years: Iterable[int], scenario: str) -> Iterator[tuple[Cell, ...]]:
    """Yield the same figures as rows: one per year, level and key (``FIGURE_COLUMNS``)."""
    version = version_of(state)
    for year in years:
        found = state.figures(year, scenario)
        levels: list[tuple[str, Cell, Cell, Mapping[str, Figure], tuple[str, ...]]] = [
            ("programme", None, None, found.figures, YEAR_KEYS),
            *(("funding_module", one.number, None, one.figures, MODULE_KEYS) for one in found.modules),
            *(("provider", None, one.provider.slug, one.figures, PROVIDER_KEYS) for one in found.providers),
            ("top_up", None, None, found.top_up, tuple(key for key in TOP_UP_KEYS if key in found.top_up)),
        ]
        for level, module, provider, figures, keys in levels:
            for key in keys:
                figure = figures.get(key)
                amount = None if figure is None else require_cents(figure.amount)
                yield (
                    year, state.slug, level, module, provider, key, amount, _unit(key), scenario, version,
                    state.status_of(year),
                )  # fmt: skip


def _unit(key: str) -> str:
    return PERCENT if key == "funding_ratio" else EUR


def _figures_json(figures: Mapping[str, Figure], keys: Iterable[str], *, explain: bool) -> Json:
    """Return every key of the contract; null where the core has no such figure (no rounding rule, no expense)."""
    return {key: figure_json(figures[key], explain=explain) if key in figures else None for key in keys}


def _module_json(module: ModuleFigures, *, explain: bool) -> Json:
    figures = _figures_json(module.figures, MODULE_KEYS, explain=explain)
    return {"number": module.number, "kind": module.kind, "name": module.name, "figures": figures}


def _provider_json(provider: ProviderFigures, *, explain: bool) -> Json:
    figures = _figures_json(provider.figures, PROVIDER_KEYS, explain=explain)
    return {**provider_json(provider.provider), "figures": figures}


def _assumptions(found: YearFigures) -> list[Json]:
    """Return each assumption once, with the keys of the figures that rest on it."""
    resting: dict[tuple[str, str, str], list[str]] = {}
    for key in YEAR_KEYS:
        if key not in found.figures:
            continue
        for source in _sources(found.figures[key]):
            if source.status.is_assumption:
                keys = resting.setdefault((source.text, source.status.value, source.reference), [])
                if not keys or keys[-1] != key:
                    keys.append(key)
    return [
        {"text": text, "status": status, "note": note, "figures": keys}
        for (text, status, note), keys in resting.items()
    ]


def _sources(figure: Figure) -> Iterator[Source]:
    for leaf in figure.leaves():
        if leaf.source is not None:
            yield leaf.source
