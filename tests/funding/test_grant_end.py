"""The page "Förderende", its deadlines, and the calendar file read back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from funding.models import Deadline, FundingModule, GrantAward, Programme, Scenario
from funding.services import freeze
from tests.pages import Page

if TYPE_CHECKING:
    from django.test import Client

    from kim.models import User

PAGE = "/programme/kim-nrw/foerderende/"
FILE = f"{PAGE}fristen.ics"
NEW = "/programme/kim-nrw/foerderung/frist/neu/"
RISK = "Stellen und Förderung je Haushaltsjahr nach geltendem Recht, Beträge in Euro"
FORM = {
    "kind": "drawdown",
    "day": "15.05.2022",
    "text": "Erster Mittelabruf",
    "source": "Bescheid",
    "source_status": "verified",
}

pytestmark = pytest.mark.usefixtures("founding_case")


def award(module: int | None = None, amount: str | None = None, year: int = 2022) -> GrantAward:
    programme = Programme.objects.get(slug="kim-nrw")
    return GrantAward.objects.create(
        programme=programme,
        funding_module=None if module is None else FundingModule.objects.get(programme=programme, number=module),
        award_date=date(2022, 1, 27),
        period_start=date(year, 1, 1),
        period_end=date(year, 12, 31),
        amount=None if amount is None else Decimal(amount),
        source="Bescheid vom 27.01.2022",
    )


def events(client: Client) -> list[dict[str, object]]:
    """The calendar file as another program reads it."""
    calendar = Calendar.from_ical(client.get(FILE).content)
    return [
        {
            "uid": str(one["uid"]), "summary": str(one["summary"]), "day": one.decoded("dtstart"),
            "until": one.decoded("dtend"),
        }
        for one in calendar.walk("VEVENT")
    ]  # fmt: skip


def test_what_hangs_on_the_grant(bernd_client: Client) -> None:
    page = Page(bernd_client.get(PAGE))
    later = ["ungesichert", "12", "10,25", "625.600,00", "0,00", "0,00", "625.600,00", "336.657,24", "962.257,24"]
    assert page.table(RISK)[1:] == [
        ["2022", "erwartet", "12", "10,25", "625.600,00", "0,00", "625.600,00", "0,00", "336.657,24", "962.257,24"],
        *([str(year), *later] for year in (2023, 2024, 2025, 2026)),
    ]
    assert page.one("p", class_="kim-lead").text == (
        "Nach geltendem Recht endet die Förderung am 31.12.2022. 2023 hängen daran 12 Stellen (10,25 VZÄ) und "
        "625.600,00 € Förderung: Zahlt das Land nicht weiter, trägt die Stadt 962.257,24 € statt 336.657,24 €."
    )
    assert "Bescheid vom 15.02.2021: Bewilligungszeitraum nicht bekannt, deshalb ohne Band." in page.main.text


def test_every_amount_leads_to_its_derivation(bernd_client: Client) -> None:
    page = Page(bernd_client.get(PAGE))
    table = next(one for one in page.all("table") if one.one("caption").text == RISK)
    row = table.one("tbody").all("tr")[1]
    shown = [one.text for one in row.all("td")][1:]
    derived = [
        Page(bernd_client.get(link.attributes["href"])).one("p", class_="kim-figure__value").text.removesuffix(" €")
        for link in row.all("a")
    ]
    assert derived == [shown[0], f"{shown[1]} VZÄ", *shown[2:]]


def test_without_the_scenario_the_assumption_stands_alone(bernd_client: Client) -> None:
    before = Page(bernd_client.get(PAGE)).table(RISK)
    Scenario.objects.get(slug="grant-continues").delete()
    page = Page(bernd_client.get(PAGE))
    assert page.table(RISK) == before
    table = next(one for one in page.all("table") if one.one("caption").text == RISK)
    links = [link.attributes["href"] for link in table.one("tbody").all("tr")[1].all("a")]
    assert {bernd_client.get(link).status_code for link in links} == {200}


def test_an_award_is_a_band_and_moves_the_state_here_and_on_the_summary(bernd_client: Client) -> None:
    award(module=2, amount="275000.00")
    page = Page(bernd_client.get(PAGE))
    labels = [one.text for one in page.all("text", class_="kim-timeline__label")]
    assert "Bescheid vom 27.01.2022, Baustein 2" in labels
    assert "Baustein 2, Stellen" in labels
    assert page.table(RISK)[1][:7] == ["2022", "erwartet", "12", "10,25", "625.600,00", "275.000,00", "350.600,00"]
    partly = "Für 2022 liegt nur für einen Teil ein Bescheid vor; das Programm läuft in diesem Jahr."
    assert partly in Page(bernd_client.get("/programme/kim-nrw/")).main.text

    award()
    assert Page(bernd_client.get(PAGE)).table(RISK)[1][1] == "bewilligt"
    assert "Für 2022 liegt ein Bescheid vor." in Page(bernd_client.get("/programme/kim-nrw/")).main.text


def test_an_award_beyond_the_term_is_pointed_out(bernd_client: Client) -> None:
    award(year=2023)
    assert "Ein Bescheid reicht über die Befristung hinaus" in Page(bernd_client.get(PAGE)).main.text


def test_a_version_shows_its_own_end_and_no_deadlines(bernd_client: Client, ayse: User) -> None:
    programme = Programme.objects.get(slug="kim-nrw")
    freeze(programme=programme, name="Vorlage 2021/1121", paper=None, by=ayse)
    before = Page(bernd_client.get(PAGE)).table(RISK)
    Programme.objects.filter(pk=programme.pk).update(limited_until=date(2024, 12, 31))
    page = Page(bernd_client.get(f"{PAGE}?version=1"))
    assert page.table(RISK) == before
    assert "Fristen gehören zu keiner Fassung." in page.main.text
    assert [row[1] for row in Page(bernd_client.get(PAGE)).table(RISK)[1:4]] == ["erwartet"] * 3
    links = {one.attributes["href"] for one in page.all("a") if "grant_lost" in one.attributes.get("href", "")}
    shown = {Page(bernd_client.get(link)).one("p", class_="kim-figure__value").text for link in links}
    assert shown == {"0,00 €", "625.600,00 €"}


def test_an_unlimited_programme_has_no_end(bernd_client: Client) -> None:
    Programme.objects.filter(slug="kim-nrw").update(limited_until=None)
    page = Page(bernd_client.get(PAGE))
    assert page.one("p", class_="kim-lead").text == (
        "Nach geltendem Recht läuft die Förderung in allen Planungsjahren weiter."
    )
    assert {row[1] for row in page.table(RISK)[1:]} == {"erwartet"}


def test_summary_leads_here(bernd_client: Client) -> None:
    links = [one.attributes["href"] for one in Page(bernd_client.get("/programme/kim-nrw/")).main.all("a")]
    assert [link for link in links if link.startswith(PAGE)] == [f"{PAGE}?year=2022&scenario=in-force"]


# --- Deadlines --------------------------------------------------------------------------------------------------------


@time_machine.travel(datetime(2022, 6, 1, 12, tzinfo=UTC), tick=False)
def test_deadlines_say_in_words_whether_they_are_over(bernd_client: Client) -> None:
    page = Page(bernd_client.get(PAGE))
    assert [row[:5] for row in page.table("Fristen, Stand 01.06.2022")[1:]] == [
        ["–", "30.10.2021", "Antrag für 2022", "Antrag", "vorbei"],
        ["1", "31.12.2022", "Befristung des Programms KIM NRW", "Ende des Programms", "steht bevor"],
        [
            "–",
            "nicht bekannt",
            "Bestätigung für die fachbezogene Pauschale 2022 (Bausteine 2 und 3)",
            "Verwendungsnachweis",
            "Tag offen",
        ],
        [
            "–",
            "nicht bekannt",
            "Verwendungsnachweis für Baustein 1 (Zuwendung 2022)",
            "Verwendungsnachweis",
            "Tag offen",
        ],
    ]


@pytest.mark.parametrize(
    ("moment", "word"),
    [
        (datetime(2022, 12, 31, 22, 59, tzinfo=UTC), "steht bevor"),
        # In Berlin the new year has begun.
        (datetime(2022, 12, 31, 23, 1, tzinfo=UTC), "vorbei"),
    ],
)
def test_a_day_is_over_when_it_is_over_in_berlin(bernd_client: Client, moment: datetime, word: str) -> None:
    with time_machine.travel(moment, tick=False):
        rows = Page(bernd_client.get(PAGE)).table(
            f"Fristen, Stand {'01.01.2023' if word == 'vorbei' else '31.12.2022'}"
        )
    assert rows[2][4] == word


def test_finance_enters_and_changes_a_deadline(ayse_client: Client) -> None:
    saved = ayse_client.post(NEW, FORM)
    row = Deadline.objects.get(text="Erster Mittelabruf")
    changed = ayse_client.post(NEW.replace("neu", str(row.pk)), {**FORM, "day": "16.05.2022"})
    row.refresh_from_db()
    assert [saved.status_code, saved["Location"], changed.status_code, row.day] == [302, PAGE, 302, date(2022, 5, 16)]
    assert row.recorded_by is not None


def test_an_equal_deadline_is_refused_also_without_a_day(ayse_client: Client) -> None:
    for day in ("15.05.2022", ""):
        assert ayse_client.post(NEW, {**FORM, "day": day}).status_code == 302
        refused = ayse_client.post(NEW, {**FORM, "day": day})
        assert (refused.status_code, refused.context["form"].errors) == (422, {"text": ["Diese Frist gibt es schon."]})


def test_the_end_of_the_programme_is_not_doubled(bernd_client: Client) -> None:
    programme = Programme.objects.get(slug="kim-nrw")
    Deadline.objects.create(
        programme=programme, kind="programme_end", day=date(2022, 12, 31), text="Das Programm endet", source="Vorlage"
    )
    days = [one["summary"] for one in events(bernd_client) if one["day"] == date(2022, 12, 31)]
    assert days == ["Ende des Programms: Das Programm endet"]


def test_numbers_of_statements_do_not_grow_with_the_deadlines(bernd_client: Client) -> None:
    bernd_client.get(PAGE)
    counts = []
    for more in (0, 3):
        for number in range(more):
            Deadline.objects.create(
                programme=Programme.objects.get(slug="kim-nrw"), kind="other", day=date(2023, 1, 1 + number),
                text=f"Frist {number}", source="Bescheid",
            )  # fmt: skip
        for address in (PAGE, FILE):
            with CaptureQueriesContext(connection) as statements:
                bernd_client.get(address)
            counts.append(len([one for one in statements if "SAVEPOINT" not in one["sql"]]))
    assert counts == [7, 7, 7, 7]


# --- The calendar file ------------------------------------------------------------------------------------------------


def test_calendar_file_has_every_known_day(bernd_client: Client) -> None:
    award()
    answer = bernd_client.get(FILE)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="fristen-kim-nrw.ics"'
    assert [(one["summary"], one["day"], one["until"]) for one in events(bernd_client)] == [
        ("Antrag: Antrag für 2022", date(2021, 10, 30), date(2021, 10, 31)),
        (
            "Ende der Bewilligung: Bewilligung durch Bescheid vom 27.01.2022 (ganzes Programm)",
            date(2022, 12, 31),
            date(2023, 1, 1),
        ),
        ("Ende des Programms: Befristung des Programms KIM NRW", date(2022, 12, 31), date(2023, 1, 1)),
    ]


def test_calendar_file_keeps_to_the_standard(bernd_client: Client) -> None:
    programme = Programme.objects.get(slug="kim-nrw")
    text = "Umläüte, Komma; Semikolon \\ und „Anführung“ " + "ä" * 120
    Deadline.objects.create(
        programme=programme, kind="other", day=date(2023, 3, 1), text=text, note="eins\nzwei\x07", source="Bescheid"
    )
    data = bernd_client.get(FILE).content
    lines = data.split(b"\r\n")
    # RFC 5545, 3.1: lines end with CRLF and have 75 octets at most; none is broken inside a character.
    assert (lines[-1], b"\n" in data.replace(b"\r\n", b"")) == (b"", False)
    assert max(len(line) for line in lines) <= 75
    assert all(line.decode() for line in lines[:-1])
    assert b"\x07" not in data
    (event,) = [one for one in Calendar.from_ical(data).walk("VEVENT") if one.decoded("dtstart") == date(2023, 3, 1)]
    assert str(event["summary"]) == f"andere Frist: {text}"
    assert str(event["description"]) == "Fristen KIM NRW\nQuelle: Bescheid (belegt)\nAnmerkung: eins\nzwei "
    assert event.decoded("dtstamp").utcoffset().total_seconds() == 0


def test_numbers_of_events_never_change_and_are_unlike_each_other(ayse_client: Client) -> None:
    first = ayse_client.get(FILE).content
    assert ayse_client.get(FILE).content == first
    before = {one["summary"]: one["uid"] for one in events(ayse_client)}
    row = Deadline.objects.get(text="Antrag für 2022")
    form = {
        "kind": "application",
        "day": "31.10.2021",
        "text": "Antrag 2022",
        "source": "Erlass",
        "source_status": "verified",
    }
    assert ayse_client.post(NEW.replace("neu", str(row.pk)), form).status_code == 302
    after = {one["summary"]: one["uid"] for one in events(ayse_client)}
    assert after["Antrag: Antrag 2022"] == before["Antrag: Antrag für 2022"]
    assert len(set(after.values())) == len(after)


def test_a_deadline_without_a_source_is_refused() -> None:
    row = Deadline(programme=Programme.objects.get(slug="kim-nrw"), kind="other", text="Frist", source=" ")
    with pytest.raises(ValidationError):
        row.full_clean()
