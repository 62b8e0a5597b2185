"""One time axis: what a programme costs year by year, who pays it, and until when that is safe; drawn in whole numbers.

Like ``kim.charts`` it is SVG from the server (``kim/timeline.html``): the same on the page, in print and in dark mode.
Parts are told apart by pattern and by their names, never by colour alone.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from kim import formatting
from kim.charts import Scale, Tick, Unit, cents_of, label_in, tick_label, unit_of

MONTH = 12
# More years than this get narrower months, and scroll inside their own region.
MOST_WIDE_YEARS = 8
NARROW_MONTH = 6
MONTHS = 12
LEFT = 62
RIGHT = 10
AXIS = 30
BAND = 46
BAR = 18
# Where the bar of a band starts below its label.
BAR_OFFSET = 22
MARKS = 44
LETTER = 8
LEAST_LABELLED_HEIGHT = 22
GAP = 7
TICK = 5


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a year's cost: ``kind`` names its pattern, ``label`` stands in it; the amount is in euros."""

    kind: str
    label: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class TimelineYear:
    """A fiscal year with the parts of its cost from the bottom up."""

    year: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A time from a day to a day, both included, with its pattern and its name."""

    first: date
    last: date
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Band:
    """A row below the axis."""

    label: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A day with the number under which a list tells what it is."""

    day: date
    number: int


@dataclass(frozen=True, slots=True)
class Area:
    """A drawn rectangle with the text inside it (empty when it does not fit)."""

    kind: str
    x: int
    y: int
    width: int
    height: int
    label: str
    label_x: int
    label_y: int


