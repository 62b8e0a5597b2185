"""Verbs that change several rows: refuse first, then one atomic block. A single row is saved by its form."""

import json
import logging
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from funding.documents import SCHEMA, canonical, compose, seal_of
from funding.forms import GrantAwardForm, NewPositionForm
from funding.models import CouncilPaper, ForecastVersion, FundedPosition, GrantAward, Programme, Scenario
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


def freeze(
    *,
    programme: Programme,
    name: str,
    paper: CouncilPaper | None,
    by: User,
    corrects: ForecastVersion | None = None,
    note: str = "",
    shown: str = "",
) -> ForecastVersion:
    """Freeze the forecast as it stands now, for the paper that takes its figures from it.

    ``shown`` is the seal of the state that somebody was shown and confirmed; empty where nobody was asked.

    Raises ``RuleError`` naming the field for a name that is taken or empty, a paper or a version of another programme,
    a version that another one corrects already, and a state that is not the one shown; ``KimError`` where a figure
    cannot be computed. Versions of a programme are frozen one after the other, so their numbers have no gaps.
    """
    name, note = name.strip(), note.strip()
    _refuse_strangers(programme, paper, corrects)
    with transaction.atomic():
        # Rows that name the programme may still be written meanwhile; another version may not.
        Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
        _refuse_taken(programme, name, corrects)
        text = snapshot_of(programme.slug, FIRST_YEAR, LAST_YEAR)
        if text is None:
            message = _("Das Förderprogramm gibt es nicht mehr.")
            raise RuleError(message)
        state = state_of(text)
        if shown not in {"", state.seal}:
            message = _("Inzwischen wurde etwas gespeichert; festgeschrieben wurde nichts.")
            raise RuleError(message, field="seal", value=shown)
        version = ForecastVersion(
            programme=programme,
            number=(ForecastVersion.objects.filter(programme=programme).aggregate(last=Max("number"))["last"] or 0) + 1,
            name=name,
            paper=paper,
            corrects=corrects,
            note=note,
            frozen_at=timezone.now().replace(microsecond=0),
            frozen_by=by,
            schema=SCHEMA,
        )
        version.document = canonical(_document(version, state, text))
        version.seal = seal_of(version.document)
        version.save(force_insert=True)
    log.info("version %s of programme %s frozen by user %s", version.number, programme.slug, by.pk)
    return version


def _refuse_strangers(programme: Programme, paper: CouncilPaper | None, corrects: ForecastVersion | None) -> None:
    if paper is not None and paper.programme_id != programme.pk:
        message = _("Die Vorlage %(number)s gehört zu einem anderen Förderprogramm.") % {"number": paper.number}
        raise RuleError(message, field="paper", value=paper.number)
    if corrects is not None and (corrects.pk is None or corrects.programme_id != programme.pk):
        message = _("Berichtigen lässt sich nur eine festgeschriebene Fassung desselben Förderprogramms.")
        raise RuleError(message, field="corrects", value=corrects.name)


def _refuse_taken(programme: Programme, name: str, corrects: ForecastVersion | None) -> None:
    if not name:
        message = _("Bitte einen Namen angeben, zum Beispiel „Vorlage 2021/1121“.")
        raise RuleError(message, field="name", value=name)
    taken = ForecastVersion.objects.filter(programme=programme, name__iexact=name).values_list("number", "name").first()
    if taken is not None:
        message = _("„%(name)s“ heißt schon die Fassung %(number)s. Bitte einen anderen Namen wählen.") % {
            "number": taken[0], "name": taken[1],
        }  # fmt: skip
        raise RuleError(message, field="name", value=name)
    if corrects is not None:
        later = ForecastVersion.objects.filter(corrects=corrects).values_list("number", flat=True).first()
        if later is not None:
            message = _("Die Fassung %(number)s ist schon durch die Fassung %(later)s berichtigt. Bitte diese wählen.")
            raise RuleError(message % {"number": corrects.number, "later": later}, field="corrects", value=later)


def _document(version: ForecastVersion, state: ProgrammeState, text: str) -> dict[str, Any]:
    facts = {
        "number": version.number,
        "name": version.name,
        "note": version.note,
        "corrects": version.corrects.number if version.corrects is not None else None,
        "frozen_at": timezone.localtime(version.frozen_at).isoformat(),
        "frozen_by": str(_("Administration") if version.frozen_by.is_superuser else _("Finanzverwaltung")),
    }
    return compose(json.loads(text), _all_years(state), facts, _paper(version.paper))


def _all_years(state: ProgrammeState) -> dict[str, dict[int, Any]]:
    slugs = {IN_FORCE, *(one.slug for one in state.scenarios)}
    return {slug: {year: state.figures(year, slug) for year in state.years} for slug in sorted(slugs)}


def _paper(paper: CouncilPaper | None) -> dict[str, Any] | None:
    """Return the paper as it stands: its draft resolution and its way through the committees belong to the figures."""
    if paper is None:
        return None
    return {
        "number": paper.number,
        "slug": paper.slug,
        "title": paper.title,
        "paper_date": paper.paper_date.isoformat(),
        "date_precision": paper.date_precision,
        "status": paper.status,
        "url": paper.url,
        "items": [
            {"number": one.number, "kind": one.kind, "text": one.text, "status": one.status}
            for one in paper.items.order_by("number")
        ],
        "meetings": [
            {
                "meeting_date": one.meeting_date.isoformat(),
                "committee": one.committee.name,
                "role": one.role,
                "is_public": one.is_public,
            }
            for one in paper.meetings.select_related("committee").order_by("meeting_date", "pk")
        ],
    }
