"""The cost of many positions over many years in whole cents. Pure: no Django, no database, no clock.

The same rules as ``pay_year`` without figures: integers, months that are alike counted once, and what positions share
(tables, steps, insurance) prepared once for all. ``pay_year`` is the reference; a test holds both to the cent.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from kim.figures import Figure
from kim.years import MONTHS_OF_A_YEAR, Period, day_before, months_of, year_period
from staffing.calculation.pay.bonus import BASE_MONTHS, FEWEST_DAYS_OF_THE_BASE, MONTH_OF_PAYMENT, is_entitled
from staffing.calculation.pay.insurance import INSURANCE_DAYS, persons_of
from staffing.calculation.pay.law import InsuranceRule, PayLaw, PayTerms, Tariff
from staffing.calculation.pay.steps import PaySpan, StepPlace, spans, step_places

# A rate as numerator and denominator: the share of an amount is amount * numerator / denominator.
Ratio = tuple[int, int]
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


class _Insurance(NamedTuple):
    """Rates and ceilings of a month: the employer's halves for health, extra and care, pension and unemployment."""

    health: tuple[Ratio, Ratio, Ratio]
    pension: tuple[Ratio, Ratio]
    insolvency: Ratio
    ceiling_health: int
    ceiling_pension: int


class _Month(NamedTuple):
    """A calendar month of one kind of pay; spans are first day, last day (ordinals) and cents of full time.

    ``kind`` is the same number for whole months that are paid alike, and 0 for one with a change inside.
    """

    first: int
    last: int
    pay: tuple[tuple[int, int, int], ...]
    allowance: tuple[tuple[int, int, int], ...]
    insurance: _Insurance
    kind: int


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

    month: _Month
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
        self._law = law
        self._places: dict[tuple[Tariff, str, int, date | None], tuple[StepPlace, ...]] = {}
        self._spans: dict[tuple[Tariff, str, int, int], tuple[PaySpan, ...]] = {}
        self._months: dict[tuple[Tariff, str, tuple[tuple[int, date | None], ...], int], list[_Month | None]] = {}
        self._insurance: dict[date, _Insurance] = {}
        self._kinds: dict[object, int] = {}

    def years(self, positions: Sequence[PayTerms], years: Iterable[int]) -> list[list[YearCents]]:
        """Return for each of ``years`` the cost of each position, in their order; raises like ``pay_year``."""
        prepared = [(terms, _terms(terms)) for terms in positions]
        found = []
        for year in years:
            known: dict[object, YearCents] = {}
            found.append([self._known(terms, numbers, year, known) for terms, numbers in prepared])
        return found

    def _known(self, terms: PayTerms, numbers: _Terms, year: int, known: dict[object, YearCents]) -> YearCents:
        """Return the cost of a year, computed once for all positions that are paid alike."""
        start, end = terms.period.start, terms.period.end
        if start.year > year or (end is not None and end.year < year):
            return NOTHING
        first = start if start.year == year else None
        last = end if end is not None and end.year == year else None
        steps = self._steps(terms, year)
        key = (terms.tariff, terms.group, steps, first, last, numbers)
        cost = known.get(key)
        if cost is None:
            cost = known[key] = self._year(terms, numbers, year, steps)
        return cost

    def _steps(self, terms: PayTerms, year: int) -> tuple[tuple[int, date | None], ...]:
        """Return the steps of a year: the one it begins with, and each later one with its day."""
        key = (terms.tariff, terms.group, terms.step, terms.step_since)
        places = self._places.get(key)
        if places is None:
            places = self._places[key] = step_places(terms, self._law)
        found: list[tuple[int, date | None]] = []
        for place in places:
            if place.first_day is None or place.first_day <= date(year, 1, 1):
                found = [(place.step, None)]
            elif place.first_day.year == year:
                found.append((place.step, place.first_day))
        return tuple(found)

    def _year(
        self, terms: PayTerms, numbers: _Terms, year: int, steps: tuple[tuple[int, date | None], ...]
    ) -> YearCents:
        key = (terms.tariff, terms.group, steps, year)
        months = self._months.get(key)
        if months is None:
            months = self._months[key] = self._months_of(terms, year, steps)
        employed = terms.period.intersect(year_period(year))
        if employed is None or employed.end is None:
            return NOTHING
        first, last = employed.start.toordinal(), employed.end.toordinal()
        charged: dict[int, _Charged] = {}
        before: _Charged | None = None
        for number in range(employed.start.month, employed.end.month + 1):
            month = months[number - 1]
            if month is None:
                # Refuses with the sentence of the reference: there is no table yet.
                self._law.table_pay(terms.tariff, terms.group, steps[0][0], employed.start)
                continue
            is_whole = first <= month.first and month.last <= last
            if before is None or not is_whole or not month.kind or month.kind != before.month.kind or before.days:
                before = _charged(month, max(first, month.first), min(last, month.last), numbers)
            charged[number] = before
        bonus = self._bonus(terms, numbers, year, months, charged)
        return _together(numbers, charged, bonus)

    def _bonus(
        self,
        terms: PayTerms,
        numbers: _Terms,
        year: int,
        months: Sequence[_Month | None],
        charged: dict[int, _Charged],
    ) -> int:
        if not is_entitled(terms, year):
            return 0
        base = [(number, charged[number]) for number in BASE_MONTHS if number in charged]
        gross = sum(one.pay + one.allowance for _number, one in base)
        days = sum(one.days or _length(months[number - 1]) for number, one in base)
        if len(base) == len(BASE_MONTHS) and not any(one.days for _number, one in base):
            amount = _share(gross, (1, len(BASE_MONTHS)))
        elif days >= FEWEST_DAYS_OF_THE_BASE:
            amount = _share(_share(gross, (1, days)), AVERAGE_MONTH)
        else:
            start = terms.period.start
            month = months[start.month - 1 if start.day == 1 else start.month]
            amount = 0 if month is None else sum(_paid(month, month.first, month.last, numbers.fte))
        percent = self._law.bonus_percent(terms.tariff, terms.group, year)
        whole = _share(amount, _ratio(percent.amount, 100))
        return _share(whole, (len(charged), MONTHS_OF_A_YEAR))

    def _months_of(self, terms: PayTerms, year: int, steps: tuple[tuple[int, date | None], ...]) -> list[_Month | None]:
        """Return the twelve months of a kind of pay; None where no table is in force yet."""
        pay: list[PaySpan] = []
        for number, (step, first_day) in enumerate(steps):
            following = steps[number + 1][1] if number + 1 < len(steps) else None
            begin = first_day or date(year, 1, 1)
            end = date(year, 12, 31) if following is None else day_before(following)
            pay.extend(_within(self._spans_of(terms.tariff, terms.group, step, year), begin, end))
        allowance = spans(
            year_period(year),
            self._law.allowance_changes(terms.tariff, terms.group),
            lambda day: self._law.allowance_on(terms.tariff, terms.group, day),
        )
        found: list[_Month | None] = []
        for month in months_of(year):
            last = month.end or month.start
            of_pay = _within(pay, month.start, last)
            if not of_pay or of_pay[0].start > month.start:
                found.append(None)
                continue
            insurance = self._insurance_on(month.start)
            paid = tuple(_numbers(one) for one in of_pay)
            extra = tuple(_numbers(one) for one in _within(allowance, month.start, last))
            kind = 0
            if len(paid) == len(extra) == 1:
                kind = self._kinds.setdefault((paid[0][2], extra[0][2], insurance), len(self._kinds) + 1)
            found.append(_Month(month.start.toordinal(), last.toordinal(), paid, extra, insurance, kind))
        return found

    def _spans_of(self, tariff: Tariff, group: str, step: int, year: int) -> tuple[PaySpan, ...]:
        """Return the table pay of a year from the first table on; nothing when the first one is later."""
        key = (tariff, group, step, year)
        if key not in self._spans:
            changes = self._law.table_changes(tariff, group, step)
            begin, end = date(year, 1, 1), date(year, 12, 31)
            first = max(begin, changes[0]) if (tariff, group, step) in self._law.table else end
            self._spans[key] = ()
            if first <= end and (tariff, group, step) in self._law.table:
                within = Period(first, end)
                self._spans[key] = spans(within, changes, lambda day: self._law.table_pay(tariff, group, step, day))
        return self._spans[key]

    def _insurance_on(self, day: date) -> _Insurance:
        if day not in self._insurance:
            self._insurance[day] = _insurance(self._law.insurance_on(day))
        return self._insurance[day]


