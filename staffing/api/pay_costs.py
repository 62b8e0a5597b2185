"""What a place costs its employer by the pay tables."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response

from kim.api import parameters
from kim.api.answers import Json, figure_json, fte_json
from kim.api.errors import bad_request, not_found, shown
from kim.api.parameters import Parameter
from kim.api.schema import Operation
from kim.api.views import ReadView
from kim.errors import KimError, PeriodError, RuleError
from kim.figures import Figure
from kim.rounding import require_cents
from staffing.api.schemas import GROUP_PATTERN, PayCostSerializer
from staffing.calculation.pay.law import LAST_STEP
from staffing.models.pay import GROUP_FORM
from staffing.pay_costs import PayCost, Question, pay_cost
from staffing.selectors import PayState, pay_state

MOST_FTE, MOST_PERCENT, MOST_FLAT = Decimal(99), Decimal(100), Decimal(100_000)
WHOLE = Decimal("1.00")


def _eur(amount: str) -> Json:
    return {"amount": amount, "unit": "EUR"}


EXAMPLE: Json = {
    "tariff": "TVoeD-VKA-S",
    "group": "S12",
    "step": 4,
    "fiscal_year": 2023,
    "fte": {"amount": "1.00", "unit": "FTE"},
    "first_day": "2023-01-01",
    "last_day": "2023-12-31",
    "step_since": None,
    "employer": "city",
    "figures": {
        "gross": _eur("55506.28"),
        "table_pay": _eur("50275.32"),
        "allowance": _eur("2160.00"),
        "annual_bonus": _eur("3070.96"),
        "social_insurance": _eur("11277.32"),
        "supplementary_pension": _eur("4301.68"),
        "personnel": _eur("71085.28"),
        "workplace": _eur("0.00"),
        "overhead": _eur("0.00"),
        "total": _eur("71085.28"),
    },
    "social_insurance": {
        "health_insurance": _eur("4051.94"),
        "health_insurance_extra": _eur("444.08"),
        "care_insurance": _eur("897.73"),
        "pension_insurance": _eur("5162.04"),
        "unemployment_insurance": _eur("721.53"),
    },
    "months": [{"month": 1, "amount": "5592.00"}],
    "assumptions": [
        {
            "text": "https://www.kommunalforum.de/entgelttabelle_tvoed_sue.php",
            "status": "assumed",
            "note": "Stufe bleibt: seit wann sie erreicht ist, ist nicht erfasst; abgeleitet; auf volle Euro belegt",
        },
    ],
}


def _group() -> Parameter:
    """Return a pay group, written as the tables write it; upper and lower case are not the same."""

    def read(text: str) -> str:
        if text.isascii() and parameters.matches(GROUP_FORM, text):
            return text
        message = _("„%(value)s“ ist keine Entgeltgruppe. Bitte genau so angeben: E9a, S8b oder S12.") % {
            "value": shown(text)
        }
        raise KimError(message)

    text = gettext_lazy("Entgeltgruppe, genau so geschrieben: E9a, S8b, S12; der Tarif folgt aus ihr.")
    return Parameter("group", text, {"type": "string", "pattern": GROUP_PATTERN}, read, "S12", required=True)


def _required(parameter: Parameter, example: str) -> Parameter:
    return Parameter(
        parameter.name, parameter.description, parameter.schema, parameter.read, example, required=True
    )  # fmt: skip


class PayCostsView(ReadView):
    """The employer's cost of a place in a fiscal year."""

    parameters = (
        _group(),
        _required(parameters.number("step", gettext_lazy("Stufe am ersten Tag, 1 bis 6."), most=LAST_STEP), "4"),
        _required(parameters.year("year", gettext_lazy("Haushaltsjahr.")), "2023"),
        parameters.decimal(
            "fte", gettext_lazy("Stellenanteil, mit Punkt und höchstens vier Stellen; ohne Angabe 1.00."),
            most=MOST_FTE, decimals=4, positive=True,
        ),
        parameters.day("first_day", gettext_lazy("Erster Tag im Jahr; ohne Angabe der 1. Januar.")),
        parameters.day("last_day", gettext_lazy("Letzter Tag im Jahr; ohne Angabe der 31. Dezember.")),
        parameters.day(
            "step_since", gettext_lazy("Seit wann die Stufe erreicht ist; ohne Angabe bleibt sie das ganze Jahr.")
        ),
        parameters.choice(
            "employer", gettext_lazy("Wer beschäftigt: Stadt (ohne Angabe) oder Verein."), "city", "association"
        ),
        parameters.decimal(
            "supplementary_pension",
            gettext_lazy("Satz der Zusatzversorgung in Prozent; ohne Angabe der Satz der Kasse, 0: keine."),
            most=MOST_PERCENT, decimals=2,
        ),
        parameters.decimal(
            "u2", gettext_lazy("Satz der Umlage U2 in Prozent; ohne Angabe keine."), most=MOST_PERCENT, decimals=2
        ),
        parameters.decimal(
            "workplace", gettext_lazy("Sachkosten des Arbeitsplatzes, Euro je Vollzeitstelle und Jahr."),
            most=MOST_FLAT, decimals=2,
        ),
        parameters.decimal(
            "overhead", gettext_lazy("Gemeinkosten in Prozent der Personalkosten."), most=MOST_PERCENT, decimals=2
        ),
        parameters.flag("explain", gettext_lazy("1: „total“ mit dem ganzen Rechenweg bis zu den Monaten.")),
    )  # fmt: skip
    operation = Operation(
        name="pay_costs",
        tag=gettext_lazy("Stellenkosten"),
        summary=gettext_lazy("Was eine Stelle kostet"),
        description=gettext_lazy(
            "Kosten einer Stelle für ihren Arbeitgeber nach Entgelttabelle, Monat für Monat auf den Cent: "
            "Tabellenentgelt, Zulage und Jahressonderzahlung (zusammen „gross“), Sozialversicherung nach Zweigen, "
            "Zusatzversorgung; auf Wunsch Sachkosten und Gemeinkosten. Werte nach dem Ende der letzten Tabelle sind "
            "fortgeschrieben und stehen unter „assumptions“. 404 für eine Gruppe, Stufe oder ein Jahr ohne Tabelle."
        ),
        answer=PayCostSerializer,
        example=EXAMPLE,
    )

    def get(self, request: Request) -> Response:  # noqa: ARG002 - read by ``initial``
        """Answer what was asked for."""
        state = pay_state()
        question = self._question()
        cost = _answered(state, question)
        return self.respond(state.seal, lambda: _json(cost, explain=self.query.get("explain", False)))

    def _question(self) -> Question:
        query = self.query
        return Question(
            group=query["group"], step=query["step"], year=query["year"], fte=query.get("fte", WHOLE),
            first_day=query.get("first_day"), last_day=query.get("last_day"), step_since=query.get("step_since"),
            is_city=query.get("employer", "city") == "city", pension=query.get("supplementary_pension"),
            u2=query.get("u2"), workplace=query.get("workplace"), overhead=query.get("overhead"),
        )  # fmt: skip


