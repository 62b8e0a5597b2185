from __future__ import annotations

import re
import time
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kim import formatting
from kim.amounts import parse_amount, parse_date, parse_fte
from kim.errors import AmountError, KimError, PeriodError

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("913.257,24", "913257.24"),
        ("913257,24", "913257.24"),
        ("55.000", "55000.00"),
        ("55000", "55000.00"),
        ("55.000,00 €", "55000.00"),
        ("€ 55.000,00", "55000.00"),
        ("55.000,00\u00a0€", "55000.00"),
        ("55.000,00\u202f€", "55000.00"),
        ("\u00a055.000,00\u00a0", "55000.00"),
        ("\t55.000,00\r\n", "55000.00"),
        ("1,5", "1.50"),
        ("0", "0.00"),
        ("0,00", "0.00"),
        ("0,01", "0.01"),
        ("-1,00", "-1.00"),
        ("\u22121.000,00", "-1000.00"),
        ("1.234.567,89", "1234567.89"),
        ("999.999.999.999,99", "999999999999.99"),
        ("007", "7.00"),
    ],
)
def test_amounts_as_people_type_them(typed: str, amount: str) -> None:
    assert str(parse_amount(typed)) == amount


# What could mean two things is not guessed; 55.0000 is printed in paper 2021/1121 itself.
BAD_AMOUNTS = [
    "55.0000", "1e5", "1E5", "12.34", "NaN", "nan", "-0", "-0,00", "sNaN", "Infinity", "inf", "+5", "",
    " ", "€", "-", ",", ".", ",50", "5,", "5.", ".500", "1,005", "1,2,3", "1.2.3,4", "1.23,4", "12.345.6", "1234.567",
    "0.500", "00.500", "007.000", "1_000", "1 000", "1\u00a0000", "1\u202f000", "1'000", "0x10", "1/2", "1 €€",
    "\u0661\u0662\u0663", "\uff11\uff12", "\u00b2", "5\x00", "\x005", "5\x005", "5;5", "--5", "5-", "- 5",
    "1.000.000.000.000", "1000000000000,00", "999.999.999.999,999", "EUR 5", "5 Euro", "=5+5", "\u202e5", "\u200b5",
    "<b>5</b>",
]  # fmt: skip


def printed(typed: str) -> str:
    """A null byte, or a mark that turns the rest of a line, has no place in a message."""
    return re.sub("[\x00\u202e\u200b]", "\ufffd", typed)


@pytest.mark.parametrize("typed", BAD_AMOUNTS)
def test_what_is_no_clear_amount_is_refused_with_what_was_typed(typed: str) -> None:
    with pytest.raises(AmountError) as refusal:
        parse_amount(typed)
    assert refusal.value.message.startswith(f"„{printed(typed)}“ ")
    assert refusal.value.message.endswith((
        "Bitte so eingeben: 913.257,24", "Bitte 0 eingeben.", "Der größte Betrag ist 999.999.999.999,99 €."
    ))  # fmt: skip
    assert refusal.value.data == {"value": typed}


@pytest.mark.parametrize(
    ("typed", "share"),
    [("0,75", "0.75"), ("1", "1"), ("1,0", "1.0"), ("0,0001", "0.0001"), (" 0,5 ", "0.5"), ("12", "12")],
)
def test_shares_as_people_type_them(typed: str, share: str) -> None:
    assert str(parse_fte(typed)) == share


