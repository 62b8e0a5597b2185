"""The finance block of a council paper: what is computed beside what somebody answered. Pure: no Django, no database.

Section "I) Finanzielle Auswirkungen" and the overview of paper 2021/1121, for any year and scenario. Nothing is
guessed: a tick is yes, no or None (not known), an amount is a ``Figure`` or None with the reason.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from funding.calculation.financeanswers import FinanceAnswers, LaterAmount, Sustainability
from funding.calculation.shortfall import YearFigures
from kim.errors import FigureError
from kim.figures import Figure, Source, Step, derive

# Uses of ledger accounts that take the grant, as the form lists them: by number, 414100 before 414101.
GRANT_USES = ("grant_for_material", "grant_for_positions")


class Reason(StrEnum):
    """Why there is no follow-up expense."""

    NO_END_OF_GRANT = "no_end_of_grant"
    YEAR_NOT_PLANNED = "year_not_planned"


class Contradiction(StrEnum):
    """An answer that the computed figures speak against; shown, never mended."""

    IMPACT_DENIED = "impact_denied"
    OPERATING_DENIED = "operating_denied"
    FUNDING_DENIED = "funding_denied"
    FUNDING_WITHOUT_GRANT = "funding_without_grant"


@dataclass(frozen=True, slots=True)
class About:
    """What the block is of: every published figure names its paper, year, scenario, version and budget status.

    Of some papers only the year is public; then ``paper_date`` is its first day (``is_day_known`` is false).
    """

    paper: str
    paper_slug: str
    paper_title: str
    paper_date: date
    is_day_known: bool
    programme: str
    programme_slug: str
    municipality: str
    internal_order: str
    accounts: Mapping[str, str]
    year: int
    scenario: str
    scenario_name: str
    version: int | None
    version_name: str
    budget_status: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The year after the grant: which, by which scenario, and its figures (None: outside the plan, or no such year)."""

    year: int | None
    scenario: str
    scenario_name: str
    figures: YearFigures | None


@dataclass(frozen=True, slots=True)
class AccountPart:
    """A part of the grant by ledger account; an empty number is an account that nobody has entered."""

    ledger_account: str
    amount: Figure


