"""Which columns of pay rows travel to the calculation, one JSON object a row. Amounts are text: JSON has no decimals.

Whoever reads rows in a statement of its own (a programme's snapshot) takes ``columns`` and narrows the rows; what comes
back goes through ``staffing.selectors.law_of``.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Model, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject, TruncDate

from staffing.models import (
    Allowance,
    AnnualBonus,
    PayRate,
    SocialInsuranceRate,
    StepDuration,
    SupplementaryPension,
)
from staffing.models.pay import INSURANCE_COLUMNS

_SOURCED = ("id", "source", "note")
_DATED = (*_SOURCED, "valid_from", "valid_to")
_OF_GROUP = ("tariff", "pay_group")

# By the name under which ``law_of`` takes the rows: plain columns, and those that travel as text.
COLUMNS: Mapping[str, tuple[type[Model], tuple[str, ...], tuple[str, ...]]] = {
    "pay_rates": (PayRate, (*_DATED, *_OF_GROUP, "pay_step"), ("amount",)),
    "step_durations": (StepDuration, (*_DATED, *_OF_GROUP, *(f"step_{step}" for step in range(1, 6))), ()),
    "allowances": (Allowance, (*_DATED, *_OF_GROUP), ("amount",)),
    "annual_bonuses": (AnnualBonus, (*_SOURCED, *_OF_GROUP, "first_year", "last_year"), ("percent",)),
    "insurance_rates": (SocialInsuranceRate, (*_DATED, "from_memory"), INSURANCE_COLUMNS),
    "supplementary_pensions": (SupplementaryPension, (*_DATED, "name"), ("percent",)),
}


def columns(kind: str) -> dict[str, Any]:
    """Return what a row of this kind gives ``law_of``, as expressions over its table."""
    _model, plain, texts = COLUMNS[kind]
    return {
        **{name: F(name) for name in plain},
        **{name: Cast(name, TextField()) for name in texts},
        "status": F("source_status"),
        "entered_by": F("recorded_by_id"),
        "entered_on": TruncDate("recorded_at"),
    }


def all_rows(kind: str) -> QuerySet[Any]:
    """Return all rows of a kind, in order of time."""
    model = COLUMNS[kind][0]
    start = "first_year" if kind == "annual_bonuses" else "valid_from"
    return model._default_manager.order_by(start, "pk")


def as_json(kind: str, rows: QuerySet[Any] | None = None) -> ArraySubquery:
    """Return rows of a kind (without ``rows``: all of them) as an array of JSON objects, for a statement around it."""
    found = all_rows(kind) if rows is None else rows
    return ArraySubquery(found.values(row=JSONObject(**columns(kind))))
