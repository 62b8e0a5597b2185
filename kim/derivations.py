"""A figure's derivation as a reader sees it: labels, steps in words, amounts as text (``kim/derivation.html``)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kim import formatting
from kim.figures import DAY, Figure, Source, Step
from kim.rounding import Direction

Labels = Callable[[Figure], str]
Notes = Callable[[str], str]

# Written before every part but the first, so that a reader can follow the sum with the finger.
OPERATORS = {Step.SUM: "+", Step.DIFFERENCE: formatting.MINUS, Step.PRODUCT: "×"}


@dataclass(frozen=True, slots=True)
class DerivationNode:
    """One line of a derivation with everything below it; texts only, nothing is left to calculate."""

    label: str
    amount: str
    subject: str = ""
    note: str = ""
    step: str = ""
    operator: str = ""
    is_assumption: bool = False
    inputs: tuple["DerivationNode", ...] = ()
    source: str = ""
    status: str = ""
    reference: str = ""
    recorded: str = ""


def derivation(figure: Figure, label: Labels, note: Notes = str, *, operator: str = "") -> DerivationNode:
    """Return the tree below ``figure``; ``label`` and ``note`` put each figure in the reader's words."""
    source = figure.source
    sign = OPERATORS.get(figure.step, "")
    inputs = tuple(
        derivation(one, label, note, operator=sign if index else "") for index, one in enumerate(figure.inputs)
    )
    return DerivationNode(
        label=label(figure),
        amount=formatting.quantity(figure.amount, figure.unit),
        subject=figure.subject,
        note=note(figure.note),
        step=step_in_words(figure),
        operator=operator,
        # The same as Figure.is_assumption, carried upwards instead of walking the whole tree at every line.
        is_assumption=any(one.is_assumption for one in inputs) or (source is not None and source.status.is_assumption),
        inputs=inputs,
        source=source.text if source else "",
        status=source.status.value if source else "",
        reference=source.reference if source else "",
        recorded=_recorded(source) if source else "",
    )


def step_in_words(figure: Figure) -> str:
    """Say how the figure came about from its parts; empty for a given one, which has its source instead."""
    if figure.step is Step.SHARE_OF_TIME:
        _whole, counted, of = figure.inputs
        text = (
            _("Zeitanteil: %(counted)s von %(of)s Tagen")
            if of.unit == DAY
            else _("Zeitanteil: %(counted)s von %(of)s Monaten")
        )
        return text % {"counted": formatting.number(counted.amount), "of": formatting.number(of.amount)}
    if figure.step is Step.ROUNDED:
        return _("gerundet auf volle %(base)s €, %(direction)s") % {
            "base": formatting.number(figure.inputs[1].amount),
            "direction": {
                Direction.UP: _("nach oben"),
                Direction.NEAREST: _("kaufmännisch"),
                Direction.DOWN: _("nach unten"),
            }[Direction(figure.mode)],
        }
    return {
        Step.GIVEN: "",
        Step.SUM: _("Summe aus"),
        Step.DIFFERENCE: _("Differenz aus"),
        Step.PRODUCT: _("Produkt aus"),
        Step.LEAST: _("der kleinste Betrag von"),
        Step.GREATEST: _("der größte Betrag von"),
        Step.ALLOCATED: _("nach Anteilen aufgeteilt, ohne einen Cent zu verlieren"),
        Step.REPLACED: _("der erste Betrag gilt anstelle des zweiten"),
        Step.PERCENT_OF: _("erster Betrag in Prozent des zweiten"),
    }[figure.step]


def _recorded(source: Source) -> str:
    """Say who entered a value and when, as far as it is known."""
    day = formatting.date(date.fromisoformat(source.recorded_on)) if source.recorded_on else ""
    if source.recorded_by and day:
        return _("Erfasst: %(by)s, %(on)s") % {"by": source.recorded_by, "on": day}
    if source.recorded_by or day:
        return _("Erfasst: %(what)s") % {"what": source.recorded_by or day}
    return ""
