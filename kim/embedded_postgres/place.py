"""Where the embedded server keeps its data, and as whom it runs.

An ordinary user runs it as himself, with everything below his own folder. PostgreSQL refuses to run as root, so
root runs it as the owner of the data, or as ``nobody`` when there are none yet. ``nobody`` cannot pass a closed
folder such as ``/root``: then the data lie below ``/var/lib/kim``, keyed by the folder they stand for (not in
``/run`` or ``/var/tmp``, which are emptied behind one's back). ``manage.py postgres status`` says where.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from kim.embedded_postgres import refusals

SERVANT = "nobody"
ELSEWHERE = Path("/var/lib/kim")
# The path of a Unix socket ends at 104 to 108 bytes, of which its own name takes 14.
LONGEST_SOCKET_FOLDER = 85


@dataclass(frozen=True)
class Place:
    """The folders of one server; ``account`` is whom root runs it as, None for an ordinary user's own."""

    folder: Path
    account: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        """The data folder proper; it exists only when complete."""
        return self.folder / "data"

    @property
    def socket(self) -> Path:
        """Folder of the socket: beside the data, or, where that path is long or unusual, a short one."""
        inside = self.folder / "socket"
        if len(str(inside)) <= LONGEST_SOCKET_FOLDER and re.fullmatch(r"[\w./ -]+", str(inside), re.ASCII):
            return inside
        return Path("/tmp") / f"kim-{self.uid}-{key(self.folder)}"  # noqa: S108 - owner and mode are checked in make

    @property
    def log(self) -> Path:
        """What the server itself writes."""
        return self.folder / "log"

    @property
    def uid(self) -> int:
        """Owner of the data and of the server process."""
        return self.account.pw_uid if self.account else os.geteuid()

    def make(self) -> None:
        """Create what is missing. The server's account can pass the upper folder, and writes only below it."""
        for missing in reversed([one for one in (self.folder, *self.folder.parents) if not one.exists()]):
            missing.mkdir(mode=0o711, exist_ok=True)
        self.folder.chmod(0o711 if self.account else 0o700)
        self.own(self.socket)

    def own(self, folder: Path) -> Path:
        """Create a folder that only the server's account may enter, and refuse one that somebody else laid there."""
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if self.account and found.st_uid == os.geteuid() and stat.S_ISDIR(found.st_mode):
            os.chown(folder, self.account.pw_uid, self.account.pw_gid, follow_symlinks=False)
            found = folder.lstat()
        if found.st_uid != self.uid or not stat.S_ISDIR(found.st_mode):
            raise refusals.no_access(folder)
        return folder


def key(folder: Path) -> str:
    """Return a short name for a folder, the same for every process."""
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]


def find(home: Path) -> Place:
    """Return the place of the server that belongs to a folder; nothing is created."""
    if os.geteuid() != 0:
        return Place(home, None)
    elsewhere = ELSEWHERE / key(home)
    # What is there stays where it is, even when the rights of a folder above have changed since.
    for folder in (home, elsewhere):
        if (folder / "data").exists() and (owner := (folder / "data").stat().st_uid) != 0:
            return Place(folder, account(owner))
    passable = all(one.stat().st_mode & stat.S_IXOTH for one in home.parents if one.exists())
    return Place(home if passable else elsewhere, account(SERVANT))


def account(who: str | int) -> pwd.struct_passwd:
    """Return an account by its name or number; PostgreSQL runs under none that the system does not know."""
    try:
        return pwd.getpwnam(who) if isinstance(who, str) else pwd.getpwuid(who)
    except KeyError as error:
        raise refusals.no_account(str(who)) from error