def _answered(state: PayState, question: Question) -> PayCost:
    try:
        return pay_cost(state, question)
    except RuleError as error:
        raise not_found(error.message, field=str(error.data["field"])) from error
    except PeriodError as error:
        raise bad_request(error.message, field=str(error.data["field"]), code=error.code) from error


def _json(cost: PayCost, *, explain: bool) -> Json:
    question, year, period = cost.question, cost.year, cost.terms.period
    figures = {
        "gross": cost.gross,
        "table_pay": year.gross,
        "allowance": year.allowance,
        "annual_bonus": year.bonus,
        "social_insurance": year.insurance,
        "supplementary_pension": year.supplementary_pension,
        "personnel": year.personnel,
        "workplace": year.workplace,
        "overhead": year.overhead,
    }
    return {
        "tariff": cost.tariff.value,
        "group": question.group,
        "step": question.step,
        "fiscal_year": question.year,
        "fte": fte_json(cost.terms.fte.amount),
        "first_day": period.start.isoformat(),
        "last_day": _iso(period.end),
        "step_since": _iso(question.step_since),
        "employer": "city" if question.is_city else "association",
        "figures": {
            **{key: figure_json(figure) for key, figure in figures.items()},
            "total": figure_json(cost.total, explain=explain),
        },
        "social_insurance": {figure.key: figure_json(figure) for figure in cost.branches},
        "months": [_month(number, figure) for number, figure in enumerate(year.months, start=period.start.month)],
        "assumptions": [{"text": one.text, "status": one.status.value, "note": one.note} for one in cost.assumptions()],
    }


def _month(number: int, figure: Figure) -> Json:
    return {"month": number, "amount": str(require_cents(figure.amount))}


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None
