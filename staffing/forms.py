"""Forms of positions and their yearly cost."""

from django import forms

from kim.fields import FteFormField
from kim.rowforms import RowForm
from staffing.models import Position, PositionCost


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
