"""A document as DOCX: A4, styles, true headings and tables with marked heading rows, German, the same bytes each time.

Word and LibreOffice find structure by styles and marks only; nothing here is bold to look like a heading.
"""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from funding.formats.model import Document, Fields, Grid, Heading, Items, Paragraph, Tick, Tone, unbroken

LANGUAGE = "de-DE"
LABEL = Mm(66)
MARGIN = Mm(22)
MUTED = RGBColor(0x45, 0x4D, 0x56)
INK = RGBColor(0x17, 0x1A, 0x2B)
# The day a zip file gives its members; the true day stands in the properties.
STAMP = (1980, 1, 1, 0, 0, 0)


def docx_file(document: Document) -> bytes:
    """Return the file."""
    made = docx.Document()
    _set_up(made, document)
    made.add_heading(unbroken(document.title), level=1)
    made.add_paragraph(unbroken(document.subject))
    for block in document.blocks:
        if isinstance(block, Heading):
            made.add_heading(unbroken(block.line), level=block.level)
        elif isinstance(block, Paragraph):
            _paragraph(made, block)
        elif isinstance(block, Tick):
            made.add_paragraph(unbroken(block.line))
        elif isinstance(block, Fields):
            for item in block.items:
                _field(made, item.label, item.full)
        elif isinstance(block, Grid):
            _grid(made, block)
        elif isinstance(block, Items):
            for line in block.lines:
                made.add_paragraph(unbroken(line), style="List Bullet")
    stream = io.BytesIO()
    made.save(stream)
    return _same_bytes(stream.getvalue())


def _set_up(made: Any, document: Document) -> None:
    page = made.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = MARGIN
    # One language for the whole document, and for every style that names its own.
    for language in made.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    normal = made.styles["Normal"]
    normal.font.size = Pt(10.5)
    normal.paragraph_format.space_after = Pt(4)
    for level in (1, 2, 3):
        style = made.styles[f"Heading {level}"]
        style.font.color.rgb = INK
        style.paragraph_format.keep_with_next = True
    facts = made.core_properties
    facts.title, facts.subject, facts.author = document.title, document.subject, document.publisher
    facts.language, facts.comments, facts.keywords = LANGUAGE, "", ""
    facts.last_modified_by = document.publisher
    facts.created = facts.modified = datetime.combine(document.day, time(), UTC)
    facts.revision = 1


def _paragraph(made: Any, block: Paragraph) -> None:
    run = made.add_paragraph().add_run(unbroken(block.text))
    if block.tone is Tone.MUTED:
        run.font.color.rgb = MUTED
    run.bold = block.tone is Tone.WARNING or None


def _field(made: Any, label: str, value: str) -> None:
    """Write a blank: its words, a tab, what stands there; what is longer hangs below itself."""
    paragraph = made.add_paragraph()
    layout = paragraph.paragraph_format
    layout.left_indent, layout.first_line_indent = LABEL, -LABEL
    layout.tab_stops.add_tab_stop(LABEL)
    layout.space_after = Pt(2)
    paragraph.add_run(f"{unbroken(label)}:\t").font.color.rgb = MUTED
    paragraph.add_run(unbroken(value))


def _grid(made: Any, grid: Grid) -> None:
    made.add_paragraph(unbroken(grid.caption), style="Caption").paragraph_format.keep_with_next = True
    table = made.add_table(rows=1, cols=len(grid.head), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    _describe(table, grid)
    _fill(table.rows[0].cells, grid.head, grid.numbers, is_strong=True)
    heading = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no name for it
    heading.append(OxmlElement("w:tblHeader"))
    for number, row in enumerate(grid.rows):
        added = table.add_row()
        # A row never breaks over two pages.
        added._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - as above
        _fill(added.cells, [cell.full for cell in row], grid.numbers, is_strong=number in grid.strong)
    made.add_paragraph()


def _describe(table: Any, grid: Grid) -> None:
    """Give the table its caption as a title, and say which headings it has."""
    properties = table._tbl.tblPr  # noqa: SLF001 - python-docx has no name for it
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        look.set(qn("w:firstRow"), "1")
        look.set(qn("w:firstColumn"), "1" if grid.heads_rows else "0")
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), grid.caption)
    properties.append(caption)


def _fill(cells: Any, texts: Sequence[str], numbers: Sequence[bool], *, is_strong: bool) -> None:
    for cell, text, is_number in zip(cells, texts, numbers, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        if is_number:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.add_run(unbroken(text)).bold = is_strong or None


def _same_bytes(file: bytes) -> bytes:
    """Return the file without the time at which it was put together."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as found, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as written:
        for name in found.namelist():
            member = zipfile.ZipInfo(name, STAMP)
            member.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(member, found.read(name))
    return stream.getvalue()