def _share(amount: int, ratio: Ratio) -> int:
    """Return the share of an amount, half a cent up: the rule of ``kim.rounding.cent`` for what is never negative."""
    numerator, denominator = ratio
    return (2 * amount * numerator + denominator) // (2 * denominator)


def _paid(month: _Month, first: int, last: int, fte: Ratio) -> tuple[int, int]:
    """Return table pay and allowance for the days of a month: by part time, then by days, rounded each time."""
    length = month.last - month.first + 1
    found = []
    for component in (month.pay, month.allowance):
        amount = 0
        for start, end, value in component:
            days = min(end, last) - max(start, first) + 1
            if days > 0 and value:
                whole = _share(value, fte)
                amount += whole if days == length else _share(whole, (days, length))
        found.append(amount)
    return found[0], found[1]


def _charged(month: _Month, first: int, last: int, terms: _Terms) -> _Charged:
    """Return what the employer is charged for a month; ``days`` stay 0 for a whole one."""
    pay, allowance = _paid(month, first, last, terms.fte)
    gross = pay + allowance
    insurance = month.insurance
    health, pension = insurance.ceiling_health * terms.persons, insurance.ceiling_pension * terms.persons
    days = 0
    if first > month.first or last < month.last:
        days = last - first + 1
        part = (min(days, INSURANCE_DAYS), INSURANCE_DAYS)
        health, pension = _share(health, part), _share(pension, part)
    insured_health, insured_pension = min(gross, health), min(gross, pension)
    return _Charged(
        month,
        days,
        pay,
        allowance,
        _contributions(insurance, insured_health, insured_pension, insured_pension, terms),
        0 if terms.supplementary_pension is None else _share(gross, terms.supplementary_pension),
        insured_health,
        insured_pension,
        health - insured_health,
        pension - insured_pension,
    )


