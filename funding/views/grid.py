"""The grid of the yearly forecast: a plain form that a script makes faster; the server decides and computes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from funding.calculation.shortfall import YearFigures
from funding.calculation.whatif import Place, raised, total_over_years
from funding.grid import MOST_YEARS_AFTER, Cell, Grid, ModuleRows, Row, forecast, grid_years, read_grid
from funding.grid_saving import Conflict, Read, StaleError, Typed, read_changes, save_changes
from funding.selection import Selection, filter_context, select_work
from kim import formatting
from kim.amounts import parse_amount
from kim.errors import AmountError, PeriodError
from kim.figures import Status
from kim.models import STATUS_CHOICES
from kim.roles import may_edit

MOST_SOURCE = 500
MOST_CELLS = 20_000
# The lines below a module and below all of them: published figures, computed by the core for what is typed.
LINES = ("position_cost", "expense", "grant", "shortfall")
YEAR_DIGITS = 4


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell as the page shows it: what stands in the field, and what is stored."""

    cell: Cell
    text: str
    note: str
    seen: str
    error: str
    is_changed: bool
    stored: str
    basis: str
    basis_url: str


@dataclass(frozen=True, slots=True)
class RowView:
    """A row as the page shows it."""

    row: Row
    cells: tuple[CellView, ...]
    has_note: bool
    total: Decimal


@dataclass(frozen=True, slots=True)
class ModuleView:
    """A module as the page shows it: rows, and the core's figures below them by year."""

    number: int
    name: str
    rows: tuple[RowView, ...]
    lines: tuple[tuple[str, str, tuple[str, ...]], ...]


@require_http_methods(["GET", "HEAD", "POST"])
def grid(request: HttpRequest, programme: str) -> HttpResponse:
    """Show the forecast; a POST saves all of it or nothing."""
    if not may_edit(request.user):
        raise PermissionDenied
    selection = select_work(request, programme)
    years = _years(request, selection)
    found = read_grid(selection.state, years)
    if request.method != "POST":
        return _page(request, selection, found, {}, Read((), (), {}))
    typed = _typed(request.POST, found)
    typed = _decide(request.POST, typed, found)
    if request.POST.get("action") == "raise":
        return _raise(request, selection, found, typed)
    read = read_changes(found, typed)
    source, status = request.POST.get("source", "").strip(), request.POST.get("source_status", "")
    general = _source_errors(source, status) if read.changes else {}
    if read.errors or general:
        return _page(request, selection, found, typed, read, general=general, status=422)
    if read.conflicts:
        return _page(request, selection, found, typed, read, status=409)
    try:
        count = save_changes(changes=read.changes, source=source, status=status, by=request.user)  # type: ignore[arg-type]
    except StaleError:
        # Lost the race between reading and writing: read again, so that both values can be shown.
        found = read_grid(selection.state, years)
        return _page(request, selection, found, typed, read_changes(found, typed), status=409)
    messages.success(
        request,
        ngettext("Gespeichert: ein Betrag.", "Gespeichert: %(count)s Beträge.", count) % {"count": count}
        if count
        else _("Es war nichts geändert."),
    )
    return HttpResponseRedirect(request.get_full_path())


@require_POST
def what_if(request: HttpRequest, programme: str) -> JsonResponse:
    """Answer the figures that would follow from amounts not saved yet; nothing is stored."""
    if not may_edit(request.user):
        raise PermissionDenied
    selection = select_work(request, programme)
    years = _years(request, selection)
    found = read_grid(selection.state, years)
    cells, places = found.cells, found.places
    errors: dict[str, str] = {}
    amounts: dict[Place, Decimal | None] = {}
    for key, text in _json_cells(request).items():
        if key not in cells:
            errors[key] = _("Diese Zelle gibt es nicht mehr. Bitte die Seite neu laden.")
            continue
        try:
            amounts[places[key]] = parse_amount(text) if text.strip() else None
        except AmountError as error:
            errors[key] = error.message
    figures = forecast(selection.state, selection.scenario.slug, years, amounts)
    return JsonResponse({"errors": errors, "lines": _lines_by_key(figures)})


@require_POST
def raise_percent(request: HttpRequest, programme: str) -> JsonResponse:
    """Answer amounts raised by a percentage, rounded to cents by the one place that rounds; nothing is stored."""
    if not may_edit(request.user):
        raise PermissionDenied
    selection = select_work(request, programme)
    keys = read_grid(selection.state, _years(request, selection)).cells
    try:
        percent = _percent(_json(request).get("percent"))
        answer = {
            key: formatting.amount(raised(parse_amount(text), percent))
            for key, text in _json_cells(request).items()
            if key in keys and text.strip()
        }
    except AmountError as error:
        return JsonResponse({"errors": {"percent": error.message}}, status=422)
    return JsonResponse({"cells": answer})


