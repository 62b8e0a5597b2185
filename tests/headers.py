"""What every answer must carry, whoever asks and however it ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpResponseBase

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}
POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
}
# What the refusal of a foreign host carries: there is no page, so nothing may be loaded at all.
SHORT_POLICY = {"default-src": ["'none'"], "frame-ancestors": ["'none'"], "base-uri": ["'none'"]}
TEXTS = ("text/", "application/json", "application/javascript", "application/xml", "image/svg+xml")
# Names and versions of what runs here are nobody's business.
LEAKS = ("Server", "X-Powered-By", "X-Django-Version", "Access-Control-Allow-Origin")


def policy(text: str) -> dict[str, list[str]]:
    """Return a Content Security Policy as directives with their sources."""
    parts = [part.split() for part in text.split(";") if part.strip()]
    return {name: sources for name, *sources in parts}


def missing_headers(answer: HttpResponseBase, *, is_static: bool = False) -> list[str]:
    """Return what is wrong with the headers of an answer, a line each."""
    headers = answer.headers
    wrong = [f"{name}: {headers.get(name)}" for name, value in ALWAYS.items() if headers.get(name) != value]
    found = policy(headers.get("Content-Security-Policy", ""))
    if found not in (POLICY, SHORT_POLICY):
        wrong.append(f"Content-Security-Policy: {found}")
    if not re.fullmatch(r"[0-9a-f]{12}", headers.get("X-Request-Id", "")):
        wrong.append(f"X-Request-Id: {headers.get('X-Request-Id')}")
    kind = headers.get("Content-Type", "")
    if kind.startswith(TEXTS) and not re.search(r"charset=\"?utf-8", kind, re.IGNORECASE) and not is_static:
        wrong.append(f"Content-Type: {kind}")
    wrong += [f"{name}: {headers[name]}" for name in LEAKS if name in headers]
    if not is_static:
        kept = headers.get("Cache-Control", "")
        allowed = {"no-store"} | ({"private, no-cache"} if "ETag" in headers else set())
        if kept not in allowed and "no-store" not in kept:
            wrong.append(f"Cache-Control: {kept}")
    return wrong
