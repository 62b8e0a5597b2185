"""Reads the pay law that comes with the product (``staffing/data/*.csv``): tables, steps, allowance, bonus, insurance.

Each line carries the status of its source in the words of ``kim.figures.Status``; ``note`` says how it was found.
An empty ``groups`` means all groups of the tariff, an empty end means until further notice.
"""

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from kim import formatting
from kim.figures import EUR, EUR_PER_FTE, PERCENT, Figure, Source, Status, Step, derive, given
from kim.years import Period
from staffing.calculation.pay.law import Allowance, BonusRule, DatedFigure, InsuranceRule, PayLaw, StepRule, Tariff

FOLDER = Path(__file__).parent / "data"

PAY_TABLES = FOLDER / "tvoed_vka_pay.csv"
STEPS = FOLDER / "tvoed_steps.csv"
ALLOWANCES = FOLDER / "sue_allowance.csv"
BONUSES = FOLDER / "tvoed_annual_bonus.csv"
INSURANCE = FOLDER / "social_insurance.csv"
SUPPLEMENTARY_PENSION = FOLDER / "supplementary_pension.csv"
FLATS = FOLDER / "workplace_flats.csv"

RATES = ("health", "health_extra", "care", "pension", "unemployment", "insolvency")
CEILINGS = ("ceiling_health_care", "ceiling_pension_unemployment")

Row = Mapping[str, str]


@lru_cache(maxsize=1)
def published_law() -> PayLaw:
    """Return all of it; the files belong to the code, so they are read once per process."""
    return PayLaw(
        table=pay_tables(),
        steps=step_rules(),
        allowances=allowances(),
        bonuses=bonus_rules(),
        insurance=insurance_rules(),
        supplementary_pension=supplementary_pension(),
    )


def pay_tables() -> dict[tuple[Tariff, str, int], tuple[DatedFigure, ...]]:
    """Return the monthly pay of full time by tariff, group and step, each in order of time."""
    found: dict[tuple[Tariff, str, int], list[DatedFigure]] = {}
    for row in rows_of(PAY_TABLES):
        step = int(row["step"])
        amount = given("table_pay", Decimal(row["monthly_eur"]), EUR_PER_FTE, _source(row))
        values = found.setdefault((Tariff(row["tariff"]), row["group"], step), [])
        values.append(DatedFigure(amount, _period(row)))
    return {key: tuple(sorted(values, key=lambda one: one.period.start)) for key, values in found.items()}


def step_rules() -> tuple[StepRule, ...]:
    """Return how long each step lasts."""
    return tuple(
        StepRule(
            Tariff(row["tariff"]),
            _groups(row),
            tuple(int(row[f"years_in_step_{step}"]) for step in range(1, 6)),
            _period(row),
            _source(row),
        )
        for row in rows_of(STEPS)
    )


def allowances() -> tuple[Allowance, ...]:
    """Return the allowance of social and educational services."""
    return tuple(
        Allowance(
            Tariff(row["tariff"]),
            _groups(row),
            given("sue_allowance", Decimal(row["monthly_eur"]), EUR_PER_FTE, _source(row), subject=since(row)),
            _period(row),
        )
        for row in rows_of(ALLOWANCES)
    )


def bonus_rules() -> tuple[BonusRule, ...]:
    """Return the percents of the annual bonus."""
    return tuple(
        BonusRule(
            Tariff(row["tariff"]),
            _groups(row),
            given("annual_bonus_percent", Decimal(row["percent"]), PERCENT, _source(row), subject=years_of(row)),
            int(row["first_year"]),
            int(row["last_year"]) if row["last_year"] else None,
        )
        for row in rows_of(BONUSES)
    )


def insurance_rules() -> tuple[InsuranceRule, ...]:
    """Return rates and ceilings of social insurance; ``from_memory`` names the columns that were not looked up."""
    return tuple(
        InsuranceRule(
            _period(row),
            **{name: _insured(row, name, f"{name}_rate", PERCENT) for name in RATES},
            **{name: _insured(row, name, name, EUR) for name in CEILINGS},
        )
        for row in rows_of(INSURANCE)
    )


def supplementary_pension() -> Figure:
    """Return what the employer pays to the supplementary pension fund, in percent of pay."""
    parts = [
        given("supplementary_pension_part", Decimal(row["percent"]), PERCENT, _source(row), subject=row["name"])
        for row in rows_of(SUPPLEMENTARY_PENSION)
    ]
    return derive("supplementary_pension_rate", Step.SUM, parts)


def flats() -> dict[str, Figure]:
    """Return the flats of a workplace after the KGSt method, as proposals: ``workplace`` and ``overhead``."""
    keys = {"workplace": "workplace_flat_rate", "overhead": "overhead_rate"}
    return {
        row["name"]: given(keys[row["name"]], Decimal(row["amount"]), row["unit"], _source(row))
        for row in rows_of(FLATS)
    }


def rows_of(file: Path) -> Iterator[Row]:
    """Return the lines of a file by its headings."""
    with file.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream, strict=True)


def _source(row: Row, status: Status | None = None) -> Source:
    return Source(row["source"], status or Status(row["status"]), reference=row["note"])


def _insured(row: Row, column: str, key: str, unit: str) -> Figure:
    status = Status.FROM_MEMORY if column in row["from_memory"].split() else None
    return given(key, Decimal(row[column]), unit, _source(row, status), subject=since(row))


def since(row: Row) -> str:
    """Say from when a value holds."""
    return f"ab {formatting.date(date.fromisoformat(row['valid_from']))}"


def years_of(row: Row) -> str:
    """Say in which years a percent holds."""
    return f"{row['first_year']} bis {row['last_year']}" if row["last_year"] else f"ab {row['first_year']}"


def _period(row: Row) -> Period:
    end = row["valid_to"]
    return Period(date.fromisoformat(row["valid_from"]), date.fromisoformat(end) if end else None)


def _groups(row: Row) -> tuple[str, ...]:
    return tuple(row["groups"].split())
