"""XLSX files, read by openpyxl after ``archive`` has found nothing to refuse.

openpyxl hands numbers over as binary floats. They are never calculated with: the shortest decimal that names the float
(its ``repr``) is the number that was typed, because amounts have at most 14 digits and a float tells 15 apart.
"""

import re
import warnings
import zipfile
import zlib
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from kim import formatting
from kim.errors import AmountError
from kim.files.archive import Shape, broken, checked
from kim.files.sheet import (
    EMPTY,
    MOST_COLUMNS,
    MOST_ROWS,
    Layout,
    Line,
    Problem,
    RefusedFileError,
    Sheet,
    Value,
    shown,
)

# What openpyxl raises for files that are not what they say.
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    InvalidFileException,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
)
QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


def read_workbook(stream: BinaryIO, layout: Layout) -> Sheet:
    """Read the sheet of this layout; raises ``RefusedFileError`` for what cannot be read."""
    shapes = checked(stream)
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            # It warns of everything it does not keep; nothing of that is read here.
            warnings.simplefilter("ignore")
            return _read(stream, shapes, layout)
    except UNREADABLE as error:
        raise RefusedFileError(broken()) from error


def _read(stream: BinaryIO, shapes: dict[str, Shape], layout: Layout) -> Sheet:
    book = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
    try:
        if not book.sheetnames:
            raise RefusedFileError(broken())
        if layout.sheet not in book.sheetnames:
            names = ", ".join(book.sheetnames)[:200]
            message = _(
                "Das Blatt „%(name)s“ fehlt. Die Datei hat: %(names)s. Bitte eine hier ausgegebene verwenden."
            ) % {"name": layout.sheet, "names": shown(names)}
            raise RefusedFileError(message)
        sheet = book[layout.sheet]
        shape = shapes.get(sheet._worksheet_path.lstrip("/"), Shape())  # noqa: SLF001 - nothing public tells the part
        # A file may declare fewer rows than it has; what it has counts.
        sheet.reset_dimensions()
        lines = []
        for number, cells in enumerate(sheet.iter_rows(max_row=MOST_ROWS + 1), start=1):
            line = Line(number, _trimmed([_value(cell) for cell in cells]), number in shape.hidden)
            if len(line.values) > MOST_COLUMNS:
                message = _("Zeile %(line)s hat mehr als %(most)s Spalten.") % {"line": number, "most": MOST_COLUMNS}
                raise RefusedFileError(message)
            if not line.is_empty:
                lines.append(line)
    finally:
        book.close()
    problems = tuple(
        Problem(0, shown(one), "", _("Verbundene Zellen: welcher Wert wohin gehört, ist unklar. Bitte trennen."))
        for one in shape.merged
    )
    return Sheet(lines, problems)


def _trimmed(values: list[Value]) -> tuple[Value, ...]:
    while values and values[-1].is_empty:
        values.pop()
    return tuple(values)


# By openpyxl's type of a cell: why it is no amount.
REASONS = {
    "f": gettext_lazy("Das ist eine Formel. Bitte kopieren und als Wert einfügen, auf Cent gerundet."),
    "e": gettext_lazy("Das ist ein Fehlerwert des Tabellenprogramms."),
    "d": gettext_lazy("Das Tabellenprogramm hat daraus ein Datum gemacht. Bitte als Zahl neu eingeben."),
    "b": gettext_lazy("Das ist ein Wahrheitswert."),
}


def _value(cell: Any) -> Value:
    """Return what a cell says; a formula, an error or a date is named and never taken for an amount."""
    value = cell.value
    if value is None:
        return EMPTY
    if cell.data_type in REASONS:
        words = {True: _("WAHR"), False: _("FALSCH")} if cell.data_type == "b" else {}
        text = value if isinstance(value, str) else words.get(value) or getattr(value, "text", None) or str(value)
        return Value(text, problem=str(REASONS[cell.data_type]))
    return _number(value, cell.number_format or "") if cell.data_type == "n" else Value(str(value))


def _number(value: Any, number_format: str) -> Value:
    number = Decimal(repr(value))
    if not number.is_finite():
        return Value(str(value), problem=_("Das ist keine endliche Zahl."))
    if "%" in QUOTED.sub("", number_format):
        return Value(f"{number}", number, _("Das ist ein Prozentsatz, kein Betrag in Euro."))
    if _scales(number_format):
        reason = _("Das Zahlenformat zeigt Tausend oder Millionen. Bitte Euro mit zwei Nachkommastellen anzeigen.")
        return Value(f"{number}", number, reason)
    try:
        return Value(formatting.number(number), number)
    except AmountError as error:
        return Value(f"{number}", number, error.message)


def _scales(number_format: str) -> bool:
    """Whether the format divides by thousands before it shows a number, as ``#,##0,`` does."""
    positive = QUOTED.sub("", number_format).partition(";")[0]
    return re.search(r"[0#?],+(?![0#?,])", positive) is not None
