"""What each format promises: true headings and tables, language, tags, and texts that stay texts."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import docx
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader

from funding.finance_blocks import block_of
from funding.formats.docx import docx_file
from funding.formats.finance import finance_document
from funding.formats.markdown import markdown
from funding.formats.model import (
    Cell,
    Document,
    Field,
    Fields,
    Grid,
    Heading,
    Items,
    Paragraph,
    Tick,
    Tone,
    clean,
)
from funding.formats.pdf import UNSEEN, pdf
from funding.formats.text import WIDTH, text
from funding.models import CouncilPaper, FinanceStatement
from funding.selectors import programme_state

if TYPE_CHECKING:
    from funding.models import Programme

HOSTILE = (
    "=1+1 | *fett* _k_ [x](javascript:alert(1)) <script>alert(1)</script> #evil(1) $1$ \\ ` ~ & "
    "\u202egnirts \x01\x1f 漢字 🏛 \\u{41} @ref <label> //kommentar"
)


@pytest.fixture
def document(founding_case: Programme) -> Document:
    state = programme_state("kim-nrw")
    assert state is not None
    return finance_document(block_of(state, state.papers[0], 2022, "in-force"))


def made_of(*blocks: Any) -> Document:
    return Document("Titel", "Betreff", "Stadt", date(2021, 11, 4), blocks)


def hostile() -> Document:
    said = clean(HOSTILE)
    return Document(
        said, said, said, date(2021, 11, 4),
        (
            Heading(2, said), Heading(3, said, Tick(said, state=None)), Paragraph(said), Paragraph(said, Tone.WARNING),
            Tick(said, state=True), Fields((Field(said, said, said, "", is_assumption=True, before=said, after=said),)),
            Items((said,)), Grid(said, (said, said), ((Cell(said), Cell(said)),), (False, True), heads_rows=True),
        ),
    )  # fmt: skip


# --- DOCX -----------------------------------------------------------------------------------------------------------


def opened(document: Document) -> Any:
    """Read the file back as Word would."""
    return docx.Document(io.BytesIO(docx_file(document)))


def test_docx_has_headings_as_styles_and_tables_with_marked_heading_rows(document: Document) -> None:
    read = opened(document)

    headings = [(one.style.name, one.text) for one in read.paragraphs if one.style.name.startswith("Heading")]
    assert headings[:4] == [
        ("Heading 1", "Finanzielle Auswirkungen"),
        ("Heading 2", "I) Finanzielle Auswirkungen im Jahr der Umsetzung und in den Folgejahren"),
        ("Heading 3", "☒ Ja – ergebniswirksam"),
        ("Heading 3", "☐ Ja – investiv (nicht bekannt)"),
    ]
    assert [len(one.rows) for one in read.tables] == [2, 2, 8]
    heads = [one.rows[0]._tr.trPr.findall(qn("w:tblHeader")) for one in read.tables]  # noqa: SLF001 - as in the format
    assert [len(found) for found in heads] == [1, 1, 1]
    overview = [[cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in row.cells] for row in read.tables[1].rows]
    assert overview == [
        ["Gesamtkosten Personal", "Gesamtfördersumme Land (Personal)", "Mehrkosten Stadt Leverkusen"],
        ["913.257,24 € *", "576.600,00 €", "336.657,24 € *"],
    ]
    captions = [one._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) for one in read.tables]  # noqa: SLF001
    assert captions[1] == "Prognostizierte Gesamtkosten und Fördersummen 2022"


def test_docx_is_german_a4_and_says_what_it_is(document: Document) -> None:
    read = opened(document)
    page, facts = read.sections[0], read.core_properties

    assert (page.page_width.mm, page.page_height.mm) == (rounded_mm(210), rounded_mm(297))
    languages = {one.get(qn("w:val")) for one in read.styles.element.iter(qn("w:lang"))}
    assert languages == {"de-DE"}
    assert (facts.title, facts.language, facts.author) == ("Finanzielle Auswirkungen", "de-DE", "Stadt Leverkusen")
    assert facts.subject.startswith("Vorlage Nr. 2021/1121 vom 04.11.2021")
    assert facts.created == datetime(2021, 11, 4, tzinfo=UTC)


def rounded_mm(whole: int) -> Any:
    """Return millimetres as the format can hold them: in twentieths of a point."""
    return docx.shared.Twips(round(whole * 1440 / 25.4)).mm


def test_docx_does_not_say_when_it_was_made(document: Document) -> None:
    with zipfile.ZipFile(io.BytesIO(docx_file(document))) as file:
        assert {one.date_time for one in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# --- PDF ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def read(document: Document) -> PdfReader:
    return PdfReader(io.BytesIO(pdf(document)))


def root_of(read: PdfReader) -> Any:
    """Return the catalog of the file."""
    return read.trailer["/Root"]


def words(read: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in read.pages).replace("\N{NO-BREAK SPACE}", " ").split())


def test_pdf_is_tagged_german_and_titled(read: PdfReader) -> None:
    catalog = root_of(read)
    assert catalog["/MarkInfo"]["/Marked"].value is True
    assert catalog["/Lang"] == "de-DE"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert "/StructTreeRoot" in catalog
    metadata = catalog["/Metadata"].get_data().decode()
    assert re.search(r"<pdfuaid:part>1</pdfuaid:part>", metadata)
    assert "2021-11-04" in metadata
    assert read.metadata is not None
    assert (read.metadata.title, read.metadata.author) == ("Finanzielle Auswirkungen", "Stadt Leverkusen")
    box = read.pages[0].mediabox
    assert (int(box.width), int(box.height)) == (595, 841)


def kinds(node: Any) -> list[str]:
    """Return the kinds of all elements of the structure in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        return [kind for one in node for kind in kinds(one)]
    if not isinstance(node, dict) or "/S" not in node:
        return kinds(node["/K"]) if isinstance(node, dict) and "/Type" in node and "/K" in node else []
    below = kinds(node["/K"]) if "/K" in node and not isinstance(node["/K"], int) else []
    return [str(node["/S"]), *below]


