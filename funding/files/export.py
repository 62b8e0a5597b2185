"""The forecast as a file that finds its way back: a stable key and a seal in each row, numbers as numbers."""

import io
from datetime import datetime

import xlsxwriter
from django.utils.translation import gettext as _

from funding.files.seals import seal_row
from funding.files.template import (
    FORECAST,
    KEY,
    MODULE,
    PROVIDER,
    REFERENCE,
    SEAL,
    TITLE,
    UNIT,
    note_heading,
)
from funding.grid import Grid, Row
from funding.selectors import ProgrammeState
from kim.exports import Cell, Dialect, Table, csv_text, neutral
from kim.rounding import require_cents

WIDTHS = {KEY: 9, REFERENCE: 14, TITLE: 42, MODULE: 30, PROVIDER: 24, UNIT: 18, SEAL: 12}
YEAR_WIDTH, NOTE_WIDTH = 15, 30
MONEY = "#,##0.00"


def described(state: ProgrammeState, grid: Grid) -> dict[str, dict[str, str]]:
    """Return what a file says about each row beside its amounts, by key and heading."""
    providers: dict[str, str] = {}
    for one in state.inputs.modules:
        providers |= {funded.position.reference: funded.position.provider.name for funded in one.funded}
        providers |= {line.reference: line.provider.name for line in one.material}
    return {
        row.key: {
            REFERENCE: row.reference if row.key.startswith("p") else "",
            TITLE: _one_line(row.title),
            MODULE: _one_line(f"{module.number} {module.name}"),
            PROVIDER: _one_line(providers.get(row.reference, "")),
            UNIT: _("Euro je VZÄ und Jahr") if row.per_fte else _("Euro im Jahr"),
        }
        for module in grid.modules
        for row in module.rows
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())


def forecast_table(state: ProgrammeState, grid: Grid, *, notes: bool = False) -> Table:
    """Return the grid as a table, one row per position or material line; with ``notes`` a column of them per year."""
    texts = described(state, grid)
    rows = [row for module in grid.modules for row in module.rows]
    columns = (KEY, *next(iter(texts.values()), dict.fromkeys((REFERENCE, TITLE, MODULE, PROVIDER, UNIT), "")))
    return Table(
        (*columns, *(str(year) for year in grid.years), *(note_heading(year) for year in grid.years if notes), SEAL),
        [_row(state, row, texts[row.key], notes=notes) for row in rows],
    )


def _row(state: ProgrammeState, row: Row, texts: dict[str, str], *, notes: bool) -> list[Cell]:
    amounts = [None if cell.amount is None else require_cents(cell.amount) for cell in row.cells]
    remarks = ["\n".join(cell.note.splitlines()) or None for cell in row.cells if notes]
    return [row.key, *texts.values(), *amounts, *remarks, seal_row(state.slug, row)]


def forecast_csv(state: ProgrammeState, grid: Grid, dialect: Dialect, *, notes: bool = False) -> bytes:
    """Return the forecast as CSV in UTF-8."""
    return csv_text(forecast_table(state, grid, notes=notes), dialect).encode()


def forecast_workbook(state: ProgrammeState, grid: Grid, written: datetime, *, notes: bool = False) -> bytes:
    """Return the forecast as XLSX: amounts are numbers, texts are texts, and nothing is a formula.

    ``written`` is the local time that the sheet of notes names.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False},
    )
    book.set_properties({"title": f"{_('Prognose')} {state.short_name}", "company": state.municipality})
    _write_forecast(book, forecast_table(state, grid, notes=notes), grid)
    _write_guide(book, state, grid, written)
    book.close()
    return stream.getvalue()


def _write_forecast(book: xlsxwriter.Workbook, table: Table, grid: Grid) -> None:
    sheet = book.add_worksheet(FORECAST.sheet)
    head = book.add_format({"bold": True, "bg_color": "#E6EAF0", "bottom": 1, "text_wrap": True, "valign": "top"})
    money = book.add_format({"num_format": MONEY})
    locked = book.add_format({"num_format": MONEY, "bg_color": "#EEEEEE", "font_color": "#444444"})
    fixed = book.add_format({"font_color": "#444444"})
    first_year = table.columns.index(str(grid.years[0]))
    cells = [row.cells for module in grid.modules for row in module.rows]
    for column, heading in enumerate(table.columns):
        sheet.write_string(0, column, heading, head)
        in_years = first_year <= column < first_year + len(grid.years)
        width = WIDTHS.get(heading, YEAR_WIDTH if in_years else NOTE_WIDTH)
        sheet.set_column(column, column, width)
    for number, row in enumerate(table.rows):
        for column, value in enumerate(row):
            place = (number + 1, column)
            if first_year <= column < first_year + len(grid.years):
                style = locked if cells[number][column - first_year].locked else money
                if value is None:
                    sheet.write_blank(*place, None, style)
                else:
                    sheet.write_number(*place, value, style)
            elif isinstance(value, str) and value:
                sheet.write_string(*place, neutral(value), fixed if column < first_year else None)
    sheet.freeze_panes(1, first_year)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def _write_guide(book: xlsxwriter.Workbook, state: ProgrammeState, grid: Grid, written: datetime) -> None:
    sheet = book.add_worksheet(_("Hinweise"))
    bold = book.add_format({"bold": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 90)
    lines = (
        (_("Programm"), f"{state.name} ({state.municipality})"),
        (_("Haushaltsjahre"), f"{grid.years[0]}–{grid.years[-1]}"),
        (_("Ausgegeben am"), f"{written:%d.%m.%Y, %H:%M} Uhr"),
        (_("Beträge ändern"), _(
            "Im Blatt „Prognose“ in den Spalten der Jahre: ganze Cent, keine Formeln. Leer heißt: kein Betrag bekannt; "
            "0 heißt: es kostet nichts. Grau hinterlegte Jahre sind gesperrt."
        )),
        (_("Nicht ändern"), _(
            "Kennung und Siegel, Überschriften und Beschreibungen. Zeilen dürfen umsortiert oder gelöscht werden; was "
            "fehlt, bleibt im Programm unverändert. Keine Spalten hinzufügen oder löschen."
        )),
        (_("Zurückgeben"), _(
            "Als XLSX oder CSV speichern und auf der Seite „Prognose importieren“ hochladen. Vor dem Speichern zeigt "
            "sie jede geänderte Zelle. Hat inzwischen jemand anderes gespeichert, wird die Datei abgelehnt und nennt "
            "die Zellen."
        )),
        (_("Siegel"), _("Hält fest, welcher Stand der Zeile ausgegeben wurde; Angaben zu Personen enthält es nicht.")),
    )  # fmt: skip
    for number, (label, text) in enumerate(lines):
        sheet.write_string(number, 0, label, bold)
        sheet.write_string(number, 1, neutral(text), wrap)
