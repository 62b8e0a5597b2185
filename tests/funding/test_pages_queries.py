"""How many statements a page costs: a literal number, the same for a dozen positions and for three dozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from funding.models import FundedPosition
from funding.services import freeze
from staffing.models import Position, PositionCost
from tests.pages import Page

if TYPE_CHECKING:
    from django.test import Client

    from funding.models import Programme
    from kim.models import User

BASE = "/programme/kim-nrw"
# Session, account, and what the page itself asks: the programme, and the versions that the filter offers,
# and the questions on a figure, or how many are open.
COUNTS = {
    f"{BASE}/": 6,
    f"{BASE}/?year=2023&scenario=top-up-ends": 6,
    f"{BASE}/vergleich/?scenario_von=grant-continues&scenario=grant-ends&year=2023": 6,
    f"{BASE}/stellen/": 5,
    f"{BASE}/deckung/": 5,
    f"{BASE}/stellen/tariferhoehungen/": 5,
    f"{BASE}/sachkosten/": 4,
    f"{BASE}/rechenweg/shortfall/": 5,
    f"{BASE}/szenarien/": 3,
    f"{BASE}/vorlagen/2021-1121/finanzblock/": 5,
    f"{BASE}/vorlagen/2021-1121/finanzblock.pdf": 4,
    # A version that was read before: one statement finds it and digests its text; no live row is asked.
    f"{BASE}/?version=1": 5,
    f"{BASE}/stellen/?version=1": 4,
    f"{BASE}/foerderung/?version=1": 3,
    f"{BASE}/szenarien/?version=1": 3,
    f"{BASE}/fassungen/": 4,
    f"{BASE}/fassungen/1/": 4,
    "/api/v1/programmes/kim-nrw/figures/?version=1": 3,
    "/api/v1/programmes/kim-nrw/versions/": 4,
    "/api/v1/programmes/kim-nrw/versions/1/": 4,
    "/api/v1/programmes/kim-nrw/figures/": 3,
    "/api/v1/programmes/kim-nrw/figures/?from=2022&to=2026&scenario=grant-ends": 3,
}


def triple() -> None:
    """Give every position two more of its kind, with cost and funding."""
    for funded in list(FundedPosition.objects.select_related("position")):
        costs = list(PositionCost.objects.filter(position=funded.position))
        for number in (2, 3):
            place = Position.objects.get(pk=funded.position_id)
            place.pk, place.reference = None, f"{place.reference}-{number}"
            place._state.adding = True  # noqa: SLF001 - how Django copies a row
            place.save()
            PositionCost.objects.bulk_create(
                PositionCost(position=place, fiscal_year=one.fiscal_year, amount=one.amount, source=one.source)
                for one in costs
            )
            FundedPosition.objects.create(
                position=place, grant_rule_id=funded.grant_rule_id, valid_from=funded.valid_from, source=funded.source
            )


def counted(client: Client) -> dict[str, int]:
    """Return the number of statements of each address; points of return inside a transaction are not among them."""
    found = {}
    for address in COUNTS:
        with CaptureQueriesContext(connection) as statements:
            assert client.get(address).status_code == 200
        found[address] = len([one for one in statements if "SAVEPOINT" not in one["sql"]])
    return found


@pytest.mark.parametrize("positions", [12, 36])
def test_number_of_statements(founding_case: Programme, ayse: User, bernd_client: Client, positions: int) -> None:
    if positions > 12:
        triple()
    for number in range(1 if positions == 12 else 3):
        freeze(programme=founding_case, name=f"Fassung {number}", paper=None, by=ayse)
    # The first request of a process prepares the one statement that reads a programme, and reads and proves versions.
    bernd_client.get(f"{BASE}/fassungen/")
    bernd_client.get(f"{BASE}/")
    bernd_client.get(f"{BASE}/?version=1")
    assert counted(bernd_client) == COUNTS
    rows = Page(bernd_client.get(f"{BASE}/stellen/")).table("Stellen, Haushaltsjahr 2022, in Euro")
    assert len(rows) == positions + 2
