"""Taking a scenario over into the plan: which rows would change, and the one atomic step that changes them.

The new amounts are those the calculation found for the scenario, so after it the law in force gives to the cent what
the scenario gave. Years before a change keep their rows; what has no row of its own in the plan is said in words.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pghistory
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.calculation.inputs import NEEDS_PERCENT, DatedAmount, Override, Parameter, ProgrammeInput
from funding.calculation.scenarios import apply_overrides
from funding.calculation.shortfall import YearFigures, compute_year
from funding.grid import CLOSED
from funding.models import BudgetStatus, Cap, LumpSum, Programme, ScenarioOverride
from funding.models.grant import Covers
from funding.scenario_words import override_in_words
from funding.selectors import ProgrammeState, ScenarioFacts
from kim import formatting
from kim.figures import Figure, Status
from kim.models import Sourced, User
from kim.years import Period
from staffing.calculation import PositionInput
from staffing.calculation.cost import declared_cost, exists_in, find_cost
from staffing.calculation.rises import acting
from staffing.models import Position, PositionCost

MOST_TEXT = 500
NOTHING_LEFT = gettext_lazy(
    "Von der Stelle bliebe kein Tag übrig. Bitte den Planzeitraum auf der Seite der Stelle ändern."
)
Values = dict[str, Any]
# Which kind of amount, in which module, called what.
_Key = tuple[type[LumpSum] | type[Cap], int, str]


class StaleError(Exception):
    """Somebody saved something after the preview was shown; nothing was taken over."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of the plan that changes: what it is in words, and its columns before and after.

    ``where`` finds the row; a new row (``is_new``) takes its remaining columns from that one. ``year`` is the fiscal
    year the row belongs to, if it belongs to one. With ``is_declared`` the row is the first amount of a position in its
    year, and ``where`` finds the position.
    """

    words: str
    old: str
    new: str
    model: type[models.Model]
    where: Values
    before: Values
    after: Values
    year: int | None = None
    is_new: bool = False
    is_declared: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking over a scenario would do: rows, what is left out and why, and what forbids it."""

    taken: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    changes: tuple[RowChange, ...] = ()
    obstacles: tuple[str, ...] = ()
    inputs: ProgrammeInput | None = None
    spent: tuple[int, ...] = ()

    @property
    def is_possible(self) -> bool:
        """Whether there is anything to take over, and nothing in its way."""
        return bool(self.changes) and not self.obstacles

    def figures(self, year: int) -> YearFigures | None:
        """Return the figures the law in force would have afterwards."""
        return None if self.inputs is None else compute_year(self.inputs, year)


def preview(state: ProgrammeState, scenario: ScenarioFacts) -> Preview:
    """Return what would change; reads nothing but the state, writes nothing."""
    taken: list[Override] = []
    left_out: list[tuple[str, str]] = []
    for one in scenario.overrides:
        why = _why_not(one)
        if why:
            left_out.append((override_in_words(one, scenario), why))
        else:
            taken.append(one)
    gone = set(_positions(state.inputs)) - set(_positions(apply_overrides(state.inputs, taken)))
    for one in [some for some in taken if some.position in gone]:
        taken.remove(one)
        left_out.append((override_in_words(one, scenario), str(NOTHING_LEFT)))
    after = apply_overrides(state.inputs, taken)
    changes = (
        *_of_programme(state, after), *_of_positions(state, after, scenario), *_of_amounts(state, after, scenario)
    )  # fmt: skip
    return Preview(
        taken=tuple(override_in_words(one, scenario) for one in taken),
        left_out=tuple(left_out),
        changes=changes,
        obstacles=(*_obstacles(state, changes), *_raised_twice(after, changes)),
        inputs=after,
        spent=tuple(int(one.source.row.partition("#")[2]) for one in taken if one.parameter in NEEDS_PERCENT),
    )


def adopt(found: Preview, scenario: ScenarioFacts, by: User) -> int:
    """Write every change of a preview or none; returns how many rows changed.

    Each row must still be as the preview showed it, else ``StaleError``. Changes in percent leave the scenario, because
    on the new plan they would count a second time; dates may stay, they say the same as the plan then.
    """
    try:
        with transaction.atomic(), pghistory.context(scenario=scenario.slug, adopted=True):
            for change in found.changes:
                _write(change, by)
            ScenarioOverride.objects.filter(pk__in=found.spent).delete()
    except IntegrityError as error:
        raise StaleError from error
    return len(found.changes)


