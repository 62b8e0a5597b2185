"""Positions and material lines of a programme, with what each costs, brings and leaves in a year."""

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from funding.calculation.shortfall import LineFigures
from funding.frozen_rows import numbers_of_positions, shares_of_positions
from funding.selection import Selection, can_edit, filter_context, select
from funding.tables import LineRow, MaterialTable, PositionTable
from kim import formatting
from staffing.models import Position, StartPrecision


@require_safe
def positions(request: HttpRequest, programme: str) -> HttpResponse:
    """Show the positions as a sortable table."""
    selection = select(request, programme)
    places = _places(selection)
    rows = []
    for module in selection.figures.modules:
        for line in module.positions:
            place = places.get(line.reference)
            rows.append(
                LineRow(
                    line.reference,
                    line.title,
                    selection.page_url("position", place.number) if place is not None else "",
                    module.number,
                    line.provider.name,
                    {"line": line.reference},
                    _declared(line),
                    line.grant.amount,
                    line.shortfall.amount,
                    fte=place.fte if place is not None else None,
                    occupancy=place.occupancy if place is not None else "",
                )
            )
    figures = selection.figures.figures
    table = PositionTable(
        rows,
        selection=selection,
        caption=_("Stellen, Haushaltsjahr %(year)s, in Euro") % {"year": selection.year},
        totals={
            "title": _("Summe"),
            "cost": figures["position_cost"].amount,
            "grant": figures["grant_for_positions"].amount,
        },
    ).configure(request)
    has_basis = any(one.position.pay for module in selection.state.inputs.modules for one in module.funded)
    return render(
        request, "funding/positions.html", _context(request, selection, "positions", table=table, has_basis=has_basis)
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """What the table says of a position beside its figures: its number in the address, its share, since when filled."""

    number: int
    fte: Decimal
    occupancy: str


def _places(selection: Selection) -> dict[str, _Place]:
    """Return the positions of the year by reference; of a version as they were frozen, without a live row."""
    if selection.version is not None:
        numbers, shares = numbers_of_positions(selection.state), shares_of_positions(selection.state)
        return {one: _Place(numbers[one], shares[one], formatting.ABSENT) for one in numbers}
    references = [line.reference for module in selection.figures.modules for line in module.positions]
    found = Position.objects.filter(reference__in=references)
    return {one.reference: _Place(one.pk, one.fte, occupancy(one)) for one in found}


@require_safe
def material(request: HttpRequest, programme: str) -> HttpResponse:
    """Show the material lines as a sortable table."""
    selection = select(request, programme)
    rows = [
        LineRow(
            line.reference,
            line.title,
            selection.page_url("material-line", line.reference.removeprefix("material-")),
            module.number,
            line.provider.name,
            {"line": line.reference},
            _declared(line),
            line.grant.amount,
            line.shortfall.amount,
        )
        for module in selection.figures.modules
        for line in module.material
    ]
    table = MaterialTable(
        rows,
        selection=selection,
        caption=_("Sachkosten, Haushaltsjahr %(year)s, in Euro") % {"year": selection.year},
    ).configure(request)
    return render(request, "funding/material.html", _context(request, selection, "material", table=table))


def occupancy(position: Position) -> str:
    """Say since when a position is or will be filled, as exactly as it is known."""
    start, latest = position.filled_from, position.filled_from_latest
    if start is None:
        return _("nicht bekannt")
    if position.filled_from_precision == StartPrecision.MONTH:
        when = _("voraussichtlich %(month)02d/%(year)d") % {"month": start.month, "year": start.year}
    elif position.filled_from_precision == StartPrecision.RANGE and latest is not None:
        when = _("%(first)s oder %(last)s") % {"first": formatting.date(start), "last": formatting.date(latest)}
    else:
        when = _("ab %(day)s") % {"day": formatting.date(start)}
    return when if position.filled_confirmed else _("%(when)s (angestrebt)") % {"when": when}


def _declared(line: LineFigures) -> Decimal | None:
    """Return the cost, or None where none was declared: unknown is not zero."""
    return line.cost.amount if line.is_declared else None


def _context(request: HttpRequest, selection: Selection, route: str, **more: object) -> dict[str, object]:
    labels = {"positions": _("Stellen"), "material": _("Sachkosten")}
    return {
        "programme": selection.state,
        "selection": selection,
        "filter": filter_context(
            selection, reverse(route, args=[selection.state.slug]), sort=request.GET.get("sort", "")
        ),
        "crumbs": [
            (_("Start"), reverse("start")),
            (selection.state.short_name, selection.page_url("programme")),
            (labels[route], ""),
        ],
        "missing": selection.figures.missing,
        "may_edit": can_edit(request, selection),
        **more,
    }
