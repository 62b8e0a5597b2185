"""A pay table from a file: first what it would change, then all of it or nothing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from kim.errors import PeriodError
from kim.fields import DayFormField
from kim.figures import Status
from kim.files.reading import read_sheet
from kim.files.sheet import Problem, RefusedFileError, TooLargeError, shown, too_large
from kim.files.uploads import too_large_upload
from kim.models import STATUS_CHOICES
from kim.roles import may_edit
from kim.rowforms import CHOOSE
from kim.years import Period
from staffing.calculation.pay import group_label
from staffing.models import PayRate, Tariff
from staffing.paytables.confirmation import Confirmed, open_confirmed
from staffing.paytables.plan import Cell, Plan, Wanted, in_words, plan_table
from staffing.paytables.reading import LAYOUT, STEPS, read_table
from staffing.selectors import rates_seal
from staffing.services import MovedError, save_table

MOST_PROBLEMS = 200


class UploadForm(forms.Form):
    """A file, and what it cannot say itself: of which tariff it is, from when it holds, what proves it."""

    file = forms.FileField(
        label=gettext_lazy("Datei"),
        allow_empty_file=True,
        help_text=gettext_lazy("CSV: eine Zeile je Gruppe, Spalten „Gruppe“ und „Stufe 1“ bis „Stufe 6“"),
        widget=forms.FileInput(attrs={"accept": ".csv"}),
        error_messages={"required": gettext_lazy("Bitte eine Datei auswählen.")},
    )
    tariff = forms.ChoiceField(
        label=gettext_lazy("Tarif"),
        choices=[("", CHOOSE), *Tariff.choices],
        error_messages={"invalid_choice": gettext_lazy("Diesen Tarif gibt es nicht. Bitte aus der Liste wählen.")},
    )
    valid_from = DayFormField(label=gettext_lazy("gültig ab"))
    valid_to = DayFormField(
        label=gettext_lazy("gültig bis"), required=False, help_text=gettext_lazy("Leer: bis auf Weiteres")
    )
    source = forms.CharField(
        label=gettext_lazy("Quelle"),
        max_length=500,
        help_text=gettext_lazy("zum Beispiel: Anlage C (VKA) zum TVöD, gültig ab 01.05.2026"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    source_status = forms.ChoiceField(
        label=gettext_lazy("Beleg"), choices=STATUS_CHOICES, initial=Status.VERIFIED.value
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Build the validity from both days."""
        data: dict[str, Any] = super().clean() or {}
        start = data.get("valid_from")
        if start is not None and "valid_to" in data:
            try:
                data["period"] = Period(start, data["valid_to"])
            except PeriodError as error:
                self.add_error("valid_to", error.message)
        return data

    def wanted(self) -> Wanted:
        """Return what a valid form asks for."""
        data = self.cleaned_data
        return Wanted(Tariff(data["tariff"]), data["period"], data["source"], Status(data["source_status"]))


# The size is judged before the body is read, and the body holds the CSRF token; ``_upload`` checks that.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def upload_table(request: HttpRequest) -> HttpResponse:
    """Take a file: show what it would change, then save all of it or nothing."""
    if not may_edit(request.user):
        raise PermissionDenied
    size = too_large_upload(request)
    if size is not None:
        return _form_page(request, UploadForm(), message=too_large(size), status=413)
    return _upload(request)


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _form_page(request, UploadForm())
    if "confirm" in request.POST:
        return _confirm(request)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    upload = form.cleaned_data["file"]
    try:
        sheet = read_sheet(upload.file, upload.name or "", upload.size or 0, LAYOUT)
        table = read_table(sheet, form.wanted().tariff)
    except RefusedFileError as error:
        status = 413 if isinstance(error, TooLargeError) else 422
        return _form_page(request, form, message=error.message, status=status)
    wanted = form.wanted()
    # Taken before the rows are read: whatever moves in between makes the confirmation fail, never pass.
    seal = rates_seal()
    plan = plan_table(wanted, table.values, PayRate.objects.filter(tariff=wanted.tariff))
    problems = (*table.problems, *plan.problems)
    if problems:
        return _form_page(
            request, form, message=_nothing_saved(), status=422,
            problems=sorted(problems, key=lambda one: one.line)[:MOST_PROBLEMS],
            more_problems=max(len(problems) - MOST_PROBLEMS, 0),
        )  # fmt: skip
    confirmed = Confirmed(request.user.pk or 0, seal, wanted, table.values)
    return render(request, "staffing/pay_upload_preview.html", _preview(plan, confirmed, shown(upload.name or "")))


def _nothing_saved() -> str:
    return _("Nichts wurde gespeichert. Die Tabelle wird nur ganz übernommen oder gar nicht.")


def _preview(plan: Plan, confirmed: Confirmed, file_name: str) -> dict[str, Any]:
    cells: dict[str, dict[int, Cell]] = {}
    for cell in plan.cells:
        cells.setdefault(cell.value.group, {})[cell.value.step] = cell
    return {
        **_frame(),
        "plan": plan,
        "file_name": file_name,
        "tariff": plan.wanted.tariff.label,
        "validity": in_words(plan.wanted.period.start, plan.wanted.period.end),
        "steps": list(STEPS.values()),
        "groups": [(group_label(group), [found.get(step) for step in STEPS]) for group, found in cells.items()],
        "confirm": confirmed.signed(),
    }


def _confirm(request: HttpRequest) -> HttpResponse:
    """Save what the preview showed; whatever moved since then refuses all of it."""
    try:
        confirmed = open_confirmed(request.POST["confirm"])
    except RefusedFileError as error:
        return _form_page(request, UploadForm(), message=error.message, status=422)
    if confirmed.user != request.user.pk:
        message = _("Die Bestätigung gehört zu einem anderen Konto. Bitte die Datei selbst hochladen.")
        return _form_page(request, UploadForm(), message=message, status=422)
    wanted = confirmed.wanted
    try:
        plan = save_table(
            wanted=wanted, values=confirmed.values, seal=confirmed.seal, by=request.user
        )  # fmt: skip
    except MovedError as error:
        form = UploadForm(
            initial={
                "tariff": wanted.tariff.value, "valid_from": wanted.period.start, "valid_to": wanted.period.end,
                "source": wanted.source, "source_status": wanted.status.value,
            }
        )  # fmt: skip
        return _form_page(request, form, message=error.message, status=409)
    count = len(plan.new) + len(plan.changed)
    messages.success(
        request,
        ngettext("Übernommen: ein Tabellenentgelt.", "Übernommen: %(count)s Tabellenentgelte.", count)
        % {"count": count},
    )
    start = wanted.period.start
    return HttpResponseRedirect(reverse("pay-table", args=[wanted.tariff.value, start]))


def _form_page(
    request: HttpRequest, form: UploadForm, *, message: str = "", status: int = 200, **context: Any
) -> HttpResponse:
    problems: list[Problem] = context.get("problems", [])
    page = {
        **_frame(),
        **context,
        "form": form,
        "message": message,
        "problems": problems,
        "is_refused": bool(message or form.errors),
    }
    return render(request, "staffing/pay_upload.html", page, status=status)


def _frame() -> dict[str, Any]:
    return {
        "crumbs": [
            (_("Start"), reverse("start")),
            (_("Stellenkosten"), reverse("pay-cost")),
            (_("Entgelttabellen"), reverse("pay-tables")),
            (_("Hochladen"), ""),
        ],
    }
