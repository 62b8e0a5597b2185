"""Files from anywhere: read exactly, or refused with a sentence, within bounds of size, time and memory."""

import io
import resource
import struct
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from funding.files.template import FORECAST
from kim.errors import AmountError
from kim.files.amounts import read_amount
from kim.files.delimited import decoded
from kim.files.reading import read_sheet
from kim.files.sheet import MOST_BYTES, RefusedFileError, Sheet, TooLargeError, Value, letter, shown
from tests.funding.spreadsheets import SHEET, part, raw_number, repacked

HEAD = "Kennung;Bezeichnung;2022;Siegel"
BROKEN = "Die XLSX-Datei ist beschädigt oder abgeschnitten. Bitte neu speichern und noch einmal hochladen."
TOO_BIG = "Die Datei wird beim Entpacken übermäßig groß und deshalb nicht gelesen."
TOO_MANY = "Die Datei hat mehr als 20.000 Zeilen. Bitte überzählige Zeilen löschen oder die Datei teilen."


def read(content: bytes, name: str = "p.xlsx") -> Sheet:
    return read_sheet(io.BytesIO(content), name, len(content), FORECAST)


def refusal(content: bytes, name: str = "p.xlsx") -> str:
    with pytest.raises(RefusedFileError) as caught:
        read(content, name)
    return caught.value.message


def texts(sheet: Sheet) -> list[list[str]]:
    return [[value.text for value in line.values] for line in sheet.lines]


def book(rows: int = 1, title: str = "Prognose") -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    sheet.append(["Kennung", "2022", "Siegel"])
    for number in range(rows):
        sheet.append([f"p{number}", 1234.5, "s"])
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


# --- Amounts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.234,50", "1234.50"),
        ("1234.50", "1234.50"),
        ("1234,5", "1234.50"),
        ("1234.5", "1234.50"),
        ("1234", "1234.00"),
        ("0", "0.00"),
        ("0.5", "0.50"),
        ("0,05", "0.05"),
        ("1.234.567", "1234567.00"),
        ("1.234.567,89", "1234567.89"),
        ("999999999999.99", "999999999999.99"),
        ("12.34", "12.34"),
        ("\u00a01.234,50\u202f€\u00a0", "1234.50"),
        ("€ 1234.50", "1234.50"),
        ("1234,50 EUR", "1234.50"),
        ("\t86.259,24\r\n", "86259.24"),
        ("", None),
        (" \u00a0\u2007", None),
    ],
)
def test_texts_with_one_reading_are_amounts(text: str, expected: str | None) -> None:
    found = read_amount(Value(text))
    assert (None if found is None else str(found)) == expected


TWO = "Das lässt sich auf zwei Arten lesen: als Tausender oder mit drei Nachkommastellen. Bitte {} oder {} schreiben."
UNCLEAR = "„{}“ ist kein eindeutiger Betrag. Bitte so eingeben: 913.257,24"
THOUSANDS = "Angaben in Tausend oder Millionen werden nicht umgerechnet. Bitte ganze Euro und Cent eintragen."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1.234", TWO.format("1.234,00", "1234")),
        ("1,234", TWO.format("1.234,00", "1234")),
        ("999.000", TWO.format("999.000,00", "999000")),
        ("1,234.56", "Das ist englisch geschrieben. Bitte 1.234,56 oder 1234.56 schreiben."),
        ("86 TEUR", THOUSANDS),
        ("86,3 T€", THOUSANDS),
        ("1,2 Mio. €", THOUSANDS),
        ("86 Tsd.", THOUSANDS),
        ("0.500", UNCLEAR.format("0.500")),
        ("55.0000", UNCLEAR.format("55.0000")),
        ("1e5", UNCLEAR.format("1e5")),
        ("1 234,50", UNCLEAR.format("1 234,50")),
        ("1\u00a0234,50", UNCLEAR.format("1\u00a0234,50")),
        ("12€34", UNCLEAR.format("12€34")),
        ("NaN", UNCLEAR.format("NaN")),
        ("-", UNCLEAR.format("-")),
        ("１２", UNCLEAR.format("１２")),
        ("1_000", UNCLEAR.format("1_000")),
        ("1'234.50", UNCLEAR.format("1'234.50")),
        ("12,345", TWO.format("12.345,00", "12345")),
        ("01.50", UNCLEAR.format("01.50")),
        ("-5", "Der Betrag ist negativ. Hier steht ein Betrag ab 0,00 €."),
        ("-0.00", "Das hat ein Vorzeichen ohne Betrag. Bitte 0 eintragen."),
        ("1000000000000.00", UNCLEAR.format("1000000000000.00")),
    ],
)
def test_texts_with_two_readings_or_none_are_refused(text: str, message: str) -> None:
    with pytest.raises(AmountError) as caught:
        read_amount(Value(text))
    assert caught.value.message == message


