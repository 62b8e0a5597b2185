"""The routes of the house, and one behind which everything is broken."""

from typing import NoReturn

from django.http import HttpRequest
from django.urls import path

from kim.middleware import public
from kim.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500"]

SECRET = "Kennwort der Datenbank"


@public
def broken(_request: HttpRequest) -> NoReturn:
    """Fail as no view should."""
    raise RuntimeError(SECRET)


urlpatterns = [path("kaputt/", broken), path("api/kaputt/", broken), *urlpatterns]
