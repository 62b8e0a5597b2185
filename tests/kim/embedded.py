"""What the tests of the embedded server share: folders that any account may pass, and code run as another account."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import signal
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kim.embedded_postgres.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = os.geteuid() == 0
# An ordinary user: this one, or, when root runs the tests, one without any right.
ORDINARY = pwd.getpwnam("nobody") if ROOT else pwd.getpwuid(os.geteuid())


@contextlib.contextmanager
def folder(name: str = "kim", *, mode: int = 0o711) -> Iterator[Path]:
    """Make a folder outside pytest's own (which is closed to all others); whatever runs there ends with the block."""
    above = Path(tempfile.mkdtemp(prefix="kim-test-", dir="/tmp"))
    above.chmod(mode)
    home = above / name
    try:
        yield home
    finally:
        server = Server(home)
        server.stop()
        if server.place.folder != home:
            shutil.rmtree(server.place.folder, ignore_errors=True)
        shutil.rmtree(above)


def apart(work: Callable[[], Any]) -> Any:
    """Run something in a process of its own; return its result, or what it raised, as text."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            try:
                answer = work()
            except BaseException as error:  # noqa: BLE001 - told to the parent
                answer = f"{type(error).__name__}: {error}"
            with os.fdopen(writing, "w") as pipe:
                json.dump(answer, pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text)


def as_ordinary_user(work: Callable[[], Any]) -> Any:
    """Run something as an ordinary user in a process of its own; return what ``apart`` does."""

    def with_less_rights() -> Any:
        if ROOT:
            os.setgroups([])
            os.setgid(ORDINARY.pw_gid)
            os.setuid(ORDINARY.pw_uid)
        return work()

    return apart(with_less_rights)


def kill(server: Server) -> None:
    """Kill the server process without any warning, and wait until it is gone."""
    pid = server.process()
    assert pid is not None, "no server to kill"
    os.kill(pid, signal.SIGKILL)
    while server.process() is not None:
        time.sleep(0.005)


def ask(server: Server, statement: str, database: str = "kim") -> list[tuple[Any, ...]]:
    """Run one statement past Django, and commit."""
    connection = server.connect(database)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()
