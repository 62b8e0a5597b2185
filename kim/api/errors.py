"""One shape of errors: ``{"errors": [{"field": ..., "code": ..., "message": ...}]}``."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler as default_handler

from kim.errors import KimError

Entry = dict[str, str]


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer every expected error in the one shape; a refusal of the core is a 400 with its sentence."""
    if isinstance(error, KimError):
        field = str(error.data.get("field", ""))
        return Response(
            {"errors": [{"field": field, "code": error.code, "message": error.message}]},
            status=status.HTTP_400_BAD_REQUEST,
        )
    if isinstance(error, Http404):
        error = exceptions.NotFound(str(error) or None) if error.args else exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = default_handler(error, context)
    if response is not None and isinstance(error, exceptions.APIException):
        response.data = {"errors": list(_entries(error.get_full_details()))}
    return response


def _entries(details: Any, field: str = "") -> Iterator[Entry]:
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield {"field": field, "code": str(details["code"]), "message": str(details["message"])}
    elif isinstance(details, dict):
        for name, below in details.items():
            yield from _entries(below, f"{field}.{name}" if field else str(name))
    else:
        for below in details:
            yield from _entries(below, field)
