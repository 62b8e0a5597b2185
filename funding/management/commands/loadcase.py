"""``manage.py loadcase``: the founding case and the pay tables, without serving them."""

from django.core.management.base import BaseCommand

from funding.loading import load_case
from staffing.loading import load_pay


class Command(BaseCommand):
    """Loads the founding case, Vorlage 2021/1121 of Stadt Leverkusen."""

    help = (
        "Lädt den Gründungsfall (Stadt Leverkusen, Vorlage 2021/1121) und die Entgelttabellen in die Datenbank. "
        "Ist er schon da, bleibt alles, wie es ist; für die Tabellen gilt, was „loadpay“ tut."
    )

    def handle(self, **_options: object) -> None:
        """Load, and say in one line what was done."""
        loaded = load_case()
        self.stdout.write(
            "Gründungsfall geladen: KIM NRW, Vorlage 2021/1121." if loaded else "Der Gründungsfall ist schon geladen."
        )
        new = sum(kind.new for kind in load_pay())
        self.stdout.write(
            f"Entgelttabellen geladen: {new} Werte." if new else "Die Entgelttabellen sind schon geladen."
        )
