"""What a position costs its employer in a fiscal year. Pure: no Django, no database, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from kim.figures import MONTH, Figure, Source, Status, Step, derive, given
from kim.years import MONTHS_OF_A_YEAR, Period, months_of, year_period
from staffing.calculation.pay.bonus import MONTH_OF_PAYMENT, annual_bonus
from staffing.calculation.pay.insurance import InsuredMonth, contributions, insured_month, supplementary_pension
from staffing.calculation.pay.law import InsuranceRule, PayLaw, PayTerms
from staffing.calculation.pay.months import MonthlyPay, MonthPay
from staffing.calculation.pay.steps import allowance_spans, pay_spans

NOT_EMPLOYED = "not_employed"
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip

_MONTHS_OF_WORK = Source(
    "Monate der Beschäftigung von zwölf; ein angebrochener Monat zählt als Monat, weil der Arbeitsplatz da ist",
    Status.ASSUMED,
)


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


@dataclass(frozen=True, slots=True)
class _MonthCost:
    """The components of one month; months that are alike share one object."""

    pay: Figure
    allowance: Figure | None
    bonus: Figure | None
    insurance: Figure
    supplementary_pension: Figure | None

    def components(self) -> tuple[Figure, ...]:
        found = (self.pay, self.allowance, self.bonus, self.insurance, self.supplementary_pension)
        return tuple(one for one in found if one is not None)


def pay_year(terms: PayTerms, year: int, law: PayLaw) -> PayYear:
    """Return what a position with ``terms`` costs its employer in ``year``.

    Month by month: the table value of each day (a change inside a month by calendar days), part time by ratio
    (§ 24 (2) TVöD), part of a month by its calendar days (§ 24 (3)), each component rounded to the cent before adding
    (§ 24 (4)); allowance, annual bonus in November, the employer's half of social insurance up to the ceilings, levy,
    supplementary pension. Then a flat per workplace by months and an overhead in percent of personnel.
    A year outside ``terms.period`` costs 0.00. Raises ``RuleError`` where the law has no value for a day or group.
    """
    employed = terms.period.intersect(year_period(year))
    costs = {} if employed is None else _month_costs(terms, year, law, employed)
    months = tuple(
        derive("month_cost", Step.SUM, cost.components(), subject=f"{MONTHS[number - 1]} {year}")
        for number, cost in costs.items()
    )
    subject = str(year)
    nothing = "" if months else NOT_EMPLOYED
    personnel = derive("personnel_gross_cost", Step.SUM, months, subject=subject, note=nothing)
    workplace = _workplace(terms, len(months), subject)
    overhead = _overhead(terms, personnel, subject) if months else None
    flats = [one for one in (workplace, overhead) if one is not None]
    total = derive("employer_gross_cost", Step.SUM, (personnel, *flats), subject=subject)

    def part(key: str, components: Iterable[Figure | None]) -> Figure:
        return derive(key, Step.SUM, [one for one in components if one is not None], subject=subject)

    return PayYear(
        total=total,
        personnel=personnel,
        gross=part("gross_pay", (one.pay for one in costs.values())),
        allowance=part("allowance_of_year", (one.allowance for one in costs.values())),
        bonus=part("annual_bonus", (one.bonus for one in costs.values())),
        insurance=part("social_insurance", (one.insurance for one in costs.values())),
        supplementary_pension=part("supplementary_pension", (one.supplementary_pension for one in costs.values())),
        workplace=workplace or part("workplace_flat", ()),
        overhead=overhead or part("overhead", ()),
        months=months,
    )


def _month_costs(terms: PayTerms, year: int, law: PayLaw, employed: Period) -> dict[int, _MonthCost]:
    """Return the components of each month with employment, by its number."""
    # To the end of the year: the base of a bonus may be a month of which only the first day is worked.
    rest = Period(employed.start, year_period(year).end)
    monthly = MonthlyPay(terms.fte, pay_spans(terms, law, rest), allowance_spans(terms, law, rest))
    months = months_of(year)
    paid: dict[int, MonthPay] = {}
    for number, month in enumerate(months, start=1):
        pay = monthly.of(month, employed)
        if pay is not None:
            paid[number] = pay
    insured = _insured(terms, year, law, paid)

    def whole_month(month: Period) -> MonthPay:
        return monthly.of(month, month) or paid[month.start.month]

    bonus = annual_bonus(terms, year, law, paid, whole_month)
    # Who begins on 1 December is paid in the only month there is.
    month_of_bonus = max(MONTH_OF_PAYMENT, min(paid))
    known: dict[int, _MonthCost] = {}
    costs = {}
    for number, one in insured.items():
        if bonus is not None and number == month_of_bonus:
            so_far = [before for earlier, before in insured.items() if earlier <= number]
            costs[number] = _cost(terms, one, bonus, so_far)
            continue
        if id(one) not in known:
            known[id(one)] = _cost(terms, one, None, [])
        costs[number] = known[id(one)]
    return costs


def _insured(terms: PayTerms, year: int, law: PayLaw, paid: dict[int, MonthPay]) -> dict[int, InsuredMonth]:
    """Put each month under the rule in force on its first day; equal months stay one object."""
    rules: list[InsuranceRule] = []
    known: dict[tuple[int, int], InsuredMonth] = {}
    found = {}
    for number, pay in paid.items():
        rule = law.insurance_on(months_of(year)[number - 1].start)
        # A row that is carried on is made anew each time: the equal one that is there already will do.
        rule = next((one for one in rules if one == rule), rule)
        rules.append(rule)
        key = (id(pay), id(rule))
        if key not in known:
            known[key] = insured_month(terms, pay, rule)
        found[number] = known[key]
    return found


def _cost(terms: PayTerms, month: InsuredMonth, bonus: Figure | None, so_far: list[InsuredMonth]) -> _MonthCost:
    parts = contributions(terms, month, bonus, so_far)
    return _MonthCost(
        pay=month.pay.pay,
        allowance=month.pay.allowance,
        bonus=bonus,
        insurance=derive("social_insurance", Step.SUM, parts),
        supplementary_pension=supplementary_pension(terms, month.pay, bonus),
    )


def _workplace(terms: PayTerms, months: int, subject: str) -> Figure | None:
    """Return the flat of a workplace for the months of employment, or None where none is asked for."""
    if terms.workplace is None or not months:
        return None
    whole = derive("workplace_flat", Step.PRODUCT, (terms.workplace, terms.fte), subject=subject)
    if months == MONTHS_OF_A_YEAR:
        return whole
    counted = given("counted_time", Decimal(months), MONTH, _MONTHS_OF_WORK)
    of = given("whole_time", Decimal(MONTHS_OF_A_YEAR), MONTH, _MONTHS_OF_WORK)
    return derive("workplace_flat", Step.SHARE_OF_TIME, (whole, counted, of), subject=subject)


def _overhead(terms: PayTerms, personnel: Figure, subject: str) -> Figure | None:
    """Return the overhead in percent of the gross cost of personnel (KGSt), or None where none is asked for."""
    if terms.overhead is None:
        return None
    return derive("overhead", Step.PRODUCT, (personnel, terms.overhead), subject=subject)
