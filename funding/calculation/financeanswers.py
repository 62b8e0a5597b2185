"""What a paper's finance block asks and no rule can know, as somebody answered it. Pure: no Django, no database.

A tick is yes, no or None: nobody has said anything, which is never shown as no. Amounts carry their source.
"""

from dataclasses import dataclass, field
from datetime import date

from kim.figures import Figure, Source


@dataclass(frozen=True, slots=True)
class FundingAnswers:
    """What somebody said about the money applied for; empty and None mean that nobody has."""

    applied: bool | None = None
    programme: str = ""
    resolution_date: date | None = None
    resolution_number: str = ""


@dataclass(frozen=True, slots=True)
class LaterAmount:
    """A yearly amount from a fiscal year on, with where it is booked: follow-up revenue, savings."""

    from_year: int | None = None
    amount: Figure | None = None
    product: str = ""
    ledger_account: str = ""


@dataclass(frozen=True, slots=True)
class Sustainability:
    """Section II of the form: effect on the climate and on the sustainability of the measure."""

    climate_affected: bool | None = None
    statement: str = ""
    short_term: str = ""
    long_term: str = ""


@dataclass(frozen=True, slots=True)
class FinanceAnswers:
    """The answers kept with a paper, and where they come from (None: there are none).

    ``follow_up_scenario`` is a short name, empty for the usual one.
    """

    no_impact: bool | None = None
    is_operating: bool | None = None
    product: str = ""
    funding: FundingAnswers = field(default_factory=FundingAnswers)
    is_capital: bool | None = None
    funds_centres: str = ""
    commitment_items: str = ""
    payments: Figure | None = None
    capital_funding: FundingAnswers = field(default_factory=FundingAnswers)
    capital_grant: Figure | None = None
    sufficiently_budgeted: bool | None = None
    appropriations_sufficient: bool | None = None
    covered_from: str = ""
    covered_amount: Figure | None = None
    follow_up_expense_from: int | None = None
    follow_up_scenario: str = ""
    follow_up_remark: str = ""
    depreciation: Figure | None = None
    not_quantifiable: bool | None = None
    follow_up_revenue: LaterAmount = field(default_factory=LaterAmount)
    savings: LaterAmount = field(default_factory=LaterAmount)
    treasury_note: str = ""
    sustainability: Sustainability = field(default_factory=Sustainability)
    source: Source | None = None


def follow_up_year(answers: FinanceAnswers, limited_until: date | None) -> int | None:
    """Return the first year of the follow-up expense: as answered, or the year after the programme's term."""
    if answers.follow_up_expense_from is not None:
        return answers.follow_up_expense_from
    return None if limited_until is None else limited_until.year + 1
