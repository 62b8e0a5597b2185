"""The calculation against a second one that shares no line with it, to the cent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from funding.calculation.scenarios import apply_overrides
from funding.calculation.shortfall import YearFigures, compute_year
from kim.figures import Figure
from tests.funding.portfolios import YEARS, inputs, portfolios
from tests.funding.reference import totals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.funding.portfolios import Portfolio

years = st.sampled_from(YEARS)
fewer = settings(max_examples=25)


def cents(figures: Mapping[str, Figure]) -> dict[str, int]:
    return {key: int(figure.amount.scaleb(2)) for key, figure in figures.items() if figure.unit == "EUR"}


def filled(found: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Leave out what is nothing: a module without lines has figures of zero here and no entry there."""
    amounts = {name: {key: one for key, one in entries.items() if one} for name, entries in found.items()}
    return {name: entries for name, entries in amounts.items() if entries}


def computed(figures: YearFigures) -> dict[str, dict[str, int]]:
    keys = {"expense", "grant", "shortfall", "full_cost", "position_cost", "workplace_cost", "measures_cost"}
    named = {
        "total": cents(figures.figures),
        **{f"module {one.number}": cents(one.figures) for one in figures.modules},
        **{f"provider {one.provider.slug}": cents(one.figures) for one in figures.providers},
    }
    return {name: {key: one for key, one in entries.items() if key in keys} for name, entries in named.items()}


def expected(portfolio: Portfolio, year: int) -> dict[str, dict[str, int]]:
    """Providers are published with three figures, everything else with all."""
    found = totals(portfolio, year)
    provider = {"expense", "grant", "shortfall"}
    return {
        name: {key: one for key, one in entries.items() if key in provider or not name.startswith("provider")}
        for name, entries in found.items()
    }


def every_figure(figures: YearFigures) -> Iterator[Figure]:
    yield from figures.figures.values()
    for module in figures.modules:
        yield from module.figures.values()
    for provider in figures.providers:
        yield from provider.figures.values()
    yield from figures.top_up.values()
    for module in figures.modules:
        for line in (*module.positions, *module.material):
            yield from (line.cost, line.full_cost, line.grant, line.shortfall)


@given(portfolios(), years)
def test_two_calculations_agree_to_the_cent(portfolio: Portfolio, year: int) -> None:
    found = filled(computed(compute_year(inputs(portfolio), year)))
    assert found == filled(expected(portfolio, year))


@fewer
@given(portfolios(), years)
def test_modules_providers_and_lines_add_up_to_the_whole(portfolio: Portfolio, year: int) -> None:
    figures = compute_year(inputs(portfolio), year)
    total = cents(figures.figures)
    lines = [line for module in figures.modules for line in (*module.positions, *module.material)]
    for key in ("expense", "grant", "shortfall"):
        by_module = sum(cents(module.figures)[key] for module in figures.modules)
        by_provider = sum(cents(provider.figures)[key] for provider in figures.providers)
        assert total[key] == by_module == by_provider
    assert total["expense"] == sum(int(line.cost.amount.scaleb(2)) for line in lines)
    assert total["shortfall"] == total["expense"] - total["grant"]
    assert total["grant"] == total["grant_for_positions"] + total["grant_for_material"]
    assert total["expense"] == total["personnel_cost"] + total["measures_cost"]


@fewer
@given(portfolios(), years)
def test_every_figure_proves_itself_when_read_back(portfolio: Portfolio, year: int) -> None:
    for figure in every_figure(compute_year(inputs(portfolio), year)):
        assert Figure.from_json(json.loads(json.dumps(figure.to_json()))) == figure


@fewer
@given(portfolios(), years)
def test_money_has_two_decimals_everywhere(portfolio: Portfolio, year: int) -> None:
    figures = [one for one in every_figure(compute_year(inputs(portfolio), year)) if one.unit == "EUR"]
    assert {one.amount.as_tuple().exponent for one in figures} == {-2}
    assert not any(one.amount.is_zero() and one.amount.is_signed() for one in figures)


@fewer
@given(portfolios(), years)
def test_without_overrides_the_law_in_force_is_computed(portfolio: Portfolio, year: int) -> None:
    programme = inputs(portfolio)
    assert apply_overrides(programme, ()) == programme
    assert compute_year(apply_overrides(programme, ()), year) == compute_year(programme, year)
