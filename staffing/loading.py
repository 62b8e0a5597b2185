"""Loads the pay law that comes with the product (``staffing/data/*.csv``) into rows: all of it or nothing.

A second time changes nothing. What finance staff has entered or edited stays as it is, also where it leaves no room for
a line of the files; what nobody has touched follows the files when a release corrects them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from staffing import published_law as files
from staffing.models import (
    Allowance,
    AnnualBonus,
    PayRate,
    SocialInsuranceRate,
    StepDuration,
    SupplementaryPension,
)
from staffing.services import hold_pay_rows

Line = Mapping[str, str]
Row = Any
# The page of the fund has no date; its rates are loaded from the first year on that the product knows rates for.
FIRST_DAY_OF_PENSION = date(2020, 1, 1)
BOOKKEEPING = frozenset({"id", "recorded_at", "recorded_by"})


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of the lines of one kind: new rows, those already there, corrected ones, those left to the staff."""

    model: type[Model]
    new: int
    unchanged: int
    corrected: int
    kept: int

    @property
    def says(self) -> str:
        """The line a command prints."""
        name = str(self.model._meta.verbose_name_plural)
        return (
            f"{name}: {self.new} neu, {self.unchanged} unverändert, {self.corrected} berichtigt, "
            f"{self.kept} von der Finanzverwaltung geändert und belassen."
        )


@dataclass(frozen=True, slots=True)
class Kind:
    """A model, the file of its rows, how a line becomes rows, and what makes two rows the same one but for its start.

    ``ends`` are the columns of first and last day (or year) of validity.
    """

    model: type[Model]
    file: Path
    rows: Callable[[Line], Iterator[Row]]
    series: tuple[str, ...]
    ends: tuple[str, str] = ("valid_from", "valid_to")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that a file decides about."""
        return tuple(field.name for field in self.model._meta.concrete_fields if field.name not in BOOKKEEPING)

    def series_of(self, row: Row) -> tuple[Any, ...]:
        """Return what names the row but for its validity."""
        return tuple(getattr(row, name) for name in self.series)

    def overlaps(self, one: Row, other: Row) -> bool:
        """Whether two rows hold at the same time."""
        start, end = self.ends
        return all(
            getattr(first, end) is None or getattr(first, end) >= getattr(second, start)
            for first, second in ((one, other), (other, one))
        )


def load_pay() -> tuple[Loaded, ...]:
    """Bring the rows up to what the files say; one transaction, two statements a kind when there is nothing to do."""
    with transaction.atomic():
        hold_pay_rows()
        return tuple(_load(kind) for kind in KINDS)


def _load(kind: Kind) -> Loaded:
    stored: dict[tuple[Any, ...], list[Row]] = {}
    for row in kind.model._default_manager.all():
        stored.setdefault(kind.series_of(row), []).append(row)
    new: list[Row] = []
    corrected: list[Row] = []
    unchanged = kept = 0
    for line in files.rows_of(kind.file):
        for row in kind.rows(line):
            others = stored.get(kind.series_of(row), [])
            same = next((one for one in others if _start(kind, one) == _start(kind, row)), None)
            if same is None:
                if any(kind.overlaps(row, one) for one in others):
                    kept += 1
                else:
                    new.append(row)
            elif all(getattr(same, name) == getattr(row, name) for name in kind.columns):
                unchanged += 1
            elif same.recorded_by_id is not None or any(kind.overlaps(row, one) for one in others if one is not same):
                kept += 1
            else:
                for name in kind.columns:
                    setattr(same, name, getattr(row, name))
                # What is changed many at a time does not stamp itself.
                same.recorded_at = timezone.now()
                corrected.append(same)
    # First the older rows, which may have to end before newer ones begin.
    if corrected:
        kind.model._default_manager.bulk_update(corrected, [*kind.columns, "recorded_at"])
    kind.model._default_manager.bulk_create(new)
    return Loaded(kind.model, len(new), unchanged, len(corrected), kept)


def _start(kind: Kind, row: Row) -> Any:
    return getattr(row, kind.ends[0])


def _sourced(line: Line) -> dict[str, Any]:
    return {"source": line["source"], "source_status": line["status"], "note": line["note"]}


def _dated(line: Line) -> dict[str, Any]:
    end = line["valid_to"]
    return {
        "valid_from": date.fromisoformat(line["valid_from"]),
        "valid_to": date.fromisoformat(end) if end else None,
        **_sourced(line),
    }


def _groups(line: Line) -> list[str]:
    """Return the groups of a line; one for all of them is a row without a group."""
    return line["groups"].split() or [""]


def _pay_rates(line: Line) -> Iterator[Row]:
    yield PayRate(
        tariff=line["tariff"], pay_group=line["group"], pay_step=int(line["step"]),
        amount=Decimal(line["monthly_eur"]), **_dated(line),
    )  # fmt: skip


def _step_durations(line: Line) -> Iterator[Row]:
    years = {f"step_{step}": int(line[f"years_in_step_{step}"]) for step in range(1, 6)}
    for group in _groups(line):
        yield StepDuration(tariff=line["tariff"], pay_group=group, **years, **_dated(line))


def _allowances(line: Line) -> Iterator[Row]:
    for group in _groups(line):
        yield Allowance(
            tariff=line["tariff"], pay_group=group, amount=Decimal(line["monthly_eur"]), **_dated(line)
        )  # fmt: skip


def _bonuses(line: Line) -> Iterator[Row]:
    for group in _groups(line):
        yield AnnualBonus(
            tariff=line["tariff"], pay_group=group, percent=Decimal(line["percent"]),
            first_year=int(line["first_year"]), last_year=int(line["last_year"]) if line["last_year"] else None,
            **_sourced(line),
        )  # fmt: skip


def _insurance(line: Line) -> Iterator[Row]:
    amounts = {name: Decimal(line[name]) for name in (*files.RATES, *files.CEILINGS)}
    yield SocialInsuranceRate(**amounts, from_memory=line["from_memory"], **_dated(line))


def _pensions(line: Line) -> Iterator[Row]:
    yield SupplementaryPension(
        name=line["name"], percent=Decimal(line["percent"]), valid_from=FIRST_DAY_OF_PENSION, **_sourced(line)
    )


GROUP = ("tariff", "pay_group")
KINDS = (
    Kind(PayRate, files.PAY_TABLES, _pay_rates, (*GROUP, "pay_step")),
    Kind(StepDuration, files.STEPS, _step_durations, GROUP),
    Kind(Allowance, files.ALLOWANCES, _allowances, GROUP),
    Kind(AnnualBonus, files.BONUSES, _bonuses, GROUP, ("first_year", "last_year")),
    Kind(SocialInsuranceRate, files.INSURANCE, _insurance, ()),
    Kind(SupplementaryPension, files.SUPPLEMENTARY_PENSION, _pensions, ("name",)),
)
