"""The door, the refusals of the core, and who is behind a change; headers: test_headers, everybody: test_permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pghistory.models
import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from kim.errors import AmountError, KimError, PeriodError, RuleError
from kim.middleware import RefusalMiddleware, public
from kim.models import User
from kim.roles import Role, may_administer, may_edit, may_read
from staffing.models import Provider
from tests.conftest import signed_in
from tests.pages import Page

if TYPE_CHECKING:
    from funding.models import Programme

# Account, reads figures, enters forecasts, administers.
RIGHTS = [
    ({}, (False, False, False)),
    ({"role": Role.COMMITTEE}, (True, False, False)),
    ({"role": Role.FINANCE}, (True, True, False)),
    ({"is_staff": True}, (False, False, True)),
    ({"is_staff": True, "role": Role.COMMITTEE}, (True, False, True)),
    ({"is_superuser": True, "is_staff": True}, (True, True, True)),
    ({"is_superuser": True, "is_staff": True, "is_active": False}, (False, False, False)),
    ({"role": Role.FINANCE, "is_active": False}, (False, False, False)),
]


@pytest.mark.parametrize(("account", "rights"), RIGHTS)
def test_rights_of_an_account(account: dict[str, Any], rights: tuple[bool, bool, bool]) -> None:
    user = User(**account)
    assert (may_read(user), may_edit(user), may_administer(user)) == rights


def test_staff_without_permissions_sees_an_empty_administration(db: None) -> None:
    client = signed_in(User.objects.create_user("doris", is_staff=True))
    assert client.get("/").status_code == 403
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/kim/user/").status_code == 403


def test_the_administration_has_no_door_of_its_own(bernd_client: Client, client: Client) -> None:
    assert client.get("/admin/login/?next=/admin/")["Location"].startswith("/anmelden/?next=/admin/login/")
    answer = bernd_client.get("/admin/")
    page = Page(answer)
    assert (answer.status_code, page.heading) == (403, "Ihre Rolle reicht dafür nicht aus")
    assert page.main.all("p")[0].text == (
        "Sie sind angemeldet mit der Rolle „Gremium (lesen und fragen)“. Diese Seite braucht eine andere."
    )


def test_a_view_is_closed_unless_it_says_otherwise() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.path)

    assert not hasattr(view, "is_public")
    assert public(view) is view
    assert view.is_public is True  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (PeriodError("Satz.", field="year"), 404),
        (RuleError("Satz.", field="scenario"), 404),
        (RuleError("Satz.", field="version"), 404),
        (AmountError("Satz.", field="amount"), 400),
        (KimError("Satz."), 400),
    ],
)
def test_what_the_core_refuses_becomes_a_page(db: None, error: KimError, status: int) -> None:
    request = RequestFactory().get("/programme/kim-nrw/")
    request.user = User(username="bernd", role=Role.COMMITTEE)
    answer = RefusalMiddleware(lambda _request: HttpResponse()).process_exception(request, error)
    assert answer is not None
    page = Page(answer)
    assert (answer.status_code, page.heading, page.main.all("p")[0].text) == (status, "Das geht so nicht", "Satz.")


def test_what_is_not_a_refusal_goes_on() -> None:
    refusals = RefusalMiddleware(lambda _request: HttpResponse())
    assert refusals.process_exception(RequestFactory().get("/"), ValueError("Satz.")) is None


def test_a_change_is_kept_with_account_and_request(administrator: User, administrator_client: Client) -> None:
    data = {"name": "Diakonie", "slug": "diakonie", "kind": "association"}
    answer = administrator_client.post("/admin/staffing/provider/add/", data)
    assert answer.status_code == 302
    row = Provider.objects.get()
    event = pghistory.models.Events.objects.tracks(row).get()
    assert (event.pgh_label, event.pgh_context) == (
        "insert",
        {"user": administrator.pk, "request": answer["X-Request-Id"]},
    )


def test_a_change_without_a_request_has_no_account(db: None) -> None:
    row = Provider.objects.create(name="Diakonie", slug="diakonie", kind="association")
    Provider.objects.filter(pk=row.pk).update(name="Diakonisches Werk")
    events = pghistory.models.Events.objects.tracks(row).order_by("pgh_created_at")
    assert [(event.pgh_label, event.pgh_context) for event in events] == [("insert", None), ("update", None)]


def test_reading_leaves_no_trace(founding_case: Programme, bernd_client: Client) -> None:
    before = pghistory.models.Context.objects.count()
    bernd_client.get("/programme/kim-nrw/")
    assert pghistory.models.Context.objects.count() == before
