"""Deadlines as a calendar file (RFC 5545): whole days, known ones only, each with a number that never changes."""

import unicodedata
from collections.abc import Iterable
from datetime import UTC, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from funding.deadlines import Entry
from kim.models import STATUS_CHOICES

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT_ID = "-//Förderhaushalt//Fristen//DE"


def calendar_file(entries: Iterable[Entry], *, name: str, url: str) -> bytes:
    """Return the calendar ``name`` with an all-day event for each entry that has a day; ``url`` is their page.

    The same entries give the same bytes: the stamp of an event is when its row last changed, not when it was read.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT_ID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", plain(name))
    calendar.add("x-wr-timezone", "Europe/Berlin")
    for entry in entries:
        if entry.day is not None:
            calendar.add_component(_event(entry, name, url))
    content: bytes = calendar.to_ical()
    return content


def _event(entry: Entry, name: str, url: str) -> Event:
    event = Event()
    stamp = entry.changed_at.astimezone(UTC)
    event.add("uid", entry.uid)
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("summary", plain(f"{entry.label}: {entry.text}"))
    if entry.day is not None:
        event.add("dtstart", entry.day)
        # The end of a whole day is the day after it (RFC 5545, 3.6.1).
        event.add("dtend", entry.day + timedelta(days=1))
    event.add("categories", [plain(entry.label)])
    event.add("description", plain(_description(entry, name)))
    event.add("url", url)
    # A deadline takes nobody's time: it must not show the day as busy.
    event.add("transp", "TRANSPARENT")
    return event


def _description(entry: Entry, name: str) -> str:
    proof = dict(STATUS_CHOICES).get(entry.status, entry.status)
    lines = [name, _("Quelle: %(source)s (%(proof)s)") % {"source": entry.source, "proof": proof}]
    if entry.note:
        lines.append(_("Anmerkung: %(note)s") % {"note": entry.note})
    return "\n".join(lines)


def plain(text: str) -> str:
    """Return a text without signs that no calendar may have: controls but the line end, lone halves of characters."""
    return "".join(
        sign if sign == "\n" or unicodedata.category(sign)[0] != "C" else " " for sign in text.replace("\r\n", "\n")
    )
