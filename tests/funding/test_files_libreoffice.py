"""LibreOffice opens the export, somebody edits it, and the import takes what LibreOffice saved."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from funding.models import Programme
from tests.fingerprint import fingerprint
from tests.funding.spreadsheets import exported, rows, table, typed, upload, written
from tests.pages import Page

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = pytest.mark.skipif(OFFICE is None, reason="LibreOffice ist auf diesem Rechner nicht installiert")
GERMAN_CSV = "csv:Text - txt - csv (StarCalc):59,34,76,1,,1031,false,true,false"


def resaved(folder: Path, content: bytes, name: str, to: str) -> bytes:
    """Open a file in LibreOffice and save it in another format, as a person does by hand."""
    source = folder / name
    source.write_bytes(content)
    target = folder / "saved"
    answer = subprocess.run(
        [
            str(OFFICE), "--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--convert-to", to, "--outdir", str(target), str(source),
        ],
        capture_output=True, text=True, timeout=180, check=False, env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    return (target / name).with_suffix(f".{to.partition(':')[0]}").read_bytes()


def test_libreoffice_saves_the_export_without_a_difference(
    founding_case: Programme, ayse_client: Client, tmp_path: Path
) -> None:
    before = fingerprint()
    saved = resaved(tmp_path, exported(ayse_client, "notes=1"), "prognose.xlsx", "xlsx")
    answer = upload(ayse_client, saved)
    assert [answer.status_code, "Die Datei enthält keine Änderungen" in Page(answer).main.text] == [200, True]
    assert fingerprint() == before


def test_an_edit_arrives_through_libreoffice_as_workbook(
    founding_case: Programme, ayse_client: Client, tmp_path: Path
) -> None:
    content = typed(exported(ayse_client), {"I2": 90000.01, "J3": None, "C30": "Summe", "I30": "=SUM(I2:I16)"})
    answer = upload(ayse_client, resaved(tmp_path, content, "prognose.xlsx", "xlsx"))
    assert answer.status_code == 200
    assert table(answer, "Jede geänderte Zelle, Beträge in Euro") == [
        ["2", "Koordination 1 2023", "86.259,25", "90.000,01", "3.740,76", "entfällt"],
        ["3", "Koordination 2 2024", "86.259,25", "wird gelöscht", "–", "entfällt"],
    ]


def test_a_calculated_cell_is_refused_also_after_libreoffice(
    founding_case: Programme, ayse_client: Client, tmp_path: Path
) -> None:
    content = typed(exported(ayse_client), {"I2": "=J2*1.02"})
    answer = upload(ayse_client, resaved(tmp_path, content, "prognose.xlsx", "xlsx"))
    assert [answer.status_code, table(answer, "Jeder Fehler mit Zeile, Spalte und Wert")] == [
        422,
        [
            [
                "2",
                "I (2023)",
                "=J2*1.02",
                "Das ist eine Formel. Bitte kopieren und als Wert einfügen, auf Cent gerundet.",
            ]
        ],
    ]


def test_an_edit_arrives_through_libreoffice_as_german_csv(
    founding_case: Programme, ayse_client: Client, tmp_path: Path
) -> None:
    fields = rows(exported(ayse_client, "format=csv&dialect=de"), ";")
    fields[1][8] = "90000,01"
    workbook = resaved(tmp_path, typed(exported(ayse_client), {"I2": 90000.01}), "prognose.xlsx", GERMAN_CSV)
    for content in (workbook, written(fields, ";")):
        answer = upload(ayse_client, content, "prognose.csv")
        assert answer.status_code == 200
        assert table(answer, "Jede geänderte Zelle, Beträge in Euro") == [
            ["2", "Koordination 1 2023", "86.259,25", "90.000,01", "3.740,76", "entfällt"],
        ]
