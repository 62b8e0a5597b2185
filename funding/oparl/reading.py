"""An OParl Paper (1.0 or 1.1) out of a file: strict in what it takes, open about what the file does not say.

Nothing is ever fetched: a meeting that the file names only by its address stays unknown, and the reader is told so.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from funding.models import MeetingRole, PaperKind
from kim.errors import KimError
from kim.years import FIRST_YEAR, LAST_YEAR

MOST_BYTES = 1024 * 1024
MOST_CONSULTATIONS = 100
MOST_NAME, MOST_TITLE, MOST_URL = 160, 300, 300
SHOWN = 80
# Version 1.0 wrote some of its names in lower case.
PAPER_TYPES = frozenset(f"https://schema.oparl.org/{version}/paper" for version in ("1.0", "1.1"))
CONSULTATION_TYPES = frozenset(f"https://schema.oparl.org/{version}/consultation" for version in ("1.0", "1.1"))
# Our own words inside a consultation: what OParl has only behind addresses (see ``funding.oparl.writing``).
OWN = "foerderhaushalt:"
COMMITTEE, MEETING_DATE, IS_PUBLIC = f"{OWN}organizationName", f"{OWN}meetingDate", f"{OWN}public"
TAKEN = frozenset({"id", "type", "body", "reference", "name", "date", "paperType", "web", "consultation", "deleted"})

_NUMBER = re.compile(r"[0-9]{4}/[0-9]{1,6}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)


class OParlError(KimError):
    """A file that is no OParl Paper, or says something impossible; ``problems`` name field and reason."""

    code = "invalid_oparl"

    def __init__(self, message: str, problems: "tuple[Fault, ...]" = ()) -> None:
        """Keep every fault, so that all of them can be mended at once."""
        super().__init__(message)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, at which field of the file, with the value that stands there."""

    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Consultation:
    """A meeting that the paper goes through."""

    committee: str
    meeting_date: date
    role: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class OParlPaper:
    """What a file says of a paper; ``notices`` are what it does not say, or what is not taken from it."""

    number: str
    title: str
    paper_date: date
    is_day_known: bool
    kind: str
    url: str
    consultations: tuple[Consultation, ...]
    notices: tuple[str, ...]


@dataclass(slots=True)
class _Findings:
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def fault(self, where: str, value: object, reason: str) -> None:
        self.faults.append(Fault(where, shown(value), reason))


def read_paper(content: bytes) -> OParlPaper:
    """Read the bytes of a file; raises ``OParlError`` with every fault for one that is no proper OParl Paper."""
    data = _parsed(content)
    found = _Findings()
    if not isinstance(data, dict):
        raise OParlError(_("Die Datei enthält kein OParl-Objekt, sondern %(what)s.") % {"what": kind_of(data)})
    _judge_type(data, found)
    number = _number(data, found)
    title = _text(data, "name", found, most=MOST_TITLE, required=True)
    day, is_day_known = _date(data, number, found)
    paper = OParlPaper(
        number, title, day, is_day_known, _kind(data, found), _url(data, found),
        tuple(_consultations(data.get("consultation"), found)), (),
    )  # fmt: skip
    if found.faults:
        message = _("Die Datei ist keine Vorlage nach OParl, die sich übernehmen lässt.")
        raise OParlError(message, tuple(found.faults))
    ignored = sorted(name for name in data if name not in TAKEN)
    if ignored:
        listed = ", ".join(shown(name) for name in ignored[:20])
        found.notices.append(_("Nicht übernommen, weil dafür hier kein Platz ist: %(names)s.") % {"names": listed})
    return OParlPaper(
        paper.number, paper.title, paper.paper_date, paper.is_day_known, paper.kind, paper.url, paper.consultations,
        tuple(found.notices),
    )  # fmt: skip


# --- JSON, strictly ---------------------------------------------------------------------------------------------------


