"""From the rows of a snapshot to the inputs of the calculation: frozen, with the source of every amount."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from funding.calculation.inputs import (
    AwardInput,
    DatedAmount,
    FundedInput,
    MaterialInput,
    MaterialKind,
    ModuleInput,
    ProgrammeInput,
    RoundingInput,
    RuleInput,
)
from funding.calculation.rules import UNIT_OF, Basis
from funding.pay_from_rows import declared_rises, pay_bases
from funding.source_from_row import Row, day_of, source_of
from kim.figures import EUR, EUR_PER_FTE, FTE, Source, Status, given
from kim.rounding import Direction
from kim.timeshare import Limit, TimeRule
from kim.years import Period, Proration
from staffing.calculation import PositionInput, ProviderInput
from staffing.models import ProviderKind


def _period(row: Row) -> Period:
    return Period(date.fromisoformat(row["valid_from"]), day_of(row["valid_to"]))


def _provider(row: Row) -> ProviderInput:
    return ProviderInput(row["provider"], row["provider_name"], row["provider_kind"] == ProviderKind.DEPARTMENT)


def inputs_of(data: Row) -> ProgrammeInput:
    """Return everything that the figures of a year are computed from."""
    limited = Source(data["limited_until_source"] or "Keine Befristung eingetragen", row="funding.Programme")
    top_ups: dict[int, dict[str, Any]] = defaultdict(dict)
    for row in data["top_ups"]:
        amount = given(f"top_up_{row['stage']}", Decimal(row["amount"]), EUR, source_of(row, "funding.TopUp"))
        top_ups[row["year"]][row["stage"]] = amount
    return ProgrammeInput(
        modules=_modules(data),
        grant_until=Limit(day_of(data["limited_until"]), limited),
        time_rule=TimeRule(
            Proration(data["proration"]),
            Source(data["proration_source"], Status(data["proration_status"]), row="funding.Programme"),
        ),
        rounding=tuple(
            RoundingInput(
                given("rounding_base", Decimal(row["base"]), EUR, source_of(row, "funding.RoundingRule")),
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
        amount = given("cap", Decimal(row["amount"]), EUR, source_of(row, "funding.Cap"))
        caps[row["funding_module"]][row["covers"]].append(DatedAmount(amount, _period(row)))
    awards: dict[int, list[AwardInput]] = defaultdict(list)
    for row in data["awards"]:
        if row["amount"] is not None:
            period = Period(date.fromisoformat(row["period_start"]), date.fromisoformat(row["period_end"]))
            amount = given("award", Decimal(row["amount"]), EUR, source_of(row, "funding.GrantAward"))
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
        amount = given("lump_sum", Decimal(row["amount"]), unit, source_of(row, "funding.LumpSum"))
        amounts[row["rule"]].append(DatedAmount(amount, _period(row)))
    return {
        row["id"]: RuleInput(row["name"], basis[row["id"]], row["limited_to_cost"], tuple(amounts[row["id"]]))
        for row in data["rules"]
    }


def _funded(data: Row, rules: Mapping[int, RuleInput]) -> dict[int, list[FundedInput]]:
    costs: dict[int, dict[int, Any]] = defaultdict(dict)
    titles = {row["position"]: row["title"] for row in data["funded"]}
    for row in data["position_costs"]:
        source = source_of(row, "staffing.PositionCost")
        subject = titles[row["position"]]
        costs[row["position"]][row["year"]] = given(
            "position_cost", Decimal(row["amount"]), EUR, source, subject=subject
        )
    pay = pay_bases(data)
    rises = declared_rises(data)
    positions: dict[int, PositionInput] = {}
    found: dict[int, list[FundedInput]] = defaultdict(list)
    for row in data["funded"]:
        key = row["position"]
        source = source_of(row, "funding.FundedPosition")
        if key not in positions:
            # The plan of positions has no source of its own: what proves a share is what proves the funding.
            share = Decimal(row["fte"]).normalize() + 0
            positions[key] = PositionInput(
                row["reference"],
                row["title"],
                _provider(row),
                given("fte", share, FTE, source, subject=row["title"]),
                Period(date.fromisoformat(row["planned_from"]), day_of(row["planned_until"])),
                costs[key],
                pay.get(key),
                rises,
            )
        found[row["funding_module"]].append(FundedInput(positions[key], rules[row["rule"]], _period(row), source))
    return found


def _material(data: Row, rules: Mapping[int, RuleInput]) -> dict[int, list[MaterialInput]]:
    lines = {row["id"]: row for row in data["material"]}
    costs: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in data["material_costs"]:
        line = lines[row["line"]]
        key, unit = ("cost_per_fte", EUR_PER_FTE) if line["per_fte"] else (f"{line['kind']}_cost", EUR)
        source = source_of(row, "funding.MaterialCost")
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
