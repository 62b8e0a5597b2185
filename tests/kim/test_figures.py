from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kim import figures
from kim.errors import FigureError
from kim.figures import DAY, EUR, EUR_PER_FTE, FACTOR, FTE, MONTH, PERCENT, Figure, Source, Status, Step, derive
from kim.rounding import Direction

PAPER = Source("Vorlage 2021/1121", Status.VERIFIED, reference="Zum Förderbaustein 1")
GUESS = Source("Anlage 3 nicht veröffentlicht", Status.ASSUMED)


def euros(amount: str, key: str = "cost", source: Source = PAPER) -> Figure:
    return figures.given(key, Decimal(amount), EUR, source)


def number(amount: str, unit: str = FACTOR) -> Figure:
    return figures.given("number", Decimal(amount), unit, PAPER)


# --- A false figure cannot exist ------------------------------------------------------------------------------------

COST = euros("913257.24")
GRANT = euros("576600.00", "grant")
STEPS: list[tuple[Step, tuple[Figure, ...], str, str, str]] = [
    (Step.SUM, (euros("884157.24"), euros("29100.00")), "", "913257.24", EUR),
    (Step.SUM, (number("1.0", FTE), number("0.75", FTE)), "", "1.75", FTE),
    (Step.DIFFERENCE, (COST, GRANT), "", "336657.24", EUR),
    (Step.DIFFERENCE, (COST, GRANT, euros("400000.00")), "", "-63342.76", EUR),
    (Step.PRODUCT, (number("55000.00", EUR_PER_FTE), number("0.5", FTE)), "", "27500.00", EUR),
    (Step.PRODUCT, (number("0.05", EUR_PER_FTE), number("0.5", FTE)), "", "0.03", EUR),
    (Step.PRODUCT, (euros("100.00"), number("1.02")), "", "102.00", EUR),
    (Step.PRODUCT, (number("9700.00", EUR_PER_FTE), number("1.02")), "", "9894.00", EUR_PER_FTE),
    (Step.PRODUCT, (number("0.5", FTE), number("0.5")), "", "0.25", FTE),
    (Step.PRODUCT, (euros("0.50"), number("1.0", PERCENT)), "", "0.01", EUR),
    (Step.PRODUCT, (number("4860.31", EUR_PER_FTE), number("7.3", PERCENT)), "", "354.80", EUR_PER_FTE),
    (Step.PRODUCT, (number("3.05", PERCENT), number("0.5")), "", "1.525", PERCENT),
    (Step.LEAST, (COST, GRANT), "", "576600.00", EUR),
    (Step.GREATEST, (COST, GRANT), "", "913257.24", EUR),
    (Step.SHARE_OF_TIME, (euros("55000.00"), number("7", MONTH), number("12", MONTH)), "", "32083.33", EUR),
    (Step.SHARE_OF_TIME, (euros("365.00"), number("31", DAY), number("365", DAY)), "", "31.00", EUR),
    (Step.ALLOCATED, (euros("100.00"), number("1"), number("1"), number("1")), "0", "33.34", EUR),
    (Step.ALLOCATED, (euros("100.00"), number("1"), number("1"), number("1")), "2", "33.33", EUR),
    (Step.REPLACED, (euros("300000.00", "award"), euros("275000.00")), "", "300000.00", EUR),
    (Step.ROUNDED, (euros("962257.24"), euros("100.00")), Direction.UP, "962300.00", EUR),
    (Step.ROUNDED, (euros("962257.24"), euros("100.00")), Direction.DOWN, "962200.00", EUR),
    (Step.PERCENT_OF, (euros("625600.00"), euros("962257.24")), "", "65.01", PERCENT),
]


def test_every_step_is_tried() -> None:
    assert {step for step, *_rest in STEPS} == set(Step) - {Step.GIVEN}


