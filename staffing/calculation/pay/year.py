"""What a position costs its employer in a fiscal year. Pure: no Django, no database, no clock."""

from dataclasses import dataclass

from kim.figures import EUR, Figure, Step, derive
from kim.years import year_period
from staffing.calculation.pay.law import PayLaw, PayTerms


@dataclass(frozen=True, slots=True)
class PayYear:
    """The cost of a year and its parts, all in euros; ``total`` unfolds to months and their components.

    ``total`` (key ``employer_gross_cost``) is ``personnel`` plus ``workplace`` and ``overhead``; ``personnel`` is
    ``gross`` (table pay), ``allowance``, ``bonus``, ``insurance`` and ``supplementary_pension``. ``months`` are the
    months of employment in order (key ``month_cost``, subject "Januar 2023"), also of those with a part of a month.
    """

    total: Figure
    personnel: Figure
    gross: Figure
    allowance: Figure
    bonus: Figure
    insurance: Figure
    supplementary_pension: Figure
    workplace: Figure
    overhead: Figure
    months: tuple[Figure, ...]


def pay_year(terms: PayTerms, year: int, law: PayLaw) -> PayYear:
    """Return what a position with ``terms`` costs its employer in ``year``.

    Month by month: the table value of each day (a change inside a month by calendar days), part time by ratio
    (§ 24 (2) TVöD), part of a month by its calendar days (§ 24 (3)), each component rounded to the cent before adding
    (§ 24 (4)); allowance, annual bonus in November, the employer's half of social insurance up to the ceilings, levy,
    supplementary pension. Then a flat per workplace by months and an overhead in percent of personnel.
    A year outside ``terms.period`` costs 0.00. Raises ``RuleError`` where the law has no value for a day or group.
    """
    nothing = derive("employer_gross_cost", Step.SUM, (), unit=EUR)
    period = terms.period.intersect(year_period(year))
    months = () if period is None else (law.table_pay(terms.tariff, terms.group, terms.step, period.start),)
    return PayYear(*(nothing,) * 9, months)
