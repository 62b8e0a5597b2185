"""What the state pays and under which conditions: lump sums and caps by date, awards, the city's top-up."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from funding.models import FundingModule, GrantAward, Programme, TopUp
from funding.selection import select
from kim.roles import may_edit


@require_safe
def conditions(request: HttpRequest, programme: str) -> HttpResponse:
    """Show every amount of the grantor with validity, source and status."""
    selection = select(request, programme)
    row = Programme.objects.get(slug=programme)
    return render(
        request,
        "funding/conditions.html",
        {
            "programme": selection.state,
            "selection": selection,
            "row": row,
            "modules": FundingModule.objects.filter(programme=row).prefetch_related("grant_rules__lump_sums", "caps"),
            "awards": GrantAward.objects.filter(programme=row).select_related("funding_module", "amends"),
            "top_ups": TopUp.objects.filter(programme=row),
            "may_edit": may_edit(request.user),
            "crumbs": [
                (_("Start"), reverse("start")),
                (selection.state.short_name, selection.page_url("programme")),
                (_("Förderung"), ""),
            ],
        },
    )
