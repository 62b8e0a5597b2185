"""Scenarios as data: named sets of dated overrides with reasons, never a branch in code."""

from typing import Any, ClassVar

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from funding.calculation.inputs import (
    NEEDS_FIRST_DAY,
    NEEDS_FIRST_YEAR,
    NEEDS_LAST_DAY,
    NEEDS_PERCENT,
    NEEDS_POSITION,
    TAKES_LAST_DAY,
    Parameter,
)
from funding.models.programme import Programme
from funding.percents import LEAST, MOST, PercentField
from kim.fields import DayField
from kim.models import Sourced, WholeCents
from staffing.models import Position, Provider

# What is in force, with nothing set otherwise: every page starts from it.
IN_FORCE = "in-force"
# The fallback of item 2 of the founding paper: the grant ends and the city pays all.
GRANT_ENDS = "grant-ends"
# Papers, links and the committee's page name these; they can be changed, but neither go away nor change their name.
STANDARD = frozenset({IN_FORCE, "grant-continues", GRANT_ENDS, "top-up-ends", "positions-end"})

NOTHING_IN_FORCE = _(
    "Das geltende Recht hat keine Abweichungen: Es zeigt, was gilt. Bitte das Szenario kopieren und die Kopie ändern."
)


def _among(parameters: frozenset[Parameter]) -> Q:
    return Q(parameter__in=sorted(parameter.value for parameter in parameters))


def _exactly_for(field: str, parameters: frozenset[Parameter], message: Any) -> models.CheckConstraint:
    """Require ``field`` for these parameters and refuse it for all others."""
    return models.CheckConstraint(
        condition=(_among(parameters) & Q(**{f"{field}__isnull": False}))
        | (~_among(parameters) & Q(**{f"{field}__isnull": True})),
        name=f"funding_scenariooverride_{field}_fits",
        violation_error_code=field,
        violation_error_message=message,
    )


