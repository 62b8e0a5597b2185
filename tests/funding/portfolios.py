"""Small made-up programmes: plain numbers first, inputs of the calculation made from them.

Amounts are whole cents, shares of a position ten-thousandths, so that the reference can count in integers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from funding.calculation.inputs import (
    AwardInput,
    DatedAmount,
    FundedInput,
    MaterialInput,
    MaterialKind,
    ModuleInput,
    ProgrammeInput,
    RuleInput,
)
from funding.calculation.rules import UNIT_OF, Basis
from kim.figures import EUR, EUR_PER_FTE, FTE, Figure, Source, Status, given
from kim.timeshare import Limit, TimeRule
from kim.years import Period, Proration
from staffing.calculation import PositionInput, ProviderInput

SOURCE = Source("erfunden")
GUESS = Source("erfundene Annahme", Status.ASSUMED)
YEARS = (2022, 2023, 2024)

if TYPE_CHECKING:
    from collections.abc import Mapping

Span = tuple[date, date | None]
Dated = tuple[int, date, date | None]
ALWAYS: Span = (date(2020, 1, 1), None)


@dataclass(frozen=True)
class Rule:
    basis: Basis
    amounts: tuple[Dated, ...]
    limited_to_cost: bool = False
    name: str = ""


@dataclass(frozen=True)
class Place:
    reference: str
    fte: int
    times: tuple[tuple[Rule, Span], ...]
    costs: Mapping[int, int]
    provider: str = "amt"
    planned: Span = ALWAYS


@dataclass(frozen=True)
class Material:
    name: str
    kind: MaterialKind
    per_fte: bool
    costs: Mapping[int, int]
    rule: Rule | None = None
    provider: str = "amt"


@dataclass(frozen=True)
class Module:
    number: int = 1
    minimum_fte: int | None = None
    places: tuple[Place, ...] = ()
    material: tuple[Material, ...] = ()
    caps: Mapping[str, tuple[Dated, ...]] = field(default_factory=dict)
    awards: tuple[tuple[str, date, date, int], ...] = ()


@dataclass(frozen=True)
class Portfolio:
    modules: tuple[Module, ...] = ()
    grant_until: date | None = None
    positions_until: date | None = None
    top_up_until: Mapping[str, date | None] = field(default_factory=dict)
    proration: Proration = Proration.TWELFTHS


# Departments of the city are called "amt...", everybody else is an association.
def is_city(provider: str) -> bool:
    return provider.startswith("amt")


def euros(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def money(key: str, cents: int, unit: str = EUR) -> Figure:
    return given(key, euros(cents), unit, SOURCE)


def share(ten_thousandths: int) -> Figure:
    return given("fte", Decimal(ten_thousandths).scaleb(-4), FTE, SOURCE)


def dated(key: str, amounts: tuple[Dated, ...], unit: str) -> tuple[DatedAmount, ...]:
    return tuple(DatedAmount(money(key, cents, unit), Period(start, end)) for cents, start, end in amounts)


def rule_input(rule: Rule) -> RuleInput:
    return RuleInput(
        rule.name or rule.basis.value,
        rule.basis,
        rule.limited_to_cost,
        dated("lump_sum", rule.amounts, UNIT_OF[rule.basis]),
    )


def module_input(module: Module) -> ModuleInput:
    funded = []
    for place in module.places:
        position = PositionInput(
            place.reference,
            place.reference,
            ProviderInput(place.provider, place.provider, is_city(place.provider)),
            share(place.fte),
            Period(*place.planned),
            {year: money("position_cost", cents) for year, cents in place.costs.items()},
        )
        funded += [FundedInput(position, rule_input(rule), Period(*span), SOURCE) for rule, span in place.times]
    material = tuple(
        MaterialInput(
            line.name, line.name, line.kind, ProviderInput(line.provider, line.provider, is_city(line.provider)),
            line.per_fte,
            {year: money("cost", cents, EUR_PER_FTE if line.per_fte else EUR) for year, cents in line.costs.items()},
            None if line.rule is None else rule_input(line.rule),
        )
        for line in module.material
    )  # fmt: skip
    return ModuleInput(
        module.number,
        "other",
        f"Baustein {module.number}",
        None if module.minimum_fte is None else share(module.minimum_fte),
        tuple(funded),
        material,
        {covers: dated("cap", amounts, EUR) for covers, amounts in module.caps.items()},
        tuple(
            AwardInput(covers, Period(start, end), money("award", cents)) for covers, start, end, cents in module.awards
        ),
    )


def inputs(portfolio: Portfolio) -> ProgrammeInput:
    """Return what the calculation takes."""
    return ProgrammeInput(
        modules=tuple(module_input(module) for module in portfolio.modules),
        grant_until=Limit(portfolio.grant_until, SOURCE),
        time_rule=TimeRule(portfolio.proration, GUESS),
        rounding=(),
        top_ups={},
        positions_until=None if portfolio.positions_until is None else Limit(portfolio.positions_until, SOURCE),
        top_up_until={slug: Limit(day, SOURCE) for slug, day in portfolio.top_up_until.items()} or None,
    )


# --- Generated programmes -------------------------------------------------------------------------------------------

LAST = date(2024, 12, 31)
# Whole months, month ends and days in the middle, in three years of which one has 366 days.
days = st.sampled_from([date(year, month, 1) for year in YEARS for month in range(1, 13)]) | st.dates(ALWAYS[0], LAST)
limits = st.just(None) | days.map(lambda day: day - timedelta(days=1)) | st.dates(date(2022, 1, 1), LAST)
cents = st.sampled_from([5_500_000, 5_000_000, 2_250_000, 970_000, 1, 0]) | st.integers(1, 9_000_000)
# Now and then a year without a declared cost.
costs = st.fixed_dictionaries(dict.fromkeys(YEARS, cents)) | st.dictionaries(st.sampled_from(YEARS), cents)
shares = st.sampled_from([10_000, 7_500, 5_000, 23_500, 3_333]) | st.integers(1, 10_000)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(st.just(ALWAYS[0]) | days)
    return start, draw(st.just(None) | st.dates(start, LAST) | st.just(date(start.year, 12, 31)))


@st.composite
def dated_amounts(draw: st.DrawFn) -> tuple[Dated, ...]:
    """Up to three amounts that follow each other, with or without a gap, the last one open or not."""
    starts = sorted({ALWAYS[0] if draw(st.booleans()) else draw(days), *draw(st.lists(days, max_size=2))})
    found = []
    for start, following in zip_longest(starts, starts[1:]):
        latest = LAST if following is None else following - timedelta(days=1)
        end = draw(st.just(None if following is None else latest) | st.dates(start, latest))
        found.append((draw(cents), start, end))
    return tuple(found)


position_rules = st.builds(
    Rule, st.sampled_from([Basis.PER_FTE_YEAR, Basis.PER_POSITION_YEAR]), dated_amounts(), st.booleans()
)
providers = st.sampled_from(["amt", "amt-2", "caritas", "awo"])


@st.composite
def places(draw: st.DrawFn, number: int) -> tuple[Place, ...]:
    found = []
    drawn = draw(st.lists(position_rules, min_size=1, max_size=2))
    # A name stands for one rule of its module.
    rules = st.sampled_from([replace(rule, name=f"Regel {index}") for index, rule in enumerate(drawn)])
    for index in range(draw(st.sampled_from([0, 1, 2, 3]))):
        times = [(draw(rules), draw(st.just(ALWAYS) | spans()))]
        end = times[0][1][1]
        if end is not None and end < LAST:
            times.append((draw(rules), (end + timedelta(days=1), None)))
        planned = draw(st.just(ALWAYS) | spans())
        found.append(Place(f"{number}.{index}", draw(shares), tuple(times), draw(costs), draw(providers), planned))
    return tuple(found)


@st.composite
def material(draw: st.DrawFn) -> tuple[Material, ...]:
    found = []
    for index in range(draw(st.sampled_from([0, 1, 2]))):
        per_fte = draw(st.booleans())
        basis = Basis.MATERIAL_PER_FTE if per_fte else Basis.FLAT_YEAR
        name = st.just(f"Sachkosten {index}")
        rule = draw(st.builds(Rule, st.just(basis), dated_amounts(), st.booleans(), name) | st.none())
        found.append(
            Material(f"m{index}", draw(st.sampled_from(MaterialKind)), per_fte, draw(costs), rule, draw(providers))
        )
    return tuple(found)


@st.composite
def awards(draw: st.DrawFn, covers: str) -> tuple[str, date, date, int]:
    year = draw(st.sampled_from(YEARS))
    last = date(year, 12, 31)
    start = draw(st.just(date(year, 1, 1)) | st.dates(date(year, 1, 1), last))
    return covers, start, draw(st.just(last) | st.dates(start, last)), draw(cents)


@st.composite
def modules(draw: st.DrawFn, number: int) -> Module:
    positions, lines = draw(places(number)), draw(material())
    awarded: list[tuple[str, date, date, int]] = []
    # Nobody could be given an amount that is awarded to a module without a line in that year: tested on its own.
    if positions and all(place.planned == ALWAYS for place in positions):
        awarded += draw(st.just([]) | st.lists(awards("positions"), max_size=2))
    if lines:
        awarded += draw(st.just([]) | st.lists(awards("material"), max_size=2))
    return Module(
        number,
        draw(st.sampled_from([None, 5_000, 3_334])),
        positions,
        lines,
        {covers: draw(dated_amounts()) for covers in draw(st.sets(st.sampled_from(["positions", "material"])))},
        tuple(awarded),
    )


@st.composite
def portfolios(draw: st.DrawFn) -> Portfolio:
    """Return a programme of one or two modules, with whatever may end in the middle of a year."""
    return Portfolio(
        tuple(draw(modules(number)) for number in range(1, draw(st.sampled_from([2, 3])))),
        draw(limits),
        draw(st.just(None) | limits),
        draw(st.dictionaries(st.sampled_from(["", "caritas", "awo", "amt"]), limits)),
        draw(st.sampled_from(Proration)),
    )