@dataclass(frozen=True, slots=True)
class Funding:
    """Money applied for: whether, how much of the expense it is, from whom, by which resolution, on which accounts."""

    applied: bool | None
    percent: Figure | None
    programme: str
    resolution_date: date | None
    resolution_number: str
    amount: Figure | None
    by_account: tuple[AccountPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Operating:
    """Effect on the operating result: the expense as the paper prints it, and the grant."""

    affected: bool | None
    product: str
    ledger_account: str
    expense: Figure
    funding: Funding


@dataclass(frozen=True, slots=True)
class Capital:
    """Effect on investment: payments and the grant for them, as somebody entered them."""

    affected: bool | None
    funds_centres: str
    commitment_items: str
    payments: Figure | None
    funding: Funding


@dataclass(frozen=True, slots=True)
class Cover:
    """Whether the budget holds the measure, and what covers it."""

    sufficiently_budgeted: bool | None
    appropriations_sufficient: bool | None
    covered_from: str
    covered_amount: Figure | None


@dataclass(frozen=True, slots=True)
class FollowUpExpense:
    """Yearly expense from a year on; ``grant_has_ended`` says that the amount is what remains without any grant."""

    from_year: int | None
    amount: Figure | None
    scenario: str
    scenario_name: str
    grant_has_ended: bool
    remark: str
    depreciation: Figure | None
    not_quantifiable: bool | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The three columns of the paper. ``measures_not_funded`` is what makes them not add up (None: they do)."""

    personnel_cost: Figure
    grant_for_personnel: Figure
    shortfall: Figure
    measures_not_funded: Figure | None


@dataclass(frozen=True, slots=True)
class Bridge:
    """From the exact expense to the printed one, and why printed less grant is not the shortfall.

    Without a rounding rule nothing is rounded: ``rounding`` and ``printed_less_grant`` are None.
    """

    expense: Figure
    rounding: Figure | None
    printed: Figure
    grant: Figure
    printed_less_grant: Figure | None
    shortfall: Figure


@dataclass(frozen=True, slots=True)
class FinanceBlock:
    """The whole block; every amount is a figure with its derivation."""

    about: About
    no_impact: bool | None
    operating: Operating
    capital: Capital
    cover: Cover
    follow_up_expense: FollowUpExpense
    follow_up_revenue: LaterAmount
    savings: LaterAmount
    treasury_note: str
    sustainability: Sustainability
    overview: Overview
    bridge: Bridge
    contradictions: tuple[Contradiction, ...]
    missing: tuple[str, ...]
    source: Source | None

    def figures(self) -> Iterator[Figure]:
        """Every figure of the block, in reading order."""
        bridge, overview = self.bridge, self.overview
        found = (
            self.operating.expense, self.operating.funding.percent, self.operating.funding.amount,
            *(part.amount for part in self.operating.funding.by_account),
            self.capital.payments, self.capital.funding.percent, self.capital.funding.amount, self.cover.covered_amount,
            self.follow_up_expense.amount, self.follow_up_expense.depreciation, self.follow_up_revenue.amount,
            self.savings.amount, overview.personnel_cost, overview.grant_for_personnel, overview.shortfall,
            overview.measures_not_funded, bridge.expense, bridge.rounding, bridge.printed_less_grant,
        )  # fmt: skip
        yield from (figure for figure in found if figure is not None)

    def assumptions(self) -> list[Source]:
        """Return each assumption that a figure of the block or an answer rests on, once, in reading order."""
        sources = [leaf.source for figure in self.figures() for leaf in figure.leaves()]
        found: dict[tuple[str, str], Source] = {}
        for source in (*sources, self.source):
            if source is not None and source.status.is_assumption:
                found.setdefault((source.text, source.reference), source)
        return list(found.values())

    def own_figures(self) -> dict[str, Figure]:
        """Return the figures that only the block has, by key: its derivations are asked for under the paper."""
        bridge = self.bridge
        found = (
            bridge.rounding, bridge.printed_less_grant, self.overview.measures_not_funded, self.capital.payments,
            self.capital.funding.percent, self.capital.funding.amount, self.cover.covered_amount,
            self.follow_up_expense.depreciation, self.follow_up_revenue.amount, self.savings.amount,
        )  # fmt: skip
        return {figure.key: figure for figure in found if figure is not None}


def finance_block(about: About, year: YearFigures, follow_up: FollowUp, answers: FinanceAnswers) -> FinanceBlock:
    """Return the block of a paper for a year.

    Raises ``FigureError`` when the bridge does not lead back to the shortfall: then the year itself is wrong.
    """
    bridge = _bridge(year)
    operating = _operating(about, year, bridge, answers)
    return FinanceBlock(
        about=about,
        no_impact=answers.no_impact,
        operating=operating,
        capital=_capital(answers),
        cover=Cover(
            answers.sufficiently_budgeted, answers.appropriations_sufficient, answers.covered_from,
            answers.covered_amount,
        ),
        follow_up_expense=_follow_up_expense(follow_up, answers),
        follow_up_revenue=answers.follow_up_revenue,
        savings=answers.savings,
        treasury_note=answers.treasury_note,
        sustainability=answers.sustainability,
        overview=_overview(year),
        bridge=bridge,
        contradictions=tuple(_contradictions(answers, operating)),
        missing=year.missing,
        source=answers.source,
    )  # fmt: skip


def _operating(about: About, year: YearFigures, bridge: Bridge, answers: FinanceAnswers) -> Operating:
    parts = [AccountPart(about.accounts.get(use, ""), year.figures[use]) for use in GRANT_USES]
    said = answers.funding
    return Operating(
        affected=answers.is_operating,
        product=answers.product,
        ledger_account=about.accounts.get("expense", ""),
        expense=bridge.printed,
        funding=Funding(
            applied=said.applied,
            percent=year.figures.get("funding_ratio"),
            programme=said.programme or about.programme,
            resolution_date=said.resolution_date,
            resolution_number=said.resolution_number,
            amount=year.figures["grant"],
            by_account=tuple(sorted(parts, key=lambda part: part.ledger_account)),
        ),
    )


def _capital(answers: FinanceAnswers) -> Capital:
    said, payments, grant = answers.capital_funding, answers.payments, answers.capital_grant
    percent = None
    if payments is not None and grant is not None and payments.amount:
        percent = derive("capital_funding_ratio", Step.PERCENT_OF, (grant, payments))
    return Capital(
        answers.is_capital,
        answers.funds_centres,
        answers.commitment_items,
        payments,
        Funding(said.applied, percent, said.programme, said.resolution_date, said.resolution_number, grant),
    )


def _follow_up_expense(follow_up: FollowUp, answers: FinanceAnswers) -> FollowUpExpense:
    amount, has_ended, reason = None, False, None
    if follow_up.figures is not None:
        found = follow_up.figures.figures
        amount = found.get("expense_in_paper", found["expense"])
        has_ended = not found["grant"].amount
    else:
        reason = Reason.NO_END_OF_GRANT if follow_up.year is None else Reason.YEAR_NOT_PLANNED
    return FollowUpExpense(
        follow_up.year, amount, follow_up.scenario, follow_up.scenario_name, has_ended, answers.follow_up_remark,
        answers.depreciation, answers.not_quantifiable, reason,
    )  # fmt: skip


def _overview(year: YearFigures) -> Overview:
    personnel, grant, shortfall = (
        year.figures[key] for key in ("personnel_cost", "grant_for_personnel", "shortfall")
    )  # fmt: skip
    # Only where the grant pays the measures in full do the three columns add up, as they do in paper 2021/1121.
    of_personnel = derive("shortfall_of_personnel", Step.DIFFERENCE, (personnel, grant))
    rest = derive("measures_not_funded", Step.DIFFERENCE, (shortfall, of_personnel))
    return Overview(personnel, grant, shortfall, rest if rest.amount else None)


def _bridge(year: YearFigures) -> Bridge:
    expense, grant, shortfall = (year.figures[key] for key in ("expense", "grant", "shortfall"))
    printed = year.figures.get("expense_in_paper")
    if printed is None:
        return Bridge(expense, None, expense, grant, None, shortfall)
    rounding = derive("rounding_difference", Step.DIFFERENCE, (printed, expense))
    gap = derive("printed_less_grant", Step.DIFFERENCE, (printed, grant))
    back = derive("shortfall", Step.DIFFERENCE, (gap, rounding))
    if back.amount != shortfall.amount:
        message = f"Vom gedruckten Aufwand führt kein Weg zu den Mehrkosten: {back.amount}, nicht {shortfall.amount}."
        raise FigureError(message, key="shortfall")
    return Bridge(expense, rounding, printed, grant, gap, shortfall)


def _contradictions(answers: FinanceAnswers, operating: Operating) -> Iterator[Contradiction]:
    grant = operating.funding.amount
    if operating.expense.amount and answers.no_impact:
        yield Contradiction.IMPACT_DENIED
    if operating.expense.amount and answers.is_operating is False:
        yield Contradiction.OPERATING_DENIED
    if grant is not None and grant.amount and answers.funding.applied is False:
        yield Contradiction.FUNDING_DENIED
    if grant is not None and not grant.amount and answers.funding.applied:
        yield Contradiction.FUNDING_WITHOUT_GRANT
