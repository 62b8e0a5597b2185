"""The formats of a document: what a browser calls each, how it is written, and what its file is called."""

from collections.abc import Callable
from dataclasses import dataclass

from funding.calculation.financeblock import FinanceBlock
from funding.formats.docx import docx_file
from funding.formats.markdown import markdown
from funding.formats.model import Document
from funding.formats.pdf import pdf
from funding.formats.text import text
from funding.selectors import IN_FORCE, ProgrammeState


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its ending, its media type, what readers call it, and how it is written."""

    ending: str
    media_type: str
    label: str
    write: Callable[[Document], bytes]

    @property
    def charset(self) -> str | None:
        """The encoding of a text; a binary file has none."""
        return "utf-8" if self.media_type.startswith("text/") else None

    @property
    def content_type(self) -> str:
        """The media type, with the encoding of texts."""
        return f"{self.media_type}; charset={self.charset}" if self.charset else self.media_type


FORMATS = {
    one.ending: one
    for one in (
        Format("pdf", "application/pdf", "PDF (barrierefrei, PDF/UA)", pdf),
        Format(
            "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word (DOCX)", docx_file
        ),
        Format("txt", "text/plain", "Text", lambda document: text(document).encode()),
        Format("md", "text/markdown", "Markdown", lambda document: markdown(document).encode()),
    )
}


def file_name(block: FinanceBlock, ending: str, state: ProgrammeState) -> str:
    """Return what the file of a block is called; what is not the usual year, scenario or state stands in its name."""
    about = block.about
    parts = [about.paper_slug, "finanzielle-auswirkungen"]
    if about.year != state.budget_year:
        parts.append(str(about.year))
    if about.scenario != IN_FORCE:
        parts.append(about.scenario)
    if about.version is not None:
        parts.append(f"fassung-{about.version}")
    return f"{'-'.join(parts)}.{ending}"