def _parsed(content: bytes) -> Any:
    if len(content) > MOST_BYTES:
        message = _("Die Datei ist größer als 1 MB. Eine einzelne Vorlage nach OParl hat wenige Kilobyte.")
        raise OParlError(message)
    if not content.strip():
        raise OParlError(_("Die Datei ist leer."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = _("Die Datei ist kein Text in UTF-8 (Byte %(place)s). OParl schreibt UTF-8 vor.") % {
            "place": error.start
        }
        raise OParlError(message) from error
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=str)
    except RecursionError as error:
        raise OParlError(_("Die Datei ist zu tief verschachtelt. OParl braucht nur wenige Ebenen.")) from error
    except json.JSONDecodeError as error:
        message = _("Die Datei ist kein gültiges JSON: Zeile %(line)s, Spalte %(column)s.") % {
            "line": error.lineno, "column": error.colno,
        }  # fmt: skip
        raise OParlError(message) from error
    except ValueError as error:
        # Whole numbers of thousands of digits; OParl has none.
        raise OParlError(_("Die Datei enthält eine Zahl, die zu lang ist.")) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise OParlError(_("„%(name)s“ steht zweimal im selben Objekt.") % {"name": shown(name)})
        found[name] = value
    return found


def _constant(name: str) -> Any:
    raise OParlError(_("„%(name)s“ ist in JSON keine Zahl.") % {"name": name})


# --- Fields of the paper ----------------------------------------------------------------------------------------------


def _judge_type(data: dict[str, Any], found: _Findings) -> None:
    kind = data.get("type")
    if not isinstance(kind, str) or kind.lower() not in PAPER_TYPES:
        reason = _("muss https://schema.oparl.org/1.1/Paper (oder 1.0) sein")
        found.fault("type", kind, reason)
    if data.get("deleted") not in {None, False}:
        found.fault("deleted", data["deleted"], _("die Vorlage ist im Ratsinformationssystem gelöscht"))


def _number(data: dict[str, Any], found: _Findings) -> str:
    number = data.get("reference")
    if isinstance(number, str) and _NUMBER.fullmatch(number):
        return number
    found.fault("reference", number, _("ist die Nummer der Vorlage und hat die Form 2021/1121"))
    return ""


def _date(data: dict[str, Any], number: str, found: _Findings) -> tuple[date, bool]:
    if data.get("date") is not None:
        day = _day(data["date"], "date", found)
        return day or date(FIRST_YEAR, 1, 1), True
    year = int(number[:4]) if number else FIRST_YEAR
    if not FIRST_YEAR <= year <= LAST_YEAR:
        found.fault("reference", number, _("beginnt mit einem Jahr von 2000 bis 2099"))
        year = FIRST_YEAR
    found.notices.append(
        _("Die Datei nennt kein Datum (date); übernommen wird nur das Jahr der Nummer: %(year)s.") % {"year": year}
    )
    return date(year, 1, 1), False


def _day(value: object, where: str, found: _Findings) -> date | None:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            found.fault(where, value, _("diesen Tag gibt es nicht"))
            return None
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
        found.fault(where, value, _("liegt außerhalb der Jahre 2000 bis 2099"))
        return None
    found.fault(where, value, _("ist kein Tag in der Form 2021-11-04"))
    return None


def _kind(data: dict[str, Any], found: _Findings) -> str:
    words = _text(data, "paperType", found, most=MOST_TITLE)
    if not words:
        found.notices.append(_("Die Datei nennt keine Art (paperType); übernommen wird sie als Vorlage."))
    return PaperKind.AMENDMENT if "änderungsantrag" in words.casefold() else PaperKind.PAPER


def _url(data: dict[str, Any], found: _Findings) -> str:
    url = _text(data, "web", found, most=MOST_URL)
    if not url:
        found.notices.append(_("Die Datei nennt keine Adresse im Ratsinformationssystem (web)."))
    elif not is_web_address(url):
        found.fault("web", url, _("ist keine Adresse, die mit http:// oder https:// beginnt"))
    return url


def is_web_address(text: str) -> bool:
    """Whether a text is the address of a page, without blanks and signs that nobody sees."""
    return bool(re.fullmatch(r"https?://[^\s/]+(/\S*)?", text)) and text.isprintable()


def _text(data: dict[str, Any], name: str, found: _Findings, *, most: int, required: bool = False) -> str:
    value = data.get(name)
    if value is None:
        if required:
            found.fault(name, value, _("fehlt"))
        return ""
    return _words(value, name, found, most)


def _words(value: object, where: str, found: _Findings, most: int) -> str:
    if not isinstance(value, str):
        found.fault(where, value, _("muss ein Text sein, ist aber %(what)s") % {"what": kind_of(value)})
        return ""
    words = " ".join(value.split())
    if not words:
        found.fault(where, value, _("ist leer"))
    elif len(words) > most:
        found.fault(where, value, _("ist länger als %(most)s Zeichen") % {"most": most})
    elif not words.isprintable():
        found.fault(where, value, _("enthält Zeichen, die nicht zu sehen sind"))
    else:
        return words
    return ""


# --- Consultations: embedded, or addresses ----------------------------------------------------------------------------


def _consultations(value: object, found: _Findings) -> list[Consultation]:
    if value is None:
        found.notices.append(_("Die Datei nennt keine Beratungsfolge (consultation)."))
        return []
    if not isinstance(value, list):
        found.fault("consultation", value, _("muss eine Liste sein"))
        return []
    if len(value) > MOST_CONSULTATIONS:
        found.fault("consultation", len(value), _("hat mehr als 100 Beratungen"))
        return []
    taken = []
    for index, one in enumerate(value):
        place = f"consultation[{index}]"
        if isinstance(one, str):
            found.notices.append(
                _("Beratung %(number)s steht nur als Adresse in der Datei (%(url)s); geladen wird nichts.")
                % {"number": index + 1, "url": shown(one)}
            )
        elif isinstance(one, dict):
            consultation = _consultation(one, place, index + 1, found)
            taken += [] if consultation is None else [consultation]
        else:
            found.fault(place, one, _("muss ein Objekt oder eine Adresse sein"))
    keys = [(one.committee.casefold(), one.meeting_date) for one in taken]
    if len(set(keys)) < len(keys):
        found.fault("consultation", "", _("nennt dasselbe Gremium zweimal am selben Tag"))
    return taken


def _consultation(data: dict[str, Any], place: str, number: int, found: _Findings) -> Consultation | None:
    kind = data.get("type")
    if kind is not None and (not isinstance(kind, str) or kind.lower() not in CONSULTATION_TYPES):
        found.fault(f"{place}.type", kind, _("muss https://schema.oparl.org/1.1/Consultation (oder 1.0) sein"))
    before = len(found.faults)
    committee = _committee(data, place, found)
    day = _meeting_day(data, place, found)
    role = _role(data, place, found)
    is_public = _is_public(data, place, found)
    if len(found.faults) > before:
        return None
    if not committee or day is None:
        missing = _("das Gremium") if not committee else _("der Tag")
        found.notices.append(
            _("Beratung %(number)s wird nicht übernommen: in der Datei fehlt %(what)s.")
            % {"number": number, "what": _("das Gremium und der Tag") if not committee and day is None else missing}
        )
        return None
    return Consultation(committee, day, role, is_public)


def _committee(data: dict[str, Any], place: str, found: _Findings) -> str:
    """Return the committee's name, out of our own word, the organization, or that of the meeting."""
    if data.get(COMMITTEE) is not None:
        return _words(data[COMMITTEE], f"{place}.{COMMITTEE}", found, MOST_NAME)
    meeting = data.get("meeting")
    places = [(data.get("organization"), f"{place}.organization")]
    if isinstance(meeting, dict):
        places.append((meeting.get("organization"), f"{place}.meeting.organization"))
    for value, where in places:
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, dict) and first.get("name") is not None:
            return _words(first["name"], f"{where}.name", found, MOST_NAME)
    return ""


