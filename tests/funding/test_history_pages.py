"""The history that people can read: every change as a sentence, its values, and what it moved in the shortfall."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funding.history import event_model
from funding.models import GrantRule, LumpSum, MaterialCost, MaterialLine, Programme, Scenario, TopUp
from staffing.models import Position, PositionCost
from tests.conftest import signed_in
from tests.funding.histories import (
    FILE,
    HISTORY,
    REPORT,
    SINCE,
    SOURCE,
    at,
    page_of,
    sentences,
    set_cost,
    stamp,
)

if TYPE_CHECKING:
    from django.test import Client

    from kim.models import User

# --- Sentences ------------------------------------------------------------------------------------------------------


def test_change_by_the_form_says_who_when_what_and_why(ayse: User, bernd: User, cost: PositionCost) -> None:
    answer = signed_in(ayse).post(
        reverse("position-cost", args=["kim-nrw", cost.position_id, 2022]),
        {"amount": "88.000,00", "source": SOURCE, "source_status": "derived", "note": "Tarifabschluss"},
    )
    assert answer.status_code == 302
    stamp(at(7))
    rest = (
        " die Personalkosten 2022 der Stelle „Koordination 1 (KIM-1.1)“ von 86.259,25 € auf 88.000,00 € geändert; "
        "außerdem Beleg von „erschlossen (Annahme)“ auf „abgeleitet“. Anmerkung: „Tarifabschluss“."
    )
    when = "Am 07.03.2022 um 14:05 Uhr hat die Finanzverwaltung"
    assert sentences(signed_in(ayse)) == [f"{when} (ayse){rest}"]
    assert sentences(signed_in(bernd)) == [when + rest]


def test_administrator_is_an_office_of_its_own(
    administrator: User, bernd_client: Client, administrator_client: Client, cost: PositionCost
) -> None:
    with pghistory.context(user=administrator.pk, request="abc"):
        cost.delete()
    stamp(at(7))
    rest = " die Personalkosten 2022 der Stelle „Koordination 1 (KIM-1.1)“ gelöscht, zuletzt 86.259,25 €."
    when = "Am 07.03.2022 um 14:05 Uhr hat die Administration"
    assert sentences(bernd_client) == [when + rest]
    assert sentences(administrator_client) == [f"{when} (administrator){rest}"]


def test_account_that_is_gone_leaves_its_office(ayse_client: Client, cost: PositionCost) -> None:
    with pghistory.context(user=999_999, request="abc"):
        PositionCost.objects.filter(pk=cost.pk).update(amount=Decimal("1.00"))
    stamp(at(7))
    assert sentences(ayse_client) == [
        (
            "Am 07.03.2022 um 14:05 Uhr hat die Finanzverwaltung (Konto gibt es nicht mehr) die Personalkosten 2022 der "
            "Stelle „Koordination 1 (KIM-1.1)“ von 86.259,25 € auf 1,00 € geändert."
        )
    ]


def test_bulk_update_is_told_row_by_row(bernd_client: Client, programme: Programme) -> None:
    LumpSum.objects.filter(grant_rule__name__in=["Koordination", "Assistenz"]).update(amount=Decimal("60000.00"))
    stamp(at(7))
    assert sorted(sentences(bernd_client)) == [
        (
            "Am 07.03.2022 um 14:05 Uhr hat jemand unmittelbar in der Datenbank die Pauschale „1 · Assistenz“ ab "
            "01.07.2020 von 22.500,00 € auf 60.000,00 € geändert."
        ),
        (
            "Am 07.03.2022 um 14:05 Uhr hat jemand unmittelbar in der Datenbank die Pauschale „1 · Koordination“ ab "
            "01.07.2020 von 55.000,00 € auf 60.000,00 € geändert."
        ),
    ]


def test_bulk_create_is_told_row_by_row(bernd_client: Client, programme: Programme) -> None:
    TopUp.objects.bulk_create(
        TopUp(programme=programme, fiscal_year=year, stage="adopted", amount=Decimal("400000.00"), source="Rat")
        for year in (2024, 2025)
    )
    stamp(at(7))
    assert sentences(bernd_client) == [
        f"Am 07.03.2022 um 14:05 Uhr hat jemand unmittelbar in der Datenbank die Aufstockung {year} (beschlossen) mit "
        "400.000,00 € eingetragen. Quelle: „Rat“."
        for year in (2025, 2024)
    ]


def test_raw_sql_is_told(bernd_client: Client, programme: Programme) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE funding_materialcost SET amount = 9800 WHERE amount = 9700 AND fiscal_year = 2022")
        cursor.execute("DELETE FROM funding_materialcost WHERE fiscal_year = 2026 AND amount = 49000")
    stamp(at(7))
    assert sentences(bernd_client) == [
        (
            "Am 07.03.2022 um 14:05 Uhr hat jemand unmittelbar in der Datenbank die Kosten 2026 von "
            "„Veranstaltungsformate, Maßnahmen, externe Begleitung“ gelöscht, zuletzt 49.000,00 €."
        ),
        (
            "Am 07.03.2022 um 14:05 Uhr hat jemand unmittelbar in der Datenbank die Kosten 2022 je Vollzeitstelle von "
            "„Sachausgaben für Personal (Arbeitsplätze)“ von 9.700,00 € auf 9.800,00 € geändert."
        ),
    ]


def test_everything_that_differs_is_told(bernd_client: Client, programme: Programme) -> None:
    Position.objects.filter(reference="KIM-1.4").update(fte=Decimal("0.75"), planned_until="2023-12-31")
    LumpSum.objects.filter(grant_rule__name="Assistenz").update(
        amount=Decimal("23000.00"), valid_to="2023-12-31", source="Erlass vom 01.03.2022", note="=1+1 „neu“"
    )
    Scenario.objects.filter(slug="grant-ends").update(description="")
    stamp(at(7))
    who = "Am 07.03.2022 um 14:05 Uhr hat jemand unmittelbar in der Datenbank"
    assert sentences(bernd_client) == [
        (
            f"{who} das Szenario „B: Förderung endet, Stadt zahlt alles“ geändert: Beschreibung von „Die Rückfallebene "
            "aus Beschlusspunkt 2: Die Stadt trägt die Gesamtkosten.“ auf „leer“."
        ),
        (
            f"{who} die Stelle „Assistenz (KIM-1.4)“ geändert: Stellenanteil (VZÄ) von 0,5 auf 0,75; "
            "geplant bis von „unbefristet“ auf 31.12.2023."
        ),
        (
            f"{who} die Pauschale „1 · Assistenz“ ab 01.07.2020 von 22.500,00 € auf 23.000,00 € geändert; außerdem gültig "
            "bis von „bis auf Weiteres“ auf 31.12.2023. Anmerkung: „=1+1 ‚neu‘“. Quelle: „Erlass vom 01.03.2022“."
        ),
    ]


def test_source_alone_is_the_change(bernd_client: Client, cost: PositionCost) -> None:
    PositionCost.objects.filter(pk=cost.pk).update(source="Anlage 3", note="")
    stamp(at(7))
    assert sentences(bernd_client) == [
        (
            "Am 07.03.2022 um 14:05 Uhr hat jemand unmittelbar in der Datenbank die Personalkosten 2022 der Stelle "
            f"„Koordination 1 (KIM-1.1)“ geändert: Quelle von „{SOURCE}“ auf „Anlage 3“; Anmerkung von „Annahme: nach "
            "Stellenanteil aufgeteilt, Anlage 3 nicht veröffentlicht“ auf „leer“."
        )
    ]


def test_saving_without_a_change_is_not_told(ayse: User, ayse_client: Client, cost: PositionCost) -> None:
    with pghistory.context(user=ayse.pk, request="abc"):
        cost.recorded_by = ayse
        cost.save()
    PositionCost.objects.filter(pk=cost.pk).update(amount=cost.amount)
    assert event_model(PositionCost).objects.filter(pgh_obj_id=cost.pk, pgh_label="update").count() == 2
    stamp(at(7))
    assert sentences(ayse_client) == []
    assert sentences(ayse_client, f"{HISTORY}stelle/{cost.position_id}/", **SINCE) == []
    assert ayse_client.get(FILE, SINCE).content.decode().count("\r\n") == 1


def test_loading_is_told_as_such(bernd_client: Client, programme: Programme) -> None:
    rule = GrantRule.objects.get(name="Koordination")
    assert sentences(bernd_client, f"{HISTORY}foerderregel/{rule.pk}/", until="31.12.2021") == [
        (
            "Am 08.11.2021 um 09:00 Uhr hat das Laden der Grunddaten die Pauschale „1 · Koordination“ ab 01.07.2020 mit "
            "55.000,00 € eingetragen. Anmerkung: „Die Vorlage druckt ‚55.0000 Euro/ pro Stelle‘; aus 160.000 € = 2,5 x "
            "55.000 € + 22.500 € folgt 55.000,00 €“. Quelle: „Vorlage 2021/1121, Zum Förderbaustein 1“."
        ),
        "Am 08.11.2021 um 09:00 Uhr hat das Laden der Grunddaten die Förderregel „1 · Koordination“ angelegt.",
    ]


def test_gone_row_keeps_its_page(bernd_client: Client, programme: Programme) -> None:
    line = MaterialLine.objects.get(kind="measures")
    address = f"{HISTORY}sachkosten/{line.pk}/"
    MaterialCost.objects.filter(material_line=line, fiscal_year__gt=2022).delete()
    stamp(at(1))
    line.delete()
    stamp(at(7))
    assert page_of(bernd_client.get(address)).heading == (
        "Änderungen: Sachkosten „Veranstaltungsformate, Maßnahmen, externe Begleitung“"
    )
    assert sentences(bernd_client, address, since="07.03.2022") == [
        (
            "Am 07.03.2022 um 14:05 Uhr hat jemand unmittelbar in der Datenbank die Kosten 2022 von "
            "„Veranstaltungsformate, Maßnahmen, externe Begleitung“ gelöscht, zuletzt 49.000,00 €."
        ),
        (
            "Am 07.03.2022 um 14:05 Uhr hat jemand unmittelbar in der Datenbank die Sachkosten "
            "„Veranstaltungsformate, Maßnahmen, externe Begleitung“ gelöscht."
        ),
    ]


def test_values_beneath_are_those_of_the_database(bernd_client: Client, cost: PositionCost) -> None:
    set_cost(cost, "88000.00", at(7), note="Tarif")
    page = page_of(bernd_client.get(HISTORY, SINCE))
    assert page.table("Jahreskosten einer Stelle, geändert, 07.03.2022, 14:05 Uhr") == [
        ["Feld", "vorher", "nachher"],
        ["Anmerkung note", "Annahme: nach Stellenanteil aufgeteilt, Anlage 3 nicht veröffentlicht", "Tarif"],
        ["Personalkosten im Jahr amount", "86259.25", "88000.00"],
    ]


# --- What is asked for ------------------------------------------------------------------------------------------------


def test_days_are_those_of_berlin(bernd_client: Client, cost: PositionCost) -> None:
    # 23:30 UTC of the last day of February is half past midnight of the first of March in Berlin.
    set_cost(cost, "88000.00", datetime(2022, 2, 28, 23, 30, tzinfo=ZoneInfo("UTC")))
    assert sentences(bernd_client, HISTORY, since="01.01.2022", until="28.02.2022") == []
    assert len(sentences(bernd_client, HISTORY, since="01.03.2022", until="01.03.2022")) == 1


def test_kinds_share_everything_out(bernd_client: Client, programme: Programme) -> None:
    kinds = ("stellen", "sachkosten", "foerderung", "aufstockung", "fristen", "szenarien", "vorlagen", "rahmen")
    lines = bernd_client.get(FILE).content.decode().count("\r\n") - 1
    assert lines == sum(bernd_client.get(FILE, {"kind": kind}).content.decode().count("\r\n") - 1 for kind in kinds)
    assert lines > 100


def test_pages_show_each_change_once(bernd_client: Client, programme: Programme) -> None:
    lines = bernd_client.get(FILE).content.decode().count("\r\n") - 1
    found: list[str] = []
    for page in range(1, 2 + lines // 50):
        found += sentences(bernd_client, HISTORY, page=str(page))
    assert (len(found), len(set(found))) == (lines, lines)


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ({"since": "31.02.2022"}, 400, "Den Tag „31.02.2022“ gibt es nicht. Bitte so eingeben: 31.12.2022"),
        ({"until": "2022-01-01"}, 400, "„2022-01-01“ ist kein Datum. Bitte so eingeben: 31.12.2022"),
        ({"since": "01.01.0000"}, 400, "Den Tag „01.01.0000“ gibt es nicht. Bitte so eingeben: 31.12.2022"),
        ({"since": "01.01.1999"}, 400, "„01.01.1999“ liegt außerhalb der Jahre 2000 bis 2099."),
        ({"since": "0\x001.01.2022"}, 400, "ist kein Datum. Bitte so eingeben: 31.12.2022"),
        (
            {"since": "02.01.2022", "until": "01.01.2022"}, 400,
            "Der Zeitraum endet am 01.01.2022, bevor er am 02.01.2022 beginnt.",
        ),
        ({"kind": "\x00' OR 1=1"}, 400, "gibt es nicht. Bitte eine Art aus der Liste wählen."),
        ({"page": "-1"}, 400, "„-1“ ist keine Seite. Die Seiten sind ab 1 gezählt."),
        ({"page": "0"}, 400, "„0“ ist keine Seite. Die Seiten sind ab 1 gezählt."),
        ({"page": "²"}, 400, "„²“ ist keine Seite. Die Seiten sind ab 1 gezählt."),
        ({"page": "9" * 5000}, 400, "ist keine Seite. Die Seiten sind ab 1 gezählt."),
        ({"page": "999"}, 400, "Die Seite 999 gibt es nicht; so viele Änderungen hat die Auswahl nicht."),
        ({"year": "0000"}, 404, "0 liegt nicht im Plan."),
        ({"scenario": "\x00"}, 404, "gibt es nicht. Es gibt: in-force"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_german(
    bernd_client: Client, programme: Programme, query: dict[str, str], status: int, message: str
) -> None:
    position = Position.objects.get(reference="KIM-1.1")
    for path in (HISTORY, REPORT, f"{HISTORY}stelle/{position.pk}/"):
        answer = bernd_client.get(path, query)
        assert (answer.status_code, message in page_of(answer).main.text) == (status, True), path
    if "page" not in query:
        answer = bernd_client.get(FILE, query)
        assert (answer.status_code, message in page_of(answer).main.text) == (status, True)


def test_wrong_day_stays_in_its_field(bernd_client: Client, programme: Programme) -> None:
    page = page_of(bernd_client.get(HISTORY, {"since": "31.02.2022", "until": "01.03.2022"}))
    assert (page.typed("since"), page.typed("until")) == ("31.02.2022", "01.03.2022")
    assert page.field("since").attributes["aria-invalid"] == "true"
    assert page.title.startswith("Fehler: ")


def test_unknown_dialect_is_refused(bernd_client: Client, programme: Programme) -> None:
    answer = bernd_client.get(FILE, {"dialect": "xls"})
    assert answer.status_code == 400
    assert "„xls“ ist keine Schreibweise. Möglich sind „iso“ und „de“." in page_of(answer).main.text


def test_row_that_never_was_is_not_found(bernd_client: Client, programme: Programme) -> None:
    assert bernd_client.get(f"{HISTORY}stelle/999999/").status_code == 404
    assert bernd_client.get(f"{HISTORY}person/1/").status_code == 404


def test_nothing_changed_says_so(bernd_client: Client, programme: Programme) -> None:
    for path in (HISTORY, REPORT):
        assert "Keine Änderungen" in page_of(bernd_client.get(path, SINCE)).main.text


@pytest.mark.parametrize("path", [HISTORY, REPORT, FILE])
def test_only_roles_read(carla_client: Client, client: Client, programme: Programme, path: str) -> None:
    assert carla_client.get(path).status_code == 403
    assert client.get(path).status_code == 302


def test_pages_of_rows_lead_to_their_changes(bernd_client: Client, programme: Programme) -> None:
    position = Position.objects.get(reference="KIM-1.1")
    line = MaterialLine.objects.get(kind="measures")
    lump = LumpSum.objects.get(grant_rule__name="Koordination")
    for page, target in (
        (f"stellen/{position.pk}/", f"stelle/{position.pk}/"), (f"sachkosten/{line.pk}/", f"sachkosten/{line.pk}/"),
        ("foerderung/", f"pauschale/{lump.pk}/"),
    ):  # fmt: skip
        links = [one.attributes["href"] for one in page_of(bernd_client.get(f"/programme/kim-nrw/{page}")).all("a")]
        assert HISTORY + target in links
        assert bernd_client.get(HISTORY + target).status_code == 200


@pytest.mark.parametrize(("path", "statements"), [(HISTORY, 12), (REPORT, 14), (FILE, 14)])
def test_statements_do_not_grow_with_the_events(
    ayse: User, bernd_client: Client, programme: Programme, path: str, statements: int
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert bernd_client.get(path, SINCE).status_code == 200
        return len(queries)

    positions = Position.objects.order_by("pk")
    with pghistory.context(user=ayse.pk, request="abc"):
        PositionCost.objects.filter(position=positions[0], fiscal_year=2022).update(amount=Decimal("1.00"))
        MaterialCost.objects.filter(fiscal_year=2022).update(amount=Decimal("1.00"))
        LumpSum.objects.filter(grant_rule__name="Koordination").update(amount=Decimal("1.00"))
    stamp(at(7))
    few = asked()
    with pghistory.context(user=ayse.pk, request="abc"):
        PositionCost.objects.filter(fiscal_year=2023).update(amount=Decimal("2.00"))
        LumpSum.objects.update(amount=Decimal("3.00"))
        MaterialCost.objects.update(amount=Decimal("4.00"))
    stamp(at(8))
    assert (few, asked()) == (statements, statements)
