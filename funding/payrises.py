"""A pay rise as one dated action: its preview over all programmes, and the one row that applies it.

What is previewed is sealed: the seals of all programmes as they stood. Whoever confirms after somebody else's save is
shown the new preview instead, and nothing is saved.
"""

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from funding.calculation.inputs import ProgrammeInput
from funding.calculation.payrises import RaisedYear, compare_rise, with_rise, without_rise
from funding.models import Programme
from funding.selectors import IN_FORCE, ProgrammeState, ScenarioFacts, programme_state
from kim import formatting
from kim.figures import Source, Status
from kim.models import User
from staffing.basis_forms import PayRiseForm
from staffing.calculation.pay.law import PayRise as Rise
from staffing.calculation.pay.law import Tariff
from staffing.models import PayRise

# Shown beside the law in force: the future in which the state goes on paying.
GRANT_CONTINUES = "grant-continues"


class StaleError(Exception):
    """Somebody saved something after the preview was shown; nothing was applied."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a rise does to the shortfall of another programme in its budget year, in euros."""

    slug: str
    name: str
    year: int
    shortfall: Decimal


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rise does: to the programme it is looked at from, year by year and scenario by scenario, and elsewhere."""

    seal: str
    scenarios: tuple[tuple[ScenarioFacts, tuple[RaisedYear, ...]], ...]
    elsewhere: tuple[Elsewhere, ...]

    @property
    def years(self) -> tuple[RaisedYear, ...]:
        """The years under the law in force."""
        return self.scenarios[0][1]

    @property
    def touches_something(self) -> bool:
        """Whether any position costs more."""
        return any(one.positions for one in self.years) or any(one.shortfall for one in self.elsewhere)


def preview(slug: str, *, old: PayRise | None, new: PayRise | None) -> Preview:
    """Return what follows when ``new`` takes the place of ``old``; None for none. One statement a programme."""
    states = _states()
    here = states[slug]
    after = changed(here.inputs, old, new)
    scenarios = tuple(
        (one, compare_rise(here.inputs, after, one.overrides, here.years))
        for one in (here.scenario(IN_FORCE), *(some for some in here.scenarios if some.slug == GRANT_CONTINUES))
    )
    elsewhere = []
    for other in states.values():
        if other.slug != slug:
            (year,) = compare_rise(other.inputs, changed(other.inputs, old, new), (), [other.budget_year])
            amount = year.changes["shortfall"].difference.amount
            elsewhere.append(Elsewhere(other.slug, other.short_name, other.budget_year, amount))
    return Preview(_seal_of(states), scenarios, tuple(elsewhere))


def apply_rise(*, form: PayRiseForm, seal: str, by: User) -> PayRise:
    """Save the rise that was previewed under ``seal``; raises ``StaleError`` when anything was saved since."""
    with transaction.atomic():
        _hold()
        if seal != _seal_of(_states()):
            raise StaleError
        rise: PayRise = form.save_by(by)
    return rise


def take_back(*, rise: PayRise, seal: str) -> None:
    """Undo a rise as one; raises ``StaleError`` when anything was saved since the preview."""
    with transaction.atomic():
        _hold()
        if seal != _seal_of(_states()):
            raise StaleError
        rise.delete()


def changed(inputs: ProgrammeInput, old: PayRise | None, new: PayRise | None) -> ProgrammeInput:
    """Return the inputs without ``old`` and with ``new``."""
    if old is not None:
        inputs = without_rise(inputs, row_of(old))
    return inputs if new is None else with_rise(inputs, _as_rise(new), to_declared=new.applies_to_declared)


def row_of(rise: PayRise) -> str:
    """Return how sources name the row."""
    return f"{PayRise._meta.label}#{rise.pk}"


def in_words(rise: PayRise) -> str:
    """Say in one sentence what a rise does."""
    said = {
        "name": rise.name,
        "day": formatting.date(rise.first_day),
        "table": _("der Tabelle %(name)s") % {"name": Tariff(rise.tariff).name}
        if rise.tariff
        else _("beider Tabellen"),
        "percent": formatting.percent(rise.percent),
        "minimum": "" if rise.minimum is None else formatting.euro(rise.minimum),
    }
    if rise.minimum is None:
        words = _("„%(name)s“ erhöht ab dem %(day)s die Entgelte %(table)s um %(percent)s.") % said
    else:
        words = (
            _(
                "„%(name)s“ erhöht ab dem %(day)s die Entgelte %(table)s um %(percent)s, mindestens um %(minimum)s im "
                "Monat."
            )
            % said
        )
    if rise.applies_to_declared:
        words += " " + _("Auch erfasste Jahresbeträge steigen, für die Monate ab diesem Tag.")
    return words


def falls_on_city(year: RaisedYear) -> str:
    """Say who pays the rise of a year; empty where it costs nothing."""
    more, grant = year.changes["shortfall"].difference.amount, year.changes["grant"].difference.amount
    if not more and not grant:
        return ""
    said = {"year": year.year, "more": formatting.euro(abs(more)), "grant": formatting.euro(grant)}
    if more < 0:
        return _("%(year)s: %(more)s weniger für die Stadt.") % said
    if not grant:
        return _("%(year)s: Die Pauschale steigt nicht mit: %(more)s mehr für die Stadt.") % said
    return _("%(year)s: Die Förderung ändert sich um %(grant)s; %(more)s mehr für die Stadt.") % said


def _as_rise(row: PayRise) -> Rise:
    source = Source(row.source, Status(row.source_status), row.note, row_of(row) if row.pk else "")
    return Rise(
        row.name,
        (Tariff(row.tariff),) if row.tariff else (),
        (),
        row.first_day,
        row.percent,
        Decimal("0.00") if row.minimum is None else row.minimum,
        source,
    )


def _states() -> dict[str, ProgrammeState]:
    found = (programme_state(slug) for slug in Programme.objects.order_by("slug").values_list("slug", flat=True))
    return {state.slug: state for state in found if state is not None}


def _seal_of(states: dict[str, ProgrammeState]) -> str:
    seals = [state.seal for state in states.values()]
    rises = PayRise.objects.order_by("pk").values_list("pk", "recorded_at")
    return hashlib.sha256(repr((seals, [(pk, at.isoformat()) for pk, at in rises])).encode()).hexdigest()


def _hold() -> None:
    """Let a second rise wait until this one is saved; readers go on."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {connection.ops.quote_name(PayRise._meta.db_table)} IN SHARE ROW EXCLUSIVE MODE")
