"""The drawing says what the amounts say, in whole units."""

import dataclasses
import datetime as dt
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from kim.charts import PLOT, TOP, Chart, ChartBar, ChartPanel, Column, Marker, Segment, Tick, build_chart
from kim.errors import AmountError

END = dt.date(2022, 12, 31)
BARS = (
    ChartBar(2022, Decimal("336657.24"), Decimal("576600.00")),
    ChartBar(2023, Decimal("913257.24"), Decimal("0.00")),
)
AMOUNTS = st.integers(min_value=-(10**14), max_value=10**14).map(lambda cents: Decimal(cents).scaleb(-2))


def draw(*bars: ChartBar, end: dt.date | None = END) -> Chart:
    panel = ChartPanel("Szenario B: Förderung endet", bars, end, "Förderende 31.12.2022" if end else "")
    return build_chart([panel], city_label="Stadt Leverkusen", state_label="Land NRW", identifier="who")


def test_the_founding_case() -> None:
    (panel,) = draw(*BARS).panels
    assert panel.ticks == (
        Tick(y=272, label_y=277, label="0", is_zero=True),
        Tick(y=227, label_y=232, label="200", is_zero=False),
        Tick(y=182, label_y=187, label="400", is_zero=False),
        Tick(y=137, label_y=142, label="600", is_zero=False),
        Tick(y=92, label_y=97, label="800", is_zero=False),
        Tick(y=48, label_y=53, label="1.000", is_zero=False),
    )
    assert panel.columns == (
        Column(
            name="2022", x=72, middle=96,
            city=Segment(y=196, height=76, label="337", label_y=239), state=Segment(y=67, height=129),
            total="913", total_y=60,
        ),
        Column(
            name="2023", x=148, middle=172,
            city=Segment(y=67, height=205, label="913", label_y=174), state=Segment(y=67, height=0),
            total="913", total_y=60,
        ),
    )  # fmt: skip
    # Between the bars of 2022 (58 to 134) and 2023.
    assert panel.marker == Marker(x=134, label="Förderende 31.12.2022", label_x=127, anchor="end")
    assert panel.description == (
        "2022: Gesamtkosten 913.257,24 €, davon Stadt Leverkusen 336.657,24 €, Land NRW 576.600,00 €. "
        "2023: Gesamtkosten 913.257,24 €, davon Stadt Leverkusen 913.257,24 €, Land NRW 0,00 €. "
        "Förderende 31.12.2022."
    )


def test_both_panels_share_one_scale() -> None:
    small = ChartPanel("klein", (ChartBar(2022, Decimal(100_000), Decimal(0)),))
    large = ChartPanel("groß", (ChartBar(2022, Decimal(1_000_000), Decimal(0)),))
    chart = build_chart([small, large], city_label="Stadt", state_label="Land")
    first, second = chart.panels
    assert first.ticks == second.ticks
    assert (first.columns[0].city.height, second.columns[0].city.height) == (23, 224)


def test_a_negative_part_of_the_city_hangs_below_zero() -> None:
    (panel,) = draw(ChartBar(2022, Decimal(-200_000), Decimal(800_000)), end=None).panels
    (column,) = panel.columns
    (zero,) = [tick.y for tick in panel.ticks if tick.is_zero]
    assert (column.city.y, column.city.label, column.state.y + column.state.height, column.total) == (
        zero, "\u2212200", zero, "600",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("largest", "unit", "label"),
    [
        ("0", "€", "0"),
        ("9999.99", "€", "10.000"),
        ("10000", "Tsd. €", "10"),
        ("9999999.99", "Tsd. €", "10.000"),
        ("10000000", "Mio. €", "10,0"),
        ("1000000000000", "Mrd. €", "1.000,0"),
    ],
)
def test_the_unit_follows_the_largest_amount(largest: str, unit: str, label: str) -> None:
    chart = draw(ChartBar(2022, Decimal(0), Decimal(largest)))
    assert (chart.unit, chart.panels[0].columns[0].total) == (unit, label)