def _contributions(insurance: _Insurance, health: int, pension: int, regular: int, terms: _Terms) -> int:
    """Return the sum of contributions, each rounded on its own; ``regular`` is the base of U2, without bonus."""
    total = 0
    for ratio in insurance.health:
        total += _share(health, ratio)
    for ratio in insurance.pension:
        total += _share(pension, ratio)
    if not terms.is_city:
        total += _share(pension, insurance.insolvency)
    if terms.u2 is not None:
        total += _share(regular, terms.u2)
    return total


def _together(terms: _Terms, charged: dict[int, _Charged], bonus: int) -> YearCents:
    """Add the months up, with the bonus in its month, and the flats of the year."""
    gross = allowance = insurance = pension = room_health = room_pension = 0
    month_of_bonus = max(MONTH_OF_PAYMENT, min(charged)) if bonus else 0
    for number, one in charged.items():
        gross += one.pay
        allowance += one.allowance
        room_health += one.room_health
        room_pension += one.room_pension
        if number != month_of_bonus:
            insurance += one.insurance
            pension += one.supplementary_pension
            continue
        insurance += _contributions(
            one.month.insurance,
            one.insured_health + min(bonus, room_health),
            one.insured_pension + min(bonus, room_pension),
            one.insured_pension,
            terms,
        )
        if terms.supplementary_pension is not None:
            pension += _share(one.pay + one.allowance + bonus, terms.supplementary_pension)
    personnel = gross + allowance + bonus + insurance + pension
    workplace = 0
    if terms.workplace is not None:
        workplace = _share(_share(terms.workplace, terms.fte), (len(charged), MONTHS_OF_A_YEAR))
    overhead = 0 if terms.overhead is None else _share(personnel, terms.overhead)
    total = personnel + workplace + overhead
    return YearCents(total, personnel, gross, allowance, bonus, insurance, pension, workplace, overhead)


def _within(found: Iterable[PaySpan], start: date, end: date) -> list[PaySpan]:
    return [
        PaySpan(max(one.start, start), min(one.end, end), one.value)
        for one in found
        if one.start <= end and start <= one.end
    ]


def _numbers(span: PaySpan) -> tuple[int, int, int]:
    return span.start.toordinal(), span.end.toordinal(), 0 if span.value is None else _cents(span.value.amount)


def _length(month: _Month | None) -> int:
    return 0 if month is None else month.last - month.first + 1


def _cents(amount: Decimal) -> int:
    return int(amount.scaleb(2))


def _ratio(rate: Decimal, of: int) -> Ratio:
    numerator, denominator = rate.as_integer_ratio()
    return numerator, denominator * of


def _percent(rate: Figure | None) -> Ratio | None:
    return None if rate is None else _ratio(rate.amount, 100)


def _insurance(rule: InsuranceRule) -> _Insurance:
    """Half of each rate is the employer's, the levy is his alone."""
    health, extra, care, pension, unemployment = (
        _ratio(one.amount, 200) for one in (rule.health, rule.health_extra, rule.care, rule.pension, rule.unemployment)
    )
    return _Insurance(
        (health, extra, care),
        (pension, unemployment),
        _ratio(rule.insolvency.amount, 100),
        _cents(rule.ceiling_health_care.amount),
        _cents(rule.ceiling_pension_unemployment.amount),
    )


def _terms(terms: PayTerms) -> _Terms:
    return _Terms(
        fte=terms.fte.amount.as_integer_ratio(),
        persons=persons_of(terms.fte.amount),
        is_city=terms.employer_is_city,
        supplementary_pension=_percent(terms.supplementary_pension),
        u2=_percent(terms.u2),
        workplace=None if terms.workplace is None else _cents(terms.workplace.amount),
        overhead=_percent(terms.overhead),
    )