@dataclass(frozen=True, slots=True)
class Total:
    """The whole cost above a year."""

    text: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Row:
    """A drawn band."""

    label: str
    label_y: int
    bars: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A drawn mark."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class Year:
    """A year on the axis: where it starts and where its number stands, and its months."""

    year: int
    x: int
    middle: int
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EndLine:
    """The dashed line at the end of the grant."""

    x: int
    label: str
    label_x: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything the template needs."""

    identifier: str
    title: str
    description: str
    unit: str
    width: int
    height: int
    plot_top: int
    plot_bottom: int
    marks_label_y: int
    left: int
    right: int
    ticks: tuple[Tick, ...]
    years: tuple[Year, ...]
    areas: tuple[Area, ...]
    totals: tuple[Total, ...]
    rows: tuple[Row, ...]
    points: tuple[Point, ...]
    end: EndLine | None
    legend: tuple[tuple[str, str], ...]

    @property
    def month_bottom(self) -> int:
        """Where the ticks of the months end."""
        return self.plot_bottom + TICK

    @property
    def key_identifier(self) -> str:
        """The name of the patterns of the legend: each drawing brings its own."""
        return f"{self.identifier}-key"


def build_timeline(
    years: Sequence[TimelineYear],
    bands: Sequence[Band],
    marks: Sequence[Mark],
    *,
    title: str,
    description: str,
    legend: Sequence[tuple[str, str]],
    end: tuple[date, str] | None = None,
    identifier: str = "timeline",
) -> Timeline:
    """Return the drawing; ``legend`` names the patterns in order, ``end`` is the last day of the grant with its words.

    Days outside the years are left out. Raises ``AmountError`` for an amount that is not in whole cents.
    """
    axis = _Axis(years[0].year, years[-1].year)
    sums = [_extent(year) for year in years]
    highest, lowest = max(top for top, _bottom in sums), min(bottom for _top, bottom in sums)
    unit = unit_of(max(highest, -lowest))
    scale = Scale.covering(lowest, highest, unit)
    bottom = scale.y(scale.bottom)
    rows_top = bottom + AXIS
    known = [mark for mark in marks if axis.holds(mark.day)]
    marks_top = rows_top + BAND * len(bands)
    return Timeline(
        identifier=identifier,
        title=title,
        description=description,
        unit=unit.name,
        width=axis.width,
        height=marks_top + (MARKS if known else 0) + GAP,
        plot_top=scale.y(scale.top),
        plot_bottom=bottom,
        marks_label_y=marks_top + BAR_OFFSET - GAP,
        left=LEFT,
        right=axis.width - RIGHT,
        ticks=tuple(
            Tick(y=scale.y(value), label_y=scale.y(value) + 5, label=tick_label(value, unit), is_zero=value == 0)
            for value in range(scale.bottom, scale.top + 1, scale.step)
        ),
        years=tuple(axis.year(year.year) for year in years),
        areas=tuple(area for year in years for area in _areas(year, axis, scale, unit)),
        totals=tuple(_total(year, axis, scale, unit) for year in years),
        rows=tuple(_row(band, axis, rows_top + BAND * place) for place, band in enumerate(bands)),
        points=tuple(Point(axis.x(mark.day), marks_top + BAR_OFFSET + BAR // 2, str(mark.number)) for mark in known),
        end=None if end is None else _end(axis, *end),
        legend=tuple(legend),
    )


@dataclass(frozen=True, slots=True)
class _Axis:
    """From days to units of the drawing."""

    first: int
    last: int

    @property
    def month(self) -> int:
        return MONTH if self.last - self.first < MOST_WIDE_YEARS else NARROW_MONTH

    @property
    def width(self) -> int:
        return LEFT + self.month * MONTHS * (self.last - self.first + 1) + RIGHT

    def holds(self, day: date) -> bool:
        return self.first <= day.year <= self.last

    def x(self, day: date) -> int:
        """Return where a day begins; what lies outside stands at the nearer end."""
        if day.year < self.first:
            return LEFT
        if day.year > self.last:
            return self.width - RIGHT
        months = MONTHS * (day.year - self.first) + day.month - 1
        days = calendar.monthrange(day.year, day.month)[1]
        return LEFT + self.month * months + self.month * (day.day - 1) // days

    def year(self, year: int) -> Year:
        x = self.x(date(year, 1, 1))
        months = tuple(x + self.month * month for month in range(1, MONTHS))
        return Year(year, x, x + self.month * MONTHS // 2, months)


def _extent(year: TimelineYear) -> tuple[int, int]:
    amounts = [cents_of(part.amount) for part in year.parts]
    return sum(one for one in amounts if one > 0), sum(one for one in amounts if one < 0)


def _areas(year: TimelineYear, axis: _Axis, scale: Scale, unit: Unit) -> list[Area]:
    """Stack what is positive upwards and what is negative downwards."""
    left, right = axis.x(date(year.year, 1, 1)), axis.x(date(year.year + 1, 1, 1))
    up = down = 0
    found = []
    for part in year.parts:
        cents = cents_of(part.amount)
        if not cents:
            continue
        start = up if cents > 0 else down
        y, foot = scale.y(max(start, start + cents)), scale.y(min(start, start + cents))
        up, down = (up + cents, down) if cents > 0 else (up, down + cents)
        text = f"{part.label} {label_in(cents, unit)}"
        fits = foot - y >= LEAST_LABELLED_HEIGHT and _fits(text, right - left)
        middle = (left + right) // 2
        found.append(
            Area(part.kind, left, y, right - left, foot - y, text if fits else "", middle, (y + foot) // 2 + 5)
        )
    return found


def _total(year: TimelineYear, axis: _Axis, scale: Scale, unit: Unit) -> Total:
    top, bottom = _extent(year)
    middle = axis.year(year.year).middle
    return Total(label_in(top + bottom, unit), middle, scale.y(top) - GAP)


def _row(band: Band, axis: _Axis, top: int) -> Row:
    bars = []
    for span in band.spans:
        if span.last.year < axis.first or span.first.year > axis.last:
            continue
        left, right = axis.x(span.first), axis.x(span.last + timedelta(days=1))
        label = span.label if _fits(span.label, right - left) else ""
        y = top + BAR_OFFSET
        bars.append(Area(span.kind, left, y, right - left, BAR, label, (left + right) // 2, y + BAR - 4))
    return Row(band.label, top + BAR_OFFSET - GAP, tuple(bars))


def _end(axis: _Axis, day: date, label: str) -> EndLine | None:
    if not axis.holds(day):
        return None
    x = axis.x(day + timedelta(days=1))
    reads_to_the_right = 2 * x < axis.width
    return EndLine(x, label, x + GAP if reads_to_the_right else x - GAP, "start" if reads_to_the_right else "end")


def _fits(text: str, width: int) -> bool:
    return LETTER * len(text) <= width


def year_in_words(year: TimelineYear) -> str:
    """Say the numbers of a year, exact to the cent."""
    parts = ", ".join(f"{part.label} {formatting.euro(part.amount)}" for part in year.parts if part.amount)
    return _("%(year)s: %(parts)s.") % {"year": year.year, "parts": parts or formatting.euro(Decimal("0.00"))}
