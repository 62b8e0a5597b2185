"""Reading amounts and dates as people in Germany type them. Pure: no Django, no database, no clock.

Strict on purpose: 55.0000, 1e5 or 12.34 could mean two things, so they are refused with an example, never guessed
(slip of paper 2021/1121, "Zum Förderbaustein 1": "55.0000 Euro/ pro Stelle").
"""

import re
from datetime import date
from decimal import Decimal

from kim.errors import AmountError, PeriodError
from kim.years import FIRST_YEAR, LAST_YEAR

# Spaces of all widths that spreadsheets and word processors put around and inside amounts.
_BLANKS = " \t\u00a0\u2007\u2009\u202f"
# A group of thousands never starts with a zero: 0.500 is half a euro typed in English, not five hundred.
_AMOUNT = re.compile(r"-?(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]{1,2})?")
_FTE = re.compile(r"[0-9]{1,2}(?:,[0-9]{1,4})?")
_DATE = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
MOST_DIGITS = 12
# Longer than any amount, and as much of a text as a message repeats.
MOST_CHARACTERS = 40
EXAMPLE = "913.257,24"


def parse_amount(text: str) -> Decimal:
    """Read euros typed in German, e.g. ``913.257,24``; the sign € and blanks around are allowed.

    Raises ``AmountError`` with an example for everything else: other groupings, a decimal point, a third decimal,
    exponents, digits of other scripts, minus zero, and amounts of a trillion and more.
    """
    shown = _shown(text)
    plain = text.strip(_BLANKS + "\r\n").removesuffix("€").removeprefix("€").strip(_BLANKS).replace("\u2212", "-")
    if len(plain) > MOST_CHARACTERS or not _AMOUNT.fullmatch(plain):
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
    shown = _shown(text)
    plain = text.strip(_BLANKS)
    if not _FTE.fullmatch(plain):
        message = f"„{shown}“ ist kein Stellenanteil. Bitte so eingeben: 0,75"
        raise AmountError(message, value=shown)
    return Decimal(plain.replace(",", "."))


def parse_date(text: str) -> date:
    """Read a day typed in German, e.g. ``31.12.2022``; raises ``PeriodError`` for days that do not exist."""
    shown = _shown(text)
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
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        message = f"„{shown}“ liegt außerhalb der Jahre {FIRST_YEAR} bis {LAST_YEAR}."
        raise PeriodError(message, value=shown)
    return found


def _shown(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"
