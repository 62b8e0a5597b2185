"""What would follow from amounts that are not saved yet. Pure: no Django, no database, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from funding.calculation.inputs import FundedInput, MaterialInput, ModuleInput, ProgrammeInput
from kim.figures import EUR, EUR_PER_FTE, Figure, Source, Status, given
from kim.rounding import EXACT, ZERO, share
from staffing.calculation import PositionInput

# A position or material line by its reference, and a fiscal year.
Place = tuple[str, int]

UNSAVED = Source("Noch nicht gespeicherte Eingabe", Status.ASSUMED)
WHOLE = Decimal(100)


def with_costs(programme: ProgrammeInput, amounts: Mapping[Place, Decimal | None]) -> ProgrammeInput:
    """Return the inputs with other yearly costs (euros; per FTE where the line counts so); None takes one away."""
    if not amounts:
        return programme
    positions: dict[str, PositionInput] = {}

    def position(one: PositionInput) -> PositionInput:
        if one.reference not in positions:
            costs = _changed(one.costs, one.reference, amounts, "position_cost", EUR, one.title)
            positions[one.reference] = replace(one, costs=costs)
        return positions[one.reference]

    def funded(one: FundedInput) -> FundedInput:
        return replace(one, position=position(one.position))

    def line(one: MaterialInput) -> MaterialInput:
        key, unit = ("cost_per_fte", EUR_PER_FTE) if one.per_fte else (f"{one.kind.value}_cost", EUR)
        return replace(one, costs=_changed(one.costs, one.reference, amounts, key, unit, one.name))

    def module(one: ModuleInput) -> ModuleInput:
        return replace(
            one, funded=tuple(funded(some) for some in one.funded), material=tuple(line(some) for some in one.material)
        )

    return replace(programme, modules=tuple(module(one) for one in programme.modules))


def raised(amount: Decimal, percent: Decimal) -> Decimal:
    """Return ``amount`` euros more ``percent``, rounded half up to the cent."""
    return share(amount, WHOLE + percent, WHOLE)


def total_over_years(amounts: Iterable[Decimal | None]) -> Decimal:
    """Return the exact sum of a row of yearly amounts in euros; what is unknown counts as nothing."""
    total = ZERO
    for amount in amounts:
        if amount is not None:
            total = EXACT.add(total, amount)
    return total


def _changed(
    costs: Mapping[int, Figure],
    reference: str,
    amounts: Mapping[Place, Decimal | None],
    key: str,
    unit: str,
    subject: str,
) -> dict[int, Figure]:
    found = dict(costs)
    for (place, year), amount in amounts.items():
        if place != reference:
            continue
        if amount is None:
            found.pop(year, None)
        else:
            found[year] = given(key, amount, unit, UNSAVED, subject=subject)
    return found
