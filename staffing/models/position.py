"""Providers, positions and their yearly cost. A position is a planned place; a person is never named or stored."""

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kim.fields import DayField, FteField, MoneyField
from kim.models import Sourced, known_values, known_year, not_negative, whole_cents
from kim.versions import COUNT_CHANGES


class ProviderKind(models.TextChoices):
    """Who employs: the city itself, or a welfare association that gets the money forwarded."""

    DEPARTMENT = "department", _("Stadt")
    ASSOCIATION = "association", _("Träger der Freien Wohlfahrt")


@pghistory.track()
class Provider(models.Model):
    """Who employs the people on positions (Träger): a city department or a welfare association."""

    name = models.CharField(
        _("Name"),
        max_length=120,
        unique=True,
        error_messages={
            "unique": _("Einen Träger mit diesem Namen gibt es schon."),
        },
    )
    slug = models.SlugField(_("Kurzname"), max_length=60, unique=True)
    kind = models.CharField(_("Art"), max_length=20, choices=ProviderKind.choices)

    class Meta:
        verbose_name = _("Träger")
        verbose_name_plural = _("Träger")
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(kind__in=ProviderKind.values),
                name="staffing_provider_known_kind",
                violation_error_code="kind",
                violation_error_message=_("Diese Art von Träger gibt es nicht."),
            ),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class StartPrecision(models.TextChoices):
    """How exactly a start is known: papers say "01.01.2022", "voraussichtlich im Oktober", "01.12. oder 01.01."."""

    DAY = "day", _("auf den Tag")
    MONTH = "month", _("auf den Monat")
    RANGE = "range", _("in einem Zeitraum")


@pghistory.track()
class Position(models.Model):
    """A planned place with its share of a full-time position; it may be vacant, and it exists without a grant."""

    reference = models.CharField(
        _("Stellennummer"),
        max_length=30,
        unique=True,
        error_messages={
            "unique": _("Diese Stellennummer ist schon vergeben."),
        },
    )
    title = models.CharField(_("Bezeichnung"), max_length=160)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="positions", verbose_name=_("Träger"))
    fte = FteField(_("Stellenanteil (VZÄ)"))
    is_group = models.BooleanField(
        _("Sammelstelle"), default=False, help_text=_("Fasst mehrere gleiche Stellen zusammen; nur dann über 1,0.")
    )
    planned_from = DayField(_("geplant ab"))
    planned_until = DayField(_("geplant bis"), null=True, blank=True, help_text=_("Leer: unbefristet"))
    filled_from = DayField(_("besetzt ab"), null=True, blank=True, help_text=_("Leer: noch nicht bekannt"))
    filled_from_latest = DayField(
        _("besetzt spätestens ab"), null=True, blank=True, help_text=_("Nur bei einem Zeitraum")
    )
    filled_from_precision = models.CharField(
        _("Genauigkeit"), max_length=10, choices=StartPrecision.choices, default=StartPrecision.DAY
    )
    filled_confirmed = models.BooleanField(_("Besetzung bestätigt"), default=False)

    class Meta:
        verbose_name = _("Stelle")
        verbose_name_plural = _("Stellen")
        ordering: ClassVar[list[str]] = ["reference"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # One position is at most one full-time place; only a group position stands for several.
            models.CheckConstraint(
                condition=Q(fte__gt=0) & (Q(fte__lte=1) | Q(is_group=True, fte__lte=99)),
                name="staffing_position_fte_in_range",
                violation_error_code="fte",
                violation_error_message=_(
                    "Der Stellenanteil muss größer als 0 und höchstens 1,0 sein (Sammelstellen: höchstens 99)."
                ),
            ),
            models.CheckConstraint(
                condition=Q(planned_until__isnull=True) | Q(planned_until__gte=F("planned_from")),
                name="staffing_position_ends_after_start",
                violation_error_code="planned_until",
                violation_error_message=_("Das Ende der Stelle liegt vor ihrem Beginn."),
            ),
            known_values("staffing_position_known_precision", "filled_from_precision", StartPrecision.values),
            # A latest start belongs to a range, and a range needs both ends.
            models.CheckConstraint(
                condition=(Q(filled_from_latest__isnull=True) & ~Q(filled_from_precision=StartPrecision.RANGE))
                | (
                    Q(filled_from_precision=StartPrecision.RANGE)
                    # Named one by one: a comparison with nothing is unknown, and a constraint lets the unknown pass.
                    & Q(filled_from__isnull=False, filled_from_latest__isnull=False)
                    & Q(filled_from_latest__gte=F("filled_from"))
                ),
                name="staffing_position_range_has_both_ends",
                violation_error_code="filled_from_latest",
                violation_error_message=_("Ein Zeitraum der Besetzung braucht Beginn und spätestes Datum."),
            ),
        ]

    def __str__(self) -> str:
        """Return title and reference."""
        return f"{self.title} ({self.reference})"


@pghistory.track()
class PositionCost(Sourced):
    """What a position costs in a fiscal year, as declared (euros)."""

    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="costs", verbose_name=_("Stelle"))
    fiscal_year = models.PositiveSmallIntegerField(_("Haushaltsjahr"))
    amount = MoneyField(_("Personalkosten im Jahr"))
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta(Sourced.Meta):
        abstract = False
        triggers: ClassVar[list[pgtrigger.Trigger]] = [COUNT_CHANGES]
        verbose_name = _("Jahreskosten einer Stelle")
        verbose_name_plural = _("Jahreskosten der Stellen")
        ordering: ClassVar[list[str]] = ["position", "fiscal_year"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            # A position has one cost per year; a second entry would be counted twice.
            models.UniqueConstraint(
                fields=["position", "fiscal_year"],
                name="staffing_positioncost_once_a_year",
                violation_error_code="fiscal_year",
                violation_error_message=_("Für diese Stelle und dieses Haushaltsjahr gibt es schon einen Betrag."),
            ),
            whole_cents("staffing_positioncost_whole_cents"),
            not_negative("staffing_positioncost_not_negative"),
            known_year("staffing_positioncost_known_year"),
        ]

    def __str__(self) -> str:
        """Return position and year."""
        return f"{self.position_id}: {self.fiscal_year}"
