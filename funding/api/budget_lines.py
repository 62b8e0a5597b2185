"""What the budget plan takes: a row per fiscal year, cost object and ledger account, gross."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response

from funding.api import examples, schemas
from funding.api.answers import version_of
from funding.api.query import (
    FIGURES,
    PROGRAMME,
    asked_state,
    is_span,
    refuse_contradiction,
    scenario_of,
    years_of,
)
from funding.calculation.accounts import budget_lines
from funding.models import Programme
from funding.selectors import ProgrammeState, programme_state
from kim.api.errors import bad_request, not_found
from kim.api.pagination import PAGES, page_of
from kim.api.parameters import Query
from kim.api.renderers import CsvRenderer, JsonRenderer, XlsxRenderer
from kim.api.schema import Operation
from kim.api.views import TABLE, ReadView
from kim.exports import Cell, Table
from kim.rounding import require_cents

COLUMNS = (
    "fiscal_year", "programme", "cost_object", "ledger_account", "kind", "amount", "exact_amount", "scenario",
    "version", "status",
)  # fmt: skip


class BudgetLinesView(ReadView):
    """Rows for the budget plan, of one programme or of all."""

    renderer_classes = (JsonRenderer, CsvRenderer, XlsxRenderer)
    parameters = (*FIGURES, PROGRAMME, *TABLE, *PAGES)
    operation = Operation(
        name="budget_lines",
        tag=gettext_lazy("Haushaltsplan"),
        summary=gettext_lazy("Zeilen für den Haushaltsplan"),
        description=gettext_lazy(
            "Eine Zeile je Haushaltsjahr, Innenauftrag (cost_object) und Sachkonto (ledger_account), brutto nach "
            "§ 11 KomHVO NRW: Ertrag und Aufwand werden nie saldiert. „amount“ ist der Betrag, wie ihn die Vorlage "
            "anmeldet (Aufwand gerundet), „exact_amount“ der auf den Cent berechnete. Ohne „year“ gilt für jedes "
            "Programm sein Jahr der Entscheidung; Programme, die das verlangte Jahr nicht planen, haben keine "
            "Zeilen. Eine Fassung („version“) gehört zu einem Programm, also mit „programme“. JSON kommt seitenweise, "
            "CSV und XLSX vollständig."
        ),
        answer=schemas.BUDGET_LINES,
        example=examples.BUDGET_LINES,
        table=COLUMNS,
    )

    def get(self, request: Request) -> Response:
        """Answer the rows of all programmes that were asked for."""
        query = self.query
        refuse_contradiction(query)
        _refuse_version_of_all(query)
        self.refuse_for_table("page", "page_size")
        self.refuse_unless_csv("dialect")
        states = _states(query)
        years = {state: _years(state, query) for state in states}
        if states and not any(years.values()):
            raise _planned_nowhere(query)
        seal = " ".join(state.seal for state in states)
        rows = [row for state in states for row in _rows(state, years[state], scenario_of(state, query))]
        if self.is_table:
            return self.respond(seal, lambda: Table(COLUMNS, rows), is_frozen="version" in query)
        page = page_of(request, query, len(rows), lambda part: [_json(row) for row in rows[part]])
        return self.respond(seal, lambda: page, is_frozen="version" in query)


def _refuse_version_of_all(query: Query) -> None:
    """Refuse a version without its programme (400): every programme counts its own."""
    if "version" in query and "programme" not in query:
        message = _("Fassungen zählen je Förderprogramm. Bitte mit „version“ auch „programme“ angeben.")
        raise bad_request(message, field="version", code="conflicting_parameters")


def _states(query: Query) -> list[ProgrammeState]:
    """Return the programmes that were asked for. One statement each, and one to know which there are."""
    if "programme" in query:
        return [asked_state(query["programme"], query, field="programme")]
    slugs = Programme.objects.order_by("slug").values_list("slug", flat=True)
    # A programme deleted in between has no rows.
    return [state for state in map(programme_state, slugs) if state is not None]


def _rows(state: ProgrammeState, years: Sequence[int], scenario: str) -> Iterator[tuple[Cell, ...]]:
    for year in years:
        for line in budget_lines(state.figures(year, scenario), state.accounts):
            yield (
                year, state.slug, state.internal_order, line.ledger_account, line.kind,
                require_cents(line.amount.amount), require_cents(line.exact.amount), scenario, version_of(state),
                state.status_of(year),
            )  # fmt: skip


def _years(state: ProgrammeState, query: Query) -> Sequence[int]:
    """Return the years to show: of one programme exactly those asked for, of all those that each of them plans."""
    if "programme" in query or not (is_span(query) or "year" in query):
        return years_of(state, query)
    first = query.get("year", query.get("from", state.first_year))
    last = query.get("year", query.get("to", state.last_year))
    return [year for year in state.years if first <= year <= last]


def _planned_nowhere(query: Query) -> Exception:
    """Return the refusal of years that no programme plans (404)."""
    field = "year" if "year" in query else "from" if "from" in query else "to"
    message = _("%(year)s liegt bei keinem Förderprogramm im Plan.") % {"year": query.get(field, "")}
    return not_found(message, field=field)


def _json(row: Sequence[Cell]) -> dict[str, Any]:
    line: dict[str, Any] = dict(zip(COLUMNS, row, strict=True))
    return {**line, "amount": str(line["amount"]), "exact_amount": str(line["exact_amount"])}
