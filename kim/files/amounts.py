"""Amounts as files have them: German or ISO, and only where there is one way to read them."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from kim.amounts import MOST_DIGITS, parse_amount
from kim.errors import AmountError
from kim.files.sheet import Value
from kim.rounding import require_cents

BLANKS = " \t\r\n\u00a0\u2007\u2009\u202f"
ISO = re.compile(r"-?(?:0|[1-9][0-9]{0,11})\.[0-9]{1,2}")
# One group of three after a point or comma: thousands to one reader, thousandths to another.
ONE_GROUP = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}")
IN_ENGLISH = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]*")
IN_THOUSANDS = re.compile(r"TEUR|T€|T\.?\s?EUR|TSD|TAUSEND|MIO|MRD|MEUR", re.IGNORECASE)
SIGN = re.compile(r"^(?:€|EUR)|(?:€|EUR)$", re.IGNORECASE)


def read_amount(value: Value) -> Decimal | None:
    """Return the amount in euros, None for an empty cell; raises ``AmountError`` for everything else."""
    if value.problem:
        raise AmountError(value.problem, value=value.shown)
    amount = _text(value.text) if value.number is None else _number(value.number)
    if amount is not None and amount < 0:
        message = _("Der Betrag ist negativ. Hier steht ein Betrag ab 0,00 €.")
        raise AmountError(message, value=value.shown)
    return amount


def _number(number: Decimal) -> Decimal:
    if abs(number) >= 10**MOST_DIGITS:
        message = _("Der Betrag ist zu groß. Der größte ist 999.999.999.999,99 €.")
        raise AmountError(message, value=str(number))
    try:
        return require_cents(number)
    except AmountError as error:
        message = _(
            "Das ist kein voller Centbetrag, auch wenn er gerundet angezeigt wird (Rest einer Rechnung). Bitte auf "
            "zwei Nachkommastellen runden."
        )
        raise AmountError(message, value=str(number)) from error


def _text(text: str) -> Decimal | None:
    plain = text.strip(BLANKS)
    if not plain:
        return None
    if IN_THOUSANDS.search(plain):
        message = _("Angaben in Tausend oder Millionen werden nicht umgerechnet. Bitte ganze Euro und Cent eintragen.")
        raise AmountError(message, value=plain)
    plain = SIGN.sub("", plain, count=1).strip(BLANKS)
    if ONE_GROUP.fullmatch(plain):
        group = plain.replace(",", ".").lstrip("-")
        message = _(
            "Das lässt sich auf zwei Arten lesen: als Tausender oder mit drei Nachkommastellen. Bitte %(one)s oder "
            "%(other)s schreiben."
        ) % {"one": f"{group},00", "other": f"{group.replace('.', '')}"}
        raise AmountError(message, value=plain)
    if IN_ENGLISH.fullmatch(plain):
        message = _("Das ist englisch geschrieben. Bitte 1.234,56 oder 1234.56 schreiben.")
        raise AmountError(message, value=plain)
    if ISO.fullmatch(plain):
        amount = Decimal(plain)
        if amount.is_zero() and plain.startswith("-"):
            message = _("Das hat ein Vorzeichen ohne Betrag. Bitte 0 eintragen.")
            raise AmountError(message, value=plain)
        return require_cents(amount)
    return parse_amount(plain)
