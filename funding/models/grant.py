"""What the state grants: rules with lump sums and caps by date, awards; and what the city puts beside it."""

from collections.abc import Collection
from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from funding.calculation.rules import Basis
from funding.models.programme import FundingModule, Programme
from kim.fields import DayField, MoneyField
from kim.models import (
    Dated,
    DateRange,
    NoOverlap,
    Sourced,
    known_values,
    known_year,
    no_overlap,
    not_negative,
    whole_cents,
)


class Covers(models.TextChoices):
    """Which part of a module's grant a cap or award is about."""

    POSITIONS = "positions", _("Stellen")
    MATERIAL = "material", _("Sachkosten")


@pghistory.track()
class GrantRule(models.Model):
    """How the grant for one kind of position or material is found; its amounts are ``LumpSum`` rows by date."""

    funding_module = models.ForeignKey(
        FundingModule, on_delete=models.CASCADE, related_name="grant_rules", verbose_name=_("Förderbaustein")
    )
    name = models.CharField(_("Bezeichnung"), max_length=120)
    basis = models.CharField(
        _("Berechnung"),
        max_length=40,
        choices=[
            (Basis.PER_FTE_YEAR.value, _("Pauschale je Vollzeitstelle und Jahr")),
            (Basis.PER_POSITION_YEAR.value, _("feste Pauschale je Stelle und Jahr")),
            (Basis.FLAT_YEAR.value, _("fester Betrag je Jahr")),
            (Basis.MATERIAL_PER_FTE.value, _("Sachkostenpauschale je Vollzeitstelle und Jahr")),
        ],
    )
    limited_to_cost = models.BooleanField(
        _("höchstens die tatsächlichen Kosten"),
        default=False,
        help_text=_("Die Förderung übersteigt dann nie, was die Stelle oder Maßnahme kostet."),
    )

    class Meta:
        verbose_name = _("Förderregel")
        verbose_name_plural = _("Förderregeln")
        ordering: ClassVar[list[str]] = ["funding_module", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["funding_module", "name"],
                name="funding_grantrule_name_once",
                violation_error_code="name",
                violation_error_message=_("Eine Förderregel mit dieser Bezeichnung gibt es in diesem Baustein schon."),
            ),
            models.CheckConstraint(
                condition=Q(basis__in=[basis.value for basis in Basis]),
                name="funding_grantrule_known_basis",
                violation_error_code="basis",
                violation_error_message=_("Diese Berechnung gibt es nicht."),
            ),
        ]

    def __str__(self) -> str:
        """Return module and name."""
        return f"{self.funding_module.number} · {self.name}"


@pghistory.track()
class LumpSum(Sourced, Dated):
    """The amount of a grant rule (Pauschale) from a date on; a new one never rewrites earlier years."""

    grant_rule = models.ForeignKey(
        GrantRule, on_delete=models.CASCADE, related_name="lump_sums", verbose_name=_("Förderregel")
    )
    amount = MoneyField(_("Betrag"))

    class Meta:
        verbose_name = _("Pauschale")
        verbose_name_plural = _("Pauschalen")
        ordering: ClassVar[list[str]] = ["grant_rule", "valid_from"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            *Dated.Meta.constraints,
            whole_cents("funding_lumpsum_whole_cents"),
            not_negative("funding_lumpsum_not_negative"),
            # Two amounts for one day would make the grant depend on the order of rows.
            no_overlap(
                "funding_lumpsum_no_overlap",
                "grant_rule",
                message=_("Für diesen Zeitraum gibt es schon eine Pauschale. Bitte die ältere vorher enden lassen."),
            ),
        ]

    def __str__(self) -> str:
        """Return amount and start."""
        return f"{self.amount} ab {self.valid_from}"


@pghistory.track()
class Cap(Sourced, Dated):
    """The most that a funding module gets in a fiscal year ("bis zu")."""

    funding_module = models.ForeignKey(
        FundingModule, on_delete=models.CASCADE, related_name="caps", verbose_name=_("Förderbaustein")
    )
    covers = models.CharField(_("begrenzt"), max_length=20, choices=Covers.choices, default=Covers.POSITIONS)
    amount = MoneyField(_("Höchstbetrag im Jahr"))

    class Meta:
        verbose_name = _("Höchstbetrag")
        verbose_name_plural = _("Höchstbeträge")
        ordering: ClassVar[list[str]] = ["funding_module", "valid_from"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            *Dated.Meta.constraints,
            known_values("funding_cap_known_part", "covers", Covers.values),
            whole_cents("funding_cap_whole_cents"),
            not_negative("funding_cap_not_negative"),
            no_overlap(
                "funding_cap_no_overlap",
                "funding_module",
                "covers",
                message=_("Für diesen Zeitraum gibt es schon einen Höchstbetrag."),
            ),
        ]

    def __str__(self) -> str:
        """Return amount and start."""
        return f"{self.amount} ab {self.valid_from}"


