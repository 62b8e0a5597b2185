"""The handbook inside the product: one page per task, the glossary, and what each page needs.

The pages are listed here once; index, navigation from page to page, routes and tests follow the list. What a page shows
of the figures comes from above (``routes`` takes it), because this module knows nothing of grants.
"""

import csv
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kim import formatting
from kim.amounts import parse_amount, parse_date, parse_fte
from kim.errors import KimError

GLOSSARY_FILE = Path(__file__).parent / "data" / "glossary.csv"

Context = Callable[[], Mapping[str, object]]

ROUTE = "handbook-page"
# Pages that others link to by name, from the footer or from terms.
OWN_ROUTES = {"glossar": "handbook-glossary", "barrierefreiheit": "accessibility"}


@dataclass(frozen=True, slots=True)
class HandbookPage:
    """A page of the handbook; ``slug`` is its address and, with underscores, its template."""

    slug: str
    title: Promise
    summary: Promise
    group: Promise

    @property
    def template(self) -> str:
        """The template that shows it."""
        return f"handbook/{self.slug.replace('-', '_')}.html"

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(OWN_ROUTES[self.slug]) if self.slug in OWN_ROUTES else reverse(ROUTE, args=[self.slug])


_READING = gettext_lazy("Zahlen lesen und verstehen")
_ENTERING = gettext_lazy("Eingeben und pflegen")
_SOURCE = gettext_lazy("Woher die Zahlen kommen")
_RUNNING = gettext_lazy("Schnittstelle und Betrieb")
_MORE = gettext_lazy("Nachschlagen")

PAGES = (
    HandbookPage(
        "zahlen", gettext_lazy("Was das Programm zeigt"),
        gettext_lazy("Drei Zahlen je Haushaltsjahr und die vierte für den Fall, dass die Förderung endet."), _READING,
    ),
    HandbookPage(
        "rechenweg", gettext_lazy("Wie eine Zahl entsteht"),
        gettext_lazy("Rechenweg, Quellen und Belege; Zeitanteile, Höchstbeträge, Bescheide und Rundung."), _READING,
    ),
    HandbookPage(
        "szenarien", gettext_lazy("Szenarien"),
        gettext_lazy("Geltendes Recht und vier Annahmen darüber, wie es nach der Befristung weitergeht."), _READING,
    ),
    HandbookPage(
        "fassungen", gettext_lazy("Fassungen"),
        gettext_lazy("Zahlen zu einer Vorlage festschreiben, später nachlesen und nachrechnen, berichtigen."), _READING,
    ),
    HandbookPage(
        "stellenkosten", gettext_lazy("Was eine Stelle kostet"),
        gettext_lazy("Vom Tabellenentgelt zu den Kosten des Arbeitgebers: Stufen, Zulage, Sonderzahlung, Beiträge."),
        _READING,
    ),
    HandbookPage(
        "ursachen", gettext_lazy("Warum haben sich die Mehrkosten geändert?"),
        gettext_lazy("Zwei Stände vergleichen; wie ein Unterschied in Ursachen zerfällt, mit Beispiel."), _READING,
    ),
    HandbookPage(
        "eingeben", gettext_lazy("Beträge und Daten eingeben"),
        gettext_lazy("Welche Schreibweisen gelten, welche nicht und warum, und was bei einem Fehler geschieht."),
        _ENTERING,
    ),
    HandbookPage(
        "pflegen", gettext_lazy("Stellen, Kosten und Förderung pflegen"),
        gettext_lazy("Wo die Finanzverwaltung was einträgt, Schritt für Schritt."), _ENTERING,
    ),
    HandbookPage(
        "finanzblock", gettext_lazy("Finanzblock der Vorlage"),
        gettext_lazy("„Finanzielle Auswirkungen“: was berechnet wird, was gefragt wird, und die Dateien."),
        _ENTERING,
    ),
    HandbookPage(
        "seiten", gettext_lazy("Seiten und Rechte"),
        gettext_lazy("Alle Seiten mit ihrer Adresse und wer sie lesen oder ändern darf."), _ENTERING,
    ),
    HandbookPage(
        "vorlage-2021-1121", gettext_lazy("Die Vorlage 2021/1121"),
        gettext_lazy("Der veröffentlichte Wortlaut, jede Zahl daraus nachgerechnet, und wie Unklares behandelt wird."),
        _SOURCE,
    ),
    HandbookPage(
        "annahmen", gettext_lazy("Was hier Annahme ist"),
        gettext_lazy("Alles, was im Gründungsfall nicht belegt ist, mit der Quelle, auf die es sich stützt."), _SOURCE,
    ),
    HandbookPage(
        "schnittstelle", gettext_lazy("Zahlen per Schnittstelle abrufen"),
        gettext_lazy("REST: Adressen, Token, Beispiele mit curl, CSV, ETag und Fehler."), _RUNNING,
    ),
    HandbookPage(
        "betrieb", gettext_lazy("Betrieb"),
        gettext_lazy("Befehle, Umgebungsvariablen und der Produktivbetrieb."), _RUNNING,
    ),
    HandbookPage(
        "glossar", gettext_lazy("Glossar"),
        gettext_lazy("Die Begriffe des Haushalts- und Förderrechts, wie sie hier gemeint sind."), _MORE,
    ),
    HandbookPage(
        "barrierefreiheit", gettext_lazy("Barrierefreiheit"),
        gettext_lazy("Was geprüft wurde, wie, und was noch nicht gut genug ist."), _MORE,
    ),
)  # fmt: skip