@pytest.mark.parametrize(("step", "inputs", "mode", "amount", "unit"), STEPS)
def test_a_figure_is_what_its_step_makes_of_its_inputs(
    step: Step, inputs: tuple[Figure, ...], mode: str, amount: str, unit: str
) -> None:
    found = derive("key", step, inputs, mode=mode, subject="2022", note="why")
    assert found == Figure("key", Decimal(amount), unit, step, inputs, subject="2022", mode=mode, note="why")
    assert str(found.amount) == amount


@pytest.mark.parametrize(("step", "inputs", "mode", "amount", "unit"), STEPS)
def test_a_false_figure_cannot_be_built(
    step: Step, inputs: tuple[Figure, ...], mode: str, amount: str, unit: str
) -> None:
    found = derive("key", step, inputs, mode=mode)
    one_cent_more = found.amount + Decimal("0.01")
    with pytest.raises(FigureError, match="folgt nicht aus den Bestandteilen"):
        Figure("key", one_cent_more, unit, step, inputs, mode=mode)
    with pytest.raises(FigureError, match="folgt nicht aus den Bestandteilen"):
        dataclasses.replace(found, amount=one_cent_more)
    with pytest.raises(FigureError, match="folgt nicht aus den Bestandteilen"):
        dataclasses.replace(found, unit=MONTH)
    with pytest.raises(FigureError):
        dataclasses.replace(found, inputs=(*inputs, number("0.01")))
    with pytest.raises(FigureError):
        dataclasses.replace(found, step=Step.GIVEN)


@pytest.mark.parametrize("amount", ["336657.240", "336657.2400"])
def test_a_derived_amount_is_written_in_one_way(amount: str) -> None:
    with pytest.raises(FigureError, match="folgt nicht aus den Bestandteilen"):
        Figure("shortfall", Decimal(amount), EUR, Step.DIFFERENCE, (COST, GRANT))


def test_minus_zero_and_floats_are_no_results() -> None:
    for amount in (Decimal("-0.00"), Decimal(0), 0.0, 0):
        with pytest.raises(FigureError, match="folgt nicht aus den Bestandteilen"):
            Figure("shortfall", amount, EUR, Step.DIFFERENCE, (COST, COST))  # type: ignore[arg-type]


def test_a_sum_of_nothing_has_the_unit_it_is_asked_for() -> None:
    assert str(derive("grant", Step.SUM, ()).amount) == "0.00"
    nothing = derive("fte", Step.SUM, (), unit=FTE)
    assert (nothing.amount, nothing.unit) == (Decimal(0), FTE)


@pytest.mark.parametrize(
    ("step", "inputs", "mode"),
    [
        (Step.SUM, (euros("1.00"), number("1.0", FTE)), ""),
        (Step.SUM, (euros("1.00"), number("1.00", EUR_PER_FTE)), ""),
        (Step.DIFFERENCE, (number("1", MONTH), number("1", DAY)), ""),
        (Step.LEAST, (euros("1.00"), number("1", PERCENT)), ""),
        (Step.GREATEST, (euros("1.00"), number("1")), ""),
        (Step.PRODUCT, (euros("1.00"), euros("1.00")), ""),
        (Step.PRODUCT, (number("1.0", FTE), number("55000.00", EUR_PER_FTE)), ""),
        (Step.PRODUCT, (euros("1.00"), number("0.5", FTE)), ""),
        (Step.SHARE_OF_TIME, (euros("1.00"), number("7", MONTH), number("365", DAY)), ""),
        (Step.SHARE_OF_TIME, (euros("1.00"), number("7"), number("12")), ""),
        (Step.ALLOCATED, (euros("1.00"), number("1"), number("1", FTE)), "0"),
        (Step.REPLACED, (euros("1.00"), number("1")), ""),
        (Step.ROUNDED, (euros("1.00"), number("1")), "up"),
        (Step.PERCENT_OF, (euros("1.00"), number("1")), ""),
    ],
)
def test_units_that_do_not_fit_are_refused(step: Step, inputs: tuple[Figure, ...], mode: str) -> None:
    with pytest.raises(FigureError, match=r"Einheiten passen nicht|ergibt keine Einheit|ist kein Zeitanteil"):
        derive("key", step, inputs, mode=mode)


