"""The door: whoever fails learns nothing, whoever tries too often waits, whoever is in gets a session of his own."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.test import Client

from kim.models import User
from kim.roles import Role
from tests.conftest import signed_in
from tests.headers import missing_headers
from tests.pages import Page

if TYPE_CHECKING:
    from django.http import HttpResponse

WRONG = "Benutzername und Kennwort passen nicht zusammen. Bitte prüfen Sie beide, auch Groß- und Kleinschreibung."
COOKIE = "kim-sid"
LONG = "Bitte sicherstellen, dass der Wert aus höchstens 150 Zeichen besteht. (Er besteht aus 151 Zeichen.)"
LOCKED = (
    "Mit diesem Benutzernamen ist die Anmeldung von diesem Rechner aus 10-mal misslungen. Zum Schutz des Kontos ist "
    "sie jetzt für eine Weile gesperrt."
)
FAILURES = 10
REQUEST_ID = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


def attempt(client: Client, name: str, password: str, *, address: str = "127.0.0.1", target: str = "") -> HttpResponse:
    """Fill in the form and send it."""
    data = {"username": name, "password": password, "next": target}
    return client.post("/anmelden/", data, REMOTE_ADDR=address)  # type: ignore[return-value]


def comparable(answer: HttpResponse, name: str) -> str:
    return REQUEST_ID.sub("", answer.content.decode()).replace(name, "NAME")


def test_the_form_says_what_it_wants(db: None, client: Client) -> None:
    page = Page(client.get("/anmelden/"))
    assert (page.title, page.heading) == ("Anmelden – Förderhaushalt Stadt Leverkusen", "Anmelden")
    fields = {name: page.field(name).attributes for name in ("username", "password")}
    assert {name: one["autocomplete"] for name, one in fields.items()} == {
        "username": "username", "password": "current-password",
    }  # fmt: skip
    assert fields["password"]["type"] == "password"
    assert not any("autofocus" in one.attributes for one in page.root.walk())


def test_signing_in_and_out(ayse: User, client: Client) -> None:
    answer = attempt(client, "ayse", "demo")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    page = Page(client.get("/"))
    assert page.one(class_="kim-user").text == "ayse · Finanzverwaltung (lesen und erfassen) Abmelden"
    answer = client.post("/abmelden/")  # type: ignore[assignment]
    assert (answer.status_code, answer["Location"]) == (302, "/anmelden/")
    assert client.get("/")["Location"] == "/anmelden/?next=/"


def test_following_a_link_does_not_sign_out(ayse_client: Client) -> None:
    assert ayse_client.get("/abmelden/").status_code == 405
    assert ayse_client.get("/").status_code == 200


@pytest.mark.parametrize("name", ["ayse", "niemand", "AYSE", "stillgelegt"])
def test_an_unknown_name_reads_like_a_wrong_password(ayse: User, client: Client, name: str) -> None:
    User.objects.create_user("stillgelegt", password="demo", is_active=False)
    expected = comparable(attempt(client, "ayse", "falsch"), "ayse")
    answer = attempt(client, name, "demo" if name == "stillgelegt" else "falsch")
    assert comparable(answer, name) == expected
    page = Page(answer)
    assert page.summary() == [("", WRONG)]
    assert page.typed("username") == name
    assert page.typed("password") == ""


@pytest.mark.parametrize(
    ("name", "password", "message"),
    [
        ("", "demo", "Dieses Feld ist zwingend erforderlich."),
        ("   ", "demo", "Dieses Feld ist zwingend erforderlich."),
        ("ay\x00se", "demo", "Nullzeichen sind nicht erlaubt."),
        ("a" * 151, "demo", LONG),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_one(ayse: User, client: Client, name: str, password: str, message: str) -> None:
    page = Page(attempt(client, name, password))
    assert page.errors("username") == [message]
    assert page.summary() == [("#id_username", f"Benutzername: {message}")]


@pytest.mark.parametrize("name", ["a" * 150, "\u202eesya", "ayse\n", "%00", "\ufeffayse", "’; DROP"])
def test_a_strange_name_is_a_wrong_one(ayse: User, client: Client, name: str) -> None:
    answer = attempt(client, name, "falsch")
    assert (answer.status_code, Page(answer).summary()) == (200, [("", WRONG)])


def test_a_null_byte_in_the_address_harms_nobody(ayse: User, client: Client) -> None:
    answer = client.post("/anmelden/?next=%00", {"username": "ayse", "password": "falsch"})
    assert answer.status_code == 200


def test_nobody_gets_in_without_role_but_may_leave(carla: User, client: Client) -> None:
    attempt(client, "carla", "demo")
    answer = client.get("/")
    page = Page(answer)
    assert (answer.status_code, page.heading) == (403, "Ihre Rolle reicht dafür nicht aus")
    assert client.post("/abmelden/").status_code == 302


# --- Lock-out -------------------------------------------------------------------------------------------------------


def fail(client: Client, times: int, name: str = "ayse", *, address: str = "127.0.0.1") -> list[int]:
    return [attempt(client, name, "falsch", address=address).status_code for _ in range(times)]


def test_ten_failures_lock_the_pair_of_name_and_address_only(ayse: User, bernd: User, client: Client) -> None:
    assert fail(client, FAILURES) == [200] * (FAILURES - 1) + [429]
    # Even the right password does not help any more, from here.
    answer = attempt(Client(), "ayse", "demo")
    page = Page(answer)
    assert (answer.status_code, page.heading) == (429, "Anmeldung vorübergehend gesperrt")
    assert missing_headers(answer) == []
    assert [one.text for one in page.main.all("p")][:2] == [
        LOCKED,
        "Nach 15 Minuten können Sie es wieder versuchen.",
    ]
    # A colleague at the same address, and the same person elsewhere, are not locked out.
    assert attempt(Client(), "bernd", "demo").status_code == 302
    assert attempt(Client(), "ayse", "demo", address="10.0.0.7").status_code == 302


def test_the_lock_opens_after_a_quarter_of_an_hour(ayse: User, client: Client) -> None:
    fail(client, FAILURES)
    now = dt.datetime.now(tz=dt.UTC)
    with time_machine.travel(now + dt.timedelta(minutes=14), tick=False):
        assert attempt(client, "ayse", "demo").status_code == 429
    with time_machine.travel(now + dt.timedelta(minutes=31), tick=False):
        assert attempt(client, "ayse", "demo").status_code == 302


def test_a_sign_in_forgets_the_failures_before_it(ayse: User, client: Client) -> None:
    assert fail(client, FAILURES - 1) == [200] * (FAILURES - 1)
    assert attempt(client, "ayse", "demo").status_code == 302
    assert fail(Client(), FAILURES - 1) == [200] * (FAILURES - 1)
    assert attempt(Client(), "ayse", "demo").status_code == 302


def test_an_unknown_name_is_locked_like_a_known_one(client: Client, db: None) -> None:
    assert fail(client, FAILURES + 1, "niemand") == [200] * (FAILURES - 1) + [429] * 2


# --- Where it leads -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "javascript:alert(1)", "http:evil.example", "data:text/html,x", " https://evil.example", "\x00//evil.example",
        "https://testserver@evil.example/",
    ],
)  # fmt: skip
def test_the_way_on_never_leads_elsewhere(ayse: User, client: Client, target: str) -> None:
    answer = attempt(client, "ayse", "demo", target=target)
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_the_way_on_leads_to_the_page_that_was_asked_for(ayse: User, client: Client) -> None:
    asked = "/programme/kim-nrw/?year=2023&scenario=grant-ends"
    location = client.get(asked)["Location"]
    assert location == "/anmelden/?next=/programme/kim-nrw/%3Fyear%3D2023%26scenario%3Dgrant-ends"
    target = Page(client.get(location)).typed("next")
    assert target == asked
    assert attempt(client, "ayse", "demo", target=target)["Location"] == asked


def test_who_is_in_does_not_see_the_door_again(ayse_client: Client) -> None:
    answer = ayse_client.get("/anmelden/?next=/programme/kim-nrw/")
    assert (answer.status_code, answer["Location"]) == (302, "/programme/kim-nrw/")
    assert ayse_client.get("/anmelden/?next=//evil.example/")["Location"] == "/"


# --- Sessions -------------------------------------------------------------------------------------------------------


def test_a_session_that_was_slipped_in_is_not_taken(ayse: User, client: Client) -> None:
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies[COOKIE] = planted = str(session.session_key)
    attempt(client, "ayse", "demo")
    assert client.cookies[COOKIE].value != planted
    stranger = Client()
    stranger.cookies[COOKIE] = planted
    assert stranger.get("/").status_code == 302


def test_signing_out_ends_the_session_everywhere(ayse: User, client: Client) -> None:
    attempt(client, "ayse", "demo")
    copied = Client()
    copied.cookies[COOKIE] = client.cookies[COOKIE].value
    assert copied.get("/").status_code == 200
    client.post("/abmelden/")
    assert copied.get("/").status_code == 302


def test_the_cookie_is_for_the_server_alone_and_goes_with_the_browser(ayse: User, client: Client) -> None:
    cookie = attempt(client, "ayse", "demo").cookies[COOKIE]
    assert {name: cookie[name] for name in ("httponly", "samesite", "max-age", "expires", "domain", "path")} == {
        "httponly": True, "samesite": "Lax", "max-age": "", "expires": "", "domain": "", "path": "/",
    }  # fmt: skip


def test_a_session_lasts_a_working_day(ayse_client: Client) -> None:
    now = dt.datetime.now(tz=dt.UTC)
    with time_machine.travel(now + dt.timedelta(hours=7, minutes=59), tick=False):
        assert ayse_client.get("/").status_code == 200
    with time_machine.travel(now + dt.timedelta(hours=8, minutes=1), tick=False):
        assert ayse_client.get("/").status_code == 302


def test_a_deactivated_account_is_out_at_once(ayse: User, ayse_client: Client) -> None:
    assert ayse_client.get("/").status_code == 200
    User.objects.filter(pk=ayse.pk).update(is_active=False)
    assert ayse_client.get("/").status_code == 302


def test_a_role_that_is_withdrawn_counts_at_once(ayse: User, ayse_client: Client) -> None:
    User.objects.filter(pk=ayse.pk).update(role=Role.NONE)
    assert ayse_client.get("/").status_code == 403


def test_a_new_password_ends_the_sessions_of_the_old_one(ayse: User) -> None:
    elsewhere = signed_in(ayse)
    ayse.set_password("etwas anderes und lang")
    ayse.save()
    assert elsewhere.get("/").status_code == 302


# --- Forms from elsewhere -------------------------------------------------------------------------------------------


def test_a_form_without_its_token_is_refused(ayse: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = attempt(strict, "ayse", "demo")
    page = Page(answer)
    assert (answer.status_code, page.heading) == (403, "Das Formular ist abgelaufen")
    assert COOKIE not in strict.cookies


def test_a_form_with_its_token_is_taken(ayse: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    token = Page(strict.get("/anmelden/")).one("input", name="csrfmiddlewaretoken").attributes["value"]
    data = {"username": "ayse", "password": "demo", "csrfmiddlewaretoken": token}
    assert strict.post("/anmelden/", data).status_code == 302
    cookie = strict.cookies["kim-csrf"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
