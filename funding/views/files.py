"""The forecast as a file, there and back: everybody who reads may take it along, finance staff brings it back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from funding.files.export import forecast_csv, forecast_workbook
from funding.files.importing import MOST_PROBLEMS, Judgement, Moved, judge
from funding.files.seals import Confirmed, open_confirmed, seen_amount
from funding.files.template import FORECAST
from funding.grid import grid_years, read_grid
from funding.grid_saving import Conflict, StaleError, read_changes, save_changes
from funding.selection import require_programme, require_work
from funding.selectors import ProgrammeState
from kim import formatting
from kim.errors import PeriodError
from kim.exports import Dialect
from kim.figures import Status
from kim.files.reading import read_sheet
from kim.files.sheet import Problem, RefusedFileError, TooLargeError, shown, too_large
from kim.files.uploads import too_large_upload
from kim.models import STATUS_CHOICES
from kim.roles import may_edit

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
YEAR_DIGITS = 4


class ImportForm(forms.Form):
    """A file, and what its amounts rest on."""

    file = forms.FileField(
        label=gettext_lazy("Datei"),
        allow_empty_file=True,
        help_text=gettext_lazy("XLSX oder CSV, hier ausgegeben; höchstens 10 MB und 20.000 Zeilen"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": gettext_lazy("Bitte eine Datei auswählen.")},
    )
    source = forms.CharField(
        label=gettext_lazy("Quelle der geänderten Beträge"),
        max_length=500,
        help_text=gettext_lazy("zum Beispiel: Personalkostenhochrechnung FB 11 vom 02.05.2022"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    source_status = forms.ChoiceField(label=gettext_lazy("Beleg"), choices=STATUS_CHOICES, initial=Status.ASSUMED.value)


@require_safe
def export_grid(request: HttpRequest, programme: str) -> HttpResponse:
    """Give the forecast as a file: ``format`` xlsx or csv, ``dialect`` of a CSV, ``until`` a year, ``notes`` 1."""
    require_work(request)
    state = require_programme(programme)
    kind = _one_of(request, "format", tuple(FORMATS))
    dialect = Dialect(_one_of(request, "dialect", tuple(one.value for one in Dialect)))
    with_notes = _one_of(request, "notes", ("0", "1")) == "1"
    found = read_grid(state, grid_years(state, _until(request)))
    now = timezone.localtime()
    if kind == "csv":
        content = forecast_csv(state, found, dialect, notes=with_notes)
    else:
        content = forecast_workbook(state, found, now, notes=with_notes)
    name = f"prognose-{state.slug}-{now:%Y-%m-%d}.{kind}"
    return HttpResponse(
        content, content_type=FORMATS[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


# The size is judged before the body is read, and the body holds the CSRF token; ``_import`` checks that.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def import_grid(request: HttpRequest, programme: str) -> HttpResponse:
    """Take a file: show what it would change, then save all of it or nothing."""
    if not may_edit(request.user):
        raise PermissionDenied
    require_work(request)
    size = too_large_upload(request)
    if size is not None:
        return _form_page(request, require_programme(programme), ImportForm(), message=too_large(size), status=413)
    return _import(request, programme)


@csrf_protect
def _import(request: HttpRequest, programme: str) -> HttpResponse:
    state = require_programme(programme)
    if request.method != "POST":
        return _form_page(request, state, ImportForm())
    if "confirm" in request.POST:
        return _confirm(request, state)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, state, form, status=422)
    upload = form.cleaned_data["file"]
    try:
        sheet = read_sheet(upload.file, upload.name or "", upload.size or 0, FORECAST)
        return _judged(request, state, form, judge(state, sheet))
    except RefusedFileError as error:
        status = 413 if isinstance(error, TooLargeError) else 422
        return _form_page(request, state, form, message=error.message, status=status)


def _judged(request: HttpRequest, state: ProgrammeState, form: ImportForm, judgement: Judgement) -> HttpResponse:
    name = shown(form.cleaned_data["file"].name)
    if judgement.is_refused:
        return _refused(request, state, form, judgement.problems, judgement.moved)
    confirmed = Confirmed(
        state.slug,
        request.user.pk or 0,
        judgement.years,
        judgement.typed or {},
        form.cleaned_data["source"],
        form.cleaned_data["source_status"],
    )
    context = {
        **_frame(state),
        "judgement": judgement,
        "file_name": name,
        "confirm": confirmed.signed(),
        "source": confirmed.source,
    }
    return render(request, "funding/import_preview.html", context)


def _confirm(request: HttpRequest, state: ProgrammeState) -> HttpResponse:
    """Save what the preview showed; whatever moved since then refuses all of it."""
    try:
        confirmed = open_confirmed(request.POST["confirm"])
    except RefusedFileError as error:
        return _form_page(request, state, ImportForm(), message=error.message, status=422)
    if (confirmed.programme, confirmed.user) != (state.slug, request.user.pk):
        message = _("Die Bestätigung gehört zu einem anderen Programm oder Konto. Bitte die Datei selbst hochladen.")
        return _form_page(request, state, ImportForm(), message=message, status=422)
    form = ImportForm(initial={"source": confirmed.source, "source_status": confirmed.status})
    found = read_grid(state, confirmed.years)
    read = read_changes(found, confirmed.typed)
    conflicts = read.conflicts
    if not read.errors and not conflicts:
        try:
            count = save_changes(
                changes=read.changes,
                source=confirmed.source,
                status=confirmed.status,
                by=request.user,  # type: ignore[arg-type]
            )
        except StaleError:
            # Lost the race between reading and writing: read again, so that both values can be shown.
            found = read_grid(state, confirmed.years)
            conflicts = read_changes(found, confirmed.typed).conflicts
        else:
            messages.success(
                request,
                ngettext("Importiert: ein Betrag.", "Importiert: %(count)s Beträge.", count) % {"count": count}
                if count
                else _("Es war nichts mehr zu ändern: alle Beträge stehen schon so da."),
            )
            return HttpResponseRedirect(reverse("grid", args=[state.slug]))
    titles = found.titles
    problems = tuple(
        Problem(0, titles.get(key, key), confirmed.typed[key].text, message) for key, message in read.errors.items()
    )
    return _refused(request, state, form, problems, tuple(_moved(one, confirmed) for one in conflicts))


def _moved(conflict: Conflict, confirmed: Confirmed) -> Moved:
    typed = confirmed.typed[conflict.key]
    return Moved(0, conflict.title, seen_amount(typed.seen), conflict.stored, typed.text)


def _refused(
    request: HttpRequest,
    state: ProgrammeState,
    form: ImportForm,
    problems: tuple[Problem, ...],
    moved: tuple[Moved, ...],
) -> HttpResponse:
    message = _("Nichts wurde gespeichert. Die Datei wird nur ganz übernommen oder gar nicht.")
    context = {
        "problems": problems[:MOST_PROBLEMS],
        "more_problems": max(len(problems) - MOST_PROBLEMS, 0),
        "moved": [_moved_row(one) for one in moved[:MOST_PROBLEMS]],
        "more_moved": max(len(moved) - MOST_PROBLEMS, 0),
    }
    return _form_page(request, state, form, message=message, status=422 if problems else 409, **context)


def _moved_row(one: Moved) -> dict[str, object]:
    exported, stored = (
        _("leer") if amount is None else formatting.euro(amount) for amount in (one.exported, one.stored)
    )
    if one.exported == one.stored:
        stored = _("%(amount)s (neue Quelle oder Anmerkung)") % {"amount": stored}
    return {
        "line": one.line,
        "title": one.title,
        "exported": exported,
        "stored": stored,
        "in_file": one.in_file or _("leer"),
    }


def _form_page(
    request: HttpRequest,
    state: ProgrammeState,
    form: ImportForm,
    *,
    message: str = "",
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    page = {**_frame(state), "form": form, "message": message, "is_refused": bool(message or form.errors), **context}
    return render(request, "funding/import.html", page, status=status)


def _frame(state: ProgrammeState) -> dict[str, Any]:
    return {
        "programme": state,
        "crumbs": [
            (_("Start"), reverse("start")),
            (state.short_name, reverse("programme", args=[state.slug])),
            (_("Prognose"), reverse("grid", args=[state.slug])),
            (_("Import"), ""),
        ],
    }


def _one_of(request: HttpRequest, name: str, allowed: tuple[str, ...]) -> str:
    """Read a word of the address; the first of the allowed ones is the default."""
    text = request.GET.get(name, allowed[0])
    if text not in allowed:
        message = _("%(name)s=„%(text)s“ gibt es nicht. Erlaubt sind: %(allowed)s.") % {
            "name": name,
            "text": shown(text),
            "allowed": ", ".join(allowed),
        }
        raise RefusedFileError(message)
    return text


def _until(request: HttpRequest) -> int | None:
    text = request.GET.get("until", "")
    if text and not (text.isascii() and text.isdigit() and len(text) == YEAR_DIGITS):
        message = _("„%(year)s“ ist kein Haushaltsjahr. Bitte vier Ziffern angeben, zum Beispiel 2027.") % {
            "year": shown(text)
        }
        raise PeriodError(message, field="year")
    return int(text) if text else None
