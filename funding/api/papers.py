"""Council papers with their items and the meetings they go through."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response

from funding.api import examples, schemas
from funding.api.query import PROGRAMME
from funding.models import CouncilPaper, Meeting
from kim.api import parameters
from kim.api.errors import not_found, shown
from kim.api.pagination import PAGES, page_of
from kim.api.parameters import SLUG_LENGTH
from kim.api.schema import Operation
from kim.api.views import ReadView

SLUG = parameters.slug("slug", gettext_lazy("Kurzname der Vorlage: 2021/1121 heißt „2021-1121“."), "2021-1121")


def _papers() -> QuerySet[CouncilPaper]:
    """Return the papers with all that is shown of them: three statements, whatever there is."""
    meetings = Prefetch("meetings", Meeting.objects.select_related("committee").order_by("meeting_date", "pk"))
    return (
        CouncilPaper.objects.select_related("programme")
        .prefetch_related("items", meetings)
        .order_by("paper_date", "number", "pk")
    )


class PapersView(ReadView):
    """All council papers."""

    parameters = (PROGRAMME, *PAGES)
    operation = Operation(
        name="papers",
        tag=gettext_lazy("Vorlagen"),
        summary=gettext_lazy("Alle Vorlagen"),
        description=gettext_lazy("Nach Datum, jede mit ihren Beschlusspunkten und ihrer Beratungsfolge."),
        answer=schemas.PAPERS,
        example=examples.PAPERS,
    )

    def get(self, request: Request) -> Response:
        """Answer a page of papers."""
        found = _papers()
        if "programme" in self.query:
            found = found.filter(programme__slug=self.query["programme"])
        page = page_of(request, self.query, found.count(), lambda part: list(map(_json, found[part])))
        return self.respond(repr(page), lambda: page)


class PaperView(ReadView):
    """One council paper."""

    operation = Operation(
        name="paper",
        tag=gettext_lazy("Vorlagen"),
        summary=gettext_lazy("Eine Vorlage"),
        description=gettext_lazy("Mit Beschlusspunkten und Beratungsfolge."),
        answer=schemas.PaperSerializer,
        example=examples.PAPER,
        path=(SLUG,),
    )

    def get(self, request: Request, slug: str) -> Response:  # noqa: ARG002 - read by ``initial``
        """Answer the paper."""
        found = _papers().filter(slug=slug).first() if len(slug) <= SLUG_LENGTH else None
        if found is None:
            message = _("Die Vorlage „%(slug)s“ gibt es nicht. Alle stehen in /api/v1/papers/.") % {"slug": shown(slug)}
            raise not_found(message)
        data = _json(found)
        return self.respond(repr(data), lambda: data)


def _json(paper: CouncilPaper) -> dict[str, Any]:
    return {
        "slug": paper.slug,
        "number": paper.number,
        "title": paper.title,
        "programme": paper.programme.slug,
        "paper_date": paper.paper_date.isoformat(),
        "status": paper.status,
        "url": paper.url or None,
        "items": [
            {"number": item.number, "kind": item.kind, "text": item.text, "status": item.status}
            for item in paper.items.all()
        ],
        "meetings": [
            {
                "committee": meeting.committee.name,
                "meeting_date": meeting.meeting_date.isoformat(),
                "role": meeting.role,
                "is_public": meeting.is_public,
            }
            for meeting in paper.meetings.all()
        ],
    }
