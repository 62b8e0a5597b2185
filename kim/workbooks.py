"""Tables as XLSX: numbers are numbers, texts are texts, and nothing is a formula."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import xlsxwriter

from kim.exports import Table, neutral

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A file of the same rows has the same bytes: it does not say when it was written.
WRITTEN = datetime(2000, 1, 1, tzinfo=UTC)
OPTIONS = {
    # Rows are written as they come and never held all at once.
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
MONEY = "#,##0.00"
WIDTH = 18


def xlsx_file(table: Table) -> bytes:
    """Return the table as a workbook of one sheet; None is an empty cell, decimals have two places."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    book.set_properties({"created": WRITTEN})
    sheet = book.add_worksheet()
    head, money = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": MONEY})
    sheet.set_column(0, len(table.columns) - 1, WIDTH)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    for column, heading in enumerate(table.columns):
        sheet.write_string(0, column, neutral(heading), head)
    for number, row in enumerate(table.rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, neutral(value))
            elif isinstance(value, Decimal):
                sheet.write_number(number, column, value, money)
            elif value is not None:
                sheet.write_number(number, column, value)
    book.close()
    return stream.getvalue()
