"""``manage.py replaycase``: what the public record says after the founding case."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from funding.replay import replay
from kim.models import User
from kim.roles import Role


class Command(BaseCommand):
    """Replays the public record, with a line per step."""

    help = (
        "Spielt nach dem Gründungsfall die öffentlichen Unterlagen nach: Beschlüsse, Bescheide, weitere Vorlagen, "
        "Sätze ab 2023. Alles oder nichts; ist es schon geschehen, bleibt alles, wie es ist."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the account that freezes the versions."""
        parser.add_argument(
            "--by",
            metavar="KONTO",
            help="Das Konto der Finanzverwaltung, das die Fassungen festschreibt; ohne Angabe das älteste.",
        )

    def handle(self, *, by: str | None = None, **_options: object) -> None:
        """Replay, and say what was done."""
        accounts = User.objects.filter(role=Role.FINANCE, is_active=True).order_by("pk")
        account = (accounts if by is None else accounts.filter(username=by)).first()
        if account is None:
            message = "Es gibt kein solches Konto der Finanzverwaltung; ohne eines lässt sich nichts festschreiben."
            raise CommandError(message)
        if not replay(by=account, say=self.stdout.write):
            self.stdout.write("Die öffentlichen Unterlagen sind schon nachgespielt.")
