"""What a preview showed, signed, so that its confirmation saves just that. Nothing is kept on the server.

The signature is an HMAC-SHA256 with the installation's secret (django.core.signing), with a salt for each kind of file.
"""

from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from kim.files.sheet import RefusedFileError

PREVIEW_SECONDS = 60 * 60


def sealed(data: list[Any], salt: str) -> str:
    """Return ``data`` as the word that travels through the page."""
    return signing.dumps(data, salt=salt, compress=True)


def opened(text: str, salt: str) -> list[Any]:
    """Return what was sealed; raises ``RefusedFileError`` for what was changed on the way or is older than an hour."""
    try:
        found: list[Any] = signing.loads(text, salt=salt, max_age=PREVIEW_SECONDS)
    except signing.SignatureExpired as error:
        message = _("Die Vorschau ist älter als eine Stunde. Bitte die Datei noch einmal hochladen.")
        raise RefusedFileError(message) from error
    except (signing.BadSignature, ValueError) as error:
        message = _("Die Bestätigung passt nicht zur Vorschau. Bitte die Datei noch einmal hochladen.")
        raise RefusedFileError(message) from error
    return found
