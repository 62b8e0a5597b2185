"""Reading amounts and dates as people in Germany type them. Pure: no Django, no database, no clock.

Strict on purpose: 55.0000, 1e5 or 12.34 could mean two things, so they are refused with an example, never guessed
(slip of paper 2021/1121, "Zum Förderbaustein 1": "55.0000 Euro/ pro Stelle").
"""

import re
from datetime import date
from decimal import Decimal

from kim.errors import AmountError, PeriodError

# Spaces of all widths that spreadsheets and word processors put around and inside amounts.
_BLANKS = " \t\u00a0\u2007\u2009\u202f"
_AMOUNT = re.compile(r"-?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]{1,2})?")
_FTE = re.compile(r"[0-9]{1,2}(?:,[0-9]{1,4})?")
_DATE = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
MOST_DIGITS = 12
EXAMPLE = "913.257,24"


def parse_amount(text: str) -> Decimal:
    """Read euros typed in German, e.g. ``913.257,24``; the sign € and blanks around are allowed.

    Raises ``AmountError`` with an example for everything else: other groupings, a decimal point, a third decimal,
    exponents, digits of other scripts, minus zero, and amounts of a trillion and more.
    """
    shown = text if len(text) <= 40 else text[:37] + "…"
    plain = text.strip(_BLANKS + "\r\n").removesuffix("€").removeprefix("€").strip(_BLANKS).replace("\u2212", "-")
    if not _AMOUNT.fullmatch(plain):
        message = f"„{shown}“ ist kein eindeutiger Betrag. Bitte so eingeben: {EXAMPLE}"
        raise AmountError(message, value=shown)
    amount = Decimal(plain.replace(".", "").replace(",", "."))
    if amount.is_zero() and plain.startswith("-"):
        message = f"„{shown}“ hat ein Vorzeichen ohne Betrag. Bitte 0 eingeben."
        raise AmountError(message, value=shown)
    if abs(amount) >= 10**MOST_DIGITS:
        message = f"„{shown}“ ist zu groß. Der größte Betrag ist 999.999.999.999,99 €."
        raise AmountError(message, value=shown)
    return amount + Decimal("0.00")


def parse_fte(text: str) -> Decimal:
    """Read a share of a full-time position, e.g. ``0,75``; raises ``AmountError`` for everything else."""
    shown = text if len(text) <= 40 else text[:37] + "…"
    plain = text.strip(_BLANKS)
    if not _FTE.fullmatch(plain):
        message = f"„{shown}“ ist kein Stellenanteil. Bitte so eingeben: 0,75"
        raise AmountError(message, value=shown)
    return Decimal(plain.replace(",", "."))


def parse_date(text: str) -> date:
    """Read a day typed in German, e.g. ``31.12.2022``; raises ``PeriodError`` for days that do not exist."""
    shown = text if len(text) <= 40 else text[:37] + "…"
    match = _DATE.fullmatch(text.strip(_BLANKS))
    if match is None:
        message = f"„{shown}“ ist kein Datum. Bitte so eingeben: 31.12.2022"
        raise PeriodError(message, value=shown)
    day, month, year = (int(part) for part in match.groups())
    try:
        found = date(year, month, day)
    except ValueError as error:
        message = f"Den Tag „{shown}“ gibt es nicht. Bitte so eingeben: 31.12.2022"
        raise PeriodError(message, value=shown) from error
    if not 2000 <= found.year <= 2099:  # noqa: PLR2004 - the years the calculation knows, see kim.years
        message = f"„{shown}“ liegt außerhalb der Jahre 2000 bis 2099."
        raise PeriodError(message, value=shown)
    return found
