"""What a demo needs beside the founding case: two people, a token that works, a database that is up to date."""

from __future__ import annotations

import fcntl
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from knox.crypto import hash_token

from kim.errors import RuleError, ServiceUnavailableError
from kim.models import ApiToken, User
from kim.roles import Role
from kim.serving import loopback

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PASSWORD = "demo"  # noqa: S105 - known to all on purpose; hence loopback only
PEOPLE = {"finanzen": Role.FINANCE, "gremium": Role.COMMITTEE}
TOKEN_NAME = "Demo"  # noqa: S105 - the name of a token
SPARE = timedelta(days=1)


def refuse_real_data() -> None:
    """Keep known passwords out of everything but a database on this machine that nobody else uses.

    Raises:
        ServiceUnavailableError: production, debugging, a database elsewhere, or one with accounts of its own.

    """
    if settings.PRODUCTION:
        message = "Im Produktivbetrieb (KIM_PRODUCTION=true) gibt es keine Demo: sie legt bekannte Kennwörter an."
        raise ServiceUnavailableError(message)
    if settings.DEBUG:
        message = "Die Demo zeigt das Programm, wie es betrieben wird. Starten Sie sie ohne KIM_DEBUG=true."
        raise ServiceUnavailableError(message)
    if settings.DATABASES["default"]["ENGINE"] == "kim.embedded_postgres":
        return
    connection.ensure_connection()
    # What was really connected to, whatever DATABASE_URL, PGHOST or a service file said.
    refuse_elsewhere(connection.connection.info.dsn_parameters)


def refuse_elsewhere(parameters: Mapping[str, str]) -> None:
    """Refuse a database that is not on this machine, told by the parameters of the connection.

    Raises:
        ServiceUnavailableError: one of its hosts is neither a socket nor loopback.

    """
    hosts = [host for name in ("host", "hostaddr") for host in parameters.get(name, "").split(",") if host]
    for host in hosts:
        if not host.startswith("/"):
            try:
                loopback(host)
            except ServiceUnavailableError as error:
                message = (
                    f"Die Datenbank auf {host} ist nicht auf diesem Rechner; die Demo legt dort keine Zugänge mit "
                    "bekannten Kennwörtern an. Starten Sie sie ohne DATABASE_URL."
                )
                raise ServiceUnavailableError(message, host=host) from error


def refuse_foreign_accounts() -> None:
    """Keep out of a named database in which real people have accounts.

    Raises:
        ServiceUnavailableError: there is an account that no demo made.

    """
    if settings.DATABASES["default"]["ENGINE"] == "kim.embedded_postgres":
        return
    accounts = User._meta.db_table
    if accounts not in connection.introspection.table_names():
        return
    count = User.objects.exclude(username__in=PEOPLE).count()
    if count:
        name = settings.DATABASES["default"]["NAME"]
        message = (
            f"In der Datenbank {name} gibt es schon eigene Zugänge ({count}); die Demo "
            "legt dort keine mit bekannten Kennwörtern an. Starten Sie sie ohne DATABASE_URL."
        )
        raise ServiceUnavailableError(message, accounts=count)


def prepare(say: Callable[[str], None]) -> str:
    """Bring the database up to date, load the founding case and what followed, make people and token; return the token.

    Of several demos that start at once one does it, the others wait. The second time there is nothing to do.
    """
    with (Path(settings.KIM_HOME) / "demo.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refuse_foreign_accounts()
        if not is_migrated():
            say("Die Datenbank wird angelegt oder auf den neuen Stand gebracht …")
            call_command("migrate", verbosity=0, interactive=False)
        call_command("loadcase", verbosity=0)
        token = people_and_token(Path(settings.KIM_HOME) / "demo.json")
        try:
            call_command("replaycase", by=next(iter(PEOPLE)), verbosity=0)
        except RuleError as error:
            # Somebody entered other data into a demo that is older than the record; that belongs to him.
            say(error.message)
        return token


def is_migrated() -> bool:
    """Whether all migrations are applied, told by the names of their files: importing them takes far longer."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    there = {
        (config.label, file.stem)
        for config in apps.get_app_configs()
        if settings.MIGRATION_MODULES.get(config.label, config.label)
        for file in (Path(config.path) / "migrations").glob("[!_]*.py")
    }
    return there <= applied


@transaction.atomic
def people_and_token(file: Path) -> str:
    """Have both accounts with the known password and a valid token; what was made is kept in a file of the user's own.

    The file holds the token itself, of which the database has only a digest, and the digest of the password, so that
    a later start need not compute it again.
    """
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        known = {}
    kept = dict(known)
    people = {person.username: person for person in User.objects.filter(username__in=PEOPLE)}
    for name, role in PEOPLE.items():
        person = people.get(name) or User(username=name)
        wanted = {"role": role, "is_active": True, "password": kept.get("password")}
        if person.pk is None or any(getattr(person, field) != value for field, value in wanted.items()):
            kept["password"] = wanted["password"] = kept.get("password") or make_password(PASSWORD)
            for field, value in wanted.items():
                setattr(person, field, value)
            person.save()
        people[name] = person
    owner, token = people["finanzen"], str(kept.get("token", ""))
    valid = ApiToken.objects.filter(digest=hash_token(token), user=owner, expiry__gt=timezone.now() + SPARE)
    if not token or not valid.exists():
        ApiToken.objects.filter(user=owner, name=TOKEN_NAME).delete()
        _made, kept["token"] = ApiToken.objects.create(user=owner, name=TOKEN_NAME)
    if kept != known:
        fresh = file.with_name(f"{file.name}.new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as text:
            json.dump(kept, text)
        fresh.rename(file)
    return str(kept["token"])
