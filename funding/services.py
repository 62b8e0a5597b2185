"""Verbs that change several rows: refuse first, then one atomic block. A single row is saved by its form."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from funding.documents import SCHEMA, canonical, compose, seal_of
from funding.forms import GrantAwardForm, NewPositionForm
from funding.models import FundedPosition, GrantAward, Scenario
from funding.printed_forms import PrintedFigureForm
from funding.scenario_forms import ScenarioForm
from funding.selectors import IN_FORCE, ProgrammeState, state_of
from funding.snapshot import snapshot_of
from kim.errors import RuleError
from kim.models import User
from kim.years import FIRST_YEAR, LAST_YEAR
from staffing.models import Position

log = logging.getLogger(__name__)


def register_award(*, form: GrantAwardForm, by: User | None) -> GrantAward:
    """Save an award; the one it amends stays readable and no longer counts."""
    with transaction.atomic():
        amended = form.cleaned_data["amends"]
        if amended is not None:
            GrantAward.objects.filter(pk=amended.pk).update(is_superseded=True)
        award: GrantAward = form.save_by(by)
    return award


def plan_position(*, form: NewPositionForm, by: User | None) -> Position:
    """Create a position and let the chosen rule fund it for its whole plan period."""
    with transaction.atomic():
        position: Position = form.save_by(by)
        FundedPosition.objects.create(
            position=position,
            grant_rule=form.cleaned_data["grant_rule"],
            valid_from=position.planned_from,
            valid_to=position.planned_until,
            source=form.cleaned_data["source"],
            source_status=form.cleaned_data["source_status"],
            recorded_by=by,
        )
    return position


def copy_scenario(*, form: ScenarioForm, original: Scenario, by: User) -> Scenario:
    """Save a new scenario with every override of ``original``, reasons included."""
    with transaction.atomic():
        copy: Scenario = form.save_by(by)
        for override in original.overrides.all():
            override.pk, override.scenario, override.recorded_by = None, copy, by
            override.save(force_insert=True)
    return copy


def delete_scenario(*, scenario: Scenario) -> None:
    """Delete a scenario with its overrides; raises ``RuleError`` for one that pages and papers rely on."""
    if scenario.is_standard:
        message = _("Das Szenario „%(name)s“ gehört zu den Standardszenarien und lässt sich nicht löschen.") % {
            "name": scenario.name
        }
        raise RuleError(message, field="scenario", value=scenario.slug)
    scenario.delete()


def save_printed(*, forms: Iterable[PrintedFigureForm], by: User) -> int:
    """Save checked lines of a reconciliation, all of them or none; returns how many there were."""
    count = 0
    with transaction.atomic():
        for form in forms:
            form.save_by(by)
            count += 1
    return count
