"""Tables of rows: django-tables2 decides columns, order and pages, the cells are written in one pass.

The stock template resolves attributes, accessors and link functions per cell, which costs six times the page itself.
Here each column prepares once what all of its cells share (``Column.writer``); a row is then a join of texts.
``{% render_table table %}`` renders it through ``kim/table.html``. Tables format, they never add up: totals come from
the caller, who has them from the calculation.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape
from operator import attrgetter, itemgetter
from typing import Any, Self

import django_tables2
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from kim import formatting

Record = Any
Url = Callable[[Record], str | None]

ROWS_OF_A_PAGE = 100
# Longer page numbers are no page of anybody's table, and Python refuses to read numbers of thousands of digits.
DIGITS_OF_A_PAGE = 9


class Column(django_tables2.Column):
    """A column of text.

    ``url`` makes each cell a link; ``heads_row`` makes its cells the headings of their rows; ``read`` takes the value
    from a record where an accessor cannot (such a column sorts only by an ``order_by`` of its own).
    """

    css = ""

    def __init__(
        self,
        *,
        url: Url | None = None,
        heads_row: bool = False,
        read: Callable[[Record], Any] | None = None,
        **options: Any,
    ) -> None:
        """Take what all cells of the column share; everything else is django-tables2's."""
        if read is not None and "order_by" not in options:
            options.setdefault("orderable", False)
        super().__init__(**options)
        self.read = read
        self.url = url
        self.heads_row = heads_row

    def text(self, value: Any) -> str:
        """Return what the cell shows for a value that is there."""
        return str(value)

    def render(self, value: Any) -> str:
        """Show the same text where django-tables2 renders a cell by itself."""
        return self.text(value)

    def cell(self, value: Any) -> str:
        """Return the escaped text of a value, or the dash for what is absent."""
        return escape(formatting.ABSENT if value is None or value == "" else self.text(value))

    def writer(self, read: Callable[[Record], Any]) -> Callable[[Record], str]:
        """Return the function that writes this column's cell of a record as HTML."""
        opening, closing = self.tags()
        url, cell = self.url, self.cell
        if url is None:
            return lambda record: f"{opening}{cell(read(record))}{closing}"

        def write(record: Record) -> str:
            address = url(record)
            text = cell(read(record))
            linked = f'<a href="{escape(address)}">{text}</a>' if address else text
            return f"{opening}{linked}{closing}"

        return write

    def tags(self) -> tuple[str, str]:
        """Return the opening and closing tag around every cell."""
        css = f' class="{self.css}"' if self.css else ""
        return (f'<th scope="row"{css}>', "</th>") if self.heads_row else (f"<td{css}>", "</td>")


class MoneyColumn(Column):
    """Euros, aligned at the decimal comma: ``336.657,24``. The heading names the unit."""

    css = "kim-number"

    def text(self, value: Decimal) -> str:
        """Return the exact amount; raises ``AmountError`` for a third decimal."""
        return formatting.amount(value)


class FteColumn(Column):
    """Shares of full-time positions: ``0,75``."""

    css = "kim-number"

    def text(self, value: Decimal) -> str:
        """Return the share."""
        return formatting.fte(value)


class PercentColumn(Column):
    """Ratios: ``65,01 %``."""

    css = "kim-number"

    def text(self, value: Decimal) -> str:
        """Return the ratio with its sign."""
        return formatting.percent(value)


class DateColumn(Column):
    """Days: ``31.12.2022``."""

    css = "kim-date"

    def text(self, value: date) -> str:
        """Return the day."""
        return formatting.date(value)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading as the template needs it; ``direction`` is what ``aria-sort`` says, empty when unsorted."""

    text: str
    css: str
    sort_by: str
    direction: str


class LeanTable(django_tables2.Table):
    """A table whose rows are written in one pass; see the module."""

    caption = ""

    def __init__(
        self,
        data: Any,
        *args: Any,
        caption: str = "",
        totals: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        """Take the caption, and ``totals`` by column name for the last row (amounts, or a text such as "Summe")."""
        super().__init__(data, *args, **options)
        self.caption = caption or self.caption
        if self._meta.empty_text is None and options.get("empty_text") is None:
            self.empty_text = _("Keine Zeilen.")
        self.totals = dict(totals or {})

    def configure(self, request: HttpRequest, *, rows: int = ROWS_OF_A_PAGE) -> Self:
        """Take order and page from the address; what names no column or no page is ignored, never an error."""
        order = request.GET.getlist(self.prefixed_order_by_field)
        if order:
            self.order_by = order
        page = request.GET.get(self.prefixed_page_field, "")
        is_number = page.isascii() and page.isdigit() and len(page) <= DIGITS_OF_A_PAGE
        self.paginate(per_page=rows)
        # get_page answers a number past the end with the last page.
        self.page = self.paginator.get_page(int(page) if is_number else 1)
        return self

    @property
    def headings(self) -> list[Heading]:
        """The headings in order of columns."""
        found = []
        for bound in self.columns:
            alias = bound.order_by_alias
            direction = ""
            if bound.is_ordered:
                direction = "descending" if alias.is_descending else "ascending"
            found.append(
                Heading(
                    text=str(bound.header),
                    css=getattr(bound.column, "css", ""),
                    sort_by=str(alias.next) if bound.orderable else "",
                    direction=direction,
                )
            )
        return found

    @property
    def lean_rows(self) -> Iterator[SafeString]:
        """Write the rows of the current page, each as one piece of HTML."""
        records: Sequence[Record] = self.paginated_rows.data
        write: list[Callable[[Record], str]] = []
        for number, record in enumerate(records):
            if not number:
                write = self._writers(record)
            # Every writer escapes what it takes from the record.
            yield mark_safe("".join([one(record) for one in write]))  # noqa: S308

    @property
    def total_cells(self) -> list[SafeString]:
        """Write the cells of the last row; empty without totals."""
        if not self.totals:
            return []
        return [mark_safe(self._total(bound.name, bound.column)) for bound in self.columns]  # noqa: S308

    def _total(self, name: str, column: Column) -> str:
        opening, closing = column.tags()
        value = self.totals.get(name)
        text = "" if value is None else escape(str(value)) if isinstance(value, str | Promise) else column.cell(value)
        return f"{opening}{text}{closing}"

    def _writers(self, sample: Record) -> list[Callable[[Record], str]]:
        return [
            bound.column.writer(bound.column.read or _reader(str(bound.accessor), sample)) for bound in self.columns
        ]


def _reader(accessor: str, sample: Record) -> Callable[[Record], Any]:
    """Return how to read an accessor from records like ``sample``: a key, an attribute, or a path of them.

    Unlike in django-tables2, methods are not called by name.
    """
    is_mapping = isinstance(sample, Mapping)
    if is_mapping and accessor in sample:
        # Rows of ``QuerySet.values()`` carry whole paths as keys.
        return itemgetter(accessor)
    first, *rest = accessor.split("__")
    head = itemgetter(first) if is_mapping else attrgetter(first)
    if not rest:
        return head
    tail = [attrgetter(name) for name in rest]

    def read(record: Record) -> Any:
        value = head(record)
        for get in tail:
            # An optional relation that is not set: nothing to show, and nothing to ask further.
            if value is None:
                return None
            value = get(value)
        return value

    return read
