"""The time axis says what the amounts and days say, in whole units."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from kim.errors import AmountError
from kim.timeline import (
    LEFT,
    Area,
    Band,
    EndLine,
    Mark,
    Part,
    Point,
    Span,
    Timeline,
    TimelineYear,
    Year,
    build_timeline,
    year_in_words,
)

END = date(2022, 12, 31)


def year(number: int, city: str = "336657.24", expected: str = "0.00", lost: str = "0.00") -> TimelineYear:
    return TimelineYear(
        number,
        (
            Part("city", "Stadt", Decimal(city)),
            Part("expected", "erwartet", Decimal(expected)),
            Part("unsecured", "ungesichert", Decimal(lost)),
        ),
    )


YEARS = (year(2022, expected="625600.00"), year(2023, lost="625600.00"))
BAND = Band(
    "Stand der Förderung",
    (
        Span(date(2022, 1, 1), END, "expected", "erwartet"),
        Span(date(2023, 1, 1), date(2023, 12, 31), "unsecured", "ungesichert"),
    ),
)


def draw(
    *years: TimelineYear, bands: tuple[Band, ...] = (BAND,), marks: tuple[Mark, ...] = (), **more: Any
) -> Timeline:
    return build_timeline(
        years or YEARS, bands, marks, title="Kosten", description="Text", legend=(("city", "Stadt"),), **more
    )


def test_the_founding_case() -> None:
    found = draw(end=(END, "Befristung 31.12.2022"), marks=(Mark(date(2022, 10, 30), 1),))
    assert found.years == (
        Year(2022, 62, 134, tuple(range(74, 206, 12))),
        Year(2023, 206, 278, tuple(range(218, 350, 12))),
    )
    assert found.areas == (
        Area("city", 62, 196, 144, 76, "Stadt 337", 134, 239),
        Area("expected", 62, 56, 144, 140, "erwartet 626", 134, 131),
        Area("city", 206, 196, 144, 76, "Stadt 337", 278, 239),
        Area("unsecured", 206, 56, 144, 140, "ungesichert 626", 278, 131),
    )
    (row,) = found.rows
    assert [(bar.kind, bar.x, bar.width, bar.label) for bar in row.bars] == [
        ("expected", 62, 144, "erwartet"), ("unsecured", 206, 144, "ungesichert"),
    ]  # fmt: skip
    # The last day belongs to the grant, so the line stands where the next year begins.
    assert found.end == EndLine(206, "Befristung 31.12.2022", 199, "end")
    assert found.points == (Point(181, 379, "1"),)
    assert [total.text for total in found.totals] == ["962", "962"]


def test_a_band_begins_and_ends_amid_a_month() -> None:
    band = Band("Bescheid", (Span(date(2022, 2, 15), date(2022, 3, 15), "secured", "bis 15.03.2022"),))
    (bar,) = draw(bands=(band,)).rows[0].bars
    assert (bar.x, bar.width, bar.label) == (LEFT + 12 + 6, 11, "")


def test_what_lies_outside_the_plan_is_cut_or_left_out() -> None:
    band = Band(
        "Bescheid",
        (
            Span(date(2020, 1, 1), date(2022, 6, 30), "secured", "a"),
            Span(date(2020, 1, 1), date(2021, 12, 31), "secured", "b"),
            Span(date(2023, 7, 1), date(2099, 12, 31), "secured", "c"),
        ),
    )
    found = draw(bands=(band,), marks=(Mark(date(2021, 10, 30), 1),), end=(date(2030, 1, 1), "Befristung"))
    assert [(bar.x, bar.width) for bar in found.rows[0].bars] == [(62, 72), (278, 72)]
    assert (found.points, found.end) == ((), None)


def test_a_grant_above_the_cost_goes_below_zero() -> None:
    found = draw(year(2022, city="-20000.00", expected="120000.00"))
    zero = next(tick.y for tick in found.ticks if tick.is_zero)
    assert [(area.kind, area.y >= zero) for area in found.areas] == [("city", True), ("expected", False)]
    assert found.totals[0].text == "100"


def test_many_years_get_narrow_months() -> None:
    found = draw(*(year(number) for number in range(2022, 2053)))
    assert found.width == LEFT + 31 * 12 * 6 + 10


def test_part_of_a_cent_is_refused() -> None:
    with pytest.raises(AmountError):
        draw(year(2022, city="1.005"))


def test_words_are_exact() -> None:
    assert year_in_words(YEARS[0]) == "2022: Stadt 336.657,24 €, erwartet 625.600,00 €."
    assert year_in_words(year(2022, city="0.00")) == "2022: 0,00 €."


amounts = st.integers(-(10**12), 10**12).map(lambda cents: Decimal(cents).scaleb(-2))


@given(
    st.lists(st.tuples(amounts, amounts, amounts), min_size=1, max_size=6), st.dates(date(2019, 1, 1), date(2031, 1, 1))
)
def test_nothing_leaves_the_drawing(parts: list[tuple[Decimal, Decimal, Decimal]], start: date) -> None:
    years = [
        TimelineYear(
            2022 + place,
            tuple(
                Part(kind, kind, amount) for kind, amount in zip(("city", "expected", "unsecured"), some, strict=True)
            ),
        )
        for place, some in enumerate(parts)
    ]
    span = Span(start, start + timedelta(days=400), "secured", "bewilligt")
    found = draw(*years, bands=(Band("Bescheid", (span,)),), marks=(Mark(start, 1),))
    for area in (*found.areas, *(bar for row in found.rows for bar in row.bars)):
        assert found.left <= area.x <= area.x + area.width <= found.right
        assert 0 <= area.y <= area.y + area.height <= found.height
    assert all(found.left <= point.x <= found.right for point in found.points)


def test_template_names_every_pattern_it_uses_and_escapes_words() -> None:
    found = build_timeline(
        YEARS, (BAND,), (Mark(END, 1),), title="<b>", description="<i>", legend=(("city", "<u>"), ("expected", "&")),
        end=(END, '"'),
    )  # fmt: skip
    text = render_to_string("kim/timeline.html", {"timeline": found})
    used, named = set(re.findall(r"url\(#([\w-]+)\)", text)), re.findall(r'<pattern id="([\w-]+)"', text)
    assert used <= set(named)
    assert len(named) == len(set(named))
    svg = ET.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])  # noqa: S314 - our own drawing
    assert [svg.findtext("title"), svg.findtext("desc")] == ["<b>", "<i>"]
    assert "style=" not in text
    assert "<u>" not in text
