"""From rows to inputs of the calculation, and from inputs to the figures of a year.

The text of a snapshot is the key of everything computed from it: whoever reads the same rows gets the same figures
without computing them twice, and nothing can go stale, because the rows are read anew each time.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from funding.calculation.coverage import Coverage, coverage
from funding.calculation.inputs import (
    AwardInput,
    DatedAmount,
    FundedInput,
    MaterialInput,
    MaterialKind,
    ModuleInput,
    Override,
    Parameter,
    ProgrammeInput,
    RoundingInput,
    RuleInput,
)
from funding.calculation.rules import UNIT_OF, Basis
from funding.calculation.scenarios import apply_overrides
from funding.calculation.sensitivity import Effect, sensitivity
from funding.calculation.shortfall import YearFigures, compute_year
from funding.models import scenario as scenarios
from funding.snapshot import snapshot_of
from kim.errors import PeriodError, RuleError
from kim.figures import EUR, EUR_PER_FTE, FTE, Source, Status, given
from kim.rounding import Direction
from kim.timeshare import Limit, TimeRule
from kim.years import Period, Proration
from staffing.calculation import PositionInput, ProviderInput
from staffing.models import ProviderKind

IN_FORCE = scenarios.IN_FORCE
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ScenarioFacts:
    """A scenario as pages and API show it."""

    slug: str
    name: str
    description: str
    overrides: tuple[Override, ...]
    provider_names: Mapping[str, str]
    position_titles: Mapping[str, str]


LAW_IN_FORCE = ScenarioFacts(IN_FORCE, "Geltendes Recht", "", (), {}, {})


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """A notice of the state; amount and period are None where they are not public."""

    funding_module: int | None
    award_date: date
    period: Period | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """A council paper as pages name it."""

    number: str
    slug: str
    title: str
    paper_date: date
    status: str


@dataclass(frozen=True, slots=True)
class ProgrammeState:
    """A programme as it stands at one instant: facts for the pages, inputs for the calculation."""

    seal: str
    slug: str
    name: str
    short_name: str
    municipality: str
    grantor: str
    internal_order: str
    limited_until: date | None
    budget_year: int
    first_year: int
    last_year: int
    budget_status: Mapping[int, str]
    accounts: Mapping[str, str]
    scenarios: tuple[ScenarioFacts, ...]
    awards: tuple[AwardFacts, ...]
    papers: tuple[PaperFacts, ...]
    inputs: ProgrammeInput

    @property
    def years(self) -> range:
        """The planning years."""
        return range(self.first_year, self.last_year + 1)

    def status_of(self, year: int) -> str:
        """How far the budget of ``year`` has come; a draft unless the treasury says otherwise."""
        return self.budget_status.get(year, "draft")

    def scenario(self, slug: str) -> ScenarioFacts:
        """Return the scenario; raises ``RuleError`` for one that does not exist."""
        for one in self.scenarios:
            if one.slug == slug:
                return one
        if slug == IN_FORCE:
            # The law in force needs no row: nothing is set otherwise.
            return LAW_IN_FORCE
        known = ", ".join(one.slug for one in self.scenarios)
        message = f"Das Szenario „{slug[:60]}“ gibt es nicht. Es gibt: {known}."
        raise RuleError(message, field="scenario", value=slug)

    def require_year(self, year: int) -> int:
        """Return the year; raises ``PeriodError`` for one outside the plan."""
        if year not in self.years:
            message = f"{year} liegt nicht im Plan. Geplant sind {self.first_year} bis {self.last_year}."
            raise PeriodError(message, field="year", value=year)
        return year

    def figures(self, year: int, scenario: str = IN_FORCE) -> YearFigures:
        """Return the figures of a year; computed once per state, year and scenario."""
        return _figures(self, self.require_year(year), self.scenario(scenario).slug)

    def sensitivity(self, year: int, scenario: str = IN_FORCE) -> tuple[Effect, ...]:
        """Return what moves the shortfall of a year; computed once per state, year and scenario."""
        return _sensitivity(self, self.require_year(year), self.scenario(scenario).slug)

    def coverage(self, year: int, scenario: str = IN_FORCE) -> Coverage:
        """Return lump sums against real cost of a year; computed once per state, year and scenario."""
        return _coverage(self, self.require_year(year), self.scenario(scenario).slug)

    def __hash__(self) -> int:
        """Hash by the seal: equal rows are the same state."""
        return hash(self.seal)

    def __eq__(self, other: object) -> bool:
        """Equal rows are the same state."""
        return isinstance(other, ProgrammeState) and self.seal == other.seal


def programme_state(slug: str, first_year: int = 2000, last_year: int = 2099) -> ProgrammeState | None:
    """Return the programme as it stands now, or None when there is none. One SQL statement."""
    text = snapshot_of(slug, first_year, last_year)
    return None if text is None else _state(text)


@lru_cache(maxsize=512)
def _figures(state: ProgrammeState, year: int, scenario: str) -> YearFigures:
    return compute_year(apply_overrides(state.inputs, state.scenario(scenario).overrides), year)


@lru_cache(maxsize=64)
def _sensitivity(state: ProgrammeState, year: int, scenario: str) -> tuple[Effect, ...]:
    inputs = apply_overrides(state.inputs, state.scenario(scenario).overrides)
    return sensitivity(inputs, year, _figures(state, year, scenario))


@lru_cache(maxsize=64)
def _coverage(state: ProgrammeState, year: int, scenario: str) -> Coverage:
    inputs = apply_overrides(state.inputs, state.scenario(scenario).overrides)
    return coverage(inputs, year, _figures(state, year, scenario))


def state_of(text: str) -> ProgrammeState:
    """Return the programme as the text of a snapshot has it; the text may also be of a state that is past."""
    data = json.loads(text)
    return ProgrammeState(
        seal=hashlib.sha256(text.encode()).hexdigest(),
        slug=data["slug"],
        name=data["name"],
        short_name=data["short_name"],
        municipality=data["municipality"],
        grantor=data["grantor"],
        internal_order=data["internal_order"],
        limited_until=_day(data["limited_until"]),
        budget_year=data["budget_year"],
        first_year=data["first_year"],
        last_year=data["last_year"],
        budget_status={row["fiscal_year"]: row["status"] for row in data["budget_years"]},
        accounts={row["use"]: row["number"] for row in data["accounts"]},
        scenarios=_scenarios(data),
        awards=_awards(data),
        papers=tuple(
            PaperFacts(row["number"], row["slug"], row["title"], date.fromisoformat(row["paper_date"]), row["status"])
            for row in data["papers"]
        ),
        inputs=_inputs(data),
    )


_state = lru_cache(maxsize=32)(state_of)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _period(row: Row) -> Period:
    return Period(date.fromisoformat(row["valid_from"]), _day(row["valid_to"]))


def _source(row: Row, model: str) -> Source:
    """Readers see the office that entered a value, not the person (privacy); the history names the account."""
    office = "Finanzverwaltung" if row["entered_by"] else "Grunddaten des Programms"
    return Source(row["source"], Status(row["status"]), row["note"], f"{model}#{row['id']}", office, row["entered_on"])


def _provider(row: Row) -> ProviderInput:
    return ProviderInput(row["provider"], row["provider_name"], row["provider_kind"] == ProviderKind.DEPARTMENT)


def _inputs(data: Row) -> ProgrammeInput:
    limited = Source(data["limited_until_source"] or "Keine Befristung eingetragen", row="funding.Programme")
    top_ups: dict[int, dict[str, Any]] = defaultdict(dict)
    for row in data["top_ups"]:
        amount = given(f"top_up_{row['stage']}", Decimal(row["amount"]), EUR, _source(row, "funding.TopUp"))
        top_ups[row["year"]][row["stage"]] = amount
    return ProgrammeInput(
        modules=_modules(data),
        grant_until=Limit(_day(data["limited_until"]), limited),
        time_rule=TimeRule(
            Proration(data["proration"]),
            Source(data["proration_source"], Status(data["proration_status"]), row="funding.Programme"),
        ),
        rounding=tuple(
            RoundingInput(
                given("rounding_base", Decimal(row["base"]), EUR, _source(row, "funding.RoundingRule")),
                Direction(row["direction"]),
                _period(row),
            )
            for row in data["rounding"]
        ),
        top_ups=top_ups,
    )


def _modules(data: Row) -> tuple[ModuleInput, ...]:
    rules = _rules(data)
    funded = _funded(data, rules)
    material = _material(data, rules)
    caps: dict[int, dict[str, list[DatedAmount]]] = defaultdict(lambda: defaultdict(list))
    for row in data["caps"]:
        amount = given("cap", Decimal(row["amount"]), EUR, _source(row, "funding.Cap"))
        caps[row["funding_module"]][row["covers"]].append(DatedAmount(amount, _period(row)))
    awards: dict[int, list[AwardInput]] = defaultdict(list)
    for row in data["awards"]:
        if row["amount"] is not None:
            period = Period(date.fromisoformat(row["period_start"]), date.fromisoformat(row["period_end"]))
            amount = given("award", Decimal(row["amount"]), EUR, _source(row, "funding.GrantAward"))
            awards[row["funding_module"]].append(AwardInput(row["covers"], period, amount))
    return tuple(
        ModuleInput(
            number=row["number"],
            kind=row["kind"],
            name=row["name"],
            minimum_fte=None
            if row["minimum_fte"] is None
            else given("minimum_fte", Decimal(row["minimum_fte"]), FTE, Source(row["minimum_fte_source"])),
            funded=tuple(funded[row["id"]]),
            material=tuple(material[row["id"]]),
            caps={covers: tuple(found) for covers, found in caps[row["id"]].items()},
            awards=tuple(awards[row["id"]]),
        )
        for row in data["modules"]
    )


def _rules(data: Row) -> dict[int, RuleInput]:
    basis = {row["id"]: Basis(row["basis"]) for row in data["rules"]}
    amounts: dict[int, list[DatedAmount]] = defaultdict(list)
    for row in data["lump_sums"]:
        unit = UNIT_OF[basis[row["rule"]]]
        amount = given("lump_sum", Decimal(row["amount"]), unit, _source(row, "funding.LumpSum"))
        amounts[row["rule"]].append(DatedAmount(amount, _period(row)))
    return {
        row["id"]: RuleInput(row["name"], basis[row["id"]], row["limited_to_cost"], tuple(amounts[row["id"]]))
        for row in data["rules"]
    }


def _funded(data: Row, rules: Mapping[int, RuleInput]) -> dict[int, list[FundedInput]]:
    costs: dict[int, dict[int, Any]] = defaultdict(dict)
    titles = {row["position"]: row["title"] for row in data["funded"]}
    for row in data["position_costs"]:
        source = _source(row, "staffing.PositionCost")
        subject = titles[row["position"]]
        costs[row["position"]][row["year"]] = given(
            "position_cost", Decimal(row["amount"]), EUR, source, subject=subject
        )
    positions: dict[int, PositionInput] = {}
    found: dict[int, list[FundedInput]] = defaultdict(list)
    for row in data["funded"]:
        key = row["position"]
        source = _source(row, "funding.FundedPosition")
        if key not in positions:
            # The plan of positions has no source of its own: what proves a share is what proves the funding.
            share = Decimal(row["fte"]).normalize() + 0
            positions[key] = PositionInput(
                row["reference"],
                row["title"],
                _provider(row),
                given("fte", share, FTE, source, subject=row["title"]),
                Period(date.fromisoformat(row["planned_from"]), _day(row["planned_until"])),
                costs[key],
            )
        found[row["funding_module"]].append(FundedInput(positions[key], rules[row["rule"]], _period(row), source))
    return found


def _material(data: Row, rules: Mapping[int, RuleInput]) -> dict[int, list[MaterialInput]]:
    lines = {row["id"]: row for row in data["material"]}
    costs: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in data["material_costs"]:
        line = lines[row["line"]]
        key, unit = ("cost_per_fte", EUR_PER_FTE) if line["per_fte"] else (f"{line['kind']}_cost", EUR)
        source = _source(row, "funding.MaterialCost")
        costs[row["line"]][row["year"]] = given(key, Decimal(row["amount"]), unit, source, subject=line["name"])
    found: dict[int, list[MaterialInput]] = defaultdict(list)
    for row in data["material"]:
        found[row["funding_module"]].append(
            MaterialInput(
                f"material-{row['id']}",
                row["name"],
                MaterialKind(row["kind"]),
                _provider(row),
                row["per_fte"],
                costs[row["id"]],
                rules[row["rule"]] if row["rule"] is not None else None,
            )
        )
    return found


def _scenarios(data: Row) -> tuple[ScenarioFacts, ...]:
    overrides: dict[int, list[Override]] = defaultdict(list)
    names: dict[int, dict[str, str]] = defaultdict(dict)
    titles: dict[int, dict[str, str]] = defaultdict(dict)
    for row in data["overrides"]:
        source = _source(row, "funding.ScenarioOverride")
        overrides[row["scenario"]].append(
            Override(
                Parameter(row["parameter"]),
                _day(row["last_day"]),
                source,
                row["provider"],
                row["position"],
                _day(row["first_day"]),
                row["first_year"],
                None if row["percent"] is None else Decimal(row["percent"]),
            )
        )
        if row["provider"]:
            names[row["scenario"]][row["provider"]] = row["provider_name"]
        if row["position"]:
            titles[row["scenario"]][row["position"]] = row["position_title"]
    return tuple(
        ScenarioFacts(
            row["slug"],
            row["name"],
            row["description"],
            tuple(overrides[row["id"]]),
            names[row["id"]],
            titles[row["id"]],
        )
        for row in data["scenarios"]
    )


def _awards(data: Row) -> tuple[AwardFacts, ...]:
    numbers = {row["id"]: row["number"] for row in data["modules"]}
    return tuple(
        AwardFacts(
            numbers.get(row["funding_module"]),
            date.fromisoformat(row["award_date"]),
            None
            if row["period_start"] is None
            else Period(date.fromisoformat(row["period_start"]), date.fromisoformat(row["period_end"])),
            None if row["amount"] is None else Decimal(row["amount"]),
        )
        for row in data["awards"]
    )
