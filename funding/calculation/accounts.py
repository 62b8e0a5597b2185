"""A fiscal year by ledger account, gross. Pure: no Django, no database, no clock.

§ 11 KomHVO NRW: income and expense in full and separate; grant and cost are never netted. The account is a second axis
beside the funding module: 414100 takes material, 414101 positions, whichever module they come from (paper, section I).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from funding.calculation.shortfall import YearFigures
from kim.figures import Figure

EXPENSE = "expense"
REVENUE = "revenue"

# Figure that an account takes as the paper prints it, and as it is to the cent.
_FIGURES = {
    "expense": (EXPENSE, "expense_in_paper", "expense"),
    "grant_for_positions": (REVENUE, "grant_for_positions", "grant_for_positions"),
    "grant_for_material": (REVENUE, "grant_for_material", "grant_for_material"),
}


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """What the budget plan takes: an account, its kind, the amount as applied for and the exact one."""

    fiscal_year: int
    ledger_account: str
    kind: str
    amount: Figure
    exact: Figure


def budget_lines(year: YearFigures, accounts: Mapping[str, str] | Sequence[tuple[str, str]]) -> tuple[BudgetLine, ...]:
    """Return a line per account; ``accounts`` gives the number for each use (expense, grant_for_...)."""
    lines = []
    for use, number in sorted(dict(accounts).items(), key=lambda pair: pair[1]):
        kind, printed, exact = _FIGURES[use]
        exact_figure = year.figures[exact]
        lines.append(BudgetLine(year.year, number, kind, year.figures.get(printed, exact_figure), exact_figure))
    return tuple(lines)
