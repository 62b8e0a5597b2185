"""What the calculation is given: frozen, sourced, free of names of scenarios. Pure: no Django, no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from funding.calculation.rules import Basis
from kim.figures import Figure, Source
from kim.rounding import Direction
from kim.timeshare import Limit, TimeRule
from kim.years import Period
from staffing.calculation import PositionInput, ProviderInput


class Parameter(StrEnum):
    """What an override may set otherwise than the law in force and the plan; in the order they take effect."""

    GRANT_UNTIL = "grant_until"
    POSITIONS_UNTIL = "positions_until"
    TOP_UP_UNTIL = "top_up_until"
    LUMP_SUM_PERCENT = "lump_sum_percent"
    CAP_PERCENT = "cap_percent"
    COST_PERCENT = "cost_percent"
    POSITION_FROM = "position_from"
    POSITION_UNTIL = "position_until"


# What a parameter needs beside its reason; everything else an override must leave empty.
NEEDS_PERCENT = frozenset({Parameter.LUMP_SUM_PERCENT, Parameter.CAP_PERCENT, Parameter.COST_PERCENT})
NEEDS_FIRST_DAY = frozenset({Parameter.LUMP_SUM_PERCENT, Parameter.CAP_PERCENT, Parameter.POSITION_FROM})
NEEDS_FIRST_YEAR = frozenset({Parameter.COST_PERCENT})
NEEDS_POSITION = frozenset({Parameter.POSITION_FROM, Parameter.POSITION_UNTIL})
NEEDS_LAST_DAY = frozenset({Parameter.POSITION_UNTIL})
TAKES_LAST_DAY = frozenset(
    {Parameter.GRANT_UNTIL, Parameter.POSITIONS_UNTIL, Parameter.TOP_UP_UNTIL, Parameter.POSITION_UNTIL}
)


@dataclass(frozen=True, slots=True)
class Override:
    """A parameter set otherwise, with the reason as its source.

    ``last_day`` ends something (None: until further notice), ``first_day`` and ``first_year`` begin it, ``percent``
    says by how much an amount changes (2.5 is two and a half percent more), ``provider`` (slug) and ``position``
    (reference) narrow it.
    """

    parameter: Parameter
    last_day: date | None
    source: Source
    provider: str | None = None
    position: str | None = None
    first_day: date | None = None
    first_year: int | None = None
    percent: Decimal | None = None


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
    """A time for which a rule pays for a position, and the source of that.

    Where an override shortens the plan of the position, ``planned`` keeps the plan as it was and ``source`` is the
    reason, so that a year without the position still shows what is missing, and why.
    """

    position: PositionInput
    rule: RuleInput
    period: Period
    source: Source
    planned: Period | None = None


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

    ``grant_until`` is the law in force unless an override says otherwise, and then ``law`` keeps the law's own end;
    ``positions_until`` and ``top_up_until`` (by provider slug, empty for all associations) exist only by override.
    """

    modules: tuple[ModuleInput, ...]
    grant_until: Limit
    time_rule: TimeRule
    rounding: tuple[RoundingInput, ...]
    top_ups: Mapping[int, Mapping[str, Figure]]
    positions_until: Limit | None = None
    top_up_until: Mapping[str, Limit] | None = None
    law: Limit | None = None
