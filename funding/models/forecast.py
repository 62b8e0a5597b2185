"""Frozen versions of a forecast: rows that nobody changes any more.

The history beside every other row tells how it came to be what it is; a version must be what it was. So it keeps its
own copy of everything it rests on, and the database refuses to change, delete or empty it, whoever asks and however.
"""

from typing import Any, ClassVar, NoReturn

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.council import CouncilPaper
from funding.models.programme import Programme
from kim.errors import RuleError
from kim.triggers import Firm

FROZEN = _("Fassungen sind festgeschrieben und lassen sich weder ändern noch löschen. Legen Sie eine neue Fassung an.")


def refuse_change() -> NoReturn:
    """Raise the refusal that the database would answer as well."""
    raise RuleError(str(FROZEN))


class FrozenRows(models.QuerySet["ForecastVersion"]):
    """Versions to read and to add to, never to change."""

    def update(self, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        refuse_change()

    def bulk_update(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        refuse_change()

    def delete(self) -> NoReturn:
        """Refuse."""
        refuse_change()


# Each function runs in the database, so bulk updates, raw SQL and the console meet it as well. The code of the error
# is that of a restriction, which arrives as an IntegrityError with the sentence in it.
_REFUSAL = (
    "RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = 'Fassung „' || OLD.name || "
    "'“ ist festgeschrieben. Legen Sie eine neue Fassung an.';"
)
_NO_TRUNCATE = (
    "RAISE EXCEPTION USING ERRCODE = 'restrict_violation', "
    "MESSAGE = 'Fassungen sind festgeschrieben. Die Tabelle lässt sich nicht leeren.';"
)
# What no constraint can say, because it is about other rows or would have to compute.
_FITS = """
IF NEW.seal <> encode(sha256(convert_to(NEW.document, 'UTF8')), 'hex') THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation',
        MESSAGE = 'Das Siegel der Fassung „' || NEW.name || '“ passt nicht zu ihrem Dokument.';
END IF;
IF NEW.corrects_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM funding_forecastversion
    WHERE id = NEW.corrects_id AND programme_id = NEW.programme_id AND number < NEW.number
) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation',
        MESSAGE = 'Eine Fassung berichtigt nur eine frühere desselben Förderprogramms.';
END IF;
IF NEW.paper_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM funding_councilpaper WHERE id = NEW.paper_id AND programme_id = NEW.programme_id
) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation',
        MESSAGE = 'Die Vorlage gehört zu einem anderen Förderprogramm.';
END IF;
RETURN NEW;
"""


@pghistory.track(pghistory.InsertEvent(), exclude=["document"])
class ForecastVersion(models.Model):
    """A forecast as it stood when a paper took its figures from it.

    A correction is a new version that names the old one. ``document`` is the canonical JSON text
    (``funding.documents``), ``seal`` its SHA-256, ``schema`` the number of its shape. ``number`` counts the versions of
    a programme without gaps.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("Nummer"))
    name = models.CharField(_("Name"), max_length=120, help_text=_("Zum Beispiel: Vorlage 2021/1121"))
    paper = models.ForeignKey(
        CouncilPaper, null=True, blank=True, on_delete=models.PROTECT, related_name="versions",
        verbose_name=_("Vorlage"),
    )  # fmt: skip
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections",
        verbose_name=_("berichtigt die Fassung"),
    )  # fmt: skip
    note = models.CharField(_("Anmerkung"), max_length=500, blank=True, help_text=_("Warum es diese Fassung gibt"))
    frozen_at = models.DateTimeField(_("festgeschrieben am"))
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("festgeschrieben durch")
    )
    schema = models.PositiveSmallIntegerField(_("Schema des Dokuments"), default=1)
    document = models.TextField(_("Dokument"))
    seal = models.CharField(_("Siegel"), max_length=64)

    objects = FrozenRows.as_manager()

    class Meta:
        verbose_name = _("Fassung")
        verbose_name_plural = _("Fassungen")
        ordering: ClassVar[list[str]] = ["programme", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["programme", "number"],
                name="funding_forecastversion_number_once",
                violation_error_code="number",
                violation_error_message=_("Eine Fassung mit dieser Nummer gibt es schon."),
            ),
            models.UniqueConstraint(
                fields=["programme", "name"],
                name="funding_forecastversion_name_once",
                violation_error_code="name",
                violation_error_message=_("Eine Fassung mit diesem Namen gibt es schon."),
            ),
            # Two corrections of one version would leave open which of them holds.
            models.UniqueConstraint(
                fields=["corrects"],
                name="funding_forecastversion_corrected_once",
                violation_error_code="corrects",
                violation_error_message=_("Diese Fassung ist schon berichtigt. Bitte die Berichtigung berichtigen."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="funding_forecastversion_counts_from_one",
                violation_error_code="number",
                violation_error_message=_("Fassungen zählen ab 1."),
            ),
            models.CheckConstraint(
                condition=~Q(name__regex=r"^\s*$"),
                name="funding_forecastversion_has_name",
                violation_error_code="name",
                violation_error_message=_("Bitte einen Namen angeben, zum Beispiel „Vorlage 2021/1121“."),
            ),
        ]
        triggers: ClassVar[list[Any]] = [
            Firm(
                name="refuse_change",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=_REFUSAL,
            ),
            Firm(
                name="refuse_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func=_NO_TRUNCATE,
            ),
            Firm(name="fits", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_FITS),
        ]

    def __str__(self) -> str:
        """Return the number and the name."""
        return f"{self.number} {self.name}"

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        refuse_change()

    def clean(self) -> None:
        """Refuse to change what is stored."""
        if not self._state.adding:
            refuse_change()
