"""A paper as OParl 1.1. What is not known is left out; nothing is made up to fill a field.

OParl names meeting, agenda item, committee and body only by their addresses in a council information system. Those
are not known here, so committee and day of a consultation stand in properties of our own, as OParl provides for it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Max, Min, Q
from django.utils import timezone

from funding.history import event_model
from funding.models import CouncilPaper, MeetingRole
from funding.oparl.reading import COMMITTEE, IS_PUBLIC, MEETING_DATE, OWN

VERSION = "https://schema.oparl.org/1.1"
Address = Callable[[str], str]


def oparl_paper(paper: CouncilPaper, address: Address, page: str) -> dict[str, Any]:
    """Return a paper as OParl; ``address`` gives that of the object with a slug, ``page`` is that of our own object.

    The paper comes with items, links, meetings and motions prefetched; one more statement says since when it is here.
    """
    own = address(paper.slug)
    found: dict[str, Any] = {
        "id": own,
        "type": f"{VERSION}/Paper",
        "name": paper.title,
        "reference": paper.number,
        "paperType": paper.get_kind_display(),
    }
    if paper.is_day_known:
        found["date"] = paper.paper_date.isoformat()
    if paper.amendment_to is not None:
        found["superordinatedPaper"] = [address(paper.amendment_to.slug)]
    for name, slugs in (
        ("subordinatedPaper", [one.slug for one in paper.amendments.all()]),
        ("relatedPaper", related(paper)),
    ):
        if slugs:
            found[name] = [address(slug) for slug in slugs]
    found["consultation"] = [
        {
            "id": f"{own}#beratung-{meeting.pk}",
            "type": f"{VERSION}/Consultation",
            "authoritative": meeting.role == MeetingRole.DECIDES,
            "role": meeting.get_role_display(),
            COMMITTEE: meeting.committee.name,
            MEETING_DATE: meeting.meeting_date.isoformat(),
            IS_PUBLIC: meeting.is_public,
        }
        for meeting in paper.meetings.all()
    ]
    if paper.url:
        found["web"] = paper.url
    return {**found, **_moments(paper), f"{OWN}status": paper.status, f"{OWN}paper": page}


def related(paper: CouncilPaper) -> list[str]:
    """Return the slugs of papers that items of this one change, or that change items of this one, each once."""
    slugs = [
        slug
        for item in paper.items.all()
        for slug in (
            *(link.target.paper.slug for link in item.links.all()),
            *(link.item.paper.slug for link in item.linked_by.all()),
        )
    ]
    return sorted(set(slugs))


def _moments(paper: CouncilPaper) -> dict[str, str]:
    """Say since when the paper is here and when it was changed last, as the history has it."""
    events = event_model(CouncilPaper).objects.filter(Q(pgh_obj_id=paper.pk))
    times = events.aggregate(created=Min("pgh_created_at"), modified=Max("pgh_created_at"))
    return {name: _iso(moment) for name, moment in times.items() if moment is not None}


def _iso(moment: datetime) -> str:
    return timezone.localtime(moment).replace(microsecond=0).isoformat()
