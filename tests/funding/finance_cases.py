"""What every constraint on the answers of a finance block refuses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from funding.models.finance import ACCOUNTS, AMOUNTS, FROM_A_YEAR, PAPER_NUMBERS, YEARS

CENTS = ("1.005", "1000000000000.00", "NaN")


FINANCE_CASES: dict[str, list[dict[str, Any]]] = {
    "none_or_some": [
        {"no_impact": True, "is_operating": True},
        {"no_impact": True, "is_capital": True},
        {"no_impact": True, "is_operating": False, "is_capital": True},
    ],
    "quantified_or_not": [{"depreciation": Decimal("1.00"), "not_quantifiable": True}],
    **{f"{amount}_has_year": [{amount: Decimal("1.00"), year: None}] for amount, year in FROM_A_YEAR.items()},
    **{f"{field}_whole_cents": [{field: Decimal(value)} for value in CENTS] for field in AMOUNTS},
    **{f"{field}_not_negative": [{field: Decimal("-0.01")}] for field in AMOUNTS},
    **{f"{field}_known": [{field: year} for year in (1999, 2100)] for field in YEARS},
    **{f"{field}_form": [{field: "1121"}, {field: "21/1121"}, {field: "2021/1121a"}] for field in PAPER_NUMBERS},
    **{f"{field}_form": [{field: "549"}, {field: "54990x"}] for field in ACCOUNTS},
}
