"""From pay rows to the law that the calculation reads.

The law is kept per process under a seal, so that a request costs one small statement: how many events the database's
triggers have written about the six tables. Every change of a row writes one, also from raw SQL, and none is ever
removed; so the same number means the same rows. Only when it has moved are the rows read, in one statement that counts
again, so that what is kept under a seal is what was there when it was counted.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model, TextField
from django.db.models.functions import Cast, JSONObject

from kim.figures import EUR, EUR_PER_FTE, PERCENT, Figure, Source, Status, Step, derive, given
from kim.years import Period
from staffing.calculation.pay.law import (
    TABLE_PAY,
    Allowance,
    BonusRule,
    DatedFigure,
    InsuranceRule,
    PayLaw,
    StepRule,
    Tariff,
)
from staffing.models.pay import CEILING_COLUMNS, RATE_COLUMNS
from staffing.pay_rows import COLUMNS, all_rows, columns
from staffing.published_law import since, years_of

Row = Mapping[str, Any]
Rows = Iterable[Row]

_GROUP = re.compile(r"([A-Z]+)([0-9]+)([a-z]?)")


@dataclass(frozen=True, slots=True, eq=False)
class PayState:
    """The pay law at one instant, and the seal under which it is kept; comparing tables would cost too much."""

    seal: str
    law: PayLaw

    @property
    def is_empty(self) -> bool:
        """Whether no table has been loaded yet."""
        return not self.law.table

    @property
    def tariff_of(self) -> dict[str, Tariff]:
        """Every pay group with the table it stands in, in the order of the tables."""
        return {group: tariff for tariff in Tariff for group in self.law.groups(tariff)}

    def steps_of(self, group: str) -> tuple[int, ...]:
        """Return the steps that a group has values for."""
        return tuple(sorted({step for _tariff, one, step in self.law.table if one == group}))


def pay_state() -> PayState:
    """Return the law as it stands. One statement, two after a change."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_seal()}")
        (seal,) = cursor.fetchone()
    return _state(seal)


# One for the rows as they are; the second for whoever still reads while somebody saves.
@lru_cache(maxsize=2)
def _state(_seal_asked: str) -> PayState:
    sql, parameters = _statement()
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        seal, text = cursor.fetchone()
    return PayState(seal, law_of(json.loads(text)))


