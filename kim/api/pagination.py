"""Pages of lists: ``{"count", "next", "previous", "results"}``, at most 500 rows each."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request

from kim.api import parameters
from kim.api.errors import not_found
from kim.api.parameters import Query

MOST = 500
USUAL = 100
# Far behind the last page of anything, and small enough that the product with the size fits every integer column.
LAST_PAGE = 999_999

PAGE = parameters.number("page", gettext_lazy("Nummer der Seite, ab 1."), most=LAST_PAGE)
PAGE_SIZE = parameters.number("page_size", gettext_lazy("Zeilen je Seite, höchstens 500; ohne Angabe 100."), most=MOST)
PAGES = (PAGE, PAGE_SIZE)


def page_of(request: Request, query: Query, count: int, rows: Callable[[slice], list[Any]]) -> dict[str, Any]:
    """Return a page; ``rows`` is asked only for the part that stands on it.

    Raises ``ApiError`` (404) for a page behind the last one; the first page of an empty list exists.
    """
    number, size = query.get("page", 1), query.get("page_size", USUAL)
    last = max(1, -(-count // size))
    if number > last:
        message = _("Seite %(page)d gibt es nicht. Die letzte Seite ist %(last)d.") % {"page": number, "last": last}
        raise not_found(message, field="page")
    return {
        "count": count,
        "next": _address(request, number + 1) if number < last else None,
        "previous": _address(request, number - 1) if number > 1 else None,
        "results": rows(slice((number - 1) * size, number * size)),
    }


def _address(request: Request, page: int) -> str:
    """Return this address with another page, everything else as it was asked."""
    kept = {name: text for name, text in request.query_params.items() if name != "page"}
    return str(request.build_absolute_uri(f"{request.path}?{urlencode({**kept, 'page': page})}"))
