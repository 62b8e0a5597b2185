"""What holds for every year of every position: parts add up, nothing costs nothing, more never costs less."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kim.errors import RuleError
from kim.figures import Figure
from kim.years import Period
from staffing.calculation.pay import PayLaw, PayTerms, pay_year
from staffing.labels import LABELS, NOTES
from staffing.published_law import RATES, published_law
from tests.staffing.pay import ZVK, flat, parts, percent, share, terms
from tests.staffing.positions import positions

LAW = published_law()
CENT = Decimal("0.01")


def every_figure(figure: Figure) -> list[Figure]:
    found, todo = {}, [figure]
    while todo:
        one = todo.pop()
        if id(one) not in found:
            found[id(one)] = one
            todo.extend(one.inputs)
    return list(found.values())


# --- Parts and their derivation -------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(positions(), st.integers(min_value=2020, max_value=2033))
def test_parts_add_up_and_prove_themselves_again(one: PayTerms, year: int) -> None:
    found = pay_year(one, year, LAW)

    components = (found.gross, found.allowance, found.bonus, found.insurance, found.supplementary_pension)
    assert found.personnel.amount == sum(part.amount for part in components)
    assert found.personnel.amount == sum(month.amount for month in found.months)
    assert found.total.amount == found.personnel.amount + found.workplace.amount + found.overhead.amount
    text = json.dumps(found.total.to_json())
    assert Figure.from_json(json.loads(text)) == found.total
    assert found.total.key == "employer_gross_cost"


@settings(max_examples=40)
@given(positions(), st.integers(min_value=2020, max_value=2033))
def test_every_figure_has_a_label_and_every_note_words(one: PayTerms, year: int) -> None:
    found = pay_year(one, year, LAW)
    figures = [figure for part in parts(found) for figure in every_figure(getattr(found, part))]
    own = {"fte", "counted_time", "whole_time"}
    assert {figure.key for figure in figures} - set(LABELS) - own == set()
    codes = {figure.note for figure in figures if figure.note and " " not in figure.note}
    assert codes - set(NOTES) == set()


def test_equal_months_share_their_figures_and_each_is_named() -> None:
    found = pay_year(terms("E10", 6), 2023, LAW)
    assert [month.subject.split()[0] for month in found.months] == [
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ]  # fmt: skip
    january, june, july = (found.months[number] for number in (0, 5, 6))
    assert january.inputs[0] is june.inputs[0] is july.inputs[0]
    assert january.inputs[1] is june.inputs[1]
    assert january.inputs[1] is not july.inputs[1]
    # Twelve months, their components, and what they rest on.
    assert len(every_figure(found.total)) < 130


def test_months_lead_to_paragraphs_and_tables() -> None:
    march = pay_year(terms("E10", 6, start="2023-03-17", fte="0.5"), 2023, LAW).months[0]
    pay = march.inputs[0]
    assert (pay.note, pay.inputs[0].note) == ("pay_part_month", "pay_part_time")
    assert [str(figure.amount) for figure in pay.inputs] == ["2475.18", "15", "31"]  # half of 4,950.36
    counted = pay.inputs[1].source
    assert counted is not None
    assert (counted.text, counted.reference) == (
        "17.03.2023 bis 31.03.2023",
        "§ 24 Abs. 3 TVöD: Kalendertage durch die Tage des Monats (haufe HI1796728)",
    )


# --- No employment costs nothing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2001, 2019, 2021, 2022, 2024, 2099])
def test_a_year_outside_the_employment_costs_nothing(year: int) -> None:
    one = terms("E10", 3, start="2023-01-01", end="2023-12-31", workplace=flat("9700.00"), overhead=percent("o", "20"))
    found = pay_year(one, year, LAW)
    assert (parts(found), found.months, found.total.is_assumption) == ({}, (), False)
    assert str(found.total.amount) == "0.00"
    assert found.personnel.note == "not_employed"


def test_no_share_of_a_position_costs_nothing() -> None:
    assert parts(pay_year(terms("S12", 4, fte="0", workplace=flat("9700.00")), 2023, LAW)) == {}


def test_before_the_first_table_the_year_is_refused() -> None:
    with pytest.raises(RuleError, match=r"am 01\.01\.2020 kein Tabellenentgelt"):
        pay_year(terms("E10", 3, start="2019-06-01"), 2020, LAW)


def test_an_open_end_and_the_last_year_are_carried_on() -> None:
    found = pay_year(terms("S12", 6), 2099, LAW)
    assert (len(found.months), found.total.is_assumption) == (12, True)


# --- The bonus ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "bonus", "note"),
    [
        # E 10/6 in 2023: 4,950.36; 70.28 % are 3,479.11.
        ("2020-03-01", None, "3479.11", ""),
        # Gone on 30 November, or before: not employed on 1 December.
        ("2020-03-01", "2023-11-30", "0.00", ""),
        ("2020-03-01", "2023-12-01", "3479.11", ""),
        # Nine months of twelve: 2,609.3325.
        ("2023-04-30", None, "2609.33", "bonus_twelfths"),
        # From 10 August: 22 of 31 days (3,513.16) and September are 8,463.52, by 52 days 162.76 a day, times 30.67
        # 4,991.85; 70.28 % are 3,508.27, five months of twelve.
        ("2023-08-10", None, "1461.78", "bonus_twelfths"),
        # From 1 September: exactly 30 days, 165.01 a day, times 30.67 5,060.86; 70.28 % are 3,556.77, four months.
        ("2023-09-01", None, "1185.59", "bonus_twelfths"),
        # From 15 September: fewer than 30 days, so October counts; four months.
        ("2023-09-15", None, "1159.70", "bonus_twelfths"),
        # From 1 October, three months; from 2 October November is the first full month, three months as well.
        ("2023-10-01", None, "869.78", "bonus_twelfths"),
        ("2023-10-02", None, "869.78", "bonus_twelfths"),
        # From 1 December: one month, paid in it; from 2 December nothing.
        ("2023-12-01", None, "289.93", "bonus_twelfths"),
        ("2023-12-02", None, "0.00", ""),
        # One day of December: the full month decides the base.
        ("2023-11-15", "2023-12-01", "579.85", "bonus_twelfths"),
    ],
)
def test_the_bonus_of_a_year(start: str, end: str | None, bonus: str, note: str) -> None:
    found = pay_year(terms("E10", 6, start=start, end=end), 2023, LAW)
    assert str(found.bonus.amount) == bonus
    assert [one.note for one in found.bonus.inputs] == ([note] if bonus != "0.00" else [])


def test_the_bonus_is_paid_in_november_or_in_the_only_month_there_is() -> None:
    def month_of_bonus(start: str) -> list[str]:
        found = pay_year(terms("E10", 6, start=start), 2023, LAW)
        return [month.subject for month in found.months if "annual_bonus" in [part.key for part in month.inputs]]

    assert month_of_bonus("2020-03-01") == ["November 2023"]
    assert month_of_bonus("2023-11-15") == ["November 2023"]
    assert month_of_bonus("2023-12-01") == ["Dezember 2023"]


def test_levies_of_an_association() -> None:
    city = pay_year(terms("E10", 6), 2023, LAW)
    association = pay_year(terms("E10", 6, employer_is_city=False), 2023, LAW)
    # 0.06 % of 4,950.36 are 2.97; of November's 8,429.47 they are 5.06.
    assert association.insurance.amount - city.insurance.amount == Decimal("37.73")
    with_u2 = pay_year(terms("E10", 6, u2=percent("u2_rate", "0.44")), 2023, LAW)
    # 0.44 % of 4,950.36 are 21.78 in each month; the bonus is free of it.
    assert with_u2.insurance.amount - city.insurance.amount == Decimal("261.36")


@pytest.mark.parametrize(
    ("start", "days", "ceiling"),
    [("2023-01-01", None, "4987.50"), ("2023-01-02", "30", "4987.50"), ("2023-01-03", "29", "4821.25"),
     ("2023-02-02", "27", "4488.75"), ("2023-01-31", "1", "166.25")],
)  # fmt: skip
def test_the_ceiling_of_a_part_of_a_month_counts_days_of_thirty(start: str, days: str | None, ceiling: str) -> None:
    first = pay_year(terms("E15", 6, start=start), 2023, LAW).months[0]
    insurance = next(part for part in first.inputs if part.key == "social_insurance")
    insured = insurance.inputs[0].inputs[0]
    limit = insured.inputs[1]
    assert (insured.key, str(limit.amount)) == ("insured_health_care", ceiling)
    assert [str(one.amount) for one in limit.inputs[1:]] == ([] if days is None else [days, "30"])


def test_a_group_position_has_one_ceiling_for_each_person() -> None:
    one = pay_year(terms("E15", 6), 2023, LAW)
    two = pay_year(terms("E15", 6, fte="2.0"), 2023, LAW)
    # Rounded once for both: within the cents of 62 contributions.
    assert abs(two.insurance.amount - 2 * one.insurance.amount) <= 62 * CENT
    assert two.months[0].is_assumption


# --- Whatever the position ------------------------------------------------------------------------------------------

days = st.dates(min_value=date(2021, 1, 2), max_value=date(2030, 12, 31))


@settings(max_examples=60)
@given(positions(open_end=True), days)
def test_two_halves_of_an_employment_are_paid_like_the_whole(one: PayTerms, cut: date) -> None:
    """Bonus and ceilings look at the year and the calendar; pay and allowance only at the days."""
    whole = dataclasses.replace(one, period=Period(date(2021, 1, 1), date(2030, 12, 31)))
    before = dataclasses.replace(one, period=Period(date(2021, 1, 1), cut - date.resolution))
    after = dataclasses.replace(one, period=Period(cut, date(2030, 12, 31)))
    for year in range(2021, 2031):
        found = [pay_year(terms, year, LAW) for terms in (whole, before, after)]
        for part in ("gross", "allowance"):
            together, first, second = (getattr(one, part).amount for one in found)
            # One month is cut in two, each rounded on its own; a change of pay in it cuts it once more.
            assert abs(first + second - together) <= 2 * CENT
            if year != cut.year or cut.day == 1:
                assert first + second == together


@settings(max_examples=60)
@given(positions(), st.integers(min_value=2020, max_value=2030), st.integers(min_value=1, max_value=9_900))
def test_a_larger_share_never_costs_less(one: PayTerms, year: int, more: int) -> None:
    larger = dataclasses.replace(one, fte=share(str(one.fte.amount + Decimal(more).scaleb(-4))))
    small, large = pay_year(one, year, LAW), pay_year(larger, year, LAW)
    for part in parts(small):
        assert getattr(large, part).amount >= getattr(small, part).amount


def law_with_higher(name: str) -> PayLaw:
    def raised(figure: Figure) -> Figure:
        return dataclasses.replace(figure, amount=figure.amount + Decimal("0.5"))

    if name == "bonus":
        bonuses = tuple(dataclasses.replace(rule, percent=raised(rule.percent)) for rule in LAW.bonuses)
        return dataclasses.replace(LAW, bonuses=bonuses)
    insurance = tuple(
        dataclasses.replace(rule, **{name: raised(getattr(rule, name))})  # type: ignore[arg-type]
        for rule in LAW.insurance
    )
    return dataclasses.replace(LAW, insurance=insurance)


@settings(max_examples=40)
@given(positions(), st.integers(min_value=2020, max_value=2030), st.sampled_from([*RATES, "bonus"]))
def test_a_higher_rate_never_costs_less(one: PayTerms, year: int, name: str) -> None:
    before, after = pay_year(one, year, LAW), pay_year(one, year, law_with_higher(name))
    assert after.total.amount >= before.total.amount
    if name in RATES and before.months and one.fte.amount and (name != "insolvency" or not one.employer_is_city):
        assert after.insurance.amount > before.insurance.amount


@settings(max_examples=30)
@given(positions(), st.integers(min_value=2020, max_value=2030))
def test_a_higher_rate_of_the_position_never_costs_less(one: PayTerms, year: int) -> None:
    bare = dataclasses.replace(one, supplementary_pension=None, u2=None, workplace=None, overhead=None)
    costs = [pay_year(bare, year, LAW).total.amount]
    for option in (
        {"supplementary_pension": ZVK},
        {"u2": percent("u2_rate", "0.2")},
        {"u2": percent("u2_rate", "0.7")},
        {"workplace": flat("5700.00")},
        {"workplace": flat("9700.00")},
        {"overhead": percent("overhead_rate", "15")},
        {"overhead": percent("overhead_rate", "20")},
    ):
        bare = dataclasses.replace(bare, **option)  # type: ignore[arg-type]
        costs.append(pay_year(bare, year, LAW).total.amount)
    assert costs == sorted(costs)
