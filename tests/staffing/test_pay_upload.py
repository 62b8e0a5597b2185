"""A pay table from a file: previewed, refused with every mistake at once, saved as a whole or not at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kim.files import confirmation
from kim.files.sheet import MOST_BYTES
from staffing.loading import load_pay
from staffing.models import PayRate
from tests.conftest import signed_in
from tests.fingerprint import fingerprint
from tests.pages import Page

if TYPE_CHECKING:
    from django.test import Client

    from kim.models import User

UPLOAD = "/entgelttabellen/hochladen/"
HEAD = "Gruppe;Stufe 1;Stufe 2;Stufe 3;Stufe 4;Stufe 5;Stufe 6\r\n"
TABLE = HEAD + "S12;3.600,00;3.900,00;4.200,00;4.500,00;4.800,00;5.000,00\r\nS13;;4.000,00;;;;\r\n"
FORM = {
    "tariff": "TVoeD-VKA-S", "valid_from": "01.04.2027", "valid_to": "", "source": "Anlage C (VKA), 2027",
    "source_status": "verified",
}  # fmt: skip
NOTHING = "Nichts wurde gespeichert. Die Tabelle wird nur ganz übernommen oder gar nicht."


def send(client: Client, content: str | bytes = TABLE, name: str = "tabelle.csv", **changes: str) -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post(UPLOAD, {**FORM, "file": SimpleUploadedFile(name, data), **changes})


def preview(client: Client, content: str | bytes = TABLE, **changes: str) -> Page:
    answer = send(client, content, **changes)
    assert answer.status_code == 200, Page(answer).main.text
    return Page(answer)


def facts(page: Page) -> list[str]:
    return [one.text for one in page.one("ul", class_="kim-items").all("li")]


def confirm(client: Client, page: Page) -> Any:
    return client.post(UPLOAD, {"confirm": page.typed("confirm")})


def stored(start: str = "2027-04-01") -> dict[tuple[str, int], tuple[str, date | None]]:
    rows = PayRate.objects.filter(valid_from=start, tariff="TVoeD-VKA-S")
    return {(row.pay_group, row.pay_step): (str(row.amount), row.valid_to) for row in rows}


def alert(page: Page) -> str:
    return page.one(class_="kern-alert__body").all("p")[0].text


def problems(page: Page) -> list[list[str]]:
    return page.table("Jeder Fehler mit Zeile, Spalte und Wert")[1:]


# --- From the file to the rows --------------------------------------------------------------------------------------


def test_a_new_table_is_previewed_and_then_saved(ayse_client: Client) -> None:
    load_pay()
    before = fingerprint()
    page = preview(ayse_client)
    assert fingerprint() == before
    assert facts(page)[:3] == [
        "7 Werte sind neu.",
        "0 Werte ändern sich in Betrag, Gültigkeit oder Quelle.",
        "0 Werte stehen schon so da.",
    ]
    assert page.table("Werte der Datei in Euro im Monat; darunter, was bisher galt")[1:] == [
        ["S 12", "3.600,00 davor 3.967,57", "3.900,00 davor 4.237,49", "4.200,00 davor 4.590,75", "4.500,00 davor 4.903,53", "4.800,00 davor 5.290,81", "5.000,00 davor 5.454,65"],
        ["S 13", "–", "4.000,00 davor 4.248,70", "–", "–", "–", "–"],
    ]  # fmt: skip

    answer = confirm(ayse_client, page)
    assert (answer.status_code, answer["Location"]) == (302, "/entgelttabellen/TVoeD-VKA-S/2027-04-01/")
    assert Page(ayse_client.get(answer["Location"])).messages == ["Übernommen: 7 Tabellenentgelte."]
    amounts = ("3600.00", "3900.00", "4200.00", "4500.00", "4800.00", "5000.00")
    assert stored() == {
        **{("S12", step): (amount, None) for step, amount in enumerate(amounts, start=1)},
        ("S13", 2): ("4000.00", None),
    }
    row = PayRate.objects.get(pay_group="S13", valid_from="2027-04-01")
    assert (row.source, row.source_status, row.recorded_by.username) == ("Anlage C (VKA), 2027", "verified", "ayse")  # type: ignore[union-attr]


def test_an_older_open_table_ends_the_day_before(ayse_client: Client) -> None:
    confirm(ayse_client, preview(ayse_client))
    later = HEAD + "S12;;;;4.700,00;;\r\n"
    page = preview(ayse_client, later, valid_from="01.10.2027")
    assert "Ein älterer Wert gilt bisher bis auf Weiteres; er endet damit am 30.09.2027." in facts(page)
    assert "Nicht in der Datei und deshalb unverändert: Werte von S12, S13." in facts(page)
    confirm(ayse_client, page)
    assert stored()["S12", 4] == ("4500.00", date(2027, 9, 30))
    assert stored()["S12", 3] == ("4200.00", None)
    assert stored("2027-10-01") == {("S12", 4): ("4700.00", None)}


def test_the_same_table_again_changes_nothing(ayse_client: Client) -> None:
    confirm(ayse_client, preview(ayse_client))
    page = preview(ayse_client)
    assert facts(page)[:3] == [
        "0 Werte sind neu.",
        "0 Werte ändern sich in Betrag, Gültigkeit oder Quelle.",
        "7 Werte stehen schon so da.",
    ]
    assert "Die Datei enthält keine Änderungen" in page.main.text


def test_other_amounts_for_the_same_time_are_changes(ayse_client: Client) -> None:
    confirm(ayse_client, preview(ayse_client))
    page = preview(ayse_client, TABLE.replace("4.500,00", "4.555,55"))
    assert facts(page)[1] == "Ein Wert ändert sich in Betrag, Gültigkeit oder Quelle."
    assert "4.555,55 ersetzt 4.500,00" in page.main.text
    confirm(ayse_client, page)
    assert stored()["S12", 4] == ("4555.55", None)


def test_a_table_that_was_given_out_comes_back_unchanged(ayse_client: Client) -> None:
    load_pay()
    content = ayse_client.get("/entgelttabellen/TVoeD-VKA-S/2025-04-01/tabelle.csv").content
    row = PayRate.objects.get(pay_group="S12", pay_step=4, valid_from="2025-04-01")
    page = preview(ayse_client, content, valid_from="01.04.2025", valid_to="30.04.2026", source=row.source)
    # Rows of other sources take the one of the file.
    assert facts(page)[0] == "0 Werte sind neu."
    assert [
        cell
        for line in page.table("Werte der Datei in Euro im Monat; darunter, was bisher galt")[1:]
        for cell in line
        if "ersetzt" in cell
    ] == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_it_is_read_as_spreadsheets_write_it(ayse_client: Client, encoding: str, delimiter: str) -> None:
    page = preview(ayse_client, TABLE.replace(";", delimiter).encode(encoding))
    assert facts(page)[0] == "7 Werte sind neu."


def test_a_step_below_the_one_before_is_pointed_out(ayse_client: Client) -> None:
    page = preview(ayse_client, TABLE.replace("4.800,00", "480,00"))
    assert "S12: Stufe 5 ist mit 480,00 € niedriger als Stufe 4 mit 4.500,00 €." in facts(page)


# --- What is refused ------------------------------------------------------------------------------------------------


def test_every_mistake_is_named_at_once_and_nothing_is_saved(ayse_client: Client) -> None:
    before = fingerprint()
    lines = [
        "S12;55.0000;1e5;3,999,00;4500.50;0,00;-5",
        "S 13;1;2;3;4;5;6",
        "E10;1;2;3;4;5;6",
        "S12;1;2;3;4;5;6",
        "S14;;;;;;",
        "S15;1,005;;;;;;7",
        ";1;;;;;",
    ]
    answer = send(ayse_client, HEAD + "\r\n".join(lines))
    assert answer.status_code == 422
    page = Page(answer)
    assert alert(page) == NOTHING
    bad = "„{}“ ist kein eindeutiger Betrag. Bitte so eingeben: 913.257,24"
    no_group = "Das ist keine Entgeltgruppe. Bitte ohne Leerzeichen so angeben: E9a, S8b, S12."
    assert problems(page) == [
        ["2", "Stufe 1", "55.0000", bad.format("55.0000")],
        ["2", "Stufe 2", "1e5", bad.format("1e5")],
        ["2", "Stufe 3", "3,999,00", bad.format("3,999,00")],
        ["2", "Stufe 4", "4500.50", bad.format("4500.50")],
        ["2", "Stufe 5", "0,00", "Der Betrag muss größer als 0,00 € sein."],
        ["2", "Stufe 6", "-5", "Der Betrag muss größer als 0,00 € sein."],
        ["3", "Gruppe", "S 13", no_group],
        ["4", "Gruppe", "E10", "Diese Gruppe gehört nicht zu: TVöD-VKA, Tabelle S (Sozial- und Erziehungsdienst)."],
        ["5", "Gruppe", "S12", "Diese Gruppe steht schon in Zeile 2."],
        ["6", "Gruppe", "S14", "Die Zeile hat keinen einzigen Betrag."],
        ["7", "Stufe 1", "1,005", bad.format("1,005")],
        ["7", "H", "7", "Dieser Wert steht unter keiner Überschrift."],
        ["8", "Gruppe", "leer", no_group],
    ]
    assert fingerprint() == before
    assert page.typed("source") == FORM["source"]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Gruppe;Stufe 1;Stufe 2;Stufe 3;Stufe 4;Stufe 5", [["1", "Stufe 6", "leer", "Diese Spalte fehlt."]]),
        (
            "Gruppe;Stufe 1;Stufe 1;Stufe 3;Stufe 4;Stufe 5;Stufe 6",
            [["1", "C", "Stufe 1", "Diese Überschrift gibt es zweimal."], ["1", "Stufe 2", "leer", "Diese Spalte fehlt."]],
        ),
        (
            "Gruppe;Stufe 1;Stufe 2;Stufe 3;Stufe 4;Stufe 5;Stufe 6;Stufe 7",
            [["1", "H", "Stufe 7", "Diese Spalte gehört nicht hierher. Erlaubt sind: Gruppe, Stufe 1, Stufe 2, Stufe 3, Stufe 4, Stufe 5, Stufe 6."]],
        ),
    ],
)  # fmt: skip
def test_wrong_columns_are_named(ayse_client: Client, heading: str, expected: list[list[str]]) -> None:
    answer = send(ayse_client, f"{heading}\r\nS12;1;2;3;4;5;6\r\n")
    assert answer.status_code == 422
    assert problems(Page(answer)) == expected


def test_what_overlaps_is_named_with_what_is_there(ayse_client: Client) -> None:
    load_pay()
    before = fingerprint()
    answer = send(ayse_client, HEAD + "S12;;;;4.500,00;;\r\n", valid_from="01.01.2027")
    assert answer.status_code == 422
    assert problems(Page(answer)) == [
        ["2", "S12, Stufe 4", "4.500,00", "Überschneidet sich mit dem Tabellenentgelt 4.903,53 €, gültig 01.05.2026 bis 31.03.2027 (https://www.akdb.de/newsroom/news/tariferhoehung-so-gehts-weiter/)."],
    ]  # fmt: skip
    assert fingerprint() == before


def test_a_table_before_an_open_one_may_not_run_into_it(ayse_client: Client) -> None:
    confirm(ayse_client, preview(ayse_client))
    answer = send(ayse_client, HEAD + "S12;;;;4.100,00;;\r\n", valid_from="01.01.2027")
    (problem,) = problems(Page(answer))
    assert problem[3].startswith(
        "Überschneidet sich mit dem Tabellenentgelt 4.500,00 €, gültig ab 01.04.2027 bis auf Weiteres"
    )


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "tabelle.csv", "Die Datei „tabelle.csv“ ist leer."),
        (HEAD.encode(), "tabelle.csv", "Die Datei hat keine Zeilen unter den Überschriften."),
        (b"\x00\x01\x02\x03Gruppe;Stufe 1", "tabelle.csv", "Die Datei ist kein Text: Zeile 1 enthält ein Steuerzeichen (Code 0)."),
        ("Name;Betrag\r\nx;1".encode("utf-16"), "tabelle.csv", "In der ersten Zeile fehlen die Überschriften „Gruppe“, „Stufe 1“, „Stufe 2“, „Stufe 3“, „Stufe 4“, „Stufe 5“ und „Stufe 6“. Bitte eine Datei verwenden, die hier ausgegeben wurde, mit Semikolon, Komma oder Tabulator getrennt."),
        (b"\xff\xfeG", "tabelle.csv", "Die Datei ist kein lesbarer Text. Bitte als „CSV UTF-8“ speichern."),
        (TABLE.encode(), "tabelle.txt", "„tabelle.txt“ ist keine XLSX- oder CSV-Datei. Bitte als „.xlsx“ oder „.csv“ speichern."),
        (b"PK\x03\x04", "tabelle.xlsx", "„tabelle.xlsx“ ist keine CSV-Datei. Bitte als „CSV UTF-8“ speichern."),
        (b"PK\x03\x04", "tabelle.csv", "Die Datei „tabelle.csv“ enthält etwas anderes, als ihre Endung sagt. Bitte neu ausgeben."),
        ((HEAD + '"S12;1').encode(), "tabelle.csv", "Zeile 2 ist keine vollständige CSV-Zeile: Ein Anführungszeichen fehlt, oder die Datei bricht ab."),
        ((HEAD + "S12;1\r\n" * 61).encode(), "tabelle.csv", "Die Datei hat 61 Zeilen; eine Entgelttabelle hat höchstens 60 Gruppen."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused(ayse_client: Client, content: bytes, name: str, message: str) -> None:
    answer = send(ayse_client, content, name)
    assert (answer.status_code, alert(Page(answer))) == (422, message)


def test_a_file_past_all_bounds_is_not_read(ayse_client: Client) -> None:
    answer = send(ayse_client, b"x" * (MOST_BYTES + 100_000))
    assert (answer.status_code, alert(Page(answer))) == (413, "Die Datei hat 11 MB; gelesen werden höchstens 10 MB.")


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("tariff", "TV-L", "Diesen Tarif gibt es nicht. Bitte aus der Liste wählen."),
        ("valid_from", "2027-04-01", "„2027-04-01“ ist kein Datum. Bitte so eingeben: 31.12.2022"),
        ("valid_to", "01.01.2027", "Der Zeitraum endet am 01.01.2027, bevor er am 01.04.2027 beginnt."),
        ("source", " ", "Dieses Feld ist zwingend erforderlich."),
    ],
)
def test_what_the_form_refuses_stands_at_its_field(ayse_client: Client, field: str, typed: str, message: str) -> None:
    answer = send(ayse_client, **{field: typed})
    assert answer.status_code == 422
    assert Page(answer).errors(field) == [message]


# --- Between preview and confirmation -------------------------------------------------------------------------------


def test_rows_that_moved_since_the_preview_refuse_all_of_it(ayse_client: Client) -> None:
    load_pay()
    page = preview(ayse_client)
    PayRate.objects.filter(pay_group="E1").update(note="anderswo geändert")
    before = fingerprint()
    answer = confirm(ayse_client, page)
    assert answer.status_code == 409
    found = Page(answer)
    assert alert(found).startswith("Inzwischen hat jemand Entgelttabellen geändert. Nichts wurde gespeichert.")
    assert (found.typed("valid_from"), found.typed("source")) == ("01.04.2027", FORM["source"])
    assert fingerprint() == before


def test_a_confirmation_counts_once(ayse_client: Client) -> None:
    page = preview(ayse_client)
    assert confirm(ayse_client, page).status_code == 302
    assert confirm(ayse_client, page).status_code == 409
    assert len(stored()) == 7


def test_a_confirmation_is_its_readers_own(ayse_client: Client, administrator: User) -> None:
    page = preview(ayse_client)
    answer = confirm(signed_in(administrator), page)
    assert (answer.status_code, alert(Page(answer))) == (
        422, "Die Bestätigung gehört zu einem anderen Konto. Bitte die Datei selbst hochladen.",
    )  # fmt: skip


@pytest.mark.parametrize("forged", ["", "x", "a:b:c"])
def test_a_forged_confirmation_is_refused(ayse_client: Client, forged: str) -> None:
    answer = ayse_client.post(UPLOAD, {"confirm": forged})
    assert (answer.status_code, alert(Page(answer))) == (
        422, "Die Bestätigung passt nicht zur Vorschau. Bitte die Datei noch einmal hochladen.",
    )  # fmt: skip


def test_an_old_preview_is_refused(ayse_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = preview(ayse_client)
    monkeypatch.setattr(confirmation, "PREVIEW_SECONDS", -1)
    answer = confirm(ayse_client, page)
    assert (answer.status_code, alert(Page(answer))) == (
        422, "Die Vorschau ist älter als eine Stunde. Bitte die Datei noch einmal hochladen.",
    )  # fmt: skip


def test_readers_may_not_upload(bernd_client: Client) -> None:
    assert bernd_client.get(UPLOAD).status_code == 403
    assert send(bernd_client).status_code == 403


def test_a_saved_table_acts_on_what_a_place_costs(ayse_client: Client) -> None:
    load_pay()
    confirm(ayse_client, preview(ayse_client))
    answer = ayse_client.get("/api/v1/pay-costs/?group=S12&step=4&year=2028").json()
    assert Decimal(answer["figures"]["table_pay"]["amount"]) == 12 * Decimal("4500.00")
