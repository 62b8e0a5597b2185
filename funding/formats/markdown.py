"""A document as Markdown (CommonMark with tables): true headings and tables, every text escaped."""

import re
from collections.abc import Iterator, Sequence

from funding.formats.model import Document, Fields, Grid, Heading, Items, Paragraph, Tick, Tone

# Signs that mean something to a reader of Markdown or HTML wherever they stand.
SIGNS = re.compile(r"([\\`*_\[\]<>|~&])")
# What begins a list, a heading or a quotation, at the start of a line only.
START = re.compile(r"^([#+=>-]|[0-9]{1,9}(?=[.)]))")


def markdown(document: Document) -> str:
    """Return the document."""
    parts = [f"# {escaped(document.title)}", escaped(document.subject)]
    for block in document.blocks:
        if isinstance(block, Heading):
            parts.append(f"{'#' * block.level} {escaped(block.line)}")
        elif isinstance(block, Paragraph):
            said = at_start(block.text)
            parts.append(f"> {said}" if block.tone is Tone.WARNING else said)
        elif isinstance(block, Tick):
            parts.append(at_start(block.line))
        elif isinstance(block, Fields):
            parts.append("\n".join(f"- **{escaped(item.label)}:** {escaped(item.full)}" for item in block.items))
        elif isinstance(block, Grid):
            parts += [f"**{escaped(block.caption)}**", "\n".join(_grid(block))]
        elif isinstance(block, Items):
            parts.append("\n".join(f"- {at_start(line)}" for line in block.lines))
    return "\n\n".join(parts).replace("\N{NO-BREAK SPACE}", " ") + "\n"


def escaped(text: str) -> str:
    """Return a text that means nothing but itself."""
    return SIGNS.sub(r"\\\1", text)


def at_start(text: str) -> str:
    """Return a text that means nothing but itself, also at the start of a line."""
    return START.sub(_masked, escaped(text))


def _masked(match: re.Match[str]) -> str:
    return f"{match[1]}\\" if match[1].isdigit() else f"\\{match[1]}"


def _grid(grid: Grid) -> Iterator[str]:
    yield _row(grid.head)
    yield _row(["---:" if is_number else "---" for is_number in grid.numbers], is_rule=True)
    for number, row in enumerate(grid.rows):
        cells = [escaped(cell.full) for cell in row]
        yield _row([f"**{cell}**" if cell and number in grid.strong else cell for cell in cells], is_rule=True)


def _row(cells: Sequence[str], *, is_rule: bool = False) -> str:
    return f"| {' | '.join(cells if is_rule else map(escaped, cells))} |"
