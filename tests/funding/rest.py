"""What the tests of the API share: clients with tokens, and more programmes than the founding one."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.test import Client

from funding.loading import FOUNDING_CASE, load_case
from kim.models import ApiToken

if TYPE_CHECKING:
    from pathlib import Path

    from kim.models import User

ROOT = "/api/v1"
KIM = f"{ROOT}/programmes/kim-nrw"


def token_of(user: User, *, days: int = 30) -> str:
    """Return a fresh token; a negative number of days makes one that has expired."""
    name = f"Programm {ApiToken.objects.count() + 1}"
    _row, token = ApiToken.objects.create(user, expiry=timedelta(days=days), name=name)
    return str(token)


def with_token(token: str, **options: Any) -> Client:
    """Return a client that sends the token, and nothing else that could let it in."""
    return Client(headers={"authorization": f"Token {token}"}, **options)


def rest(user: User) -> Client:
    """Return a client with a token of its own."""
    return with_token(token_of(user))


def load_another(folder: Path, number: int) -> str:
    """Load the founding case once more under another name, and return its slug."""
    slug = f"kim-{number}"
    text = FOUNDING_CASE.read_text(encoding="utf-8")
    for old, new in (
        ('slug = "kim-nrw"', f'slug = "{slug}"'),
        ('reference = "KIM-', f'reference = "KIM{number}-'),
        ('number = "2021/1121"', f'number = "2021/{number}"'),
        ('slug = "2021-1121"', f'slug = "2021-{number}"'),
    ):
        assert old in text
        text = text.replace(old, new)
    file = folder / f"{slug}.toml"
    file.write_text(text, encoding="utf-8")
    assert load_case(file)
    return slug


def parse(content: bytes) -> Any:
    """Read JSON and fail at the first number with a point or exponent: money never travels as a float."""
    return json.loads(content, parse_float=_refuse, parse_constant=_refuse)


def _refuse(text: str) -> None:
    message = f"the answer holds a float: {text}"
    raise AssertionError(message)
