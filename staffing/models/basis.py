"""How the cost of a position is found where nobody declared it, and pay rises for everybody: rows with a source."""

from typing import Any, ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kim.fields import DayField, MoneyField
from kim.models import Sourced, WholeCents, known_values, known_year, not_negative, rate_in_range, whole_cents
from kim.rates import RateField
from staffing.calculation.basis import BasisKind
from staffing.calculation.pay import law
from staffing.models.pay import Tariff, known_group
from staffing.models.position import Position


class PositionBasisKind(models.TextChoices):
    """How a yearly cost is found."""

    PAY_TABLE = BasisKind.PAY_TABLE.value, _("Entgelttabelle (TVöD)")
    WORKPLACE_FLAT = BasisKind.WORKPLACE_FLAT.value, _("Pauschale je Vollzeitstelle")
    PROVIDER_TARIFF = BasisKind.PROVIDER_TARIFF.value, _("Tarif des Trägers (Jahresbetrag)")
    CIVIL_SERVANT = BasisKind.CIVIL_SERVANT.value, _("Beamtin oder Beamter (Jahresbetrag)")


# What only a pay table takes; every other basis has an amount instead.
OF_A_TABLE = ("step_since", "supplementary_pension", "u2", "workplace_flat", "overhead")
NO_RISE = 0
# What the API calls a cost that somebody entered; it stands before every basis.
DECLARED = "declared"


def _only_for_a_table(field: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(basis=BasisKind.PAY_TABLE) | Q(**{f"{field}__isnull": True}),
        name=f"staffing_positionbasis_{field}_fits",
        violation_error_code=field,
        violation_error_message=_("Das gehört nur zu einer Entgelttabelle. Bitte leer lassen."),
    )


def _needed_by_a_table(field: str, empty: Any, message: Any) -> models.CheckConstraint:
    """Require ``field`` for a pay table and refuse it for everything else."""
    is_empty = Q(**{f"{field}__isnull": True}) if empty is None else Q(**{field: empty})
    return models.CheckConstraint(
        condition=(Q(basis=BasisKind.PAY_TABLE) & ~is_empty) | (~Q(basis=BasisKind.PAY_TABLE) & is_empty),
        name=f"staffing_positionbasis_{field}_fits",
        violation_error_code=field,
        violation_error_message=message,
    )


@pghistory.track()
class PositionBasis(Sourced):
    """How a position's yearly cost is found from a fiscal year on, until the next row: table, flat or yearly amount."""

    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="bases", verbose_name=_("Stelle"))
    first_year = models.PositiveSmallIntegerField(_("ab Haushaltsjahr"))
    basis = models.CharField(_("Kostenbasis"), max_length=20, choices=PositionBasisKind.choices)
    tariff = models.CharField(_("Tabelle"), max_length=20, choices=Tariff.choices, blank=True)
    pay_group = models.CharField(
        _("Entgeltgruppe"), max_length=5, blank=True, help_text=_("Zum Beispiel E10, E9b, S12")
    )
    pay_step = models.PositiveSmallIntegerField(_("Stufe"), null=True, blank=True, help_text=_("1 bis 6"))
    step_since = DayField(
        _("in dieser Stufe seit"), null=True, blank=True, help_text=_("Leer: die Stufe bleibt, wie sie ist")
    )
    supplementary_pension = RateField(
        _("Zusatzversorgung in Prozent"), null=True, blank=True, help_text=_("Leer: der Satz der Arbeitgeberkosten")
    )
    u2 = RateField(_("Umlage U2 in Prozent"), null=True, blank=True, help_text=_("Leer: keine"))
    workplace_flat = MoneyField(
        _("Arbeitsplatz je Vollzeitstelle und Jahr"),
        null=True,
        blank=True,
        help_text=_("Leer lassen, wenn Arbeitsplätze schon unter Sachkosten stehen"),
    )
    overhead = RateField(_("Gemeinkosten in Prozent"), null=True, blank=True, help_text=_("Leer: keine"))
    amount = MoneyField(
        _("Betrag im Jahr"),
        null=True,
        blank=True,
        help_text=_("Pauschale: je Vollzeitstelle; sonst für den Stellenanteil dieser Stelle"),
    )
    tariff_name = models.CharField(
        _("Tarif des Trägers"), max_length=60, blank=True, help_text=_("Zum Beispiel AVR Caritas, Anlage 33, S 12")
    )

    class Meta(Sourced.Meta):
        abstract = False
        verbose_name = _("Kostenbasis einer Stelle")
        verbose_name_plural = _("Kostenbasen der Stellen")
        ordering: ClassVar[list[str]] = ["position", "first_year"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            # From one year on a position has one basis; a second one would leave open which of them counts.
            models.UniqueConstraint(
                fields=["position", "first_year"],
                name="staffing_positionbasis_once_a_year",
                violation_error_code="first_year",
                violation_error_message=_("Ab diesem Haushaltsjahr hat die Stelle schon eine Kostenbasis."),
            ),
            known_values("staffing_positionbasis_known_basis", "basis", PositionBasisKind.values),
            known_values("staffing_positionbasis_known_tariff", "tariff", ["", *Tariff.values]),
            known_group("staffing_positionbasis_known_group", may_be_empty=True),
            known_year("staffing_positionbasis_known_year", "first_year"),
            models.CheckConstraint(
                condition=Q(pay_step__isnull=True) | Q(pay_step__gte=law.FIRST_STEP, pay_step__lte=law.LAST_STEP),
                name="staffing_positionbasis_known_step",
                violation_error_code="pay_step",
                violation_error_message=_("Bitte eine Stufe von 1 bis 6 angeben."),
            ),
            _needed_by_a_table(
                "tariff", "", _("Zu einer Entgelttabelle gehört, welche es ist; sonst bitte leer lassen.")
            ),
            _needed_by_a_table(
                "pay_group", "", _("Zu einer Entgelttabelle gehört die Gruppe; sonst bitte leer lassen.")
            ),
            _needed_by_a_table(
                "pay_step", None, _("Zu einer Entgelttabelle gehört die Stufe; sonst bitte leer lassen.")
            ),
            *(_only_for_a_table(field) for field in OF_A_TABLE),
            models.CheckConstraint(
                condition=(Q(basis=BasisKind.PAY_TABLE) & Q(amount__isnull=True))
                | (~Q(basis=BasisKind.PAY_TABLE) & Q(amount__isnull=False)),
                name="staffing_positionbasis_amount_fits",
                violation_error_code="amount",
                violation_error_message=_("Bitte den Betrag angeben; nur bei einer Entgelttabelle bleibt er leer."),
            ),
            models.CheckConstraint(
                condition=(Q(basis=BasisKind.PROVIDER_TARIFF) & ~Q(tariff_name__regex=r"^\s*$"))
                | (~Q(basis=BasisKind.PROVIDER_TARIFF) & Q(tariff_name="")),
                name="staffing_positionbasis_tariff_name_fits",
                violation_error_code="tariff_name",
                violation_error_message=_("Beim Tarif eines Trägers bitte nennen, welcher es ist; sonst leer lassen."),
            ),
            whole_cents("staffing_positionbasis_whole_cents"),
            not_negative("staffing_positionbasis_not_negative"),
            whole_cents("staffing_positionbasis_flat_whole_cents", "workplace_flat"),
            not_negative("staffing_positionbasis_flat_not_negative", "workplace_flat"),
            *(
                rate_in_range(f"staffing_positionbasis_{field}_in_range", field)
                for field in ("supplementary_pension", "u2", "overhead")
            ),
        ]

    def __str__(self) -> str:
        """Return position, basis and first year."""
        return f"{self.position_id}: {self.basis} ab {self.first_year}"