@pytest.mark.parametrize(
    ("step", "inputs", "mode"),
    [
        (Step.DIFFERENCE, (), ""),
        (Step.LEAST, (), ""),
        (Step.GREATEST, (), ""),
        (Step.PRODUCT, (number("1"),), ""),
        (Step.PRODUCT, (number("1"), number("1"), number("1")), ""),
        (Step.SHARE_OF_TIME, (euros("1.00"), number("13", MONTH), number("12", MONTH)), ""),
        (Step.SHARE_OF_TIME, (euros("1.00"), number("-1", MONTH), number("12", MONTH)), ""),
        (Step.SHARE_OF_TIME, (euros("1.00"), number("0", MONTH), number("0", MONTH)), ""),
        (Step.SHARE_OF_TIME, (euros("1.00"), number("1", MONTH)), ""),
        (Step.ALLOCATED, (), "0"),
        (Step.ALLOCATED, (euros("1.00"),), "0"),
        (Step.ALLOCATED, (euros("1.00"), number("1")), "1"),
        (Step.ALLOCATED, (euros("1.00"), number("1")), "-1"),
        (Step.ALLOCATED, (euros("1.00"), number("1")), ""),
        (Step.ALLOCATED, (euros("1.00"), number("0")), "0"),
        (Step.REPLACED, (euros("1.00"),), ""),
        (Step.ROUNDED, (euros("1.00"), euros("100.00")), "sideways"),
        (Step.ROUNDED, (euros("1.00"), euros("0.00")), "up"),
        (Step.ROUNDED, (euros("1.00"),), "up"),
        (Step.PERCENT_OF, (euros("1.00"), euros("0.00")), ""),
        (Step.PERCENT_OF, (euros("1.00"),), ""),
    ],
)
def test_a_step_that_makes_nothing_of_its_inputs_is_refused(step: Step, inputs: tuple[Figure, ...], mode: str) -> None:
    with pytest.raises(FigureError):
        derive("key", step, inputs, mode=mode)
    with pytest.raises(FigureError):
        Figure("key", Decimal("1.00"), EUR, step, inputs, mode=mode)


# --- Given figures --------------------------------------------------------------------------------------------------


def test_a_given_amount_needs_a_source() -> None:
    with pytest.raises(FigureError, match="Quelle"):
        Figure("cost", Decimal("1.00"), EUR)


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\u00a0", "\u2003"])
def test_a_source_without_text_explains_nothing(text: str) -> None:
    with pytest.raises(FigureError, match="Fundstelle"):
        Source(text)


def test_a_derived_amount_has_no_source_of_its_own() -> None:
    with pytest.raises(FigureError, match="Quelle"):
        Figure("sum", Decimal("1.00"), EUR, Step.SUM, (euros("1.00"),), source=PAPER)


def test_a_given_amount_has_no_inputs() -> None:
    with pytest.raises(FigureError, match="keine Bestandteile"):
        Figure("cost", Decimal("1.00"), EUR, Step.GIVEN, (euros("1.00"),), source=PAPER)


@pytest.mark.parametrize(("unit", "written"), [(EUR, "5.00"), (EUR_PER_FTE, "5.00"), (FTE, "5"), (FACTOR, "5")])
def test_given_writes_money_with_exactly_two_decimals(unit: str, written: str) -> None:
    assert str(figures.given("amount", Decimal(5), unit, PAPER).amount) == written


@pytest.mark.parametrize("amount", ["5", "5.0", "5.000", "-0.00", "5E+2"])
def test_money_written_in_another_way_is_no_figure(amount: str) -> None:
    for unit in (EUR, EUR_PER_FTE):
        with pytest.raises(FigureError, match="genau zwei Nachkommastellen"):
            Figure("cost", Decimal(amount), unit, source=PAPER)


