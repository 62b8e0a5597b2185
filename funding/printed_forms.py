"""Forms of a paper's reconciliation: one printed figure, and many of them in a file."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.calculation.lookup import CAP, COUNT, LUMP_SUM, SHARES
from funding.calculation.reconcile import read_printed
from funding.labels import LABELS, OF_A_YEAR
from funding.models import PrintedFigure
from funding.reconciling import target_of
from funding.selectors import ProgrammeState
from kim import formatting
from kim.errors import RuleError
from kim.fields import GermanField
from kim.rowforms import RowForm, YearFormField

# As many digits as the column holds.
MOST_DIGITS = 4
TOP_UPS = ("top_up_needed", "top_up_planned", "top_up_registered", "top_up_adopted", "top_up_open")
# What a printed figure can correspond to.
KEYS = (*OF_A_YEAR, "grant_for_workplaces", *TOP_UPS, LUMP_SUM, CAP, SHARES, COUNT)
FIELDS = (
    "number", "label", "printed", "place", "amount", "unit", "figure_key", "ledger_account", "fiscal_year", "scenario",
    "funding_module", "provider", "line", "rule", "part", "reason_kind", "reason",
)  # fmt: skip


class WholeNumberField(GermanField):
    """A number that counts: digits and nothing else."""

    def __init__(self, **options: Any) -> None:
        """Build the field; what the model says about numbers does not apply to a text."""
        for name in ("min_value", "max_value"):
            options.pop(name, None)
        super().__init__(**options)
        self.widget.attrs.setdefault("inputmode", "numeric")

    def parse(self, text: str) -> int:
        """Read the number."""
        if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
            return int(text)
        message = _("„%(text)s“ ist keine Nummer. Bitte nur Ziffern eingeben, höchstens %(most)s.") % {
            "text": text[:20],
            "most": MOST_DIGITS,
        }
        raise RuleError(message, value=text[:20])


class PrintedFigureForm(RowForm):
    """A printed figure; what it corresponds to must exist in the programme, and count in the same unit."""

    figure_key = forms.ChoiceField(
        label=gettext_lazy("Gerechnete Zahl"), required=False, choices=[("", ""), *((key, LABELS[key]) for key in KEYS)]
    )
    scenario = forms.ChoiceField(
        label=gettext_lazy("Szenario"), required=False, help_text=gettext_lazy("Leer: geltendes Recht")
    )

    class Meta:
        model = PrintedFigure
        fields = FIELDS
        field_classes = {
            "fiscal_year": YearFormField,
            "number": WholeNumberField,
            "funding_module": WholeNumberField,
        }

    def __init__(self, *args: Any, state: ProgrammeState, **options: Any) -> None:
        """Offer the scenarios of the programme."""
        self.state = state
        super().__init__(*args, **options)
        field = self.fields["scenario"]
        names = [(one.slug, one.name) for one in state.scenarios]
        field.choices = [("", _("keine Angabe")), *names]  # type: ignore[attr-defined]
        self.fields["amount"].help_text = PrintedFigure._meta.get_field("amount").help_text

    def clean(self) -> dict[str, Any]:
        """Read the amount from the print where that is possible, and refuse one that contradicts it."""
        data: dict[str, Any] = super().clean() or {}
        if "printed" not in data or "amount" not in data:
            return data
        read = read_printed(data["printed"])
        if data["amount"] is None:
            data["amount"] = read
        elif read is not None and read != data["amount"]:
            message = _("Gedruckt ist %(printed)s, nicht %(amount)s.") % {
                "printed": formatting.number(read),
                "amount": formatting.number(data["amount"]),
            }
            self.add_error("amount", message)
        return data

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        row: PrintedFigure = self.instance
        if not (row.figure_key or row.ledger_account):
            return
        found = target_of(self.state, row)
        if found is None:
            self.add_error(
                "ledger_account" if row.ledger_account else "figure_key",
                _("Diese Zahl gibt es in diesem Haushaltsjahr, Szenario und mit diesen Einschränkungen nicht."),
            )
        elif found[1].unit != row.unit:
            message = _("Die gerechnete Zahl hat eine andere Einheit: %(computed)s.") % {
                "computed": formatting.quantity(found[1].amount, found[1].unit)
            }
            self.add_error("unit", message)


class PrintedFileForm(forms.Form):
    """A file with printed figures."""

    file = forms.FileField(
        label=gettext_lazy("Datei"),
        allow_empty_file=True,
        help_text=gettext_lazy("XLSX oder CSV mit den Spalten der Vorlage; höchstens 10 MB und 500 Zeilen"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": gettext_lazy("Bitte eine Datei auswählen.")},
    )
