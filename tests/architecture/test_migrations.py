"""Migrations: complete, one after the other, and there is a way back."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

OURS = ("kim", "staffing", "funding")


@pytest.mark.django_db
def test_no_change_of_a_model_is_without_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("app", OURS)
def test_migrations_of_an_app_follow_each_other_in_one_line(app: str) -> None:
    loader = MigrationLoader(None)
    names = sorted(name for label, name in loader.disk_migrations if label == app)
    before = [[name for label, name in loader.disk_migrations[app, one].dependencies if label == app] for one in names]
    assert before == [[], *([name] for name in names[:-1])]
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]


def tables() -> set[str]:
    prefixes = tuple(f"{app}_" for app in OURS)
    return {name for name in connection.introspection.table_names() if name.startswith(prefixes)}


@pytest.mark.django_db
def test_migrations_lead_back_to_nothing_and_forth_again() -> None:
    """PostgreSQL changes tables within a transaction, so the test's own takes everything back."""
    before = tables()
    assert "funding_programme" in before
    with connection.cursor() as cursor:
        # Django thinks longer about the states in between than the product ever lets a transaction wait.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")

    for app in reversed(OURS):
        call_command("migrate", app, "zero", verbosity=0, interactive=False)
    assert tables() == set()

    call_command("migrate", verbosity=0, interactive=False)
    assert tables() == before
