"""What several tests of the funding side share: a scenario of the treasury, a recorded history, an exported file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from funding.models import Scenario
from staffing.models import Position, PositionCost
from tests.funding.histories import LOADED, stamp
from tests.funding.spreadsheets import exported

if TYPE_CHECKING:
    from django.test import Client

    from funding.models import Programme


@pytest.fixture
def programme(founding_case: Programme) -> Programme:
    """Return the founding case, loaded in November 2021."""
    stamp(LOADED)
    return founding_case


@pytest.fixture
def cost(programme: Programme) -> PositionCost:
    return PositionCost.objects.get(position__reference="KIM-1.1", fiscal_year=2022)


@pytest.fixture
def wish(founding_case: Programme) -> Scenario:
    """A scenario of the treasury that sets nothing yet."""
    return Scenario.objects.create(programme=founding_case, slug="wunsch", name="Wunsch", order=9)


@pytest.fixture
def position(founding_case: Programme) -> Position:
    return Position.objects.get(reference="KIM-2.1")


@pytest.fixture
def file(founding_case: Programme, ayse_client: Client) -> bytes:
    return exported(ayse_client)
