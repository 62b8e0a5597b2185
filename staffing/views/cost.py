"""The page "Was kostet eine Stelle?": one place in a pay table, for one year, down to the month."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kim import formatting
from kim.charts import ChartBar, ChartPanel, build_chart
from kim.derivations import DerivationNode, derivation
from kim.figures import Figure, Step, derive
from kim.roles import may_edit
from staffing.calculation.pay import group_label
from staffing.labels import LABELS, NOTES
from staffing.pay_costs import PayCost, Question, pay_cost, steps_compared
from staffing.pay_forms import PayCostForm, api_query
from staffing.selectors import PayState, pay_state

# The parts of a month in the order of the columns; a month of which one is missing has a dash there.
PARTS = ("month_pay", "month_allowance", "annual_bonus", "social_insurance", "supplementary_pension")


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month with its parts, in euros; None is a part that this month does not have."""

    name: str
    parts: tuple[Decimal | None, ...]
    amount: Decimal


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of the group: what it costs, and how much more than the one before."""

    step: int
    gross: Decimal
    on_top: Decimal
    total: Decimal
    more: Decimal | None
    url: str
    is_chosen: bool


@require_safe
def pay_cost_page(request: HttpRequest) -> HttpResponse:
    """Answer what stands in the address; without any choice only the form."""
    state = pay_state()
    asked = {name: request.GET[name] for name in PayCostForm.base_fields if name in request.GET}
    form = PayCostForm(state, asked) if asked else PayCostForm(state, initial=_initial())
    cost = form.cost if asked and form.is_valid() else None
    context = {
        "form": form,
        "is_empty": state.is_empty,
        "may_edit": may_edit(request.user),
        "crumbs": [(_("Start"), reverse("start")), (_("Stellenkosten"), "")],
        **(_answer(state, cost, asked) if cost is not None else {}),
    }
    return render(request, "staffing/pay_cost.html", context, status=422 if form.errors else 200)


def _initial() -> dict[str, object]:
    return {"year": timezone.localdate().year, "fte": Decimal("1.0")}


def _answer(state: PayState, cost: PayCost, asked: dict[str, str]) -> dict[str, object]:
    question = cost.question
    steps = steps_compared(state, question)
    name = _("%(group)s, Stufe %(step)s, %(year)s, %(fte)s VZÄ") % {
        "group": group_label(question.group), "step": question.step, "year": question.year,
        "fte": formatting.fte(cost.terms.fte.amount),
    }  # fmt: skip
    return {
        "cost": cost,
        "name": name,
        "tariff": cost.tariff.label,
        "period": cost.terms.period,
        "cards": _cards(cost),
        "lines": list(_lines(cost)),
        "months": [_month(month) for month in cost.year.months],
        "totals": _totals(cost),
        "steps": _step_rows(cost, steps, asked),
        "chart": _chart(steps),
        "assumptions": cost.assumptions(),
        "derivation": _derivation(state, question),
        "api_url": f"{reverse('api-pay-costs')}?{urlencode(api_query(question))}",
    }


# Hundreds of lines, each a template: whoever comes back to a link need not wait for them again.
@lru_cache(maxsize=16)
def _derivation(state: PayState, question: Question) -> SafeString:
    return render_to_string("kim/derivation.html", {"node": _unfolded(pay_cost(state, question)), "open": 2})


def _unfolded(cost: PayCost) -> DerivationNode:
    """Return the derivation with each month; one of the same components as an earlier month refers to that.

    Twelve times the same hundred lines would say nothing more; over REST every month is unfolded.
    """
    node = derivation(cost.total, _label, _note)
    first: dict[tuple[int, ...], str] = {}
    months = []
    personnel, *flats = node.inputs
    for month, found in zip(cost.year.months, personnel.inputs, strict=True):
        key = tuple(id(part) for part in month.inputs)
        if key in first:
            note = _("aus denselben Bestandteilen wie %(month)s") % {"month": first[key]}
            months.append(replace(found, inputs=(), step="", note=note))
        else:
            first[key] = month.subject
            months.append(found)
    return replace(node, inputs=(replace(personnel, inputs=tuple(months)), *flats))


def _label(figure: Figure) -> str:
    return str(LABELS.get(figure.key, figure.key))


def _note(code: str) -> str:
    return str(NOTES.get(code, code))


def _cards(cost: PayCost) -> list[dict[str, object]]:
    def card(label: str, figure: Figure, words: str = "", tone: str = "") -> dict[str, object]:
        return {"label": label, "amount": formatting.euro(figure.amount), "words": words, "tone": tone}

    year = cost.year
    return [
        card(_("Kosten der Stelle im Jahr"), cost.total, tone="city"),
        card(_("Brutto"), cost.gross, _("Entgelt, Zulage und Jahressonderzahlung")),
        card(_("Sozialversicherung"), year.insurance, _("Anteil des Arbeitgebers")),
        card(_("Zusatzversorgung"), year.supplementary_pension, _("zahlt der Arbeitgeber")),
    ]


def _lines(cost: PayCost) -> Iterator[tuple[str, Decimal, str]]:
    """Yield the composition of the total: label, amount, and whether the line is part of the one before or a sum."""
    year = cost.year
    yield _("Tabellenentgelt"), year.gross.amount, ""
    if year.allowance.amount:
        yield _("SuE-Zulage"), year.allowance.amount, ""
    yield _("Jahressonderzahlung"), year.bonus.amount, ""
    yield _("Brutto"), cost.gross.amount, "sum"
    for branch in cost.branches:
        yield _label(branch), branch.amount, "part"
    yield _("Sozialversicherung, Anteil des Arbeitgebers"), year.insurance.amount, "sum"
    yield _("Zusatzversorgung"), year.supplementary_pension.amount, ""
    if cost.terms.workplace is not None:
        yield _("Sachkosten des Arbeitsplatzes"), year.workplace.amount, ""
    if cost.terms.overhead is not None:
        yield _("Gemeinkosten"), year.overhead.amount, ""


def _month(month: Figure) -> MonthRow:
    parts = {part.key: part.amount for part in month.inputs}
    return MonthRow(month.subject, tuple(parts.get(key) for key in PARTS), month.amount)


def _totals(cost: PayCost) -> MonthRow:
    year = cost.year
    parts = (year.gross, year.allowance, year.bonus, year.insurance, year.supplementary_pension)
    return MonthRow(_("Summe"), tuple(one.amount for one in parts), year.personnel.amount)


def _step_rows(cost: PayCost, steps: Iterable[PayCost], asked: dict[str, str]) -> list[StepRow]:
    rows = []
    before: PayCost | None = None
    for one in steps:
        step = one.question.step
        more = None if before is None else derive("difference", Step.DIFFERENCE, (one.total, before.total)).amount
        url = f"{reverse('pay-cost')}?{urlencode({**asked, 'step': step})}"
        rows.append(
            StepRow(
                step, one.gross.amount, one.on_top.amount, one.total.amount, more, url, step == cost.question.step
            )
        )  # fmt: skip
        before = one
    return rows


def _chart(steps: Iterable[PayCost]) -> object:
    bars = tuple(
        ChartBar(one.question.year, one.gross.amount, one.on_top.amount, label=_step_label(one)) for one in steps
    )
    panel = ChartPanel(_("Kosten im Jahr nach Stufen"), bars)
    return build_chart(
        [panel], city_label=_("Brutto"), state_label=_("was der Arbeitgeber dazu zahlt"), identifier="stufen"
    )


def _step_label(cost: PayCost) -> str:
    return _("Stufe %(step)s") % {"step": cost.question.step}
