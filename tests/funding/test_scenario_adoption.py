"""Taking a scenario over into the plan, to the cent and all of it or nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from funding.calculation.inputs import Parameter
from funding.models import BudgetYear, Cap, LumpSum, Programme, Scenario
from staffing.models import Position, PositionCost
from tests.fingerprint import fingerprint
from tests.funding.scenarios import HERE, REASON, override, shortfalls
from tests.pages import Page, payload

if TYPE_CHECKING:
    from django.test import Client

    from kim.models import User


# --- Into the plan --------------------------------------------------------------------------------------------------


@pytest.fixture
def full(wish: Scenario, position: Position) -> Scenario:
    """A scenario that sets one of everything the plan can take over."""
    override(wish, Parameter.GRANT_UNTIL, last_day=date(2025, 6, 30))
    override(wish, Parameter.LUMP_SUM_PERCENT, first_day=date(2023, 7, 1), percent=Decimal("-3.6"))
    override(wish, Parameter.CAP_PERCENT, first_day=date(2024, 1, 1), percent=Decimal(-5))
    override(wish, Parameter.COST_PERCENT, first_year=2023, percent=Decimal("2.5"))
    override(wish, Parameter.COST_PERCENT, first_year=2024, percent=Decimal("1.75"))
    override(wish, Parameter.POSITION_UNTIL, position=position, last_day=date(2024, 5, 31))
    first = Position.objects.get(reference="KIM-1.1")
    override(wish, Parameter.POSITION_FROM, position=first, first_day=date(2022, 4, 1))
    return wish


def take_over(client: Client, slug: str = "wunsch") -> Any:
    page = Page(client.get(f"{HERE}{slug}/uebernehmen/"))
    return client.post(f"{HERE}{slug}/uebernehmen/", payload(page))


def test_taken_over_the_law_in_force_gives_what_the_scenario_gave(
    full: Scenario, position: Position, ayse_client: Client, ayse: User
) -> None:
    wanted = shortfalls("wunsch")
    earlier = {row.pk: row.amount for row in PositionCost.objects.filter(fiscal_year=2022)}
    old = {row.pk: (row.amount, row.valid_from) for row in LumpSum.objects.all()}
    assert wanted != shortfalls()

    answer = take_over(ayse_client)

    assert answer["Location"] == f"{HERE}wunsch/"
    assert shortfalls() == wanted
    assert shortfalls("wunsch") == wanted
    # Percentages would count twice now, so they left the scenario; dates say the same as the plan.
    left = sorted(full.overrides.values_list("parameter", flat=True))
    assert left == ["grant_until", "position_from", "position_until"]
    # Earlier rows keep their amounts; the lump sums of before end the day before the new ones.
    assert {row.pk: (row.amount, row.valid_from) for row in LumpSum.objects.filter(pk__in=old)} == old
    assert set(LumpSum.objects.filter(pk__in=old).values_list("valid_to", flat=True)) == {date(2023, 6, 30)}
    new = LumpSum.objects.exclude(pk__in=old)
    assert {(row.valid_from, row.source, row.source_status, row.recorded_by) for row in new} == {
        (date(2023, 7, 1), REASON, "assumed", ayse)
    }
    assert new.count() == len(old)
    new_caps = Cap.objects.filter(valid_from=date(2024, 1, 1))
    assert new_caps.count() == Cap.objects.filter(valid_to=date(2023, 12, 31)).count() > 0
    changed = {row.pk for row in PositionCost.objects.filter(fiscal_year=2022) if row.amount != earlier[row.pk]}
    assert changed == {PositionCost.objects.get(position__reference="KIM-1.1", fiscal_year=2022).pk}
    position.refresh_from_db()
    assert position.planned_until == date(2024, 5, 31)
    programme = Programme.objects.get()
    assert (programme.limited_until, programme.limited_until_source) == (date(2025, 6, 30), REASON)


def test_taking_over_is_audited(full: Scenario, ayse_client: Client, ayse: User) -> None:
    take_over(ayse_client)
    cost = PositionCost.objects.get(position__reference="KIM-2.2", fiscal_year=2023)
    assert cost.note.startswith("Übernommen aus dem Szenario „Wunsch“; vorher ")
    event = cost.events.order_by("-pgh_id")[0]  # type: ignore[attr-defined]
    context = event.pgh_context.metadata
    assert (context["scenario"], context["user"]) == ("wunsch", ayse.pk)


def test_second_time_there_is_nothing_left(full: Scenario, ayse_client: Client) -> None:
    take_over(ayse_client)
    before = fingerprint()
    page = Page(ayse_client.get(f"{HERE}wunsch/uebernehmen/"))
    assert "Nichts zu übernehmen" in page.main.text
    assert take_over(ayse_client).status_code == 422
    assert fingerprint() == before


def test_preview_that_is_out_of_date_changes_nothing(full: Scenario, position: Position, ayse_client: Client) -> None:
    seen = payload(Page(ayse_client.get(f"{HERE}wunsch/uebernehmen/")))
    PositionCost.objects.filter(position=position, fiscal_year=2023).update(amount=Decimal("90000.00"))
    before = fingerprint()
    answer = ayse_client.post(f"{HERE}wunsch/uebernehmen/", seen)
    assert answer.status_code == 409
    page = Page(answer)
    assert "Inzwischen wurde etwas gespeichert; übernommen wurde nichts" in page.main.text
    assert fingerprint() == before
    # What it shows now is up to date and can be taken over.
    assert ayse_client.post(f"{HERE}wunsch/uebernehmen/", payload(page)).status_code == 302


def test_top_up_and_all_positions_stay_in_the_scenario_and_it_says_why(
    founding_case: Programme, ayse_client: Client
) -> None:
    page = Page(ayse_client.get(f"{HERE}top-up-ends/uebernehmen/")).main.text
    assert "Der Plan kennt kein Ende der Aufstockung: Darüber beschließt der Rat." in page
    page = Page(ayse_client.get(f"{HERE}positions-end/uebernehmen/")).main.text
    assert "ist eine Entscheidung je Stelle" in page
    # What can be taken over is: the state goes on.
    assert take_over(ayse_client, "top-up-ends").status_code == 302
    assert shortfalls() == shortfalls("grant-continues")


def test_adopted_budget_is_not_rewritten(full: Scenario, founding_case: Programme, ayse_client: Client) -> None:
    BudgetYear.objects.create(municipality=founding_case.municipality, fiscal_year=2023, status="adopted")
    before = fingerprint()
    answer = take_over(ayse_client)
    assert answer.status_code == 422
    assert "Der Haushalt 2023 ist beschlossen: Seine Beträge ändert ein Szenario nicht mehr." in Page(answer).main.text
    assert fingerprint() == before


def test_administration_cannot_delete_standard_scenarios(wish: Scenario, administrator_client: Client) -> None:
    standard = Scenario.objects.get(slug="grant-ends")
    before = fingerprint()
    assert (
        administrator_client.post(f"/admin/funding/scenario/{standard.pk}/delete/", {"post": "yes"}).status_code == 403
    )
    data = {"action": "delete_selected", "_selected_action": [standard.pk], "post": "yes"}
    administrator_client.post("/admin/funding/scenario/", data)
    assert fingerprint() == before
    administrator_client.post(f"/admin/funding/scenario/{wish.pk}/delete/", {"post": "yes"})
    assert not Scenario.objects.filter(slug="wunsch").exists()
