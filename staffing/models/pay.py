"""Pay tables and what belongs to them, as dated rows with their source: what a month of full time costs the employer.

Every row names one group (or, empty, all groups of its tariff), so that the database itself can refuse two values for
the same day.
"""

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kim.fields import MoneyField
from kim.models import Dated, Sourced, YearRange, known_values, known_year, no_overlap, rate_in_range, whole_cents
from kim.rates import RateField
from staffing.calculation.pay import law

GROUP_FORM = r"^[A-Z]{1,2}[1-9][0-9]?[a-z]?$"
MOST_YEARS_OF_A_STEP = 20


class Tariff(models.TextChoices):
    """The tariffs whose tables the calculation knows."""

    E = law.Tariff.E.value, _("TVöD-VKA, Tabelle E")
    S = law.Tariff.S.value, _("TVöD-VKA, Tabelle S (Sozial- und Erziehungsdienst)")


def tariff_field() -> "models.CharField[str, str]":
    """Return the column of the tariff."""
    return models.CharField(_("Tarif"), max_length=20, choices=Tariff.choices)


def known_group(name: str, *, may_be_empty: bool = False) -> models.CheckConstraint:
    """Refuse what is no pay group: the letter of the table, a number, sometimes a small letter."""
    condition = Q(pay_group__regex=GROUP_FORM)
    return models.CheckConstraint(
        condition=condition | Q(pay_group="") if may_be_empty else condition,
        name=name,
        violation_error_code="pay_group",
        violation_error_message=_("Das ist keine Entgeltgruppe. Bitte so angeben: E9a, S8b, S12."),
    )


