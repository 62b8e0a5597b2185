"""One shape of errors: ``{"errors": [{"field": ..., "code": ..., "message": ...}]}``.

What is misspelt, repeated or contradictory answers 400; what is well formed but names something that does not exist
(programme, year outside the plan, scenario, version, page) answers 404.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from kim.errors import KimError, ServiceUnavailableError

log = logging.getLogger(__name__)

NOT_FOUND = "not_found"
INVALID = "invalid"

# Enough of a value to recognise it; a refusal never sends a megabyte back.
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: the parameter (empty for the request as a whole), a code for programs, a German sentence."""

    field: str
    code: str
    message: str


class ApiError(exceptions.APIException):
    """A refusal with its status and everything that is wrong at once."""

    def __init__(self, status_code: int, problems: Sequence[Problem]) -> None:
        """Keep the problems as they are; nothing else says what happened."""
        super().__init__()
        self.status_code = status_code
        self.problems = tuple(problems)


def bad_request(message: str, *, field: str, code: str) -> ApiError:
    """Return the refusal of a request that cannot be read as it stands."""
    return ApiError(status.HTTP_400_BAD_REQUEST, [Problem(field, code, message)])


def not_found(message: str, *, field: str = "") -> ApiError:
    """Return the refusal of a request for something that does not exist."""
    return ApiError(status.HTTP_404_NOT_FOUND, [Problem(field, NOT_FOUND, message)])


def shown(value: str) -> str:
    """Return the beginning of a value that can be printed: no control characters, no change of direction."""
    start = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in value[:SHOWN])
    return start + "…" if len(value) > SHOWN else start


def errors_json(problems: Sequence[Problem]) -> dict[str, list[dict[str, str]]]:
    """Return the one shape."""
    return {"errors": [asdict(problem) for problem in problems]}


def errors_response(status_code: int, problems: Sequence[Problem]) -> JsonResponse:
    """Answer in the one shape where no REST view stands (unknown addresses, health)."""
    return JsonResponse(
        errors_json(problems), status=status_code, json_dumps_params={"ensure_ascii": False},
        content_type="application/json; charset=utf-8",
    )  # fmt: skip


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer every expected error in the one shape; anything else stays a 500 of Django."""
    found = _known(error, context)
    if found is None:
        return None
    # What only reads has no transaction of its own, and must not undo that of its caller.
    if not getattr(context["view"], "only_reads", False):
        set_rollback()
    headers = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return Response(errors_json(found.problems), status=found.status_code, headers=headers)


def _known(error: Exception, context: dict[str, Any]) -> ApiError | None:
    """Return the refusal that ``error`` stands for, None for a mistake of ours."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, (OperationalError, InterfaceError, ServiceUnavailableError)):
        log.error("database not available", exc_info=error)
        message = _("Die Datenbank antwortet gerade nicht. Bitte versuchen Sie es in einer Minute noch einmal.")
        return ApiError(status.HTTP_503_SERVICE_UNAVAILABLE, [Problem("", "unavailable", message)])
    if isinstance(error, KimError):
        return bad_request(error.message, field=str(error.data.get("field", "")), code=error.code)
    if isinstance(error, Http404):
        return not_found(str(error) or _("Unter dieser Adresse gibt es nichts."))
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    return _of_framework(error, context) if isinstance(error, exceptions.APIException) else None


def _of_framework(error: exceptions.APIException, context: dict[str, Any]) -> ApiError:
    """Return what REST framework itself refuses, in our words."""
    match error:
        case exceptions.MethodNotAllowed():
            method = shown(str(context["request"].method))
            message = _(
                "%(method)s ist hier nicht möglich: Zahlen werden über REST nur gelesen (GET, HEAD, OPTIONS)."
            ) % {"method": method}
            problems = [Problem("", "method_not_allowed", message)]
        case exceptions.NotAcceptable():
            kinds = ", ".join(renderer.media_type for renderer in context["view"].get_renderers())
            message = _("In dem verlangten Format gibt es hier keine Antwort. Möglich ist: %(kinds)s.") % {
                "kinds": kinds
            }
            problems = [Problem("Accept", "not_acceptable", message)]
        case exceptions.NotAuthenticated():
            message = _(
                "Es fehlt ein Zugang. Senden Sie „Authorization: Token …“ mit einem Token, "
                "den Sie auf der Seite „Zugänge und API“ angelegt haben."
            )
            problems = [Problem("Authorization", "not_authenticated", message)]
        case _:
            problems = list(_problems(error.get_full_details()))
    return ApiError(error.status_code, problems)


def _problems(details: Any, field: str = "") -> Iterator[Problem]:
    """Flatten the details of REST framework: nested by field, each with message and code."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield Problem(field, str(details["code"]), str(details["message"]))
    elif isinstance(details, dict):
        for name, below in details.items():
            yield from _problems(below, f"{field}.{name}" if field else str(name))
    else:
        for below in details:
            yield from _problems(below, field)
