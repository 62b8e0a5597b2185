"""A document as PDF/UA-1: tagged, titled, German, A4, the same bytes each time.

The texts go in as JSON data beside a fixed template; nothing in them is ever read as markup. Only the fonts that come
with typst are used, so a server without any writes the same file.
"""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import typst

from funding.formats.model import Document, Fields, Grid, Heading, Items, Paragraph, Tick, unbroken

TEMPLATE = Path(__file__).parent / "document.typ"
STANDARD: Literal["ua-1"] = "ua-1"
# What the fonts have a picture for: PDF/UA refuses a file with a sign that nobody could see. The rest is replaced.
UNSEEN = re.compile(
    "[^ -~\u00a0-\u024f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f\u1e00-\u1eff\u2010-\u2027"
    "\u2030-\u2037\u2039\u203a\u20ac\u2190-\u2193\u2212\u2260\u2264\u2265\u2610-\u2612\ufffd]"
)


def pdf(document: Document) -> bytes:
    """Return the file. Takes some ten milliseconds."""
    data = {
        "title": _seen(document.title),
        "subject": _seen(document.subject),
        "publisher": _seen(document.publisher),
        "day": [document.day.year, document.day.month, document.day.day],
        "blocks": [_block(block) for block in document.blocks],
    }
    return typst.compile(
        _template(),
        sys_inputs={"document": json.dumps(data, ensure_ascii=True)},
        pdf_standards=[STANDARD],
        ignore_system_fonts=True,
    )


@lru_cache(maxsize=1)
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def _seen(text: str) -> str:
    return UNSEEN.sub("\N{REPLACEMENT CHARACTER}", unbroken(text))


def _block(block: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": block.kind}
    if isinstance(block, Heading):
        return {**data, "level": block.level, "text": _seen(block.line)}
    if isinstance(block, Paragraph):
        return {**data, "text": _seen(block.text), "tone": block.tone.value}
    if isinstance(block, Tick):
        return {**data, "text": _seen(block.line)}
    if isinstance(block, Fields):
        return {**data, "items": [{"label": _seen(one.label), "value": _seen(one.full)} for one in block.items]}
    if isinstance(block, Items):
        return {**data, "lines": [_seen(line) for line in block.lines]}
    return {**data, **_grid(block)}


def _grid(grid: Grid) -> dict[str, Any]:
    return {
        "caption": _seen(grid.caption),
        "head": [_seen(one) for one in grid.head],
        "rows": [[_seen(cell.full) for cell in row] for row in grid.rows],
        "numbers": list(grid.numbers),
        "heads_rows": grid.heads_rows,
        "strong": sorted(grid.strong),
    }
