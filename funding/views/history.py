"""What was changed: as sentences, for a row or the whole programme, and as a report with the effect of each change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from funding.history import Event, Known, Page, Wanted, known, read
from funding.history_effects import Effect, effects
from funding.history_names import SUBJECTS, Names, without_article
from funding.history_words import Told, tell
from funding.models import (
    Cap,
    CommitteeQuestion,
    CouncilPaper,
    Deadline,
    ForecastVersion,
    FundedPosition,
    FundingModule,
    GrantAward,
    GrantRule,
    LumpSum,
    MaterialCost,
    MaterialLine,
    Meeting,
    PaperItem,
    PrintedFigure,
    Programme,
    Scenario,
    ScenarioOverride,
    TopUp,
)
from funding.selection import Selection, select_work
from funding.tracked import KINDS, OF_A_ROW, TRACKED, Rows
from kim import formatting
from kim.amounts import parse_date
from kim.errors import KimError
from kim.exports import Cell, Dialect, Table, csv_text
from kim.roles import may_edit
from staffing.models import PayRise, Position, PositionBasis, PositionCost

CHANGES_OF_A_PAGE = 50
DIGITS_OF_A_PAGE = 3
# Each change of a report is computed; a longer file would take longer than anybody waits.
MOST_OF_A_FILE = 500
MOST_SHOWN = 40

KIND_LABELS: dict[str, Promise] = {
    "stellen": gettext_lazy("Stellen und Personalkosten"),
    "tarif": gettext_lazy("Tarif und Arbeitgeberkosten"),
    "sachkosten": gettext_lazy("Sachkosten"),
    "foerderung": gettext_lazy("Förderung"),
    "aufstockung": gettext_lazy("Aufstockung der Stadt"),
    "fristen": gettext_lazy("Fristen"),
    "szenarien": gettext_lazy("Szenarien"),
    "vorlagen": gettext_lazy("Vorlagen"),
    "fassungen": gettext_lazy("Fassungen"),
    "fragen": gettext_lazy("Fragen des Gremiums"),
    "rahmen": gettext_lazy("Programm und Haushalt"),
}
# On whose page a row's changes stand, and the column with its number.
HOME: dict[Rows, tuple[str, str]] = {
    Position: ("stelle", "id"),
    FundedPosition: ("stelle", "position_id"),
    PositionBasis: ("stelle", "position_id"),
    PositionCost: ("stelle", "position_id"),
    PayRise: ("tariferhoehung", "id"),
    MaterialLine: ("sachkosten", "id"),
    MaterialCost: ("sachkosten", "material_line_id"),
    FundingModule: ("baustein", "id"),
    GrantRule: ("foerderregel", "id"),
    LumpSum: ("foerderregel", "grant_rule_id"),
    Cap: ("hoechstbetrag", "id"),
    GrantAward: ("bescheid", "id"),
    TopUp: ("aufstockung", "id"),
    Deadline: ("frist", "id"),
    Scenario: ("szenario", "id"),
    ScenarioOverride: ("szenario", "scenario_id"),
    CouncilPaper: ("vorlage", "id"),
    PaperItem: ("vorlage", "paper_id"),
    Meeting: ("vorlage", "paper_id"),
    PrintedFigure: ("vorlage", "paper_id"),
    ForecastVersion: ("fassung", "id"),
    CommitteeQuestion: ("frage", "id"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: the typed texts, what they mean, and what is wrong with them by field."""

    typed: dict[str, str]
    errors: dict[str, str]
    since: date | None = None
    until: date | None = None
    kind: str = ""
    page: int = 1

    @property
    def models(self) -> tuple[Rows, ...]:
        """The rows of the chosen kind, all without one."""
        return KINDS.get(self.kind, TRACKED)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the newest changes was asked for."""
        return bool(self.errors or self.since or self.until or self.kind) or self.page > 1

    @property
    def query(self) -> dict[str, str]:
        """The period and the kind, as an address has them."""
        return {name: self.typed[name] for name in ("since", "until", "kind")}


@dataclass(frozen=True, slots=True)
class Line:
    """A change with where to read more, and what it moved (None where that was not asked)."""

    told: Told
    row_url: str
    effect: Effect | None = None

    @property
    def effect_in_words(self) -> str:
        """By how much the shortfall moved; never a sign alone."""
        if self.effect is None or self.effect.amount is None:
            return _("nicht beziffert")
        amount = formatting.euro(abs(self.effect.amount))
        if not self.effect.amount:
            return _("unverändert")
        return (_("um %(amount)s höher") if self.effect.amount > 0 else _("um %(amount)s niedriger")) % {
            "amount": amount
        }


@require_safe
def history(request: HttpRequest, programme: str) -> HttpResponse:
    """Show the changes of a programme as sentences, newest first."""
    selection, row, asked = _start(request, programme)
    page, facts = _read(row, asked)
    context = {
        **_frame(request, selection, asked, page, "history"),
        "lines": [_line(request, selection, event, facts) for event in page.events],
        "crumbs": _crumbs(selection, (_("Änderungen"), "")),
    }
    return render(request, "funding/history.html", context, status=_status(asked))


@require_safe
def history_row(request: HttpRequest, programme: str, what: str, pk: int) -> HttpResponse:
    """Show the changes of one row and of what belongs to it; also of a row that is gone."""
    selection, row, asked = _start(request, programme)
    page, facts = _read(row, asked, (what, pk))
    if not page.events and not asked.is_narrowed:
        message = _("Zu dieser Zeile gibt es keine Änderungen.")
        raise Http404(message)
    title = _title(what, pk, page.events, facts)
    context = {
        **_frame(request, selection, asked, page, "history-row", what, pk),
        "lines": [replace(_line(request, selection, event, facts), row_url="") for event in page.events],
        "subject": title,
        "crumbs": _crumbs(selection, (_("Änderungen"), selection.page_url("history")), (title, "")),
    }
    return render(request, "funding/history.html", context, status=_status(asked))


@require_safe
def history_report(request: HttpRequest, programme: str) -> HttpResponse:
    """Show the changes of a period with old and new values, and what each moved in the shortfall."""
    selection, row, asked = _start(request, programme)
    page, facts = _read(row, asked)
    context = {
        **_frame(request, selection, asked, page, "history-report"),
        "lines": _with_effects(request, selection, row, page, facts),
        "csv_query": selection.query(**asked.query),
        "crumbs": _crumbs(selection, (_("Änderungen"), selection.page_url("history")), (_("Bericht"), "")),
    }
    return render(request, "funding/history_report.html", context, status=_status(asked))


@require_safe
def history_file(request: HttpRequest, programme: str) -> HttpResponse:
    """Return the report as CSV (``dialect=iso`` or ``de``); accounts only for those who enter figures."""
    selection, row, asked = _start(request, programme)
    dialect = request.GET.get("dialect", Dialect.ISO.value)
    if dialect not in {one.value for one in Dialect}:
        message = _("„%(value)s“ ist keine Schreibweise. Möglich sind „iso“ und „de“.") % {"value": _shown(dialect)}
        raise KimError(message)
    for message in asked.errors.values():
        raise KimError(message)
    page = read(_wanted(row, asked), most=MOST_OF_A_FILE)
    if page.has_more:
        message = _(
            "Der Zeitraum hat mehr als %(most)s Änderungen. Bitte einen kürzeren Zeitraum oder eine Art wählen."
        ) % {"most": formatting.number(Decimal(MOST_OF_A_FILE))}
        raise KimError(message)
    facts = known(row, page.events)
    lines = _with_effects(request, selection, row, page, facts)
    text = csv_text(_table(lines, selection, with_account=may_edit(request.user)), Dialect(dialect))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="aenderungen-{selection.state.slug}.csv"'
    return response


def _start(request: HttpRequest, programme: str) -> tuple[Selection, Programme, Asked]:
    selection = select_work(request, programme)
    return selection, Programme.objects.get(slug=programme), _asked(request)


def _asked(request: HttpRequest) -> Asked:
    """Read period, kind and page; what is wrong with a field stays in it. Raises ``KimError`` for no page."""
    typed = {name: request.GET.get(name, "").strip() for name in ("since", "until", "kind")}
    errors: dict[str, str] = {}
    days: dict[str, date] = {}
    for name in ("since", "until"):
        if typed[name]:
            try:
                days[name] = parse_date(typed[name])
            except KimError as error:
                errors[name] = error.message
    if len(days) == len(("since", "until")) and days["since"] > days["until"]:
        errors["until"] = _("Der Zeitraum endet am %(until)s, bevor er am %(since)s beginnt.") % {
            name: formatting.date(day) for name, day in days.items()
        }
    if typed["kind"] and typed["kind"] not in KINDS:
        errors["kind"] = _("„%(kind)s“ gibt es nicht. Bitte eine Art aus der Liste wählen.") % {
            "kind": _shown(typed["kind"])
        }
    text = request.GET.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS_OF_A_PAGE and int(text)):
        message = _("„%(page)s“ ist keine Seite. Die Seiten sind ab 1 gezählt.") % {"page": _shown(text)}
        raise KimError(message)
    shown = {name: value.replace("\x00", "") for name, value in typed.items()}
    return Asked(shown, errors, days.get("since"), days.get("until"), typed["kind"], int(text))


def _shown(text: str) -> str:
    return text[:MOST_SHOWN].replace("\x00", "\N{REPLACEMENT CHARACTER}")


def _status(asked: Asked) -> int:
    return 400 if asked.errors else 200


def _wanted(programme: Programme, asked: Asked, row: tuple[str, int] | None = None) -> Wanted:
    return Wanted(programme, asked.since, asked.until, asked.models, row)


def _read(programme: Programme, asked: Asked, row: tuple[str, int] | None = None) -> tuple[Page, Known]:
    """Read the page that was asked for; nothing while the filter has errors."""
    if asked.errors:
        return Page((), has_more=False), Known({}, {}, None)
    page = read(_wanted(programme, asked, row), most=CHANGES_OF_A_PAGE, skip=(asked.page - 1) * CHANGES_OF_A_PAGE)
    if asked.page > 1 and not page.events and not page.has_more:
        message = _("Die Seite %(page)s gibt es nicht; so viele Änderungen hat die Auswahl nicht.") % {
            "page": asked.page
        }
        raise KimError(message)
    return page, known(programme, page.events)


def _line(request: HttpRequest, selection: Selection, event: Event, facts: Known) -> Line:
    told = tell(event, facts, with_account=may_edit(request.user))
    if event.model not in HOME:
        return Line(told, "")
    what, column = HOME[event.model]
    return Line(told, selection.page_url("history-row", what, event.row[column]))


def _with_effects(
    request: HttpRequest, selection: Selection, programme: Programme, page: Page, facts: Known
) -> list[Line]:
    moved = effects(
        programme, page.events, year=selection.year, scenario=selection.scenario.slug, loaded_at=facts.loaded_at
    )
    return [
        replace(_line(request, selection, event, facts), effect=moved[event.model, event.number])
        for event in page.events
    ]


def _title(what: str, pk: int, events: Sequence[Event], facts: Known) -> str:
    """Name the row by what the events say of it, since it may be gone."""
    model = next(iter(OF_A_ROW[what]))
    row = next((event.row for event in events if event.model is model), facts.rows.get((model, pk)))
    return _("Zeile") if row is None else without_article(SUBJECTS[model](row, Names(facts.rows)))


def _frame(
    request: HttpRequest, selection: Selection, asked: Asked, page: Page, route: str, *args: object
) -> dict[str, Any]:
    own = {**asked.query, "page": ""}
    return {
        "programme": selection.state, "selection": selection, "asked": asked,
        "action": reverse(route, args=[selection.state.slug, *args]),
        "kinds": [(slug, label) for slug, label in KIND_LABELS.items() if set(KINDS[slug]) & _models_of(args)],
        "newer": selection.page_url(route, *args, **{**own, "page": asked.page - 1}) if asked.page > 1 else "",
        "older": selection.page_url(route, *args, **{**own, "page": asked.page + 1}) if page.has_more else "",
        "report_url": selection.page_url("history-report", **asked.query),
        "history_url": selection.page_url("history", **asked.query),
        "names_accounts": may_edit(request.user),
    }  # fmt: skip


def _models_of(args: tuple[object, ...]) -> set[Rows]:
    return set(OF_A_ROW[str(args[0])]) if args else set(TRACKED)


def _crumbs(selection: Selection, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Start"), reverse("start")), (selection.state.short_name, selection.page_url("programme")), *more]


def _table(lines: Sequence[Line], selection: Selection, *, with_account: bool) -> Table:
    """Return the report as a table; the names of its columns are those of the API."""
    account = ("account",) if with_account else ()
    columns = (
        "changed_at", "office", *account, "kind", "subject", "action", "amount_before", "amount_after",
        "other_changes", "note", "source", "fiscal_year", "scenario", "shortfall_effect", "effect_note", "sentence",
    )  # fmt: skip
    return Table(columns, [_cells(line, selection, with_account=with_account) for line in lines])


def _cells(line: Line, selection: Selection, *, with_account: bool) -> tuple[Cell, ...]:
    told, effect = line.told, line.effect or Effect(selection.year, None)
    others = "; ".join(f"{one.label}: {one.before or formatting.ABSENT} → {one.after or formatting.ABSENT}"
                       for one in told.others)  # fmt: skip
    return (
        timezone.localtime(told.event.at).isoformat(timespec="seconds"), told.office,
        *((told.account,) if with_account else ()), told.kind, told.subject, told.action,
        told.amount_before, told.amount_after, others, told.note, told.source, effect.year, selection.scenario.slug,
        effect.amount, _("nicht beziffert: %(reason)s") % {"reason": effect.reason} if effect.amount is None else "",
        told.sentence,
    )  # fmt: skip
