"""What the handbook shows of causes: their order, and one change of the founding case split step by step.

The example is computed, not copied: one position more and a higher maximum, made of the inputs of the founding case.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from funding.calculation.causes import Cause, Causes, causes
from funding.calculation.inputs import DatedAmount, FundedInput, ModuleInput, ProgrammeInput
from funding.cause_words import CAUSES, name_of
from funding.scenario_words import difference_in_words
from funding.selectors import programme_state
from kim import formatting
from kim.figures import Figure, Step, derive

PROGRAMME, YEAR, MODULE = "kim-nrw", 2022, 2
COVERS = "positions"


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """A cause of the example: the shortfall before and after it alone, and the difference in words."""

    name: str
    before: str
    after: str
    difference: str


def causes_context() -> dict[str, object]:
    """Return the causes in their order, and the example; None in its place without the founding case."""
    found = _example()
    return {
        "order": [(name_of(cause), help_text) for cause, (_name, help_text) in CAUSES.items()],
        "case": None
        if found is None
        else {
            "year": found.year,
            "is_capped": not found.part(Cause.POSITIONS).changes["grant"].differs
            and found.part(Cause.LUMP_SUM).changes["grant"].differs,
            "rows": _rows(found),
            "before": formatting.euro(found.before.figures["shortfall"].amount),
            "after": formatting.euro(found.after.figures["shortfall"].amount),
            "total": difference_in_words("shortfall", found.totals["shortfall"].amount),
        },
    }


def _rows(found: Causes) -> list[ExampleRow]:
    changes = ((part.cause, part.changes["shortfall"]) for part in found.parts if part.differs)
    return [
        ExampleRow(
            name_of(cause),
            formatting.amount(one.before.amount),
            formatting.amount(one.after.amount),
            difference_in_words("shortfall", one.difference.amount),
        )
        for cause, one in changes
    ]


def _example() -> Causes | None:
    state = programme_state(PROGRAMME)
    if state is None or YEAR not in state.years:
        return None
    after = _larger(state.inputs)
    return None if after is None else causes((state.inputs, ()), (after, ()), YEAR)


def _larger(programme: ProgrammeInput) -> ProgrammeInput | None:
    """Return the programme with one more position in the module, and its maximum higher by one lump sum."""
    module = next((one for one in programme.modules if one.number == MODULE and one.funded), None)
    if module is None or COVERS not in module.caps:
        return None
    last = module.funded[-1]
    more = replace(last.position, reference=f"{last.position.reference}-beispiel")
    lump_sum = _first(last.rule.lump_sums)
    caps = {**module.caps, COVERS: tuple(_raised(one, lump_sum) for one in module.caps[COVERS])}
    funded = (*module.funded, FundedInput(more, last.rule, last.period, last.source))
    return _with(programme, replace(module, funded=funded, caps=caps))


def _first(amounts: Iterable[DatedAmount]) -> Figure:
    """Return the amount of one whole position."""
    return derive("cap", Step.SUM, [replace(one.amount, unit="EUR") for one in list(amounts)[:1]])


def _raised(cap: DatedAmount, by: Figure) -> DatedAmount:
    return replace(cap, amount=derive("cap", Step.SUM, (cap.amount, by)))


def _with(programme: ProgrammeInput, module: ModuleInput) -> ProgrammeInput:
    return replace(
        programme, modules=tuple(module if one.number == module.number else one for one in programme.modules)
    )
