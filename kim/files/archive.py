"""An XLSX file before it is parsed: a ZIP archive that must be small, plain, and free of programs and entities.

Nothing is unpacked to disk, and no part is held in memory here: the parts stream through the XML parser.
"""

import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO, Any, BinaryIO
from xml.parsers import expat

from django.utils.translation import gettext as _

from kim.files.sheet import MOST_ROWS, RefusedFileError, macros, too_many_rows

MEGABYTE = 1024 * 1024
MOST_PARTS = 200
MOST_UNPACKED = 40 * MEGABYTE
# Tables of the same few words shrink well; a hundredfold is no table any more.
MOST_RATIO, SMALL = 100, MEGABYTE
# Everything beside the cells and their texts (styles, themes, properties).
MOST_SIDE_PART = 2 * MEGABYTE
MOST_CELLS = 300_000
MOST_ROW_ELEMENTS = 100_000
CHUNK = 64 * 1024
ENCRYPTED_FLAG = 0x1
PLAIN = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# An unknown way of packing is a kind of RuntimeError.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


@dataclass(slots=True)
class Shape:
    """What openpyxl does not tell of a sheet: hidden rows, merged cells."""

    hidden: set[int] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)


def checked(stream: BinaryIO) -> dict[str, Shape]:
    """Return the shapes of the sheets by their path; raises ``RefusedFileError`` for what must not be parsed."""
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_members(archive.infolist())
            shapes: dict[str, Shape] = {}
            for member in archive.infolist():
                if not member.filename.endswith((".xml", ".rels")):
                    continue
                with archive.open(member) as part:
                    shape = _scan(part)
                if member.filename.startswith("xl/worksheets/"):
                    shapes[member.filename] = shape
            return shapes
    except UNREADABLE as error:
        raise RefusedFileError(broken()) from error


def broken() -> str:
    """Say that a workbook cannot be read."""
    return _("Die XLSX-Datei ist beschädigt oder abgeschnitten. Bitte neu speichern und noch einmal hochladen.")


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    if any(member.flag_bits & ENCRYPTED_FLAG for member in members):
        message = _("Die Datei ist mit einem Kennwort verschlüsselt. Bitte ohne Kennwort speichern.")
        raise RefusedFileError(message)
    if any(_leaves_archive(name) for name in names) or len(set(names)) != len(names):
        message = _("Die Datei enthält unzulässige Pfade und wird nicht gelesen.")
        raise RefusedFileError(message)
    if any(name.lower().endswith((".bin", ".exe", ".dll", ".js", ".vbs")) and "vba" in name.lower() for name in names):
        raise RefusedFileError(macros())
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        message = _("Die Datei ist ein ZIP-Archiv, aber keine XLSX-Arbeitsmappe. Bitte als XLSX speichern.")
        raise RefusedFileError(message)
    if not _is_small(members):
        message = _("Die Datei wird beim Entpacken übermäßig groß und deshalb nicht gelesen.")
        raise RefusedFileError(message)
    if any(member.compress_type not in PLAIN for member in members):
        message = _("Die Datei ist auf eine Art gepackt, die Tabellenprogramme nicht verwenden. Bitte neu speichern.")
        raise RefusedFileError(message)


def _leaves_archive(name: str) -> bool:
    return name.startswith("/") or "\\" in name or "\0" in name or ":" in name or ".." in name.split("/")


def _is_small(members: list[zipfile.ZipInfo]) -> bool:
    """Judge by the sizes that the archive declares; zipfile never unpacks more of a part than it declares."""
    if len(members) > MOST_PARTS or sum(member.file_size for member in members) > MOST_UNPACKED:
        return False
    return all(
        (member.file_size <= SMALL or member.file_size <= member.compress_size * MOST_RATIO)
        and (
            member.file_size <= MOST_SIDE_PART
            or member.filename.startswith(("xl/worksheets/", "xl/sharedStrings", "xl/media/", "xl/printerSettings/"))
        )
        for member in members
    )


class _Scan:
    """Counts what would fill the memory of whoever builds objects of it, and notes the shape of a sheet."""

    def __init__(self) -> None:
        self.shape = Shape()
        self.cells = self.rows = self.row = self.elements = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        self.elements += 1
        if self.elements > 4 * MOST_CELLS:
            raise RefusedFileError(too_many_rows())
        if name == "row":
            self._row(attributes)
        elif name in {"c", "si"}:
            self.cells += 1
            if self.cells > MOST_CELLS:
                raise RefusedFileError(too_many_rows())
        elif name in {"v", "is"} and self.row > MOST_ROWS + 1:
            raise RefusedFileError(too_many_rows())
        elif name == "mergeCell":
            self.shape.merged.append(attributes.get("ref", ""))
        elif name in {"Override", "Default"} and "macroEnabled" in attributes.get("ContentType", ""):
            raise RefusedFileError(macros())

    def _row(self, attributes: dict[str, str]) -> None:
        self.rows += 1
        number = attributes.get("r", str(self.row + 1))
        # A row twice would be read once only; no program writes that.
        if not (number.isascii() and number.isdigit() and len(number) < 9 and int(number) > self.row):  # noqa: PLR2004
            raise RefusedFileError(broken())
        if self.rows > MOST_ROW_ELEMENTS:
            raise RefusedFileError(too_many_rows())
        self.row = int(number)
        if attributes.get("hidden") in {"1", "true"}:
            self.shape.hidden.add(self.row)


def _refuse_entities(*_declaration: Any) -> None:
    message = _("Die Datei enthält eine XML-Deklaration (DTD), wie sie kein Tabellenprogramm schreibt.")
    raise RefusedFileError(message)


def _scan(part: IO[bytes]) -> Shape:
    """Read a part once, without building anything of it."""
    scan = _Scan()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = scan.start
    # Without a document type there are no entities: neither files of the server nor billions of laughs.
    parser.StartDoctypeDeclHandler = _refuse_entities
    try:
        while chunk := part.read(CHUNK):
            parser.Parse(chunk, False)  # noqa: FBT003 - signature of expat
        parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError as error:
        raise RefusedFileError(broken()) from error
    return scan.shape
