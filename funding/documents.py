"""The document of a frozen version: canonical JSON text under a seal, and what is read from it first.

It holds all that a paper rests on: the rows as they were read (``inputs``), every figure of every planning year and
scenario with its derivation (``figures``), which paper it served, who froze it and when. Text and seal are made once;
whoever has the text can compute the seal again: SHA-256 of the UTF-8 bytes.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from funding.calculation.document import Years, figures_to_json
from funding.facts import PaperOfVersion, VersionFacts
from kim.errors import FigureError

Json = dict[str, Any]

# Raised when the shape of the document changes; documents of every earlier number stay readable.
SCHEMA = 1
# Rows that joined the inputs after the first documents were kept; what was frozen before has none of them.
LATER_ROWS = (
    "position_bases", "pay_rises", "pay_rates", "step_durations", "allowances", "annual_bonuses", "insurance_rates",
    "supplementary_pensions",
)  # fmt: skip


def compose(inputs: Json, years: Years, version: Json, paper: Json | None) -> Json:
    """Return the document; ``inputs`` are the rows of the snapshot.

    Readers see the office that entered a value, never the account, so the numbers of accounts stay behind.
    """
    return {
        "schema": SCHEMA,
        "version": version,
        "paper": paper,
        "inputs": _without_accounts(inputs),
        "figures": figures_to_json(years),
    }


def _without_accounts(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_accounts(one) for one in value]
    if isinstance(value, dict):
        return {
            name: one is not None if name == "entered_by" else _without_accounts(one) for name, one in value.items()
        }
    return value


def canonical(document: Mapping[str, Any]) -> str:
    """Return the one text of a document: keys in order, no blanks, no escapes, no number with a point."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    parse(text)
    return text


def inputs_of(document: Mapping[str, Any]) -> Json:
    """Return the rows of a document, with none for those that it did not know yet."""
    return {**{name: [] for name in LATER_ROWS}, **document["inputs"]}


def seal_of(text: str) -> str:
    """Return the SHA-256 of the text."""
    return hashlib.sha256(text.encode()).hexdigest()


def parse(text: str) -> Json:
    """Read a document; raises ``FigureError`` for text that is none, and for a number that would be read as a float."""
    try:
        document = json.loads(text, parse_float=_refuse_number, parse_constant=_refuse_number)
        schema = document["schema"]
    except (KeyError, RecursionError, TypeError, ValueError) as error:
        message = _("Das festgeschriebene Dokument ist unlesbar: %(error)s") % {"error": repr(error)[:200]}
        raise FigureError(message) from error
    if schema != SCHEMA:
        message = _("Das Dokument hat das Schema %(schema)s; gelesen wird Schema %(known)s.") % {
            "schema": str(schema)[:20], "known": SCHEMA,
        }  # fmt: skip
        raise FigureError(message)
    return dict(document)


def facts_of(document: Mapping[str, Any], *, seal: str, digest: str) -> VersionFacts:
    """Return what a document says of itself; raises ``FigureError`` where it says nothing."""
    try:
        version, paper = document["version"], document["paper"]
        return VersionFacts(
            number=version["number"],
            name=version["name"],
            note=version["note"],
            corrects=version["corrects"],
            paper=None
            if paper is None
            else PaperOfVersion(
                paper["number"], paper["slug"], paper["title"], date.fromisoformat(paper["paper_date"])
            ),
            frozen_at=datetime.fromisoformat(version["frozen_at"]),
            frozen_by=version["frozen_by"],
            seal=seal,
            digest=digest,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        message = _("Das festgeschriebene Dokument ist unlesbar: %(error)s") % {"error": repr(error)[:200]}
        raise FigureError(message) from error


def _refuse_number(text: str) -> Any:
    message = f"{text} ist keine ganze Zahl"
    raise ValueError(message)
