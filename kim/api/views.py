"""What every REST view shares: reading only, strict parameters, ETags, errors in one shape."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.urls import resolve
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import status
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from kim.api import parameters
from kim.api.conditional import is_known, strong_etag, weak_etag
from kim.api.errors import NOT_FOUND, Problem, bad_request, errors_response
from kim.api.parameters import Parameter, Query
from kim.api.renderers import CsvRenderer, FileRenderer, JsonRenderer, XlsxRenderer
from kim.api.schema import Operation, Schema
from kim.exports import Dialect
from kim.middleware import public

FORMAT = parameters.choice("format", _("Format der Antwort; ohne Angabe entscheidet „Accept“."), "json", "csv", "xlsx")
DIALECT = parameters.choice(
    "dialect",
    _("Nur für CSV: „iso“ (Komma, Dezimalpunkt) oder „de“ (Semikolon, Dezimalkomma, BOM)."),
    *(dialect.value for dialect in Dialect),
)
TABLE = (FORMAT, DIALECT)


class ReadView(APIView):
    """A GET that answers figures or facts. It changes nothing, so it needs no transaction around it."""

    http_method_names = ["get", "head", "options"]
    renderer_classes: Sequence[type[BaseRenderer]] = (JsonRenderer,)
    schema = Schema()
    only_reads = True

    operation: ClassVar[Operation]
    parameters: ClassVar[tuple[Parameter, ...]] = ()

    query: Query

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Return the view without a transaction: its statements need none, and two round trips less are faster."""
        return transaction.non_atomic_requests(super().as_view(**initkwargs))

    def initial(self, request: Request, *_args: Any, **_kwargs: Any) -> None:
        """Refuse other methods, strangers, and parameters that cannot be read; in this order."""
        request.accepted_renderer, request.accepted_media_type = JsonRenderer(), JsonRenderer.media_type
        if str(request.method).lower() not in self.http_method_names:
            raise MethodNotAllowed(str(request.method))
        self.perform_authentication(request)
        self.check_permissions(request)
        self.query = parameters.read_query(request.query_params, self.parameters)
        request.accepted_renderer, request.accepted_media_type = self._negotiate(request)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer errors as JSON, whatever was asked for."""
        self.request.accepted_renderer = JsonRenderer()
        self.request.accepted_media_type = JsonRenderer.media_type
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        """Tell caches what the answer depends on."""
        final = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(final, ("Accept", "Authorization", "Cookie"))
        return final

    def options(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> Response:  # noqa: ARG002 - see APIView
        """Answer which methods there are (``Allow``); what the address answers stands in the schema."""
        return Response(status=status.HTTP_204_NO_CONTENT)

    @property
    def is_csv(self) -> bool:
        """Whether the answer is written as CSV."""
        return isinstance(self.request.accepted_renderer, CsvRenderer)

    @property
    def is_table(self) -> bool:
        """Whether the answer is a table: CSV or XLSX."""
        return self.is_csv or isinstance(self.request.accepted_renderer, XlsxRenderer)

    @property
    def is_file(self) -> bool:
        """Whether the answer is a file of another kind."""
        return isinstance(self.request.accepted_renderer, FileRenderer) and not self.is_table

    def respond(self, seal: str, build: Callable[[], Any], *, is_frozen: bool = False, file_name: str = "") -> Response:
        """Answer what ``build`` returns, or 304 without building it when the client has the same answer already.

        ``seal`` stands for everything read from the database; ``file_name`` is what a file is called. What is frozen
        answers a strong tag; the name of the host counts there as well, because pages of lists repeat it.
        """
        question = (self.request.path, repr(sorted(self.query.items())), self.request.accepted_media_type)
        if is_frozen:
            etag = strong_etag(seal, self.request.build_absolute_uri("/"), *question)
            return self.respond_with(etag, build, file_name=file_name)
        return self.respond_with(weak_etag(seal, *question), build, file_name=file_name)

    def respond_with(self, etag: str, build: Callable[[], Any], *, file_name: str = "") -> Response:
        """Answer what ``build`` returns under ``etag``, or 304 without building it."""
        headers = {"ETag": etag}
        if is_known(self.request, etag):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        if self.is_table:
            file_name = f"{self.operation.name}.{self.request.accepted_renderer.format}"
        if file_name:
            headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
        return Response(build(), headers=headers)

    def refuse_unless_csv(self, *names: str) -> None:
        """Refuse parameters that say something only about CSV (400) when the answer is something else."""
        message = _("„%(name)s“ gilt nur für CSV. Bitte auch „format=csv“ angeben.")
        self._refuse(names, message, unless=self.is_csv)

    def refuse_for_file(self, *names: str) -> None:
        """Refuse parameters that say nothing about a file (400)."""
        message = _("„%(name)s“ gilt nur für JSON.")
        self._refuse(names, message, unless=not self.is_file)

    def refuse_for_table(self, *names: str) -> None:
        """Refuse parameters that say nothing about a table (400): it has all rows, and no derivations."""
        message = _("„%(name)s“ gilt nur für JSON. Eine Tabelle enthält alle Zeilen ohne Rechenweg.")
        self._refuse(names, message, unless=not self.is_table)

    def _refuse(self, names: tuple[str, ...], message: str, *, unless: bool) -> None:
        given = [name for name in names if name in self.query]
        if given and not unless:
            raise bad_request(message % {"name": given[0]}, field=given[0], code="conflicting_parameters")

    def _negotiate(self, request: Request) -> tuple[BaseRenderer, str]:
        """Return the renderer: ``format`` decides before ``Accept``."""
        renderers = self.get_renderers()
        for renderer in renderers:
            if renderer.format == self.query.get("format"):
                return renderer, renderer.media_type
        if not request.headers.get("Accept", "").strip():
            return renderers[0], renderers[0].media_type
        chosen, _media_type = DefaultContentNegotiation().select_renderer(request, renderers)
        # Without the parameters that a client may add to it: they change nothing here, but would change the tag.
        return chosen, chosen.media_type


@public
@csrf_exempt
@transaction.non_atomic_requests
def unknown_address(request: HttpRequest) -> JsonResponse:
    """404 for every address below ``/api/`` that nothing else answers, whoever asks and however."""
    message = _("Unter dieser Adresse gibt es nichts. Alle Adressen stehen in /api/v1/docs/.")
    if not request.path.endswith("/") and resolve(f"{request.path_info}/").func is not unknown_address:
        message = _("Unter dieser Adresse gibt es nichts. Jede Adresse endet mit einem Schrägstrich („/“).")
    return errors_response(status.HTTP_404_NOT_FOUND, [Problem("", NOT_FOUND, message)])
