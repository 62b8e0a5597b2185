"""CSV files as spreadsheets write them: UTF-8 with and without mark, UTF-16, Windows-1252; semicolon, comma or tab."""

import codecs
import csv
import io
import re

from django.utils.translation import gettext as _

from kim.files.sheet import MOST_COLUMNS, MOST_ROWS, Layout, Line, RefusedFileError, Sheet, Value, too_many_rows

DELIMITERS = (";", ",", "\t")
# Signs that no text has: everything below the blank but tab and line ends, and the C1 controls.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
MOST_FIELD = 5_000
# Empty lines count no further than this.
MOST_LINES = 5 * MOST_ROWS
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_csv(data: bytes, layout: Layout) -> Sheet:
    """Read a CSV file of this layout; raises ``RefusedFileError`` for what is no text, or no table."""
    text = decoded(data)
    delimiter = _delimiter(text, layout)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[Line] = []
    number = 1
    try:
        for fields in reader:
            if any(len(one) > MOST_FIELD for one in fields):
                message = _("Zeile %(line)s: Ein Feld hat mehr als %(most)s Zeichen.") % {
                    "line": number,
                    "most": MOST_FIELD,
                }
                raise RefusedFileError(message)
            line = Line(number, tuple(Value(one) for one in _trimmed(fields)))
            number = reader.line_num + 1
            if line.is_empty and number <= MOST_LINES:
                continue
            if len(line.values) > MOST_COLUMNS:
                message = _("Zeile %(line)s hat mehr als %(most)s Spalten.") % {
                    "line": line.number,
                    "most": MOST_COLUMNS,
                }
                raise RefusedFileError(message)
            lines.append(line)
            if len(lines) > MOST_ROWS + 1 or number > MOST_LINES:
                raise RefusedFileError(too_many_rows())
    except csv.Error as error:
        message = _(
            "Zeile %(line)s ist keine vollständige CSV-Zeile: Ein Anführungszeichen fehlt, oder die Datei bricht ab."
        ) % {"line": reader.line_num}
        raise RefusedFileError(message) from error
    return Sheet(lines)


def decoded(data: bytes) -> str:
    """Return the text of the file; raises ``RefusedFileError`` for what is none."""
    message = _("Die Datei ist kein lesbarer Text. Bitte als „CSV UTF-8“ speichern.")
    try:
        text = data.decode(_encoding(data))
    except UnicodeDecodeError as error:
        raise RefusedFileError(message) from error
    found = CONTROL.search(text)
    if found is not None:
        line = text.count("\n", 0, found.start()) + 1
        message = _("Die Datei ist kein Text: Zeile %(line)s enthält ein Steuerzeichen (Code %(code)s).") % {
            "line": line,
            "code": ord(found.group()),
        }
        raise RefusedFileError(message)
    return text


def _encoding(data: bytes) -> str:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return encoding
    # UTF-16 without its mark: every other byte of German text is zero.
    start = data[:400]
    if len(start) % 2 == 0 and b"\0" in start:
        half = len(start) // 2
        for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
            if start[offset::2].count(0) * 10 >= half * 9 and not start[1 - offset :: 2].count(0):
                return encoding
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        # Latin-1 is a part of Windows-1252, but for control signs, which no text has.
        return "cp1252"
    return "utf-8"


def _delimiter(text: str, layout: Layout) -> str:
    """Return what separates the headings; the first line has to name a column that no file goes without."""
    heading = text.lstrip("\r\n").partition("\n")[0].strip("\r")
    for delimiter in DELIMITERS:
        try:
            fields = {one.strip() for one in next(csv.reader([heading], delimiter=delimiter), [])}
        except csv.Error:
            continue
        if fields.intersection(layout.headings) and len(fields) > 1:
            return delimiter
    message = _(
        "In der ersten Zeile fehlen die Überschriften %(headings)s. Bitte eine Datei verwenden, die hier ausgegeben "
        "wurde, mit Semikolon, Komma oder Tabulator getrennt."
    ) % {"headings": _listed(layout.headings)}
    raise RefusedFileError(message)


def _listed(headings: tuple[str, ...]) -> str:
    *first, last = (f"„{one}“" for one in headings)
    return _("%(first)s und %(last)s") % {"first": ", ".join(first), "last": last} if first else last


def _trimmed(fields: list[str]) -> list[str]:
    """Take empty columns at the end away: spreadsheets write as many as they think the table has."""
    end = len(fields)
    while end and not fields[end - 1].strip():
        end -= 1
    return fields[:end]