@pytest.mark.parametrize(
    ("end", "x"),
    [
        (dt.date(2021, 12, 31), 58),
        (dt.date(2022, 12, 31), 134),
        (dt.date(2023, 6, 30), 134 + 76 * 181 // 365),
        (dt.date(2024, 12, 31), 286),
        (dt.date(2025, 1, 1), None),
        (None, None),
    ],
)
def test_the_line_stands_where_the_grant_ends(end: dt.date | None, x: int | None) -> None:
    bars = [ChartBar(year, Decimal(1), Decimal(1)) for year in (2022, 2023, 2024)]
    marker = draw(*bars, end=end).panels[0].marker
    assert (marker.x if marker else None) == x


def test_a_missing_year_does_not_move_the_line() -> None:
    bars = [ChartBar(year, Decimal(1), Decimal(1)) for year in (2022, 2025)]
    marker = draw(*bars, end=dt.date(2023, 6, 30)).panels[0].marker
    assert marker is not None
    assert marker.x == 134


def test_no_years() -> None:
    (panel,) = draw().panels
    assert (panel.columns, panel.marker, panel.description) == ((), None, "Förderende 31.12.2022.")
    assert draw(end=None).panels[0].description == "Keine Jahre ausgewählt."


def test_a_third_decimal_is_refused() -> None:
    with pytest.raises(AmountError):
        draw(ChartBar(2022, Decimal("0.001"), Decimal(0)))


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=10))
def test_geometry_holds_for_any_amounts(parts: list[tuple[Decimal, Decimal]]) -> None:
    chart = draw(*[ChartBar(2022 + index, city, state) for index, (city, state) in enumerate(parts)])
    (panel,) = chart.panels
    steps = {lower.y - upper.y for lower, upper in pairwise(panel.ticks)}
    assert 2 <= len(panel.ticks) <= 7
    # Whole units: equal steps differ by at most one of them.
    assert max(steps) - min(steps) <= 1
    assert [tick.label for tick in panel.ticks if tick.is_zero] == ["0"]
    for column in panel.columns:
        for part in (column.city, column.state):
            assert TOP <= part.y <= part.y + part.height <= TOP + PLOT
        stacked = column.city.height + column.state.height
        extent = max(column.city.y + column.city.height, column.state.y + column.state.height) - min(
            column.city.y, column.state.y
        )
        # The parts touch and do not cover each other.
        assert stacked == extent


def test_geometry_has_no_floats() -> None:
    def numbers(value: object) -> list[object]:
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            value = [getattr(value, field.name) for field in dataclasses.fields(value)]
        if isinstance(value, list | tuple):
            return [one for part in value for one in numbers(part)]
        return [value]

    assert {type(one) for one in numbers(draw(*BARS))} == {int, str, bool}


def test_the_template_draws_it_without_style_or_script() -> None:
    text = render_to_string("kim/chart.html", {"chart": draw(*BARS)})
    root = ET.fromstring(text)  # noqa: S314 - our own template
    attributes = {name for element in root.iter() for name in element.attrib}
    assert {name for name in attributes if name == "style" or name.startswith("on")} == set()
    assert {element.tag for element in root.iter()} & {"script", "style"} == set()
    identifiers = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(identifiers) == len(set(identifiers))
    drawing = next(element for element in root.iter("svg") if element.attrib.get("role") == "img")
    assert set(drawing.attrib["aria-labelledby"].split()) <= set(identifiers)
    named = [element.text for element in drawing if element.tag in {"title", "desc"}]
    assert named == ["Szenario B: Förderung endet", draw(*BARS).panels[0].description]


def test_texts_are_escaped() -> None:
    panel = ChartPanel("<b>&", (BARS[0],), END, "<i>")
    chart = build_chart([panel], city_label="<u>", state_label='"', identifier="who")
    root = ET.fromstring(render_to_string("kim/chart.html", {"chart": chart}))  # noqa: S314 - our own template
    assert {"b", "i", "u"} & {element.tag for element in root.iter()} == set()
