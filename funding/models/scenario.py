"""Scenarios as data: named sets of dated overrides with reasons, never a branch in code."""

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from funding.calculation.inputs import Parameter
from funding.models.programme import Programme
from kim.fields import DayField
from kim.models import Sourced
from staffing.models import Provider

Constraints = ClassVar[list[models.BaseConstraint]]


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
        constraints: Constraints = [
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


@pghistory.track()
class ScenarioOverride(Sourced):
    """One parameter that a scenario sets to another date; the source is its reason."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="overrides")
    parameter = models.CharField(
        _("Parameter"), max_length=30,
        choices=[
            (Parameter.GRANT_UNTIL.value, _("Förderung läuft bis")),
            (Parameter.POSITIONS_UNTIL.value, _("Stellen und Maßnahmen laufen bis")),
            (Parameter.TOP_UP_UNTIL.value, _("Aufstockung bei Trägern läuft bis")),
        ],
    )
    last_day = DayField(_("letzter Tag"), null=True, blank=True, help_text=_("Leer: bis auf Weiteres"))
    provider = models.ForeignKey(
        Provider, null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("nur bei Träger")
    )

    class Meta:
        verbose_name = _("Abweichung eines Szenarios")
        verbose_name_plural = _("Abweichungen eines Szenarios")
        ordering: ClassVar[list[str]] = ["scenario", "parameter"]
        constraints: Constraints = [
            *Sourced.Meta.constraints,
            models.UniqueConstraint(
                fields=["scenario", "parameter", "provider"],
                nulls_distinct=False,
                name="funding_scenariooverride_once",
                violation_error_code="parameter",
                violation_error_message=_("Diesen Parameter setzt das Szenario schon."),
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
        """Return parameter and day."""
        return f"{self.parameter}: {self.last_day}"
