"""Tokens of named clients (django-rest-knox): hashed in the database, expiring, revoked in the browser."""

from knox.auth import TokenAuthentication as KnoxTokenAuthentication


class TokenAuthentication(KnoxTokenAuthentication):
    """``Authorization: Token <token>``; a wrong or expired one answers 401 with ``WWW-Authenticate``."""
