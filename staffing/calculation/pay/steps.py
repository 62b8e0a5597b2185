"""Which step of its group a position is in on a day. Pure: no Django, no database, no clock."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kim.errors import PeriodError
from kim.figures import Figure, Status, derive, given
from kim.formatting import date as day_text
from kim.years import Period, day_before
from staffing.calculation.pay.law import LAST_STEP, TABLE_PAY, PayLaw, PayTerms, StepRule

# § 17 (1) TVöD, quoted from memory: pay of the next step from the beginning of the month in which it is reached.
MONTH_OF_THE_RISE = "vom Beginn des Monats an, in dem die nächste Stufe erreicht wird (§ 17 Abs. 1 TVöD)"


@dataclass(frozen=True, slots=True)
class StepPlace:
    """A step from ``first_day`` on (None: from the beginning), why it is held, and how far that carries."""

    step: int
    first_day: date | None = None
    status: Status = Status.VERIFIED
    note: str = ""


@dataclass(frozen=True, slots=True)
class PaySpan:
    """The monthly pay of full time (EUR/FTE) on all days from ``start`` to ``end``; None is no such pay."""

    start: date
    end: date
    value: Figure | None


def step_places(terms: PayTerms, law: PayLaw) -> tuple[StepPlace, ...]:
    """Return the step of each time, in order of time.

    From ``terms.step_since`` by the durations in force; paid from the first of the month in which the step is reached
    (§ 17 (1) TVöD). When a rule with a shorter duration comes into force, who has already spent the new duration rises
    on its first day, and the time beyond it does not count for the next step. Without ``step_since`` the step stays,
    which is an assumption unless it is the last one; a day before ``step_since`` counts as spent in the same step.
    """
    if terms.step == LAST_STEP:
        return (StepPlace(terms.step),)
    if terms.step_since is None:
        note = "Stufe bleibt: seit wann sie erreicht ist, ist nicht erfasst"
        return (StepPlace(terms.step, status=Status.ASSUMED, note=note),)
    rules = law.step_rules(terms.tariff, terms.group)
    since = terms.step_since
    places = [StepPlace(terms.step)]
    for step in range(terms.step, LAST_STEP):
        rule, since = _next_rise(rules, step, since)
        first_day = since.replace(day=1)
        if first_day < rule.period.start <= since:
            # A rule that begins within a month raises nobody before it is in force.
            first_day = rule.period.start
        years = rule.years[step - 1]
        note = f"Stufe {step + 1} seit {day_text(first_day)}, nach {years} Jahr{'en' if years > 1 else ''}"
        status = rule.source.status if rule.source.status.is_assumption else Status.FROM_MEMORY
        places.append(StepPlace(step + 1, first_day, status, f"{note} in Stufe {step}, {MONTH_OF_THE_RISE}"))
    return tuple(places)


def _next_rise(rules: Sequence[StepRule], step: int, since: date) -> tuple[StepRule, date]:
    """Return the day on which the step after ``step`` is reached, and by which rule."""
    for number, rule in enumerate(rules):
        reached = _years_after(since, rule.years[step - 1])
        if number and reached < rule.period.start:
            reached = rule.period.start
        if rule.period.end is None or reached <= rule.period.end:
            return rule, reached
    return rules[-1], _years_after(since, rules[-1].years[step - 1])


def _years_after(day: date, years: int) -> date:
    """Return the day after so many whole years; who began on 29 February has completed them on 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def pay_spans(terms: PayTerms, law: PayLaw, within: Period) -> tuple[PaySpan, ...]:
    """Return the table pay of each day of a closed period: one span per value of the table, rise or step."""
    places = step_places(terms, law)
    days = {one.first_day for one in places if one.first_day is not None}
    for one in places:
        days.update(law.table_changes(terms.tariff, terms.group, one.step))

    def value_on(day: date) -> Figure:
        place = next(one for one in reversed(places) if one.first_day is None or one.first_day <= day)
        return _held(law.table_pay(terms.tariff, terms.group, place.step, day), place)

    return spans(within, days, value_on)


def allowance_spans(terms: PayTerms, law: PayLaw, within: Period) -> tuple[PaySpan, ...]:
    """Return the allowance of each day of a closed period."""
    days = set(law.allowance_changes(terms.tariff, terms.group))
    return spans(within, days, lambda day: law.allowance_on(terms.tariff, terms.group, day))


def spans(within: Period, changes: Iterable[date], value_on: Callable[[date], Figure | None]) -> tuple[PaySpan, ...]:
    """Return one span for each value of a closed period; ``changes`` are the days on which it may begin to differ."""
    if within.end is None:
        message = "Der Zeitraum für das Entgelt braucht ein Ende."
        raise PeriodError(message, start=within.start)
    starts = sorted({within.start, *(day for day in changes if within.start < day <= within.end)})
    ends = [*(day_before(day) for day in starts[1:]), within.end]
    found: list[PaySpan] = []
    for start, end in zip(starts, ends, strict=True):
        value = value_on(start)
        if found and found[-1].value == value:
            found[-1] = PaySpan(found[-1].start, end, found[-1].value)
        else:
            found.append(PaySpan(start, end, value))
    return tuple(found)


def _held(value: Figure, place: StepPlace) -> Figure:
    """Say at a table value why this step is the one: as a note, and with the weaker of both sources."""
    if not place.note:
        return value
    if value.source is None:
        parts = [_held(one, place) if one.key == TABLE_PAY or one.inputs else one for one in value.inputs]
        return derive(value.key, value.step, parts, mode=value.mode, subject=value.subject, note=value.note)
    known = value.source
    source = replace(known, status=known.status if known.status.is_assumption else place.status)
    return given(value.key, value.amount, value.unit, source, subject=value.subject, note=place.note)
