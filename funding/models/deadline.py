"""Deadlines of a programme: days somebody wrote down, each with its source; none is ever computed."""

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.programme import Programme
from kim.fields import DayField
from kim.models import Sourced, known_values


class DeadlineKind(models.TextChoices):
    """What has to be done, or ends, on the day."""

    APPLICATION = "application", _("Antrag")
    DRAWDOWN = "drawdown", _("Mittelabruf")
    PROOF_OF_USE = "proof_of_use", _("Verwendungsnachweis")
    AWARD_END = "award_end", _("Ende der Bewilligung")
    PROGRAMME_END = "programme_end", _("Ende des Programms")
    OTHER = "other", _("andere Frist")


@pghistory.track()
class Deadline(Sourced):
    """A deadline with its source. Without a day it is known to exist, but not when: notices set their own days."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="deadlines")
    kind = models.CharField(_("Art"), max_length=20, choices=DeadlineKind.choices)
    day = DayField(_("Tag"), null=True, blank=True, help_text=_("Leer: nicht bekannt. Ein Tag wird nie gerechnet."))
    text = models.CharField(_("Wofür"), max_length=200, help_text=_("zum Beispiel: Antrag für 2023"))

    class Meta:
        verbose_name = _("Frist")
        verbose_name_plural = _("Fristen")
        ordering: ClassVar[list[str]] = ["day", "kind", "text"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            known_values("funding_deadline_known_kind", "kind", DeadlineKind.values),
            models.CheckConstraint(
                condition=~Q(text__regex=r"^\s*$"),
                name="funding_deadline_has_text",
                violation_error_code="text",
                violation_error_message=_("Bitte angeben, wofür die Frist gilt."),
            ),
            # Two equal entries would stand in the calendar twice; two unknown days are equal as well.
            models.UniqueConstraint(
                fields=["programme", "kind", "day", "text"],
                nulls_distinct=False,
                name="funding_deadline_once",
                violation_error_code="text",
                violation_error_message=_("Diese Frist gibt es schon."),
            ),
        ]

    def __str__(self) -> str:
        """Return what it is for."""
        return self.text
