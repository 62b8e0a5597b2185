"""Whether the process answers, and whether it can work."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client


def answer(response: Any) -> tuple[int, object]:
    return response.status_code, json.loads(response.content)


def test_healthz_answers_without_a_database() -> None:
    """Without the fixture of the database any statement would fail this test."""
    response = Client().get("/healthz")

    assert answer(response) == (200, {"status": "alive"})
    assert response["Cache-Control"] == "no-store"


def test_readyz_answers_when_every_migration_is_there(db: None) -> None:
    assert answer(Client().get("/readyz")) == (200, {"status": "ready"})


def test_readyz_costs_two_statements(db: None, django_assert_num_queries: Any) -> None:
    Client().get("/readyz")
    # Whether there is a table of migrations, and what stands in it.
    with django_assert_num_queries(2):
        Client().get("/readyz")


def test_readyz_names_a_missing_migration(db: None) -> None:
    MigrationRecorder(connection).record_unapplied("kim", "0001_initial")

    assert answer(Client().get("/readyz")) == (
        503,
        {
            "errors": [
                {
                    "field": "migrations",
                    "code": "unavailable",
                    "message": "Die Datenbank ist nicht auf dem Stand des Programms; es fehlt: kim.0001_initial. "
                    "Bitte migrieren.",
                }
            ]
        },
    )


def test_readyz_of_an_empty_database_is_a_503(db: None) -> None:
    with connection.schema_editor() as editor:
        editor.execute("ALTER TABLE django_migrations RENAME TO elsewhere")

    status, data = answer(Client().get("/readyz"))

    assert status == 503
    assert "kim.0001_initial" in str(data)


def test_readyz_says_nothing_about_the_server(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_self: object) -> None:
        message = "connection to server at 10.0.0.7 failed for user kim"
        raise OperationalError(message)

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", refuse)

    assert answer(Client().get("/readyz")) == (
        503,
        {"errors": [{"field": "database", "code": "unavailable", "message": "Die Datenbank ist nicht erreichbar."}]},
    )
    assert "10.0.0.7" in caplog.text


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(path: str, method: str) -> None:
    response = getattr(Client(enforce_csrf_checks=True), method)(path)

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert json.loads(response.content)["errors"][0]["code"] == "method_not_allowed"
