"""Questions on figures: the list of a programme, asking, answering, taking one's own question back."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from funding.addresses import narrowing
from funding.labels import label_of
from funding.models import CommitteeQuestion
from funding.question_forms import AnswerForm, QuestionForm
from funding.questions import (
    AlreadyAnsweredError,
    Asked,
    address_of,
    answer,
    ask,
    open_questions,
    questions_of,
    questions_on,
    seal_of,
    withdraw,
)
from funding.selection import Selection, require_programme, select
from funding.selectors import IN_FORCE
from funding.views.finding import Found, find
from kim import formatting
from kim.errors import RuleError
from kim.roles import may_ask, may_edit

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.core.paginator import Page

    from kim.models import User

METHODS = ("GET", "HEAD", "POST")
ROWS_OF_A_PAGE = 50
DIGITS_OF_A_PAGE = 6
STANDS = {
    "offen": gettext_lazy("offene"),
    "beantwortet": gettext_lazy("beantwortete"),
    "alle": gettext_lazy("alle"),
}


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question as a page shows it, and what this account may do with it."""

    row: CommitteeQuestion
    url: str
    can_answer: bool
    can_withdraw: bool


@require_safe
def questions(request: HttpRequest, programme: str) -> HttpResponse:
    """List the questions of a programme; with a version only those asked on it."""
    selection = select(request, programme)
    version = None if selection.version is None else selection.version.number
    stand = request.GET.get("stand", "alle")
    if stand not in STANDS:
        message = _("stand=„%(text)s“ gibt es nicht. Erlaubt sind: %(allowed)s.") % {
            "text": stand[:20],
            "allowed": ", ".join(STANDS),
        }
        raise RuleError(message, field="stand")
    rows = questions_of(programme, version)
    if stand != "alle":
        rows = rows.filter(answered_at__isnull=stand == "offen")
    page = _page(request, rows)
    context = {
        "programme": selection.state,
        "selection": selection,
        "crumbs": [
            (_("Start"), reverse("start")),
            (selection.state.short_name, selection.page_url("programme")),
            (_("Fragen"), ""),
        ],
        "page": page,
        "shown": [shown(request.user, selection.state.slug, row) for row in page.object_list],
        "stands": STANDS,
        "stand": stand,
        "open": open_questions(programme, version),
        "version": version,
    }
    return render(request, "funding/questions.html", context)


