"""Figures as plain JSON and back: equal, each step once, proved again, and nothing else is read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from funding.calculation.document import Comparison, FrozenFigures, Place, figures_to_json
from funding.calculation.rules import Basis
from funding.calculation.shortfall import YearFigures, compute_year
from kim.errors import FigureError
from kim.figures import Step
from tests.funding.portfolios import ALWAYS, YEARS, Module, Portfolio, Rule, inputs, portfolios
from tests.funding.portfolios import Place as Planned

if TYPE_CHECKING:
    from collections.abc import Callable


def years_of(portfolio: Portfolio) -> dict[str, dict[int, YearFigures]]:
    return {"plan": {year: compute_year(inputs(portfolio), year) for year in YEARS}}


def written(years: dict[str, dict[int, YearFigures]]) -> Any:
    """Return the figures as a reader of the text gets them; a number with a point would fail."""
    return json.loads(json.dumps(figures_to_json(years)), parse_float=pytest.fail)


@given(portfolios())
def test_frozen_figures_are_those_that_were_computed(portfolio: Portfolio) -> None:
    years = years_of(portfolio)
    frozen = FrozenFigures(written(years))
    assert frozen.places == [("plan", year) for year in YEARS]
    assert {year: frozen.year("plan", year) for year in YEARS} == years["plan"]


@given(portfolios())
def test_every_step_stands_once_and_after_its_inputs(portfolio: Portfolio) -> None:
    nodes = written(years_of(portfolio))["nodes"]
    assert len({json.dumps(node, sort_keys=True) for node in nodes}) == len(nodes)
    assert [number for number, node in enumerate(nodes) if any(one >= number for one in node.get("inputs", ()))] == []


@given(portfolios())
def test_equal_years_have_no_deviations(portfolio: Portfolio) -> None:
    one, other = years_of(portfolio)["plan"], years_of(portfolio)["plan"]
    comparison = Comparison()
    assert [comparison.deviations(one[year], other[year]) for year in YEARS] == [[], [], []]


def test_a_figure_that_came_about_otherwise_is_a_deviation(year: YearFigures) -> None:
    grant = year.figures["grant"]
    same_amount = replace(grant, step=Step.SUM, inputs=(grant,))
    found = Comparison().deviations(year, replace(year, figures={**year.figures, "grant": same_amount}))
    assert [(one.place, one.moves_the_amount) for one in found] == [(Place("programme", "", "", "grant"), False)]


def test_a_figure_that_is_gone_is_a_deviation(year: YearFigures) -> None:
    found = Comparison().deviations(year, replace(year, figures=without(year, "funding_ratio")))
    ratio = year.figures["funding_ratio"]
    assert [(one.place.key, one.frozen, one.recomputed, one.moves_the_amount) for one in found] == [
        ("funding_ratio", ratio, None, True)
    ]


def without(year: YearFigures, key: str) -> dict[str, Any]:
    return {name: figure for name, figure in year.figures.items() if name != key}


@pytest.fixture
def year() -> YearFigures:
    rule = Rule(Basis.PER_FTE_YEAR, ((5_500_000, date(2020, 1, 1), None),))
    place = Planned("P-1", 10_000, ((rule, ALWAYS),), {2022: 8_625_924})
    return compute_year(inputs(Portfolio((Module(places=(place,)),))), 2022)


@pytest.fixture
def document(year: YearFigures) -> Any:
    return written({"plan": {2022: year}})


def node_of(document: Any, key: str) -> Any:
    return document["nodes"][document["scenarios"]["plan"]["2022"]["figures"][key]]


def test_an_altered_sum_is_refused_and_named(document: Any) -> None:
    expense = node_of(document, "expense")
    expense["amount"] = str(Decimal(expense["amount"]) + 1)
    with pytest.raises(FigureError, match=r"^expense: .* folgt nicht aus den Bestandteilen"):
        FrozenFigures(document).year("plan", 2022)


@pytest.mark.parametrize(
    "break_it",
    [
        lambda figures: figures.pop("nodes"),
        lambda figures: figures["nodes"].clear(),
        lambda figures: figures["nodes"][-1].update(inputs=[len(figures["nodes"]) - 1]),
        lambda figures: figures["nodes"][-1].update(inputs=[-1]),
        lambda figures: figures["nodes"][-1].update(inputs=[True]),
        lambda figures: figures["nodes"][-1].update(inputs=7),
        lambda figures: figures["nodes"][0].update(source="0"),
        lambda figures: figures["nodes"][0].update(amount=1),
        lambda figures: figures["sources"].clear(),
        lambda figures: figures["providers"].clear(),
        lambda figures: figures["providers"][0].pop("slug"),
        lambda figures: figures.update(scenarios=[]),
        lambda figures: figures["scenarios"].update(plan={"zweitausend": {}}),
        lambda figures: figures["scenarios"]["plan"]["2022"].pop("modules"),
        lambda figures: figures["scenarios"]["plan"]["2022"]["modules"].append(3),
        lambda figures: figures["scenarios"]["plan"].clear(),
    ],
)
def test_what_is_no_document_is_refused(document: Any, break_it: Callable[[Any], object]) -> None:
    break_it(document)
    with pytest.raises(FigureError):
        FrozenFigures(document).year("plan", 2022)
