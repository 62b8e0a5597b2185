"""The page "Was kostet eine Stelle?": what is asked, what is answered, what is refused at its field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staffing.loading import load_pay
from tests.pages import Page

if TYPE_CHECKING:
    from django.test import Client

PAGE = "/stellenkosten/"
S12 = {"group": "S12", "step": "4", "year": "2023", "fte": "1,0"}


@pytest.fixture
def tables(db: None) -> None:
    load_pay()


def ask(client: Client, status: int = 200, **changes: Any) -> Page:
    answer = client.get(f"{PAGE}?{urlencode({**S12, **changes})}")
    assert answer.status_code == status
    return Page(answer)


def test_the_answer_for_a_case_manager(tables: None, bernd_client: Client) -> None:
    page = ask(bernd_client)
    assert page.heading == "Was kostet eine Stelle?"
    assert page.title.startswith("Was kostet eine Stelle? S 12, Stufe 4, 2023, 1,0 VZÄ – ")
    assert page.table("Bestandteile: S 12, Stufe 4, 2023, 1,0 VZÄ, in Euro") == [
        ["Bestandteil", "Betrag"],
        ["Tabellenentgelt", "50.275,32"],
        ["SuE-Zulage", "2.160,00"],
        ["Jahressonderzahlung", "3.070,96"],
        ["Brutto", "55.506,28"],
        ["Krankenversicherung", "4.051,94"],
        ["Zusatzbeitrag zur Krankenversicherung", "444,08"],
        ["Pflegeversicherung", "897,73"],
        ["Rentenversicherung", "5.162,04"],
        ["Arbeitslosenversicherung", "721,53"],
        ["Sozialversicherung, Anteil des Arbeitgebers", "11.277,32"],
        ["Zusatzversorgung", "4.301,68"],
        ["Kosten der Stelle im Jahr", "71.085,28"],
    ]
    months = page.table("Monate: S 12, Stufe 4, 2023, 1,0 VZÄ, in Euro")
    assert len(months) == 14
    assert months[1] == ["Januar 2023", "4.189,61", "180,00", "–", "883,75", "338,64", "5.592,00"]
    assert months[11] == ["November 2023", "4.189,61", "180,00", "3.070,96", "1.517,87", "576,64", "9.535,08"]
    assert months[13] == ["Summe", "50.275,32", "2.160,00", "3.070,96", "11.277,32", "4.301,68", "71.085,28"]
    assert page.table("Dieselbe Stelle in jeder Stufe, im selben Jahr, in Euro")[3:6] == [
        ["3", "51.949,50", "14.580,71", "66.530,21", "5.144,48"],
        ["4 (gewählt)", "55.506,28", "15.579,00", "71.085,28", "4.555,07"],
        ["5", "59.910,22", "16.782,71", "76.692,93", "5.607,65"],
    ]


def test_the_derivation_unfolds_to_months_components_and_sources(tables: None, bernd_client: Client) -> None:
    text = ask(bernd_client).main.text
    for wanted in (
        "Kosten der Stelle (Arbeitgeberbrutto)", "Kosten des Monats Januar 2023", "S 12, Stufe 4, Tabelle ab 01.04.2022",
        "aus denselben Bestandteilen wie Januar 2023", "Jahressonderzahlung", "§ 249 SGB V",
        "https://www.kommunalforum.de/entgelttabelle_tvoed_sue.php",
    ):  # fmt: skip
        assert wanted in text, wanted
    assert "Finanzverwaltung" not in text
    assert "Mitgelieferte Entgelttabellen" in text


def test_assumptions_say_why(tables: None, bernd_client: Client) -> None:
    page = ask(bernd_client, u2="0,35")
    section = page.one("section", **{"aria-labelledby": "annahmen"})
    assert [line.text for line in section.all("li")][:2] == [
        "Annahme Stufe bleibt: seit wann sie erreicht ist, ist nicht erfasst; abgeleitet; auf volle Euro belegt (https://www.kommunalforum.de/entgelttabelle_tvoed_sue.php)",
        "Annahme Satz der Umlage U2: Angabe in der Anfrage",
    ]


def test_all_choices_stand_in_the_address_and_lead_to_the_same_question_over_rest(
    tables: None, bernd_client: Client
) -> None:
    more: dict[str, Any] = {
        "first_day": "01.03.2023", "last_day": "30.11.2023", "step_since": "01.01.2020", "employer": "association",
        "supplementary_pension": "6,1", "u2": "0,35", "workplace": "9.700,00", "overhead": "20",
    }  # fmt: skip
    page = ask(bernd_client, **more)
    assert {name: page.typed(name) for name in (*S12, *more)} == {**S12, **more}
    address = page.one("a", class_="kim-address").attributes["href"]
    answer = bernd_client.get(address).json()
    total = page.table("Bestandteile: S 12, Stufe 4, 2023, 1,0 VZÄ, in Euro")[-1][1]
    assert answer["figures"]["total"]["amount"] == total.replace(".", "").replace(",", ".")
    steps = [href for href, text in page.links() if text == "5"]
    assert len(steps) == 1
    assert "workplace=9.700%2C00" in steps[0]
    assert ask(bernd_client, **more, step="5").typed("workplace") == "9.700,00"


def test_without_a_choice_there_is_only_the_question(tables: None, bernd_client: Client) -> None:
    page = Page(bernd_client.get(PAGE))
    assert page.all("table") == []
    assert (page.typed("fte"), page.typed("group")) == ("1,0", "")
    assert [group.attributes["label"] for group in page.field("group").all("optgroup")] == [
        "TVöD-VKA, Tabelle E", "TVöD-VKA, Tabelle S (Sozial- und Erziehungsdienst)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "helps"), [("ayse_client", "manage.py loadpay"), ("bernd_client", "Finanzverwaltung kann")]
)
def test_without_tables_it_says_what_to_do(db: None, who: str, helps: str, request: pytest.FixtureRequest) -> None:
    page = Page(request.getfixturevalue(who).get(PAGE))
    assert "Es sind noch keine Entgelttabellen geladen" in page.main.text
    assert helps in page.main.text


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("group", "S10", "Das gibt es hier nicht. Bitte aus der Liste wählen."),
        ("group", "\u202eS12", "Das gibt es hier nicht. Bitte aus der Liste wählen."),
        ("group", "", "Dieses Feld ist zwingend erforderlich."),
        ("step", "7", "Das gibt es hier nicht. Bitte aus der Liste wählen."),
        ("year", "23", "„23“ ist kein Haushaltsjahr. Bitte ein Jahr von 2000 bis 2099 angeben."),
        ("year", "2019", "Für die Entgeltgruppe S 12, Stufe 4 (TVöD-VKA, Tabelle S) ist am 01.01.2019 kein Tabellenentgelt erfasst. Bitte eine andere Gruppe oder Stufe wählen oder die Tabelle nachtragen."),
        ("fte", "0.75", "„0.75“ ist kein Stellenanteil. Bitte so eingeben: 0,75"),
        ("fte", "0", "Der Stellenanteil muss größer als 0 sein."),
        ("first_day", "01.01.2024", "Der 01.01.2024 liegt nicht im Jahr 2023."),
        ("last_day", "31.02.2023", "Den Tag „31.02.2023“ gibt es nicht. Bitte so eingeben: 31.12.2022"),
        ("step_since", "02.01.2023", "Die Stufe kann nicht erst nach dem Beginn (01.01.2023) erreicht worden sein."),
        ("employer", "verein", "Das gibt es hier nicht. Bitte aus der Liste wählen."),
        ("supplementary_pension", "7.75", "„7.75“ ist kein Prozentsatz. Bitte so eingeben: 7,75"),
        ("u2", "0,355", "„0,355“ ist kein Prozentsatz. Bitte so eingeben: 7,75"),
        ("workplace", "55.0000", "„55.0000“ ist kein eindeutiger Betrag. Bitte so eingeben: 913.257,24"),
        ("overhead", "101", "„101“ ist mehr als 100 Prozent."),
        ("overhead", "-1", "„-1“ ist kein Prozentsatz. Bitte so eingeben: 7,75"),
        ("overhead", "1\x002", "„1\ufffd2“ ist kein Prozentsatz. Bitte so eingeben: 7,75"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_at_its_field(
    tables: None, bernd_client: Client, field: str, typed: str, message: str
) -> None:
    page = ask(bernd_client, 422, **{field: typed})
    assert page.errors(field) == [message]
    assert page.title.startswith("Fehler: ")
    assert page.all("table") == []
    (line,) = page.summary()
    assert line[0] == f"#{page.field(field).attributes['id']}"


def test_a_wrong_further_choice_is_not_hidden(tables: None, bernd_client: Client) -> None:
    assert "open" in ask(bernd_client, 422, u2="x").one("details", class_="kim-more").attributes
    assert "open" not in ask(bernd_client).one("details", class_="kim-more").attributes


def test_a_group_without_its_first_step_is_told_so(tables: None, bernd_client: Client) -> None:
    page = ask(bernd_client, 422, group="E1", step="1")
    assert page.errors("step") == ["Die Entgeltgruppe E1 hat keine Stufe 1. Es gibt: 2, 3, 4, 5, 6."]


def test_a_page_costs_the_same_whatever_is_asked(tables: None, bernd_client: Client) -> None:
    ask(bernd_client)
    further: list[dict[str, Any]] = [{}, {"group": "E9a"}, {"first_day": "01.10.2023"}]
    for more in further:
        with CaptureQueriesContext(connection) as queries:
            ask(bernd_client, **more)
        # Session and account of the reader, whether any pay row has moved, and the transaction around them.
        assert len(queries) == 5


def test_the_navigation_leads_here(tables: None, bernd_client: Client) -> None:
    links = Page(bernd_client.get("/handbuch/")).one("nav", **{"aria-label": "Hauptnavigation"}).all("a")
    assert [(one.attributes["href"], one.text) for one in links][:2] == [("/", "Start"), (PAGE, "Stellenkosten")]
