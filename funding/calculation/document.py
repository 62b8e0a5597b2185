"""All figures of a programme as plain JSON, and back. Pure: no Django, no database, no clock.

Derivations share most of their steps: the cost of a position stands below its module, its provider, and the year, and
a scenario repeats what it does not change. So every distinct step stands once in a list, below the numbers of its
inputs. Reading back builds each once, and building a figure computes it again: what is shown was proved.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from funding.calculation.shortfall import LineFigures, ModuleFigures, ProviderFigures, YearFigures
from kim.errors import FigureError
from kim.figures import Figure, Source
from staffing.calculation import ProviderInput

Json = dict[str, Any]
# Scenario by short name, then fiscal year.
Years = Mapping[str, Mapping[int, YearFigures]]

LINE_FIGURES = ("cost", "full_cost", "grant", "shortfall")


def figures_to_json(years: Years) -> Json:
    """Return ``sources``, ``providers``, ``nodes`` (each step once, after its inputs) and ``scenarios`` over them."""
    writer = _Writer()
    scenarios = {
        slug: {str(year): writer.year(found) for year, found in of_years.items()} for slug, of_years in years.items()
    }
    return {
        "sources": writer.sources.rows,
        "providers": writer.providers.rows,
        "nodes": writer.nodes.rows,
        "scenarios": scenarios,
    }


class _Rows:
    """A list in which equal things stand once."""

    def __init__(self) -> None:
        self.rows: list[Json] = []
        self._places: dict[Hashable, int] = {}

    def place(self, identity: Hashable, write: Callable[[], Json]) -> int:
        """Return the number of the row; what does not stand there yet is written."""
        found = self._places.setdefault(identity, len(self.rows))
        if found == len(self.rows):
            self.rows.append(write())
        return found


class _Writer:
    """Writes years one after the other into the same lists."""

    def __init__(self) -> None:
        self.sources, self.providers, self.nodes = _Rows(), _Rows(), _Rows()
        # By identity, and the figure with it: a number of an object that is gone may be given to another.
        self._known: dict[int, tuple[Figure, int]] = {}

    def year(self, found: YearFigures) -> Json:
        return {
            "figures": self._figures(found.figures),
            "modules": [
                {
                    "number": one.number, "kind": one.kind, "name": one.name, "figures": self._figures(one.figures),
                    "positions": self._lines(one.positions), "material": self._lines(one.material),
                }
                for one in found.modules
            ],
            "providers": [
                {"provider": self._provider(one.provider), "figures": self._figures(one.figures)}
                for one in found.providers
            ],
            "top_up": self._figures(found.top_up),
            "missing": list(found.missing),
        }  # fmt: skip

    def _lines(self, lines: Iterable[LineFigures]) -> list[Json]:
        return [
            {
                "reference": one.reference, "title": one.title, "provider": self._provider(one.provider),
                "is_declared": one.is_declared, **{name: self.node(getattr(one, name)) for name in LINE_FIGURES},
            }
            for one in lines
        ]  # fmt: skip

    def _figures(self, figures: Mapping[str, Figure]) -> dict[str, int]:
        return {key: self.node(figure) for key, figure in figures.items()}

    def _provider(self, one: ProviderInput) -> int:
        return self.providers.place(one, lambda: {"slug": one.slug, "name": one.name, "is_city": one.is_city})

    def node(self, figure: Figure) -> int:
        """Return the number of a figure; equal figures have the same."""
        known = self._known.get(id(figure))
        if known is not None:
            return known[1]
        inputs = tuple(self.node(one) for one in figure.inputs)
        source = None if figure.source is None else self.sources.place(figure.source, figure.source.to_json)
        # The amount as it is written: 5.0 and 5 are equal, but not the same text.
        identity = (
            figure.key, str(figure.amount), figure.unit, figure.step, figure.subject, figure.mode, figure.note, source,
            inputs,
        )  # fmt: skip
        found = self.nodes.place(identity, lambda: _node_row(figure, source, inputs))
        self._known[id(figure)] = figure, found
        return found


def _node_row(figure: Figure, source: int | None, inputs: tuple[int, ...]) -> Json:
    row = figure.own_json()
    if source is not None:
        row["source"] = source
    if inputs:
        row["inputs"] = list(inputs)
    return row


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands in a year: a whole (``programme``), or one ``module``, ``provider`` or ``line`` of it."""

    kind: str
    reference: str
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Deviation:
    """A figure that is not what it was; None on the side that has no such figure."""

    place: Place
    frozen: Figure | None
    recomputed: Figure | None

    @property
    def moves_the_amount(self) -> bool:
        """Whether the amount itself differs, or only how it came about."""
        one, other = self.frozen, self.recomputed
        return one is None or other is None or (one.amount, one.unit) != (other.amount, other.unit)


