"""What does a place cost? A question and its answer, the same for the page and for REST."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from kim.errors import PeriodError, RuleError
from kim.figures import EUR, EUR_PER_FTE, FTE, PERCENT, Figure, Source, Status, Step, derive, given
from kim.formatting import date as day_text
from kim.years import Period, year_period
from staffing import published_law
from staffing.calculation.pay import PayTerms, PayYear, Tariff, pay_year
from staffing.labels import LABELS
from staffing.selectors import PayState

BRANCHES = (
    "health_insurance", "health_insurance_extra", "care_insurance", "pension_insurance", "unemployment_insurance",
    "insolvency_levy", "maternity_levy",
)  # fmt: skip
# An answer holds every month of a year; whoever asks again asks for one of the last few.
MOST_REMEMBERED = 128


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for. Without days the whole year, without ``pension`` the rates of the fund in force.

    ``pension``, ``u2`` and ``overhead`` are percents, ``workplace`` is euros per FTE and year; nothing is not paid.
    """

    group: str
    step: int
    year: int
    fte: Decimal
    first_day: date | None = None
    last_day: date | None = None
    step_since: date | None = None
    is_city: bool = True
    pension: Decimal | None = None
    u2: Decimal | None = None
    workplace: Decimal | None = None
    overhead: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Assumption:
    """A source that does not prove its value, once, however many values rest on it."""

    text: str
    status: Status
    note: str


@dataclass(frozen=True, slots=True)
class PayCost:
    """The answer in euros; ``gross`` is table pay, allowance and bonus, ``on_top`` what is paid beside it."""

    question: Question
    tariff: Tariff
    terms: PayTerms
    year: PayYear
    gross: Figure
    on_top: Figure
    branches: tuple[Figure, ...]

    @property
    def total(self) -> Figure:
        """What the place costs its employer in the year."""
        return self.year.total

    def assumptions(self) -> list[Assumption]:
        """Return what the total assumes, in reading order."""
        found: dict[Assumption, None] = {}
        for leaf in self.total.leaves():
            source = leaf.source
            if source is not None and source.status.is_assumption:
                # Why a value is assumed here stands with the value; what its source proves stands with the source.
                note = "; ".join(one for one in (leaf.note, source.reference) if one)
                found[Assumption(source.text, source.status, note)] = None
        return list(found)


def pay_cost(state: PayState, question: Question) -> PayCost:
    """Return what the place costs.

    Raises ``RuleError`` (its data names the ``field``) for a group, step or year without values, ``PeriodError`` for
    days outside the year.
    """
    return _pay_cost(state, question)


def steps_compared(state: PayState, question: Question) -> list[PayCost]:
    """Return the answer for every step of the group; what cannot be computed for a step is left out."""
    found = []
    for step in state.steps_of(question.group):
        try:
            found.append(pay_cost(state, replace(question, step=step)))
        except RuleError:
            continue
    return found


@lru_cache(maxsize=MOST_REMEMBERED)
def _pay_cost(state: PayState, question: Question) -> PayCost:
    terms = _terms(state, question)
    try:
        year = pay_year(terms, question.year, state.law)
    except RuleError as error:
        raise RuleError(error.message, field="year") from error
    gross = derive("gross_with_bonus", Step.SUM, (year.gross, year.allowance, year.bonus), subject=year.total.subject)
    return PayCost(
        question, terms.tariff, terms, year, gross,
        on_top=derive("employer_on_top", Step.DIFFERENCE, (year.total, gross), subject=year.total.subject),
        branches=tuple(_branches(year)),
    )  # fmt: skip


def _terms(state: PayState, question: Question) -> PayTerms:
    known = state.tariff_of
    if question.group not in known:
        message = _("Die Entgeltgruppe „%(group)s“ gibt es nicht. Es gibt: %(known)s.") % {
            "group": question.group[:20], "known": ", ".join(known) or _("keine, die Entgelttabellen sind leer"),
        }  # fmt: skip
        raise RuleError(message, field="group")
    steps = state.steps_of(question.group)
    if question.step not in steps:
        message = _("Die Entgeltgruppe %(group)s hat keine Stufe %(step)s. Es gibt: %(known)s.") % {
            "group": question.group, "step": question.step, "known": ", ".join(map(str, steps)),
        }  # fmt: skip
        raise RuleError(message, field="step")
    period = _period(question)
    if question.step_since is not None and question.step_since > period.start:
        message = _("Die Stufe kann nicht erst nach dem Beginn (%(start)s) erreicht worden sein.") % {
            "start": day_text(period.start)
        }
        raise PeriodError(message, field="step_since")
    return PayTerms(
        tariff=known[question.group],
        group=question.group,
        step=question.step,
        fte=given("fte", _plain(question.fte), FTE, Source(_("Angabe in der Anfrage"), Status.DERIVED)),
        period=period,
        employer_is_city=question.is_city,
        step_since=question.step_since,
        supplementary_pension=_pension(state, question, period),
        u2=_asked("u2_rate", question.u2, PERCENT),
        workplace=_flat("workplace", "workplace_flat_rate", question.workplace, EUR_PER_FTE),
        overhead=_flat("overhead", "overhead_rate", question.overhead, PERCENT),
    )


def _period(question: Question) -> Period:
    whole = year_period(question.year)
    days = (("first_day", question.first_day), ("last_day", question.last_day))
    for field, day in days:
        if day is not None and not whole.contains(day):
            message = _("Der %(day)s liegt nicht im Jahr %(year)s.") % {"day": day_text(day), "year": question.year}
            raise PeriodError(message, field=field)
    start, end = question.first_day or whole.start, question.last_day or whole.end
    if end is not None and end < start:
        message = _("Der letzte Tag (%(end)s) liegt vor dem ersten (%(start)s).") % {
            "end": day_text(end), "start": day_text(start),
        }  # fmt: skip
        raise PeriodError(message, field="last_day")
    return Period(start, end)


def _pension(state: PayState, question: Question, period: Period) -> Figure | None:
    rate = state.law.supplementary_pension_on(period.start)
    if question.pension is not None and question.pension != rate.amount:
        return _asked("supplementary_pension_rate", question.pension, PERCENT)
    return rate if rate.amount else None


def _asked(key: str, value: Decimal | None, unit: str) -> Figure | None:
    """Return a value that the question sets itself: nobody has proved it."""
    if not value:
        return None
    text = _("%(what)s: Angabe in der Anfrage") % {"what": LABELS[key]}
    return given(key, _plain(value), unit, Source(text, Status.ASSUMED))


def _plain(value: Decimal) -> Decimal:
    """Return the number without the zeros at its end: 1 and 1.00 are the same question and have the same answer."""
    return value.normalize() + 0


def _flat(name: str, key: str, value: Decimal | None, unit: str) -> Figure | None:
    """Return a flat; one that is equal to that of the KGSt has its source."""
    proposed = published_law.flats()[name]
    return proposed if value == proposed.amount else _asked(key, value, unit)


def _branches(year: PayYear) -> Iterator[Figure]:
    """Add up each branch of social insurance over the months."""
    parts: dict[str, list[Figure]] = {}
    for month in year.months:
        for one in _insurance_of(month.inputs):
            parts.setdefault(one.key, []).append(one)
    for key in BRANCHES:
        if key in parts:
            yield derive(key, Step.SUM, parts[key], unit=EUR, subject=year.total.subject)


def _insurance_of(components: Iterable[Figure]) -> Iterator[Figure]:
    for component in components:
        if component.key == "social_insurance":
            yield from component.inputs