def test_pdf_has_headings_tables_and_lists_in_its_structure(read: PdfReader) -> None:
    found = kinds(root_of(read)["/StructTreeRoot"])
    counted = {kind: found.count(kind) for kind in ("/H1", "/H2", "/H3", "/Table", "/Caption", "/L")}
    assert counted == {"/H1": 1, "/H2": 5, "/H3": 7, "/Table": 3, "/Caption": 3, "/L": 1}
    # Heading cells: four, three and two columns.
    assert found.count("/TH") == 9


def test_pdf_says_every_amount_of_the_paper(read: PdfReader) -> None:
    said = words(read)
    for amount in (
        "962.300,00 €", "625.600,00 €", "(SK 414100 78.100,00)", "(SK 414101 547.500,00)", "65,01 %", "962.257,24 €",
        "42,76 €", "336.700,00 €", "913.257,24 €", "576.600,00 €", "336.657,24 €",
    ):  # fmt: skip
        assert amount in said, amount


def test_pdf_carries_its_fonts(read: PdfReader) -> None:
    pages: list[Any] = list(read.pages)
    fonts = {font.get_object()["/BaseFont"] for page in pages for font in page["/Resources"]["/Font"].values()}
    # A subset has six letters of its own before its name.
    assert {re.sub(r"^/[A-Z]{6}\+", "", str(one)).removesuffix("-Identity-H") for one in fonts} <= {
        "LibertinusSerif-Regular", "LibertinusSerif-Bold", "DejaVuSansMono", "DejaVuSansMono-Bold",
    }  # fmt: skip


def test_every_sign_that_is_let_through_has_a_picture() -> None:
    signs = "".join(sign for sign in map(chr, range(0x20, 0x3000)) if not UNSEEN.match(sign) and sign.isprintable())
    assert len(signs) > 900
    lines = [clean(signs[start : start + 60]) for start in range(0, len(signs), 60)]
    assert pdf(made_of(*(Paragraph(line) for line in lines), Tick("☐☑☒", state=None)))


# --- Texts that stay texts --------------------------------------------------------------------------------------------


def test_hostile_texts_are_data_in_the_pdf() -> None:
    read = PdfReader(io.BytesIO(pdf(hostile())))
    said = words(read)
    assert "<script>alert(1)</script>" in said.replace("- ", "")
    assert "#evil(1)" in said
    assert "\N{REPLACEMENT CHARACTER}" in said
    assert not any("/Annots" in page for page in read.pages)
    assert "/OpenAction" not in root_of(read)


def test_hostile_texts_are_data_in_the_docx() -> None:
    read = opened(hostile())
    assert read.paragraphs[1].text == clean(HOSTILE)
    with zipfile.ZipFile(io.BytesIO(docx_file(hostile()))) as file:
        assert b"<script>" not in file.read("word/document.xml")
        assert not any("javascript" in file.read(name).decode() for name in file.namelist() if name.endswith(".rels"))


def test_hostile_texts_mean_nothing_in_markdown() -> None:
    written = markdown(hostile())
    # Every sign that could mean something stands behind a backslash.
    assert re.findall(r"(?<!\\)[\[\]<>`~&]", written.replace("\n> ", "\n")) == []
    assert "\\<script\\>" in written
    assert [line.count("|") - line.count("\\|") for line in written.splitlines() if line.startswith("| ")] == [3, 3, 3]
    # At the start of a line a sign could begin a list, a heading, a rule.
    assert markdown(made_of(Paragraph("- eins"), Paragraph("1. zwei"), Paragraph("# drei"), Items(("+ vier",)))) == (
        "# Titel\n\nBetreff\n\n\\- eins\n\n1\\. zwei\n\n\\# drei\n\n- \\+ vier\n"
    )


def test_hostile_texts_stay_within_eighty_columns() -> None:
    for one in (hostile(), made_of(Paragraph("x" * 500), Fields((Field("y" * 90, "z" * 300),)))):
        assert [line for line in text(one).splitlines() if len(line) > WIDTH] == []
    wide = Grid(
        "Breit", ("a" * 60, "b" * 60, "c" * 60), ((Cell("d " * 90), Cell("e"), Cell("1,00")),), (False, False, True)
    )
    assert [line for line in text(made_of(wide)).splitlines() if len(line) > WIDTH] == []


def test_clean_puts_a_text_on_one_line_and_replaces_what_nobody_sees() -> None:
    assert clean(" a\nb\tc ") == "a b c"
    assert clean("\x00\x07\u202e\u200b") == "\N{REPLACEMENT CHARACTER}" * 4
    assert clean("a\u0308") == "ä"


def test_what_somebody_typed_reaches_every_format(founding_case: Programme) -> None:
    FinanceStatement.objects.update(treasury_note=HOSTILE, sustainability=HOSTILE, covered_from="=HYPERLINK(1)")
    CouncilPaper.objects.update(title=HOSTILE)
    state = programme_state("kim-nrw")
    assert state is not None
    written = finance_document(block_of(state, state.papers[0], 2022, "in-force"))
    assert all(write(written) for write in (pdf, docx_file, text, markdown))
    assert "=HYPERLINK(1)" in text(written)
