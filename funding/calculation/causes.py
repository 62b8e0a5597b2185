"""Why the shortfall of a year changed: causes that add up to the cent. Pure: no Django, no database, no clock.

§ 81 (3) GO NRW lets higher personnel cost that follows directly from a pay agreement pass without a supplementary
budget, so that part must stand apart from every other. Starting with the first state, one aspect after the other is
replaced by what the second state has, and the year is computed anew each time, in full. The part of a cause is the
difference of two consecutive results; since nothing is left when the last aspect is replaced, the parts add up to the
whole. The order is fixed, because it decides where the joint effect of two changes goes: to the later of them. Prices
of labour come first, as § 81 (3) asks for what a pay agreement costs on the staff as it was; quantities follow, then
what the state pays for them. All aspects are replaced under the overrides of the first state; the scenario comes last.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from funding.calculation import substitution
from funding.calculation.comparison import KEYS, Change
from funding.calculation.inputs import Override, ProgrammeInput
from funding.calculation.moved import Moved, moved, moved_overrides
from funding.calculation.moved_pay import moved_pay
from funding.calculation.scenarios import apply_overrides
from funding.calculation.shortfall import YearFigures, compute_year
from kim.errors import KimError
from kim.figures import EUR, Figure, Step, derive


class Cause(StrEnum):
    """Why a figure changed, in the order in which the aspects are replaced."""

    PAY_AGREEMENT = "pay_agreement"
    PAY_STEP = "pay_step"
    POSITIONS = "positions"
    OCCUPANCY = "occupancy"
    LUMP_SUM = "lump_sum"
    AWARD = "award"
    MATERIAL = "material"
    DECLARED_COST = "declared_cost"
    GRANT_TERM = "grant_term"
    OTHER = "other"
    SCENARIO = "scenario"
    CALCULATION = "calculation"


# The aspects of the inputs; the scenario, which is set on top of them, follows, and the rules of the product itself.
SUBSTITUTIONS: Mapping[Cause, substitution.Substitution] = {
    Cause.PAY_AGREEMENT: substitution.agreement,
    Cause.PAY_STEP: substitution.step,
    Cause.POSITIONS: substitution.added_and_dropped,
    Cause.OCCUPANCY: substitution.occupancy,
    Cause.LUMP_SUM: substitution.rates,
    Cause.AWARD: substitution.awards,
    Cause.MATERIAL: substitution.material,
    Cause.DECLARED_COST: substitution.declared_cost,
    Cause.GRANT_TERM: substitution.grant_term,
    Cause.OTHER: substitution.rest,
}

State = tuple[ProgrammeInput, Sequence[Override]]
Published = tuple[YearFigures, YearFigures]


@dataclass(frozen=True, slots=True)
class Part:
    """What one cause changed: expense, grant and shortfall before and after it alone, and the values that moved."""

    cause: Cause
    changes: Mapping[str, Change]
    moved: tuple[Moved, ...]

    @property
    def differs(self) -> bool:
        """Whether any of the three figures changed by it."""
        return any(one.differs for one in self.changes.values())

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to tell: an amount, or a value that moved without changing one."""
        return self.differs or bool(self.moved)


@dataclass(frozen=True, slots=True)
class Causes:
    """A year in two states, the difference (after less before, in euros) and its parts, one for every cause.

    ``totals`` are sums of the parts that differ; building them proves that they equal what lies between the states.
    """

    year: int
    before: YearFigures
    after: YearFigures
    parts: tuple[Part, ...]
    totals: Mapping[str, Figure]

    def part(self, cause: Cause) -> Part:
        """Return the part of a cause; there is always one."""
        return next(one for one in self.parts if one.cause is cause)

    @property
    def differs(self) -> bool:
        """Whether any of the three figures changed; parts may even each other out."""
        return any(one.differs for one in self.parts)


def causes(before: State, after: State, year: int, published: Published | None = None) -> Causes:
    """Split what lies between two states of a programme in ``year`` into causes.

    ``published`` are the figures both states are known by, where they were frozen: should the rules compute something
    else today, that difference is a part of its own. Costs one computation of the year for every aspect that differs.
    Raises ``PeriodError`` for a year outside what is known, and ``KimError`` where a mixture of the two states has no
    answer.
    """
    (current, overrides), (target, later) = before, after
    target = substitution.with_laws_of(target, current)
    first = now = compute_year(apply_overrides(current, overrides), year)
    parts = []
    for cause, substitute in SUBSTITUTIONS.items():
        following = substitute(current, target)
        then = now if following == current else compute_year(apply_overrides(following, overrides), year)
        values = () if then is now else (*moved_pay(current, following, year), *moved(current, following, year))
        parts.append(_part(cause, now, then, values))
        current, now = following, then
    last = now if tuple(later) == tuple(overrides) else compute_year(apply_overrides(target, later), year)
    parts.append(_part(Cause.SCENARIO, now, last, moved_overrides(overrides, later)))
    earlier, latest = published or (first, last)
    parts.append(_by_calculation((earlier, first), (last, latest)))
    return Causes(year, earlier, latest, tuple(parts), _totals(parts, earlier, latest))


def _part(cause: Cause, before: YearFigures, after: YearFigures, values: tuple[Moved, ...]) -> Part:
    def change(key: str) -> Change:
        first, second = before.figures[key], after.figures[key]
        return Change(first, second, derive(f"by_{cause.value}", Step.DIFFERENCE, (second, first)))

    return Part(cause, {key: change(key) for key in KEYS}, values)


def _by_calculation(before: Published, after: Published) -> Part:
    """Return what today's rules make of the first state otherwise than was frozen, and back again for the second."""

    def change(key: str) -> Change:
        name = f"by_{Cause.CALCULATION.value}"
        (frozen, computed), (recomputed, latest) = (
            (one.figures[key], other.figures[key]) for one, other in (before, after)
        )
        steps = (derive(name, Step.DIFFERENCE, (computed, frozen)), derive(name, Step.DIFFERENCE, (latest, recomputed)))
        difference = derive(name, Step.SUM, steps)
        return Change(frozen, derive(key, Step.SUM, (frozen, difference)), difference)

    return Part(Cause.CALCULATION, {key: change(key) for key in KEYS}, ())


def _totals(parts: Sequence[Part], before: YearFigures, after: YearFigures) -> dict[str, Figure]:
    found = {}
    for key in KEYS:
        moving = [part.changes[key].difference for part in parts if part.changes[key].differs]
        total = derive("variance", Step.SUM, moving, unit=EUR)
        whole = derive("difference", Step.DIFFERENCE, (after.figures[key], before.figures[key]))
        if total.amount != whole.amount:
            message = f"Die Ursachen ergeben {total.amount}, der Unterschied ist {whole.amount}."
            raise KimError(message, key=key, parts=total.amount, whole=whole.amount)
        found[key] = total
    return found
