"""A programme as it stands at one instant, and the figures of a year that follow from it.

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
from funding.calculation.document import FrozenFigures
from funding.calculation.financeanswers import FinanceAnswers
from funding.calculation.inputs import Override, Parameter, ProgrammeInput
from funding.calculation.scenarios import apply_overrides
from funding.calculation.sensitivity import Effect, sensitivity
from funding.calculation.shortfall import YearFigures, compute_year
from funding.facts import AwardFacts, VersionFacts
from funding.inputs_from_rows import inputs_of
from funding.models import scenario as scenarios
from funding.papers import CouncilFacts, PaperFacts, council_of
from funding.snapshot import snapshot_of
from funding.source_from_row import Row, day_of, source_of
from funding.statements import answers_of
from kim.errors import PeriodError, RuleError
from kim.years import Period

IN_FORCE = scenarios.IN_FORCE


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
class ProgrammeState:
    """A programme as it stands at one instant: facts for the pages, inputs for the calculation.

    A frozen one (``version``) answers the figures of its document; they are never computed anew. ``document`` has the
    rows it was frozen with, for what is shown of a version beside its figures.
    """

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
    council: CouncilFacts
    statements: Mapping[str, FinanceAnswers]
    inputs: ProgrammeInput
    version: VersionFacts | None = None
    frozen: FrozenFigures | None = None
    document: Mapping[str, Any] | None = None

    @property
    def papers(self) -> tuple[PaperFacts, ...]:
        """The council papers, oldest first."""
        return self.council.papers

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
        """Return the figures of a year; computed once per state, year and scenario, or as they were frozen."""
        year, scenario = self.require_year(year), self.scenario(scenario).slug
        return _figures(self, year, scenario) if self.frozen is None else self.frozen.year(scenario, year)

    def recomputed(self, year: int, scenario: str = IN_FORCE) -> YearFigures:
        """Return what the rules of today make of the inputs; differs from ``figures`` only for a frozen state."""
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
    return compute_year(_inputs_of(state, scenario), year)


@lru_cache(maxsize=64)
def _inputs_of(state: ProgrammeState, scenario: str) -> ProgrammeInput:
    return apply_overrides(state.inputs, state.scenario(scenario).overrides)


@lru_cache(maxsize=64)
def _sensitivity(state: ProgrammeState, year: int, scenario: str) -> tuple[Effect, ...]:
    return sensitivity(_inputs_of(state, scenario), year, _figures(state, year, scenario))


@lru_cache(maxsize=64)
def _coverage(state: ProgrammeState, year: int, scenario: str) -> Coverage:
    inputs = apply_overrides(state.inputs, state.scenario(scenario).overrides)
    return coverage(inputs, year, _figures(state, year, scenario))


def state_of(text: str) -> ProgrammeState:
    """Return the programme as the text of a snapshot has it; the text may also be of a state that is past."""
    return state_from(json.loads(text), hashlib.sha256(text.encode()).hexdigest())


def state_from(data: Row, seal: str) -> ProgrammeState:
    """Return the programme as the rows of a snapshot have it, under a seal that no other rows have."""
    return ProgrammeState(
        seal=seal,
        slug=data["slug"],
        name=data["name"],
        short_name=data["short_name"],
        municipality=data["municipality"],
        grantor=data["grantor"],
        internal_order=data["internal_order"],
        limited_until=day_of(data["limited_until"]),
        budget_year=data["budget_year"],
        first_year=data["first_year"],
        last_year=data["last_year"],
        budget_status={row["fiscal_year"]: row["status"] for row in data["budget_years"]},
        accounts={row["use"]: row["number"] for row in data["accounts"]},
        scenarios=_scenarios(data),
        awards=_awards(data),
        council=council_of(data),
        statements=answers_of(data, source_of),
        inputs=inputs_of(data),
    )


_state = lru_cache(maxsize=32)(state_of)


def _scenarios(data: Row) -> tuple[ScenarioFacts, ...]:
    overrides: dict[int, list[Override]] = defaultdict(list)
    names: dict[int, dict[str, str]] = defaultdict(dict)
    titles: dict[int, dict[str, str]] = defaultdict(dict)
    for row in data["overrides"]:
        source = source_of(row, "funding.ScenarioOverride")
        overrides[row["scenario"]].append(
            Override(
                Parameter(row["parameter"]),
                day_of(row["last_day"]),
                source,
                row["provider"],
                row["position"],
                day_of(row["first_day"]),
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
            row["covers"],
            row["reference"],
        )
        for row in data["awards"]
    )
