"""Sessions in the database, asked only for keys that can exist.

A cookie may hold anything: a quoted one even a null byte, which PostgreSQL refuses with an error instead of an answer.
"""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """The sessions of Django; a key that Django never makes is no session."""

    def _validate_session_key(self, key: str) -> bool:
        """Accept ASCII letters and digits only."""
        is_long = super()._validate_session_key(key)  # type: ignore[misc]  # unknown to the types of Django
        return bool(is_long and key.isascii() and key.isalnum())
