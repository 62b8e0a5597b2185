"""What is asked on the page "Was kostet eine Stelle?": strict German fields, and every choice stands in the address."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kim import formatting
from kim.errors import KimError
from kim.fields import DayFormField, FteFormField, MoneyFormField
from kim.rates import RateFormField
from kim.rowforms import CHOOSE, YearFormField
from staffing.calculation.pay import group_label
from staffing.calculation.pay.law import FIRST_STEP, LAST_STEP
from staffing.models import Tariff
from staffing.pay_costs import PayCost, Question, pay_cost
from staffing.selectors import PayState

CITY, ASSOCIATION = "city", "association"
UNKNOWN_CHOICE = {"invalid_choice": gettext_lazy("Das gibt es hier nicht. Bitte aus der Liste wählen.")}


class PayCostForm(forms.Form):
    """Group, step, year and share; everything else has a default that is said beside its field."""

    template_name = "staffing/pay_cost_form.html"

    group = forms.ChoiceField(
        label=gettext_lazy("Entgeltgruppe"),
        help_text=gettext_lazy("Der Tarif folgt aus ihr"),
        error_messages=UNKNOWN_CHOICE,
    )
    step = forms.ChoiceField(
        label=gettext_lazy("Stufe"),
        help_text=gettext_lazy("Am ersten Tag"),
        choices=[("", CHOOSE), *((str(step), str(step)) for step in range(FIRST_STEP, LAST_STEP + 1))],
        error_messages=UNKNOWN_CHOICE,
    )
    year = YearFormField(label=gettext_lazy("Haushaltsjahr"), help_text=gettext_lazy("Zum Beispiel 2023"))
    fte = FteFormField(label=gettext_lazy("Stellenanteil"), help_text=gettext_lazy("Volle Stelle: 1,0"))
    first_day = DayFormField(
        label=gettext_lazy("Erster Tag"), required=False, help_text=gettext_lazy("Leer: 1. Januar")
    )
    last_day = DayFormField(
        label=gettext_lazy("Letzter Tag"), required=False, help_text=gettext_lazy("Leer: 31. Dezember")
    )
    step_since = DayFormField(
        label=gettext_lazy("Stufe erreicht am"), required=False, help_text=gettext_lazy("Leer: die Stufe bleibt")
    )
    employer = forms.ChoiceField(
        label=gettext_lazy("Wer beschäftigt"),
        required=False,
        help_text=gettext_lazy("Die Stadt zahlt keine Insolvenzgeldumlage"),
        choices=[
            (CITY, gettext_lazy("die Stadt")),
            (ASSOCIATION, gettext_lazy("ein Verein")),
        ],
        error_messages=UNKNOWN_CHOICE,
    )
    supplementary_pension = RateFormField(label=gettext_lazy("Zusatzversorgung in Prozent"), required=False)
    u2 = RateFormField(
        label=gettext_lazy("Umlage U2 in Prozent"),
        required=False,
        help_text=gettext_lazy("Leer: keine; den Satz bestimmt die Kasse"),
    )
    workplace = MoneyFormField(
        label=gettext_lazy("Sachkosten im Jahr"),
        required=False,
        help_text=gettext_lazy("Leer: keine; KGSt: 9.700 Euro je Vollzeitstelle"),
    )
    overhead = RateFormField(
        label=gettext_lazy("Gemeinkosten in Prozent"),
        required=False,
        help_text=gettext_lazy("Leer: keine; KGSt: 20 für Büroarbeitsplätze"),
    )

    MAIN = ("group", "step", "year", "fte")

    def __init__(self, state: PayState, *args: Any, **options: Any) -> None:
        """Offer the groups that have a table, and name the rate of the fund."""
        super().__init__(*args, **options)
        self.state = state
        self.cost: PayCost | None = None
        groups = [
            (Tariff(tariff.value).label, [(group, group_label(group)) for group in state.law.groups(tariff)])
            for tariff in dict.fromkeys(state.tariff_of.values())
        ]
        field = self.fields["group"]
        field.choices = [("", CHOOSE), *groups]  # type: ignore[attr-defined]
        rate = formatting.number(state.law.supplementary_pension.amount)
        self.fields["supplementary_pension"].help_text = _("Leer: der Satz der Kasse, zuletzt %(rate)s; 0: keine") % {
            "rate": rate
        }

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """What has to be chosen."""
        return [self[name] for name in self.MAIN]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """What may be chosen."""
        return [self[name] for name in self.fields if name not in self.MAIN]

    @property
    def opens_more(self) -> bool:
        """Whether any of the further fields is filled or wrong, so that it must be seen."""
        return any(field.errors or field.value() not in {None, "", CITY} for field in self.more_fields)

    def clean_fte(self) -> Decimal:
        """Refuse a share of nothing."""
        fte: Decimal = self.cleaned_data["fte"]
        if not fte:
            raise ValidationError(_("Der Stellenanteil muss größer als 0 sein."))
        return fte

    def clean(self) -> dict[str, Any]:
        """Ask the calculation; what it refuses stands at the field it is about."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                self.cost = pay_cost(self.state, question_of(data))
            except KimError as error:
                self.add_error(str(error.data.get("field", "year")), ValidationError(error.message, code=error.code))
        return data


def question_of(data: dict[str, Any]) -> Question:
    """Return the question that cleaned values ask."""
    return Question(
        group=data["group"], step=int(data["step"]), year=data["year"], fte=data["fte"],
        first_day=data["first_day"], last_day=data["last_day"], step_since=data["step_since"],
        is_city=data["employer"] != ASSOCIATION, pension=data["supplementary_pension"], u2=data["u2"],
        workplace=data["workplace"], overhead=data["overhead"],
    )  # fmt: skip


def api_query(question: Question) -> dict[str, str]:
    """Return the parameters of the same question over REST."""
    asked: dict[str, Any] = {
        "group": question.group,
        "step": question.step,
        "year": question.year,
        "fte": f"{question.fte:f}",
        "first_day": question.first_day,
        "last_day": question.last_day,
        "step_since": question.step_since,
        "employer": None if question.is_city else ASSOCIATION,
        "supplementary_pension": question.pension,
        "u2": question.u2,
        "workplace": question.workplace,
        "overhead": question.overhead,
    }
    return {name: _written(value) for name, value in asked.items() if value is not None}


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else f"{value:f}" if isinstance(value, Decimal) else str(value)