@pghistory.track()
class Scenario(models.Model):
    """A way the future may go, in the user's words."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="scenarios")
    slug = models.SlugField(_("Kurzname"), max_length=60)
    name = models.CharField(_("Name"), max_length=120)
    description = models.CharField(_("Beschreibung"), max_length=500, blank=True)
    order = models.PositiveSmallIntegerField(_("Reihenfolge"), default=0)

    class Meta:
        verbose_name = _("Szenario")
        verbose_name_plural = _("Szenarien")
        ordering: ClassVar[list[str]] = ["order", "slug"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["programme", "slug"],
                name="funding_scenario_slug_once",
                violation_error_code="slug",
                violation_error_message=_("Ein Szenario mit diesem Kurznamen gibt es schon."),
            ),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    @property
    def is_standard(self) -> bool:
        """Whether pages and papers rely on its short name."""
        return self.slug in STANDARD

    def clean(self) -> None:
        """Keep the short names that pages and papers rely on."""
        stored = type(self).objects.filter(pk=self.pk).values_list("slug", flat=True).first() if self.pk else None
        if stored in STANDARD and stored != self.slug:
            message = _("Der Kurzname „%(slug)s“ gehört zu den Standardszenarien und bleibt.") % {"slug": stored}
            raise ValidationError({"slug": message})


@pghistory.track()
class ScenarioOverride(Sourced):
    """One parameter that a scenario sets otherwise: a date, or a change in percent; the source is its reason."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="overrides")
    parameter = models.CharField(
        _("Parameter"),
        max_length=30,
        choices=[
            (Parameter.GRANT_UNTIL.value, _("Förderung läuft bis")),
            (Parameter.POSITIONS_UNTIL.value, _("Stellen und Maßnahmen laufen bis")),
            (Parameter.TOP_UP_UNTIL.value, _("Aufstockung bei Trägern läuft bis")),
            (Parameter.LUMP_SUM_PERCENT.value, _("Pauschalen ändern sich um Prozent")),
            (Parameter.CAP_PERCENT.value, _("Höchstbeträge ändern sich um Prozent")),
            (Parameter.COST_PERCENT.value, _("Personalkosten ändern sich um Prozent")),
            (Parameter.POSITION_FROM.value, _("Eine Stelle beginnt später")),
            (Parameter.POSITION_UNTIL.value, _("Eine Stelle endet früher")),
        ],
    )
    last_day = DayField(_("letzter Tag"), null=True, blank=True, help_text=_("Leer: bis auf Weiteres"))
    first_day = DayField(_("erster Tag"), null=True, blank=True)
    first_year = models.PositiveSmallIntegerField(_("ab Haushaltsjahr"), null=True, blank=True)
    percent = PercentField(_("Änderung in Prozent"), null=True, blank=True)
    provider = models.ForeignKey(
        Provider, null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("nur bei Träger")
    )
    position = models.ForeignKey(
        Position, null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("Stelle")
    )

    class Meta:
        verbose_name = _("Abweichung eines Szenarios")
        verbose_name_plural = _("Abweichungen eines Szenarios")
        ordering: ClassVar[list[str]] = ["scenario", "parameter"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Sourced.Meta.constraints,
            models.UniqueConstraint(
                fields=["scenario", "parameter", "provider", "position"],
                condition=~_among(NEEDS_PERCENT),
                nulls_distinct=False,
                name="funding_scenariooverride_once",
                violation_error_code="parameter",
                violation_error_message=_("Diesen Parameter setzt das Szenario schon."),
            ),
            # Several changes follow each other and multiply; two from the same day on would be one typed twice.
            models.UniqueConstraint(
                fields=["scenario", "parameter", "first_day", "first_year"],
                condition=_among(NEEDS_PERCENT),
                nulls_distinct=False,
                name="funding_scenariooverride_percent_once",
                violation_error_code="percent",
                violation_error_message=_("Ab diesem Zeitpunkt setzt das Szenario schon einen Prozentsatz."),
            ),
            _exactly_for("percent", NEEDS_PERCENT, _("Bitte angeben, um wie viel Prozent sich das ändert.")),
            _exactly_for("first_day", NEEDS_FIRST_DAY, _("Bitte angeben, ab welchem Tag das gilt.")),
            _exactly_for("first_year", NEEDS_FIRST_YEAR, _("Bitte angeben, ab welchem Haushaltsjahr das gilt.")),
            _exactly_for("position", NEEDS_POSITION, _("Bitte angeben, um welche Stelle es geht.")),
            models.CheckConstraint(
                condition=(Q(last_day__isnull=True) & ~_among(NEEDS_LAST_DAY))
                | (Q(last_day__isnull=False) & _among(TAKES_LAST_DAY)),
                name="funding_scenariooverride_last_day_fits",
                violation_error_code="last_day",
                violation_error_message=_("Bitte angeben, bis zu welchem Tag das gilt."),
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True)
                | (Q(percent=WholeCents(F("percent"))) & Q(percent__gte=LEAST, percent__lte=MOST) & ~Q(percent=0)),
                name="funding_scenariooverride_percent_in_range",
                violation_error_code="percent",
                violation_error_message=_(
                    "Der Prozentsatz muss zwischen -100 und 1.000 liegen, nicht null sein und höchstens zwei "
                    "Nachkommastellen haben."
                ),
            ),
            models.CheckConstraint(
                condition=Q(first_year__isnull=True) | Q(first_year__gte=2000, first_year__lte=2099),
                name="funding_scenariooverride_known_year",
                violation_error_code="first_year",
                violation_error_message=_("Bitte ein Haushaltsjahr von 2000 bis 2099 angeben."),
            ),
            models.CheckConstraint(
                condition=Q(provider__isnull=True) | Q(parameter=Parameter.TOP_UP_UNTIL.value),
                name="funding_scenariooverride_provider_fits",
                violation_error_code="provider",
                violation_error_message=_("Nur das Ende der Aufstockung lässt sich auf einen Träger beschränken."),
            ),
            models.CheckConstraint(
                condition=Q(parameter__in=[parameter.value for parameter in Parameter]),
                name="funding_scenariooverride_known_parameter",
                violation_error_code="parameter",
                violation_error_message=_("Diesen Parameter gibt es nicht."),
            ),
        ]

    def __str__(self) -> str:
        """Return parameter and value."""
        value = self.percent or self.first_day or self.last_day
        return f"{self.parameter}: {value}"

    def clean(self) -> None:
        """Refuse what would make the law in force anything else than the law in force."""
        if self.scenario_id and self.scenario.slug == IN_FORCE:
            raise ValidationError(NOTHING_IN_FORCE)
