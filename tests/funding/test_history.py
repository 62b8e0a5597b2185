"""Every way a row changes is recorded with what stood before and what stands after."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pghistory
import pytest
from django.apps import apps
from django.db import connection

from funding.models import ForecastVersion
from staffing.models import Position, PositionCost
from tests.funding.rows import FRESH, position_cost, saved

if TYPE_CHECKING:
    from django.db.models import Model

    from funding.models import Programme

pytestmark = pytest.mark.django_db

EVENTS = {
    event._meta.get_field("pgh_obj").related_model  # type: ignore[misc]  # pghistory adds it
    for app in ("staffing", "funding")
    for event in apps.get_app_config(app).get_models()
    if issubclass(event, pghistory.models.Event)
}
ROWS = [
    model
    for app in ("staffing", "funding")
    for model in apps.get_app_config(app).get_models()
    if not issubclass(model, pghistory.models.Event)
]


def history(row_id: int) -> list[tuple[str, str, str]]:
    events = apps.get_model("staffing.PositionCostEvent")._default_manager.filter(pgh_obj_id=row_id).order_by("pgh_id")
    return [(one.pgh_label, str(one.amount), one.source) for one in events]


def test_every_row_that_bears_a_figure_is_tracked() -> None:
    assert set(ROWS) == EVENTS
    assert {model for model in FRESH if model._meta.app_label != "kim"} == set(ROWS)


@pytest.mark.parametrize("model", ROWS)
def test_triggers_stand_in_the_database_and_fire(model: type[Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
            " AND tgname LIKE 'pgtrigger_%%'",
            [model._meta.db_table],
        )
        found = {name.rpartition("_")[0]: enabled for name, enabled in cursor.fetchall()}
    verbs = {"insert", "update", "delete"}
    recording = {name: enabled for name, enabled in found.items() if name.split("_")[1] in verbs}
    # A frozen version comes into being and stays.
    expected = {"insert"} if model is ForecastVersion else verbs
    assert recording == {f"pgtrigger_{verb}_{verb}": "O" for verb in expected}


@pytest.mark.parametrize("model", [model for model in ROWS if model is not ForecastVersion])
def test_insert_and_delete_of_every_kind_of_row_are_recorded(model: type[Model]) -> None:
    row = saved(FRESH[model]())
    number = row.pk
    row.delete()
    events: Any = apps.get_model(f"{model._meta.label}Event")
    assert list(events.objects.filter(pgh_obj_id=number).order_by("pgh_id").values_list("pgh_label", flat=True)) == [
        "insert", "delete",
    ]  # fmt: skip


def test_a_saved_row_leaves_before_and_after() -> None:
    row = saved(position_cost())
    row.amount = Decimal("86259.24")
    row.save()
    assert history(row.pk) == [("insert", "1.00", "Bescheid"), ("update", "86259.24", "Bescheid")]


def test_a_bulk_update_leaves_before_and_after_of_each_row() -> None:
    rows = [saved(position_cost()) for _number in range(3)]
    PositionCost.objects.update(amount=Decimal("2.00"), source="Tarifrunde")
    for row in rows:
        assert history(row.pk) == [("insert", "1.00", "Bescheid"), ("update", "2.00", "Tarifrunde")]


def test_rows_created_in_bulk_are_recorded() -> None:
    rows = [position_cost(), position_cost()]
    PositionCost.objects.bulk_create(rows)
    assert [history(row.pk) for row in rows] == [[("insert", "1.00", "Bescheid")]] * 2


def test_raw_sql_leaves_before_and_after() -> None:
    row = saved(position_cost())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE staffing_positioncost SET amount = 3.00 WHERE id = %s", [row.pk])
        cursor.execute("DELETE FROM staffing_positioncost WHERE id = %s", [row.pk])
    assert history(row.pk) == [
        ("insert", "1.00", "Bescheid"), ("update", "3.00", "Bescheid"), ("delete", "3.00", "Bescheid"),
    ]  # fmt: skip


def test_a_deleted_row_leaves_what_it_was() -> None:
    row = saved(position_cost())
    number = row.pk
    row.delete()
    assert history(number) == [("insert", "1.00", "Bescheid"), ("delete", "1.00", "Bescheid")]


def test_rows_deleted_with_their_parent_are_recorded() -> None:
    row = saved(position_cost())
    Position.objects.all().delete()
    assert history(row.pk) == [("insert", "1.00", "Bescheid"), ("delete", "1.00", "Bescheid")]


def test_the_founding_case_is_recorded_from_its_first_row(founding_case: Programme) -> None:
    events: Any = apps.get_model("staffing.PositionCostEvent")
    found = events.objects.filter(pgh_label="insert")
    assert found.count() == PositionCost.objects.count() == 60
    assert sorted(found.values_list("pgh_obj_id", "amount")) == sorted(PositionCost.objects.values_list("pk", "amount"))
