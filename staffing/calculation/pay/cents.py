"""Pay law in whole cents: the months of a kind of pay, ready to be counted. Pure: no Django, no database, no clock.

What positions share is prepared once: values of full time by days, rates as fractions, ceilings.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from kim.years import Period, day_before, months_of, year_period
from staffing.calculation.pay.law import InsuranceRule, PayLaw, PayTerms, Tariff
from staffing.calculation.pay.steps import PaySpan, StepPlace, spans, step_places

# A rate as numerator and denominator: the share of an amount is amount * numerator / denominator.
Ratio = tuple[int, int]

# The step a year begins with, and each later one with its day.
Steps = tuple[tuple[int, date | None], ...]


class InsuranceCents(NamedTuple):
    """Rates and ceilings of a month: the employer's halves for health, extra and care, pension and unemployment."""

    health: tuple[Ratio, Ratio, Ratio]
    pension: tuple[Ratio, Ratio]
    insolvency: Ratio
    ceiling_health: int
    ceiling_pension: int


class MonthCents(NamedTuple):
    """A calendar month of one kind of pay; spans are first day, last day (ordinals) and cents of full time.

    ``kind`` is the same number for whole months that are paid alike, and 0 for one with a change inside.
    """

    first: int
    last: int
    pay: tuple[tuple[int, int, int], ...]
    allowance: tuple[tuple[int, int, int], ...]
    insurance: InsuranceCents
    kind: int


class Run(NamedTuple):
    """Months in a row, by their numbers, that are paid alike when they are whole; one month when they are not."""

    first: int
    last: int
    month: MonthCents


class YearOfPay(NamedTuple):
    """A year of everybody in the same group who is in the same steps; ``months`` without a table yet are None."""

    months: list[MonthCents | None]
    runs: list[Run]


class LawInCents:
    """Prepares what positions share, when the first of them asks for it."""

    def __init__(self, law: PayLaw) -> None:
        """Take the law."""
        self.law = law
        self._places: dict[tuple[Tariff, str, int, date | None], tuple[StepPlace, ...]] = {}
        self._months: dict[tuple[Tariff, str, Steps, int], list[MonthCents | None]] = {}
        self._years: dict[tuple[Tariff, str, Steps, int], YearOfPay] = {}
        self._insurance: dict[date, InsuranceCents] = {}
        self._kinds: dict[object, int] = {}
        self._bonus: dict[tuple[Tariff, str, int], Ratio] = {}

    def steps(self, terms: PayTerms, year: int) -> Steps:
        """Return the steps of a year."""
        key = (terms.tariff, terms.group, terms.step, terms.step_since)
        places = self._places.get(key)
        if places is None:
            places = self._places[key] = step_places(terms, self.law)
        found: list[tuple[int, date | None]] = []
        new_year = date(year, 1, 1)
        for place in places:
            if place.first_day is None or place.first_day <= new_year:
                found = [(place.step, None)]
            elif place.first_day.year == year:
                found.append((place.step, place.first_day))
        return tuple(found)

    def bonus_percent(self, tariff: Tariff, group: str, year: int) -> Ratio:
        """Return the percent of the annual bonus; raises like the law itself."""
        key = (tariff, group, year)
        if key not in self._bonus:
            self._bonus[key] = ratio(self.law.bonus_percent(tariff, group, year).amount, 100)
        return self._bonus[key]

    def year(self, tariff: Tariff, group: str, steps: Steps, year: int) -> YearOfPay:
        """Return the months of a year."""
        key = (tariff, group, steps, year)
        found = self._years.get(key)
        if found is None:
            months = self._spliced(tariff, group, steps, year)
            found = self._years[key] = YearOfPay(months, _runs(months))
        return found

    def _spliced(self, tariff: Tariff, group: str, steps: Steps, year: int) -> list[MonthCents | None]:
        """Return the months of a year in which steps change; on the first of a month they only follow each other."""
        if any(first_day is not None and first_day.day > 1 for _step, first_day in steps):
            return self._months_of(tariff, group, steps, year)
        found: list[MonthCents | None] = []
        for step, first_day in steps:
            whole = self._months_of(tariff, group, ((step, None),), year)
            found = whole if first_day is None else found[: first_day.month - 1] + whole[first_day.month - 1 :]
        return found

    def _months_of(self, tariff: Tariff, group: str, steps: Steps, year: int) -> list[MonthCents | None]:
        """Return the twelve months of a kind of pay; None where no table is in force yet."""
        key = (tariff, group, steps, year)
        if key in self._months:
            return self._months[key]
        pay: list[PaySpan] = []
        for number, (step, first_day) in enumerate(steps):
            following = steps[number + 1][1] if number + 1 < len(steps) else None
            begin = first_day or date(year, 1, 1)
            end = date(year, 12, 31) if following is None else day_before(following)
            pay.extend(_within(self._spans_of(tariff, group, step, year), begin, end))
        allowance = spans(
            year_period(year),
            self.law.allowance_changes(tariff, group),
            lambda day: self.law.allowance_on(tariff, group, day),
        )
        found: list[MonthCents | None] = []
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
            found.append(MonthCents(month.start.toordinal(), last.toordinal(), paid, extra, insurance, kind))
        self._months[key] = found
        return found

    def _spans_of(self, tariff: Tariff, group: str, step: int, year: int) -> tuple[PaySpan, ...]:
        """Return the table pay of a year from the first table on; nothing when the first one is later."""
        changes = self.law.table_changes(tariff, group, step)
        table = self.law.table.get((tariff, group, step))
        begin = max(date(year, 1, 1), table[0].period.start) if table else date.max
        if begin > date(year, 12, 31):
            return ()
        within = Period(begin, date(year, 12, 31))
        return spans(within, changes, lambda day: self.law.table_pay(tariff, group, step, day))

    def _insurance_on(self, day: date) -> InsuranceCents:
        if day not in self._insurance:
            self._insurance[day] = _insurance(self.law.insurance_on(day))
        return self._insurance[day]


