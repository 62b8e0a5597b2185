"""Figures and sources as JSON, alike in every answer: formatted here, computed by the core."""

from decimal import Decimal
from typing import Any

from kim.figures import FTE, Figure, Source
from kim.rounding import require_cents

Json = dict[str, Any]


def figure_json(figure: Figure, *, explain: bool = False) -> Json:
    """Return amount and unit as texts: money and percentages with exactly two decimals."""
    data: Json = {"amount": str(require_cents(figure.amount)), "unit": figure.unit}
    if explain:
        data["derivation"] = figure.to_json()
    return data


def source_json(source: Source) -> Json:
    """Return what proves a value, and how far it does."""
    return {"text": source.text, "status": source.status.value, "note": source.reference}


def fte_json(value: Decimal) -> dict[str, str]:
    """Return a share of a full-time position with at least two decimals and no zeros beyond them."""
    whole, _point, rest = f"{value:f}".partition(".")
    return {"amount": f"{whole}.{rest.rstrip('0').ljust(2, '0')}", "unit": FTE}
