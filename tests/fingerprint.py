"""The content of the database in a few texts, to see whether anything at all was changed."""

from __future__ import annotations

from functools import lru_cache

from django.apps import apps
from django.db import connection

# Sessions and counted failures of sign-ins change by reading a page; everything else is data.
DATA = frozenset({"kim", "staffing", "funding", "pghistory", "auth", "admin"})


@lru_cache(maxsize=1)
def tables() -> tuple[str, ...]:
    """Return the tables of data, many-to-many tables and history included."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in DATA]
    return tuple(sorted({model._meta.db_table for model in models if model._meta.managed and not model._meta.proxy}))


def fingerprint(*, without: frozenset[str] = frozenset()) -> dict[str, tuple[int, str]]:
    """Return number of rows and digest of each table; one statement."""
    statement = " UNION ALL ".join(
        f"SELECT '{table}', count(*), coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') FROM {table} t"  # noqa: S608
        for table in tables()
        if table not in without
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {table: (count, digest) for table, count, digest in cursor.fetchall()}