def _runs(months: Sequence[MonthCents | None]) -> list[Run]:
    """Return the months that are there, put together where they are alike."""
    found: list[Run] = []
    for number, month in enumerate(months, start=1):
        if month is None:
            continue
        if found and month.kind and found[-1].month.kind == month.kind:
            found[-1] = Run(found[-1].first, number, found[-1].month)
        else:
            found.append(Run(number, number, month))
    return found


def share_of(amount: int, ratio: Ratio) -> int:
    """Return the share of an amount, half a cent up: the rule of ``kim.rounding.cent`` for what is never negative."""
    numerator, denominator = ratio
    return (2 * amount * numerator + denominator) // (2 * denominator)


def _within(found: Iterable[PaySpan], start: date, end: date) -> list[PaySpan]:
    return [
        PaySpan(max(one.start, start), min(one.end, end), one.value)
        for one in found
        if one.start <= end and start <= one.end
    ]


def _numbers(span: PaySpan) -> tuple[int, int, int]:
    return span.start.toordinal(), span.end.toordinal(), 0 if span.value is None else cents(span.value.amount)


def cents(amount: Decimal) -> int:
    """Return euros in whole cents."""
    return int(amount.scaleb(2))


def ratio(rate: Decimal, of: int) -> Ratio:
    """Return a rate of a hundred, or half of one of two hundred, as a fraction."""
    numerator, denominator = rate.as_integer_ratio()
    return numerator, denominator * of


def _insurance(rule: InsuranceRule) -> InsuranceCents:
    """Half of each rate is the employer's, the levy is his alone."""
    health, extra, care, pension, unemployment = (
        ratio(one.amount, 200) for one in (rule.health, rule.health_extra, rule.care, rule.pension, rule.unemployment)
    )
    return InsuranceCents(
        (health, extra, care),
        (pension, unemployment),
        ratio(rule.insolvency.amount, 100),
        cents(rule.ceiling_health_care.amount),
        cents(rule.ceiling_pension_unemployment.amount),
    )
