"""Who asks: a named client by its token, or a person by the session of the browser."""

import re

from django.utils import timezone
from django.utils.translation import gettext as _
from knox.crypto import hash_token
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from kim.models import ApiToken, User

SCHEME = "Token"
# What django-rest-knox makes; anything else is refused before it reaches the database.
TOKEN = re.compile(r"[0-9a-f]{64}")


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Token <token>``; a wrong, expired or revoked one answers 401 with ``WWW-Authenticate``.

    Tokens and their hashes are those of django-rest-knox, found by the hash in one statement. Its own class asks for
    all tokens of the account and deletes expired ones while answering a reading request.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return account and token; None when the header is missing or meant for somebody else."""
        scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        found = self._valid(token.strip())
        if found is None:
            message = _("Dieser Token gilt nicht: er ist unbekannt, abgelaufen oder widerrufen.")
            raise AuthenticationFailed(message)
        return found.user, found

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - signature of REST framework
        """Return what 401 answers as ``WWW-Authenticate``."""
        return SCHEME

    @staticmethod
    def _valid(token: str) -> ApiToken | None:
        if not TOKEN.fullmatch(token):
            return None
        try:
            found: ApiToken = ApiToken.objects.select_related("user").get(digest=hash_token(token))
        except ApiToken.DoesNotExist:
            return None
        is_expired = found.expiry is not None and found.expiry <= timezone.now()
        return None if is_expired or not found.user.is_active else found
