"""The finance block of a paper in a state of its programme: figures of the year and of the year after the grant."""

from django.utils.translation import gettext as _

from funding.calculation.financeanswers import FinanceAnswers, follow_up_year
from funding.calculation.financeblock import About, FinanceBlock, FollowUp, finance_block
from funding.models import PaperKind
from funding.models.scenario import GRANT_ENDS
from funding.papers import PaperFacts
from funding.selectors import ProgrammeState, ScenarioFacts


def papers_of(state: ProgrammeState) -> list[PaperFacts]:
    """Return the papers of the administration, oldest first; motions are none."""
    return [paper for paper in state.papers if paper.kind == PaperKind.PAPER]


def paper_of(state: ProgrammeState, slug: str) -> PaperFacts | None:
    """Return the paper of a state, None for one that it does not have; a motion has no finance block."""
    return next((paper for paper in papers_of(state) if paper.slug == slug), None)


def block_of(state: ProgrammeState, paper: PaperFacts, year: int, scenario: str) -> FinanceBlock:
    """Return the block of ``paper``; raises ``PeriodError`` or ``RuleError`` for a year or scenario that is not there.

    Without answers in this state every blank that no rule fills is not known.
    """
    answers = state.statements.get(paper.slug, FinanceAnswers())
    chosen = state.scenario(scenario)
    about = About(
        paper=paper.number,
        paper_slug=paper.slug,
        paper_title=paper.title,
        paper_date=paper.paper_date,
        is_day_known=paper.is_day_known,
        programme=state.short_name,
        programme_slug=state.slug,
        municipality=state.municipality,
        internal_order=state.internal_order,
        accounts=state.accounts,
        year=state.require_year(year),
        scenario=chosen.slug,
        scenario_name=chosen.name,
        version=None if state.version is None else state.version.number,
        version_name=_("Arbeitsstand") if state.version is None else str(state.version),
        budget_status=state.status_of(year),
    )
    return finance_block(about, state.figures(year, chosen.slug), _follow_up(state, chosen, answers), answers)


def _follow_up(state: ProgrammeState, chosen: ScenarioFacts, answers: FinanceAnswers) -> FollowUp:
    """Return the year after the grant, by the scenario that was answered, else by the fallback, else by the chosen."""
    known = {one.slug: one for one in state.scenarios}
    basis = known.get(answers.follow_up_scenario) or known.get(GRANT_ENDS) or chosen
    year = follow_up_year(answers, state.limited_until)
    figures = state.figures(year, basis.slug) if year is not None and year in state.years else None
    return FollowUp(year, basis.slug, basis.name, figures)
