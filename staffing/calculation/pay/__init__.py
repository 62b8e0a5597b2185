"""What a position costs by the pay tables of municipal employers. Pure: no Django, no database, no clock."""

from staffing.calculation.pay.law import (
    Allowance,
    BonusRule,
    DatedFigure,
    InsuranceRule,
    PayLaw,
    PayRise,
    PayTerms,
    StepRule,
    Tariff,
    group_label,
)
from staffing.calculation.pay.year import PayYear, pay_year

__all__ = [
    "Allowance",
    "BonusRule",
    "DatedFigure",
    "InsuranceRule",
    "PayLaw",
    "PayRise",
    "PayTerms",
    "PayYear",
    "StepRule",
    "Tariff",
    "group_label",
    "pay_year",
]
