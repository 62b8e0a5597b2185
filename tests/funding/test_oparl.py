"""A paper as OParl, there and back: what is said, what is left out, and every file that is refused."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from funding.models import Committee, CouncilPaper, DatePrecision, Meeting
from funding.oparl.reading import MOST_BYTES, OParlError, OParlPaper, read_paper
from funding.resolutions import Evidence, record_decision
from tests.fingerprint import fingerprint
from tests.funding.rest import ROOT, rest
from tests.pages import Page

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from funding.models import Programme
    from kim.models import User

PAGE = "/programme/kim-nrw/vorlagen/oparl/"
PAPER = "https://schema.oparl.org/1.1/Paper"
HOST = "http://testserver"

MINIMAL: dict[str, Any] = {"id": "https://ris.example/paper/1", "type": PAPER, "reference": "2022/1410", "name": "KIM"}
FULL: dict[str, Any] = {
    **MINIMAL,
    "type": "https://schema.oparl.org/1.0/Paper",
    "date": "2022-02-15",
    "paperType": "Beschlussvorlage",
    "web": "https://ris.example/vo0050.asp?__kvonr=9028",
    "mainFile": {"id": "https://ris.example/file/1"},
    "consultation": [
        "https://ris.example/consultation/1",
        {"id": "https://ris.example/consultation/2", "meeting": "https://ris.example/meeting/2", "role": "Vorberatung"},
        {
            "type": "https://schema.oparl.org/1.0/Consultation",
            "authoritative": True,
            "role": "Entscheidung",
            "organization": [{"name": "Rat der Stadt Leverkusen"}],
            # The evening of the 4th in Leverkusen, wherever the server of the council is.
            "meeting": {"start": "2022-04-04T22:30:00Z"},
            "agendaItem": {"public": False},
        },
    ],
}


def file(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


def faults(content: bytes) -> list[tuple[str, str]]:
    with pytest.raises(OParlError) as refused:
        read_paper(content)
    return [(one.field, one.reason) for one in refused.value.problems] or [("", refused.value.message)]


def upload(client: Client, content: bytes, name: str = "vorlage.json") -> HttpResponse:
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content)})  # type: ignore[return-value]


# --- Export ----------------------------------------------------------------------------------------------------------


def test_the_founding_paper_as_oparl(founding_case: Programme, bernd: User) -> None:
    answer = rest(bernd).get(f"{ROOT}/papers/2021-1121/oparl/").json()
    keys = [one.pk for one in Meeting.objects.order_by("meeting_date")]
    here = f"{HOST}/api/v1/papers/2021-1121/"
    assert set(answer) - {"created", "modified"} == {
        "id", "type", "name", "reference", "paperType", "date", "consultation", "web", "foerderhaushalt:status",
        "foerderhaushalt:paper",
    }  # fmt: skip
    assert {name: answer[name] for name in ("id", "type", "reference", "date", "paperType", "web")} == {
        "id": f"{here}oparl/", "type": PAPER, "reference": "2021/1121", "date": "2021-11-04", "paperType": "Vorlage",
        "web": "https://ris.leverkusen.de/vo0050.asp?__kvonr=8680",
    }  # fmt: skip
    assert answer["consultation"][3] == {
        "id": f"{here}oparl/#beratung-{keys[3]}",
        "type": "https://schema.oparl.org/1.1/Consultation",
        "authoritative": True,
        "role": "Entscheidung",
        "foerderhaushalt:organizationName": "Rat der Stadt Leverkusen",
        "foerderhaushalt:meetingDate": "2021-12-13",
        "foerderhaushalt:public": True,
    }
    assert (answer["foerderhaushalt:status"], answer["foerderhaushalt:paper"]) == ("drafted", here)


def test_what_is_not_known_is_left_out(founding_case: Programme, bernd: User) -> None:
    CouncilPaper.objects.create(
        programme=founding_case, number="2024/3092", slug="2024-3092", title="Aufhebung", paper_date="2024-01-01",
        date_precision=DatePrecision.YEAR,
    )  # fmt: skip
    answer = rest(bernd).get(f"{ROOT}/papers/2024-3092/oparl/").json()
    assert (answer["reference"], answer["consultation"]) == ("2024/3092", [])
    assert {"date", "web", "body", "relatedPaper"} & set(answer) == set()


def test_motions_and_links_lead_to_the_other_papers(founding_case: Programme, bernd: User) -> None:
    founding = founding_case.papers.get()
    CouncilPaper.objects.create(
        programme=founding_case, kind="amendment", number="2021/1204", slug="2021-1204", title="Änderung",
        paper_date="2021-11-20", amendment_to=founding,
    )  # fmt: skip
    client = rest(bernd)
    up, down = (client.get(f"{ROOT}/papers/{slug}/oparl/").json() for slug in ("2021-1121", "2021-1204"))
    assert up["subordinatedPaper"] == [f"{HOST}/api/v1/papers/2021-1204/oparl/"]
    assert (down["superordinatedPaper"], down["paperType"]) == (
        [f"{HOST}/api/v1/papers/2021-1121/oparl/"], "Änderungsantrag",
    )  # fmt: skip


def test_it_says_when_it_was_changed_last(founding_case: Programme, bernd: User) -> None:
    before = rest(bernd).get(f"{ROOT}/papers/2021-1121/oparl/").json()
    assert before["created"] <= before["modified"]
    items = list(founding_case.papers.get().items.all())
    record_decision(items=items, outcome="adopted", decided_on=_day(), evidence=Evidence("x"), by=None)
    after = rest(bernd).get(f"{ROOT}/papers/2021-1121/oparl/").json()
    assert (after["created"], after["foerderhaushalt:status"]) == (before["created"], "adopted")


def _day() -> Any:
    return Meeting.objects.order_by("-meeting_date")[0].meeting_date


# --- What is taken ---------------------------------------------------------------------------------------------------


def test_embedded_consultations_are_taken_and_addresses_are_told(founding_case: Programme) -> None:
    found = read_paper(file(FULL))
    assert (found.number, found.title, str(found.paper_date), found.is_day_known, found.kind, found.url) == (
        "2022/1410", "KIM", "2022-02-15", True, "paper", "https://ris.example/vo0050.asp?__kvonr=9028",
    )  # fmt: skip
    assert [(one.committee, str(one.meeting_date), one.role, one.is_public) for one in found.consultations] == [
        ("Rat der Stadt Leverkusen", "2022-04-05", "decides", False)
    ]
    assert found.notices == (
        "Beratung 1 steht nur als Adresse in der Datei (https://ris.example/consultation/1); geladen wird nichts.",
        "Beratung 2 wird nicht übernommen: in der Datei fehlt das Gremium und der Tag.",
        "Nicht übernommen, weil dafür hier kein Platz ist: mainFile.",
    )


def test_a_file_may_say_little() -> None:
    found = read_paper(file(MINIMAL))
    assert (str(found.paper_date), found.is_day_known, found.consultations) == ("2022-01-01", False, ())
    assert found.notices == (
        "Die Datei nennt kein Datum (date); übernommen wird nur das Jahr der Nummer: 2022.",
        "Die Datei nennt keine Art (paperType); übernommen wird sie als Vorlage.",
        "Die Datei nennt keine Adresse im Ratsinformationssystem (web).",
        "Die Datei nennt keine Beratungsfolge (consultation).",
    )


def test_our_own_export_reads_back_the_same(founding_case: Programme, bernd: User) -> None:
    content = rest(bernd).get(f"{ROOT}/papers/2021-1121/oparl/").content
    found: OParlPaper = read_paper(content)
    paper = founding_case.papers.get()
    assert (found.number, found.title, found.paper_date, found.url) == (
        paper.number, paper.title, paper.paper_date, paper.url,
    )  # fmt: skip
    assert [(one.committee, one.meeting_date, one.role, one.is_public) for one in found.consultations] == list(
        paper.meetings.order_by("meeting_date").values_list("committee__name", "meeting_date", "role", "is_public")
    )


# --- What is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Die Datei ist leer."),
        (b"  \n", "Die Datei ist leer."),
        (b"[" * 100_000, "Die Datei ist zu tief verschachtelt. OParl braucht nur wenige Ebenen."),
        (b'{"a":' * 50_000, "Die Datei ist zu tief verschachtelt. OParl braucht nur wenige Ebenen."),
        (b'{"x": NaN}', "„NaN“ ist in JSON keine Zahl."),
        (b'{"x": -Infinity}', "„-Infinity“ ist in JSON keine Zahl."),
        (b'{"name": "a", "name": "b"}', "„name“ steht zweimal im selben Objekt."),
        (b'{"x": ' + b"9" * 5000 + b"}", "Die Datei enthält eine Zahl, die zu lang ist."),
        (b"{'a': 1}", "Die Datei ist kein gültiges JSON: Zeile 1, Spalte 2."),
        (b'{"name": "\xe4"}', "Die Datei ist kein Text in UTF-8 (Byte 10). OParl schreibt UTF-8 vor."),
        (b"[]", "Die Datei enthält kein OParl-Objekt, sondern eine Liste."),
        (b"null", "Die Datei enthält kein OParl-Objekt, sondern nichts."),
        (b" " * (MOST_BYTES + 1),
         "Die Datei ist größer als 1 MB. Eine einzelne Vorlage nach OParl hat wenige Kilobyte."),
    ],
    ids=lambda value: value[:12].decode("latin-1") if isinstance(value, bytes) else None,
)  # fmt: skip
def test_what_is_no_json_for_us(content: bytes, sentence: str) -> None:
    assert faults(content) == [("", sentence)]


TYPE = "muss https://schema.oparl.org/1.1/Paper (oder 1.0) sein"
NUMBER = "ist die Nummer der Vorlage und hat die Form 2021/1121"
DAY = "ist kein Tag in der Form 2021-11-04"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"type": "https://schema.oparl.org/1.1/Meeting"}, ("type", TYPE)),
        ({"type": "https://schema.oparl.org/2.0/Paper"}, ("type", TYPE)),
        ({"type": 1}, ("type", TYPE)),
        ({"type": None}, ("type", TYPE)),
        ({"deleted": True}, ("deleted", "die Vorlage ist im Ratsinformationssystem gelöscht")),
        ({"reference": None}, ("reference", NUMBER)),
        ({"reference": "V/1121/2021"}, ("reference", NUMBER)),
        ({"reference": "٢٠٢١/١١٢١"}, ("reference", NUMBER)),
        ({"reference": "2021/1121\n"}, ("reference", NUMBER)),
        ({"reference": 2021}, ("reference", NUMBER)),
        ({"name": None}, ("name", "fehlt")),
        ({"name": ["KIM"]}, ("name", "muss ein Text sein, ist aber eine Liste")),
        ({"name": " \n"}, ("name", "ist leer")),
        ({"name": "x" * 301}, ("name", "ist länger als 300 Zeichen")),
        ({"name": "KIM \u202e NRW"}, ("name", "enthält Zeichen, die nicht zu sehen sind")),
        ({"name": "KIM \x00"}, ("name", "enthält Zeichen, die nicht zu sehen sind")),
        ({"name": "KIM \ud800"}, ("name", "enthält Zeichen, die nicht zu sehen sind")),
        ({"date": "2022-02-30"}, ("date", "diesen Tag gibt es nicht")),
        ({"date": "15.02.2022"}, ("date", DAY)),
        ({"date": "20220215"}, ("date", DAY)),
        ({"date": 2022}, ("date", DAY)),
        ({"date": "1999-12-31"}, ("date", "liegt außerhalb der Jahre 2000 bis 2099")),
        ({"web": "javascript:alert(1)"}, ("web", "ist keine Adresse, die mit http:// oder https:// beginnt")),
        ({"web": {"href": "x"}}, ("web", "muss ein Text sein, ist aber ein Objekt")),
        ({"paperType": True}, ("paperType", "muss ein Text sein, ist aber ein Wahrheitswert")),
        ({"consultation": "https://ris.example/1"}, ("consultation", "muss eine Liste sein")),
        ({"consultation": [3]}, ("consultation[0]", "muss ein Objekt oder eine Adresse sein")),
        ({"consultation": ["x"] * 101}, ("consultation", "hat mehr als 100 Beratungen")),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else None,
)  # fmt: skip
def test_a_field_that_is_wrong_is_named(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    content = json.dumps({**FULL, **changes}).encode()
    assert faults(content) == [expected]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"type": PAPER}, ("type", "muss https://schema.oparl.org/1.1/Consultation (oder 1.0) sein")),
        ({"authoritative": "ja"}, ("authoritative", "muss true oder false sein")),
        ({"role": 1}, ("role", "muss ein Text sein")),
        ({"organization": [{"name": 1}]}, ("organization.name", "muss ein Text sein, ist aber eine Zahl")),
        ({"organization": [{"name": "x" * 161}]}, ("organization.name", "ist länger als 160 Zeichen")),
        ({"meeting": {"start": "2022-04-31T10:00:00"}}, ("meeting.start", "diesen Zeitpunkt gibt es nicht")),
        ({"meeting": {"start": "gestern"}}, ("meeting.start", DAY)),
        ({"meeting": {"start": "9999-12-31T23:59:59-12:00"}},
         ("meeting.start", "liegt außerhalb der Jahre 2000 bis 2099")),
        ({"agendaItem": {"public": "ja"}}, ("agendaItem.public", "muss true oder false sein")),
        ({"foerderhaushalt:meetingDate": "2022-13-01"}, ("foerderhaushalt:meetingDate", "diesen Tag gibt es nicht")),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else None,
)  # fmt: skip
def test_a_field_of_a_consultation_is_named_with_its_place(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    one = {**FULL["consultation"][2], **changes}
    assert faults(file({**FULL, "consultation": [one]})) == [(f"consultation[0].{expected[0]}", expected[1])]


def test_every_fault_is_told_at_once() -> None:
    content = file({**FULL, "reference": "1", "date": "x", "web": "x"})
    assert [name for name, _reason in faults(content)] == ["reference", "date", "web"]


# --- The page --------------------------------------------------------------------------------------------------------


def test_a_file_is_shown_first_and_saved_when_confirmed(founding_case: Programme, ayse_client: Client) -> None:
    before = fingerprint()
    shown = Page(upload(ayse_client, file(FULL)))
    assert (shown.heading, fingerprint() == before) == ("OParl-Datei prüfen", True)
    assert shown.table("Beratungsfolge aus der Datei") == [
        ["Datum", "Gremium", "Zuständigkeit", "Behandlung"],
        ["05.04.2022", "Rat der Stadt Leverkusen", "Entscheidung", "nicht öffentlich"],
    ]
    confirm = {"confirm": shown.field("confirm").attributes["value"]}

    answer = ayse_client.post(PAGE, confirm)

    assert answer["Location"] == "/programme/kim-nrw/vorlagen/2022-1410/"
    paper = CouncilPaper.objects.get(number="2022/1410")
    assert (paper.title, paper.status, str(paper.paper_date), paper.date_precision) == (
        "KIM", "drafted", "2022-02-15", "day",
    )  # fmt: skip
    assert [(one.committee.name, one.is_public) for one in paper.meetings.all()] == [
        ("Rat der Stadt Leverkusen", False)
    ]
    assert Committee.objects.filter(name="Rat der Stadt Leverkusen").count() == 1
    again = Page(ayse_client.post(PAGE, confirm))
    assert again.table("Jeder Fehler mit Feld und Wert")[1] == [
        "reference", "2022/1410", "eine Vorlage mit dieser Nummer gibt es schon; ändern Sie sie auf ihrer Seite",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "status"),
    [(file({**FULL, "reference": "2021/1121"}), 422), (b"{", 422), (file({**FULL, "date": "x"}), 422), (b"", 422),
     (b" " * (MOST_BYTES + 100_000), 413)],
    ids=["taken", "broken", "wrong", "empty", "large"],
)  # fmt: skip
def test_a_refused_file_changes_nothing(
    founding_case: Programme, ayse_client: Client, content: bytes, status: int
) -> None:
    before = fingerprint()
    answer = upload(ayse_client, content)
    page = Page(answer)
    assert (answer.status_code, fingerprint() == before) == (status, True)
    assert (page.title.startswith("Fehler:"), page.heading) == (True, "Vorlage aus OParl-Datei übernehmen")


def test_a_confirmation_is_proved(founding_case: Programme, ayse_client: Client, administrator_client: Client) -> None:
    word = Page(upload(ayse_client, file(FULL))).field("confirm").attributes["value"]
    before = fingerprint()
    answers = [
        ayse_client.post(PAGE, {"confirm": f"{word}x"}), ayse_client.post(PAGE, {"confirm": "\x00"}),
        administrator_client.post(PAGE, {"confirm": word}),
    ]  # fmt: skip
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        answers.append(ayse_client.post(PAGE, {"confirm": word}))
    assert [Page(answer).one("p", class_="kern-body").text for answer in answers] == [
        "Die Bestätigung passt nicht zur Vorschau. Bitte die Datei noch einmal hochladen.",
        "Die Bestätigung passt nicht zur Vorschau. Bitte die Datei noch einmal hochladen.",
        "Die Bestätigung gehört zu einem anderen Programm oder Konto. Bitte die Datei selbst hochladen.",
        "Die Vorschau ist älter als eine Stunde. Bitte die Datei noch einmal hochladen.",
    ]
    assert fingerprint() == before
