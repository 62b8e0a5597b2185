"""What the constraints of bases and pay rises refuse, for the tests of all constraints."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.funding.rows import EURO, amount_basis, position_basis
from tests.staffing.constraint_cases import CENTS, SAME, SOURCED

if TYPE_CHECKING:
    from collections.abc import Callable

    from staffing.models import PositionBasis

    Row = tuple[Callable[[], PositionBasis], dict[str, Any]]

NEGATIVE = [{"amount": Decimal("-0.01")}]

RISES: dict[str, list[dict[str, Any]]] = {
    **SOURCED,
    "once_a_day": [{"tariff": SAME, "first_day": SAME}],
    "known_tariff": [{"tariff": "BAT"}],
    "known_day": [{"first_day": date(1999, 12, 31)}, {"first_day": date(2100, 1, 1)}],
    "percent_in_range": [{"percent": Decimal("100.01")}, {"percent": Decimal("1.005")}],
    "minimum_in_range": [{"minimum": Decimal("0.00")}, {"minimum": Decimal("1.005")}],
    "raises_something": [{"percent": Decimal("0.00")}],
    "declared_needs_percent": [{"percent": Decimal("0.00"), "minimum": EURO, "applies_to_declared": True}],
}


def _in_a_table(*cases: dict[str, Any]) -> list[Row]:
    return [(position_basis, case) for case in cases]


def _with_an_amount(*cases: dict[str, Any]) -> list[Row]:
    return [(amount_basis, case) for case in cases]


RATES = [{"percent": Decimal(rate)} for rate in ("-0.01", "100.01", "1.005")]


def rates(field: str) -> list[dict[str, Any]]:
    return [{field: one["percent"]} for one in RATES]


# What a basis needs depends on its kind, so each case says which row it breaks.
BASES: dict[str, list[Row]] = {
    **{suffix: _in_a_table(*cases) for suffix, cases in SOURCED.items()},
    "once_a_year": _in_a_table({"position": SAME, "first_year": SAME}),
    "known_basis": [(amount_basis, {"basis": "geraten", "tariff_name": ""})],
    "known_tariff": _in_a_table({"tariff": "BAT"}),
    "known_group": _in_a_table({"pay_group": "zehn"}, {"pay_group": "10"}),
    "known_step": _in_a_table({"pay_step": 0}, {"pay_step": 7}),
    "known_year": _in_a_table({"first_year": 1999}, {"first_year": 2100}),
    "tariff_fits": [*_in_a_table({"tariff": ""}), *_with_an_amount({"tariff": "TVoeD-VKA-S"})],
    "pay_group_fits": [*_in_a_table({"pay_group": ""}), *_with_an_amount({"pay_group": "E10"})],
    "pay_step_fits": [*_in_a_table({"pay_step": None}), *_with_an_amount({"pay_step": 3})],
    "step_since_fits": _with_an_amount({"step_since": date(2022, 1, 1)}),
    "supplementary_pension_fits": _with_an_amount({"supplementary_pension": EURO}),
    "u2_fits": _with_an_amount({"u2": EURO}),
    "workplace_flat_fits": _with_an_amount({"workplace_flat": EURO}),
    "overhead_fits": _with_an_amount({"overhead": EURO}),
    "amount_fits": [*_in_a_table({"amount": EURO}), *_with_an_amount({"amount": None})],
    "tariff_name_fits": [
        *_with_an_amount({"tariff_name": ""}, {"tariff_name": " "}, {"basis": "civil_servant"}),
        *_in_a_table({"tariff_name": "AVR"}),
    ],
    "whole_cents": _with_an_amount(*CENTS),
    "not_negative": _with_an_amount(*NEGATIVE),
    "flat_whole_cents": _in_a_table(*({"workplace_flat": one["amount"]} for one in CENTS)),
    "flat_not_negative": _in_a_table(*({"workplace_flat": one["amount"]} for one in NEGATIVE)),
    "supplementary_pension_in_range": _in_a_table(*rates("supplementary_pension")),
    "u2_in_range": _in_a_table(*rates("u2")),
    "overhead_in_range": _in_a_table(*rates("overhead")),
}
