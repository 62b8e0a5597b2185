"""Two readings of the same year side by side: what differs, by figure, module and line. Pure: no Django, no clock.

Every difference is a figure of its own (after less before), so it opens down to the values that moved it, and the
differences of the lines add up to that of their module, those of the modules to that of the year.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from funding.calculation.shortfall import LineFigures, ModuleFigures, YearFigures
from kim.figures import EUR, Figure, Step, derive

KEYS = ("expense", "grant", "shortfall")


@dataclass(frozen=True, slots=True)
class Change:
    """A figure before and after, and what lies between them (after less before, in euros)."""

    before: Figure
    after: Figure
    difference: Figure

    @property
    def differs(self) -> bool:
        """Whether the two amounts differ."""
        return bool(self.difference.amount)


@dataclass(frozen=True, slots=True)
class PartComparison:
    """A line or module: ``reference`` of a line, number of a module; ``is_before`` and ``is_after`` say where it is."""

    reference: str
    name: str
    changes: Mapping[str, Change]
    is_before: bool
    is_after: bool

    @property
    def differs(self) -> bool:
        """Whether any of its figures differs, or only one side has it."""
        return self.is_before != self.is_after or any(one.differs for one in self.changes.values())


@dataclass(frozen=True, slots=True)
class ModuleComparison:
    """A module with its lines."""

    module: PartComparison
    lines: tuple[PartComparison, ...]

    @property
    def differs(self) -> bool:
        """Whether it or any of its lines differs; lines may move although their sum does not."""
        return self.module.differs or any(line.differs for line in self.lines)


@dataclass(frozen=True, slots=True)
class YearComparison:
    """A fiscal year in two readings."""

    year: int
    changes: Mapping[str, Change]
    modules: tuple[ModuleComparison, ...]

    @property
    def differs(self) -> bool:
        """Whether anything in the year differs."""
        return any(one.differs for one in self.changes.values()) or any(one.differs for one in self.modules)


def compare_years(before: YearFigures, after: YearFigures) -> YearComparison:
    """Return the differences of ``after`` to ``before``, two readings of one fiscal year."""
    modules = {one.number: one for one in before.modules}
    later = {one.number: one for one in after.modules}
    return YearComparison(
        before.year,
        {key: change(key, before.figures.get(key), after.figures.get(key)) for key in KEYS},
        tuple(_module(modules.get(number), later.get(number)) for number in sorted({*modules, *later})),
    )


def change(key: str, before: Figure | None, after: Figure | None, subject: str = "") -> Change:
    """Return the change of a figure; one that a side does not have counts as nothing there."""
    nothing = derive(key, Step.SUM, (), unit=EUR, subject=subject)
    first, second = before or nothing, after or nothing
    return Change(first, second, derive("difference", Step.DIFFERENCE, (second, first), subject=subject))


def _module(before: ModuleFigures | None, after: ModuleFigures | None) -> ModuleComparison:
    some = after or before
    if some is None:
        message = "a comparison needs one side at least"
        raise ValueError(message)
    old, new = ({} if one is None else one.figures for one in (before, after))
    changes = {key: change(key, old.get(key), new.get(key), some.name) for key in KEYS}
    first, second = _lines(before), _lines(after)
    return ModuleComparison(
        PartComparison(str(some.number), some.name, changes, before is not None, after is not None),
        tuple(_line(first.get(key), second.get(key)) for key in _in_order(first, second)),
    )


def _lines(module: ModuleFigures | None) -> dict[str, LineFigures]:
    return {} if module is None else {one.reference: one for one in (*module.positions, *module.material)}


def _in_order(first: Mapping[str, LineFigures], second: Mapping[str, LineFigures]) -> Sequence[str]:
    """Keep the order of the second reading; what only the first one has comes after it."""
    return [*second, *(key for key in first if key not in second)]


def _line(before: LineFigures | None, after: LineFigures | None) -> PartComparison:
    some = after or before
    if some is None:
        message = "a comparison needs one side at least"
        raise ValueError(message)
    first, second = _of_line(before), _of_line(after)
    changes = {key: change(key, first.get(key), second.get(key), some.title) for key in KEYS}
    return PartComparison(some.reference, some.title, changes, before is not None, after is not None)


def _of_line(line: LineFigures | None) -> dict[str, Figure]:
    return {} if line is None else {"expense": line.cost, "grant": line.grant, "shortfall": line.shortfall}
