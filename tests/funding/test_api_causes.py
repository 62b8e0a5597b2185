"""Causes over REST: the parts add up, they are those of the page, and what does not exist is refused by name."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from funding.calculation.causes import Cause
from tests.funding.rest import KIM, parse, rest
from tests.funding.test_comparison import extend
from tests.routes import frozen_version

if TYPE_CHECKING:
    from funding.models import Programme
    from kim.models import User

PATH = f"{KIM}/causes/"


def amounts(data: dict[str, Any]) -> dict[str, str]:
    return {key: figure["amount"] for key, figure in data.items()}


def test_causes_of_a_larger_team(founding_case: Programme, ayse: User, bernd: User) -> None:
    frozen_version(ayse)
    extend()
    answer = parse(rest(bernd).get(PATH, {"from_state": "fassung-1"}).content)

    assert (answer["programme"], answer["fiscal_year"]) == ("kim-nrw", 2022)
    assert (answer["from"]["state"], answer["from"]["version"]) == ("fassung-1", 1)
    assert (answer["to"]["state"], answer["to"]["version"]) == ("heute", None)
    assert amounts(answer["from"]["figures"])["shortfall"] == "336657.24"
    assert amounts(answer["to"]["figures"])["shortfall"] == "361657.24"
    assert amounts(answer["difference"]) == {"expense": "80000.00", "grant": "55000.00", "shortfall": "25000.00"}
    assert [one["cause"] for one in answer["causes"]] == [one.value for one in Cause]
    assert {
        one["cause"]: (amounts(one["difference"])["shortfall"], one["values"])
        for one in answer["causes"]
        if one["values"]
    } == {
        "positions": (
            "80000.00", [{"name": "Stelle Casemanagement 6", "before": "nicht geplant", "after": "1,0 VZÄ"}],
        ),
        "lump_sum": (
            "-55000.00",
            [{"name": "Höchstbetrag Casemanagement (Stellen)", "before": "275.000,00 €", "after": "330.000,00 €"}],
        ),
    }  # fmt: skip


@pytest.mark.parametrize("year", ["2022", "2023"])
def test_parts_add_up(founding_case: Programme, bernd: User, year: str) -> None:
    query = {"from_state": "heute", "from_scenario": "grant-continues", "scenario": "top-up-ends", "year": year}
    answer = parse(rest(bernd).get(PATH, query).content)
    for key in ("expense", "grant", "shortfall"):
        parts = sum(Decimal(one["difference"][key]["amount"]) for one in answer["causes"])
        before, after = (Decimal(answer[side]["figures"][key]["amount"]) for side in ("from", "to"))
        assert parts == Decimal(answer["difference"][key]["amount"]) == after - before


REFUSED = {
    "from_state=fassung-9": (404, "from_state"),
    "from_state=1999-01-01": (404, "from_state"),
    "from_state=gestern": (404, "from_state"),
    "to_state=2999-01-01": (404, "to_state"),
    "scenario=nichts": (404, "scenario"),
    "from_scenario=nichts": (404, "from_scenario"),
    "year=2099": (404, "year"),
    "year=22": (400, "year"),
    "from_state=../": (400, "from_state"),
    "von=heute": (400, "von"),
}


def test_what_does_not_exist_is_refused_by_name(founding_case: Programme, bernd: User) -> None:
    found = {}
    for query in REFUSED:
        answer = rest(bernd).get(f"{PATH}?{query}")
        (error,) = parse(answer.content)["errors"]
        found[query] = (answer.status_code, error["field"])
    assert found == REFUSED
    assert rest(bernd).get(PATH.replace("kim-nrw", "nichts")).status_code == 404


def test_the_same_answer_is_not_sent_twice(founding_case: Programme, ayse: User, bernd: User) -> None:
    frozen_version(ayse)
    client = rest(bernd)
    etag = client.get(PATH, {"from_state": "fassung-1"}).headers["ETag"]
    assert etag.startswith("W/")
    assert client.get(PATH, {"from_state": "fassung-1"}, headers={"if-none-match": etag}).status_code == 304
    extend()
    assert client.get(PATH, {"from_state": "fassung-1"}, headers={"if-none-match": etag}).status_code == 200


def test_number_of_statements(founding_case: Programme, ayse: User, bernd: User) -> None:
    frozen_version(ayse)
    client = rest(bernd)
    client.get(PATH, {"from_state": "fassung-1"})
    with CaptureQueriesContext(connection) as statements:
        assert client.get(PATH, {"from_state": "fassung-1"}).status_code == 200
    # The token with its account; the programme, the version, today.
    assert len([one for one in statements if "SAVEPOINT" not in one["sql"]]) == 4
