"""Verbs of the council's chain of decisions: refuse first, then one atomic block.

The status of an item is never typed. It follows from what was decided on the item and from adopted items that amend
or repeal it, so undoing a decision brings back what was there before; the history keeps both.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.models import (
    Committee,
    CouncilPaper,
    ItemLink,
    ItemStatus,
    LinkKind,
    Meeting,
    Outcome,
    PaperItem,
    Programme,
    Resolution,
)
from funding.papers import IN_FORCE
from kim import formatting
from kim.errors import RuleError
from kim.figures import Status
from kim.models import User

FAILED = frozenset({ItemStatus.REJECTED, ItemStatus.WITHDRAWN})
# Of a paper whose items differ: the first that any of its items has.
_OF_SEVERAL = (
    ItemStatus.AMENDED,
    ItemStatus.REPEALED,
    ItemStatus.ADOPTED,
    ItemStatus.DRAFTED,
    ItemStatus.UNKNOWN,
    ItemStatus.REJECTED,
    ItemStatus.WITHDRAWN,
)
# What cannot be done to an item that the council has not adopted.
_TO_DO: Mapping[str, Promise] = {
    LinkKind.AMENDS: gettext_lazy("ändern"),
    LinkKind.EXTENDS: gettext_lazy("erweitern"),
    LinkKind.REPEALS: gettext_lazy("aufheben"),
}


@dataclass(frozen=True, slots=True)
class Station:
    """A meeting that a paper goes through; the committee by its name, because it may be new."""

    committee: str
    meeting_date: date
    role: str
    is_public: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where something is known from, and how far that carries."""

    source: str
    status: str = Status.VERIFIED.value
    note: str = ""


# --- Papers, meetings -------------------------------------------------------------------------------------------------


def record_paper(
    *, paper: CouncilPaper, items: Sequence[PaperItem] = (), stations: Sequence[Station] = ()
) -> CouncilPaper:
    """Save a new paper with its items and the meetings it goes through: all of it or nothing.

    Raises ``ValidationError`` with messages by field for a number that is taken, a date that does not exist and the
    like; nothing is saved then.
    """
    paper.slug = paper.slug or free_slug(paper)
    paper.full_clean()
    with transaction.atomic():
        paper.save()
        for item in items:
            item.paper = paper
            item.full_clean()
            item.save()
        for station in stations:
            add_station(paper=paper, station=station)
    return paper


def free_slug(paper: CouncilPaper) -> str:
    """Return the short name of a paper: its number, and the programme's name where another programme has it too."""
    wanted = paper.number.replace("/", "-")
    longest = CouncilPaper._meta.get_field("slug").max_length
    taken = CouncilPaper.objects.filter(slug=wanted).exclude(programme=paper.programme_id)
    return f"{wanted}-{paper.programme.slug}"[:longest] if taken.exists() else wanted[:longest]


def add_station(*, paper: CouncilPaper, station: Station) -> Meeting:
    """Let a paper go through a meeting; the committee is created if there is none of this name."""
    with transaction.atomic():
        committee = committee_of(paper.programme, station.committee)
        meeting = Meeting(
            paper=paper, committee=committee, meeting_date=station.meeting_date, role=station.role,
            is_public=station.is_public,
        )  # fmt: skip
        meeting.full_clean()
        meeting.save()
    return meeting


def committee_of(programme: Programme, name: str) -> Committee:
    """Return the committee of this name, a new one if there is none."""
    found = Committee.objects.filter(municipality=programme.municipality_id, name__iexact=name).first()
    if found is None:
        found = Committee(municipality_id=programme.municipality_id, name=name)
        found.full_clean()
        found.save()
    return found


# --- Decisions --------------------------------------------------------------------------------------------------------


def record_decision(
    *, items: Sequence[PaperItem], outcome: str, decided_on: date | None, evidence: Evidence, by: User | None
) -> list[Resolution]:
    """Record what was decided on items of a paper; adopting one lets its links act on the items they name.

    Raises:
        RuleError: something was decided already, an item would repeal what is not there to be repealed any more, or
            the day lies in the future or before the decision it changes. The sentence names the item and the day.

    """
    with transaction.atomic():
        locked = _locked(items)
        found = []
        for item in locked:
            _refuse_decided(item, outcome)
            _refuse_day(outcome, decided_on)
            links = list(item.links.select_related("target__paper", "target__resolution"))
            if outcome == Outcome.ADOPTED:
                for link in links:
                    _refuse_repealed(item, link.target)
                    _refuse_target(link.kind, link.target, decided_on)
            resolution = resolution_of(item) or Resolution(item=item)
            resolution.outcome, resolution.decided_on = outcome, decided_on
            resolution.source, resolution.source_status = evidence.source, evidence.status
            resolution.note, resolution.recorded_by = evidence.note, by
            resolution.full_clean()
            resolution.save()
            _settle([item, *(link.target for link in links)])
            found.append(resolution)
    return found


