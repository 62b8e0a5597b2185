"""The finance block of a council paper: as JSON with every amount as text, and as the files that the page offers."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from funding.api import examples_finance, schemas_finance
from funding.api.papers import SLUG, unknown_paper
from funding.api.query import SCENARIO, VERSION, YEAR, asked_state, scenario_of, years_of
from funding.calculation.financeanswers import LaterAmount
from funding.calculation.financeblock import Bridge, FinanceBlock, Funding
from funding.finance_blocks import block_of, paper_of
from funding.formats.files import FORMATS, file_name
from funding.formats.finance import finance_document
from funding.models import CouncilPaper
from funding.papers import PaperFacts
from funding.selectors import ProgrammeState
from funding.versions import newest_version
from kim.api import parameters
from kim.api.answers import figure_json, source_json
from kim.api.errors import bad_request
from kim.api.parameters import SLUG_LENGTH, Query
from kim.api.renderers import FileRenderer, JsonRenderer
from kim.api.schema import Operation
from kim.api.views import ReadView
from kim.figures import Figure

Json = dict[str, Any]

FORMAT = parameters.choice(
    "format", gettext_lazy("Format der Antwort; ohne Angabe entscheidet „Accept“."), "json", *FORMATS
)
PAPER, WORK = "paper", "work"
STATE = parameters.choice(
    "state",
    gettext_lazy(
        "Ohne „version“: „paper“ (ohne Angabe) die neueste Fassung, die mit der Vorlage festgeschrieben ist, sonst der "
        "Arbeitsstand; „work“ immer der Arbeitsstand. Die Antwort nennt ihre Fassung."
    ),
    PAPER, WORK,
)  # fmt: skip
EXPLAIN = parameters.flag(
    "explain", gettext_lazy("1: jede Zahl mit ihrem ganzen Rechenweg bis zu den erfassten Werten (nur JSON).")
)


def _renderers() -> tuple[type[BaseRenderer], ...]:
    files = [
        type(
            f"{one.ending.title()}Renderer",
            (FileRenderer,),
            {"media_type": one.media_type, "format": one.ending, "charset": one.charset},
        )
        for one in FORMATS.values()
    ]
    return (JsonRenderer, *files)


class FinanceBlockView(ReadView):
    """The block of one paper."""

    renderer_classes = _renderers()
    parameters = (YEAR, SCENARIO, VERSION, STATE, EXPLAIN, FORMAT)
    operation = Operation(
        name="finance_block",
        tag=gettext_lazy("Vorlagen"),
        summary=gettext_lazy("Finanzielle Auswirkungen einer Vorlage"),
        description=gettext_lazy(
            "Abschnitt I und II der Vorlage in der Ordnung des Formulars, die Übersicht und der Weg von den genauen zu "
            "den gedruckten Zahlen. Was keine Regel wissen kann, steht so da, wie es zur Vorlage erfasst ist; ein "
            "Kreuz ist true, false oder null (nicht bekannt). „percent“ ist berechnet. „bridge“ führt vom genauen "
            "Aufwand über die Rundung zum gedruckten und zeigt, warum gedruckter Aufwand abzüglich Förderung nicht die "
            "Mehrkosten sind; ohne Rundungsregel sind „rounding“ und „printed_less_grant“ null. Dasselbe gibt es mit "
            "„format“ als PDF (PDF/UA-1), DOCX, Text und Markdown."
        ),
        answer=schemas_finance.FinanceBlockSerializer,
        example=examples_finance.FINANCE_BLOCK,
        path=(SLUG,),
        files=tuple(one.media_type for one in FORMATS.values()),
    )

    def get(self, request: Request, slug: str) -> Response:
        """Answer the block of the year and scenario that were asked for."""
        if self.is_file:
            self.refuse_for_file("explain")
        state, paper = _require_paper(slug, self.query)
        scenario = scenario_of(state, self.query)
        (year,) = years_of(state, self.query)
        ending = request.accepted_renderer.format
        if not self.is_file:
            explain = self.query.get("explain", False)
            return self.respond(
                state.seal, lambda: block_json(block_of(state, paper, year, scenario), explain=explain),
                is_frozen=state.version is not None,
            )  # fmt: skip
        block = block_of(state, paper, year, scenario)
        # How a file looks may change with a release, so its tag stays weak, also that of a version.
        return self.respond(
            state.seal, lambda: FORMATS[ending].write(finance_document(block)),
            file_name=file_name(block, ending, state),
        )  # fmt: skip


def _require_paper(slug: str, query: Query) -> tuple[ProgrammeState, PaperFacts]:
    """Return the paper and the state of its programme that was asked for; raises ``ApiError`` (404)."""
    programme = (
        CouncilPaper.objects.filter(slug=slug).values_list("programme__slug", flat=True).first()
        if len(slug) <= SLUG_LENGTH
        else None
    )
    if programme is None:
        raise unknown_paper(slug)
    state = asked_state(programme, _with_version_of_paper(programme, slug, query))
    paper = paper_of(state, slug)
    # A paper deleted in between, or one that the version does not have.
    if paper is None:
        raise unknown_paper(slug)
    return state, paper


def _with_version_of_paper(programme: str, slug: str, query: Query) -> Query:
    """Ask for the version that was frozen with the paper, as the page does: its block is about the figures of its day.

    Raises ``ApiError`` (400) for a version beside a state.
    """
    if "version" in query and "state" in query:
        message = _("Bitte entweder „version“ oder „state“ angeben.")
        raise bad_request(message, field="state", code="conflicting_parameters")
    if "version" in query or query.get("state") == WORK:
        return query
    newest = newest_version(programme, slug)
    return query if newest is None else {**query, "version": newest}


def block_json(block: FinanceBlock, *, explain: bool) -> Json:
    """Return the block; amounts are texts, unknown ticks and missing amounts are null."""
    about = block.about

    def figure(one: Figure | None) -> Json | None:
        return None if one is None else figure_json(one, explain=explain)

    def funding(found: Funding) -> Json:
        return {
            "applied": found.applied,
            "percent": figure(found.percent),
            "programme": found.programme or None,
            "resolution_date": None if found.resolution_date is None else found.resolution_date.isoformat(),
            "resolution_number": found.resolution_number or None,
            "amount": figure(found.amount),
            "by_account": [
                {"ledger_account": part.ledger_account or None, "amount": figure(part.amount)}
                for part in found.by_account
            ],
        }

    def later(found: LaterAmount) -> Json:
        return {
            "from_year": found.from_year,
            "amount": figure(found.amount),
            "product": found.product or None,
            "ledger_account": found.ledger_account or None,
        }

    follow_up, operating, capital = block.follow_up_expense, block.operating, block.capital
    return {
        "paper": about.paper_slug,
        "number": about.paper,
        "programme": about.programme_slug,
        "fiscal_year": about.year,
        "scenario": about.scenario,
        "version": about.version,
        "status": about.budget_status,
        "no_impact": block.no_impact,
        "operating": {
            "affected": operating.affected,
            "product": operating.product or about.internal_order or None,
            "ledger_account": operating.ledger_account or None,
            "expense": figure(operating.expense),
            "funding": funding(operating.funding),
        },
        "capital": {
            "affected": capital.affected,
            "funds_centres": capital.funds_centres or None,
            "commitment_items": capital.commitment_items or None,
            "payments": figure(capital.payments),
            "funding": funding(capital.funding),
        },
        "cover": {
            "sufficiently_budgeted": block.cover.sufficiently_budgeted,
            "appropriations_sufficient": block.cover.appropriations_sufficient,
            "covered_from": block.cover.covered_from or None,
            "covered_amount": figure(block.cover.covered_amount),
        },
        "follow_up_expense": {
            "from_year": follow_up.from_year,
            "amount": figure(follow_up.amount),
            "scenario": follow_up.scenario,
            "grant_has_ended": follow_up.grant_has_ended,
            "remark": follow_up.remark or None,
            "depreciation": figure(follow_up.depreciation),
            "not_quantifiable": follow_up.not_quantifiable,
        },
        "follow_up_revenue": later(block.follow_up_revenue),
        "savings": later(block.savings),
        "treasury_note": block.treasury_note or None,
        "sustainability": {
            "climate_affected": block.sustainability.climate_affected,
            "statement": block.sustainability.statement or None,
            "short_term": block.sustainability.short_term or None,
            "long_term": block.sustainability.long_term or None,
        },
        "overview": {
            "personnel_cost": figure(block.overview.personnel_cost),
            "grant_for_personnel": figure(block.overview.grant_for_personnel),
            "shortfall": figure(block.overview.shortfall),
            "measures_not_funded": figure(block.overview.measures_not_funded),
        },
        "bridge": {name: figure(getattr(block.bridge, name)) for name in Bridge.__slots__},
        "contradictions": [one.value for one in block.contradictions],
        "missing_costs": list(block.missing),
        "assumptions": [source_json(source) for source in block.assumptions()],
    }
