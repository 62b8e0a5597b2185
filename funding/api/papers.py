"""Council papers with their items, what these do to each other, decisions and meetings; and the same as OParl."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response

from funding.api import paper_examples as examples
from funding.api import paper_schemas as schemas
from funding.api.query import PROGRAMME
from funding.models import CouncilPaper, ForecastVersion, ItemLink, LinkKind, Meeting, PaperItem
from funding.oparl.writing import oparl_paper
from funding.resolutions import resolution_of
from kim.api import parameters
from kim.api.errors import ApiError, not_found, shown
from kim.api.pagination import PAGES, page_of
from kim.api.parameters import SLUG_LENGTH
from kim.api.schema import Operation
from kim.api.views import ReadView

SLUG = parameters.slug("slug", gettext_lazy("Kurzname der Vorlage: 2021/1121 heißt „2021-1121“."), "2021-1121")


def _papers() -> QuerySet[CouncilPaper]:
    """Return the papers with all that is shown of them: seven statements, whatever there is."""
    meetings = Prefetch("meetings", Meeting.objects.select_related("committee").order_by("meeting_date", "pk"))
    items = Prefetch("items", PaperItem.objects.select_related("resolution").order_by("number", "pk"))
    does = Prefetch("items__links", ItemLink.objects.select_related("target__paper").order_by("pk"))
    undergoes = Prefetch("items__linked_by", ItemLink.objects.select_related("item__paper").order_by("pk"))
    # Without their documents, which are large.
    versions = Prefetch("versions", ForecastVersion.objects.only("number", "paper_id").order_by("number"))
    return (
        CouncilPaper.objects.select_related("programme", "amendment_to")
        .prefetch_related(items, does, undergoes, meetings, versions, "amendments")
        .order_by("paper_date", "number", "pk")
    )


class PapersView(ReadView):
    """All council papers."""

    parameters = (PROGRAMME, *PAGES)
    operation = Operation(
        name="papers",
        tag=gettext_lazy("Vorlagen"),
        summary=gettext_lazy("Alle Vorlagen"),
        description=gettext_lazy(
            "Nach Datum, jede mit ihren Beschlusspunkten, was diese ändern, erweitern oder aufheben, was darüber "
            "entschieden wurde, und ihrer Beratungsfolge."
        ),
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
        description=gettext_lazy("Mit Beschlusspunkten, ihren Verbindungen und Beschlüssen und der Beratungsfolge."),
        answer=schemas.PaperSerializer,
        example=examples.PAPER,
        path=(SLUG,),
    )

    def get(self, request: Request, slug: str) -> Response:  # noqa: ARG002 - read by ``initial``
        """Answer the paper."""
        data = _json(_found(slug))
        return self.respond(repr(data), lambda: data)


class OParlView(ReadView):
    """One council paper as OParl 1.1."""

    operation = Operation(
        name="paper_oparl",
        tag=gettext_lazy("Vorlagen"),
        summary=gettext_lazy("Eine Vorlage als OParl-Objekt"),
        description=gettext_lazy(
            "Ein Paper nach OParl 1.1. Was hier nicht bekannt ist, fehlt: „web“ ohne Adresse im "
            "Ratsinformationssystem, „date“, wenn nur das Jahr öffentlich ist, „body“, „meeting“ und „organization“, "
            "weil deren OParl-Adressen hier nicht bekannt sind. Gremium, Tag und Öffentlichkeit einer Beratung stehen "
            "deshalb in eigenen Eigenschaften mit dem Vorsatz „foerderhaushalt:“."
        ),
        answer=schemas.OParlPaperSerializer,
        example=examples.OPARL_PAPER,
        path=(SLUG,),
    )

    def get(self, request: Request, slug: str) -> Response:
        """Answer the paper as OParl."""
        found = _found(slug)

        def address(of: str) -> str:
            return request.build_absolute_uri(reverse("api-paper-oparl", args=[of]))

        data = oparl_paper(found, address, request.build_absolute_uri(reverse("api-paper", args=[found.slug])))
        return self.respond(repr(data), lambda: data)


def _found(slug: str) -> CouncilPaper:
    found = _papers().filter(slug=slug).first() if len(slug) <= SLUG_LENGTH else None
    if found is None:
        raise unknown_paper(slug)
    return found


def unknown_paper(slug: str) -> ApiError:
    """Return the refusal of a paper that does not exist."""
    message = _("Die Vorlage „%(slug)s“ gibt es nicht. Alle stehen in /api/v1/papers/.") % {"slug": shown(slug)}
    return not_found(message)


def _json(paper: CouncilPaper) -> dict[str, Any]:
    return {
        "slug": paper.slug,
        "number": paper.number,
        "kind": paper.kind,
        "title": paper.title,
        "programme": paper.programme.slug,
        "paper_date": paper.paper_date.isoformat(),
        "paper_date_precision": paper.date_precision,
        "status": paper.status,
        "originator": paper.originator,
        "file_reference": paper.file_reference,
        "note": paper.note,
        "url": paper.url or None,
        "oparl": reverse("api-paper-oparl", args=[paper.slug]),
        "amendment_to": None if paper.amendment_to is None else paper.amendment_to.slug,
        "amendments": [one.slug for one in paper.amendments.all()],
        "versions": [version.number for version in paper.versions.all()],
        "items": [_item(item) for item in paper.items.all()],
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


def _item(item: PaperItem) -> dict[str, Any]:
    resolution = resolution_of(item)
    return {
        "number": item.number,
        "kind": item.kind,
        "text": item.text,
        "is_verbatim": item.is_verbatim,
        "status": item.status,
        "holds_until": None if item.holds_until is None else item.holds_until.isoformat(),
        "decision": None
        if resolution is None
        else {
            "outcome": resolution.outcome,
            "decided_on": None if resolution.decided_on is None else resolution.decided_on.isoformat(),
            "source": {
                "text": resolution.source, "status": resolution.source_status, "note": resolution.note,
            },
        },
        **{
            kind: [_end(link, link.target) for link in item.links.all() if link.kind == kind]
            for kind in LinkKind.values
        },
        **{
            PASSIVE[kind]: [_end(link, link.item) for link in item.linked_by.all() if link.kind == kind]
            for kind in LinkKind.values
        },
    }  # fmt: skip


PASSIVE = {"amends": "amended_by", "extends": "extended_by", "repeals": "repealed_by"}


def _end(link: ItemLink, other: PaperItem) -> dict[str, Any]:
    """Return one end of a link; a draft that would repeal something is not effective."""
    return {
        "paper": other.paper.slug,
        "number": other.paper.number,
        "item": other.number,
        "is_effective": link.is_effective,
        "status": link.source_status,
    }
