"""What a paper prints beside what is computed, and whether the difference is explained. Pure: no Django, no database.

A rule explains what a rule can: equal amounts, an expense rounded as the programme rounds it, a field left empty. What
it cannot explain needs a reason somebody wrote down; without one it stands out as unexplained.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kim.amounts import parse_amount
from kim.errors import AmountError
from kim.figures import Figure, Step, derive


class Verdict(StrEnum):
    """How a printed figure compares."""

    EQUAL = "equal"
    ROUNDED = "rounded"
    EMPTY = "empty"
    REASON = "reason"
    NOT_COMPUTED = "not_computed"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class Compared:
    """A printed figure beside the computed one.

    ``printed`` is None where the print is empty or no number, ``computed`` where nothing corresponds; ``difference`` is
    printed less computed, None unless both are there in one unit. ``base`` is what a rounded amount was rounded to.
    """

    printed: Figure | None
    computed: Figure | None
    difference: Figure | None
    verdict: Verdict
    base: Figure | None = None


def compare(
    printed: Figure | None, computed: Figure | None, *, is_empty: bool, has_reason: bool, rounded: Iterable[Figure] = ()
) -> Compared:
    """Compare one figure; ``rounded`` are the figures of the year that a rule rounds."""
    given_reason = Verdict.REASON if has_reason else Verdict.UNEXPLAINED
    if printed is None and is_empty:
        return Compared(None, computed, None, Verdict.EMPTY)
    if computed is None:
        return Compared(printed, None, None, Verdict.NOT_COMPUTED if has_reason else Verdict.UNEXPLAINED)
    if printed is None or printed.unit != computed.unit:
        return Compared(printed, computed, None, given_reason)
    difference = derive("difference", Step.DIFFERENCE, (printed, computed))
    if not difference.amount:
        return Compared(printed, computed, difference, Verdict.EQUAL)
    base = _base(printed, computed, rounded)
    if base is not None:
        return Compared(printed, computed, difference, Verdict.ROUNDED, base)
    return Compared(printed, computed, difference, given_reason)


def _base(printed: Figure, computed: Figure, rounded: Iterable[Figure]) -> Figure | None:
    """Return the base if the printed amount is the computed one as a rule of the programme rounds it."""
    for figure in rounded:
        if figure.step is Step.ROUNDED and figure.amount == printed.amount and figure.inputs[0] == computed:
            return figure.inputs[1]
    return None


# What stands behind an amount in a paper; what stands before it ("bis zu") is no part of the amount.
_UNITS = ("€", "Euro", "EUR", "%", "VZÄ", "Stellen", "Stelle")


def read_printed(text: str) -> Decimal | None:
    """Return what a printed text says in figures, None where it is empty, in words, or could mean two things."""
    plain = text.strip()
    for unit in _UNITS:
        if plain.endswith(unit):
            plain = plain.removesuffix(unit).strip()
            break
    try:
        return parse_amount(plain)
    except AmountError:
        return None
