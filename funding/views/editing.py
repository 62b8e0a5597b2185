"""Plain forms of the finance staff: one row, saved whole or not at all; works without JavaScript."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from funding.forms import (
    CapForm,
    DeadlineForm,
    FundedPositionForm,
    GrantAwardForm,
    LumpSumForm,
    MaterialCostForm,
    MaterialLineForm,
    NewPositionForm,
    PlannedPositionForm,
    ProgrammeForm,
    TopUpForm,
)
from funding.models import (
    Cap,
    Deadline,
    FundedPosition,
    GrantAward,
    LumpSum,
    MaterialCost,
    MaterialLine,
    Programme,
    TopUp,
)
from funding.selection import require_programme, require_work
from funding.services import plan_position, register_award
from kim.roles import may_edit
from kim.rowforms import RowForm
from staffing.forms import PositionCostForm
from staffing.models import Position, PositionCost

if TYPE_CHECKING:
    from kim.models import User

Save = Callable[[Any], Any]
METHODS = ("GET", "HEAD", "POST")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of row on the page of conditions: its form, its model, how it belongs to a programme, its names."""

    form: type[ProgrammeForm]
    model: type[Model]
    owner: str
    new: Promise
    edit: Promise


KINDS = {
    "pauschale": Kind(
        LumpSumForm,
        LumpSum,
        "grant_rule__funding_module__programme__slug",
        gettext_lazy("Neue Pauschale"),
        gettext_lazy("Pauschale ändern"),
    ),
    "hoechstbetrag": Kind(
        CapForm,
        Cap,
        "funding_module__programme__slug",
        gettext_lazy("Neuer Höchstbetrag"),
        gettext_lazy("Höchstbetrag ändern"),
    ),
    "bescheid": Kind(
        GrantAwardForm,
        GrantAward,
        "programme__slug",
        gettext_lazy("Neuer Bescheid"),
        gettext_lazy("Bescheid ändern"),
    ),
    "sachkosten": Kind(
        MaterialLineForm,
        MaterialLine,
        "funding_module__programme__slug",
        gettext_lazy("Neue Sachkosten"),
        gettext_lazy("Sachkosten ändern"),
    ),
    "aufstockung": Kind(
        TopUpForm,
        TopUp,
        "programme__slug",
        gettext_lazy("Neue Aufstockung"),
        gettext_lazy("Aufstockung ändern"),
    ),
    "frist": Kind(
        DeadlineForm,
        Deadline,
        "programme__slug",
        gettext_lazy("Neue Frist"),
        gettext_lazy("Frist ändern"),
    ),
}
# Where the rows of a kind are listed, unless it is the page of conditions.
LISTED: "dict[str, tuple[str, Promise]]" = {
    "sachkosten": ("material", gettext_lazy("Sachkosten")),
    "frist": ("grant-end", gettext_lazy("Förderende")),
}


@require_http_methods(METHODS)
def edit_condition(request: HttpRequest, programme: str, kind: str, pk: int | None = None) -> HttpResponse:
    """Create or change a lump sum, cap, award, top-up, deadline or material line."""
    require_editor(request)
    what = KINDS[kind]
    state = require_programme(programme)
    if pk is None:
        instance = what.model()
        if hasattr(instance, "programme_id"):
            instance.programme = Programme.objects.get(slug=programme)  # type: ignore[attr-defined]
    else:
        instance = get_object_or_404(what.model._default_manager, **{what.owner: programme, "pk": pk})
    form = what.form(request.POST or None, instance=instance, programme=programme)
    back, back_label = LISTED.get(kind, ("conditions", gettext_lazy("Förderung")))
    save: Save | None = None
    if isinstance(form, GrantAwardForm):
        award = form
        save = lambda user: register_award(form=award, by=user)  # noqa: E731 - one line, used once
    return edit_row(
        request,
        form,
        str(what.new if pk is None else what.edit),
        reverse(back, args=[state.slug]),
        state,
        str(back_label),
        save,
    )


