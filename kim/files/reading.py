"""An uploaded file, judged by its size, its name and its first bytes before anything else is read."""

from typing import BinaryIO

from django.utils.translation import gettext as _

from kim.files.delimited import read_csv
from kim.files.sheet import MOST_BYTES, Layout, RefusedFileError, Sheet, TooLargeError, macros, shown, too_large
from kim.files.workbook import read_workbook

WITH_MACROS = {"xlsm", "xltm", "xlsb", "xlam"}
# Old and encrypted Office files are compound files; today's are ZIP archives.
COMPOUND_FILE = b"\xd0\xcf\x11\xe0"
ZIP = b"PK"


def read_sheet(stream: BinaryIO, name: str, size: int, layout: Layout) -> Sheet:
    """Read an uploaded XLSX or CSV file of this layout; ``size`` in bytes, as the upload knows it.

    Raises ``TooLargeError`` before anything is read, ``RefusedFileError`` for every file that cannot be read.
    """
    if size > MOST_BYTES:
        raise TooLargeError(too_large(size))
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    stream.seek(0)
    start = stream.read(len(COMPOUND_FILE))
    stream.seek(0)
    if size == 0:
        message = _("Die Datei „%(name)s“ ist leer.") % {"name": shown(name)}
        raise RefusedFileError(message)
    if ending in WITH_MACROS:
        raise RefusedFileError(macros())
    if start.startswith(COMPOUND_FILE):
        message = _(
            "Die Datei ist mit einem Kennwort verschlüsselt oder im alten Format .xls. Bitte ohne Kennwort als "
            "XLSX speichern."
        )
        raise RefusedFileError(message)
    if ending not in {"xlsx", "csv"}:
        message = _("„%(name)s“ ist keine XLSX- oder CSV-Datei. Bitte als „.xlsx“ oder „.csv“ speichern.") % {
            "name": shown(name)
        }
        raise RefusedFileError(message)
    if ending == "xlsx" and not layout.sheet:
        message = _("„%(name)s“ ist keine CSV-Datei. Bitte als „CSV UTF-8“ speichern.") % {"name": shown(name)}
        raise RefusedFileError(message)
    is_zip = start.startswith(ZIP)
    if is_zip != (ending == "xlsx"):
        message = _("Die Datei „%(name)s“ enthält etwas anderes, als ihre Endung sagt. Bitte neu ausgeben.") % {
            "name": shown(name)
        }
        raise RefusedFileError(message)
    return read_workbook(stream, layout) if is_zip else read_csv(stream.read(MOST_BYTES + 1), layout)
