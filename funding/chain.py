"""The council's chain of decisions, to read: papers by date, what their items do to each other, which mandates hold.

A chain costs the same number of statements however many papers it has.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.models import CouncilPaper, ItemKind, ItemLink, ItemStatus, LinkKind, Meeting, PaperItem, Resolution
from kim import formatting
from kim.figures import Status

# The mandates of the founding paper: money beside the grant, and money in its place.
MANDATES = (ItemKind.TOP_UP, ItemKind.FULL_COST)
IN_FORCE = frozenset({ItemStatus.ADOPTED, ItemStatus.AMENDED})
FAILED = frozenset({ItemStatus.REJECTED, ItemStatus.WITHDRAWN})

Words = Mapping[str, str | Promise]
_DOES: Words = {
    LinkKind.AMENDS: gettext_lazy("ändert"),
    LinkKind.EXTENDS: gettext_lazy("erweitert"),
    LinkKind.REPEALS: gettext_lazy("hebt auf"),
}
_WOULD: Words = {
    LinkKind.AMENDS: gettext_lazy("würde ändern"),
    LinkKind.EXTENDS: gettext_lazy("würde erweitern"),
    LinkKind.REPEALS: gettext_lazy("würde aufheben"),
}
_WOULD_HAVE: Words = {
    LinkKind.AMENDS: gettext_lazy("hätte geändert"),
    LinkKind.EXTENDS: gettext_lazy("hätte erweitert"),
    LinkKind.REPEALS: gettext_lazy("hätte aufgehoben"),
}
_IS_DONE: Words = {
    LinkKind.AMENDS: gettext_lazy("geändert durch"),
    LinkKind.EXTENDS: gettext_lazy("erweitert durch"),
    LinkKind.REPEALS: gettext_lazy("aufgehoben durch"),
}
_WOULD_BE: Words = {
    LinkKind.AMENDS: gettext_lazy("würde geändert durch"),
    LinkKind.EXTENDS: gettext_lazy("würde erweitert durch"),
    LinkKind.REPEALS: gettext_lazy("würde aufgehoben durch"),
}
_WOULD_HAVE_BEEN: Words = {
    LinkKind.AMENDS: gettext_lazy("wäre geändert worden durch"),
    LinkKind.EXTENDS: gettext_lazy("wäre erweitert worden durch"),
    LinkKind.REPEALS: gettext_lazy("wäre aufgehoben worden durch"),
}


@dataclass(frozen=True, slots=True)
class Relation:
    """A link as one of its two ends shows it: in words, to which item, and how far it has come."""

    link: ItemLink
    other: PaperItem
    words: str
    state: str
    is_assumption: bool


@dataclass(frozen=True, slots=True)
class ItemInChain:
    """An item with what was decided on it, what it does to others, and what others do to it."""

    item: PaperItem
    resolution: Resolution | None
    does: tuple[Relation, ...]
    undergoes: tuple[Relation, ...]
    is_in_force: bool
    decided: str
    until: str


@dataclass(frozen=True, slots=True)
class PaperInChain:
    """A paper with its items and its motions."""

    paper: CouncilPaper
    day: str
    items: tuple[ItemInChain, ...]

    @property
    def is_open(self) -> bool:
        """Whether anything of it can still be decided."""
        return any(one.item.status in {ItemStatus.DRAFTED, ItemStatus.UNKNOWN} for one in self.items)

    @property
    def is_decided(self) -> bool:
        """Whether anything of it was decided."""
        return any(one.resolution is not None for one in self.items)


@dataclass(frozen=True, slots=True)
class Mandate:
    """What the council has charged the administration with, over all papers; each kind has a status of its own."""

    kind: str
    label: str
    is_in_force: bool
    words: str
    items: tuple[ItemInChain, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """All papers of a programme, oldest first, and the mandates that follow from them."""

    papers: tuple[PaperInChain, ...]
    mandates: tuple[Mandate, ...]

    def by_slug(self, slug: str) -> PaperInChain | None:
        """Return a paper of this chain, None for one that is not in it."""
        return next((one for one in self.papers if one.paper.slug == slug), None)


def read_chain(programme: str, today: date) -> Chain:
    """Return the chain of a programme as it stands on ``today``. Seven statements."""
    meetings = Prefetch("meetings", Meeting.objects.select_related("committee").order_by("meeting_date", "pk"))
    papers = list(
        CouncilPaper.objects.filter(programme__slug=programme)
        .select_related("amendment_to")
        .prefetch_related("amendments", meetings)
        .order_by("paper_date", "number", "pk")
    )
    items = read_items(programme, today)
    of_paper: dict[int, list[ItemInChain]] = defaultdict(list)
    for one in items:
        of_paper[one.item.paper_id].append(one)
    return Chain(
        tuple(PaperInChain(paper, day_of(paper), tuple(of_paper[paper.pk])) for paper in papers), mandates_of(items)
    )


def read_mandates(programme: str, today: date) -> tuple[Mandate, ...]:
    """Return what the council has charged the administration with, as it stands on ``today``. Two statements."""
    return mandates_of(read_items(programme, today))


def read_items(programme: str, today: date) -> list[ItemInChain]:
    """Return every item of a programme's papers by date of the paper. Two statements."""
    items = list(
        PaperItem.objects.filter(paper__programme__slug=programme)
        .select_related("paper", "resolution")
        .order_by("paper__paper_date", "paper__number", "number", "pk")
    )
    known = {item.pk: item for item in items}
    does: dict[int, list[ItemLink]] = defaultdict(list)
    undergoes: dict[int, list[ItemLink]] = defaultdict(list)
    for link in ItemLink.objects.filter(item__in=known).order_by("pk"):
        if link.target_id in known:
            link.item, link.target = known[link.item_id], known[link.target_id]
            does[link.item_id].append(link)
            undergoes[link.target_id].append(link)
    return [
        ItemInChain(
            item,
            resolution_of(item),
            tuple(_relation(link, link.target, (_DOES, _WOULD, _WOULD_HAVE)) for link in does[item.pk]),
            tuple(_relation(link, link.item, (_IS_DONE, _WOULD_BE, _WOULD_HAVE_BEEN)) for link in undergoes[item.pk]),
            holds(item, today),
            decided_in_words(item),
            until_in_words(item),
        )
        for item in items
    ]


