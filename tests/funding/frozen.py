"""What the tests of frozen versions share: freezing in a line, and changing what nothing may change."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connection

from funding.documents import seal_of
from funding.models import CouncilPaper, ForecastVersion
from funding.services import freeze

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from funding.models import Programme
    from kim.models import User

BASE = "/programme/kim-nrw"
TABLE = "funding_forecastversion"


def frozen(programme: Programme, by: User, name: str = "Vorlage 2021/1121", **more: Any) -> ForecastVersion:
    """Freeze the forecast for the founding paper."""
    paper = CouncilPaper.objects.get(programme=programme, number="2021/1121")
    return freeze(programme=programme, name=name, by=by, **{"paper": paper, **more})


@contextmanager
def as_owner() -> Iterator[None]:
    """Switch the triggers of the table off, as only its owner can."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
        yield
        cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")


def tamper(version: ForecastVersion, change: Callable[[Any], object], *, seal: bool = False) -> None:
    """Change the document behind the product's back; with ``seal`` also the seal, as somebody careful would."""
    document = json.loads(version.document)
    change(document)
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    overwrite(version, document=text, **({"seal": seal_of(text)} if seal else {}))


def overwrite(version: ForecastVersion, **columns: str) -> None:
    """Change columns of a version behind the product's back."""
    with as_owner(), connection.cursor() as cursor:
        for column, value in columns.items():
            cursor.execute(f'UPDATE {TABLE} SET "{column}" = %s WHERE id = %s', [value, version.pk])  # noqa: S608
