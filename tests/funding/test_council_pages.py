"""Papers and decisions in the browser: what the finance staff types, what it is told, and what everybody reads then."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from funding.models import Committee, CouncilPaper, ItemLink, Meeting, PaperItem, Resolution
from funding.replay import replay
from tests.fingerprint import fingerprint
from tests.funding.rest import load_another
from tests.pages import Page, payload

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from funding.models import Programme
    from kim.models import User

BASE = "/programme/kim-nrw/vorlagen"
FOUNDING = f"{BASE}/2021-1121"
SOURCE = {"source": "Niederschrift", "source_status": "verified", "note": ""}


def fill_in(client: Client, path: str, **typed: Any) -> Page:
    """Fill in a form as a browser shows it, send it, and return the page that follows; fails for a refusal."""
    answer = client.post(path, payload(Page(client.get(path)), **typed))
    assert answer.status_code == 302, Page(answer).summary()
    return Page(client.get(answer["Location"]))


def refused(client: Client, path: str, **typed: Any) -> dict[str, list[str]]:
    """Send a form that is refused; returns the messages by field, and that nothing was saved."""
    before = fingerprint()
    answer = client.post(path, payload(Page(client.get(path)), **typed))
    assert (answer.status_code, fingerprint() == before) == (422, True)
    page = Page(answer)
    return {name: found for name in typed if (found := page.errors(name))} or {
        "": [one for _href, one in page.summary()]
    }


@pytest.fixture
def later(founding_case: Programme, ayse_client: Client) -> str:
    """A paper with one item, entered in the browser; its address."""
    page = fill_in(
        ayse_client, f"{BASE}/neu/", number="2022/1410", title="Vier weitere Stellen", paper_date="15.02.2022",
        originator="FB Soziales", file_reference="50-1", note="",
    )  # fmt: skip
    assert (page.heading, page.messages) == ("Vorlage 2022/1410", ["Gespeichert: Neue Vorlage."])
    fill_in(ayse_client, f"{BASE}/2022-1410/punkte/neu/", kind="top_up", text="Mehrkosten für vier Stellen")
    return f"{BASE}/2022-1410"


def decide(client: Client, place: str, **typed: Any) -> Page:
    return fill_in(client, f"{place}/beschluss/", **{"decided_on": "13.12.2021", **SOURCE, **typed})


# --- Papers ----------------------------------------------------------------------------------------------------------


def test_a_paper_of_which_only_the_year_is_known(founding_case: Programme, ayse_client: Client) -> None:
    page = fill_in(ayse_client, f"{BASE}/neu/", number="2024/3092", title="Aufhebung", paper_date="2024")
    assert "aus dem Jahr 2024, Tag nicht bekannt · Beschlussentwurf" in page.main.text
    paper = CouncilPaper.objects.get(number="2024/3092")
    assert (paper.slug, str(paper.paper_date), paper.date_precision) == ("2024-3092", "2024-01-01", "year")
    edit = Page(ayse_client.get(f"{BASE}/2024-3092/aendern/"))
    assert edit.typed("paper_date") == "2024"
    fill_in(ayse_client, f"{BASE}/2024-3092/aendern/", paper_date="06.05.2024")
    paper.refresh_from_db()
    assert (str(paper.paper_date), paper.date_precision) == ("2024-05-06", "day")


NO_NUMBER = "Die Nummer einer Vorlage hat die Form 2021/1121."


@pytest.mark.parametrize(
    ("typed", "messages"),
    [
        ({"number": "V-2022-1"}, {"number": [NO_NUMBER]}),
        ({"number": "٢٠٢١/١١٢١"}, {"number": [NO_NUMBER]}),
        ({"number": "2021/1121"}, {"number": ["Eine Vorlage mit dieser Nummer gibt es schon."]}),
        ({"paper_date": "31.02.2022"}, {"paper_date": ["Den Tag „31.02.2022“ gibt es nicht. Bitte so eingeben: 31.12.2022"]}),
        ({"paper_date": "1999"}, {"paper_date": ["„1999“ liegt außerhalb der Jahre 2000 bis 2099."]}),
        ({"paper_date": "22"}, {"paper_date": ["„22“ ist kein Datum. Bitte so eingeben: 31.12.2022"]}),
        ({"url": "javascript:alert(1)"}, {"url": ["Bitte eine Adresse angeben, die mit https:// beginnt."]}),
        ({"title": ""}, {"title": ["Dieses Feld ist zwingend erforderlich."]}),
    ],
    ids=str,
)  # fmt: skip
def test_a_paper_that_is_refused(
    founding_case: Programme, ayse_client: Client, typed: dict[str, str], messages: dict[str, list[str]]
) -> None:
    fields = {"number": "2022/1410", "title": "x", "paper_date": "15.02.2022", **typed}
    assert refused(ayse_client, f"{BASE}/neu/", **fields) == messages


def test_only_a_motion_belongs_to_another_paper(founding_case: Programme, ayse_client: Client) -> None:
    founding = str(founding_case.papers.get().pk)
    fields = {"number": "2021/1204", "title": "Änderung", "paper_date": "20.11.2021", "amendment_to": founding}
    assert refused(ayse_client, f"{BASE}/neu/", **fields) == {
        "amendment_to": ["Zu einer anderen Vorlage gehört nur ein Änderungsantrag, und keiner zu sich selbst."]
    }
    page = fill_in(ayse_client, f"{BASE}/neu/", **{**fields, "kind": "amendment", "originator": "CDU, SPD, GRÜNE"})
    assert (page.heading, "Gehört zu Vorlage 2021/1121." in page.main.text) == ("Änderungsantrag 2021/1204", True)
    assert "Dazu: Änderungsantrag 2021/1204 (CDU, SPD, GRÜNE)" in Page(ayse_client.get(f"{FOUNDING}/")).main.text


def test_the_same_number_in_another_programme(founding_case: Programme, ayse_client: Client, tmp_path: Path) -> None:
    slug = load_another(tmp_path, 2)
    fill_in(
        ayse_client, f"/programme/{slug}/vorlagen/neu/", number="2021/1121", title="x", paper_date="04.11.2021"
    )  # fmt: skip
    assert list(CouncilPaper.objects.filter(number="2021/1121").values_list("slug", flat=True).order_by("pk")) == [
        "2021-1121", "2021-1121-kim-2",
    ]  # fmt: skip


# --- Meetings --------------------------------------------------------------------------------------------------------


def test_a_meeting_of_a_new_committee(later: str, ayse_client: Client) -> None:
    page = fill_in(
        ayse_client, f"{later}/beratung/neu/", new_committee="Integrationsrat", meeting_date="01.03.2022",
        role="advises", is_public="on",
    )  # fmt: skip
    assert page.table("Gremien in der Reihenfolge ihrer Beratung")[1][:4] == [
        "01.03.2022", "Integrationsrat", "Beratung", "öffentlich",
    ]  # fmt: skip
    meeting = Meeting.objects.get(committee__name="Integrationsrat")
    council = str(Committee.objects.get(name="Rat der Stadt Leverkusen").pk)
    fill_in(ayse_client, f"{later}/beratung/{meeting.pk}/", committee=council, role="decides")
    meeting.refresh_from_db()
    assert (meeting.committee.name, meeting.role) == ("Rat der Stadt Leverkusen", "decides")
    confirm = f"{later}/beratung/{meeting.pk}/loeschen/"
    assert "(Rat der Stadt Leverkusen)" in Page(ayse_client.get(confirm)).main.text
    ayse_client.post(confirm)
    assert not Meeting.objects.filter(pk=meeting.pk).exists()


@pytest.mark.parametrize(
    ("typed", "messages"),
    [
        ({"committee": ""}, {"committee": ["Bitte ein Gremium wählen oder darunter ein neues nennen."]}),
        ({"new_committee": "rat der stadt leverkusen"},
         {"new_committee": ["„rat der stadt leverkusen“ gibt es schon. Bitte oben wählen."]}),
        ({"new_committee": "Beirat", "meeting_date": "2022-03-01"},
         {"meeting_date": ["„2022-03-01“ ist kein Datum. Bitte so eingeben: 31.12.2022"]}),
    ],
)  # fmt: skip
def test_a_meeting_that_is_refused(
    later: str, ayse_client: Client, typed: dict[str, str], messages: dict[str, list[str]]
) -> None:
    assert refused(
        ayse_client, f"{later}/beratung/neu/", **{"meeting_date": "01.03.2022", "role": "advises", **typed}
    ) == messages  # fmt: skip


def test_a_meeting_is_entered_once(founding_case: Programme, ayse_client: Client) -> None:
    council = str(Committee.objects.get(name="Rat der Stadt Leverkusen").pk)
    typed = {"committee": council, "meeting_date": "13.12.2021", "role": "decides"}
    assert refused(ayse_client, f"{FOUNDING}/beratung/neu/", **typed) == {
        "meeting_date": ["Diese Beratung gibt es schon."]
    }


# --- Items, links, decisions -----------------------------------------------------------------------------------------


def test_from_draft_to_decision_and_back(later: str, ayse_client: Client, bernd_client: Client) -> None:
    decide(ayse_client, FOUNDING)
    one = PaperItem.objects.get(paper__number="2022/1410")
    target = str(PaperItem.objects.get(paper__number="2021/1121", number=1).pk)
    link = {"kind": "repeals", "target": target, **SOURCE}
    page = fill_in(ayse_client, f"{later}/punkte/{one.pk}/verbindung/neu/", **link)
    assert "würde aufheben Vorlage 2021/1121, Punkt 1 (Entwurf)" in page.main.text

    page = decide(ayse_client, later, decided_on="04.04.2022")
    assert "hebt auf Vorlage 2021/1121, Punkt 1 (beschlossen am 04.04.2022)" in page.main.text
    assert [row[:5] for row in mandates(bernd_client)] == [
        ["Übernahme der Mehrkosten gilt", "Vorlage 2021/1121, Punkt 1", "aufgehoben", "13.12.2021", "ohne Enddatum"],
        ["Vorlage 2022/1410, Punkt 1", "beschlossen", "04.04.2022", "ohne Enddatum", "–"],
        ["Übernahme der Gesamtkosten bei Wegfall der Förderung gilt", "Vorlage 2021/1121, Punkt 2", "beschlossen",
         "13.12.2021", "ohne Enddatum"],
    ]  # fmt: skip

    confirm = f"{later}/punkte/{one.pk}/zuruecknehmen/"
    assert "Das ist für Eingabefehler gedacht" in Page(ayse_client.get(confirm)).main.text
    ayse_client.post(confirm)
    assert next(row[2] for row in mandates(bernd_client)) == "beschlossen"
    told = Page(bernd_client.get("/programme/kim-nrw/aenderungen/?kind=vorlagen")).main.text
    assert "den Beschluss über Beschlusspunkt 1 der Vorlage 2022/1410 gelöscht" in told
    ayse_client.post(f"{later}/verbindung/{ItemLink.objects.get().pk}/loeschen/")
    assert ItemLink.objects.count() == 0
    ayse_client.post(f"{later}/punkte/{one.pk}/loeschen/")
    assert not PaperItem.objects.filter(pk=one.pk).exists()


def mandates(client: Client) -> list[list[str]]:
    return Page(client.get(f"{BASE}/")).table("Aufträge des Rates: was gilt, seit wann und bis wann")[1:]


def test_refusals_of_the_service_stand_at_their_fields(later: str, ayse_client: Client) -> None:
    decide(ayse_client, FOUNDING)
    one = PaperItem.objects.get(paper__number="2022/1410")
    target = PaperItem.objects.get(paper__number="2021/1121", number=1)
    place = f"{later}/punkte/{one.pk}/verbindung/neu/"
    link = {"kind": "repeals", "target": str(target.pk), **SOURCE}
    fill_in(ayse_client, place, **link)
    assert refused(ayse_client, place, **link) == {"target": ["Diese beiden Beschlusspunkte sind schon verbunden."]}
    back = {**link, "target": str(one.pk)}
    assert refused(ayse_client, f"{FOUNDING}/punkte/{target.pk}/verbindung/neu/", **back) == {
        "target": [
            (
                "Beschlusspunkt 1 von Vorlage 2022/1410 baut selbst auf Beschlusspunkt 1 von Vorlage 2021/1121 auf. "
                "Eine Verbindung zurück würde einen Kreis schließen."
            )
        ]
    }
    typed = {"decided_on": "12.12.2021", **SOURCE}
    assert refused(ayse_client, f"{later}/beschluss/", **typed) == {
        "decided_on": [
            "Beschlusspunkt 1 von Vorlage 2021/1121 wurde erst am 13.12.2021 beschlossen, nach dem 12.12.2021."
        ]
    }
    assert refused(ayse_client, f"{later}/beschluss/", decided_on="", source="x") == {
        "decided_on": ["Bitte den Tag angeben, an dem der Rat entschieden hat."]
    }


def test_a_link_leads_to_no_item_of_its_own_paper(later: str, ayse_client: Client) -> None:
    one = PaperItem.objects.get(paper__number="2022/1410")
    page = Page(ayse_client.get(f"{later}/punkte/{one.pk}/verbindung/neu/"))
    offered = [option.text for option in page.field("target").all("option")]
    assert [text.partition(":")[0] for text in offered] == [
        "Bitte wählen", "Beschlusspunkt 1 von Vorlage 2021/1121", "Beschlusspunkt 2 von Vorlage 2021/1121",
    ]  # fmt: skip
    typed = {"kind": "amends", "target": str(one.pk), **SOURCE}
    assert list(refused(ayse_client, f"{later}/punkte/{one.pk}/verbindung/neu/", **typed)) == ["target"]


def test_the_day_of_the_deciding_meeting_is_proposed(founding_case: Programme, ayse_client: Client) -> None:
    page = Page(ayse_client.get(f"{FOUNDING}/beschluss/"))
    assert page.typed("decided_on") == "13.12.2021"
    decide(ayse_client, FOUNDING)
    assert Resolution.objects.filter(decided_on=date(2021, 12, 13)).count() == 2
    nothing_left = ayse_client.get(f"{FOUNDING}/beschluss/")
    assert (nothing_left.status_code, Page(nothing_left).heading) == (409, "Das geht so nicht")


def test_what_is_repealed_says_so_when_it_is_undone(later: str, ayse_client: Client) -> None:
    decide(ayse_client, FOUNDING)
    one = PaperItem.objects.get(paper__number="2022/1410")
    target = PaperItem.objects.get(paper__number="2021/1121", number=1)
    fill_in(
        ayse_client, f"{later}/punkte/{one.pk}/verbindung/neu/", kind="repeals", target=str(target.pk), **SOURCE
    )  # fmt: skip
    decide(ayse_client, later, decided_on="04.04.2022")
    before = fingerprint()
    answer = ayse_client.post(f"{FOUNDING}/punkte/{target.pk}/zuruecknehmen/")
    assert (answer.status_code, fingerprint() == before) == (409, True)
    assert "Bitte zuerst jenen Beschluss zurücknehmen." in Page(answer).main.text


def test_a_row_of_another_paper_is_not_found(later: str, ayse_client: Client) -> None:
    other = PaperItem.objects.get(paper__number="2021/1121", number=1).pk
    assert {
        path: ayse_client.get(f"{later}/{path}").status_code
        for path in (f"punkte/{other}/", f"punkte/{other}/zuruecknehmen/", "verbindung/999/loeschen/", "beratung/999/")
    } == {
        f"punkte/{other}/": 404, f"punkte/{other}/zuruecknehmen/": 404, "verbindung/999/loeschen/": 404,
        "beratung/999/": 404,
    }  # fmt: skip


# --- Reading ---------------------------------------------------------------------------------------------------------


def test_the_committee_reads_the_chain_of_the_record(
    founding_case: Programme, ayse: User, bernd_client: Client
) -> None:
    replay(by=ayse, say=lambda _line: None)
    page = Page(bernd_client.get(f"{BASE}/"))
    assert [(day.text, one.text) for day, one in zip(
        page.all("p", class_="kim-timeline__day"), page.all("h3", class_="kim-timeline__heading"), strict=True,
    )] == [
        ("04.11.2021", "Vorlage 2021/1121"), ("20.11.2021", "Änderungsantrag 2021/1204"),
        ("2022 (Tag nicht bekannt)", "Vorlage 2022/1410"), ("2024 (Tag nicht bekannt)", "Vorlage 2024/3092"),
    ]  # fmt: skip
    assert "würde aufheben Vorlage 2021/1121, Punkt 2 (Entwurf, Ausgang nicht bekannt)" in page.main.text
    assert [one for one in page.main.all("a") if "/neu/" in one.attributes["href"]] == []
    summary = Page(bernd_client.get("/programme/kim-nrw/"))
    table = summary.table("Aufträge des Rates: was gilt, seit wann und bis wann")
    assert table[1][0] == "Übernahme der Mehrkosten gilt; ein Entwurf würde es aufheben"


def statements(client: Client) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(f"{BASE}/").status_code == 200
    return sum("SAVEPOINT" not in one["sql"] for one in found.captured_queries)


def test_statements_do_not_grow_with_papers(founding_case: Programme, bernd_client: Client) -> None:
    statements(bernd_client)
    # Session, account, and the programme with all its papers.
    assert statements(bernd_client) == 3
    for number in (1410, 1411):
        paper = CouncilPaper.objects.create(
            programme=founding_case, number=f"2022/{number}", slug=f"2022-{number}", title="x",
            paper_date=date(2022, 1, 3),
        )  # fmt: skip
        PaperItem.objects.create(paper=paper, number=1, text="x")
    assert statements(bernd_client) == 3
