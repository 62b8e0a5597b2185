"""Positions paid by the tables, as Hypothesis makes them up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from kim.years import Period
from staffing.calculation.pay import PayTerms
from staffing.published_law import published_law
from tests.staffing.pay import ZVK, flat, percent, share

# Every group and step of both tables.
PLACES = sorted(published_law().table, key=str)
FIRST, LAST = date(2020, 3, 1), date(2032, 12, 31)

percents = st.integers(min_value=0, max_value=250_000).map(lambda number: str(Decimal(number).scaleb(-4)))
shares = st.one_of(
    st.sampled_from(["1.0", "0.5", "0.75", "0.65"]),
    st.integers(min_value=0, max_value=10_000).map(lambda number: str(Decimal(number).scaleb(-4))),
    st.integers(min_value=0, max_value=500).map(lambda number: str(Decimal(number).scaleb(-2))),
)


@st.composite
def positions(draw: st.DrawFn, *, open_end: bool = False) -> PayTerms:
    """Return the terms of a position that exists somewhere between the first table and 2032."""
    tariff, group, step = draw(st.sampled_from(PLACES))
    start = FIRST if open_end else draw(st.dates(min_value=FIRST, max_value=LAST))
    end = None if open_end else draw(st.none() | st.dates(min_value=start, max_value=LAST))
    return PayTerms(
        tariff=tariff,
        group=group,
        step=step,
        fte=share(draw(shares)),
        period=Period(start, end),
        employer_is_city=draw(st.booleans()),
        step_since=draw(st.none() | st.dates(min_value=date(2010, 1, 1), max_value=LAST)),
        supplementary_pension=draw(
            st.none() | st.just(ZVK) | st.builds(percent, st.just("supplementary_pension_rate"), percents)
        ),
        u2=draw(st.none() | st.builds(percent, st.just("u2_rate"), percents)),
        workplace=draw(st.none() | st.sampled_from(["9700.00", "5700.00", "0.01"]).map(flat)),
        overhead=draw(st.none() | st.builds(percent, st.just("overhead_rate"), percents)),
    )
