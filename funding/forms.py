"""Forms of what the finance staff enters: lump sums, caps, awards, top-ups, material cost, funded positions."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.calculation.rules import Basis
from funding.models import (
    Cap,
    Deadline,
    FundedPosition,
    FundingModule,
    GrantAward,
    GrantRule,
    LumpSum,
    MaterialCost,
    MaterialLine,
    TopUp,
)
from kim import formatting
from kim.figures import Status
from kim.models import STATUS_CHOICES
from kim.rowforms import RowForm, YearFormField
from staffing.forms import PositionForm
from staffing.models import Position

SOURCE = ("source", "source_status", "note")


class ProgrammeForm(RowForm):
    """A form whose choices are those of one programme."""

    def __init__(self, *args: Any, programme: str, **options: Any) -> None:
        """Limit the choices to the programme's own rows."""
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                self._limit(name, field, programme)

    def _limit(self, name: str, field: forms.ModelChoiceField, programme: str) -> None:  # type: ignore[type-arg]
        if name == "grant_rule":
            field.queryset = GrantRule.objects.filter(funding_module__programme__slug=programme).select_related(
                "funding_module"
            )
        elif name == "funding_module":
            field.queryset = FundingModule.objects.filter(programme__slug=programme)
        elif name == "amends":
            field.queryset = GrantAward.objects.filter(programme__slug=programme).exclude(pk=self.instance.pk)


class LumpSumForm(ProgrammeForm):
    """A lump sum from a date on. A new one never rewrites earlier years: the older one must end before it."""

    class Meta:
        model = LumpSum
        fields = ("grant_rule", "amount", "valid_from", "valid_to", *SOURCE)


class CapForm(ProgrammeForm):
    """The most a funding module gets in a year."""

    class Meta:
        model = Cap
        fields = ("funding_module", "covers", "amount", "valid_from", "valid_to", *SOURCE)


class GrantAwardForm(ProgrammeForm):
    """What the state awarded; with an amendment the amended award ends."""

    class Meta:
        model = GrantAward
        fields = (
            "award_date",
            "reference",
            "funding_module",
            "covers",
            "period_start",
            "period_end",
            "amount",
            "amends",
            *SOURCE,
        )

    def _post_clean(self) -> None:
        """Check against the awards that will be in force, that is without the one this award amends."""
        amended = self.cleaned_data.get("amends")
        with transaction.atomic():
            if amended is not None:
                GrantAward.objects.filter(pk=amended.pk).update(is_superseded=True)
            super()._post_clean()
            transaction.set_rollback(True)


class TopUpForm(ProgrammeForm):
    """What the city has put beside the grant for a year."""

    class Meta:
        model = TopUp
        fields = ("fiscal_year", "stage", "amount", *SOURCE)
        field_classes = {"fiscal_year": YearFormField}


class DeadlineForm(ProgrammeForm):
    """A day that must not be missed, or that is known to exist without its date."""

    class Meta:
        model = Deadline
        fields = ("kind", "day", "text", *SOURCE)


class MaterialCostForm(RowForm):
    """What a material line costs in one year."""

    class Meta:
        model = MaterialCost
        fields = ("amount", *SOURCE)


class MaterialLineForm(ProgrammeForm):
    """Material cost of a funding module, and the rule that funds it."""

    class Meta:
        model = MaterialLine
        fields = ("funding_module", "kind", "name", "provider", "per_fte", "grant_rule")

    def clean(self) -> dict[str, Any]:
        """Refuse a rule that counts another thing: per FTE for workplaces, a yearly amount for measures."""
        data: dict[str, Any] = super().clean() or {}
        rule, module = data.get("grant_rule"), data.get("funding_module")
        if rule is not None and module is not None and rule.funding_module_id != module.pk:
            self.add_error("grant_rule", _("Diese Förderregel gehört zu einem anderen Förderbaustein."))
        elif rule is not None:
            basis = Basis.MATERIAL_PER_FTE if data.get("per_fte") else Basis.FLAT_YEAR
            if rule.basis != basis:
                self.add_error(
                    "grant_rule", _("Diese Förderregel passt nicht dazu, wie die Sachkosten gezählt werden.")
                )
        return data


class FundedPositionForm(ProgrammeForm):
    """From when to when a rule pays for a position."""

    class Meta:
        model = FundedPosition
        fields = ("grant_rule", "valid_from", "valid_to", *SOURCE)

    def clean_grant_rule(self) -> GrantRule:
        """Refuse a position below the module's smallest eligible share (guideline: at least 0.5 FTE)."""
        rule: GrantRule = self.cleaned_data["grant_rule"]
        _require_eligible(self.instance.position, rule)
        return rule


class PlannedPositionForm(PositionForm):
    """A position of a programme; a share below the module's minimum is refused while it is funded."""

    def clean(self) -> dict[str, Any]:
        """Check the share against the modules that fund the position."""
        data: dict[str, Any] = super().clean() or {}
        fte = data.get("fte")
        if fte is not None and self.instance.pk:
            for funded in self.instance.funded.select_related("grant_rule__funding_module"):
                try:
                    _require_eligible(Position(fte=fte), funded.grant_rule)
                except ValidationError as error:
                    self.add_error("fte", error)
        return data


class NewPositionForm(PlannedPositionForm):
    """A new position together with the rule that funds it."""

    grant_rule = forms.ModelChoiceField(GrantRule.objects.none(), label=gettext_lazy("Förderregel"))
    source = forms.CharField(
        label=gettext_lazy("Quelle"),
        max_length=500,
        help_text=gettext_lazy("Fundstelle, die Stelle und Förderung belegt: Bescheid, Vorlage, Richtlinie"),
    )
    source_status = forms.ChoiceField(
        label=gettext_lazy("Beleg"), choices=STATUS_CHOICES, initial=Status.VERIFIED.value
    )

    def __init__(self, *args: Any, programme: str, **options: Any) -> None:
        """Offer the rules of the programme for positions."""
        super().__init__(*args, **options)
        field = self.fields["grant_rule"]
        field.queryset = GrantRule.objects.filter(  # type: ignore[attr-defined]
            funding_module__programme__slug=programme, material_line__isnull=True
        ).select_related("funding_module")

    def clean(self) -> dict[str, Any]:
        """Check the share against the module of the chosen rule."""
        data = super().clean()
        if data.get("fte") is not None and data.get("grant_rule") is not None:
            try:
                _require_eligible(Position(fte=data["fte"]), data["grant_rule"])
            except ValidationError as error:
                self.add_error("fte", error)
        return data


def _require_eligible(position: Position, rule: GrantRule) -> None:
    minimum = rule.funding_module.minimum_fte
    if minimum is not None and position.fte < minimum:
        message = _(
            "Ein Stellenanteil von %(fte)s ist nicht förderfähig: Baustein %(module)s verlangt mindestens %(minimum)s "
            "(%(source)s)."
        ) % {
            "fte": formatting.fte(position.fte),
            "module": rule.funding_module.number,
            "minimum": formatting.fte(minimum),
            "source": rule.funding_module.minimum_fte_source,
        }
        raise ValidationError(message, code="below_minimum_fte")
