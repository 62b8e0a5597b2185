"""What pay law says on a day: tables, rises, what is carried on, and what is refused."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest

from kim.errors import PeriodError, RuleError
from kim.figures import EUR_PER_FTE, FTE, Source, Status, given
from kim.years import Period
from staffing.calculation.pay import PayRise, StepRule, Tariff, pay_year
from staffing.calculation.pay.steps import pay_spans
from staffing.published_law import published_law
from tests.staffing.pay import PLAN, day, terms

LAW = published_law()
AGREEMENT = Source("Tarifeinigung 2027", Status.ASSUMED)


def rise(first_day: str, percent: str, minimum: str = "0", **options: Any) -> PayRise:
    known: dict[str, Any] = {"name": "Tarifrunde", "tariffs": (), "groups": (), "source": AGREEMENT}
    return PayRise(first_day=day(first_day), percent=Decimal(percent), minimum=Decimal(minimum), **{**known, **options})


def pay(on: str, *rises: PayRise, group: str = "E10", step: int = 3, tariff: Tariff = Tariff.E) -> str:
    return str(dataclasses.replace(LAW, rises=rises).table_pay(tariff, group, step, day(on)).amount)


@pytest.mark.parametrize(
    ("on", "amount"),
    [
        ("2020-03-01", "3964.32"), ("2021-03-31", "3964.32"), ("2021-04-01", "4019.82"), ("2022-04-01", "4092.18"),
        ("2024-02-29", "4092.18"), ("2024-03-01", "4528.25"), ("2025-04-01", "4664.10"), ("2026-05-01", "4794.69"),
        ("2027-03-31", "4794.69"), ("2035-01-01", "4794.69"),
    ],
)  # fmt: skip
def test_the_table_in_force_on_a_day(on: str, amount: str) -> None:
    assert pay(on) == amount


def test_past_the_last_table_its_values_are_carried_on_as_an_assumption() -> None:
    published = LAW.table_pay(Tariff.E, "E10", 3, day("2027-03-31"))
    carried = LAW.table_pay(Tariff.E, "E10", 3, day("2027-04-01"))
    assert (published.is_assumption, carried.is_assumption) == (False, True)
    assert published.source is not None
    assert carried.source is not None
    assert carried.source.text == f"Stand bis 31.03.2027, fortgeschrieben: {published.source.text}"
    assert carried.amount == published.amount


@pytest.mark.parametrize(
    ("group", "step", "on"),
    [("E10", 3, "2020-02-29"), ("E10", 3, "2000-01-01"), ("E1", 1, "2023-01-01"), ("E99", 3, "2023-01-01")],
)
def test_where_there_is_no_table_the_look_up_refuses(group: str, step: int, on: str) -> None:
    with pytest.raises(RuleError) as refused:
        LAW.table_pay(Tariff.E, group, step, day(on))
    written = f"{on[8:]}.{on[5:7]}.{on[:4]}"
    assert refused.value.message == (
        f"Für die Entgeltgruppe E {group[1:]}, Stufe {step} (TVöD-VKA, Tabelle E) ist am {written} kein Tabellenentgelt"
        " erfasst. Bitte eine andere Gruppe oder Stufe wählen oder die Tabelle nachtragen."
    )
    assert refused.value.data == {"tariff": Tariff.E, "group": group, "step": step, "day": day(on)}


def test_a_gap_between_two_tables_is_refused() -> None:
    values = LAW.table[Tariff.E, "E10", 3]
    law = dataclasses.replace(LAW, table={(Tariff.E, "E10", 3): (values[0], values[2])})
    with pytest.raises(RuleError, match=r"am 01\.01\.2022 kein Tabellenentgelt"):
        law.table_pay(Tariff.E, "E10", 3, day("2022-01-01"))


# --- Rises ----------------------------------------------------------------------------------------------------------


def test_a_rise_acts_from_its_day_past_the_last_table() -> None:
    # 4,794.69 x 3 % = 143.84; the minimum of 110.00 is less.
    assert pay("2027-09-30", rise("2027-10-01", "3", "110")) == "4794.69"
    assert pay("2027-10-01", rise("2027-10-01", "3", "110")) == "4938.53"
    # One after the other: 4,938.53 x 2.5 % = 123.46.
    both = (rise("2028-10-01", "2.5"), rise("2027-10-01", "3"))
    assert pay("2030-01-01", *both) == "5061.99"


def test_the_minimum_of_a_rise_lifts_small_pay() -> None:
    # E 2/1: 2,498.39 x 3 % = 74.95, so 110.00.
    before = pay("2027-09-30", group="E2", step=1)
    after = pay("2027-10-01", rise("2027-10-01", "3", "110"), group="E2", step=1)
    assert Decimal(after) - Decimal(before) == Decimal("110.00")


def test_a_rise_inside_a_published_table_acts_until_the_next_one() -> None:
    inside = rise("2025-10-01", "10")
    assert pay("2025-09-30", inside) == "4664.10"
    assert pay("2025-10-01", inside) == "5130.51"
    assert pay("2026-05-01", inside) == "4794.69"


def test_a_rise_on_the_first_day_of_a_table_is_already_in_it() -> None:
    assert pay("2026-05-01", rise("2026-05-01", "2.8")) == "4794.69"


def test_a_rise_reaches_only_whom_it_names() -> None:
    only_s = rise("2027-10-01", "3", tariffs=(Tariff.S,))
    only_e9 = rise("2027-10-01", "3", groups=("E9a", "E9b"))
    assert pay("2028-01-01", only_s, only_e9) == "4794.69"
    assert pay("2028-01-01", only_s, group="S12", tariff=Tariff.S) == "4728.47"  # 4,590.75 + 137.72
    assert pay("2028-01-01", only_e9, group="E9a") > pay("2028-01-01", group="E9a")


def test_the_agreed_rises_give_the_published_tables() -> None:
    """The law of 2021 with the rises that followed comes to the tables that were published later."""
    first = {key: values[:2] for key, values in LAW.table.items() if key[0] is Tariff.E}
    law = dataclasses.replace(LAW, table=first, rises=(rise("2022-04-01", "1.8"),))
    for group, step in [("E15", 6), ("E10", 3), ("E6", 1), ("E2", 1)]:
        published = LAW.table_pay(Tariff.E, group, step, day("2022-04-01")).amount
        assert law.table_pay(Tariff.E, group, step, day("2022-04-01")).amount == published


def test_a_rise_stands_in_the_derivation_of_the_pay() -> None:
    law = dataclasses.replace(LAW, rises=(rise("2027-10-16", "3", "110"),))
    one = terms("E10", 3, step_since="2026-11-05")
    spans = pay_spans(one, law, Period(day("2027-10-01"), day("2027-10-31")))
    assert [str(span.value.amount) for span in spans if span.value] == ["4794.69", "4938.53"]
    raised = spans[1].value
    assert raised is not None
    assert [(leaf.key, str(leaf.amount)) for leaf in raised.leaves()] == [
        ("table_pay", "4794.69"), ("pay_rise_percent", "3"), ("pay_rise_minimum", "110.00"),
    ]  # fmt: skip
    # Half of October by days: 15 of 31 and 16 of 31.
    october = pay_year(one, 2027, law).months[9].inputs[0]
    assert [str(part.amount) for part in october.inputs] == ["2320.01", "2548.92"]


def test_a_risen_step_and_a_rise_of_pay_are_told_together() -> None:
    law = dataclasses.replace(LAW, rises=(rise("2028-01-01", "3"),))
    one = terms("E10", 3, step_since="2025-02-10")
    span = pay_spans(one, law, Period(day("2028-03-01"), day("2028-03-31")))[0]
    assert span.value is not None
    leaf = span.value.leaves()[0]
    assert (leaf.note.partition(",")[0], leaf.subject) == (
        "Stufe 4 seit 01.02.2028", "E 10, Stufe 4, Tabelle ab 01.05.2026",
    )  # fmt: skip
    assert str(span.value.amount) == "5336.81"  # 5,181.37 + 155.44


# --- Other look-ups -------------------------------------------------------------------------------------------------


def test_the_bonus_of_a_group_and_year() -> None:
    percents = [
        (Tariff.E, "E8", 2021, "79.51"), (Tariff.E, "E8", 2022, "84.51"), (Tariff.E, "E9a", 2025, "70.28"),
        (Tariff.E, "E15", 2025, "51.78"), (Tariff.E, "E15", 2026, "85.00"), (Tariff.S, "S9", 2025, "84.51"),
        (Tariff.S, "S11a", 2025, "70.28"), (Tariff.S, "S12", 2031, "85.00"),
    ]  # fmt: skip
    found = [(t, group, year, str(LAW.bonus_percent(t, group, year).amount)) for t, group, year, _percent in percents]
    assert found == percents
    with pytest.raises(RuleError, match="E 8 ist im Jahr 2017 keine Jahressonderzahlung"):
        LAW.bonus_percent(Tariff.E, "E8", 2017)


def test_insurance_of_a_day_and_past_the_last_row() -> None:
    assert str(LAW.insurance_on(day("2023-06-30")).care.amount) == "3.05"
    assert str(LAW.insurance_on(day("2023-07-01")).care.amount) == "3.40"
    last, carried = LAW.insurance_on(day("2026-12-31")), LAW.insurance_on(day("2027-01-01"))
    assert (last.health.is_assumption, carried.health.is_assumption) == (False, True)
    assert carried.ceiling_health_care.amount == last.ceiling_health_care.amount
    with pytest.raises(RuleError, match=r"Am 31\.12\.2019 sind keine Beitragssätze"):
        LAW.insurance_on(day("2019-12-31"))


@pytest.mark.parametrize("step", [0, 7, -1])
def test_a_step_no_table_has_is_refused(step: int) -> None:
    with pytest.raises(RuleError, match=f"Stufe {step} gibt es nicht"):
        terms("E10", step)


def test_terms_and_rules_that_mean_nothing_are_refused() -> None:
    one = terms("E10", 3)
    with pytest.raises(RuleError, match="kein Stellenanteil"):
        dataclasses.replace(one, fte=given("fte", Decimal("-0.5"), FTE, PLAN))
    with pytest.raises(RuleError, match="kein Stellenanteil"):
        dataclasses.replace(one, fte=given("fte", Decimal("0.50"), EUR_PER_FTE, PLAN))
    with pytest.raises(RuleError, match="nicht negativ"):
        rise("2027-10-01", "-1")
    with pytest.raises(RuleError, match="Stufenlaufzeiten"):
        StepRule(Tariff.E, (), (1, 2, 3, 4), Period(day("2020-01-01"), None), PLAN)
    with pytest.raises(PeriodError, match="braucht ein Ende"):
        pay_spans(one, LAW, Period(day("2023-01-01"), None))
