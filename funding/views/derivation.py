"""The derivation (Rechenweg) of any figure: unfolded down to entry, parameter, source, office and date."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from funding.labels import label_of, note_of
from funding.selection import Selection, filter_context, select
from funding.views.finance import require_block
from funding.views.finding import find
from funding.views.questions import section
from funding.views.summary import bases
from kim import formatting
from kim.derivations import derivation as tree
from kim.figures import Figure


@require_safe
def derivation(request: HttpRequest, programme: str, key: str) -> HttpResponse:
    """Show how a figure came about; module, provider, line, rule, part or paper in the address narrow it."""
    selection = select(request, programme)
    paper = request.GET.get("paper", "")
    if paper:
        figure, about, place, asked = _of_paper(selection, key, paper)
    else:
        found = find(request, selection, key)
        figure, about, place, asked = found.figure, found.about, found.place, section(request, selection, found)
    context = {
        "programme": selection.state,
        "selection": selection,
        "filter": filter_context(selection, reverse("derivation", args=[selection.state.slug, key]), **place),
        "crumbs": [
            (_("Start"), reverse("start")),
            (selection.state.short_name, selection.page_url("programme")),
            (_("Rechenweg"), ""),
        ],
        "heading": label_of(figure),
        "about": about,
        "amount": formatting.quantity(figure.amount, figure.unit),
        "node": tree(figure, label_of, note_of),
        "bases": bases(figure),
        "key": key,
        **asked,
    }
    return render(request, "funding/derivation.html", context)


def _of_paper(selection: Selection, key: str, paper: str) -> tuple[Figure, str, dict[str, str], dict[str, object]]:
    """Return a figure that only the finance block of a paper has; questions are asked on the figures it rests on."""
    block = require_block(selection, paper)
    figures = block.own_figures()
    if key not in figures:
        raise Http404
    return figures[key], _("Vorlage %(number)s") % {"number": block.about.paper}, {"paper": paper}, {}
