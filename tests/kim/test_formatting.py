"""What a user reads is exactly what was stored."""

import datetime as dt
from decimal import Decimal

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from kim import formatting
from kim.errors import AmountError

CENTS = st.integers(min_value=-(10**14), max_value=10**14)


def parse(text: str) -> Decimal:
    """Read German digits back, independently of the code under test."""
    return Decimal(text.replace(".", "").replace(",", ".").replace("\u2212", "-"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("336657.24", "336.657,24"),
        ("0", "0,00"),
        ("-0.00", "0,00"),
        ("-42.76", "\u221242,76"),
        ("999.9", "999,90"),
        ("1000", "1.000,00"),
        ("1E+12", "1.000.000.000.000,00"),
        ("12.3400", "12,34"),
    ],
)
def test_amount(value: str, text: str) -> None:
    assert formatting.amount(Decimal(value)) == text


@pytest.mark.parametrize("value", ["0.001", "913257.245", "NaN", "Infinity", "1E-3"])
def test_amount_refuses_what_is_no_whole_cent(value: str) -> None:
    with pytest.raises(AmountError):
        formatting.amount(Decimal(value))


@pytest.mark.parametrize("value", [12.5, 12, "12,00"])
def test_amount_refuses_other_types(value: object) -> None:
    with pytest.raises(AmountError):
        formatting.amount(value)  # type: ignore[arg-type]


@given(CENTS)
def test_amount_reads_back_equal(cents: int) -> None:
    value = Decimal(cents).scaleb(-2)
    assert parse(formatting.amount(value)) == value
    assert formatting.euro(value) == formatting.amount(value) + " €"


@given(CENTS)
def test_amount_groups_by_thousands(cents: int) -> None:
    whole, cent = formatting.amount(Decimal(cents).scaleb(-2)).lstrip("\u2212").split(",")
    first, *groups = whole.split(".")
    assert (1 <= len(first) <= 3, [len(group) for group in groups], len(cent)) == (True, [3] * len(groups), 2)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2.5", "2,5"), ("0.7500", "0,75"), ("1", "1,0"), ("1.0000", "1,0"), ("10.25", "10,25"),
        ("0.3333", "0,3333"), ("1234.5", "1.234,5"), ("0", "0,0"), ("-0.5", "\u22120,5"),
    ],
)  # fmt: skip
def test_fte(value: str, text: str) -> None:
    assert formatting.fte(Decimal(value)) == text


@given(st.integers(min_value=0, max_value=99_999_999))
def test_fte_reads_back_equal(tenthousandths: int) -> None:
    value = Decimal(tenthousandths).scaleb(-4)
    assert parse(formatting.fte(value)) == value


def test_number_refuses_what_is_none() -> None:
    for value in (Decimal("NaN"), Decimal("-Infinity"), 3):
        with pytest.raises(AmountError):
            formatting.number(value)  # type: ignore[arg-type]


def test_percent() -> None:
    assert formatting.percent(Decimal("65.01")) == "65,01 %"
    with pytest.raises(AmountError):
        formatting.percent(Decimal("65.014"))


@pytest.mark.parametrize(
    ("value", "text"),
    [("14.6", "14,60 %"), ("7.30", "7,30 %"), ("1.525", "1,525 %"), ("0.0750", "0,075 %"), ("2.8125", "2,8125 %")],
)
def test_rate(value: str, text: str) -> None:
    assert formatting.rate(Decimal(value)) == text
    assert formatting.quantity(Decimal(value), "%") == text


def test_a_rate_has_four_decimals_at_most() -> None:
    for value in ("1.52501", "33.33333333"):
        with pytest.raises(AmountError, match="mehr als 4 Nachkommastellen"):
            formatting.rate(Decimal(value))


def test_date() -> None:
    assert formatting.date(dt.date(2022, 12, 31)) == "31.12.2022"
    assert formatting.date(dt.date(2022, 1, 2)) == "02.01.2022"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("336657.24", "EUR", "336.657,24 €"), ("55000", "EUR/FTE", "55.000,00 € je VZÄ"), ("65.01", "%", "65,01 %"),
        ("1.0000", "FTE", "1,0 VZÄ"), ("12", "MONTH", "12 Monate"), ("1", "MONTH", "1 Monat"),
        ("365", "DAY", "365 Tage"), ("1", "DAY", "1 Tag"), ("1.02", "1", "1,02"),
    ],
)  # fmt: skip
def test_quantity(value: str, unit: str, text: str) -> None:
    assert formatting.quantity(Decimal(value), unit) == text


def test_quantity_refuses_an_unknown_unit() -> None:
    with pytest.raises(AmountError, match="USD"):
        formatting.quantity(Decimal(1), "USD")


@pytest.mark.parametrize(
    ("value", "text"),
    [("336657.24", "337"), ("1008309.78", "1.008"), ("0", "0"), ("499.99", "0"), ("500", "1"), ("-1500", "\u22122")],
)
def test_rounded_thousands(value: str, text: str) -> None:
    assert formatting.euro_rounded_thousands(Decimal(value)) == text


def test_rounded_in_millions_with_one_decimal() -> None:
    assert formatting.rounded_in(Decimal("12345678.90"), Decimal(1_000_000), decimals=1) == "12,3"
    assert formatting.rounded_in(Decimal(12_000_000), Decimal(1_000_000), decimals=1) == "12,0"


def test_filters_and_the_dash_for_what_is_absent() -> None:
    template = Template(
        "{% load kim_format %}{{ a|amount }}|{{ a|euro }}|{{ p|percent }}|{{ f|fte }}|{{ d|german_date }}|"
        "{{ none|amount }}|{{ none|euro }}|{{ none|percent }}|{{ none|fte }}|{{ none|german_date }}|{{ missing|euro }}"
    )
    context = Context(
        {
            "a": Decimal("336657.24"), "p": Decimal("65.01"), "f": Decimal("0.75"),
            "d": dt.date(2022, 12, 31), "none": None,
        }
    )  # fmt: skip
    assert template.render(context) == "336.657,24|336.657,24 €|65,01 %|0,75|31.12.2022|–|–|–|–|–|–"
