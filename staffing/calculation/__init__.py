"""What a position costs in a fiscal year. Pure: no Django, no database, no clock."""

from staffing.calculation.cost import PositionInput, ProviderInput, position_cost

__all__ = ["PositionInput", "ProviderInput", "position_cost"]