@pytest.mark.parametrize(
    "typed",
    ["0.75", "", "-0,5", "0,00001", "100", "1e0", "NaN", "-0", "½", "\u0660,5", "0,5\x00", "75 %", ",5", "1,", "1 / 2"],
)
def test_what_is_no_clear_share_is_refused_with_what_was_typed(typed: str) -> None:
    with pytest.raises(AmountError) as refusal:
        parse_fte(typed)
    assert refusal.value.message == f"„{printed(typed)}“ ist kein Stellenanteil. Bitte so eingeben: 0,75"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("31.12.2022", date(2022, 12, 31)), ("1.1.2022", date(2022, 1, 1)), ("29.02.2024", date(2024, 2, 29)),
        (" 01.07.2020 ", date(2020, 7, 1)), ("01.01.2000", date(2000, 1, 1)), ("31.12.2099", date(2099, 12, 31)),
    ],
)  # fmt: skip
def test_days_as_people_type_them(typed: str, day: date) -> None:
    assert parse_date(typed) == day


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("31.02.2022", "Den Tag „31.02.2022“ gibt es nicht. Bitte so eingeben: 31.12.2022"),
        ("29.02.2022", "Den Tag „29.02.2022“ gibt es nicht. Bitte so eingeben: 31.12.2022"),
        ("32.01.2022", "Den Tag „32.01.2022“ gibt es nicht. Bitte so eingeben: 31.12.2022"),
        ("00.01.2022", "Den Tag „00.01.2022“ gibt es nicht. Bitte so eingeben: 31.12.2022"),
        ("01.13.2022", "Den Tag „01.13.2022“ gibt es nicht. Bitte so eingeben: 31.12.2022"),
        ("01.01.0000", "Den Tag „01.01.0000“ gibt es nicht. Bitte so eingeben: 31.12.2022"),
        ("31.12.1999", "„31.12.1999“ liegt außerhalb der Jahre 2000 bis 2099."),
        ("01.01.2100", "„01.01.2100“ liegt außerhalb der Jahre 2000 bis 2099."),
        ("01.01.99999", "„01.01.99999“ ist kein Datum. Bitte so eingeben: 31.12.2022"),
        ("2022-12-31", "„2022-12-31“ ist kein Datum. Bitte so eingeben: 31.12.2022"),
        ("31/12/2022", "„31/12/2022“ ist kein Datum. Bitte so eingeben: 31.12.2022"),
        ("31.12.22", "„31.12.22“ ist kein Datum. Bitte so eingeben: 31.12.2022"),
        ("", "„“ ist kein Datum. Bitte so eingeben: 31.12.2022"),
        ("heute", "„heute“ ist kein Datum. Bitte so eingeben: 31.12.2022"),
        ("31.12.2022\x00", "„31.12.2022\ufffd“ ist kein Datum. Bitte so eingeben: 31.12.2022"),
        # Otherwise the rest of the message would be read from right to left.
        ("\u202e31.12.2022", "„\ufffd31.12.2022“ ist kein Datum. Bitte so eingeben: 31.12.2022"),
        ("\u0663\u0661.12.2022", "„\u0663\u0661.12.2022“ ist kein Datum. Bitte so eingeben: 31.12.2022"),
    ],
)
def test_days_that_do_not_exist_are_refused_with_what_was_typed(typed: str, message: str) -> None:
    with pytest.raises(PeriodError) as refusal:
        parse_date(typed)
    assert refusal.value.message == message


TEN_MEGABYTES = 10 * 1024 * 1024


@pytest.mark.parametrize("parse", [parse_amount, parse_fte, parse_date])
@pytest.mark.parametrize("piece", ["1", "0", ".000", "1.000", "-", ",", " ", "\u00a0", "€", "\x00", "a", "31.12.2022"])
def test_ten_megabytes_are_refused_at_once_and_not_repeated(parse: Callable[[str], object], piece: str) -> None:
    text = piece * (TEN_MEGABYTES // len(piece))
    started = time.perf_counter()
    with pytest.raises(KimError) as refusal:
        parse(text)
    # A bound against work that grows faster than the text; the machine may be busy.
    assert time.perf_counter() - started < 5
    assert len(refusal.value.message) < 150
    assert len(str(refusal.value.data["value"])) <= 40


@given(st.decimals(min_value="-999999999999.99", max_value="999999999999.99", places=2))
def test_what_the_product_writes_it_reads(amount: Decimal) -> None:
    amount = amount + Decimal("0.00")
    assert parse_amount(formatting.amount(amount)) == amount
    assert parse_amount(formatting.euro(amount)) == amount


@given(st.decimals(min_value="0.0001", max_value=99, places=4))
def test_shares_the_product_writes_it_reads(share: Decimal) -> None:
    assert parse_fte(formatting.fte(share)) == share


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_days_the_product_writes_it_reads(day: date) -> None:
    assert parse_date(formatting.date(day)) == day


@given(st.text())
@example("55.0000")
def test_whatever_is_typed_is_an_amount_or_a_sentence(typed: str) -> None:
    try:
        amount = parse_amount(typed)
    except AmountError:
        with pytest.raises(AmountError, match=r"^„"):
            parse_amount(typed)
    else:
        assert amount.as_tuple().exponent == -2
        assert parse_amount(formatting.amount(amount)) == amount
