"""What the pages of the founding case show, cell by cell: the published figures in their places, to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pages import Element, Page

if TYPE_CHECKING:
    from django.test import Client

    from funding.models import Programme

BASE = "/programme/kim-nrw"
FULL = "962.257,24"
REST = "336.657,24"
GRANT = "625.600,00"
PERSONNEL = "913.257,24"

SENTENCES = (
    f"2022 kostet das Programm {FULL} €. Davon zahlt das Land {GRANT} €; bei der Stadt bleiben {REST} €. "
    f"Nach geltendem Recht endet die Förderung am 31.12.2022. Ab 2023 trägt die Stadt dann {FULL} € im Jahr."
)
YEARS_IN_FORCE = "Kosten und Förderung je Haushaltsjahr in Euro, Szenario „Geltendes Recht“"
TOP_UP = "Aufstockung der Stadt je Haushaltsjahr in Euro: nötig und eingeplant"
YEAR_HEADINGS = [
    "Haushaltsjahr", "Gesamtkosten Personal", "Gesamtkosten", "Förderung Land", "Mehrkosten Stadt",
    "Stadt bei Wegfall der Förderung",
]  # fmt: skip


def cards(page: Page) -> list[list[str]]:
    """The numbers at the top: label, amount, and what stands below."""
    return [
        [one.text for one in card.children if isinstance(one, Element)] for card in page.all("li", class_="kim-figure")
    ]


def test_start_shows_what_each_programme_costs_the_city(founding_case: Programme, bernd_client: Client) -> None:
    page = Page(bernd_client.get("/"))
    assert cards(page) == [
        ["Gesamtkosten 2022", f"{FULL} €", f"Annahme davon Personal {PERSONNEL} €"],
        ["Förderung des Landes", f"{GRANT} €", "davon für Personal 576.600,00 €"],
        ["Mehrkosten der Stadt", f"{REST} €", "Annahme Kosten abzüglich Förderung"],
    ]
    assert [one.text for one in page.main.all("h2")] == ["KIM NRW"]
    # Whoever comes for the first time also sees what the year after would bring.
    assert SENTENCES in [one.text for one in page.main.all("p", class_="kim-text")]


def test_summary_of_the_budget_year(founding_case: Programme, bernd_client: Client) -> None:
    page = Page(bernd_client.get(f"{BASE}/"))
    assert (page.title, page.heading) == (
        "Kostenübersicht KIM NRW 2022 – Förderhaushalt Stadt Leverkusen", "Kostenübersicht KIM NRW"
    )  # fmt: skip
    assert cards(page) == [
        ["Gesamtkosten 2022", f"{FULL} €", f"Annahme davon Personal {PERSONNEL} €"],
        ["Förderung des Landes", f"{GRANT} €", "davon für Personal 576.600,00 €"],
        ["Mehrkosten der Stadt", f"{REST} €", "Annahme Kosten abzüglich Förderung"],
        ["Stadt bei Wegfall der Förderung", f"{FULL} €", "Annahme Gesamtkosten, wenn das Land nichts zahlt"],
    ]
    assert page.one("p", class_="kim-lead").text == SENTENCES
    later = [[str(year), PERSONNEL, FULL, "0,00", FULL, FULL] for year in (2023, 2024, 2025, 2026)]
    assert page.table(YEARS_IN_FORCE) == [YEAR_HEADINGS, ["2022", PERSONNEL, FULL, GRANT, REST, FULL], *later]
    assert page.table(TOP_UP) == [
        ["Haushaltsjahr", "nötig", "anzumelden", "angemeldet", "beschlossen", "noch offen"],
        ["2022", REST, "–", f"{REST} Annahme", "–", "0,00"],
        ["2023", FULL, "962.300,00", "–", "–", FULL],
        *([str(year), FULL, "–", "–", "–", FULL] for year in (2024, 2025, 2026)),
    ]
    assert page.table("Nach Förderbaustein, Haushaltsjahr 2022, in Euro") == [
        ["Baustein", "Bezeichnung", "Gesamtkosten", "Förderung Land", "Mehrkosten Stadt"],
        ["1", "Koordination", "336.877,74", "238.100,00", "98.777,74"],
        ["2", "Casemanagement", "431.296,21", "275.000,00", "156.296,21"],
        ["3", "Ausländer- und Einbürgerungsbehörde", "194.083,29", "112.500,00", "81.583,29"],
        ["", "Summe", FULL, GRANT, REST],
    ]
    assert page.table("Nach Träger, Haushaltsjahr 2022, in Euro") == [
        ["Träger", "Gesamtkosten", "Förderung Land", "Mehrkosten Stadt"],
        ["Arbeiterwohlfahrt", "86.259,24", "55.000,00", "31.259,24"],
        ["Caritasverband", "86.259,25", "55.000,00", "31.259,25"],
        ["Diakonie", "86.259,24", "55.000,00", "31.259,24"],
        ["FB Bürger und Integration", "194.083,29", "112.500,00", "81.583,29"],
        ["FB Soziales", "86.259,24", "55.000,00", "31.259,24"],
        ["Kommunales Integrationszentrum", "423.136,98", "293.100,00", "130.036,98"],
        ["Summe", FULL, GRANT, REST],
    ]


# What the programme costs and brings in 2023, what is left for the city, and what would be without any grant.
SCENARIOS = {
    "in-force": ("Geltendes Recht", FULL, "0,00", FULL, FULL),
    "grant-continues": ("A: Land fördert weiter", FULL, GRANT, REST, FULL),
    "grant-ends": ("B: Förderung endet, Stadt zahlt alles", FULL, "0,00", FULL, FULL),
    # The top-up of three welfare associations: 31,259.25 + 31,259.24 + 31,259.24.
    "top-up-ends": ("C: Aufstockung endet", "868.479,51", GRANT, "242.879,51", FULL),
    "positions-end": ("D: Förderung und Stellen enden", "0,00", "0,00", "0,00", "0,00"),
}


@pytest.mark.parametrize("slug", SCENARIOS)
def test_summary_of_the_year_after_in_each_scenario(founding_case: Programme, bernd_client: Client, slug: str) -> None:
    name, expense, grant, rest, fallback = SCENARIOS[slug]
    page = Page(bernd_client.get(f"{BASE}/?year=2023&scenario={slug}"))
    assert [card[:2] for card in cards(page)] == [
        ["Gesamtkosten 2023", f"{expense} €"], ["Förderung des Landes", f"{grant} €"],
        ["Mehrkosten der Stadt", f"{rest} €"], ["Stadt bei Wegfall der Förderung", f"{fallback} €"],
    ]  # fmt: skip
    rows = page.table(f"Kosten und Förderung je Haushaltsjahr in Euro, Szenario „{name}“")
    assert [[row[0], *row[2:5]] for row in rows[1:]] == [
        ["2022", FULL, GRANT, REST],
        *([str(year), expense, grant, rest] for year in (2023, 2024, 2025, 2026)),
    ]
    assert {one: page.typed(one) for one in ("year", "scenario")} == {"year": "2023", "scenario": slug}
    totals = [page.table(f"Nach {part}, Haushaltsjahr 2023, in Euro")[-1] for part in ("Förderbaustein", "Träger")]
    assert [row[-3:] for row in totals] == [[expense, grant, rest]] * 2


def test_scenarios_side_by_side(founding_case: Programme, bernd_client: Client) -> None:
    page = Page(bernd_client.get(f"{BASE}/szenarien/"))
    assert page.table("Mehrkosten der Stadt je Haushaltsjahr in Euro") == [
        ["Szenario", "2022", "2023", "2024", "2025", "2026"],
        *([name, REST, rest, rest, rest, rest] for name, _expense, _grant, rest, _fallback in SCENARIOS.values()),
    ]


COORDINATION = ["1", "Kommunales Integrationszentrum"]
OFFICE = ["3", "FB Bürger und Integration", "0,75", "01.12.2021 oder 01.01.2022 (angestrebt)"]
NEW_YEAR = "ab 01.01.2022 (angestrebt)"


def test_positions_of_the_budget_year(founding_case: Programme, bernd_client: Client) -> None:
    page = Page(bernd_client.get(f"{BASE}/stellen/"))
    whole, half = ["86.259,24", "55.000,00", "31.259,24"], ["43.129,62", "27.500,00", "15.629,62"]
    one_more_cent, office = ["86.259,25", "55.000,00", "31.259,25"], ["64.694,43", "37.500,00", "27.194,43"]
    town = "Kommunales Integrationszentrum"
    assert page.table("Stellen, Haushaltsjahr 2022, in Euro") == [
        [
            "Nummer", "Stelle", "Baustein", "Träger", "Stellenanteil", "Besetzung", "Personalkosten", "Förderung Land",
            "Mehrkosten Stadt",
        ],
        [
            "KIM-1.1", "Koordination 1", *COORDINATION, "1,0", "voraussichtlich 10/2021 (angestrebt)", *one_more_cent,
        ],
        [
            "KIM-1.2", "Koordination 2", *COORDINATION, "1,0", "voraussichtlich 11/2021 (angestrebt)", *one_more_cent,
        ],
        ["KIM-1.3", "Koordination 3", *COORDINATION, "0,5", "nicht bekannt", *half],
        ["KIM-1.4", "Assistenz", *COORDINATION, "0,5", "nicht bekannt", "43.129,62", "22.500,00", "20.629,62"],
        ["KIM-2.1", "Casemanagement Caritasverband", "2", "Caritasverband", "1,0", NEW_YEAR, *one_more_cent],
        ["KIM-2.2", "Casemanagement Arbeiterwohlfahrt", "2", "Arbeiterwohlfahrt", "1,0", NEW_YEAR, *whole],
        ["KIM-2.3", "Casemanagement Diakonie", "2", "Diakonie", "1,0", NEW_YEAR, *whole],
        ["KIM-2.4", "Casemanagement FB Soziales", "2", "FB Soziales", "1,0", NEW_YEAR, *whole],
        ["KIM-2.5", f"Casemanagement {town}", "2", town, "1,0", NEW_YEAR, *whole],
        *([f"KIM-3.{one}", f"Ausländer- und Einbürgerungsbehörde {one}", *OFFICE, *office] for one in (1, 2, 3)),
        ["", "Summe", "", "", "", "", "884.157,24", "547.500,00", ""],
    ]  # fmt: skip


def test_positions_sorted_through_the_address(founding_case: Programme, bernd_client: Client) -> None:
    page = Page(bernd_client.get(f"{BASE}/stellen/?year=2023&scenario=top-up-ends&sort=-cost"))
    rows = page.table("Stellen, Haushaltsjahr 2023, in Euro")
    assert [row[-3] for row in rows[1:-1]] == [
        "86.259,25", "86.259,25", "86.259,24", "86.259,24", "64.694,43", "64.694,43", "64.694,43", "55.000,00",
        "55.000,00", "55.000,00", "43.129,62", "43.129,62",
    ]  # fmt: skip
    # Year, scenario and order travel along with the filter.
    assert {name: page.typed(name) for name in ("year", "scenario", "sort")} == {
        "year": "2023", "scenario": "top-up-ends", "sort": "-cost",
    }  # fmt: skip


def test_material_of_the_budget_year(founding_case: Programme, bernd_client: Client) -> None:
    page = Page(bernd_client.get(f"{BASE}/sachkosten/"))
    assert page.table("Sachkosten, Haushaltsjahr 2022, in Euro") == [
        ["Sachkosten", "Baustein", "Träger", "Kosten im Jahr", "Förderung Land", "Mehrkosten Stadt"],
        ["Veranstaltungsformate, Maßnahmen, externe Begleitung", *COORDINATION, "49.000,00", "49.000,00", "0,00"],
        ["Sachausgaben für Personal (Arbeitsplätze)", *COORDINATION, "29.100,00", "29.100,00", "0,00"],
    ]


def test_paper_shows_what_it_printed_beside_what_is_exact(founding_case: Programme, bernd_client: Client) -> None:
    page = Page(bernd_client.get(f"{BASE}/vorlagen/2021-1121/"))
    assert page.table("Übersicht: prognostizierte Gesamtkosten und Fördersummen 2022") == [
        ["Gesamtkosten Personal", "Gesamtfördersumme Land (Personal)", "Mehrkosten Stadt Leverkusen"],
        [f"{PERSONNEL} €", "576.600,00 €", f"{REST} €"],
    ]
    assert page.table("Innenauftrag 900006110102, Haushaltsjahr 2022: Aufwand und Förderung je Sachkonto") == [
        ["Sachkonto", "Wofür", "gedruckt", "genau"],
        ["549900", "Aufwendungen für die Maßnahme", "962.300,00 €", f"{FULL} €"],
        ["414100", "Beantragte Förderung, Sachkosten", "78.100,00 €", "78.100,00 €"],
        ["414101", "Beantragte Förderung, Stellen", "547.500,00 €", "547.500,00 €"],
    ]
    assert page.table("Gremien in der Reihenfolge ihrer Beratung") == [
        ["Datum", "Gremium", "Zuständigkeit", "Behandlung"],
        ["11.11.2021", "Ausschuss für Bürgereingaben und Umwelt", "Beratung", "öffentlich"],
        ["15.11.2021", "Ausschuss für Soziales, Gesundheit und Senioren", "Beratung", "öffentlich"],
        ["29.11.2021", "Finanz- und Digitalisierungsausschuss", "Beratung", "öffentlich"],
        ["13.12.2021", "Rat der Stadt Leverkusen", "Entscheidung", "öffentlich"],
    ]
    items = page.one("ol", class_="kim-items").all("li")
    assert [one.attributes["value"] for one in items] == ["1", "2"]
    assert [one.all("p")[1].text for one in items] == [
        "Übernahme der Mehrkosten · Beschlussentwurf",
        "Übernahme der Gesamtkosten bei Wegfall der Förderung · Beschlussentwurf",
    ]


def test_finance_sees_where_to_edit_and_the_committee_does_not(
    founding_case: Programme, ayse_client: Client, bernd_client: Client
) -> None:
    def editing(client: Client, path: str) -> list[str]:
        words = ("Ändern", "Erfassen", "ändern", "anlegen", "Neue", "Neuer", "eintragen")
        links = Page(client.get(f"{BASE}/{path}")).main.all("a")
        return sorted({link.text for link in links if link.text.startswith(words) or link.text.endswith(words)})

    position = next(link for link, text in Page(bernd_client.get(f"{BASE}/stellen/")).links() if text == "Assistenz")
    paths = ["stellen/", position.removeprefix(f"{BASE}/"), "foerderung/"]
    assert {path: editing(bernd_client, path) for path in paths} == {path: [] for path in paths}
    assert {path: editing(ayse_client, path) for path in paths} == {
        paths[0]: ["Stelle anlegen"],
        paths[1]: ["Stelle ändern", "Weitere Förderung eintragen", "Ändern"],
        paths[2]: ["Neue Aufstockung", "Neue Pauschale", "Neuer Bescheid", "Neuer Höchstbetrag", "Ändern"],
    }


def test_header_says_who_is_here_and_where(founding_case: Programme, bernd_client: Client) -> None:
    page = Page(bernd_client.get(f"{BASE}/stellen/?year=2023&scenario=grant-ends"))
    assert page.one(class_="kim-user").one("span", class_="kim-user__role").text == "· Gremium (lesen und fragen)"
    local = page.one("nav", **{"aria-label": "Förderprogramm"})
    current = [one.text for one in local.all("a") if one.attributes.get("aria-current") == "page"]
    assert current == ["Stellen"]
    # Every place inside the programme keeps year and scenario.
    assert {one.attributes["href"].partition("?")[2] for one in local.all("a")} == {"year=2023&scenario=grant-ends"}
