"""Every named constraint refuses what it should: in the database, and with a German sentence before it gets there."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from funding.models import (
    BudgetYear,
    Cap,
    Committee,
    CouncilPaper,
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
    PaperItem,
    Programme,
    Resolution,
    RoundingRule,
    Scenario,
    ScenarioOverride,
    TopUp,
)
from kim.errors import AmountError
from kim.models import ApiToken, User
from staffing.models import PayRise, Position, PositionCost, Provider
from tests.funding.finance_cases import FINANCE_CASES
from tests.funding.paper_cases import PAPER_CASES
from tests.funding.rows import (
    FRESH,
    amount_basis,
    corrected_version,
    council_paper,
    paper_item,
    percent_override,
    position,
    provider,
    saved,
    scenario_override,
)
from tests.staffing.basis_cases import BASES, NEGATIVE, RISES
from tests.staffing.constraint_cases import CENTS, PAY_CASES, SAME, SOURCED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import Model

pytestmark = pytest.mark.django_db

EARLY, LATE = date(2021, 12, 1), date(2022, 1, 1)

DATED = {
    "ends_after_start": [{"valid_to": date(2021, 12, 31)}],
    "no_overlap": [
        {},
        {"valid_from": date(2022, 12, 31)},
        {"valid_from": date(2020, 1, 1), "valid_to": date(2022, 1, 1)},
    ],
}
YEARS = [{"fiscal_year": year} for year in (1999, 2100)]


_ITEM: list[PaperItem] = []


def one_item() -> PaperItem:
    _ITEM[:] = [paper_item()]
    return _ITEM[0]


def same_item() -> PaperItem:
    return _ITEM[0]


def overlapping(*same: str) -> list[dict[str, Any]]:
    return [{**dict.fromkeys(same, SAME), **changes} for changes in DATED["no_overlap"]]


CASES: dict[type[Model], dict[str, list[dict[str, Any]]]] = {
    User: {"known_role": [{"role": "king"}]},
    ApiToken: {"name_once": [{"user": SAME, "name": SAME}]},
    Provider: {"known_kind": [{"kind": "firma"}, {"kind": ""}]},
    Position: {
        "fte_in_range": [
            {"fte": Decimal(0)},
            {"fte": Decimal("-0.5")},
            {"fte": Decimal("1.5")},
            {"fte": Decimal("1.0001")},
            {"fte": Decimal(0), "is_group": True},
            {"fte": Decimal("99.0001"), "is_group": True},
        ],
        "ends_after_start": [{"planned_until": date(2021, 12, 31)}],
        "range_has_both_ends": [
            {"filled_from_precision": "range"},
            {"filled_from_precision": "range", "filled_from": date(2021, 12, 1)},
            {"filled_from_precision": "range", "filled_from_latest": date(2022, 1, 1)},
            {"filled_from_precision": "range", "filled_from": LATE, "filled_from_latest": EARLY},
            {"filled_from_precision": "day", "filled_from": EARLY, "filled_from_latest": LATE},
        ],
        "known_precision": [{"filled_from_precision": "bald"}],
    },
    PositionCost: {
        **SOURCED,
        "once_a_year": [{"position": SAME, "fiscal_year": SAME}],
        "whole_cents": CENTS,
        "not_negative": NEGATIVE,
        "known_year": YEARS,
    },
    PayRise: RISES,
    BudgetYear: {"once": [{"municipality": SAME, "fiscal_year": SAME}], "known_year": YEARS},
    Programme: {
        "years_in_order": [
            {"budget_year": 2021},
            {"budget_year": 2027},
            {"first_year": 1999},
            {"last_year": 2100},
            {"first_year": 2022, "last_year": 2053},
        ],
        "known_proration": [{"proration": "halbjährlich"}],
        "known_status": [{"proration_status": "sicher"}],
        "has_proration_source": [{"proration_source": ""}, {"proration_source": " "}],
    },
    RoundingRule: {
        **SOURCED,
        "ends_after_start": DATED["ends_after_start"],
        "no_overlap": overlapping("programme"),
        "known_direction": [{"direction": "sideways"}],
        "whole_cents": [{"base": case["amount"]} for case in CENTS],
        "base_positive": [{"base": Decimal("0.00")}, {"base": Decimal("-100.00")}],
    },
    LedgerAccount: {**SOURCED, "one_per_use": [{"programme": SAME, "use": SAME}], "known_use": [{"use": "kasse"}]},
    FundingModule: {
        "number_once": [{"programme": SAME, "number": SAME}],
        "minimum_with_source": [
            {"minimum_fte": Decimal(0)},
            {"minimum_fte": Decimal("-0.5")},
            {"minimum_fte_source": ""},
            {"minimum_fte_source": " "},
        ],
    },
    FundedPosition: {
        **SOURCED,
        "ends_after_start": DATED["ends_after_start"],
        "no_overlap": overlapping("position"),
    },
    MaterialLine: {
        "name_once": [{"funding_module": SAME, "name": SAME}],
        "known_kind": [{"kind": "sonstiges"}],
    },
    MaterialCost: {
        **SOURCED,
        "once_a_year": [{"material_line": SAME, "fiscal_year": SAME}],
        "whole_cents": CENTS,
        "not_negative": NEGATIVE,
        "known_year": YEARS,
    },
    Committee: {"name_once": [{"municipality": SAME, "name": SAME}]},
    ForecastVersion: {
        "number_once": [{"programme": SAME, "number": SAME}],
        "name_once": [{"programme": SAME, "name": SAME}],
        "counts_from_one": [{"number": 0}],
        "has_name": [{"name": ""}, {"name": " \t\u00a0"}],
    },
    CouncilPaper: {
        "number_once": [{"programme": SAME, "number": SAME}],
        "number_form": [{"number": "1121"}, {"number": "2021-1121"}, {"number": "21/1121"}, {"number": "2021/1121a"}],
        "known_kind": [{"kind": "brief"}],
        "known_status": [{"status": "vertagt"}],
        "year_alone": [{"date_precision": "year"}, {"date_precision": "month"}],
        "amendment_to_fits": [{"amendment_to": council_paper}],
    },
    PaperItem: {
        "number_once": [{"paper": SAME, "number": SAME}],
        "known_kind": [{"kind": "bitte"}],
        "known_status": [{"status": "vertagt"}],
    },
    Meeting: {
        "once": [{"paper": SAME, "committee": SAME, "meeting_date": SAME}],
        "known_role": [{"role": "schweigt"}],
    },
    Resolution: {
        **SOURCED,
        "known_outcome": [{"outcome": "vertagt"}],
        "has_day": [{"decided_on": None}, {"decided_on": None, "outcome": "rejected"}],
    },
    ItemLink: {
        **SOURCED,
        "known_kind": [{"kind": "erwähnt"}],
        "not_itself": [{"item": one_item, "target": same_item}],
        "once": [{"item": SAME, "target": SAME, "is_effective": False}],
        "repealed_once": [{"target": SAME}],
    },
    FinanceStatement: {**SOURCED, **FINANCE_CASES},
    GrantRule: {"name_once": [{"funding_module": SAME, "name": SAME}], "known_basis": [{"basis": "per_head"}]},
    LumpSum: {
        **SOURCED,
        "ends_after_start": DATED["ends_after_start"],
        "no_overlap": overlapping("grant_rule"),
        "whole_cents": CENTS,
        "not_negative": NEGATIVE,
    },
    Cap: {
        **SOURCED,
        "ends_after_start": DATED["ends_after_start"],
        "no_overlap": overlapping("funding_module", "covers"),
        "known_part": [{"covers": "alles"}],
        "whole_cents": CENTS,
        "not_negative": NEGATIVE,
    },
    GrantAward: {
        **SOURCED,
        "amount_has_place": [
            {"funding_module": None},
            {"period_start": None, "period_end": None},
        ],
        "within_a_year": [
            {"period_end": date(2023, 1, 31)},
            {"period_end": date(2021, 12, 31)},
            {"amount": None, "period_end": None},
            {"amount": None, "period_start": None},
        ],
        "no_overlap": [
            {"funding_module": SAME},
            {"funding_module": SAME, "period_start": date(2022, 12, 31)},
            {"funding_module": SAME, "period_end": date(2022, 1, 1)},
        ],
        "known_part": [{"covers": "alles"}],
        "whole_cents": CENTS,
        "not_negative": NEGATIVE,
    },
    TopUp: {
        **SOURCED,
        "once": [{"programme": SAME, "fiscal_year": SAME, "stage": SAME}],
        "known_stage": [{"stage": "gedacht"}],
        "whole_cents": CENTS,
        "not_negative": NEGATIVE,
        "known_year": YEARS,
    },
    **PAPER_CASES,
    Scenario: {"slug_once": [{"programme": SAME, "slug": SAME}]},
    **PAY_CASES,
}

# An override takes what its parameter needs and nothing else, so each case starts from a row of its own kind.
OVERRIDES: dict[str, list[tuple[Callable[[], ScenarioOverride], dict[str, Any]]]] = {
    **{suffix: [(scenario_override, case) for case in cases] for suffix, cases in SOURCED.items()},
    "once": [
        (scenario_override, {"scenario": SAME}),
        (scenario_override, {"scenario": SAME, "last_day": None}),
    ],
    "percent_once": [(percent_override, {"scenario": SAME}), (percent_override, {"scenario": SAME, "percent": 3})],
    "percent_fits": [(percent_override, {"percent": None}), (scenario_override, {"percent": 1})],
    "first_day_fits": [
        (percent_override, {"first_day": date(2023, 1, 1)}),
        (percent_override, {"parameter": "cap_percent", "first_year": None}),
    ],
    "first_year_fits": [(percent_override, {"first_year": None}), (scenario_override, {"first_year": 2023})],
    "position_fits": [
        (scenario_override, {"position": position}),
        (scenario_override, {"parameter": "position_until"}),
    ],
    "last_day_fits": [
        (percent_override, {"last_day": date(2023, 1, 1)}),
        (scenario_override, {"parameter": "position_until", "position": position, "last_day": None}),
    ],
    "percent_in_range": [
        (percent_override, {"percent": Decimal(value)}) for value in ("0", "-100.01", "1000.01", "2.505", "NaN")
    ],
    "known_year": [(percent_override, {"first_year": year}) for year in (0, 1999, 2100)],
    "provider_fits": [(scenario_override, {"parameter": "grant_until", "provider": provider})],
    "known_parameter": [(scenario_override, {"parameter": "weather"})],
}


def everything() -> Iterator[tuple[str, Callable[[], Model], dict[str, Any]]]:
    for model, by_suffix in CASES.items():
        prefix = "kim_api_token" if model is ApiToken else model._meta.label_lower.replace(".", "_")
        for suffix, cases in by_suffix.items():
            for case in cases:
                yield f"{prefix}_{suffix}", FRESH[model], case
    for prefix, by_kind in (("funding_scenariooverride", OVERRIDES), ("staffing_positionbasis", BASES)):
        for suffix, rows in by_kind.items():
            for fresh, case in rows:
                yield f"{prefix}_{suffix}", fresh, case
    twice = {"programme": SAME, "corrects": SAME}
    yield "funding_forecastversion_corrected_once", corrected_version, twice


EVERYTHING = list(everything())
OURS = [
    constraint
    for app in ("kim", "staffing", "funding")
    for model in apps.get_app_config(app).get_models()
    for constraint in model._meta.constraints
]


def test_every_constraint_has_a_case() -> None:
    assert {name for name, _fresh, _case in EVERYTHING} == {constraint.name for constraint in OURS}


def test_every_constraint_says_in_german_what_is_wrong_and_where() -> None:
    with translation.override("en"):
        silent = [constraint.name for constraint in OURS if not str(constraint.violation_error_message).strip()]
        default = [one.name for one in OURS if one.violation_error_message == one.default_violation_error_message]
    assert (silent, default) == ([], [])
    # The code names the field that a form shows the sentence at; accounts have no form of their own.
    assert {one.name for one in OURS if one.violation_error_code is None} == {
        "kim_user_known_role", "kim_api_token_name_once",
    }  # fmt: skip


def broken(fresh: Callable[[], Model], changes: dict[str, Any]) -> Model:
    """Return an unsaved row that is valid but for ``changes``."""
    first = saved(fresh()) if SAME in changes.values() else None
    row = fresh()
    for name, value in changes.items():
        if value is SAME:
            setattr(row, name, getattr(first, name))
        else:
            setattr(row, name, saved(value()) if callable(value) else value)
    return row


def violated(error: IntegrityError) -> str:
    return str(error.__cause__.diag.constraint_name)  # type: ignore[union-attr]


def identifier(case: object) -> str | None:
    return case if isinstance(case, str) else None


every_case = pytest.mark.parametrize(("name", "fresh", "changes"), EVERYTHING, ids=identifier)


@pytest.mark.parametrize("fresh", [*FRESH.values(), percent_override, amount_basis])
def test_rows_that_are_changed_by_the_cases_are_valid(fresh: Callable[[], Model]) -> None:
    for row in (fresh(), fresh()):
        row.full_clean()
        row.save()


@every_case
def test_database_refuses_it(name: str, fresh: Callable[[], Model], changes: dict[str, Any]) -> None:
    row = broken(fresh, changes)
    fields: dict[str, Any] = {one: row._meta.get_field(one) for one in changes}
    wrong = {field.column: getattr(row, field.attname) for field in fields.values()}
    valid = saved(fresh())
    columns = ", ".join(f'"{column}" = %s' for column in wrong)
    statement = f'UPDATE "{valid._meta.db_table}" SET {columns} WHERE "{valid._meta.pk.column}" = %s'  # noqa: S608

    # A frozen version refuses every change before any constraint is asked.
    if not isinstance(row, ForecastVersion):
        with pytest.raises(IntegrityError) as refusal, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [*wrong.values(), valid.pk])
        assert violated(refusal.value) == name

    with pytest.raises((IntegrityError, AmountError)) as refusal_of_many, transaction.atomic():
        type(row)._default_manager.bulk_create([row])
    # Money with a third decimal does not even reach the database: Django would round it on the way.
    error = refusal_of_many.value
    assert isinstance(error, AmountError) or (isinstance(error, IntegrityError) and violated(error) == name)


@every_case
def test_row_says_what_is_wrong_before_it_is_saved(
    name: str, fresh: Callable[[], Model], changes: dict[str, Any]
) -> None:
    row = broken(fresh, changes)
    constraint = next(one for one in OURS if one.name == name)
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    # Either the constraint speaks, or the field did before it: then in the words of Django's German catalogue.
    found = refusal.value.message_dict
    if any(str(constraint.violation_error_message) in messages for messages in found.values()):
        return
    assert set(found) <= set(changes)
    german = re.compile(r"Bitte |Wert |Dieses Feld |[^ ]+ ist kein voller Centbetrag")
    assert all(german.match(one) for one in chain(*found.values()))
