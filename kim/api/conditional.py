"""ETags: whoever has the newest answer gets 304.

Those of the work in progress are weak: any input changes them. What is frozen answers strong ones, years later too.
"""

import hashlib
from functools import lru_cache

from django.conf import settings
from django.utils.http import parse_etags
from rest_framework.request import Request

PACKAGES = ("kim", "staffing", "funding")
# What decides what an answer looks like: code, and the template of a PDF.
WRITTEN = ("*.py", "*.typ")


@lru_cache(maxsize=1)
def code_seal() -> str:
    """Return a digest of our own code: after an update the same rows may give other answers."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        for file in sorted(one for kind in WRITTEN for one in (settings.BASE_DIR / package).rglob(kind)):
            digest.update(file.relative_to(settings.BASE_DIR).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def weak_etag(*inputs: str) -> str:
    """Return the tag of an answer that rests on ``inputs`` and on the code."""
    # Lengths keep ("ab", "c") apart from ("a", "bc").
    text = "".join(f"{len(one)}:{one}" for one in (code_seal(), *inputs))
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()}"'


# Stands for how frozen answers are written. A release that writes the same version otherwise, if only with one more
# key, must count it up: a strong tag promises the same bytes.
FROZEN_FORM = "1"
TAG_LENGTH = 16


def strong_etag(seal: str, *question: str) -> str:
    """Return the tag of an answer that can never change: the seal, and a digest of what was asked of it."""
    if not question:
        return f'"{seal}"'
    text = "".join(f"{len(one)}:{one}" for one in (FROZEN_FORM, *question))
    return f'"{seal}-{hashlib.sha256(text.encode()).hexdigest()[:TAG_LENGTH]}"'


def is_known(request: Request, etag: str) -> bool:
    """Whether the client has this answer already (``If-None-Match``; compared weakly, as RFC 9110 asks)."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or etag.removeprefix("W/") in {one.removeprefix("W/") for one in known}
