"""Two states side by side: figures, causes, the values that moved, and what the address asks for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from funding.models import Cap, CouncilPaper, FundedPosition, GrantRule
from funding.services import freeze
from staffing.models import Position, PositionCost, Provider
from tests.funding.histories import SOURCE, at, set_cost
from tests.pages import Page

if TYPE_CHECKING:
    from django.test import Client

    from funding.models import ForecastVersion, Programme
    from kim.models import User

HERE = "/programme/kim-nrw/vergleich/"
CAUSES = "Ursachen des Unterschieds 2022 in Euro; die Zeilen ergeben zusammen die Summe"
MOVED = "Werte, die sich bewegt haben"
FIGURES = "Zahlen des Haushaltsjahres 2022 in Euro, vorher und nachher"
PARTS = "Nach Baustein und Zeile, 2022, in Euro"
SOURCED = {"source": "Bescheid vom 27.01.2022"}
# Each value with what it rests on, and marked where that is an assumption.
CAP_MOVED = [
    "Pauschalen und Höchstbeträge", "Höchstbetrag Casemanagement (Stellen)",
    "275.000,00 € Vorlage 2021/1121, Zum Förderbaustein 2: „insgesamt 275.000 Euro“",
    "330.000,00 € Bescheid vom 27.01.2022 Annahme",
]  # fmt: skip
FUTURES = {"scenario_von": "grant-continues", "scenario": "grant-ends", "year": "2023"}


@pytest.fixture
def frozen(founding_case: Programme, ayse: User) -> ForecastVersion:
    """Freeze the founding case for its paper."""
    paper = CouncilPaper.objects.get(slug="2021-1121")
    return freeze(programme=founding_case, name="Vorlage 2021/1121", paper=paper, by=ayse)


def extend() -> None:
    """Let a sixth case manager come, and the state pay for one more."""
    position = Position.objects.create(
        reference="KIM-2.6", title="Casemanagement 6", provider=Provider.objects.get(slug="ki"), fte=Decimal(1),
        planned_from=date(2022, 1, 1),
    )  # fmt: skip
    PositionCost.objects.create(position=position, fiscal_year=2022, amount=Decimal("80000.00"), **SOURCED)
    rule = GrantRule.objects.get(name="Casemanagement")
    FundedPosition.objects.create(position=position, grant_rule=rule, valid_from=date(2022, 1, 1), **SOURCED)
    Cap.objects.filter(funding_module__number=2).update(
        amount=Decimal("330000.00"), source="Bescheid vom 27.01.2022", source_status="assumed"
    )


def shown(client: Client, **query: str) -> Page:
    answer = client.get(HERE, query)
    assert answer.status_code == 200
    return Page(answer)


def lead(page: Page) -> str:
    return page.one("p", class_="kim-lead").text


def test_without_a_version_the_page_says_how_to_get_something_to_compare(
    founding_case: Programme, bernd_client: Client
) -> None:
    page = shown(bernd_client)
    assert page.heading == "Warum unterscheiden sich die Mehrkosten 2022?"
    assert [one.text for one in page.main.all("p", class_="kern-title")] == ["Auf beiden Seiten steht dasselbe"]
    assert page.table(FIGURES)[-2] == ["Mehrkosten der Stadt", "336.657,24", "336.657,24", "unverändert"]
    assert page.typed("von") == page.typed("bis") == "heute"


def test_causes_of_a_larger_team(frozen: ForecastVersion, bernd_client: Client) -> None:
    extend()
    page = shown(bernd_client)
    assert page.heading == "Warum haben sich die Mehrkosten 2022 geändert?"
    assert (page.typed("von"), page.typed("bis")) == ("fassung-1", "heute")
    assert lead(page) == (
        "Die Mehrkosten der Stadt 2022 steigen um 25.000,00 €, von 336.657,24 € auf 361.657,24 €. "
        "Aus Tarifabschlüssen folgt davon nichts (§ 81 Abs. 3 GO NRW). "
        "Am stärksten wirkt „Stellen hinzugekommen oder weggefallen“: +80.000,00 € Mehrkosten."
    )
    assert page.table(CAUSES) == [
        ["Ursache", "Kosten", "Förderung des Landes", "Mehrkosten der Stadt"],
        [
            "Stellen hinzugekommen oder weggefallen", "+80.000,00 € mehr Kosten", "unverändert",
            "+80.000,00 € Mehrkosten",
        ],
        ["Pauschalen und Höchstbeträge", "unverändert", "+55.000,00 € mehr Förderung", "−55.000,00 € Minderbedarf"],
        ["Summe", "+80.000,00 € mehr Kosten", "+55.000,00 € mehr Förderung", "+25.000,00 € Mehrkosten"],
    ]  # fmt: skip
    assert page.table(MOVED) == [
        ["Ursache", "Wert", "vorher", "nachher"],
        [
            "Stellen hinzugekommen oder weggefallen", "Stelle Casemanagement 6", "nicht geplant",
            "1,0 VZÄ Bescheid vom 27.01.2022",
        ],
        CAP_MOVED,
    ]  # fmt: skip


def test_only_what_differs(frozen: ForecastVersion, bernd_client: Client) -> None:
    extend()
    page = shown(bernd_client, unterschiede="1")
    assert page.table(FIGURES) == [
        ["Zahl", "vorher", "nachher", "Unterschied"],
        ["Personalkosten der Stellen", "884.157,24", "964.157,24", "+80.000,00 € mehr Kosten"],
        ["Gesamtkosten (Aufwendungen der Maßnahme)", "962.257,24", "1.042.257,24", "+80.000,00 € mehr Kosten"],
        ["Förderung für Stellen", "547.500,00", "602.500,00", "+55.000,00 € mehr Förderung"],
        ["Förderung des Landes", "625.600,00", "680.600,00", "+55.000,00 € mehr Förderung"],
        ["Mehrkosten der Stadt", "336.657,24", "361.657,24", "+25.000,00 € Mehrkosten"],
        ["Gesamtkosten bei Wegfall der Förderung", "962.257,24", "1.042.257,24", "+80.000,00 € mehr Kosten"],
    ]
    assert page.table(PARTS) == [
        ["Baustein, Stelle oder Sachkosten", "Zahl", "vorher", "nachher", "Unterschied"],
        ["Baustein 2: Casemanagement", "Kosten", "431.296,21", "511.296,21", "+80.000,00 € mehr Kosten"],
        ["Förderung des Landes", "275.000,00", "330.000,00", "+55.000,00 € mehr Förderung"],
        ["Mehrkosten der Stadt", "156.296,21", "181.296,21", "+25.000,00 € Mehrkosten"],
        ["Casemanagement 6 (vorher nicht geplant)", "Kosten", "–", "80.000,00", "+80.000,00 € mehr Kosten"],
        ["Förderung des Landes", "–", "55.000,00", "+55.000,00 € mehr Förderung"],
        ["Mehrkosten der Stadt", "–", "25.000,00", "+25.000,00 € Mehrkosten"],
    ]
    # All of it: every line of every module, and the figures that did not move.
    assert len(shown(bernd_client).table(FIGURES)) == 10


def test_two_scenarios_of_today(founding_case: Programme, bernd_client: Client) -> None:
    page = shown(bernd_client, **FUTURES)
    assert lead(page) == (
        "Die Mehrkosten der Stadt 2023 steigen um 625.600,00 €, von 336.657,24 € auf 962.257,24 €. "
        "Aus Tarifabschlüssen folgt davon nichts (§ 81 Abs. 3 GO NRW). Die einzige Ursache: Szenario."
    )
    assert page.table(MOVED)[1:] == [
        [
            "Szenario", "Abweichung des Szenarios",
            (
                "Die Förderung des Landes läuft bis auf Weiteres. Annahme zu Beschlusspunkt 1 der Vorlage 2021/1121: "
                "Verstetigung des Programms zu den Sätzen von 2022 Annahme"
            ),
            "nicht gesetzt",
        ],
        [
            "Szenario", "Abweichung des Szenarios", "nicht gesetzt",
            (
                "Die Förderung des Landes läuft bis zum 31.12.2022. Beschlusspunkt 2 der Vorlage 2021/1121: Programm "
                "wird von Landesseite beendet Annahme"
            ),
        ],
    ]  # fmt: skip
    swapped = next(link for link, text in page.links() if text == "Seiten tauschen")
    assert "sinken um 625.600,00 €, von 962.257,24 € auf 336.657,24 €" in lead(Page(bernd_client.get(swapped)))


def test_two_days_of_the_history(cost: PositionCost, bernd_client: Client) -> None:
    set_cost(cost, "90000.00", at(10))
    page = shown(bernd_client, von="2022-03-09", bis="2022-03-10", year="2022")
    assert page.table(CAUSES)[1:] == [
        ["Personalkosten neu erfasst", "+3.740,75 € mehr Kosten", "unverändert", "+3.740,75 € Mehrkosten"],
        ["Summe", "+3.740,75 € mehr Kosten", "unverändert", "+3.740,75 € Mehrkosten"],
    ]
    assert page.table(MOVED)[1:] == [
        [
            "Personalkosten neu erfasst",
            "Personalkosten Koordination 1",
            f"86.259,25 € {SOURCE} Annahme (erschlossen)",
            f"90.000,00 € {SOURCE} Annahme (erschlossen)",
        ]
    ]
    # The list of states names both days, so the next click keeps them.
    assert (page.typed("von"), page.typed("bis")) == ("2022-03-09", "2022-03-10")


def test_a_typed_day_becomes_part_of_the_address(cost: PositionCost, bernd_client: Client) -> None:
    answer = bernd_client.get(HERE, {"von": "heute", "von_tag": "09.03.2022", "bis": "heute", "year": "2022"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{HERE}?von=2022-03-09&bis=heute&year=2022")


def test_a_shared_link_shows_the_same_numbers(
    frozen: ForecastVersion, bernd_client: Client, ayse_client: Client
) -> None:
    extend()
    page = shown(bernd_client)
    link = next(link for link, text in page.links() if text == "Vollständige Adresse dieses Vergleichs")
    assert link == f"{HERE}?von=fassung-1&scenario_von=in-force&bis=heute&scenario=in-force&year=2022"
    again = Page(ayse_client.get(link))
    for caption in (CAUSES, MOVED, FIGURES, PARTS):
        assert again.table(caption) == page.table(caption)


def test_the_version_of_the_page_one_comes_from_is_the_first_side(
    frozen: ForecastVersion, bernd_client: Client
) -> None:
    assert shown(bernd_client, version="1").typed("von") == "fassung-1"


def test_every_amount_leads_to_its_derivation(frozen: ForecastVersion, bernd_client: Client) -> None:
    extend()
    page = shown(bernd_client, unterschiede="1")
    links = {link: text for link, text in page.links() if "/vergleich/rechenweg/" in link}
    assert len(links) > 40
    for link, text in links.items():
        answer = bernd_client.get(link)
        assert answer.status_code == 200, link
        amount = Page(answer).main.one("p", class_="kim-figure__value").text
        assert amount == ("0,00 €" if text == "unverändert" else text.split(" €")[0].removeprefix("+") + " €"), link


def test_derivation_of_a_cause(frozen: ForecastVersion, bernd_client: Client) -> None:
    extend()
    page = Page(bernd_client.get(f"{HERE}rechenweg/shortfall/", {"von": "fassung-1", "ursache": "lump_sum"}))
    assert page.heading == "Unterschied: Mehrkosten der Stadt"
    labels = [one.text for one in page.main.all("span", class_="kim-derivation__label")]
    assert labels[0] == "Unterschied durch Pauschalen und Höchstbeträge"
    assert [one for one in labels if one.startswith("Mehrkosten der Stadt da")] == [
        "Mehrkosten der Stadt danach", "Mehrkosten der Stadt davor",
    ]  # fmt: skip
    assert page.table(MOVED)[1:] == [
        CAP_MOVED,
    ]


# --- What is refused ------------------------------------------------------------------------------------------------

HOSTILE = {
    "von=fassung-9": "Die Fassung „9“ gibt es nicht. Ohne Angabe erscheint der Arbeitsstand.",
    "von=fassung-1e9": "Die Fassung „1e9“ gibt es nicht. Ohne Angabe erscheint der Arbeitsstand.",
    "von=1999-01-01": "Am 01.01.1999 gab es das Programm hier noch nicht.",
    "bis=2999-01-01": "Der 01.01.2999 liegt in der Zukunft. Bitte einen Tag bis heute wählen.",
    "year=1e3": "„1e3“ ist kein Haushaltsjahr. Bitte vier Ziffern angeben, zum Beispiel 2022.",
    "year=2099": "2099 planen nicht beide Stände. Gemeinsam geplant sind 2022 bis 2026.",
    "von_tag=31.02.2022": "Den Tag „31.02.2022“ gibt es nicht. Bitte so eingeben: 31.12.2022",
}  # fmt: skip


def test_what_cannot_be_compared_is_said_beside_the_form(founding_case: Programme, bernd_client: Client) -> None:
    found = {}
    for query in HOSTILE:
        answer = bernd_client.get(f"{HERE}?{query}")
        page = Page(answer)
        assert (answer.status_code, page.title[:7], page.typed("bis")) == (400, "Fehler:", "heute")
        (found[query],) = (text for _link, text in page.summary())
    assert found == HOSTILE


ANYWHERE: tuple[dict[str, str], ...] = (
    {"von": "\x00"}, {"von": "../etc"}, {"bis": "fassung-" + "9" * 40}, {"scenario": "'; DROP TABLE"},
    {"scenario_von": "nichts"}, {"year": "٢٠٢٢"}, {"von": "2022-W05-1"}, {"version": "x"},
    {"von": "\u202e2022-01-01"},
)  # fmt: skip
OF_THE_PAGE: tuple[dict[str, str], ...] = ({"unterschiede": "ja"}, {"bis_tag": "1" * 5000})
OF_THE_DERIVATION: tuple[dict[str, str], ...] = (
    {"seite": "oben"}, {"ursache": "nichts"}, {"ursache": "\x00"}, {"line": "KIM-9"}, {"funding_module": "99"},
    {"funding_module": "1", "line": "KIM-9"},
)  # fmt: skip


def test_hostile_addresses_are_refused(founding_case: Programme, bernd_client: Client) -> None:
    places = {
        HERE: (*ANYWHERE, *OF_THE_PAGE),
        f"{HERE}rechenweg/shortfall/": (*ANYWHERE, *OF_THE_DERIVATION),
        f"{HERE}rechenweg/nichts/": ({}, {"ursache": "summe"}),
        "/programme/kim-nrw/seit-der-sitzung/": (
            {"gremium": "9" * 30}, {"gremium": "x"}, {"vorige": "2022-01-01"}, {"vorige": "heute"},
            {"sitzung": "\x00"}, {"year": "2099"}, {"scenario": "nichts"},
        ),
    }  # fmt: skip
    found = [
        (place, query, answer.status_code)
        for place, queries in places.items()
        for query in queries
        if (answer := bernd_client.get(place, query)).status_code not in {400, 404} or not Page(answer).heading
    ]
    assert found == []


# --- Statements -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("versions", [1, 3])
def test_number_of_statements(
    frozen: ForecastVersion, founding_case: Programme, ayse: User, bernd_client: Client, versions: int
) -> None:
    for number in range(1, versions):
        freeze(programme=founding_case, name=f"Stand {number}", paper=frozen.paper, by=ayse)
    extend()
    addresses = (HERE, f"{HERE}rechenweg/shortfall/?von=fassung-1", "/programme/kim-nrw/")
    for address in addresses:
        bernd_client.get(address)
    counts = []
    for address in addresses:
        with CaptureQueriesContext(connection) as statements:
            assert bernd_client.get(address).status_code == 200
        counts.append(len([one for one in statements if "SAVEPOINT" not in one["sql"]]))
    # Session and account; the programme, the list of versions, each side; on the summary the version as resolved, mandates.
    assert counts == [6, 5, 6]


def test_derivation_of_the_sum_leads_to_each_cause(frozen: ForecastVersion, bernd_client: Client) -> None:
    extend()
    page = Page(bernd_client.get(f"{HERE}rechenweg/shortfall/", {"von": "fassung-1", "ursache": "summe"}))
    rows = [
        [one.text for name in ("label", "amount") for one in row.all(class_=f"kim-derivation__{name}")]
        for row in page.all(class_="kim-derivation__row")
    ]
    assert rows == [
        ["Abweichung", "25.000,00 €"],
        ["Unterschied durch Stellen, die hinzukommen oder wegfallen", "80.000,00 €"],
        ["Mehrkosten der Stadt", "416.657,24 €"],
        ["Mehrkosten der Stadt", "− 336.657,24 €"],
        ["Unterschied durch Pauschalen und Höchstbeträge", "+ −55.000,00 €"],
        ["Mehrkosten der Stadt", "361.657,24 €"],
        ["Mehrkosten der Stadt", "− 416.657,24 €"],
    ]
    links = [link for link, text in page.links() if text == "Stellen hinzugekommen oder weggefallen"]
    assert Page(bernd_client.get(links[0])).main.one("p", class_="kim-figure__value").text == "80.000,00 €"
