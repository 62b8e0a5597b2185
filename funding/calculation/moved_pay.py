"""What of pay differs between two states, as far as a fiscal year sees it. Pure: no Django, no database, no clock.

Only what a position of both states is paid by counts: a rise in a group nobody is in moved nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from itertools import zip_longest

from funding.calculation.inputs import ProgrammeInput
from funding.calculation.moved import Moved, What, amount_moved, each_once
from funding.calculation.substitution import positions
from kim.errors import RuleError
from kim.figures import Figure
from kim.years import year_period
from staffing.calculation import PositionInput
from staffing.calculation.basis import BasisTerms, TableTerms
from staffing.calculation.cost import exists_in
from staffing.calculation.pay.law import LAST_STEP, DatedFigure, InsuranceRule, PayLaw, PayRise
from staffing.calculation.rises import acting


def moved_pay(before: ProgrammeInput, after: ProgrammeInput, year: int) -> tuple[Moved, ...]:
    """Return what differs in the pay of positions that both inputs have in ``year``, each value once."""
    old, new = positions(before), positions(after)
    found: list[Moved] = []
    for reference, there in new.items():
        here = old.get(reference)
        if here is not None and exists_in(there, year) and (here.pay, here.rises) != (there.pay, there.rises):
            found += _position(here, there, year)
    # The same rise acts on many positions.
    return each_once(found)


def _position(here: PositionInput, there: PositionInput, year: int) -> Iterator[Moved]:
    if year in here.costs and year in there.costs:
        yield from _rises(acting(here.rises, here.pay, year), acting(there.rises, there.pay, year))
    old, new = (None if one.pay is None else one.pay.in_year(year) for one in (here, there))
    if _said(old) != _said(new):
        yield Moved(What.PAY_BASIS, there.title, old, new)
    laws = [None if one.pay is None else one.pay.law for one in (here, there)]
    if laws[0] is not None and laws[1] is not None and laws[0] is not laws[1] and new is not None and new.table:
        yield from _law(laws[0], laws[1], new.table, year)


def _said(terms: BasisTerms | None) -> object:
    """Return what terms say, without where it is written."""
    if terms is None:
        return None
    table = terms.table and replace(terms.table, supplementary_pension=None, u2=None, workplace=None, overhead=None)
    extras = terms.table and [
        one and one.amount
        for one in (
            terms.table.supplementary_pension, terms.table.u2, terms.table.workplace, terms.table.overhead,
        )
    ]  # fmt: skip
    return terms.kind, terms.amount and terms.amount.amount, table, extras


def _rises(old: Iterable[PayRise], new: Iterable[PayRise]) -> Iterator[Moved]:
    here, there = ({(one.name, one.first_day): one for one in rises} for rises in (old, new))
    for key in (*there, *(one for one in here if one not in there)):
        first, second = here.get(key), there.get(key)
        if first is None or second is None or (first.percent, first.minimum) != (second.percent, second.minimum):
            yield Moved(What.PAY_RISE, key[0], first, second)


def _law(old: PayLaw, new: PayLaw, table: TableTerms, year: int) -> Iterator[Moved]:
    """Return what differs for a place in the table: its step, and those it may reach where its day is known."""
    rises = ([one for one in law.rises if _acts(one, table, year)] for law in (old, new))
    yield from _rises(*rises)
    last = table.step if table.step_since is None else LAST_STEP
    for step in range(table.step, last + 1):
        key = (table.tariff, table.group, step)
        pay = (_dated(law.table.get(key, ()), year) for law in (old, new))
        yield from _each(What.TABLE_PAY, f"{table.group}, Stufe {step}", *pay)
    allowances = (
        [one.amount for one in law.allowances if one.tariff is table.tariff and _is_in(one.groups, table.group)
         and one.period.intersect(year_period(year))]
        for law in (old, new)
    )  # fmt: skip
    yield from _each(What.ALLOWANCE, table.group, *allowances)
    yield from amount_moved(What.BONUS, table.group, _bonus(old, table, year), _bonus(new, table, year))
    insured = ([one for one in law.insurance if one.period.intersect(year_period(year))] for law in (old, new))
    for first, second in zip_longest(*insured):
        for name in (one.name for one in fields(InsuranceRule) if one.name != "period"):
            values = tuple(None if rule is None else getattr(rule, name) for rule in (first, second))
            yield from amount_moved(What.INSURANCE, "", values[0], values[1], name)
    pensions = (law.supplementary_pension_on(year_period(year).start) for law in (old, new))
    yield from _each(What.PENSION, "", *([one] for one in pensions))


def _each(what: What, name: str, old: list[Figure], new: list[Figure]) -> Iterator[Moved]:
    for first, second in zip_longest(old, new):
        yield from amount_moved(what, name, first, second)


def _acts(rise: PayRise, table: TableTerms, year: int) -> bool:
    return rise.applies_to(table.tariff, table.group) and rise.first_day.year <= year


def _is_in(groups: tuple[str, ...], group: str) -> bool:
    return not groups or group in groups


def _dated(values: Iterable[DatedFigure], year: int) -> list[Figure]:
    return [one.amount for one in values if one.period.intersect(year_period(year)) is not None]


def _bonus(law: PayLaw, table: TableTerms, year: int) -> Figure | None:
    try:
        return law.bonus_percent(table.tariff, table.group, year)
    except RuleError:
        # A year without a bonus: the side has none.
        return None
