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
from funding.views.finance import require_block
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
    """Show how a figure came about; ``funding_module``, ``provider``, ``line`` or ``paper`` narrow it."""
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
    paper = request.GET.get("paper", "")
    return _of_paper(selection, key, paper) if paper else _of_year(request, selection, key)


def _of_paper(selection: Selection, key: str, paper: str) -> Found:
    """Return a figure that only the finance block of a paper has."""
    block = require_block(selection, paper)
    about = _("Vorlage %(number)s") % {"number": block.about.paper}
    return _pick(block.own_figures(), key, about, {"paper": paper})


def _of_year(request: HttpRequest, selection: Selection, key: str) -> Found:
    year = selection.figures
    module, provider, line = (request.GET.get(name, "") for name in ("funding_module", "provider", "line"))
    if line:
        for one in (some for part in year.modules for some in (*part.positions, *part.material)):
            if one.reference == line:
                return _pick(_of_line(one), key, one.title, {"line": line})
    elif provider:
        for part in year.providers:
            if part.provider.slug == provider:
                return _pick(part.figures, key, part.provider.name, {"provider": provider})
    elif module:
        for area in year.modules:
            if str(area.number) == module:
                about = _("Förderbaustein %(number)s, %(name)s") % {"number": area.number, "name": area.name}
                return _pick(area.figures, key, about, {"funding_module": module})
    else:
        top_up = {figure.key: figure for figure in year.top_up.values()}
        return _pick({**year.figures, **top_up}, key, "", {})
    raise Http404


def _of_line(line: LineFigures) -> dict[str, Figure]:
    return {"cost": line.cost, "full_cost": line.full_cost, "grant": line.grant, "shortfall": line.shortfall}


def _pick(figures: Mapping[str, Figure], key: str, about: str, place: dict[str, str]) -> Found:
    if key not in figures:
        raise Http404
    return Found(figure, in_words(*place, address), narrowing(address))
