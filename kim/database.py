"""What to say when the database cannot be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from kim.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from django.db.utils import OperationalError


def unreachable(error: OperationalError) -> ServiceUnavailableError | None:
    """Return the refusal that a failed connection stands for; None for an error of a connection that stood.

    The sentence names where the connection was to go, never the password.
    """
    if getattr(error.__cause__, "pgcode", None) is not None:
        return None
    database = settings.DATABASES["default"]
    host = database.get("HOST") or "Socket dieses Rechners"
    port = database.get("PORT") or 5432
    lines = str(error).strip().splitlines()
    message = (
        f"Die Datenbank {database['NAME']} auf {host}, Port {port}, ist nicht erreichbar "
        f"({lines[0] if lines else 'ohne Angabe'}). "
        "Prüfen Sie DATABASE_URL und ob der Server läuft."
    )
    return ServiceUnavailableError(message, host=str(host), port=str(port), database=str(database["NAME"]))
