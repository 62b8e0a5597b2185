"""What pay law says about a day: tables, steps, allowances, bonus, insurance. Pure: no Django, no database, no clock.

Everything is dated and carries its source. Nothing is guessed in silence: a value that is carried on past the last
table or the last insurance row is given again as an assumption, and where there is no value at all the look-up refuses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kim.errors import RuleError
from kim.figures import EUR_PER_FTE, FTE, PERCENT, Figure, Source, Status, Step, derive, given
from kim.formatting import date as day_text
from kim.years import Period

FIRST_STEP = 1
LAST_STEP = 6
TABLE_PAY = "table_pay"


class Tariff(StrEnum):
    """The two pay tables of municipal employers; the value names the table in files."""

    E = "TVoeD-VKA-E"
    S = "TVoeD-VKA-S"

    @property
    def label(self) -> str:
        """Return the name a German reader knows: ``TVöD-VKA, Tabelle E``."""
        return f"TVöD-VKA, Tabelle {self.name}"


@dataclass(frozen=True, slots=True)
class DatedFigure:
    """A value and the days it is in force."""

    amount: Figure
    period: Period


@dataclass(frozen=True, slots=True)
class StepRule:
    """How many years somebody spends in steps 1 to 5 before the next one; without ``groups`` for all of the tariff."""

    tariff: Tariff
    groups: tuple[str, ...]
    years: tuple[int, ...]
    period: Period
    source: Source

    def __post_init__(self) -> None:
        """Refuse a rule that leaves a step without a duration."""
        if len(self.years) != LAST_STEP - FIRST_STEP or min(self.years) < 1:
            message = (
                f"Stufenlaufzeiten {self.years} der {self.tariff.label}: für die Stufen 1 bis 5 je ein Jahr oder mehr."
            )
            raise RuleError(message, years=self.years)


@dataclass(frozen=True, slots=True)
class Allowance:
    """A monthly amount beside the table (SuE-Zulage); ``amount`` in EUR/FTE: a month of full time."""

    tariff: Tariff
    groups: tuple[str, ...]
    amount: Figure
    period: Period


@dataclass(frozen=True, slots=True)
class BonusRule:
    """The percent of the annual bonus (§ 20 (VKA) TVöD) for some groups; without ``last_year`` until further notice."""

    tariff: Tariff
    groups: tuple[str, ...]
    percent: Figure
    first_year: int
    last_year: int | None = None


@dataclass(frozen=True, slots=True)
class InsuranceRule:
    """Social insurance of one time: whole rates in percent (half is the employer's), monthly ceilings in euros.

    ``insolvency`` is the levy that the employer pays alone, unless it is a city.
    """

    period: Period
    health: Figure
    health_extra: Figure
    care: Figure
    pension: Figure
    unemployment: Figure
    insolvency: Figure
    ceiling_health_care: Figure
    ceiling_pension_unemployment: Figure


@dataclass(frozen=True, slots=True)
class PayRise:
    """One agreed or expected rise: percent of the table value, but at least ``minimum`` euros per month of full time.

    Without ``tariffs`` for both tables, without ``groups`` for all groups; a ``minimum`` of zero is none.
    """

    name: str
    tariffs: tuple[Tariff, ...]
    groups: tuple[str, ...]
    first_day: date
    percent: Decimal
    minimum: Decimal
    source: Source

    def __post_init__(self) -> None:
        """Refuse what would lower pay."""
        if self.percent < 0 or self.minimum < 0:
            message = f"Tariferhöhung „{self.name}“: Prozentsatz und Mindestbetrag dürfen nicht negativ sein."
            raise RuleError(message, percent=self.percent, minimum=self.minimum)

    def applies_to(self, tariff: Tariff, group: str) -> bool:
        """Whether somebody in ``group`` gets it."""
        return (not self.tariffs or tariff in self.tariffs) and (not self.groups or group in self.groups)

    def raised(self, pay: Figure) -> Figure:
        """Return the table value after the rise (EUR/FTE), as a sum of the old one and what is added."""
        percent = given("pay_rise_percent", self.percent, PERCENT, self.source, subject=self.name)
        added = derive("pay_rise_by_percent", Step.PRODUCT, (pay, percent), subject=self.name)
        if self.minimum:
            minimum = given("pay_rise_minimum", self.minimum, EUR_PER_FTE, self.source, subject=self.name)
            added = derive("pay_rise", Step.GREATEST, (added, minimum), subject=self.name)
        return derive(TABLE_PAY, Step.SUM, (pay, added), subject=pay.subject)


@dataclass(frozen=True, slots=True)
class PayTerms:
    """How a position is paid, and for which time; whoever sits on it is not known here.

    ``step`` was reached on ``step_since``; without that day the step stays as it is. ``employer_is_city`` decides
    about the insolvency levy (§ 358 (1) SGB III: a city pays none). ``supplementary_pension``, ``u2`` and ``overhead``
    are percents, ``workplace`` is EUR/FTE per year; what is None is not paid. ``fte`` above 1 is a group position.
    """

    tariff: Tariff
    group: str
    step: int
    fte: Figure
    period: Period
    employer_is_city: bool
    step_since: date | None = None
    supplementary_pension: Figure | None = None
    u2: Figure | None = None
    workplace: Figure | None = None
    overhead: Figure | None = None

    def __post_init__(self) -> None:
        """Refuse a step that no table has and a negative share."""
        if not FIRST_STEP <= self.step <= LAST_STEP:
            message = f"Stufe {self.step} gibt es nicht. Bitte eine Stufe von {FIRST_STEP} bis {LAST_STEP} angeben."
            raise RuleError(message, step=self.step)
        if self.fte.unit != FTE or self.fte.amount < 0:
            message = f"{self.fte.amount} {self.fte.unit} ist kein Stellenanteil."
            raise RuleError(message, fte=self.fte.amount)


@dataclass(frozen=True, slots=True)
class PayLaw:
    """All of it: what every look-up of the calculation reads.

    ``table`` holds the monthly pay of full time (EUR/FTE, key ``table_pay``) by tariff, group and step, in order of
    time and without overlap; ``supplementary_pension`` is the percent of the fund's members, for ``PayTerms``,
    and ``pensions`` its parts over time.
    """

    table: Mapping[tuple[Tariff, str, int], tuple[DatedFigure, ...]]
    steps: tuple[StepRule, ...]
    allowances: tuple[Allowance, ...]
    bonuses: tuple[BonusRule, ...]
    insurance: tuple[InsuranceRule, ...]
    supplementary_pension: Figure
    rises: tuple[PayRise, ...] = ()
    pensions: tuple[DatedFigure, ...] = ()

    def groups(self, tariff: Tariff) -> tuple[str, ...]:
        """Return the groups of a table in its own order."""
        return tuple(dict.fromkeys(group for one, group, _step in self.table if one is tariff))

    def table_pay(self, tariff: Tariff, group: str, step: int, day: date) -> Figure:
        """Return the monthly pay of full time (EUR/FTE) in force on ``day``, rises included.

        A rise acts from its first day until a table that starts on that day or later replaces it; past the last table
        its values are carried on as an assumption. Raises ``RuleError`` before the first table, in a gap between two,
        and for a group or step no table has.
        """
        pay, since = self._published(tariff, group, step, day)
        for rise in self._rises(tariff, group):
            if since < rise.first_day <= day:
                pay = rise.raised(pay)
        return pay

    def table_changes(self, tariff: Tariff, group: str, step: int) -> tuple[date, ...]:
        """Return the days on which ``table_pay`` may begin to differ, in order of time."""
        days: set[date] = set()
        for value in self.table.get((tariff, group, step), ()):
            days.add(value.period.start)
            if value.period.end is not None:
                days.add(value.period.end + date.resolution)
        return tuple(sorted(days | {rise.first_day for rise in self._rises(tariff, group)}))

    def step_rules(self, tariff: Tariff, group: str) -> tuple[StepRule, ...]:
        """Return the rules of a group in order of time; one for the group itself goes before one for the whole table.

        Raises ``RuleError`` when there is none.
        """
        of_tariff = [rule for rule in self.steps if rule.tariff is tariff]
        own = [rule for rule in of_tariff if group in rule.groups]
        general = [
            rule
            for rule in of_tariff
            if not rule.groups and not any(rule.period.intersect(special.period) for special in own)
        ]
        if not own and not general:
            message = (
                f"Für die Entgeltgruppe {group_label(group)} ({tariff.label}) sind keine Stufenlaufzeiten erfasst."
            )
            raise RuleError(message, group=group)
        return tuple(sorted((*own, *general), key=lambda rule: rule.period.start))

    def allowance_on(self, tariff: Tariff, group: str, day: date) -> Figure | None:
        """Return the allowance of full time (EUR/FTE) on ``day``, or None where the agreement knows none."""
        for one in self.allowances:
            if one.tariff is tariff and (not one.groups or group in one.groups) and one.period.contains(day):
                return one.amount
        return None

    def allowance_changes(self, tariff: Tariff, group: str) -> tuple[date, ...]:
        """Return the days on which ``allowance_on`` may begin to differ."""
        days: set[date] = set()
        for one in self.allowances:
            if one.tariff is tariff and (not one.groups or group in one.groups):
                days.add(one.period.start)
                if one.period.end is not None:
                    days.add(one.period.end + date.resolution)
        return tuple(sorted(days))

    def bonus_percent(self, tariff: Tariff, group: str, year: int) -> Figure:
        """Return the percent of the annual bonus; raises ``RuleError`` for a year or group without one."""
        for rule in self.bonuses:
            is_current = rule.first_year <= year and (rule.last_year is None or year <= rule.last_year)
            if is_current and rule.tariff is tariff and (not rule.groups or group in rule.groups):
                return rule.percent
        message = f"Für die Entgeltgruppe {group_label(group)} ist im Jahr {year} keine Jahressonderzahlung erfasst."
        raise RuleError(message, group=group, year=year)

    def insurance_on(self, day: date) -> InsuranceRule:
        """Return rates and ceilings of ``day``; past the last row its values are carried on as an assumption.

        Raises ``RuleError`` before the first row and in a gap between two.
        """
        rows = sorted(self.insurance, key=lambda rule: rule.period.start)
        for rule in rows:
            if rule.period.contains(day):
                return rule
        if rows and day > rows[-1].period.start:
            return _rule_carried_on(rows[-1])
        message = f"Am {day_text(day)} sind keine Beitragssätze der Sozialversicherung erfasst."
        raise RuleError(message, day=day)

    def supplementary_pension_on(self, day: date) -> Figure:
        """Return the percent of the supplementary pension fund in force on ``day``: the sum of its parts.

        Without dated parts ``supplementary_pension`` holds at all times; on a day without any nothing is paid.
        """
        if not self.pensions:
            return self.supplementary_pension
        parts = [part.amount for part in self.pensions if part.period.contains(day)]
        return derive("supplementary_pension_rate", Step.SUM, parts, unit=PERCENT)

    def _rises(self, tariff: Tariff, group: str) -> list[PayRise]:
        mine = [rise for rise in self.rises if rise.applies_to(tariff, group)]
        return sorted(mine, key=lambda rise: rise.first_day)

    def _published(self, tariff: Tariff, group: str, step: int, day: date) -> tuple[Figure, date]:
        values = self.table.get((tariff, group, step), ())
        for value in values:
            if value.period.contains(day):
                return _named(value, group, step), value.period.start
        if values and day > values[-1].period.start:
            return _carried_on(_named(values[-1], group, step), values[-1].period.end), values[-1].period.start
        message = (
            f"Für die Entgeltgruppe {group_label(group)}, Stufe {step} ({tariff.label}) ist am {day_text(day)}"
            " kein Tabellenentgelt erfasst. Bitte eine andere Gruppe oder Stufe wählen oder die Tabelle nachtragen."
        )
        raise RuleError(message, tariff=tariff, group=group, step=step, day=day)


def group_label(group: str) -> str:
    """Write a group as people do: ``E 10``, ``S 8b``."""
    return f"{group[:1]} {group[1:]}"


def _named(value: DatedFigure, group: str, step: int) -> Figure:
    subject = f"{group_label(group)}, Stufe {step}, Tabelle ab {day_text(value.period.start)}"
    return replace(value.amount, subject=subject)


def _carried_on(value: Figure, end: date | None) -> Figure:
    """Give a value again for a time after the one it was published for."""
    until = "" if end is None else f" bis {day_text(end)}"
    known = value.source.text if value.source is not None else value.subject
    reference = value.source.reference if value.source is not None else ""
    row = value.source.row if value.source is not None else ""
    source = Source(f"Stand{until}, fortgeschrieben: {known}", Status.ASSUMED, reference=reference, row=row)
    return given(value.key, value.amount, value.unit, source, subject=value.subject)


def _rule_carried_on(rule: InsuranceRule) -> InsuranceRule:
    end = rule.period.end
    return replace(
        rule,
        health=_carried_on(rule.health, end),
        health_extra=_carried_on(rule.health_extra, end),
        care=_carried_on(rule.care, end),
        pension=_carried_on(rule.pension, end),
        unemployment=_carried_on(rule.unemployment, end),
        insolvency=_carried_on(rule.insolvency, end),
        ceiling_health_care=_carried_on(rule.ceiling_health_care, end),
        ceiling_pension_unemployment=_carried_on(rule.ceiling_pension_unemployment, end),
    )
