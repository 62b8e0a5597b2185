"""What several tests of the funding side share: a scenario of the treasury, a recorded history, an exported file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from funding.models import Scenario
from staffing.loading import load_pay
from staffing.models import Position, PositionBasis, PositionCost
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


@pytest.fixture
def in_table(founding_case: Programme) -> Position:
    """The first coordination, from 2023 on in the pay table instead of with a declared amount."""
    load_pay()
    position = Position.objects.get(reference="KIM-1.1")
    PositionCost.objects.filter(position=position, fiscal_year__gte=2023).delete()
    PositionBasis.objects.create(
        position=position, first_year=2022, basis="pay_table", tariff="TVoeD-VKA-E", pay_group="E10", pay_step=3,
        source="Stellenplan 2022",
    )  # fmt: skip
    return position
