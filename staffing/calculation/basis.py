"""How the cost of a position is found where nobody declared it. Pure: no Django, no database, no clock.

A pay table is read month by month (``staffing.calculation.pay``); a flat per workplace, the pay of another agreement
and a civil servant are yearly amounts somebody entered. Which of them holds may change from one year to the next.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from kim.errors import RuleError
from kim.figures import Figure, Source, Status, Step, derive
from kim.timeshare import TimeRule, time_share
from kim.years import Period, share_of_year, year_period
from staffing.calculation.pay.law import PayLaw, PayTerms, Tariff
from staffing.calculation.pay.year import pay_year

# Of all programmes a process serves; a derivation down to months is some sixty kilobytes.
MOST_REMEMBERED = 512
PLAN = Source("Planzeitraum der Stelle", Status.DERIVED)


class BasisKind(StrEnum):
    """How a yearly cost is found."""

    PAY_TABLE = "pay_table"
    WORKPLACE_FLAT = "workplace_flat"
    PROVIDER_TARIFF = "provider_tariff"
    CIVIL_SERVANT = "civil_servant"


# Amounts that were entered for the share of the position as it is, not per full-time position.
OF_THE_SHARE = frozenset({BasisKind.PROVIDER_TARIFF, BasisKind.CIVIL_SERVANT})


@dataclass(frozen=True, slots=True)
class TableTerms:
    """A place in a pay table, and what is paid on top; see ``PayTerms``.

    Without ``supplementary_pension`` (percent) that of the law holds, as on the first day paid in the year; what
    else is None is not paid.
    """

    tariff: Tariff
    group: str
    step: int
    step_since: date | None = None
    supplementary_pension: Figure | None = None
    u2: Figure | None = None
    workplace: Figure | None = None
    overhead: Figure | None = None


@dataclass(frozen=True, slots=True)
class BasisTerms:
    """How the cost is found from the fiscal year ``first_year`` on.

    A pay table has ``table``; every other kind has ``amount``: euros a year, for the flat euros per FTE and year.
    """

    first_year: int
    kind: BasisKind
    source: Source
    table: TableTerms | None = None
    amount: Figure | None = None


@dataclass(frozen=True, slots=True)
class PayBasis:
    """All terms of a position in order of their first years, and the law that the pay tables are read by."""

    terms: tuple[BasisTerms, ...]
    law: PayLaw | None

    def in_year(self, year: int) -> BasisTerms | None:
        """Return the terms that hold in ``year``; None before the first of them."""
        found = None
        for one in self.terms:
            if one.first_year <= year:
                found = one
        return found


@dataclass(frozen=True, slots=True)
class Place:
    """What a basis has to know of the position: what it is called, its share, when it is planned, who employs."""

    title: str
    fte: Figure
    period: Period
    is_city: bool


def basis_cost(basis: PayBasis, place: Place, year: int, rule: TimeRule) -> Figure | None:
    """Return what ``place`` costs in ``year``, only for the time it is planned; None where no terms hold.

    Raises ``RuleError`` where the pay law lacks a value for the group, the step or a day of the year.
    """
    terms = basis.in_year(year)
    if terms is None:
        return None
    if terms.table is not None:
        found = _by_table(terms.table, basis.law, place, year)
        return derive("position_cost", Step.SUM, (found,), subject=place.title)
    if terms.amount is None:
        message = f"„{place.title}“: Die Kostenbasis ab {terms.first_year} hat weder Tabelle noch Betrag."
        raise RuleError(message, year=year)
    amount = terms.amount
    if terms.kind not in OF_THE_SHARE:
        amount = derive("position_cost", Step.PRODUCT, (amount, place.fte), subject=place.title)
    whole = share_of_year(year_period(year), year, rule.proration)
    planned = share_of_year(place.period, year, rule.proration)
    if planned.counted == whole.counted:
        return amount
    return time_share(amount, "position_cost", planned, whole, PLAN, rule, subject=place.title)


def _by_table(table: TableTerms, law: PayLaw | None, place: Place, year: int) -> Figure:
    if law is None:
        message = "Es sind keine Entgelttabellen geladen. Bitte die Tabellen einlesen."
        raise RuleError(message, year=year)
    days = place.period.intersect(year_period(year)) or year_period(year)
    pension = table.supplementary_pension or law.supplementary_pension_on(days.start)
    terms = PayTerms(
        table.tariff, table.group, table.step, place.fte, place.period, place.is_city, table.step_since,
        pension if pension.amount else None, table.u2, table.workplace, table.overhead,
    )  # fmt: skip
    return _remembered(_Law(law), terms, year)


@dataclass(frozen=True, slots=True, eq=False)
class _LawItself:
    law: PayLaw


class _Law(_LawItself):
    """A law as the key of what was computed from it: the very same one, because comparing tables costs too much."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Law) and self.law is other.law

    def __hash__(self) -> int:
        return id(self.law)


@lru_cache(maxsize=MOST_REMEMBERED)
def _remembered(law: _Law, terms: PayTerms, year: int) -> Figure:
    return pay_year(terms, year, law.law).total
