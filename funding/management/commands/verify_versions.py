"""``manage.py verify_versions``: prove every frozen version again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.management.base import BaseCommand, CommandError

from funding.models import Programme
from funding.proof import prove
from funding.versions import row_of, version_rows

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Proves frozen versions: seal, row, and every figure computed again."""

    help = (
        "Rechnet jede festgeschriebene Fassung aus ihren Eingaben nach und prüft ihr Siegel. "
        "Gibt eine Zeile je Fassung aus und endet mit Status 1, wenn ein Siegel gebrochen ist oder die heutigen Regeln "
        "andere Zahlen ergeben. Geeignet für einen täglichen Lauf."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one programme instead of all."""
        parser.add_argument(
            "programme", nargs="?", default="", metavar="PROGRAMM",
            help="Prüft nur die Fassungen dieses Förderprogramms (Kurzname, zum Beispiel kim-nrw).",
        )  # fmt: skip

    def handle(self, *, programme: str, **_options: object) -> None:
        """Prove, and say in one line each what came of it."""
        slugs = list(Programme.objects.order_by("slug").values_list("slug", flat=True))
        if programme and programme not in slugs:
            known = ", ".join(slugs) or "keines"
            message = f"Das Förderprogramm „{programme}“ gibt es nicht. Es gibt: {known}."
            raise CommandError(message)
        count = failed = 0
        for slug in (programme,) if programme else slugs:
            for row in map(row_of, version_rows(slug).order_by("number")):
                proof = prove(row)
                count, failed = count + 1, failed + (not proof.holds)
                self.stdout.write(f"{slug}, {row}: {proof.words}")
                for line in proof.lines:
                    self.stdout.write(f"  {line}")
        if failed:
            message = f"{failed} von {count} Fassungen halten nicht."
            raise CommandError(message)
        self.stdout.write(f"{count} Fassungen geprüft, alle unverändert." if count else "Es gibt noch keine Fassung.")
