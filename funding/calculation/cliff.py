"""What hangs on the grant, and until when it is safe. Pure: no Django, no database, no clock.

A day of a funding module is *secured* by an award for its period, *expected* while the programme's term lasts, and
*unsecured* after it: the programme was limited to 31.12.2022, while the grant is awarded for one year at a time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from funding.calculation.inputs import ProgrammeInput
from funding.calculation.lookup import COUNT, one_place
from funding.calculation.shortfall import YearFigures
from kim.figures import FACTOR, FTE, Figure, Step, derive
from kim.years import Period, day_before
from staffing.calculation import PositionInput

POSITIONS, MATERIAL = "positions", "material"
PARTS = (POSITIONS, MATERIAL)


class GrantState(StrEnum):
    """How safe the grant of a time is, the safest first."""

    SECURED = "secured"
    EXPECTED = "expected"
    UNSECURED = "unsecured"


SAFEST_FIRST = tuple(GrantState)


@dataclass(frozen=True, slots=True)
class AwardTime:
    """The period of an award; ``funding_module`` None is the whole programme, ``part`` what of a module it pays."""

    funding_module: int | None
    part: str
    period: Period

    def covers(self, module: int, part: str) -> bool:
        """Whether it pays for this part of a module."""
        return self.funding_module is None or (self.funding_module, self.part) == (module, part)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which the state of the grant does not change; both days count."""

    first: date
    last: date
    state: GrantState


@dataclass(frozen=True, slots=True)
class Lane:
    """A part of a funding module (its positions or its material) with the state of its grant over the plan."""

    module: int
    name: str
    part: str
    stretches: tuple[Stretch, ...]

    def state_of(self, year: int) -> GrantState:
        """Return the least safe state of any day of a fiscal year."""
        return least_safe(one.state for one in self.stretches if one.first.year <= year <= one.last.year)


@dataclass(frozen=True, slots=True)
class YearRisk:
    """A fiscal year: what is safe of the grant, and what is lost without it.

    ``grant`` is what the law in force gives, ``secured`` and ``expected`` are its parts; ``continued`` is the grant if
    the state went on, ``lost`` the difference between the two. ``positions`` and ``fte`` are those that the grant
    would pay for, ``full_cost`` is what the city carries without any grant (all amounts in euros).
    """

    year: int
    state: GrantState
    cost: Figure
    grant: Figure
    secured: Figure
    expected: Figure
    continued: Figure
    lost: Figure
    city_if_continued: Figure
    full_cost: Figure
    positions: Figure
    fte: Figure


@dataclass(frozen=True, slots=True)
class Cliff:
    """The whole plan: the state of the grant over time, by part of a module, and year by year."""

    stretches: tuple[Stretch, ...]
    lanes: tuple[Lane, ...]
    years: tuple[YearRisk, ...]

    @property
    def lanes_differ(self) -> bool:
        """Whether the parts of the programme are not all equally safe at all times."""
        return len({lane.stretches for lane in self.lanes}) > 1


def least_safe(states: Iterable[GrantState]) -> GrantState:
    """Return the least safe of ``states``; nothing at all hangs on nobody's promise, so it is unsecured."""
    return max(states, key=SAFEST_FIRST.index, default=GrantState.UNSECURED)


def stretches_of(first: date, last: date, limited_until: date | None, awards: Sequence[Period]) -> tuple[Stretch, ...]:
    """Split the days from ``first`` to ``last`` by the state of the grant.

    An award secures its days whatever the term says; a term without an end never leaves a day unsecured.
    """
    starts = {first}
    for award in awards:
        starts.add(award.start)
        if award.end is not None:
            starts.add(award.end + timedelta(days=1))
    if limited_until is not None:
        starts.add(limited_until + timedelta(days=1))
    inside = sorted(day for day in starts if first <= day <= last)
    found: list[Stretch] = []
    for start, following in zip(inside, [*inside[1:], last + timedelta(days=1)], strict=True):
        state = _state_on(start, limited_until, awards)
        end = day_before(following)
        if found and found[-1].state is state:
            found[-1] = Stretch(found[-1].first, end, state)
        else:
            found.append(Stretch(start, end, state))
    return tuple(found)


def _state_on(day: date, limited_until: date | None, awards: Sequence[Period]) -> GrantState:
    if any(award.contains(day) for award in awards):
        return GrantState.SECURED
    return GrantState.EXPECTED if limited_until is None or day <= limited_until else GrantState.UNSECURED


def beyond_the_term(limited_until: date | None, awards: Sequence[AwardTime]) -> bool:
    """Whether an award reaches beyond the term: then one of the two is out of date, and the law pays nothing there."""
    return limited_until is not None and any(
        award.period.end is not None and award.period.end > limited_until for award in awards
    )


