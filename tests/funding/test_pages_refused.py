"""Addresses that name nothing: a page with a German sentence, never an error page, and never somebody else's figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fingerprint import fingerprint
from tests.headers import missing_headers
from tests.pages import Page

if TYPE_CHECKING:
    from django.test import Client

    from funding.models import Programme

BASE = "/programme/kim-nrw"
NO_YEAR = "„{}“ ist kein Haushaltsjahr. Bitte vier Ziffern angeben, zum Beispiel 2022."
NOT_PLANNED = "{} liegt nicht im Plan. Geplant sind 2022 bis 2026."
NO_SCENARIO = (
    "Das Szenario „{}“ gibt es nicht. Es gibt: in-force, grant-continues, grant-ends, top-up-ends, positions-end."
)
NO_VERSION = "Die Fassung „{}“ gibt es nicht. Ohne Angabe erscheint der Arbeitsstand."

# What stands in the address, and what the page says.
CHOICES = [
    *((f"year={year}", NOT_PLANNED.format(int(year))) for year in ("0000", "1999", "2021", "2027", "9999")),
    *((f"year={year}", NO_YEAR.format(year)) for year in ("0", "22", "02022", "99999", "2022.0", "-2022", "1e3", "heute")),
    ("year=%D9%A2%D9%A0%D9%A2%D9%A2", NO_YEAR.format("٢٠٢٢")),
    ("year=2022%00", NO_YEAR.format("2022\ufffd")),
    ("year=%E2%80%AE2022", NO_YEAR.format("\ufffd2022")),
    (f"year={'9' * 3000}", NO_YEAR.format("9" * 20)),
    ("year=2022&year=1999", NOT_PLANNED.format(1999)),
    ("scenario=nichts", NO_SCENARIO.format("nichts")),
    ("scenario=IN-FORCE", NO_SCENARIO.format("IN-FORCE")),
    ("scenario=in-force%00", NO_SCENARIO.format("in-force\ufffd")),
    ("scenario=in-force&scenario=nichts", NO_SCENARIO.format("nichts")),
    (f"scenario={'x' * 3000}", NO_SCENARIO.format("x" * 60)),
    ("version=1", NO_VERSION.format("1")),
    ("version=%3Cb%3E", NO_VERSION.format("<b>")),
    ("version=%00", NO_VERSION.format("\ufffd")),
]  # fmt: skip


@pytest.mark.parametrize("path", ["", "stellen/", "rechenweg/shortfall/"])
def test_year_scenario_and_version_that_do_not_exist(founding_case: Programme, bernd_client: Client, path: str) -> None:
    found = []
    for query, _message in CHOICES:
        answer = bernd_client.get(f"{BASE}/{path}?{query}")
        page = Page(answer)
        assert missing_headers(answer) == []
        found.append((query, answer.status_code, page.heading, page.main.all("p")[0].text))
    assert found == [(query, 404, "Das geht so nicht", message) for query, message in CHOICES]


@pytest.mark.parametrize("path", ["sachkosten/", "foerderung/", "szenarien/", "vorlagen/", "vorlagen/2021-1121/"])
def test_every_page_refuses_the_same(founding_case: Programme, bernd_client: Client, path: str) -> None:
    found = {
        query: Page(bernd_client.get(f"{BASE}/{path}?{query}")).main.all("p")[0].text
        for query in ("year=1999", "scenario=nichts", "version=7")
    }
    assert found == {
        "year=1999": NOT_PLANNED.format(1999), "scenario=nichts": NO_SCENARIO.format("nichts"),
        "version=7": NO_VERSION.format("7"),
    }  # fmt: skip


def test_the_last_of_several_values_counts(founding_case: Programme, bernd_client: Client) -> None:
    page = Page(bernd_client.get(f"{BASE}/?year=1999&year=2023&scenario=nichts&scenario=grant-ends"))
    assert {name: page.typed(name) for name in ("year", "scenario")} == {"year": "2023", "scenario": "grant-ends"}


def test_empty_values_are_no_values(founding_case: Programme, bernd_client: Client) -> None:
    page = Page(bernd_client.get(f"{BASE}/?year=&scenario=&version="))
    assert {name: page.typed(name) for name in ("year", "scenario")} == {"year": "2022", "scenario": "in-force"}


NOWHERE = [
    "/programme/", "/programme/nichts/", "/programme/nichts/stellen/", "/programme/kim-nrw/nichts/",
    "/programme/%00/", "/programme/kim-nrw%00/", "/programme/%E2%80%AEkim-nrw/", "/programme/../admin/",
    f"/programme/{'x' * 5000}/", f"{BASE}/stellen/0/", f"{BASE}/stellen/999999999/", f"{BASE}/stellen/9999999999/",
    f"{BASE}/stellen/-1/", f"{BASE}/stellen/1e3/", f"{BASE}/stellen/%D9%A1/", f"{BASE}/sachkosten/999999999/",
    f"{BASE}/rechenweg/nichts/", f"{BASE}/rechenweg/shortfall/?line=nichts", f"{BASE}/rechenweg/shortfall/?provider=x",
    f"{BASE}/rechenweg/shortfall/?funding_module=9", f"{BASE}/rechenweg/shortfall/?funding_module=%00",
    f"{BASE}/rechenweg/funding_ratio/?line=KIM-1.1", f"{BASE}/vorlagen/nichts/", f"{BASE}/foerderung/nichts/neu/",
    f"{BASE}/foerderung/pauschale/0/", f"{BASE}/foerderung/bescheid/999999999/", f"{BASE}/szenarien/nichts/",
]  # fmt: skip


def test_addresses_of_nothing(founding_case: Programme, ayse_client: Client) -> None:
    found = {path[:80]: ayse_client.get(path).status_code for path in NOWHERE}
    assert found == {path[:80]: 404 for path in NOWHERE}


@pytest.mark.parametrize("place", ["stellen", "sachkosten"])
def test_years_in_the_address_of_a_form(founding_case: Programme, ayse_client: Client, place: str) -> None:
    before = fingerprint()
    link = next(
        link for link, _text in Page(ayse_client.get(f"{BASE}/{place}/")).links() if link.startswith(f"{BASE}/{place}/")
        and link.partition("?")[0].rstrip("/").rpartition("/")[2].isdigit()
    ).partition("?")[0]  # fmt: skip
    data = {"amount": "1,00", "source": "Bescheid", "source_status": "verified", "note": ""}
    found = {}
    for year in ("0000", "1999", "2021", "2027", "9999"):
        answer = ayse_client.post(f"{link}kosten/{year}/", data)
        found[year] = (answer.status_code, Page(answer).main.all("p")[0].text)
    assert found == {year: (404, NOT_PLANNED.format(int(year))) for year in found}
    nowhere = ("0", "99999", "2022.5", "-2022", "%D9%A2%D9%A0%D9%A2%D9%A2")
    assert {year: ayse_client.post(f"{link}kosten/{year}/", data).status_code for year in nowhere} == dict.fromkeys(
        nowhere, 404
    )
    assert fingerprint() == before


def test_an_address_without_its_last_stroke_is_led_on(founding_case: Programme, bernd_client: Client) -> None:
    answer = bernd_client.get(f"{BASE}/stellen?year=2023")
    assert (answer.status_code, answer["Location"]) == (301, f"{BASE}/stellen/?year=2023")
