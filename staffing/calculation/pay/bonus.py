"""The annual bonus of a position (§ 20 (VKA) TVöD). Pure: no Django, no database, no clock."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from kim.figures import DAY, FACTOR, MONTH, Figure, Source, Status, Step, derive, given
from kim.years import MONTHS_OF_A_YEAR, Period, months_of
from staffing.calculation.pay.law import PayLaw, PayTerms
from staffing.calculation.pay.months import MonthPay

MONTH_OF_PAYMENT = 11
BASE_MONTHS = (7, 8, 9)
FEWEST_DAYS_OF_THE_BASE = 30
BASE_BY_DAYS = "bonus_base_by_days"
BASE_FIRST_MONTH = "bonus_base_first_month"
TWELFTHS = "bonus_twelfths"

_AVERAGE = Source(
    "Durchschnitt der Entgelte von Juli, August und September",
    Status.VERIFIED,
    reference="§ 20 Abs. 2 TVöD (VKA)",
)
_BY_DAYS = Source(
    "Fehlen Tage mit Entgelt: Summe der drei Monate durch die Tage mit Entgelt, mal 30,67",
    Status.FROM_MEMORY,
    reference="Protokollerklärung zu § 20 Abs. 2 TVöD (VKA)",
)
_TWELFTHS = Source(
    "Ein Zwölftel weniger für jeden Kalendermonat ohne Entgelt",
    Status.FROM_MEMORY,
    reference="§ 20 Abs. 4 TVöD (VKA)",
)
_DAYS_OF_A_MONTH = given("average_month", Decimal("30.67"), FACTOR, _BY_DAYS)

WholeMonth = Callable[[Period], MonthPay]


def is_entitled(terms: PayTerms, year: int) -> bool:
    """Whether the position is filled on 1 December."""
    return terms.period.contains(date(year, 12, 1))


def annual_bonus(
    terms: PayTerms, year: int, law: PayLaw, paid: Mapping[int, MonthPay], whole_month: WholeMonth
) -> Figure | None:
    """Return the bonus of a year, or None for who is not employed on 1 December.

    ``paid`` holds the months with pay by their number, ``whole_month`` the pay of a month as if worked in full. The
    percent of the group is taken of the average of July to September; with days missing there, of the days with pay
    times 30.67; with fewer than 30 of them, and for who begins after 30 September, of the first full month.
    One twelfth less for each month without pay.
    """
    if not is_entitled(terms, year):
        return None
    base = _base(terms, year, paid, whole_month)
    percent = law.bonus_percent(terms.tariff, terms.group, year)
    whole = derive("annual_bonus", Step.PRODUCT, (base, percent))
    if len(paid) == MONTHS_OF_A_YEAR:
        return whole
    counted = given("counted_time", Decimal(len(paid)), MONTH, _TWELFTHS)
    twelve = given("whole_time", Decimal(MONTHS_OF_A_YEAR), MONTH, _TWELFTHS)
    return derive("annual_bonus", Step.SHARE_OF_TIME, (whole, counted, twelve), note=TWELFTHS)


def _base(terms: PayTerms, year: int, paid: Mapping[int, MonthPay], whole_month: WholeMonth) -> Figure:
    months = months_of(year)
    found = {number: paid[number] for number in BASE_MONTHS if number in paid}
    together = derive("bonus_base_sum", Step.SUM, [one.gross for one in found.values()])
    if len(found) == len(BASE_MONTHS) and all(one.days is None for one in found.values()):
        counted = given("counted_time", Decimal(1), MONTH, _AVERAGE)
        of = given("whole_time", Decimal(len(BASE_MONTHS)), MONTH, _AVERAGE)
        return derive("bonus_base", Step.SHARE_OF_TIME, (together, counted, of))
    days = sum(one.days or _length(months[number - 1]) for number, one in found.items())
    if days >= FEWEST_DAYS_OF_THE_BASE:
        counted = given("counted_time", Decimal(1), DAY, _BY_DAYS)
        of = given("whole_time", Decimal(days), DAY, _BY_DAYS)
        daily = derive("bonus_base_day", Step.SHARE_OF_TIME, (together, counted, of))
        return derive("bonus_base", Step.PRODUCT, (daily, _DAYS_OF_A_MONTH), note=BASE_BY_DAYS)
    first = next(month for month in months if terms.period.start <= month.start)
    gross = whole_month(first).gross
    return derive("bonus_base", Step.SUM, (gross,), note=BASE_FIRST_MONTH)


def _length(month: Period) -> int:
    return 0 if month.end is None else month.end.day
