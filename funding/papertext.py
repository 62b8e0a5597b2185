"""The published wording of a council paper, read from the little markup of ``funding/data/vorlage_*.md``.

``##`` and ``###`` are headings, ``|`` tables (their caption in a comment before them), ``1.`` numbered items; the
lines of any other block stand below each other, as in the form of the paper.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from django.utils.text import slugify

PAPER_2021_1121 = Path(__file__).parent / "data" / "vorlage_2021_1121.md"

_HEADINGS = {"## ": "heading", "### ": "subheading"}


class BlockKind(StrEnum):
    """What a block of the text is."""

    HEADING = "heading"
    SUBHEADING = "subheading"
    TABLE = "table"
    ITEMS = "items"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a table with its rows (the first is the head), numbered items, or lines of text."""

    kind: BlockKind
    text: str = ""
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def anchor(self) -> str:
        """The part of the address that leads to a heading."""
        return anchor_of(self.text)


def anchor_of(heading: str) -> str:
    """Return the anchor of a heading of the paper."""
    return f"wortlaut-{slugify(heading)}"


@lru_cache(maxsize=4)
def wording(file: Path = PAPER_2021_1121) -> tuple[Block, ...]:
    """Return the paper block by block, every word as published; read once per process."""
    blocks = file.read_text(encoding="utf-8").strip().split("\n\n")
    return tuple(_block(block.splitlines()) for block in blocks)


def _block(lines: list[str]) -> Block:
    first = lines[0]
    for sign, kind in _HEADINGS.items():
        if first.startswith(sign):
            return Block(BlockKind(kind), text=first.removeprefix(sign))
    if first.startswith("<!--"):
        caption = first.removeprefix("<!--").removesuffix("-->").strip()
        # The second line of a table only draws the rule below its head.
        cells = [_cells(line) for index, line in enumerate(lines[1:]) if index != 1]
        return Block(BlockKind.TABLE, text=caption, rows=tuple(cells))
    if first.startswith("1. "):
        return Block(BlockKind.ITEMS, lines=tuple(line.partition(". ")[2] for line in lines))
    return Block(BlockKind.TEXT, lines=tuple(lines))


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip("|").split("|"))
