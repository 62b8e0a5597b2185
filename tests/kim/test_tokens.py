"""The page of the API tokens: made once, shown once, revoked by their owner only."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from kim import tokens
from kim.models import ApiToken, User
from tests.conftest import signed_in

if TYPE_CHECKING:
    from datetime import timedelta

    from time_machine import TimeMachineFixture

PAGE = "/zugaenge/"
TOKEN = re.compile(r"\b[0-9a-f]{64}\b")
NEW = {"name": "Haushaltsportal", "days": "90"}


def revocation(user: User, name: str = "Haushaltsportal") -> str:
    token = ApiToken.objects.get(user=user, name=name)
    return reverse("access-revoke", args=[token.digest[: tokens.KEY_LENGTH]])


def made(client: Client, **changes: str) -> str:
    found = TOKEN.findall(client.post(PAGE, {**NEW, **changes}).content.decode())
    assert len(found) == 1
    return str(found[0])


def test_a_token_is_shown_once_and_works(bernd: User, bernd_client: Client) -> None:
    token = made(bernd_client)

    assert token not in bernd_client.get(PAGE).content.decode()
    assert token not in str(ApiToken.objects.values().get())
    answer = Client(headers={"authorization": f"Token {token}"}).get("/api/v1/programmes/")
    assert answer.status_code == 200


def test_an_empty_list_says_what_to_do(bernd_client: Client) -> None:
    page = bernd_client.get(PAGE).content.decode()

    assert "Sie haben noch keinen Zugang vergeben" in page
    assert "<table" not in page


@pytest.mark.parametrize(("days", "until"), [("30", "14.02.2026"), ("90", "15.04.2026"), ("365", "15.01.2027")])
def test_the_list_shows_name_and_times(bernd: User, time_machine: TimeMachineFixture, days: str, until: str) -> None:
    time_machine.move_to(datetime(2026, 1, 15, 12, tzinfo=UTC), tick=False)
    client = signed_in(bernd)
    made(client, days=days)

    page = client.get(PAGE).content.decode()

    assert "Haushaltsportal" in page
    assert "15.01.2026" in page
    assert until in page
    assert "abgelaufen" not in page


def test_an_expired_token_says_so_and_can_be_removed(bernd: User, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(datetime(2026, 1, 15, 12, tzinfo=UTC), tick=False)
    token = made(signed_in(bernd), days="30")
    time_machine.move_to(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False)
    client = signed_in(bernd)

    assert "(abgelaufen)" in client.get(PAGE).content.decode()
    assert Client(headers={"authorization": f"Token {token}"}).get("/api/v1/programmes/").status_code == 401
    client.post(revocation(bernd))
    assert ApiToken.objects.count() == 0


def test_revoking_asks_first_and_works_at_once(bernd: User, bernd_client: Client) -> None:
    token = made(bernd_client)
    address = revocation(bernd)

    question = bernd_client.get(address)
    assert "Soll „Haushaltsportal“ nicht mehr lesen dürfen?" in question.content.decode()
    assert ApiToken.objects.count() == 1

    answer = bernd_client.post(address, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "Der Zugang „Haushaltsportal“ ist widerrufen." in answer.content.decode()
    assert Client(headers={"authorization": f"Token {token}"}).get("/api/v1/programmes/").status_code == 401
    assert bernd_client.post(address).status_code == 404


def test_nobody_sees_or_revokes_the_tokens_of_others(
    bernd: User, bernd_client: Client, ayse_client: Client, administrator_client: Client
) -> None:
    made(bernd_client, name="Sitzungsdienst")
    address = revocation(bernd, "Sitzungsdienst")

    for client in (ayse_client, administrator_client):
        assert "Sitzungsdienst" not in client.get(PAGE).content.decode()
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize("key", ["x", "0" * 24, "0" * 23, "%25" * 24, "_" * 24])
def test_a_key_that_names_nothing_is_a_404(bernd_client: Client, key: str) -> None:
    made(bernd_client)

    assert bernd_client.post(f"{PAGE}{key}/widerrufen/").status_code == 404
    assert ApiToken.objects.count() == 1


def test_two_people_may_use_the_same_name(bernd_client: Client, ayse_client: Client) -> None:
    made(bernd_client)
    made(ayse_client)

    assert ApiToken.objects.count() == 2


TAKEN = "Einen Zugang mit diesem Namen gibt es schon. Bitte einen anderen wählen oder jenen widerrufen."


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "Bitte einen Namen angeben."),
        ({"name": "   "}, "Bitte einen Namen angeben."),
        ({"name": "x" * 81}, "Der Name hat 81 Zeichen, erlaubt sind höchstens 80."),
        ({"name": "x" * 900_000}, "Der Name hat 900000 Zeichen, erlaubt sind höchstens 80."),
        ({"name": "a\x00b"}, "Nullzeichen sind nicht erlaubt."),
        ({"name": "a\u202eb"}, "Der Name enthält ein Zeichen, das man nicht sieht."),
        ({"name": "a\x07b"}, "Der Name enthält ein Zeichen, das man nicht sieht."),
        ({"name": "Schon da"}, TAKEN),
        ({"days": ""}, "Bitte eine Dauer wählen."),
        ({"days": "0"}, "Bitte eine gültige Auswahl treffen. 0 ist keine gültige Auswahl."),
        ({"days": "99999"}, "Bitte eine gültige Auswahl treffen. 99999 ist keine gültige Auswahl."),
    ],
)
def test_what_cannot_be_stored_is_refused_at_the_field(
    bernd_client: Client, changes: dict[str, str], message: str
) -> None:
    made(bernd_client, name="Schon da")

    page = bernd_client.post(PAGE, {**NEW, **changes})

    assert page.status_code == 200
    assert message in page.content.decode()
    field = "days" if "days" in changes else "name"
    assert f'id="id_{field}_error"' in page.content.decode()
    assert TOKEN.search(page.content.decode()) is None
    assert ApiToken.objects.count() == 1


def test_what_was_typed_stays(bernd_client: Client) -> None:
    page = bernd_client.post(PAGE, {"name": "Mein <Portal>", "days": "7"}).content.decode()

    assert 'value="Mein &lt;Portal&gt;"' in page
    assert "Mein <Portal>" not in page


def test_a_race_for_a_name_ends_with_a_message(bernd_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_user: User, *, expiry: timedelta, name: str) -> None:
        message = "duplicate key value violates unique constraint"
        raise IntegrityError(message)

    monkeypatch.setattr(ApiToken.objects, "create", lost)
    page = bernd_client.post(PAGE, NEW)

    assert page.status_code == 200
    assert TAKEN in page.content.decode()


def test_only_who_reads_figures_may_hand_out_access(carla_client: Client) -> None:
    assert Client().get(PAGE)["Location"] == f"/anmelden/?next={PAGE}"
    assert Client().post(PAGE, NEW).status_code == 302
    assert carla_client.get(PAGE).status_code == 403
    assert carla_client.post(PAGE, NEW).status_code == 403
    assert ApiToken.objects.count() == 0


def test_forms_need_their_token(bernd: User) -> None:
    made(signed_in(bernd))
    client = Client(enforce_csrf_checks=True)
    client.force_login(bernd, backend="django.contrib.auth.backends.ModelBackend")

    assert client.post(PAGE, NEW).status_code == 403
    assert client.post(revocation(bernd)).status_code == 403
    assert ApiToken.objects.count() == 1
