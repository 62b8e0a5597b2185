"""The forecast as a grid: positions and material lines by fiscal year, as it stands now. Reads, never writes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from funding.calculation.scenarios import apply_overrides
from funding.calculation.shortfall import YearFigures, compute_year
from funding.calculation.whatif import Place, with_costs
from funding.models import BudgetStatus, FundedPosition, MaterialCost, MaterialLine
from funding.selectors import ProgrammeState
from kim import formatting
from staffing.calculation.cost import PositionInput, exists_in, find_cost
from staffing.models import Position, PositionCost

if TYPE_CHECKING:
    from funding.calculation.inputs import ProgrammeInput

# § 84 GO NRW: plan of the year before, budget year and three more; with a consolidation plan (§ 76) up to ten more.
YEARS_BEFORE, YEARS_AFTER, MOST_YEARS_AFTER = 1, 3, 10

# A year whose budget stands is no forecast any more; changes need the council (§ 81 GO NRW).
CLOSED = {BudgetStatus.ADOPTED, BudgetStatus.IN_FORCE, BudgetStatus.FROZEN}

NO_VERSION = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One amount of the grid: what is stored, in which version, and why it cannot be edited if it cannot.

    ``by_basis`` is what the basis of a position gives for the year; it counts as long as the cell is empty.
    """

    key: str
    year: int
    amount: Decimal | None
    version: int
    note: str
    is_assumption: bool
    locked: str = ""
    by_basis: Decimal | None = None

    @property
    def seen(self) -> str:
        """What the form carries along, to tell later what its reader had seen."""
        return f"{self.version}:{'' if self.amount is None else self.amount}"


@dataclass(frozen=True, slots=True)
class Row:
    """A position or material line with its cells."""

    key: str
    reference: str
    title: str
    detail: str
    per_fte: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ModuleRows:
    """The rows of a funding module."""

    number: int
    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """All rows and years of a programme."""

    years: tuple[int, ...]
    modules: tuple[ModuleRows, ...]

    @property
    def cells(self) -> dict[str, Cell]:
        """Every cell by its key."""
        return {cell.key: cell for module in self.modules for row in module.rows for cell in row.cells}

    @property
    def places(self) -> dict[str, Place]:
        """The reference and year that the calculation knows each cell by."""
        return {
            cell.key: (row.reference, cell.year) for module in self.modules for row in module.rows for cell in row.cells
        }

    @property
    def titles(self) -> dict[str, str]:
        """What each cell is called in messages."""
        return {
            cell.key: f"{row.title} {cell.year}" for module in self.modules for row in module.rows for cell in row.cells
        }


def grid_years(state: ProgrammeState, until: int | None = None) -> tuple[int, ...]:
    """Return the years of the grid: the year before the budget year to three after it, or on to ``until`` (ten)."""
    first = state.budget_year - YEARS_BEFORE
    last = max(state.budget_year + YEARS_AFTER, state.last_year)
    if until is not None:
        last = min(max(last, until), max(last, state.budget_year + MOST_YEARS_AFTER))
    return tuple(range(min(first, state.first_year), last + 1))


def read_grid(state: ProgrammeState, years: Sequence[int]) -> Grid:
    """Return the grid. Costs five statements, whatever the number of positions."""
    funded = FundedPosition.objects.filter(grant_rule__funding_module__programme__slug=state.slug)
    modules = {one.number: one.name for one in state.inputs.modules}
    module_of: dict[int, int] = {}
    for position, number in funded.order_by("valid_from").values_list(
        "position_id", "grant_rule__funding_module__number"
    ):
        module_of.setdefault(position, number)
    positions = list(Position.objects.filter(pk__in=module_of).select_related("provider").order_by("reference"))
    lines = list(
        MaterialLine.objects.filter(funding_module__programme__slug=state.slug)
        .select_related("provider", "funding_module")
        .order_by("kind", "name")
    )
    span = {"fiscal_year__gte": years[0], "fiscal_year__lte": years[-1]}
    costs = {
        ("p", cost.position_id, cost.fiscal_year): cost
        for cost in PositionCost.objects.filter(position__in=positions, **span)
    }
    material = {
        ("m", cost.material_line_id, cost.fiscal_year): cost
        for cost in MaterialCost.objects.filter(material_line__in=lines, **span)
    }
    found_by = {one.position.reference: one.position for module in state.inputs.modules for one in module.funded}
    rows: dict[int, list[Row]] = defaultdict(list)
    for place in positions:
        detail = _("%(provider)s · %(fte)s") % {"provider": place.provider, "fte": formatting.fte(place.fte)}
        cells = tuple(
            replace(
                _cell("p", place.pk, year, costs, _closed(state, year) or _unplanned(place, year)),
                by_basis=_by_basis(found_by.get(place.reference), year, state),
            )
            for year in years
        )
        rows[module_of[place.pk]].append(
            Row(f"p{place.pk}", place.reference, place.title, detail, per_fte=False, cells=cells)
        )
    for line in lines:
        cells = tuple(_cell("m", line.pk, year, material, _closed(state, year)) for year in years)
        detail = _("je Vollzeitstelle") if line.per_fte else _("im Jahr")
        rows[line.funding_module.number].append(
            Row(f"m{line.pk}", f"material-{line.pk}", line.name, detail, line.per_fte, cells)
        )
    return Grid(tuple(years), tuple(ModuleRows(number, name, tuple(rows[number])) for number, name in modules.items()))


def forecast(
    state: ProgrammeState, scenario: str, years: Sequence[int], amounts: Mapping[Place, Decimal | None] | None = None
) -> dict[int, YearFigures]:
    """Return the figures of the years, with ``amounts`` in place of what is stored; beyond the plan as well."""
    # What is typed is the plan; what the scenario changes in it comes after.
    inputs: ProgrammeInput = with_costs(state.inputs, amounts or {})
    inputs = apply_overrides(inputs, state.scenario(scenario).overrides)
    return {year: compute_year(inputs, year) for year in years}


def _cell(
    kind: str,
    pk: int,
    year: int,
    costs: Mapping[tuple[str, int, int], PositionCost] | Mapping[tuple[str, int, int], MaterialCost],
    locked: str,
) -> Cell:
    key = f"{kind}{pk}-{year}"
    cost = costs.get((kind, pk, year))
    if cost is None:
        return Cell(key, year, None, NO_VERSION, "", is_assumption=False, locked=locked)
    is_assumption = cost.as_source().status.is_assumption
    return Cell(key, year, cost.amount, cost.version, cost.note, is_assumption=is_assumption, locked=locked)


def _by_basis(position: PositionInput | None, year: int, state: ProgrammeState) -> Decimal | None:
    """Return what the basis gives for a year the position is planned in; None where nothing but an amount can."""
    if position is None or position.pay is None or not exists_in(position, year):
        return None
    found = find_cost(position, year, None, state.inputs.time_rule).by_basis
    return None if found is None else found.amount


def _closed(state: ProgrammeState, year: int) -> str:
    status = state.status_of(year)
    if status not in CLOSED:
        return ""
    return _("Haushalt %(year)s: %(status)s") % {"year": year, "status": BudgetStatus(status).label}


def _unplanned(position: Position, year: int) -> str:
    if position.planned_from.year > year:
        return _("Die Stelle ist erst ab %(day)s geplant.") % {"day": formatting.date(position.planned_from)}
    if position.planned_until is not None and position.planned_until.year < year:
        return _("Die Stelle ist nur bis %(day)s geplant.") % {"day": formatting.date(position.planned_until)}
    return ""
