"""Who carries the cost, year by year: the bar chart in whole numbers, and its text for those who listen.

The chart is drawn on the server as SVG (``kim/chart.html``): the same file on the page, in print and in dark mode, no
script, no inline style. Colours come from classes. Amounts are compared in whole cents, positions are whole units.
"""

import calendar
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from kim import formatting
from kim.rounding import require_cents

# One unit is about a pixel on a wide screen; CSS enlarges the text where the drawing shrinks.
SLOT = 76
BAR = 48
LEFT = 58
RIGHT = 6
TOP = 48
PLOT = 224
BOTTOM = 30
LABEL_GAP = 7
# The drawing grows no larger than this, so that few bars do not become towers with headlines.
ENLARGED_PERCENT = 130
# Below this height a number does not fit into its bar; it still stands in the description and in the table.
LEAST_LABELLED_HEIGHT = 24
# More bars than this keep their size and scroll inside their own region on narrow screens.
MOST_BARS_OF_A_NARROW_PANEL = 6
MOST_STEPS = 6
FIVE_DIGITS = 10_000


@dataclass(frozen=True, slots=True)
class ChartBar:
    """What the city and the state carry in one fiscal year, in euros; a negative part is drawn below zero.

    ``label`` stands below the bar where it is not the year that tells it from the others.
    """

    year: int
    city: Decimal
    state: Decimal
    label: str = ""

    @property
    def name(self) -> str:
        """What stands below the bar."""
        return self.label or str(self.year)


@dataclass(frozen=True, slots=True)
class ChartPanel:
    """One scenario: its bars in order of years, and the last day of the grant with its label, if it is known."""

    title: str
    bars: tuple[ChartBar, ...]
    grant_end: date | None = None
    grant_end_label: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of the axis: euros per unit, its name, and how many decimals its labels take."""

    euros: int
    name: str
    decimals: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the axis."""

    y: int
    label_y: int
    label: str
    is_zero: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a bar, with the number inside it (empty when it does not fit)."""

    y: int
    height: int
    label: str = ""
    label_y: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A drawn bar: its name, left edge, middle, the parts, and the total above it."""

    name: str
    x: int
    middle: int
    city: Segment
    state: Segment
    total: str
    total_y: int


