"""Three changes the council has seen or will see, split by cause: amounts by hand, to the cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from funding.calculation.causes import Cause, Causes, causes
from funding.calculation.comparison import KEYS
from funding.models import Cap, FundedPosition, GrantAward, GrantRule, LumpSum
from funding.selectors import ProgrammeState, programme_state
from staffing.loading import load_pay
from staffing.models import PayRise, Position, PositionBasis, PositionCost, Provider

if TYPE_CHECKING:
    from funding.models import Programme

pytestmark = pytest.mark.usefixtures("founding_case")
SOURCED = {"source": "Bescheid vom 27.01.2022"}
FROM_2022 = date(2022, 1, 1)


def now() -> ProgrammeState:
    found = programme_state("kim-nrw")
    assert found is not None
    return found


def split(before: ProgrammeState, year: int = 2022, scenario: str = "in-force") -> Causes:
    after = now()
    return causes(
        (before.inputs, before.scenario(scenario).overrides), (after.inputs, after.scenario(scenario).overrides), year
    )


def amounts(found: Causes) -> dict[str, tuple[str, ...]]:
    """Return expense, grant and shortfall of every cause that changed one, and of the whole."""
    parts = {
        part.cause.value: tuple(str(part.changes[key].difference.amount) for key in KEYS)
        for part in found.parts
        if part.is_shown
    }
    return {**parts, "total": tuple(str(found.totals[key].amount) for key in KEYS)}


def values(found: Causes, cause: Cause) -> list[tuple[str, str, object, object]]:
    return [
        (one.what.value, one.name, getattr(one.before, "amount", one.before), getattr(one.after, "amount", one.after))
        for one in found.part(cause).moved
    ]


def more_case_managers(count: int = 4) -> None:
    rule = GrantRule.objects.get(name="Casemanagement")
    for number in range(count):
        position = Position.objects.create(
            reference=f"KIM-2.{number + 6}", title=f"Casemanagement {number + 6}",
            provider=Provider.objects.get(slug="ki"), fte=Decimal(1), planned_from=FROM_2022,
        )  # fmt: skip
        PositionCost.objects.create(position=position, fiscal_year=2022, amount=Decimal("86259.24"), **SOURCED)
        FundedPosition.objects.create(position=position, grant_rule=rule, valid_from=FROM_2022, **SOURCED)


def test_four_more_case_managers_cost_all_of_their_pay_as_long_as_the_maximum_stays() -> None:
    before = now()
    more_case_managers()
    found = split(before)
    # 4 x 86,259.24; the module is at its maximum of 275,000 already.
    assert amounts(found) == {
        "positions": ("345036.96", "0.00", "345036.96"),
        "total": ("345036.96", "0.00", "345036.96"),
    }
    assert values(found, Cause.POSITIONS) == [
        ("position", f"Casemanagement {number}", None, Decimal(1)) for number in (6, 7, 8, 9)
    ]


def test_four_more_case_managers_with_a_higher_maximum() -> None:
    before = now()
    more_case_managers()
    Cap.objects.filter(funding_module__number=2).update(amount=Decimal("495000.00"))
    found = split(before)
    # 9 x 55,000 = 495,000, so the state pays 220,000 more.
    assert amounts(found) == {
        "positions": ("345036.96", "0.00", "345036.96"),
        "lump_sum": ("0.00", "220000.00", "-220000.00"),
        "total": ("345036.96", "220000.00", "125036.96"),
    }
    assert values(found, Cause.LUMP_SUM) == [("cap", "Casemanagement", Decimal("275000.00"), Decimal("495000.00"))]


def test_lump_sum_of_57000_from_2023_on() -> None:
    LumpSum.objects.filter(grant_rule__name="Casemanagement", valid_from__gt=FROM_2022).delete()
    LumpSum.objects.filter(grant_rule__name="Casemanagement").update(amount=Decimal("55000.00"), valid_to=None)
    Cap.objects.all().delete()
    before = now()
    LumpSum.objects.filter(grant_rule__name="Casemanagement").update(valid_to=date(2022, 12, 31))
    LumpSum.objects.create(
        grant_rule=GrantRule.objects.get(name="Casemanagement"), amount=Decimal("57000.00"),
        valid_from=date(2023, 1, 1), **SOURCED,
    )  # fmt: skip
    assert amounts(split(before, 2022, "grant-continues")) == {"total": ("0.00", "0.00", "0.00")}
    found = split(before, 2023, "grant-continues")
    assert amounts(found) == {
        "lump_sum": ("0.00", "10000.00", "-10000.00"),
        "total": ("0.00", "10000.00", "-10000.00"),
    }
    assert values(found, Cause.LUMP_SUM) == [("lump_sum", "Casemanagement", Decimal("55000.00"), Decimal("57000.00"))]
    # By the law in force the grant has ended by then: the value moved, and nothing came of it.
    assert amounts(split(before, 2023)) == {
        "lump_sum": ("0.00", "0.00", "0.00"),
        "total": ("0.00", "0.00", "0.00"),
    }


def test_amount_of_an_award() -> None:
    award = GrantAward.objects.create(
        programme=GrantRule.objects.get(name="Casemanagement").funding_module.programme,
        funding_module=GrantRule.objects.get(name="Casemanagement").funding_module, award_date=date(2022, 1, 27),
        covers="positions", amount=Decimal("275000.00"), period_start=FROM_2022, period_end=date(2022, 12, 31),
        **SOURCED,
    )  # fmt: skip
    before = now()
    award.amount = Decimal("260000.00")
    award.save()
    found = split(before)
    assert amounts(found) == {
        "award": ("0.00", "-15000.00", "15000.00"),
        "total": ("0.00", "-15000.00", "15000.00"),
    }
    assert values(found, Cause.AWARD) == [("award", "Casemanagement", Decimal("275000.00"), Decimal("260000.00"))]


def test_end_of_the_grant_as_law(founding_case: Programme) -> None:
    before = now()
    founding_case.limited_until = date(2021, 12, 31)
    founding_case.save()
    whole = ("0.00", "-625600.00", "625600.00")
    assert amounts(split(before)) == {"grant_term": whole, "total": whole}


def test_end_of_the_grant_as_a_scenario() -> None:
    state = now()
    goes_on, ends = ((state.inputs, state.scenario(one).overrides) for one in ("grant-continues", "grant-ends"))
    found = causes(goes_on, ends, 2023)
    assert [part.cause for part in found.parts if part.is_shown] == [Cause.SCENARIO]
    assert found.totals["shortfall"].amount == found.before.figures["grant"].amount > 0


def test_a_position_of_another_module_and_a_rule_of_another_name() -> None:
    before = now()
    rule = GrantRule.objects.get(name="Casemanagement")
    GrantRule.objects.filter(pk=rule.pk).update(name="Case Management")
    LumpSum.objects.filter(grant_rule=rule).update(amount=Decimal("50000.00"))
    assert amounts(split(before)) == {
        "lump_sum": ("0.00", "-25000.00", "25000.00"),
        "total": ("0.00", "-25000.00", "25000.00"),
    }
    between = now()
    FundedPosition.objects.filter(position__reference="KIM-2.5").update(
        grant_rule=GrantRule.objects.get(funding_module__number=3)
    )
    # Module 2 loses its 50,000; module 3 is at its maximum of 112,500 already.
    assert amounts(split(between)) == {
        "occupancy": ("0.00", "-50000.00", "50000.00"),
        "total": ("0.00", "-50000.00", "50000.00"),
    }


def paid_by_table(reference: str, step: int) -> PositionBasis:
    """Let the pay table say what a position costs, in place of the declared amounts."""
    position = Position.objects.get(reference=reference)
    PositionCost.objects.filter(position=position).delete()
    return PositionBasis.objects.create(
        position=position, first_year=2022, basis="pay_table", tariff="TVoeD-VKA-S", pay_group="S12", pay_step=step,
        source="Stellenbewertung",
    )  # fmt: skip


def test_a_pay_rise_stands_apart_from_a_higher_step() -> None:
    load_pay()
    basis = paid_by_table("KIM-2.1", 3)
    before = now()
    PayRise.objects.create(
        name="Tarifrunde", first_day=date(2026, 7, 1), percent=Decimal("3.00"), applies_to_declared=True, **SOURCED
    )
    rise = split(before, 2026)
    assert [part.cause for part in rise.parts if part.is_shown] == [Cause.PAY_AGREEMENT]
    assert [(one.what.value, one.name) for one in rise.part(Cause.PAY_AGREEMENT).moved] == [("pay_rise", "Tarifrunde")]
    # 3 % of half a year of the eleven declared positions, and the rest at the position in the table.
    declared = sum((cost.amount for cost in PositionCost.objects.filter(fiscal_year=2026)), Decimal(0)) * Decimal(
        "0.015"
    )
    assert rise.totals["shortfall"].amount - declared > 500
    basis.pay_step = 4
    basis.save()
    both = split(before, 2026)
    assert [part.cause for part in both.parts if part.is_shown] == [Cause.PAY_AGREEMENT, Cause.PAY_STEP]
    # The rise is measured on the staff as it was.
    for key in KEYS:
        agreed = [one.part(Cause.PAY_AGREEMENT).changes[key].difference for one in (rise, both)]
        assert agreed[0].amount == agreed[1].amount
    assert both.part(Cause.PAY_STEP).changes["shortfall"].difference.amount > 0


def test_a_table_in_place_of_a_declared_amount_is_no_pay_agreement() -> None:
    load_pay()
    before = now()
    paid_by_table("KIM-2.1", 4)
    found = split(before)
    assert [part.cause for part in found.parts if part.differs] == [Cause.DECLARED_COST]
    assert [part.cause for part in found.parts if part.is_shown] == [Cause.PAY_STEP, Cause.DECLARED_COST]
