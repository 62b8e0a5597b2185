"""One position or one material line: what it is, what it costs each year, what funds it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from funding.models import FundedPosition, MaterialLine
from funding.selection import Selection, select
from funding.views import frozen
from funding.views.cost_basis import in_words, years_of
from funding.views.lines import occupancy
from kim import formatting
from kim.roles import may_edit
from staffing.models import Position, PositionBasisKind


@require_safe
def position(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Show a position with its yearly cost and what funds it."""
    selection = select(request, programme)
    if selection.version is not None:
        return frozen.position(request, selection, pk)
    found = get_object_or_404(
        Position.objects.filter(funded__grant_rule__funding_module__programme__slug=programme)
        .select_related("provider")
        .distinct(),
        pk=pk,
    )
    costs = {cost.fiscal_year: cost for cost in found.costs.all()}
    funded = FundedPosition.objects.filter(position=found).select_related("grant_rule__funding_module")
    until = formatting.date(found.planned_until) if found.planned_until is not None else _("unbefristet")
    facts = [
        (_("Nummer"), found.reference),
        (_("Träger"), f"{found.provider} ({found.provider.get_kind_display()})"),
        (_("Stellenanteil"), formatting.fte(found.fte)),
        (_("Geplant"), _("ab %(start)s, %(until)s") % {"start": formatting.date(found.planned_from), "until": until}),
        (_("Besetzung"), occupancy(found)),
    ]
    return render(
        request,
        "funding/position.html",
        {
            **_frame(request, selection, "positions", _("Stellen"), found.title),
            "position": found,
            "facts": facts,
            "funded": funded,
            "bases": [(one, in_words(one)) for one in found.bases.all()],
            "kinds": [
                (reverse("new-basis", args=[programme, found.pk, kind.value]), kind.label) for kind in PositionBasisKind
            ],
            "years": years_of(selection, found, costs),
        },
    )


@require_safe
def material_line(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Show a material line with its yearly cost and what funds it."""
    selection = select(request, programme)
    if selection.version is not None:
        return frozen.material_line(request, selection, pk)
    found = get_object_or_404(
        MaterialLine.objects.filter(funding_module__programme__slug=programme).select_related(
            "funding_module", "provider", "grant_rule__funding_module"
        ),
        pk=pk,
    )
    costs = {cost.fiscal_year: cost for cost in found.costs.all()}
    facts = [
        (_("Förderbaustein"), str(found.funding_module)),
        (_("Träger"), str(found.provider)),
        (_("Art"), found.get_kind_display()),
        (_("Beträge"), _("je Vollzeitstelle und Jahr") if found.per_fte else _("je Jahr")),
        (_("Förderregel"), str(found.grant_rule) if found.grant_rule is not None else _("wird nicht gefördert")),
    ]
    return render(
        request,
        "funding/material_line.html",
        {
            **_frame(request, selection, "material", _("Sachkosten"), found.name),
            "line": found,
            "facts": facts,
            "years": [
                {
                    "year": year,
                    "cost": costs.get(year),
                    "shortfall_url": selection.derivation_url("shortfall", year=year, line=f"material-{found.pk}"),
                    "edit_url": reverse("material-cost", args=[programme, found.pk, year]),
                }
                for year in selection.state.years
            ],
        },
    )


def _frame(request: HttpRequest, selection: Selection, route: str, label: str, title: str) -> dict[str, object]:
    return {
        "programme": selection.state,
        "selection": selection,
        "title": title,
        "may_edit": may_edit(request.user),
        "crumbs": [
            (_("Start"), reverse("start")),
            (selection.state.short_name, selection.page_url("programme")),
            (label, selection.page_url(route)),
            (title, ""),
        ],
    }
