"""The reconciliation of a paper (Abgleich): each printed figure beside the computed one, and why they differ."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from funding.addresses import narrowing
from funding.files.printed import COLUMNS, LAYOUT, REQUIRED, JudgedFile, confirmed, forms_of, judge, printed_csv, signed
from funding.models import CouncilPaper, PrintedFigure
from funding.paper_services import save_printed
from funding.printed_forms import PrintedFigureForm, PrintedFileForm
from funding.reconciling import ReconcileLine, open_lines, reconcile
from funding.selection import Selection, require_programme, require_work
from funding.selectors import IN_FORCE, ProgrammeState
from funding.versions import frozen_state
from kim.files.reading import read_sheet
from kim.files.sheet import Problem, RefusedFileError, TooLargeError, shown, too_large
from kim.files.uploads import too_large_upload
from kim.roles import may_edit

if TYPE_CHECKING:
    from kim.models import User

METHODS = ("GET", "HEAD", "POST")
# What a page can show; the rest is counted.
MOST_PROBLEMS = 300


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line with the address of its derivation, empty where nothing is computed."""

    line: ReconcileLine
    url: str


@require_safe
def reconcile_paper(request: HttpRequest, programme: str, paper: str) -> HttpResponse:
    """Show the reconciliation of a paper."""
    state = require_programme(programme)
    found = _paper(programme, paper)
    shown_state, label = compared_with(state, found)
    lines = reconcile(shown_state, found, found.printed_figures.all())
    context = {
        **_frame(state, found),
        "rows": [LineRow(one, _url(shown_state, one)) for one in lines],
        "open": open_lines(lines),
        "label": label,
        "may_edit": may_edit(request.user),
    }
    return render(request, "funding/reconcile.html", context)


def compared_with(state: ProgrammeState, paper: CouncilPaper) -> tuple[ProgrammeState, str]:
    """Return the state whose figures stand beside the paper's, and what it is called.

    It is the newest version that was frozen with the paper, which may correct an older one; the work in progress as
    long as there is none.
    """
    number = paper.versions.order_by("-number").values_list("number", flat=True).first()
    if number is None:
        return state, _("Arbeitsstand (mit der Vorlage ist keine Fassung festgeschrieben)")
    frozen = frozen_state(state.slug, number)
    return frozen, str(frozen.version)


