"""The pay law that comes with the product becomes rows, and rows become the same law."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staffing.calculation.pay.law import Tariff
from staffing.loading import load_pay
from staffing.models import (
    Allowance,
    AnnualBonus,
    PayRate,
    SocialInsuranceRate,
    StepDuration,
    SupplementaryPension,
)
from staffing.published_law import published_law
from staffing.selectors import law_of, pay_state

if TYPE_CHECKING:
    from kim.figures import Figure
    from kim.models import User

pytestmark = pytest.mark.django_db

MODELS = (PayRate, StepDuration, Allowance, AnnualBonus, SocialInsuranceRate, SupplementaryPension)
FIRST_TIME = [
    "Tabellenentgelte: 1278 neu, 0 unverändert, 0 berichtigt, 0 von der Finanzverwaltung geändert und belassen.",
    "Stufenlaufzeiten: 5 neu, 0 unverändert, 0 berichtigt, 0 von der Finanzverwaltung geändert und belassen.",
    "Zulagen: 12 neu, 0 unverändert, 0 berichtigt, 0 von der Finanzverwaltung geändert und belassen.",
    "Jahressonderzahlungen: 50 neu, 0 unverändert, 0 berichtigt, 0 von der Finanzverwaltung geändert und belassen.",
    "Beitragssätze der Sozialversicherung: 8 neu, 0 unverändert, 0 berichtigt, 0 von der Finanzverwaltung geändert und belassen.",
    "Sätze der Zusatzversorgung: 2 neu, 0 unverändert, 0 berichtigt, 0 von der Finanzverwaltung geändert und belassen.",
]


def run() -> list[str]:
    out = StringIO()
    call_command("loadpay", stdout=out)
    return out.getvalue().splitlines()


def counts() -> list[tuple[int, int, int, int]]:
    return [(one.new, one.unchanged, one.corrected, one.kept) for one in load_pay()]


def rate(group: str = "S12", step: int = 4, day: str = "2022-04-01") -> PayRate:
    return PayRate.objects.get(pay_group=group, pay_step=step, valid_from=day)


def plain(figure: Figure) -> tuple[str, Decimal, str, str, str, str]:
    assert figure.source is not None
    return figure.key, figure.amount, figure.unit, figure.subject, figure.source.text, figure.source.status


def test_the_command_says_in_one_line_a_kind_what_it_did() -> None:
    assert run() == FIRST_TIME
    second = [one.split(": ")[1].split(",")[:2] for one in run()]
    assert second == [["0 neu", f" {count} unverändert"] for count in (1278, 5, 12, 50, 8, 2)]


def test_a_second_time_writes_nothing() -> None:
    load_pay()
    with CaptureQueriesContext(connection) as queries:
        load_pay()
    assert [one["sql"] for one in queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []
    assert len(queries) == 9


def test_what_the_staff_edited_stays(ayse: User) -> None:
    load_pay()
    row = rate()
    row.amount, row.recorded_by = Decimal("4000.00"), ayse
    row.save()
    assert counts()[0] == (0, 1277, 0, 1)
    assert rate().amount == Decimal("4000.00")


def test_what_the_staff_gave_another_time_leaves_no_room_for_the_line(ayse: User) -> None:
    load_pay()
    PayRate.objects.filter(pk=rate().pk).update(valid_from=date(2022, 5, 1), recorded_by=ayse)
    assert counts()[0] == (0, 1277, 0, 1)


def test_what_nobody_touched_follows_the_files() -> None:
    load_pay()
    PayRate.objects.filter(pk=rate().pk).update(amount=Decimal("1.00"), source="Entwurf")
    assert counts()[0] == (0, 1277, 1, 0)
    assert (rate().amount, rate().source) == (
        Decimal("4189.61"),
        "https://www.kommunalforum.de/entgelttabelle_tvoed_sue.php",
    )


def test_all_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("staffing.loading.FIRST_DAY_OF_PENSION", None)
    with pytest.raises(Exception, match="valid_from"):
        load_pay()
    assert [model._default_manager.count() for model in MODELS] == [0] * 6


def test_rows_make_the_published_law() -> None:
    load_pay()
    law, published = pay_state().law, published_law()

    assert {key: [(plain(one.amount), one.period) for one in values] for key, values in law.table.items()} == {
        key: [(plain(one.amount), one.period) for one in values] for key, values in published.table.items()
    }
    assert law.supplementary_pension.amount == published.supplementary_pension.amount
    assert law.supplementary_pension_on(date(2023, 1, 1)).amount == Decimal("7.75")
    groups = [(tariff, group) for tariff in Tariff for group in law.groups(tariff)]
    days = [date(2020, 3, 1) + timedelta(days=31 * month) for month in range(90)]
    for tariff, group in groups:
        mine, theirs = law.step_rules(tariff, group), published.step_rules(tariff, group)
        assert [(one.years, one.period) for one in mine] == [(one.years, one.period) for one in theirs]
        for year in range(2020, 2030):
            assert plain(law.bonus_percent(tariff, group, year)) == plain(published.bonus_percent(tariff, group, year))
        for day in days:
            own, other = law.allowance_on(tariff, group, day), published.allowance_on(tariff, group, day)
            assert (own is None) == (other is None)
            assert own is None or other is None or plain(own) == plain(other)
    for day in days:
        own_rule, other_rule = law.insurance_on(day), published.insurance_on(day)
        for name in ("health", "health_extra", "care", "pension", "unemployment", "insolvency"):
            assert plain(getattr(own_rule, name)) == plain(getattr(other_rule, name))


def test_groups_stand_in_the_order_of_their_table() -> None:
    load_pay()
    state = pay_state()
    assert state.law.groups(Tariff.E) == (
        "E1",
        "E2",
        "E3",
        "E4",
        "E5",
        "E6",
        "E7",
        "E8",
        "E9a",
        "E9b",
        "E9c",
        "E10",
        "E11",
        "E12",
        "E13",
        "E14",
        "E15",
    )
    assert state.steps_of("E1") == (2, 3, 4, 5, 6)
    assert list(state.tariff_of)[-1] == "S18"


def test_reading_costs_one_statement_and_two_after_a_change(ayse: User) -> None:
    load_pay()
    first = pay_state()
    with CaptureQueriesContext(connection) as queries:
        assert pay_state() is first
    assert len(queries) == 1
    PayRate.objects.filter(pk=rate().pk).update(amount=Decimal("4000.00"))
    with CaptureQueriesContext(connection) as queries:
        second = pay_state()
    assert len(queries) == 2
    assert second.law.table_pay(Tariff.S, "S12", 4, date(2022, 5, 1)).amount == Decimal("4000.00")
    PayRate.objects.filter(pk=rate().pk).delete()
    assert pay_state().seal not in {first.seal, second.seal}


def test_an_empty_database_has_an_empty_law() -> None:
    state = pay_state()
    assert state.is_empty
    assert law_of({}).supplementary_pension.amount == Decimal(0)
