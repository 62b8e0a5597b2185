"""Lump sum against real cost: parts add up, the next percent is computed in full, every figure has its derivation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from funding.calculation.coverage import BY_CITY, KEYS, LUMP_SUMS, MORE, RATIO, REAL_COST, UNCOVERED, Cover, coverage
from funding.calculation.inputs import Parameter
from funding.calculation.rules import Basis
from funding.calculation.sensitivity import ONE_PERCENT, pay_raised
from funding.calculation.shortfall import compute_year
from kim.rounding import ZERO, percent_of
from staffing.models import PositionCost
from tests.funding.portfolios import ALWAYS, YEARS, Module, Place, Portfolio, Rule, inputs, portfolios
from tests.funding.scenarios import override
from tests.pages import Page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.test import Client

    from funding.models import Programme, Scenario

HERE = "/programme/kim-nrw/deckung/"
PER_FTE = Rule(Basis.PER_FTE_YEAR, ((5_500_000, *ALWAYS),))
ADA = Place("A", 10_000, ((PER_FTE, ALWAYS),), {2022: 8_000_000})
BEN = Place("B", 5_000, ((PER_FTE, ALWAYS),), {2022: 2_000_000}, provider="caritas")


def amounts(cover: Cover) -> dict[str, str]:
    return {key: str(figure.amount) for key, figure in cover.figures.items()}


def test_a_position_beside_its_lump_sum() -> None:
    found = coverage(inputs(Portfolio((Module(places=(ADA, BEN)),))), 2022)
    assert [amounts(one) for one in found.positions] == [
        {
            REAL_COST: "80000.00", LUMP_SUMS: "55000.00", UNCOVERED: "25000.00", BY_CITY: "25000.00", RATIO: "68.75",
            MORE: "800.00",
        },
        # The lump sum of half a position is more than it costs: covered to more than a hundred percent.
        {
            REAL_COST: "20000.00", LUMP_SUMS: "27500.00", UNCOVERED: "-7500.00", BY_CITY: "-7500.00",
            RATIO: "137.50", MORE: "200.00",
        },
    ]  # fmt: skip
    assert amounts(found.total) == {
        REAL_COST: "100000.00", LUMP_SUMS: "82500.00", UNCOVERED: "17500.00", BY_CITY: "17500.00", RATIO: "82.50",
        MORE: "1000.00",
    }  # fmt: skip


def test_a_percent_is_computed_in_full_where_the_grant_follows_the_cost() -> None:
    limited = replace(ADA, times=((replace(PER_FTE, limited_to_cost=True), ALWAYS),), costs={2022: 5_000_000})
    (cheap,) = coverage(inputs(Portfolio((Module(places=(limited,)),))), 2022).positions
    # The grant is the real cost and rises with it: the city pays nothing, and a percent more costs it nothing.
    assert (str(cheap.figures[UNCOVERED].amount), str(cheap.figures[MORE].amount)) == ("0.00", "0.00")


def test_a_position_without_a_cost_is_unknown_and_has_no_ratio() -> None:
    (found,) = coverage(inputs(Portfolio((Module(places=(replace(ADA, costs={}),)),))), 2022).positions
    assert not found.is_known
    assert RATIO not in found.figures


def test_the_end_of_the_top_up_leaves_the_gap_to_the_association() -> None:
    house = inputs(Portfolio((Module(places=(ADA, replace(BEN, costs={2022: 4_000_000}))),),
                             top_up_until={"": date(2021, 12, 31)}))  # fmt: skip
    found = coverage(house, 2022)
    assert [str(one.figures[BY_CITY].amount) for one in found.positions] == ["25000.00", "0.00"]
    assert [str(one.figures[UNCOVERED].amount) for one in found.positions] == ["25000.00", "12500.00"]
    assert [str(one.figures[MORE].amount) for one in found.positions] == ["800.00", "0.00"]


@settings(max_examples=40)
@given(portfolios(), st.sampled_from(YEARS))
def test_parts_add_up_and_agree_with_the_year(portfolio: Portfolio, year: int) -> None:
    programme = inputs(portfolio)
    before = compute_year(programme, year)
    after = compute_year(pay_raised(programme, year, ONE_PERCENT), year)
    found = coverage(programme, year, before)

    def together(parts: Iterable[Cover], key: str) -> Decimal:
        return sum((one.figures[key].amount for one in parts), ZERO)

    for key in (REAL_COST, LUMP_SUMS, UNCOVERED, BY_CITY, MORE):
        total = found.total.figures[key].amount
        assert total == together(found.positions, key) == together(found.modules, key)
        assert total == together(found.providers, key)
    lines = [line for module in before.modules for line in module.positions]
    assert found.total.figures[LUMP_SUMS].amount == before.figures["grant_for_positions"].amount
    assert found.total.figures[BY_CITY].amount == sum((line.shortfall.amount for line in lines), ZERO)
    # Material may follow the cost of positions through no rule: what moves the year moves its positions.
    assert found.total.figures[MORE].amount == after.figures["shortfall"].amount - before.figures["shortfall"].amount
    for one in (*found.positions, *found.modules, *found.providers, found.total):
        cost = one.figures[REAL_COST].amount
        assert (RATIO in one.figures) == bool(cost)
        if cost:
            assert one.figures[RATIO].amount == percent_of(one.figures[LUMP_SUMS].amount, cost)


# --- The page -------------------------------------------------------------------------------------------------------


def test_page_of_the_founding_case(founding_case: Programme, bernd_client: Client) -> None:
    page = Page(bernd_client.get(HERE))
    assert page.one("p", class_="kim-lead").text == (
        "2022 kosten die Stellen 884.157,24 €. Die Pauschalen von 547.500,00 € decken davon 61,92 %; 336.657,24 € "
        "bleiben offen. Steigen die Personalkosten um ein Prozent, zahlt die Stadt 8.841,55 € mehr: Die Pauschale "
        "steigt nicht mit."
    )
    table = page.table("Nach Förderbaustein, Haushaltsjahr 2022, in Euro")
    assert table[0] == [
        "Förderbaustein", "Personalkosten", "Pauschale", "Deckung", "Lücke", "Ein Prozent mehr kostet die Stadt",
    ]  # fmt: skip
    assert table[1][2] == "160.000,00"
    positions = page.table("Je Stelle, Haushaltsjahr 2022, in Euro")
    assert len(positions) == 1 + 12 + 1
    assert positions[-1] == ["Summe", "", "", "884.157,24", "547.500,00", "61,92 %", "336.657,24", "8.841,55"]


def test_top_up_that_ends_shows_who_carries_the_gap(founding_case: Programme, bernd_client: Client) -> None:
    page = Page(bernd_client.get(f"{HERE}?scenario=top-up-ends&year=2023"))
    assert "Davon trägt die Stadt" in page.one("p", class_="kim-lead").text
    assert "davon Stadt" in page.table("Nach Träger, Haushaltsjahr 2023, in Euro")[0]


def test_year_without_a_grant_says_so(founding_case: Programme, bernd_client: Client) -> None:
    page = Page(bernd_client.get(f"{HERE}?year=2023"))
    assert "Das Land zahlt dafür keine Pauschale." in page.one("p", class_="kim-lead").text


def test_every_amount_leads_to_its_derivation(founding_case: Programme, bernd_client: Client) -> None:
    page = Page(bernd_client.get(f"{HERE}?scenario=top-up-ends&year=2023"))
    links = [(address, text) for address, text in page.links() if "/rechenweg/" in address]
    assert {address.split("/rechenweg/")[1].split("/")[0] for address, _text in links} == set(KEYS)
    for address, text in links[:: max(1, len(links) // 24)]:
        shown = Page(bernd_client.get(address))
        assert text in shown.main.text


def test_position_without_a_cost_is_unknown_on_the_page(founding_case: Programme, bernd_client: Client) -> None:
    PositionCost.objects.filter(position__reference="KIM-1.1", fiscal_year=2022).delete()
    page = Page(bernd_client.get(HERE))
    row = page.table("Je Stelle, Haushaltsjahr 2022, in Euro")[1]
    assert row[3:] == ["–", "55.000,00", "–", "–", "–"]


def test_scenario_is_respected(founding_case: Programme, wish: Scenario, bernd_client: Client) -> None:
    override(wish, Parameter.COST_PERCENT, first_year=2022, percent=Decimal(10))
    page = Page(bernd_client.get(f"{HERE}?scenario=wunsch"))
    assert page.table("Je Stelle, Haushaltsjahr 2022, in Euro")[-1][3] == "972.572,95"
