"""Rows written in one pass show what django-tables2 would show, escaped, sorted and paged."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import gettext_lazy

from kim import tables
from kim.errors import AmountError


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    cost: Decimal | None
    fte: Decimal
    start: dt.date | None
    ratio: Decimal
    provider: Any
    url: str | None = None


class Positions(tables.LeanTable):
    caption = "Stellen"
    name = tables.Column(verbose_name="Stelle", heads_row=True, url=lambda row: row.url)
    provider = tables.Column(verbose_name="Träger", accessor="provider__name")
    fte = tables.FteColumn(verbose_name="Stellenanteil")
    start = tables.DateColumn(verbose_name="besetzt ab")
    cost = tables.MoneyColumn(verbose_name="Kosten (€)")
    ratio = tables.PercentColumn(verbose_name="Quote", orderable=False)


CARITAS = SimpleNamespace(name="Caritas")
ROWS = [
    Row(
        "Casemanagement",
        Decimal("92000.00"),
        Decimal("1.0000"),
        dt.date(2022, 1, 1),
        Decimal("59.78"),
        CARITAS,
        "/s/1/",
    ),
    Row("Assistenz", None, Decimal("0.5000"), None, Decimal("0.00"), None),
    Row(
        "Koordination", Decimal("79800.12"), Decimal("0.7500"), dt.date(2021, 10, 1), Decimal("68.92"), CARITAS, "/s/3/"
    ),
]


class Reader(HTMLParser):
    """Collects the cells of a table, its links, and each tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.in_cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self.in_cell = False

    def handle_data(self, data: str) -> None:
        if self.in_cell:
            self.rows[-1][-1] += data

    def hrefs(self) -> list[str | None]:
        return [attributes.get("href") for tag, attributes in self.tags if tag == "a"]


def render(table: tables.LeanTable, address: str = "/", **options: Any) -> Reader:
    request = RequestFactory().get(address)
    table.configure(request, **options)
    template = Template("{% load django_tables2 %}{% render_table table %}")
    return Reader(template.render(Context({"table": table, "request": request})))


HEADINGS = ["Stelle", "Träger", "Stellenanteil", "besetzt ab", "Kosten (€)", "Quote"]
CASE = ["Casemanagement", "Caritas", "1,0", "01.01.2022", "92.000,00", "59,78 %"]
ASSISTANT = ["Assistenz", "–", "0,5", "–", "–", "0,00 %"]
COORDINATION = ["Koordination", "Caritas", "0,75", "01.10.2021", "79.800,12", "68,92 %"]


def test_cells() -> None:
    assert render(Positions(ROWS)).rows == [HEADINGS, CASE, ASSISTANT, COORDINATION]


def test_markup_for_those_who_listen() -> None:
    tags = render(Positions(ROWS)).tags
    regions = [attributes for tag, attributes in tags if attributes.get("role") == "region"]
    assert regions == [{"class": "kim-scroll", "role": "region", "tabindex": "0", "aria-label": "Stellen"}]
    scopes = [attributes.get("scope") for tag, attributes in tags if tag == "th"]
    assert scopes == ["col"] * 6 + ["row"] * 3
    assert [tag for tag, _attributes in tags].count("caption") == 1


def test_links_only_where_there_is_an_address() -> None:
    assert render(Positions(ROWS)).hrefs()[-2:] == ["/s/1/", "/s/3/"]


def test_sorting_through_the_address() -> None:
    reader = render(Positions(ROWS), "/?year=2022&sort=-fte&page=2")
    assert reader.rows == [HEADINGS, CASE, COORDINATION, ASSISTANT]
    sorts = [attributes.get("aria-sort") for tag, attributes in reader.tags if tag == "th"][:6]
    assert sorts == [None, None, "descending", None, None, None]
    # Sorting starts at the first page again and keeps the rest of the address.
    assert reader.hrefs()[:5] == [
        "?year=2022&sort=name", "?year=2022&sort=provider", "?year=2022&sort=fte", "?year=2022&sort=start",
        "?year=2022&sort=cost",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "query",
    ["sort=", "sort=-", "sort=--fte", "sort=nothing", "sort=ratio", "sort=%00", "sort=__class__", "sort=" + "x" * 9999,
     "page=0", "page=-1", "page=x", "page=%00", "page=" + "9" * 5000, "page=\u0662", "per_page=0", "per_page=-3"],
)  # fmt: skip
def test_what_names_nothing_is_ignored(query: str) -> None:
    assert render(Positions(ROWS), f"/?{query}").rows == [HEADINGS, CASE, ASSISTANT, COORDINATION]


