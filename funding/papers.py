"""Council papers, their items and links as facts out of a snapshot: what pages show without asking the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from funding.models import DatePrecision, ItemStatus, LinkKind, PaperKind
from kim.figures import Status

IN_FORCE = frozenset({ItemStatus.ADOPTED, ItemStatus.AMENDED})
OPEN = frozenset({ItemStatus.DRAFTED, ItemStatus.UNKNOWN})


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """A council paper or motion; where only its year is known, its date is 1 January and means no more."""

    number: str
    slug: str
    title: str
    paper_date: date
    status: str
    kind: str = PaperKind.PAPER
    is_day_known: bool = True
    originator: str = ""
    file_reference: str = ""
    url: str = ""
    note: str = ""
    amendment_to: str | None = None

    @property
    def name(self) -> str:
        """Kind and number: ``Vorlage 2021/1121``."""
        return f"{PaperKind(self.kind).label} {self.number}"

    @property
    def status_label(self) -> str:
        """How far it has come, in words."""
        return str(ItemStatus(self.status).label)


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """What was decided on an item, when, and where that is known from."""

    outcome: str
    decided_on: date | None
    source: str
    source_status: str
    note: str


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """An item of a paper."""

    pk: int
    paper: str
    number: int
    kind: str
    text: str
    is_verbatim: bool
    holds_until: date | None
    status: str
    decision: DecisionFacts | None


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """What an item does to another; both by their numbers in the database."""

    pk: int
    item: int
    kind: LinkKind
    target: int
    is_effective: bool
    source: str
    source_status: str
    note: str

    @property
    def is_assumption(self) -> bool:
        """Whether the public record leaves it open."""
        return Status(self.source_status).is_assumption


@dataclass(frozen=True, slots=True)
class CouncilFacts:
    """All papers of a programme by date, their items, and the links between them."""

    papers: tuple[PaperFacts, ...]
    items: tuple[ItemFacts, ...]
    links: tuple[LinkFacts, ...]


def council_of(data: Mapping[str, Any]) -> CouncilFacts:
    """Return the papers that a snapshot holds; one taken before there were links has none."""
    return CouncilFacts(
        tuple(_paper(row) for row in data["papers"]),
        tuple(_item(row) for row in data.get("items", ())),
        tuple(
            LinkFacts(
                row["id"], row["item"], LinkKind(row["kind"]), row["target"], row["is_effective"], row["source"],
                row["status"], row["note"],
            )
            for row in data.get("links", ())
        ),
    )  # fmt: skip


def _paper(row: Mapping[str, Any]) -> PaperFacts:
    return PaperFacts(
        row["number"], row["slug"], row["title"], date.fromisoformat(row["paper_date"]), row["status"],
        row.get("kind", PaperKind.PAPER), row.get("date_precision", DatePrecision.DAY) == DatePrecision.DAY,
        row.get("originator", ""), row.get("file_reference", ""), row.get("url", ""), row.get("note", ""),
        row.get("amendment_to"),
    )  # fmt: skip


def _item(row: Mapping[str, Any]) -> ItemFacts:
    decision = None
    if row["outcome"] is not None:
        decision = DecisionFacts(
            row["outcome"], _day(row["decided_on"]), row["source"], row["source_status"], row["decision_note"]
        )
    return ItemFacts(
        row["id"], row["paper"], row["number"], row["kind"], row["text"], row["is_verbatim"],
        _day(row["holds_until"]), row["status"], decision,
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
