"""Rows of the funding side; the calculation never sees one (``funding.selectors`` turns them into inputs)."""

from funding.calculation.inputs import MaterialKind
from funding.models.council import (
    Committee,
    CouncilPaper,
    DatePrecision,
    ItemKind,
    ItemStatus,
    Meeting,
    MeetingRole,
    PaperItem,
    PaperKind,
)
from funding.models.deadline import Deadline, DeadlineKind
from funding.models.finance import FinanceStatement
from funding.models.forecast import ForecastVersion
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
from funding.models.question import CommitteeQuestion, Office
from funding.models.resolution import ItemLink, LinkKind, Outcome, Resolution
from funding.models.scenario import Scenario, ScenarioOverride

__all__ = [
    "AccountUse",
    "BudgetStatus",
    "BudgetYear",
    "Cap",
    "Committee",
    "CommitteeQuestion",
    "CouncilPaper",
    "Covers",
    "DatePrecision",
    "Deadline",
    "DeadlineKind",
    "FinanceStatement",
    "ForecastVersion",
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
    "Office",
    "Outcome",
    "PaperItem",
    "PaperKind",
    "PrintedFigure",
    "PrintedUnit",
    "Programme",
    "ReasonKind",
    "Resolution",
    "RoundingRule",
    "Scenario",
    "ScenarioOverride",
    "TopUp",
    "TopUpStage",
]
