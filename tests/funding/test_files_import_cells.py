"""What stands in the cells of a file that comes back: habits of spreadsheets, notes, years, columns."""

from typing import Any

import pytest
from django.test import Client

from funding.models import BudgetYear, Municipality, Programme
from staffing.models import Position, PositionCost
from tests.fingerprint import fingerprint
from tests.funding.spreadsheets import (
    IMPORT,
    NOTE,
    confirm,
    edited,
    errors,
    exported,
    rows,
    table,
    typed,
    upload,
    written,
)
from tests.pages import Page


def test_a_position_gone_since_the_export_is_named(file: bytes, ayse_client: Client) -> None:
    position = Position.objects.get(reference="KIM-1.1")
    key = f"p{position.pk}"
    position.funded.all().delete()
    answer = upload(ayse_client, file)
    assert errors(answer) == [
        [
            "2",
            "A (Kennung)",
            key,
            "Diese Zeile gibt es im Programm nicht oder nicht mehr. Bitte eine neue Datei ausgeben.",
        ]
    ]


@pytest.mark.parametrize("heading", ["Kennung", "Siegel", "Träger", "Bezeichnung"])
def test_a_missing_column_is_named(heading: str, file: bytes, ayse_client: Client) -> None:
    before = fingerprint()
    fields = rows(exported(ayse_client, "format=csv"))
    column = fields[0].index(heading)
    answer = upload(ayse_client, written([row[:column] + row[column + 1 :] for row in fields]), "p.csv")
    assert [answer.status_code, errors(answer), fingerprint() == before] == [
        422,
        [["1", "–", heading, "Diese Spalte fehlt. Bitte eine neue Datei ausgeben und keine Spalte löschen."]],
        True,
    ]


def test_a_year_left_out_or_added_is_named_in_each_row(file: bytes, ayse_client: Client) -> None:
    fields = rows(exported(ayse_client, "format=csv"))[:2]
    column = fields[0].index("2024")
    answer = upload(ayse_client, written([row[:column] + row[column + 1 :] for row in fields]), "p.csv")
    assert [row[3] for row in errors(answer)] == [
        "Diese Zeile wurde mit den Jahren 2021, 2022, 2023, 2024, 2025, 2026 ausgegeben, die Datei hat 2021, 2022, 2023, 2025, 2026."
    ]
    answer = upload(ayse_client, written([[*fields[0], "2027"], [*fields[1], "1,00"]]), "p.csv")
    assert [row[3] for row in errors(answer)] == [
        "Diese Zeile wurde mit den Jahren 2021, 2022, 2023, 2024, 2025, 2026 ausgegeben, die Datei hat 2021, 2022, 2023, 2024, 2025, 2026, 2027."
    ]


def test_habits_of_spreadsheets_do_no_harm(file: bytes, ayse_client: Client) -> None:
    """Empty rows and columns, a sum at the end, sorted and hidden rows, blanks of any width and the euro sign."""

    def habits(sheet: Any) -> None:
        last = sheet.max_row
        sheet["I2"] = "\u00a090.000,01\u202f€ "
        sheet["J2"] = "EUR 86.259,25"
        sheet.row_dimensions[3].hidden = True
        sheet["I3"] = 90000.02
        sheet[f"C{last + 3}"] = "Summe:"
        sheet[f"I{last + 3}"] = f"=SUM(I2:I{last})"
        sheet[f"A{last + 40}"] = "  "
        sheet["Z1"] = "\u00a0"
        sheet.delete_rows(5)

    answer = upload(ayse_client, edited(file, habits))

    assert answer.status_code == 200
    last = len(rows(exported(ayse_client, "format=csv")))
    assert [one.text for one in Page(answer).main.one("ul", class_="kim-items").all("li")] == [
        f"Zeile {last + 2} ist eine Summe und wurde nicht gelesen.",
        "Nicht in der Datei und deshalb unverändert: Assistenz.",
        "Ausgeblendete Zeilen werden mitgelesen: 3.",
    ]
    assert table(answer, "Jede geänderte Zelle, Beträge in Euro") == [
        ["2", "Koordination 1 2023", "86.259,25", "90.000,01", "3.740,76", "entfällt"],
        ["3 (ausgeblendet)", "Koordination 2 2023", "86.259,25", "90.000,02", "3.740,77", "entfällt"],
    ]


