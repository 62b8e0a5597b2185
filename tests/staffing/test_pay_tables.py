"""The pages of the pay tables: every value with its validity and source, and what finance staff changes there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staffing.loading import load_pay
from staffing.models import PayRate, SocialInsuranceRate
from staffing.selectors import pay_state
from tests.fingerprint import fingerprint
from tests.pages import Page
from tests.staffing.rows import PAY_FORMS, PAY_ROWS

if TYPE_CHECKING:
    from django.test import Client

LIST = "/entgelttabellen/"
S2025 = f"{LIST}TVoeD-VKA-S/2025-04-01/"


def typed(page: Page) -> dict[str, Any]:
    """What stands in the form, but for the boxes that say which columns lack a proof."""
    names = [one.attributes.get("name") for one in page.main.walk() if one.tag in {"input", "select"}]
    return {name: page.typed(name) for name in names if name and name not in {"from_memory", "csrfmiddlewaretoken"}}


@pytest.fixture
def tables(db: None) -> None:
    load_pay()


def test_the_list_names_every_table_with_its_validity_and_proof(tables: None, bernd_client: Client) -> None:
    page = Page(bernd_client.get(LIST))
    found = page.table("Jede Tabelle mit Gültigkeit und Beleg ihrer Werte")
    assert len(found) == 14
    assert found[1] == ["TVöD-VKA, Tabelle E", "01.05.2026 bis 31.03.2027", "101", "abgeleitet"]
    assert found[10] == [
        "TVöD-VKA, Tabelle S (Sozial- und Erziehungsdienst)", "01.03.2024 bis 30.09.2024", "96",
        "belegt Annahme (erschlossen)",
    ]  # fmt: skip
    assert page.table("Jahressonderzahlung in Prozent des durchschnittlichen Entgelts von Juli bis September")[3][:4] == [
        "E1, E2, E3, E4, E5, E6, E7, E8", "E", "84,51", "2022 bis 2025",
    ]  # fmt: skip
    insurance = page.table(
        "Ganze Beitragssätze in Prozent (die Hälfte zahlt der Arbeitgeber) und Beitragsbemessungsgrenzen im Monat in Euro"
    )
    assert insurance[4][:3] == ["01.07.2023 bis 31.12.2023", "14,60", "1,60"]
    assert "Annahme (aus dem Gedächtnis) Pflegeversicherung ohne Zuschlag für Kinderlose" in insurance[4][-1]
    assert not [href for href, _text in page.links() if "hochladen" in href or "/neu/" in href]


def test_a_table_is_groups_by_steps(tables: None, bernd_client: Client) -> None:
    found = Page(bernd_client.get(f"{LIST}TVoeD-VKA-E/2025-04-01/")).table(
        "Tabellenentgelt im Monat bei voller Arbeitszeit, in Euro"
    )
    assert [row[0] for row in found] == [
        "Gruppe", "E 1", "E 2", "E 3", "E 4", "E 5", "E 6", "E 7", "E 8", "E 9a", "E 9b", "E 9c", "E 10", "E 11",
        "E 12", "E 13", "E 14", "E 15",
    ]  # fmt: skip
    assert found[1][1] == "–"
    assert len(found[1]) == 7


def test_the_file_of_a_table_is_what_the_upload_reads(tables: None, bernd_client: Client) -> None:
    answer = bernd_client.get(f"{S2025}tabelle.csv")
    lines = answer.content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Gruppe;Stufe 1;Stufe 2;Stufe 3;Stufe 4;Stufe 5;Stufe 6"
    assert [line.split(";")[0] for line in lines[1:-1]][:5] == ["S2", "S3", "S4", "S7", "S8a"]
    assert answer["Content-Disposition"] == 'attachment; filename="entgelttabelle-tvoed-vka-s-2025-04-01.csv"'
    empty = bernd_client.get(f"{LIST}vorlage.csv").content.decode("utf-8-sig")
    assert empty == "Gruppe;Stufe 1;Stufe 2;Stufe 3;Stufe 4;Stufe 5;Stufe 6\r\n"


@pytest.mark.parametrize(
    "address",
    [f"{LIST}TVoeD-VKA-S/2019-01-01/", f"{LIST}TVoeD-VKA-S/2025-02-30/", f"{LIST}nichts/2025-04-01/", f"{LIST}TVoeD-VKA-S/2025-04-01x/"],
)  # fmt: skip
def test_a_table_that_does_not_exist_is_not_found(tables: None, bernd_client: Client, address: str) -> None:
    assert bernd_client.get(address).status_code == 404


def test_an_empty_list_says_what_to_do(db: None, ayse_client: Client) -> None:
    assert "manage.py loadpay" in Page(ayse_client.get(LIST)).main.text


def test_the_list_costs_the_same_with_one_and_three_rows(db: None, bernd_client: Client) -> None:
    counts = []
    for number in (1, 2):
        for fresh in PAY_ROWS.values():
            for _again in range(number):
                fresh().save()
        with CaptureQueriesContext(connection) as queries:
            bernd_client.get(LIST)
        counts.append(len(queries))
    assert counts == [10, 10]


@pytest.mark.parametrize("kind", PAY_FORMS)
def test_finance_staff_enters_and_changes_every_kind_of_row(db: None, ayse_client: Client, kind: str) -> None:
    model, data = PAY_FORMS[kind]
    assert ayse_client.post(f"{LIST}{kind}/neu/", data).status_code == 302
    row = model._default_manager.get()
    address = f"{LIST}{kind}/{row.pk}/"
    page = Page(ayse_client.get(address))
    assert ayse_client.post(address, {**typed(page), "source": "Berichtigung"}).status_code == 302
    changed = model._default_manager.get()
    names = [field.name for field in model._meta.concrete_fields if field.name not in {"source", "recorded_at"}]
    assert [getattr(changed, name) for name in names] == [getattr(row, name) for name in names]
    assert (changed.source, changed.recorded_by.username) == ("Berichtigung", "ayse")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kind", "field", "value", "message"),
    [
        ("tabellenentgelt", "amount", "55.0000", "„55.0000“ ist kein eindeutiger Betrag. Bitte so eingeben: 913.257,24"),
        ("tabellenentgelt", "amount", "0,00", "Der Betrag muss größer als 0,00 € sein."),
        ("tabellenentgelt", "pay_group", "S 12", "Das ist keine Entgeltgruppe. Bitte so angeben: E9a, S8b, S12."),
        ("tabellenentgelt", "pay_step", "7", "Bitte eine Stufe von 1 bis 6 angeben."),
        ("tabellenentgelt", "valid_to", "01.01.2020", "Das Ende der Gültigkeit liegt vor ihrem Beginn."),
        ("tabellenentgelt", "source", "", "Dieses Feld ist zwingend erforderlich."),
        ("sozialversicherung", "care", "3,605", "„3,605“ ist kein Prozentsatz. Bitte so eingeben: 7,75"),
        ("sozialversicherung", "care", "3.60", "„3.60“ ist kein Prozentsatz. Bitte so eingeben: 7,75"),
        ("jahressonderzahlung", "last_year", "2029", "Das letzte Jahr liegt vor dem ersten oder nach 2099."),
        ("stufenlaufzeit", "step_3", "0", "Bitte ganze Jahre von 1 bis 20 angeben."),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_at_its_field(
    db: None, ayse_client: Client, kind: str, field: str, value: str, message: str
) -> None:
    before = fingerprint()
    answer = ayse_client.post(f"{LIST}{kind}/neu/", {**PAY_FORMS[kind][1], field: value})
    assert answer.status_code == 422
    assert Page(answer).errors(field) == [message]
    assert fingerprint() == before


@pytest.mark.parametrize("kind", PAY_FORMS)
def test_two_rows_for_one_day_are_refused(db: None, ayse_client: Client, kind: str) -> None:
    data = PAY_FORMS[kind][1]
    ayse_client.post(f"{LIST}{kind}/neu/", data)
    answer = ayse_client.post(f"{LIST}{kind}/neu/", data)
    assert answer.status_code == 422
    (message,) = Page(answer).errors("first_year" if kind == "jahressonderzahlung" else "valid_from")
    assert message.startswith("Für d")


def test_columns_without_proof_are_ticked_and_become_assumptions(tables: None, ayse_client: Client) -> None:
    row = SocialInsuranceRate.objects.get(valid_from="2024-01-01")
    page = Page(ayse_client.get(f"{LIST}sozialversicherung/{row.pk}/"))
    answer = ayse_client.post(
        f"{LIST}sozialversicherung/{row.pk}/", {**typed(page), "from_memory": ["care", "pension"]}
    )
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.from_memory == "care pension"
    rule = pay_state().law.insurance_on(date(2024, 5, 1))
    statuses = [figure.source.status.value for figure in (rule.health, rule.care, rule.pension) if figure.source]
    assert statuses == ["verified", "from_memory", "from_memory"]


def test_a_corrected_value_acts_at_once(tables: None, ayse_client: Client) -> None:
    def total() -> str:
        answer = ayse_client.get("/api/v1/pay-costs/?group=S12&step=4&year=2025")
        return str(answer.json()["figures"]["table_pay"]["amount"])

    before = total()
    row = PayRate.objects.get(pay_group="S12", pay_step=4, valid_from="2025-04-01")
    page = Page(ayse_client.get(f"{LIST}tabellenentgelt/{row.pk}/"))
    ayse_client.post(f"{LIST}tabellenentgelt/{row.pk}/", {**typed(page), "amount": "9.999,99"})
    assert Decimal(total()) > Decimal(before)
