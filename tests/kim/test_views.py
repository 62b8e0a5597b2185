"""What a reader sees when something went wrong, and what a program gets."""

import json
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from kim import views

View = Callable[[HttpRequest], HttpResponse]


def ask(path: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    request.request_id = "3f2a9c04d1be"  # type: ignore[attr-defined]
    return request


ANSWERS = [
    (views.bad_request, 400, "bad_request", "Die Anfrage ist nicht lesbar"),
    (views.permission_denied, 403, "permission_denied", "Ihre Rolle reicht dafür nicht aus"),
    (views.page_not_found, 404, "not_found", "Unter dieser Adresse gibt es nichts"),
    (views.csrf_failure, 403, "csrf", "Das Formular ist abgelaufen"),
    (views.server_error, 500, "server_error", "Das Programm ist auf einen Fehler gestoßen"),
]


@pytest.mark.parametrize(("view", "status", "code", "heading"), ANSWERS)
def test_a_page_says_what_happened_and_under_which_id(view: View, status: int, code: str, heading: str) -> None:
    response = view(ask("/programme/"))
    text = response.content.decode()
    assert response.status_code == status
    assert f"<title>Fehler: {heading} – Förderhaushalt" in text
    assert text.count("<h1>") == 1
    assert f"<h1>{heading}</h1>" in text
    assert "<code>3f2a9c04d1be</code>" in text


@pytest.mark.parametrize(("view", "status", "code", "heading"), ANSWERS)
def test_a_program_gets_the_one_shape_of_errors(view: View, status: int, code: str, heading: str) -> None:
    response = view(ask("/api/v1/nothing/"))
    assert response.status_code == status
    assert json.loads(response.content) == {"errors": [{"field": "", "code": code, "message": f"{heading}."}]}


def test_our_own_mistake_is_told_without_session_and_database() -> None:
    # No database mark: a query would fail this test. No session and no user either.
    request = RequestFactory().get("/")
    assert views.server_error(request).status_code == 500
