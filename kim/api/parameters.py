"""Query parameters: declared once per view, read strictly, described in the schema from the same declaration.

A parameter that is unknown, repeated, empty or misspelt is refused by name. Ignoring it would answer a question that
nobody asked, with figures that look right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kim.api.errors import INVALID, ApiError, Problem, shown
from kim.errors import KimError, PeriodError
from kim.years import FIRST_YEAR, LAST_YEAR, require_year

if TYPE_CHECKING:
    from django.http import QueryDict
    from django_stubs_ext import StrOrPromise as Text

Query = Mapping[str, Any]

MOST_PROBLEMS = 20
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SLUG_LENGTH = 60
SLUG_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter: its name, what it means (German), its OpenAPI schema, and how its text is read.

    ``read`` raises ``KimError`` with a German sentence for a text that it does not understand. Without a ``required``
    one the request is refused.
    """

    name: str
    description: Text
    schema: Mapping[str, Any]
    read: Callable[[str], Any]
    example: str = ""
    required: bool = False


def read_query(query: QueryDict, declared: Sequence[Parameter]) -> dict[str, Any]:
    """Return the given parameters by name, parsed. Raises ``ApiError`` (400) naming everything that is wrong."""
    known = {parameter.name: parameter for parameter in declared}
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, texts in query.lists():
        parameter = known.get(name)
        if parameter is None:
            problems.append(Problem(shown(name), "unknown_parameter", _unknown(name, known)))
        elif len(texts) > 1:
            message = _("„%(name)s“ steht mehrmals in der Anfrage. Bitte nur einmal angeben.") % {"name": name}
            problems.append(Problem(name, "repeated_parameter", message))
        else:
            try:
                values[name] = parameter.read(texts[0])
            except KimError as error:
                problems.append(Problem(name, INVALID, error.message))
    given = set(query)
    for parameter in declared:
        if parameter.required and parameter.name not in given:
            message = _("„%(name)s“ fehlt: %(description)s") % {
                "name": parameter.name, "description": parameter.description,
            }  # fmt: skip
            problems.append(Problem(parameter.name, "missing_parameter", message))
    if problems:
        raise ApiError(400, problems[:MOST_PROBLEMS])
    return values


def _unknown(name: str, known: Mapping[str, Parameter]) -> str:
    if not known:
        return _("„%(name)s“ gibt es hier nicht: diese Adresse hat keine Parameter.") % {"name": shown(name)}
    return _("„%(name)s“ gibt es hier nicht. Möglich ist: %(known)s.") % {
        "name": shown(name), "known": ", ".join(known),
    }  # fmt: skip


def year(name: str, description: Text) -> Parameter:
    """Return a fiscal year: four ASCII digits, 2000 to 2099."""

    def read(text: str) -> int:
        # Five digits and more are no year, and would only grow the message.
        if text.isascii() and text.isdigit() and len(text) == len(str(LAST_YEAR)):
            return require_year(int(text))
        message = _("„%(value)s“ ist kein Haushaltsjahr. Bitte ein Jahr von %(first)d bis %(last)d angeben.") % {
            "value": shown(text), "first": FIRST_YEAR, "last": LAST_YEAR,
        }  # fmt: skip
        raise PeriodError(message)

    return Parameter(name, description, {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}, read)


def number(name: str, description: Text, *, most: int) -> Parameter:
    """Return a whole number from 1 on, without leading zeros."""

    def read(text: str) -> int:
        is_number = text.isascii() and text.isdigit() and not text.startswith("0") and len(text) <= len(str(most))
        if is_number and int(text) <= most:
            return int(text)
        message = _("„%(value)s“ ist keine ganze Zahl von 1 bis %(most)d.") % {"value": shown(text), "most": most}
        raise KimError(message)

    return Parameter(name, description, {"type": "integer", "minimum": 1, "maximum": most}, read)


def decimal(name: str, description: Text, *, most: Decimal, decimals: int, positive: bool = False) -> Parameter:
    """Return a number with a point and at most ``decimals`` places, from 0 (or above it) to ``most``."""
    digits = len(str(int(most)))
    form = re.compile(rf"(?:0|[1-9][0-9]{{0,{digits - 1}}})(?:\.[0-9]{{1,{decimals}}})?")

    def read(text: str) -> Decimal:
        if text.isascii() and form.fullmatch(text) and Decimal(text) <= most and (Decimal(text) or not positive):
            return Decimal(text)
        message = _("„%(value)s“ ist keine Zahl %(least)s bis %(most)s mit höchstens %(decimals)d Stellen.") % {
            "value": shown(text), "least": _("über 0") if positive else _("von 0"), "most": most, "decimals": decimals,
        }  # fmt: skip
        raise KimError(message)

    schema = {"type": "string", "pattern": f"^{form.pattern}$"}
    return Parameter(name, description, schema, read)


def day(name: str, description: Text) -> Parameter:
    """Return a day after ISO 8601 (``2023-10-01``), 2000 to 2099."""

    def read(text: str) -> date:
        message = _("„%(value)s“ ist kein Tag. Bitte so angeben: 2023-10-01.") % {"value": shown(text)}
        if not (text.isascii() and ISO_DAY.fullmatch(text)):
            raise PeriodError(message)
        try:
            found = date.fromisoformat(text)
        except ValueError as error:
            raise PeriodError(message) from error
        require_year(found.year)
        return found

    return Parameter(name, description, {"type": "string", "format": "date"}, read)


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text is of this form; a line end at its end does not pass."""
    return re.fullmatch(pattern, text) is not None


def slug(name: str, description: Text, example: str) -> Parameter:
    """Return a short name of a row: ASCII letters, digits, hyphen, underscore."""

    def read(text: str) -> str:
        if 0 < len(text) <= SLUG_LENGTH and SLUG_SIGNS.issuperset(text):
            return text
        message = _("„%(value)s“ ist kein Kurzname. Ein Beispiel: %(example)s.") % {
            "value": shown(text), "example": example,
        }  # fmt: skip
        raise KimError(message)

    schema = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$", "minLength": 1, "maxLength": SLUG_LENGTH}
    return Parameter(name, description, schema, read, example)


def choice(name: str, description: Text, *values: str) -> Parameter:
    """Return one of a few words."""

    def read(text: str) -> str:
        if text in values:
            return text
        message = _("„%(value)s“ ist nicht möglich. Erlaubt ist: %(values)s.") % {
            "value": shown(text), "values": ", ".join(values),
        }  # fmt: skip
        raise KimError(message)

    return Parameter(name, description, {"type": "string", "enum": list(values)}, read)


def flag(name: str, description: Text) -> Parameter:
    """Return a switch: 1 or 0."""
    words = choice(name, description, "1", "0")
    return Parameter(name, description, words.schema, lambda text: words.read(text) == "1")
