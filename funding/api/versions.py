"""Frozen versions of a programme: the list, and each with its whole document."""

import json
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from funding.api import examples
from funding.api import version_schemas as schemas
from funding.api.figures import SLUG
from funding.api.query import is_slug, require_seal, require_version, unknown_programme
from funding.models import Programme
from funding.versions import MOST_VERSIONS, VersionRow, document_of, row_of, version_rows
from kim.api import parameters
from kim.api.conditional import strong_etag
from kim.api.pagination import PAGES, page_of
from kim.api.schema import Operation
from kim.api.views import ReadView

NUMBER = parameters.number("number", _("Nummer der Fassung."), most=MOST_VERSIONS)


class VersionsView(ReadView):
    """The versions of a programme, newest first."""

    parameters = PAGES
    operation = Operation(
        name="versions",
        tag=_("Fassungen"),
        summary=_("Fassungen eines Programms"),
        description=_(
            "Festgeschriebene Fassungen, die neueste zuerst, jede mit der Vorlage, der sie dient, und ihrem Siegel "
            "(SHA-256 des Dokuments). „corrects“ nennt die Fassung, die sie berichtigt, „corrected_by“ ihre eigene "
            "Berichtigung. „is_sealed“ ist falsch, wenn jemand das Dokument nach dem Festschreiben verändert hat."
        ),
        answer=schemas.VERSIONS,
        example=examples.VERSIONS,
        path=SLUG,
    )

    def get(self, request: Request, slug: str) -> Response:
        """Answer a page of versions: two statements, whatever their number."""
        found = version_rows(slug)
        count = found.count() if is_slug(slug) else 0
        if not count and not (is_slug(slug) and Programme.objects.filter(slug=slug).exists()):
            raise unknown_programme(slug)
        page = page_of(request, self.query, count, lambda part: [_listed(row_of(one)) for one in found[part]])
        return self.respond(repr(page), lambda: page)


class VersionView(ReadView):
    """One version with its document."""

    operation = Operation(
        name="version",
        tag=_("Fassungen"),
        summary=_("Eine Fassung mit ihrem Dokument"),
        description=_(
            "Das Dokument hält alles fest: „inputs“ (die Zeilen, aus denen gerechnet wurde), „figures“ (alle Zahlen "
            "aller Jahre und Szenarien; „nodes“ sind die Rechenschritte, jeder einmal, „inputs“ eines Schritts die "
            "Nummern derer davor), „paper“ (die Vorlage) und „version“. Das Siegel ist die SHA-256-Prüfsumme des "
            "Dokuments als UTF-8 mit sortierten Schlüsseln, ohne Leerzeichen und Escapes: wer es so schreibt, kann sie "
            "nachrechnen. Das ETag ist stark und ist das Siegel. Hat jemand das Dokument verändert, gibt es die "
            "Fassung nicht mehr (404, „seal_broken“)."
        ),
        answer=schemas.VersionDocumentSerializer,
        example=examples.VERSION,
        path=(*SLUG, NUMBER),
    )

    def get(self, request: Request, slug: str, number: int) -> Response:  # noqa: ARG002 - read by ``initial``
        """Answer the version under its seal."""
        row = require_version(slug, number)
        require_seal(row)
        return self.respond_with(strong_etag(row.seal), lambda: _whole(row))


def _listed(row: VersionRow) -> dict[str, Any]:
    paper = {"number": row.paper_number, "slug": row.paper_slug, "title": row.paper_title}
    return {
        "number": row.number,
        "name": row.name,
        "note": row.note,
        "paper": paper if row.paper_number is not None else None,
        "corrects": row.corrects,
        "corrected_by": row.corrected_by,
        "frozen_at": row.frozen_at.isoformat(),
        "schema": row.schema,
        "seal": row.seal,
        "is_sealed": row.is_sealed,
    }


def _whole(row: VersionRow) -> dict[str, Any]:
    """Return what never changes: everything from the document, nothing from rows of today."""
    document = json.loads(document_of(row.pk))
    paper = document["paper"]
    return {
        **document["version"],
        "paper": None
        if paper is None
        else {
            **{name: paper[name] for name in ("number", "slug", "title", "paper_date")},
            "paper_date_precision": paper.get("date_precision", "day"),
        },
        "schema": document["schema"],
        "seal": row.seal,
        "document": document,
    }