def _years(request: HttpRequest, selection: Selection) -> tuple[int, ...]:
    text = request.GET.get("until", "")
    if text and not (text.isascii() and text.isdigit() and len(text) == YEAR_DIGITS):
        message = _("„%(year)s“ ist kein Haushaltsjahr. Bitte vier Ziffern angeben, zum Beispiel 2027.") % {
            "year": text[:20]
        }
        raise PeriodError(message, field="year")
    return grid_years(selection.state, int(text) if text else None)


def _typed(data: Mapping[str, Any], found: Grid) -> dict[str, Typed]:
    """Read the form: ``c-`` amounts, ``n-`` notes, ``b-`` what was seen; a cell without its amount was not sent."""
    return {
        key: Typed(data[f"c-{key}"], data.get(f"n-{key}", cell.note), data.get(f"b-{key}", ""))
        for key, cell in found.cells.items()
        if f"c-{key}" in data
    }


def _decide(data: Mapping[str, Any], typed: dict[str, Typed], found: Grid) -> dict[str, Typed]:
    """Apply the decisions of a conflict: take the stored value, or one's own with the version now seen."""
    cells = found.cells
    decided = dict(typed)
    for key, entry in typed.items():
        match data.get(f"take-{key}"):
            case "stored":
                cell = cells[key]
                text = "" if cell.amount is None else formatting.amount(cell.amount)
                decided[key] = Typed(text, cell.note, cell.seen)
            case "typed":
                # Only for the version that the conflict was shown with; if that has moved on, it is a conflict again.
                decided[key] = Typed(entry.text, entry.note, data.get(f"shown-{key}", ""))
    return decided


def _raise(request: HttpRequest, selection: Selection, found: Grid, typed: dict[str, Typed]) -> HttpResponse:
    """Raise what is typed by a percentage from a year on, unsaved, for people without a script."""
    general: dict[str, str] = {}
    try:
        percent = _percent(request.POST.get("raise_percent", ""))
        start = request.POST.get("raise_from", "")
        if start not in {str(year) for year in found.years}:
            message = _("Bitte das Jahr wählen, ab dem erhöht wird.")
            raise AmountError(message)  # noqa: TRY301 - one place answers all refusals of this form
        after = {}
        for key, entry in typed.items():
            cell = found.cells[key]
            applies = key.startswith("p") and cell.year >= int(start) and not cell.locked and entry.text.strip()
            text = formatting.amount(raised(parse_amount(entry.text), percent)) if applies else entry.text
            after[key] = Typed(text, entry.note, entry.seen)
        typed = after
    except AmountError as error:
        general["raise_percent"] = error.message
    return _page(
        request, selection, found, typed, read_changes(found, typed), general=general, status=422 if general else 200
    )


def _percent(text: object) -> Decimal:
    """Read a percentage typed in German, from -99 to 999."""
    if not isinstance(text, str):
        message = _("Bitte einen Prozentsatz angeben, zum Beispiel 2,5.")
        raise AmountError(message)
    try:
        percent = parse_amount(text.strip().removesuffix("%"))
    except AmountError as error:
        message = _("„%(text)s“ ist kein Prozentsatz. Bitte so eingeben: 2,5") % {"text": text[:20]}
        raise AmountError(message) from error
    if not -100 < percent < 1000:  # noqa: PLR2004 - below -100 % nothing is left to pay
        message = _("„%(text)s“ Prozent ist keine sinnvolle Erhöhung.") % {"text": text[:20]}
        raise AmountError(message)
    return percent


def _source_errors(source: str, status: str) -> dict[str, str]:
    errors = {}
    if not source or "\x00" in source:
        errors["source"] = _("Bitte angeben, worauf die geänderten Beträge beruhen.")
    elif len(source) > MOST_SOURCE:
        errors["source"] = _("Die Quelle ist zu lang (höchstens %(most)s Zeichen).") % {"most": MOST_SOURCE}
    if status not in {one.value for one in Status}:
        errors["source_status"] = _("Bitte den Beleg auswählen.")
    return errors


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        data = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        message = _("Die Anfrage ist nicht lesbar.")
        raise AmountError(message) from error
    return data if isinstance(data, dict) else {}


def _json_cells(request: HttpRequest) -> dict[str, str]:
    cells = _json(request).get("cells")
    if not isinstance(cells, dict) or len(cells) > MOST_CELLS:
        return {}
    return {key: text for key, text in cells.items() if isinstance(text, str)}


