"""Frozen versions: the list, one with its proof and beside today, and the form that freezes a new one."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from funding.models import CouncilPaper, ForecastVersion, Programme
from funding.proof import Proof, prove
from funding.scenario_words import difference_in_words
from funding.selection import Selection, require_programme, require_work, select_from, select_work, unchosen
from funding.selectors import IN_FORCE, ProgrammeState
from funding.services import freeze
from funding.version_forms import FreezeForm
from funding.versions import VersionRow, require_row, row_of, state_of_row, version_rows
from kim import formatting
from kim.errors import KimError, RuleError
from kim.roles import may_edit

# As much of a seal as tells two versions apart in a list.
SHORT_SEAL = 12
# A proof computes a whole version again; the list of a long life must not make its reader wait for all of them.
PROVED_AT_ONCE = 10
KEYS = ("expense", "grant", "shortfall", "full_cost")


@dataclass(frozen=True, slots=True)
class Line:
    """A version in the list, with what its proof says; None where only the seal was checked."""

    row: VersionRow
    url: str
    paper_url: str
    proof: Proof | None

    @property
    def short_seal(self) -> str:
        """The beginning of the seal."""
        return self.row.seal[:SHORT_SEAL]


@dataclass(frozen=True, slots=True)
class YearLine:
    """A fiscal year of a version: amounts with their derivations, or why they cannot be read any more."""

    year: int
    cells: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    broken: str = ""


@dataclass(frozen=True, slots=True)
class BesideToday:
    """The shortfall of a year in the version and in the work in progress."""

    year: int
    frozen: str
    frozen_url: str
    today: str
    today_url: str
    difference: str
    differs: bool


@require_safe
def versions(request: HttpRequest, programme: str) -> HttpResponse:
    """List the versions of a programme, newest first, each with its proof."""
    selection = select_work(request, programme)
    rows = [row_of(found) for found in version_rows(programme)]
    return render(
        request, "funding/versions.html",
        {
            "programme": selection.state, "selection": selection,
            "lines": [
                Line(
                    row, reverse("version", args=[programme, row.number]),
                    reverse("paper", args=[programme, row.paper_slug]) + f"?version={row.number}"
                    if row.paper_slug else "",
                    prove(row) if place < PROVED_AT_ONCE else None,
                )
                for place, row in enumerate(rows)
            ],
            "may_edit": may_edit(request.user),
            "crumbs": _crumbs(selection, (_("Fassungen"), "")),
        },
    )  # fmt: skip


@require_safe
def version(request: HttpRequest, programme: str, number: int) -> HttpResponse:
    """Show a version: proof, figures by year, where it differs from today, corrections, seal."""
    today = require_programme(programme)
    try:
        row = require_row(programme, number)
    except RuleError as error:
        raise Http404(error.message) from error
    context: dict[str, Any] = {
        "row": row, "proof": prove(row), "may_edit": may_edit(request.user),
        "api_url": reverse("api-version", args=[programme, number]),
        "corrects_url": _version_url(programme, row.corrects),
        "corrected_by_url": _version_url(programme, row.corrected_by),
    }  # fmt: skip
    try:
        selection = select_from(request, state_of_row(row))
    except KimError as error:
        if error.data.get("field") in {"year", "scenario"}:
            raise
        # What is left of a text that somebody broke: its row, and the proof that names it.
        selection = unchosen(today)
        context |= {"broken": error.message}
    else:
        state = selection.state
        years = [_year_line(selection, year) for year in state.years]
        context |= {
            "frozen": state.version, "years": years, "beside": _beside(selection, today),
            "filter": {
                "action": request.path, "scenarios": state.scenarios, "scenario": selection.scenario.slug, "keep": [],
            },
            "missing": [one for one in years if one.missing],
            "paper_url": selection.page_url("paper", row.paper_slug) if row.paper_slug else "",
            "links": [
                (label, selection.page_url(route))
                for route, label in (
                    ("programme", _("Übersicht")), ("positions", _("Stellen")), ("material", _("Sachkosten")),
                    ("conditions", _("Förderung")), ("scenarios", _("Szenarien")), ("papers", _("Vorlagen")),
                )
            ],
        }  # fmt: skip
    context |= {
        "programme": selection.state, "selection": selection,
        "crumbs": _crumbs(selection, (_("Fassungen"), reverse("versions", args=[programme])), (str(row), "")),
    }  # fmt: skip
    return render(request, "funding/version.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def freeze_version(request: HttpRequest, programme: str) -> HttpResponse:
    """Show what would be frozen and ask for its name; a POST freezes exactly what was shown, or nothing."""
    if not may_edit(request.user):
        raise PermissionDenied
    require_work(request)
    selection = select_work(request, programme)
    row = Programme.objects.get(slug=programme)
    if request.method != "POST":
        return _freeze_page(request, selection, FreezeForm(programme=row, initial=_initial(request, row)))
    form = FreezeForm(request.POST, programme=row)
    if not form.is_valid():
        return _freeze_page(request, selection, form, status=422)
    shown = request.POST.get("seal", "")
    if shown != selection.state.seal:
        return _freeze_page(request, selection, form, stale=True, status=409)
    try:
        found = freeze(programme=row, by=request.user, shown=shown, **form.cleaned_data)  # type: ignore[arg-type]
    except RuleError as error:
        field = str(error.data.get("field", ""))
        if field == "seal":
            return _freeze_page(request, select_work(request, programme), form, stale=True, status=409)
        form.add_error(field if field in form.fields else None, error.message)
        return _freeze_page(request, selection, form, status=422)
    messages.success(
        request, _("Festgeschrieben: Fassung %(number)s, %(name)s.") % {"number": found.number, "name": found.name}
    )
    return HttpResponseRedirect(reverse("version", args=[programme, found.number]))


def _initial(request: HttpRequest, programme: Programme) -> dict[str, Any]:
    """Return what stands in the form at first: the newest paper and a name after it, or the version to correct."""
    text = request.GET.get("corrects", "")
    if text.isascii() and text.isdigit() and len(text) <= 6:  # noqa: PLR2004 - as the numbers of versions
        corrected = ForecastVersion.objects.defer("document").filter(programme=programme, number=int(text)).first()
        if corrected is not None:
            return {"corrects": corrected.pk, "paper": corrected.paper_id}
    paper = CouncilPaper.objects.filter(programme=programme).order_by("-paper_date", "-number").first()
    if paper is None:
        return {}
    name = _("Vorlage %(number)s") % {"number": paper.number}
    is_taken = ForecastVersion.objects.filter(programme=programme, name__iexact=name).exists()
    return {"paper": paper.pk, "name": "" if is_taken else name}


def _freeze_page(
    request: HttpRequest, selection: Selection, form: FreezeForm, *, stale: bool = False, status: int = 200
) -> HttpResponse:
    state = selection.state
    years = [_year_line(selection, year) for year in state.years]
    back = reverse("versions", args=[state.slug])
    context = {
        "programme": state, "selection": selection, "form": form, "stale": stale, "seal": state.seal, "years": years,
        "missing": [one for one in years if one.missing], "back": back,
        "scenarios": [one.name for one in state.scenarios],
        "crumbs": _crumbs(selection, (_("Fassungen"), back), (_("Fassung festschreiben"), "")),
    }  # fmt: skip
    return render(request, "funding/freeze.html", context, status=status)


def _year_line(selection: Selection, year: int) -> YearLine:
    try:
        found = selection.of(year)
    except KimError as error:
        return YearLine(year, (), (), error.message)
    cells = tuple(
        (formatting.amount(found.figures[key].amount), selection.derivation_url(key, year=year)) for key in KEYS
    )
    return YearLine(year, cells, found.missing)


def _beside(selection: Selection, today: ProgrammeState) -> list[BesideToday]:
    """Return each year of the version beside today, in the same scenario; nothing where today has none of it."""
    found = []
    known = {IN_FORCE, *(one.slug for one in today.scenarios)}
    now = replace(selection, state=today)
    for year in selection.state.years:
        frozen = _shortfall(selection, year)
        is_known = year in today.years and selection.scenario.slug in known
        current = _shortfall(now, year) if is_known else None
        differs = frozen is not None and current is not None and frozen != current
        words = "" if frozen is None or current is None else difference_in_words("shortfall", current - frozen)
        found.append(
            BesideToday(
                year,
                "" if frozen is None else formatting.amount(frozen),
                selection.derivation_url("shortfall", year=year),
                "" if current is None else formatting.amount(current),
                "" if current is None else now.derivation_url("shortfall", year=year),
                words,
                differs,
            )
        )
    return found


def _shortfall(selection: Selection, year: int) -> Decimal | None:
    try:
        return selection.of(year).figures["shortfall"].amount
    except KimError:
        return None


def _version_url(programme: str, number: int | None) -> str:
    return "" if number is None else reverse("version", args=[programme, number])


def _crumbs(selection: Selection, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Start"), reverse("start")), (selection.state.short_name, selection.page_url("programme")), *more,
    ]  # fmt: skip
