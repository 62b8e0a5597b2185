"""Percentages of a scenario: typed in German, stored exactly, never rounded."""

import re
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from kim import formatting
from kim.amounts import MOST_CHARACTERS
from kim.errors import AmountError
from kim.fields import GermanField, MoneyField

# Below -100 an amount would turn negative; above 1,000 somebody has typed an amount.
LEAST, MOST = Decimal(-100), Decimal(1000)

_PERCENT = re.compile(r"[-+]?[0-9]{1,4}(?:,[0-9]{1,2})?")


def parse_percent(text: str) -> Decimal:
    """Read a change in percent typed in German, e.g. ``2,5`` or ``-10 %``; raises ``AmountError`` for anything else."""
    shown = text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"
    plain = text.strip().removesuffix("%").strip().replace(formatting.MINUS, "-")
    if not _PERCENT.fullmatch(plain):
        message = f"„{shown}“ ist kein Prozentsatz. Bitte so eingeben: 2,5 (weniger: -2,5)"
        raise AmountError(message, value=shown)
    percent = Decimal(plain.replace(",", "."))
    if percent.is_zero():
        message = f"„{shown}“ ändert nichts. Bitte einen Prozentsatz ungleich null eingeben."
        raise AmountError(message, value=shown)
    if not LEAST <= percent <= MOST:
        message = f"„{shown}“ liegt außerhalb von -100 bis 1.000 Prozent."
        raise AmountError(message, value=shown)
    return percent


class PercentFormField(GermanField):
    """A change in percent typed in German."""

    def __init__(self, **options: Any) -> None:
        """Build the field."""
        options["help_text"] = options.get("help_text") or _("Zum Beispiel 2,5 für mehr, -2,5 für weniger")
        super().__init__(**options)
        self.widget.attrs.setdefault("inputmode", "decimal")
        self.widget.attrs.setdefault("autocomplete", "off")

    def parse(self, text: str) -> Decimal:
        """Read the percentage."""
        return parse_percent(text)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored percentage as it is typed."""
        if isinstance(value, Decimal):
            return formatting.number(value).replace(formatting.MINUS, "-").replace(".", "")
        return value


class PercentField(MoneyField):
    """Percent with at most two decimals; like money, a third one is refused, not rounded."""

    def formfield(self, **options: Any) -> Any:  # type: ignore[override] # only our own class fits
        """Use the strict German field."""
        return models.Field.formfield(
            self, **{"form_class": PercentFormField, **{k: v for k, v in options.items() if k != "widget"}}
        )