def _page(
    request: HttpRequest,
    selection: Selection,
    found: Grid,
    typed: Mapping[str, Typed],
    read: Read,
    *,
    general: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    state, places = selection.state, found.places
    amounts = {places[key]: amount for key, amount in read.amounts.items()}
    figures = forecast(state, selection.scenario.slug, found.years, amounts)
    changed = set(read.amounts) | {conflict.key for conflict in read.conflicts}
    titles = found.titles
    context = {
        "programme": state,
        "selection": selection,
        "filter": filter_context(selection, reverse("grid", args=[state.slug]), until=request.GET.get("until", "")),
        "crumbs": [
            (_("Start"), reverse("start")),
            (state.short_name, selection.page_url("programme")),
            (_("Prognose"), ""),
        ],
        "years": found.years,
        "modules": [_module(module, found, typed, read, changed, figures, selection) for module in found.modules],
        "totals": _lines({year: one.figures for year, one in figures.items()}, "t"),
        "cell_errors": [(key, titles.get(key, key), message) for key, message in read.errors.items()],
        "general": general or {},
        "conflicts": [_conflict(one) for one in read.conflicts],
        "changed_count": len(changed),
        "source": request.POST.get("source", ""),
        "source_status": request.POST.get("source_status", Status.ASSUMED.value),
        "statuses": STATUS_CHOICES,
        "raise_percent": request.POST.get("raise_percent", ""),
        "raise_from": request.POST.get("raise_from", str(state.budget_year + 1)),
        "what_if_url": f"{reverse('what-if', args=[state.slug])}?{request.GET.urlencode()}",
        "raise_url": f"{reverse('raise', args=[state.slug])}?{request.GET.urlencode()}",
        "more_url": (
            selection.page_url("grid", until=found.years[-1] + 1)
            if found.years[-1] < state.budget_year + MOST_YEARS_AFTER
            else ""
        ),
    }
    return render(request, "funding/grid.html", context, status=status)


def _conflict(one: Conflict) -> dict[str, str]:
    def shown(amount: Decimal | None) -> str:
        return _("leer") if amount is None else formatting.euro(amount)

    return {
        "key": one.key,
        "title": one.title,
        "seen": one.seen,
        "stored": shown(one.stored),
        "typed": shown(one.typed),
    }


def _module(
    module: ModuleRows,
    found: Grid,
    typed: Mapping[str, Typed],
    read: Read,
    changed: set[str],
    figures: Mapping[int, YearFigures],
    selection: Selection,
) -> ModuleView:
    by_year = {
        year: next(one.figures for one in figures[year].modules if one.number == module.number) for year in found.years
    }
    return ModuleView(
        module.number,
        module.name,
        tuple(_row(row, typed, read, changed, selection) for row in module.rows),
        _lines(by_year, f"m{module.number}"),
    )


def _row(row: Row, typed: Mapping[str, Typed], read: Read, changed: set[str], selection: Selection) -> RowView:
    cells = []
    for cell in row.cells:
        stored = "" if cell.amount is None else formatting.amount(cell.amount)
        entry = typed.get(cell.key)
        cells.append(
            CellView(
                cell=cell,
                text=stored if entry is None else entry.text,
                note=cell.note if entry is None else entry.note,
                seen=cell.seen if entry is None else entry.seen,
                error=read.errors.get(cell.key, ""),
                is_changed=cell.key in changed,
                stored=stored,
                basis="" if cell.by_basis is None else formatting.amount(cell.by_basis),
                basis_url=(
                    selection.derivation_url("cost", year=cell.year, line=row.reference)
                    if cell.by_basis is not None and cell.year in selection.state.years
                    else ""
                ),
            )
        )
    # What the basis gives counts where nothing is stored or typed.
    amounts = [read.amounts.get(cell.key, cell.amount) for cell in row.cells]
    stored_or_typed = [
        cell.by_basis if amount is None else amount for cell, amount in zip(row.cells, amounts, strict=True)
    ]
    return RowView(row, tuple(cells), any(cell.note for cell in cells), total_over_years(stored_or_typed))


def _lines(by_year: Mapping[int, Mapping[str, Any]], prefix: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return the lines below rows: key for the script, label, amounts by year."""
    labels = {
        "position_cost": _("Personalkosten der Stellen"),
        "expense": _("Gesamtkosten"),
        "grant": _("Förderung des Landes"),
        "shortfall": _("Mehrkosten der Stadt"),
    }
    return tuple(
        (
            f"{prefix}-{key}",
            labels[key],
            tuple(formatting.amount(figures[key].amount) for figures in by_year.values()),
        )
        for key in LINES
    )


def _lines_by_key(figures: Mapping[int, YearFigures]) -> dict[str, list[str]]:
    found = {key: list(amounts) for key, _label, amounts in _lines({y: f.figures for y, f in figures.items()}, "t")}
    for module in next(iter(figures.values())).modules:
        by_year = {
            year: next(one.figures for one in some.modules if one.number == module.number)
            for year, some in figures.items()
        }
        found |= {key: list(amounts) for key, _label, amounts in _lines(by_year, f"m{module.number}")}
    return found
