"""Plan beside expectation: which grant cannot be drawn because positions are vacant, month by month."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from funding.calculation.occupancy import Occupancy, two_views
from funding.calculation.scenarios import apply_overrides
from funding.selection import filter_context, select_work
from funding.views.lines import occupancy as in_words
from kim.figures import Source, Status
from kim.years import MONTHS_OF_A_YEAR
from staffing.models import Position, StartPrecision

KEYS = ("expense", "grant", "shortfall")


@require_safe
def occupancy(request: HttpRequest, programme: str) -> HttpResponse:
    """Show both readings of a year side by side."""
    selection = select_work(request, programme)
    inputs = apply_overrides(selection.state.inputs, selection.scenario.overrides)
    places = Position.objects.filter(funded__grant_rule__funding_module__programme__slug=programme).distinct()
    filled = {place.reference: occupied(place) for place in places}
    words = {place.reference: in_words(place) for place in places}
    views = two_views(inputs, filled, selection.year)
    labels = {"expense": _("Gesamtkosten"), "grant": _("Förderung des Landes"), "shortfall": _("Mehrkosten der Stadt")}
    context = {
        "programme": selection.state,
        "selection": selection,
        "filter": filter_context(selection, reverse("occupancy", args=[programme])),
        "crumbs": [
            (_("Start"), reverse("start")),
            (selection.state.short_name, selection.page_url("programme")),
            (_("Besetzung"), ""),
        ],
        "lines": [
            (
                labels[key],
                selection.derivation_url(key),
                views.plan.figures[key].amount,
                views.expected.figures[key].amount,
            )
            for key in KEYS
        ],
        "undrawn": views.undrawn.amount,
        "months": [f"{month:02}" for month in range(1, MONTHS_OF_A_YEAR + 1)],
        "vacancies": [(one, words[one.reference]) for one in views.vacancies],
    }
    return render(request, "funding/occupancy.html", context)


def occupied(position: Position) -> Occupancy:
    """Return since when a position counts as filled: the latest day where only a range is known, to be careful."""
    since = position.filled_from
    if position.filled_from_precision == StartPrecision.RANGE and position.filled_from_latest is not None:
        since = position.filled_from_latest
    source = Source(
        _("Besetzung: %(when)s") % {"when": in_words(position)},
        Status.VERIFIED if position.filled_confirmed else Status.ASSUMED,
        row=f"staffing.Position#{position.pk}",
    )
    return Occupancy(since, source)