def _why_not(one: Override) -> str:
    """Return why the plan cannot take an override over; empty when it can."""
    if one.parameter is Parameter.TOP_UP_UNTIL:
        return _(
            "Der Plan kennt kein Ende der Aufstockung: Darüber beschließt der Rat. Es bleibt im Szenario, bis ein "
            "Beschluss die Kosten bei den Trägern ändert."
        )
    if one.parameter is Parameter.POSITIONS_UNTIL:
        return _(
            "Alle Stellen und Maßnahmen zugleich zu beenden, ist eine Entscheidung je Stelle: Bitte für jede Stelle "
            "ein eigenes Ende setzen und die Sachkosten im Raster ändern."
        )
    return ""


def _of_programme(state: ProgrammeState, after: ProgrammeInput) -> Iterator[RowChange]:
    old, new = state.inputs.grant_until, after.grant_until
    if old.last_day != new.last_day:
        yield RowChange(
            _("Befristung des Programms"), _until(old.last_day), _until(new.last_day), Programme,
            {"slug": state.slug}, {"limited_until": old.last_day},
            {"limited_until": new.last_day, "limited_until_source": new.source.text[:MOST_TEXT]},
        )  # fmt: skip


def _of_positions(state: ProgrammeState, after: ProgrammeInput, scenario: ScenarioFacts) -> Iterator[RowChange]:
    changed = _positions(after)
    for reference, old in _positions(state.inputs).items():
        new = changed[reference]
        if new.period != old.period:
            yield RowChange(
                _("Planzeitraum von „%(title)s“") % {"title": old.title}, _span(old.period), _span(new.period),
                Position, {"reference": reference},
                {"planned_from": old.period.start, "planned_until": old.period.end},
                {"planned_from": new.period.start, "planned_until": new.period.end},
            )  # fmt: skip
        for year in sorted({*old.costs, *state.years}):
            if exists_in(new, year):
                yield from _of_cost(old, new, year, after, scenario)


def _of_cost(
    old: PositionInput, new: PositionInput, year: int, after: ProgrammeInput, scenario: ScenarioFacts
) -> Iterator[RowChange]:
    """Change a declared amount; declare what a basis gives where a percentage changes it.

    The plan period needs no amount there: the basis follows it. A percentage has no other place in the plan.
    """
    words = _("Personalkosten %(year)s von „%(title)s“") % {"year": year, "title": old.title}
    if year in old.costs:
        before, cost = old.costs[year], declared_cost(new, year)
        if cost is not None and cost.amount != before.amount:
            yield RowChange(
                words, formatting.euro(before.amount), formatting.euro(cost.amount), PositionCost,
                {"pk": _row(before)}, {"amount": before.amount},
                {"amount": cost.amount, **_origin(cost, before, scenario)}, year,
            )  # fmt: skip
        return
    by_plan, wanted = (
        find_cost(one, year, None, after.time_rule).by_basis for one in (replace(new, changes=()), new)
    )  # fmt: skip
    if by_plan is not None and wanted is not None and wanted.amount != by_plan.amount:
        yield RowChange(
            _("%(words)s, bisher nach der Kostenbasis, danach ein erfasster Betrag") % {"words": words},
            formatting.euro(by_plan.amount), formatting.euro(wanted.amount), PositionCost,
            {"reference": old.reference}, {},
            {"fiscal_year": year, "amount": wanted.amount, **_origin(wanted, by_plan, scenario)}, year,
            is_declared=True,
        )  # fmt: skip


def _of_amounts(state: ProgrammeState, after: ProgrammeInput, scenario: ScenarioFacts) -> Iterator[RowChange]:
    """Lump sums and caps: one that began earlier ends the day before, and a new row begins."""
    changed = _amounts(after)
    for key, olds in _amounts(state.inputs).items():
        for old in olds:
            mine = [one for one in changed[key] if _row(one.amount) == _row(old.amount)]
            yield from _of_amount(key, old, mine, scenario)


def _of_amount(key: _Key, old: DatedAmount, mine: list[DatedAmount], scenario: ScenarioFacts) -> Iterator[RowChange]:
    model, number, name = key
    words = _("Baustein %(number)s, Pauschale „%(name)s“") % {"number": number, "name": name}
    if model is Cap:
        words = _("Baustein %(number)s, Höchstbetrag %(name)s") % {"number": number, "name": Covers(name).label}
    first, *later = mine
    where = {"pk": _row(old.amount)}
    if first.period != old.period or first.amount.amount != old.amount.amount:
        origin = _origin(first.amount, old.amount, scenario) if first.amount.amount != old.amount.amount else {}
        yield RowChange(
            words, _held(old), _held(first), model, where,
            {"amount": old.amount.amount, "valid_to": old.period.end},
            {"amount": first.amount.amount, "valid_to": first.period.end, **origin},
        )  # fmt: skip
    for one in later:
        yield RowChange(
            words, "", _held(one), model, where, {},
            {
                "amount": one.amount.amount, "valid_from": one.period.start, "valid_to": one.period.end,
                **_origin(one.amount, old.amount, scenario),
            },
            is_new=True,
        )  # fmt: skip


