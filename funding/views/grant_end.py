"""The end of the grant (Förderende): what hangs on it, until when it is safe, and which days must not be missed."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from funding.calculation.cliff import MATERIAL, POSITIONS, Cliff, GrantState, Lane, Stretch, YearRisk, beyond_the_term
from funding.deadlines import Entry, entries
from funding.files.calendar import CONTENT_TYPE, calendar_file
from funding.risk import CONTINUES, award_times, cliff_of
from funding.selection import Selection, can_edit, select
from funding.selectors import IN_FORCE, ProgrammeState
from kim import formatting
from kim.timeline import Band, Mark, Part, Span, Timeline, TimelineYear, build_timeline, year_in_words

STATES = {
    GrantState.SECURED: gettext_lazy("bewilligt"),
    GrantState.EXPECTED: gettext_lazy("erwartet"),
    GrantState.UNSECURED: gettext_lazy("ungesichert"),
}
PARTS = {POSITIONS: gettext_lazy("Stellen"), MATERIAL: gettext_lazy("Sachkosten")}


@dataclass(frozen=True, slots=True)
class RiskRow:
    """A year of the table; every amount with the address of its derivation."""

    risk: YearRisk
    urls: dict[str, str]


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """An entry with its number in the drawing (None: outside the plan) and whether its day is over."""

    entry: Entry
    number: int | None
    is_past: bool


@require_safe
def grant_end(request: HttpRequest, programme: str) -> HttpResponse:
    """Show the cliff on one time axis, as a table, and the deadlines."""
    selection = select(request, programme)
    state = selection.state
    found = cliff_of(state)
    today = timezone.localdate()
    # Deadlines are of today: a version has none, and says where they are.
    days = [] if selection.version is not None else _numbered(entries(state.slug), state, today)
    known = {one.slug for one in state.scenarios}
    context = {
        "programme": state,
        "selection": selection,
        "crumbs": [
            (_("Start"), reverse("start")),
            (state.short_name, selection.page_url("programme")),
            (_("Förderende"), ""),
        ],
        "sentences": sentences(selection),
        "timeline": timeline(state, found, days),
        "rows": [RiskRow(one, _urls(selection, one.year, has_scenario=CONTINUES in known)) for one in found.years],
        "lanes": [(_lane_label(lane), [_in_words(one) for one in lane.stretches]) for lane in found.lanes],
        "lanes_differ": found.lanes_differ,
        "without_period": [one for one in state.awards if one.period is None],
        "beyond_the_term": beyond_the_term(state.limited_until, award_times(state)),
        "deadlines": days,
        "today": today,
        "may_edit": can_edit(request, selection),
    }
    return render(request, "funding/grant_end.html", context)


@require_safe
def deadlines_file(request: HttpRequest, programme: str) -> HttpResponse:
    """Give the known days as a calendar file."""
    state = select(request, programme).state
    name = _("Fristen %(name)s") % {"name": state.short_name}
    url = request.build_absolute_uri(reverse("grant-end", args=[state.slug]))
    content = calendar_file(entries(state.slug), name=name, url=url)
    disposition = f'attachment; filename="fristen-{state.slug}.ics"'
    return HttpResponse(content, content_type=CONTENT_TYPE, headers={"Content-Disposition": disposition})


def sentences(selection: Selection) -> list[str]:
    """Say when the grant stops being safe, and what is lost then."""
    found = cliff_of(selection.state)
    lost = next((one for one in found.years if one.lost.amount > 0), None)
    end = selection.state.limited_until
    if lost is None or end is None:
        return [_("Nach geltendem Recht läuft die Förderung in allen Planungsjahren weiter.")]
    said = [
        _("Nach geltendem Recht endet die Förderung am %(end)s.") % {"end": formatting.date(end)},
        _(
            "%(year)s hängen daran %(positions)s Stellen (%(fte)s VZÄ) und %(lost)s Förderung: Zahlt das Land nicht "
            "weiter, trägt die Stadt %(full)s statt %(city)s."
        )
        % {
            "year": lost.year,
            "positions": formatting.number(lost.positions.amount),
            "fte": formatting.fte(lost.fte.amount),
            "lost": formatting.euro(lost.lost.amount),
            "full": formatting.euro(lost.full_cost.amount),
            "city": formatting.euro(lost.city_if_continued.amount),
        },
    ]
    # An amount never breaks before its sign.
    return [one.replace(" €", "\N{NO-BREAK SPACE}€") for one in said]


def timeline(state: ProgrammeState, found: Cliff, days: list[DeadlineRow]) -> Timeline:
    """Draw cost and state of the grant, awards and deadlines on one axis."""
    years = [_year(one) for one in found.years]
    bands = [Band(_("Stand der Förderung"), tuple(_span(one) for one in found.stretches))]
    if found.lanes_differ:
        bands += [Band(_lane_label(lane), tuple(_span(one) for one in lane.stretches)) for lane in found.lanes]
    for award in state.awards:
        if award.period is not None and award.period.end is not None:
            label = _("Bescheid vom %(day)s") % {"day": formatting.date(award.award_date)}
            text = _("bis %(day)s") % {"day": formatting.date(award.period.end)}
            span = Span(award.period.start, award.period.end, GrantState.SECURED.value, text)
            about = (
                "" if award.funding_module is None else _(", Baustein %(number)s") % {"number": award.funding_module}
            )
            bands.append(Band(f"{label}{about}", (span,)))
    marks = [Mark(one.entry.day, one.number) for one in days if one.number is not None and one.entry.day is not None]
    end = state.limited_until
    described = [year_in_words(one) for one in years]
    described += [
        _("%(band)s: %(spans)s.") % {"band": band.label, "spans": ", ".join(_span_in_words(one) for one in band.spans)}
        for band in bands
    ]
    return build_timeline(
        years,
        bands,
        marks,
        title=_("Kosten und Stand der Förderung %(first)s bis %(last)s")
        % {"first": state.first_year, "last": state.last_year},
        description=" ".join(described),
        legend=(
            ("city", state.municipality),
            *((kind.value, _("Förderung, %(state)s") % {"state": word}) for kind, word in STATES.items()),
        ),
        end=None if end is None else (end, _("Befristung %(day)s") % {"day": formatting.date(end)}),
        identifier="foerderende",
    )


def _year(risk: YearRisk) -> TimelineYear:
    return TimelineYear(
        risk.year,
        (
            Part("city", _("Stadt"), risk.city_if_continued.amount),
            Part(GrantState.SECURED.value, str(STATES[GrantState.SECURED]), risk.secured.amount),
            Part(GrantState.EXPECTED.value, str(STATES[GrantState.EXPECTED]), risk.expected.amount),
            Part(GrantState.UNSECURED.value, str(STATES[GrantState.UNSECURED]), risk.lost.amount),
        ),
    )


def _span(stretch: Stretch) -> Span:
    return Span(stretch.first, stretch.last, stretch.state.value, str(STATES[stretch.state]))


def _span_in_words(span: Span) -> str:
    return _("%(first)s bis %(last)s %(state)s") % {
        "first": formatting.date(span.first),
        "last": formatting.date(span.last),
        "state": span.label,
    }


def _in_words(stretch: Stretch) -> str:
    return _span_in_words(_span(stretch))


def _lane_label(lane: Lane) -> str:
    return _("Baustein %(number)s, %(part)s") % {"number": lane.module, "part": PARTS[lane.part]}


def _numbered(found: list[Entry], state: ProgrammeState, today: date) -> list[DeadlineRow]:
    """Give each day inside the plan a number: the drawing has no room for a sentence."""
    rows, number = [], 0
    for entry in found:
        is_drawn = entry.day is not None and entry.day.year in state.years
        number += is_drawn
        rows.append(DeadlineRow(entry, number if is_drawn else None, entry.is_past(today)))
    return rows


def _urls(selection: Selection, year: int, *, has_scenario: bool) -> dict[str, str]:
    """Return where each amount of a year is derived."""

    def of(key: str, scenario: str = IN_FORCE) -> str:
        return selection.derivation_url(key, year=year, scenario=scenario)

    return {
        "cost": of("expense"),
        "secured": of("grant_secured"),
        "expected": of("grant_expected"),
        "lost": of("grant_lost"),
        "continued": of("grant", CONTINUES) if has_scenario else of("grant_if_continued"),
        "city_if_continued": of("shortfall", CONTINUES) if has_scenario else of("city_if_continued"),
        "full_cost": of("full_cost"),
        "positions": of("positions_at_risk"),
        "fte": of("fte_at_risk"),
    }
