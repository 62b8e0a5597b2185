"""The derivation (Rechenweg) of any figure: unfolded down to entry, parameter, source, office and date."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from funding.addresses import address_in, figure_of, in_words, narrowing
from funding.labels import label_of, note_of
from funding.selection import Selection, filter_context, select
from funding.views.summary import bases
from kim import formatting
from kim.derivations import derivation as tree
from kim.figures import Figure


@dataclass(frozen=True, slots=True)
class Found:
    """A figure, what it is about beside year and scenario, and the parameters that say so in the address."""

    figure: Figure
    about: str
    place: dict[str, str]


@require_safe
def derivation(request: HttpRequest, programme: str, key: str) -> HttpResponse:
    """Show how a figure came about; ``funding_module``, ``provider``, ``line``, ``rule`` and ``part`` narrow it."""
    selection = select(request, programme)
    found = find(request, selection, key)
    figure = found.figure
    context = {
        "programme": selection.state,
        "selection": selection,
        "filter": filter_context(selection, reverse("derivation", args=[selection.state.slug, key]), **found.place),
        "crumbs": [
            (_("Start"), reverse("start")),
            (selection.state.short_name, selection.page_url("programme")),
            (_("Rechenweg"), ""),
        ],
        "heading": label_of(figure),
        "about": found.about,
        "amount": formatting.quantity(figure.amount, figure.unit),
        "node": tree(figure, label_of, note_of),
        "bases": bases(figure),
        "key": key,
    }
    return render(request, "funding/derivation.html", context)


def find(request: HttpRequest, selection: Selection, key: str) -> Found:
    """Return the figure that the address names; 404 for one that does not exist in this year and scenario."""
    address = address_in(request.GET, key)
    place = (selection.state, selection.year, selection.scenario.slug)
    figure = None if address is None else figure_of(*place, address)
    if address is None or figure is None:
        raise Http404
    return Found(figure, in_words(*place, address), narrowing(address))
