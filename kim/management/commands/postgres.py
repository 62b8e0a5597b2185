"""``manage.py postgres start|stop|status``: the embedded database server by hand."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kim.embedded_postgres.base import embedded_server

if TYPE_CHECKING:
    from argparse import ArgumentParser

# What service scripts answer for a service that does not run.
NOT_RUNNING = 3


class Command(BaseCommand):
    """Start, stop or describe the embedded PostgreSQL."""

    help = (
        "Startet oder beendet den eingebetteten PostgreSQL-Server oder sagt, ob er läuft. "
        "Er startet sonst von selbst bei der ersten Verbindung. "
        "„status“ endet mit 0, wenn der Server läuft, und mit 3, wenn nicht."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the verb."""
        parser.add_argument(
            "action",
            choices=("start", "stop", "status"),
            metavar="start|stop|status",
            help="Was geschehen soll: start lässt den Server laufen, bis stop ihn beendet; status berichtet nur.",
        )

    def handle(self, *, action: str, **_options: object) -> None:
        """Do it, and say in one line what was done."""
        if settings.DATABASES["default"]["ENGINE"] != "kim.embedded_postgres":
            message = "DATABASE_URL nennt einen eigenen Server; der eingebettete wird nicht gebraucht."
            raise CommandError(message)
        server = embedded_server()
        where = f"Daten in {server.place.data}"
        if action == "start":
            started = server.keep()
            self.stdout.write(f"PostgreSQL {'gestartet' if started else 'lief schon'}, {where}.")
        elif action == "stop":
            stopped = server.stop()
            self.stdout.write(f"PostgreSQL {'beendet' if stopped else 'lief nicht'}, {where}.")
        elif (process := server.process()) is not None:
            self.stdout.write(f"PostgreSQL läuft (Prozess {process}), {where}.")
        else:
            self.stdout.write(f"PostgreSQL läuft nicht, {where}.")
            sys.exit(NOT_RUNNING)
