"""How the cost of a position is found: add, change and remove a basis; and what each year is found by, in words."""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from funding.selection import Selection, require_programme
from funding.selectors import IN_FORCE
from funding.views.editing import METHODS, edit_row, position_of, require_editor
from kim import formatting
from staffing.basis_forms import PositionBasisForm
from staffing.calculation.cost import FoundCost, PositionInput, exists_in, find_cost
from staffing.models import Position, PositionBasis, PositionBasisKind, PositionCost, Tariff

TITLES = {
    PositionBasisKind.PAY_TABLE: gettext_lazy("Kosten nach Entgelttabelle"),
    PositionBasisKind.WORKPLACE_FLAT: gettext_lazy("Kosten als Pauschale je Vollzeitstelle"),
    PositionBasisKind.PROVIDER_TARIFF: gettext_lazy("Kosten nach dem Tarif des Trägers"),
    PositionBasisKind.CIVIL_SERVANT: gettext_lazy("Kosten einer Beamtenstelle"),
}


@require_http_methods(METHODS)
def new_basis(request: HttpRequest, programme: str, pk: int, basis: str) -> HttpResponse:
    """Say how the cost is found from a fiscal year on."""
    require_editor(request)
    if basis not in TITLES:
        raise Http404
    found = position_of(programme, pk)
    state = require_programme(programme)
    row = PositionBasis(position=found, basis=basis)
    form = PositionBasisForm(request.POST or None, instance=row, initial={"first_year": state.budget_year})
    return edit_row(
        request, form, _title(row), reverse("position", args=[programme, pk]), state, found.title
    )  # fmt: skip


@require_http_methods(METHODS)
def edit_basis(request: HttpRequest, programme: str, pk: int, row: int) -> HttpResponse:
    """Change a basis."""
    require_editor(request)
    found = _basis(programme, pk, row)
    return edit_row(
        request, PositionBasisForm(request.POST or None, instance=found), _title(found),
        reverse("position", args=[programme, pk]), require_programme(programme), found.position.title,
    )  # fmt: skip


@require_http_methods(METHODS)
def remove_basis(request: HttpRequest, programme: str, pk: int, row: int) -> HttpResponse:
    """Drop a basis, after asking; declared amounts stay."""
    require_editor(request)
    found = _basis(programme, pk, row)
    state = require_programme(programme)
    back = reverse("position", args=[programme, pk])
    if request.method == "POST":
        words = in_words(found)
        found.delete()
        messages.success(request, _("Entfernt: %(what)s") % {"what": words})
        return HttpResponseRedirect(back)
    title = _("Kostenbasis entfernen")
    question = _(
        "Soll „%(title)s“ die Kosten ab %(year)s nicht mehr so finden: %(basis)s? Erfasste Beträge bleiben; Jahre ohne "
        "einen Betrag nehmen die Kostenbasis davor, und ohne eine davor fehlen ihre Kosten."
    ) % {"title": found.position.title, "year": found.first_year, "basis": in_words(found)}
    context = {
        "programme": state, "title": title, "back": back, "question": question,
        "crumbs": [
            (_("Start"), reverse("start")), (state.short_name, reverse("programme", args=[programme])),
            (found.position.title, back), (title, ""),
        ],
    }  # fmt: skip
    return render(request, "funding/scenario_confirm.html", context)


def in_words(basis: PositionBasis) -> str:
    """Say in one line what the cost is found by."""
    if basis.basis != PositionBasisKind.PAY_TABLE:
        amount = formatting.euro(basis.amount or Decimal(0))
        words = {
            PositionBasisKind.WORKPLACE_FLAT: _("Pauschale %(amount)s je Vollzeitstelle und Jahr"),
            PositionBasisKind.PROVIDER_TARIFF: _("%(tariff)s, %(amount)s im Jahr"),
            PositionBasisKind.CIVIL_SERVANT: _("Beamtin oder Beamter, %(amount)s im Jahr"),
        }[PositionBasisKind(basis.basis)]
        return words % {"amount": amount, "tariff": basis.tariff_name}
    parts = [f"{Tariff(basis.tariff).label}, {basis.pay_group}/{basis.pay_step}"]
    if basis.step_since is not None:
        parts.append(_("in der Stufe seit %(day)s") % {"day": formatting.date(basis.step_since)})
    for value, label in (
        (basis.supplementary_pension, _("Zusatzversorgung %(rate)s")), (basis.u2, _("U2 %(rate)s")),
        (basis.overhead, _("Gemeinkosten %(rate)s")),
    ):  # fmt: skip
        if value is not None:
            parts.append(label % {"rate": formatting.percent(value)})
    if basis.workplace_flat is not None:
        parts.append(_("Arbeitsplatz %(amount)s") % {"amount": formatting.euro(basis.workplace_flat)})
    return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class YearOfPosition:
    """A year of a position: what was declared, what the basis gives, which of them counts, and where to look."""

    year: int
    cost: PositionCost | None
    declared: Decimal | None
    by_basis: Decimal | None
    counts: str
    reason: str
    url: str
    edit_url: str


def years_of(selection: Selection, place: Position, costs: dict[int, PositionCost]) -> list[YearOfPosition]:
    """Return the planning years of a position as the plan has them, before any scenario."""
    found = next(
        (one.position for module in selection.state.inputs.modules for one in module.funded
         if one.position.reference == place.reference), None,
    )  # fmt: skip
    return [_year(selection, place, found, year, costs.get(year)) for year in selection.state.years]


def _year(
    selection: Selection, place: Position, position: PositionInput | None, year: int, cost: PositionCost | None
) -> YearOfPosition:
    is_planned = position is not None and exists_in(position, year)
    found = FoundCost(None)
    if position is not None and is_planned:
        found = find_cost(position, year, None, selection.state.inputs.time_rule)
    if not is_planned:
        counts = _("nicht geplant")
    elif found.declared is not None:
        counts = _("erfasst")
    elif found.by_basis is not None:
        counts = _("Kostenbasis")
    else:
        counts = _("nicht bekannt")
    url = selection.derivation_url("cost", year=year, line=place.reference, scenario=IN_FORCE)
    return YearOfPosition(
        year, cost, None if found.declared is None else found.declared.amount,
        None if found.by_basis is None else found.by_basis.amount, counts, found.reason,
        url if found.cost is not None else "",
        reverse("position-cost", args=[selection.state.slug, place.pk, year]),
    )  # fmt: skip


def _title(basis: PositionBasis) -> str:
    return _("%(title)s: %(basis)s") % {
        "title": basis.position.title, "basis": TITLES[PositionBasisKind(basis.basis)],
    }  # fmt: skip


def _basis(programme: str, pk: int, row: int) -> PositionBasis:
    position_of(programme, pk)
    return get_object_or_404(PositionBasis.objects.select_related("position"), position=pk, pk=row)
