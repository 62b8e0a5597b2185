"""A paper out of an OParl file: shown first, then saved as a whole or not at all. Nothing comes from the network."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from funding.chain import day_in_words
from funding.models import CouncilPaper, DatePrecision, MeetingRole, PaperKind, Programme
from funding.oparl.reading import MOST_BYTES, Consultation, Fault, OParlError, OParlPaper, read_paper
from funding.resolutions import Station, record_paper
from funding.selection import require_programme, require_work
from funding.selectors import ProgrammeState
from kim import formatting
from kim.files.confirmation import opened, sealed
from kim.files.sheet import RefusedFileError
from kim.roles import may_edit

SALT = "funding.oparl.preview"
# What a form sends beside its file.
MOST_REQUEST = MOST_BYTES + 64 * 1024
# A browser shows the answer only if its upload was taken; up to here it is, and thrown away.
MOST_DRAINED, CHUNK = 64 * 1024 * 1024, 64 * 1024
TOO_LARGE = gettext_lazy("Die Datei ist größer als 1 MB. Eine einzelne Vorlage nach OParl hat wenige Kilobyte.")


class OParlForm(forms.Form):
    """A file."""

    file = forms.FileField(
        label=gettext_lazy("OParl-Datei"),
        allow_empty_file=True,
        help_text=gettext_lazy("Ein einzelnes Paper nach OParl 1.0 oder 1.1 als JSON, höchstens 1 MB"),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        error_messages={"required": gettext_lazy("Bitte eine Datei auswählen.")},
    )


# The size is judged before the body is read, and the body holds the CSRF token; ``_import`` checks that.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def import_paper(request: HttpRequest, programme: str) -> HttpResponse:
    """Take an OParl file: show what it says and what it does not say, then save the paper."""
    if not may_edit(request.user):
        raise PermissionDenied
    require_work(request)
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if request.method == "POST" and size > MOST_REQUEST:
        if size <= MOST_DRAINED:
            while request.read(CHUNK):
                pass
        return _page(request, require_programme(programme), OParlForm(), message=str(TOO_LARGE), status=413)
    return _import(request, programme)


@csrf_protect
def _import(request: HttpRequest, programme: str) -> HttpResponse:
    state = require_programme(programme)
    if request.method != "POST":
        return _page(request, state, OParlForm())
    if "confirm" in request.POST:
        return _confirm(request, state)
    form = OParlForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, state, form, status=422)
    try:
        found = read_paper(form.cleaned_data["file"].read(MOST_BYTES + 1))
        _judge(state, found)
    except OParlError as error:
        return _page(request, state, form, message=error.message, problems=error.problems, status=422)
    context = {
        **_frame(state),
        "found": found,
        "day": day_in_words(found.paper_date, is_day_known=found.is_day_known),
        "kind": PaperKind(found.kind).label,
        "meetings": [
            (formatting.date(one.meeting_date), one.committee, MeetingRole(one.role).label, one.is_public)
            for one in found.consultations
        ],
        "confirm": _signed(request, state, found),
    }
    return render(request, "funding/paper_import_preview.html", context)


def _judge(state: ProgrammeState, found: OParlPaper) -> None:
    """Refuse a number that is taken before anybody reads a preview."""
    if CouncilPaper.objects.filter(programme__slug=state.slug, number=found.number).exists():
        reason = _("eine Vorlage mit dieser Nummer gibt es schon; ändern Sie sie auf ihrer Seite")
        message = _("Nichts wurde übernommen.")
        raise OParlError(message, (Fault("reference", found.number, reason),))


def _confirm(request: HttpRequest, state: ProgrammeState) -> HttpResponse:
    try:
        found = _opened(request, state)
        _judge(state, found)
        paper = record_paper(paper=_row(state, found), stations=[_station(one) for one in found.consultations])
    except OParlError as error:
        return _page(request, state, OParlForm(), message=error.message, problems=error.problems, status=422)
    except ValidationError as error:
        return _page(request, state, OParlForm(), message=" ".join(error.messages), status=422)
    messages.success(request, _("Übernommen: %(paper)s.") % {"paper": paper.name})
    return HttpResponseRedirect(reverse("paper", args=[state.slug, paper.slug]))


def _row(state: ProgrammeState, found: OParlPaper) -> CouncilPaper:
    return CouncilPaper(
        programme=Programme.objects.get(slug=state.slug), number=found.number, kind=found.kind, title=found.title,
        paper_date=found.paper_date, date_precision=DatePrecision.DAY if found.is_day_known else DatePrecision.YEAR,
        url=found.url,
    )  # fmt: skip


def _station(one: Consultation) -> Station:
    return Station(one.committee, one.meeting_date, one.role, one.is_public)


def _signed(request: HttpRequest, state: ProgrammeState, found: OParlPaper) -> str:
    data = asdict(found) | {
        "paper_date": found.paper_date.isoformat(),
        "consultations": [
            [one.committee, one.meeting_date.isoformat(), one.role, one.is_public] for one in found.consultations
        ],
        "notices": [],
    }
    return sealed([state.slug, request.user.pk, data], SALT)


def _opened(request: HttpRequest, state: ProgrammeState) -> OParlPaper:
    """Return what the preview showed; raises ``OParlError`` for what was changed on the way or is too old."""
    try:
        programme, user, data = opened(request.POST["confirm"], SALT)
    except RefusedFileError as error:
        raise OParlError(error.message) from error
    if (programme, user) != (state.slug, request.user.pk):
        message = _("Die Bestätigung gehört zu einem anderen Programm oder Konto. Bitte die Datei selbst hochladen.")
        raise OParlError(message)
    consultations = tuple(
        Consultation(committee, date.fromisoformat(day), role, is_public)
        for committee, day, role, is_public in data.pop("consultations")
    )
    day = date.fromisoformat(data.pop("paper_date"))
    return OParlPaper(**{**data, "paper_date": day, "consultations": consultations, "notices": ()})


def _page(
    request: HttpRequest,
    state: ProgrammeState,
    form: OParlForm,
    *,
    message: str = "",
    problems: tuple[Fault, ...] = (),
    status: int = 200,
) -> HttpResponse:
    page: dict[str, Any] = {
        **_frame(state), "form": form, "message": message, "problems": problems,
        "is_refused": bool(message or form.errors),
    }  # fmt: skip
    return render(request, "funding/paper_import.html", page, status=status)


def _frame(state: ProgrammeState) -> dict[str, Any]:
    return {
        "programme": state,
        "crumbs": [
            (_("Start"), reverse("start")),
            (state.short_name, reverse("programme", args=[state.slug])),
            (_("Vorlagen"), reverse("papers", args=[state.slug])),
            (_("OParl-Datei"), ""),
        ],
    }