@dataclass(frozen=True, slots=True)
class Marker:
    """The dashed line at the end of the grant."""

    x: int
    label: str
    label_x: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing with everything its template needs."""

    identifier: str
    title: str
    description: str
    width: int
    natural_width: int
    height: int
    plot_bottom: int
    ticks: tuple[Tick, ...]
    columns: tuple[Column, ...]
    marker: Marker | None


@dataclass(frozen=True, slots=True)
class Chart:
    """All panels on one scale, and the words of the legend."""

    identifier: str
    unit: str
    total_label: str
    city_label: str
    state_label: str
    panels: tuple[Panel, ...]
    is_wide: bool
    bar: int = BAR
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP


@dataclass(frozen=True, slots=True)
class _Words:
    """What the whole bar and its two parts are called."""

    total: str
    city: str
    state: str


def build_chart(
    panels: Sequence[ChartPanel],
    *,
    city_label: str,
    state_label: str,
    total_label: str = "",
    identifier: str = "chart",
) -> Chart:
    """Return the drawing of ``panels`` side by side on one common scale; a whole bar is the total cost by default.

    ``identifier`` must be unique on the page. Raises ``AmountError`` for an amount that is not in whole cents.
    """
    parts = [(cents_of(bar.city), cents_of(bar.state)) for panel in panels for bar in panel.bars]
    highest = max((max(city, 0) + max(state, 0) for city, state in parts), default=0)
    lowest = min((min(city, 0) + min(state, 0) for city, state in parts), default=0)
    unit = unit_of(max(highest, -lowest))
    scale = Scale.covering(lowest, highest, unit)
    words = _Words(total_label or _("Gesamtkosten"), city_label, state_label)
    return Chart(
        identifier=identifier,
        unit=unit.name,
        total_label=words.total,
        city_label=city_label,
        state_label=state_label,
        panels=tuple(
            _panel(panel, f"{identifier}-{index}", scale, unit, words) for index, panel in enumerate(panels, start=1)
        ),
        is_wide=any(len(panel.bars) > MOST_BARS_OF_A_NARROW_PANEL for panel in panels),
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """From cents to units of the drawing: the axis runs from ``bottom`` to ``top`` in steps of ``step`` cents."""

    bottom: int
    top: int
    step: int

    @classmethod
    def covering(cls, lowest: int, highest: int, unit: Unit) -> "Scale":
        """Return the finest scale of round steps that covers both ends in few lines."""
        # The smallest step an axis label can write exactly.
        least = unit.euros * 100 // 10**unit.decimals
        steps = (least * 10**power * tenths // 10 for power in itertools.count() for tenths in (10, 20, 25, 50))
        step = next(step for step in steps if step % least == 0 and -(-highest // step) - lowest // step <= MOST_STEPS)
        top, bottom = -(-highest // step), lowest // step
        return cls(bottom * step, max(top, bottom + 1) * step, step)

    def y(self, cents: int) -> int:
        """Return the height of an amount on the drawing, counted from above."""
        return TOP + PLOT * (self.top - cents) // (self.top - self.bottom)


def cents_of(amount: Decimal) -> int:
    """Return an amount in euros as whole cents; raises ``AmountError`` for a part of a cent."""
    return int(require_cents(amount).scaleb(2))


def unit_of(cents: int) -> Unit:
    """Choose the unit in which the largest amount has at most four digits before the comma."""
    units = [Unit(1, _("€"), 0), Unit(1_000, _("Tsd. €"), 0), Unit(1_000_000, _("Mio. €"), 1)]
    largest = Unit(1_000_000_000, _("Mrd. €"), 1)
    return next((unit for unit in units if cents < unit.euros * FIVE_DIGITS * 100), largest)


def label_in(cents: int, unit: Unit) -> str:
    """Write an amount in the unit of the axis, rounded."""
    return formatting.rounded_in(Decimal(cents).scaleb(-2), Decimal(unit.euros), decimals=unit.decimals)


def tick_label(cents: int, unit: Unit) -> str:
    """Write the place of a line, which the scale has chosen so that it is exact."""
    return formatting.number(Decimal(cents) / (100 * unit.euros))


def _panel(panel: ChartPanel, identifier: str, scale: Scale, unit: Unit, words: _Words) -> Panel:
    width = LEFT + SLOT * max(len(panel.bars), 1) + RIGHT
    ticks = tuple(
        Tick(y=scale.y(value), label_y=scale.y(value) + 5, label=tick_label(value, unit), is_zero=value == 0)
        for value in range(scale.bottom, scale.top + 1, scale.step)
    )
    return Panel(
        identifier=identifier,
        title=panel.title,
        description=_description(panel, words),
        width=width,
        natural_width=width * ENLARGED_PERCENT // 100,
        height=TOP + PLOT + BOTTOM,
        plot_bottom=TOP + PLOT,
        ticks=ticks,
        columns=tuple(_column(bar, LEFT + SLOT * index, scale, unit) for index, bar in enumerate(panel.bars)),
        marker=_marker(panel, width),
    )


def _column(bar: ChartBar, slot: int, scale: Scale, unit: Unit) -> Column:
    """Stack what is positive upwards and what is negative downwards; the city stands at the zero line."""
    city, state = cents_of(bar.city), cents_of(bar.state)
    # Where the state's part starts: on top of the city's when both point the same way, otherwise at zero.
    base = city if city * state >= 0 else 0
    city_segment = _segment(scale, 0, city)
    label_fits = city_segment.height >= LEAST_LABELLED_HEIGHT
    highest = max(city, 0) + max(state, 0)
    return Column(
        name=bar.name,
        x=slot + (SLOT - BAR) // 2,
        middle=slot + SLOT // 2,
        city=Segment(
            y=city_segment.y,
            height=city_segment.height,
            label=label_in(city, unit) if label_fits else "",
            label_y=city_segment.y + city_segment.height // 2 + 5,
        ),
        state=_segment(scale, base, base + state),
        total=label_in(city + state, unit),
        total_y=scale.y(highest) - LABEL_GAP,
    )


def _segment(scale: Scale, start: int, end: int) -> Segment:
    upper, lower = scale.y(max(start, end)), scale.y(min(start, end))
    return Segment(y=upper, height=lower - upper)


def _marker(panel: ChartPanel, width: int) -> Marker | None:
    """Place the end of the grant on the time axis: the last day of a year lies between two bars."""
    end = panel.grant_end
    if end is None or not panel.bars or end.year > panel.bars[-1].year:
        return None
    x = LEFT + SLOT * sum(bar.year < end.year for bar in panel.bars)
    if any(bar.year == end.year for bar in panel.bars):
        x += SLOT * end.timetuple().tm_yday // (366 if calendar.isleap(end.year) else 365)
    reads_to_the_right = 2 * x < width
    return Marker(
        x=x,
        label=panel.grant_end_label,
        label_x=x + LABEL_GAP if reads_to_the_right else x - LABEL_GAP,
        anchor="start" if reads_to_the_right else "end",
    )


def _description(panel: ChartPanel, words: _Words) -> str:
    """Say the numbers of the drawing, exact to the cent."""
    sentences = [
        _("%(name)s: %(total_label)s %(total)s, davon %(city_label)s %(city)s, %(state_label)s %(state)s.")
        % {
            "name": bar.name,
            "total": formatting.euro(bar.city + bar.state),
            "total_label": words.total,
            "city_label": words.city,
            "city": formatting.euro(bar.city),
            "state_label": words.state,
            "state": formatting.euro(bar.state),
        }
        for bar in panel.bars
    ]
    if panel.grant_end is not None and panel.grant_end_label:
        sentences.append(f"{panel.grant_end_label}.")
    return " ".join(sentences) or _("Keine Jahre ausgewählt.")
