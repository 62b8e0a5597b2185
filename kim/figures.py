"""Figure: an amount that knows how it came about. Pure: no Django, no database, no clock.

Building a figure re-computes it from its inputs, so a false sum cannot exist; units that do not fit are refused; a
given amount needs its source. A figure serialises to JSON and proves itself again when it is read back.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from kim.errors import AmountError, FigureError
from kim.rounding import EXACT, HUNDRED, ZERO, Direction, allocate, percent_of, require_cents, round_to, share

EUR = "EUR"
FTE = "FTE"
EUR_PER_FTE = "EUR/FTE"
PERCENT = "%"
FACTOR = "1"
MONTH = "MONTH"
DAY = "DAY"
_ONE = Decimal(1)
UNITS = (EUR, FTE, EUR_PER_FTE, PERCENT, FACTOR, MONTH, DAY)

# What a product of two units gives; anything else is refused.
_PRODUCTS = {
    (EUR_PER_FTE, FTE): EUR,
    (EUR, FACTOR): EUR,
    (EUR_PER_FTE, FACTOR): EUR_PER_FTE,
    (FTE, FACTOR): FTE,
    (FACTOR, FACTOR): FACTOR,
    (EUR, PERCENT): EUR,
    (EUR_PER_FTE, PERCENT): EUR_PER_FTE,
    (PERCENT, FACTOR): PERCENT,
}


class Status(StrEnum):
    """How far a source carries; everything but the first two is shown to the user as an assumption."""

    VERIFIED = "verified"
    DERIVED = "derived"
    INFERRED = "inferred"
    ASSUMED = "assumed"
    FROM_MEMORY = "from_memory"

    @property
    def is_assumption(self) -> bool:
        """Whether the value must be marked wherever it acts."""
        return self not in {Status.VERIFIED, Status.DERIVED}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a given amount comes from: text, status, place in it, which row holds it, who entered it and when (ISO)."""

    text: str
    status: Status = Status.VERIFIED
    reference: str = ""
    row: str = ""
    recorded_by: str = ""
    recorded_on: str = ""

    def __post_init__(self) -> None:
        """Refuse an empty source: it would explain nothing."""
        if not self.text.strip():
            message = "Eine Quelle ohne Text erklärt nichts. Bitte die Fundstelle angeben."
            raise FigureError(message)

    def to_json(self) -> dict[str, str]:
        """Return the fields that are filled."""
        fields = {
            "text": self.text,
            "status": self.status.value,
            "reference": self.reference,
            "row": self.row,
            "recorded_by": self.recorded_by,
            "recorded_on": self.recorded_on,
        }
        return {name: value for name, value in fields.items() if value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Source":
        """Read back what ``to_json`` wrote; raises ``FigureError`` for anything else."""
        try:
            return cls(**{**data, "status": Status(data["status"])})
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            message = f"Quelle unlesbar: {error}"
            raise FigureError(message) from error


class Step(StrEnum):
    """The step that made a figure from its inputs."""

    GIVEN = "given"
    SUM = "sum"
    DIFFERENCE = "difference"
    PRODUCT = "product"
    LEAST = "least"
    GREATEST = "greatest"
    SHARE_OF_TIME = "share_of_time"
    ALLOCATED = "allocated"
    REPLACED = "replaced"
    ROUNDED = "rounded"
    PERCENT_OF = "percent_of"


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount with its unit and derivation.

    ``key`` is its name in the API, ``subject`` what it is about (a position, a year) in the user's words, ``inputs``
    the figures it was made from by ``step``, ``mode`` a parameter of the step (direction of rounding, index of the
    allocated part), ``source`` the proof of a given one, ``note`` a reason shown beside the amount.
    Raises ``FigureError`` when the amount does not follow from the inputs.
    """

    key: str
    amount: Decimal
    unit: str
    step: Step = Step.GIVEN
    inputs: tuple["Figure", ...] = ()
    source: Source | None = None
    subject: str = ""
    mode: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        """Re-compute, and refuse what does not hold."""
        if self.unit not in UNITS:
            message = f"Einheit {self.unit!r} von {self.key} ist nicht bekannt."
            raise FigureError(message, key=self.key)
        if (self.source is not None) != (self.step is Step.GIVEN):
            message = f"{self.key}: eine Quelle steht genau bei gegebenen Werten, nicht bei „{self.step}“."
            raise FigureError(message, key=self.key)
        if self.step is Step.GIVEN:
            if self.inputs:
                message = f"{self.key}: ein gegebener Wert hat keine Bestandteile."
                raise FigureError(message, key=self.key)
            _require_amount(self.key, self.amount, self.unit)
            return
        amount, unit = _compute(self.key, self.step, self.inputs, self.unit, self.mode)
        # To the digit: 5.0 or -0.00 are equal to what was computed, but no way to write an amount.
        if not _same_digits(amount, self.amount) or unit != self.unit:
            message = f"{self.key}: {self.amount} {self.unit} folgt nicht aus den Bestandteilen ({amount} {unit})."
            raise FigureError(message, key=self.key, amount=self.amount, computed=amount)

    @property
    def is_assumption(self) -> bool:
        """Whether any given value below carries a status that must be shown as an assumption."""
        return any(one.source is not None and one.source.status.is_assumption for one in self.leaves())

    def leaves(self) -> list["Figure"]:
        """Return the given figures this one rests on, each once, in reading order."""
        found: dict[int, Figure] = {}
        seen: set[int] = set()
        todo = [self]
        while todo:
            one = todo.pop()
            if id(one) in seen:
                continue
            seen.add(id(one))
            if one.step is Step.GIVEN:
                found[id(one)] = one
            todo.extend(reversed(one.inputs))
        return list(found.values())

    def to_json(self) -> dict[str, Any]:
        """Return the whole derivation as plain JSON; amounts are strings."""
        data = self.own_json()
        if self.source is not None:
            data["source"] = self.source.to_json()
        if self.inputs:
            data["inputs"] = [one.to_json() for one in self.inputs]
        return data

    def own_json(self) -> dict[str, Any]:
        """Return what this figure says of itself, without its source and its inputs."""
        data: dict[str, Any] = {"key": self.key, "amount": str(self.amount), "unit": self.unit, "step": self.step.value}
        for name in ("subject", "mode", "note"):
            if getattr(self, name):
                data[name] = getattr(self, name)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Figure":
        """Read a derivation back and prove every step of it again; raises ``FigureError`` for a broken one."""
        try:
            inputs = tuple(cls.from_json(one) for one in data.get("inputs", ()))
            source = Source.from_json(data["source"]) if "source" in data else None
        except (AttributeError, TypeError) as error:
            message = f"Rechenweg unlesbar: {error!r}"
            raise FigureError(message) from error
        return cls.from_own_json(data, inputs, source)

    @classmethod
    def from_own_json(cls, data: Mapping[str, Any], inputs: "tuple[Figure, ...]", source: Source | None) -> "Figure":
        """Read one step back and prove it from its inputs; raises ``FigureError`` for one that does not hold."""
        try:
            amount = Decimal(data["amount"]) if isinstance(data["amount"], str) else None
            # Decimal also reads blanks, underscores and digits of other scripts; written back, they would be gone.
            if amount is None or str(amount) != data["amount"]:
                message = f"{data['key']}: ein Betrag steht als Zeichenkette „336657.24“, nicht als {data['amount']!r}."
                raise FigureError(message, key=data["key"])
            return cls(
                key=data["key"],
                amount=amount,
                unit=data["unit"],
                step=Step(data["step"]),
                inputs=inputs,
                source=source,
                subject=data.get("subject", ""),
                mode=data.get("mode", ""),
                note=data.get("note", ""),
            )
        except (AttributeError, KeyError, TypeError, ValueError, InvalidOperation) as error:
            message = f"Rechenweg unlesbar: {error!r}"
            raise FigureError(message) from error


def given(key: str, amount: Decimal, unit: str, source: Source, *, subject: str = "", note: str = "") -> Figure:
    """Return a figure that was entered, with its source; euros are written with exactly two decimals."""
    if unit in {EUR, EUR_PER_FTE}:
        amount = require_cents(amount)
    return Figure(key, amount, unit, source=source, subject=subject, note=note)


def derive(
    key: str,
    step: Step,
    inputs: Sequence[Figure],
    *,
    unit: str = EUR,
    mode: str = "",
    subject: str = "",
    note: str = "",
) -> Figure:
    """Return the figure that ``step`` makes of ``inputs``; ``unit`` matters only for a sum of nothing.

    Raises ``FigureError`` where the step makes nothing of them: units that do not fit, too few or too many of them.
    """
    parts = tuple(inputs)
    amount, unit = _compute(key, step, parts, unit, mode)
    return Figure(key, amount, unit, step, parts, subject=subject, mode=mode, note=note)


_Computed = tuple[Decimal, str]


def _require_amount(key: str, amount: Decimal, unit: str) -> None:
    if not isinstance(amount, Decimal) or not amount.is_finite():
        message = f"{key}: {amount!r} ist keine Zahl."
        raise FigureError(message, key=key)
    if unit in {EUR, EUR_PER_FTE}:
        try:
            written = require_cents(amount)
        except AmountError as error:
            message = f"{key}: {error.message}"
            raise FigureError(message, key=key) from error
        if not _same_digits(written, amount):
            message = f"{key}: {amount} steht nicht mit genau zwei Nachkommastellen."
            raise FigureError(message, key=key)


def _same_digits(one: Decimal, other: Decimal) -> bool:
    return isinstance(other, Decimal) and one.compare_total(other) == 0


def _compute(key: str, step: Step, inputs: Sequence[Figure], unit: str, mode: str) -> _Computed:
    try:
        return _STEPS[step](inputs, unit, mode)
    except (AmountError, ValueError) as error:
        message = f"{key}: aus „{step}“ folgt nichts ({error})."
        raise FigureError(message, key=key) from error


def _one_unit(inputs: Sequence[Figure]) -> str:
    units = {one.unit for one in inputs}
    if len(units) != 1:
        message = f"Einheiten passen nicht zusammen: {', '.join(sorted(units)) or 'keine Bestandteile'}."
        raise FigureError(message, units=units)
    return units.pop()


def _expect(inputs: Sequence[Figure], count: int, step: Step) -> None:
    if len(inputs) != count:
        message = f"„{step}“ braucht {count} Bestandteile, nicht {len(inputs)}."
        raise FigureError(message, step=step)


def _sum(inputs: Sequence[Figure], unit: str, _mode: str) -> _Computed:
    if not inputs:
        return (ZERO if unit == EUR else Decimal(0)), unit
    total = inputs[0].amount
    for one in inputs[1:]:
        total = EXACT.add(total, one.amount)
    return total, _one_unit(inputs)


def _difference(inputs: Sequence[Figure], _unit: str, _mode: str) -> _Computed:
    unit = _one_unit(inputs)
    rest = inputs[0].amount
    for one in inputs[1:]:
        rest = EXACT.subtract(rest, one.amount)
    return rest, unit


def _product(inputs: Sequence[Figure], _unit: str, _mode: str) -> _Computed:
    _expect(inputs, 2, Step.PRODUCT)
    first, second = inputs
    unit = _PRODUCTS.get((first.unit, second.unit))
    if unit is None:
        message = f"{first.unit} mal {second.unit} ergibt keine Einheit, mit der gerechnet wird."
        raise FigureError(message, units=(first.unit, second.unit))
    if unit in {EUR, EUR_PER_FTE}:
        # A product in euros is an amount of money: rounded once, to the cent, in the one place that rounds.
        return share(first.amount, second.amount, HUNDRED if second.unit == PERCENT else _ONE), unit
    return EXACT.multiply(first.amount, second.amount), unit


def _least(inputs: Sequence[Figure], _unit: str, _mode: str) -> _Computed:
    unit = _one_unit(inputs)
    return min(one.amount for one in inputs), unit


def _greatest(inputs: Sequence[Figure], _unit: str, _mode: str) -> _Computed:
    unit = _one_unit(inputs)
    return max(one.amount for one in inputs), unit


def _share_of_time(inputs: Sequence[Figure], _unit: str, _mode: str) -> _Computed:
    _expect(inputs, 3, Step.SHARE_OF_TIME)
    whole, counted, of = inputs
    if counted.unit != of.unit or counted.unit not in {MONTH, DAY} or not 0 <= counted.amount <= of.amount:
        message = f"{counted.amount} von {of.amount} ({counted.unit}, {of.unit}) ist kein Zeitanteil."
        raise FigureError(message)
    return share(whole.amount, counted.amount, of.amount), whole.unit


def _allocated(inputs: Sequence[Figure], _unit: str, mode: str) -> _Computed:
    total, *weights = inputs
    _one_unit(weights)
    if not mode.isdecimal() or int(mode) >= len(weights):
        message = f"Einen Teil {mode!r} hat die Aufteilung in {len(weights)} nicht."
        raise FigureError(message)
    return allocate(total.amount, [one.amount for one in weights])[int(mode)], total.unit


def _replaced(inputs: Sequence[Figure], _unit: str, _mode: str) -> _Computed:
    _expect(inputs, 2, Step.REPLACED)
    return inputs[0].amount, _one_unit(inputs)


def _rounded(inputs: Sequence[Figure], _unit: str, mode: str) -> _Computed:
    _expect(inputs, 2, Step.ROUNDED)
    exact, base = inputs
    return round_to(exact.amount, base.amount, Direction(mode)), _one_unit(inputs)


def _percent_of(inputs: Sequence[Figure], _unit: str, _mode: str) -> _Computed:
    _expect(inputs, 2, Step.PERCENT_OF)
    _one_unit(inputs)
    part, whole = inputs
    return percent_of(part.amount, whole.amount), PERCENT


_STEPS: dict[Step, Callable[[Sequence[Figure], str, str], _Computed]] = {
    Step.SUM: _sum,
    Step.DIFFERENCE: _difference,
    Step.PRODUCT: _product,
    Step.LEAST: _least,
    Step.GREATEST: _greatest,
    Step.SHARE_OF_TIME: _share_of_time,
    Step.ALLOCATED: _allocated,
    Step.REPLACED: _replaced,
    Step.ROUNDED: _rounded,
    Step.PERCENT_OF: _percent_of,
}
