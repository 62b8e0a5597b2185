"""States by name: today, a version, the end of a day; and what is said of names that are none."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from funding.models import FundedPosition, LumpSum
from funding.selectors import programme_state
from funding.states import NamedState, known_refs, named_state, version_ref
from kim.errors import KimError, PeriodError, RuleError
from staffing.models import Position, PositionCost
from tests.funding.frozen import frozen
from tests.funding.histories import at, set_cost, stamp

if TYPE_CHECKING:
    from typing import Any

    from funding.models import Programme
    from kim.models import User

pytestmark = pytest.mark.django_db


def state(ref: str) -> NamedState:
    return named_state("kim-nrw", ref)


def shortfall(ref: str) -> str:
    return str(state(ref).state.figures(2022).figures["shortfall"].amount)


@pytest.mark.parametrize("ref", ["", "heute"])
def test_today_is_the_work_in_progress(programme: Programme, ref: str) -> None:
    found = state(ref)
    assert (found.ref, found.label, found.state) == ("heute", "Arbeitsstand", programme_state("kim-nrw"))


def test_a_version_by_its_number(programme: Programme, ayse: User, cost: PositionCost) -> None:
    frozen(programme, ayse)
    set_cost(cost, "88000.00", at(7))
    found = state("fassung-1")
    assert (found.ref, found.label) == (version_ref(1), "Fassung 1: Vorlage 2021/1121")
    assert (shortfall("fassung-1"), shortfall("heute")) == ("336657.24", "338397.99")


def test_a_day_is_the_state_at_its_end_in_berlin(programme: Programme, cost: PositionCost) -> None:
    set_cost(cost, "88000.00", datetime(2022, 3, 7, 23, 59, 59, tzinfo=ZoneInfo("Europe/Berlin")))
    set_cost(cost, "89000.00", datetime(2022, 3, 8, 0, 0, tzinfo=ZoneInfo("Europe/Berlin")))
    assert [shortfall(f"2022-03-{day:02}") for day in (6, 7, 8)] == ["336657.24", "338397.99", "339397.99"]
    assert (state("2022-03-07").ref, state("2022-03-07").label) == ("2022-03-07", "Stand am 07.03.2022")


def test_a_day_knows_rows_that_are_gone(programme: Programme) -> None:
    LumpSum.objects.filter(grant_rule__name="Koordination").update(amount=Decimal("50000.00"))
    FundedPosition.objects.filter(position__reference="KIM-2.1").delete()
    Position.objects.filter(reference="KIM-2.1").delete()
    stamp(at(9))
    assert (shortfall("2022-03-08"), shortfall("2022-03-09") == shortfall("heute")) == ("336657.24", True)


def test_a_day_answers_everything_that_today_does(programme: Programme) -> None:
    now, today = state("heute").state, state(timezone.localdate().isoformat()).state
    assert (today.inputs, today.scenarios, today.awards, today.papers, today.accounts) == (
        now.inputs, now.scenarios, now.awards, now.papers, now.accounts,
    )  # fmt: skip
    for slug in (one.slug for one in now.scenarios):
        assert today.figures(2024, slug) == now.figures(2024, slug)


@pytest.mark.parametrize(
    ("ref", "error", "sentence"),
    [
        ("gestern", RuleError, "„gestern“ ist kein Stand. Es gibt „heute“, Fassungen wie „fassung-1“ und Tage"),
        ("20220307", RuleError, "„20220307“ ist kein Stand"),
        ("2022-W10-1", RuleError, "„2022-W10-1“ ist kein Stand"),
        ("2022-02-30", RuleError, "„2022-02-30“ ist kein Stand"),
        ("٢٠٢٢-03-07", RuleError, "„٢٠٢٢-03-07“ ist kein Stand"),
        ("\x00", RuleError, "ist kein Stand"),
        ("x" * 5000, RuleError, "ist kein Stand"),
        ("fassung-2", RuleError, "Die Fassung „2“ gibt es nicht"),
        ("fassung-", RuleError, "Die Fassung „“ gibt es nicht"),
        ("fassung-01", RuleError, "Die Fassung „01“ gibt es nicht"),
        ("fassung-x", RuleError, "Die Fassung „x“ gibt es nicht"),
        ("2021-11-07", PeriodError, "Am 07.11.2021 gab es das Programm hier noch nicht"),
        ("0001-01-01", PeriodError, "Am 01.01.0001 gab es das Programm hier noch nicht"),
        ("9999-12-31", PeriodError, "Der 31.12.9999 liegt in der Zukunft"),
    ],
)
def test_a_name_that_is_none_is_told(
    programme: Programme, ayse: User, ref: str, error: type[KimError], sentence: str
) -> None:
    frozen(programme, ayse)
    with pytest.raises(error) as refusal:
        state(ref)
    assert sentence in refusal.value.message
    assert len(refusal.value.message) < 300


def test_tomorrow_is_told_by_the_clock_of_berlin(programme: Programme) -> None:
    # Half an hour before midnight in Berlin.
    with time_machine.travel(datetime(2026, 7, 1, 21, 30, tzinfo=ZoneInfo("UTC")), tick=False):
        assert state("2026-07-01").ref == "2026-07-01"
        with pytest.raises(PeriodError, match=r"Der 02\.07\.2026 liegt in der Zukunft"):
            state("2026-07-02")


def test_a_programme_that_is_none_is_told(programme: Programme) -> None:
    for ref in ("heute", "2022-03-07"):
        with pytest.raises(RuleError, match="Ein Förderprogramm „x“ gibt es nicht"):
            named_state("x", ref)


def test_what_there_is_to_choose_from(programme: Programme, ayse: User, django_assert_num_queries: Any) -> None:
    first = frozen(programme, ayse)
    frozen(programme, ayse, "Berichtigt", corrects=first)
    now = state("heute").state
    with django_assert_num_queries(1):
        assert known_refs(now) == (
            ("heute", "Arbeitsstand"),
            ("fassung-2", "Fassung 2: Berichtigt"),
            ("fassung-1", "Fassung 1: Vorlage 2021/1121"),
        )


def test_what_a_state_costs(programme: Programme, ayse: User, django_assert_num_queries: Any) -> None:
    frozen(programme, ayse)
    state("fassung-1")
    for ref, count in {"heute": 1, "fassung-1": 1, "2022-03-07": 3}.items():
        with django_assert_num_queries(count):
            state(ref)
