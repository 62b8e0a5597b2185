"""Columns and form fields of money, shares and days: exact both ways, and lossless where they refuse."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from kim.errors import AmountError
from kim.fields import DayField, DayFormField, FteField, FteFormField, MoneyField, MoneyFormField
from staffing.models import Position, PositionCost
from tests.kim.test_amounts import BAD_AMOUNTS, printed

AMOUNT = PositionCost._meta.get_field("amount")
FTE = Position._meta.get_field("fte")
DAY = Position._meta.get_field("planned_from")


class Entry(forms.Form):
    amount = MoneyFormField()
    balance = MoneyFormField(signed=True, required=False)
    fte = FteFormField(required=False)
    day = DayFormField(required=False)


def test_columns_come_with_the_strict_german_fields() -> None:
    assert isinstance(AMOUNT, MoneyField)
    assert isinstance(FTE, FteField)
    assert isinstance(DAY, DayField)
    assert [type(field.formfield()) for field in (AMOUNT, FTE, DAY)] == [MoneyFormField, FteFormField, DayFormField]


def test_what_is_typed_is_what_is_stored() -> None:
    entry = Entry({"amount": "913.257,24 €", "balance": "-1.000", "fte": "0,75", "day": "31.12.2022"})
    assert entry.is_valid()
    assert entry.cleaned_data == {
        "amount": Decimal("913257.24"), "balance": Decimal("-1000.00"), "fte": Decimal("0.75"),
        "day": date(2022, 12, 31),
    }  # fmt: skip


@pytest.mark.parametrize("typed", [text for text in BAD_AMOUNTS if text.strip()])
def test_what_is_refused_stays_in_the_field_with_its_message(typed: str) -> None:
    entry = Entry({"amount": typed})
    assert not entry.is_valid()
    (message,) = entry.errors["amount"]
    assert str(message).startswith(f"„{printed(typed.strip())}“ ")
    assert entry["amount"].value() == typed


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("amount", "-1,00", "„-1,00“ ist negativ. Hier steht ein Betrag ab 0,00 €."),
        ("amount", "", "Dieses Feld ist zwingend erforderlich."),
        ("amount", "   ", "Dieses Feld ist zwingend erforderlich."),
        ("fte", "0.75", "„0.75“ ist kein Stellenanteil. Bitte so eingeben: 0,75"),
        ("day", "31.02.2022", "Den Tag „31.02.2022“ gibt es nicht. Bitte so eingeben: 31.12.2022"),
        ("day", "01.01.0000", "Den Tag „01.01.0000“ gibt es nicht. Bitte so eingeben: 31.12.2022"),
        ("day", "01.01.99999", "„01.01.99999“ ist kein Datum. Bitte so eingeben: 31.12.2022"),
    ],
)
def test_messages_of_the_form_fields(field: str, typed: str, message: str) -> None:
    entry = Entry({"amount": "1,00", field: typed})
    assert entry.errors == {field: [message]}


def test_ten_megabytes_in_a_field_are_refused_with_a_short_message() -> None:
    entry = Entry({"amount": "1" * 10 * 1024 * 1024, "day": "1" * 10 * 1024 * 1024})
    assert {name: len(messages) for name, messages in entry.errors.items()} == {"amount": 1, "day": 1}
    assert all(len(str(message)) < 150 for messages in entry.errors.values() for message in messages)


def test_optional_fields_may_stay_empty() -> None:
    entry = Entry({"amount": "0", "balance": "", "fte": "", "day": ""})
    assert entry.is_valid()
    assert entry.cleaned_data == {"amount": Decimal("0.00"), "balance": None, "fte": None, "day": None}


@pytest.mark.parametrize(
    ("field", "stored", "shown"),
    [
        (MoneyFormField(), Decimal("913257.24"), "913.257,24"),
        (MoneyFormField(), Decimal("0.00"), "0,00"),
        (MoneyFormField(signed=True), Decimal("-1000.00"), "-1.000,00"),
        (MoneyFormField(), "55.0000", "55.0000"),
        (MoneyFormField(), None, None),
        (FteFormField(), Decimal("0.7500"), "0,75"),
        (FteFormField(), Decimal("1.0000"), "1,0"),
        (FteFormField(), Decimal(12), "12,0"),
        (FteFormField(), "0.75", "0.75"),
        (DayFormField(), date(2022, 12, 31), "31.12.2022"),
        (DayFormField(), "31.02.2022", "31.02.2022"),
    ],
)
def test_stored_values_are_shown_as_they_are_typed(field: Any, stored: object, shown: object) -> None:
    assert field.prepare_value(stored) == shown


@given(st.decimals(min_value=0, max_value="999999999999.99", places=2))
def test_what_the_field_shows_it_reads(amount: Decimal) -> None:
    field = MoneyFormField()
    assert field.clean(field.prepare_value(amount)) == amount


@pytest.mark.parametrize(
    ("initial", "typed", "changed"),
    [
        (Decimal("1000.00"), "1.000,00", False),
        (Decimal("1000.00"), "1000", False),
        (Decimal("1000.00"), "1.000,01", True),
        (Decimal("1000.00"), "1.000.00", True),
        (Decimal("1000.00"), "", True),
        (None, "", False),
        (None, "0", True),
    ],
)
def test_the_same_amount_typed_otherwise_is_no_change(initial: object, typed: str, *, changed: bool) -> None:
    assert MoneyFormField(required=False).has_changed(initial, typed) == changed


# --- The column -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal(5), "5.00"), (Decimal("5.1"), "5.10"), (Decimal("5.100"), "5.10"), ("5.10", "5.10"), (5, "5.00"),
        (Decimal("-0.00"), "0.00"),
    ],
)  # fmt: skip
def test_the_column_takes_whole_cents(value: object, expected: str) -> None:
    assert str(AMOUNT.to_python(value)) == expected


@pytest.mark.parametrize("value", [Decimal("5.001"), "5.001", "5,10", "abc", "", "NaN", "Infinity", "1e70"])
def test_the_column_refuses_what_it_would_have_to_round_or_guess(value: object) -> None:
    with pytest.raises(ValidationError):
        AMOUNT.to_python(value)


@pytest.mark.parametrize("value", [1.5, 2.0, float("nan"), Decimal("1.005"), Decimal("NaN")])
def test_floats_and_third_decimals_do_not_reach_the_database(value: object) -> None:
    with pytest.raises(AmountError):
        AMOUNT.get_prep_value(value)


def test_columns_in_migrations_carry_no_scale() -> None:
    assert [field.deconstruct()[3] for field in (MoneyField(), FteField())] == [{}, {}]
    assert MoneyField().db_type(connection=None) == "numeric"
