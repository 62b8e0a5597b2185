"""Tables as CSV: numbers stay numbers, and no text can become a formula.

``Dialect.ISO`` follows RFC 4180 (comma, decimal point, no byte order mark); ``Dialect.GERMAN`` is what a German
spreadsheet opens by double click (semicolon, decimal comma, byte order mark).
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

Cell = str | int | Decimal | None

BYTE_ORDER_MARK = "\ufeff"
# Signs that start a formula in a spreadsheet, with their fullwidth and small twins, also behind blanks that it skips;
# and control characters at the start, behind which some programs look for the next cell.
FORMULA = re.compile(r"[\s\0\u200b\u2060\ufeff]*[=+\-@＝＋－＠﹢﹣﹦﹫\u2212]|[\t\r\n\0]")


class Dialect(StrEnum):
    """How a file is written."""

    ISO = "iso"
    GERMAN = "de"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def csv_text(table: Table, dialect: Dialect = Dialect.ISO) -> str:
    """Return the table as text; None is an empty cell, decimals are written in full, never in exponents."""
    is_german = dialect is Dialect.GERMAN
    stream = io.StringIO()
    if is_german:
        stream.write(BYTE_ORDER_MARK)
    writer = csv.writer(stream, delimiter=";" if is_german else ",", lineterminator="\r\n")
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow([_cell(value, is_german=is_german) for value in row])
    return stream.getvalue()


def _cell(value: Cell, *, is_german: bool) -> str:
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.replace(".", ",") if is_german else text
    return "" if value is None else str(value)


# Names of programmes, accounts and figures come back in every row.
@lru_cache(maxsize=4096)
def neutral(text: str) -> str:
    """Return the text with an apostrophe before anything that a spreadsheet would take for a formula."""
    return f"'{text}" if FORMULA.match(text) else text
