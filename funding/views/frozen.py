"""Pages of a version whose live counterparts show rows of today: positions, material lines, conditions, papers.

Nothing here asks a table: what a version shows was frozen with it. What it does not have is not there (404).
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from funding.calculation.shortfall import LineFigures
from funding.frozen_rows import (
    FrozenPaper,
    FrozenPlace,
    frozen_awards,
    frozen_material,
    frozen_modules,
    frozen_papers,
    frozen_position,
    frozen_top_ups,
)
from funding.selection import Selection

Crumbs = list[tuple[str, str]]


def position(request: HttpRequest, selection: Selection, pk: int) -> HttpResponse:
    """Show a position as it was frozen."""
    return _place(request, selection, frozen_position(selection.state, pk), "positions", _("Stellen"))


def material_line(request: HttpRequest, selection: Selection, pk: int) -> HttpResponse:
    """Show a material line as it was frozen."""
    return _place(request, selection, frozen_material(selection.state, pk), "material", _("Sachkosten"))


def _place(
    request: HttpRequest, selection: Selection, found: FrozenPlace | None, route: str, label: str
) -> HttpResponse:
    if found is None:
        raise Http404(_("Das gibt es in dieser Fassung nicht."))
    years = []
    for year in selection.state.years:
        line = line_of(selection, year, found.reference)
        if line is not None:
            own = {"year": year, "line": found.reference}
            years.append(
                {
                    "year": year, "line": line,
                    **{key: selection.derivation_url(key, **own) for key in ("cost", "grant", "shortfall")},
                }
            )  # fmt: skip
    context = {
        **_frame(selection, (label, selection.page_url(route)), (found.title, "")),
        "place": found,
        "years": years,
    }
    return render(request, "funding/frozen_place.html", context)


def line_of(selection: Selection, year: int, reference: str) -> LineFigures | None:
    """Return the figures of a position or material line in a year; None where the plan does not have it."""
    for module in selection.of(year).modules:
        for line in (*module.positions, *module.material):
            if line.reference == reference:
                return line
    return None


def conditions(request: HttpRequest, selection: Selection) -> HttpResponse:
    """Show every amount of the grantor as it was frozen."""
    state = selection.state
    context = {
        **_frame(selection, (_("Förderung"), "")),
        "modules": frozen_modules(state),
        "awards": frozen_awards(state),
        "top_ups": frozen_top_ups(state),
    }
    return render(request, "funding/frozen_conditions.html", context)


def papers(request: HttpRequest, selection: Selection) -> HttpResponse:
    """List the papers there were."""
    context = {**_frame(selection, (_("Vorlagen"), "")), "papers": frozen_papers(selection.state)}
    return render(request, "funding/frozen_papers.html", context)


def require_paper(selection: Selection, slug: str) -> FrozenPaper:
    """Return a paper of the version; 404 for one that it does not have."""
    for one in frozen_papers(selection.state):
        if one.slug == slug:
            return one
    raise Http404(_("Diese Vorlage gibt es in dieser Fassung nicht."))


def _frame(selection: Selection, *more: tuple[str, str]) -> dict[str, object]:
    crumbs: Crumbs = [
        (_("Start"), reverse("start")), (selection.state.short_name, selection.page_url("programme")), *more,
    ]  # fmt: skip
    return {"programme": selection.state, "selection": selection, "crumbs": crumbs}
