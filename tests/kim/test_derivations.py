"""The derivation of a figure, line by line in words."""

from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from kim.derivations import DerivationNode, derivation, step_in_words
from kim.figures import DAY, EUR, EUR_PER_FTE, FTE, MONTH, Figure, Source, Status, Step, derive, given

RATE = given("rate", Decimal(55000), EUR_PER_FTE, Source("Richtlinie Nr. 5.4.1", reference="ab 2021"), note="bis zu")
SHARE = given(
    "fte", Decimal("0.5"), FTE,
    Source("mündlich", Status.FROM_MEMORY, recorded_by="Finanzverwaltung", recorded_on="2021-11-04"),
    subject="Stelle 3",
)  # fmt: skip
GRANT = derive("grant", Step.PRODUCT, [RATE, SHARE], subject="2022")
COST = given("cost", Decimal(40000), EUR, Source("Beleg"))


def money(amount: int) -> Figure:
    return given("money", Decimal(amount), EUR, Source("Beleg"))


def label(figure: Figure) -> str:
    return figure.key.upper()


def test_the_tree_in_words() -> None:
    rate = DerivationNode(
        label="RATE", amount="55.000,00 € je VZÄ", note="BIS ZU", source="Richtlinie Nr. 5.4.1", status="verified",
        reference="ab 2021",
    )  # fmt: skip
    share = DerivationNode(
        label="FTE", amount="0,5 VZÄ", subject="Stelle 3", operator="×", is_assumption=True, source="mündlich",
        status="from_memory", recorded="Erfasst: Finanzverwaltung, 04.11.2021",
    )  # fmt: skip
    assert derivation(GRANT, label, str.upper) == DerivationNode(
        label="GRANT", amount="27.500,00 €", subject="2022", step="Produkt aus", is_assumption=True,
        inputs=(rate, share),
    )  # fmt: skip


def test_a_difference_shows_its_signs() -> None:
    tree = derivation(derive("rest", Step.DIFFERENCE, [COST, GRANT, money(1)]), label)
    assert [(one.operator, one.amount) for one in tree.inputs] == [
        ("", "40.000,00 €"), ("\u2212", "27.500,00 €"), ("\u2212", "1,00 €"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (COST, ""),
        (derive("x", Step.SUM, [money(1), money(2)]), "Summe aus"),
        (derive("x", Step.LEAST, [money(1), money(2)]), "der kleinste Betrag von"),
        (derive("x", Step.GREATEST, [money(1), money(2)]), "der größte Betrag von"),
        (
            derive(
                "x", Step.SHARE_OF_TIME,
                [money(12), given("m", Decimal(1), MONTH, Source("x")), given("y", Decimal(12), MONTH, Source("x"))],
            ),
            "Zeitanteil: 1 von 12 Monaten",
        ),
        (
            derive(
                "x", Step.SHARE_OF_TIME,
                [money(12), given("m", Decimal(31), DAY, Source("x")), given("y", Decimal(365), DAY, Source("x"))],
            ),
            "Zeitanteil: 31 von 365 Tagen",
        ),
        (derive("x", Step.ROUNDED, [money(57), money(100)], mode="up"), "gerundet auf volle 100 €, nach oben"),
        (derive("x", Step.ROUNDED, [money(57), money(100)], mode="nearest"), "gerundet auf volle 100 €, kaufmännisch"),
        (derive("x", Step.ROUNDED, [money(57), money(100)], mode="down"), "gerundet auf volle 100 €, nach unten"),
        (
            derive("x", Step.ALLOCATED, [money(10), SHARE], mode="0"),
            "nach Anteilen aufgeteilt, ohne einen Cent zu verlieren",
        ),
        (derive("x", Step.REPLACED, [money(10), money(9)]), "der erste Betrag gilt anstelle des zweiten"),
        (derive("x", Step.PERCENT_OF, [money(1), money(2)]), "erster Betrag in Prozent des zweiten"),
    ],
)  # fmt: skip
def test_steps_in_words(figure: Figure, words: str) -> None:
    assert step_in_words(figure) == words


@pytest.mark.parametrize("step", list(Step))
def test_every_step_has_words(step: Step) -> None:
    parts = {
        Step.GIVEN: (),
        Step.PRODUCT: (RATE, SHARE),
        Step.ALLOCATED: (COST, SHARE),
        Step.SHARE_OF_TIME: (
            COST, given("m", Decimal(1), MONTH, Source("x")), given("y", Decimal(12), MONTH, Source("x")),
        ),
    }.get(step, (COST, COST))  # fmt: skip
    figure = COST if step is Step.GIVEN else derive("x", step, parts, mode="up" if step is Step.ROUNDED else "0")
    assert bool(step_in_words(figure)) == (step is not Step.GIVEN)


@pytest.mark.parametrize(
    ("by", "on", "text"),
    [("", "", ""), ("Amt", "", "Erfasst: Amt"), ("", "2022-01-31", "Erfasst: 31.01.2022")],
)
def test_who_recorded_a_value(by: str, on: str, text: str) -> None:
    figure = given("x", Decimal(1), EUR, Source("Beleg", recorded_by=by, recorded_on=on))
    assert derivation(figure, label).recorded == text


def test_the_page_opens_the_first_levels_and_escapes() -> None:
    deep = COST
    for _level in range(4):
        deep = derive("<b>", Step.SUM, [deep], subject="<i>")
    text = render_to_string("kim/derivation.html", {"node": derivation(deep, lambda figure: figure.key)})
    assert (text.count("<details"), text.count("<details open"), text.count("<b>"), text.count("<i>")) == (4, 2, 0, 0)