def _amounts(inputs: ProgrammeInput) -> dict[_Key, tuple[DatedAmount, ...]]:
    """Return lump sums by rule and caps by what they cover, each with the module it belongs to."""
    found: dict[_Key, tuple[DatedAmount, ...]] = {}
    for module in inputs.modules:
        rules = [one.rule for one in module.funded] + [line.rule for line in module.material if line.rule is not None]
        found |= {(LumpSum, module.number, rule.name): rule.lump_sums for rule in rules}
        found |= {(Cap, module.number, covers): caps for covers, caps in module.caps.items()}
    return found


def _positions(inputs: ProgrammeInput) -> dict[str, PositionInput]:
    return {one.position.reference: one.position for module in inputs.modules for one in module.funded}


def _obstacles(state: ProgrammeState, changes: tuple[RowChange, ...]) -> Iterator[str]:
    """Name the years whose budget stands: no forecast any more, changes need the council (§ 81 GO NRW)."""
    for year in sorted({one.year for one in changes if one.year is not None}):
        status = state.status_of(year)
        if status in CLOSED:
            yield _("Der Haushalt %(year)s ist %(status)s: Seine Beträge ändert ein Szenario nicht mehr.") % {
                "year": year,
                "status": BudgetStatus(status).label,
            }


def _raised_twice(after: ProgrammeInput, changes: tuple[RowChange, ...]) -> Iterator[str]:
    """Name the amounts that a pay rise would raise once more as soon as they are declared."""
    positions = _positions(after)
    for one in changes:
        if one.is_declared and one.year is not None:
            position = positions[one.where["reference"]]
            rises = acting(position.rises, position.pay, one.year)
            if rises:
                yield _(
                    "Die Kosten %(year)s von „%(title)s“ kommen aus der Kostenbasis und enthalten „%(rise)s“ schon; "
                    "als erfasster Betrag stiegen sie noch einmal. Bitte den Betrag %(year)s dort selbst eintragen."
                ) % {"year": one.year, "title": position.title, "rise": rises[0].name}


def _write(change: RowChange, by: User) -> None:
    rows = change.model._default_manager
    stamp: Values = {"recorded_by": by, "recorded_at": timezone.now()} if issubclass(change.model, Sourced) else {}
    if change.is_declared:
        position = Position.objects.filter(**change.where).first()
        if position is None:
            raise StaleError
        PositionCost(position=position, **change.after, **stamp).save()
    elif change.is_new:
        like = rows.filter(**change.where).first()
        if like is None:
            raise StaleError
        columns = {one.attname: getattr(like, one.attname) for one in like._meta.concrete_fields if not one.primary_key}
        columns.pop("recorded_by_id", None)
        change.model(**{**columns, **change.after, **stamp}).save()
    elif rows.filter(**change.where, **change.before).update(**change.after, **stamp) != 1:
        raise StaleError


def _origin(new: Figure, old: Figure, scenario: ScenarioFacts) -> Values:
    """Return the columns that say where the new amount comes from: the reasons of the scenario."""
    known = {one.source for one in old.leaves()}
    reasons = dict.fromkeys(
        one.source.text for one in new.leaves()
        if one.source is not None and one.source not in known and one.source.row.startswith("funding.ScenarioOverride")
    )  # fmt: skip
    note = _("Übernommen aus dem Szenario „%(name)s“; vorher %(before)s") % {
        "name": scenario.name,
        "before": formatting.quantity(old.amount, old.unit),
    }
    return {"source": "; ".join(reasons)[:MOST_TEXT], "source_status": Status.ASSUMED.value, "note": note}


def _row(figure: Figure) -> int:
    """Return the number of the row that an amount was entered in, below whatever was made of it."""
    source = figure.leaves()[0].source
    return int(source.row.partition("#")[2]) if source is not None else 0


def _until(day: date | None) -> str:
    return _("bis auf Weiteres") if day is None else _("bis zum %(day)s") % {"day": formatting.date(day)}


def _span(period: Period) -> str:
    return _("ab dem %(start)s %(until)s") % {"start": formatting.date(period.start), "until": _until(period.end)}


def _held(one: DatedAmount) -> str:
    return f"{formatting.quantity(one.amount.amount, one.amount.unit)}, {_span(one.period)}"
