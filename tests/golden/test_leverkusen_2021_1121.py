"""Every line the founding paper leads to, from the rows up to the figures, to the cent."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from django.db.models import Sum

from funding.calculation.accounts import budget_lines
from funding.models import FundedPosition, GrantRule
from funding.selectors import ProgrammeState, programme_state
from kim.rounding import Direction, round_to

if TYPE_CHECKING:
    from funding.calculation.shortfall import YearFigures
    from funding.models import Programme

FILE = Path(__file__).parent / "leverkusen_2021_1121.toml"


def refuse_float(text: str) -> NoReturn:
    message = f"{text} stands without quotes in {FILE.name}: a reader would make a float of it"
    raise ValueError(message)


PAPER: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"), parse_float=refuse_float)
# A section of [expected] is called after scenario and year: in_force_2022.
SECTIONS = {
    name: (scenario.replace("_", "-"), int(year))
    for name in PAPER["expected"]
    for scenario, _underscore, year in [name.rpartition("_")]
}


@pytest.fixture
def state(founding_case: Programme) -> ProgrammeState:
    found = programme_state(founding_case.slug)
    assert found is not None
    return found


def published(state: ProgrammeState, figures: YearFigures) -> dict[str, Any]:
    """Return what is published of a year, in the shape of the golden file."""
    return {
        **{key: str(figure.amount) for key, figure in figures.figures.items()},
        "grant_by_module": {str(one.number): str(one.figures["grant"].amount) for one in figures.modules},
        "accounts": {line.ledger_account: str(line.amount.amount) for line in budget_lines(figures, state.accounts)},
    }


def test_expectations_cover_three_readings_of_the_paper() -> None:
    assert SECTIONS == {
        "in_force_2022": ("in-force", 2022),
        "in_force_2023": ("in-force", 2023),
        "grant_continues_2023": ("grant-continues", 2023),
    }


@pytest.mark.parametrize("section", SECTIONS)
def test_every_expected_line_to_the_cent(state: ProgrammeState, section: str) -> None:
    scenario, year = SECTIONS[section]
    expected = PAPER["expected"][section]

    found = published(state, state.figures(year, scenario))

    assert {key: found[key] for key in expected} == expected


def test_paper_names_every_figure_that_is_published(state: ProgrammeState) -> None:
    assert published(state, state.figures(2022)).keys() == PAPER["expected"]["in_force_2022"].keys()


def test_facts_of_the_programme(founding_case: Programme, state: ProgrammeState) -> None:
    info = PAPER["info"]
    assert (state.municipality, state.slug, state.limited_until, state.internal_order, state.budget_year) == (
        info["municipality"], info["programme"], info["limited_until"], info["internal_order"], info["fiscal_year"]
    )  # fmt: skip
    assert list(state.years) == [2022, 2023, 2024, 2025, 2026]
    assert list(founding_case.papers.values_list("number", flat=True)) == [info["paper"]]


def test_provided_positions_stand_in_the_rows(founding_case: Programme) -> None:
    per = {"fte_year": "per_fte_year", "position_year": "per_position_year"}
    found = {
        (rule.funding_module.number, rule.name): (
            rule.basis,
            [str(lump.amount) for lump in rule.lump_sums.all()],
            rule.funded_positions.aggregate(fte=Sum("position__fte"))["fte"],
        )
        for rule in GrantRule.objects.filter(funded_positions__isnull=False).distinct()
    }
    assert found == {
        (entry["funding_module"], entry["title"]): (per[entry["per"]], [entry["lump_sum"]], Decimal(entry["fte"]))
        for entry in PAPER["provided"]["positions"]
    }


def test_positions_are_split_as_the_paper_says(founding_case: Programme) -> None:
    found = list(
        FundedPosition.objects.order_by("position__reference").values_list(
            "grant_rule__funding_module__number", "position__provider__name", "position__fte"
        )
    )
    caritas_to_ki = next(entry["providers"] for entry in PAPER["provided"]["positions"] if "providers" in entry)
    assert found == [
        (1, "Kommunales Integrationszentrum", Decimal("1.0")),
        (1, "Kommunales Integrationszentrum", Decimal("1.0")),
        (1, "Kommunales Integrationszentrum", Decimal("0.5")),
        (1, "Kommunales Integrationszentrum", Decimal("0.5")),
        *((2, provider, Decimal("1.0")) for provider in caritas_to_ki),
        (3, "FB Bürger und Integration", Decimal("0.75")),
        (3, "FB Bürger und Integration", Decimal("0.75")),
        (3, "FB Bürger und Integration", Decimal("0.75")),
    ]


def test_provided_amounts_stand_in_the_rows(founding_case: Programme) -> None:
    provided = PAPER["provided"]
    module = founding_case.funding_modules.get(number=1)
    rates = {line.kind: str(line.costs.get(fiscal_year=2022).amount) for line in module.material_lines.all()}
    assert rates == {"workplace": provided["workplace_rate_per_fte"], "measures": provided["measures"]}
    assert {
        str(one.number): str(one.caps.get(covers="positions").amount) for one in founding_case.funding_modules.all()
    } == provided["caps"]


def amounts(figures: YearFigures) -> dict[str, Decimal]:
    return {key: figure.amount for key, figure in figures.figures.items()}


def test_identities_of_the_paper(state: ProgrammeState) -> None:
    figures = state.figures(2022)
    found = amounts(figures)
    exact = {line.ledger_account: line.exact.amount for line in budget_lines(figures, state.accounts)}
    by_module = [module.figures["grant_for_positions"].amount for module in figures.modules]

    assert by_module == [Decimal("160000.00"), Decimal("275000.00"), Decimal("112500.00")]
    assert sum(by_module) == found["grant_for_positions"] == exact["414101"] == Decimal("547500.00")
    material = [line.grant.amount for line in figures.modules[0].material]
    assert sorted(material) == [Decimal("29100.00"), Decimal("49000.00")]
    assert sum(material) == found["grant_for_material"] == exact["414100"] == Decimal("78100.00")
    assert found["grant"] == exact["414100"] + exact["414101"] == Decimal("625600.00")
    assert found["grant_for_personnel"] == found["grant_for_positions"] + found["workplace_cost"]
    assert found["personnel_cost"] == found["position_cost"] + found["workplace_cost"] == Decimal("913257.24")
    assert found["expense"] == found["personnel_cost"] + found["measures_cost"] == exact["549900"]
    # 42.76 of rounding are no cost of the city: the difference of the printed amounts is not the shortfall.
    assert found["expense_in_paper"] - found["grant"] == Decimal("336700.00")
    assert found["expense_in_paper"] - found["expense"] == Decimal("42.76")


def test_shortfall_comes_out_the_same_both_ways(state: ProgrammeState) -> None:
    found = amounts(state.figures(2022))
    over_everything = found["expense"] - found["grant"]
    over_personnel = found["personnel_cost"] - found["grant_for_personnel"]
    assert found["shortfall"] == over_everything == over_personnel == Decimal("336657.24")


def test_paper_does_not_prove_the_direction_of_its_rounding(state: ProgrammeState) -> None:
    expense = state.figures(2022).figures["expense"].amount
    up, nearest = (round_to(expense, Decimal("100.00"), way) for way in (Direction.UP, Direction.NEAREST))
    assert up == nearest == Decimal("962300.00")


def test_split_over_positions_loses_no_cent(state: ProgrammeState) -> None:
    lines = [line for module in state.figures(2022).modules for line in module.positions]
    assert len(lines) == 12
    assert sum(line.cost.amount for line in lines) == Decimal("884157.24")
    # 884,157.24 x 0.25 / 10.25 = 21,564.8107...: no part is off by a cent or more.
    exact = {"KIM-1.1": Decimal("86259.24"), "KIM-1.3": Decimal("43129.62"), "KIM-3.1": Decimal("64694.43")}
    found = {line.reference: line.cost.amount for line in lines}
    assert all(abs(found[reference] - amount) <= Decimal("0.01") for reference, amount in exact.items())


def test_end_of_the_programme_changes_revenue_never_expense(state: ProgrammeState) -> None:
    for year in (2023, 2024, 2025, 2026):
        figures = state.figures(year)
        accounts = {line.ledger_account: str(line.amount.amount) for line in budget_lines(figures, state.accounts)}
        assert accounts == {"414100": "0.00", "414101": "0.00", "549900": "962300.00"}
        assert figures.figures["shortfall"].amount == figures.figures["full_cost"].amount == Decimal("962257.24")


def test_split_is_marked_wherever_it_acts_and_nowhere_else(state: ProgrammeState) -> None:
    figures = state.figures(2022)

    assert {key for key, figure in figures.figures.items() if figure.is_assumption} == {
        "position_cost", "personnel_cost", "expense", "expense_in_paper", "shortfall", "full_cost", "funding_ratio",
    }  # fmt: skip
    for module in figures.modules:
        assert {key for key, figure in module.figures.items() if figure.is_assumption} == {
            "position_cost", "full_cost", "expense", "shortfall",
        }  # fmt: skip
        for line in module.positions:
            assert (line.cost.is_assumption, line.shortfall.is_assumption, line.grant.is_assumption) == (
                True, True, False,
            )  # fmt: skip
        assert not any(line.cost.is_assumption for line in module.material)
    for provider in figures.providers:
        assert {key for key, figure in provider.figures.items() if figure.is_assumption} == {"expense", "shortfall"}


def test_split_says_why_it_is_an_assumption(state: ProgrammeState) -> None:
    figures = state.figures(2022)
    notes = {
        leaf.source.reference
        for leaf in figures.figures["position_cost"].leaves()
        if leaf.source is not None and leaf.source.status.is_assumption
    }
    assert notes == {"Annahme: nach Stellenanteil aufgeteilt, Anlage 3 nicht veröffentlicht"}