@given(st.integers(0, 10**14 - 1))
def test_a_number_of_a_workbook_is_exact_to_the_cent(cents: int) -> None:
    """Whatever program wrote it: with 15, 16 or 17 digits, all of them name the same binary number."""
    amount = Decimal(cents).scaleb(-2)
    nearest = amount / 1 if cents % 100 == 0 else amount
    binary = struct.unpack("d", struct.pack("d", nearest))[0]
    for digits in (15, 16, 17):
        stored = struct.unpack("d", struct.pack("d", Decimal(f"{binary:.{digits}g}")))[0]
        assert read_amount(Value("", Decimal(repr(stored)))) == amount


def number(text: str) -> Value:
    return read(raw_number(book(), "B2", text)).lines[1].values[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # As Excel writes 913257.24, 1.1 and 86259.25 with 17 digits.
        ("913257.23999999999", "913257.24"),
        ("1.1000000000000001", "1.10"),
        ("86259.25", "86259.25"),
        ("1E5", "100000.00"),
        ("0", "0.00"),
        ("999999999999.98999", "999999999999.99"),
        ("2.5E-1", "0.25"),
    ],
)
def test_numbers_are_read_as_they_were_typed(text: str, expected: str) -> None:
    assert str(read_amount(number(text))) == expected


@pytest.mark.parametrize(
    "text", ["0.30000000000000004", "1.0049999999999999", "12.345", "1E-9", "100.00000000000001", "1E12", "1E308", "-1"]
)
def test_numbers_that_are_no_whole_cents_are_refused_never_rounded(text: str) -> None:
    with pytest.raises(AmountError):
        read_amount(number(text))


@pytest.mark.parametrize("text", ["1E400", "-1E400"])
def test_numbers_without_end_are_refused(text: str) -> None:
    with pytest.raises(AmountError, match="Das ist keine endliche Zahl"):
        read_amount(number(text))


@pytest.mark.parametrize("text", ["abc", "1,5", "", "NaN1", "9" * 5000])
def test_numbers_that_are_none_break_the_file(text: str) -> None:
    content = raw_number(book(), "B2", text)
    if text:
        assert refusal(content) == BROKEN
    else:
        assert read(content).lines[1].values[1].is_empty


# --- Text files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_encodings_and_delimiters_of_spreadsheets(encoding: str, delimiter: str) -> None:
    fields = [["Kennung", "Bezeichnung", "2022", "Siegel"], ["p1", "Träger für Bürger, ßÄ; é", "1.234,50", "s"]]
    text = "".join(delimiter.join(f'"{one}"' for one in row) + "\r\n" for row in fields)
    assert texts(read(text.encode(encoding), "p.csv")) == fields


def test_the_euro_sign_of_windows() -> None:
    assert decoded(f"{HEAD}\np1;x;1 €;s".encode("cp1252")).endswith("1 €;s")


def test_lines_are_counted_as_an_editor_shows_them() -> None:
    content = f'\n{HEAD}\n\np1;"zwei\nZeilen";1;s\n;;;;;\n\np2;x;2;s;;;\n'.encode()
    assert [(line.number, line.values[0].text, len(line.values)) for line in read(content, "p.csv").lines] == [
        (2, "Kennung", 4),
        (4, "p1", 4),
        (8, "p2", 4),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Die Datei „p.csv“ ist leer."),
        (f"{HEAD}\np1;a\x00b;1;s".encode(), "Die Datei ist kein Text: Zeile 2 enthält ein Steuerzeichen (Code 0)."),
        (HEAD.encode() + b"\n\x81\x8d", "Die Datei ist kein lesbarer Text. Bitte als „CSV UTF-8“ speichern."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "Die Datei ist kein Text: Zeile 2 enthält ein Steuerzeichen (Code 26)."),
        (
            b"\xff\xfe" + "Kennung".encode("utf-16-le") + b"\0",
            "Die Datei ist kein lesbarer Text. Bitte als „CSV UTF-8“ speichern.",
        ),
        (
            f'{HEAD}\np1;"offen;1;s'.encode(),
            "Zeile 2 ist keine vollständige CSV-Zeile: Ein Anführungszeichen fehlt, oder die Datei bricht ab.",
        ),
        (
            b"Stelle;Betrag\nx;1",
            "In der ersten Zeile fehlen die Überschriften „Kennung“ und „Siegel“. Bitte eine Datei verwenden, die hier ausgegeben wurde, mit Semikolon, Komma oder Tabulator getrennt.",
        ),
        (HEAD.encode() + b"\np1;x;1;s" * 20_001, TOO_MANY),
        (HEAD.encode() + b"\n" * 200_000, TOO_MANY),
        (HEAD.encode() + b"\n" + b";x" * 100, "Zeile 2 hat mehr als 60 Spalten."),
        (HEAD.encode() + b"\np1;" + b"x" * 6000, "Zeile 2: Ein Feld hat mehr als 5000 Zeichen."),
    ],
)
def test_text_files_that_are_refused(content: bytes, message: str) -> None:
    assert refusal(content, "p.csv") == message


