"""Providers, positions and their cost; pay tables and employer's rates."""

from staffing.models.pay import (
    Allowance,
    AnnualBonus,
    PayRate,
    SocialInsuranceRate,
    StepDuration,
    SupplementaryPension,
    Tariff,
)
from staffing.models.position import CostBasis, Position, PositionCost, Provider, ProviderKind, StartPrecision

__all__ = [
    "Allowance",
    "AnnualBonus",
    "CostBasis",
    "PayRate",
    "Position",
    "PositionCost",
    "Provider",
    "ProviderKind",
    "SocialInsuranceRate",
    "StartPrecision",
    "StepDuration",
    "SupplementaryPension",
    "Tariff",
]
