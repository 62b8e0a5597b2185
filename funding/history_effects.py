"""What a change moved in the shortfall: the core's answer right after it, less its answer right before it.

The state of back then is put together from the events: everything else stands as it was stored at that moment, in the
scenario as it was defined at that moment. So the effects of one fiscal year add up to the difference between the
shortfall at the end and at the beginning of a period. A yearly amount counts in its own fiscal year, everything else
in the year that was asked for. What the core cannot compute in between (a rule whose amounts overlap, a year outside
the plan of that time, a scenario that did not exist yet) has no amount but a reason; nothing is estimated.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from funding.calculation.scenarios import apply_overrides
from funding.calculation.shortfall import compute_year
from funding.history import INSERT, Event, Place, Row, read_events, rows_at, scopes
from funding.models import (
    BudgetYear,
    Cap,
    Committee,
    CommitteeQuestion,
    CouncilPaper,
    Deadline,
    FinanceStatement,
    ForecastVersion,
    FundedPosition,
    FundingModule,
    GrantAward,
    GrantRule,
    ItemLink,
    LedgerAccount,
    LumpSum,
    MaterialCost,
    MaterialLine,
    Meeting,
    Municipality,
    PaperItem,
    PrintedFigure,
    Programme,
    Resolution,
    RoundingRule,
    Scenario,
    ScenarioOverride,
    TopUp,
)
from funding.models.finance import AMOUNTS, PLAIN
from funding.selectors import state_of
from funding.snapshot import BASIS_AMOUNTS, BASIS_COLUMNS
from funding.tracked import TRACKED, Rows
from kim.errors import KimError
from staffing.models import PayRate, PayRise, Position, PositionBasis, PositionBasisKind, PositionCost, Provider
from staffing.pay_rows import COLUMNS

# The shortfall is computed without these; computing it twice would only show the same amount.
BESIDE_THE_SHORTFALL = frozenset({
    Municipality, BudgetYear, RoundingRule, LedgerAccount, TopUp, Deadline, Committee, CouncilPaper,
    PaperItem, Meeting, ItemLink, Resolution, PrintedFigure, FinanceStatement, ForecastVersion, CommitteeQuestion,
})  # fmt: skip
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Effect:
    """By how many euros a change moved the shortfall of ``year``; None with the reason where that has no answer."""

    year: int
    amount: Decimal | None
    reason: str = ""


def effects(
    programme: Programme, events: Sequence[Event], *, year: int, scenario: str, loaded_at: datetime | None
) -> dict[tuple[Rows, int], Effect]:
    """Return the effect of each event, by its model and number. Two statements, whatever their number."""
    if not events:
        return {}
    wanted = {(event.model, event.number) for event in events}
    first, last = min(event.at for event in events), max(event.at for event in events)
    scope = scopes(programme)
    world = World(rows_at((model, q & Q(pgh_created_at__lt=first)) for model, q in scope.items()))
    span = Q(pgh_created_at__gte=first, pgh_created_at__lte=last)
    found: dict[tuple[Rows, int], Effect] = {}
    shortfall = _Shortfall(world, scenario)
    for event in sorted(read_events((model, q & span) for model, q in scope.items()), key=lambda one: one.order):
        key = (event.model, event.number)
        of_year = event.row.get("fiscal_year", year)
        if key not in wanted or event.model in BESIDE_THE_SHORTFALL:
            found[key] = Effect(of_year, NOTHING)
        elif event.label == INSERT and event.at == loaded_at:
            found[key] = Effect(of_year, None, _("Davor gab es das Programm noch nicht."))
        else:
            # Of two transactions at once the later one may have begun first; the row itself knows better.
            world.put(event.model, event.pk, event.before)
            before, reason = shortfall.of(of_year)
            world.put(event.model, event.pk, event.after)
            after, reason_after = shortfall.of(of_year)
            moved = None if before is None or after is None else after - before
            found[key] = Effect(of_year, moved, reason or reason_after)
        world.put(event.model, event.pk, event.after)
    return {key: effect for key, effect in found.items() if key in wanted}


class _Shortfall:
    """The shortfall of a world, computed once as long as nothing in it changes."""

    def __init__(self, world: "World", scenario: str) -> None:
        self.world, self.scenario = world, scenario
        self.known: dict[int, tuple[int, Decimal | None, str]] = {}

    def of(self, year: int) -> tuple[Decimal | None, str]:
        """Return the shortfall in euros, or None and the reason."""
        revision, amount, reason = self.known.get(year, (-1, None, ""))
        if revision != self.world.revision:
            try:
                amount, reason = self._computed(year), ""
            except KimError as error:
                amount, reason = None, error.message
            self.known[year] = (self.world.revision, amount, reason)
        return amount, reason

    def _computed(self, year: int) -> Decimal:
        state = state_of(json.dumps(self.world.snapshot()))
        overrides = state.scenario(self.scenario).overrides
        return (
            compute_year(apply_overrides(state.inputs, overrides), state.require_year(year)).figures["shortfall"].amount
        )


class World:
    """All rows of one programme at one instant, as the events tell them."""

    def __init__(self, rows: Mapping[Place, Row]) -> None:
        """Take rows as ``rows_at`` returns them."""
        self.revision = 0
        self.tables: dict[Rows, dict[int, Row]] = {model: {} for model in TRACKED}
        for (model, pk), row in rows.items():
            if not row["is_gone"]:
                self.tables[model][pk] = row

    def put(self, model: Rows, pk: int, row: Row | None) -> None:
        """Let a row have these columns; None takes it away."""
        table = self.tables[model]
        if table.get(pk) == row:
            return
        self.revision += 1
        if row is None:
            table.pop(pk, None)
        else:
            table[pk] = row

    def snapshot(self) -> Row:
        """Return what ``funding.snapshot`` would have read; raises ``KimError`` where there is no programme."""
        if not self.tables[Programme]:
            message = _("Das Programm gab es noch nicht.")
            raise KimError(message)
        (programme,) = self.tables[Programme].values()
        plain = (
            "slug", "name", "short_name", "grantor", "limited_until", "limited_until_source", "internal_order",
            "budget_year", "first_year", "last_year", "proration", "proration_source", "proration_status",
        )  # fmt: skip
        found = {column: programme[column] for column in plain}
        found["municipality"] = self._get(Municipality, programme["municipality_id"]).get("name", "")
        for name, (model, columns, order) in _SECTIONS.items():
            rows = [(self._section_row(model, row, columns), row) for row in self._reachable(model)]
            found[name] = [shown for shown, _row in sorted(rows, key=lambda both: order({**both[1], **both[0]}))]
        return found

    def _get(self, model: Rows, pk: int | None) -> Row:
        return {} if pk is None else self.tables[model].get(pk, {})

    def _reachable(self, model: Rows) -> Iterable[Row]:
        """Return the rows whose parents are there; while a transaction is on its way some may not be."""
        parents = _PARENTS.get(model, {})
        funded = {row["position_id"] for row in self.tables[FundedPosition].values()}
        for row in self.tables[model].values():
            if model is GrantAward and row["is_superseded"]:
                continue
            if model in {PositionCost, PositionBasis} and row["position_id"] not in funded:
                continue
            if model in _OF_PAY and not self._is_needed(model, row, funded):
                continue
            if all(row[column] in self.tables[parent] for column, parent in parents.items() if row[column] is not None):
                yield row

    def _is_needed(self, model: Rows, row: Row, funded: Collection[int]) -> bool:
        """Say whether a pay table of the programme needs a row of the pay law."""
        if model is PayRise and row["applies_to_declared"]:
            return True
        same = [name for name in ("tariff", "pay_group") if name in row and (name == "tariff" or model is PayRate)]
        return any(
            model is PayRise or all(basis[name] == row[name] for name in same)
            for basis in self.tables[PositionBasis].values()
            if basis["position_id"] in funded and basis["basis"] == PositionBasisKind.PAY_TABLE
        )

    def _section_row(self, model: Rows, row: Row, columns: Mapping[str, str]) -> Row:
        found = {name: row.get(column) for name, column in columns.items()}
        if "source_status" in row and model is not LedgerAccount:
            found |= {
                "id": row["id"], "source": row["source"], "status": row["source_status"], "note": row["note"],
                "entered_by": row["recorded_by_id"], "entered_on": row["recorded_at"],
            }  # fmt: skip
        if model is FundedPosition:
            found |= self._position(row)
        elif model is FinanceStatement:
            found |= {
                "paper": self._get(CouncilPaper, row["paper_id"]).get("slug"),
                "follow_up_scenario": self._get(Scenario, row["follow_up_scenario_id"]).get("slug"),
            }
        elif model is CouncilPaper:
            found["amendment_to"] = self._get(CouncilPaper, row["amendment_to_id"]).get("slug")
        elif model is PaperItem:
            found |= self._item(row)
        elif model in {MaterialLine, ScenarioOverride}:
            provider = self._get(Provider, row["provider_id"])
            found |= {"provider": provider.get("slug"), "provider_name": provider.get("name")}
            if model is MaterialLine:
                found["provider_kind"] = provider.get("kind")
            else:
                position = self._get(Position, row.get("position_id"))
                found |= {"position": position.get("reference"), "position_title": position.get("title")}
        return found

    def _item(self, row: Row) -> Row:
        decisions = self.tables[Resolution].values()
        decision = next((one for one in decisions if one["item_id"] == row["id"]), {})
        return {
            "paper": self._get(CouncilPaper, row["paper_id"]).get("slug"), "outcome": decision.get("outcome"),
            "decided_on": decision.get("decided_on"), "source": decision.get("source"),
            "source_status": decision.get("source_status"), "decision_note": decision.get("note"),
        }  # fmt: skip

    def _position(self, row: Row) -> Row:
        position = self._get(Position, row["position_id"])
        provider = self._get(Provider, position["provider_id"])
        rule = self._get(GrantRule, row["grant_rule_id"])
        return {
            "funding_module": rule["funding_module_id"], "reference": position["reference"],
            "title": position["title"], "fte": position["fte"], "planned_from": position["planned_from"],
            "planned_until": position["planned_until"], "provider": provider.get("slug"),
            "provider_name": provider.get("name"), "provider_kind": provider.get("kind"),
        }  # fmt: skip


_PARENTS: Mapping[Rows, Mapping[str, Rows]] = {
    GrantRule: {"funding_module_id": FundingModule},
    LumpSum: {"grant_rule_id": GrantRule},
    Cap: {"funding_module_id": FundingModule},
    GrantAward: {"funding_module_id": FundingModule},
    FundedPosition: {"position_id": Position, "grant_rule_id": GrantRule},
    PositionBasis: {"position_id": Position},
    PositionCost: {"position_id": Position},
    MaterialLine: {"funding_module_id": FundingModule, "grant_rule_id": GrantRule, "provider_id": Provider},
    MaterialCost: {"material_line_id": MaterialLine},
    PaperItem: {"paper_id": CouncilPaper},
    ItemLink: {"item_id": PaperItem, "target_id": PaperItem},
    ScenarioOverride: {"scenario_id": Scenario},
    FinanceStatement: {"paper_id": CouncilPaper},
}

Order = Callable[[Row], Any]
_VALID = {"valid_from": "valid_from", "valid_to": "valid_to"}


def _same(*columns: str) -> dict[str, str]:
    return {column: column for column in columns}


def _by(*columns: str) -> Order:
    return lambda row: tuple(row[column] for column in columns)


_OF_PAY = frozenset({PayRise, *(model for model, *_columns in COLUMNS.values())})

# What the snapshot calls each table, its columns (by the snapshot's name), and its order.
_SECTIONS: Mapping[str, tuple[Rows, Mapping[str, str], Order]] = {
    "budget_years": (BudgetYear, _same("fiscal_year", "status"), _by("fiscal_year")),
    "accounts": (LedgerAccount, _same("use", "number"), _by("number")),
    "rounding": (RoundingRule, {**_VALID, **_same("base", "direction")}, _by("valid_from")),
    "modules": (
        FundingModule, _same("id", "number", "kind", "name", "instrument", "minimum_fte", "minimum_fte_source"),
        _by("number"),
    ),
    "rules": (
        GrantRule, {"funding_module": "funding_module_id", **_same("id", "name", "basis", "limited_to_cost")},
        _by("id"),
    ),
    "lump_sums": (LumpSum, {**_VALID, "rule": "grant_rule_id", "amount": "amount"}, _by("rule", "valid_from")),
    "caps": (
        Cap, {**_VALID, "funding_module": "funding_module_id", **_same("covers", "amount")},
        _by("funding_module", "valid_from"),
    ),
    "awards": (
        GrantAward,
        {
            "funding_module": "funding_module_id",
            **_same("covers", "amount", "award_date", "reference", "period_start", "period_end"),
        },
        _by("award_date", "id"),
    ),
    "funded": (
        FundedPosition, {**_VALID, "rule": "grant_rule_id", "position": "position_id"}, _by("reference", "valid_from"),
    ),
    "position_costs": (
        PositionCost, {"position": "position_id", "year": "fiscal_year", "amount": "amount"}, _by("position", "year"),
    ),
    "position_bases": (
        PositionBasis, {"position": "position_id", **_same(*BASIS_COLUMNS, *BASIS_AMOUNTS)},
        _by("position", "first_year"),
    ),
    "pay_rises": (
        PayRise, _same("name", "tariff", "first_day", "applies_to_declared", "percent", "minimum"),
        _by("first_day", "id"),
    ),
    **{
        kind: (model, _same(*plain, *texts), _by("first_year" if "first_year" in plain else "valid_from", "id"))
        for kind, (model, plain, texts) in COLUMNS.items()
    },
    "material": (
        MaterialLine,
        {"funding_module": "funding_module_id", "rule": "grant_rule_id", **_same("id", "kind", "name", "per_fte")},
        _by("kind", "name"),
    ),
    "material_costs": (
        MaterialCost, {"line": "material_line_id", "year": "fiscal_year", "amount": "amount"}, _by("line", "year"),
    ),
    "top_ups": (TopUp, {"year": "fiscal_year", **_same("stage", "amount")}, _by("year", "stage")),
    "scenarios": (Scenario, _same("id", "slug", "name", "description"), _by("order", "slug")),
    "overrides": (
        ScenarioOverride,
        {"scenario": "scenario_id", **_same("parameter", "last_day", "first_day", "first_year", "percent")},
        _by("scenario", "parameter", "id"),
    ),
    "papers": (
        CouncilPaper,
        _same(
            "number", "slug", "title", "paper_date", "date_precision", "status", "kind", "originator",
            "file_reference", "url", "note",
        ),
        _by("paper_date", "number"),
    ),
    "items": (
        PaperItem, _same("id", "number", "kind", "text", "is_verbatim", "holds_until", "status"), _by("paper", "number")
    ),
    "links": (
        ItemLink, {"item": "item_id", "target": "target_id", **_same("kind", "is_effective")}, _by("id"),
    ),
    "finance_statements": (FinanceStatement, _same(*PLAIN, *AMOUNTS), _by("paper")),
}  # fmt: skip
