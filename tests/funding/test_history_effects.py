"""What each change moved in the shortfall, on the page and in the file."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pghistory

from funding.history import rows_at, scopes
from funding.history_effects import Effect, World
from funding.models import LumpSum, Programme, Scenario
from funding.snapshot import snapshot_of
from staffing.models import Position, PositionCost
from tests.funding.histories import (
    FILE,
    REPORT,
    SINCE,
    at,
    moved,
    page_of,
    set_cost,
    shortfall,
    stamp,
)

if TYPE_CHECKING:
    from django.test import Client

    from kim.models import User


# --- The effect -------------------------------------------------------------------------------------------------------


def ordered(value: Any) -> Any:
    return sorted(value, key=lambda row: json.dumps(row, sort_keys=True)) if isinstance(value, list) else value


def test_rows_of_the_events_are_the_rows_of_the_tables(programme: Programme) -> None:
    text = snapshot_of("kim-nrw", 2000, 2099)
    assert text is not None
    stored = {name: ordered(value) for name, value in json.loads(text).items()}
    told = World(rows_at(scopes(programme).items())).snapshot()
    assert {name: ordered(value) for name, value in told.items()} == stored


def test_effect_of_a_cost_is_in_its_own_year(cost: PositionCost, programme: Programme) -> None:
    later = PositionCost.objects.get(position=cost.position_id, fiscal_year=2024)
    set_cost(cost, "88000.00", at(7))
    set_cost(later, "86000.00", at(8))
    assert moved(programme) == [
        ("Personalkosten 2022 der Stelle „Koordination 1 (KIM-1.1)“", Effect(2022, Decimal("1740.75"))),
        ("Personalkosten 2024 der Stelle „Koordination 1 (KIM-1.1)“", Effect(2024, Decimal("-259.25"))),
    ]


def test_effects_of_a_year_add_up(cost: PositionCost, programme: Programme) -> None:
    start = shortfall()
    set_cost(cost, "88000.00", at(7))
    LumpSum.objects.filter(grant_rule__name="Casemanagement").update(amount=Decimal("50000.00"))
    stamp(at(8))
    set_cost(cost, "87000.00", at(9))
    Position.objects.get(reference="KIM-2.1").delete()
    stamp(at(10))
    found = [effect.amount for _subject, effect in moved(programme) if effect.year == 2022]
    assert None not in found
    assert found[:3] == [Decimal("1740.75"), Decimal("25000.00"), Decimal("-1000.00")]
    assert sum(amount or 0 for amount in found) == shortfall() - start


def test_effect_follows_year_and_scenario(programme: Programme) -> None:
    LumpSum.objects.filter(grant_rule__name="Koordination").update(amount=Decimal("50000.00"))
    stamp(at(7))
    found = [
        moved(programme, year, scenario)[0][1]
        for year, scenario in ((2022, "in-force"), (2023, "in-force"), (2023, "grant-continues"))
    ]
    assert found == [
        Effect(2022, Decimal("12500.00")), Effect(2023, Decimal("0.00")), Effect(2023, Decimal("12500.00")),
    ]  # fmt: skip


def test_effect_that_has_no_answer_has_a_reason(programme: Programme, cost: PositionCost) -> None:
    set_cost(cost, "88000.00", at(7))
    Scenario.objects.create(programme=programme, slug="neu", name="Neu", order=9)
    stamp(at(8))
    set_cost(cost, "89000.00", at(9))
    known_then = "in-force, grant-continues, grant-ends, top-up-ends, positions-end"
    found = [effect for _subject, effect in moved(programme, scenario="neu")]
    assert [one.amount for one in found] == [None, None, Decimal("1000.00")]
    assert found[0].reason.startswith("Das Szenario „neu“ gibt es nicht. Es gibt: ")
    assert sorted(found[0].reason.removesuffix(".").partition("Es gibt: ")[2].split(", ")) == sorted(
        known_then.split(", ")
    )


def test_report_shows_old_new_and_effect(bernd_client: Client, cost: PositionCost) -> None:
    set_cost(cost, "88000.00", at(7), note="Tarif")
    Position.objects.filter(pk=cost.position_id).update(filled_confirmed=True)
    stamp(at(8))
    page = page_of(bernd_client.get(REPORT, SINCE))
    headings, *rows = page.table("Änderungen mit alten und neuen Werten, die neueste zuerst")
    assert headings == ["Zeitpunkt", "Wer", "Was", "vorher", "nachher", "Mehrkosten der Stadt"]
    assert rows == [
        [
            "08.03.2022, 14:05 Uhr", "unmittelbar in der Datenbank",
            "Stelle „Koordination 1 (KIM-1.1)“ geändert Besetzung bestätigt: „nein“ → „ja“", "–", "–",
            "2022: unverändert",
        ],
        [
            "07.03.2022, 14:05 Uhr", "unmittelbar in der Datenbank",
            "Personalkosten 2022 der Stelle „Koordination 1 (KIM-1.1)“ geändert Tarif", "86.259,25 €", "88.000,00 €",
            "2022: um 1.740,75 € höher",
        ],
    ]  # fmt: skip


def test_loading_has_no_effect_to_tell(bernd_client: Client, programme: Programme) -> None:
    page = page_of(bernd_client.get(REPORT, {"kind": "foerderung"}))
    rows = page.table("Änderungen mit alten und neuen Werten, die neueste zuerst")[1:]
    assert {row[5] for row in rows} == {"2022: nicht beziffert Davor gab es das Programm noch nicht."}


# --- The file ---------------------------------------------------------------------------------------------------------

COLUMNS = (
    "changed_at,office,kind,subject,action,amount_before,amount_after,other_changes,note,source,fiscal_year,scenario,"
    "shortfall_effect,effect_note,sentence\r\n"
)


def test_file_for_the_committee_names_no_account(ayse: User, bernd_client: Client, cost: PositionCost) -> None:
    with pghistory.context(user=ayse.pk, request="abc"):
        PositionCost.objects.filter(pk=cost.pk).update(amount=Decimal("88000.00"), note="=1+1", source="Anlage 3")
    stamp(at(7))
    answer = bernd_client.get(FILE, SINCE)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert answer["Content-Disposition"] == 'attachment; filename="aenderungen-kim-nrw.csv"'
    assert answer.content.decode() == COLUMNS + (
        "2022-03-07T14:05:00+01:00,Finanzverwaltung,Jahreskosten einer Stelle,"
        "Personalkosten 2022 der Stelle „Koordination 1 (KIM-1.1)“,geändert,86259.25,88000.00,,'=1+1,Anlage 3,2022,"
        'in-force,1740.75,,"Am 07.03.2022 um 14:05 Uhr hat die Finanzverwaltung die Personalkosten 2022 der Stelle '
        "„Koordination 1 (KIM-1.1)“ von 86.259,25 € auf 88.000,00 € geändert. Anmerkung: „=1+1“. Quelle: „Anlage 3“."
        '"\r\n'
    )


def test_german_file_for_finance_staff_names_the_account(ayse: User, ayse_client: Client, cost: PositionCost) -> None:
    with pghistory.context(user=ayse.pk, request="abc"):
        PositionCost.objects.filter(pk=cost.pk).update(amount=Decimal("86000.00"))
    stamp(at(7))
    text = ayse_client.get(FILE, {**SINCE, "dialect": "de"}).content.decode()
    assert text == "\ufeff" + COLUMNS.replace(",", ";").replace("office;", "office;account;") + (
        "2022-03-07T14:05:00+01:00;Finanzverwaltung;ayse;Jahreskosten einer Stelle;"
        "Personalkosten 2022 der Stelle „Koordination 1 (KIM-1.1)“;geändert;86259,25;86000,00;;"
        ";;2022;in-force;-259,25;;"
        "Am 07.03.2022 um 14:05 Uhr hat die Finanzverwaltung (ayse) die Personalkosten 2022 der Stelle "
        "„Koordination 1 (KIM-1.1)“ von 86.259,25 € auf 86.000,00 € geändert.\r\n"
    )
