"""A document as plain text that fits 80 columns: for mails, terminals, and forms that take nothing else."""

from collections.abc import Iterator, Sequence
from textwrap import wrap as wrap_at_blanks

from funding.formats.model import Document, Fields, Grid, Heading, Items, Paragraph, Tick, unbroken

WIDTH = 80
LABEL = 34
GAP = 2
NARROWEST = 8


def text(document: Document) -> str:
    """Return the document; lines end with LF, the last one too."""
    lines = [*wrap(document.title, WIDTH), "=" * min(len(document.title), WIDTH), *wrap(document.subject, WIDTH), ""]
    for block in document.blocks:
        if isinstance(block, Heading):
            found = wrap(block.line, WIDTH)
            underline = ["-" * max(map(len, found))] if block.level == 2 else []  # noqa: PLR2004 - below the title
            lines += ["", *found, *underline]
        elif isinstance(block, Paragraph):
            lines += ["", *wrap(block.text, WIDTH)]
        elif isinstance(block, Tick):
            lines += wrap(block.line, WIDTH, subsequent_indent="  ")
        elif isinstance(block, Fields):
            lines += [line for item in block.items for line in _field(item.label, item.full)]
        elif isinstance(block, Grid):
            lines += ["", *wrap(block.caption, WIDTH), *_grid(block)]
        elif isinstance(block, Items):
            lines += [line for one in block.lines for line in _wrapped(one, WIDTH, "- ", "  ")]
    # Blanks that held a line together have done their work.
    return "\n".join(line.rstrip() for line in lines).replace("\N{NO-BREAK SPACE}", " ") + "\n"


def wrap(line: str, width: int, *, initial_indent: str = "", subsequent_indent: str = "") -> list[str]:
    """Break a line at blanks, but never before the sign of an amount."""
    return wrap_at_blanks(unbroken(line), width, initial_indent=initial_indent, subsequent_indent=subsequent_indent)


def _wrapped(line: str, width: int, first: str = "", later: str = "") -> list[str]:
    return wrap(line, width, initial_indent=first, subsequent_indent=later) or [""]


def _field(label: str, value: str) -> list[str]:
    """Write a blank: its words at the left, what stands there at the right, both wrapped."""
    left = _wrapped(f"{label}:", LABEL)
    right = _wrapped(value, WIDTH - LABEL - GAP)
    # The value begins beside the last line of its words.
    indent = " " * (LABEL + GAP)
    lines = [*left[:-1], f"{left[-1]:<{LABEL + GAP}}{right[0]}"]
    return [*lines, *(f"{indent}{line}" for line in right[1:])]


def _grid(grid: Grid) -> Iterator[str]:
    rows: list[Sequence[str]] = [grid.head, *([cell.full for cell in row] for row in grid.rows)]
    widths = _widths(rows)
    rule = (" " * GAP).join("-" * width for width in widths)
    yield rule
    for number, row in enumerate(rows):
        cells = [_wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
        for line in range(max(map(len, cells))):
            parts = [
                _aligned(cell[line] if line < len(cell) else "", width, is_number=is_number)
                for cell, width, is_number in zip(cells, widths, grid.numbers, strict=True)
            ]
            yield (" " * GAP).join(parts)
        if not number:
            yield rule
    yield rule


def _aligned(part: str, width: int, *, is_number: bool) -> str:
    return f"{part:>{width}}" if is_number else f"{part:<{width}}"


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the width of each column: as wide as its longest cell, the widest narrowed until all fit."""
    widths = [max(len(cell) for cell in column) or 1 for column in zip(*rows, strict=True)]
    room = WIDTH - GAP * (len(widths) - 1)
    while sum(widths) > room:
        widest = widths.index(max(widths))
        if widths[widest] <= NARROWEST:
            break
        widths[widest] -= 1
    return widths