def cliff(
    programme: ProgrammeInput,
    by_law: Sequence[YearFigures],
    continued: Sequence[YearFigures],
    limited_until: date | None,
    awards: Sequence[AwardTime],
) -> Cliff:
    """Put the years of the plan together: ``by_law`` by the law, ``continued`` if the state went on.

    ``programme`` are the inputs of ``continued``: they say which positions the grant would pay for.
    """
    first, last = by_law[0].year, by_law[-1].year
    lanes = lanes_of(programme, first, last, limited_until, awards)
    years = tuple(
        _year(programme, now, later, lanes, limited_until) for now, later in zip(by_law, continued, strict=True)
    )
    return Cliff(_together(lanes, first, last, limited_until), lanes, years)


def lanes_of(
    programme: ProgrammeInput, first_year: int, last_year: int, limited_until: date | None, awards: Sequence[AwardTime]
) -> tuple[Lane, ...]:
    """Return each part of a module that a grant is for, with the state of it from the first to the last year."""
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    return tuple(
        Lane(
            module.number,
            module.name,
            part,
            stretches_of(first, last, limited_until, _periods(awards, module.number, part)),
        )
        for module in programme.modules
        for part in PARTS
        if (module.funded if part == POSITIONS else any(line.rule for line in module.material))
    )


def state_of_year(lanes: Sequence[Lane], year: int) -> GrantState:
    """Return how safe the grant of a fiscal year is: as safe as the least safe part of the programme."""
    return least_safe(lane.state_of(year) for lane in lanes)


def _periods(awards: Sequence[AwardTime], module: int, part: str) -> list[Period]:
    return [award.period for award in awards if award.covers(module, part)]


def _together(
    lanes: Sequence[Lane], first_year: int, last_year: int, limited_until: date | None
) -> tuple[Stretch, ...]:
    """Return the least safe state of all lanes day by day: a programme is as safe as its least safe part."""
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    if not lanes:
        return stretches_of(first, last, limited_until, ())
    starts = sorted({stretch.first for lane in lanes for stretch in lane.stretches})
    found: list[Stretch] = []
    for start, following in zip(starts, [*starts[1:], last + timedelta(days=1)], strict=True):
        state = least_safe(
            stretch.state for lane in lanes for stretch in lane.stretches if stretch.first <= start <= stretch.last
        )
        end = day_before(following)
        if found and found[-1].state is state:
            found[-1] = Stretch(found[-1].first, end, state)
        else:
            found.append(Stretch(start, end, state))
    return tuple(found)


def _year(
    programme: ProgrammeInput,
    now: YearFigures,
    later: YearFigures,
    lanes: Sequence[Lane],
    limited_until: date | None,
) -> YearRisk:
    secured, expected = _parts(now, lanes, limited_until)
    paid = _paid_for(programme, later)
    return YearRisk(
        year=now.year,
        state=state_of_year(lanes, now.year),
        cost=now.figures["expense"],
        grant=now.figures["grant"],
        secured=derive("grant_secured", Step.SUM, secured),
        expected=derive("grant_expected", Step.SUM, expected),
        continued=later.figures["grant"],
        lost=derive("grant_lost", Step.DIFFERENCE, (later.figures["grant"], now.figures["grant"])),
        city_if_continued=later.figures["shortfall"],
        full_cost=now.figures["full_cost"],
        positions=derive(
            COUNT,
            Step.SUM,
            [one_place(position) for position in paid],
            unit=FACTOR,
        ),
        fte=derive("fte", Step.SUM, [one.fte for one in paid], unit=FTE),
    )


def _parts(now: YearFigures, lanes: Sequence[Lane], limited_until: date | None) -> tuple[list[Figure], list[Figure]]:
    """Split the grant of the law in force: secured where awards cover every day it is paid for, expected elsewhere."""
    figures = {module.number: module.figures for module in now.modules}
    secured: list[Figure] = []
    expected: list[Figure] = []
    for lane in lanes:
        if lane.module not in figures:
            continue
        paid = [
            stretch.state
            for stretch in lane.stretches
            if stretch.first.year <= now.year <= stretch.last.year and _is_in_term(stretch, limited_until)
        ]
        is_secured = bool(paid) and all(state is GrantState.SECURED for state in paid)
        grant = figures[lane.module][f"grant_for_{lane.part}"]
        (secured if is_secured else expected).append(grant)
    return secured, expected


def _is_in_term(stretch: Stretch, limited_until: date | None) -> bool:
    return limited_until is None or stretch.first <= limited_until


def _paid_for(programme: ProgrammeInput, later: YearFigures) -> list[PositionInput]:
    """Return the positions that a grant would pay for in this year, each once, in the order of their modules."""
    granted = {line.reference for module in later.modules for line in module.positions if line.grant.amount > 0}
    found: dict[str, PositionInput] = {}
    for module in programme.modules:
        for funded in module.funded:
            if funded.position.reference in granted:
                found.setdefault(funded.position.reference, funded.position)
    return list(found.values())
