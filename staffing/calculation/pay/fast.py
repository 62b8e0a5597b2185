"""The cost of many positions over many years in whole cents. Pure: no Django, no database, no clock.

The same rules as ``pay_year`` without figures: integers, months that are alike counted once, and what positions share
(tables, steps, insurance) prepared once for all. ``pay_year`` is the reference; a test holds both to the cent.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kim.figures import Figure
from kim.years import MONTHS_OF_A_YEAR, year_period
from staffing.calculation.pay.bonus import BASE_MONTHS, FEWEST_DAYS_OF_THE_BASE, MONTH_OF_PAYMENT, is_entitled
from staffing.calculation.pay.cents import InsuranceCents, LawInCents, MonthCents, Ratio, Steps, cents, ratio, share_of
from staffing.calculation.pay.insurance import INSURANCE_DAYS, persons_of
from staffing.calculation.pay.law import PayLaw, PayTerms

AVERAGE_MONTH: Ratio = (3067, 100)


class YearCents(NamedTuple):
    """The parts of ``PayYear`` in whole cents."""

    total: int
    personnel: int
    gross: int
    allowance: int
    bonus: int
    insurance: int
    supplementary_pension: int
    workplace: int
    overhead: int


NOTHING = YearCents(0, 0, 0, 0, 0, 0, 0, 0, 0)


class _Terms(NamedTuple):
    """What of the terms of a position decides, as numbers; equal ones are paid alike."""

    fte: Ratio
    persons: int
    is_city: bool
    supplementary_pension: Ratio | None
    u2: Ratio | None
    workplace: int | None
    overhead: Ratio | None


class _Charged(NamedTuple):
    """What a month costs without bonus, and the bases and rooms that a bonus needs."""

    month: MonthCents
    days: int
    pay: int
    allowance: int
    insurance: int
    supplementary_pension: int
    insured_health: int
    insured_pension: int
    room_health: int
    room_pension: int


class PayCents:
    """Computes years of positions under one law; keep it for as many positions as there are."""

    def __init__(self, law: PayLaw) -> None:
        """Take the law; what positions share is prepared when the first of them asks for it."""
        self._cents = LawInCents(law)

    def years(self, positions: Sequence[PayTerms], years: Iterable[int]) -> list[list[YearCents]]:
        """Return for each of ``years`` the cost of each position, in their order; raises like ``pay_year``."""
        alike: dict[_Terms, _Terms] = {}
        prepared = []
        for terms in positions:
            numbers = _terms(terms)
            # Equal terms become one object, so that they are told apart by their identity.
            prepared.append((terms, alike.setdefault(numbers, numbers)))
        found = []
        for year in years:
            known: dict[object, YearCents] = {}
            charged: dict[tuple[int, int], _Charged] = {}
            found.append([self._known(terms, numbers, year, known, charged) for terms, numbers in prepared])
        return found

    def _known(
        self,
        terms: PayTerms,
        numbers: _Terms,
        year: int,
        known: dict[object, YearCents],
        charged: dict[tuple[int, int], _Charged],
    ) -> YearCents:
        """Return the cost of a year, computed once for all positions that are paid alike."""
        start, end = terms.period.start, terms.period.end
        if start.year > year or (end is not None and end.year < year):
            return NOTHING
        first = start if start.year == year else None
        last = end if end is not None and end.year == year else None
        steps = self._cents.steps(terms, year)
        key = (terms.tariff, terms.group, steps, first, last, id(numbers))
        cost = known.get(key)
        if cost is None:
            cost = known[key] = self._year(terms, numbers, year, steps, charged)
        return cost

    def _year(
        self, terms: PayTerms, numbers: _Terms, year: int, steps: Steps, known: dict[tuple[int, int], _Charged]
    ) -> YearCents:
        employed = terms.period.intersect(year_period(year))
        if employed is None or employed.end is None:
            return NOTHING
        prepared = self._cents.year(terms.tariff, terms.group, steps, year)
        first, last = employed.start, employed.end
        if prepared.months[first.month - 1] is None:
            # Refuses with the sentence of the reference: there is no table yet.
            self._cents.law.table_pay(terms.tariff, terms.group, steps[0][0], first)
        charged: list[_Charged | None] = [None] * (MONTHS_OF_A_YEAR + 1)
        for run in prepared.runs:
            low, high = max(run.first, first.month), min(run.last, last.month)
            if low > high:
                continue
            month = run.month
            whole = known.get((month.kind, id(numbers))) if month.kind else None
            if whole is None:
                whole = _charged(month, month.first, month.last, numbers)
                if month.kind:
                    known[month.kind, id(numbers)] = whole
            charged[low : high + 1] = [whole] * (high - low + 1)
        for number in {first.month, last.month}:
            edge = prepared.months[number - 1]
            begin, end = first.toordinal(), last.toordinal()
            if edge is not None and (begin > edge.first or end < edge.last):
                charged[number] = _charged(edge, max(begin, edge.first), min(end, edge.last), numbers)
        bonus = self._bonus(terms, numbers, year, prepared.months, charged)
        return _together(numbers, charged, bonus)

    def _bonus(
        self,
        terms: PayTerms,
        numbers: _Terms,
        year: int,
        months: Sequence[MonthCents | None],
        charged: Sequence[_Charged | None],
    ) -> int:
        if not is_entitled(terms, year):
            return 0
        gross = days = whole = 0
        for number in BASE_MONTHS:
            one = charged[number]
            if one is not None:
                gross += one.pay + one.allowance
                days += one.days or _length(months[number - 1])
                whole += not one.days
        if whole == len(BASE_MONTHS):
            amount = share_of(gross, (1, len(BASE_MONTHS)))
        elif days >= FEWEST_DAYS_OF_THE_BASE:
            amount = share_of(share_of(gross, (1, days)), AVERAGE_MONTH)
        else:
            start = terms.period.start
            month = months[start.month - 1 if start.day == 1 else start.month]
            amount = 0 if month is None else sum(_paid(month, month.first, month.last, numbers.fte))
        percent = self._cents.bonus_percent(terms.tariff, terms.group, year)
        paid = MONTHS_OF_A_YEAR + 1 - charged.count(None)
        return share_of(share_of(amount, percent), (paid, MONTHS_OF_A_YEAR))


def _paid(month: MonthCents, first: int, last: int, fte: Ratio) -> tuple[int, int]:
    """Return table pay and allowance for the days of a month: by part time, then by days, rounded each time."""
    length = month.last - month.first + 1
    found = []
    for component in (month.pay, month.allowance):
        amount = 0
        for start, end, value in component:
            days = min(end, last) - max(start, first) + 1
            if days > 0 and value:
                whole = share_of(value, fte)
                amount += whole if days == length else share_of(whole, (days, length))
        found.append(amount)
    return found[0], found[1]


def _charged(month: MonthCents, first: int, last: int, terms: _Terms) -> _Charged:
    """Return what the employer is charged for a month; ``days`` stay 0 for a whole one."""
    pay, allowance = _paid(month, first, last, terms.fte)
    gross = pay + allowance
    insurance = month.insurance
    health, pension = insurance.ceiling_health * terms.persons, insurance.ceiling_pension * terms.persons
    days = 0
    if first > month.first or last < month.last:
        days = last - first + 1
        part = (min(days, INSURANCE_DAYS), INSURANCE_DAYS)
        health, pension = share_of(health, part), share_of(pension, part)
    insured_health, insured_pension = min(gross, health), min(gross, pension)
    return _Charged(
        month,
        days,
        pay,
        allowance,
        _contributions(insurance, insured_health, insured_pension, insured_pension, terms),
        0 if terms.supplementary_pension is None else share_of(gross, terms.supplementary_pension),
        insured_health,
        insured_pension,
        health - insured_health,
        pension - insured_pension,
    )


def _contributions(insurance: InsuranceCents, health: int, pension: int, regular: int, terms: _Terms) -> int:
    """Return the sum of contributions, each rounded on its own; ``regular`` is the base of U2, without bonus."""
    total = 0
    for rate in insurance.health:
        total += share_of(health, rate)
    for rate in insurance.pension:
        total += share_of(pension, rate)
    if not terms.is_city:
        total += share_of(pension, insurance.insolvency)
    if terms.u2 is not None:
        total += share_of(regular, terms.u2)
    return total


def _together(terms: _Terms, charged: Sequence[_Charged | None], bonus: int) -> YearCents:
    """Add the months up, with the bonus in its month, and the flats of the year."""
    gross = allowance = insurance = pension = room_health = room_pension = months = 0
    to_come = bonus
    for number, one in enumerate(charged):
        if one is None:
            continue
        months += 1
        gross += one.pay
        allowance += one.allowance
        room_health += one.room_health
        room_pension += one.room_pension
        if not to_come or number < MONTH_OF_PAYMENT:
            insurance += one.insurance
            pension += one.supplementary_pension
            continue
        to_come = 0
        insurance += _contributions(
            one.month.insurance,
            one.insured_health + min(bonus, room_health),
            one.insured_pension + min(bonus, room_pension),
            one.insured_pension,
            terms,
        )
        if terms.supplementary_pension is not None:
            pension += share_of(one.pay + one.allowance + bonus, terms.supplementary_pension)
    personnel = gross + allowance + bonus + insurance + pension
    workplace = 0
    if terms.workplace is not None:
        workplace = share_of(share_of(terms.workplace, terms.fte), (months, MONTHS_OF_A_YEAR))
    overhead = 0 if terms.overhead is None else share_of(personnel, terms.overhead)
    total = personnel + workplace + overhead
    return YearCents(total, personnel, gross, allowance, bonus, insurance, pension, workplace, overhead)


def _length(month: MonthCents | None) -> int:
    return 0 if month is None else month.last - month.first + 1


def _percent(rate: Figure | None) -> Ratio | None:
    return None if rate is None else ratio(rate.amount, 100)


def _terms(terms: PayTerms) -> _Terms:
    return _Terms(
        fte=terms.fte.amount.as_integer_ratio(),
        persons=persons_of(terms.fte.amount),
        is_city=terms.employer_is_city,
        supplementary_pension=_percent(terms.supplementary_pension),
        u2=_percent(terms.u2),
        workplace=None if terms.workplace is None else cents(terms.workplace.amount),
        overhead=_percent(terms.overhead),
    )
