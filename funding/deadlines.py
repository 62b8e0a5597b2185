"""The days that count for a programme: deadlines as entered, and the ends that its own rows already say."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from funding.history import event_model
from funding.models import Deadline, DeadlineKind, GrantAward, Programme
from kim import formatting
from kim.figures import Status

# Who made an entry of a calendar; part of what makes its number unlike any other.
PRODUCT = "foerderhaushalt"


@dataclass(frozen=True, slots=True)
class Entry:
    """A day (None: not known) with what it is about, its source, and the row it comes from.

    ``pk`` is the number of the deadline, None where award or programme say the day themselves; ``uid`` never changes,
    so that a calendar updates the entry instead of doubling it; ``changed_at`` is when the row last changed.
    """

    uid: str
    kind: str
    label: str
    day: date | None
    text: str
    source: str
    status: str
    note: str
    changed_at: datetime
    pk: int | None = None

    def is_past(self, today: date) -> bool:
        """Whether the day is over."""
        return self.day is not None and self.day < today


def entries(slug: str) -> list[Entry]:
    """Return every day of a programme in order, unknown ones last. Four statements.

    The end of the programme and of each award stand in rows of their own; whoever enters one of them once more as a
    deadline sees it once.
    """
    programme = Programme.objects.select_related("municipality").get(slug=slug)
    place = f"{programme.slug}.{programme.municipality.slug}@{PRODUCT}"
    found = [
        Entry(
            uid=f"deadline-{one.pk}.{place}",
            kind=one.kind,
            label=one.get_kind_display(),
            day=one.day,
            text=one.text,
            source=one.source,
            status=one.source_status,
            note=one.note,
            changed_at=one.recorded_at,
            pk=one.pk,
        )
        for one in Deadline.objects.filter(programme=programme)
    ]
    entered = {(one.kind, one.day) for one in found}
    ends = [*_award_ends(programme, place), *_programme_end(programme, place)]
    found += [one for one in ends if (one.kind, one.day) not in entered]
    return sorted(found, key=lambda one: (one.day is None, one.day or date.max, one.kind, one.text))


def _award_ends(programme: Programme, place: str) -> list[Entry]:
    awards = GrantAward.objects.filter(programme=programme, is_superseded=False, period_end__isnull=False)
    return [
        Entry(
            uid=f"award-{award.pk}.{place}",
            kind=DeadlineKind.AWARD_END.value,
            label=str(DeadlineKind.AWARD_END.label),
            day=award.period_end,
            text=_award_in_words(award),
            source=award.source,
            status=award.source_status,
            note=award.note,
            changed_at=award.recorded_at,
        )
        for award in awards.select_related("funding_module").order_by("award_date", "pk")
    ]


def _award_in_words(award: GrantAward) -> str:
    of = _("ganzes Programm") if award.funding_module is None else str(award.funding_module)
    return _("Bewilligung durch Bescheid vom %(day)s (%(of)s)") % {"day": formatting.date(award.award_date), "of": of}


def _programme_end(programme: Programme, place: str) -> list[Entry]:
    if programme.limited_until is None:
        return []
    changed = event_model(Programme).objects.filter(pgh_obj_id=programme.pk).aggregate(at=Max("pgh_created_at"))
    return [
        Entry(
            uid=f"programme-end.{place}",
            kind=DeadlineKind.PROGRAMME_END.value,
            label=str(DeadlineKind.PROGRAMME_END.label),
            day=programme.limited_until,
            text=_("Befristung des Programms %(name)s") % {"name": programme.short_name},
            source=programme.limited_until_source,
            status=Status.VERIFIED.value,
            note="",
            changed_at=changed["at"],
        )
    ]