def _meeting_day(data: dict[str, Any], place: str, found: _Findings) -> date | None:
    if data.get(MEETING_DATE) is not None:
        return _day(data[MEETING_DATE], f"{place}.{MEETING_DATE}", found)
    meeting = data.get("meeting")
    if not isinstance(meeting, dict) or meeting.get("start") is None:
        return None
    where, value = f"{place}.meeting.start", meeting["start"]
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            found.fault(where, value, _("diesen Zeitpunkt gibt es nicht"))
            return None
        # The day as it was in the town hall, wherever the server stands.
        local = moment if moment.tzinfo is None else _or_none(lambda: timezone.localtime(moment))
        if local is not None and FIRST_YEAR <= local.year <= LAST_YEAR:
            return local.date()
        found.fault(where, value, _("liegt außerhalb der Jahre 2000 bis 2099"))
        return None
    return _day(value, where, found)


def _or_none(compute: Callable[[], datetime]) -> datetime | None:
    try:
        return compute()
    except OverflowError:
        return None


def _role(data: dict[str, Any], place: str, found: _Findings) -> str:
    authoritative, role = data.get("authoritative"), data.get("role")
    if authoritative is not None and not isinstance(authoritative, bool):
        found.fault(f"{place}.authoritative", authoritative, _("muss true oder false sein"))
    if role is not None and not isinstance(role, str):
        found.fault(f"{place}.role", role, _("muss ein Text sein"))
        role = None
    decides = authoritative if isinstance(authoritative, bool) else "entscheid" in (role or "").casefold()
    return MeetingRole.DECIDES if decides else MeetingRole.ADVISES


def _is_public(data: dict[str, Any], place: str, found: _Findings) -> bool:
    agenda_item = data.get("agendaItem")
    for value, where in (
        (data.get(IS_PUBLIC), f"{place}.{IS_PUBLIC}"),
        (agenda_item.get("public") if isinstance(agenda_item, dict) else None, f"{place}.agendaItem.public"),
    ):
        if isinstance(value, bool):
            return value
        if value is not None:
            found.fault(where, value, _("muss true oder false sein"))
    return True


def kind_of(value: object) -> str:
    """Say what a JSON value is."""
    kinds = (
        (type(None), _("nichts")), (bool, _("ein Wahrheitswert")), (str, _("ein Text")), (int, _("eine Zahl")),
        (list, _("eine Liste")), (dict, _("ein Objekt")),
    )  # fmt: skip
    return next(words for kind, words in kinds if isinstance(value, kind))


def shown(value: object) -> str:
    """Return a value of the file fit to stand in a sentence."""
    text = "" if value is None else value if isinstance(value, str) else kind_of(value)
    plain = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
    return plain if len(plain) <= SHOWN else plain[: SHOWN - 1] + "…"
