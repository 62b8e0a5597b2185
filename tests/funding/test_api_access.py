"""Who gets an answer: three people, nobody, and tokens that no longer hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from django.urls import get_resolver

from funding.api import urls
from kim.models import ApiToken
from kim.roles import Role
from tests.conftest import signed_in
from tests.funding.rest import KIM, ROOT, parse, rest, token_of, with_token
from tests.routes import frozen_version

if TYPE_CHECKING:
    from funding.models import Programme
    from kim.models import User

ADDRESSES = {
    pattern.name: f"{ROOT}/" + str(pattern.pattern).replace(
        "<slug:slug>", "2021-1121" if "papers/" in str(pattern.pattern) else "kim-nrw"
    ).replace("<version:number>", "1")
    for pattern in urls.urlpatterns
}  # fmt: skip
# The page for people; everything else answers programs.
PAGE = ADDRESSES.pop("api-docs")
UNAUTHENTICATED = {
    "field": "Authorization",
    "code": "not_authenticated",
    "message": "Es fehlt ein Zugang. Senden Sie „Authorization: Token …“ mit einem Token, "
    "den Sie auf der Seite „Zugänge und API“ angelegt haben.",
}
NOT_VALID = {
    "field": "",
    "code": "authentication_failed",
    "message": "Dieser Token gilt nicht: er ist unbekannt, abgelaufen oder widerrufen.",
}
NO_ROLE = {
    "field": "",
    "code": "permission_denied",
    "message": "Dieses Konto hat keine Rolle, die Zahlen lesen darf. Bitte an die Administration wenden.",
}


def test_finance_and_committee_read_the_same(founding_case: Programme, ayse: User, bernd: User) -> None:
    frozen_version(ayse)
    clients = (rest(ayse), rest(bernd), signed_in(ayse), signed_in(bernd))
    for address in ADDRESSES.values():
        answers = [client.get(address) for client in clients]

        assert [one.status_code for one in answers] == [200] * 4, address
        assert len({one.content for one in answers}) == 1, address


def test_nobody_reads_nothing(founding_case: Programme) -> None:
    for address in ADDRESSES.values():
        response = Client().get(address)

        assert (response.status_code, response["WWW-Authenticate"]) == (401, "Token"), address
        assert parse(response.content) == {"errors": [UNAUTHENTICATED]}, address


def test_an_account_without_a_role_reads_nothing(founding_case: Programme, carla: User) -> None:
    clients = (rest(carla), signed_in(carla))
    for address in ADDRESSES.values():
        for client in clients:
            response = client.get(address)

            assert response.status_code == 403, address
            assert parse(response.content) == {"errors": [NO_ROLE]}, address


@pytest.mark.parametrize(
    "header",
    [
        "Token " + "0" * 64,
        "Token x",
        "Token",
        "Token \x00",
        "Token ä",
        "token " + "f" * 63,
        "Token " + "F" * 64,
        "Token " + "0" * 10_000_000,
        "Token " + "0" * 64 + " " + "0" * 64,
    ],
)
def test_a_wrong_token_is_refused(ayse: User, header: str) -> None:
    token_of(ayse)
    response = Client(headers={"authorization": header}).get(f"{KIM}/figures/")

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Token"
    assert parse(response.content) == {"errors": [NOT_VALID]}


@pytest.mark.parametrize("header", ["Basic YXlzZTpkZW1v", "Bearer x", "", " ", "Tokenx y"])
def test_other_ways_to_sign_in_do_not_exist(ayse: User, header: str) -> None:
    response = Client(headers={"authorization": header}).get(f"{KIM}/figures/")

    assert response.status_code == 401
    assert parse(response.content) == {"errors": [UNAUTHENTICATED]}


def test_an_expired_token_is_refused_and_stays_in_the_list(founding_case: Programme, ayse: User) -> None:
    response = with_token(token_of(ayse, days=-1)).get(f"{KIM}/figures/")

    assert response.status_code == 401
    assert parse(response.content) == {"errors": [NOT_VALID]}
    # A reading request changes nothing, not even this.
    assert ApiToken.objects.count() == 1


def test_a_revoked_token_is_refused_at_once(founding_case: Programme, ayse: User) -> None:
    client = rest(ayse)
    assert client.get(f"{KIM}/figures/").status_code == 200

    ApiToken.objects.all().delete()

    assert client.get(f"{KIM}/figures/").status_code == 401


def test_a_token_dies_with_its_account(founding_case: Programme, bernd: User) -> None:
    client = rest(bernd)
    bernd.is_active = False
    bernd.save()

    assert client.get(f"{KIM}/figures/").status_code == 401


def test_a_token_loses_its_rights_with_the_role(founding_case: Programme, bernd: User) -> None:
    client = rest(bernd)
    bernd.role = Role.NONE
    bernd.save()

    assert client.get(f"{KIM}/figures/").status_code == 403


def test_a_wrong_token_is_not_saved_by_a_session(founding_case: Programme, ayse: User) -> None:
    client = signed_in(ayse)

    assert client.get(f"{KIM}/figures/", headers={"authorization": "Token x"}).status_code == 401


# Python reads octal escapes in quoted cookies: the last but one holds a null byte.
@pytest.mark.parametrize("value", ["x", "0" * 32, '"' + "\\000" * 32 + '"', "ä" * 40])
def test_a_forged_session_is_nobody(db: None, value: str) -> None:
    response = Client().get(f"{KIM}/figures/", HTTP_COOKIE=f"{settings.SESSION_COOKIE_NAME}={value}")

    assert response.status_code == 401


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_nothing_can_be_written(founding_case: Programme, ayse: User, method: str) -> None:
    clients = (rest(ayse), signed_in(ayse), Client(), Client(enforce_csrf_checks=True))
    message = f"{method.upper()} ist hier nicht möglich: Zahlen werden über REST nur gelesen (GET, HEAD, OPTIONS)."
    refusal = {"errors": [{"field": "", "code": "method_not_allowed", "message": message}]}

    for address in ADDRESSES.values():
        for client in clients:
            response = getattr(client, method)(address)

            assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS"), address
            assert parse(response.content) == refusal, address


def test_head_and_options(founding_case: Programme, ayse: User) -> None:
    frozen_version(ayse)
    client = rest(ayse)
    for address in ADDRESSES.values():
        head, options, whole = (getattr(client, verb)(address) for verb in ("head", "options", "get"))

        assert (head.status_code, head.content, head["ETag"]) == (200, b"", whole["ETag"]), address
        assert (options.status_code, options.content, options["Allow"]) == (204, b"", "GET, HEAD, OPTIONS"), address


@pytest.mark.parametrize("method", ["get", "post", "delete", "options"])
@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/programmes/", "/api/v1/%00/", "/api/v1/programmes/%FF/"]
)
def test_unknown_addresses_answer_in_the_one_shape(path: str, method: str) -> None:
    response = getattr(Client(enforce_csrf_checks=True), method)(path)

    assert response.status_code == 404
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert parse(response.content) == {
        "errors": [
            {
                "field": "",
                "code": "not_found",
                "message": "Unter dieser Adresse gibt es nichts. Alle Adressen stehen in /api/v1/docs/.",
            }
        ]
    }


def test_an_address_without_its_slash_says_so() -> None:
    response = Client().get("/api/v1/programmes")

    assert response.status_code == 404
    assert parse(response.content)["errors"][0]["message"] == (
        "Unter dieser Adresse gibt es nichts. Jede Adresse endet mit einem Schrägstrich („/“)."
    )


def test_the_page_sends_strangers_to_the_sign_in(bernd: User, carla: User) -> None:
    assert Client().get(PAGE)["Location"] == f"/anmelden/?next={PAGE}"
    assert signed_in(carla).get(PAGE).status_code == 403
    page = signed_in(bernd).get(PAGE)
    assert page.status_code == 200
    assert "<style" not in page.content.decode()
    assert "style=" not in page.content.decode()
    assert "<script>" not in page.content.decode()
    assert signed_in(bernd).post(PAGE).status_code == 405


def test_every_route_of_the_api_is_tested() -> None:
    found = {name for name in get_resolver().reverse_dict if isinstance(name, str) and name.startswith("api-")}

    # What a place costs is asked without a programme, and has tests of its own beside it.
    assert found == {*ADDRESSES, "api-docs", "api-pay-costs"}


def test_a_database_that_does_not_answer_is_a_503(
    ayse: User, founding_case: Programme, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = rest(ayse)

    def broken(*_args: object) -> None:
        message = "connection to server on socket failed"
        raise OperationalError(message)

    monkeypatch.setattr("funding.api.query.programme_state", broken)
    response = client.get(f"{KIM}/figures/")

    assert response.status_code == 503
    assert parse(response.content) == {
        "errors": [
            {
                "field": "",
                "code": "unavailable",
                "message": "Die Datenbank antwortet gerade nicht. Bitte versuchen Sie es in einer Minute noch einmal.",
            }
        ]
    }
    assert "connection to server" in caplog.text
