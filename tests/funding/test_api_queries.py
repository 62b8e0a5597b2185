"""How many statements an answer costs: literal, and the same however many positions there are."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from funding.models import FundedPosition, GrantRule
from staffing.models import Position, PositionCost
from tests.conftest import signed_in
from tests.funding.rest import KIM, ROOT, load_another, rest

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from funding.models import Programme
    from kim.models import User

TOKEN = 1
SESSION = 2
# Beside finding out who asks.
STATEMENTS = {
    f"{ROOT}/programmes/": 5,  # how many, programmes with municipality, accounts, modules, caps
    f"{KIM}/": 4,
    f"{KIM}/positions/": 2,  # how many, and the page
    f"{KIM}/positions/?provider=ki": 3,  # how many of all, how many of these, and the page
    f"{KIM}/figures/": 1,
    f"{KIM}/figures/?from=2022&to=2026&scenario=grant-ends": 1,
    f"{KIM}/figures/?explain=1": 1,
    f"{KIM}/figures/?format=csv": 1,
    f"{KIM}/scenarios/": 1,
    f"{ROOT}/budget-lines/?programme=kim-nrw": 1,
    f"{ROOT}/papers/": 8,  # how many, papers, items with decision, links there and back, meetings, motions, versions
    f"{ROOT}/papers/2021-1121/": 7,
    f"{ROOT}/papers/2021-1121/oparl/": 8,  # the same, and since when it is here
    f"{ROOT}/papers/2021-1121/finance-block/": 3,  # which programme, the version of the paper, and the state
    f"{ROOT}/schema/": 0,
}


def statements(client: Client, address: str, status: int = 200) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == status, address
    return [query["sql"] for query in captured]


def add_positions(count: int) -> None:
    """Fund that many more positions by the first rule of the founding case."""
    rule = GrantRule.objects.get(funding_module__programme__slug="kim-nrw", name="Casemanagement")
    like = Position.objects.get(reference="KIM-2.1")
    for number in range(count):
        position = Position.objects.create(
            reference=f"MORE-{number:03}", title="Casemanagement", provider=like.provider, fte=Decimal("1.0"),
            planned_from=like.planned_from,
        )  # fmt: skip
        PositionCost.objects.create(
            position=position, fiscal_year=2022, amount=Decimal("1000.00"), source="Stellenplan"
        )
        FundedPosition.objects.create(
            position=position, grant_rule=rule, valid_from=like.planned_from, source="Stellenplan"
        )


@pytest.fixture
def client(founding_case: Programme, bernd: User) -> Client:
    client = rest(bernd)
    # The first statement of a connection prepares the second.
    client.get(f"{KIM}/figures/")
    return client


def test_statements_do_not_grow_with_positions(client: Client, bernd: User) -> None:
    few = {address: len(statements(client, address)) for address in STATEMENTS}
    add_positions(30)
    many = {address: len(statements(client, address)) for address in STATEMENTS}

    assert few == {address: count + TOKEN for address, count in STATEMENTS.items()}
    assert many == few


def test_statements_do_not_grow_with_programmes(client: Client, tmp_path: Path) -> None:
    for number in (2, 3):
        load_another(tmp_path, number)

    found = {address: len(statements(client, address)) for address in STATEMENTS}
    assert found == {address: count + TOKEN for address, count in STATEMENTS.items()}
    # Budget lines of everything: which programmes there are, and one statement for each.
    assert len(statements(client, f"{ROOT}/budget-lines/")) == 1 + 3 + TOKEN


def test_a_session_costs_two_statements(founding_case: Programme, bernd: User) -> None:
    client = signed_in(bernd)
    client.get(f"{KIM}/figures/")

    assert len(statements(client, f"{KIM}/figures/")) == 1 + SESSION


def test_refusals_ask_no_more_than_they_must(client: Client, bernd: User) -> None:
    etag = client.get(f"{KIM}/figures/")["ETag"]

    assert len(statements(client, f"{KIM}/figures/?year=x", 400)) == TOKEN
    assert len(statements(client, f"{KIM}/figures/?year=2050", 404)) == 1 + TOKEN
    assert len(statements(client, f"{ROOT}/nothing/", 404)) == 0
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"{KIM}/figures/", headers={"if-none-match": etag}).status_code == 304
    assert len(captured) == 1 + TOKEN
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"{KIM}/figures/", headers={"authorization": "Token x"}).status_code == 401
    assert len(captured) == 0
    with CaptureQueriesContext(connection) as captured:
        assert client.post(f"{KIM}/figures/").status_code == 405
    assert len(captured) == 0