def undo_decision(*, item: PaperItem) -> None:
    """Take back a decision that was recorded by mistake; what it had changed is as before.

    Raises ``RuleError`` when nothing was decided, or when a later decision repealed the item.
    """
    with transaction.atomic():
        (locked,) = _locked([item])
        resolution = resolution_of(locked)
        if resolution is None:
            message = _("Über %(item)s ist nichts entschieden.") % {"item": name_of(locked)}
            raise RuleError(message, field="item")
        later = _repeal_of(locked)
        if later is not None:
            message = _(
                "%(item)s ist aufgehoben durch %(later)s. Bitte zuerst jenen Beschluss zurücknehmen."
            ) % {"item": name_of(locked), "later": _with_day(later.item)}  # fmt: skip
            raise RuleError(message, field="item")
        targets = [link.target for link in locked.links.select_related("target__paper")]
        resolution.delete()
        _settle([locked, *targets])


# --- Links ------------------------------------------------------------------------------------------------------------


def record_link(*, link: ItemLink, by: User | None) -> ItemLink:
    """Say that an item amends, extends or repeals another; of an adopted item it acts at once.

    Raises ``RuleError`` for a loop or a target that is not there to be changed, ``ValidationError`` for a second link
    between the two.
    """
    link.recorded_by = by
    with transaction.atomic():
        here = {item.pk: item for item in _locked([link.item, link.target])}
        link.item, link.target = item, target = here[link.item_id], here[link.target_id]
        known = ItemLink.objects.exclude(pk=link.pk).values_list("item_id", "target_id")
        if item.pk != target.pk and would_loop(item, target, known):
            message = _(
                "%(target)s baut selbst auf %(item)s auf. Eine Verbindung zurück würde einen Kreis schließen."
            ) % {"target": name_of(target), "item": name_of(item)}  # fmt: skip
            raise RuleError(message, field="target")
        _refuse_repealed(item, target)
        resolution = resolution_of(item)
        link.is_effective = resolution is not None and resolution.outcome == Outcome.ADOPTED
        if resolution is not None and link.is_effective:
            _refuse_target(link.kind, target, resolution.decided_on)
        link.full_clean()
        link.save()
        _settle([item, target])
    return link


def remove_link(*, link: ItemLink) -> None:
    """Take a link away; its target is as if it had never been there."""
    with transaction.atomic():
        item, target = link.item, link.target
        link.delete()
        _settle([item, target])


def remove_item(*, item: PaperItem) -> None:
    """Take away an item that was entered by mistake; raises ``RuleError`` for one that something rests on."""
    if resolution_of(item) is not None:
        message = _("Über %(item)s ist schon entschieden. Bitte zuerst den Beschluss zurücknehmen.") % {
            "item": name_of(item)
        }
        raise RuleError(message, field="item")
    first = item.linked_by.select_related("item__paper").first()
    if first is not None:
        message = _("%(item)s lässt sich nicht löschen: %(other)s verweist darauf.") % {
            "item": name_of(item), "other": name_of(first.item),
        }  # fmt: skip
        raise RuleError(message, field="item")
    with transaction.atomic():
        paper = item.paper
        targets = [link.target for link in item.links.select_related("target__paper")]
        item.delete()
        _settle(targets)
        _settle_paper(paper)


def _refuse_repealed(item: PaperItem, target: PaperItem) -> None:
    """Raise ``RuleError`` where ``target`` is gone already, by another item than ``item``."""
    repeal = _repeal_of(target)
    if repeal is not None and repeal.item_id != item.pk:
        message = _("%(target)s ist schon aufgehoben, durch %(by)s.") % {
            "target": name_of(target), "by": _with_day(repeal.item),
        }  # fmt: skip
        raise RuleError(message, field="target", repealed_by=repeal.item_id)


def _refuse_target(kind: str, target: PaperItem, decided_on: date | None) -> None:
    """Raise ``RuleError`` where ``target`` is not there to be changed by a decision of ``decided_on``."""
    is_there = target.status in IN_FORCE | {ItemStatus.REPEALED}
    if target.status in FAILED or (kind == LinkKind.REPEALS and not is_there):
        message = _("%(target)s ist nicht beschlossen (Stand: %(status)s); daran lässt sich nichts %(what)s.") % {
            "target": name_of(target), "status": target.get_status_display(), "what": _TO_DO[kind],
        }  # fmt: skip
        raise RuleError(message, field="target")
    before = resolution_of(target)
    first = None if before is None else before.decided_on
    if first is not None and decided_on is not None and decided_on < first:
        message = _("%(target)s wurde erst am %(day)s beschlossen, nach dem %(decided)s.") % {
            "target": name_of(target), "day": formatting.date(first), "decided": formatting.date(decided_on),
        }  # fmt: skip
        raise RuleError(message, field="decided_on")


