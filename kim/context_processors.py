"""What the frame of every page shows: city, product, design assets, navigation."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kim import assets
from kim.roles import may_edit

log = logging.getLogger(__name__)

NAME = _("Förderhaushalt")
# The keyword of all routes below one programme.
PROGRAMME = "programme"
# What makes a link show the same numbers to the next person; it travels along inside a programme.
CHOICES = ("year", "scenario", "version")

Label = str | Promise

MAIN: tuple[tuple[str, Label], ...] = (
    ("start", _("Start")),
    ("pay-cost", _("Stellenkosten")),
    ("handbook", _("Handbuch")),
    ("access", _("Zugänge und API")),
)
LOCAL: tuple[tuple[str, Label], ...] = (
    ("programme", _("Übersicht")),
    ("grid", _("Prognose")),
    ("positions", _("Stellen")),
    ("occupancy", _("Besetzung")),
    ("coverage", _("Deckung")),
    ("material", _("Sachkosten")),
    ("conditions", _("Förderung")),
    ("grant-end", _("Förderende")),
    ("scenarios", _("Szenarien")),
    ("compare", _("Vergleich")),
    ("papers", _("Vorlagen")),
    ("versions", _("Fassungen")),
    ("history", _("Änderungen")),
)
# A page that a role cannot open is not offered to it.
EDITORS_ONLY = {"grid"}
FOOTER: tuple[tuple[str, Label], ...] = (
    ("handbook", _("Handbuch")),
    ("api-docs", _("API-Dokumentation")),
    ("accessibility", _("Barrierefreiheit")),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go; ``current`` is the value of ``aria-current``, empty elsewhere."""

    label: Label
    url: str
    current: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """The frame of a page."""

    city: str
    name: Label
    stylesheets: tuple[str, ...]
    main: tuple[Link, ...] = ()
    local: tuple[Link, ...] = ()
    footer: tuple[Link, ...] = ()


def product(request: HttpRequest) -> dict[str, Product]:
    """Return the frame for this page; inside a programme its own navigation as well."""
    match = getattr(request, "resolver_match", None)
    slug = match.kwargs.get(PROGRAMME) if match else None
    local: Iterable[Link] = ()
    if slug:
        chosen = {name: request.GET[name] for name in CHOICES if request.GET.get(name)}
        offered = (
            LOCAL
            if may_edit(getattr(request, "user", AnonymousUser()))
            else tuple(entry for entry in LOCAL if entry[0] not in EDITORS_ONLY)
        )
        local = _links(offered, request.path, {PROGRAMME: slug}, chosen)
    return {
        "product": Product(
            city=settings.CITY_NAME,
            name=NAME,
            stylesheets=stylesheets(),
            main=tuple(_links(MAIN, request.path)),
            local=tuple(local),
            footer=tuple(_links(FOOTER)),
        )
    }


def bare() -> Product:
    """Return the frame without navigation, for the page that must work when nothing else does."""
    return Product(city=settings.CITY_NAME, name=NAME, stylesheets=stylesheets())


@lru_cache(maxsize=1)
def stylesheets() -> tuple[str, ...]:
    """Return the static paths of the look: KERN where it is stored, otherwise our own for the same classes.

    Asked once per process: assets that arrive later show after a restart.
    """
    wanted = (assets.FONTS, assets.STYLESHEET)
    if assets.installed() and all(_is_served(path) for path in wanted):
        return wanted
    log.warning("KERN design assets are missing; pages use the plain look. Fetch them with: manage.py assets")
    return ("kim/plain.css",)


def _is_served(path: str) -> bool:
    """Whether a page may name the file: with hashed names only after ``collectstatic`` has seen it."""
    hashed: dict[str, str] | None = getattr(staticfiles_storage, "hashed_files", None)
    return hashed is None or path in hashed


def _links(
    entries: Iterable[tuple[str, Label]],
    path: str = "",
    kwargs: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
) -> list[Link]:
    """Return the entries this installation has routes for; the nearest one above ``path`` is marked."""
    places = []
    for route, label in entries:
        try:
            places.append((label, reverse(route, kwargs=kwargs)))
        except NoReverseMatch:
            continue
    above = [url for _label, url in places if path == url or (url != "/" and path.startswith(url))]
    nearest = max(above, key=len, default=None)
    tail = f"?{urlencode(query)}" if query else ""
    return [
        Link(label, url + tail, ("page" if url == path else "true") if url == nearest else "") for label, url in places
    ]