@pytest.mark.parametrize("amount", ["1.005", "NaN", "Infinity", "sNaN", "1e70"])
def test_what_is_no_amount_of_cents_is_no_figure(amount: str) -> None:
    with pytest.raises(FigureError, match="cost"):
        Figure("cost", Decimal(amount), EUR, source=PAPER)


def test_a_float_is_no_figure() -> None:
    with pytest.raises(FigureError, match="keine Zahl"):
        Figure("cost", 1.5, FACTOR, source=PAPER)  # type: ignore[arg-type]


def test_unknown_units_are_refused() -> None:
    with pytest.raises(FigureError, match="nicht bekannt"):
        Figure("cost", Decimal("1.00"), "USD", source=PAPER)


@pytest.mark.parametrize(
    ("status", "expected"),
    [("verified", False), ("derived", False), ("inferred", True), ("assumed", True), ("from_memory", True)],
)
def test_which_status_is_an_assumption(status: str, expected: object) -> None:
    cost = euros("1.00", source=Source("Vorlage 2021/1121", Status(status)))
    total = derive("total", Step.SUM, (derive("part", Step.SUM, (euros("2.00"), cost)), euros("3.00")))
    assert (Status(status).is_assumption, cost.is_assumption, total.is_assumption) == (expected, expected, expected)


def test_leaves_come_in_reading_order_each_once() -> None:
    first, second, third = euros("1.00", "first"), euros("2.00", "second"), euros("3.00", "third")
    left = derive("left", Step.SUM, (first, second))
    right = derive("right", Step.DIFFERENCE, (third, first))
    assert derive("both", Step.SUM, (left, right, second)).leaves() == [first, second, third]
    assert first.leaves() == [first]
    assert derive("nothing", Step.SUM, ()).leaves() == []


def test_a_figure_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        COST.amount = Decimal("1.00")  # type: ignore[misc]


# --- JSON -----------------------------------------------------------------------------------------------------------

SHORTFALL = derive(
    "shortfall",
    Step.DIFFERENCE,
    (COST, derive("grant", Step.ROUNDED, (GRANT, euros("100.00")), mode="up", note="why")),
    subject="2022",
)


def test_json_of_a_derivation() -> None:
    assert SHORTFALL.to_json() == {
        "key": "shortfall",
        "amount": "336657.24",
        "unit": "EUR",
        "step": "difference",
        "subject": "2022",
        "inputs": [
            {
                "key": "cost", "amount": "913257.24", "unit": "EUR", "step": "given",
                "source": {
                    "text": "Vorlage 2021/1121", "status": "verified", "reference": "Zum Förderbaustein 1",
                },
            },
            {
                "key": "grant", "amount": "576600.00", "unit": "EUR", "step": "rounded", "mode": "up", "note": "why",
                "inputs": [euros("576600.00", "grant").to_json(), euros("100.00").to_json()],
            },
        ],
    }  # fmt: skip


@pytest.mark.parametrize(("step", "inputs", "mode", "amount", "unit"), STEPS)
def test_json_and_back_is_the_same_figure(
    step: Step, inputs: tuple[Figure, ...], mode: str, amount: str, unit: str
) -> None:
    figure = derive("key", step, inputs, mode=mode, subject="2022", note="why")
    text = json.dumps(figure.to_json())
    found = Figure.from_json(json.loads(text))
    assert found == figure
    assert json.dumps(found.to_json()) == text


def test_json_and_back_keeps_a_whole_source() -> None:
    source = Source("Bescheid", Status.INFERRED, "Seite 3", "funding.GrantAward#7", "Finanzverwaltung", "2022-01-27")
    assert Source.from_json(json.loads(json.dumps(source.to_json()))) == source


def tampered(**changes: Any) -> dict[str, Any]:
    return {**SHORTFALL.to_json(), **changes}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in SHORTFALL.to_json().items() if key != name}


