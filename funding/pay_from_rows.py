"""From the pay rows of a snapshot to what the cost of positions is found by: bases, the pay law, rises.

A programme without a position in a pay table has no such rows. The law is made once for the same rows, whatever else
in the programme changes, because what was computed from it is kept for that very law.
"""

import json
from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from funding.source_from_row import Row, day_of, source_of
from kim.figures import EUR, EUR_PER_FTE, PERCENT, Figure, Source, given
from staffing.calculation.basis import BasisKind, BasisTerms, PayBasis, TableTerms
from staffing.calculation.pay.law import PayLaw, PayRise, Tariff
from staffing.pay_rows import COLUMNS
from staffing.selectors import law_of

RISES = "pay_rises"
ZERO = Decimal("0.00")


def pay_bases(data: Row) -> dict[int, PayBasis]:
    """Return what the cost of each position is found by, by the number of the position; none for those without."""
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in data["position_bases"]:
        rows[row["position"]].append(row)
    if not rows:
        return {}
    law = _law(data)
    return {
        position: PayBasis(tuple(sorted(map(_terms, found), key=lambda one: one.first_year)), law)
        for position, found in rows.items()
    }


def declared_rises(data: Row) -> tuple[PayRise, ...]:
    """Return the pay rises that raise declared amounts as well."""
    return tuple(_rise(row) for row in data[RISES] if row["applies_to_declared"])


def _law(data: Row) -> PayLaw | None:
    """Return the law, None where no position of the programme stands in a pay table."""
    if not any(row["basis"] == BasisKind.PAY_TABLE for row in data["position_bases"]):
        return None
    return _law_of_text(json.dumps({kind: data[kind] for kind in (*COLUMNS, RISES)}))


@lru_cache(maxsize=8)
def _law_of_text(text: str) -> PayLaw:
    data = json.loads(text)
    return replace(law_of(data), rises=tuple(_rise(row) for row in data[RISES]))


def _rise(row: Row) -> PayRise:
    return PayRise(
        name=row["name"],
        tariffs=(Tariff(row["tariff"]),) if row["tariff"] else (),
        groups=(),
        first_day=date.fromisoformat(row["first_day"]),
        percent=Decimal(row["percent"]),
        minimum=ZERO if row["minimum"] is None else Decimal(row["minimum"]),
        source=source_of(row, "staffing.PayRise"),
    )


def _terms(row: Row) -> BasisTerms:
    source = source_of(row, "staffing.PositionBasis")
    kind = BasisKind(row["basis"])
    if kind is BasisKind.PAY_TABLE:
        return BasisTerms(row["first_year"], kind, source, table=_table(row, source))
    unit = EUR_PER_FTE if kind is BasisKind.WORKPLACE_FLAT else EUR
    key = "position_cost_per_fte" if kind is BasisKind.WORKPLACE_FLAT else "position_cost"
    amount = given(key, Decimal(row["amount"]), unit, source, subject=row["tariff_name"])
    return BasisTerms(row["first_year"], kind, source, amount=amount)


def _table(row: Row, source: Source) -> TableTerms:
    def rate(column: str, key: str, unit: str = PERCENT) -> Figure | None:
        return None if row[column] is None else given(key, Decimal(row[column]), unit, source)

    return TableTerms(
        Tariff(row["tariff"]),
        row["pay_group"],
        row["pay_step"],
        day_of(row["step_since"]),
        supplementary_pension=rate("supplementary_pension", "supplementary_pension_rate"),
        u2=rate("u2", "u2_rate"),
        workplace=rate("workplace_flat", "workplace_flat_rate", EUR_PER_FTE),
        overhead=rate("overhead", "overhead_rate"),
    )