def test_twenty_thousand_rows_are_read() -> None:
    assert len(read(HEAD.encode() + b"\np1;x;1;s" * 20_000, "p.csv").lines) == 20_001


# --- Workbooks ------------------------------------------------------------------------------------------------------


def bomb() -> bytes:
    return repacked(book(), {SHEET: b"<worksheet>" + b" " * (60 * 1024 * 1024)})


def rows_xml(rows: str, compression: int = zipfile.ZIP_STORED) -> bytes:
    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{name}"><sheetData>{rows}</sheetData></worksheet>'.encode()
    return repacked(book(), {SHEET: sheet}, compression)


def with_dtd(text: str) -> bytes:
    return repacked(book(), {"xl/sharedStrings.xml": text.encode()})


def encrypted() -> bytes:
    content = bytearray(book())
    # The flag of the first member, in its own header and in the directory.
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    return bytes(content)


DTD = "Die Datei enthält eine XML-Deklaration (DTD), wie sie kein Tabellenprogramm schreibt."
MACROS = "Die Datei enthält Makros oder ist dafür gemacht. Bitte als „Excel-Arbeitsmappe (.xlsx)“ speichern."
PATHS = "Die Datei enthält unzulässige Pfade und wird nicht gelesen."
OTHER = "Die Datei „{}“ enthält etwas anderes, als ihre Endung sagt. Bitte neu ausgeben."
OLD = (
    "Die Datei ist mit einem Kennwort verschlüsselt oder im alten Format .xls. Bitte ohne Kennwort als XLSX speichern."
)
XXE = '<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst><si><t>&x;</t></si></sst>'
LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'


