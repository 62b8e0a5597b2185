"""Freezing and proving a version beside computing the same figures once, without any of it."""

import time
from collections.abc import Callable
from functools import partial
from statistics import median

from funding.calculation.scenarios import apply_overrides
from funding.calculation.shortfall import compute_year
from funding.models import Programme
from funding.proof import _prove, prove
from funding.selectors import ProgrammeState, _figures, programme_state
from funding.services import freeze
from funding.versions import VersionRow, _state, require_row, state_of_row
from kim.models import User
from tests.benchmarks import workloads


def measure(workload: str, rounds: int) -> None:
    """Print the ratios; the floor computes every figure of every year and scenario once from the rows."""
    programme, user = Programme.objects.get(slug="kim-nrw"), User.objects.get(username="bench")
    taken: dict[str, list[float]] = {"one year": [], "freeze": [], "prove": [], "read": []}
    floors = []
    for number in range(1, rounds + 1):
        workloads.touch()
        floors.append(timed(all_figures))
        workloads.touch()
        taken["one year"].append(timed(one_year))
        workloads.touch()
        name = f"Fassung {number}"
        taken["freeze"].append(timed(partial(freeze, programme=programme, name=name, paper=None, by=user)))
        row = require_row("kim-nrw", number)
        for known in (_state, _prove, _figures):
            known.cache_clear()
        taken["prove"].append(timed(partial(prove, row)))
        _state.cache_clear()
        taken["read"].append(timed(partial(one_frozen_year, row)))
    goals = {
        "one year": "figures of a state just changed",
        "freeze": "goal <= 3",
        "prove": "goal <= 3",
        "read": "one year, from the text",
    }
    for what, times in taken.items():
        ratios = [one / floor for one, floor in zip(times, floors, strict=True)]
        print(
            f"{workload} {what + ' (' + goals[what] + ')':44} floor {median(floors) / 1e6:7.1f} ms  "
            f"{median(times) / 1e6:8.1f} ms  ratio {median(ratios):5.2f}  ({min(ratios):.2f} to {max(ratios):.2f})"
        )


def all_figures() -> None:
    """Compute what a version holds, and keep nothing."""
    state: ProgrammeState | None = programme_state("kim-nrw")
    assert state is not None
    for one in state.scenarios:
        inputs = apply_overrides(state.inputs, one.overrides)
        for year in state.years:
            compute_year(inputs, year)


def one_year() -> None:
    """Read the rows and compute one year, as one call of ``figures`` does after a change."""
    state = programme_state("kim-nrw")
    assert state is not None
    state.figures(2023)


def one_frozen_year(row: VersionRow) -> None:
    """Read a version and build one year of it."""
    state_of_row(row).figures(2023)


def timed(do: Callable[[], object]) -> float:
    """Return how many nanoseconds it took."""
    start = time.perf_counter_ns()
    do()
    return time.perf_counter_ns() - start
