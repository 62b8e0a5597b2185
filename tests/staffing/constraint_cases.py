"""What each constraint of the pay rows refuses, for the tests of all constraints."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from staffing.models import (
    Allowance,
    AnnualBonus,
    PayRate,
    SocialInsuranceRate,
    StepDuration,
    SupplementaryPension,
)
from staffing.models.pay import RATE_COLUMNS

if TYPE_CHECKING:
    from django.db.models import Model

Cases = dict[str, list[dict[str, Any]]]

# Stands for the value that another, saved row of the model has.
SAME = object()
SOURCED: Cases = {"has_source": [{"source": " \t\u00a0"}], "known_status": [{"source_status": "sicher"}]}
DATED: Cases = {**SOURCED, "ends_after_start": [{"valid_to": date(1999, 12, 31)}]}
TARIFF: Cases = {"known_tariff": [{"tariff": "TVoeD-Bund"}, {"tariff": ""}]}
WRONG_GROUPS = ("S 12", "s12", "12", "S012", "S1A")
GROUP: Cases = {**TARIFF, "known_group": [{"pay_group": one} for one in ("", *WRONG_GROUPS)]}
ANY_GROUP: Cases = {**TARIFF, "known_group": [{"pay_group": one} for one in WRONG_GROUPS]}
CENTS = [{"amount": Decimal(amount)} for amount in ("1.005", "1000000000000.00", "NaN")]
NOTHING = [{"amount": Decimal(amount)} for amount in ("0.00", "-1.00")]
OUT_OF_RANGE = ("-0.01", "100.01", "3.005", "NaN")


def overlapping(*same: str) -> list[dict[str, Any]]:
    """Rows that share a day with a saved one of 2022 and after."""
    shared = dict.fromkeys(same, SAME)
    return [
        shared,
        {**shared, "valid_from": date(2022, 12, 31)},
        {**shared, "valid_from": date(2020, 1, 1), "valid_to": date(2022, 1, 1)},
    ]


def rates(*columns: str) -> Cases:
    """What columns of percents refuse."""
    return {f"{one}_in_range": [{one: Decimal(value)} for value in OUT_OF_RANGE] for one in columns}


PAY_CASES: dict[type[Model], Cases] = {
    PayRate: {
        **DATED,
        **GROUP,
        "known_step": [{"pay_step": 0}, {"pay_step": 7}],
        "whole_cents": CENTS,
        "positive": NOTHING,
        "no_overlap": overlapping("tariff", "pay_group", "pay_step"),
    },
    StepDuration: {
        **DATED,
        **ANY_GROUP,
        **{f"known_step_{step}": [{f"step_{step}": 0}, {f"step_{step}": 21}] for step in range(1, 6)},
        "no_overlap": overlapping("tariff", "pay_group"),
    },
    Allowance: {
        **DATED,
        **ANY_GROUP,
        "whole_cents": CENTS,
        "positive": NOTHING,
        "no_overlap": overlapping("tariff", "pay_group"),
    },
    AnnualBonus: {
        **SOURCED,
        **ANY_GROUP,
        "rate_in_range": [{"percent": Decimal(value)} for value in OUT_OF_RANGE],
        "known_year": [{"first_year": 1999}, {"first_year": 2100}],
        "ends_after_start": [{"last_year": 2021}, {"last_year": 2100}],
        "no_overlap": [
            {"tariff": SAME, "pay_group": SAME},
            {"tariff": SAME, "pay_group": SAME, "first_year": 2030},
            {"tariff": SAME, "pay_group": SAME, "first_year": 2020, "last_year": 2022},
        ],
    },
    SocialInsuranceRate: {
        **DATED,
        **rates(*RATE_COLUMNS),
        "health_ceiling_cents": [{"ceiling_health_care": one["amount"]} for one in CENTS],
        "health_ceiling_positive": [{"ceiling_health_care": one["amount"]} for one in NOTHING],
        "pension_ceiling_cents": [{"ceiling_pension_unemployment": one["amount"]} for one in CENTS],
        "pension_ceiling_positive": [{"ceiling_pension_unemployment": one["amount"]} for one in NOTHING],
        "known_columns": [{"from_memory": "wetter"}, {"from_memory": "health,care"}],
        "no_overlap": [{"valid_from": SAME, "valid_to": SAME}],
    },
    SupplementaryPension: {
        **DATED,
        "rate_in_range": [{"percent": Decimal(value)} for value in OUT_OF_RANGE],
        "no_overlap": overlapping("name"),
    },
}
