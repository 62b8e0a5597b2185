"""Since your last meeting: what changed between two sittings of a committee, for its members."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from funding.cause_words import sentences
from funding.comparing import Pair, pair_of
from funding.resolved import CommitteeSittings, committees_of, seen, versions_of
from funding.selection import Selection, select
from funding.states import NOW
from funding.views.beside import years_beside
from funding.views.comparison import TOTAL, cause_rows, cells, moved_rows
from kim import formatting
from kim.errors import RuleError

COMMITTEE, EARLIER, LATER = "gremium", "vorige", "sitzung"
DIGITS_OF_A_COMMITTEE = 9


@dataclass(frozen=True, slots=True)
class Span:
    """A committee and the two sittings that are compared; the later one may be today."""

    committee: CommitteeSittings
    earlier: date
    later: date | None

    @property
    def later_text(self) -> str:
        """The later sitting in words."""
        return _("heute") if self.later is None else formatting.date(self.later)


@require_safe
def since_meeting(request: HttpRequest, programme: str) -> HttpResponse:
    """Show what changed between two sittings of a committee."""
    selection = select(request, programme)
    state = selection.state
    committees = committees_of(programme)
    context: dict[str, object] = {
        "programme": state, "selection": selection, "committees": committees,
        "years": state.years, "year": selection.year,
        "action": reverse("since-meeting", args=[programme]),
        "crumbs": [
            (_("Start"), reverse("start")), (state.short_name, selection.page_url("programme")),
            (_("Seit der letzten Sitzung"), ""),
        ],
    }  # fmt: skip
    if not committees:
        return render(request, "funding/since_meeting.html", context)
    today = timezone.localdate()
    span = _span(request, committees, today)
    versions = versions_of(programme)
    before = seen(programme, span.committee, span.earlier, today, versions)
    after = seen(programme, span.committee, span.later, today, versions)
    context |= {
        "span": span,
        "chosen_earlier": span.earlier.isoformat(),
        "chosen_later": NOW if span.later is None else span.later.isoformat(),
        "days": [(one.day.isoformat(), _sitting(one.day, one.papers)) for one in span.committee.sittings],
        "before": before,
        "after": after,
        "papers": _papers_between(span),
        "history_url": _history_url(selection, span),
    }
    if before.named is None or after.named is None:
        context |= {"nothing_kept": before.why if before.named is None else after.why}
        return render(request, "funding/since_meeting.html", context)
    slug = selection.scenario.slug
    pair = pair_of(before.named, after.named, (slug, slug), request.GET.get("year", ""))
    context |= {"pair": pair, "years": pair.years, "year": pair.year, **_changes(pair)}
    return render(request, "funding/since_meeting.html", context)


def _changes(pair: Pair) -> dict[str, object]:
    """Return what changed between the sides; nothing where they are the same rows."""
    if pair.is_same:
        return {}
    found = pair.causes
    return {
        "sentences": sentences(found),
        "causes": cause_rows(pair, found, only=True),
        "total": cells(pair, TOTAL, found.totals),
        "moved": moved_rows(pair, found),
        "beside": years_beside(pair.before, pair.after),
    }


def _span(request: HttpRequest, committees: Sequence[CommitteeSittings], today: date) -> Span:
    """Read committee and sittings: the last one that is over, and the next one or today, unless the address says else.

    Raises ``RuleError`` for a committee or a sitting that does not exist, and for two in the wrong order.
    """
    committee = _committee(request.GET.get(COMMITTEE, ""), committees)
    days = [one.day for one in committee.sittings]
    over = [day for day in days if day < today]
    earlier_text, later_text = request.GET.get(EARLIER, ""), request.GET.get(LATER, "")
    later = _day(later_text, days, LATER)
    if not later_text:
        later = next((day for day in days if day >= today), None)
    earlier = _day(earlier_text, days, EARLIER) or (over[-1] if over else days[0])
    if later is not None and later <= earlier and not earlier_text and not later_text:
        # Only one sitting, and it is still to come: nothing lies before it.
        later = None
    if later is not None and later <= earlier:
        message = _("Die Sitzung vom %(earlier)s liegt nicht vor der vom %(later)s. Bitte die frühere zuerst wählen.")
        raise RuleError(message % {"earlier": formatting.date(earlier), "later": formatting.date(later)}, field=EARLIER)
    return Span(committee, earlier, later)


def _committee(text: str, committees: Sequence[CommitteeSittings]) -> CommitteeSittings:
    if not text:
        # Who met last asks first.
        return max(committees, key=lambda one: (one.sittings[-1].day, one.name))
    if text.isascii() and text.isdigit() and len(text) <= DIGITS_OF_A_COMMITTEE:
        for one in committees:
            if one.pk == int(text):
                return one
    message = _("Dieses Gremium hatte keine Vorlage des Programms auf seiner Tagesordnung.")
    raise RuleError(message, field=COMMITTEE, value=text[:20])


def _day(text: str, days: Sequence[date], field: str) -> date | None:
    if not text or (text == NOW and field == LATER):
        return None
    for day in days:
        if day.isoformat() == text:
            return day
    message = _("Am „%(day)s“ hatte das Gremium keine Vorlage des Programms auf seiner Tagesordnung.") % {
        "day": text[:20]
    }
    raise RuleError(message, field=field, value=text[:20])


def _sitting(day: date, papers: Sequence[str]) -> str:
    return _("%(day)s (Vorlage %(papers)s)") % {"day": formatting.date(day), "papers": ", ".join(papers)}


def _papers_between(span: Span) -> list[str]:
    """Return what was on the agenda after the earlier sitting, up to the later one."""
    return [
        _sitting(one.day, one.papers)
        for one in span.committee.sittings
        if span.earlier < one.day and (span.later is None or one.day <= span.later)
    ]


def _history_url(selection: Selection, span: Span) -> str:
    until = {} if span.later is None else {"until": formatting.date(span.later)}
    return selection.page_url("history-report", since=formatting.date(span.earlier), **until)
