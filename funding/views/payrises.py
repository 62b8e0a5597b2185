"""Pay rises: the list for everybody, and for the finance staff a preview before one is applied or taken back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from funding.calculation.payrises import compare_rise
from funding.payrises import (
    Preview,
    StaleError,
    apply_rise,
    changed,
    falls_on_city,
    in_words,
    preview,
    row_of,
    take_back,
)
from funding.scenario_words import difference_in_words
from funding.selection import Selection, filter_context, select
from funding.views.editing import METHODS, require_editor
from kim.roles import may_edit
from staffing.basis_forms import PayRiseForm
from staffing.models import PayRise

APPLY = "apply"


@require_safe
def pay_rises(request: HttpRequest, programme: str) -> HttpResponse:
    """Show all pay rises with what each of them adds to the shortfall of the chosen year and scenario."""
    selection = select(request, programme)
    state = selection.state
    rows = []
    for rise in PayRise.objects.all():
        (year,) = compare_rise(
            changed(state.inputs, rise, None), state.inputs, selection.scenario.overrides, [selection.year]
        )
        amount = year.changes["shortfall"].difference.amount
        rows.append({
            "rise": rise, "words": in_words(rise), "effect": difference_in_words("shortfall", amount),
            "edit_url": reverse("edit-pay-rise", args=[programme, rise.pk]),
            "back_url": reverse("delete-pay-rise", args=[programme, rise.pk]),
        })  # fmt: skip
    context = {
        "programme": state, "selection": selection, "rises": rows, "may_edit": may_edit(request.user),
        "filter": filter_context(selection, reverse("pay-rises", args=[programme])),
        "crumbs": _crumbs(selection),
    }  # fmt: skip
    return render(request, "funding/payrises.html", context)


@require_http_methods(METHODS)
def new_pay_rise(request: HttpRequest, programme: str) -> HttpResponse:
    """Enter a rise; the first POST shows what it would do, the second one applies it."""
    return _edit(request, programme, PayRise(), _("Neue Tariferhöhung"))


@require_http_methods(METHODS)
def edit_pay_rise(request: HttpRequest, programme: str, row: int) -> HttpResponse:
    """Change a rise, with the same preview."""
    return _edit(request, programme, get_object_or_404(PayRise, pk=row), _("Tariferhöhung ändern"))


@require_http_methods(METHODS)
def remove_pay_rise(request: HttpRequest, programme: str, row: int) -> HttpResponse:
    """Take a rise back as one, after showing what that would do; the history keeps it."""
    require_editor(request)
    rise = get_object_or_404(PayRise, pk=row)
    title = _("Tariferhöhung zurücknehmen")
    stale = False
    if request.method == "POST":
        name = rise.name
        try:
            take_back(rise=rise, seal=request.POST.get("seal", ""))
        except StaleError:
            stale = True
        else:
            messages.success(request, _("Zurückgenommen: „%(name)s“.") % {"name": name})
            return HttpResponseRedirect(reverse("pay-rises", args=[programme]))
    selection = select(request, programme)
    found = preview(programme, old=rise, new=None)
    return _preview(request, selection, found, title=title, button=title, rise=rise, stale=stale)


def _edit(request: HttpRequest, programme: str, rise: PayRise, title: str) -> HttpResponse:
    require_editor(request)
    selection = select(request, programme)
    old = PayRise.objects.filter(pk=rise.pk).first() if rise.pk else None
    form = PayRiseForm(request.POST or None, instance=rise)
    if request.method == "POST" and request.POST.get("action") != "edit" and form.is_valid():
        stale = False
        if request.POST.get("action") == APPLY:
            try:
                apply_rise(form=form, seal=request.POST.get("seal", ""), by=request.user)  # type: ignore[arg-type]
            except StaleError:
                stale = True
                selection = select(request, programme)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Angewendet: „%(name)s“.") % {"name": rise.name})
                return HttpResponseRedirect(reverse("pay-rises", args=[programme]))
        if not form.errors:
            found = preview(programme, old=old, new=form.instance)
            return _preview(
                request, selection, found, title=title, button=_("Anwenden"), rise=form.instance, form=form, stale=stale
            )
    context = {
        "form": form, "title": title, "back": reverse("pay-rises", args=[programme]), "programme": selection.state,
        "crumbs": _crumbs(selection, title),
    }  # fmt: skip
    is_wrong = bool(form.errors) and request.POST.get("action") != "edit"
    return render(request, "funding/payrise_edit.html", context, status=422 if is_wrong else 200)


def _preview(
    request: HttpRequest, selection: Selection, found: Preview, *, title: str, button: str, rise: PayRise,
    form: PayRiseForm | None = None, stale: bool = False,
) -> HttpResponse:  # fmt: skip
    by_scenario = [(facts.name, years) for facts, years in found.scenarios]
    lines = []
    for index, year in enumerate(found.years):
        cost = year.changes["position_cost"]
        lines.append({
            "year": year.year, "before": cost.before.amount, "after": cost.after.amount,
            "effects": [
                difference_in_words("shortfall", years[index].changes["shortfall"].difference.amount)
                for _name, years in by_scenario
            ],
        })  # fmt: skip
    context = {
        "programme": selection.state, "title": title, "button": button, "rise": rise, "words": in_words(rise),
        "preview": found, "lines": lines, "scenarios": [name for name, _years in by_scenario],
        "sentences": [said for year in found.scenarios[-1][1] if (said := falls_on_city(year))],
        "sentences_scenario": by_scenario[-1][0],
        "positions": [one for year in found.years for one in year.positions],
        "hidden": [(field.html_name, _typed(field.value())) for field in form] if form is not None else [],
        "stale": stale, "back": reverse("pay-rises", args=[selection.state.slug]), "row": row_of(rise),
        "crumbs": _crumbs(selection, title),
    }  # fmt: skip
    return render(request, "funding/payrise_preview.html", context, status=409 if stale else 200)


def _typed(value: Any) -> str:
    """Return what the field would send again; an empty box sends nothing."""
    return "" if value in {None, False} else "on" if value is True else str(value)


def _crumbs(selection: Selection, title: str = "") -> list[tuple[str, str]]:
    here = reverse("pay-rises", args=[selection.state.slug]) if title else ""
    found = [
        (_("Start"), reverse("start")),
        (selection.state.short_name, selection.page_url("programme")),
        (_("Stellen"), selection.page_url("positions")),
        (_("Tariferhöhungen"), here),
    ]
    return [*found, (title, "")] if title else found