@require_safe
def reconcile_file(_request: HttpRequest, programme: str, paper: str) -> HttpResponse:
    """Give the printed figures as a file that can be brought back."""
    require_programme(programme)
    found = _paper(programme, paper)
    name = f"abgleich-{found.slug}.csv"
    return HttpResponse(
        printed_csv(list(found.printed_figures.all())),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(METHODS)
def edit_printed(request: HttpRequest, programme: str, paper: str, pk: int | None = None) -> HttpResponse:
    """Enter or change one printed figure."""
    _require_editor(request)
    require_work(request)
    state = require_programme(programme)
    found = _paper(programme, paper)
    if pk is None:
        last = found.printed_figures.order_by("-number").values_list("number", flat=True).first()
        instance = PrintedFigure(paper=found, number=(last or 0) + 1)
    else:
        instance = get_object_or_404(PrintedFigure, paper=found, pk=pk)
    form = PrintedFigureForm(request.POST or None, instance=instance, state=state)
    back = reverse("reconcile", args=[programme, paper])
    title = _("Neue gedruckte Zahl") if pk is None else _("Gedruckte Zahl ändern")
    if request.method == "POST" and form.is_valid():
        try:
            form.save_by(cast("User", request.user))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Gespeichert: %(title)s.") % {"title": form.instance.label})
            return HttpResponseRedirect(back)
    context = {
        **_frame(state, found, title),
        "form": form,
        "title": title,
        "back": back,
        "delete_url": "" if pk is None else reverse("delete-printed", args=[programme, paper, pk]),
    }
    return render(request, "funding/printed_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(METHODS)
def delete_printed(request: HttpRequest, programme: str, paper: str, pk: int) -> HttpResponse:
    """Take a printed figure out of the reconciliation, after asking."""
    _require_editor(request)
    require_work(request)
    state = require_programme(programme)
    found = _paper(programme, paper)
    row = get_object_or_404(PrintedFigure, paper=found, pk=pk)
    back = reverse("reconcile", args=[programme, paper])
    if request.method == "POST":
        row.delete()
        messages.success(request, _("Gelöscht: %(label)s.") % {"label": row.label})
        return HttpResponseRedirect(back)
    title = _("Gedruckte Zahl löschen")
    question = _("„%(label)s“ (Nummer %(number)s) aus dem Abgleich nehmen?") % {
        "label": row.label,
        "number": row.number,
    }
    context = {**_frame(state, found, title), "title": title, "question": question, "back": back}
    return render(request, "funding/scenario_confirm.html", context)


# The size is judged before the body is read, and the body holds the CSRF token; ``_import`` checks that.
@csrf_exempt
@require_http_methods(METHODS)
def import_printed(request: HttpRequest, programme: str, paper: str) -> HttpResponse:
    """Take a file of printed figures: show what it would change, then save all of it or nothing."""
    _require_editor(request)
    require_work(request)
    size = too_large_upload(request)
    if size is not None:
        state = require_programme(programme)
        message = too_large(size)
        return _file_page(request, state, _paper(programme, paper), PrintedFileForm(), message=message, status=413)
    return _import(request, programme, paper)


@csrf_protect
def _import(request: HttpRequest, programme: str, paper: str) -> HttpResponse:
    state = require_programme(programme)
    found = _paper(programme, paper)
    if request.method != "POST":
        return _file_page(request, state, found, PrintedFileForm())
    try:
        if "confirm" in request.POST:
            return _confirm(request, state, found)
        form = PrintedFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return _file_page(request, state, found, form, status=422)
        upload = form.cleaned_data["file"]
        sheet = read_sheet(upload.file, upload.name or "", upload.size or 0, LAYOUT)
        judged = judge(state, found, sheet)
    except RefusedFileError as error:
        status = 413 if isinstance(error, TooLargeError) else 422
        return _file_page(request, state, found, PrintedFileForm(), message=error.message, status=status)
    if judged.problems:
        return _refused(request, state, found, judged.problems)
    return _preview(request, state, found, judged, shown(upload.name or ""))


def _preview(
    request: HttpRequest, state: ProgrammeState, paper: CouncilPaper, judged: JudgedFile, name: str
) -> HttpResponse:
    rows = [one.form.instance for one in (*judged.new, *judged.changed)]
    context = {
        **_frame(state, paper, _("Abgleich einlesen")),
        "file_name": name,
        "lines": reconcile(compared_with(state, paper)[0], paper, rows),
        "new": len(judged.new),
        "changed": len(judged.changed),
        "confirm": signed(judged, paper, request.user.pk or 0),
        "back": reverse("reconcile-import", args=[state.slug, paper.slug]),
    }
    return render(request, "funding/reconcile_preview.html", context)


def _confirm(request: HttpRequest, state: ProgrammeState, paper: CouncilPaper) -> HttpResponse:
    with transaction.atomic():
        # Two confirmations at once: the second one waits here, and finds that its preview is out of date.
        CouncilPaper.objects.select_for_update().get(pk=paper.pk)
        read = confirmed(request.POST["confirm"], paper, request.user.pk or 0)
        lines, problems = forms_of(state, paper, read)
        if problems:
            return _refused(request, state, paper, problems)
        wanted = [one.form for one in lines if one.old is None or one.is_changed]
        count = save_printed(forms=wanted, by=cast("User", request.user))
    said = ngettext("Übernommen: eine Zeile.", "Übernommen: %(count)s Zeilen.", count) % {"count": count}
    messages.success(request, said)
    return HttpResponseRedirect(reverse("reconcile", args=[state.slug, paper.slug]))


def _refused(
    request: HttpRequest, state: ProgrammeState, paper: CouncilPaper, problems: "tuple[Problem, ...] | list[Problem]"
) -> HttpResponse:
    message = _("Nichts wurde gespeichert. Die Datei wird nur ganz übernommen oder gar nicht.")
    more = {"problems": problems[:MOST_PROBLEMS], "more_problems": max(len(problems) - MOST_PROBLEMS, 0)}
    return _file_page(request, state, paper, PrintedFileForm(), message=message, status=422, **more)


def _file_page(
    request: HttpRequest,
    state: ProgrammeState,
    paper: CouncilPaper,
    form: PrintedFileForm,
    *,
    message: str = "",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        **_frame(state, paper, _("Abgleich einlesen")),
        "form": form,
        "message": message,
        "is_refused": bool(message or form.errors),
        "columns": COLUMNS,
        "required": REQUIRED,
        **more,
    }
    return render(request, "funding/reconcile_import.html", context, status=status)


def _paper(programme: str, slug: str) -> CouncilPaper:
    return get_object_or_404(CouncilPaper, programme__slug=programme, slug=slug)


def _url(state: ProgrammeState, one: ReconcileLine) -> str:
    if one.address is None or one.row.fiscal_year is None:
        return ""
    selection = Selection(state, one.row.fiscal_year, state.scenario(one.row.scenario or IN_FORCE))
    return selection.derivation_url(one.address.key, **narrowing(one.address))


def _require_editor(request: HttpRequest) -> None:
    if not may_edit(request.user):
        raise PermissionDenied


def _frame(state: ProgrammeState, paper: CouncilPaper, title: str = "") -> dict[str, Any]:
    crumbs = [
        (_("Start"), reverse("start")),
        (state.short_name, reverse("programme", args=[state.slug])),
        (_("Vorlagen"), reverse("papers", args=[state.slug])),
        (_("Vorlage %(number)s") % {"number": paper.number}, reverse("paper", args=[state.slug, paper.slug])),
        (_("Abgleich"), reverse("reconcile", args=[state.slug, paper.slug]) if title else ""),
    ]
    if title:
        crumbs.append((title, ""))
    return {"programme": state, "paper": paper, "crumbs": crumbs}
