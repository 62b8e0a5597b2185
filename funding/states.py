"""States of a programme by name: as it stands now, as a version froze it, as it stood at the end of a day.

A name is what an address carries: empty or ``heute``, ``fassung-3``, ``2026-11-01``. Whatever a name stands for
answers figures, scenarios and inputs the same way, so any two of them can be set side by side.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from funding.history import event_model, rows_at, scopes
from funding.history_effects import World
from funding.models import Programme
from funding.selectors import ProgrammeState, programme_state, state_of
from funding.versions import frozen_state, require_number, version_names
from kim import formatting
from kim.errors import PeriodError, RuleError

NOW = "heute"
VERSION = "fassung-"


@dataclass(frozen=True, slots=True)
class NamedState:
    """A state with the name it has in an address and the words for it."""

    ref: str
    label: str
    state: ProgrammeState


def named_state(programme_slug: str, text: str) -> NamedState:
    """Return the state that ``text`` names.

    Raises ``RuleError`` for a programme, version or name that does not exist, ``PeriodError`` for a day that is yet to
    come or on which there was no programme, ``FigureError`` for a version that cannot be read any more. One statement
    for today and for a version that was read before, three for a day.
    """
    if text in {"", NOW}:
        state = programme_state(programme_slug)
        if state is None:
            raise _no_programme(programme_slug)
        return NamedState(NOW, _("Arbeitsstand"), state)
    if text.startswith(VERSION):
        number = require_number(text.removeprefix(VERSION))
        state = frozen_state(programme_slug, number)
        return NamedState(f"{VERSION}{number}", str(state.version), state)
    return _at_the_end_of(programme_slug, _day(text))


def version_ref(number: int) -> str:
    """Return the name of a version in an address."""
    return f"{VERSION}{number}"


def known_refs(state: ProgrammeState) -> tuple[tuple[str, str], ...]:
    """Return what there is to choose from besides days: today and every version, newest first. One statement."""
    versions = ((version_ref(one.number), str(one)) for one in version_names(state.slug))
    return ((NOW, _("Arbeitsstand")), *versions)


def _day(text: str) -> date:
    # Only 2026-11-01: Python also reads weeks, and days without hyphens.
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if day.isoformat() == text:
            return day
    message = _("„%(text)s“ ist kein Stand. Es gibt „heute“, Fassungen wie „fassung-1“ und Tage wie „2026-11-01“.") % {
        "text": text[:60]
    }
    raise RuleError(message, field="state", value=text[:60])


def _at_the_end_of(slug: str, day: date) -> NamedState:
    if day > timezone.localdate():
        message = _("Der %(day)s liegt in der Zukunft. Bitte einen Tag bis heute wählen.") % {
            "day": formatting.date(day)
        }
        raise PeriodError(message, field="state", value=day.isoformat())
    programme = Programme.objects.filter(slug=slug).first()
    if programme is None:
        raise _no_programme(slug)
    midnight = datetime.combine(day + timedelta(days=1), time(), timezone.get_default_timezone())
    before = Q(pgh_created_at__lt=midnight)
    if not event_model(Programme).objects.filter(before, pgh_obj_id=programme.pk).exists():
        message = _("Am %(day)s gab es das Programm hier noch nicht.") % {"day": formatting.date(day)}
        raise PeriodError(message, field="state", value=day.isoformat())
    rows = rows_at((model, scope & before) for model, scope in scopes(programme).items())
    state = state_of(json.dumps(World(rows).snapshot(), sort_keys=True))
    return NamedState(day.isoformat(), _("Stand am %(day)s") % {"day": formatting.date(day)}, state)


def _no_programme(slug: str) -> RuleError:
    message = _("Ein Förderprogramm „%(slug)s“ gibt es nicht.") % {"slug": slug[:60]}
    return RuleError(message, field="programme", value=slug[:60])
