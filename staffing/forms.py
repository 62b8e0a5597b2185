"""Forms of positions and their yearly cost, and of each row of the pay law."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kim.fields import FteFormField
from kim.rowforms import RowForm, YearFormField
from staffing.models import (
    Allowance,
    AnnualBonus,
    PayRate,
    Position,
    PositionCost,
    SocialInsuranceRate,
    StepDuration,
    SupplementaryPension,
)
from staffing.models.pay import INSURANCE_COLUMNS


class PositionForm(RowForm):
    """A position: title, provider, share, plan period, occupancy. Never a person."""

    class Meta:
        model = Position
        fields = (
            "reference",
            "title",
            "provider",
            "fte",
            "is_group",
            "planned_from",
            "planned_until",
            "filled_from",
            "filled_from_precision",
            "filled_from_latest",
            "filled_confirmed",
        )
        field_classes = {"fte": FteFormField}


class PositionCostForm(RowForm):
    """What a position costs in one year."""

    class Meta:
        model = PositionCost
        fields = ("amount", "source", "source_status", "note")
        widgets = {"source": forms.TextInput(attrs={"autocomplete": "off"})}


SOURCED = ("source", "source_status", "note")
DATED = ("valid_from", "valid_to", *SOURCED)
OF_A_GROUP = ("tariff", "pay_group")


class PayRateForm(RowForm):
    """One value of a pay table."""

    class Meta:
        model = PayRate
        fields = (*OF_A_GROUP, "pay_step", "amount", *DATED)


class StepDurationForm(RowForm):
    """How long each step lasts."""

    class Meta:
        model = StepDuration
        fields = (*OF_A_GROUP, "step_1", "step_2", "step_3", "step_4", "step_5", *DATED)


class AllowanceForm(RowForm):
    """A monthly amount beside the table."""

    class Meta:
        model = Allowance
        fields = (*OF_A_GROUP, "amount", *DATED)


class AnnualBonusForm(RowForm):
    """The percent of the annual bonus."""

    class Meta:
        model = AnnualBonus
        fields = (*OF_A_GROUP, "percent", "first_year", "last_year", *SOURCED)
        field_classes = {"first_year": YearFormField, "last_year": YearFormField}


class SocialInsuranceRateForm(RowForm):
    """Contribution rates and ceilings; which columns lack a proof is ticked one by one."""

    from_memory = forms.MultipleChoiceField(
        label=_("Nicht belegt sind"),
        required=False,
        choices=[
            (field.name, field.verbose_name)
            for field in SocialInsuranceRate._meta.concrete_fields
            if field.name in INSURANCE_COLUMNS
        ],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = SocialInsuranceRate
        fields = (*INSURANCE_COLUMNS, "from_memory", *DATED)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Tick the columns that the row names."""
        super().__init__(*args, **options)
        self.initial["from_memory"] = self.instance.from_memory.split()

    def clean_from_memory(self) -> str:
        """Return the names as the row keeps them."""
        return " ".join(self.cleaned_data["from_memory"])


class SupplementaryPensionForm(RowForm):
    """A part of what the employer pays to the supplementary pension fund."""

    class Meta:
        model = SupplementaryPension
        fields = ("name", "percent", *DATED)
