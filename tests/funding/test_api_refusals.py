"""What cannot be answered is refused in one shape, in German, by name; never with a 5xx, never with a wrong figure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from funding.models import Programme
from tests.funding.rest import KIM, ROOT, load_another, parse, rest

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from syrupy.assertion import SnapshotAssertion

    from kim.models import User

FIGURES = f"{KIM}/figures/"
LINES = f"{ROOT}/budget-lines/"
POSITIONS = f"{KIM}/positions/"
BLOCK = f"{ROOT}/papers/2021-1121/finance-block/"

UNREADABLE = [
    f"{FIGURES}?year=0",
    f"{FIGURES}?year=99999",
    f"{FIGURES}?year=-2022",
    f"{FIGURES}?year=1999",
    f"{FIGURES}?year=2022.0",
    f"{FIGURES}?year=2e3",
    f"{FIGURES}?year=",
    f"{FIGURES}?year=%00",
    f"{FIGURES}?year=20%0022",
    f"{FIGURES}?year=%2B2022",
    f"{FIGURES}?year=+2022",
    f"{FIGURES}?year={quote('٢٠٢٢')}",
    f"{FIGURES}?year={quote('２０２２')}",
    f"{FIGURES}?year={quote('²⁰²²')}",
    f"{FIGURES}?year=NaN",
    f"{FIGURES}?year=%FF%FE",
    f"{FIGURES}?year={quote(chr(0x202E) + '2202')}",
    f"{FIGURES}?from=2024&to=2022",
    f"{FIGURES}?year=2022&from=2022",
    f"{FIGURES}?year=2022&year=2022",
    f"{FIGURES}?year=2022&year=2023",
    f"{FIGURES}?scenario=",
    f"{FIGURES}?scenario=%00",
    f"{FIGURES}?scenario=in%20force",
    f"{FIGURES}?scenario={quote('ín-force')}",
    f"{FIGURES}?scenario={quote(chr(39) + ' OR 1=1 --')}",
    f"{FIGURES}?version=",
    f"{FIGURES}?version=latest",
    f"{FIGURES}?version=0",
    f"{LINES}?version=1",
    f"{KIM}/versions/?ordering=number",
    f"{FIGURES}?explain=true",
    f"{FIGURES}?explain=1&format=csv",
    f"{FIGURES}?format=xml",
    f"{FIGURES}?dialect=de",
    f"{FIGURES}?format=csv&dialect=fr",
    f"{FIGURES}?scenaro=grant-ends",
    f"{FIGURES}?Year=2022",
    f"{FIGURES}?%00=1",
    f"{FIGURES}?=2022",
    f"{FIGURES}?year=22&scenario=%20&page=1",
    f"{LINES}?programme=kim%2Fnrw",
    f"{LINES}?format=xlsx&page=2",
    f"{LINES}?format=xlsx&dialect=de",
    f"{BLOCK}?format=xlsx",
    f"{BLOCK}?format=PDF",
    f"{BLOCK}?format=pdf&explain=1",
    f"{BLOCK}?year=2022&year=2023",
    f"{BLOCK}?year=%00",
    f"{BLOCK}?from=2022",
    f"{BLOCK}?scenario=%20",
    f"{BLOCK}?state=other",
    f"{BLOCK}?version=1&state=work",
    f"{LINES}?format=csv&page=2",
    f"{LINES}?from=2026&to=2022",
    f"{POSITIONS}?page=0",
    f"{POSITIONS}?page=-1",
    f"{POSITIONS}?page=1.5",
    f"{POSITIONS}?page=01",
    f"{POSITIONS}?page=last",
    f"{POSITIONS}?page=1000000",
    f"{POSITIONS}?page_size=0",
    f"{POSITIONS}?page_size=501",
    f"{POSITIONS}?page_size=99999999999999999999",
    f"{POSITIONS}?ordering=amount",
    f"{POSITIONS}?ordering=--title",
    f"{POSITIONS}?funding_module=x",
    f"{POSITIONS}?format=json",
    f"{KIM}/?year=2022",
    f"{ROOT}/papers/2021-1121/?x",
    f"{ROOT}/schema/?lang=en",
]
UNKNOWN = [
    f"{FIGURES}?year=2021",
    f"{FIGURES}?year=2099",
    f"{FIGURES}?from=2021",
    f"{FIGURES}?from=2022&to=2027",
    f"{FIGURES}?scenario=no-such-scenario",
    f"{FIGURES}?version=1",
    f"{FIGURES}?version=999999",
    f"{LINES}?programme=kim-nrw&version=1",
    f"{LINES}?programme=no-such-programme&version=1",
    f"{KIM}/versions/1/",
    f"{ROOT}/programmes/no-such-programme/versions/",
    f"{ROOT}/programmes/no-such-programme/versions/1/",
    f"{ROOT}/programmes/{'x' * 10_000}/versions/1/",
    f"{LINES}?year=2021",
    f"{LINES}?from=2030&to=2040",
    f"{LINES}?to=2021",
    f"{LINES}?programme=kim-nrw&year=2021",
    f"{LINES}?programme=no-such-programme",
    f"{LINES}?scenario=no-such-scenario",
    f"{POSITIONS}?page=2",
    f"{LINES}?page=999999",
    f"{ROOT}/programmes/no-such-programme/",
    f"{ROOT}/programmes/no-such-programme/positions/",
    f"{ROOT}/programmes/no-such-programme/figures/",
    f"{ROOT}/programmes/no-such-programme/scenarios/",
    f"{ROOT}/programmes/{'x' * 10_000}/",
    f"{ROOT}/programmes/{'x' * 10_000}/positions/",
    f"{ROOT}/programmes/{'x' * 10_000}/figures/",
    f"{BLOCK}?year=2021",
    f"{BLOCK}?scenario=no-such-scenario&format=pdf",
    f"{BLOCK}?version=1",
    f"{ROOT}/papers/2021-9999/finance-block/",
    f"{ROOT}/papers/{'x' * 10_000}/finance-block/",
    f"{ROOT}/papers/2021-9999/",
    f"{ROOT}/papers/{'x' * 10_000}/",
]


@pytest.fixture
def client(founding_case: Programme, bernd: User) -> Client:
    return rest(bernd)


def refusals(client: Client, addresses: list[str], status: int) -> dict[str, list[dict[str, str]]]:
    found = {}
    for address in addresses:
        response = client.get(address)
        assert (response.status_code, response["Content-Type"]) == (status, "application/json; charset=utf-8"), address
        answer = parse(response.content)
        assert list(answer) == ["errors"], address
        assert all(list(error) == ["field", "code", "message"] for error in answer["errors"]), address
        found[address if len(address) < 100 else f"{address[:40]}…{address[-20:]}"] = answer["errors"]
    return found


def test_what_cannot_be_read_is_a_400(client: Client, snapshot: SnapshotAssertion) -> None:
    assert refusals(client, UNREADABLE, 400) == snapshot


def test_what_does_not_exist_is_a_404(client: Client, snapshot: SnapshotAssertion) -> None:
    assert refusals(client, UNKNOWN, 404) == snapshot


def test_a_format_that_does_not_exist_is_a_406(client: Client, snapshot: SnapshotAssertion) -> None:
    found = {}
    for address in (FIGURES, POSITIONS):
        for accept in ("application/xml", "text/html", "image/*", "nonsense", ";;;", ","):
            response = client.get(address, headers={"accept": accept})
            found[address, accept] = (response.status_code, parse(response.content)["errors"])

    assert {status for status, _errors in found.values()} == {406}
    assert found == snapshot


@pytest.mark.parametrize("accept", ["", "*/*", "application/*", "text/html,*/*;q=0.1", "application/json; indent=8"])
def test_json_is_what_an_undecided_client_gets(client: Client, accept: str) -> None:
    response = client.get(FIGURES, headers={"accept": accept})

    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response.content == client.get(FIGURES).content


@pytest.mark.parametrize("name", ["year", "scenario", "version", "x" * 1000, "explain", "format"])
@pytest.mark.parametrize("value", ["9" * 10_000_000, "x" * 10_000_000], ids=["digits", "letters"])
def test_ten_megabytes_get_a_short_answer(client: Client, name: str, value: str) -> None:
    response = client.get(FIGURES, query_params={name: value})

    assert response.status_code == 400
    assert len(response.content) < 500


def test_a_thousand_parameters_get_a_short_answer(client: Client) -> None:
    response = client.get(FIGURES, query_params={f"p{number}": "1" for number in range(1000)})

    assert (response.status_code, len(parse(response.content)["errors"])) == (400, 20)


def test_a_scenario_of_one_programme_is_not_taken_for_another(
    client: Client, founding_case: Programme, tmp_path: Path
) -> None:
    load_another(tmp_path, 2)
    founding_case.scenarios.create(slug="only-here", name="Nur hier")

    assert client.get(f"{LINES}?programme=kim-nrw&scenario=only-here").status_code == 200
    response = client.get(f"{LINES}?scenario=only-here")
    assert response.status_code == 404
    assert parse(response.content)["errors"][0]["field"] == "scenario"


def test_a_programme_that_does_not_plan_the_year_has_no_rows(client: Client, tmp_path: Path) -> None:
    slug = load_another(tmp_path, 2)
    Programme.objects.filter(slug=slug).update(budget_year=2023, first_year=2023, last_year=2027)

    def rows(query: str) -> list[tuple[str, int]]:
        answer = parse(client.get(f"{LINES}?{query}").content)
        return sorted({(one["programme"], one["fiscal_year"]) for one in answer["results"]})

    assert rows("") == [("kim-2", 2023), ("kim-nrw", 2022)]
    assert rows("year=2022") == [("kim-nrw", 2022)]
    assert rows("year=2023") == [("kim-2", 2023), ("kim-nrw", 2023)]
    assert rows("from=2026") == [("kim-2", 2026), ("kim-2", 2027), ("kim-nrw", 2026)]
    assert rows("to=2022") == [("kim-nrw", 2022)]
