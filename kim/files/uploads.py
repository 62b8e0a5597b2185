"""Uploads by their declared size, before anything of their body is read."""

from django.http import HttpRequest

from kim.files.sheet import MOST_BYTES

# What a form sends beside its file.
MOST_REQUEST = MOST_BYTES + 64 * 1024
# A browser shows the answer only if its upload was taken; up to here it is, and thrown away.
MOST_DRAINED, CHUNK = 64 * 1024 * 1024, 64 * 1024


def too_large_upload(request: HttpRequest) -> int | None:
    """Return the size of a request with a body past all bounds, after throwing the body away; None for all others."""
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if request.method != "POST" or size <= MOST_REQUEST:
        return None
    if size <= MOST_DRAINED:
        while request.read(CHUNK):
            pass
    return size
