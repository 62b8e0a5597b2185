"""Questions of the committee about a figure, and the answers of the finance staff.

A question stays with the version it was asked on: later figures don't change what was asked, and an answered question
is never edited, because the answer would then answer something else.
"""

from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from funding.models.forecast import ForecastVersion
from funding.models.programme import Programme
from kim.models import known_values, known_year

MOST_OF_A_QUESTION = 2_000
MOST_OF_AN_ANSWER = 4_000
# What no text of a reader has: controls but tab and line ends, and marks that turn the direction of writing around.
HIDDEN_SIGNS = r"[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]"

_KEEP_QUESTION = """
IF OLD.answered_at IS NOT NULL AND (
    NEW.text, NEW.programme_id, NEW.version_id, NEW.figure_key, NEW.fiscal_year, NEW.scenario, NEW.funding_module,
    NEW.provider, NEW.line, NEW.rule, NEW.part, NEW.amount_shown, NEW.asked_at
) IS DISTINCT FROM (
    OLD.text, OLD.programme_id, OLD.version_id, OLD.figure_key, OLD.fiscal_year, OLD.scenario, OLD.funding_module,
    OLD.provider, OLD.line, OLD.rule, OLD.part, OLD.amount_shown, OLD.asked_at
) THEN
    RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
        MESSAGE = 'Eine beantwortete Frage lässt sich nicht mehr ändern.';
END IF;
RETURN NEW;
"""


class Office(models.TextChoices):
    """As whom somebody asks; readers see the office, never the account."""

    COMMITTEE = "committee", _("Mitglied des Gremiums")
    FINANCE = "finance", _("Finanzverwaltung")


def _not_blank(name: str, field: str, message: Any) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=~Q(**{f"{field}__regex": r"^\s*$"}),
        name=name,
        violation_error_code=field,
        violation_error_message=message,
    )


def _at_most(name: str, field: str, most: int) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=LessThanOrEqual(Length(F(field)), most),
        name=name,
        violation_error_code=field,
        violation_error_message=_("Der Text ist zu lang."),
    )


def _visible(name: str, field: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=~Q(**{f"{field}__regex": HIDDEN_SIGNS}),
        name=name,
        violation_error_code=field,
        violation_error_message=_("Der Text enthält Zeichen, die niemand sieht. Bitte neu eingeben."),
    )


@pghistory.track()
class CommitteeQuestion(models.Model):
    """A question about one figure; without a version it is about the work in progress.

    ``amount_shown`` and ``label`` are the words that the asking person saw: the work in progress moves on.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="questions")
    version = models.ForeignKey(
        ForecastVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="questions",
        verbose_name=_("Fassung"),
    )  # fmt: skip
    figure_key = models.CharField(_("Zahl"), max_length=40)
    fiscal_year = models.PositiveSmallIntegerField(_("Haushaltsjahr"))
    scenario = models.SlugField(_("Szenario"), max_length=60)
    funding_module = models.PositiveSmallIntegerField(_("Förderbaustein"), null=True, blank=True)
    provider = models.CharField(_("Träger"), max_length=60, blank=True)
    line = models.CharField(_("Stelle oder Zeile"), max_length=40, blank=True)
    rule = models.CharField(_("Förderregel"), max_length=120, blank=True)
    part = models.CharField(_("Höchstbetrag für"), max_length=20, blank=True)
    label = models.CharField(_("Bezeichnung der Zahl"), max_length=300)
    amount_shown = models.CharField(_("gezeigter Betrag"), max_length=60)
    text = models.TextField(_("Frage"), max_length=MOST_OF_A_QUESTION)
    asked_at = models.DateTimeField(_("gestellt am"))
    asked_as = models.CharField(_("gestellt als"), max_length=20, choices=Office.choices)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    answer = models.TextField(_("Antwort"), max_length=MOST_OF_AN_ANSWER, blank=True)
    answered_at = models.DateTimeField(_("beantwortet am"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("Frage")
        verbose_name_plural = _("Fragen")
        ordering: ClassVar[list[str]] = ["-asked_at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["programme", "answered_at"], name="funding_question_open"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            known_year("funding_committeequestion_known_year"),
            known_values("funding_committeequestion_known_office", "asked_as", Office.values),
            _not_blank("funding_committeequestion_has_text", "text", _("Bitte eine Frage eingeben.")),
            _at_most("funding_committeequestion_text_fits", "text", MOST_OF_A_QUESTION),
            _visible("funding_committeequestion_text_visible", "text"),
            _at_most("funding_committeequestion_answer_fits", "answer", MOST_OF_AN_ANSWER),
            _visible("funding_committeequestion_answer_visible", "answer"),
            # An answer has its day, and a day of an answer has an answer; the account behind it may be gone.
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(answer__regex=r"^\s*$") & Q(answered_at__isnull=False)),
                name="funding_committeequestion_answer_is_whole",
                violation_error_code="answer",
                violation_error_message=_("Bitte eine Antwort eingeben."),
            ),
        ]
        triggers: ClassVar[list[Any]] = [
            pgtrigger.Trigger(
                name="keep_question", when=pgtrigger.Before, operation=pgtrigger.Update, func=_KEEP_QUESTION
            ),
        ]

    def __str__(self) -> str:
        """Return the beginning of the question."""
        return self.text[:60]

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer."""
        return self.answered_at is not None
