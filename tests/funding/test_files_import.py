"""A forecast comes back as a file: shown first, saved whole or not at all, never over what somebody else saved."""

from typing import Any

import pytest
from django.core import signing
from django.test import Client

from funding.files.seals import PREVIEW_SALT, ROW_SALT
from funding.models import BudgetYear, MaterialCost, Municipality, Programme
from kim.models import User
from staffing.models import PositionCost
from tests.fingerprint import fingerprint
from tests.funding.spreadsheets import (
    IMPORT,
    SEAL,
    SOURCE,
    confirm,
    errors,
    exported,
    rows,
    table,
    typed,
    upload,
    written,
)
from tests.pages import Page


def test_a_file_that_nobody_changed_changes_nothing(file: bytes, ayse_client: Client) -> None:
    before = fingerprint()
    for content, name in (
        (file, "prognose.xlsx"),
        (exported(ayse_client, "notes=1"), "prognose.xlsx"),
        (exported(ayse_client, "format=csv"), "prognose.csv"),
        (exported(ayse_client, "format=csv&dialect=de&notes=1&until=2032"), "PROGNOSE.CSV"),
    ):
        answer = upload(ayse_client, content, name)
        assert [answer.status_code, "Die Datei enthält keine Änderungen" in Page(answer).main.text] == [200, True]
        assert Page(answer).all("input", name="confirm") == []
    assert fingerprint() == before


def test_the_preview_shows_every_change_and_saving_does_exactly_that(
    file: bytes, ayse_client: Client, ayse: User
) -> None:
    before = fingerprint()
    answer = upload(ayse_client, typed(file, {"I2": 90000.01, "J2": None, "L2": "1.234,50", "I3": 0}))

    assert answer.status_code == 200
    assert fingerprint() == before
    assert table(answer, "Jede geänderte Zelle, Beträge in Euro") == [
        ["2", "Koordination 1 2023", "86.259,25", "90.000,01", "3.740,76", "entfällt"],
        ["2", "Koordination 1 2024", "86.259,25", "wird gelöscht", "–", "entfällt"],
        ["2", "Koordination 1 2026", "86.259,25", "1.234,50", "−85.024,75", "entfällt"],
        ["3", "Koordination 2 2023", "86.259,25", "0,00", "−86.259,25", "entfällt"],
    ]
    assert table(answer, "Gesamtkosten und Mehrkosten der Stadt nach geltendem Recht, in Euro") == [
        ["2021", "0,00", "0,00", "0,00", "0,00", "0,00", "0,00"],
        ["2022", "962.257,24", "962.257,24", "0,00", "336.657,24", "336.657,24", "0,00"],
        ["2023", "962.257,24", "879.738,75", "−82.518,49", "962.257,24", "879.738,75", "−82.518,49"],
        ["2024", "962.257,24", "875.997,99", "−86.259,25", "962.257,24", "875.997,99", "−86.259,25"],
        ["2025", "962.257,24", "962.257,24", "0,00", "962.257,24", "962.257,24", "0,00"],
        ["2026", "962.257,24", "877.232,49", "−85.024,75", "962.257,24", "877.232,49", "−85.024,75"],
    ]

    saved = ayse_client.post(IMPORT, confirm(answer))

    assert [saved.status_code, saved["Location"]] == [302, "/programme/kim-nrw/prognose/"]
    found = PositionCost.objects.filter(position__reference__in=["KIM-1.1", "KIM-1.2"], version__gt=1).order_by(
        "position", "fiscal_year"
    )
    assert [
        (row.position.reference, row.fiscal_year, str(row.amount), row.source, row.source_status, row.recorded_by)
        for row in found
    ] == [
        ("KIM-1.1", 2023, "90000.01", *SOURCE.values(), ayse),
        ("KIM-1.1", 2026, "1234.50", *SOURCE.values(), ayse),
        ("KIM-1.2", 2023, "0.00", *SOURCE.values(), ayse),
    ]
    assert not PositionCost.objects.filter(position__reference="KIM-1.1", fiscal_year=2024).exists()
    changed = PositionCost.pgh_event_model.objects.filter(pgh_context__isnull=False)  # type: ignore[attr-defined]
    assert sorted((one.pgh_label, one.fiscal_year, one.pgh_context.metadata["user"]) for one in changed) == [
        ("delete", 2024, ayse.pk),
        ("update", 2023, ayse.pk),
        ("update", 2023, ayse.pk),
        ("update", 2026, ayse.pk),
    ]


def test_confirming_twice_saves_once(file: bytes, ayse_client: Client) -> None:
    asked = confirm(upload(ayse_client, typed(file, {"I2": 90000.01})))
    ayse_client.post(IMPORT, asked)
    after = fingerprint()

    again: Any = ayse_client.post(IMPORT, asked, follow=True)

    assert "Es war nichts mehr zu ändern: alle Beträge stehen schon so da." in Page(again).root.text
    assert fingerprint() == after


