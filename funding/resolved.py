"""What the council has resolved, and what a committee has seen: which frozen version or day stands for it.

As resolved counts the newest version whose paper was adopted; without one, the newest version there is. What a meeting
saw is, in this order: today for a meeting of today or later; the version frozen for a paper on its agenda that day; the
state at the end of that day, where the database knows one; the newest version frozen for a paper on an earlier agenda
of the committee. A correction is a newer version of the same paper, so it takes the place of what it corrects.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from funding.models import Meeting
from funding.models.council import ItemStatus
from funding.papers import PaperFacts
from funding.states import NOW, NamedState, named_state, version_ref
from funding.versions import VersionRow, row_of, state_of_row, version_rows
from kim import formatting
from kim.errors import PeriodError

# An amended paper was adopted as well; a repealed one holds no more.
ADOPTED = frozenset({ItemStatus.ADOPTED.value, ItemStatus.AMENDED.value})


@dataclass(frozen=True, slots=True)
class Resolved:
    """The version that counts as resolved; ``is_adopted`` is false where no paper of any version was adopted."""

    row: VersionRow
    is_adopted: bool

    @property
    def named(self) -> NamedState:
        """The state it froze; raises ``FigureError`` for a text that cannot be read any more."""
        return NamedState(version_ref(self.row.number), str(self.row), state_of_row(self.row))


def versions_of(programme: str) -> list[VersionRow]:
    """Return the versions of a programme, newest first. One statement."""
    return [row_of(one) for one in version_rows(programme)]


def resolved(versions: Sequence[VersionRow], papers: Iterable[PaperFacts]) -> Resolved | None:
    """Return what counts as resolved of ``versions``, newest first; None without any."""
    adopted = {one.number for one in papers if one.status in ADOPTED}
    for one in versions:
        if one.paper_number in adopted:
            return Resolved(one, is_adopted=True)
    return Resolved(versions[0], is_adopted=False) if versions else None


@dataclass(frozen=True, slots=True)
class Sitting:
    """A day on which a committee had papers of the programme on its agenda."""

    day: date
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommitteeSittings:
    """A committee with all its sittings, earliest first."""

    pk: int
    name: str
    sittings: tuple[Sitting, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """The state that stands for a sitting, and why it is this one (empty for the state of today).

    Without a state ``why`` says that nothing of that time was kept.
    """

    named: NamedState | None
    why: str


def committees_of(programme: str) -> list[CommitteeSittings]:
    """Return the committees that had a paper of the programme on their agenda, by name. One statement."""
    rows = (
        Meeting.objects.filter(paper__programme__slug=programme)
        .order_by("committee__name", "committee_id", "meeting_date", "paper__number")
        .values_list("committee_id", "committee__name", "meeting_date", "paper__number")
    )
    found: dict[tuple[int, str], dict[date, list[str]]] = {}
    for pk, name, day, number in rows:
        found.setdefault((pk, name), {}).setdefault(day, []).append(number)
    return [
        CommitteeSittings(pk, name, tuple(Sitting(day, tuple(numbers)) for day, numbers in days.items()))
        for (pk, name), days in found.items()
    ]


def seen(
    programme: str, committee: CommitteeSittings, day: date | None, today: date, versions: Sequence[VersionRow]
) -> Seen:
    """Return the state that stands for the sitting of ``day`` (None: for today), see above.

    ``versions`` newest first.
    """
    if day is None or day >= today:
        return Seen(named_state(programme, NOW), "")
    on_agenda = _newest(versions, [one for one in committee.sittings if one.day == day])
    if on_agenda is not None:
        return Seen(on_agenda, _("festgeschrieben für eine Vorlage auf der Tagesordnung dieses Tages"))
    try:
        return Seen(named_state(programme, day.isoformat()), _("der Stand am Ende dieses Tages"))
    except PeriodError:
        earlier = _newest(versions, [one for one in committee.sittings if one.day < day])
        if earlier is not None:
            return Seen(earlier, _("die letzte Fassung, deren Vorlage bis dahin auf der Tagesordnung stand"))
    sentence = _(
        "Für die Sitzung vom %(day)s ist kein Stand festgehalten: das Programm wird hier erst seit einem späteren Tag "
        "geführt, und für keine Vorlage ihrer Tagesordnung ist eine Fassung festgeschrieben."
    )
    return Seen(None, sentence % {"day": formatting.date(day)})


def _newest(versions: Sequence[VersionRow], sittings: Iterable[Sitting]) -> NamedState | None:
    numbers = {number for one in sittings for number in one.papers}
    for one in versions:
        if one.paper_number in numbers:
            return NamedState(version_ref(one.number), str(one), state_of_row(one))
    return None
