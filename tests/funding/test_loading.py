"""The founding case becomes rows: all of them or none, and only once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError
from pghistory.models import Event

from funding.loading import FOUNDING_CASE, load_case
from funding.models import (
    BudgetYear,
    Cap,
    Committee,
    CommitteeQuestion,
    CouncilPaper,
    Deadline,
    FinanceStatement,
    ForecastVersion,
    FundedPosition,
    FundingModule,
    GrantAward,
    GrantRule,
    ItemLink,
    LedgerAccount,
    LumpSum,
    MaterialCost,
    MaterialLine,
    Meeting,
    Municipality,
    PaperItem,
    PrintedFigure,
    Programme,
    Resolution,
    RoundingRule,
    Scenario,
    ScenarioOverride,
    TopUp,
)
from staffing.models import (
    Allowance,
    AnnualBonus,
    PayRate,
    PayRise,
    Position,
    PositionBasis,
    PositionCost,
    Provider,
    SocialInsuranceRate,
    StepDuration,
    SupplementaryPension,
)

if TYPE_CHECKING:
    from pathlib import Path

    from django.db.models import Model

pytestmark = pytest.mark.django_db

ROWS: dict[type[Model], int] = {
    Municipality: 1, Programme: 1, BudgetYear: 0, LedgerAccount: 3, RoundingRule: 1, FundingModule: 3, GrantRule: 6,
    LumpSum: 6, Cap: 4, Provider: 6, Position: 12, PositionCost: 60, FundedPosition: 12, MaterialLine: 2,
    MaterialCost: 10, GrantAward: 1, TopUp: 2, Deadline: 3, Scenario: 5, ScenarioOverride: 6, CouncilPaper: 1,
    PaperItem: 2, PrintedFigure: 40, FinanceStatement: 1, Committee: 4, Meeting: 4, ForecastVersion: 0,
    CommitteeQuestion: 0,
    # What is decided and paid comes later: from the pages, and from the published pay tables.
    Resolution: 0, ItemLink: 0, PositionBasis: 0, PayRise: 0, PayRate: 0, StepDuration: 0, Allowance: 0,
    AnnualBonus: 0, SocialInsuranceRate: 0, SupplementaryPension: 0,
}  # fmt: skip


def counted() -> dict[type[Model], int]:
    return {model: model._default_manager.count() for model in ROWS}


def test_the_case_fills_every_kind_of_row() -> None:
    assert load_case() is True
    assert counted() == ROWS


def test_loading_a_second_time_changes_nothing() -> None:
    load_case()
    PositionCost.objects.filter(position__reference="KIM-1.1").update(amount=Decimal("90000.00"))
    before = [row for model in ROWS for row in model._default_manager.order_by("pk").values_list()]

    assert load_case() is False

    assert [row for model in ROWS for row in model._default_manager.order_by("pk").values_list()] == before


def test_a_broken_case_leaves_nothing_behind(tmp_path: Path) -> None:
    broken = tmp_path / "case.toml"
    text = FOUNDING_CASE.read_text(encoding="utf-8")
    # The last thing that is loaded: by then everything else stands in the transaction.
    assert text.count('role = "decides"') == 1
    broken.write_text(
        text.replace('committee = "Rat der Stadt Leverkusen"\nmeeting_date = 2021-12-13', 'committee = "Rat"'),
        encoding="utf-8",
    )
    with pytest.raises(KeyError, match="meeting_date"):
        load_case(broken)
    assert set(counted().values()) == {0}


@pytest.mark.parametrize(
    ("line", "wrong", "constraint"),
    [
        ('covers = "positions"', 'covers = "position"', "funding_cap_known_part"),
        ('stage = "registered"', 'stage = "noted"', "funding_topup_known_stage"),
        ('direction = "up"', 'direction = "hoch"', "funding_roundingrule_known_direction"),
        ('use = "expense"', 'use = "cost"', "funding_ledgeraccount_known_use"),
        ('amount = "22500.00"', 'amount = "22500.001"', None),
        ('fte = "0.75"', 'fte = "1.75"', "staffing_position_fte_in_range"),
    ],
)
def test_a_slip_in_a_case_is_refused(tmp_path: Path, line: str, wrong: str, constraint: str | None) -> None:
    text = FOUNDING_CASE.read_text(encoding="utf-8")
    assert line in text
    slip = tmp_path / "case.toml"
    slip.write_text(text.replace(line, wrong), encoding="utf-8")
    refused = (IntegrityError,) if constraint else (Exception,)
    with pytest.raises(refused, match=constraint or "Centbetrag"):
        load_case(slip)


def test_no_amount_of_the_case_could_be_read_as_a_float() -> None:
    assert not any(
        line.partition("=")[2].strip().replace(".", "").isdigit() and "." in line.partition("=")[2]
        for line in FOUNDING_CASE.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    )


def test_every_row_passes_its_own_checks() -> None:
    load_case()
    for model in ROWS:
        for row in model._default_manager.all():
            row.full_clean()


def test_every_source_is_named() -> None:
    load_case()
    sourced = [model for model in ROWS if any(field.name == "source" for field in model._meta.fields)]
    assert len(sourced) == 22
    assert not any(model._default_manager.filter(source="").exists() for model in sourced)


def test_the_split_over_positions_is_marked_in_every_row() -> None:
    load_case()
    now = PositionCost.objects.filter(fiscal_year=2022)
    assert set(now.values_list("source_status", "note")) == {
        ("inferred", "Annahme: nach Stellenanteil aufgeteilt, Anlage 3 nicht veröffentlicht")
    }
    assert sum(now.values_list("amount", flat=True)) == Decimal("884157.24")
    later = PositionCost.objects.exclude(fiscal_year=2022)
    assert set(later.values_list("source_status", flat=True)) == {"assumed"}


def test_the_paper_its_items_and_its_way_through_the_committees() -> None:
    load_case()
    paper = CouncilPaper.objects.get()
    assert (paper.number, paper.paper_date, paper.status) == ("2021/1121", date(2021, 11, 4), "drafted")
    assert list(paper.items.values_list("number", "kind", "status")) == [
        (1, "top_up", "drafted"), (2, "full_cost", "drafted"),
    ]  # fmt: skip
    assert list(paper.meetings.values_list("meeting_date", "committee__name", "role")) == [
        (date(2021, 11, 11), "Ausschuss für Bürgereingaben und Umwelt", "advises"),
        (date(2021, 11, 15), "Ausschuss für Soziales, Gesundheit und Senioren", "advises"),
        (date(2021, 11, 29), "Finanz- und Digitalisierungsausschuss", "advises"),
        (date(2021, 12, 13), "Rat der Stadt Leverkusen", "decides"),
    ]


def test_starts_are_known_as_exactly_as_the_paper_knows_them() -> None:
    load_case()
    assert list(
        Position.objects.filter(reference__in=["KIM-1.1", "KIM-1.3", "KIM-2.1", "KIM-3.1"]).values_list(
            "reference", "filled_from", "filled_from_latest", "filled_from_precision", "filled_confirmed"
        )
    ) == [
        ("KIM-1.1", date(2021, 10, 1), None, "month", False),
        ("KIM-1.3", None, None, "day", False),
        ("KIM-2.1", date(2022, 1, 1), None, "day", False),
        ("KIM-3.1", date(2021, 12, 1), date(2022, 1, 1), "range", False),
    ]


def test_what_was_registered_for_2022_and_what_is_to_be_for_2023() -> None:
    load_case()
    assert list(TopUp.objects.values_list("fiscal_year", "stage", "amount", "source_status")) == [
        (2022, "registered", Decimal("336657.24"), "inferred"),
        (2023, "planned", Decimal("962300.00"), "verified"),
    ]


def test_the_command_says_in_a_line_what_it_did() -> None:
    said = []
    for _time in range(2):
        out = StringIO()
        call_command("loadcase", stdout=out)
        said.append(out.getvalue())
    assert said == [
        "Gründungsfall geladen: KIM NRW, Vorlage 2021/1121.\nEntgelttabellen geladen: 1355 Werte.\n",
        "Der Gründungsfall ist schon geladen.\nDie Entgelttabellen sind schon geladen.\n",
    ]


def test_every_kind_of_row_is_counted_here() -> None:
    known = {
        model
        for app in ("staffing", "funding")
        for model in apps.get_app_config(app).get_models()
        if not issubclass(model, Event)
    }
    assert known == set(ROWS)
