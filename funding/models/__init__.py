"""Rows of the funding side; the calculation never sees one (``funding.selectors`` turns them into inputs)."""

from funding.calculation.inputs import MaterialKind
from funding.models.council import Committee, CouncilPaper, ItemStatus, Meeting, MeetingRole, PaperItem
from funding.models.forecast import ForecastVersion
from funding.models.grant import Cap, Covers, GrantAward, GrantRule, LumpSum, TopUp, TopUpStage
from funding.models.programme import (
    AccountUse,
    BudgetStatus,
    BudgetYear,
    FundedPosition,
    FundingModule,
    Instrument,
    LedgerAccount,
    MaterialCost,
    MaterialLine,
    ModuleKind,
    Municipality,
    Programme,
    RoundingRule,
)
from funding.models.scenario import Scenario, ScenarioOverride

__all__ = [
    "AccountUse",
    "BudgetStatus",
    "BudgetYear",
    "Cap",
    "Committee",
    "CouncilPaper",
    "Covers",
    "ForecastVersion",
    "FundedPosition",
    "FundingModule",
    "GrantAward",
    "GrantRule",
    "Instrument",
    "ItemStatus",
    "LedgerAccount",
    "LumpSum",
    "MaterialCost",
    "MaterialKind",
    "MaterialLine",
    "Meeting",
    "MeetingRole",
    "ModuleKind",
    "Municipality",
    "PaperItem",
    "Programme",
    "RoundingRule",
    "Scenario",
    "ScenarioOverride",
    "TopUp",
    "TopUpStage",
]
