"""What follows from a pay agreement stands apart: tables, rises and rates on one side, group and step on the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funding.calculation.causes import Cause, Causes, causes
from funding.calculation.moved import What
from funding.calculation.rules import Basis
from funding.calculation.shortfall import compute_year
from funding.calculation.substitution import each_position
from kim.figures import FACTOR, FTE, PERCENT, Step, derive
from kim.figures import given as entered
from kim.years import Period
from staffing.calculation.basis import BasisKind, BasisTerms, PayBasis, TableTerms
from staffing.calculation.pay.law import DatedFigure, PayLaw, PayRise, Tariff
from staffing.published_law import published_law
from tests.funding.portfolios import ALWAYS, SOURCE, Module, Place, Portfolio, Rule, inputs

if TYPE_CHECKING:
    from collections.abc import Callable

    from funding.calculation.inputs import ProgrammeInput
    from kim.figures import Figure
    from staffing.calculation import PositionInput

YEAR = 2023
LAW = published_law()
LUMP_SUM = Rule(Basis.PER_FTE_YEAR, ((5_500_000, *ALWAYS),), name="Casemanagement")
PLACES = (
    Place("S", 10_000, ((LUMP_SUM, ALWAYS),), {}),
    Place("E", 5_000, ((LUMP_SUM, ALWAYS),), {}),
    Place("declared", 10_000, ((LUMP_SUM, ALWAYS),), {YEAR: 8_000_000}),
)


def table(tariff: Tariff, group: str, step: int, since: date | None = None) -> BasisTerms:
    return BasisTerms(2020, BasisKind.PAY_TABLE, SOURCE, TableTerms(tariff, group, step, since))


TERMS = {"S": table(Tariff.S, "S12", 4), "E": table(Tariff.E, "E9b", 3, date(2021, 7, 1))}


def programme(
    law: PayLaw = LAW, terms: dict[str, BasisTerms] | None = None, rises: tuple[PayRise, ...] = ()
) -> ProgrammeInput:
    """Return three positions: two in the pay tables, one with a declared cost."""
    known = TERMS if terms is None else terms

    def paid(one: PositionInput, _same: PositionInput) -> PositionInput:
        found = known.get(one.reference)
        return replace(one, rises=rises, pay=None if found is None else PayBasis((found,), law))

    plain = inputs(Portfolio((Module(places=PLACES),)))
    return each_position(plain, plain, paid)


def raised(percent: str = "5.5", **of: object) -> PayRise:
    values = {"tariffs": (), "groups": (), "minimum": Decimal("0.00"), "first_day": date(2023, 3, 1), **of}
    return PayRise(name="Tarifrunde 2023", percent=Decimal(percent), source=SOURCE, **values)  # type: ignore[arg-type]


def with_rise(rise: PayRise) -> PayLaw:
    """Return the law whose tables end before the rise, so that the rise acts on what they had."""
    table = {
        key: tuple(
            replace(one, period=Period(one.period.start, one.period.end or date(2023, 2, 28)))
            for one in values
            if one.period.start < rise.first_day
        )
        for key, values in LAW.table.items()
    }
    return replace(LAW, table=table, rises=(rise,))


def without_rise() -> PayLaw:
    return replace(with_rise(raised()), rises=())


def split(before: ProgrammeInput, after: ProgrammeInput) -> Causes:
    return causes((before, ()), (after, ()), YEAR)


def shares(found: Causes) -> dict[str, str]:
    return {part.cause.value: str(part.changes["shortfall"].difference.amount) for part in found.parts if part.differs}


def test_a_pay_rise_is_all_pay_agreement_and_falls_on_the_city() -> None:
    before, after = programme(without_rise()), programme(with_rise(raised()))
    found = split(before, after)
    whole = (compute_year(after, YEAR).figures["expense"].amount) - compute_year(before, YEAR).figures["expense"].amount
    assert whole > 0
    assert shares(found) == {"pay_agreement": str(whole)}
    assert [(one.what, one.name) for one in found.part(Cause.PAY_AGREEMENT).moved] == [
        (What.PAY_RISE, "Tarifrunde 2023")
    ]


def test_a_rise_of_declared_amounts_is_pay_agreement_as_well() -> None:
    found = split(programme(), programme(rises=(raised("10"),)))
    # 80,000 in ten of twelve months: 10 % of 66,666.67.
    assert shares(found) == {"pay_agreement": "6666.67"}


def test_a_new_declared_amount_is_no_pay_agreement() -> None:
    before = programme()
    costs = {YEAR: entered("position_cost", Decimal("90000.00"), "EUR", SOURCE)}
    after = each_position(
        before, before, lambda one, _same: replace(one, costs=costs) if one.reference == "declared" else one
    )
    assert shares(split(before, after)) == {"declared_cost": "10000.00"}


def test_a_higher_step_and_another_group_are_pay_step() -> None:
    after = programme(terms={**TERMS, "S": table(Tariff.S, "S12", 5), "E": table(Tariff.E, "E10", 3)})
    found = split(programme(), after)
    assert list(shares(found)) == ["pay_step"]
    assert [
        (one.what, one.name, one.before.table.group, one.after.table.step)  # type: ignore[union-attr]
        for one in found.part(Cause.PAY_STEP).moved
    ] == [(What.PAY_BASIS, "S", "S12", 5), (What.PAY_BASIS, "E", "E9b", 3)]


def test_rates_of_the_employer_are_pay_agreement() -> None:
    insurance = tuple(
        replace(one, pension=entered("pension_rate", Decimal("20.6"), PERCENT, SOURCE)) for one in LAW.insurance
    )
    found = split(programme(), programme(replace(LAW, insurance=insurance)))
    assert list(shares(found)) == ["pay_agreement"]
    assert [(one.what, one.detail) for one in found.part(Cause.PAY_AGREEMENT).moved] == [(What.INSURANCE, "pension")]


def test_a_rise_together_with_a_higher_step_counts_the_common_part_as_step() -> None:
    terms = {**TERMS, "S": table(Tariff.S, "S12", 5)}
    before = programme(without_rise())
    rise_alone = split(before, programme(with_rise(raised())))
    both = split(before, programme(with_rise(raised()), terms))
    # The rise is measured on the staff as it was (§ 81 (3) GO NRW).
    assert shares(both)["pay_agreement"] == shares(rise_alone)["pay_agreement"]
    step_alone = split(before, programme(without_rise(), terms))
    assert Decimal(shares(both)["pay_step"]) > Decimal(shares(step_alone)["pay_step"])


def test_an_equal_law_of_another_state_is_no_difference() -> None:
    copied = replace(LAW, table=dict(LAW.table))
    found = split(programme(), programme(copied))
    assert [part for part in found.parts if part.is_shown] == []


def test_table_values_that_moved_are_named() -> None:
    def higher(values: tuple[DatedFigure, ...]) -> tuple[DatedFigure, ...]:
        factor = entered("factor", Decimal("1.01"), FACTOR, SOURCE)
        return tuple(replace(one, amount=derive("table_pay", Step.PRODUCT, (one.amount, factor))) for one in values)

    law = replace(LAW, table={key: higher(values) for key, values in LAW.table.items()})
    moved = split(programme(), programme(law)).part(Cause.PAY_AGREEMENT).moved
    assert {one.what for one in moved} == {What.TABLE_PAY}
    # One position stays in its step, the other may rise to the last one.
    assert {one.name for one in moved} == {"S12, Stufe 4", *(f"E9b, Stufe {step}" for step in range(3, 7))}


ASPECTS: dict[Cause, tuple[Callable[[], ProgrammeInput], ...]] = {
    Cause.PAY_AGREEMENT: (
        lambda: programme(with_rise(raised())),
        lambda: programme(rises=(raised("2"),)),
        lambda: programme(replace(LAW, bonuses=tuple(replace(one, percent=_halved(one.percent)) for one in LAW.bonuses))),
    ),
    Cause.PAY_STEP: (
        lambda: programme(terms={**TERMS, "E": table(Tariff.E, "E9b", 4)}),
        lambda: programme(terms={"S": TERMS["S"]}),
    ),
}  # fmt: skip


def _halved(percent: Figure) -> Figure:
    return replace(percent, amount=percent.amount / 2)


@settings(max_examples=15)
@given(st.sampled_from(list(ASPECTS)), st.data(), st.sampled_from((2022, 2023, 2024)))
def test_a_change_of_one_aspect_of_pay_lands_wholly_in_its_cause(cause: Cause, data: st.DataObject, year: int) -> None:
    before, after = programme(), data.draw(st.sampled_from(ASPECTS[cause]))()
    for one, other in ((before, after), (after, before)):
        found = causes((one, ()), (other, ()), year)
        assert {part.cause for part in found.parts if part.is_shown} <= {cause}


@pytest.mark.parametrize("fte", ["0.5", "0.25"])
def test_another_share_is_occupancy_also_where_a_table_pays(fte: str) -> None:
    before = programme()
    share = entered("fte", Decimal(fte), FTE, SOURCE)
    after = each_position(before, before, lambda one, _same: replace(one, fte=share) if one.reference == "S" else one)
    assert list(shares(split(before, after))) == ["occupancy"]
