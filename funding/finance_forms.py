"""The form for what a paper's finance block asks and no rule can know."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from funding.forms import SOURCE
from funding.models import FinanceStatement, Scenario
from funding.models.finance import YEARS
from kim.rowforms import RowForm, YearFormField

UNKNOWN = "unknown"
TICKS: dict[str, bool | None] = {"yes": True, "no": False, UNKNOWN: None}
TICKED = (
    "no_impact", "is_operating", "funding_applied", "is_capital", "capital_funding_applied", "sufficiently_budgeted",
    "appropriations_sufficient", "not_quantifiable", "climate_affected",
)  # fmt: skip
LONG = ("treasury_note", "sustainability", "sustainability_short", "sustainability_long")

# The groups of the page, in the order of the form.
GROUPS: tuple[tuple[str, Promise, tuple[str, ...]], ...] = (
    ("keine", _("Keine Auswirkung"), ("no_impact",)),
    (
        "ergebniswirksam", _("Ergebniswirksam"),
        (
            "is_operating", "product", "funding_applied", "funding_programme", "resolution_date", "resolution_number",
        ),
    ),
    (
        "investiv", _("Investiv"),
        (
            "is_capital", "funds_centres", "commitment_items", "payments", "capital_funding_applied",
            "capital_funding_programme", "capital_resolution_date", "capital_resolution_number", "capital_grant",
        ),
    ),
    (
        "veranschlagt", _("Im Haushalt veranschlagt"),
        ("sufficiently_budgeted", "appropriations_sufficient", "covered_from", "covered_amount"),
    ),
    (
        "folgeaufwendungen", _("Jährliche Folgeaufwendungen"),
        ("follow_up_expense_from", "follow_up_scenario", "follow_up_remark", "depreciation", "not_quantifiable"),
    ),
    (
        "folgeertraege", _("Jährliche Folgeerträge"),
        (
            "follow_up_revenue_from", "follow_up_revenue", "follow_up_revenue_product", "follow_up_revenue_account",
        ),
    ),
    ("einsparungen", _("Einsparungen"), ("savings_from", "savings", "savings_product", "savings_account")),
    ("hinweis", _("Hinweis der Kämmerei"), ("treasury_note",)),
    (
        "klimaschutz", _("Nachhaltigkeit im Sinne des Klimaschutzes"),
        ("climate_affected", "sustainability", "sustainability_short", "sustainability_long"),
    ),
    ("quelle", _("Woher diese Angaben stammen"), SOURCE),
)  # fmt: skip


class TickFormField(forms.TypedChoiceField):
    """Yes, no, or not known; what nobody chooses is not known."""

    def __init__(self, **options: Any) -> None:
        """Offer the three."""
        choices = [(UNKNOWN, _("nicht bekannt")), ("yes", _("ja")), ("no", _("nein"))]
        super().__init__(**{**options, "choices": choices, "coerce": TICKS.__getitem__, "empty_value": None})

    def prepare_value(self, value: Any) -> Any:
        """Show a stored tick as its choice."""
        return next((name for name, state in TICKS.items() if state is value), value)


class FinanceStatementForm(RowForm):
    """The answers to the blanks of one paper."""

    class Meta:
        model = FinanceStatement
        fields = tuple(name for _anchor, _title, names in GROUPS for name in names)
        field_classes = {**dict.fromkeys(TICKED, TickFormField), **dict.fromkeys(YEARS, YearFormField)}
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in LONG}

    def __init__(self, *args: Any, programme: str, **options: Any) -> None:
        """Offer the scenarios of the programme."""
        super().__init__(*args, **options)
        field = self.fields["follow_up_scenario"]
        field.queryset = Scenario.objects.filter(programme__slug=programme)  # type: ignore[attr-defined]

    def groups(self) -> list[tuple[str, Promise, list[BoundField]]]:
        """Return the fields by group: anchor, heading, fields."""
        return [(anchor, title, [self[name] for name in names]) for anchor, title, names in GROUPS]
