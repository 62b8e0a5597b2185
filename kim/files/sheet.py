"""What a file says, whatever wrote it: lines of values, and everything that is wrong with them."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from kim.errors import KimError

# More than the forecast of any city, and little enough to be read without anybody noticing.
MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Layout:
    """What tells a table from any other: headings of its first line, and the sheet of a workbook it stands on.

    A file with at least one of the headings is read, so that what is missing can be named. Without a ``sheet`` only
    CSV files are taken.
    """

    headings: tuple[str, ...]
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place of the file; ``line`` 0 is the file as a whole."""

    line: int
    column: str
    value: str
    reason: str


class RefusedFileError(KimError):
    """A file that is not taken as it is: what is wrong with it as a whole. Nothing was saved."""

    code = "refused_file"


class TooLargeError(RefusedFileError):
    """A file with more bytes than are read."""

    code = "file_too_large"


@dataclass(frozen=True, slots=True)
class Value:
    """A cell of the file: its text, a number where the file has a true one, and why it is no amount if it is none."""

    text: str
    number: Decimal | None = None
    problem: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands there but blanks of any width."""
        return not self.problem and self.number is None and not self.text.strip()

    @property
    def shown(self) -> str:
        """What a message repeats of it."""
        return shown(self.text)


EMPTY = Value("")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file with the number that a spreadsheet or editor shows beside it."""

    number: int
    values: tuple[Value, ...]
    is_hidden: bool = False

    def at(self, column: int) -> Value:
        """Return the value of the column (from 0); beyond the end of the line it is empty."""
        return self.values[column] if column < len(self.values) else EMPTY

    @property
    def is_empty(self) -> bool:
        """Whether the line has no values at all."""
        return all(value.is_empty for value in self.values)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines of a file that are not empty, and what is wrong with its shape."""

    lines: Sequence[Line]
    problems: tuple[Problem, ...] = ()


def too_large(size: int) -> str:
    """Say that a file of ``size`` bytes is too large."""
    return _("Die Datei hat %(size)s MB; gelesen werden höchstens %(most)s MB.") % {
        "size": -(-size // (1024 * 1024)),
        "most": MOST_BYTES // (1024 * 1024),
    }


def too_many_rows() -> str:
    """Say that a file has too many rows."""
    return _("Die Datei hat mehr als %(most)s Zeilen. Bitte überzählige Zeilen löschen oder die Datei teilen.") % {
        "most": "20.000"
    }


def macros() -> str:
    """Say that a file has macros."""
    return _("Die Datei enthält Makros oder ist dafür gemacht. Bitte als „Excel-Arbeitsmappe (.xlsx)“ speichern.")


def shown(text: str) -> str:
    """Return a text as messages repeat it: short, on one line, without signs that turn or hide others."""
    plain = "".join(
        " " if sign.isspace() else sign if unicodedata.category(sign)[0] != "C" else "\N{REPLACEMENT CHARACTER}"
        for sign in text[: MOST_SHOWN + 1]
    )
    return plain if len(text) <= MOST_SHOWN else plain[: MOST_SHOWN - 1] + "…"


def letter(column: int) -> str:
    """Return the letters that a spreadsheet shows above the column (from 0): A, B, …, Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
