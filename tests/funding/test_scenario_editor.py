"""The scenario editor: forms, comparison, and taking a scenario over into the plan to the cent."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from funding.calculation.inputs import Parameter
from funding.models import Programme, Scenario, ScenarioOverride
from staffing.models import Position, Provider
from tests.fingerprint import fingerprint
from tests.funding.scenarios import HERE, REASON, override, shortfalls
from tests.pages import Page, payload

if TYPE_CHECKING:
    from django.test import Client

    from kim.models import User

# --- Create, rename, copy, delete -----------------------------------------------------------------------------------


def test_create_and_rename(wish: Scenario, ayse_client: Client) -> None:
    data = {"name": "Tarif 2023", "slug": "tarif-2023", "description": "Ein Abschluss wie zuletzt"}
    answer = ayse_client.post(f"{HERE}neu/", data, follow=True)
    page = Page(answer)
    assert page.messages == ["Gespeichert: Neues Szenario."]
    assert page.heading == "Tarif 2023"
    made = Scenario.objects.get(slug="tarif-2023")
    assert (made.order, made.description) == (10, "Ein Abschluss wie zuletzt")

    form = Page(ayse_client.get(f"{HERE}tarif-2023/umbenennen/"))
    assert "slug" not in payload(form)
    answer = ayse_client.post(f"{HERE}tarif-2023/umbenennen/", payload(form, name="Tarif 2023/24"))
    assert answer["Location"] == f"{HERE}tarif-2023/"
    made.refresh_from_db()
    assert (made.name, made.slug) == ("Tarif 2023/24", "tarif-2023")


@pytest.mark.parametrize(
    ("slug", "message"),
    [
        ("wunsch", "Ein Szenario mit diesem Kurznamen gibt es schon."),
        ("neu", "„neu“ ist schon eine Seite. Bitte einen anderen Kurznamen wählen."),
    ],
)
def test_short_name_that_is_taken_is_refused_at_its_field(
    wish: Scenario, ayse_client: Client, slug: str, message: str
) -> None:
    before = fingerprint()
    answer = ayse_client.post(f"{HERE}neu/", {"name": "Noch einer", "slug": slug, "description": ""})
    assert (answer.status_code, Page(answer).errors("slug")) == (422, [message])
    assert fingerprint() == before


def test_copy_has_the_same_figures(founding_case: Programme, ayse_client: Client) -> None:
    form = Page(ayse_client.get(f"{HERE}top-up-ends/kopieren/"))
    answer = ayse_client.post(f"{HERE}top-up-ends/kopieren/", payload(form))
    assert answer["Location"] == f"{HERE}top-up-ends-kopie/"
    assert shortfalls("top-up-ends-kopie") == shortfalls("top-up-ends")
    assert shortfalls("top-up-ends-kopie") != shortfalls()


def test_delete_asks_first_and_leaves_the_plan(wish: Scenario, ayse_client: Client) -> None:
    override(wish, Parameter.GRANT_UNTIL, last_day=date(2025, 12, 31))
    figures = shortfalls()
    page = Page(ayse_client.get(f"{HERE}wunsch/loeschen/"))
    assert page.heading == "Szenario löschen"
    assert ayse_client.post(f"{HERE}wunsch/loeschen/")["Location"] == HERE
    assert not Scenario.objects.filter(slug="wunsch").exists()
    assert shortfalls() == figures


@pytest.mark.parametrize("slug", ["in-force", "grant-continues", "grant-ends", "top-up-ends", "positions-end"])
def test_standard_scenarios_stay(founding_case: Programme, ayse_client: Client, slug: str) -> None:
    before = fingerprint()
    answer = ayse_client.post(f"{HERE}{slug}/loeschen/")
    assert answer.status_code == 409
    assert "gehört zu den Standardszenarien und lässt sich nicht löschen." in Page(answer).main.text
    found = Scenario.objects.get(slug=slug)
    found.slug = "anders"
    with pytest.raises(ValidationError, match="gehört zu den Standardszenarien und bleibt"):
        found.full_clean()
    assert fingerprint() == before


def test_law_in_force_takes_no_overrides(founding_case: Programme, ayse_client: Client) -> None:
    before = fingerprint()
    data = {"last_day": "31.12.2025", "source": REASON}
    answer = ayse_client.post(f"{HERE}in-force/abweichung/neu/grant_until/", data)
    assert answer.status_code == 409
    assert "Das geltende Recht hat keine Abweichungen" in Page(answer).main.text
    with pytest.raises(ValidationError, match="Das geltende Recht hat keine Abweichungen"):
        ScenarioOverride(scenario=Scenario.objects.get(slug="in-force"), parameter="grant_until").clean()
    assert fingerprint() == before


# --- What a scenario sets -------------------------------------------------------------------------------------------

FORMS: list[tuple[str, dict[str, str], str]] = [
    ("grant_until", {"last_day": ""}, "Die Förderung des Landes läuft bis auf Weiteres."),
    ("positions_until", {"last_day": "31.12.2024"}, "Stellen und Maßnahmen laufen bis zum 31.12.2024."),
    ("top_up_until", {"last_day": "31.12.2024"},
     "Die Aufstockung der Stadt bei Caritasverband läuft bis zum 31.12.2024."),
    ("lump_sum_percent", {"first_day": "01.01.2023", "percent": "3,6"},
     "Ab dem 01.01.2023 steigen die Pauschalen um 3,6 %."),
    ("cap_percent", {"first_day": "01.01.2023", "percent": "-5"}, "Ab dem 01.01.2023 sinken die Höchstbeträge um 5 %."),
    ("cost_percent", {"first_year": "2023", "percent": "2,5 %"},
     "Ab dem Haushaltsjahr 2023 steigen die Personalkosten um 2,5 %."),
    ("position_from", {"first_day": "01.04.2022"}, "Die Stelle „{title}“ beginnt erst am 01.04.2022."),
    ("position_until", {"last_day": "30.06.2024"}, "Die Stelle „{title}“ läuft nur bis zum 30.06.2024."),
]  # fmt: skip


@pytest.mark.parametrize(("parameter", "data", "words"), FORMS, ids=[one[0] for one in FORMS])
def test_each_parameter_has_a_form_of_what_it_needs(
    wish: Scenario, position: Position, ayse_client: Client, ayse: User,
    parameter: str, data: dict[str, str], words: str,
) -> None:  # fmt: skip
    if parameter.startswith("position_"):
        data = {**data, "position": str(position.pk)}
    if parameter == "top_up_until":
        data = {**data, "provider": str(Provider.objects.get(slug="caritas").pk)}
    address = f"{HERE}wunsch/abweichung/neu/{parameter}/"
    assert set(payload(Page(ayse_client.get(address)))) == {*data, "source", "note"}

    answer = ayse_client.post(address, {**data, "source": REASON, "note": ""})
    assert answer["Location"] == f"{HERE}wunsch/"
    row = ScenarioOverride.objects.get(scenario=wish)
    assert (row.source_status, row.recorded_by) == ("assumed", ayse)
    assert words.format(title=position.title) in Page(ayse_client.get(f"{HERE}wunsch/")).main.text

    again = Page(ayse_client.get(f"{HERE}wunsch/abweichung/{row.pk}/"))
    assert ayse_client.post(f"{HERE}wunsch/abweichung/{row.pk}/", payload(again)).status_code == 302
    row.refresh_from_db()
    assert words.format(title=position.title) in Page(ayse_client.get(f"{HERE}wunsch/")).main.text
    assert ayse_client.post(f"{HERE}wunsch/abweichung/{row.pk}/entfernen/")["Location"] == f"{HERE}wunsch/"
    assert not wish.overrides.exists()


@pytest.mark.parametrize(
    ("parameter", "data", "field", "message"),
    [
        ("cost_percent", {"first_year": "2023", "percent": "2.5"}, "percent",
         "„2.5“ ist kein Prozentsatz. Bitte so eingeben: 2,5 (weniger: -2,5)"),
        ("cost_percent", {"first_year": "2023", "percent": "0"}, "percent",
         "„0“ ändert nichts. Bitte einen Prozentsatz ungleich null eingeben."),
        ("cost_percent", {"first_year": "2023", "percent": "-100,5"}, "percent",
         "„-100,5“ liegt außerhalb von -100 bis 1.000 Prozent."),
        ("cost_percent", {"first_year": "23", "percent": "1"}, "first_year",
         "„23“ ist kein Haushaltsjahr. Bitte ein Jahr von 2000 bis 2099 angeben."),
        ("lump_sum_percent", {"first_day": "2023-01-01", "percent": "1"}, "first_day",
         "„2023-01-01“ ist kein Datum. Bitte so eingeben: 31.12.2022"),
        ("lump_sum_percent", {"first_day": "", "percent": "1"}, "first_day", "Dieses Feld ist zwingend erforderlich."),
        ("position_until", {"position": "", "last_day": "31.12.2024"}, "position",
         "Dieses Feld ist zwingend erforderlich."),
        ("position_from", {"position": "KIM-2.1", "first_day": "01.01.2022"}, "first_day",
         "Die Stelle ist schon ab dem 01.01.2022 geplant. Bitte einen späteren Tag."),
        ("grant_until", {"last_day": "31.12.2024", "source": " "}, "source", "Dieses Feld ist zwingend erforderlich."),
    ],
)  # fmt: skip
def test_bad_input_stays_in_its_field_and_changes_nothing(
    wish: Scenario, position: Position, ayse_client: Client,
    parameter: str, data: dict[str, str], field: str, message: str,
) -> None:  # fmt: skip
    if data.get("position"):
        data = {**data, "position": str(position.pk)}
    before = fingerprint()
    answer = ayse_client.post(f"{HERE}wunsch/abweichung/neu/{parameter}/", {"source": REASON, "note": "", **data})
    page = Page(answer)
    assert (answer.status_code, page.errors(field)) == (422, [message])
    assert page.typed(field) == data[field].strip() or field == "source"
    assert fingerprint() == before


def test_the_same_twice_is_refused_in_words(wish: Scenario, ayse_client: Client) -> None:
    override(wish, Parameter.GRANT_UNTIL, last_day=date(2025, 12, 31))
    override(wish, Parameter.COST_PERCENT, first_year=2023, percent=Decimal("2.5"))
    before = fingerprint()
    answer = ayse_client.post(f"{HERE}wunsch/abweichung/neu/grant_until/", {"last_day": "", "source": REASON})
    assert "Diesen Parameter setzt das Szenario schon." in Page(answer).main.text
    answer = ayse_client.post(
        f"{HERE}wunsch/abweichung/neu/cost_percent/", {"first_year": "2023", "percent": "1", "source": REASON}
    )
    assert Page(answer).errors("percent") == ["Ab diesem Zeitpunkt setzt das Szenario schon einen Prozentsatz."]
    assert fingerprint() == before


@pytest.mark.parametrize(
    ("parameter", "values", "constraint"),
    [
        ("grant_until", {"percent": Decimal(1)}, "percent_fits"),
        ("cost_percent", {"first_year": 2023}, "percent_fits"),
        ("cost_percent", {"percent": Decimal(1)}, "first_year_fits"),
        ("cost_percent", {"percent": Decimal(1), "first_year": 1999}, "known_year"),
        ("cost_percent", {"percent": Decimal(0), "first_year": 2023}, "percent_in_range"),
        ("lump_sum_percent", {"percent": Decimal(1)}, "first_day_fits"),
        ("lump_sum_percent", {"percent": Decimal(1), "first_day": date(2023, 1, 1), "last_day": date(2023, 1, 1)},
         "last_day_fits"),
        ("position_from", {"first_day": date(2023, 1, 1)}, "position_fits"),
        ("position_until", {"position": "KIM-2.1"}, "last_day_fits"),
        ("made_up", {}, "known_parameter"),
    ],
)  # fmt: skip
def test_database_says_what_a_parameter_needs(
    wish: Scenario, position: Position, parameter: str, values: dict[str, Any], constraint: str
) -> None:
    if "position" in values:
        values = {**values, "position": position}
    row = ScenarioOverride(scenario=wish, parameter=parameter, source=REASON, source_status="assumed", **values)
    with pytest.raises(IntegrityError, match=f"funding_scenariooverride_{constraint}"), transaction.atomic():
        row.save()


@pytest.mark.parametrize(
    "path",
    [
        "neu/", "wunsch/umbenennen/", "wunsch/kopieren/", "wunsch/loeschen/", "wunsch/uebernehmen/",
        "wunsch/abweichung/neu/grant_until/",
    ],
)  # fmt: skip
def test_committee_reads_and_never_writes(
    wish: Scenario, bernd_client: Client, carla_client: Client, path: str
) -> None:
    before = fingerprint()
    for client in (bernd_client, carla_client):
        assert client.get(HERE + path).status_code == 403
        assert client.post(HERE + path, {"name": "x", "slug": "x", "source": REASON}).status_code == 403
    assert bernd_client.get(f"{HERE}wunsch/").status_code == 200
    assert carla_client.get(f"{HERE}wunsch/").status_code == 403
    assert fingerprint() == before
    links = [href for href, _text in Page(bernd_client.get(f"{HERE}wunsch/")).links()]
    assert not [href for href in links if "abweichung" in href or "uebernehmen" in href or "loeschen" in href]


# --- Beside a base --------------------------------------------------------------------------------------------------

YEARS = "Kosten, Förderung und Mehrkosten je Haushaltsjahr in Euro"


def test_comparison_says_the_sign_in_words(founding_case: Programme, bernd_client: Client) -> None:
    page = Page(bernd_client.get(f"{HERE}grant-ends/?base=grant-continues"))
    table = page.table(YEARS)
    assert table[0] == ["Haushaltsjahr", "Zahl", "A: Land fördert weiter", "B: Förderung endet, Stadt zahlt alles",
                        "Unterschied"]  # fmt: skip
    assert table[1:7] == [
        ["2022", "Kosten", "962.257,24", "962.257,24", "unverändert"],
        ["Förderung des Landes", "625.600,00", "625.600,00", "unverändert"],
        ["Mehrkosten der Stadt", "336.657,24", "336.657,24", "unverändert"],
        ["2023", "Kosten", "962.257,24", "962.257,24", "unverändert"],
        ["Förderung des Landes", "625.600,00", "0,00", "−625.600,00 € weniger Förderung"],
        ["Mehrkosten der Stadt", "336.657,24", "962.257,24", "+625.600,00 € Mehrkosten"],
    ]


def test_differences_only_down_to_the_lines(wish: Scenario, position: Position, bernd_client: Client) -> None:
    override(wish, Parameter.POSITION_UNTIL, position=position, last_day=date(2024, 6, 30))
    page = Page(bernd_client.get(f"{HERE}wunsch/?unterschiede=1"))
    assert [row[0] for row in page.table(YEARS)[1:] if len(row) == 5] == ["2024", "2025", "2026"]
    lines = page.table("Nach Baustein und Zeile, 2024, in Euro")[1:]
    # After the end of the grant the law in force pays nothing, so only cost and shortfall move.
    assert [row[0] for row in lines if len(row) == 5] == ["Baustein 2: Casemanagement", position.title]
    assert {len(row) for row in lines} == {4, 5}
    everything = Page(bernd_client.get(f"{HERE}wunsch/?unterschiede=0"))
    assert len(everything.table(YEARS)) == 1 + 5 * 3


def test_nothing_differs_is_said(wish: Scenario, bernd_client: Client) -> None:
    page = Page(bernd_client.get(f"{HERE}wunsch/?unterschiede=1"))
    assert "ergeben in jedem Jahr dieselben Zahlen." in page.main.text


@pytest.mark.parametrize(("query", "status"), [("base=nichts", 404), ("unterschiede=ja", 400), ("year=1999", 404)])
def test_bad_addresses_are_refused(founding_case: Programme, bernd_client: Client, query: str, status: int) -> None:
    assert bernd_client.get(f"{HERE}grant-ends/?{query}").status_code == status
    assert bernd_client.get(f"{HERE}gibt-es-nicht/").status_code == 404


# Versions and questions are no rows that a figure rests on: the committee's page reads them beside the snapshot.
BESIDE = {
    "szenarien/top-up-ends/?unterschiede=1": [],
    "szenarien/": [],
    "": ["funding_committeequestion", "funding_forecastversion", "funding_forecastversion"],
}


@pytest.mark.parametrize("path", BESIDE)
def test_one_statement_reads_everything(founding_case: Programme, bernd_client: Client, path: str) -> None:
    bernd_client.get(f"/programme/kim-nrw/{path}")
    with CaptureQueriesContext(connection) as found:
        bernd_client.get(f"/programme/kim-nrw/{path}")
    read = [one["sql"] for one in found if "funding_snapshot" in one["sql"]]
    others = [one["sql"] for one in found if "funding_" in one["sql"] and one["sql"] not in read]
    tables = sorted(table for one in others for table in re.findall(r'FROM "(\w+)"', one))
    assert (len(read), tables) == (1, BESIDE[path])


def test_committee_page_says_what_moves_the_shortfall(founding_case: Programme, bernd_client: Client) -> None:
    page = Page(bernd_client.get("/programme/kim-nrw/"))
    table = page.table("Was kleine Änderungen 2022 bewirken, Szenario „Geltendes Recht“")
    assert [row[:2] for row in table[1:]] == [
        ["Ein Prozent mehr Personalkosten", "+8.841,55 € Mehrkosten"],
        ["Ein Zehntel Stelle mehr", "+9.595,93 € Mehrkosten"],
        ["Ein Monat später besetzt", "−25.629,77 € Minderbedarf"],
        ["1.000 € mehr Pauschale", "unverändert"],
        ["1.000 € weniger Pauschale", "+9.750,00 € Mehrkosten"],
        ["Förderung endet ein Jahr früher", "+625.600,00 € Mehrkosten"],
    ]
