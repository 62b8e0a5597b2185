"""Whether the process answers (``/healthz``) and whether it can work (``/readyz``). Neither needs an account."""

import logging
from functools import lru_cache

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework.permissions import SAFE_METHODS

from kim.api.errors import Problem, errors_response
from kim.errors import KimError
from kim.middleware import public

log = logging.getLogger(__name__)

UNAVAILABLE = 503


@public
@csrf_exempt
@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all; asks nothing else, so a broken database restarts nobody."""
    return _refused(request) or JsonResponse({"status": "alive"})


@public
@csrf_exempt
@transaction.non_atomic_requests
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and has every migration of this code, else 503 with what is missing."""
    if refused := _refused(request):
        return refused
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except (DatabaseError, InterfaceError, KimError):
        # What the driver says names hosts and accounts: for the log, not for whoever asks.
        log.exception("database not available")
        message = _("Die Datenbank ist nicht erreichbar.")
        return errors_response(UNAVAILABLE, [Problem("database", "unavailable", message)])
    missing = sorted(f"{app}.{name}" for app, name in migrations() - set(applied))
    if missing:
        message = _("Die Datenbank ist nicht auf dem Stand des Programms; es fehlt: %(missing)s. Bitte migrieren.") % {
            "missing": ", ".join(missing)
        }
        return errors_response(UNAVAILABLE, [Problem("migrations", "unavailable", message)])
    return JsonResponse({"status": "ready"})


@lru_cache(maxsize=1)
def migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations that this code brings along; they cannot change while it runs."""
    return frozenset(MigrationLoader(None).graph.nodes)


def _refused(request: HttpRequest) -> HttpResponse | None:
    if request.method in SAFE_METHODS:
        return None
    message = _("Diese Adresse wird nur gelesen (GET).")
    answer = errors_response(405, [Problem("", "method_not_allowed", message)])
    answer.headers["Allow"] = ", ".join(SAFE_METHODS)
    return answer
