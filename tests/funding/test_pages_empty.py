"""What pages say where there is nothing: no programme, no modules, no cost entered, one row and three."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from funding.models import CouncilPaper, FundedPosition, Municipality, Programme, Scenario
from kim.years import Proration
from staffing.models import PositionCost
from tests.pages import Page

if TYPE_CHECKING:
    from django.test import Client

BASE = "/programme/kim-nrw"


@pytest.fixture
def bare_programme(db: None) -> Programme:
    """A programme just created: no modules, no positions, no paper, only the law in force."""
    city = Municipality.objects.create(name="Stadt Leverkusen", slug="leverkusen")
    programme = Programme.objects.create(
        municipality=city, slug="neu", name="Neues Programm", short_name="Neu", grantor="Land", limited_until=None,
        limited_until_source="", internal_order="1", budget_year=2024, first_year=2024, last_year=2025,
        proration=Proration.TWELFTHS.value, proration_source="Annahme",
    )  # fmt: skip
    Scenario.objects.create(programme=programme, slug="in-force", name="Geltendes Recht")
    return programme


def test_no_programme_at_all_says_what_to_do_next(db: None, ayse_client: Client) -> None:
    page = Page(ayse_client.get("/"))
    box = page.one(class_="kim-empty")
    assert [one.text for one in box.all("p")] == [
        "Noch kein Förderprogramm",
        "Laden Sie den Gründungsfall mit „manage.py loadcase“, oder lassen Sie die Administration ein Programm anlegen.",
    ]


def test_a_programme_without_anything_is_all_zeros_and_sentences(
    bare_programme: Programme, ayse_client: Client
) -> None:
    page = Page(ayse_client.get("/programme/neu/"))
    assert [card.one("a").text for card in page.all("li", class_="kim-figure")] == ["0,00 €"] * 4
    assert page.one("p", class_="kim-lead").text == (
        "2024 kostet das Programm 0,00 €. Das Land zahlt nichts; die Stadt trägt 0,00 €."
    )
    assert page.table("Nach Förderbaustein, Haushaltsjahr 2024, in Euro")[1:] == [
        ["Keine Zeilen."], ["", "Summe", "0,00", "0,00", "0,00"]
    ]  # fmt: skip
    said = {path: [one.text for one in Page(ayse_client.get(f"/programme/neu/{path}")).all(class_="kern-title")]
            for path in ("stellen/", "sachkosten/", "vorlagen/")}  # fmt: skip
    assert said == {
        "stellen/": ["In diesem Haushaltsjahr ist keine Stelle geplant"],
        "sachkosten/": ["Dieses Programm hat keine Sachkosten"],
        "vorlagen/": ["Zu diesem Programm gibt es noch keine Vorlage"],
    }
    conditions = Page(ayse_client.get("/programme/neu/foerderung/"))
    assert [one.text for one in conditions.main.all("li")][-2:] == ["Kein Bescheid erfasst.", "Nichts angemeldet."]
    assert conditions.main.one("p", class_="kim-text").text == "Das Programm ist unbefristet."


@pytest.mark.parametrize(
    "path", ["", "stellen/", "sachkosten/", "foerderung/", "szenarien/", "besetzung/", "prognose/"]
)
def test_every_page_of_a_bare_programme_answers(bare_programme: Programme, ayse_client: Client, path: str) -> None:
    assert ayse_client.get(f"/programme/neu/{path}").status_code == 200


def test_missing_costs_are_named(founding_case: Programme, bernd_client: Client) -> None:
    PositionCost.objects.filter(position__reference__in=["KIM-1.1", "KIM-2.3"], fiscal_year=2022).delete()
    for path in ("", "stellen/"):
        page = Page(bernd_client.get(f"{BASE}/{path}"))
        assert [one.text for one in page.main.all(class_="kern-alert")] == [
            "Für dieses Haushaltsjahr fehlen Kosten Koordination 1, Casemanagement Diakonie"
        ]
    rows = page.table("Stellen, Haushaltsjahr 2022, in Euro")
    # Unknown is not zero: no cost, but what follows from the missing one is shown.
    assert [row[-3:] for row in rows if row[0] == "KIM-1.1"] == [["–", "55.000,00", "−55.000,00"]]
    page = Page(bernd_client.get(f"{BASE}/?year=2023"))
    assert page.main.all(class_="kern-alert") == []


def test_without_a_paper_the_summary_lists_none(founding_case: Programme, bernd_client: Client) -> None:
    CouncilPaper.objects.all().delete()
    page = Page(bernd_client.get(f"{BASE}/"))
    section = page.one("section", **{"aria-labelledby": "vorlagen"})
    assert section.text == "Vorlagen Zu diesem Programm gibt es noch keine Vorlage."


@pytest.mark.parametrize("count", [1, 3])
def test_positions_table_with_one_row_and_with_three(
    founding_case: Programme, bernd_client: Client, count: int
) -> None:
    kept = [f"KIM-2.{number}" for number in range(1, count + 1)]
    FundedPosition.objects.exclude(position__reference__in=kept).delete()
    rows = Page(bernd_client.get(f"{BASE}/stellen/")).table("Stellen, Haushaltsjahr 2022, in Euro")
    totals = {1: ["86.259,25", "55.000,00", ""], 3: ["258.777,73", "165.000,00", ""]}
    assert ([row[0] for row in rows[1:]], rows[-1][-3:]) == ([*kept, ""], totals[count])