class Comparison:
    """Holds years against each other, figure by figure down to the last step; equal steps are compared once."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self._writer = _Writer()

    def deviations(self, frozen: YearFigures, recomputed: YearFigures) -> list[Deviation]:
        """Return each figure that differs in its amount or in any step below it, in reading order."""
        if self._writer.year(frozen) == self._writer.year(recomputed):
            return []
        one, other = _placed(frozen), _placed(recomputed)
        return [
            Deviation(place, one.get(place), other.get(place))
            for place in {**one, **other}
            if self._number(one.get(place)) != self._number(other.get(place))
        ]

    def _number(self, figure: Figure | None) -> int | None:
        return None if figure is None else self._writer.node(figure)


def _placed(year: YearFigures) -> dict[Place, Figure]:
    found = {Place("programme", "", "", key): figure for key, figure in {**year.figures, **year.top_up}.items()}
    for module in year.modules:
        number = str(module.number)
        found |= {Place("module", number, module.name, key): figure for key, figure in module.figures.items()}
        for line in (*module.positions, *module.material):
            reference = f"{number}/{line.reference}"
            found |= {Place("line", reference, line.title, name): getattr(line, name) for name in LINE_FIGURES}
    for provider in year.providers:
        slug, name = provider.provider.slug, provider.provider.name
        found |= {Place("provider", slug, name, key): figure for key, figure in provider.figures.items()}
    return found


class FrozenFigures:
    """The figures of a document: each year is built, and so proved, when it is first asked for, and then kept."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Take what ``figures_to_json`` returned; raises ``FigureError`` where that is not what it is."""
        try:
            self._sources: Sequence[Any] = data["sources"]
            self._providers: Sequence[Any] = data["providers"]
            self._nodes: Sequence[Any] = data["nodes"]
            self._scenarios = {
                slug: {int(year): found for year, found in years.items()} for slug, years in data["scenarios"].items()
            }
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise _unreadable(error) from error
        self._data = data
        self._known: dict[int, Figure] = {}
        self._years: dict[tuple[str, int], YearFigures] = {}

    @property
    def places(self) -> list[tuple[str, int]]:
        """Every scenario with each of its years, in order."""
        return sorted((slug, year) for slug, years in self._scenarios.items() for year in years)

    @property
    def steps(self) -> int:
        """How many distinct steps the figures rest on."""
        return len(self._nodes)

    def is_written_as(self, years: Years) -> bool:
        """Whether writing ``years`` gives this very document; then every figure and every step of it is the same."""
        return figures_to_json(years) == self._data

    def year(self, scenario: str, year: int) -> YearFigures:
        """Return the figures of a year; raises ``FigureError`` for one that is not there or does not hold."""
        if (scenario, year) not in self._years:
            try:
                self._years[scenario, year] = self._year(year, self._scenarios[scenario][year])
            except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
                raise _unreadable(error) from error
        return self._years[scenario, year]

    def _year(self, year: int, data: Mapping[str, Any]) -> YearFigures:
        return YearFigures(
            year=year,
            figures=self._figures(data["figures"]),
            modules=tuple(
                ModuleFigures(
                    one["number"],
                    one["kind"],
                    one["name"],
                    self._lines(one["positions"]),
                    self._lines(one["material"]),
                    self._figures(one["figures"]),
                )
                for one in data["modules"]
            ),
            providers=tuple(
                ProviderFigures(self._provider(one["provider"]), self._figures(one["figures"]))
                for one in data["providers"]
            ),
            top_up=self._figures(data["top_up"]),
            missing=tuple(data["missing"]),
        )

    def _lines(self, lines: Iterable[Mapping[str, Any]]) -> tuple[LineFigures, ...]:
        return tuple(
            LineFigures(
                reference=one["reference"],
                title=one["title"],
                provider=self._provider(one["provider"]),
                is_declared=one["is_declared"],
                **{name: self._node(one[name]) for name in LINE_FIGURES},
            )
            for one in lines
        )

    def _figures(self, figures: Mapping[str, int]) -> dict[str, Figure]:
        return {key: self._node(number) for key, number in figures.items()}

    def _provider(self, number: int) -> ProviderInput:
        return ProviderInput(**self._providers[_index(number)])

    def _node(self, number: int) -> Figure:
        found = self._known.get(number)
        if found is None:
            row = self._nodes[_index(number)]
            # A step stands after its inputs, so nothing can rest on itself.
            inputs = tuple(self._node(_before(one, number)) for one in row.get("inputs", ()))
            source = Source.from_json(self._sources[_index(row["source"])]) if "source" in row else None
            found = self._known[number] = Figure.from_own_json(row, inputs, source)
        return found


def _index(number: Any) -> int:
    """Return a number of a row; anything else, and one counted from the end, names none."""
    if type(number) is not int or number < 0:
        message = f"{number!r} ist keine Nummer einer Zeile."
        raise ValueError(message)
    return number


def _before(number: Any, of: int) -> int:
    if _index(number) >= of:
        message = f"Schritt {of} beruht auf dem späteren Schritt {number}."
        raise ValueError(message)
    return _index(number)


def _unreadable(error: Exception) -> FigureError:
    message = f"Die festgeschriebenen Zahlen sind unlesbar: {error!r}"
    return FigureError(message)
