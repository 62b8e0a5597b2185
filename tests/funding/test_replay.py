"""The replay of the public record: what it enters, what it leaves alone, and that it happens once."""

from __future__ import annotations

from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from funding.models import Cap, CouncilPaper, ForecastVersion, GrantAward, LumpSum, PaperItem
from funding.replay import replay
from funding.selectors import IN_FORCE, ProgrammeState, programme_state
from funding.states import named_state
from kim.errors import RuleError
from staffing.models import Position, PositionCost
from tests.fingerprint import fingerprint
from tests.pages import Page

if TYPE_CHECKING:
    from django.test import Client

    from funding.models import Programme
    from kim.models import User

SCENARIOS = ("in-force", "grant-continues", "grant-ends", "top-up-ends", "positions-end")


def now() -> ProgrammeState:
    found = programme_state("kim-nrw")
    assert found is not None
    return found


def shortfalls(state: ProgrammeState, scenario: str = IN_FORCE) -> list[str]:
    return [str(state.figures(year, scenario).figures["shortfall"].amount) for year in state.years]


@pytest.fixture
def before(founding_case: Programme) -> ProgrammeState:
    return now()


@pytest.fixture
def lines(before: ProgrammeState, ayse: User) -> list[str]:
    found: list[str] = []
    assert replay(by=ayse, say=found.append) is True
    return found


def test_every_figure_of_2022_stays_what_the_paper_printed(before: ProgrammeState, lines: list[str]) -> None:
    after = now()
    for scenario in SCENARIOS:
        old, new = before.figures(2022, scenario), after.figures(2022, scenario)
        assert {key: one.amount for key, one in new.figures.items()} == {
            key: one.amount for key, one in old.figures.items()
        }
        assert new.missing == old.missing
    figures = after.figures(2022).figures
    assert {key: str(figures[key].amount) for key in ("position_cost", "grant", "shortfall", "expense")} == {
        "position_cost": "884157.24", "grant": "625600.00", "shortfall": "336657.24", "expense": "962257.24",
    }  # fmt: skip


def test_the_first_version_holds_the_founding_figures_of_all_years(before: ProgrammeState, lines: list[str]) -> None:
    frozen = named_state("kim-nrw", "fassung-1").state
    versions = ForecastVersion.objects.select_related("paper").order_by("number")
    assert [(one.number, one.name, one.paper.number) for one in versions if one.paper] == [
        (1, "Vorlage 2021/1121", "2021/1121"), (2, "Vorlage 2022/1410", "2022/1410"),
    ]  # fmt: skip
    for scenario in SCENARIOS:
        assert shortfalls(frozen, scenario) == shortfalls(before, scenario)


def test_later_years_differ_from_the_first_version_today(lines: list[str]) -> None:
    resolved, today = (named_state("kim-nrw", ref).state for ref in ("fassung-1", "heute"))
    assert shortfalls(resolved) == ["336657.24", *["962257.24"] * 4]
    # Four more positions at 86,259.24; without a grant the city pays them as well.
    assert shortfalls(today) == ["336657.24", *["1307294.20"] * 4]
    # 165,000 + 78,100 + 513,000 + 112,500 = 868,600 from the state; from 2025 on 12,000 less for workplaces.
    assert shortfalls(today, "grant-continues") == [
        "336657.24", "438694.20", "438694.20", "450694.20", "450694.20",
    ]  # fmt: skip
    # From 2025 on the three providers get 57,000 each and nothing beside it: 29,259.24 twice and 29,259.25 less.
    assert shortfalls(today, "top-up-ends") == [
        "336657.24", "438694.20", "438694.20", "362916.47", "362916.47",
    ]  # fmt: skip


def test_nobody_guesses_what_is_not_public(lines: list[str]) -> None:
    awards = GrantAward.objects.filter(award_date__year=2022).order_by("award_date")
    assert [(one.amount, one.period_start, one.source_status) for one in awards] == [(None, None, "verified")] * 2
    positions = Position.objects.filter(reference__in=["KIM-2.6", "KIM-2.7", "KIM-2.8", "KIM-2.9"])
    costs = PositionCost.objects.filter(position__in=positions)
    assert {(one.source_status, one.amount) for one in costs} == {("assumed", Decimal("86259.24"))}
    assert {one.provider.name for one in positions.select_related("provider")} == {"Träger nicht bekannt"}
    later = LumpSum.objects.filter(valid_from__year__gte=2023)
    assert {one.source_status for one in later} == {"inferred"}
    assert set(Cap.objects.filter(valid_from__year__gte=2023).values_list("source_status", flat=True)) == {"assumed"}
    papers = CouncilPaper.objects.filter(date_precision="year").order_by("number")
    assert [(one.number, one.paper_date.year) for one in papers] == [("2022/1410", 2022), ("2024/3092", 2024)]


def test_status_of_each_item_follows(lines: list[str]) -> None:
    items = PaperItem.objects.order_by("paper__number", "number")
    assert [(one.paper.number, one.number, one.status) for one in items.select_related("paper")] == [
        ("2021/1121", 1, "adopted"), ("2021/1121", 2, "adopted"), ("2021/1204", 1, "adopted"),
        ("2022/1410", 1, "adopted"), ("2024/3092", 1, "unknown"),
    ]  # fmt: skip


def test_a_second_time_nothing_happens(lines: list[str], ayse: User) -> None:
    stored = fingerprint()
    again = StringIO()
    call_command("replaycase", stdout=again)
    assert again.getvalue() == "Die öffentlichen Unterlagen sind schon nachgespielt.\n"
    assert fingerprint() == stored


def test_every_step_says_a_line(lines: list[str]) -> None:
    assert len(lines) == 20
    assert lines[2] == "Fassung „Vorlage 2021/1121“ festgeschrieben: die Zahlen, über die der Rat entschieden hat."


def test_history_says_where_the_changes_come_from(lines: list[str], bernd_client: Client) -> None:
    page = Page(bernd_client.get("/programme/kim-nrw/aenderungen/?kind=vorlagen"))
    assert "hat das Nachspielen der öffentlichen Unterlagen den Beschluss über Beschlusspunkt 1" in page.main.text
    assert "unmittelbar in der Datenbank" not in page.main.text


def test_rows_of_somebody_else_are_not_overwritten(before: ProgrammeState, ayse: User) -> None:
    LumpSum.objects.filter(grant_rule__name="Koordination").update(valid_to="2024-12-31")
    stored = fingerprint()
    with pytest.raises(RuleError) as refused:
        replay(by=ayse, say=print)
    assert refused.value.message == (
        "Das Nachspielen passt nicht zu dem, was schon erfasst ist („Pauschale Koordination ab 2023: 57.000,00 € "
        "(Betrag belegt, Beginn erschlossen).“): Für diesen Zeitraum gibt es schon eine Pauschale. Bitte die ältere "
        "vorher enden lassen."
    )
    assert fingerprint() == stored


def test_without_the_founding_case_there_is_nothing_to_replay(ayse: User) -> None:
    with pytest.raises(RuleError, match="Der Gründungsfall fehlt"):
        replay(by=ayse, say=print)


@pytest.mark.parametrize("name", ["bernd", "gibt-es-nicht"])
def test_only_the_finance_staff_freezes(before: ProgrammeState, bernd: User, name: str) -> None:
    with pytest.raises(CommandError, match="Es gibt kein solches Konto der Finanzverwaltung"):
        call_command("replaycase", by=name)
    assert ForecastVersion.objects.count() == 0
