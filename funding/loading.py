"""Loads a case file (``funding/data/*.toml``) into rows: all of it or nothing, and only once.

Rows that exist already belong to the finance staff: loading a second time changes nothing.
"""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from funding.calculation.reconcile import read_printed
from funding.models import (
    Cap,
    Committee,
    CouncilPaper,
    Deadline,
    FinanceStatement,
    FundedPosition,
    FundingModule,
    GrantAward,
    GrantRule,
    LedgerAccount,
    LumpSum,
    MaterialCost,
    MaterialLine,
    Meeting,
    Municipality,
    PaperItem,
    PrintedFigure,
    Programme,
    RoundingRule,
    Scenario,
    ScenarioOverride,
    TopUp,
)
from kim.figures import Status
from kim.rounding import allocate
from staffing.models import Position, PositionCost, Provider

FOUNDING_CASE = Path(__file__).parent / "data" / "leverkusen_2021_1121.toml"

Table = dict[str, Any]


def load_case(file: Path = FOUNDING_CASE) -> bool:
    """Load the case unless its programme exists; returns whether anything was loaded."""
    with file.open("rb") as stream:
        case = tomllib.load(stream, parse_float=Decimal)
    if Programme.objects.filter(slug=case["programme"]["slug"]).exists():
        return False
    with transaction.atomic():
        _load(case)
    return True


def _sourced(entry: Table) -> Table:
    return {
        "source": entry["source"],
        "source_status": entry.get("status", Status.VERIFIED.value),
        "note": entry.get("note", ""),
    }


def _load(case: Table) -> None:
    municipality, _created = Municipality.objects.get_or_create(
        slug=case["municipality"]["slug"], defaults={"name": case["municipality"]["name"]}
    )
    programme = Programme.objects.create(municipality=municipality, **case["programme"])
    for account in case["accounts"]:
        LedgerAccount.objects.create(
            programme=programme, use=account["use"], number=account["number"], **_sourced(account)
        )
    rounding = case["rounding"]
    RoundingRule.objects.create(
        programme=programme,
        base=Decimal(rounding["base"]),
        direction=rounding["direction"],
        valid_from=rounding["valid_from"],
        **_sourced(rounding),
    )
    providers = {
        entry["slug"]: Provider.objects.get_or_create(
            slug=entry["slug"], defaults={"name": entry["name"], "kind": entry["kind"]}
        )[0]
        for entry in case["providers"]
    }
    positions: list[Position] = []
    for entry in case["modules"]:
        positions += _load_module(programme, entry, providers, case)
    _load_position_costs(programme, positions, case["position_costs"])
    for award in case["awards"]:
        GrantAward.objects.create(programme=programme, award_date=award["award_date"], **_sourced(award))
    for top_up in case["top_ups"]:
        TopUp.objects.create(
            programme=programme,
            fiscal_year=top_up["fiscal_year"],
            stage=top_up["stage"],
            amount=Decimal(top_up["amount"]),
            **_sourced(top_up),
        )
    for deadline in case["deadlines"]:
        Deadline.objects.create(
            programme=programme,
            kind=deadline["kind"],
            day=deadline.get("day"),
            text=deadline["text"],
            **_sourced(deadline),
        )
    _load_scenarios(programme, case["scenarios"], providers)
    for paper in case["papers"]:
        _load_paper(programme, municipality, paper)


