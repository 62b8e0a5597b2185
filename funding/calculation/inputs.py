"""What the calculation is given: frozen, sourced, free of names of scenarios. Pure: no Django, no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from funding.calculation.rules import Basis
from kim.figures import Figure, Source
from kim.rounding import Direction
from kim.timeshare import Limit, TimeRule
from kim.years import Period
from staffing.calculation import PositionInput, ProviderInput


class Parameter(StrEnum):
    """What an override may set to another date."""

    GRANT_UNTIL = "grant_until"
    POSITIONS_UNTIL = "positions_until"
    TOP_UP_UNTIL = "top_up_until"


@dataclass(frozen=True, slots=True)
class Override:
    """A parameter set to another last day (None: until further notice), with the reason as its source."""

    parameter: Parameter
    last_day: date | None
    source: Source
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class DatedAmount:
    """An amount with the time it holds for: a lump sum, a cap, a rounding base."""

    amount: Figure
    period: Period


@dataclass(frozen=True, slots=True)
class RuleInput:
    """A grant rule with its amounts by date."""

    name: str
    basis: Basis
    limited_to_cost: bool
    lump_sums: tuple[DatedAmount, ...]


@dataclass(frozen=True, slots=True)
class FundedInput:
    """A time for which a rule pays for a position, and the source of that."""

    position: PositionInput
    rule: RuleInput
    period: Period
    source: Source


class MaterialKind(StrEnum):
    """Workplaces count as personnel cost in the paper's overview, measures do not."""

    WORKPLACE = "workplace"
    MEASURES = "measures"


@dataclass(frozen=True, slots=True)
class MaterialInput:
    """A material line: yearly cost (per FTE of the module where ``per_fte``) and the rule that funds it."""

    reference: str
    name: str
    kind: MaterialKind
    provider: ProviderInput
    per_fte: bool
    costs: Mapping[int, Figure]
    rule: RuleInput | None


@dataclass(frozen=True, slots=True)
class AwardInput:
    """An amount the state awarded for a module and a period within one fiscal year."""

    covers: str
    period: Period
    amount: Figure


@dataclass(frozen=True, slots=True)
class ModuleInput:
    """A funding module with what it pays for, its caps by date and its awards."""

    number: int
    kind: str
    name: str
    minimum_fte: Figure | None
    funded: tuple[FundedInput, ...]
    material: tuple[MaterialInput, ...]
    caps: Mapping[str, tuple[DatedAmount, ...]]
    awards: tuple[AwardInput, ...]


@dataclass(frozen=True, slots=True)
class RoundingInput:
    """The base a paper rounds to, and in which direction, for a time."""

    base: Figure
    direction: Direction
    period: Period


@dataclass(frozen=True, slots=True)
class ProgrammeInput:
    """Everything a fiscal year is computed from.

    ``grant_until`` is the law in force unless an override says otherwise; ``positions_until`` and ``top_up_until``
    (by provider slug, empty for all associations) exist only by override.
    """

    modules: tuple[ModuleInput, ...]
    grant_until: Limit
    time_rule: TimeRule
    rounding: tuple[RoundingInput, ...]
    top_ups: Mapping[int, Mapping[str, Figure]]
    positions_until: Limit | None = None
    top_up_until: Mapping[str, Limit] | None = None
