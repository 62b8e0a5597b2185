"""What all tests share: a database that is migrated once and copied afterwards, people, the founding case."""

from __future__ import annotations

import fcntl
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import django
import pgtrigger
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from hypothesis import settings as hypothesis_settings

from funding.loading import load_case
from funding.models import ForecastVersion, Programme
from kim.models import User
from kim.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import DjangoDbBlocker

# In CI every run tries the same examples, elsewhere always new ones; a deadline would measure the machine alone.
hypothesis_settings.register_profile("developer", max_examples=100, deadline=None)
hypothesis_settings.register_profile("ci", max_examples=100, deadline=None, derandomize=True)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "developer")

# A pattern ends with a digest of all migrations, so it is never older than the code.
PATTERN = "pattern_kim_"


def migrations_digest() -> str:
    """Return a short name for everything that decides what the migrated database looks like."""
    digest = hashlib.sha256(repr((django.VERSION, settings.INSTALLED_APPS, settings.MIGRATION_MODULES)).encode())
    for config in apps.get_app_configs():
        for file in sorted((Path(config.path) / "migrations").glob("*.py")):
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def execute(statement: str, *parameters: str) -> list[tuple[str, ...]]:
    """Run a statement in the maintenance database."""
    with connection._nodb_cursor() as cursor:  # noqa: SLF001 - what Django itself creates test databases with
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="session")
def making() -> Iterator[int]:
    """Hold the lock file under which test databases are made: the first worker migrates, the others wait and copy."""
    folder = settings.KIM_HOME / "test-runs"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "pattern").open("a") as lock:
        yield lock.fileno()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker, making: int
) -> None:
    """Copy the pattern, if there is one, instead of starting from nothing."""
    name = PATTERN + migrations_digest()
    fcntl.flock(making, fcntl.LOCK_EX)
    with django_db_blocker.unblock():
        if execute("SELECT datname FROM pg_database WHERE datname = %s", name):
            settings.DATABASES["default"]["TEST"]["TEMPLATE"] = name


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker, making: int) -> None:
    """Keep a copy of a freshly migrated database as the pattern, in place of those of older migrations."""
    if "TEMPLATE" not in settings.DATABASES["default"]["TEST"]:
        with django_db_blocker.unblock():
            connection.close()
            for (old,) in execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", PATTERN):
                execute(f'DROP DATABASE "{old}"')
            fresh = connection.settings_dict["NAME"]
            execute(f'CREATE DATABASE "{PATTERN}{migrations_digest()}" TEMPLATE "{fresh}"')
    fcntl.flock(making, fcntl.LOCK_UN)
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        # Tests that commit are followed by a TRUNCATE of all tables, which frozen versions refuse. Their own test
        # switches the refusal on again.
        cursor.execute(f"ALTER TABLE funding_forecastversion DISABLE TRIGGER {truncate_refusal()}")


def truncate_refusal() -> str:
    """Return the name of the trigger that keeps the table of frozen versions from being emptied."""
    (found,) = (one for _model, one in pgtrigger.registered("funding.ForecastVersion:refuse_truncate"))
    return str(found.get_pgid(ForecastVersion()))


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hash passwords quickly: the million rounds of the real hasher would be most of the suite's time."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


# --- People and the founding case -----------------------------------------------------------------------------------


@pytest.fixture
def founding_case(db: None) -> Programme:
    """Load paper 2021/1121 as the demo does, and return its programme."""
    load_case()
    return Programme.objects.get(slug="kim-nrw")


@pytest.fixture
def ayse(db: None) -> User:
    """Ayse works in the treasury; she enters forecasts and answers for every cent."""
    return User.objects.create_user("ayse", password="demo", role=Role.FINANCE)


@pytest.fixture
def bernd(db: None) -> User:
    """Bernd sits on the finance committee; he reads everything and changes nothing."""
    return User.objects.create_user("bernd", password="demo", role=Role.COMMITTEE)


@pytest.fixture
def carla(db: None) -> User:
    """Carla has an account but no role yet, so she sees nothing."""
    return User.objects.create_user("carla", password="demo")


@pytest.fixture
def administrator(db: None) -> User:
    """The administrator runs the installation."""
    return User.objects.create_superuser("administrator", password="demo")


def signed_in(user: User) -> Client:
    """Return a client with a session of ``user``."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def ayse_client(ayse: User) -> Client:
    """Return the browser of the treasury."""
    return signed_in(ayse)


@pytest.fixture
def bernd_client(bernd: User) -> Client:
    """Return the browser of the committee."""
    return signed_in(bernd)


@pytest.fixture
def carla_client(carla: User) -> Client:
    """Return the browser of somebody without a role."""
    return signed_in(carla)


@pytest.fixture
def administrator_client(administrator: User) -> Client:
    """Return the browser of the administrator."""
    return signed_in(administrator)