def test_every_error_is_named_at_once_and_nothing_is_saved(file: bytes, ayse_client: Client) -> None:
    before = fingerprint()
    answer = upload(
        ayse_client,
        typed(
            file,
            {
                "H2": "1.234",
                "I2": 12.345,
                "J2": "=I2*1.02",
                "K2": -1,
                "L2": "86 TEUR",
                "C3": "Koordination 9",
                "H3": "1,234.56",
                "I3": 100.005,
                "J3": True,
                "K3": "#REF!",
                "L3": 1e12,
                "A4": "p999999",
                "A5": None,
                "A6": "p1",
                f"{SEAL}7": "abc",
                "N1": "Bemerkung",
            },
        ),
    )

    assert [answer.status_code, Page(answer).title.startswith("Fehler:"), fingerprint() == before] == [422, True, True]
    keys = {row[0]: row for row in rows(exported(ayse_client, "format=csv"))}
    fourth, sixth = list(keys)[3], list(keys)[5]
    two_ways = "Das lässt sich auf zwei Arten lesen: als Tausender oder mit drei Nachkommastellen. Bitte {} schreiben."
    no_cents = (
        "Das ist kein voller Centbetrag, auch wenn er gerundet angezeigt wird (Rest einer Rechnung). Bitte auf zwei "
        "Nachkommastellen runden."
    )
    assert errors(answer) == [
        ["1", "N", "Bemerkung", "Diese Spalte gehört nicht zur Prognose. Bitte löschen; nichts wird stillschweigend übergangen."],
        ["2", "H (2022)", "1.234", two_ways.format("1.234,00 oder 1234")],
        ["2", "I (2023)", "12,345", no_cents],
        ["2", "J (2024)", "=I2*1.02", "Das ist eine Formel. Bitte kopieren und als Wert einfügen, auf Cent gerundet."],
        ["2", "K (2025)", "−1", "Der Betrag ist negativ. Hier steht ein Betrag ab 0,00 €."],
        ["2", "L (2026)", "86 TEUR", "Angaben in Tausend oder Millionen werden nicht umgerechnet. Bitte ganze Euro und Cent eintragen."],
        ["3", "C (Bezeichnung)", "Koordination 9", "Im Programm steht hier „Koordination 2“. Ist die Zeile verrutscht? Hier lässt sich das nicht ändern."],
        ["3", "H (2022)", "1,234.56", "Das ist englisch geschrieben. Bitte 1.234,56 oder 1234.56 schreiben."],
        ["3", "I (2023)", "100,005", no_cents],
        ["3", "J (2024)", "WAHR", "Das ist ein Wahrheitswert."],
        ["3", "K (2025)", "#REF!", "Das ist ein Fehlerwert des Tabellenprogramms."],
        ["3", "L (2026)", "1.000.000.000.000", "Der Betrag ist zu groß. Der größte ist 999.999.999.999,99 €."],
        ["4", "A (Kennung)", "p999999", f"Das Siegel gehört zu {fourth}. Ist die Zeile verrutscht?"],
        ["5", "A (Kennung)", "leer", "Die Kennung fehlt. Neue Stellen werden auf der Seite „Stellen“ angelegt, nicht in der Datei."],
        ["6", "A (Kennung)", "p1", f"Das Siegel gehört zu {sixth}. Ist die Zeile verrutscht?"],
        ["7", f"{SEAL} (Siegel)", "abc", "Das Siegel fehlt oder wurde verändert. Bitte eine neue Datei ausgeben."],
    ]  # fmt: skip


def test_a_file_whose_base_has_moved_is_refused_with_all_three_values(file: bytes, ayse_client: Client) -> None:
    place = PositionCost.objects.get(position__reference="KIM-1.1", fiscal_year=2023)
    PositionCost.objects.filter(pk=place.pk).update(amount="88000.00")
    PositionCost.objects.filter(position__reference="KIM-1.2", fiscal_year=2024).delete()
    line = MaterialCost.objects.get(material_line__kind="measures", fiscal_year=2025)
    MaterialCost.objects.filter(pk=line.pk).update(note="Nur eine Anmerkung")
    before = fingerprint()

    answer = upload(ayse_client, typed(file, {"I2": 90000.01, "H4": 1}))

    assert [answer.status_code, fingerprint() == before] == [409, True]
    found = table(answer, "Inzwischen geänderte Zellen")
    assert found == [
        ["2", "Koordination 1 2023", "86.259,25 €", "88.000,00 €", "90.000,01"],
        ["3", "Koordination 2 2024", "86.259,25 €", "leer", "86.259,25"],
        ["6", "Veranstaltungsformate, Maßnahmen, externe Begleitung 2025", "49.000,00 €", "49.000,00 € (neue Quelle oder Anmerkung)", "49.000"],
    ]  # fmt: skip


