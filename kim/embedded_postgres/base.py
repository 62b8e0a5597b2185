"""The Django backend: PostgreSQL as always, only that the first connection starts the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg2
from django.conf import settings
from django.db.backends.postgresql import base

from kim.embedded_postgres.server import PORT, Server

if TYPE_CHECKING:
    from psycopg2.extensions import connection


def embedded_server() -> Server:
    """Return the server that the settings name."""
    return Server(settings.EMBEDDED_POSTGRES_FOLDER, fsync=settings.EMBEDDED_POSTGRES_FSYNC)


class DatabaseWrapper(base.DatabaseWrapper):
    """Connects to the embedded server, and starts it when it does not answer."""

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        """Fill in the address, which nobody else needs to know."""
        self.server = embedded_server()
        settings_dict["HOST"] = str(self.server.place.socket)
        settings_dict["PORT"] = PORT
        super().__init__(settings_dict, alias)

    def get_new_connection(self, conn_params: dict[str, Any]) -> connection:
        """Connect; asking costs nothing while the server runs, so it is started only after a failure."""
        try:
            return super().get_new_connection(conn_params)
        except psycopg2.OperationalError:
            self.server.ensure()
            return super().get_new_connection(conn_params)
