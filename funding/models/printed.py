"""What a council paper prints, figure by figure, and which computed figure it corresponds to (Abgleich)."""

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.models.council import CouncilPaper
from funding.models.grant import Covers
from kim.fields import MoneyField
from kim.figures import EUR, EUR_PER_FTE, FACTOR, FTE, PERCENT
from kim.models import known_values, known_year, not_negative, whole_cents


class PrintedUnit(models.TextChoices):
    """In what a printed figure counts."""

    EUR = EUR, _("Euro")
    EUR_PER_FTE = EUR_PER_FTE, _("Euro je Vollzeitstelle")
    FTE = FTE, _("Stellenanteil (VZÄ)")
    COUNT = FACTOR, _("Anzahl")
    PERCENT = PERCENT, _("Prozent")


class ReasonKind(models.TextChoices):
    """Why a printed figure differs from the computed one, or has none beside it."""

    ROUNDING = "rounding", _("Rundung")
    SLIP = "slip", _("Versehen der Vorlage")
    READING = "reading", _("andere Lesart")
    CHANGED = "changed", _("seither geändert")
    NOT_COMPUTED = "not_computed", _("nicht Teil der Rechnung")
    OTHER = "other", _("anderer Grund")


@pghistory.track()
class PrintedFigure(models.Model):
    """One figure of a paper as printed, its place there, and the address of the figure that has to give the same.

    ``amount`` is empty where the print is empty or no number ("55.0000 Euro"). The paper itself is the source; the
    words say where in it. Without key and account nothing computed corresponds.
    """

    paper = models.ForeignKey(CouncilPaper, on_delete=models.CASCADE, related_name="printed_figures")
    number = models.PositiveSmallIntegerField(_("Nummer"), help_text=_("Reihenfolge in der Vorlage"))
    label = models.CharField(_("Was"), max_length=200)
    printed = models.CharField(
        _("gedruckt"), max_length=120, blank=True, help_text=_("Genau wie in der Vorlage, zum Beispiel 962.300,00 €")
    )
    place = models.CharField(_("Fundstelle"), max_length=200, help_text=_("Abschnitt oder Seite der Vorlage"))
    amount = MoneyField(
        _("als Zahl"),
        null=True,
        blank=True,
        help_text=_("Leer, wenn das Gedruckte leer oder nicht eindeutig zu lesen ist"),
    )
    unit = models.CharField(_("Einheit"), max_length=10, choices=PrintedUnit.choices, default=PrintedUnit.EUR)
    figure_key = models.CharField(_("gerechnete Zahl"), max_length=40, blank=True)
    ledger_account = models.CharField(_("Sachkonto"), max_length=20, blank=True)
    fiscal_year = models.PositiveSmallIntegerField(_("Haushaltsjahr"), null=True, blank=True)
    scenario = models.SlugField(_("Szenario"), max_length=40, blank=True, help_text=_("Leer: geltendes Recht"))
    funding_module = models.PositiveSmallIntegerField(_("Förderbaustein"), null=True, blank=True)
    provider = models.SlugField(_("Träger (Kurzname)"), max_length=60, blank=True)
    line = models.CharField(_("Stelle oder Zeile"), max_length=40, blank=True)
    rule = models.CharField(_("Förderregel"), max_length=120, blank=True)
    part = models.CharField(_("Höchstbetrag für"), max_length=20, choices=Covers.choices, blank=True)
    reason_kind = models.CharField(_("Grund"), max_length=20, choices=ReasonKind.choices, blank=True)
    reason = models.CharField(_("Begründung"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_at = models.DateTimeField(_("erfasst am"), auto_now=True)

    class Meta:
        verbose_name = _("gedruckte Zahl")
        verbose_name_plural = _("gedruckte Zahlen")
        ordering: ClassVar[list[str]] = ["paper", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["paper", "number"],
                name="funding_printedfigure_number_once",
                violation_error_code="number",
                violation_error_message=_("Diese Nummer gibt es im Abgleich der Vorlage schon."),
            ),
            models.CheckConstraint(
                condition=~Q(label__regex=r"^\s*$"),
                name="funding_printedfigure_has_label",
                violation_error_code="label",
                violation_error_message=_("Bitte angeben, was die Zahl bedeutet."),
            ),
            # The place is the source of the figure: without it nobody finds what was printed.
            models.CheckConstraint(
                condition=~Q(place__regex=r"^\s*$"),
                name="funding_printedfigure_has_place",
                violation_error_code="place",
                violation_error_message=_("Bitte angeben, wo in der Vorlage die Zahl steht."),
            ),
            known_values("funding_printedfigure_known_unit", "unit", PrintedUnit.values),
            known_values("funding_printedfigure_known_part", "part", ["", *Covers.values]),
            known_values("funding_printedfigure_known_reason", "reason_kind", ["", *ReasonKind.values]),
            whole_cents("funding_printedfigure_whole_cents"),
            not_negative("funding_printedfigure_not_negative"),
            # What is not printed has no amount; what is computed for no year has no figure.
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | ~Q(printed__regex=r"^\s*$"),
                name="funding_printedfigure_amount_is_printed",
                violation_error_code="amount",
                violation_error_message=_("Wo nichts gedruckt ist, gibt es keine Zahl."),
            ),
            models.CheckConstraint(
                condition=Q(figure_key="", ledger_account="") | Q(fiscal_year__isnull=False),
                name="funding_printedfigure_target_has_year",
                violation_error_code="fiscal_year",
                violation_error_message=_("Eine gerechnete Zahl gehört zu einem Haushaltsjahr. Bitte angeben."),
            ),
            models.CheckConstraint(
                condition=Q(figure_key="") | Q(ledger_account=""),
                name="funding_printedfigure_one_target",
                violation_error_code="ledger_account",
                violation_error_message=_("Bitte eine gerechnete Zahl oder ein Sachkonto angeben, nicht beides."),
            ),
            known_year("funding_printedfigure_known_year"),
            # A kind without words explains nothing, words without a kind belong to nothing.
            models.CheckConstraint(
                condition=(Q(reason_kind="") & Q(reason__regex=r"^\s*$"))
                | (~Q(reason_kind="") & ~Q(reason__regex=r"^\s*$")),
                name="funding_printedfigure_reason_is_whole",
                violation_error_code="reason",
                violation_error_message=_("Grund und Begründung gehören zusammen: bitte beide angeben oder keins."),
            ),
        ]

    def __str__(self) -> str:
        """Return what it is about."""
        return self.label
