"""Providers, positions and their cost; pay tables and employer's rates."""

from staffing.models.basis import DECLARED, PayRise, PositionBasis, PositionBasisKind
from staffing.models.pay import (
    Allowance,
    AnnualBonus,
    PayRate,
    SocialInsuranceRate,
    StepDuration,
    SupplementaryPension,
    Tariff,
)
from staffing.models.position import Position, PositionCost, Provider, ProviderKind, StartPrecision

__all__ = [
    "DECLARED",
    "Allowance",
    "AnnualBonus",
    "PayRate",
    "PayRise",
    "Position",
    "PositionBasis",
    "PositionBasisKind",
    "PositionCost",
    "Provider",
    "ProviderKind",
    "SocialInsuranceRate",
    "StartPrecision",
    "StepDuration",
    "SupplementaryPension",
    "Tariff",
]
