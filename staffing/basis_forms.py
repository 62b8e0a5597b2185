"""Forms of how the cost of a position is found, and of pay rises."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kim.rowforms import CHOOSE, RowForm, YearFormField
from staffing.calculation.basis import BasisKind
from staffing.models import PayRise, PositionBasis, Tariff
from staffing.selectors import pay_state

SOURCE = ("source", "source_status", "note")
TABLE = ("tariff", "pay_group", "pay_step")
ON_TOP = ("step_since", "supplementary_pension", "u2", "workplace_flat", "overhead")
# What each basis takes; the first of them are required.
TAKES: dict[str, tuple[str, ...]] = {
    BasisKind.PAY_TABLE: (*TABLE, *ON_TOP),
    BasisKind.WORKPLACE_FLAT: ("amount",),
    BasisKind.PROVIDER_TARIFF: ("tariff_name", "amount"),
    BasisKind.CIVIL_SERVANT: ("amount",),
}
AMOUNTS = {
    BasisKind.WORKPLACE_FLAT: gettext_lazy("Betrag je Vollzeitstelle und Jahr"),
    BasisKind.PROVIDER_TARIFF: gettext_lazy("Jahresbetrag für den Stellenanteil dieser Stelle"),
    BasisKind.CIVIL_SERVANT: gettext_lazy("Jahresbetrag für den Stellenanteil dieser Stelle"),
}


class PositionBasisForm(RowForm):
    """How the cost of a position is found from a year on; asks only for what the basis of the row takes."""

    class Meta:
        model = PositionBasis
        fields = ("first_year", *TABLE, *ON_TOP, "tariff_name", "amount", *SOURCE)
        field_classes = {"first_year": YearFormField}

    def __init__(self, *args: Any, **options: Any) -> None:
        """Leave out what belongs to another basis."""
        super().__init__(*args, **options)
        takes = TAKES[self.instance.basis]
        for name in (*TABLE, *ON_TOP, "tariff_name", "amount"):
            if name not in takes:
                del self.fields[name]
        for name in takes:
            self.fields[name].required = name not in ON_TOP
        if "tariff" in takes:
            tariff: Any = self.fields["tariff"]
            tariff.choices = [("", CHOOSE), *Tariff.choices]
        if "amount" in takes:
            self.fields["amount"].label = AMOUNTS[self.instance.basis]
            self.fields["amount"].help_text = gettext_lazy("In Teiljahren zählen nur die geplanten Monate")

    def clean_pay_group(self) -> str:
        """Take a group as people write it: ``E 10``."""
        group: str = "".join(self.cleaned_data["pay_group"].split())
        return group[:1].upper() + group[1:]

    def clean(self) -> dict[str, Any]:
        """Refuse a place that no loaded table has; without any table the year says what is missing."""
        data: dict[str, Any] = super().clean() or {}
        tariff, group, step = (data.get(name) for name in TABLE)
        if tariff and group and step:
            law = pay_state().law
            known = {one: law.groups(one) for one in {key[0] for key in law.table}}
            groups = next((found for one, found in known.items() if one.value == tariff), ())
            if groups and group not in groups:
                message = _("Die Entgeltgruppe %(group)s steht nicht in dieser Tabelle. Es gibt: %(known)s.") % {
                    "group": group,
                    "known": ", ".join(groups),
                }
                self.add_error("pay_group", message)
            steps = sorted({key[2] for key in law.table if key[0].value == tariff and key[1] == group})
            if steps and step not in steps:
                message = _("Die Entgeltgruppe %(group)s hat keine Stufe %(step)s. Es gibt: %(known)s.") % {
                    "group": group,
                    "step": step,
                    "known": ", ".join(map(str, steps)),
                }
                self.add_error("pay_step", message)
        return data


class PayRiseForm(RowForm):
    """One pay rise for everybody; what it would do is shown before it is saved."""

    class Meta:
        model = PayRise
        fields = ("name", "tariff", "first_day", "percent", "minimum", "applies_to_declared", *SOURCE)
