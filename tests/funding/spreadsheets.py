"""Files as people and attackers make them, out of one that the product wrote."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from tests.pages import Page, clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.test import Client
    from openpyxl.worksheet.worksheet import Worksheet

EXPORT, IMPORT = "/programme/kim-nrw/prognose/export/", "/programme/kim-nrw/prognose/import/"
SOURCE = {"source": "Hochrechnung FB 11 vom 02.05.2022", "source_status": "verified"}
SHEET = "xl/worksheets/sheet1.xml"


def exported(client: Client, query: str = "") -> bytes:
    """Return the file that the product gives out."""
    answer = client.get(f"{EXPORT}?{query}")
    assert answer.status_code == 200
    return bytes(answer.content)


def edited(content: bytes, edit: Callable[[Worksheet], Any]) -> bytes:
    """Return a workbook after somebody edited its forecast and saved it with another program."""
    book = load_workbook(io.BytesIO(content))
    edit(book["Prognose"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def typed(content: bytes, cells: Mapping[str, Any]) -> bytes:
    """Return a workbook with other values in these cells (``H3``)."""

    def fill(sheet: Worksheet) -> None:
        for place, value in cells.items():
            sheet[place] = value

    return edited(content, fill)


def repacked(content: bytes, changes: Mapping[str, bytes | None], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive with parts replaced, added, or (None) left out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", compression) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, data in changes.items():
            if data is not None:
                new.writestr(name, data)
    return stream.getvalue()


def part(content: bytes, name: str = SHEET) -> bytes:
    """Return a part of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def raw_number(content: bytes, place: str, text: str) -> bytes:
    """Return a workbook whose cell has this very text as its number, as the other program wrote it."""
    sheet, count = re.subn(rf'(<c r="{place}"[^>]*?)(?:/>|>.*?</c>)', rf"\1><v>{text}</v></c>", part(content).decode())
    assert count == 1
    return repacked(content, {SHEET: sheet.encode()})


def rows(content: bytes, delimiter: str = ",", encoding: str = "utf-8-sig") -> list[list[str]]:
    """Return the fields of a CSV file."""
    return list(csv.reader(io.StringIO(content.decode(encoding), newline=""), delimiter=delimiter))


def written(fields: list[list[str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Return fields as a CSV file."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(fields)
    return stream.getvalue().encode(encoding)


def upload(client: Client, content: bytes, name: str = "prognose.xlsx", **data: Any) -> Any:
    """Send a file as the form does, and return the answer."""
    file = io.BytesIO(content)
    file.name = name
    return client.post(IMPORT, {**SOURCE, "file": file, **data})


# Row 2 of the export is KIM-1.1; columns G to L are the years 2021 to 2026, M is the seal.
SEAL = "M"
NOTE = (
    "Annahme: nach Stellenanteil aufgeteilt, Anlage 3 nicht veröffentlicht; unverändert fortgeschrieben („pro Jahr“ ohne "
    "Jahr)"
)


def table(answer: Any, caption: str) -> list[list[str]]:
    found = [one for one in Page(answer).all("table") if one.one("caption").text == caption]
    assert len(found) == 1
    return [
        [clean(cell.text) for cell in row.walk() if cell.tag in {"td", "th"}] for row in found[0].one("tbody").all("tr")
    ]


def errors(answer: Any) -> list[list[str]]:
    return table(answer, "Jeder Fehler mit Zeile, Spalte und Wert")


def confirm(answer: Any) -> dict[str, str]:
    return {"confirm": Page(answer).one("input", name="confirm").attributes["value"]}
