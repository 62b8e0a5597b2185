"""Forms of scenarios: name and description, and one form per parameter that shows exactly what it needs."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.calculation.inputs import (
    NEEDS_FIRST_DAY,
    NEEDS_FIRST_YEAR,
    NEEDS_LAST_DAY,
    NEEDS_PERCENT,
    NEEDS_POSITION,
    TAKES_LAST_DAY,
    Parameter,
)
from funding.models import Scenario, ScenarioOverride
from kim import formatting
from kim.figures import Status
from kim.models import User
from kim.rowforms import RowForm, YearFormField
from staffing.models import Position, Provider, ProviderKind

VALUES = ("position", "provider", "last_day", "first_day", "first_year", "percent")
# Addresses below the list of scenarios that are no scenario.
RESERVED = frozenset({"neu"})


def fields_of(parameter: Parameter) -> set[str]:
    """Return the fields that a parameter takes beside its reason."""
    taken = {
        "position": NEEDS_POSITION, "provider": {Parameter.TOP_UP_UNTIL}, "last_day": TAKES_LAST_DAY,
        "first_day": NEEDS_FIRST_DAY, "first_year": NEEDS_FIRST_YEAR, "percent": NEEDS_PERCENT,
    }  # fmt: skip
    return {name for name, parameters in taken.items() if parameter in parameters}


def required_of(parameter: Parameter) -> set[str]:
    """Return the fields that a parameter cannot do without."""
    optional = {"provider"} | (set() if parameter in NEEDS_LAST_DAY else {"last_day"})
    return fields_of(parameter) - optional


class ScenarioForm(RowForm):
    """Name and description of a scenario; its short name is chosen once, because links contain it."""

    class Meta:
        model = Scenario
        fields = ("name", "slug", "description")
        help_texts = {
            "slug": gettext_lazy("Steht in Adressen und in der Schnittstelle: Kleinbuchstaben, Ziffern, Bindestriche"),
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **options: Any) -> None:
        """Leave the short name of a stored scenario alone."""
        super().__init__(*args, **options)
        if self.instance.pk:
            del self.fields["slug"]

    def _get_validation_exclusions(self) -> set[str]:
        """Check the short name within its programme, although the form does not show the programme."""
        found: set[str] = super()._get_validation_exclusions()
        return found - {"programme"}

    def clean_slug(self) -> str:
        """Refuse what the address of another page uses."""
        slug: str = self.cleaned_data["slug"]
        if slug in RESERVED:
            message = _("„%(slug)s“ ist schon eine Seite. Bitte einen anderen Kurznamen wählen.") % {"slug": slug}
            raise ValidationError(message)
        return slug

    def save_by(self, user: User | None) -> Any:
        """Put a new scenario at the end of the list."""
        if not self.instance.pk and not self.instance.order:
            last = Scenario.objects.filter(programme=self.instance.programme).aggregate(last=Max("order"))["last"]
            self.instance.order = 0 if last is None else last + 1
        return super().save_by(user)


class OverrideForm(RowForm):
    """What one parameter is set to, and why."""

    class Meta:
        model = ScenarioOverride
        fields = (*VALUES, "source", "note")
        field_classes = {"first_year": YearFormField}
        labels = {"source": gettext_lazy("Begründung")}
        help_texts = {"source": gettext_lazy("Warum es so kommen kann: Beschluss, Schreiben, Tarifabschluss, Annahme")}

    def __init__(self, *args: Any, programme: str, **options: Any) -> None:
        """Show the fields of the parameter, and the choices of the programme."""
        super().__init__(*args, **options)
        self.parameter = Parameter(self.instance.parameter)
        for name in set(VALUES) - fields_of(self.parameter):
            del self.fields[name]
        for name in required_of(self.parameter):
            self.fields[name].required = True
        if self.parameter in NEEDS_LAST_DAY:
            self.fields["last_day"].help_text = _("Tag.Monat.Jahr, zum Beispiel 31.12.2022")
        if "position" in self.fields:
            self._choose(
                "position",
                Position.objects.filter(funded__grant_rule__funding_module__programme__slug=programme).distinct(),
            )
        if "provider" in self.fields:
            self._choose("provider", Provider.objects.filter(kind=ProviderKind.ASSOCIATION))

    def _choose(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    def _get_validation_exclusions(self) -> set[str]:
        """Check every constraint, also those over columns that the form does not show."""
        found: set[str] = super()._get_validation_exclusions()
        return found - ({"scenario", "parameter", *VALUES} - set(self.errors))

    def clean(self) -> dict[str, Any]:
        """Refuse days that change nothing: what begins earlier or ends later than planned is no shortening."""
        data: dict[str, Any] = super().clean() or {}
        position, first, last = data.get("position"), data.get("first_day"), data.get("last_day")
        if position is None:
            return data
        if first is not None and first <= position.planned_from:
            self.add_error(
                "first_day",
                _("Die Stelle ist schon ab dem %(day)s geplant. Bitte einen späteren Tag.")
                % {
                    "day": formatting.date(position.planned_from),
                },
            )
        if last is not None and position.planned_until is not None and last >= position.planned_until:
            self.add_error(
                "last_day",
                _("Die Stelle endet schon am %(day)s. Bitte einen früheren Tag.")
                % {
                    "day": formatting.date(position.planned_until),
                },
            )
        return data

    def save_by(self, user: User | None) -> Any:
        """Save as an assumption: what a scenario sets is never proved."""
        self.instance.source_status = Status.ASSUMED.value
        return super().save_by(user)
