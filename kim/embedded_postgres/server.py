"""One embedded server: starts once however many ask, and recovers by itself from whatever killed it before."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2

from kim.embedded_postgres import binaries, place, refusals

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "kim"
PORT = "5432"
PATIENCE = 60.0
LARGEST_LOG = 1_000_000
# The kernel gives out process ids below this number only, so nothing alive ever has it.
NO_PROCESS = 4_194_304


class Server:
    """The server that belongs to one folder; all methods may be called by many processes at once."""

    def __init__(self, home: Path, *, fsync: bool = True) -> None:
        """Name the folder; without ``fsync`` a power failure may cost the data, which only tests can bear."""
        self.place = place.find(home)
        self.fsync = fsync

    # --- What others call ---

    def ensure(self) -> bool:
        """Have the server accept connections and the database exist; true if this call started it.

        Raises:
            ServiceUnavailableError: with the reason and what to do.

        """
        if self.accepts(NAME):
            return False
        with self.locked():
            started = self.start()
            if not self.accepts(NAME):
                self.create_database()
        return started

    def stop(self) -> bool:
        """End the server in good order (sessions are ended, everything is written); false if none was running."""
        if not self.place.folder.exists():
            return False
        with self.locked():
            self.temporary.unlink(missing_ok=True)
            pid = self.process()
            if pid is not None:
                os.kill(pid, signal.SIGINT)
            limit = time.monotonic() + PATIENCE
            while self.process() is not None:
                if time.monotonic() > limit:
                    raise refusals.not_ending(self.place.data, self.said())
                time.sleep(0.02)
            # A short folder of the socket lies outside; it comes again with the next start.
            with contextlib.suppress(OSError):
                self.place.socket.rmdir()
            return pid is not None

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Count as a user for the length of the block; the last user stops a server that came up in the meantime.

        A server that ran before the first of them keeps running.
        """
        with self.guarded():
            self.place.make()
            users = os.open(self.place.folder / "users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(users, fcntl.LOCK_SH)
        mine = os.getpid()
        try:
            yield
        finally:
            # A forked child leaves the block too when it exits, but must not end what the parent uses.
            if os.getpid() == mine:
                fcntl.flock(users, fcntl.LOCK_UN)
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if self.temporary.exists():
                        self.stop()
                os.close(users)

    def keep(self) -> bool:
        """Have the server run until it is stopped by command; true if this call started it."""
        started = self.ensure()
        self.temporary.unlink(missing_ok=True)
        return started

    def process(self) -> int | None:
        """Return the id of the running server, None if there is none (a dead or reborn process id does not count)."""
        try:
            pid = int(self.pid_file.read_text(encoding="ascii", errors="replace").splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        return pid if os.fsencode(self.place.data) in arguments_of(pid, self.place.uid) else None

    # --- How it is done ---

    @property
    def pid_file(self) -> Path:
        """Where the server notes its process."""
        return self.place.data / "postmaster.pid"

    @property
    def temporary(self) -> Path:
        """A mark that the server was started while users held it, and goes with the last of them."""
        return self.place.folder / "temporary"

    def said(self) -> str:
        """Return the end of the server's log."""
        try:
            return self.place.log.read_text(encoding="utf-8", errors="replace")[-4000:]
        except FileNotFoundError:
            return ""

    def connect(self, database: str) -> psycopg2.extensions.connection:
        """Open a connection past Django."""
        return psycopg2.connect(
            host=str(self.place.socket),
            port=PORT,
            user=NAME,
            dbname=database,
            connect_timeout=5,
            client_encoding="UTF8",
        )

    def accepts(self, database: str) -> bool:
        """Whether the server lets one in; that it has no seat left also means that it lives."""
        try:
            self.connect(database).close()
        except psycopg2.OperationalError as error:
            return "too many clients" in str(error) or "connection slots are reserved" in str(error)
        return True

    @contextlib.contextmanager
    def guarded(self) -> Iterator[None]:
        """Say a full disk and a missing right in sentences."""
        with refusals.sentences(self.place.folder):
            yield

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only one who starts or stops; the lock ends with the process that holds it."""
        with self.guarded():
            self.place.make()
            with (self.place.folder / "lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield

    def start(self) -> bool:
        """Start the server unless one accepts connections already or is about to."""
        process: subprocess.Popen[bytes] | None = None
        limit = time.monotonic() + PATIENCE
        while not self.accepts("postgres"):
            if time.monotonic() > limit:
                raise refusals.not_starting(self.place.data, self.said())
            if process is not None and process.poll() is not None:
                # Sessions of a killed server may live on for a moment: the data are theirs until they have gone.
                if "is still in use" not in self.said():
                    raise refusals.not_starting(self.place.data, self.said())
                process = None
                time.sleep(0.5)
            elif process is not None:
                time.sleep(0.01)
            elif (other := self.process()) is not None:
                if self.lost():
                    os.kill(other, signal.SIGINT)
                time.sleep(0.05)
            else:
                process = self.spawn()
        if process is not None:
            # It outlives this process on purpose: nobody waits for it.
            process.returncode = 0
        return process is not None

    def lost(self) -> bool:
        """Whether the server lives, but somebody swept its socket away; only a restart brings that back."""
        with contextlib.suppress(FileNotFoundError):
            ready = self.pid_file.read_text(encoding="ascii", errors="replace").rstrip().endswith("ready")
            return ready and not (self.place.socket / f".s.PGSQL.{PORT}").exists()
        return False

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start the server process on data that are complete."""
        version = self.place.data / "PG_VERSION"
        wanted = version.read_text(encoding="ascii").strip() if version.exists() else None
        programs = binaries.find(wanted, self.place.data).for_account(self.place)
        if wanted is None:
            self.create_data(programs)
        self.forget_the_dead()
        if self.is_held():
            self.temporary.touch()
        else:
            self.temporary.unlink(missing_ok=True)
        large = self.place.log.exists() and self.place.log.stat().st_size > LARGEST_LOG
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.place.socket),
            "unix_socket_permissions": "0700",
            # Statements and rows hold names and password digests: they stay out of the log.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }
        if not self.fsync:
            options |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")
        with self.place.log.open("wb" if large else "ab") as log:
            self.place.log.chmod(0o600)
            return subprocess.Popen(  # noqa: S603 - a program we found ourselves, arguments are ours
                [
                    programs.folder / "postgres",
                    "-D",
                    self.place.data,
                    "-p",
                    PORT,
                    *(part for name, value in options.items() for part in ("-c", f"{name}={value}")),
                ],
                stdout=log,
                stderr=log,
                start_new_session=True,
                **binaries.conditions(self.place),
            )

    def create_data(self, programs: binaries.Binaries) -> None:
        """Lay out new data beside their final place, so that a half-finished layout is never taken for data."""
        if self.place.data.exists():
            # Only an empty folder gives way: what is in it is not ours to remove.
            try:
                self.place.data.rmdir()
            except OSError as error:
                raise refusals.foreign_content(self.place.data) from error
        fresh = self.place.folder / "data-new"
        if fresh.exists():
            shutil.rmtree(fresh)
        self.place.own(fresh)
        collation = (
            ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-locale")
            if programs.version >= binaries.OWN_COLLATION
            else ("--locale=C.UTF-8",)
        )
        done = programs.run(
            self.place,
            "initdb",
            "-D",
            fresh,
            "-U",
            NAME,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--data-checksums",
            *collation,
            *([] if self.fsync else ["--no-sync"]),
        )
        if done.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise refusals.no_layout(self.place.data, done.stderr)
        fresh.rename(self.place.data)

    def create_database(self) -> None:
        """Create the application's own database beside the maintenance one."""
        connection = self.connect("postgres")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {NAME}")
        finally:
            connection.close()

    def forget_the_dead(self) -> None:
        """Remove what a killed server left behind; called only when none is running.

        PostgreSQL takes a stale process id for a living server when the number was given to another process, or
        to one that nobody buried. The file itself must stay: it names the shared memory by which PostgreSQL sees
        whether sessions of the dead server still write. So only the number gives way.
        """
        with contextlib.suppress(FileNotFoundError):
            file = os.open(self.pid_file, os.O_RDWR | os.O_NOFOLLOW)
            with os.fdopen(file, "r+", encoding="ascii", errors="replace") as text:
                rest = text.read().partition("\n")[2]
                text.seek(0)
                text.truncate()
                if rest:
                    text.write(f"{NO_PROCESS}\n{rest}")
        if self.pid_file.exists() and self.pid_file.stat().st_size == 0:
            self.pid_file.unlink()
        for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            (self.place.socket / name).unlink(missing_ok=True)

    def is_held(self) -> bool:
        """Whether somebody counts as a user at this moment."""
        with (self.place.folder / "users").open("a") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False


def arguments_of(pid: int, uid: int) -> bytes:
    """Return the command line of a process of that user; empty if there is none, or one that nobody buried."""
    process = Path("/proc") / str(pid)
    try:
        if process.parent.is_dir():
            return (process / "cmdline").read_bytes() if process.stat().st_uid == uid else b""
        # Systems without /proc.
        asked = ["ps", "-ww", "-o", "args=", "-p", str(pid)]
        return subprocess.run(asked, check=False, capture_output=True).stdout  # noqa: S603 - the number is ours
    except (FileNotFoundError, ProcessLookupError):
        return b""