def test_merged_cells_dates_percentages_and_thousands_are_refused(file: bytes, ayse_client: Client) -> None:
    def habits(sheet: Any) -> None:
        sheet.merge_cells("H4:I4")
        sheet["H2"].number_format = "DD.MM.YYYY"
        sheet["I2"].number_format = "0.00%"
        sheet["J2"].number_format = "#,##0,"
        sheet["K2"].number_format = '#,##0.00\\ "€ %, "'

    before = fingerprint()
    answer = upload(ayse_client, edited(file, habits))

    found = errors(answer)
    assert [answer.status_code, fingerprint() == before, [row[:2] + row[3:] for row in found]] == [
        422, True,
        [
            ["–", "H4:I4", "Verbundene Zellen: welcher Wert wohin gehört, ist unklar. Bitte trennen."],
            ["2", "H (2022)", "Das Tabellenprogramm hat daraus ein Datum gemacht. Bitte als Zahl neu eingeben."],
            ["2", "I (2023)", "Das ist ein Prozentsatz, kein Betrag in Euro."],
            ["2", "J (2024)", "Das Zahlenformat zeigt Tausend oder Millionen. Bitte Euro mit zwei Nachkommastellen anzeigen."],
        ],
    ]  # fmt: skip


def test_notes_travel_along_and_need_an_amount(founding_case: Programme, ayse_client: Client) -> None:
    PositionCost.objects.filter(position__reference="KIM-1.2", fiscal_year=2023).update(note="=2+3\r\nzweite Zeile")
    file = exported(ayse_client, "notes=1")
    assert "Die Datei enthält keine Änderungen" in Page(upload(ayse_client, file)).main.text

    # M to R are the notes of 2021 to 2026.
    answer = upload(ayse_client, typed(file, {"O2": "Tarif", "M2": "ohne Betrag", "O3": "x" * 501}))
    found = [row[:2] + row[3:] for row in errors(answer)]
    assert found == [
        ["2", "M (Anmerkung 2021)", "Eine Anmerkung braucht einen Betrag."],
        ["3", "I (2023)", "Die Anmerkung ist zu lang oder enthält unlesbare Zeichen (höchstens 500)."],
    ]
    answer = upload(ayse_client, typed(file, {"O2": "Tarif", "I3": 1}))
    assert table(answer, "Jede geänderte Zelle, Beträge in Euro") == [
        ["2", "Koordination 1 2023", "86.259,25", "86.259,25", "0,00", f"bisher: {NOTE}; neu: Tarif"],
        ["3", "Koordination 2 2023", "86.259,25", "1,00", "−86.258,25", "entfällt"],
    ]
    ayse_client.post(IMPORT, confirm(answer))
    stored = PositionCost.objects.filter(fiscal_year=2023, position__reference__in=["KIM-1.1", "KIM-1.2"])
    assert [row.note for row in stored.order_by("position__reference")] == ["Tarif", ""]


def test_a_locked_year_may_stand_in_the_file_but_not_change(founding_case: Programme, ayse_client: Client) -> None:
    BudgetYear.objects.update_or_create(
        municipality=Municipality.objects.get(), fiscal_year=2022, defaults={"status": "adopted"}
    )
    file = exported(ayse_client)
    assert upload(ayse_client, typed(file, {"I2": 1})).status_code == 200
    answer = upload(ayse_client, typed(file, {"H2": 1}))
    assert errors(answer) == [["2", "H (2022)", "1", "Gesperrt: Haushalt 2022: beschlossen"]]
