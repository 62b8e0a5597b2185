"""The forecast goes out: numbers as numbers, texts as texts, no formula, and back without a difference."""

import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from funding.files.export import forecast_csv, forecast_workbook
from funding.files.importing import judge
from funding.files.seals import open_seal
from funding.files.template import FORECAST
from funding.grid import grid_years, read_grid
from funding.models import BudgetYear, MaterialCost, Municipality, Programme
from funding.selectors import ProgrammeState, programme_state
from kim.exports import Dialect
from kim.files.amounts import read_amount
from kim.files.reading import read_sheet
from staffing.models import Position, PositionCost
from tests.fingerprint import fingerprint
from tests.funding.spreadsheets import EXPORT, exported, rows

COLUMNS = ["Kennung", "Stellennummer", "Bezeichnung", "Baustein", "Träger", "Einheit"]
YEARS = ["2021", "2022", "2023", "2024", "2025", "2026"]


def state() -> ProgrammeState:
    found = programme_state("kim-nrw")
    assert found is not None
    return found


def test_csv_in_both_dialects(founding_case: Programme, bernd_client: Client) -> None:
    before = fingerprint()
    iso, german = exported(bernd_client, "format=csv"), exported(bernd_client, "format=csv&dialect=de")
    position = Position.objects.get(reference="KIM-1.1")
    assert german.startswith(b"\xef\xbb\xbfKennung;Stellennummer;")
    assert not iso.startswith(b"\xef\xbb\xbf")
    assert rows(iso)[0] == [*COLUMNS, *YEARS, "Siegel"]
    assert rows(iso)[1][:-1] == [
        f"p{position.pk}", "KIM-1.1", "Koordination 1", "1 Koordination", "Kommunales Integrationszentrum",
        "Euro im Jahr", "", *["86259.25"] * 5,
    ]  # fmt: skip
    assert [row[:6] + [value.replace(",", ".") for value in row[6:-1]] + row[-1:] for row in rows(german, ";")] == rows(
        iso
    )
    assert fingerprint() == before


def test_the_workbook_has_true_numbers_fixed_headings_and_a_guide(
    founding_case: Programme, bernd_client: Client
) -> None:
    BudgetYear.objects.update_or_create(
        municipality=Municipality.objects.get(), fiscal_year=2022, defaults={"status": "adopted"}
    )
    answer = bernd_client.get(EXPORT)
    book = load_workbook(io.BytesIO(answer.content))
    sheet = book["Prognose"]

    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert answer["Content-Disposition"].startswith('attachment; filename="prognose-kim-nrw-')
    assert book.sheetnames == ["Prognose", "Hinweise"]
    assert [cell.value for cell in sheet[1]] == [*COLUMNS, *YEARS, "Siegel"]
    second = list(sheet[2])
    assert [(cell.value, cell.data_type, cell.number_format) for cell in second[6:9]] == [
        (None, "n", "#,##0.00"),
        (86259.25, "n", "#,##0.00"),
        (86259.25, "n", "#,##0.00"),
    ]
    assert [second[7].fill.fgColor.rgb, second[8].fill.fgColor.rgb] == ["FFEEEEEE", "00000000"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)} == {"s"}
    assert [sheet.freeze_panes, sheet.column_dimensions["C"].width > 40] == ["G2", True]
    guide = [(row[0].value, row[1].value) for row in book["Hinweise"].iter_rows()]
    assert guide[:2] == [
        ("Programm", "Kommunales Integrationsmanagement NRW (Stadt Leverkusen)"),
        ("Haushaltsjahre", "2021–2026"),
    ]
    assert [label for label, _text in guide[2:]] == [
        "Ausgegeben am",
        "Beträge ändern",
        "Nicht ändern",
        "Zurückgeben",
        "Siegel",
    ]


