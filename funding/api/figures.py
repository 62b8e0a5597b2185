"""Figures and scenarios of a programme: one statement each, whatever the number of positions."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from funding.api import examples, schemas
from funding.api.answers import FIGURE_COLUMNS, figure_rows, percent_json, version_of, year_answer
from funding.api.query import (
    FIGURES,
    asked_state,
    is_span,
    refuse_contradiction,
    require_state,
    scenario_of,
    years_of,
)
from funding.selectors import ProgrammeState, ScenarioFacts
from kim.api import parameters
from kim.api.answers import source_json
from kim.api.pagination import PAGES, page_of
from kim.api.renderers import CsvRenderer, JsonRenderer, XlsxRenderer
from kim.api.schema import Operation
from kim.api.views import TABLE, ReadView
from kim.exports import Table

SLUG = (parameters.slug("slug", _("Kurzname des Förderprogramms."), "kim-nrw"),)
EXPLAIN = parameters.flag(
    "explain", _("1: jede Zahl mit ihrem ganzen Rechenweg bis zu den erfassten Werten und ihren Quellen.")
)


class FiguresView(ReadView):
    """The figures of a fiscal year or of a span of years."""

    renderer_classes = (JsonRenderer, CsvRenderer, XlsxRenderer)
    parameters = (*FIGURES, EXPLAIN, *TABLE)
    operation = Operation(
        name="figures",
        tag=_("Zahlen"),
        summary=_("Zahlen eines Haushaltsjahres"),
        description=_(
            "Was das Programm kostet (expense), was das Land zahlt (grant) und was der Stadt bleibt (shortfall; "
            "kann negativ sein), auf den Cent. Mit „from“ und „to“ dasselbe für einen Zeitraum: dann steht in "
            "„years“ eine Antwort je Jahr. „figures“ hat immer genau diese Schlüssel; „funding_ratio“ ist null ohne "
            "Aufwand, „expense_in_paper“ ist null ohne Rundungsregel. Daneben: „top_up“ (was die Stadt dazulegen "
            "muss, was geplant, angemeldet, beschlossen und noch offen ist), „missing_costs“ (Stellen und "
            "Sachkosten, für die kein Betrag erfasst ist und die deshalb mit null zählen) und „assumptions“ "
            "(Annahmen, auf denen die Zahlen beruhen)."
        ),
        answer=schemas.FIGURES_ANSWER,
        example=examples.FIGURES,
        path=SLUG,
        table=FIGURE_COLUMNS,
    )

    def get(self, request: Request, slug: str) -> Response:  # noqa: ARG002 - read by ``initial``
        """Answer the years that were asked for."""
        refuse_contradiction(self.query)
        self.refuse_for_table("explain")
        self.refuse_unless_csv("dialect")
        state = asked_state(slug, self.query)
        scenario = scenario_of(state, self.query)
        years = years_of(state, self.query)
        return self.respond(
            state.seal, lambda: self._answer(state, years, scenario), is_frozen=state.version is not None
        )  # fmt: skip

    def _answer(self, state: ProgrammeState, years: range, scenario: str) -> Table | dict[str, Any]:
        if self.is_table:
            return Table(FIGURE_COLUMNS, list(figure_rows(state, years, scenario)))
        explain = self.query.get("explain", False)
        found = [year_answer(state, year, scenario, explain=explain) for year in years]
        if not is_span(self.query):
            return found[0]
        return {
            "programme": state.slug, "from": years[0], "to": years[-1], "scenario": scenario,
            "version": version_of(state), "years": found,
        }  # fmt: skip


class ScenariosView(ReadView):
    """The scenarios of a programme: data, never a branch in code."""

    parameters = PAGES
    operation = Operation(
        name="scenarios",
        tag=_("Zahlen"),
        summary=_("Szenarien eines Programms"),
        description=_(
            "Ein Szenario setzt etwas anders als geltendes Recht und Plan: bis wann die Förderung läuft (grant_until), "
            "die Stellen und Maßnahmen (positions_until) oder die Aufstockung der Stadt bei Trägern (top_up_until), "
            "um wie viel Prozent sich Pauschalen, Höchstbeträge oder Personalkosten ändern (lump_sum_percent, "
            "cap_percent, cost_percent), wann eine Stelle beginnt oder endet (position_from, position_until). Was zu "
            "einer Abweichung nicht gehört, ist null; „last_day“ null heißt dort, wo etwas endet: bis auf Weiteres, "
            "„provider“ null: bei allen."
        ),
        answer=schemas.SCENARIOS,
        example=examples.SCENARIOS,
        path=SLUG,
    )

    def get(self, request: Request, slug: str) -> Response:
        """Answer a page of scenarios."""
        state = require_state(slug)
        found = state.scenarios
        page = page_of(request, self.query, len(found), lambda part: [_scenario_json(one) for one in found[part]])
        return self.respond(state.seal, lambda: page)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _scenario_json(scenario: ScenarioFacts) -> dict[str, Any]:
    return {
        "slug": scenario.slug,
        "name": scenario.name,
        "description": scenario.description,
        "overrides": [
            {
                "parameter": one.parameter.value,
                "last_day": _iso(one.last_day),
                "first_day": _iso(one.first_day),
                "first_year": one.first_year,
                "percent": None if one.percent is None else percent_json(one.percent),
                "position": one.position,
                "provider": one.provider,
                "provider_name": scenario.provider_names.get(one.provider) if one.provider else None,
                "reason": source_json(one.source),
            }
            for one in scenario.overrides
        ],
    }
