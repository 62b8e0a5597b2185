"""A session that ended while somebody was typing."""

from html.parser import HTMLParser

import pytest
from django.test import Client

from kim.models import User
from staffing.models import Position, PositionCost

OURS = {"host": "localhost", "origin": "http://localhost"}


class Fields(HTMLParser):
    """The hidden fields of a page."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = dict(attrs)
        if tag == "input" and one.get("type") == "hidden":
            self.found[str(one["name"])] = str(one["value"])


@pytest.fixture
def address(founding_case: object) -> str:
    position = Position.objects.get(reference="KIM-2.1")
    return f"/programme/kim-nrw/stellen/{position.pk}/kosten/2023/"


@pytest.mark.django_db
def test_what_was_typed_survives_the_new_sign_in(address: str, ayse: User) -> None:
    browser = Client(enforce_csrf_checks=True, headers=OURS)
    browser.force_login(ayse)
    page = Fields(browser.get(address).content).found
    typed = {**page, "amount": "90.000,00", "source": "Hochrechnung", "source_status": "assumed", "note": ""}
    browser.cookies.pop("kim-sid")

    late = browser.post(address, typed)
    kept = Fields(late.content).found
    ayse.set_password("ein-langes-kennwort")
    ayse.save()
    door = Fields(browser.get("/anmelden/").content).found
    browser.post("/anmelden/", {**door, "username": ayse.username, "password": "ein-langes-kennwort"})
    stale = browser.post(address, kept)
    again = browser.post(address, Fields(stale.content).found)

    assert [late.status_code, {**kept, "csrfmiddlewaretoken": ""}] == [401, {**typed, "csrfmiddlewaretoken": ""}]
    assert [stale.status_code, again.status_code] == [403, 302]
    saved = PositionCost.objects.get(position__reference="KIM-2.1", fiscal_year=2023)
    assert [str(saved.amount), saved.source, saved.recorded_by] == ["90000.00", "Hochrechnung", ayse]


@pytest.mark.django_db
@pytest.mark.parametrize("origin", ["https://localhost", "http://evil.example", "null", ""])
def test_a_foreign_page_cannot_fill_a_form_of_ours(address: str, ayse: User, origin: str) -> None:
    browser = Client(enforce_csrf_checks=True, headers={"host": "localhost", "origin": origin})
    stranger = browser.post(address, {"amount": "1,00"})
    browser.force_login(ayse)
    signed_in = browser.post(address, {"amount": "1,00"})

    assert [stranger.status_code, signed_in.status_code] == [403, 403]
    assert [Fields(one.content).found.get("amount") for one in (stranger, signed_in)] == [None, None]
