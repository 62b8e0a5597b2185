"""The frame: where one is, where one can go, and that a link keeps the chosen numbers."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import path, resolve

from kim.context_processors import Link, Product, bare, product


def page(request: HttpRequest, programme: str = "") -> HttpResponse:
    raise AssertionError(programme)


# Fewer places than the house has: what an installation lacks is left out.
urlpatterns = [
    path("", page, name="start"),
    path("handbuch/", page, name="handbook"),
    path("programme/<slug:programme>/", page, name="programme"),
    path("programme/<slug:programme>/stellen/", page, name="positions"),
    path("programme/<slug:programme>/stellen/neu/", page, name="new-position"),
]


@pytest.fixture(autouse=True)
def few_places(settings: object) -> None:
    settings.ROOT_URLCONF = __name__  # type: ignore[attr-defined]


def frame(address: str) -> Product:
    request = RequestFactory().get(address)
    request.resolver_match = resolve(request.path)
    return product(request)["product"]


def marks(links: tuple[Link, ...]) -> list[tuple[str, str, str]]:
    return [(str(link.label), link.url, link.current) for link in links]


def test_outside_a_programme() -> None:
    shown = frame("/handbuch/")
    assert (shown.city, str(shown.name)) == ("Stadt Leverkusen", "Förderhaushalt")
    assert marks(shown.main) == [("Start", "/", ""), ("Handbuch", "/handbuch/", "page")]
    assert shown.local == ()


def test_inside_a_programme_the_choice_travels_along() -> None:
    shown = frame("/programme/kim-nrw/?year=2023&scenario=grant-ends&sort=name")
    assert marks(shown.local) == [
        ("Übersicht", "/programme/kim-nrw/?year=2023&scenario=grant-ends", "page"),
        ("Stellen", "/programme/kim-nrw/stellen/?year=2023&scenario=grant-ends", ""),
    ]
    assert [link.current for link in shown.main] == ["", ""]


def test_the_nearest_place_above_is_marked() -> None:
    assert marks(frame("/programme/kim-nrw/stellen/neu/").local) == [
        ("Übersicht", "/programme/kim-nrw/", ""),
        ("Stellen", "/programme/kim-nrw/stellen/", "true"),
    ]


def test_a_hostile_choice_is_only_text() -> None:
    shown = frame("/programme/kim-nrw/?year=%22%3E%3Cscript%3E&scenario=")
    assert shown.local[0].url == "/programme/kim-nrw/?year=%22%3E%3Cscript%3E"


def test_a_request_that_was_never_resolved() -> None:
    request = RequestFactory().get("/handbuch/")
    assert marks(product(request)["product"].main)[1] == ("Handbuch", "/handbuch/", "page")


def test_the_bare_frame_leads_nowhere() -> None:
    shown = bare()
    assert (shown.city, shown.main, shown.local, shown.footer) == ("Stadt Leverkusen", (), (), ())
    assert shown.stylesheets != ()
