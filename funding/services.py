"""Verbs that change several rows: refuse first, then one atomic block. A single row is saved by its form."""

from django.db import transaction

from funding.forms import GrantAwardForm, NewPositionForm
from funding.models import FundedPosition, GrantAward
from kim.models import User
from staffing.models import Position


def register_award(*, form: GrantAwardForm, by: User) -> GrantAward:
    """Save an award; the one it amends stays readable and no longer counts."""
    with transaction.atomic():
        amended = form.cleaned_data["amends"]
        if amended is not None:
            GrantAward.objects.filter(pk=amended.pk).update(is_superseded=True)
        award: GrantAward = form.save_by(by)
    return award


def plan_position(*, form: NewPositionForm, by: User) -> Position:
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
