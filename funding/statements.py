"""From the rows of a snapshot to the answers that a paper's finance block needs, and from those to the block."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from funding.calculation.financeanswers import FinanceAnswers, FundingAnswers, LaterAmount, Sustainability
from kim.figures import EUR, Figure, Source, given

Row = dict[str, Any]
MODEL = "funding.FinanceStatement"
# What figures of the row are called; the column's own name where nothing stands here.
KEYS = {"payments": "capital_payments"}


def answers_of(data: Row, source_of: Callable[[Row, str], Source]) -> Mapping[str, FinanceAnswers]:
    """Return the answers of each paper by its short name; a state frozen before there were any has none."""
    return {row["paper"]: _answers(row, source_of(row, MODEL)) for row in data.get("finance_statements", ())}


def _answers(row: Row, source: Source) -> FinanceAnswers:
    def amount(column: str) -> Figure | None:
        text = row[column]
        return None if text is None else given(KEYS.get(column, column), Decimal(text), EUR, source)

    return FinanceAnswers(
        no_impact=row["no_impact"],
        is_operating=row["is_operating"],
        product=row["product"],
        funding=_funding(row, ""),
        is_capital=row["is_capital"],
        funds_centres=row["funds_centres"],
        commitment_items=row["commitment_items"],
        payments=amount("payments"),
        capital_funding=_funding(row, "capital_"),
        capital_grant=amount("capital_grant"),
        sufficiently_budgeted=row["sufficiently_budgeted"],
        appropriations_sufficient=row["appropriations_sufficient"],
        covered_from=row["covered_from"],
        covered_amount=amount("covered_amount"),
        follow_up_expense_from=row["follow_up_expense_from"],
        follow_up_scenario=row["follow_up_scenario"] or "",
        follow_up_remark=row["follow_up_remark"],
        depreciation=amount("depreciation"),
        not_quantifiable=row["not_quantifiable"],
        follow_up_revenue=LaterAmount(
            row["follow_up_revenue_from"],
            amount("follow_up_revenue"),
            row["follow_up_revenue_product"],
            row["follow_up_revenue_account"],
        ),
        savings=LaterAmount(row["savings_from"], amount("savings"), row["savings_product"], row["savings_account"]),
        treasury_note=row["treasury_note"],
        sustainability=Sustainability(
            row["climate_affected"], row["sustainability"], row["sustainability_short"], row["sustainability_long"]
        ),
        source=source,
    )


def _funding(row: Row, kind: str) -> FundingAnswers:
    day = row[f"{kind}resolution_date"]
    return FundingAnswers(
        row[f"{kind}funding_applied"],
        row[f"{kind}funding_programme"],
        None if day is None else date.fromisoformat(day),
        row[f"{kind}resolution_number"],
    )
