"""What every constraint on the answers of a finance block refuses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from funding.models.finance import ACCOUNTS, AMOUNTS, FROM_A_YEAR, PAPER_NUMBERS, YEARS

CENTS = ("1.005", "1000000000000.00", "NaN")


def amount_cases(value: str, field: str) -> dict[str, Any]:
    """Return a wrong amount, with the year it begins in where it needs one."""
    return {field: Decimal(value), **({FROM_A_YEAR[field]: 2023} if field in FROM_A_YEAR else {})}


FINANCE_CASES: dict[str, list[dict[str, Any]]] = {
    "none_or_some": [
        {"no_impact": True, "is_operating": True},
        {"no_impact": True, "is_capital": True},
        {"no_impact": True, "is_operating": False, "is_capital": True},
    ],
    "quantified_or_not": [{"depreciation": Decimal("1.00"), "not_quantifiable": True}],
    **{f"{amount}_has_year": [{amount: Decimal("1.00")}] for amount in FROM_A_YEAR},
    **{f"{field}_whole_cents": [amount_cases(value, field) for value in CENTS] for field in AMOUNTS},
    **{f"{field}_not_negative": [amount_cases("-0.01", field)] for field in AMOUNTS},
    **{f"{field}_known": [{field: year} for year in (1999, 2100)] for field in YEARS},
    **{f"{field}_form": [{field: "1121"}, {field: "21/1121"}, {field: "2021/1121a"}] for field in PAPER_NUMBERS},
    **{f"{field}_form": [{field: "549"}, {field: "54990x"}] for field in ACCOUNTS},
}
