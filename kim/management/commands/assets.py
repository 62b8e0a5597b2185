"""``manage.py assets``: fetch the design assets once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.core.management.base import BaseCommand

from kim import assets

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Fetch the KERN design assets, or take them from a file."""

    help = (
        "Holt die Gestaltung KERN-UX-Standard mit dem npm-Programm in den Ordner der Anwendung. "
        "Was schon da ist, wird nicht noch einmal geholt. Ohne sie haben die Seiten eine einfache Gestaltung."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a file instead of the network."""
        parser.add_argument(
            "--from",
            dest="packed",
            type=Path,
            metavar="DATEI",
            help=f"Nimmt die Dateien aus dieser anderswo mit „npm pack {assets.PACKAGE}“ geholten Datei.",
        )

    def handle(self, *, packed: Path | None, **_options: object) -> None:
        """Fetch what is missing."""
        if assets.installed():
            self.stdout.write(f"Die Gestaltung KERN ist schon da: {assets.folder()}")
            return
        if packed is None:
            assets.fetch()
        else:
            assets.store(packed)
        self.stdout.write(f"Die Gestaltung KERN liegt jetzt in {assets.folder()}")