def holds(item: PaperItem, today: date) -> bool:
    """Whether the council's decision on ``item`` holds on ``today``."""
    resolution = resolution_of(item)
    return (
        item.status in IN_FORCE
        and resolution is not None
        and (resolution.decided_on is None or resolution.decided_on <= today)
        and (item.holds_until is None or today <= item.holds_until)
    )


def mandates_of(items: Sequence[ItemInChain]) -> tuple[Mandate, ...]:
    """Return the mandates; top-up and full-cost fallback are separate, each on all items that speak of it."""
    found = []
    for kind in MANDATES:
        own = tuple(one for one in items if one.item.kind == kind)
        is_in_force = any(one.is_in_force for one in own)
        found.append(Mandate(kind.value, str(kind.label), is_in_force, _mandate_in_words(own, is_in_force), own))
    return tuple(found)


def _mandate_in_words(items: Sequence[ItemInChain], is_in_force: bool) -> str:  # noqa: FBT001 - says what it is
    if not items:
        return _("nicht beantragt")
    if is_in_force:
        pending = any(_is_pending_repeal(relation) for one in items for relation in one.undergoes if one.is_in_force)
        return _("gilt; ein Entwurf würde das aufheben") if pending else _("gilt")
    statuses = {one.item.status for one in items}
    if ItemStatus.REPEALED in statuses:
        return _("aufgehoben")
    if statuses & IN_FORCE:
        return _("abgelaufen")
    return str(items[-1].item.get_status_display())


def _is_pending_repeal(relation: Relation) -> bool:
    return relation.link.kind == LinkKind.REPEALS and relation.link.item.status in {
        ItemStatus.DRAFTED,
        ItemStatus.UNKNOWN,
    }


def _relation(link: ItemLink, other: PaperItem, words: tuple[Words, Words, Words]) -> Relation:
    done, would, failed = words
    status = link.item.status
    chosen = done if link.is_effective else failed if status in FAILED else would
    return Relation(
        link, other, str(chosen[link.kind]), _state_in_words(link), Status(link.source_status).is_assumption
    )


def _state_in_words(link: ItemLink) -> str:
    status = link.item.status
    if link.is_effective:
        resolution = resolution_of(link.item)
        if resolution is not None and resolution.decided_on is not None:
            return _("beschlossen am %(day)s") % {"day": formatting.date(resolution.decided_on)}
        return _("beschlossen")
    if status == ItemStatus.UNKNOWN:
        return _("Entwurf, Ausgang nicht bekannt")
    return _("Entwurf") if status == ItemStatus.DRAFTED else str(link.item.get_status_display())


def resolution_of(item: PaperItem) -> Resolution | None:
    """Return what was decided on an item, None before anything was."""
    found: Resolution | None = getattr(item, "resolution", None)
    return found


def decided_in_words(item: PaperItem) -> str:
    """Say when an item was decided, or that nobody has recorded it or knows it."""
    resolution = resolution_of(item)
    if resolution is None:
        return _("noch nicht entschieden")
    return _("Tag nicht bekannt") if resolution.decided_on is None else formatting.date(resolution.decided_on)


def until_in_words(item: PaperItem) -> str:
    """Say until when an item means to hold."""
    return _("ohne Enddatum") if item.holds_until is None else formatting.date(item.holds_until)


def day_of(paper: CouncilPaper) -> str:
    """Return the date of a paper as exactly as it is known: ``04.11.2021`` or ``2024 (Tag nicht bekannt)``."""
    return day_in_words(paper.paper_date, is_day_known=paper.is_day_known)


def day_in_words(day: date, *, is_day_known: bool) -> str:
    """Return a date as exactly as it is known."""
    return formatting.date(day) if is_day_known else _("%(year)s (Tag nicht bekannt)") % {"year": day.year}


def name_of(item: PaperItem) -> str:
    """Return what an item is called in a sentence: ``Beschlusspunkt 1 der Vorlage 2021/1121``."""
    return _("Beschlusspunkt %(number)s von %(paper)s") % {"number": item.number, "paper": item.paper.name}


def would_loop(item: PaperItem, target: PaperItem, links: Iterable[tuple[int, int]]) -> bool:
    """Whether a link from ``item`` to ``target`` closes a loop with ``links`` (numbers of item and target)."""
    onward: dict[int, list[int]] = defaultdict(list)
    for start, end in links:
        onward[start].append(end)
    reached, waiting = set[int](), [target.pk]
    while waiting:
        here = waiting.pop()
        if here == item.pk:
            return True
        if here not in reached:
            reached.add(here)
            waiting += onward[here]
    return False
