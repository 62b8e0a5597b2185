"""The only code that rounds. Pure: no Django, no database, no clock.

Money is a ``Decimal`` in euros with at most two decimals. Everything else in the product refuses a third decimal
instead of rounding it away, because five places of the stack would do so silently and with two different rules.
"""

from collections.abc import Sequence
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from enum import StrEnum
from functools import lru_cache
from math import lcm

from kim.errors import AmountError

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
ZERO = Decimal("0.00")

# Wide enough that sums and products of all amounts the database can hold stay exact before the one rounding at the end;
# what is larger is no amount of a city and would leave no room for the decimals.
MOST_DIGITS = 20
EXACT = Context(prec=60, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])


class Direction(StrEnum):
    """Where a rounded amount may lie: up and down are meant as "more" and "less" euros."""

    UP = "up"
    NEAREST = "nearest"
    DOWN = "down"


_MODES = {Direction.UP: ROUND_CEILING, Direction.NEAREST: ROUND_HALF_UP, Direction.DOWN: ROUND_FLOOR}


def cent(amount: Decimal) -> Decimal:
    """Round to whole cents, half a cent away from zero (commercial rounding; § 24 (4) TVöD for pay).

    Raises ``AmountError`` for NaN and infinities.
    """
    _require_finite(amount)
    return _positive_zero(amount.quantize(CENT, rounding=ROUND_HALF_UP, context=EXACT))


def round_to(amount: Decimal, base: Decimal, direction: Direction) -> Decimal:
    """Round ``amount`` to a multiple of ``base`` euros; 962,257.24 to full 100 upwards is 962,300.00.

    Raises ``AmountError`` when ``base`` is not a positive number of whole cents.
    """
    _require_finite(amount)
    require_cents(base)
    if base <= 0:
        message = f"Die Rundungsbasis {base} ist nicht größer als null."
        raise AmountError(message, base=base)
    multiples = EXACT.divide(amount, base).quantize(Decimal(1), rounding=_MODES[direction], context=EXACT)
    return cent(EXACT.multiply(multiples, base))


def share(amount: Decimal, numerator: Decimal, denominator: Decimal) -> Decimal:
    """Return ``amount`` times ``numerator`` by ``denominator``, rounded once to the cent (months of twelve, days).

    Raises ``AmountError`` for a denominator of zero or less and for what is no finite number.
    """
    _require_finite(amount, numerator, denominator)
    if denominator <= 0:
        message = f"Ein Anteil braucht einen Nenner größer als null, nicht {denominator}."
        raise AmountError(message, denominator=denominator)
    return cent(EXACT.divide(EXACT.multiply(amount, numerator), denominator))


def require_cents(amount: Decimal) -> Decimal:
    """Return ``amount`` with exactly two decimals; refuse a third one with ``AmountError`` instead of rounding it."""
    _require_finite(amount)
    whole = amount.quantize(CENT, rounding=ROUND_DOWN, context=EXACT)
    if whole != amount:
        message = f"{amount} ist kein voller Centbetrag. Bitte mit höchstens zwei Nachkommastellen angeben."
        raise AmountError(message, amount=amount)
    return _positive_zero(whole)


def allocate(total: Decimal, weights: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Split ``total`` by ``weights`` so that the parts add up to it to the cent (largest remainder).

    Ties go to the earlier part, so equal inputs always give equal outputs. Raises ``AmountError`` when there is
    nothing to split by: no weights, a negative one, or only zeros.
    """
    _require_finite(total, *weights)
    return _allocate(total, tuple(weights))


# Each part of a split re-computes the whole split to prove itself; without this a large module would cost its square.
@lru_cache(maxsize=256)
def _allocate(total: Decimal, weights: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    require_cents(total)
    if not weights or min(weights) < 0 or not any(weights):
        message = f"{total} lässt sich nicht aufteilen: die Anteile müssen positiv sein und es muss welche geben."
        raise AmountError(message, total=total, weights=weights)
    # In whole numbers, because a quotient that is cut off somewhere would decide ties by its last digit.
    ratios = [weight.as_integer_ratio() for weight in weights]
    multiple = lcm(*(denominator for _numerator, denominator in ratios))
    whole = [numerator * (multiple // denominator) for numerator, denominator in ratios]
    together = sum(whole)
    cents = int(EXACT.multiply(total.copy_abs(), HUNDRED))
    parts = [cents * weight // together for weight in whole]
    by_remainder = sorted(range(len(parts)), key=lambda index: (-(cents * whole[index] % together), index))
    for index in by_remainder[: cents - sum(parts)]:
        parts[index] += 1
    sign = -1 if total < 0 else 1
    return tuple(require_cents(EXACT.divide(Decimal(sign * part), HUNDRED)) for part in parts)


def percent_of(part: Decimal, whole: Decimal) -> Decimal:
    """Return ``part`` in percent of ``whole``, two decimals, half up: 625,600 of 962,257.24 is 65.01.

    Raises ``AmountError`` for a whole of zero and for what is no finite number.
    """
    _require_finite(part, whole)
    if whole == 0:
        message = "Ein Prozentsatz von null Euro ist nicht bestimmt."
        raise AmountError(message, part=part)
    return cent(EXACT.divide(EXACT.multiply(part, HUNDRED), whole))


def _require_finite(*amounts: Decimal) -> None:
    for amount in amounts:
        if not isinstance(amount, Decimal) or not amount.is_finite():
            message = f"{amount!r} ist kein Betrag. Bitte eine endliche Dezimalzahl angeben."
            raise AmountError(message, amount=amount)
        if amount.adjusted() >= MOST_DIGITS:
            message = f"{amount!r} ist zu groß: gerechnet wird mit höchstens {MOST_DIGITS} Stellen vor dem Komma."
            raise AmountError(message, amount=amount)


def _positive_zero(amount: Decimal) -> Decimal:
    """Minus zero is no amount of money: it would print a sign that means nothing."""
    return amount.copy_abs() if amount.is_zero() else amount
