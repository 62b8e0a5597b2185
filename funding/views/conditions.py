"""What the state pays and under which conditions: lump sums and caps by date, awards, the city's top-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from funding.calculation.grants import award_difference
from funding.models import FundingModule, GrantAward, Programme, TopUp
from funding.selection import select
from funding.views import frozen
from kim.roles import may_edit

if TYPE_CHECKING:
    from decimal import Decimal

    from django.http import HttpRequest, HttpResponse

    from funding.selectors import ProgrammeState


@require_safe
def conditions(request: HttpRequest, programme: str) -> HttpResponse:
    """Show every amount of the grantor with validity, source and status."""
    selection = select(request, programme)
    if selection.version is not None:
        return frozen.conditions(request, selection)
    row = Programme.objects.get(slug=programme)
    return render(
        request,
        "funding/conditions.html",
        {
            "programme": selection.state,
            "selection": selection,
            "row": row,
            "modules": FundingModule.objects.filter(programme=row).prefetch_related("grant_rules__lump_sums", "caps"),
            "awards": [
                (award, *_beside_the_rule(selection.state, award))
                for award in GrantAward.objects.filter(programme=row).select_related("funding_module", "amends")
            ],
            "top_ups": TopUp.objects.filter(programme=row),
            "may_edit": may_edit(request.user),
            "crumbs": [
                (_("Start"), reverse("start")),
                (selection.state.short_name, selection.page_url("programme")),
                (_("Förderung"), ""),
            ],
        },
    )


def _beside_the_rule(state: ProgrammeState, award: GrantAward) -> tuple[Decimal | None, Decimal | None]:
    """Return what the rule gives for an award's module and year, and the difference; None where nothing is replaced."""
    start, module = award.period_start, award.funding_module
    if award.amount is None or award.is_superseded or start is None or module is None or start.year not in state.years:
        return None, None
    found = next(one.figures for one in state.figures(start.year).modules if one.number == module.number)
    grant = found[f"grant_for_{award.covers}"]
    difference = award_difference(grant)
    return (None, None) if difference is None else (grant.inputs[1].amount, difference.amount)
