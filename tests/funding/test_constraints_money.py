"""Money is whole cents, and time has no overlaps: what the database keeps, refuses and never changes by itself."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from funding.models import Cap, FundedPosition, GrantAward, LumpSum, RoundingRule
from kim.errors import AmountError
from kim.fields import FteField, MoneyField
from staffing.models import PositionBasis, PositionCost
from tests.funding.rows import FRESH, amount_basis, position, position_cost, saved

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model

pytestmark = pytest.mark.django_db

MONEY = [
    (model, field.name)
    for app in ("staffing", "funding")
    for model in apps.get_app_config(app).get_models()
    for field in model._meta.fields
    if type(field) is MoneyField and model in FRESH
]


# Of several kinds of one row, the kind that has an amount.
WITH_AMOUNT: dict[type[Model], Callable[[], Model]] = {PositionBasis: amount_basis}


def raw(row: Model, column: str, value: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{row._meta.db_table}" SET "{column}" = %s::numeric WHERE id = %s',  # noqa: S608
            [value, row.pk],
        )


def stored(row: Model, column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}"::text FROM "{row._meta.db_table}" WHERE id = %s', [row.pk])  # noqa: S608
        (value,) = cursor.fetchone()
    return str(value)


@pytest.mark.parametrize(("model", "column"), MONEY)
def test_raw_sql_cannot_store_a_third_decimal_and_nothing_is_rounded(model: type[Model], column: str) -> None:
    row = saved((WITH_AMOUNT if column == "amount" else FRESH).get(model, FRESH[model])())
    before = stored(row, column)
    for value in ("1.005", "1.004", "0.001", "913257.245", "NaN", "Infinity", "1e12", "-1e12"):
        with pytest.raises(IntegrityError):
            raw(row, column, value)
    assert stored(row, column) == before
    raw(row, column, "913257.24")
    assert stored(row, column) == "913257.24"
    row.refresh_from_db()
    assert str(getattr(row, column)) == "913257.24"


def test_every_amount_is_tried() -> None:
    assert sorted(f"{model.__name__}.{column}" for model, column in MONEY) == [
        "Allowance.amount", "Cap.amount", "FinanceStatement.capital_grant", "FinanceStatement.covered_amount",
        "FinanceStatement.depreciation", "FinanceStatement.follow_up_revenue", "FinanceStatement.payments",
        "FinanceStatement.savings", "GrantAward.amount", "LumpSum.amount", "MaterialCost.amount", "PayRate.amount",
        "PayRise.minimum", "PositionBasis.amount", "PositionBasis.workplace_flat", "PositionCost.amount",
        "PrintedFigure.amount", "RoundingRule.base", "SocialInsuranceRate.ceiling_health_care",
        "SocialInsuranceRate.ceiling_pension_unemployment", "TopUp.amount",
    ]  # fmt: skip


@pytest.mark.parametrize("value", ["1.005", "913257.245", "0.001"])
def test_no_way_through_the_orm_rounds_an_amount(value: str) -> None:
    row = saved(position_cost())
    amount = Decimal(value)
    attempts: list[Callable[[], object]] = [
        lambda: PositionCost.objects.filter(pk=row.pk).update(amount=amount),
        lambda: PositionCost.objects.create(position=saved(position()), fiscal_year=2022, amount=amount, source="x"),
        lambda: PositionCost.objects.bulk_create([
            PositionCost(position=saved(position()), fiscal_year=2022, amount=amount, source="x")
        ]),
        lambda: PositionCost.objects.filter(amount=amount).count(),
    ]  # fmt: skip
    for attempt in attempts:
        with pytest.raises(AmountError, match="kein voller Centbetrag"), transaction.atomic():
            attempt()
    assert list(PositionCost.objects.values_list("amount", flat=True)) == [Decimal("1.00")]


def test_a_float_is_no_amount() -> None:
    with pytest.raises(AmountError, match="Gleitkommazahl"):
        PositionCost.objects.filter(pk=0).update(amount=1.5)


def test_a_text_with_a_third_decimal_is_no_amount() -> None:
    with pytest.raises((AmountError, ValidationError)):
        PositionCost.objects.filter(pk=0).update(amount="1.005")


def test_the_largest_amount_comes_back_to_the_cent() -> None:
    row = position_cost()
    row.amount = Decimal("999999999999.99")
    row.full_clean()
    row.save()
    assert str(PositionCost.objects.get().amount) == "999999999999.99"


def test_shares_of_a_position_keep_four_decimals() -> None:
    row = position()
    row.fte = Decimal("0.3333")
    row.full_clean()
    row.save()
    row.refresh_from_db()
    assert str(row.fte) == "0.3333"


@pytest.mark.parametrize("value", ["0.33333", "0.00001"])
def test_a_fifth_decimal_of_a_share_is_refused(value: str) -> None:
    row = position()
    row.fte = Decimal(value)
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    assert list(refusal.value.message_dict) == ["fte"]
    assert isinstance(row._meta.get_field("fte"), FteField)


# --- Time -----------------------------------------------------------------------------------------------------------

START, END = date(2022, 1, 1), date(2022, 12, 31)
# What must be the same for two rows to exclude each other.
DATED: list[tuple[type[Model], tuple[str, ...]]] = [
    (RoundingRule, ("programme",)),
    (FundedPosition, ("position",)),
    (LumpSum, ("grant_rule",)),
    (Cap, ("funding_module", "covers")),
]
DAY = timedelta(days=1)


def following(model: type[Model], same: tuple[str, ...], start: date, end: date | None) -> Model:
    first = FRESH[model]()
    first.valid_from, first.valid_to = START, END
    saved(first)
    second = FRESH[model]()
    for name in same:
        setattr(second, name, getattr(first, name))
    second.valid_from, second.valid_to = start, end
    return second  # type: ignore[no-any-return]


@pytest.mark.parametrize(("model", "same"), DATED)
@pytest.mark.parametrize(("start", "end"), [(END + DAY, None), (date(2020, 1, 1), START - DAY), (END + DAY, END + DAY)])
def test_periods_that_touch_are_allowed(
    model: type[Model], same: tuple[str, ...], start: date, end: date | None
) -> None:
    second = following(model, same, start, end)
    second.full_clean()
    second.save()
    assert model._default_manager.count() == 2


@pytest.mark.parametrize(("model", "same"), DATED)
@pytest.mark.parametrize(("start", "end"), [(END, None), (date(2020, 1, 1), START), (START + DAY, START + DAY)])
def test_periods_that_share_a_day_are_refused(
    model: type[Model], same: tuple[str, ...], start: date, end: date | None
) -> None:
    second = following(model, same, start, end)
    with pytest.raises(ValidationError):
        second.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


@pytest.mark.parametrize(("model", "same"), DATED)
def test_periods_of_different_things_may_overlap(model: type[Model], same: tuple[str, ...]) -> None:
    for missing in same:
        second = following(model, tuple(name for name in same if name != missing), START, END)
        if missing == "covers":
            setattr(second, missing, "material")
        second.full_clean()
        second.save()


def test_a_row_does_not_overlap_itself() -> None:
    row = saved(FRESH[LumpSum]())
    row.valid_to = END
    row.full_clean()
    row.save()


def test_an_award_that_is_superseded_makes_room_for_the_one_that_amends_it() -> None:
    first = saved(FRESH[GrantAward]())
    second = FRESH[GrantAward]()
    second.funding_module, second.programme, second.amends = first.funding_module, first.programme, first
    with pytest.raises(IntegrityError, match="funding_grantaward_no_overlap"), transaction.atomic():
        second.save()
    GrantAward.objects.filter(pk=first.pk).update(is_superseded=True)
    second.full_clean()
    second.save()


def test_an_award_whose_amount_is_not_public_excludes_nothing() -> None:
    first, second = FRESH[GrantAward](), FRESH[GrantAward]()
    first.amount = None
    second.funding_module, second.programme = saved(first).funding_module, first.programme
    second.full_clean()
    second.save()