def _load_module(programme: Programme, entry: Table, providers: dict[str, Provider], case: Table) -> list[Position]:
    minimum = case["minimum_fte"]
    module = FundingModule.objects.create(
        programme=programme,
        number=entry["number"],
        kind=entry["kind"],
        name=entry["name"],
        instrument=entry["instrument"],
        minimum_fte=Decimal(minimum["value"]),
        minimum_fte_source=minimum["source"],
    )
    amounts_from = case["validity"]["amounts_from"]
    rules: dict[str, GrantRule] = {}
    for rule in entry["rules"]:
        rules[rule["name"]] = GrantRule.objects.create(
            funding_module=module,
            name=rule["name"],
            basis=rule["basis"],
            limited_to_cost=rule.get("limited_to_cost", False),
        )
        LumpSum.objects.create(
            grant_rule=rules[rule["name"]], amount=Decimal(rule["amount"]), valid_from=amounts_from, **_sourced(rule)
        )
    for cap in entry["caps"]:
        Cap.objects.create(
            funding_module=module,
            covers=cap["covers"],
            amount=Decimal(cap["amount"]),
            valid_from=amounts_from,
            **_sourced(cap),
        )
    for line in entry.get("material", ()):
        material = MaterialLine.objects.create(
            funding_module=module,
            kind=line["kind"],
            name=line["name"],
            provider=providers[line["provider"]],
            per_fte=line["per_fte"],
            grant_rule=rules[line["rule"]],
        )
        for year in programme.years:
            later = year > programme.budget_year
            MaterialCost.objects.create(
                material_line=material,
                fiscal_year=year,
                amount=Decimal(line["amount"]),
                source=line["source"],
                source_status=Status.ASSUMED.value if later else line["status"],
                note=case["material_costs"]["note_later"] if later else line["note"],
            )
    found = []
    for place in entry["positions"]:
        position = Position.objects.create(
            reference=place["reference"],
            title=place["title"],
            provider=providers[place["provider"]],
            fte=Decimal(place["fte"]),
            planned_from=case["validity"]["positions_from"],
            filled_from=place.get("filled_from"),
            filled_from_latest=place.get("filled_from_latest"),
            filled_from_precision=place.get("filled_from_precision", "day"),
        )
        FundedPosition.objects.create(
            position=position,
            grant_rule=rules[place["rule"]],
            valid_from=case["validity"]["positions_from"],
            **_sourced(place),
        )
        found.append(position)
    return found


def _load_position_costs(programme: Programme, positions: list[Position], costs: Table) -> None:
    """Apportion the known total over the shares of the positions; the parts add up to it to the cent."""
    amounts = allocate(Decimal(costs["total"]), [position.fte for position in positions])
    for year in programme.years:
        later = year > programme.budget_year
        PositionCost.objects.bulk_create(
            PositionCost(
                position=position,
                fiscal_year=year,
                amount=amount,
                source=costs["source"],
                source_status=Status.ASSUMED.value if later else costs["status"],
                note=costs["note_later"] if later else costs["note"],
            )
            for position, amount in zip(positions, amounts, strict=True)
        )


def _load_scenarios(programme: Programme, entries: list[Table], providers: dict[str, Provider]) -> None:
    for order, entry in enumerate(entries):
        scenario = Scenario.objects.create(
            programme=programme, slug=entry["slug"], name=entry["name"], description=entry["description"], order=order
        )
        for override in entry.get("overrides", ()):
            ScenarioOverride.objects.create(
                scenario=scenario,
                parameter=override["parameter"],
                last_day=override.get("last_day"),
                provider=providers[override["provider"]] if "provider" in override else None,
                source=override["source"],
                source_status=Status.ASSUMED.value,
            )


def _load_paper(programme: Programme, municipality: Municipality, entry: Table) -> None:
    paper = CouncilPaper.objects.create(
        programme=programme,
        number=entry["number"],
        slug=entry["slug"],
        title=entry["title"],
        paper_date=entry["paper_date"],
        url=entry["url"],
    )
    PaperItem.objects.bulk_create(PaperItem(paper=paper, **item) for item in entry["items"])
    for meeting in entry["meetings"]:
        committee, _created = Committee.objects.get_or_create(municipality=municipality, name=meeting["committee"])
        Meeting.objects.create(
            paper=paper, committee=committee, meeting_date=meeting["meeting_date"], role=meeting["role"]
        )
    PrintedFigure.objects.bulk_create(
        PrintedFigure(paper=paper, number=number, **{**line, "amount": _printed_amount(line)})
        for number, line in enumerate(entry.get("printed", ()), start=1)
    )
    if "finance" in entry:
        said = {name: value for name, value in entry["finance"].items() if name not in {"source", "status", "note"}}
        FinanceStatement.objects.create(paper=paper, **said, **_sourced(entry["finance"]))


def _printed_amount(line: Table) -> Decimal | None:
    """Return the amount of a printed figure: as the case says, else as the print reads, which may be not at all."""
    return Decimal(line["amount"]) if "amount" in line else read_printed(line["printed"])
