"""As resolved beside as of today, and what changed since a committee met."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from funding.models import Cap, Committee, CouncilPaper, Meeting, Programme
from funding.services import freeze
from tests.funding.histories import at, set_cost
from tests.funding.test_comparison import extend
from tests.pages import Page

if TYPE_CHECKING:
    from datetime import date

    from django.test import Client

    from funding.models import ForecastVersion
    from kim.models import User
    from staffing.models import PositionCost

SUMMARY = "/programme/kim-nrw/"
SINCE = "/programme/kim-nrw/seit-der-sitzung/"
BESIDE = "Wie beschlossen und wie heute, je Haushaltsjahr in Euro"
CAUSES = "Ursachen des Unterschieds 2022 in Euro; die Zeilen ergeben zusammen die Summe"


@pytest.fixture
def paper(founding_case: Programme) -> CouncilPaper:
    return CouncilPaper.objects.get(slug="2021-1121")


@pytest.fixture
def frozen(paper: CouncilPaper, ayse: User) -> ForecastVersion:
    return freeze(programme=paper.programme, name="Stand der Vorlage", paper=paper, by=ayse)


@pytest.fixture
def council(founding_case: Programme) -> Committee:
    return Committee.objects.get(name="Rat der Stadt Leverkusen")


def resolved(client: Client, **query: str) -> Page:
    return Page(client.get(SUMMARY, query))


def said(page: Page) -> str:
    section = page.one("section", **{"aria-labelledby": "beschlossen-heute"})
    return section.all("p")[0].text


def test_without_a_version_the_summary_says_what_to_do(founding_case: Programme, bernd_client: Client) -> None:
    assert said(resolved(bernd_client)) == (
        "Noch ist keine Fassung festgeschrieben. Sobald die Finanzverwaltung die Zahlen einer Vorlage festschreibt, "
        "steht hier, was sich seitdem geändert hat und warum."
    )


def test_every_year_as_resolved_beside_today(frozen: ForecastVersion, bernd_client: Client) -> None:
    extend()
    page = resolved(bernd_client)
    assert said(page) == (
        "Noch ist keine Vorlage einer Fassung als beschlossen erfasst; daneben steht deshalb die jüngste: "
        "Fassung 1: Stand der Vorlage (Vorlage 2021/1121)."
    )
    same = ["962.257,24", "962.257,24", "unverändert"]
    rows = page.table(BESIDE)
    assert rows[:4] == [
        ["Haushaltsjahr", "Zahl", "wie beschlossen", "heute", "Unterschied", "Warum"],
        [
            "2022", "Kosten", "962.257,24", "1.042.257,24", "+80.000,00 € mehr Kosten",
            (
                "Stellen hinzugekommen oder weggefallen +80.000,00 € Mehrkosten; "
                "Pauschalen und Höchstbeträge −55.000,00 € Minderbedarf Vergleich 2022"
            ),
        ],
        ["Förderung des Landes", "625.600,00", "680.600,00", "+55.000,00 € mehr Förderung"],
        ["Mehrkosten der Stadt", "336.657,24", "361.657,24", "+25.000,00 € Mehrkosten"],
    ]  # fmt: skip
    # The position has no cost in later years, so nothing moved there.
    assert rows[4:7] == [
        ["2023", "Kosten", *same, "unverändert Vergleich 2023"],
        ["Förderung des Landes", "0,00", "0,00", "unverändert"],
        ["Mehrkosten der Stadt", *same],
    ]
    assert [row[0] for row in rows[1::3]] == ["2022", "2023", "2024", "2025", "2026"]


def test_the_newest_adopted_version_counts_and_every_other_names_its_paper(
    frozen: ForecastVersion, paper: CouncilPaper, ayse: User, bernd_client: Client
) -> None:
    CouncilPaper.objects.filter(pk=paper.pk).update(status="adopted")
    freeze(programme=paper.programme, name="Berichtigt", paper=paper, by=ayse, corrects=frozen)
    draft = CouncilPaper.objects.create(
        programme=paper.programme, number="2024/3092", slug="2024-3092", title="Entwurf", paper_date=paper.paper_date
    )
    freeze(programme=paper.programme, name="Nächste", paper=draft, by=ayse)
    page = resolved(bernd_client)
    assert said(page) == (
        "Als beschlossen gilt die jüngste Fassung, deren Vorlage beschlossen ist: Fassung 2: Berichtigt "
        "(Vorlage 2021/1121). Seitdem hat sich in keinem Planungsjahr eine Zahl geändert."
    )
    section = page.one("section", **{"aria-labelledby": "beschlossen-heute"})
    assert [one.text for one in section.all("li")] == [
        "Fassung 3: Nächste (Vorlage 2024/3092)",
        "Fassung 1: Stand der Vorlage (Vorlage 2021/1121)",
    ]
    link = section.all("li")[0].one("a").attributes["href"]
    assert Page(bernd_client.get(link)).typed("von") == "fassung-3"


def test_a_scenario_the_version_does_not_know(frozen: ForecastVersion, wish: object, bernd_client: Client) -> None:
    assert said(resolved(bernd_client, scenario="wunsch")) == (
        "Das Szenario „Wunsch“ gab es in der Fassung 1: Stand der Vorlage noch nicht."
    )


# --- Since the last meeting -----------------------------------------------------------------------------------------


def sides(page: Page) -> list[str]:
    """What stands for the two sittings."""
    return [one.text for one in page.main.one("dl").all("dd")]


def meeting(paper: CouncilPaper, council: Committee, day: date) -> Meeting:
    return Meeting.objects.create(paper=paper, committee=council, meeting_date=day, role="decides")


def test_the_version_on_the_agenda_stands_for_the_sitting(
    frozen: ForecastVersion, council: Committee, bernd_client: Client
) -> None:
    extend()
    page = Page(bernd_client.get(SINCE, {"gremium": council.pk}))
    assert page.typed("gremium") == str(council.pk)
    assert (page.typed("vorige"), page.typed("sitzung")) == ("2021-12-13", "heute")
    assert sides(page) == [
        "Fassung 1: Stand der Vorlage: festgeschrieben für eine Vorlage auf der Tagesordnung dieses Tages",
        "Arbeitsstand",
    ]
    assert page.one("p", class_="kim-lead").text.startswith("Die Mehrkosten der Stadt 2022 steigen um 25.000,00 €")
    assert page.table(CAUSES)[-1] == [
        "Summe", "+80.000,00 € mehr Kosten", "+55.000,00 € mehr Förderung", "+25.000,00 € Mehrkosten",
    ]  # fmt: skip
    assert page.table("Vorher und nachher, je Haushaltsjahr in Euro")[3] == [
        "Mehrkosten der Stadt", "336.657,24", "361.657,24", "+25.000,00 € Mehrkosten",
    ]  # fmt: skip


def test_the_day_stands_for_a_sitting_without_a_version(
    cost: PositionCost, paper: CouncilPaper, council: Committee, bernd_client: Client
) -> None:
    set_cost(cost, "90000.00", at(10))
    set_cost(cost, "95000.00", at(20))
    meeting(paper, council, at(15).date())
    page = Page(bernd_client.get(SINCE, {"gremium": str(council.pk), "vorige": "2021-12-13", "sitzung": "2022-03-15"}))
    assert sides(page) == [
        "Stand am 13.12.2021: der Stand am Ende dieses Tages",
        "Stand am 15.03.2022: der Stand am Ende dieses Tages",
    ]
    assert page.table(CAUSES)[1][0] == "Personalkosten neu erfasst"
    assert page.table(CAUSES)[-1][-1] == "+3.740,75 € Mehrkosten"
    agenda = page.one("section", **{"aria-labelledby": "tagesordnung"})
    assert [one.text for one in agenda.all("li")] == ["15.03.2022 (Vorlage 2021/1121)"]


def test_an_earlier_version_stands_for_a_day_the_database_does_not_know(
    frozen: ForecastVersion, paper: CouncilPaper, council: Committee, bernd_client: Client
) -> None:
    other = CouncilPaper.objects.create(
        programme=paper.programme, number="2022/1410", slug="2022-1410", title="Erweiterung",
        paper_date=paper.paper_date,
    )  # fmt: skip
    meeting(other, council, at(4, month=4).date())
    page = Page(bernd_client.get(SINCE, {"gremium": council.pk}))
    assert page.typed("vorige") == "2022-04-04"
    assert sides(page)[0] == (
        "Fassung 1: Stand der Vorlage: die letzte Fassung, deren Vorlage bis dahin auf der Tagesordnung stand"
    )


def test_a_sitting_of_which_nothing_was_kept(
    founding_case: Programme, council: Committee, bernd_client: Client
) -> None:
    page = Page(bernd_client.get(SINCE, {"gremium": council.pk}))
    assert page.main.one("div", class_="kim-empty").text == (
        "Kein Stand dieser Sitzung Für die Sitzung vom 13.12.2021 ist kein Stand festgehalten: das Programm wird hier "
        "erst seit einem späteren Tag geführt, und für keine Vorlage ihrer Tagesordnung ist eine Fassung "
        "festgeschrieben."
    )
    assert page.typed("vorige") == "2021-12-13"


def test_a_sitting_to_come_counts_as_today(
    frozen: ForecastVersion, paper: CouncilPaper, council: Committee, bernd_client: Client
) -> None:
    Cap.objects.filter(funding_module__number=2).update(amount="265000.00")
    soon = timezone.localdate() + timedelta(days=7)
    meeting(paper, council, soon)
    page = Page(bernd_client.get(SINCE, {"gremium": council.pk}))
    assert (page.typed("vorige"), page.typed("sitzung")) == ("2021-12-13", soon.isoformat())
    assert sides(page)[1] == "Arbeitsstand"
    assert page.table(CAUSES)[-1][-1] == "+10.000,00 € Mehrkosten"


def test_the_earlier_sitting_comes_first(
    frozen: ForecastVersion, paper: CouncilPaper, council: Committee, bernd_client: Client
) -> None:
    meeting(paper, council, at(15).date())
    answer = bernd_client.get(SINCE, {"gremium": str(council.pk), "vorige": "2022-03-15", "sitzung": "2021-12-13"})
    assert answer.status_code == 400
    assert (
        "Die Sitzung vom 15.03.2022 liegt nicht vor der vom 13.12.2021. Bitte die frühere zuerst wählen."
        in Page(answer).main.text
    )


def test_without_a_meeting_the_page_says_so(founding_case: Programme, bernd_client: Client) -> None:
    Meeting.objects.all().delete()
    page = Page(bernd_client.get(SINCE))
    assert [one.text for one in page.main.all("p", class_="kern-title")] == ["Noch keine Sitzung erfasst"]


def test_nothing_changed_since(frozen: ForecastVersion, council: Committee, bernd_client: Client) -> None:
    page = Page(bernd_client.get(SINCE, {"gremium": council.pk}))
    assert page.one("p", class_="kim-lead").text == (
        "Die Mehrkosten der Stadt 2022 sind auf beiden Seiten gleich: 336.657,24 €."
    )
    assert "Zwischen beiden Ständen hat sich nichts geändert, was in diesem Jahr zählt." in page.main.text
