"""The cliff of a programme: the law in force beside the assumption that the state goes on, year by year."""

from functools import lru_cache

from funding.calculation.cliff import AwardTime, Cliff, Lane, cliff, lanes_of
from funding.calculation.inputs import Override, Parameter
from funding.calculation.scenarios import apply_overrides
from funding.calculation.shortfall import compute_year
from funding.selectors import IN_FORCE, ProgrammeState
from kim.figures import Figure, Source, Status

# The scenario that every programme has for it; where it was taken out, the assumption stands alone.
CONTINUES = "grant-continues"
ASSUMPTION = Override(Parameter.GRANT_UNTIL, None, Source("Annahme: Das Land fördert weiter", Status.ASSUMED))

# The figures of a year that a derivation may be asked for, beside those of the year itself.
RISK_KEYS = (
    "grant_if_continued", "city_if_continued", "grant_secured", "grant_expected", "grant_lost", "positions_at_risk",
    "fte_at_risk",
)  # fmt: skip


def award_times(state: ProgrammeState) -> tuple[AwardTime, ...]:
    """Return the awards whose period is known."""
    return tuple(
        AwardTime(one.funding_module, one.covers, one.period) for one in state.awards if one.period is not None
    )


def lanes(state: ProgrammeState) -> tuple[Lane, ...]:
    """Return how safe each part of the programme is over the plan."""
    return lanes_of(state.inputs, state.first_year, state.last_year, state.limited_until, award_times(state))


@lru_cache(maxsize=64)
def cliff_of(state: ProgrammeState) -> Cliff:
    """Return what hangs on the grant; computed once per state."""
    known = {one.slug: one for one in state.scenarios}
    overrides = known[CONTINUES].overrides if CONTINUES in known else (ASSUMPTION,)
    inputs = apply_overrides(state.inputs, overrides)
    continued = [
        state.figures(year, CONTINUES) if CONTINUES in known else compute_year(inputs, year) for year in state.years
    ]
    in_force = [state.figures(year, IN_FORCE) for year in state.years]
    return cliff(inputs, in_force, continued, state.limited_until, award_times(state))


def risk_figures(state: ProgrammeState, year: int) -> dict[str, Figure]:
    """Return the figures of a year's risk by the keys of ``RISK_KEYS``."""
    risk = next(one for one in cliff_of(state).years if one.year == year)
    figures = (risk.continued, risk.city_if_continued, risk.secured, risk.expected, risk.lost, risk.positions, risk.fte)
    return dict(zip(RISK_KEYS, figures, strict=True))