def _page(request: HttpRequest, rows: Any) -> "Page[CommitteeQuestion]":
    text = request.GET.get("page", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS_OF_A_PAGE else 1
    return Paginator(rows, ROWS_OF_A_PAGE).get_page(number)


def shown(user: "User | AnonymousUser", programme: str, row: CommitteeQuestion) -> ShownQuestion:
    """Return a question with the way to its figure, in the version it was asked on."""
    query = {"year": row.fiscal_year, "scenario": row.scenario, **narrowing(address_of(row))}
    if row.version is not None:
        query["version"] = row.version.number
    return ShownQuestion(
        row,
        f"{reverse('derivation', args=[programme, row.figure_key])}?{urlencode(query)}",
        may_edit(user),
        not row.is_answered and row.asked_by_id is not None and row.asked_by_id == user.pk,
    )


def asked_on(selection: Selection, found: Found) -> Asked:
    """Return what a question on a found figure is about; the figure may be known by another key than its own."""
    figure = found.figure
    scenario = selection.scenario
    told = "" if scenario.slug == IN_FORCE else _("Szenario „%(name)s“") % {"name": scenario.name}
    label = " · ".join(part for part in (label_of(figure), found.about, told) if part)
    return Asked(
        address=found.address,
        year=selection.year,
        scenario=scenario.slug,
        version=None if selection.version is None else selection.version.number,
        label=label[:300],
        amount=formatting.quantity(figure.amount, figure.unit),
    )


def section(request: HttpRequest, selection: Selection, found: Found) -> dict[str, Any]:
    """Return what the derivation of a figure shows of its questions. One statement."""
    asked = asked_on(selection, found)
    rows = questions_on(selection.state.slug, asked)
    return {
        "questions": [shown(request.user, selection.state.slug, row) for row in rows],
        "question_form": QuestionForm(initial={"shown": asked.amount}) if may_ask(request.user) else None,
        "ask_url": ask_url(selection, found),
    }


def ask_url(selection: Selection, found: Found) -> str:
    """Return where a question on a figure is sent."""
    return selection.page_url("ask", found.address.key, **found.place)


@require_http_methods(METHODS)
def ask_question(request: HttpRequest, programme: str, key: str) -> HttpResponse:
    """Ask about a figure; what is wrong with the text comes back beside it."""
    if not may_ask(request.user):
        raise PermissionDenied
    selection = select(request, programme)
    found = find(request, selection, key)
    asked = asked_on(selection, found)
    form = QuestionForm(request.POST or None, initial={"shown": asked.amount})
    back = selection.derivation_url(key, **found.place)
    moved = ""
    if request.method == "POST" and form.is_valid():
        before = form.cleaned_data["shown"]
        if before and before != asked.amount:
            # What was asked about is no longer what stands there; only the asking person knows whether it matters.
            moved = before
            form = QuestionForm(initial={"text": form.cleaned_data["text"], "shown": asked.amount})
        else:
            try:
                ask(programme=programme, asked=asked, text=form.cleaned_data["text"], by=cast("User", request.user))
            except RuleError as error:
                form.add_error("text", error.message)
            else:
                messages.success(request, _("Ihre Frage ist gestellt. Die Finanzverwaltung sieht sie unter „Fragen“."))
                return HttpResponseRedirect(f"{back}#fragen")
    context = {
        **_frame(selection.state, _("Frage stellen")),
        "selection": selection,
        "form": form,
        "asked": asked,
        "moved": moved,
        "back": back,
    }
    return render(request, "funding/question_ask.html", context, status=409 if moved else 422 if form.errors else 200)


@require_http_methods(METHODS)
def answer_question(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Answer a question, or word the answer anew; whoever saves second is shown both."""
    if not may_edit(request.user):
        raise PermissionDenied
    state = require_programme(programme)
    row = get_object_or_404(questions_of(programme), pk=pk)
    form = AnswerForm(request.POST or None, initial={"answer": row.answer, "seen": seal_of(row)})
    stored = ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            answer(question=row.pk, text=data["answer"], seen=data["seen"], by=cast("User", request.user))
        except AlreadyAnsweredError as error:
            stored = str(error.data["stored"])
            row.refresh_from_db()
            # Saved once more from here, the text replaces what is shown beside it.
            form = AnswerForm(initial={"answer": data["answer"], "seen": seal_of(row)})
        except RuleError as error:
            raise Http404(error.message) from error
        else:
            messages.success(request, _("Antwort gespeichert."))
            return HttpResponseRedirect(reverse("questions", args=[programme]))
    context = {
        **_frame(state, _("Antworten")),
        "form": form,
        "shown": shown(request.user, programme, row),
        "stored": stored,
    }
    return render(
        request, "funding/question_answer.html", context, status=409 if stored else 422 if form.errors else 200
    )


@require_http_methods(METHODS)
def withdraw_question(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Take one's own question back while nobody has answered."""
    if not may_ask(request.user):
        raise PermissionDenied
    state = require_programme(programme)
    row = get_object_or_404(questions_of(programme), pk=pk)
    if row.asked_by_id is None or row.asked_by_id != request.user.pk:
        raise PermissionDenied
    back = reverse("questions", args=[programme])
    refused = ""
    if row.is_answered:
        refused = _("Diese Frage ist beantwortet und lässt sich nicht mehr zurückziehen.")
    elif request.method == "POST":
        try:
            withdraw(question=row.pk, by=request.user)
        except RuleError as error:
            refused = error.message
        else:
            messages.success(request, _("Ihre Frage ist zurückgezogen."))
            return HttpResponseRedirect(back)
    title = _("Frage zurückziehen")
    context = {
        **_frame(state, title),
        "title": title,
        "shown": shown(request.user, programme, row),
        "refused": refused,
        "back": back,
    }
    return render(request, "funding/question_withdraw.html", context, status=409 if refused else 200)


def _frame(state: Any, title: str) -> dict[str, Any]:
    return {
        "programme": state,
        "crumbs": [
            (_("Start"), reverse("start")),
            (state.short_name, reverse("programme", args=[state.slug])),
            (_("Fragen"), reverse("questions", args=[state.slug])),
            (title, ""),
        ],
    }
