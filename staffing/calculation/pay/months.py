"""The pay of a calendar month: table value, part time, part of a month. Pure: no Django, no database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kim.figures import DAY, Figure, Source, Status, Step, derive, given
from kim.formatting import date as day_text
from kim.years import Period
from staffing.calculation.pay.steps import PaySpan

PART_TIME = "pay_part_time"
PART_MONTH = "pay_part_month"
PARAGRAPH = "§ 24 Abs. 3 TVöD: Kalendertage durch die Tage des Monats (haufe HI1796728)"


@dataclass(frozen=True, slots=True)
class MonthPay:
    """What is paid for a month; ``gross`` is table pay and allowance together.

    ``days`` are those of employment when some of the month are missing; None is the whole month.
    """

    pay: Figure
    allowance: Figure | None
    gross: Figure
    days: int | None


class MonthlyPay:
    """Makes the pay of months; months that are alike share the same figures, so that a year stays cheap to hold."""

    def __init__(self, fte: Figure, pay: Sequence[PaySpan], allowance: Sequence[PaySpan]) -> None:
        """Take the share of full time and what full time is paid on each day."""
        self._fte = fte
        self._pay = pay
        self._allowance = allowance
        self._known: dict[object, MonthPay] = {}

    def of(self, month: Period, employed: Period) -> MonthPay | None:
        """Return the pay of a calendar month for its days inside ``employed``, or None without such a day."""
        inside = employed.intersect(month)
        if inside is None:
            return None
        pay, allowance = _within(self._pay, inside), _within(self._allowance, inside)
        is_plain = inside == month and len(pay) == len(allowance) == 1
        key = (id(pay[0].value), id(allowance[0].value)) if is_plain else (month, inside)
        if key not in self._known:
            self._known[key] = self._month(month, inside, pay, allowance)
        return self._known[key]

    def _month(self, month: Period, inside: Period, pay: Sequence[PaySpan], allowance: Sequence[PaySpan]) -> MonthPay:
        table = self._component("month_pay", month, pay)
        paid_extra = [span for span in allowance if span.value is not None]
        extra = self._component("month_allowance", month, paid_extra) if paid_extra else None
        days = None if inside == month else _days(inside)
        if extra is None:
            return MonthPay(table, None, table, days)
        return MonthPay(table, extra, derive("month_gross", Step.SUM, (table, extra)), days)

    def _component(self, key: str, month: Period, spans: Sequence[PaySpan]) -> Figure:
        """Return one component: each value by the ratio of part time, then by its days, rounded each time (§ 24)."""
        parts = [self._part(key, month, span, span.value) for span in spans if span.value is not None]
        return parts[0] if len(parts) == 1 else derive(key, Step.SUM, parts)

    def _part(self, key: str, month: Period, span: PaySpan, value: Figure) -> Figure:
        note = PART_TIME if self._fte.amount < 1 else ""
        whole = derive(key, Step.PRODUCT, (value, self._fte), note=note)
        days, of = _days(Period(span.start, span.end)), _days(month)
        if days == of:
            return whole
        text = f"{day_text(span.start)} bis {day_text(span.end)}"
        source = Source(text, Status.VERIFIED, reference=PARAGRAPH)
        counted = given("counted_time", Decimal(days), DAY, source)
        all_days = given("whole_time", Decimal(of), DAY, Source("Kalender", Status.VERIFIED, reference=PARAGRAPH))
        return derive(key, Step.SHARE_OF_TIME, (whole, counted, all_days), note=PART_MONTH)


def _within(spans: Sequence[PaySpan], inside: Period) -> list[PaySpan]:
    found = []
    for span in spans:
        common = Period(span.start, span.end).intersect(inside)
        if common is not None and common.end is not None:
            found.append(PaySpan(common.start, common.end, span.value))
    return found


def _days(period: Period) -> int:
    return 0 if period.end is None else (period.end - period.start).days + 1