def positive_euros(name: str, field: str = "amount") -> models.CheckConstraint:
    """Refuse nothing and less."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__gt": 0}),
        name=name,
        violation_error_code=field,
        violation_error_message=_("Der Betrag muss größer als 0,00 € sein."),
    )


@pghistory.track()
class PayRate(Sourced, Dated):
    """One value of a pay table (Entgelttabelle): the monthly pay of full time in a group and step."""

    tariff = tariff_field()
    pay_group = models.CharField(_("Entgeltgruppe"), max_length=5)
    pay_step = models.PositiveSmallIntegerField(_("Stufe"))
    amount = MoneyField(_("Tabellenentgelt im Monat"))

    class Meta:
        verbose_name = _("Tabellenentgelt")
        verbose_name_plural = _("Tabellenentgelte")
        ordering: ClassVar[list[str]] = ["tariff", "valid_from", "pay_group", "pay_step"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            *Dated.Meta.constraints,
            known_values("staffing_payrate_known_tariff", "tariff", Tariff.values),
            known_group("staffing_payrate_known_group"),
            models.CheckConstraint(
                condition=Q(pay_step__gte=law.FIRST_STEP, pay_step__lte=law.LAST_STEP),
                name="staffing_payrate_known_step",
                violation_error_code="pay_step",
                violation_error_message=_("Bitte eine Stufe von 1 bis 6 angeben."),
            ),
            whole_cents("staffing_payrate_whole_cents"),
            positive_euros("staffing_payrate_positive"),
            # Two values for one day would make the cost of a position depend on the order of rows.
            no_overlap(
                "staffing_payrate_no_overlap",
                "tariff",
                "pay_group",
                "pay_step",
                message=_("Für diese Gruppe, Stufe und Zeit gibt es schon ein Tabellenentgelt."),
            ),
        ]

    def __str__(self) -> str:
        """Return group, step and start."""
        return f"{self.pay_group}/{self.pay_step} ab {self.valid_from:%d.%m.%Y}"


@pghistory.track()
class StepDuration(Sourced, Dated):
    """How many years somebody stays in steps 1 to 5 (Stufenlaufzeit); one row holds all five."""

    tariff = tariff_field()
    pay_group = models.CharField(
        _("Entgeltgruppe"), max_length=5, blank=True, help_text=_("Leer: alle Gruppen der Tabelle ohne eigene Zeile")
    )
    step_1 = models.PositiveSmallIntegerField(_("Jahre in Stufe 1"))
    step_2 = models.PositiveSmallIntegerField(_("Jahre in Stufe 2"))
    step_3 = models.PositiveSmallIntegerField(_("Jahre in Stufe 3"))
    step_4 = models.PositiveSmallIntegerField(_("Jahre in Stufe 4"))
    step_5 = models.PositiveSmallIntegerField(_("Jahre in Stufe 5"))

    class Meta:
        verbose_name = _("Stufenlaufzeit")
        verbose_name_plural = _("Stufenlaufzeiten")
        ordering: ClassVar[list[str]] = ["tariff", "pay_group", "valid_from"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            *Dated.Meta.constraints,
            known_values("staffing_stepduration_known_tariff", "tariff", Tariff.values),
            known_group("staffing_stepduration_known_group", may_be_empty=True),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__gte": 1, f"{name}__lte": MOST_YEARS_OF_A_STEP}),
                    name=f"staffing_stepduration_known_{name}",
                    violation_error_code=name,
                    violation_error_message=_("Bitte ganze Jahre von 1 bis 20 angeben."),
                )
                for name in ("step_1", "step_2", "step_3", "step_4", "step_5")
            ),
            no_overlap(
                "staffing_stepduration_no_overlap",
                "tariff",
                "pay_group",
                message=_("Für diese Gruppe und Zeit gibt es schon Laufzeiten. Bitte die älteren vorher enden lassen."),
            ),
        ]

    def __str__(self) -> str:
        """Return tariff, group and start."""
        return f"{self.tariff} {self.pay_group} ab {self.valid_from:%d.%m.%Y}"

    @property
    def years(self) -> tuple[int, ...]:
        """Years in steps 1 to 5."""
        return self.step_1, self.step_2, self.step_3, self.step_4, self.step_5


@pghistory.track()
class Allowance(Sourced, Dated):
    """A monthly amount of full time beside the table (SuE-Zulage)."""

    tariff = tariff_field()
    pay_group = models.CharField(
        _("Entgeltgruppe"), max_length=5, blank=True, help_text=_("Leer: alle Gruppen der Tabelle ohne eigene Zeile")
    )
    amount = MoneyField(_("Zulage im Monat"))

    class Meta:
        verbose_name = _("Zulage")
        verbose_name_plural = _("Zulagen")
        ordering: ClassVar[list[str]] = ["tariff", "pay_group", "valid_from"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            *Dated.Meta.constraints,
            known_values("staffing_allowance_known_tariff", "tariff", Tariff.values),
            known_group("staffing_allowance_known_group", may_be_empty=True),
            whole_cents("staffing_allowance_whole_cents"),
            positive_euros("staffing_allowance_positive"),
            no_overlap(
                "staffing_allowance_no_overlap",
                "tariff",
                "pay_group",
                message=_("Für diese Gruppe und Zeit gibt es schon eine Zulage. Bitte die ältere vorher enden lassen."),
            ),
        ]

    def __str__(self) -> str:
        """Return group, amount and start."""
        return f"{self.pay_group or self.tariff}: {self.amount} ab {self.valid_from:%d.%m.%Y}"


@pghistory.track()
class AnnualBonus(Sourced):
    """The percent of the annual bonus (Jahressonderzahlung, § 20 (VKA) TVöD) of a group, by calendar years."""

    tariff = tariff_field()
    pay_group = models.CharField(
        _("Entgeltgruppe"), max_length=5, blank=True, help_text=_("Leer: alle Gruppen der Tabelle ohne eigene Zeile")
    )
    percent = RateField(_("Prozent des Monatsentgelts"))
    first_year = models.PositiveSmallIntegerField(_("ab dem Jahr"))
    last_year = models.PositiveSmallIntegerField(
        _("bis zum Jahr"), null=True, blank=True, help_text=_("Leer: bis auf Weiteres")
    )

    class Meta:
        verbose_name = _("Jahressonderzahlung")
        verbose_name_plural = _("Jahressonderzahlungen")
        ordering: ClassVar[list[str]] = ["tariff", "pay_group", "first_year"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            known_values("staffing_annualbonus_known_tariff", "tariff", Tariff.values),
            known_group("staffing_annualbonus_known_group", may_be_empty=True),
            rate_in_range("staffing_annualbonus_rate_in_range", "percent"),
            known_year("staffing_annualbonus_known_year", "first_year"),
            models.CheckConstraint(
                condition=Q(last_year__isnull=True) | Q(last_year__gte=F("first_year"), last_year__lte=2099),
                name="staffing_annualbonus_ends_after_start",
                violation_error_code="last_year",
                violation_error_message=_("Das letzte Jahr liegt vor dem ersten oder nach 2099."),
            ),
            no_overlap(
                "staffing_annualbonus_no_overlap",
                "tariff",
                "pay_group",
                period=YearRange,
                ends=("first_year", "last_year"),
                message=_(
                    "Für diese Gruppe und Jahre gibt es schon einen Satz. Bitte den älteren vorher enden lassen."
                ),
            ),
        ]

    def __str__(self) -> str:
        """Return group, percent and first year."""
        return f"{self.pay_group or self.tariff}: {self.percent} % ab {self.first_year}"


RATE_COLUMNS = ("health", "health_extra", "care", "pension", "unemployment", "insolvency")
CEILING_COLUMNS = ("ceiling_health_care", "ceiling_pension_unemployment")
INSURANCE_COLUMNS = (*RATE_COLUMNS, *CEILING_COLUMNS)


@pghistory.track()
class SocialInsuranceRate(Sourced, Dated):
    """Whole contribution rates of social insurance in percent, and monthly ceilings in euros, of one time.

    ``from_memory`` names the columns that the source does not prove: they are assumptions whatever the row says.
    """

    health = RateField(_("Krankenversicherung, allgemeiner Satz"))
    health_extra = RateField(_("Krankenversicherung, durchschnittlicher Zusatzbeitrag"))
    care = RateField(_("Pflegeversicherung ohne Zuschlag für Kinderlose"))
    pension = RateField(_("Rentenversicherung"))
    unemployment = RateField(_("Arbeitslosenversicherung"))
    insolvency = RateField(_("Insolvenzgeldumlage (allein der Arbeitgeber; nicht die Stadt)"))
    ceiling_health_care = MoneyField(_("Bemessungsgrenze im Monat: Kranken- und Pflegeversicherung"))
    ceiling_pension_unemployment = MoneyField(_("Bemessungsgrenze im Monat: Renten- und Arbeitslosenversicherung"))
    from_memory = models.CharField(
        _("nicht belegte Spalten"),
        max_length=200,
        blank=True,
        help_text=_("Spaltennamen mit Leerzeichen dazwischen"),
    )

    class Meta:
        verbose_name = _("Beitragssätze der Sozialversicherung")
        verbose_name_plural = _("Beitragssätze der Sozialversicherung")
        ordering: ClassVar[list[str]] = ["valid_from"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            *Dated.Meta.constraints,
            *(rate_in_range(f"staffing_socialinsurancerate_{name}_in_range", name) for name in RATE_COLUMNS),
            whole_cents("staffing_socialinsurancerate_health_ceiling_cents", "ceiling_health_care"),
            positive_euros("staffing_socialinsurancerate_health_ceiling_positive", "ceiling_health_care"),
            whole_cents("staffing_socialinsurancerate_pension_ceiling_cents", "ceiling_pension_unemployment"),
            positive_euros("staffing_socialinsurancerate_pension_ceiling_positive", "ceiling_pension_unemployment"),
            models.CheckConstraint(
                condition=Q(from_memory__regex=rf"^(({'|'.join(INSURANCE_COLUMNS)})( |$))*$"),
                name="staffing_socialinsurancerate_known_columns",
                violation_error_code="from_memory",
                violation_error_message=_("Hier stehen nur Namen von Spalten dieser Zeile mit Leerzeichen dazwischen."),
            ),
            no_overlap(
                "staffing_socialinsurancerate_no_overlap",
                message=_("Für diese Zeit gibt es schon Beitragssätze. Bitte die älteren vorher enden lassen."),
            ),
        ]

    def __str__(self) -> str:
        """Return the start."""
        return f"ab {self.valid_from:%d.%m.%Y}"

    @property
    def unproved(self) -> list[str]:
        """What the columns are called that the source does not prove."""
        names = self.from_memory.split()
        return [str(field.verbose_name) for field in self._meta.concrete_fields if field.name in names]


@pghistory.track()
class SupplementaryPension(Sourced, Dated):
    """A part of what the employer pays to the supplementary pension fund (Zusatzversorgung), in percent of pay."""

    name = models.CharField(_("Bestandteil"), max_length=60, help_text=_("Zum Beispiel Umlage oder Sanierungsgeld"))
    percent = RateField(_("Prozent des Entgelts"))

    class Meta:
        verbose_name = _("Satz der Zusatzversorgung")
        verbose_name_plural = _("Sätze der Zusatzversorgung")
        ordering: ClassVar[list[str]] = ["valid_from", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            *Dated.Meta.constraints,
            rate_in_range("staffing_supplementarypension_rate_in_range", "percent"),
            no_overlap(
                "staffing_supplementarypension_no_overlap",
                "name",
                message=_("Für diesen Bestandteil und diese Zeit gibt es schon einen Satz."),
            ),
        ]

    def __str__(self) -> str:
        """Return name, percent and start."""
        return f"{self.name}: {self.percent} % ab {self.valid_from:%d.%m.%Y}"