def _locked(items: Iterable[PaperItem]) -> list[PaperItem]:
    """Return the items as the database has them now, and keep others from deciding on them meanwhile."""
    wanted = sorted({item.pk for item in items})
    # The resolution is read afterwards: PostgreSQL locks no row that may be missing.
    list(PaperItem.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    return list(
        PaperItem.objects.filter(pk__in=wanted).select_related("paper", "resolution").order_by("paper", "number")
    )


def _refuse_decided(item: PaperItem, outcome: str) -> None:
    """Refuse what is decided already; only an unknown outcome may become known."""
    known = resolution_of(item)
    if known is None or (known.outcome == Outcome.UNKNOWN and outcome != Outcome.UNKNOWN):
        return
    message = _("Über %(item)s ist schon entschieden. War das ein Versehen, bitte zuerst zurücknehmen.") % {
        "item": _with_day(item)
    }
    raise RuleError(message, field="outcome")


def _refuse_day(outcome: str, decided_on: date | None) -> None:
    if decided_on is not None and decided_on > timezone.localdate():
        message = _("Der %(day)s liegt in der Zukunft. Erfasst wird, was entschieden ist.") % {
            "day": formatting.date(decided_on)
        }
        raise RuleError(message, field="decided_on")
    if decided_on is None and outcome in {Outcome.ADOPTED, Outcome.REJECTED}:
        raise RuleError(_("Bitte den Tag angeben, an dem der Rat entschieden hat."), field="decided_on")


def _repeal_of(item: PaperItem) -> ItemLink | None:
    """Return the link that repeals an item, if one is in force."""
    return (
        ItemLink.objects.filter(target=item, kind=LinkKind.REPEALS, is_effective=True)
        .select_related("item__paper", "item__resolution")
        .first()
    )


def _with_day(item: PaperItem) -> str:
    resolution = resolution_of(item)
    if resolution is None:
        return name_of(item)
    outcome = resolution.get_outcome_display()
    if resolution.decided_on is None:
        return _("%(item)s (%(outcome)s)") % {"item": name_of(item), "outcome": outcome}
    return _("%(item)s (%(outcome)s am %(day)s)") % {
        "item": name_of(item), "outcome": outcome, "day": formatting.date(resolution.decided_on),
    }  # fmt: skip


def _settle(items: Iterable[PaperItem]) -> None:
    """Let status of items and papers, and what links act, follow from the decisions."""
    papers: dict[int, CouncilPaper] = {}
    for item in items:
        resolution = Resolution.objects.filter(item=item).first()
        adopted = resolution is not None and resolution.outcome == Outcome.ADOPTED
        for link in item.links.exclude(is_effective=adopted):
            link.is_effective = adopted
            link.save(update_fields=["is_effective"])
        papers[item.paper_id] = item.paper
    for item in items:
        status = _status_of(item)
        if PaperItem.objects.filter(pk=item.pk).exclude(status=status).update(status=status):
            item.status = status
    for paper in papers.values():
        _settle_paper(paper)


def _status_of(item: PaperItem) -> ItemStatus:
    resolution = Resolution.objects.filter(item=item).first()
    if resolution is None:
        return ItemStatus.DRAFTED
    if resolution.outcome != Outcome.ADOPTED:
        return ItemStatus(resolution.outcome)
    acting = set(item.linked_by.filter(is_effective=True).values_list("kind", flat=True))
    if LinkKind.REPEALS in acting:
        return ItemStatus.REPEALED
    return ItemStatus.AMENDED if LinkKind.AMENDS in acting else ItemStatus.ADOPTED


def _settle_paper(paper: CouncilPaper) -> None:
    statuses = set(paper.items.order_by().values_list("status", flat=True))
    status = next((one for one in _OF_SEVERAL if one in statuses), ItemStatus.DRAFTED)
    if status == ItemStatus.REPEALED and len(statuses) > 1:
        # What is left of the paper holds.
        status = ItemStatus.AMENDED
    if CouncilPaper.objects.filter(pk=paper.pk).exclude(status=status).update(status=status):
        paper.status = status


# --- What rows say ----------------------------------------------------------------------------------------------------


def resolution_of(item: PaperItem) -> Resolution | None:
    """Return what was decided on an item, None before anything was."""
    found: Resolution | None = getattr(item, "resolution", None)
    return found


def name_of(item: PaperItem) -> str:
    """Return what an item is called in a sentence: ``Beschlusspunkt 1 von Vorlage 2021/1121``."""
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
