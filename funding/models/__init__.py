"""Rows of the funding side; the calculation never sees one (``funding.selectors`` turns them into inputs)."""

from funding.calculation.inputs import MaterialKind
from funding.models.council import Committee, CouncilPaper, ItemStatus, Meeting, MeetingRole, PaperItem
from funding.models.finance import FinanceStatement
from funding.models.grant import Cap, Covers, GrantAward, GrantRule, LumpSum, TopUp, TopUpStage
from funding.models.printed import PrintedFigure, PrintedUnit, ReasonKind
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
from funding.models.resolution import ItemLink, LinkKind, Outcome, Resolution
from funding.models.scenario import Scenario, ScenarioOverride

__all__ = [
    "AccountUse",
    "BudgetStatus",
    "BudgetYear",
    "Cap",
    "Committee",
    "CouncilPaper",
    "Covers",
    "FinanceStatement",
    "FundedPosition",
    "FundingModule",
    "GrantAward",
    "GrantRule",
    "Instrument",
    "ItemKind",
    "ItemLink",
    "ItemStatus",
    "LedgerAccount",
    "LinkKind",
    "LumpSum",
    "MaterialCost",
    "MaterialKind",
    "MaterialLine",
    "Meeting",
    "MeetingRole",
    "ModuleKind",
    "Municipality",
    "Outcome",
    "PaperItem",
    "PrintedFigure",
    "PrintedUnit",
    "Programme",
    "ReasonKind",
    "RoundingRule",
    "Scenario",
    "ScenarioOverride",
    "TopUp",
    "TopUpStage",
]
