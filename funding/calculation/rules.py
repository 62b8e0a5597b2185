"""Grant rules: a small closed family of pure functions. Pure: no Django, no database, no clock.

KIM NRW uses four (guideline of 25.11.2020, MBl. NRW 2020 p. 751; paper 2021/1121, "Umsetzung in Leverkusen"). Another
guideline's rule (share of eligible cost, cost up to a cap, deficit) is one more member of ``Basis`` and one more
function in ``RULES``.
"""

from collections.abc import Callable
from enum import StrEnum

from kim.figures import EUR, EUR_PER_FTE, Figure, Step, derive


class Basis(StrEnum):
    """What a lump sum is counted by."""

    PER_FTE_YEAR = "per_fte_year"
    PER_POSITION_YEAR = "per_position_year"
    FLAT_YEAR = "flat_year"
    MATERIAL_PER_FTE = "material_per_fte"


# The unit of a rule's amount.
UNIT_OF = {
    Basis.PER_FTE_YEAR: EUR_PER_FTE,
    Basis.PER_POSITION_YEAR: EUR,
    Basis.FLAT_YEAR: EUR,
    Basis.MATERIAL_PER_FTE: EUR_PER_FTE,
}


def per_fte(lump_sum: Figure, fte: Figure | None, key: str, subject: str) -> Figure:
    """Return the lump sum times the share of a full-time position: 55,000 per FTE and year.

    Source: paper 2021/1121, "Zum Förderbaustein 1".
    """
    return derive(key, Step.PRODUCT, (lump_sum, fte) if fte is not None else (lump_sum,), subject=subject)


def flat(lump_sum: Figure, fte: Figure | None, key: str, subject: str) -> Figure:  # noqa: ARG001 - one signature
    """Return the lump sum as it is: 22,500 for the half assistant position, 49,000 for measures.

    Source: paper 2021/1121, "Zum Förderbaustein 1".
    """
    return derive(key, Step.SUM, (lump_sum,), subject=subject)


RULES: dict[Basis, Callable[[Figure, Figure | None, str, str], Figure]] = {
    Basis.PER_FTE_YEAR: per_fte,
    Basis.PER_POSITION_YEAR: flat,
    Basis.FLAT_YEAR: flat,
    Basis.MATERIAL_PER_FTE: per_fte,
}
