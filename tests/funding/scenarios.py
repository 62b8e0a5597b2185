"""Scenarios of the treasury as tests set and read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from funding.models import Scenario, ScenarioOverride
from funding.selectors import ProgrammeState, programme_state

if TYPE_CHECKING:
    from funding.calculation.inputs import Parameter

HERE = "/programme/kim-nrw/szenarien/"
REASON = "Ankündigung des Landes vom 01.03.2022"


def state() -> ProgrammeState:
    found = programme_state("kim-nrw")
    assert found is not None
    return found


def shortfalls(scenario: str = "in-force") -> dict[int, dict[str, str]]:
    """Return every published figure of every year."""
    now = state()
    return {
        year: {key: str(figure.amount) for key, figure in now.figures(year, scenario).figures.items()}
        for year in now.years
    }


def override(scenario: Scenario, parameter: Parameter, **values: Any) -> ScenarioOverride:
    return ScenarioOverride.objects.create(
        scenario=scenario, parameter=parameter.value, source=REASON, source_status="assumed", **values
    )
