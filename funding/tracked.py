"""Which rows have a history, in which order it is told, and what belongs together on a page of changes."""

from collections.abc import Mapping

from django.db.models import Model

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
from staffing.models import (
    Allowance,
    AnnualBonus,
    PayRate,
    PayRise,
    Position,
    PositionBasis,
    PositionCost,
    Provider,
    SocialInsuranceRate,
    StepDuration,
    SupplementaryPension,
)

Rows = type[Model]

# In the order in which rows rest on each other: within one transaction, what comes first is told first.
PAY_LAW: tuple[Rows, ...] = (
    PayRate, StepDuration, Allowance, AnnualBonus, SocialInsuranceRate, SupplementaryPension, PayRise,
)  # fmt: skip
TRACKED: tuple[Rows, ...] = (
    Municipality, Programme, BudgetYear, RoundingRule, LedgerAccount, FundingModule, GrantRule, LumpSum, Cap,
    GrantAward, TopUp, Deadline, *PAY_LAW, Provider, Position, FundedPosition, PositionBasis, PositionCost,
    MaterialLine, MaterialCost, Scenario, ScenarioOverride, Committee, CouncilPaper, PaperItem, Meeting, Resolution,
    ItemLink, PrintedFigure, FinanceStatement, ForecastVersion, CommitteeQuestion,
)  # fmt: skip
KINDS: Mapping[str, tuple[Rows, ...]] = {
    "stellen": (Position, FundedPosition, PositionBasis, PositionCost),
    "tarif": PAY_LAW,
    "sachkosten": (MaterialLine, MaterialCost),
    "foerderung": (FundingModule, GrantRule, LumpSum, Cap, GrantAward),
    "aufstockung": (TopUp,),
    "fristen": (Deadline,),
    "szenarien": (Scenario, ScenarioOverride),
    "vorlagen": (
        Committee, CouncilPaper, PaperItem, Meeting, Resolution, ItemLink, PrintedFigure, FinanceStatement,
    ),
    "fassungen": (ForecastVersion,),
    "fragen": (CommitteeQuestion,),
    "rahmen": (Municipality, Programme, BudgetYear, RoundingRule, LedgerAccount, Provider),
}  # fmt: skip
# What a page of one row shows: the row and what belongs to it, each by the column that holds the row's number.
OF_A_ROW: Mapping[str, Mapping[Rows, str]] = {
    "stelle": {
        Position: "pgh_obj_id",
        FundedPosition: "position_id",
        PositionBasis: "position_id",
        PositionCost: "position_id",
    },
    "tariferhoehung": {PayRise: "pgh_obj_id"},
    "sachkosten": {MaterialLine: "pgh_obj_id", MaterialCost: "material_line_id"},
    "baustein": {FundingModule: "pgh_obj_id", GrantRule: "funding_module_id", Cap: "funding_module_id"},
    "foerderregel": {GrantRule: "pgh_obj_id", LumpSum: "grant_rule_id"},
    "pauschale": {LumpSum: "pgh_obj_id"},
    "hoechstbetrag": {Cap: "pgh_obj_id"},
    "bescheid": {GrantAward: "pgh_obj_id"},
    "aufstockung": {TopUp: "pgh_obj_id"},
    "frist": {Deadline: "pgh_obj_id"},
    "szenario": {Scenario: "pgh_obj_id", ScenarioOverride: "scenario_id"},
    "vorlage": {
        CouncilPaper: "pgh_obj_id",
        PaperItem: "paper_id",
        Meeting: "paper_id",
        Resolution: "item__paper_id",
        ItemLink: "item__paper_id",
        PrintedFigure: "paper_id",
        FinanceStatement: "paper_id",
    },
    "fassung": {ForecastVersion: "pgh_obj_id"},
    "frage": {CommitteeQuestion: "pgh_obj_id"},
}
# They follow from the change itself; a row in which nothing else differs was saved, not changed.
BOOKKEEPING = frozenset({
    "id", "version", "recorded_at", "recorded_by_id", "frozen_at", "frozen_by_id", "asked_at", "asked_by_id",
    "answered_at", "answered_by_id",
})  # fmt: skip
