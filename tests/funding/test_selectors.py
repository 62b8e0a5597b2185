"""From rows to inputs: one statement, one instant, and the same figures for the same rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from funding.models import BudgetYear, Cap, FundingModule, GrantAward, LumpSum, Programme, Scenario, ScenarioOverride
from funding.selectors import ProgrammeState, programme_state
from kim.errors import PeriodError, RuleError
from kim.figures import EUR, EUR_PER_FTE, Source, Status, given
from kim.timeshare import Limit
from kim.years import Period, Proration
from staffing.models import Position, PositionCost

if TYPE_CHECKING:
    from kim.models import User

pytestmark = pytest.mark.django_db


def state(slug: str = "kim-nrw") -> ProgrammeState:
    found = programme_state(slug)
    assert found is not None
    return found


def test_facts_of_the_programme(founding_case: Programme) -> None:
    found = state()
    assert (found.slug, found.short_name, found.municipality, found.grantor, found.internal_order) == (
        "kim-nrw", "KIM NRW", "Stadt Leverkusen", "Land Nordrhein-Westfalen", "900006110102",
    )  # fmt: skip
    assert (found.limited_until, found.budget_year, list(found.years)) == (
        date(2022, 12, 31), 2022, [2022, 2023, 2024, 2025, 2026],
    )  # fmt: skip
    assert found.accounts == {
        "expense": "549900", "grant_for_positions": "414101", "grant_for_material": "414100",
    }  # fmt: skip
    assert [one.slug for one in found.scenarios] == [
        "in-force", "grant-continues", "grant-ends", "top-up-ends", "positions-end",
    ]  # fmt: skip
    assert [(one.number, one.slug, one.status) for one in found.papers] == [("2021/1121", "2021-1121", "drafted")]
    assert [(one.award_date, one.period, one.amount) for one in found.awards] == [(date(2021, 2, 15), None, None)]


def test_rows_become_inputs_with_their_sources(founding_case: Programme) -> None:
    inputs = state().inputs
    assert inputs.grant_until == Limit(
        date(2022, 12, 31),
        Source("Vorlage 2021/1121, Begründung: „zunächst bis zum 31.12.2022 befristet“", row="funding.Programme"),
    )
    assert (inputs.time_rule.proration, inputs.time_rule.source.status) == (Proration.TWELFTHS, Status.FROM_MEMORY)
    assert (inputs.positions_until, inputs.top_up_until, inputs.law) == (None, None, None)

    first = inputs.modules[0]
    assert [(one.position.reference, str(one.position.fte.amount)) for one in first.funded] == [
        ("KIM-1.1", "1"), ("KIM-1.2", "1"), ("KIM-1.3", "0.5"), ("KIM-1.4", "0.5"),
    ]  # fmt: skip
    assert first.funded[0].period == Period(date(2022, 1, 1))
    row = LumpSum.objects.get(grant_rule__name="Koordination")
    (lump,) = first.funded[0].rule.lump_sums
    assert lump.period == Period(date(2020, 7, 1))
    assert lump.amount == given("lump_sum", Decimal("55000.00"), EUR_PER_FTE, row.as_source())
    cap = Cap.objects.get(funding_module__number=1, covers="material")
    assert first.caps["material"][0].amount == given("cap", Decimal("78100.00"), EUR, cap.as_source())


def test_a_position_of_two_times_is_one_position(founding_case: Programme) -> None:
    position = Position.objects.get(reference="KIM-2.1")
    first = position.funded.get()
    first.valid_to = date(2022, 6, 30)
    first.save()
    position.funded.create(grant_rule=first.grant_rule, valid_from=date(2022, 7, 1), source=first.source)
    module = state().inputs.modules[1]
    twice = [one.position for one in module.funded if one.position.reference == "KIM-2.1"]
    assert len(twice) == 2
    assert twice[0] is twice[1]
    assert str(state().figures(2022).figures["grant"].amount) == "625600.00"


@pytest.mark.parametrize("slug", ["unbekannt", "", "KIM-NRW", "köln", "x" * 10_000, "kim-nrw\x00", "' OR 1=1 --"])
def test_an_unknown_programme_is_none(founding_case: Programme, slug: str) -> None:
    assert programme_state(slug) is None


@pytest.mark.parametrize("slug", ["unbekannt", "", "IN-FORCE", "x" * 10_000])
def test_an_unknown_scenario_is_refused_with_the_known_ones(founding_case: Programme, slug: str) -> None:
    with pytest.raises(RuleError) as refusal:
        state().figures(2022, slug)
    assert refusal.value.message == (
        f"Das Szenario „{slug[:60]}“ gibt es nicht. "
        "Es gibt: in-force, grant-continues, grant-ends, top-up-ends, positions-end."
    )


@pytest.mark.parametrize("year", [0, 99999, 2021, 2027, -2022])
def test_a_year_outside_the_plan_is_refused(founding_case: Programme, year: int) -> None:
    with pytest.raises(PeriodError) as refusal:
        state().figures(year)
    assert refusal.value.message == f"{year} liegt nicht im Plan. Geplant sind 2022 bis 2026."


# --- One statement, one instant -------------------------------------------------------------------------------------


def statements() -> int:
    with CaptureQueriesContext(connection) as captured:
        state()
    return len(captured)


def test_one_statement_however_many_positions_there_are(founding_case: Programme) -> None:
    state()
    few = statements()
    template = Position.objects.get(reference="KIM-2.1")
    funded = template.funded.get()
    for number in range(30):
        position = Position.objects.create(
            reference=f"X-{number}", title="Stelle", provider=template.provider, fte=Decimal("0.5"),
            planned_from=date(2022, 1, 1),
        )  # fmt: skip
        PositionCost.objects.create(position=position, fiscal_year=2022, amount=Decimal("1.00"), source="Bescheid")
        position.funded.create(grant_rule=funded.grant_rule, valid_from=date(2022, 1, 1), source="Bescheid")
    assert (few, statements()) == (1, 1)
    assert len(state().figures(2022).modules[1].positions) == 35


def test_the_same_rows_are_the_same_state_and_computed_once(founding_case: Programme) -> None:
    first, second = state(), state()
    assert (first == second, hash(first) == hash(second), first.seal == second.seal) == (True, True, True)
    assert first.figures(2022) is second.figures(2022)
    assert first != "kim-nrw"


def test_a_changed_row_is_another_state_at_once(founding_case: Programme) -> None:
    before = state()
    PositionCost.objects.filter(position__reference="KIM-1.1", fiscal_year=2022).update(amount=Decimal("86260.25"))
    after = state()
    assert before != after
    assert [str(one.figures(2022).figures["shortfall"].amount) for one in (before, after)] == [
        "336657.24", "336658.24",
    ]  # fmt: skip


def test_a_change_that_is_taken_back_leaves_nothing(founding_case: Programme) -> None:
    before = state()
    with transaction.atomic():
        PositionCost.objects.all().delete()
        assert state().figures(2022).missing != ()
        transaction.set_rollback(True)
    assert state() == before


def test_years_that_were_not_read_have_no_costs(founding_case: Programme) -> None:
    found = programme_state("kim-nrw", 2022, 2022)
    assert found is not None
    assert {year for one in found.inputs.modules[0].funded for year in one.position.costs} == {2022}
    assert str(found.figures(2022).figures["shortfall"].amount) == "336657.24"


def test_two_programmes_do_not_touch_each_other(founding_case: Programme) -> None:
    before = state().figures(2022)
    other = Programme.objects.create(
        municipality=founding_case.municipality, slug="anderes", name="Anderes", short_name="A", grantor="Bund",
        limited_until_source="Bescheid", internal_order="1", budget_year=2022, first_year=2022, last_year=2023,
        proration_source="Richtlinie",
    )  # fmt: skip
    Scenario.objects.create(programme=other, slug="in-force", name="Geltendes Recht")
    FundingModule.objects.create(programme=other, number=1, kind="other", name="Leer", instrument="grant")
    assert state("anderes").figures(2022).figures["expense"].amount == Decimal("0.00")
    assert state().figures(2022) == before


# --- What rows may say ----------------------------------------------------------------------------------------------


def award(programme: Programme, **fields: object) -> GrantAward:
    values = {
        "programme": programme, "funding_module": programme.funding_modules.get(number=2), "source": "Bescheid",
        "award_date": date(2022, 1, 27), "period_start": date(2022, 1, 1), "period_end": date(2022, 12, 31),
        "amount": Decimal("250000.00"), **fields,
    }  # fmt: skip
    return GrantAward.objects.create(**values)


def test_an_award_stands_in_the_place_of_the_rule_and_the_difference_is_kept(founding_case: Programme) -> None:
    award(founding_case)
    figures = state().figures(2022)
    total = figures.modules[1].figures["grant_for_positions"]
    assert [(one.key, str(one.amount)) for one in total.inputs] == [
        ("award", "250000.00"), ("grant_for_positions_by_rule", "275000.00"),
    ]  # fmt: skip
    assert [str(line.grant.amount) for line in figures.modules[1].positions] == ["50000.00"] * 5
    assert str(figures.figures["shortfall"].amount) == "361657.24"


def test_a_superseded_award_counts_no_more(founding_case: Programme) -> None:
    award(founding_case, is_superseded=True)
    assert str(state().figures(2022).figures["grant"].amount) == "625600.00"


def test_who_entered_a_value_is_shown_as_an_office(founding_case: Programme, ayse: User) -> None:
    LumpSum.objects.update(recorded_by=ayse)
    sources = {lump.amount.source for one in state().inputs.modules[0].funded for lump in one.rule.lump_sums}
    assert {source.recorded_by for source in sources if source} == {"Finanzverwaltung"}
    assert not any("ayse" in str(source) for source in sources)


def test_status_of_a_year(founding_case: Programme) -> None:
    BudgetYear.objects.create(municipality=founding_case.municipality, fiscal_year=2022, status="in_force")
    found = state()
    assert [found.status_of(year) for year in (2022, 2023)] == ["in_force", "draft"]


def test_overrides_come_with_their_reasons(founding_case: Programme) -> None:
    (override,) = state().scenario("grant-continues").overrides
    row = ScenarioOverride.objects.get(scenario__slug="grant-continues")
    assert (override.parameter.value, override.last_day, override.source, override.provider) == (
        "grant_until", None, row.as_source(), None,
    )  # fmt: skip


def test_a_programme_without_an_end_pays_on(founding_case: Programme) -> None:
    Programme.objects.update(limited_until=None)
    assert str(state().figures(2026).figures["grant"].amount) == "625600.00"


@pytest.mark.django_db
@pytest.mark.usefixtures("founding_case")
def test_the_law_in_force_needs_no_row() -> None:
    before = programme_state("kim-nrw")
    Scenario.objects.filter(slug="in-force").delete()
    after = programme_state("kim-nrw")

    assert before is not None
    assert after is not None
    assert after.figures(2023).figures["shortfall"] == before.figures(2023).figures["shortfall"]
