"""Which step of its group a position is in on a day, and what is shown of the reason."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from kim.errors import RuleError
from kim.figures import Source, Status
from kim.years import Period
from staffing.calculation.pay import StepRule, Tariff, pay_year
from staffing.calculation.pay.steps import allowance_spans, pay_spans, step_places
from staffing.published_law import published_law
from tests.staffing.pay import day, months, terms

if TYPE_CHECKING:
    from staffing.calculation.pay import PayTerms

LAW = published_law()


def rises(one: PayTerms) -> list[tuple[int, str]]:
    return [(place.step, "" if place.first_day is None else f"{place.first_day}") for place in step_places(one, LAW)]


@pytest.mark.parametrize(
    ("group", "step", "since", "expected"),
    [
        # E: 1, 2, 3, 4, 5 years, from the first of the month in which the step is reached.
        ("E10", 1, "2020-03-01", [(2, "2021-03-01"), (3, "2023-03-01"), (4, "2026-03-01"), (5, "2030-03-01"), (6, "2035-03-01")]),
        ("E10", 3, "2020-07-31", [(4, "2023-07-01"), (5, "2027-07-01"), (6, "2032-07-01")]),
        # Three years that began on a leap day are over with 28 February.
        ("E10", 3, "2020-02-29", [(4, "2023-03-01"), (5, "2027-03-01"), (6, "2032-03-01")]),
        # E 1 knows four years in each step.
        ("E1", 2, "2020-03-01", [(3, "2024-03-01"), (4, "2028-03-01"), (5, "2032-03-01"), (6, "2036-03-01")]),
        # S before the change: 1, 3, 4, 4, 5; after it as E.
        ("S12", 1, "2020-03-01", [(2, "2021-03-01"), (3, "2024-03-01"), (4, "2027-03-01"), (5, "2031-03-01"), (6, "2036-03-01")]),
        # Two years of step 2 are over on 15.05.2024, three on 15.05.2025: the new duration acts on its first day.
        ("S12", 2, "2022-05-15", [(3, "2024-10-01"), (4, "2027-10-01"), (5, "2031-10-01"), (6, "2036-10-01")]),
        # Three years of step 3 are over on 02.10.2024, after the change.
        ("S12", 3, "2021-10-02", [(4, "2024-10-01"), (5, "2028-10-01"), (6, "2033-10-01")]),
        ("S12", 3, "2021-11-02", [(4, "2024-11-01"), (5, "2028-11-01"), (6, "2033-11-01")]),
        # The last day of the old rule.
        ("S12", 3, "2020-09-30", [(4, "2024-09-01"), (5, "2028-09-01"), (6, "2033-09-01")]),
        # S 8b: six and eight years before the change, four and five after it.
        ("S8b", 4, "2019-02-01", [(5, "2024-10-01"), (6, "2029-10-01")]),
        ("S8b", 4, "2018-02-01", [(5, "2024-02-01"), (6, "2029-02-01")]),
        ("S8b", 5, "2016-09-30", [(6, "2024-09-01")]),
        # Before the first rule that is recorded, it counts as well.
        ("S8b", 4, "2005-02-01", [(5, "2011-02-01"), (6, "2019-02-01")]),
        ("S8b", 5, "2017-02-01", [(6, "2024-10-01")]),
    ],
)  # fmt: skip
def test_steps_rise_by_the_durations_in_force(
    group: str, step: int, since: str, expected: list[tuple[int, str]]
) -> None:
    assert rises(terms(group, step, step_since=since)) == [(step, ""), *expected]


def test_the_last_step_and_an_unknown_start_stay() -> None:
    assert rises(terms("E10", 6, step_since="2020-03-01")) == [(6, "")]
    assert rises(terms("E10", 6)) == [(6, "")]
    assert rises(terms("E10", 3)) == [(3, "")]


def test_a_step_that_stays_for_want_of_a_date_is_an_assumption() -> None:
    values = [span.value for span in pay_spans(terms("E10", 3), LAW, Period(day("2025-05-01"), day("2025-05-31")))]
    assert [(one.source.status, one.note) for one in values if one and one.source] == [
        (Status.ASSUMED, "Stufe bleibt: seit wann sie erreicht ist, ist nicht erfasst")
    ]
    known = terms("E10", 3, step_since="2025-01-01"), terms("E10", 6)
    for one in known:
        value = pay_spans(one, LAW, Period(day("2025-05-01"), day("2025-05-31")))[0].value
        assert value is not None
        assert (value.is_assumption, value.note) == (False, "")


def test_a_risen_step_says_since_when_and_why() -> None:
    one = terms("E10", 3, step_since="2022-07-10")
    spans = pay_spans(one, LAW, Period(day("2025-06-01"), day("2025-07-31")))

    assert [(f"{span.start}", f"{span.end}", str(span.value.amount)) for span in spans if span.value] == [
        ("2025-06-01", "2025-06-30", "4664.10"),
        ("2025-07-01", "2025-07-31", "5040.24"),
    ]
    value = spans[1].value
    assert value is not None
    assert (value.subject, value.note, value.is_assumption) == (
        "E 10, Stufe 4, Tabelle ab 01.04.2025",
        "Stufe 4 seit 01.07.2025, nach 3 Jahren in Stufe 3, vom Beginn des Monats an, in dem die nächste Stufe erreicht wird (§ 17 Abs. 1 TVöD)",
        True,
    )
    # 4,664.10 + 977.12 + 361.47; 5,040.24 + 1,055.92 + 390.62.
    assert [amount for _month, amount in months(pay_year(one, 2025, LAW))][5:7] == ["6002.69", "6486.78"]


def test_the_weaker_source_speaks() -> None:
    # S 8b: that all of the group take the longer time is assumed, the table itself is inferred in the middle of 2024.
    within = Period(day("2024-02-01"), day("2024-03-31"))
    values = [span.value for span in pay_spans(terms("S8b", 4, step_since="2018-02-01"), LAW, within)]
    assert [one.source.status for one in values if one and one.source] == [Status.ASSUMED, Status.INFERRED]


def test_a_rule_that_begins_within_a_month_raises_nobody_before() -> None:
    rules = (
        StepRule(Tariff.E, (), (9, 9, 9, 9, 9), Period(day("2015-01-01"), day("2024-10-14")), Source("alt")),
        StepRule(Tariff.E, (), (1, 2, 3, 4, 5), Period(day("2024-10-15"), None), Source("neu")),
    )
    law = dataclasses.replace(LAW, steps=rules)
    one = terms("E10", 3, step_since="2020-01-01")
    assert [f"{place.first_day}" for place in step_places(one, law)] == [
        "None",
        "2024-10-15",
        "2028-10-01",
        "2033-10-01",
    ]
    # The month is paid by days: 14 of 31 at 4,528.25 and 17 of 31 at 4,893.44.
    october = pay_year(one, 2024, law).months[9]
    assert [str(part.amount) for part in october.inputs[0].inputs] == ["2045.02", "2683.50"]


def test_without_a_rule_for_the_group_the_reader_is_told() -> None:
    law = dataclasses.replace(LAW, steps=())
    with pytest.raises(RuleError, match=r"E 10 \(TVöD-VKA, Tabelle E\) sind keine Stufenlaufzeiten"):
        step_places(terms("E10", 3, step_since="2020-01-01"), law)


def test_the_allowance_begins_in_july_2022_and_only_for_social_services() -> None:
    year = Period(day("2022-01-01"), day("2022-12-31"))

    def spans(group: str) -> list[tuple[str, str | None]]:
        found = allowance_spans(terms(group, 3), LAW, year)
        return [(f"{span.start}", None if span.value is None else str(span.value.amount)) for span in found]

    assert spans("S8a") == [("2022-01-01", None), ("2022-07-01", "130.00")]
    assert spans("S12") == [("2022-01-01", None), ("2022-07-01", "180.00")]
    assert spans("S13") == [("2022-01-01", None)]
    assert spans("E10") == [("2022-01-01", None)]
