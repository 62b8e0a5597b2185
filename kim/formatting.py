"""Amounts, shares and dates as German text. Pure: no Django, no database, no clock.

Every number a user reads passes through here, so page, table and chart write it alike. Nothing is rounded on the way:
a third decimal of an amount is refused; only ``rounded_in`` shortens, through ``kim.rounding``, and says so by name.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from kim.errors import AmountError
from kim.figures import DAY, EUR, EUR_PER_FTE, FACTOR, FTE, MONTH, PERCENT
from kim.rounding import Direction, require_cents, round_to

# A true minus sign: a hyphen is read as a dash, breaks lines, and is narrower than the digits beneath it.
MINUS = "\N{MINUS SIGN}"
ABSENT = "\N{EN DASH}"
MOST_DECIMALS_OF_A_RATE = 4

_GERMAN = str.maketrans(",.", ".,")
_THOUSAND = Decimal(1000)


def amount(value: Decimal) -> str:
    """Return euros without their sign: ``336.657,24``.

    Raises ``AmountError`` for a third decimal, NaN, and what is no ``Decimal``.
    """
    whole = require_cents(value)
    return _signed(value, f"{abs(whole):,.2f}")


def euro(value: Decimal) -> str:
    """Return ``336.657,24 €``; the class ``kim-amount`` keeps it on one line. Raises like ``amount``."""
    return f"{amount(value)} €"


def percent(value: Decimal) -> str:
    """Return ``65,01 %``. Raises ``AmountError`` for a third decimal: a ratio is rounded where it is calculated."""
    return f"{amount(value)} %"


def rate(value: Decimal) -> str:
    """Return a rate that law sets, as exactly as it is: ``7,30 %``, ``1,525 %``; two decimals at least.

    Raises ``AmountError`` for a fifth decimal: no rate has one, so it would be a ratio that nobody rounded.
    """
    written = number(value, decimals=2)
    if len(written.partition(",")[2]) > MOST_DECIMALS_OF_A_RATE:
        message = f"{value} hat mehr als {MOST_DECIMALS_OF_A_RATE} Nachkommastellen und ist kein Satz in Prozent."
        raise AmountError(message, amount=value)
    return f"{written} %"


def number(value: Decimal, *, decimals: int = 0) -> str:
    """Return a number as it is, without trailing zeros but with at least ``decimals`` places: ``1,02``, ``12``.

    Raises ``AmountError`` for NaN, infinities and what is no ``Decimal``.
    """
    if not isinstance(value, Decimal) or not value.is_finite():
        message = f"{value!r} ist keine Zahl. Bitte eine endliche Dezimalzahl angeben."
        raise AmountError(message, amount=value)
    whole, _, fraction = f"{abs(value):,f}".partition(".")
    fraction = fraction.rstrip("0").ljust(decimals, "0")
    return _signed(value, f"{whole}.{fraction}" if fraction else whole)


def fte(value: Decimal) -> str:
    """Return a share of a full-time position: ``2,5``, ``0,75``, ``1,0``."""
    return number(value, decimals=1)


def date(value: dt.date) -> str:
    """Return ``31.12.2022``."""
    return f"{value.day:02}.{value.month:02}.{value.year:04}"


def quantity(value: Decimal, unit: str) -> str:
    """Return a figure's amount with its unit in words, as the derivation shows it: ``55.000,00 € je VZÄ``.

    Raises ``AmountError`` for an amount that does not fit its unit and for an unknown unit.
    """
    if unit not in _QUANTITIES:
        message = f"Die Einheit {unit!r} ist nicht bekannt."
        raise AmountError(message, amount=value, unit=unit)
    write, one, many = _QUANTITIES[unit]
    return f"{write(value)}{one if value == 1 else many}"


def rounded_in(value: Decimal, unit: Decimal, *, decimals: int = 0) -> str:
    """Return ``value`` in multiples of ``unit`` euros, rounded half up: 336,657.24 in 1,000 is ``337``.

    For labels where the exact amount stands beside it. Raises ``AmountError`` when a step is less than a cent.
    """
    rounded = round_to(value, unit.scaleb(-decimals), Direction.NEAREST)
    return number(rounded / unit, decimals=decimals)


def euro_rounded_thousands(value: Decimal) -> str:
    """Return thousands of euros for a label, without unit: ``337`` for 336,657.24 €."""
    return rounded_in(value, _THOUSAND)


def _signed(value: Decimal, digits: str) -> str:
    """Put the sign before the German digits; zero has none."""
    return (MINUS if value < 0 else "") + digits.translate(_GERMAN)


# How the amount of a unit is written, and what follows one of it and any other number.
_QUANTITIES: dict[str, tuple[Callable[[Decimal], str], str, str]] = {
    EUR: (euro, "", ""),
    EUR_PER_FTE: (euro, " je VZÄ", " je VZÄ"),
    PERCENT: (rate, "", ""),
    FTE: (fte, " VZÄ", " VZÄ"),
    FACTOR: (number, "", ""),
    MONTH: (number, " Monat", " Monate"),
    DAY: (number, " Tag", " Tage"),
}