@pytest.mark.parametrize(
    ("make", "name", "message"),
    [
        (bomb, "p.xlsx", TOO_BIG),
        (lambda: repacked(book(), {f"xl/media/{n}": b"" for n in range(201)}), "p.xlsx", TOO_BIG),
        (lambda: repacked(book(), {"xl/styles.xml": b"<a/>" * (MOST_BYTES // 16)}, zipfile.ZIP_STORED), "p.xlsx", TOO_BIG),
        (lambda: with_dtd(XXE), "p.xlsx", DTD),
        (lambda: with_dtd(LAUGHS), "p.xlsx", DTD),
        (lambda: repacked(book(), {"xl/vbaProject.bin": b"x"}), "p.xlsx", MACROS),
        (lambda: repacked(
            book(), {"[Content_Types].xml": part(book(), "[Content_Types].xml").replace(
                b"spreadsheetml.sheet.main", b"x.macroEnabled.main")}), "p.xlsx", MACROS),
        (book, "p.xlsm", MACROS),
        (lambda: repacked(book(), {"../../etc/cron.d/x": b"x"}), "p.xlsx", PATHS),
        (lambda: repacked(book(), {"/etc/x.xml": b"x"}), "p.xlsx", PATHS),
        (lambda: repacked(book(), {"xl\\..\\x.xml": b"x"}), "p.xlsx", PATHS),
        (lambda: book()[:-30], "p.xlsx", BROKEN),
        (lambda: book()[: len(book()) // 2], "p.xlsx", BROKEN),
        (lambda: repacked(book(), {SHEET: part(book())[:-40]}), "p.xlsx", BROKEN),
        (lambda: repacked(book(), {SHEET: b"\xff\xfe\x00"}), "p.xlsx", BROKEN),
        (lambda: repacked(book(), {SHEET: None}), "p.xlsx", BROKEN),
        (lambda: rows_xml('<row r="2"><c r="A2"/></row><row r="2"><c r="A2"/></row>'), "p.xlsx", BROKEN),
        (lambda: rows_xml('<row r="-1"/>'), "p.xlsx", BROKEN),
        (encrypted, "p.xlsx", "Die Datei ist mit einem Kennwort verschlüsselt. Bitte ohne Kennwort speichern."),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "p.xlsx", OLD),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "p.xls", OLD),
        (lambda: b"%PDF-1.7 ...", "p.pdf", "„p.pdf“ ist keine XLSX- oder CSV-Datei. Bitte als „.xlsx“ oder „.csv“ speichern."),
        (lambda: b"%PDF-1.7 ...", "p.xlsx", OTHER.format("p.xlsx")),
        (book, "p.csv", OTHER.format("p.csv")),
        (book, "p\u202exslx.csv", OTHER.format("p\ufffdxslx.csv")),
        (lambda: repacked(book(), {"[Content_Types].xml": None}), "p.xlsx",
         "Die Datei ist ein ZIP-Archiv, aber keine XLSX-Arbeitsmappe. Bitte als XLSX speichern."),
        (lambda: repacked(book(), {}, zipfile.ZIP_LZMA), "p.xlsx",
         "Die Datei ist auf eine Art gepackt, die Tabellenprogramme nicht verwenden. Bitte neu speichern."),
        (lambda: book(title="Tabelle1"), "p.xlsx",
         "Das Blatt „Prognose“ fehlt. Die Datei hat: Tabelle1. Bitte eine hier ausgegebene verwenden."),
        (lambda: book(20_001), "p.xlsx", TOO_MANY),
        (lambda: rows_xml('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "p.xlsx", TOO_MANY),
        (lambda: rows_xml("<row/>" * 200_000), "p.xlsx", TOO_MANY),
        (lambda: rows_xml('<row r="1">' + "<c/>" * 310_000 + "</row>"), "p.xlsx", TOO_MANY),
        (lambda: rows_xml('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "p.xlsx", "Zeile 1 hat mehr als 60 Spalten."),
    ],
)  # fmt: skip
def test_workbooks_that_are_refused(make: object, name: str, message: str) -> None:
    assert callable(make)
    assert refusal(make(), name) == message


def test_a_file_over_ten_megabytes_is_refused_unread() -> None:
    class Unread(io.BytesIO):
        def read(self, *_size: object) -> bytes:
            raise AssertionError

    with pytest.raises(TooLargeError) as caught:
        read_sheet(Unread(), "p.xlsx", MOST_BYTES + 1, FORECAST)
    assert caught.value.message == "Die Datei hat 11 MB; gelesen werden höchstens 10 MB."


def test_twenty_thousand_rows_of_a_workbook_are_read_whatever_it_declares() -> None:
    content = book(20_000)
    lying = part(content).replace(b'<dimension ref="A1:C20001"', b'<dimension ref="A1:C3"')
    assert len(read(repacked(content, {SHEET: lying})).lines) == 20_001


def test_empty_rows_far_below_do_no_harm() -> None:
    trailing = part(book()).replace(
        b"</sheetData>", b'<row r="900000"><c r="A900000" s="0"/></row><row r="1048576"/></sheetData>'
    )
    assert texts(read(repacked(book(), {SHEET: trailing}))) == [["Kennung", "2022", "Siegel"], ["p0", "1.234,5", "s"]]


def test_memory_stays_bounded() -> None:
    """The worst that passes the first look: the most cells, each with a long text of its own."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cells = "".join(
        '<row r="{}">{}</row>'.format(
            row,
            "".join(f'<c r="{letter(c)}{row}" t="inlineStr"><is><t>{row * 60 + c:060}</t></is></c>' for c in range(14)),
        )
        for row in range(1, 20_001)
    )
    sheet = rows_xml(cells, zipfile.ZIP_DEFLATED)
    del cells
    built = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert len(read(sheet).lines) == 20_000
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - min(before, built)
    assert grown < 400 * 1024


def test_names_are_shown_without_signs_that_turn_or_hide() -> None:
    assert [shown("a\u202eb\x00c\u200bd\ne"), shown("x" * 61), letter(0), letter(25), letter(26), letter(701)] == [
        "a\ufffdb\ufffdc\ufffdd e",
        "x" * 59 + "…",
        "A",
        "Z",
        "AA",
        "ZZ",
    ]
