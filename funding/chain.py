"""The council's chain of decisions, to read: papers by date, what their items do to each other, which mandates hold."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.models import ItemKind, ItemStatus, LinkKind
from funding.papers import IN_FORCE, OPEN, CouncilFacts, ItemFacts, LinkFacts, PaperFacts
from kim import formatting

# The mandates of the founding paper: money beside the grant, and money in its place.
MANDATES = (ItemKind.TOP_UP, ItemKind.FULL_COST)

Words = Mapping[LinkKind, Promise]
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
_DONE: Words = {
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
    """A link as one of its two ends shows it: in words, to which item of which paper, and how far it has come."""

    link: LinkFacts
    paper: PaperFacts
    item: ItemFacts
    words: str
    state: str


@dataclass(frozen=True, slots=True)
class ItemInChain:
    """An item with its paper, what it does to others, what others do to it, and how that is said.

    ``kind`` is empty where there is nothing to say about it.
    """

    item: ItemFacts
    paper: PaperFacts
    does: tuple[Relation, ...]
    undergoes: tuple[Relation, ...]
    is_in_force: bool
    kind: str
    status: str
    decided: str
    until: str


@dataclass(frozen=True, slots=True)
class PaperInChain:
    """A paper with its items and the motions to amend it."""

    paper: PaperFacts
    day: str
    items: tuple[ItemInChain, ...]
    amendment_to: PaperFacts | None
    amendments: tuple[PaperFacts, ...]

    @property
    def is_open(self) -> bool:
        """Whether anything of it can still be decided."""
        return any(one.item.status in OPEN for one in self.items)

    @property
    def is_decided(self) -> bool:
        """Whether anybody knows of a decision on it."""
        return any(one.item.decision is not None and one.item.status not in OPEN for one in self.items)


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


def chain_of(council: CouncilFacts, today: date) -> Chain:
    """Return the chain as it stands on ``today``."""
    papers = {paper.slug: paper for paper in council.papers}
    known = {item.pk: item for item in council.items}
    does: dict[int, list[LinkFacts]] = defaultdict(list)
    undergoes: dict[int, list[LinkFacts]] = defaultdict(list)
    for link in council.links:
        if link.target in known:
            does[link.item].append(link)
            undergoes[link.target].append(link)

    def relation(link: LinkFacts, end: int, words: tuple[Words, Words, Words]) -> Relation:
        done, would, failed = words
        source, other = known[link.item], known[end]
        chosen = done if link.is_effective else would if source.status in OPEN else failed
        return Relation(link, papers[other.paper], other, str(chosen[link.kind]), _state(link, source))

    items: dict[str, list[ItemInChain]] = defaultdict(list)
    for item in council.items:
        items[item.paper].append(
            ItemInChain(
                item, papers[item.paper],
                tuple(relation(link, link.target, (_DOES, _WOULD, _WOULD_HAVE)) for link in does[item.pk]),
                tuple(relation(link, link.item, (_DONE, _WOULD_BE, _WOULD_HAVE_BEEN)) for link in undergoes[item.pk]),
                holds(item, today), "" if item.kind == ItemKind.OTHER else str(ItemKind(item.kind).label),
                str(ItemStatus(item.status).label),
                decided_in_words(item),
                _("ohne Enddatum") if item.holds_until is None else formatting.date(item.holds_until),
            )
        )  # fmt: skip
    found = tuple(
        PaperInChain(
            paper,
            day_in_words(paper.paper_date, is_day_known=paper.is_day_known),
            tuple(items[paper.slug]),
            papers.get(paper.amendment_to or ""),
            tuple(one for one in council.papers if one.amendment_to == paper.slug),
        )
        for paper in council.papers
    )
    return Chain(found, _mandates([item for paper in found for item in paper.items]))


def holds(item: ItemFacts, today: date) -> bool:
    """Whether the council's decision on ``item`` holds on ``today``."""
    decision = item.decision
    return (
        item.status in IN_FORCE
        and decision is not None
        and (decision.decided_on is None or decision.decided_on <= today)
        and (item.holds_until is None or today <= item.holds_until)
    )


def _mandates(items: Sequence[ItemInChain]) -> tuple[Mandate, ...]:
    """Return the mandates; top-up and full-cost fallback are separate, each on all items that speak of it."""
    found = []
    for kind in MANDATES:
        own = tuple(one for one in items if one.item.kind == kind)
        holding = [one for one in own if one.is_in_force]
        found.append(Mandate(kind.value, str(kind.label), bool(holding), _in_words(own, holding), own))
    return tuple(found)


def _in_words(items: Sequence[ItemInChain], holding: Sequence[ItemInChain]) -> str:
    if not items:
        return _("nicht beantragt")
    if holding:
        return _("gilt; ein Entwurf würde es aufheben") if any(map(_is_threatened, holding)) else _("gilt")
    statuses = {one.item.status for one in items}
    if ItemStatus.REPEALED in statuses:
        return _("aufgehoben")
    return _("gilt nicht mehr") if statuses & IN_FORCE else items[-1].status


def _is_threatened(one: ItemInChain) -> bool:
    return any(
        relation.link.kind == LinkKind.REPEALS and not relation.link.is_effective and relation.item.status in OPEN
        for relation in one.undergoes
    )


def _state(link: LinkFacts, source: ItemFacts) -> str:
    """Say how far the item behind a link has come."""
    if link.is_effective:
        day = None if source.decision is None else source.decision.decided_on
        return _("beschlossen") if day is None else _("beschlossen am %(day)s") % {"day": formatting.date(day)}
    if source.status == ItemStatus.UNKNOWN:
        return _("Entwurf, Ausgang nicht bekannt")
    return _("Entwurf") if source.status == ItemStatus.DRAFTED else str(ItemStatus(source.status).label)


def decided_in_words(item: ItemFacts) -> str:
    """Say when an item was decided, or that nobody has recorded it or knows it."""
    if item.decision is None:
        return _("noch nicht entschieden")
    day = item.decision.decided_on
    return _("Tag nicht bekannt") if day is None else formatting.date(day)


def day_in_words(day: date, *, is_day_known: bool) -> str:
    """Return the date of a paper as exactly as it is known: ``04.11.2021`` or ``2024 (Tag nicht bekannt)``."""
    return formatting.date(day) if is_day_known else _("%(year)s (Tag nicht bekannt)") % {"year": day.year}
