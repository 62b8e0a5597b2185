"""The finance block in years, scenarios and states that are not those of the founding paper."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from funding.calculation.financeanswers import FinanceAnswers, follow_up_year
from funding.calculation.financeblock import Contradiction, Reason
from funding.finance_blocks import block_of
from funding.formats.finance import finance_document
from funding.formats.model import Field, Fields, Grid, Heading, Paragraph, Tick, Tone
from funding.models import FinanceStatement, LumpSum, Programme, RoundingRule, Scenario
from funding.selectors import programme_state
from staffing.models import PositionCost

if TYPE_CHECKING:
    from funding.calculation.financeblock import FinanceBlock
    from funding.formats.model import Document


def block(year: int = 2022, scenario: str = "in-force") -> FinanceBlock:
    state = programme_state("kim-nrw")
    assert state is not None
    return block_of(state, state.papers[0], year, scenario)


def answer(**values: Any) -> None:
    FinanceStatement.objects.update(**values)


def fields(document: Document) -> list[Field]:
    return [item for part in document.blocks if isinstance(part, Fields) for item in part.items]


def field(document: Document, label: str, number: int = 0) -> str:
    return [one for one in fields(document) if one.label == label][number].full.replace("\N{NO-BREAK SPACE}", " ")


def ticks(document: Document) -> dict[str, bool | None]:
    found = [one if isinstance(one, Tick) else one.tick for one in document.blocks if isinstance(one, Tick | Heading)]
    return {one.text: one.state for one in found if one is not None}


def warnings(document: Document) -> list[str]:
    return [one.text for one in document.blocks if isinstance(one, Paragraph) and one.tone is Tone.WARNING]


def test_a_year_without_a_grant(founding_case: Programme) -> None:
    found = block(2024)
    written = finance_document(found)

    assert str(found.operating.funding.amount.amount) == "0.00"  # type: ignore[union-attr]
    assert field(written, "Beantragte Förderhöhe") == "0,00 € (in diesem Jahr und Szenario zahlt das Land nichts)"
    assert field(written, "Fördermittel beantragt").startswith("☐ Nein ☐ Ja (nicht bekannt) · 0,00 %")
    # The overview does not add up without a grant for measures, and says by how much.
    assert str(found.overview.measures_not_funded.amount) == "49000.00"  # type: ignore[union-attr]
    assert "49.000,00 €" in " ".join(getattr(one, "text", "") for one in written.blocks)


def test_a_year_without_any_expense_has_no_percentage(founding_case: Programme) -> None:
    found = block(2023, "positions-end")
    written = finance_document(found)

    assert found.operating.funding.percent is None
    assert field(written, "Aufwendungen für die Maßnahme").startswith("0,00 €")
    assert field(written, "Fördermittel beantragt") == "☐ Nein ☐ Ja (nicht bekannt)"


def test_without_a_rounding_rule_everything_is_exact(founding_case: Programme) -> None:
    RoundingRule.objects.all().delete()
    found = block()
    written = finance_document(found)

    assert (found.bridge.rounding, found.bridge.printed_less_grant) == (None, None)
    assert str(found.operating.expense.amount) == "962257.24"
    assert field(written, "Aufwendungen für die Maßnahme") == "962.257,24 € * (genau; keine Rundungsregel erfasst)"
    steps = [one for one in written.blocks if isinstance(one, Grid)][-1]
    assert [[cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in steps.rows] == [
        ["Aufwendungen für die Maßnahme", "962.257,24 €"],
        ["abzüglich beantragter Förderhöhe", "625.600,00 €"],
        ["Mehrkosten der Stadt, genau", "336.657,24 €"],
    ]


def test_rounding_down_leads_back_to_the_shortfall(founding_case: Programme) -> None:
    RoundingRule.objects.update(direction="down")
    bridge = block().bridge

    steps = (bridge.rounding, bridge.printed, bridge.printed_less_grant, bridge.shortfall)
    assert [None if one is None else str(one.amount) for one in steps] == [
        "-57.24", "962200.00", "336600.00", "336657.24",
    ]  # fmt: skip


def test_a_grant_above_the_cost_is_said_in_words(founding_case: Programme) -> None:
    PositionCost.objects.filter(fiscal_year=2022).update(amount=Decimal("1000.00"))
    written = finance_document(block())
    grids = [one for one in written.blocks if isinstance(one, Grid)]

    assert grids[1].head[2] == "Minderbedarf Stadt Leverkusen"
    assert grids[1].rows[0][2].text.replace("\N{NO-BREAK SPACE}", " ") == "−535.500,00 €"
    assert grids[2].rows[-1][0].text == "Minderbedarf der Stadt, genau"
    assert any("Minderbedarf: Die Förderung übersteigt" in getattr(one, "text", "") for one in written.blocks)


def test_missing_accounts_are_named(founding_case: Programme) -> None:
    founding_case.ledger_accounts.filter(use__in=["expense", "grant_for_material"]).delete()
    written = finance_document(block())

    assert field(written, "Sachkonto") == "nicht bekannt (für die Aufwendungen ist kein Sachkonto erfasst)"
    assert field(written, "Beantragte Förderhöhe") == "625.600,00 € (SK nicht bekannt 78.100,00) (SK 414101 547.500,00)"


def test_missing_costs_are_said_first(founding_case: Programme) -> None:
    PositionCost.objects.filter(fiscal_year=2022, position__reference="KIM-1.1").delete()
    found = block()

    assert found.missing == ("Koordination 1",)
    assert warnings(finance_document(found)) == [
        "Für dieses Haushaltsjahr fehlen Kosten, die mit null zählen: Koordination 1."
    ]


# --- The year after the grant ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answered", "limited_until", "year"),
    [
        (None, date(2022, 12, 31), 2023), (None, date(2023, 6, 30), 2024), (2025, date(2022, 12, 31), 2025),
        (None, None, None), (2024, None, 2024),
    ],
)  # fmt: skip
def test_first_year_of_the_follow_up_expense(
    answered: int | None, limited_until: date | None, year: int | None
) -> None:
    assert follow_up_year(FinanceAnswers(follow_up_expense_from=answered), limited_until) == year


def test_without_an_answer_the_year_after_the_term_counts(founding_case: Programme) -> None:
    FinanceStatement.objects.all().delete()
    later = block().follow_up_expense

    assert (later.from_year, later.scenario, str(later.amount.amount)) == (2023, "grant-ends", "962300.00")  # type: ignore[union-attr]
    assert field(finance_document(block()), "Personal-/Sachaufwand") == "962.300,00 € * (bei Einstellung der Förderung)"


def test_a_follow_up_year_outside_the_plan_has_no_amount_but_a_reason(founding_case: Programme) -> None:
    answer(follow_up_expense_from=2031)
    found = block()

    assert (found.follow_up_expense.amount, found.follow_up_expense.reason) == (None, Reason.YEAR_NOT_PLANNED)
    assert field(finance_document(found), "Personal-/Sachaufwand") == (
        "nicht bekannt (wird im nächsten Jahr für den neuen Haushaltsplan 2023 angemeldet; "
        "dieses Haushaltsjahr liegt nicht im Plan)"
    )


def test_a_grant_without_an_end_has_no_follow_up_year(founding_case: Programme) -> None:
    answer(follow_up_expense_from=None, follow_up_remark="")
    Programme.objects.update(limited_until=None)
    found = block()

    assert (found.follow_up_expense.from_year, found.follow_up_expense.reason) == (None, Reason.NO_END_OF_GRANT)
    assert field(finance_document(found), "Personal-/Sachaufwand") == "– (die Förderung ist nicht befristet)"


def test_the_follow_up_expense_follows_the_scenario_that_was_answered(founding_case: Programme) -> None:
    answer(follow_up_scenario=Scenario.objects.get(slug="positions-end"))
    assert str(block().follow_up_expense.amount.amount) == "0.00"  # type: ignore[union-attr]

    answer(follow_up_scenario=Scenario.objects.get(slug="grant-continues"))
    later = block().follow_up_expense
    assert (later.scenario, later.grant_has_ended) == ("grant-continues", False)


def test_without_the_fallback_the_chosen_scenario_counts(founding_case: Programme) -> None:
    Scenario.objects.filter(slug="grant-ends").delete()
    assert block(2022, "top-up-ends").follow_up_expense.scenario == "top-up-ends"


# --- Ticks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "line"),
    [(True, "☒ Ja – investiv"), (False, "☐ Ja – investiv"), (None, "☐ Ja – investiv (nicht bekannt)")],
)
def test_a_tick_has_three_states(founding_case: Programme, line: str, *, state: bool | None) -> None:
    answer(is_capital=state)
    written = finance_document(block())

    assert line in [one.line for one in written.blocks if isinstance(one, Heading)]
    assert ticks(written)["Ja – investiv"] is state
    # What is known not to be capital has no payments; what nobody has said is not known.
    assert field(written, "Finanzstelle/n") == ("–" if state is False else "nicht bekannt")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (True, "☐ Nein ☒ Ja · 65,01 %"),
        (False, "☒ Nein ☐ Ja · 65,01 %"),
        (None, "☐ Nein ☐ Ja (nicht bekannt) · 65,01 %"),
    ],
)
def test_funding_applied_for(founding_case: Programme, words: str, *, state: bool | None) -> None:
    answer(funding_applied=state)
    assert field(finance_document(block()), "Fördermittel beantragt").startswith(words)


def test_after_no_impact_the_first_section_ends(founding_case: Programme) -> None:
    answer(no_impact=True, is_operating=None)
    written = finance_document(block())

    headings = [one.text for one in written.blocks if isinstance(one, Heading)]
    assert "Ja – ergebniswirksam" not in headings
    assert headings[:2] == [
        "I) Finanzielle Auswirkungen im Jahr der Umsetzung und in den Folgejahren",
        "II) Nachhaltigkeit der Maßnahme im Sinne des Klimaschutzes",
    ]
    assert warnings(written) == [
        "Zu prüfen: Angegeben ist „Nein, keine finanziellen Auswirkungen“, berechnet ist ein Aufwand."
    ]


@pytest.mark.parametrize(
    ("answers", "year", "found"),
    [
        ({"no_impact": True, "is_operating": None}, 2022, (Contradiction.IMPACT_DENIED,)),
        ({"is_operating": False}, 2022, (Contradiction.OPERATING_DENIED,)),
        ({"funding_applied": False}, 2022, (Contradiction.FUNDING_DENIED,)),
        ({"funding_applied": True}, 2023, (Contradiction.FUNDING_WITHOUT_GRANT,)),
        ({"funding_applied": True}, 2022, ()),
        ({"funding_applied": False}, 2023, ()),
    ],
)
def test_answers_that_the_figures_speak_against_are_named(
    founding_case: Programme, answers: dict[str, Any], year: int, found: tuple[Contradiction, ...]
) -> None:
    answer(**answers)
    assert block(year).contradictions == found
    assert len(warnings(finance_document(block(year)))) == len(found)


# --- Answers with amounts -------------------------------------------------------------------------------------------


def test_everything_that_can_be_answered_stands_in_the_block(founding_case: Programme) -> None:
    answer(
        product="010203", funding_programme="KIM", resolution_date=date(2021, 12, 13), resolution_number="2021/1121",
        is_capital=True, funds_centres="51000", commitment_items="783100", payments=Decimal("12000.00"),
        capital_funding_applied=True, capital_grant=Decimal("9000.00"), covered_from="010101",
        covered_amount=Decimal("500.00"), depreciation=Decimal("1200.00"), follow_up_revenue_from=2024,
        follow_up_revenue=Decimal("300.00"), follow_up_revenue_account="441100", savings_from=2025,
        savings=Decimal("40.00"), treasury_note="gesehen", climate_affected=False, sustainability_long="keine",
    )  # fmt: skip
    found = block()
    written = finance_document(found)

    assert field(written, "Produkt") == "010203"
    assert field(written, "Ratsbeschluss vom") == "13.12.2021"
    assert field(written, "zur Vorlage Nr.") == "2021/1121"
    assert field(written, "Auszahlungen für die Maßnahme") == "12.000,00 € *"
    assert field(written, "Fördermittel beantragt", 1) == "☐ Nein ☒ Ja · 75,00 % *"
    assert field(written, "in Höhe von") == "500,00 € *"
    assert field(written, "Bilanzielle Abschreibungen") == "1.200,00 € *"
    assert {key: str(figure.amount) for key, figure in found.own_figures().items()} == {
        "rounding_difference": "42.76", "printed_less_grant": "336700.00", "capital_payments": "12000.00",
        "capital_funding_ratio": "75.00", "capital_grant": "9000.00", "covered_amount": "500.00",
        "depreciation": "1200.00", "follow_up_revenue": "300.00", "savings": "40.00",
    }  # fmt: skip
    # Each answered amount says where it comes from.
    assert {leaf.source.text for leaf in found.own_figures()["savings"].leaves() if leaf.source} == {
        "Vorlage 2021/1121, I) Finanzielle Auswirkungen"
    }


def test_the_block_changes_with_the_figures(founding_case: Programme) -> None:
    LumpSum.objects.filter(grant_rule__name="Casemanagement").update(amount=Decimal("54000.00"))
    funding = block().operating.funding
    assert (str(funding.amount.amount), str(funding.percent.amount)) == ("620600.00", "64.49")  # type: ignore[union-attr]
