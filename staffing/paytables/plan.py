"""A table of a file against the rows: what is new, what changes, what ends, and what overlaps. Writes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from kim import formatting
from kim.figures import Status
from kim.files.sheet import Problem
from kim.years import Period, day_before
from staffing.models import PayRate, Tariff
from staffing.paytables.reading import STEPS, Place, TableValue
from staffing.selectors import group_order


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to upload beside the file: of which tariff, for which time, proved by what."""

    tariff: Tariff
    period: Period
    source: str
    status: Status


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of the file beside what is stored: ``old`` is the same value as stored, ``before`` the one it follows."""

    value: TableValue
    old: PayRate | None
    before: Decimal | None

    @property
    def is_changed(self) -> bool:
        """Whether it replaces another amount."""
        return self.old is not None and self.old.amount != self.value.amount


@dataclass(frozen=True, slots=True)
class Plan:
    """What saving would do. ``ended`` are older open-ended rows that end the day before; ``problems`` refuse it all."""

    wanted: Wanted
    cells: tuple[Cell, ...]
    ended: tuple[PayRate, ...]
    problems: tuple[Problem, ...]
    notices: tuple[str, ...]
    changed: tuple[Cell, ...]
    unchanged: int

    @property
    def new(self) -> tuple[Cell, ...]:
        """The values without a row yet."""
        return tuple(cell for cell in self.cells if cell.old is None)

    @property
    def changes_nothing(self) -> bool:
        """Whether everything is stored like this already."""
        return not (self.new or self.changed or self.ended)

    @property
    def ended_on(self) -> date:
        """The last day of the rows that end."""
        return day_before(self.wanted.period.start)


def plan_table(wanted: Wanted, values: Sequence[TableValue], rows: Iterable[PayRate]) -> Plan:
    """Return what the values would do to ``rows``, which are all of the tariff."""
    stored: dict[Place, list[PayRate]] = {}
    for row in rows:
        stored.setdefault((row.pay_group, row.pay_step), []).append(row)
    cells: list[Cell] = []
    changed: list[Cell] = []
    ended: list[PayRate] = []
    problems: list[Problem] = []
    start = wanted.period.start
    for value in values:
        old: PayRate | None = None
        before: Decimal | None = None
        for row in stored.get(value.place, ()):
            if row.valid_from == start:
                old = row
                continue
            if row.valid_from < start and (row.valid_to is None or row.valid_to == day_before(start)):
                before = row.amount
            if Period(row.valid_from, row.valid_to).intersect(wanted.period) is None:
                continue
            if row.valid_to is None and row.valid_from < start:
                ended.append(row)
            else:
                problems.append(_overlap(value, row))
        cell = Cell(value, old, before)
        cells.append(cell)
        if old is not None and _differs(old, value, wanted):
            changed.append(cell)
    return Plan(
        wanted, tuple(cells), tuple(ended), tuple(problems), (*_falls(values), *_left_alone(wanted, values, stored)),
        tuple(changed), sum(cell.old is not None for cell in cells) - len(changed),
    )  # fmt: skip


def _differs(row: PayRate, value: TableValue, wanted: Wanted) -> bool:
    stored = (row.amount, row.valid_to, row.source, row.source_status)
    return stored != (value.amount, wanted.period.end, wanted.source, wanted.status.value)


def _overlap(value: TableValue, row: PayRate) -> Problem:
    reason = _("Überschneidet sich mit dem Tabellenentgelt %(amount)s, gültig %(period)s (%(source)s).") % {
        "amount": formatting.euro(row.amount), "period": in_words(row.valid_from, row.valid_to), "source": row.source,
    }  # fmt: skip
    return Problem(value.line, f"{value.group}, {STEPS[value.step]}", formatting.amount(value.amount), reason)


def in_words(start: date, end: date | None) -> str:
    """Say from when to when something holds."""
    if end is None:
        return _("ab %(start)s bis auf Weiteres") % {"start": formatting.date(start)}
    return _("%(start)s bis %(end)s") % {"start": formatting.date(start), "end": formatting.date(end)}


def _falls(values: Sequence[TableValue]) -> list[str]:
    """Name steps that are worth less than the one before: no table does that, but a slip of the pen."""
    notices = []
    for first, second in pairwise(values):
        if first.group == second.group and second.amount < first.amount:
            text = _("%(group)s: Stufe %(second)s ist mit %(low)s niedriger als Stufe %(first)s mit %(high)s.") % {
                "group": first.group, "first": first.step, "second": second.step,
                "low": formatting.euro(second.amount), "high": formatting.euro(first.amount),
            }  # fmt: skip
            notices.append(text)
    return notices


def _left_alone(
    wanted: Wanted, values: Sequence[TableValue], stored: dict[Place, list[PayRate]]
) -> list[str]:  # fmt: skip
    """Name groups that hold at that time and do not stand in the file: they stay as they are."""
    named = {value.place for value in values}
    left = {
        group
        for (group, step), rows in stored.items()
        if (group, step) not in named
        for row in rows
        if Period(row.valid_from, row.valid_to).contains(wanted.period.start)
    }
    if not left:
        return []
    groups = ", ".join(sorted(left, key=group_order))
    return [_("Nicht in der Datei und deshalb unverändert: Werte von %(groups)s.") % {"groups": groups}]