@pghistory.track()
class GrantAward(Sourced):
    """What the state awarded (Zuwendungsbescheid). An amount overrides what the rule gives; both are kept.

    The award period is one year at a time; it is not the term of the programme. Amount and period stay empty where
    the notice is known but not public.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="awards")
    funding_module = models.ForeignKey(
        FundingModule,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="awards",
        verbose_name=_("Förderbaustein"),
        help_text=_("Leer: das ganze Programm"),
    )
    award_date = DayField(_("Datum des Bescheids"))
    reference = models.CharField(_("Aktenzeichen"), max_length=80, blank=True)
    covers = models.CharField(_("betrifft"), max_length=20, choices=Covers.choices, default=Covers.POSITIONS)
    period_start = DayField(_("Bewilligung von"), null=True, blank=True)
    period_end = DayField(_("Bewilligung bis"), null=True, blank=True)
    amount = MoneyField(_("bewilligter Betrag"), null=True, blank=True)
    amends = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="amended_by",
        verbose_name=_("ändert den Bescheid"),
    )
    is_superseded = models.BooleanField(_("durch Änderungsbescheid ersetzt"), default=False, editable=False)

    class Meta:
        verbose_name = _("Bescheid")
        verbose_name_plural = _("Bescheide")
        ordering: ClassVar[list[str]] = ["award_date"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount__isnull=True)
                | (Q(funding_module__isnull=False, period_start__isnull=False, period_end__isnull=False)),
                name="funding_grantaward_amount_has_place",
                violation_error_code="amount",
                violation_error_message=_("Ein bewilligter Betrag braucht Förderbaustein und Bewilligungszeitraum."),
            ),
            # Awards are for one fiscal year at a time; so an amount never has to be split over years.
            models.CheckConstraint(
                condition=Q(period_start__isnull=True, period_end__isnull=True)
                | (
                    # Named one by one: a comparison with nothing is unknown, and a constraint lets the unknown pass.
                    Q(period_start__isnull=False, period_end__isnull=False)
                    & Q(period_start__lte=F("period_end"))
                    & Q(period_end__year=F("period_start__year"))
                ),
                name="funding_grantaward_within_a_year",
                violation_error_code="period_end",
                violation_error_message=_(
                    "Der Bewilligungszeitraum muss mit Beginn und Ende in einem Haushaltsjahr liegen."
                ),
            ),
            known_values("funding_grantaward_known_part", "covers", Covers.values),
            whole_cents("funding_grantaward_whole_cents"),
            not_negative("funding_grantaward_not_negative"),
            # Two amounts in force for one day would make the grant depend on the order of rows.
            NoOverlap(
                name="funding_grantaward_no_overlap",
                violation_error_code="amends",
                expressions=[
                    (
                        DateRange(
                            "period_start", "period_end", RangeBoundary(inclusive_lower=True, inclusive_upper=True)
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    ("funding_module", RangeOperators.EQUAL),
                    ("covers", RangeOperators.EQUAL),
                ],
                condition=Q(amount__isnull=False, is_superseded=False),
                violation_error_message=_(
                    "Für diesen Baustein und Zeitraum gilt schon ein Bescheid. "
                    "Bitte angeben, welchen Bescheid er ändert."
                ),
            ),
        ]

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Check the constraints; no form has the mark of the superseded, but the one on overlap asks for it."""
        super().validate_constraints(exclude=set(exclude or ()) - {"is_superseded"})

    def __str__(self) -> str:
        """Return date and reference."""
        return f"{self.award_date} {self.reference}".strip()


class TopUpStage(models.TextChoices):
    """How far the city's own money for a year has come; what is *needed* is computed, never entered."""

    PLANNED = "planned", _("anzumelden")
    REGISTERED = "registered", _("angemeldet")
    ADOPTED = "adopted", _("beschlossen")


@pghistory.track()
class TopUp(Sourced):
    """What the city has put beside the grant for a fiscal year (Aufstockung)."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="top_ups")
    fiscal_year = models.PositiveSmallIntegerField(_("Haushaltsjahr"))
    stage = models.CharField(_("Stand"), max_length=20, choices=TopUpStage.choices)
    amount = MoneyField(_("Betrag"))

    class Meta:
        verbose_name = _("Aufstockung der Stadt")
        verbose_name_plural = _("Aufstockungen der Stadt")
        ordering: ClassVar[list[str]] = ["fiscal_year", "stage"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            models.UniqueConstraint(
                fields=["programme", "fiscal_year", "stage"],
                name="funding_topup_once",
                violation_error_code="stage",
                violation_error_message=_("Für dieses Haushaltsjahr gibt es schon einen Betrag mit diesem Stand."),
            ),
            known_values("funding_topup_known_stage", "stage", TopUpStage.values),
            whole_cents("funding_topup_whole_cents"),
            not_negative("funding_topup_not_negative"),
            known_year("funding_topup_known_year"),
        ]

    def __str__(self) -> str:
        """Return year and stage."""
        return f"{self.fiscal_year} {self.stage}"
