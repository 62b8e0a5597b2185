"""One statement that reads all rows of a programme at one instant, as JSON text.

Figures computed from several statements could mix the states before and after somebody's save; and one round trip is
faster than a dozen. Amounts travel as text, because a JSON number would be read as a float.
"""

from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject, TruncDate
from psycopg2.extensions import AsIs

from funding.models import (
    BudgetYear,
    Cap,
    CouncilPaper,
    FinanceStatement,
    FundedPosition,
    FundingModule,
    GrantAward,
    GrantRule,
    ItemLink,
    LedgerAccount,
    LumpSum,
    MaterialCost,
    MaterialLine,
    PaperItem,
    Programme,
    RoundingRule,
    Scenario,
    ScenarioOverride,
    TopUp,
)
from funding.models.finance import AMOUNTS, PLAIN
from staffing.models import PayRise, PositionBasis, PositionBasisKind, PositionCost
from staffing.pay_rows import all_rows, as_json

BASIS_COLUMNS = ("first_year", "basis", "tariff", "pay_group", "pay_step", "step_since", "tariff_name")
BASIS_AMOUNTS = ("supplementary_pension", "u2", "workplace_flat", "overhead", "amount")


def _text(column: str) -> Cast:
    return Cast(column, TextField())


def _sourced(**columns: Any) -> dict[str, Any]:
    """Return the columns of a row that says where its value comes from."""
    return {
        "id": F("id"),
        "source": F("source"),
        "status": F("source_status"),
        "note": F("note"),
        "entered_by": F("recorded_by_id"),
        "entered_on": TruncDate("recorded_at"),
        **columns,
    }


def _rows(queryset: QuerySet[Any], **columns: Any) -> ArraySubquery:
    return ArraySubquery(queryset.values(row=JSONObject(**columns)))


# Stand for the three arguments while Django writes the statement; no row has them.
_SLUG, _FIRST, _LAST = "-slug-of-the-programme-", 31001, 31002


def snapshot_of(slug: str, first_year: int, last_year: int) -> str | None:
    """Return everything that the figures of these years rest on, as JSON text; None for an unknown programme.

    Costs one statement, whatever the number of positions. Writing it takes Django ten times as long as PostgreSQL
    takes to answer, so it is written once per process and prepared once per connection.
    """
    if not slug.isascii() or "\x00" in slug:
        return None
    with connection.cursor() as cursor:
        raw = connection.connection
        if getattr(connection, "snapshot_prepared_on", None) is not raw:
            sql, parameters = _statement()
            stand_ins = {_SLUG: AsIs("$1"), _FIRST: AsIs("$2"), _LAST: AsIs("$3")}
            cursor.execute("DEALLOCATE ALL")
            cursor.execute(
                "PREPARE funding_snapshot (text, integer, integer) AS " + sql,
                [stand_ins.get(value, value) for value in parameters],
            )
            connection.snapshot_prepared_on = raw  # type: ignore[attr-defined]
        cursor.execute("EXECUTE funding_snapshot (%s, %s, %s)", [slug, first_year, last_year])
        row = cursor.fetchone()
    return None if row is None else row[0]


@lru_cache(maxsize=1)
def _statement() -> tuple[str, tuple[Any, ...]]:
    sql, parameters = _queryset(_SLUG, _FIRST, _LAST).query.sql_with_params()
    return sql, tuple(parameters)


def _pay() -> dict[str, Any]:
    """Return what costs are found by: bases, and of the pay law only what a pay table of the programme needs.

    Where no position stands in a pay table, and no rise is meant for declared amounts, all of them are empty.
    """
    programme = OuterRef(OuterRef("pk"))
    bases = PositionBasis.objects.filter(
        position__in=FundedPosition.objects.filter(grant_rule__funding_module__programme=programme).values("position")
    )
    # One level deeper, because it stands inside a condition.
    tables = PositionBasis.objects.filter(
        basis=PositionBasisKind.PAY_TABLE,
        position__in=FundedPosition.objects.filter(
            grant_rule__funding_module__programme=OuterRef(programme)
        ).values("position"),
    )  # fmt: skip
    of_tariff = tables.filter(tariff=OuterRef("tariff"))
    needed = {
        "pay_rates": of_tariff.filter(pay_group=OuterRef("pay_group")),
        "step_durations": of_tariff,
        "allowances": of_tariff,
        "annual_bonuses": of_tariff,
        "insurance_rates": tables,
        "supplementary_pensions": tables,
    }
    return {
        "position_bases": _rows(
            bases.order_by("position", "first_year"),
            **_sourced(
                position=F("position_id"),
                **{name: F(name) for name in BASIS_COLUMNS},
                **{name: _text(name) for name in BASIS_AMOUNTS},
            ),
        ),
        "pay_rises": _rows(
            PayRise.objects.filter(Q(applies_to_declared=True) | Exists(tables)).order_by("first_day", "pk"),
            **_sourced(
                **{name: F(name) for name in ("name", "tariff", "first_day", "applies_to_declared")},
                **{name: _text(name) for name in ("percent", "minimum")},
            ),
        ),
        **{kind: as_json(kind, all_rows(kind).filter(Exists(rows))) for kind, rows in needed.items()},
    }


