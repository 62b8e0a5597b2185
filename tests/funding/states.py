"""Pairs of made-up states: two of any kind, and two that differ in exactly one aspect."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from funding.calculation.causes import Cause, State
from funding.calculation.inputs import Override, Parameter
from kim.years import Proration
from tests.funding.portfolios import GUESS, YEARS, Module, Place, Portfolio, inputs, portfolios

if TYPE_CHECKING:
    from collections.abc import Callable

DAYS = st.sampled_from([date(2022, 6, 30), date(2022, 12, 31), date(2023, 12, 31), date(2024, 3, 15)])
overrides = st.lists(
    st.builds(Override, st.just(Parameter.GRANT_UNTIL), st.none() | DAYS, st.just(GUESS))
    | st.builds(Override, st.just(Parameter.POSITIONS_UNTIL), DAYS, st.just(GUESS))
    | st.builds(Override, st.just(Parameter.TOP_UP_UNTIL), DAYS, st.just(GUESS), st.sampled_from([None, "awo"]))
    | st.builds(
        Override, st.just(Parameter.COST_PERCENT), st.none(), st.just(GUESS), first_year=st.sampled_from(YEARS),
        percent=st.sampled_from([Decimal("2.5"), Decimal(-10)]),
    )
    | st.builds(
        Override, st.sampled_from([Parameter.LUMP_SUM_PERCENT, Parameter.CAP_PERCENT]), st.none(), st.just(GUESS),
        first_day=DAYS, percent=st.sampled_from([Decimal(3), Decimal(-50)]),
    )
    | st.builds(
        Override, st.just(Parameter.POSITION_UNTIL), DAYS, st.just(GUESS), position=st.sampled_from(["1.0", "2.1"])
    ),
    max_size=2, unique_by=lambda one: one.parameter,
)  # fmt: skip


@st.composite
def states(draw: st.DrawFn) -> State:
    """Return any state: a made-up programme under up to two overrides."""
    return inputs(draw(portfolios())), tuple(draw(overrides))


def _each_module(portfolio: Portfolio, change: Callable[[Module], Module]) -> Portfolio:
    return replace(portfolio, modules=tuple(change(one) for one in portfolio.modules))


def _each_place(portfolio: Portfolio, change: Callable[[Place], Place]) -> Portfolio:
    return _each_module(portfolio, lambda module: replace(module, places=tuple(change(one) for one in module.places)))


def _raised(amounts: tuple[tuple[int, date, date | None], ...]) -> tuple[tuple[int, date, date | None], ...]:
    return tuple((cents + 200_000, start, end) for cents, start, end in amounts)


def _lump_sums(module: Module) -> Module:
    places = tuple(
        replace(
            place,
            times=tuple((replace(rule, amounts=_raised(rule.amounts)), span) for rule, span in place.times),
        )
        for place in module.places
    )
    material = tuple(
        replace(one, rule=one.rule and replace(one.rule, amounts=_raised(one.rule.amounts))) for one in module.material
    )
    return replace(module, places=places, material=material)


def _another_place(module: Module) -> Module:
    return replace(
        module,
        places=tuple(
            some for one in module.places for some in (one, replace(one, reference=f"{one.reference}-neu", fte=5_000))
        ),
    )


# One aspect changed, everything else as it was.
CHANGES: dict[Cause, tuple[Callable[[Portfolio], Portfolio], ...]] = {
    Cause.POSITIONS: (
        lambda one: _each_module(one, _another_place),
        lambda one: _each_module(one, lambda module: replace(module, places=module.places[1:])),
        lambda one: _each_module(one, lambda module: replace(module, places=module.places[:-1])),
    ),
    Cause.OCCUPANCY: (
        lambda one: _each_place(one, lambda place: replace(place, fte=8_000)),
        lambda one: _each_place(one, lambda place: replace(place, planned=(date(2022, 4, 1), date(2023, 9, 30)))),
        lambda one: _each_place(
            one, lambda place: replace(place, times=((place.times[0][0], (date(2022, 3, 1), date(2024, 2, 29))),))
        ),
    ),
    Cause.LUMP_SUM: (
        lambda one: _each_module(one, _lump_sums),
        lambda one: _each_module(one, lambda module: replace(module, minimum_fte=6_000)),
        lambda one: _each_module(
            one, lambda module: replace(module, caps={"positions": ((3_000_000, date(2020, 1, 1), None),)})
        ),
    ),
    Cause.AWARD: (
        lambda one: _each_module(
            one,
            lambda module: replace(
                module, awards=tuple((covers, first, last, cents + 7) for covers, first, last, cents in module.awards)
            ),
        ),
        lambda one: _each_module(one, lambda module: replace(module, awards=())),
    ),
    Cause.MATERIAL: (
        lambda one: _each_module(one, lambda module: replace(module, material=module.material[1:])),
        lambda one: _each_module(
            one,
            lambda module: replace(
                module, material=tuple(replace(line, costs=dict.fromkeys(YEARS, 123)) for line in module.material)
            ),
        ),
        lambda one: _each_module(
            one, lambda module: replace(module, material=tuple(replace(line, rule=None) for line in module.material))
        ),
    ),
    Cause.DECLARED_COST: (
        lambda one: _each_place(one, lambda place: replace(place, costs=dict.fromkeys(YEARS, 7_654_321))),
        lambda one: _each_place(one, lambda place: replace(place, costs={})),
    ),
    Cause.GRANT_TERM: (lambda one: replace(one, grant_until=date(2022, 8, 31)),),
    Cause.OTHER: (lambda one: replace(one, proration=Proration.CALENDAR_DAYS),),
}
