"""A funded programme of the city: modules, funded positions, material lines, accounts."""

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from funding.calculation.inputs import MaterialKind
from kim.fields import DayField, FteField, MoneyField
from kim.figures import Status
from kim.models import (
    STATUS_CHOICES,
    Dated,
    Sourced,
    known_values,
    known_year,
    no_overlap,
    not_negative,
    whole_cents,
)
from kim.rounding import Direction
from kim.versions import COUNT_CHANGES
from kim.years import Proration
from staffing.models import Position, Provider


@pghistory.track()
class Municipality(models.Model):
    """The recipient of grants (Kommune)."""

    name = models.CharField(_("Name"), max_length=120, unique=True)
    slug = models.SlugField(_("Kurzname"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("Kommune")
        verbose_name_plural = _("Kommunen")

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class BudgetStatus(models.TextChoices):
    """How far the budget of a year has come (§§ 80 to 82 GO NRW, § 25 KomHVO NRW)."""

    DRAFT = "draft", _("Entwurf")
    ADOPTED = "adopted", _("beschlossen")
    IN_FORCE = "in_force", _("in Kraft")
    PROVISIONAL = "provisional", _("vorläufige Haushaltsführung")
    FROZEN = "frozen", _("Haushaltssperre")


@pghistory.track()
class BudgetYear(models.Model):
    """The budget of one fiscal year of a municipality; without a row it is a draft."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="budget_years")
    fiscal_year = models.PositiveSmallIntegerField(_("Haushaltsjahr"))
    status = models.CharField(_("Stand"), max_length=20, choices=BudgetStatus.choices, default=BudgetStatus.DRAFT)

    class Meta:
        verbose_name = _("Haushaltsjahr")
        verbose_name_plural = _("Haushaltsjahre")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["municipality", "fiscal_year"],
                name="funding_budgetyear_once",
                violation_error_code="fiscal_year",
                violation_error_message=_("Dieses Haushaltsjahr gibt es schon."),
            ),
            known_year("funding_budgetyear_known_year"),
        ]

    def __str__(self) -> str:
        """Return the year and its status."""
        return f"{self.fiscal_year}: {self.get_status_display()}"


@pghistory.track()
class Programme(models.Model):
    """A state programme as the city takes part in it: term, planning years, cost object, part-year rule."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="programmes")
    slug = models.SlugField(_("Kurzname"), max_length=60, unique=True)
    name = models.CharField(_("Name"), max_length=200)
    short_name = models.CharField(_("Kurzbezeichnung"), max_length=60)
    grantor = models.CharField(_("Fördergeber"), max_length=120)
    limited_until = DayField(
        _("befristet bis"),
        null=True,
        blank=True,
        help_text=_("Ende des Förderzeitraums nach geltendem Recht. Leer: unbefristet"),
    )
    limited_until_source = models.CharField(_("Quelle der Befristung"), max_length=500)
    internal_order = models.CharField(_("Innenauftrag"), max_length=30)
    budget_year = models.PositiveSmallIntegerField(_("Haushaltsjahr der Entscheidung"))
    first_year = models.PositiveSmallIntegerField(_("erstes Planungsjahr"))
    last_year = models.PositiveSmallIntegerField(_("letztes Planungsjahr"))
    proration = models.CharField(
        _("Anteil eines Jahres"),
        max_length=20,
        default=Proration.TWELFTHS.value,
        choices=[
            (Proration.TWELFTHS.value, _("volle Monate (Zwölftel)")),
            (Proration.CALENDAR_DAYS.value, _("Kalendertage")),
            (Proration.NONE.value, _("ohne Kürzung")),
        ],
    )
    proration_source = models.CharField(_("Quelle der Zeitanteile"), max_length=500)
    proration_status = models.CharField(
        _("Beleg der Zeitanteile"), max_length=20, choices=STATUS_CHOICES, default=Status.ASSUMED.value
    )

    class Meta:
        verbose_name = _("Förderprogramm")
        verbose_name_plural = _("Förderprogramme")
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            known_values("funding_programme_known_proration", "proration", list(Proration)),
            known_values("funding_programme_known_status", "proration_status", list(Status)),
            models.CheckConstraint(
                condition=~Q(proration_source__regex=r"^\s*$"),
                name="funding_programme_has_proration_source",
                violation_error_code="proration_source",
                violation_error_message=_("Die Quelle fehlt. Bitte die Fundstelle angeben."),
            ),
            models.CheckConstraint(
                condition=Q(first_year__lte=F("budget_year"))
                & Q(budget_year__lte=F("last_year"))
                & Q(first_year__gte=2000, last_year__lte=2099)
                & Q(last_year__lte=F("first_year") + 30),
                name="funding_programme_years_in_order",
                violation_error_code="budget_year",
                violation_error_message=_(
                    "Das Haushaltsjahr der Entscheidung muss zwischen erstem und letztem Planungsjahr liegen "
                    "(2000 bis 2099, höchstens 31 Jahre)."
                ),
            ),
        ]

    def __str__(self) -> str:
        """Return the short name."""
        return self.short_name

    @property
    def years(self) -> range:
        """The planning years."""
        return range(self.first_year, self.last_year + 1)


@pghistory.track()
class RoundingRule(Sourced, Dated):
    """To which base and in which direction a paper rounds the expense it applies for."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="rounding_rules")
    base = MoneyField(_("Rundungsbasis"))
    direction = models.CharField(
        _("Richtung"),
        max_length=10,
        choices=[
            (Direction.UP.value, _("aufgerundet")),
            (Direction.NEAREST.value, _("kaufmännisch")),
            (Direction.DOWN.value, _("abgerundet")),
        ],
    )

    class Meta:
        verbose_name = _("Rundungsregel")
        verbose_name_plural = _("Rundungsregeln")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            *Dated.Meta.constraints,
            known_values("funding_roundingrule_known_direction", "direction", list(Direction)),
            whole_cents("funding_roundingrule_whole_cents", "base"),
            models.CheckConstraint(
                condition=Q(base__gt=0),
                name="funding_roundingrule_base_positive",
                violation_error_code="base",
                violation_error_message=_("Die Rundungsbasis muss größer als null sein."),
            ),
            no_overlap(
                "funding_roundingrule_no_overlap",
                "programme",
                message=_("Für diesen Zeitraum gibt es schon eine Rundungsregel."),
            ),
        ]

    def __str__(self) -> str:
        """Return base and direction."""
        return f"{self.base} {self.get_direction_display()}"


class AccountUse(models.TextChoices):
    """What a ledger account takes: the account is a second axis beside the funding module."""

    EXPENSE = "expense", _("Aufwendungen der Maßnahme")
    GRANT_POSITIONS = "grant_for_positions", _("Förderung für Stellen")
    GRANT_MATERIAL = "grant_for_material", _("Förderung für Sachkosten")


@pghistory.track()
class LedgerAccount(Sourced):
    """A ledger account (Sachkonto) the programme is planned on."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="ledger_accounts")
    number = models.CharField(_("Sachkonto"), max_length=20)
    use = models.CharField(_("nimmt auf"), max_length=30, choices=AccountUse.choices)

    class Meta:
        verbose_name = _("Sachkonto")
        verbose_name_plural = _("Sachkonten")
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            known_values("funding_ledgeraccount_known_use", "use", AccountUse.values),
            models.UniqueConstraint(
                fields=["programme", "use"],
                name="funding_ledgeraccount_one_per_use",
                violation_error_code="use",
                violation_error_message=_("Dafür ist schon ein Sachkonto eingetragen."),
            ),
        ]

    def __str__(self) -> str:
        """Return the number."""
        return self.number


