"""Valid rows of every model, each different from the last, so that a test has to name only what it breaks."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from django.utils import timezone
from knox.models import get_token_model

from funding.documents import seal_of
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
from kim.models import ApiToken, User
from staffing.models import (
    PayRise,
    Position,
    PositionBasis,
    PositionCost,
    Provider,
)
from tests.staffing.rows import PAY_ROWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model

Row = TypeVar("Row", bound="Model")
_numbers = count(1)
SOURCED = {"source": "Bescheid"}
ALWAYS = {"valid_from": date(2022, 1, 1), "valid_to": None}
EURO = Decimal("1.00")


def user() -> User:
    return User(username=f"user-{next(_numbers)}", password="x", role="finance")


def api_token() -> ApiToken:
    number = next(_numbers)
    assert get_token_model() is ApiToken
    return ApiToken(
        digest=f"{number}", token_key=f"{number}", user=saved(user()), name=f"Haushalt {number}",
        created=timezone.now(),
    )  # fmt: skip


def provider() -> Provider:
    number = next(_numbers)
    return Provider(name=f"Träger {number}", slug=f"traeger-{number}", kind="association")


def position() -> Position:
    return Position(
        reference=f"P-{next(_numbers)}", title="Stelle", provider=saved(provider()), fte=Decimal("0.5"),
        planned_from=date(2022, 1, 1),
    )  # fmt: skip


def position_cost() -> PositionCost:
    return PositionCost(position=saved(position()), fiscal_year=2022, amount=EURO, **SOURCED)


def position_basis() -> PositionBasis:
    """Return a position in a pay table."""
    return PositionBasis(
        position=saved(position()), first_year=2022, basis="pay_table", tariff="TVoeD-VKA-E", pay_group="E10",
        pay_step=3, **SOURCED,
    )  # fmt: skip


def amount_basis() -> PositionBasis:
    """Return a position that is paid after another agreement."""
    return PositionBasis(
        position=saved(position()), first_year=2022, basis="provider_tariff", amount=EURO, tariff_name="AVR", **SOURCED
    )


def pay_rise() -> PayRise:
    number = next(_numbers)
    first_day = date(2090, 1, 1) + timedelta(days=number)
    return PayRise(name=f"Tarifrunde {number}", first_day=first_day, percent=Decimal("3.00"), **SOURCED)


def municipality() -> Municipality:
    number = next(_numbers)
    return Municipality(name=f"Stadt {number}", slug=f"stadt-{number}")


def budget_year() -> BudgetYear:
    return BudgetYear(municipality=saved(municipality()), fiscal_year=2022)


def programme() -> Programme:
    return Programme(
        municipality=saved(municipality()), slug=f"programm-{next(_numbers)}", name="Programm", short_name="P",
        grantor="Land", limited_until_source="Bescheid", internal_order="1", budget_year=2022, first_year=2022,
        last_year=2026, proration_source="Richtlinie",
    )  # fmt: skip


def rounding_rule() -> RoundingRule:
    return RoundingRule(programme=saved(programme()), base=Decimal("100.00"), direction="up", **SOURCED, **ALWAYS)


def ledger_account() -> LedgerAccount:
    return LedgerAccount(programme=saved(programme()), number="414100", use="expense", **SOURCED)


def funding_module() -> FundingModule:
    return FundingModule(
        programme=saved(programme()), number=1, kind="other", name="Baustein", instrument="grant",
        minimum_fte=Decimal("0.5"), minimum_fte_source="Richtlinie",
    )  # fmt: skip


def grant_rule() -> GrantRule:
    return GrantRule(funding_module=saved(funding_module()), name="Regel", basis="per_fte_year")


def lump_sum() -> LumpSum:
    return LumpSum(grant_rule=saved(grant_rule()), amount=EURO, **SOURCED, **ALWAYS)


def cap() -> Cap:
    return Cap(funding_module=saved(funding_module()), amount=EURO, **SOURCED, **ALWAYS)


def funded_position() -> FundedPosition:
    return FundedPosition(position=saved(position()), grant_rule=saved(grant_rule()), **SOURCED, **ALWAYS)


def material_line() -> MaterialLine:
    return MaterialLine(
        funding_module=saved(funding_module()), kind="measures", name="Maßnahmen", provider=saved(provider())
    )


def material_cost() -> MaterialCost:
    return MaterialCost(material_line=saved(material_line()), fiscal_year=2022, amount=EURO, **SOURCED)


def grant_award() -> GrantAward:
    module = saved(funding_module())
    return GrantAward(
        programme=module.programme, funding_module=module, award_date=date(2022, 1, 27), amount=EURO,
        period_start=date(2022, 1, 1), period_end=date(2022, 12, 31), **SOURCED,
    )  # fmt: skip


def top_up() -> TopUp:
    return TopUp(programme=saved(programme()), fiscal_year=2022, stage="registered", amount=EURO, **SOURCED)


def deadline() -> Deadline:
    return Deadline(
        programme=saved(programme()), kind="application", day=date(2021, 10, 30), text="Antrag für 2022", **SOURCED
    )


def scenario() -> Scenario:
    return Scenario(programme=saved(programme()), slug=f"szenario-{next(_numbers)}", name="Szenario")


def scenario_override() -> ScenarioOverride:
    return ScenarioOverride(
        scenario=saved(scenario()), parameter="top_up_until", last_day=date(2022, 12, 31), **SOURCED
    )  # fmt: skip


def percent_override() -> ScenarioOverride:
    return ScenarioOverride(
        scenario=saved(scenario()), parameter="cost_percent", percent=Decimal("2.50"), first_year=2023, **SOURCED
    )  # fmt: skip


def committee() -> Committee:
    return Committee(municipality=saved(municipality()), name="Rat")


def council_paper() -> CouncilPaper:
    return CouncilPaper(
        programme=saved(programme()), number="2021/1121", slug=f"vorlage-{next(_numbers)}", title="Betreff",
        paper_date=date(2021, 11, 4),
    )  # fmt: skip


def paper_item() -> PaperItem:
    return PaperItem(paper=saved(council_paper()), number=1, kind="top_up", text="Die Verwaltung wird beauftragt")


def meeting() -> Meeting:
    return Meeting(
        paper=saved(council_paper()), committee=saved(committee()), meeting_date=date(2021, 12, 13), role="decides"
    )


def printed_figure() -> PrintedFigure:
    return PrintedFigure(
        paper=saved(council_paper()), number=1, label="Mehrkosten", printed="336.657,24 €", place="Seite 4",
        amount=Decimal("336657.24"), figure_key="shortfall", fiscal_year=2022,
    )  # fmt: skip


def committee_question() -> CommitteeQuestion:
    return CommitteeQuestion(
        programme=saved(programme()), figure_key="shortfall", fiscal_year=2022, scenario="in-force",
        label="Mehrkosten der Stadt", amount_shown="336.657,24 €", text="Warum?", asked_at=timezone.now(),
        asked_as="committee",
    )  # fmt: skip


def finance_statement() -> FinanceStatement:
    return FinanceStatement(paper=saved(council_paper()), follow_up_revenue_from=2023, savings_from=2023, **SOURCED)


def forecast_version() -> ForecastVersion:
    number = next(_numbers)
    document = f'{{"schema":1,"version":{{"number":{number}}}}}'
    return ForecastVersion(
        programme=saved(programme()), number=number, name=f"Fassung {number}", frozen_at=timezone.now(),
        frozen_by=saved(user()), document=document, seal=seal_of(document),
    )  # fmt: skip


def corrected_version() -> ForecastVersion:
    first, found = saved(forecast_version()), forecast_version()
    found.programme, found.corrects = first.programme, first
    return found


def saved(row: Row) -> Row:
    row.save()
    return row


def resolution() -> Resolution:
    return Resolution(item=saved(paper_item()), outcome="adopted", decided_on=date(2021, 12, 13), **SOURCED)


def item_link() -> ItemLink:
    return ItemLink(item=saved(paper_item()), kind="repeals", target=saved(paper_item()), is_effective=True, **SOURCED)


FRESH: dict[type[Model], Callable[[], Any]] = {
    User: user,
    ApiToken: api_token,
    Provider: provider,
    Position: position,
    PositionBasis: position_basis,
    PositionCost: position_cost,
    PayRise: pay_rise,
    Municipality: municipality,
    BudgetYear: budget_year,
    Programme: programme,
    RoundingRule: rounding_rule,
    LedgerAccount: ledger_account,
    FundingModule: funding_module,
    GrantRule: grant_rule,
    LumpSum: lump_sum,
    Cap: cap,
    FundedPosition: funded_position,
    MaterialLine: material_line,
    MaterialCost: material_cost,
    GrantAward: grant_award,
    TopUp: top_up,
    Deadline: deadline,
    Scenario: scenario,
    ScenarioOverride: scenario_override,
    Committee: committee,
    CouncilPaper: council_paper,
    PaperItem: paper_item,
    Meeting: meeting,
    FinanceStatement: finance_statement,
    **PAY_ROWS,
    Resolution: resolution,
    ItemLink: item_link,
    ForecastVersion: forecast_version,
    PrintedFigure: printed_figure,
    CommitteeQuestion: committee_question,
}
