"""Forms of scenarios: create, rename, copy, delete, set and drop what differs, take over into the plan."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from funding.adoption import Preview, StaleError, adopt, preview
from funding.models import Programme, Scenario, ScenarioOverride
from funding.models.scenario import IN_FORCE, NOTHING_IN_FORCE
from funding.scenario_forms import OverrideForm, ScenarioForm
from funding.scenario_words import PARAMETERS, difference_in_words, override_in_words
from funding.selection import Selection, require_programme, require_work, select
from funding.selectors import ProgrammeState
from funding.services import copy_scenario, delete_scenario
from funding.views.scenarios import crumbs, found_scenario, parameter_of
from kim import formatting
from kim.errors import RuleError
from kim.models import User
from kim.roles import may_edit
from kim.rowforms import RowForm

METHODS = ("GET", "HEAD", "POST")
Save = Callable[[User], Scenario | ScenarioOverride]


@require_http_methods(METHODS)
def new_scenario(request: HttpRequest, programme: str) -> HttpResponse:
    """Create a scenario that sets nothing yet."""
    _require_editor(request)
    state = require_programme(programme)
    form = ScenarioForm(request.POST or None, instance=Scenario(programme=Programme.objects.get(slug=programme)))
    return _edit(request, form, _("Neues Szenario"), state, form.save_by)


@require_http_methods(METHODS)
def edit_scenario(request: HttpRequest, programme: str, scenario: str) -> HttpResponse:
    """Change name and description."""
    _require_editor(request)
    found = _scenario(programme, scenario)
    form = ScenarioForm(request.POST or None, instance=found)
    title = _("Szenario „%(name)s“ umbenennen") % {"name": found.name}
    return _edit(request, form, title, require_programme(programme), form.save_by)


@require_http_methods(METHODS)
def duplicate_scenario(request: HttpRequest, programme: str, scenario: str) -> HttpResponse:
    """Copy a scenario with everything it sets."""
    _require_editor(request)
    found = _scenario(programme, scenario)
    form = ScenarioForm(
        request.POST or None,
        instance=Scenario(programme=found.programme),
        initial={
            "name": _("%(name)s (Kopie)") % {"name": found.name[:100]}, "slug": f"{found.slug[:50]}-kopie",
            "description": found.description,
        },
    )  # fmt: skip
    title = _("Szenario „%(name)s“ kopieren") % {"name": found.name}
    return _edit(
        request, form, title, require_programme(programme),
        lambda user: copy_scenario(form=form, original=found, by=user),
    )  # fmt: skip


@require_http_methods(METHODS)
def remove_scenario(request: HttpRequest, programme: str, scenario: str) -> HttpResponse:
    """Delete a scenario after asking; one that pages and papers rely on stays."""
    _require_editor(request)
    found = _scenario(programme, scenario)
    selection = select(request, programme)
    name = found.name
    if request.method == "POST":
        try:
            delete_scenario(scenario=found)
        except RuleError as error:
            return refused(request, error)
        messages.success(request, _("Gelöscht: Szenario „%(name)s“.") % {"name": name})
        return HttpResponseRedirect(reverse("scenarios", args=[programme]))
    back = reverse("scenario", args=[programme, scenario])
    return _confirm(
        request, selection, _("Szenario löschen"), back, name,
        _("Soll das Szenario „%(name)s“ mit allem, was es setzt, gelöscht werden? Der Plan ändert sich dadurch nicht.")
        % {"name": name},
    )  # fmt: skip


@require_http_methods(METHODS)
def new_override(request: HttpRequest, programme: str, scenario: str, parameter: str) -> HttpResponse:
    """Set one more parameter."""
    _require_editor(request)
    wanted = parameter_of(parameter)
    found = _scenario(programme, scenario)
    if found.slug == IN_FORCE:
        return refused(request, RuleError(str(NOTHING_IN_FORCE)))
    form = OverrideForm(
        request.POST or None, instance=ScenarioOverride(scenario=found, parameter=wanted.value), programme=programme
    )
    return _edit(request, form, str(PARAMETERS[wanted][0]), require_programme(programme), form.save_by, found)


@require_http_methods(METHODS)
def edit_override(request: HttpRequest, programme: str, scenario: str, pk: int) -> HttpResponse:
    """Change what a parameter is set to, or why."""
    _require_editor(request)
    override = _override(programme, scenario, pk)
    form = OverrideForm(request.POST or None, instance=override, programme=programme)
    title = str(PARAMETERS[parameter_of(override.parameter)][0])
    return _edit(request, form, title, require_programme(programme), form.save_by, override.scenario)


@require_http_methods(METHODS)
def remove_override(request: HttpRequest, programme: str, scenario: str, pk: int) -> HttpResponse:
    """Drop what a scenario sets, after asking."""
    _require_editor(request)
    override = _override(programme, scenario, pk)
    selection = select(request, programme)
    facts = found_scenario(selection.state, scenario)
    row = f"funding.ScenarioOverride#{pk}"
    words = next((override_in_words(one, facts) for one in facts.overrides if one.source.row == row), "")
    back = reverse("scenario", args=[programme, scenario])
    if request.method == "POST":
        override.delete()
        messages.success(request, _("Entfernt: %(what)s") % {"what": words})
        return HttpResponseRedirect(back)
    return _confirm(
        request, selection, _("Abweichung entfernen"), back, facts.name,
        _("Soll das Szenario „%(name)s“ dies nicht mehr setzen? %(what)s") % {"name": facts.name, "what": words},
    )  # fmt: skip


@require_http_methods(METHODS)
def adopt_scenario(request: HttpRequest, programme: str, scenario: str) -> HttpResponse:
    """Show what taking a scenario over would change in the plan; a POST changes all of it or nothing."""
    _require_editor(request)
    selection = select(request, programme)
    facts = found_scenario(selection.state, scenario)
    found = preview(selection.state, facts)
    if request.method != "POST":
        return _preview(request, selection, found, scenario)
    if request.POST.get("seal") != selection.state.seal:
        return _preview(request, selection, found, scenario, stale=True)
    if not found.is_possible:
        return _preview(request, selection, found, scenario, status=422)
    try:
        count = adopt(found, facts, request.user)  # type: ignore[arg-type]
    except StaleError:
        selection = select(request, programme)
        found = preview(selection.state, found_scenario(selection.state, scenario))
        return _preview(request, selection, found, scenario, stale=True)
    messages.success(
        request,
        ngettext("Ins Planwerk übernommen: eine Zeile.", "Ins Planwerk übernommen: %(count)s Zeilen.", count)
        % {"count": count},
    )
    return HttpResponseRedirect(reverse("scenario", args=[programme, scenario]))


def _preview(
    request: HttpRequest, selection: Selection, found: Preview, scenario: str, *, stale: bool = False, status: int = 200
) -> HttpResponse:
    state = selection.state
    years = []
    for year in state.years:
        after = found.figures(year)
        if after is not None:
            before = state.figures(year).figures["shortfall"].amount
            later = after.figures["shortfall"].amount
            words = difference_in_words("shortfall", later - before)
            years.append((year, formatting.amount(before), formatting.amount(later), words))
    facts = found_scenario(state, scenario)
    back = reverse("scenario", args=[state.slug, scenario])
    return render(
        request, "funding/scenario_adopt.html",
        {
            "programme": state, "facts": facts, "preview": found, "years": years, "seal": state.seal, "stale": stale,
            "back": back,
            "crumbs": crumbs(
                selection, (_("Szenarien"), reverse("scenarios", args=[state.slug])), (facts.name, back),
                (_("Ins Planwerk übernehmen"), ""),
            ),
        },
        status=409 if stale else status,
    )  # fmt: skip


def _confirm(
    request: HttpRequest, selection: Selection, title: str, back: str, name: str, question: str
) -> HttpResponse:
    return render(
        request, "funding/scenario_confirm.html",
        {
            "programme": selection.state, "title": title, "back": back, "question": question,
            "crumbs": crumbs(
                selection, (_("Szenarien"), reverse("scenarios", args=[selection.state.slug])), (name, back),
                (title, ""),
            ),
        },
    )  # fmt: skip


def _require_editor(request: HttpRequest) -> None:
    if not may_edit(request.user):
        raise PermissionDenied
    require_work(request)


def refused(request: HttpRequest, error: RuleError) -> HttpResponse:
    """Say why this cannot be done; nothing is wrong with the address."""
    return render(request, "kim/refused.html", {"message": error.message}, status=409)


def _scenario(programme: str, slug: str) -> Scenario:
    return get_object_or_404(Scenario.objects.select_related("programme"), programme__slug=programme, slug=slug)


def _override(programme: str, scenario: str, pk: int) -> ScenarioOverride:
    return get_object_or_404(
        ScenarioOverride.objects.select_related("scenario"),
        scenario__programme__slug=programme, scenario__slug=scenario, pk=pk,
    )  # fmt: skip


def _edit(
    request: HttpRequest, form: RowForm, title: str, state: ProgrammeState, save: Save, scenario: Scenario | None = None
) -> HttpResponse:
    """Show or save a form; what was saved is shown at once beside its base."""
    listed = reverse("scenarios", args=[state.slug])
    known = scenario or (form.instance if form.instance.pk else None)
    back = reverse("scenario", args=[state.slug, known.slug]) if known is not None else listed
    if request.method == "POST" and form.is_valid():
        try:
            saved = save(request.user)  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Gespeichert: %(title)s.") % {"title": title})
            slug = saved.slug if isinstance(saved, Scenario) else saved.scenario.slug
            return HttpResponseRedirect(reverse("scenario", args=[state.slug, slug]))
    name = [(known.name, back)] if known is not None else []
    context = {
        "form": form, "title": title, "back": back, "programme": state,
        "crumbs": [
            (_("Start"), reverse("start")), (state.short_name, reverse("programme", args=[state.slug])),
            (_("Szenarien"), listed), *name, (title, ""),
        ],
    }  # fmt: skip
    return render(request, "funding/edit.html", context, status=422 if form.errors else 200)