def test_a_row_deleted_and_entered_anew_counts_as_moved(file: bytes, ayse_client: Client) -> None:
    place = PositionCost.objects.get(position__reference="KIM-1.1", fiscal_year=2023)
    place.delete()
    # The new row starts counting at 1 again, so that only its amount tells.
    PositionCost.objects.create(position=place.position, fiscal_year=2023, amount="86259.26", source="Neu")

    answer = upload(ayse_client, file)

    assert answer.status_code == 409
    assert table(answer, "Inzwischen geänderte Zellen") == [
        ["2", "Koordination 1 2023", "86.259,25 €", "86.259,26 €", "86.259,25"]
    ]


def test_what_moves_between_preview_and_confirmation_refuses_all(file: bytes, ayse_client: Client) -> None:
    asked = confirm(upload(ayse_client, typed(file, {"I2": 90000.01, "I3": 90000.02})))
    PositionCost.objects.filter(position__reference="KIM-1.1", fiscal_year=2023).update(amount="88000.00")
    before = fingerprint()

    answer = ayse_client.post(IMPORT, asked)

    assert [answer.status_code, fingerprint() == before] == [409, True]
    assert table(answer, "Inzwischen geänderte Zellen") == [
        ["–", "Koordination 1 2023", "86.259,25 €", "88.000,00 €", "90.000,01"]
    ]


def test_a_year_closed_between_preview_and_confirmation_is_named(file: bytes, ayse_client: Client) -> None:
    asked = confirm(upload(ayse_client, typed(file, {"I2": 90000.01})))
    BudgetYear.objects.update_or_create(
        municipality=Municipality.objects.get(), fiscal_year=2023, defaults={"status": "adopted"}
    )
    before = fingerprint()

    answer = ayse_client.post(IMPORT, asked)

    assert [answer.status_code, fingerprint() == before] == [422, True]
    assert errors(answer) == [["–", "Koordination 1 2023", "90.000,01", "Gesperrt: Haushalt 2023: beschlossen"]]


@pytest.mark.parametrize("change", ["eins", "user", "programme", "old", "amount"])
def test_a_confirmation_holds_for_its_reader_programme_and_hour_only(
    change: str, file: bytes, ayse_client: Client, administrator_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = confirm(upload(ayse_client, typed(file, {"I2": 90000.01})))["confirm"]
    client = administrator_client if change == "user" else ayse_client
    if change == "eins":
        word = word[:-1] + ("a" if word[-1] != "a" else "b")
    if change == "programme":
        Programme.objects.update(slug="kim-nrw-2")
    if change == "amount":
        data = signing.loads(word, salt=PREVIEW_SALT)
        word = signing.dumps(data, key="geraten", salt=PREVIEW_SALT)
    if change == "old":
        monkeypatch.setattr("kim.files.confirmation.PREVIEW_SECONDS", -1)
    before = fingerprint()

    answer: Any = client.post(
        IMPORT.replace("kim-nrw", "kim-nrw-2") if change == "programme" else IMPORT, {"confirm": word}
    )

    message = {
        "eins": "Die Bestätigung passt nicht zur Vorschau. Bitte die Datei noch einmal hochladen.",
        "amount": "Die Bestätigung passt nicht zur Vorschau. Bitte die Datei noch einmal hochladen.",
        "old": "Die Vorschau ist älter als eine Stunde. Bitte die Datei noch einmal hochladen.",
    }.get(change, "Die Bestätigung gehört zu einem anderen Programm oder Konto. Bitte die Datei selbst hochladen.")
    assert [answer.status_code, message in Page(answer).main.text, fingerprint() == before] == [422, True, True]


def test_tampered_seals_double_rows_and_foreign_programmes_are_refused(file: bytes, ayse_client: Client) -> None:
    before = fingerprint()
    fields = rows(exported(ayse_client, "format=csv"))
    seal = fields[1][-1]
    programme, key, seen = signing.Signer(salt=ROW_SALT).unsign_object(seal)[1:]
    forged = signing.Signer(key="geraten", salt=ROW_SALT).sign_object([1, programme, key, {**seen, "2023": "9:1.00"}])
    forged_answer = upload(ayse_client, written([fields[0], [*fields[1][:-1], forged], *fields[2:]]), "p.csv")
    assert errors(forged_answer) == [
        ["2", "M (Siegel)", forged[:59] + "…", "Das Siegel fehlt oder wurde verändert. Bitte eine neue Datei ausgeben."]
    ]
    double = upload(ayse_client, written([*fields, fields[1]]), "p.csv")
    assert errors(double) == [[str(len(fields) + 1), "A (Kennung)", key, "Diese Kennung steht schon in Zeile 2."]]
    Programme.objects.update(slug="kim-bund", short_name="KIM Bund")
    address = IMPORT.replace("kim-nrw", "kim-bund")
    before = fingerprint()
    foreign: Any = ayse_client.post(address, {**SOURCE, "file": _file(file, "p.xlsx")})
    assert [foreign.status_code, Page(foreign).one(class_="kern-alert").text] == [
        422,
        "Die Datei wurde nicht übernommen Die Datei gehört zu einem anderen Förderprogramm (kim-nrw), nicht zu KIM Bund.",
    ]
    assert fingerprint() == before


def _file(content: bytes, name: str) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415 - one use

    return SimpleUploadedFile(name, content)