class ModuleKind(models.TextChoices):
    """What a funding module pays for."""

    COORDINATION = "coordination", _("Koordination")
    CASE_MANAGEMENT = "case_management", _("Casemanagement")
    IMMIGRATION_OFFICE = "immigration_office", _("Ausländer- und Einbürgerungsbehörde")
    OTHER = "other", _("anderes")


class Instrument(models.TextChoices):
    """The legal form of the money."""

    GRANT = "grant", _("Zuwendung")
    EARMARKED_LUMP_SUM = "earmarked_lump_sum", _("fachbezogene Pauschale")


@pghistory.track()
class FundingModule(models.Model):
    """A module of the programme (Förderbaustein)."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="funding_modules")
    number = models.PositiveSmallIntegerField(_("Nummer"))
    kind = models.CharField(_("Art"), max_length=30, choices=ModuleKind.choices)
    name = models.CharField(_("Name"), max_length=160)
    instrument = models.CharField(_("Rechtsform"), max_length=30, choices=Instrument.choices)
    minimum_fte = FteField(
        _("kleinster förderfähiger Stellenanteil"), null=True, blank=True, help_text=_("Leer: keine Untergrenze")
    )
    minimum_fte_source = models.CharField(_("Quelle der Untergrenze"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("Förderbaustein")
        verbose_name_plural = _("Förderbausteine")
        ordering: ClassVar[list[str]] = ["programme", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["programme", "number"],
                name="funding_fundingmodule_number_once",
                violation_error_code="number",
                violation_error_message=_("Diese Nummer hat schon ein anderer Förderbaustein."),
            ),
            models.CheckConstraint(
                condition=Q(minimum_fte__isnull=True) | (Q(minimum_fte__gt=0) & ~Q(minimum_fte_source__regex=r"^\s*$")),
                name="funding_fundingmodule_minimum_with_source",
                violation_error_code="minimum_fte_source",
                violation_error_message=_("Eine Untergrenze muss größer als 0 sein und braucht eine Quelle."),
            ),
        ]

    def __str__(self) -> str:
        """Return number and name."""
        return f"{self.number} {self.name}"


@pghistory.track()
class FundedPosition(Sourced, Dated):
    """A position that a grant rule of a funding module pays for, from when to when."""

    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="funded", verbose_name=_("Stelle"))
    # The module follows from the rule, so the two can never contradict each other.
    grant_rule = models.ForeignKey(
        "funding.GrantRule", on_delete=models.PROTECT, related_name="funded_positions", verbose_name=_("Förderregel")
    )

    class Meta:
        verbose_name = _("Geförderte Stelle")
        verbose_name_plural = _("Geförderte Stellen")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            *Dated.Meta.constraints,
            # TIntG § 9 (4): no position is funded twice for the same time.
            no_overlap(
                "funding_fundedposition_no_overlap",
                "position",
                message=_("Diese Stelle wird in diesem Zeitraum schon gefördert. Eine Doppelförderung ist unzulässig."),
            ),
        ]

    def __str__(self) -> str:
        """Return the position and the start."""
        return f"{self.position_id} ab {self.valid_from}"


@pghistory.track()
class MaterialLine(models.Model):
    """Material cost of a funding module: workplaces per FTE, or measures as a flat amount."""

    funding_module = models.ForeignKey(
        FundingModule, on_delete=models.CASCADE, related_name="material_lines", verbose_name=_("Förderbaustein")
    )
    kind = models.CharField(
        _("Art"),
        max_length=20,
        choices=[
            (MaterialKind.WORKPLACE.value, _("Sachausgaben für Personal (Arbeitsplätze)")),
            (MaterialKind.MEASURES.value, _("Maßnahmen")),
        ],
    )
    name = models.CharField(_("Bezeichnung"), max_length=160)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+", verbose_name=_("Träger"))
    per_fte = models.BooleanField(_("je Vollzeitstelle"), default=False)
    grant_rule = models.OneToOneField(
        "funding.GrantRule",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="material_line",
        verbose_name=_("Förderregel"),
        help_text=_("Leer: wird nicht gefördert"),
    )

    class Meta:
        verbose_name = _("Sachkosten")
        verbose_name_plural = _("Sachkosten")
        ordering: ClassVar[list[str]] = ["funding_module", "kind", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            known_values("funding_materialline_known_kind", "kind", list(MaterialKind)),
            models.UniqueConstraint(
                fields=["funding_module", "name"],
                name="funding_materialline_name_once",
                violation_error_code="name",
                violation_error_message=_("Sachkosten mit dieser Bezeichnung gibt es in diesem Baustein schon."),
            ),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


@pghistory.track()
class MaterialCost(Sourced):
    """What a material line costs in a fiscal year: per FTE where the line says so, else in total (euros)."""

    material_line = models.ForeignKey(
        MaterialLine, on_delete=models.CASCADE, related_name="costs", verbose_name=_("Sachkosten")
    )
    fiscal_year = models.PositiveSmallIntegerField(_("Haushaltsjahr"))
    amount = MoneyField(_("Betrag"))
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = [COUNT_CHANGES]
        verbose_name = _("Jahresbetrag der Sachkosten")
        verbose_name_plural = _("Jahresbeträge der Sachkosten")
        ordering: ClassVar[list[str]] = ["material_line", "fiscal_year"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            models.UniqueConstraint(
                fields=["material_line", "fiscal_year"],
                name="funding_materialcost_once_a_year",
                violation_error_code="fiscal_year",
                violation_error_message=_("Für dieses Haushaltsjahr gibt es schon einen Betrag."),
            ),
            whole_cents("funding_materialcost_whole_cents"),
            not_negative("funding_materialcost_not_negative"),
            known_year("funding_materialcost_known_year"),
        ]

    def __str__(self) -> str:
        """Return line and year."""
        return f"{self.material_line_id}: {self.fiscal_year}"