@require_http_methods(METHODS)
def edit_position(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Change a position."""
    require_editor(request)
    state = require_programme(programme)
    found = position_of(programme, pk)
    return edit_row(
        request,
        PlannedPositionForm(request.POST or None, instance=found),
        _("%(title)s ändern") % {"title": found.title},
        reverse("position", args=[programme, pk]),
        state,
        found.title,
    )


@require_http_methods(METHODS)
def new_position(request: HttpRequest, programme: str) -> HttpResponse:
    """Create a position with the rule that funds it."""
    require_editor(request)
    state = require_programme(programme)
    form = NewPositionForm(request.POST or None, programme=programme, initial=_like(request, programme))
    return edit_row(
        request,
        form,
        _("Neue Stelle"),
        reverse("positions", args=[programme]),
        state,
        _("Stellen"),
        lambda user: plan_position(form=form, by=user),
    )


@require_http_methods(METHODS)
def edit_funding(request: HttpRequest, programme: str, pk: int, funded: int | None = None) -> HttpResponse:
    """Say from when to when which rule pays for a position."""
    require_editor(request)
    state = require_programme(programme)
    found = position_of(programme, pk)
    instance = (
        FundedPosition(position=found)
        if funded is None
        else get_object_or_404(FundedPosition.objects.select_related("position"), position=found, pk=funded)
    )
    return edit_row(
        request,
        FundedPositionForm(request.POST or None, instance=instance, programme=programme),
        _("Förderung von %(title)s") % {"title": found.title},
        reverse("position", args=[programme, pk]),
        state,
        found.title,
    )


@require_http_methods(METHODS)
def edit_position_cost(request: HttpRequest, programme: str, pk: int, year: int) -> HttpResponse:
    """Enter what a position costs in a year."""
    require_editor(request)
    state = require_programme(programme)
    found = position_of(programme, pk)
    state.require_year(year)
    instance = PositionCost.objects.filter(position=found, fiscal_year=year).first() or PositionCost(
        position=found, fiscal_year=year
    )
    return edit_row(
        request,
        PositionCostForm(request.POST or None, instance=instance),
        _("%(title)s: Personalkosten %(year)s") % {"title": found.title, "year": year},
        reverse("position", args=[programme, pk]),
        state,
        found.title,
    )


@require_http_methods(METHODS)
def edit_material_cost(request: HttpRequest, programme: str, pk: int, year: int) -> HttpResponse:
    """Enter what a material line costs in a year."""
    require_editor(request)
    state = require_programme(programme)
    line = get_object_or_404(MaterialLine, funding_module__programme__slug=programme, pk=pk)
    state.require_year(year)
    instance = MaterialCost.objects.filter(material_line=line, fiscal_year=year).first() or MaterialCost(
        material_line=line, fiscal_year=year
    )
    return edit_row(
        request,
        MaterialCostForm(request.POST or None, instance=instance),
        _("%(title)s: Kosten %(year)s") % {"title": line.name, "year": year},
        reverse("material-line", args=[programme, pk]),
        state,
        line.name,
    )


def _like(request: HttpRequest, programme: str) -> dict[str, Any]:
    """Return what a copy takes from the position that ``like`` names: all but its number and who fills it."""
    like = request.GET.get("like", "")
    if not (like.isascii() and like.isdigit() and len(like) <= 9):  # noqa: PLR2004 - as the addresses of rows
        return {}
    place = position_of(programme, int(like))
    funded = place.funded.order_by("-valid_from").first()
    return {
        "title": place.title,
        "provider": place.provider_id,
        "fte": place.fte,
        "is_group": place.is_group,
        "planned_from": place.planned_from,
        "planned_until": place.planned_until,
        **({"grant_rule": funded.grant_rule_id, "source": funded.source} if funded is not None else {}),
    }


def require_editor(request: HttpRequest) -> None:
    """Refuse everybody but the finance staff."""
    if not may_edit(request.user):
        raise PermissionDenied
    require_work(request)


def position_of(programme: str, pk: int) -> Position:
    """Return a position that the programme funds at some time; anything else is a 404."""
    return get_object_or_404(
        Position.objects.filter(funded__grant_rule__funding_module__programme__slug=programme).distinct(), pk=pk
    )


def edit_row(
    request: HttpRequest, form: RowForm, title: str, back: str, state: Any, back_label: str, save: Save | None = None
) -> HttpResponse:
    """Show or save the form of one row; back to ``back`` once it is saved."""
    if request.method == "POST" and form.is_valid():
        try:
            (save or form.save_by)(cast("User", request.user))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Gespeichert: %(title)s.") % {"title": title})
            return HttpResponseRedirect(back)
    context = {
        "form": form,
        "title": title,
        "back": back,
        "programme": state,
        "crumbs": [
            (_("Start"), reverse("start")),
            (state.short_name, reverse("programme", args=[state.slug])),
            (back_label, back),
            (title, ""),
        ],
    }
    return render(request, "funding/edit.html", context, status=422 if form.errors else 200)
