"""The files of pay law that come with the product: complete, in order, and honest about their sources."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from kim.figures import EUR, EUR_PER_FTE, PERCENT, Status
from staffing import published_law as files
from staffing.calculation.pay import Tariff
from tests.staffing.pay import day

if TYPE_CHECKING:
    from pathlib import Path

    from kim.years import Period

LAW = files.published_law()
ALL_FILES = sorted(files.FOLDER.glob("*.csv"))


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def test_every_file_is_read() -> None:
    assert sorted(
        [
            files.PAY_TABLES, files.STEPS, files.ALLOWANCES, files.BONUSES, files.INSURANCE,
            files.SUPPLEMENTARY_PENSION, files.FLATS,
        ]
    ) == ALL_FILES  # fmt: skip


@pytest.mark.parametrize("file", ALL_FILES, ids=lambda file: file.stem)
def test_every_line_has_a_source_and_a_status(file: Path) -> None:
    found = rows(file)
    assert found
    assert [row for row in found if not row["source"].strip() or row["status"] not in set(Status)] == []
    assert all(None not in row and None not in row.values() for row in found)


def test_the_tables_are_complete() -> None:
    values = Counter((row["tariff"], row["valid_from"]) for row in rows(files.PAY_TABLES))
    # 17 groups of six steps, E 1 has no first one; 16 groups of six steps.
    assert {tariff: {values[key] for key in values if key[0] == tariff} for tariff in Tariff} == {
        Tariff.E: {101},
        Tariff.S: {96},
    }
    assert [key[1] for key in values if key[0] == Tariff.E] == [
        "2020-03-01", "2021-04-01", "2022-04-01", "2024-03-01", "2025-04-01", "2026-05-01",
    ]  # fmt: skip
    assert [key[1] for key in values if key[0] == Tariff.S] == [
        "2020-03-01", "2021-04-01", "2022-04-01", "2024-03-01", "2024-10-01", "2025-04-01", "2026-05-01",
    ]  # fmt: skip
    assert (len(LAW.groups(Tariff.E)), len(LAW.groups(Tariff.S))) == (17, 16)


def follow(periods: list[Period]) -> bool:
    return all(
        before.end is not None and before.end + timedelta(days=1) == after.start for before, after in pairwise(periods)
    )


def test_validities_follow_each_other_without_gap_or_overlap() -> None:
    assert [key for key, values in LAW.table.items() if not follow([one.period for one in values])] == []
    assert follow([rule.period for rule in LAW.insurance])
    for tariff in Tariff:
        for group in LAW.groups(tariff):
            periods = [rule.period for rule in LAW.step_rules(tariff, group)]
            assert (follow(periods), periods[-1].end) == (True, None), group


def test_pay_rises_with_the_step_and_with_time() -> None:
    for tariff in Tariff:
        for group in LAW.groups(tariff):
            steps = [LAW.table[tariff, group, step] for step in range(1, 7) if (tariff, group, step) in LAW.table]
            for lower, higher in pairwise(steps):
                assert all(one.amount.amount < other.amount.amount for one, other in zip(lower, higher, strict=True))
            for values in steps:
                assert all(one.amount.amount <= other.amount.amount for one, other in pairwise(values))


@pytest.mark.parametrize(
    ("tariff", "group", "step", "on", "status", "note"),
    [
        (Tariff.E, "E10", 3, "2021-01-01", Status.DERIVED, "aus der nächsten Tabelle um die vereinbarte Erhöhung zurückgerechnet"),
        (Tariff.E, "E10", 3, "2023-01-01", Status.DERIVED, "abgeleitet; auf volle Euro belegt"),
        (Tariff.E, "E10", 3, "2025-06-01", Status.VERIFIED, ""),
        (Tariff.E, "E1", 2, "2025-06-01", Status.DERIVED, "um die vereinbarte Erhöhung hochgerechnet (3 %, mindestens 110 Euro)"),
        (Tariff.E, "E10", 3, "2026-06-01", Status.DERIVED, "um die vereinbarte Erhöhung hochgerechnet (2,8 %); die gedruckte Tabelle lag nicht vor"),
        (Tariff.S, "S12", 3, "2024-06-01", Status.INFERRED, "erschlossen: unverändert bis 01.10.2024 (gesehen: S 2 Stufe 1, S 7 Stufe 1, S 8b, S 9)"),
        (Tariff.S, "S9", 3, "2024-06-01", Status.VERIFIED, "S 9 gleich S 8b bis 30.09.2024: bhponline.de"),
    ],
)  # fmt: skip
def test_statuses_are_mapped_and_what_is_known_is_kept(
    tariff: Tariff, group: str, step: int, on: str, status: Status, note: str
) -> None:
    source = LAW.table_pay(tariff, group, step, day(on)).source
    assert source is not None
    assert (source.status, source.reference) == (status, note)


def test_what_is_assumed_or_remembered_says_so() -> None:
    def assumed(figures: list[tuple[str, Status]]) -> list[tuple[str, str]]:
        return [(name, status.value) for name, status in figures if status.is_assumption]

    steps = [(" ".join((rule.tariff, *rule.groups)), rule.source.status) for rule in LAW.steps]
    assert assumed(steps) == [("TVoeD-VKA-E E1", "from_memory"), ("TVoeD-VKA-S S8b", "assumed")]
    extra = [(" ".join(one.groups), one.amount.source.status) for one in LAW.allowances if one.amount.source]
    assert assumed(extra) == [("S15", "assumed")]
    insurance = [
        (f"{rule.period.start} {name}", getattr(rule, name).source.status)
        for rule in LAW.insurance
        for name in (*files.RATES, *files.CEILINGS)
    ]
    assert assumed(insurance) == [
        ("2023-01-01 insolvency", "from_memory"),
        ("2023-07-01 care", "from_memory"),
        ("2023-07-01 insolvency", "from_memory"),
    ]
    assert (
        assumed([(rule.percent.key, rule.percent.source.status) for rule in LAW.bonuses if rule.percent.source]) == []
    )


def test_the_supplementary_pension_is_a_sum_of_two_assumed_parts() -> None:
    rate = LAW.supplementary_pension
    assert (str(rate.amount), rate.unit) == ("7.75", PERCENT)
    assert [(part.subject, str(part.amount)) for part in rate.inputs] == [
        ("Umlage", "4.25"),
        ("Sanierungsgeld", "3.50"),
    ]
    assert rate.is_assumption


def test_units_are_those_of_the_calculation() -> None:
    assert {value.amount.unit for values in LAW.table.values() for value in values} == {EUR_PER_FTE}
    assert {one.amount.unit for one in LAW.allowances} == {EUR_PER_FTE}
    assert {rule.ceiling_health_care.unit for rule in LAW.insurance} == {EUR}
    assert {name: (str(one.amount), one.unit) for name, one in files.flats().items()} == {
        "workplace": ("9700.00", EUR_PER_FTE),
        "overhead": ("20.00", PERCENT),
    }
