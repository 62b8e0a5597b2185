"""A document before it is a file: headings, paragraphs, ticks, blanks with their values, tables, lists.

Every format is written from this model, so all of them say the same. It holds texts only: amounts were formatted where
the document was put together, and nothing in a format adds up.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

UNKNOWN = "nicht bekannt"


class Mark(StrEnum):
    """The box of a tick; what is not known looks like no and says in words that it is not."""

    YES = "\N{BALLOT BOX WITH X}"
    NO = "\N{BALLOT BOX}"


class Tone(StrEnum):
    """How loud a paragraph is."""

    PLAIN = "plain"
    MUTED = "muted"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Tick:
    """A box with its words: yes, no, or not known."""

    kind: ClassVar[str] = "tick"
    text: str
    state: bool | None

    @property
    def mark(self) -> str:
        """The box."""
        return (Mark.YES if self.state else Mark.NO).value

    @property
    def line(self) -> str:
        """The box, its words, and that nobody knows where nobody does."""
        return f"{self.mark} {self.text}" + (f" ({UNKNOWN})" if self.state is None else "")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 2 or 3 (the title is level 1); with a ``tick`` its box stands before it."""

    kind: ClassVar[str] = "heading"
    level: int
    text: str
    tick: Tick | None = None

    @property
    def line(self) -> str:
        """The heading in one line."""
        return self.text if self.tick is None else self.tick.line


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    kind: ClassVar[str] = "paragraph"
    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Field:
    """A blank of a form: its words, what stands there, what has to be said beside it, and where its amount leads.

    ``before`` and ``after`` stand in the same blank as the amount and lead nowhere.
    """

    label: str
    value: str
    note: str = ""
    url: str = ""
    is_assumption: bool = False
    before: str = ""
    after: str = ""

    @property
    def full(self) -> str:
        """Everything that stands there, in one line."""
        value = marked(self.value, is_assumption=self.is_assumption)
        parts = (self.before, value, self.after, f"({self.note})" if self.note else "")
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Fields:
    """Blanks one below the other."""

    kind: ClassVar[str] = "fields"
    items: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; ``url`` is where its amount leads."""

    text: str
    url: str = ""
    is_assumption: bool = False

    @property
    def full(self) -> str:
        """The text with its mark."""
        return marked(self.text, is_assumption=self.is_assumption)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a caption and a row of headings; ``numbers`` says which columns are aligned to the right.

    With ``heads_rows`` the first cell of each row is its heading; ``strong`` names rows that are results.
    """

    kind: ClassVar[str] = "grid"
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: tuple[bool, ...]
    heads_rows: bool = False
    strong: frozenset[int] = frozenset()

    @property
    def columns(self) -> tuple[tuple[str, bool], ...]:
        """Each heading, and whether its column holds numbers."""
        return tuple(zip(self.head, self.numbers, strict=True))

    @property
    def lines(self) -> tuple[tuple[bool, tuple[tuple[Cell, bool, bool], ...]], ...]:
        """Each row: whether it is a result, and its cells with whether they are numbers or head the row."""
        return tuple(
            (
                number in self.strong,
                tuple(
                    (cell, is_number, self.heads_rows and not place)
                    for place, (cell, is_number) in enumerate(zip(row, self.numbers, strict=True))
                ),
            )
            for number, row in enumerate(self.rows)
        )


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    kind: ClassVar[str] = "items"
    lines: tuple[str, ...]


Block = Heading | Paragraph | Tick | Fields | Grid | Items


@dataclass(frozen=True, slots=True)
class Document:
    """A document: what it is called and about, whose it is, of which day, and what it says."""

    title: str
    subject: str
    publisher: str
    day: date
    blocks: tuple[Block, ...]


def marked(text: str, *, is_assumption: bool) -> str:
    """Return a text with the mark of what rests on an assumption."""
    return f"{text}\N{NO-BREAK SPACE}*" if is_assumption else text


def clean(text: str) -> str:
    """Return a text in one line that every format can hold.

    What cannot be seen (control characters, marks that turn the direction of reading) is replaced, accents are put
    together with their letters.
    """
    shown = "".join(" " if one.isspace() else one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
    return unicodedata.normalize("NFC", shown).strip()


def unbroken(text: str) -> str:
    """Return a text whose amounts never break before their sign, for formats that break lines themselves."""
    return text.replace(" €", "\N{NO-BREAK SPACE}€").replace(" %", "\N{NO-BREAK SPACE}%")


def texts_of(blocks: Sequence[Block]) -> list[str]:
    """Return every text of the blocks in reading order."""
    found: list[str] = []
    for block in blocks:
        if isinstance(block, Heading | Tick):
            found.append(block.line)
        elif isinstance(block, Paragraph):
            found.append(block.text)
        elif isinstance(block, Fields):
            found += [text for item in block.items for text in (item.label, item.full)]
        elif isinstance(block, Grid):
            found += [block.caption, *block.head, *(cell.full for row in block.rows for cell in row)]
        else:
            found += block.lines
    return found
