"""Reading frozen versions: by number, as a list, and as the state of a programme that no live row can move.

Whether the text still is the one that was frozen is asked of the database each time a version is read; the text itself
is fetched and read once per process, under the seal of what stands there.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import CharField, F, Func, QuerySet
from django.utils.translation import gettext as _

from funding.calculation.document import FrozenFigures
from funding.documents import facts_of, inputs_of, parse, seal_of
from funding.models import ForecastVersion
from funding.selectors import ProgrammeState, state_from
from kim.errors import FigureError, KimError, RuleError

MOST_DIGITS = 6
MOST_VERSIONS = 10**MOST_DIGITS - 1


class Digest(Func):
    """The SHA-256 of a text column, computed where the text stands."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = CharField()


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version as a list shows it: what its row says, and the seal of the text as it stands there now."""

    pk: int
    number: int
    name: str
    note: str
    paper_number: str | None
    paper_slug: str | None
    paper_title: str | None
    corrects: int | None
    corrected_by: int | None
    frozen_at: datetime
    schema: int
    seal: str
    digest: str

    @property
    def is_sealed(self) -> bool:
        """Whether the text is the one that was frozen."""
        return self.seal == self.digest

    def __str__(self) -> str:
        """Return number and name."""
        return _("Fassung %(number)s: %(name)s") % {"number": self.number, "name": self.name}


@dataclass(frozen=True, slots=True)
class VersionName:
    """A version as a choice."""

    number: int
    name: str

    def __str__(self) -> str:
        """Return number and name."""
        return _("Fassung %(number)s: %(name)s") % {"number": self.number, "name": self.name}


def version_names(programme: str) -> list[VersionName]:
    """Return the versions of a programme, newest first. One statement."""
    rows = ForecastVersion.objects.filter(programme__slug=programme).order_by("-number")
    return [VersionName(number, name) for number, name in rows.values_list("number", "name")]


def newest_version(programme: str, paper: str) -> int | None:
    """Return the number of the newest version that was frozen with a paper (short name), None without one."""
    rows = ForecastVersion.objects.filter(programme__slug=programme, paper__slug=paper).order_by("-number")
    return rows.values_list("number", flat=True).first()


def version_rows(programme: str) -> QuerySet[Any]:
    """Return the versions of a programme, newest first, as ``row_of`` takes them; one statement, no document."""
    return (
        ForecastVersion.objects.filter(programme__slug=programme)
        .order_by("-number")
        .annotate(digest=Digest(F("document")))
        .values(
            "pk", "number", "name", "note", "frozen_at", "schema", "seal", "digest",
            paper_number=F("paper__number"), paper_slug=F("paper__slug"), paper_title=F("paper__title"),
            corrected=F("corrects__number"), corrected_by=F("corrections__number"),
        )
    )  # fmt: skip


def row_of(found: dict[str, Any]) -> VersionRow:
    """Return a version of the list."""
    return VersionRow(corrects=found["corrected"], **{key: value for key, value in found.items() if key != "corrected"})


def require_row(programme: str, number: int) -> VersionRow:
    """Return a version of a programme; raises ``RuleError`` for one that does not exist. One statement."""
    found = version_rows(programme).filter(number=number).first()
    if found is None:
        raise unknown_version(str(number))
    return row_of(found)


def require_number(text: str) -> int:
    """Read the number of a version; raises ``RuleError`` for text that is none."""
    if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS and not text.startswith("0"):
        return int(text)
    raise unknown_version(text)


def unknown_version(text: str) -> RuleError:
    """Return the refusal of a version that does not exist."""
    message = _("Die Fassung „%(version)s“ gibt es nicht. Ohne Angabe erscheint der Arbeitsstand.") % {
        "version": text[:60]
    }
    return RuleError(message, field="version", value=text[:60])


def frozen_state(programme: str, number: int) -> ProgrammeState:
    """Return the programme as a version froze it. One statement, and one more where the text was not read yet.

    Raises ``RuleError`` for a version that does not exist, ``FigureError`` for a text that cannot be read any more.
    """
    return state_of_row(require_row(programme, number))


def state_of_row(row: VersionRow) -> ProgrammeState:
    """Return the state that a version froze; raises ``FigureError`` for a text that cannot be read any more."""
    return _state(row.pk, row.seal, row.digest)


@lru_cache(maxsize=64)
def _state(pk: int, seal: str, _digest: str) -> ProgrammeState:
    return state_of_document(document_of(pk), seal)


def document_of(pk: int) -> str:
    """Return the text of a version. One statement."""
    return str(ForecastVersion.objects.values_list("document", flat=True).get(pk=pk))


def state_of_document(text: str, seal: str) -> ProgrammeState:
    """Return the state of a document under the seal it should have; raises ``FigureError`` where it cannot be read."""
    document, digest = parse(text), seal_of(text)
    facts = facts_of(document, seal=seal, digest=digest)
    try:
        state = state_from(inputs_of(document), digest)
        figures = FrozenFigures(document.pop("figures"))
        return replace(state, version=facts, frozen=figures, document=document)
    except KimError:
        raise
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        message = _("Die Eingaben der Fassung sind unlesbar: %(error)s") % {"error": repr(error)[:200]}
        raise FigureError(message) from error
