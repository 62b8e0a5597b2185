"""``manage.py loadpay``: pay tables and employer's rates that come with the product."""

from django.core.management.base import BaseCommand

from staffing.loading import load_pay


class Command(BaseCommand):
    """Loads pay tables, step durations, allowances, bonus, social insurance and supplementary pension."""

    help = (
        "Lädt die mitgelieferten Entgelttabellen und Arbeitgebersätze in die Datenbank (TVöD-VKA, Tabellen E und S). "
        "Was die Finanzverwaltung geändert hat, bleibt; ein zweiter Lauf ändert nichts."
    )

    def handle(self, **_options: object) -> None:
        """Load, and say in one line a kind what was done."""
        for loaded in load_pay():
            self.stdout.write(loaded.says)
