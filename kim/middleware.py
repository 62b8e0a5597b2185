"""What every answer carries, who is behind a change, and the door."""

import uuid
from collections.abc import Callable
from typing import TypeVar

import pghistory
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from kim.errors import KimError
from kim.expiry import sign_in_first
from kim.roles import may_administer, may_read

GetResponse = Callable[[HttpRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., HttpResponseBase])

PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
REQUEST_ID_LENGTH = 12


class ResponseHeadersMiddleware:
    """Headers for all answers, also for refused hosts and errors; must stand first."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the request an id that an error page can show, and the answer its headers."""
        request.request_id = uuid.uuid4().hex[:REQUEST_ID_LENGTH]  # type: ignore[attr-defined]
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        # The refusal of a bad host never reaches the middleware that writes the policy.
        headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'")
        if headers.get("Content-Type") == "application/json":
            headers["Content-Type"] = "application/json; charset=utf-8"
        headers["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        if not request.path.startswith(settings.STATIC_URL):
            # An API answer with an ETag may be kept and asked again; nothing else leaves a trace on a shared machine.
            headers.setdefault("Cache-Control", "private, no-cache" if "ETag" in headers else "no-store")
        return response


class HistoryContextMiddleware:
    """Give each recorded change the account and the request it came from (id only, no name)."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Open a context for a request that may change something; reading ones need none."""
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return self.get_response(request)
        with pghistory.context(user=request.user.pk, request=request.request_id):  # type: ignore[attr-defined]
            return self.get_response(request)


class SignInMiddleware:
    """Every page needs a sign-in and a role, unless its view is marked ``public``; REST answers for itself.

    The administration has no door of its own: its sign-in page would be a second one with other words and rules.
    """

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on; the decision needs the view."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: object, _kwargs: object
    ) -> HttpResponseBase | None:
        """Send strangers to the sign-in, refuse accounts without a role."""
        if getattr(view, "is_public", False) or request.path.startswith("/api/"):
            return None
        if not request.user.is_authenticated:
            return sign_in_first(request)
        if not (may_administer if request.path.startswith("/admin/") else may_read)(request.user):
            raise PermissionDenied
        return None


class RefusalMiddleware:
    """What the core refuses becomes a page with its sentence, never an error page; nothing was saved."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on; only exceptions matter here."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal: 404 for a year or scenario that does not exist, 400 for everything else."""
        if not isinstance(exception, KimError):
            return None
        status = 404 if exception.data.get("field") in {"year", "scenario", "version"} else 400
        return render(request, "kim/refused.html", {"message": exception.message}, status=status)


def public(view: View) -> View:
    """Mark a view that needs no sign-in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view
