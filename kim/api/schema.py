"""OpenAPI 3.1 from the views: parameters from what they read, answers from what they declare, errors once for all."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from kim.api.renderers import CsvRenderer, JsonRenderer, XlsxRenderer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

    from kim.api.parameters import Parameter
    from kim.api.views import ReadView


@dataclass(frozen=True, slots=True)
class Operation:
    """What the schema says about a view, in German for those who read it.

    ``answer`` describes the JSON (a serializer that is never run, or a basic type), ``path`` the variables of the
    address, ``example`` is a shortened answer, ``table`` the columns of CSV and XLSX where there are
    such, ``files`` the media types of other formats of the same answer.
    """

    name: str
    tag: Text
    summary: Text
    description: Text
    answer: Any
    example: Any
    path: tuple[Parameter, ...] = ()
    table: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def described(name: str, /, **fields: Any) -> type[serializers.Serializer[Any]]:
    """Return a component of the document; its fields may be called what no Python attribute can be (``from``)."""
    return type(f"{name}Serializer", (serializers.Serializer,), fields)


ProblemSerializer = described(
    "Problem",
    field=serializers.CharField(help_text=_("Parameter oder Kopfzeile; leer: die Anfrage als Ganzes.")),
    code=serializers.CharField(help_text=_("Kennung für Programme.")),
    message=serializers.CharField(help_text=_("Satz für Menschen: was falsch ist und was zu tun ist.")),
)
ErrorsSerializer = described("Errors", errors=ProblemSerializer(many=True))

# What each refusal means, with the code and field of an example.
REFUSALS: dict[HTTPStatus, tuple[Text, str, str, Text]] = {
    HTTPStatus.BAD_REQUEST: (
        _("Ein Parameter ist unbekannt, doppelt, unlesbar oder widerspricht einem anderen."),
        "year", "invalid", _("„22“ ist kein Haushaltsjahr. Bitte ein Jahr von 2000 bis 2099 angeben."),
    ),
    HTTPStatus.UNAUTHORIZED: (
        _("Es fehlt ein Zugang, oder der Token gilt nicht (mehr)."),
        "", "authentication_failed", _("Dieser Token gilt nicht: er ist unbekannt, abgelaufen oder widerrufen."),
    ),
    HTTPStatus.FORBIDDEN: (
        _("Das Konto hat keine Rolle, die Zahlen lesen darf."),
        "", "permission_denied",
        _("Dieses Konto hat keine Rolle, die Zahlen lesen darf. Bitte an die Administration wenden."),
    ),
    HTTPStatus.NOT_FOUND: (
        _("Programm, Jahr, Szenario, Fassung, Vorlage oder Seite gibt es nicht."),
        "scenario", "not_found", _("Das Szenario „x“ gibt es nicht. Es gibt: in-force, grant-continues."),
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        _("Über REST wird nur gelesen."),
        "", "method_not_allowed",
        _("POST ist hier nicht möglich: Zahlen werden über REST nur gelesen (GET, HEAD, OPTIONS)."),
    ),
    HTTPStatus.NOT_ACCEPTABLE: (
        _("In dem verlangten Format gibt es keine Antwort."),
        "Accept", "not_acceptable",
        _("In dem verlangten Format gibt es hier keine Antwort. Möglich ist: application/json."),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        _("Die Datenbank antwortet nicht."),
        "", "unavailable",
        _("Die Datenbank antwortet gerade nicht. Bitte versuchen Sie es in einer Minute noch einmal."),
    ),
}  # fmt: skip


class Schema(AutoSchema):
    """Describes a view by its ``operation`` and its ``parameters``."""

    def get_operation_id(self) -> str:
        """Return the name that generated clients use."""
        return self._operation.name

    def get_tags(self) -> list[str]:
        """Return the chapter of the documentation."""
        return [str(self._operation.tag)]

    def get_summary(self) -> str:
        """Return the line in the table of contents."""
        return str(self._operation.summary)

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it
        """Return the explanation, with the columns of the table where there is one."""
        text = str(self._operation.description)
        if self._operation.table:
            text += str(_("\n\nSpalten von CSV und XLSX: {columns}.")).format(columns=", ".join(self._operation.table))
        return text

    def get_override_parameters(self) -> list[Any]:
        """Return what the address, the query and the headers take and give."""
        path = [_described(one, OpenApiParameter.PATH) for one in self._operation.path]
        query = [_described(one, OpenApiParameter.QUERY) for one in self._read_view.parameters]
        known = OpenApiParameter(
            "If-None-Match", str, OpenApiParameter.HEADER,
            description=str(_("ETag der Antwort, die Sie schon haben; ist sie noch aktuell, kommt 304.")),
        )  # fmt: skip
        etag = OpenApiParameter(
            "ETag", str, OpenApiParameter.HEADER, response=[200, 304],
            description=str(_("Kennung der Antwort: schwach beim Arbeitsstand, stark bei einer Fassung.")),
        )  # fmt: skip
        challenge = OpenApiParameter(
            "WWW-Authenticate", str, OpenApiParameter.HEADER, response=[401], description="Token"
        )
        return [*path, *query, known, etag, challenge]

    def get_response_serializers(self) -> Any:
        """Return the answer, 304, and every refusal in the one shape."""
        operation = self._operation
        example = OpenApiExample(operation.name, operation.example, response_only=True)
        responses: dict[tuple[str, ...] | str, Any] = {
            ("200", JsonRenderer.media_type): OpenApiResponse(
                operation.answer, str(_("Die Antwort.")), examples=[example]
            ),
        }
        if operation.table:
            responses["200", CsvRenderer.media_type] = OpenApiTypes.STR
            responses["200", XlsxRenderer.media_type] = OpenApiTypes.BINARY
        for media_type in operation.files:
            is_text = media_type.startswith("text/")
            responses["200", media_type] = OpenApiTypes.STR if is_text else OpenApiTypes.BINARY
        responses["304"] = OpenApiResponse(description=str(_("Die Antwort, die Sie haben, ist noch aktuell.")))
        for code, (meaning, name, kind, message) in REFUSALS.items():
            value = {"errors": [{"field": name, "code": kind, "message": str(message)}]}
            refusal = OpenApiExample(code.phrase, value, response_only=True, status_codes=[str(code.value)])
            responses[str(code.value), JsonRenderer.media_type] = OpenApiResponse(
                ErrorsSerializer, str(meaning), examples=[refusal]
            )
        return responses

    @property
    def _read_view(self) -> ReadView:
        return cast("ReadView", self.view)

    @property
    def _operation(self) -> Operation:
        return self._read_view.operation


def _described(parameter: Parameter, location: Any) -> OpenApiParameter:
    # Only where a value is needed anyway: the page fills examples in, and a scenario nobody chose would answer.
    is_needed = parameter.required or location == OpenApiParameter.PATH
    examples = [OpenApiExample(parameter.example, parameter.example)] if is_needed and parameter.example else []
    return OpenApiParameter(
        parameter.name, dict(parameter.schema), location, required=is_needed,
        description=str(parameter.description), examples=examples,
    )  # fmt: skip


def tidy(result: dict[str, Any], generator: object, request: object, public: bool) -> dict[str, Any]:  # noqa: ARG001, FBT001
    """Say what all operations share only once, and drop what the generator leaves behind for hooks of its own."""
    shared: dict[str, Any] = {}
    for path in result["paths"].values():
        for operation in path.values():
            for code, response in operation["responses"].items():
                if code.isdigit() and int(code) in REFUSALS:
                    name = HTTPStatus(int(code)).phrase.replace(" ", "")
                    shared[name] = response
                    operation["responses"][code] = {"$ref": f"#/components/responses/{name}"}
    result["components"]["responses"] = dict(sorted(shared.items()))
    _drop(result, "x-spec-enum-id")
    return result


def _drop(node: Any, key: str) -> None:
    if isinstance(node, dict):
        node.pop(key, None)
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _drop(below, key)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The token of a named client."""

    target_class = "kim.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002 - signature
        """Describe the header."""
        text = _("„Token “ und der Token, den Sie auf der Seite „Zugänge und API“ angelegt haben.")
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": str(text)}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The session of the browser."""

    target_class = "rest_framework.authentication.SessionAuthentication"
    name = "session"
    priority = 1

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002 - signature
        """Describe the cookie."""
        text = _("Die Sitzung des Browsers; so lässt sich die Schnittstelle auf dieser Seite ausprobieren.")
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME, "description": str(text)}
