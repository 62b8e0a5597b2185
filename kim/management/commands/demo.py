"""``manage.py demo``: from nothing to the first page with one command, on this machine alone."""

from __future__ import annotations

import contextlib
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections

from kim import assets, demo, serving
from kim.embedded_postgres import refusals
from kim.embedded_postgres.base import embedded_server
from kim.errors import ServiceUnavailableError

if TYPE_CHECKING:
    import socket
    from argparse import ArgumentParser
    from types import FrameType

# A machine without network is asked again after an hour, not at each start.
RETRY_AFTER = 3600


class Command(BaseCommand):
    """Prepare and serve the founding case until it is interrupted."""

    help = (
        "Startet das Programm mit dem Gründungsfall auf diesem Rechner: holt die Gestaltung, startet die Datenbank, "
        "legt zwei Zugänge und einen API-Token an und nennt sie. Strg-C beendet alles, was der Befehl gestartet hat."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take port and address."""
        parser.add_argument(
            "--port", help=f"Der Port; ohne Angabe der erste freie ab {serving.FIRST_PORT}.", metavar="ZAHL"
        )
        parser.add_argument(
            "--address",
            default="127.0.0.1",
            metavar="ADRESSE",
            help="Die Adresse; erlaubt ist nur, was allein dieser Rechner erreicht (127.0.0.1, ::1, localhost).",
        )

    def handle(self, *, port: str | None, address: str, **_options: object) -> None:
        """Serve; an interrupt at any point ends in good order."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, interrupt)
        with contextlib.suppress(KeyboardInterrupt), refusals.sentences(settings.KIM_HOME):
            demo.refuse_real_data()
            self.serve(serving.listen(serving.loopback(address), number_of(port)))

    def serve(self, listener: socket.socket) -> None:
        """Prepare what is missing, then answer requests on the socket until the end."""
        with contextlib.ExitStack() as stack:
            stack.enter_context(listener)
            Path(settings.KIM_HOME).mkdir(parents=True, exist_ok=True)
            if settings.DATABASES["default"]["ENGINE"] == "kim.embedded_postgres":
                stack.enter_context(embedded_server().held())
            self.fetch_assets()
            token = demo.prepare(self.say)
            # The process that answers opens connections of its own.
            connections.close_all()
            where = serving.url(listener)
            settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "127.0.0.1", "localhost", listener.getsockname()[0]]

            def tell() -> None:
                for name in demo.PEOPLE:
                    self.say(f"Login: {name} / {demo.PASSWORD}")
                self.say(f"API-Token: {token}")
                self.say("Strg-C beendet die Demo.")
                self.say(f"URL: {where}")

            # What is not written yet would be written by both processes.
            self.stdout.flush()
            serving.Application(listener, tell).run()

    def fetch_assets(self) -> None:
        """Fetch the design assets; without them the demo goes on in plain look, and says so."""
        failed = Path(settings.KIM_HOME) / "assets-failed"
        if assets.installed():
            return
        if failed.exists() and time.time() - failed.stat().st_mtime < RETRY_AFTER:
            self.say(f"Ohne die Gestaltung KERN; noch einmal versuchen mit „manage.py assets“. {assets.WITHOUT}")
            return
        self.say("Die Gestaltung KERN wird geholt …")
        try:
            assets.fetch()
        except ServiceUnavailableError as error:
            self.say(error.message)
            failed.touch()
        else:
            failed.unlink(missing_ok=True)

    def say(self, line: str) -> None:
        """Write a line at once, also into a pipe."""
        self.stdout.write(line)
        self.stdout.flush()


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """Leave everything that is going on, through all its ends."""
    raise KeyboardInterrupt


def number_of(port: str | None) -> int | None:
    """Return the port as a number."""
    if port is None:
        return None
    if not (port.isascii() and port.isdigit() and len(port) <= len(str(serving.LARGEST_PORT))) or not (
        1 <= int(port) <= serving.LARGEST_PORT
    ):
        message = f"--port {port} ist kein Port. Erlaubt sind Zahlen von 1 bis {serving.LARGEST_PORT}."
        raise ServiceUnavailableError(message, port=port)
    return int(port)