def test_the_seal_holds_the_base_of_its_row(founding_case: Programme, bernd_client: Client) -> None:
    key, *_rest, seal = rows(exported(bernd_client, "format=csv"))[1]
    found = open_seal(seal)
    assert found is not None
    assert [found.programme, found.key, found.seen] == [
        "kim-nrw",
        key,
        {2021: "0:", **dict.fromkeys(range(2022, 2027), "1:86259.25")},
    ]
    assert [open_seal(one) for one in ("", seal[:-1], "x" + seal, seal.replace(":", ""), "ä" * 20, ":")] == [None] * 6


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "  =1", "\r=1", '=HYPERLINK("http://x")', "'=1", "http://x.de"],
)
def test_nothing_in_a_text_becomes_a_formula_or_a_link(
    text: str, founding_case: Programme, ayse_client: Client
) -> None:
    Position.objects.filter(reference="KIM-1.1").update(title=text)
    PositionCost.objects.filter(position__reference="KIM-1.1").update(note=text.strip())
    content = exported(ayse_client, "notes=1")
    sheet = load_workbook(io.BytesIO(content))["Prognose"]
    shown = text if text.startswith(("'", "http")) else f"'{text.strip()}"
    assert [sheet["C2"].data_type, sheet["C2"].hyperlink, sheet["N2"].data_type] == ["s", None, "s"]
    assert [sheet["C2"].value, sheet["N2"].value] == [shown, shown]
    assert not {cell.data_type for row in sheet.iter_rows() for cell in row} & {"f", "e"}
    # And it comes back as what it was.
    for query, name in (
        ("notes=1", "p.xlsx"),
        ("notes=1&format=csv", "p.csv"),
        ("notes=1&format=csv&dialect=de", "p.csv"),
    ):
        file = exported(ayse_client, query)
        judgement = judge(state(), read_sheet(io.BytesIO(file), name, len(file), FORECAST))
        assert [judgement.problems, judgement.moved, judgement.differences] == [(), (), ()]


WRITERS: dict[str, Callable[[ProgrammeState, object], bytes]] = {
    "p.xlsx": lambda found, grid: forecast_workbook(found, grid, timezone.localtime()),  # type: ignore[arg-type]
    "iso.csv": lambda found, grid: forecast_csv(found, grid, Dialect.ISO),  # type: ignore[arg-type]
    "de.csv": lambda found, grid: forecast_csv(found, grid, Dialect.GERMAN),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cents=st.lists(st.none() | st.integers(0, 10**14 - 1), min_size=6, max_size=6))
def test_there_and_back_is_no_difference_for_any_amount(
    name: str, cents: list[int | None], founding_case: Programme
) -> None:
    position = Position.objects.get(reference="KIM-1.1")
    PositionCost.objects.filter(position=position).delete()
    amounts = {
        year: Decimal(one).scaleb(-2) for year, one in zip(range(2021, 2027), cents, strict=True) if one is not None
    }
    for year, amount in amounts.items():
        PositionCost.objects.create(position=position, fiscal_year=year, amount=amount, source="Test")
    found = state()
    grid = read_grid(found, grid_years(found))
    file = WRITERS[name](found, grid)

    judgement = judge(found, read_sheet(io.BytesIO(file), name, len(file), FORECAST))
    assert [judgement.problems, judgement.moved, judgement.differences] == [(), (), ()]

    # The other way round: the same file against an empty row says every amount, to the cent.
    sheet = read_sheet(io.BytesIO(file), name, len(file), FORECAST)
    read = {year: read_amount(sheet.lines[1].at(6 + place)) for place, year in enumerate(range(2021, 2027))}
    assert {year: amount for year, amount in read.items() if amount is not None} == amounts


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("format=xls", 400, "format=„xls“ gibt es nicht. Erlaubt sind: xlsx, csv."),
        ("dialect=fr", 400, "dialect=„fr“ gibt es nicht. Erlaubt sind: iso, de."),
        ("notes=ja", 400, "notes=„ja“ gibt es nicht. Erlaubt sind: 0, 1."),
        ("until=abcd", 404, "„abcd“ ist kein Haushaltsjahr. Bitte vier Ziffern angeben, zum Beispiel 2027."),
        ("format=%00", 400, "format=„\ufffd“ gibt es nicht. Erlaubt sind: xlsx, csv."),
    ],
)
def test_what_the_export_does_not_know_it_refuses(
    query: str, status: int, sentence: str, founding_case: Programme, bernd_client: Client
) -> None:
    answer = bernd_client.get(f"{EXPORT}?{query}")
    assert [answer.status_code, sentence in answer.content.decode()] == [status, True]


def test_later_years_and_unknown_programmes(founding_case: Programme, bernd_client: Client) -> None:
    assert rows(exported(bernd_client, "format=csv&until=2030"))[0][6:-1] == [str(year) for year in range(2021, 2031)]
    assert bernd_client.get(EXPORT.replace("kim-nrw", "gibt-es-nicht")).status_code == 404
    assert bernd_client.post(EXPORT).status_code == 405


def test_material_lines_say_their_unit(founding_case: Programme, bernd_client: Client) -> None:
    found = {row[2]: row[5] for row in rows(exported(bernd_client, "format=csv"))[1:] if row[0].startswith("m")}
    names = {one.material_line.name: one.material_line.per_fte for one in MaterialCost.objects.filter(fiscal_year=2022)}
    assert found == {name: "Euro je VZÄ und Jahr" if per_fte else "Euro im Jahr" for name, per_fte in names.items()}
