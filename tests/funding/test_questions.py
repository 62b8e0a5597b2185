"""A committee member asks about a figure, the finance staff answers; nothing is overwritten, nobody is named."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from funding.models import CommitteeQuestion, CouncilPaper, LumpSum, Programme
from funding.services import freeze
from kim.models import User
from kim.roles import Role, may_ask
from tests.conftest import signed_in
from tests.pages import Page

if TYPE_CHECKING:
    from django.test import Client

BASE = "/programme/kim-nrw"
LIST = f"{BASE}/fragen/"
ASK = f"{BASE}/fragen/zu/shortfall/?year=2022"
FIGURE = f"{BASE}/rechenweg/shortfall/?year=2022&scenario=in-force"
TEXT = "Warum steigt die Pauschale nicht mit?"

pytestmark = pytest.mark.usefixtures("founding_case")


def ask(client: Client, text: str = TEXT, address: str = ASK, **more: str) -> Any:
    return client.post(address, {"text": text, **more})


def asked(client: Client, text: str = TEXT, address: str = ASK) -> CommitteeQuestion:
    assert ask(client, text, address).status_code == 302
    return CommitteeQuestion.objects.latest("pk")


def told(answer: Any) -> list[str]:
    """The questions on a page, each as one text."""
    return [one.text for one in Page(answer).all("article", class_="kim-question")]


@pytest.fixture
def question(bernd_client: Client) -> CommitteeQuestion:
    return asked(bernd_client)


def answer_url(question: CommitteeQuestion) -> str:
    return f"{LIST}{question.pk}/antwort/"


def seen_by(client: Client, question: CommitteeQuestion) -> str:
    return Page(client.get(answer_url(question))).field("seen").attributes.get("value", "")


# --- Asking -----------------------------------------------------------------------------------------------------------


def test_a_member_asks_and_the_finance_staff_answers(bernd_client: Client, ayse_client: Client, bernd: User) -> None:
    sent = ask(bernd_client)
    assert (sent.status_code, sent["Location"]) == (302, f"{FIGURE}#fragen")
    row = CommitteeQuestion.objects.get()
    assert (row.figure_key, row.fiscal_year, row.scenario, row.version, row.label, row.amount_shown) == (
        "shortfall", 2022, "in-force", None, "Mehrkosten der Stadt", "336.657,24 €",
    )  # fmt: skip
    assert (row.asked_as, row.asked_by) == ("committee", bernd)

    assert ayse_client.post(answer_url(row), {"answer": "Sie ist ein fester Betrag.", "seen": ""}).status_code == 302
    for client in (bernd_client, ayse_client):
        (text,) = told(client.get(FIGURE))
        assert "Mitglied des Gremiums" in text
        assert TEXT in text
        assert "Antwort der Finanzverwaltung" in text
        assert "Sie ist ein fester Betrag." in text
        assert told(client.get(LIST)) == [text.replace("Antwort ändern", "").strip()] or client is ayse_client


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Bitte eine Frage eingeben."),
        (" \t\r\n ", "Bitte eine Frage eingeben."),
        ("x" * 2001, "Der Text hat 2001 Zeichen; möglich sind höchstens 2000. Bitte kürzen."),
        ("Warum\x07?", "Der Text enthält Zeichen, die niemand sieht. Bitte neu eingeben."),
        ("Warum\u202e?", "Der Text enthält Zeichen, die niemand sieht. Bitte neu eingeben."),
        ("Warum\x00?", "Nullzeichen sind nicht erlaubt."),
    ],
)
def test_a_text_that_is_none_is_refused(bernd_client: Client, text: str, message: str) -> None:
    refused = ask(bernd_client, text)
    assert (refused.status_code, CommitteeQuestion.objects.count()) == (422, 0)
    assert Page(refused).title.startswith("Fehler: Frage stellen")
    assert message in refused.content.decode()


def test_line_ends_count_once_and_markup_stays_text(bernd_client: Client) -> None:
    text = "<script>alert(1)</script>\r\n" + "x" * 1973
    row = asked(bernd_client, text)
    assert len(row.text) == 1999
    page = bernd_client.get(FIGURE).content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"{BASE}/fragen/zu/nichts/", 404),
        (f"{BASE}/fragen/zu/shortfall/?funding_module=9", 404),
        (f"{BASE}/fragen/zu/shortfall/?funding_module=x", 404),
        (f"{BASE}/fragen/zu/shortfall/?year=1999", 404),
        (f"{BASE}/fragen/zu/shortfall/?scenario=nichts", 404),
        (f"{BASE}/fragen/zu/shortfall/?version=7", 404),
        ("/programme/nichts/fragen/zu/shortfall/", 404),
        ("/programme/nichts/fragen/", 404),
        (f"{LIST}?stand=nichts", 400),
        (f"{LIST}999999999/antwort/", 404),
    ],
)
def test_addresses_of_nothing(ayse_client: Client, address: str, status: int) -> None:
    found = {ayse_client.get(address).status_code}
    if "/zu/" in address:
        found.add(ask(ayse_client, address=address).status_code)
    assert (found, CommitteeQuestion.objects.count()) == ({status}, 0)


def test_a_question_keeps_what_narrows_its_figure(bernd_client: Client) -> None:
    row = asked(bernd_client, address=f"{BASE}/fragen/zu/grant/?year=2023&scenario=grant-continues&line=KIM-2.1")
    assert (row.line, row.fiscal_year, row.scenario) == ("KIM-2.1", 2023, "grant-continues")
    assert row.label == "Förderung des Landes · Casemanagement Caritasverband · Szenario „A: Land fördert weiter“"
    place = f"{BASE}/rechenweg/grant/?year=2023&scenario=grant-continues"
    assert len(told(bernd_client.get(f"{place}&line=KIM-2.1"))) == 1
    assert [told(bernd_client.get(f"{place}{rest}")) for rest in ("", "&line=KIM-2.2", "&funding_module=2")] == [[]] * 3


def test_an_equal_question_is_not_asked_twice(bernd_client: Client, ayse_client: Client) -> None:
    asked(bernd_client)
    again = ask(bernd_client)
    assert again.status_code == 422
    assert "Diese Frage haben Sie zu dieser Zahl schon gestellt." in again.content.decode()
    # Somebody else may have the same question.
    assert asked(ayse_client).asked_as == "finance"


def test_nobody_asks_without_end(bernd_client: Client) -> None:
    for number in range(50):
        asked(bernd_client, f"Frage {number}")
    refused = ask(bernd_client, "Noch eine")
    assert (refused.status_code, CommitteeQuestion.objects.count()) == (422, 50)
    assert "warten schon 50 Fragen" in refused.content.decode()


def test_a_number_that_moved_while_somebody_wrote_is_shown_first(bernd_client: Client) -> None:
    LumpSum.objects.filter(grant_rule__name="Casemanagement").update(amount=Decimal("50000.00"))
    moved = ask(bernd_client, shown="336.657,24 €")
    assert (moved.status_code, CommitteeQuestion.objects.count()) == (409, 0)
    page = moved.content.decode()
    assert "Gezeigt wurde 336.657,24 €, jetzt steht dort 361.657,24 €." in page
    assert TEXT in page
    again = ask(bernd_client, shown=Page(moved).field("shown").attributes["value"])
    assert (again.status_code, CommitteeQuestion.objects.get().amount_shown) == (302, "361.657,24 €")


# --- The version it was asked on --------------------------------------------------------------------------------------


def test_a_question_stays_with_its_version(bernd_client: Client, ayse: User) -> None:
    programme = Programme.objects.get(slug="kim-nrw")
    paper = CouncilPaper.objects.get(number="2021/1121")
    freeze(programme=programme, name="Vorlage 2021/1121", paper=paper, by=ayse)
    row = asked(bernd_client, address=f"{ASK}&version=1")
    assert row.version is not None
    assert row.version.number == 1
    LumpSum.objects.filter(grant_rule__name="Casemanagement").update(amount=Decimal("50000.00"))

    assert told(bernd_client.get(FIGURE)) == []
    frozen = bernd_client.get(f"{FIGURE}&version=1")
    (text,) = told(frozen)
    assert "gezeigt wurde 336.657,24 €" in text
    (link,) = [one.attributes["href"] for one in Page(frozen).one("h3", class_="kim-question__about").all("a")]
    assert Page(bernd_client.get(link)).one("p", class_="kim-figure__value").text == "336.657,24 €"

    asked(bernd_client, "Und heute?")
    assert [len(told(bernd_client.get(address))) for address in (LIST, f"{LIST}?version=1")] == [2, 1]
    assert "Fragen zu dieser Fassung" in Page(bernd_client.get(f"{BASE}/fassungen/1/")).main.text


# --- Answering --------------------------------------------------------------------------------------------------------


def test_only_the_finance_staff_answers(question: CommitteeQuestion, bernd_client: Client) -> None:
    refused = bernd_client.post(answer_url(question), {"answer": "Ich weiß es."})
    question.refresh_from_db()
    assert (refused.status_code, question.answer) == (403, "")
    assert "Antworten" not in Page(bernd_client.get(LIST)).main.text.replace("Fragen und Antworten", "")


def test_a_second_answer_is_refused_with_both_shown(question: CommitteeQuestion, ayse_client: Client) -> None:
    first, second = seen_by(ayse_client, question), seen_by(ayse_client, question)
    ayse_client.post(answer_url(question), {"answer": "Die erste Antwort.", "seen": first})
    refused = ayse_client.post(answer_url(question), {"answer": "Die zweite Antwort.", "seen": second})
    question.refresh_from_db()
    page = refused.content.decode()
    assert (refused.status_code, question.answer) == (409, "Die erste Antwort.")
    assert "Die erste Antwort." in page
    assert "Die zweite Antwort." in page

    again = ayse_client.post(
        answer_url(question),
        {"answer": "Die zweite Antwort.", "seen": Page(refused).field("seen").attributes["value"]},
    )
    question.refresh_from_db()
    assert (again.status_code, question.answer) == (302, "Die zweite Antwort.")


@pytest.mark.parametrize("text", ["", " ", "x" * 4001, "Darum\u202e"])
def test_an_answer_that_is_none_is_refused(question: CommitteeQuestion, ayse_client: Client, text: str) -> None:
    refused = ayse_client.post(answer_url(question), {"answer": text, "seen": ""})
    question.refresh_from_db()
    assert (refused.status_code, question.answered_at) == (422, None)


def test_nobody_changes_an_answered_question_not_even_by_sql(question: CommitteeQuestion, ayse_client: Client) -> None:
    CommitteeQuestion.objects.filter(pk=question.pk).update(text="Noch offen, also möglich?")
    ayse_client.post(answer_url(question), {"answer": "Ja.", "seen": ""})
    with pytest.raises(IntegrityError, match="Eine beantwortete Frage"), transaction.atomic():
        CommitteeQuestion.objects.filter(pk=question.pk).update(text="Etwas anderes?")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE funding_committeequestion SET amount_shown = '1 €' WHERE id = %s", [question.pk])


# --- Taking back ------------------------------------------------------------------------------------------------------


def test_ones_own_question_is_taken_back_until_it_is_answered(
    question: CommitteeQuestion, bernd_client: Client, ayse_client: Client, carla: User
) -> None:
    address = f"{LIST}{question.pk}/zurueckziehen/"
    User.objects.filter(pk=carla.pk).update(role=Role.COMMITTEE)
    others = [signed_in(User.objects.get(pk=carla.pk)), ayse_client]
    assert [client.post(address).status_code for client in others] == [403, 403]
    assert bernd_client.get(address).status_code == 200

    ayse_client.post(answer_url(question), {"answer": "Zu spät.", "seen": ""})
    late = bernd_client.post(address)
    assert (late.status_code, CommitteeQuestion.objects.count()) == (409, 1)

    other = asked(bernd_client, "Vergessen Sie es.")
    assert bernd_client.post(f"{LIST}{other.pk}/zurueckziehen/").status_code == 302
    assert not CommitteeQuestion.objects.filter(pk=other.pk).exists()
    # Somebody had it open to answer.
    assert ayse_client.post(answer_url(other), {"answer": "Ach so.", "seen": ""}).status_code == 404


# --- What others see --------------------------------------------------------------------------------------------------


def test_nobody_is_named(question: CommitteeQuestion, ayse_client: Client, bernd_client: Client, ayse: User) -> None:
    User.objects.filter(username="bernd").update(username="geheimer-name")
    User.objects.filter(pk=ayse.pk).update(username="anderer-name")
    ayse_client.post(answer_url(question), {"answer": "Darum.", "seen": ""})
    reader = signed_in(User.objects.create_user("leser", role=Role.COMMITTEE))
    for address in (LIST, FIGURE, f"{BASE}/", f"{BASE}/aenderungen/", f"{BASE}/aenderungen/frage/{question.pk}/"):
        text = reader.get(address).content.decode()
        assert "geheimer-name" not in text
        assert "anderer-name" not in text


def test_history_tells_that_a_member_asked(question: CommitteeQuestion, bernd_client: Client) -> None:
    text = Page(bernd_client.get(f"{BASE}/aenderungen/frage/{question.pk}/")).main.text
    assert "hat ein Mitglied des Gremiums die Frage zu „Mehrkosten der Stadt“, 2022 angelegt" in text


def test_list_filters_and_counts(bernd_client: Client, ayse_client: Client) -> None:
    rows = [asked(bernd_client, f"Frage {number}") for number in range(3)]
    ayse_client.post(answer_url(rows[0]), {"answer": "Ja.", "seen": ""})
    found = {stand: len(told(bernd_client.get(f"{LIST}?stand={stand}"))) for stand in ("offen", "beantwortet", "alle")}
    assert found == {"offen": 2, "beantwortet": 1, "alle": 3}
    assert "2 Fragen warten auf eine Antwort." in Page(bernd_client.get(LIST)).main.text
    assert "2 Fragen warten auf eine Antwort." in Page(bernd_client.get(f"{BASE}/")).main.text


def test_long_lists_have_pages(bernd_client: Client, question: CommitteeQuestion) -> None:
    for number in range(60):
        CommitteeQuestion.objects.create(
            programme=question.programme, figure_key="shortfall", fiscal_year=2022, scenario="in-force",
            label="Mehrkosten der Stadt", amount_shown="336.657,24 €", text=f"Frage {number}",
            asked_at=question.asked_at, asked_as="committee",
        )  # fmt: skip
    pages = [len(told(bernd_client.get(f"{LIST}?page={page}"))) for page in ("1", "2", "9", "x", "-1", "9" * 30)]
    assert pages == [50, 11, 11, 50, 50, 50]


def test_numbers_of_statements_do_not_grow_with_the_questions(bernd_client: Client) -> None:
    counts = []
    for number in (1, 2, 3):
        asked(bernd_client, f"Frage {number}")
        if number == 2:
            continue
        for address in (LIST, FIGURE, f"{BASE}/"):
            with CaptureQueriesContext(connection) as statements:
                bernd_client.get(address)
            counts.append(len([one for one in statements if "SAVEPOINT" not in one["sql"]]))
    assert counts[:3] == counts[3:]


@pytest.mark.parametrize(
    ("name", "may"), [("bernd", "yes"), ("ayse", "yes"), ("carla", "no"), ("administrator", "yes")]
)
def test_who_may_ask(request: pytest.FixtureRequest, name: str, may: str) -> None:
    assert may_ask(request.getfixturevalue(name)) is (may == "yes")
