"""The employer's social insurance and supplementary pension. Pure: no Django, no database, no clock.

The employer pays half of each whole rate, on pay up to the monthly ceiling; the surcharge of the childless (care) is
the employee's alone. In the month of the annual bonus the bonus counts as far as the ceilings of the year so far have
room left (§ 23a SGB IV). The lower rates of small pay (Übergangsbereich, Minijob) are not part of this.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from kim.figures import DAY, EUR, FACTOR, Figure, Source, Status, Step, derive, given
from staffing.calculation.pay.law import InsuranceRule, PayTerms
from staffing.calculation.pay.months import MonthPay

INSURANCE_DAYS = 30
CEILING_BY_DAYS = "ceiling_by_days"
CEILING_OF_SEVERAL = "ceiling_of_several"
BONUS_UP_TO_CEILING = "bonus_up_to_ceiling"

_HALF = given(
    "employer_half",
    Decimal("0.5"),
    FACTOR,
    Source(
        "Arbeitgeber und Beschäftigte tragen die Beiträge je zur Hälfte, den Zuschlag für Kinderlose die Beschäftigten",
        Status.VERIFIED,
        reference="§ 249 SGB V, § 58 SGB XI, § 168 SGB VI, § 346 SGB III; sbk.org 2026; gtai.de",
    ),
)
_BY_DAYS = Source(
    "Die Grenze gilt für 30 Tage; ein Teil eines Monats zählt nach Kalendertagen, höchstens 30",
    Status.FROM_MEMORY,
    reference="§ 223 Abs. 3 SGB V, Beitragsverfahrensverordnung",
)
_ALIKE = Source("Monate mit gleichem Entgelt und gleicher Grenze", Status.DERIVED, reference="§ 23a Abs. 3 SGB IV")
_SEVERAL = Source(
    "Sammelstelle: gerechnet mit so vielen Personen wie vollen Stellen, aufgerundet; die Grenze gilt je Person",
    Status.ASSUMED,
)


def persons_of(fte: Decimal) -> int:
    """Return how many people a share of full time stands for at least: 1 up to full time, then rounded up."""
    whole = int(fte)
    return max(1, whole if whole == fte else whole + 1)


@dataclass(frozen=True, slots=True)
class InsuredMonth:
    """Pay, rule and ceilings of one month of employment, and the part of pay below each ceiling."""

    pay: MonthPay
    rule: InsuranceRule
    health_care: Figure
    pension_unemployment: Figure
    room_health_care: Figure
    room_pension_unemployment: Figure


def insured_month(terms: PayTerms, pay: MonthPay, rule: InsuranceRule) -> InsuredMonth:
    """Return what of a month's pay is charged, and what room its ceilings leave."""
    health = _ceiling(terms, pay, rule.ceiling_health_care)
    pension = _ceiling(terms, pay, rule.ceiling_pension_unemployment)
    health_care = derive("insured_health_care", Step.LEAST, (pay.gross, health))
    pension_unemployment = derive("insured_pension_unemployment", Step.LEAST, (pay.gross, pension))
    return InsuredMonth(
        pay=pay,
        rule=rule,
        health_care=health_care,
        pension_unemployment=pension_unemployment,
        room_health_care=derive("ceiling_room", Step.DIFFERENCE, (health, health_care)),
        room_pension_unemployment=derive("ceiling_room", Step.DIFFERENCE, (pension, pension_unemployment)),
    )


def contributions(
    terms: PayTerms, month: InsuredMonth, bonus: Figure | None = None, so_far: Sequence[InsuredMonth] = ()
) -> tuple[Figure, ...]:
    """Return the employer's contributions of a month, each rounded on its own.

    With a ``bonus`` in this month, ``so_far`` are the months of the year up to and including this one.
    """
    rule = month.rule
    health, pension = month.health_care, month.pension_unemployment
    if bonus is not None:
        health = _with_bonus(health, bonus, [one.room_health_care for one in so_far])
        pension = _with_bonus(pension, bonus, [one.room_pension_unemployment for one in so_far])
    found = [
        _contribution("health_insurance", health, _half(rule.health)),
        _contribution("health_insurance_extra", health, _half(rule.health_extra)),
        _contribution("care_insurance", health, _half(rule.care)),
        _contribution("pension_insurance", pension, _half(rule.pension)),
        _contribution("unemployment_insurance", pension, _half(rule.unemployment)),
    ]
    if not terms.employer_is_city:
        found.append(_contribution("insolvency_levy", pension, rule.insolvency))
    if terms.u2 is not None:
        # § 7 (2) AAG, from memory: the levy is taken of regular pay only, never of a bonus.
        found.append(_contribution("maternity_levy", month.pension_unemployment, terms.u2))
    return tuple(found)


def supplementary_pension(terms: PayTerms, month: MonthPay, bonus: Figure | None) -> Figure | None:
    """Return the employer's part for the supplementary pension fund: of pay with allowance and bonus."""
    if terms.supplementary_pension is None:
        return None
    pay = month.gross if bonus is None else derive("supplementary_pension_pay", Step.SUM, (month.gross, bonus))
    return derive("supplementary_pension", Step.PRODUCT, (pay, terms.supplementary_pension))


def _ceiling(terms: PayTerms, pay: MonthPay, ceiling: Figure) -> Figure:
    persons = persons_of(terms.fte.amount)
    if persons > 1:
        number = given("persons", Decimal(persons), FACTOR, _SEVERAL)
        ceiling = derive(ceiling.key, Step.PRODUCT, (ceiling, number), note=CEILING_OF_SEVERAL)
    if pay.days is None:
        return ceiling
    counted = given("counted_time", Decimal(min(pay.days, INSURANCE_DAYS)), DAY, _BY_DAYS)
    whole = given("whole_time", Decimal(INSURANCE_DAYS), DAY, _BY_DAYS)
    return derive(ceiling.key, Step.SHARE_OF_TIME, (ceiling, counted, whole), note=CEILING_BY_DAYS)


def _with_bonus(charged: Figure, bonus: Figure, rooms: Iterable[Figure]) -> Figure:
    parts = []
    for _same, group in groupby(rooms, key=id):
        alike = list(group)
        if len(alike) == 1:
            parts.append(alike[0])
        else:
            number = given("months_alike", Decimal(len(alike)), FACTOR, _ALIKE)
            parts.append(derive("ceiling_room", Step.PRODUCT, (alike[0], number)))
    room = derive("ceiling_room_of_year", Step.SUM, parts, unit=EUR)
    counted = derive("insured_bonus", Step.LEAST, (bonus, room), note=BONUS_UP_TO_CEILING)
    return derive(charged.key, Step.SUM, (charged, counted))


def _half(rate: Figure) -> Figure:
    return derive("employer_rate", Step.PRODUCT, (rate, _HALF))


def _contribution(key: str, pay: Figure, rate: Figure) -> Figure:
    return derive(key, Step.PRODUCT, (pay, rate))