def test_pages() -> None:
    reader = render(Positions(ROWS), "/?page=2&year=2022", rows=2)
    assert reader.rows == [HEADINGS, COORDINATION]
    assert reader.hrefs()[-2:] == ["?page=1&year=2022", "?page=1&year=2022"]
    assert [attributes for _tag, attributes in reader.tags if "aria-current" in attributes] == [
        {"aria-current": "page"}
    ]
    # Past the end: the last page.
    assert render(Positions(ROWS), "/?page=99", rows=2).rows == [HEADINGS, COORDINATION]


def test_two_tables_on_a_page_keep_apart() -> None:
    assert render(Positions(ROWS, prefix="a-"), "/?sort=name").rows == [HEADINGS, CASE, ASSISTANT, COORDINATION]
    assert render(Positions(ROWS, prefix="a-"), "/?a-sort=name").rows == [HEADINGS, ASSISTANT, CASE, COORDINATION]


def test_totals_come_from_the_caller() -> None:
    totals = {"name": gettext_lazy("Summe <"), "cost": Decimal("171800.12"), "fte": Decimal("2.2500")}
    reader = render(Positions(ROWS, totals=totals))
    assert reader.rows[-1] == ["Summe <", "", "2,25", "", "171.800,12", ""]
    assert [tag for tag, _attributes in reader.tags].count("tfoot") == 1


def test_nothing_to_show() -> None:
    assert render(Positions([])).rows == [HEADINGS, ["Keine Zeilen."]]
    assert render(Positions([], empty_text="Noch keine Stelle.")).rows == [HEADINGS, ["Noch keine Stelle."]]


def test_everything_is_escaped() -> None:
    text = "<script>alert(1)</script>&\"'"
    row = Row(text, None, Decimal(1), None, Decimal(0), SimpleNamespace(name=text), f'/?x="{text}')
    reader = render(Positions([row], caption=text, totals={"name": text}))
    assert [tag for tag, _attributes in reader.tags if tag == "script"] == []
    assert [cells[0] for cells in reader.rows[1:]] == [text, text]
    assert reader.hrefs()[-1] == f'/?x="{text}'


def test_rows_may_be_mappings_with_whole_paths_as_keys() -> None:
    row = {
        "name": "A",
        "provider__name": "B",
        "fte": Decimal(1),
        "start": None,
        "cost": Decimal(2),
        "ratio": Decimal(3),
    }

    class Plain(Positions):
        name = tables.Column(heads_row=True)

    assert render(Plain([row])).rows[1] == ["A", "B", "1,0", "–", "2,00", "3,00 %"]


def test_a_function_may_read_the_value() -> None:
    class Lengths(tables.LeanTable):
        name = tables.Column(read=lambda row: len(row["name"]))

    reader = render(Lengths([{"name": "abc"}]), "/?sort=name")
    assert (reader.rows, reader.hrefs()) == ([["Name"], ["3"]], [])


def test_a_misspelt_column_fails_loudly() -> None:
    class Wrong(tables.LeanTable):
        nothing = tables.Column()

    with pytest.raises(AttributeError):
        render(Wrong(ROWS))


def test_a_third_decimal_is_refused_not_rounded() -> None:
    class Money(tables.LeanTable):
        cost = tables.MoneyColumn()

    with pytest.raises(AmountError):
        render(Money([{"cost": Decimal("1.005")}]))


@pytest.mark.django_db
def test_a_queryset_takes_two_queries_however_many_rows(django_assert_num_queries: Any) -> None:
    class Permissions(tables.LeanTable):
        codename = tables.Column()
        model = tables.Column(accessor="content_type__model")

    known = Permission.objects.select_related("content_type").order_by("codename")
    expected = [[one.codename, one.content_type.model] for one in known]
    with django_assert_num_queries(2):
        reader = render(Permissions(known), "/?sort=codename")
    assert reader.rows[1:] == expected[:100]