def _queryset(slug: str, first_year: int, last_year: int) -> QuerySet[Any]:
    here, module = OuterRef("pk"), "funding_module__programme"
    years = {"fiscal_year__gte": first_year, "fiscal_year__lte": last_year}
    funded = FundedPosition.objects.filter(grant_rule__funding_module__programme=here)
    validity = {"valid_from": F("valid_from"), "valid_to": F("valid_to")}
    return Programme.objects.filter(slug=slug).values_list(
        Cast(
            JSONObject(
                slug=F("slug"),
                name=F("name"),
                short_name=F("short_name"),
                municipality=F("municipality__name"),
                grantor=F("grantor"),
                limited_until=F("limited_until"),
                limited_until_source=F("limited_until_source"),
                internal_order=F("internal_order"),
                budget_year=F("budget_year"),
                first_year=F("first_year"),
                last_year=F("last_year"),
                proration=F("proration"),
                proration_source=F("proration_source"),
                proration_status=F("proration_status"),
                budget_years=_rows(
                    BudgetYear.objects.filter(municipality=OuterRef("municipality")).order_by("fiscal_year"),
                    fiscal_year=F("fiscal_year"),
                    status=F("status"),
                ),
                accounts=_rows(
                    LedgerAccount.objects.filter(programme=here).order_by("number"), use=F("use"), number=F("number")
                ),
                rounding=_rows(
                    RoundingRule.objects.filter(programme=here).order_by("valid_from"),
                    **_sourced(**validity, base=_text("base"), direction=F("direction")),
                ),
                modules=_rows(
                    FundingModule.objects.filter(programme=here).order_by("number"),
                    id=F("id"),
                    number=F("number"),
                    kind=F("kind"),
                    name=F("name"),
                    instrument=F("instrument"),
                    minimum_fte=_text("minimum_fte"),
                    minimum_fte_source=F("minimum_fte_source"),
                ),
                rules=_rows(
                    GrantRule.objects.filter(**{module: here}).order_by("pk"),
                    id=F("id"),
                    funding_module=F("funding_module_id"),
                    name=F("name"),
                    basis=F("basis"),
                    limited_to_cost=F("limited_to_cost"),
                ),
                lump_sums=_rows(
                    LumpSum.objects.filter(**{f"grant_rule__{module}": here}).order_by("grant_rule", "valid_from"),
                    **_sourced(**validity, rule=F("grant_rule_id"), amount=_text("amount")),
                ),
                caps=_rows(
                    Cap.objects.filter(**{module: here}).order_by("funding_module", "valid_from"),
                    **_sourced(
                        **validity, funding_module=F("funding_module_id"), covers=F("covers"), amount=_text("amount")
                    ),
                ),
                awards=_rows(
                    GrantAward.objects.filter(programme=here, is_superseded=False).order_by("award_date", "pk"),
                    **_sourced(
                        funding_module=F("funding_module_id"),
                        covers=F("covers"),
                        amount=_text("amount"),
                        award_date=F("award_date"),
                        reference=F("reference"),
                        period_start=F("period_start"),
                        period_end=F("period_end"),
                    ),
                ),
                funded=_rows(
                    funded.order_by("position__reference", "valid_from"),
                    **_sourced(
                        **validity,
                        rule=F("grant_rule_id"),
                        funding_module=F("grant_rule__funding_module_id"),
                        position=F("position_id"),
                        reference=F("position__reference"),
                        title=F("position__title"),
                        fte=_text("position__fte"),
                        planned_from=F("position__planned_from"),
                        planned_until=F("position__planned_until"),
                        provider=F("position__provider__slug"),
                        provider_name=F("position__provider__name"),
                        provider_kind=F("position__provider__kind"),
                    ),
                ),
                position_costs=_rows(
                    PositionCost.objects.filter(
                        position__in=FundedPosition.objects.filter(
                            grant_rule__funding_module__programme=OuterRef(OuterRef("pk"))
                        ).values("position"),
                        **years,
                    ).order_by("position", "fiscal_year"),
                    **_sourced(position=F("position_id"), year=F("fiscal_year"), amount=_text("amount")),
                ),
                **_pay(),
                material=_rows(
                    MaterialLine.objects.filter(**{module: here}).order_by("kind", "name"),
                    id=F("id"),
                    funding_module=F("funding_module_id"),
                    kind=F("kind"),
                    name=F("name"),
                    per_fte=F("per_fte"),
                    rule=F("grant_rule_id"),
                    provider=F("provider__slug"),
                    provider_name=F("provider__name"),
                    provider_kind=F("provider__kind"),
                ),
                material_costs=_rows(
                    MaterialCost.objects.filter(**{f"material_line__{module}": here}, **years).order_by(
                        "material_line", "fiscal_year"
                    ),
                    **_sourced(line=F("material_line_id"), year=F("fiscal_year"), amount=_text("amount")),
                ),
                top_ups=_rows(
                    TopUp.objects.filter(programme=here, **years).order_by("fiscal_year", "stage"),
                    **_sourced(year=F("fiscal_year"), stage=F("stage"), amount=_text("amount")),
                ),
                scenarios=_rows(
                    Scenario.objects.filter(programme=here).order_by("order", "slug"),
                    id=F("id"),
                    slug=F("slug"),
                    name=F("name"),
                    description=F("description"),
                ),
                overrides=_rows(
                    ScenarioOverride.objects.filter(scenario__programme=here).order_by("scenario", "parameter", "pk"),
                    **_sourced(
                        scenario=F("scenario_id"),
                        parameter=F("parameter"),
                        last_day=F("last_day"),
                        provider=F("provider__slug"),
                        provider_name=F("provider__name"),
                        first_day=F("first_day"),
                        first_year=F("first_year"),
                        percent=_text("percent"),
                        position=F("position__reference"),
                        position_title=F("position__title"),
                    ),
                ),
                papers=_rows(
                    CouncilPaper.objects.filter(programme=here).order_by("paper_date", "number"),
                    number=F("number"),
                    slug=F("slug"),
                    title=F("title"),
                    paper_date=F("paper_date"),
                    date_precision=F("date_precision"),
                    status=F("status"),
                    kind=F("kind"),
                    originator=F("originator"),
                    file_reference=F("file_reference"),
                    url=F("url"),
                    note=F("note"),
                    amendment_to=F("amendment_to__slug"),
                ),
                items=_rows(
                    PaperItem.objects.filter(paper__programme=here).order_by("paper__slug", "number"),
                    id=F("id"),
                    paper=F("paper__slug"),
                    number=F("number"),
                    kind=F("kind"),
                    text=F("text"),
                    is_verbatim=F("is_verbatim"),
                    holds_until=F("holds_until"),
                    status=F("status"),
                    outcome=F("resolution__outcome"),
                    decided_on=F("resolution__decided_on"),
                    source=F("resolution__source"),
                    source_status=F("resolution__source_status"),
                    decision_note=F("resolution__note"),
                ),
                links=_rows(
                    ItemLink.objects.filter(item__paper__programme=here).order_by("pk"),
                    **_sourced(
                        item=F("item_id"), kind=F("kind"), target=F("target_id"), is_effective=F("is_effective")
                    ),
                ),
                finance_statements=_rows(
                    FinanceStatement.objects.filter(paper__programme=here).order_by("paper__slug"),
                    **_sourced(
                        **{name: F(name) for name in PLAIN},
                        **{name: _text(name) for name in AMOUNTS},
                        paper=F("paper__slug"),
                        follow_up_scenario=F("follow_up_scenario__slug"),
                    ),
                ),
            ),
            TextField(),
        ),
        flat=True,
    )
