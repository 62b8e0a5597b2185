"""Who may do what: every address the resolver knows, every method, everybody; and nothing changes where it must not."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from kim.models import ApiToken
from tests.conftest import signed_in
from tests.fingerprint import fingerprint
from tests.headers import missing_headers
from tests.pages import Page, foreign_parts
from tests.routes import Example, Route, examples, frozen_version, own_paper, own_question, own_scenario, routes

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from funding.models import Programme
    from kim.models import User

METHODS = ("GET", "POST", "PUT", "DELETE")
Outcomes = tuple[str, str, str, str]

SIGN_IN: Outcomes = ("sign-in", "sign-in", "sign-in", "sign-in")
REFUSED: Outcomes = ("403", "403", "403", "403")
READ_ONLY: Outcomes = ("200", "405", "405", "405")
READS = {"nobody": SIGN_IN, "carla": REFUSED, "bernd": READ_ONLY, "ayse": READ_ONLY, "administrator": READ_ONLY}
WRITES: Outcomes = ("200", "moved", "405", "405")
SHOWN_ONCE: Outcomes = ("200", "200", "405", "405")
UPLOADS: Outcomes = ("200", "422", "405", "405")
SEALED: Outcomes = ("200", "409", "405", "405")
COMPUTES: Outcomes = ("405", "200", "405", "405")
ALIKE: Outcomes = ("200", "405", "405", "405")
ASKS: Outcomes = ("400", "405", "405", "405")
DOOR: Outcomes = ("moved", "moved", "moved", "moved")

EXPECTED: dict[str, dict[str, Outcomes]] = {
    "page": READS,
    "form": {
        "nobody": SIGN_IN, "carla": REFUSED, "bernd": ("403", "403", "405", "405"), "ayse": WRITES,
        "administrator": WRITES,
    },
    # Without the seal of what was shown nothing is taken over.
    "adoption": {
        "nobody": SIGN_IN, "carla": REFUSED, "bernd": ("403", "403", "405", "405"), "ayse": SEALED,
        "administrator": SEALED,
    },
    # What is typed is shown with what would follow; nothing is saved before it is confirmed.
    "preview": {
        "nobody": SIGN_IN, "carla": REFUSED, "bernd": ("403", "403", "405", "405"), "ayse": SHOWN_ONCE,
        "administrator": SHOWN_ONCE,
    },
    # Without its file an upload is refused, after the rights were looked at.
    "upload": {
        "nobody": SIGN_IN, "carla": REFUSED, "bernd": ("403", "403", "405", "405"), "ayse": UPLOADS,
        "administrator": UPLOADS,
    },
    # Everybody who reads may ask, and take back what is his own and nobody has answered.
    "asking": {
        "nobody": SIGN_IN, "carla": REFUSED, "bernd": WRITES, "ayse": WRITES, "administrator": WRITES,
    },
    "own question": {
        "nobody": SIGN_IN, "carla": REFUSED, "bernd": WRITES, "ayse": WRITES, "administrator": WRITES,
    },
    "computing": {
        "nobody": SIGN_IN, "carla": REFUSED, "bernd": ("405", "403", "405", "405"), "ayse": COMPUTES,
        "administrator": COMPUTES,
    },
    "api": {
        "nobody": ("401", "405", "405", "405"), "carla": ("403", "405", "405", "405"), "bernd": ALIKE, "ayse": ALIKE,
        "administrator": ALIKE,
    },
    # Without its question there is nothing to answer, and nothing is guessed.
    "api question": {
        "nobody": ("401", "405", "405", "405"), "carla": ("403", "405", "405", "405"), "bernd": ASKS, "ayse": ASKS,
        "administrator": ASKS,
    },
    "api page": {
        "nobody": ("sign-in", "405", "405", "405"), "carla": ("403", "405", "405", "405"), "bernd": ALIKE,
        "ayse": ALIKE, "administrator": ALIKE,
    },
    "api nothing": dict.fromkeys(READS, ("404", "404", "404", "404")),
    # Everybody with a role manages tokens of his own, also somebody who only reads; a new one is shown at once.
    "own access": {
        "nobody": SIGN_IN, "carla": REFUSED, "bernd": SHOWN_ONCE, "ayse": SHOWN_ONCE, "administrator": SHOWN_ONCE,
    },
    "own revocation": {
        "nobody": SIGN_IN, "carla": REFUSED, "bernd": WRITES, "ayse": WRITES, "administrator": WRITES,
    },
    "sign-in": {
        "nobody": ("200", "moved", "200", "405"), "carla": DOOR, "bernd": DOOR, "ayse": DOOR, "administrator": DOOR,
    },
    "sign-out": dict.fromkeys(READS, ("405", "moved", "405", "405")),
    "health": dict.fromkeys(READS, ALIKE),
    "admin": {
        # The door stands before all of these alike, so one person without a key tries the writing as well.
        "nobody": ("sign-in", "", "", ""), "carla": ("403", "", "", ""), "bernd": ("403", "403", "", ""),
        "ayse": ("403", "", "", ""), "administrator": ("inside", "", "", ""),
    },
}  # fmt: skip
PEOPLE = tuple(READS)
OWN = {"own access", "own revocation"}
DOORS = {"login", "logout"}
# What the administration answers to a plain GET of the administrator, where it is no page and leads to none.
ADMIN_GET = {
    "logout": "405", "autocomplete": "403", "view_on_site": "404", "kim_apitoken_add": "403",
    "funding_committeequestion_add": "403", "funding_forecastversion_add": "403", "funding_forecastversion_delete": "403",
    "axes_accessattempt_add": "403", "axes_accesslog_add": "403", "axes_accessfailurelog_add": "403",
    "funding_resolution_add": "403", "funding_resolution_delete": "403", "funding_itemlink_add": "403",
    "funding_itemlink_delete": "403",
}  # fmt: skip


def outcome(answer: HttpResponse, path: str) -> str:
    """Say in a word what happened."""
    if answer.status_code == 302:
        return "sign-in" if answer["Location"] == f"/anmelden/?next={quote(path)}" else "moved"
    return str(answer.status_code)


@pytest.fixture
def people(carla: User, bernd: User, ayse: User, administrator: User) -> dict[str, User | None]:
    for owner in (carla, bernd, ayse, administrator):
        ApiToken.objects.create(owner, name="Haushaltsportal von früher")
    return {"nobody": None, "carla": carla, "bernd": bernd, "ayse": ayse, "administrator": administrator}


def browser(person: User | None) -> Client:
    return Client() if person is None else signed_in(person)


def test_every_family_of_routes_says_who_may_do_what() -> None:
    assert {route.family for route in routes()} == set(EXPECTED)
    assert {family: set(people) for family, people in EXPECTED.items()} == {family: set(PEOPLE) for family in EXPECTED}


@pytest.mark.parametrize("name", PEOPLE)
def test_matrix_of_roles(founding_case: Programme, people: dict[str, User | None], name: str) -> None:
    person = people[name]
    owner = person or people["ayse"]
    assert owner is not None
    own_scenario()
    own_paper()
    frozen_version(owner)
    own_question(owner)
    shared = browser(person)
    # Signing in or out ends the session at hand, and counts as a sign-in of the account.
    doors = [route for route in routes() if route.name in DOORS]
    wrong = [line for route in doors for line in visit(browser, route, owner, name, person)]
    before = fingerprint()
    for route in routes():
        if route.name not in DOORS:
            wrong += visit(lambda _person: shared, route, owner, name, person)
    assert "\n".join(wrong) == ""
    assert fingerprint() == before


def visit(
    client: Callable[[User | None], Client], route: Route, owner: User, name: str, person: User | None
) -> list[str]:
    """Try every method on the examples of a route; returns what came out otherwise than declared.

    On the way each answer is asked for its headers, and each page for parts that a strict policy would block.
    """
    wrong = []
    for example in examples(route, owner):
        for method, expected in zip(METHODS, EXPECTED[route.family][name], strict=True):
            if not expected:
                continue
            # Whoever may write does so for a moment only; what others change by mistake is told and taken back.
            with transaction.atomic():
                answer = send(client(person), method, example)
                found = outcome(answer, example.path)
                if expected == "inside" and found in admin_outcomes(route):
                    found = expected
                if found != expected:
                    wrong.append(f"{method} {example.path}: {found}, not {expected}")
                transaction.set_rollback(expected == "moved" or found != expected or route.family in OWN)
            lines = missing_headers(answer)
            if method == "GET" and found in {"200", "inside"} and answer["Content-Type"].startswith("text/html"):
                lines += foreign_parts(Page(answer))
            wrong += [f"{method} {example.path}: {line}" for line in lines]
    return wrong


def send(client: Client, method: str, example: Example) -> HttpResponse:
    """Ask for an address; a POST sends what the form there would."""
    if method != "POST":
        return client.generic(method, example.path)  # type: ignore[return-value]
    kind = "application/json" if example.is_json else MULTIPART_CONTENT
    return client.post(example.path, example.data, kind)  # type: ignore[return-value]


def admin_outcomes(route: Route) -> set[str]:
    """Return what the administrator may meet; a page without a row leads back to the list."""
    if route.pattern == "admin/(?P<url>.*)":
        return {"404"}
    return {ADMIN_GET[route.name]} if route.name in ADMIN_GET else {"200", "moved"}
