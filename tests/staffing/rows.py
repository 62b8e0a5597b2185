"""Valid rows of the pay law, each different from the last, and what their forms would send."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

from staffing.models import (
    Allowance,
    AnnualBonus,
    PayRate,
    SocialInsuranceRate,
    StepDuration,
    SupplementaryPension,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model

_numbers = count(1)
SOURCED = {"source": "Tarifvertrag"}
ALWAYS = {"valid_from": date(2022, 1, 1), "valid_to": None}
S12 = {"tariff": "TVoeD-VKA-S", "pay_group": "S12"}


def _group() -> dict[str, str]:
    """A group that no other row of a test has."""
    number = next(_numbers)
    return {"tariff": "TVoeD-VKA-S", "pay_group": f"S{number % 90 + 10}{'abcdefghij'[number // 90 % 10]}"}


def pay_rate() -> PayRate:
    return PayRate(**_group(), pay_step=4, amount=Decimal("4189.61"), **SOURCED, **ALWAYS)


def step_duration() -> StepDuration:
    return StepDuration(**_group(), step_1=1, step_2=2, step_3=3, step_4=4, step_5=5, **SOURCED, **ALWAYS)


def allowance() -> Allowance:
    return Allowance(**_group(), amount=Decimal("180.00"), **SOURCED, **ALWAYS)


def annual_bonus() -> AnnualBonus:
    return AnnualBonus(**_group(), percent=Decimal("70.28"), first_year=2022, **SOURCED)


def insurance_rate() -> SocialInsuranceRate:
    """Rates of a year of their own: two rows may not hold at the same time."""
    start = date(2000 + next(_numbers) % 100, 1, 1)
    return SocialInsuranceRate(
        health=Decimal("14.60"), health_extra=Decimal("1.60"), care=Decimal("3.40"), pension=Decimal("18.60"),
        unemployment=Decimal("2.60"), insolvency=Decimal("0.06"), ceiling_health_care=Decimal("4987.50"),
        ceiling_pension_unemployment=Decimal("7300.00"), valid_from=start, valid_to=start, **SOURCED,
    )  # fmt: skip


def supplementary_pension() -> SupplementaryPension:
    return SupplementaryPension(name=f"Umlage {next(_numbers)}", percent=Decimal("4.25"), **SOURCED, **ALWAYS)


PAY_ROWS: dict[type[Model], Callable[[], Any]] = {
    PayRate: pay_rate,
    StepDuration: step_duration,
    Allowance: allowance,
    AnnualBonus: annual_bonus,
    SocialInsuranceRate: insurance_rate,
    SupplementaryPension: supplementary_pension,
}
# By the word of their address: the model, and what the form would accept.
_SOURCE = {"source": "Tarifvertrag", "source_status": "verified", "note": ""}
_DATED = {"valid_from": "01.01.2030", "valid_to": "31.12.2030", **_SOURCE}
PAY_FORMS: dict[str, tuple[type[Model], dict[str, Any]]] = {
    "tabellenentgelt": (PayRate, {**S12, "pay_step": "5", "amount": "4.189,61", **_DATED}),
    "jahressonderzahlung": (
        AnnualBonus, {**S12, "percent": "85", "first_year": "2030", "last_year": "2031", **_SOURCE},
    ),
    "zulage": (Allowance, {**S12, "amount": "200,00", **_DATED}),
    "stufenlaufzeit": (
        StepDuration, {**S12, "step_1": "1", "step_2": "2", "step_3": "3", "step_4": "4", "step_5": "5", **_DATED},
    ),
    "sozialversicherung": (
        SocialInsuranceRate,
        {
            "health": "14,6", "health_extra": "2,9", "care": "3,6", "pension": "18,6", "unemployment": "2,6",
            "insolvency": "0,15", "ceiling_health_care": "5.812,50", "ceiling_pension_unemployment": "8.450,00",
            **_DATED,
        },
    ),
    "zusatzversorgung": (SupplementaryPension, {"name": "Beitrag", "percent": "7,1", **_DATED}),
}  # fmt: skip


def example_pay_rows() -> None:
    """Have one row of each kind."""
    for model, fresh in PAY_ROWS.items():
        row = fresh()
        if model is PayRate:
            row.pay_group = "S12"
        row.save()
