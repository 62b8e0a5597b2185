"""What to say when the database cannot be reached, or has no room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from kim.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from django.db.utils import OperationalError


DISK_FULL = "53100"


def unreachable(error: OperationalError) -> ServiceUnavailableError | None:
    """Return the refusal that a failed connection or a full disk stands for; None for any other error.

    The sentence names where the connection was to go, never the password.
    """
    code = getattr(error.__cause__, "pgcode", None)
    if code == DISK_FULL:
        message = "Der Datenträger der Datenbank ist voll. Schaffen Sie Platz; gespeichert wurde nichts."
        return ServiceUnavailableError(message)
    if code is not None:
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
