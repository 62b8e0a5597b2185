"""What the finance staff enters about papers: papers, items, meetings, links, decisions. Each saved whole or not."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from funding.council_forms import DecisionForm, ItemForm, LinkForm, MeetingForm, PaperForm
from funding.models import CouncilPaper, ItemLink, Meeting, PaperItem, Programme
from funding.resolutions import (
    name_of,
    record_decision,
    record_link,
    record_paper,
    remove_item,
    remove_link,
    undo_decision,
)
from funding.selection import require_programme, require_work
from funding.selectors import ProgrammeState
from kim import formatting
from kim.errors import RuleError
from kim.roles import may_edit

Save = Callable[[], Any]
METHODS = ("GET", "HEAD", "POST")


@require_http_methods(METHODS)
def new_paper(request: HttpRequest, programme: str) -> HttpResponse:
    """Enter a paper or a motion."""
    _require_editor(request)
    state = require_programme(programme)
    instance = CouncilPaper(programme=Programme.objects.get(slug=programme))
    form = PaperForm(request.POST or None, instance=instance)
    return _edit(request, form, _("Neue Vorlage"), state, lambda: record_paper(paper=form.instance))


@require_http_methods(METHODS)
def edit_paper(request: HttpRequest, programme: str, paper: str) -> HttpResponse:
    """Change what is known about a paper."""
    _require_editor(request)
    found = _paper(programme, paper)
    form = PaperForm(request.POST or None, instance=found)
    title = _("%(paper)s ändern") % {"paper": found.name}
    return _edit(request, form, title, require_programme(programme), lambda: form.save_by(_user(request)), found)


@require_http_methods(METHODS)
def edit_item(request: HttpRequest, programme: str, paper: str, pk: int | None = None) -> HttpResponse:
    """Enter or change an item of a draft resolution."""
    _require_editor(request)
    found = _paper(programme, paper)
    if pk is None:
        instance, title = PaperItem(paper=found), _("Neuer Beschlusspunkt")
        last = found.items.order_by("-number").first()
        instance.number = 1 if last is None else last.number + 1
    else:
        instance = _item(found, pk)
        title = _("%(item)s ändern") % {"item": name_of(instance)}
    form = ItemForm(request.POST or None, instance=instance)
    return _edit(request, form, title, require_programme(programme), lambda: form.save_by(_user(request)), found)


@require_http_methods(METHODS)
def delete_item(request: HttpRequest, programme: str, paper: str, pk: int) -> HttpResponse:
    """Take away an item that was entered by mistake, after asking."""
    _require_editor(request)
    found = _paper(programme, paper)
    item = _item(found, pk)
    question = _("Soll %(item)s gelöscht werden?") % {"item": name_of(item)}
    return _confirm(request, found, _("Beschlusspunkt löschen"), question, lambda: remove_item(item=item))


@require_http_methods(METHODS)
def edit_meeting(request: HttpRequest, programme: str, paper: str, pk: int | None = None) -> HttpResponse:
    """Enter or change a meeting that a paper goes through."""
    _require_editor(request)
    found = _paper(programme, paper)
    instance = Meeting(paper=found) if pk is None else get_object_or_404(Meeting, paper=found, pk=pk)
    instance.paper = found
    form = MeetingForm(request.POST or None, instance=instance)
    title = _("Neue Beratung") if pk is None else _("Beratung ändern")
    return _edit(request, form, title, require_programme(programme), lambda: form.save_meeting(_user(request)), found)


@require_http_methods(METHODS)
def delete_meeting(request: HttpRequest, programme: str, paper: str, pk: int) -> HttpResponse:
    """Take a meeting out of the referral sequence, after asking."""
    _require_editor(request)
    found = _paper(programme, paper)
    meeting = get_object_or_404(Meeting.objects.select_related("committee"), paper=found, pk=pk)
    question = _("Soll die Beratung am %(day)s (%(committee)s) aus der Beratungsfolge gelöscht werden?") % {
        "day": formatting.date(meeting.meeting_date), "committee": meeting.committee,
    }  # fmt: skip
    return _confirm(request, found, _("Beratung löschen"), question, meeting.delete)


@require_http_methods(METHODS)
def new_link(request: HttpRequest, programme: str, paper: str, pk: int) -> HttpResponse:
    """Say what an item does to an item of another paper."""
    _require_editor(request)
    found = _paper(programme, paper)
    form = LinkForm(request.POST or None, instance=ItemLink(item=_item(found, pk)))
    title = _("Was ändert, erweitert oder hebt %(item)s auf?") % {"item": name_of(form.instance.item)}
    return _edit(
        request, form, title, require_programme(programme),
        lambda: record_link(link=form.instance, by=_user(request)), found,
    )  # fmt: skip


@require_http_methods(METHODS)
def delete_link(request: HttpRequest, programme: str, paper: str, pk: int) -> HttpResponse:
    """Take a link away, after asking."""
    _require_editor(request)
    found = _paper(programme, paper)
    link = get_object_or_404(
        ItemLink.objects.select_related("item__paper", "target__paper"), item__paper=found, pk=pk
    )  # fmt: skip
    question = _("Soll die Verbindung von %(item)s zu %(target)s gelöscht werden?") % {
        "item": name_of(link.item), "target": name_of(link.target),
    }  # fmt: skip
    return _confirm(request, found, _("Verbindung löschen"), question, lambda: remove_link(link=link))


@require_http_methods(METHODS)
def decide(request: HttpRequest, programme: str, paper: str) -> HttpResponse:
    """Record what was decided on a paper or on one of its items."""
    _require_editor(request)
    found = _paper(programme, paper)
    form = DecisionForm(request.POST or None, paper=found)
    if not form.open_items:
        message = _("%(paper)s hat keinen offenen Beschlusspunkt.") % {"paper": found.name}
        return render(request, "kim/refused.html", {"message": message}, status=409)

    def save() -> None:
        data = form.cleaned_data
        record_decision(
            items=form.items, outcome=data["outcome"], decided_on=data["decided_on"], evidence=form.evidence,
            by=_user(request),
        )  # fmt: skip

    title = _("Beschluss zu %(paper)s erfassen") % {"paper": found.name}
    return _edit(request, form, title, require_programme(programme), save, found)


@require_http_methods(METHODS)
def undo(request: HttpRequest, programme: str, paper: str, pk: int) -> HttpResponse:
    """Take back a decision that was recorded by mistake, after asking."""
    _require_editor(request)
    found = _paper(programme, paper)
    item = _item(found, pk)
    question = _(
        "Soll der Beschluss über %(item)s zurückgenommen werden? Das ist für Eingabefehler gedacht; hat der Rat selbst "
        "anders beschlossen, erfassen Sie dazu eine neue Vorlage. Die Änderungen zeigen beides."
    ) % {"item": name_of(item)}
    return _confirm(request, found, _("Beschluss zurücknehmen"), question, lambda: undo_decision(item=item))


# --- Shared -----------------------------------------------------------------------------------------------------------


def _require_editor(request: HttpRequest) -> None:
    if not may_edit(request.user):
        raise PermissionDenied
    require_work(request)


def _user(request: HttpRequest) -> Any:
    return request.user


def _paper(programme: str, slug: str) -> CouncilPaper:
    return get_object_or_404(
        CouncilPaper.objects.select_related("programme"), programme__slug=programme, slug=slug
    )  # fmt: skip


def _item(paper: CouncilPaper, pk: int) -> PaperItem:
    found: PaperItem = get_object_or_404(PaperItem.objects.select_related("paper", "resolution"), paper=paper, pk=pk)
    return found


def _edit(
    request: HttpRequest,
    form: forms.BaseForm,
    title: str,
    state: ProgrammeState,
    save: Save,
    paper: CouncilPaper | None = None,
) -> HttpResponse:
    back = reverse("papers", args=[state.slug]) if paper is None else reverse("paper", args=[state.slug, paper.slug])
    name = [] if paper is None else [(paper.name, back)]
    if request.method == "POST" and form.is_valid():
        try:
            saved = save()
        except RuleError as error:
            field = str(error.data.get("field", ""))
            form.add_error(field if field in form.fields else None, error.message)
        except ValidationError as error:
            show_at_fields(form, error)
        else:
            messages.success(request, _("Gespeichert: %(title)s.") % {"title": title})
            there = saved if isinstance(saved, CouncilPaper) else paper
            return HttpResponseRedirect(back if there is None else reverse("paper", args=[state.slug, there.slug]))
    context = {
        "form": form,
        "title": title,
        "back": back,
        "programme": state,
        "crumbs": [*_crumbs(state), *name, (title, "")],
    }
    return render(request, "funding/edit.html", context, status=422 if form.errors else 200)


def show_at_fields(form: forms.BaseForm, error: ValidationError) -> None:
    """Put what a row or constraint refused at the fields that their messages name."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    for name, found in by_field.items():
        for one in found:
            place = name if name in form.fields else str(one.code)
            form.add_error(place if place in form.fields else None, one)


def _confirm(request: HttpRequest, paper: CouncilPaper, title: str, question: str, act: Save) -> HttpResponse:
    programme = paper.programme.slug
    back = reverse("paper", args=[programme, paper.slug])
    if request.method == "POST":
        try:
            act()
        except RuleError as error:
            return render(request, "kim/refused.html", {"message": error.message}, status=409)
        messages.success(request, _("Erledigt: %(title)s.") % {"title": title})
        return HttpResponseRedirect(back)
    state = require_programme(programme)
    context = {
        "programme": state,
        "title": title,
        "question": question,
        "back": back,
        "crumbs": [*_crumbs(state), (paper.name, back), (title, "")],
    }
    return render(request, "funding/scenario_confirm.html", context)


def _crumbs(state: ProgrammeState) -> list[tuple[str, str]]:
    return [
        (_("Start"), reverse("start")),
        (state.short_name, reverse("programme", args=[state.slug])),
        (_("Vorlagen"), reverse("papers", args=[state.slug])),
    ]
