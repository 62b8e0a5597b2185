"""CSV in two dialects, and text that stays text."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from kim.exports import Dialect, Table, csv_text, neutral

TABLE = Table(
    ("year", "name", "amount", "missing"),
    [
        (2022, "Stellen; „Koordination“, 2,5", Decimal("-1234567.80"), None),
        (2023, 'Zeile 1\nZeile 2 "wörtlich"', Decimal("0.00"), None),
        (2024, "", Decimal("1E+3"), None),
    ],
)


def test_iso_is_what_programs_read() -> None:
    assert csv_text(TABLE) == (
        "year,name,amount,missing\r\n"
        '2022,"Stellen; „Koordination“, 2,5",-1234567.80,\r\n'
        '2023,"Zeile 1\nZeile 2 ""wörtlich""",0.00,\r\n'
        "2024,,1000,\r\n"
    )


def test_german_is_what_a_spreadsheet_opens() -> None:
    assert csv_text(TABLE, Dialect.GERMAN) == (
        "\ufeffyear;name;amount;missing\r\n"
        '2022;"Stellen; „Koordination“, 2,5";-1234567,80;\r\n'
        '2023;"Zeile 1\nZeile 2 ""wörtlich""";0,00;\r\n'
        "2024;;1000;\r\n"
    )


def test_an_empty_table_has_its_columns() -> None:
    assert csv_text(Table(("a", "b"), [])) == "a,b\r\n"


@pytest.mark.parametrize("dialect", Dialect)
def test_it_reads_back(dialect: Dialect) -> None:
    text = csv_text(TABLE, dialect).removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if dialect is Dialect.GERMAN else ","))

    assert [row[1] for row in rows[1:]] == [row[1] for row in TABLE.rows]
    assert [Decimal(row[2].replace(",", ".")) for row in rows[1:]] == [row[2] for row in TABLE.rows]


STARTS = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹢", "﹣", "﹦", "﹫", "\N{MINUS SIGN}"]


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("before", ["", " ", "\t", "\n", "\r", "\xa0", "\u3000", "\u200b", "\ufeff", " \t \xa0"])
def test_no_text_becomes_a_formula(before: str, start: str) -> None:
    text = f"{before}{start}1+1"

    assert neutral(text) == f"'{text}"
    assert csv_text(Table(("name",), [(text,)])).startswith(("name\r\n'", "name\r\n\"'"))


@pytest.mark.parametrize("text", ["\tx", "\rx", "\nx", "\0x", "\t"])
def test_no_text_starts_with_a_control_character(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", " ", "Koordination", "2,5 Stellen", "a=b", "user@example", "1-2", "'=x", "549900", "Ü-Stelle", "–"]
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text


def test_numbers_are_never_touched() -> None:
    assert csv_text(Table(("n", "d"), [(-1, Decimal("-0.50"))])) == "n,d\r\n-1,-0.50\r\n"
