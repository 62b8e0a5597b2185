"""Frozen versions over REST: listed, whole, in figures and budget lines; strong tags, and nothing under a broken seal."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from funding.models import CouncilPaper, ForecastVersion, LedgerAccount, Programme
from staffing.models import PositionCost
from tests.funding.frozen import frozen, tamper
from tests.funding.rest import KIM, ROOT, load_another, parse, rest
from tests.pages import Page

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from kim.models import User

VERSIONS, FIGURES, LINES = f"{KIM}/versions/", f"{KIM}/figures/", f"{ROOT}/budget-lines/"
OF_ONE = {
    FIGURES: {"version": "1", "year": "2022"},
    LINES: {"version": "1", "programme": "kim-nrw"},
    f"{VERSIONS}1/": {},
}


@pytest.fixture
def version(founding_case: Programme, ayse: User) -> ForecastVersion:
    return frozen(founding_case, ayse, note="Stand der Vorlage")


@pytest.fixture
def client(version: ForecastVersion, bernd: User) -> Client:
    return rest(bernd)


def answer(client: Client, address: str, **query: str) -> Any:
    found = client.get(address, query)
    assert found.status_code == 200, found.content
    return parse(found.content)


def move_everything() -> None:
    PositionCost.objects.update(amount=Decimal("90000.00"))
    LedgerAccount.objects.all().delete()
    Programme.objects.update(last_year=2024, internal_order="1")


def test_the_list_names_each_version(
    founding_case: Programme, ayse: User, version: ForecastVersion, client: Client
) -> None:
    second = frozen(founding_case, ayse, "Ohne Vorlage", paper=None, corrects=version)
    found = answer(client, VERSIONS)["results"]
    title = CouncilPaper.objects.get(number="2021/1121").title
    paper = {"number": "2021/1121", "slug": "2021-1121", "title": title}
    shared = {"schema": 1, "is_sealed": True}
    assert found == [
        {
            **shared, "number": 2, "name": "Ohne Vorlage", "note": "", "paper": None, "corrects": 1,
            "corrected_by": None, "frozen_at": second.frozen_at.isoformat(), "seal": second.seal,
        },
        {
            **shared, "number": 1, "name": "Vorlage 2021/1121", "note": "Stand der Vorlage", "paper": paper,
            "corrects": None, "corrected_by": 2, "frozen_at": version.frozen_at.isoformat(), "seal": version.seal,
        },
    ]  # fmt: skip


def test_the_list_is_paged(founding_case: Programme, ayse: User, client: Client) -> None:
    frozen(founding_case, ayse, "Zweite")
    page = answer(client, VERSIONS, page_size="1", page="2")
    assert (page["count"], page["next"], [one["number"] for one in page["results"]]) == (2, None, [1])


def test_the_document_proves_its_seal_without_this_product(version: ForecastVersion, client: Client) -> None:
    found = answer(client, f"{VERSIONS}1/")
    text = json.dumps(found["document"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == found["seal"] == version.seal
    assert (found["number"], found["frozen_by"], found["paper"]["paper_date"]) == (1, "Finanzverwaltung", "2021-11-04")


def test_figures_of_a_version_are_those_of_its_day(client: Client) -> None:
    live = answer(client, FIGURES, year="2022", scenario="grant-continues", explain="1")
    move_everything()
    found = answer(client, FIGURES, year="2022", scenario="grant-continues", explain="1", version="1")
    assert found == {**live, "version": 1}
    span = answer(client, FIGURES, **{"from": "2025", "version": "1"})
    assert (span["version"], span["to"], {one["version"] for one in span["years"]}) == (1, 2026, {1})


@pytest.mark.parametrize("dialect", ["iso", "de"])
def test_csv_of_a_version_names_it(client: Client, dialect: str) -> None:
    live = client.get(FIGURES, {"year": "2022", "format": "csv", "dialect": dialect}).content.decode()
    move_everything()
    query = {"year": "2022", "format": "csv", "dialect": dialect, "version": "1"}
    found = client.get(FIGURES, query).content.decode()
    comma = {"iso": ",", "de": ";"}[dialect]
    assert found == live.replace(f"{comma}in-force{comma}{comma}", f"{comma}in-force{comma}1{comma}")


def test_budget_lines_of_a_version_keep_accounts_and_order(client: Client) -> None:
    live = answer(client, LINES, programme="kim-nrw")["results"]
    move_everything()
    found = answer(client, LINES, programme="kim-nrw", version="1")["results"]
    assert found == [{**line, "version": 1} for line in live]
    assert len(found) == 3


def test_a_version_needs_its_programme(client: Client) -> None:
    found = client.get(LINES, {"version": "1"})
    assert (found.status_code, parse(found.content)["errors"][0]["field"]) == (400, "version")


def test_versions_of_another_programme_are_not_found(client: Client, tmp_path: Path) -> None:
    slug = load_another(tmp_path, 7)
    for address in (f"{ROOT}/programmes/{slug}/versions/1/", f"{ROOT}/programmes/{slug}/figures/?version=1"):
        assert client.get(address).status_code == 404
    assert answer(client, f"{ROOT}/programmes/{slug}/versions/")["results"] == []


# --- Tags -----------------------------------------------------------------------------------------------------------


def test_tags_of_a_version_are_strong_and_begin_with_its_seal(version: ForecastVersion, client: Client) -> None:
    tags = {address: client.get(address, query)["ETag"] for address, query in OF_ONE.items()}
    assert tags[f"{VERSIONS}1/"] == f'"{version.seal}"'
    assert all(tag.startswith(f'"{version.seal}') for tag in tags.values())
    assert len(set(tags.values())) == 3
    assert client.get(VERSIONS)["ETag"].startswith('W/"')


def test_years_later_it_is_the_same_or_304(client: Client) -> None:
    before = {address: client.get(address, query) for address, query in OF_ONE.items()}
    move_everything()
    for address, query in OF_ONE.items():
        tag = before[address]["ETag"]
        again = client.get(address, query)
        assert (again.content, again["ETag"]) == (before[address].content, tag), address
        known = client.get(address, query, headers={"if-none-match": tag})
        assert (known.status_code, known.content, known["ETag"]) == (304, b"", tag), address


def test_another_question_has_another_tag(client: Client) -> None:
    queries: list[dict[str, str]] = [
        {}, {"year": "2023"}, {"scenario": "grant-ends"}, {"explain": "1"}, {"from": "2022"}, {"format": "csv"},
        {"format": "csv", "dialect": "de"},
    ]  # fmt: skip
    tags = [client.get(FIGURES, {"version": "1", **query})["ETag"] for query in queries]
    assert len(set(tags)) == len(queries)
    assert client.get(FIGURES, {"version": "1"}, headers={"host": "localhost"})["ETag"] not in tags


# --- A broken seal --------------------------------------------------------------------------------------------------


def test_nothing_is_given_out_under_a_broken_seal(version: ForecastVersion, client: Client) -> None:
    tags = {address: client.get(address, query)["ETag"] for address, query in OF_ONE.items()}
    tamper(version, lambda document: document["version"].update(note="nachträglich"))
    message = "Das Siegel der Fassung 1 ist gebrochen; das festgeschriebene Dokument gibt es nicht mehr."
    for address, query in OF_ONE.items():
        found = client.get(address, query, headers={"if-none-match": tags[address]})
        assert found.status_code == 404, address
        assert parse(found.content) == {"errors": [{"field": "version", "code": "seal_broken", "message": message}]}
    assert [one["is_sealed"] for one in answer(client, VERSIONS)["results"]] == [False]


def test_the_handbook_says_how_to_check_a_seal(version: ForecastVersion, client: Client, bernd_client: Client) -> None:
    page = Page(bernd_client.get("/handbuch/fassungen/"))
    (example,) = page.all("pre", id="beispiel-siegel")
    program = "".join(str(line) for line in example.one("code").children)
    answered = client.get(f"{VERSIONS}1/").content
    done = subprocess.run([sys.executable, "-c", program], input=answered, capture_output=True, check=True)
    assert done.stdout.decode().strip() == version.seal
