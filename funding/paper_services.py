"""Verbs around council papers that change several rows, or a state: refuse first, then one atomic block."""

from collections.abc import Iterable

from django.db import transaction

from funding.printed_forms import PrintedFigureForm
from kim.models import User


def save_printed(*, forms: Iterable[PrintedFigureForm], by: User) -> int:
    """Save checked lines of a reconciliation, all of them or none; returns how many there were."""
    count = 0
    with transaction.atomic():
        for form in forms:
            form.save_by(by)
            count += 1
    return count