def routes(contexts: Mapping[str, Context]) -> list[URLPattern]:
    """Return the routes below ``/handbuch/``; ``contexts`` says by slug what a page shows beside its text."""
    known = {"eingeben": examples, "glossar": glossary_context, **contexts}

    @require_safe
    def show(request: HttpRequest, slug: str) -> HttpResponse:
        return _show(request, slug, known.get(slug, dict))

    return [
        path("", index, name="handbook"),
        *(path(f"{slug}/", show, {"slug": slug}, name=name) for slug, name in OWN_ROUTES.items()),
        path("<slug:slug>/", show, name=ROUTE),
    ]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the table of contents."""
    groups = [(group, list(pages)) for group, pages in groupby(PAGES, lambda page: page.group)]
    crumbs = [(_("Start"), reverse("start")), (_("Handbuch"), "")]
    return render(request, "handbook/index.html", {"groups": groups, "crumbs": crumbs})


def _show(request: HttpRequest, slug: str, context: Context) -> HttpResponse:
    place = next((number for number, page in enumerate(PAGES) if page.slug == slug), None)
    if place is None:
        raise Http404
    page = PAGES[place]
    frame = {
        "page": page,
        "previous": PAGES[place - 1] if place else None,
        "next": PAGES[place + 1] if place + 1 < len(PAGES) else None,
        "crumbs": [(_("Start"), reverse("start")), (_("Handbuch"), reverse("handbook")), (str(page.title), "")],
    }
    return render(request, page.template, {**frame, **context()})


# --- Glossary -------------------------------------------------------------------------------------------------------


class TermStatus(StrEnum):
    """Whether the English names of a term stand in the code; as the file has it, in German."""

    PRESENT = "vorhanden"
    PLANNED = "geplant"
    TERM_ONLY = "nur Begriff"
    AVOIDED = "vermieden"


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the field, what it is called in code and API, and what it means to the reader."""

    german: str
    english: tuple[str, ...]
    status: TermStatus
    explanation: str

    @property
    def anchor(self) -> str:
        """The part of the address that leads to it."""
        return f"begriff-{slugify(_ascii(self.german))}"

    @property
    def is_planned(self) -> bool:
        """Whether the code does not have it yet."""
        return self.status is TermStatus.PLANNED


@lru_cache(maxsize=1)
def glossary() -> tuple[Term, ...]:
    """Return the terms in German order; the file belongs to the code, so it is read once per process."""
    with GLOSSARY_FILE.open(encoding="utf-8", newline="") as stream:
        terms = [
            Term(
                row["german"],
                tuple(name for name in row["english_in_code"].split(", ") if name),
                TermStatus(row["status"]),
                row["explanation"],
            )
            for row in csv.DictReader(stream, strict=True)
        ]
    return tuple(sorted(terms, key=lambda term: (_unaccented(term.german), term.german)))


def glossary_context() -> Mapping[str, object]:
    """Return the terms by initial."""
    initial = groupby(glossary(), lambda term: _unaccented(term.german)[0].upper())
    return {"letters": [(letter, list(terms)) for letter, terms in initial]}


def _ascii(text: str) -> str:
    """Write umlauts as addresses do: Träger becomes traeger."""
    for sign, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        text = text.lower().replace(sign, letters)
    return text.replace("ß", "ss")


def _unaccented(text: str) -> str:
    """Order as German dictionaries do (DIN 5007-1): ä beside a, ß as ss."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


# --- Examples of input: what the parsers really answer --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InputExample:
    """What somebody types, and what the form makes of it: a value, or a refusal in its own words."""

    typed: str
    value: str
    refusal: str


_AMOUNTS = (
    "913.257,24", "913257,24", "49.000", "49000", "1.234,5", "22.500,00 €", "0",
    "55.0000", "12.34", "1,234.56", "1e5", "NaN", "-0", "12,345", "1.000.000.000.000",
)  # fmt: skip
_DAYS = ("31.12.2022", "1.1.2022", "29.02.2024", "31.02.2022", "29.02.2022", "2022-12-31", "31.12.22", "31.12.1999")
_SHARES = ("0,75", "1", "0,5", "0,3333", "0.75", "75 %", "1/2", "0,33333")


def examples() -> Mapping[str, object]:
    """Return examples of input with the answers of the parsers, so that the page cannot promise anything else."""
    return {
        "amounts": [_example(typed, parse_amount, formatting.euro) for typed in _AMOUNTS],
        "days": [_example(typed, parse_date, formatting.date) for typed in _DAYS],
        "shares": [_example(typed, parse_fte, _share) for typed in _SHARES],
    }


def _example(typed: str, parse: Callable[[str], Any], write: Callable[[Any], str]) -> InputExample:
    try:
        return InputExample(typed, write(parse(typed)), "")
    except KimError as error:
        return InputExample(typed, "", error.message)


def _share(value: Decimal) -> str:
    return _("%(share)s einer Vollzeitstelle") % {"share": formatting.fte(value)}
