"""The schema of the API, and the page that shows it."""

from functools import lru_cache
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.types import OpenApiTypes
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from kim.api.errors import Problem, errors_response
from kim.api.schema import Operation
from kim.api.views import ReadView
from kim.roles import may_read


class SchemaView(ReadView):
    """The OpenAPI document."""

    operation = Operation(
        name="schema",
        tag=_("Schnittstelle"),
        summary=_("Beschreibung der Schnittstelle"),
        description=_("Diese Beschreibung als OpenAPI 3.1, für Programme, die daraus einen Client bauen."),
        answer=OpenApiTypes.OBJECT,
        example={"openapi": "3.1.1"},
    )

    def get(self, request: Request) -> Response:  # noqa: ARG002 - read by ``initial``
        """Answer the document; it changes only with the code."""
        return self.respond("", openapi)


@lru_cache(maxsize=1)
def openapi() -> dict[str, Any]:
    """Return the OpenAPI document; built once per process."""
    generator: Any = SchemaGenerator
    document: dict[str, Any] = generator().get_schema(request=None, public=True)
    return document


@csrf_exempt
def docs(request: HttpRequest) -> HttpResponse:
    """Show the schema in the browser, where it can be tried out with the session; strangers are sent to the sign-in."""
    if request.method not in SAFE_METHODS:
        message = str(_("Diese Seite wird nur gelesen (GET)."))
        answer = errors_response(405, [Problem("", "method_not_allowed", message)])
        answer.headers["Allow"] = ", ".join(SAFE_METHODS)
        return answer
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not may_read(request.user):
        raise PermissionDenied
    return render(request, "kim/api_docs.html")