def rates_seal() -> str:
    """Return what changes whenever a value of any pay table does, and never comes back. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_seal_of(COLUMNS['pay_rates'][0])}")
        (seal,) = cursor.fetchone()
    return str(seal)


def _seal() -> str:
    """Return SQL for the number of events about each table and the number of the newest: neither ever goes back."""
    return f"concat_ws('/', {', '.join(_seal_of(model) for model, *_rest in COLUMNS.values())})"


def _seal_of(model: type[Model]) -> str:
    table = connection.ops.quote_name(apps.get_model("staffing", f"{model.__name__}Event")._meta.db_table)
    return f"(SELECT concat(count(*), '-', max(pgh_id)) FROM {table})"  # noqa: S608 - no value in it


@lru_cache(maxsize=1)
def _statement() -> tuple[str, tuple[Any, ...]]:
    """Return the statement that reads seal and rows at one instant."""
    parts: list[str] = []
    parameters: list[Any] = []
    for kind in COLUMNS:
        found = all_rows(kind).values_list(Cast(JSONObject(**columns(kind)), TextField()))
        sql, values = found.query.sql_with_params()
        parts.append(f"%s, ARRAY({sql})::json[]")
        parameters += [kind, *values]
    return f"SELECT {_seal()}, json_build_object({', '.join(parts)})::text", tuple(parameters)


def law_of(rows: Mapping[str, Rows]) -> PayLaw:
    """Return the law that plain rows make, by the names of ``staffing.pay_rows.COLUMNS``; a missing kind has no rows.

    Amounts are text, days are ISO, and the order of the rows does not matter. Raises ``RuleError`` for values that no
    law has; the database refuses them before.
    """
    pensions = tuple(_pension(row) for row in rows.get("supplementary_pensions", ()))
    newest = max((one.period.start for one in pensions), default=None)
    return PayLaw(
        table=_table(rows.get("pay_rates", ())),
        steps=tuple(_step_rule(row) for row in rows.get("step_durations", ())),
        # A row for a group goes before one for all of them.
        allowances=tuple(_allowance(row) for row in _special_first(rows.get("allowances", ()))),
        bonuses=tuple(_bonus(row) for row in _special_first(rows.get("annual_bonuses", ()))),
        insurance=tuple(_insurance(row) for row in rows.get("insurance_rates", ())),
        supplementary_pension=derive(
            "supplementary_pension_rate",
            Step.SUM,
            [one.amount for one in pensions if newest is not None and one.period.contains(newest)],
            unit=PERCENT,
        ),
        pensions=pensions,
    )


def group_order(group: str) -> tuple[str, int, str]:
    """Return the place of a pay group in its table: E9c before E10."""
    match = _GROUP.fullmatch(group)
    return (match[1], int(match[2]), match[3]) if match else (group, 0, "")


def _table(rows: Rows) -> dict[tuple[Tariff, str, int], tuple[DatedFigure, ...]]:
    found: dict[tuple[Tariff, str, int], list[DatedFigure]] = defaultdict(list)
    for row in rows:
        group, step = row["pay_group"], row["pay_step"]
        amount = given(TABLE_PAY, Decimal(row["amount"]), EUR_PER_FTE, _source(row, "staffing.PayRate"))
        found[Tariff(row["tariff"]), group, step].append(DatedFigure(amount, _period(row)))
    order = sorted(found, key=lambda key: (key[0].value, group_order(key[1]), key[2]))
    return {key: tuple(sorted(found[key], key=lambda one: one.period.start)) for key in order}


def _special_first(rows: Rows) -> list[Row]:
    return sorted(rows, key=lambda row: not row["pay_group"])


def _groups(row: Row) -> tuple[str, ...]:
    return (row["pay_group"],) if row["pay_group"] else ()


def _step_rule(row: Row) -> StepRule:
    years = tuple(row[f"step_{step}"] for step in range(1, 6))
    return StepRule(
        Tariff(row["tariff"]), _groups(row), years, _period(row), _source(row, "staffing.StepDuration")
    )  # fmt: skip


def _allowance(row: Row) -> Allowance:
    amount = given(
        "sue_allowance", Decimal(row["amount"]), EUR_PER_FTE, _source(row, "staffing.Allowance"), subject=since(row)
    )
    return Allowance(Tariff(row["tariff"]), _groups(row), amount, _period(row))


def _bonus(row: Row) -> BonusRule:
    percent = given(
        "annual_bonus_percent",
        Decimal(row["percent"]),
        PERCENT,
        _source(row, "staffing.AnnualBonus"),
        subject=years_of(row),
    )
    return BonusRule(Tariff(row["tariff"]), _groups(row), percent, row["first_year"], row["last_year"])


def _insurance(row: Row) -> InsuranceRule:
    return InsuranceRule(
        _period(row),
        **{name: _insured(row, name, f"{name}_rate", PERCENT) for name in RATE_COLUMNS},
        **{name: _insured(row, name, name, EUR) for name in CEILING_COLUMNS},
    )


def _insured(row: Row, column: str, key: str, unit: str) -> Figure:
    status = Status.FROM_MEMORY if column in row["from_memory"].split() else Status(row["status"])
    return given(
        key, Decimal(row[column]), unit, _source(row, "staffing.SocialInsuranceRate", status), subject=since(row)
    )


def _pension(row: Row) -> DatedFigure:
    source = _source(row, "staffing.SupplementaryPension")
    part = given("supplementary_pension_part", Decimal(row["percent"]), PERCENT, source, subject=row["name"])
    return DatedFigure(part, _period(row))


def _source(row: Row, model: str, status: Status | None = None) -> Source:
    """Readers see the office that entered a value, not the person (privacy); the history names the account."""
    office = "Finanzverwaltung" if row["entered_by"] else "Mitgelieferte Entgelttabellen"
    return Source(
        row["source"], status or Status(row["status"]), row["note"], f"{model}#{row['id']}", office, row["entered_on"]
    )


def _period(row: Row) -> Period:
    end = row["valid_to"]
    return Period(date.fromisoformat(row["valid_from"]), date.fromisoformat(end) if end else None)
