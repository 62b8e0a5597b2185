"""Percentages of a rule (contributions, a bonus): typed in German, stored exactly, never rounded."""

import re
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from kim import formatting
from kim.amounts import MOST_CHARACTERS
from kim.errors import AmountError
from kim.fields import GermanField, MoneyField

MOST = Decimal(100)
_RATE = re.compile(r"[0-9]{1,3}(?:,[0-9]{1,2})?")


def parse_rate(text: str) -> Decimal:
    """Read a percentage from 0 to 100 typed in German, e.g. ``7,75`` or ``14,6 %``.

    Raises ``AmountError`` for everything else: a third decimal, a decimal point, a sign, more than a hundred.
    """
    shown = text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"
    plain = text.strip().removesuffix("%").strip()
    if not (plain.isascii() and _RATE.fullmatch(plain)):
        message = f"„{shown}“ ist kein Prozentsatz. Bitte so eingeben: 7,75"
        raise AmountError(message, value=shown)
    rate = Decimal(plain.replace(",", "."))
    if rate > MOST:
        message = f"„{shown}“ ist mehr als 100 Prozent."
        raise AmountError(message, value=shown)
    return rate


class RateFormField(GermanField):
    """A percentage typed in German."""

    def __init__(self, **options: Any) -> None:
        """Build the field."""
        options["help_text"] = options.get("help_text") or _("Prozent, zum Beispiel 7,75")
        super().__init__(**options)
        self.widget.attrs.setdefault("inputmode", "decimal")
        self.widget.attrs.setdefault("autocomplete", "off")

    def parse(self, text: str) -> Decimal:
        """Read the percentage."""
        return parse_rate(text)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored percentage as it is typed."""
        return formatting.number(value) if isinstance(value, Decimal) else value


class RateField(MoneyField):
    """Percent with at most two decimals; like money, a third one is refused, not rounded (see ``rate_in_range``)."""

    def formfield(self, **options: Any) -> Any:  # type: ignore[override] # only our own class fits
        """Use the strict German field."""
        return models.Field.formfield(
            self, **{"form_class": RateFormField, **{k: v for k, v in options.items() if k != "widget"}}
        )