def with_input(**changes: Any) -> dict[str, Any]:
    data = SHORTFALL.to_json()
    data["inputs"][0] = {key: value for key, value in {**data["inputs"][0], **changes}.items() if value is not None}
    return data


@pytest.mark.parametrize(
    "data",
    [
        tampered(amount="336657.25"),
        tampered(amount="336657.240"),
        tampered(amount=336657.24),
        tampered(amount=336657),
        tampered(amount=None),
        tampered(amount="336_657.24"),
        tampered(amount=" 336657.24"),
        tampered(amount="+336657.24"),
        tampered(amount="\u0663\u0663\u0666\u0666\u0665\u0667.\u0662\u0664"),
        tampered(amount="NaN"),
        tampered(amount="sNaN"),
        tampered(amount="Infinity"),
        tampered(amount=""),
        tampered(unit="EUR/FTE"),
        tampered(unit="USD"),
        tampered(step="sum"),
        tampered(step="given"),
        tampered(step="guess"),
        tampered(inputs=[]),
        tampered(inputs=5),
        tampered(inputs=[5]),
        tampered(source={"text": "Vorlage", "status": "verified"}),
        without("amount"),
        without("step"),
        without("unit"),
        without("key"),
        without("inputs"),
        with_input(amount="913257.25"),
        with_input(amount="913257.241"),
        with_input(source=None),
        with_input(source={"text": "", "status": "verified"}),
        with_input(source={"text": "Vorlage"}),
        with_input(source={"text": "Vorlage", "status": "certain"}),
        with_input(source={"text": "Vorlage", "status": "verified", "page": "3"}),
        with_input(source={"text": 5, "status": "verified"}),
        with_input(source="Vorlage"),
        [],
        "shortfall",
        None,
    ],
)
def test_tampered_json_is_refused(data: Any) -> None:
    with pytest.raises(FigureError):
        Figure.from_json(data)


# --- Whatever is built, holds ---------------------------------------------------------------------------------------

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2).map(lambda one: one + Decimal("0.00"))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
sources = st.builds(Source, text=texts.filter(str.strip), status=st.sampled_from(Status), reference=texts)
leaves = st.builds(figures.given, st.just("leaf"), amounts, st.just(EUR), sources, subject=texts, note=texts)
trees = st.recursive(
    leaves,
    lambda below: st.builds(
        derive,
        st.just("node"),
        st.sampled_from([Step.SUM, Step.DIFFERENCE, Step.LEAST, Step.GREATEST]),
        st.lists(below, min_size=1, max_size=4),
    ),
    max_leaves=8,
)


@given(trees)
def test_any_derivation_proves_itself_when_read_back(tree: Figure) -> None:
    text = json.dumps(tree.to_json())
    assert Figure.from_json(json.loads(text)) == tree
    assert tree.is_assumption == any(one.source.status.is_assumption for one in tree.leaves() if one.source)


@given(st.lists(amounts, min_size=1, max_size=30))
def test_a_sum_is_exact(parts: list[Decimal]) -> None:
    total = derive("total", Step.SUM, [figures.given("part", part, EUR, PAPER) for part in parts])
    assert int(total.amount.scaleb(2)) == sum(int(part.scaleb(2)) for part in parts)
    assert total.amount.as_tuple().exponent == -2


@settings(max_examples=50)
@given(trees, st.data())
def test_a_changed_amount_anywhere_is_found_out(tree: Figure, data: st.DataObject) -> None:
    document = tree.to_json()
    found: list[dict[str, Any]] = []
    todo = [document]
    while todo:
        node = todo.pop()
        found.append(node)
        todo.extend(node.get("inputs", ()))
    derived = [node for node in found if "inputs" in node]
    if not derived:
        return
    node = data.draw(st.sampled_from(derived))
    node["amount"] = str(Decimal(node["amount"]) + Decimal("0.01"))
    with pytest.raises(FigureError):
        Figure.from_json(document)
