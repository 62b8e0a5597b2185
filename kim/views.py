"""Pages for what went wrong: a sentence, what to do next, and the id under which the log knows the request."""

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _

from kim import context_processors, formatting
from kim.expiry import is_late_form, send_again

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request itself cannot be read; 413: it is larger than any form of ours."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return _answer(request, 413, "too_large", _("Das ist zu viel auf einmal."))
    return _answer(request, 400, "bad_request", _("Die Anfrage ist nicht lesbar."))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """403: the role does not reach so far."""
    return _answer(request, 403, "permission_denied", _("Ihre Rolle reicht dafür nicht aus."))


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """404: no such address, or nothing there that this account may see."""
    return _answer(request, 404, "not_found", _("Unter dieser Adresse gibt es nichts."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - the reason is for the log
    """403: the form is too old or comes from elsewhere; one of our own pages may send it once more."""
    if not request.path.startswith(API) and is_late_form(request):
        return send_again(request, 403)
    return _answer(request, 403, "csrf", _("Das Formular ist abgelaufen."), template="kim/csrf.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our mistake. Asks neither session nor database, which may be what failed."""
    if request.path.startswith(API):
        return _json(500, "server_error", _("Das Programm ist auf einen Fehler gestoßen."))
    context = {"product": context_processors.bare(), "request_id": _request_id(request)}
    return HttpResponse(loader.get_template("500.html").render(context), status=500)


def _answer(request: HttpRequest, status: int, code: str, message: str, *, template: str = "") -> HttpResponse:
    if request.path.startswith(API):
        return _json(status, code, message)
    context = {
        "request_id": _request_id(request),
        "megabytes": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2,
        "fields": formatting.number(Decimal(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)),
    }
    return render(request, template or f"{status}.html", context, status=status)


def _json(status: int, code: str, message: str) -> JsonResponse:
    """Answer a program in the one shape of all API errors."""
    errors = [{"field": "", "code": code, "message": message}]
    return JsonResponse({"errors": errors}, status=status, json_dumps_params={"ensure_ascii": False})


def _request_id(request: HttpRequest) -> str:
    return getattr(request, "request_id", "")