@pghistory.track()
class PayRise(Sourced):
    """One pay rise, agreed or expected: it belongs to the law, so it touches every position of every programme."""

    name = models.CharField(_("Bezeichnung"), max_length=80, help_text=_("Zum Beispiel Tarifrunde 2025"))
    tariff = models.CharField(
        _("Tabelle"), max_length=20, choices=Tariff.choices, blank=True, help_text=_("Leer: beide Tabellen")
    )
    first_day = DayField(_("ab dem Tag"))
    percent = RateField(_("Erhöhung in Prozent"))
    minimum = MoneyField(
        _("mindestens im Monat"), null=True, blank=True, help_text=_("Je Vollzeitstelle; leer: kein Mindestbetrag")
    )
    applies_to_declared = models.BooleanField(
        _("erhöht auch erfasste Jahresbeträge"),
        default=False,
        help_text=_("Nur wenn die erfassten Beträge diese Erhöhung noch nicht enthalten"),
    )

    class Meta(Sourced.Meta):
        abstract = False
        verbose_name = _("Tariferhöhung")
        verbose_name_plural = _("Tariferhöhungen")
        ordering: ClassVar[list[str]] = ["first_day", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            # The same rise twice would count twice.
            models.UniqueConstraint(
                fields=["tariff", "first_day"],
                name="staffing_payrise_once_a_day",
                violation_error_code="first_day",
                violation_error_message=_("Ab diesem Tag gibt es für diese Tabelle schon eine Tariferhöhung."),
            ),
            known_values("staffing_payrise_known_tariff", "tariff", ["", *Tariff.values]),
            models.CheckConstraint(
                condition=Q(first_day__gte="2000-01-01", first_day__lte="2099-12-31"),
                name="staffing_payrise_known_day",
                violation_error_code="first_day",
                violation_error_message=_("Bitte einen Tag von 2000 bis 2099 angeben."),
            ),
            rate_in_range("staffing_payrise_percent_in_range", "percent"),
            models.CheckConstraint(
                condition=Q(minimum__isnull=True)
                | (Q(minimum=WholeCents(F("minimum"))) & Q(minimum__gt=0, minimum__lt=10**12)),
                name="staffing_payrise_minimum_in_range",
                violation_error_code="minimum",
                violation_error_message=_(
                    "Der Mindestbetrag muss ein voller Centbetrag über 0,00 € und unter einer Billion Euro sein."
                ),
            ),
            models.CheckConstraint(
                condition=Q(percent__gt=NO_RISE) | Q(minimum__isnull=False),
                name="staffing_payrise_raises_something",
                violation_error_code="percent",
                violation_error_message=_("Bitte einen Prozentsatz über 0 oder einen Mindestbetrag angeben."),
            ),
            # A declared amount knows no month, so it can only be raised by a percentage.
            models.CheckConstraint(
                condition=Q(applies_to_declared=False) | Q(percent__gt=NO_RISE),
                name="staffing_payrise_declared_needs_percent",
                violation_error_code="applies_to_declared",
                violation_error_message=_("Erfasste Jahresbeträge lassen sich nur um einen Prozentsatz erhöhen."),
            ),
        ]

    def __str__(self) -> str:
        """Return name and first day."""
        return f"{self.name} ab {self.first_day:%d.%m.%Y}"
