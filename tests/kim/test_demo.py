"""The demo: what it makes for people and clients, what it refuses, and one run of it from nothing on."""

from __future__ import annotations

import contextlib
import http.cookiejar
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection
from django.utils import timezone
from knox.crypto import hash_token

from funding.replay import CHAIN
from kim import demo, serving
from kim.embedded_postgres.server import Server
from kim.errors import ServiceUnavailableError
from kim.management.commands.demo import number_of
from kim.models import ApiToken, User
from kim.roles import Role
from tests.kim.embedded import folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

PROJECT = Path(__file__).parents[2]
# No test needs the network: npm is sent to where nobody answers.
QUIET = {"npm_config_registry": "http://127.0.0.1:1/", "KIM_LOG_LEVEL": "ERROR"}
WITHOUT_KERN = (
    "Ohne die Gestaltung KERN; noch einmal versuchen mit „manage.py assets“. "
    "Die Seiten gehen auch ohne KERN, in einfacher Gestaltung."
)
# A line for each step of the record that the demo replays.
REPLAYED = [step["say"] for step in tomllib.loads(CHAIN.read_text(encoding="utf-8"))["steps"]]


class Start(Protocol):
    """Starts a demo."""

    def __call__(self, home: Path, *words: str, **environment: str) -> subprocess.Popen[str]: ...


@pytest.fixture
def start() -> Iterator[Start]:
    """Start demos, each in a process group of its own, as a terminal does; none of them outlives the test."""
    with contextlib.ExitStack() as stack:

        def one(home: Path, *words: str, **environment: str) -> subprocess.Popen[str]:
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, PROJECT / "manage.py", "demo", *words],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    env={"PATH": os.environ["PATH"], "KIM_HOME": str(home), **QUIET, **environment},
                    start_new_session=True,
                )
            )
            stack.callback(kill_group, process.pid)
            return process

        yield one


def kill_group(pid: int) -> None:
    """End what a failed test left running."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def lines_until(process: subprocess.Popen[str], beginning: str) -> list[str]:
    """Read what a demo says until a line begins as asked for."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith(beginning):
            return lines
    pytest.fail("ended early: " + "\n".join(lines))


def told(lines: list[str]) -> tuple[str, str]:
    """Return the address and the token, as a script reads them."""
    values = dict(line.split(": ", 1) for line in lines if re.match(r"(URL|API-Token): ", line))
    return values["URL"], values["API-Token"]


def end(process: subprocess.Popen[str], number: signal.Signals, *, group: bool = False) -> tuple[int, str]:
    """Send a signal, to the whole group as a terminal does; return exit code and last words."""
    (os.killpg if group else os.kill)(process.pid, number)
    rest = process.communicate(timeout=20)[0]
    return process.returncode, rest


def left_over(process: subprocess.Popen[str]) -> list[str]:
    """Return what still runs in the session of a demo."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(entry.name)) == process.pid and (command := (entry / "cmdline").read_bytes()):
                found.append(command.decode())
        except (ProcessLookupError, FileNotFoundError):
            continue
    return found


class Visitor:
    """A browser without JavaScript."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str, data: dict[str, str] | None = None, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(  # noqa: S310 - the address is the demo's own
            urllib.parse.urljoin(self.url, path),
            data=urllib.parse.urlencode(data).encode() if data else None,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
        try:
            with self.opener.open(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def sign_in(self, name: str) -> tuple[int, str]:
        _status, form = self.get("/anmelden/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        assert token is not None
        fields = {"username": name, "password": "demo", "csrfmiddlewaretoken": token[1]}
        return self.get("/anmelden/?next=/", data=fields, Referer=self.url)


def test_from_nothing_to_the_second_page(start: Start) -> None:
    """Interrupted, started, signed in, asked over REST, started beside, stopped, started again: nothing piles up."""
    with folder("Förder Haushalt") as home:
        database = Server(home / "postgres")

        interrupted = start(home)
        lines = lines_until(interrupted, "Die Datenbank wird angelegt")
        assert lines[1].startswith("Die Gestaltung KERN (@kern-ux/native@2.7.2) war nicht zu holen: npm meldet ")
        assert end(interrupted, signal.SIGINT, group=True) == (0, "")
        assert (left_over(interrupted), database.process()) == ([], None)

        first = start(home)
        lines = lines_until(first, "URL: ")
        url, token = told(lines)
        port = int(url.rpartition(":")[2].strip("/"))
        assert lines == [
            WITHOUT_KERN,
            "Die Datenbank wird angelegt oder auf den neuen Stand gebracht …",
            "Gründungsfall geladen: KIM NRW, Vorlage 2021/1121.",
            "Entgelttabellen geladen: 1355 Werte.",
            *REPLAYED,
            "Login: finanzen / demo",
            "Login: gremium / demo",
            f"API-Token: {token}",
            "Strg-C beendet die Demo.",
            f"URL: http://127.0.0.1:{port}/",
        ]
        assert port in range(serving.FIRST_PORT, serving.FIRST_PORT + serving.PORTS_TRIED)
        for name in demo.PEOPLE:
            status, page = Visitor(url).sign_in(name)
            assert (status, "KIM" in page, "/anmelden/" in page) == (200, True, False)
        client = Visitor(url)
        assert [
            client.get("/api/v1/programmes/", Authorization=f"Token {given}")[0] for given in (token, "0" * 64)
        ] == [
            200,
            401,
        ]

        beside = start(home)
        lines = lines_until(beside, "URL: ")
        assert told(lines)[1] == token
        assert int(told(lines)[0].rpartition(":")[2].strip("/")) > port
        assert end(first, signal.SIGINT, group=True) == (0, "")
        assert Visitor(told(lines)[0]).sign_in("gremium")[0] == 200
        assert end(beside, signal.SIGTERM) == (0, "")
        assert (left_over(first), left_over(beside), database.process()) == ([], [], None)

        again = start(home, "--port", str(port))
        assert lines_until(again, "URL: ") == [
            WITHOUT_KERN,
            "Der Gründungsfall ist schon geladen.",
            "Die Entgelttabellen sind schon geladen.",
            "Die öffentlichen Unterlagen sind schon nachgespielt.",
            "Login: finanzen / demo",
            "Login: gremium / demo",
            f"API-Token: {token}",
            "Strg-C beendet die Demo.",
            f"URL: http://127.0.0.1:{port}/",
        ]
        taken = start(home, "--port", str(port))
        assert taken.communicate()[0] == (
            f"Port {port} auf 127.0.0.1 ist schon belegt. Nennen Sie mit --port einen anderen.\n"
        )
        assert (taken.returncode, Visitor(url).get("/anmelden/")[0]) == (1, 200)
        assert end(again, signal.SIGHUP, group=True) == (0, "")
        assert (left_over(again), database.process()) == ([], None)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.168.1.5", "example.org", "", "127.0.0.1.example.org"])  # noqa: S104
def test_only_this_machine_is_served(address: str) -> None:
    with pytest.raises(ServiceUnavailableError) as refused:
        serving.loopback(address)
    assert refused.value.message == (
        f"Die Adresse {address!r} ist nicht erlaubt: der Demobetrieb hat bekannte Kennwörter und ist nur auf diesem "
        "Rechner zu erreichen (127.0.0.1, ::1 oder localhost)."
    )


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("localhost", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1"),
        ("127.8.9.1", "127.8.9.1"),
        ("::1", "::1"),
        ("[::1]", "::1"),
    ],
)
def test_this_machine_has_several_names(address: str, number: str) -> None:
    assert serving.loopback(address) == number


def test_the_first_free_port_is_taken() -> None:
    with serving.listen("127.0.0.1", None) as first, serving.listen("127.0.0.1", None) as second:
        ports = [int(serving.url(listener).rpartition(":")[2].strip("/")) for listener in (first, second)]
        assert serving.FIRST_PORT <= ports[0] < ports[1] < serving.FIRST_PORT + serving.PORTS_TRIED
        with pytest.raises(ServiceUnavailableError, match=rf"^Port {ports[0]} auf 127.0.0.1 ist schon belegt\. "):
            serving.listen("127.0.0.1", ports[0])


def test_an_address_of_six() -> None:
    try:
        listener = serving.listen("::1", None)
    except ServiceUnavailableError:
        pytest.skip("this machine has no IPv6")
    with listener:
        assert re.fullmatch(r"http://\[::1\]:80\d\d/", serving.url(listener))


def test_a_port_is_free_again_at_once() -> None:
    with serving.listen("127.0.0.1", None) as listener:
        address = listener.getsockname()
        with socket.create_connection(address) as visitor:
            answer, _from = listener.accept()
            answer.close()
            assert visitor.recv(1) == b""
    with serving.listen(*address) as listener:
        assert listener.getsockname() == address


@pytest.mark.parametrize("port", ["0", "-1", "65536", "achttausend", "8000.0", "٨٠٠٠", "9" * 5000, ""])
def test_no_port(tmp_path: Path, port: str) -> None:
    with pytest.raises(ServiceUnavailableError) as refused:
        number_of(port)
    assert refused.value.message == f"--port {port} ist kein Port. Erlaubt sind Zahlen von 1 bis 65535."


def test_no_demo_in_production_or_under_debugging(settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(ServiceUnavailableError, match=r"^Im Produktivbetrieb \(KIM_PRODUCTION=true\) gibt es keine"):
        demo.refuse_real_data()
    settings.PRODUCTION, settings.DEBUG = False, True
    with pytest.raises(ServiceUnavailableError, match=r"^Die Demo zeigt das Programm, wie es betrieben wird\. "):
        demo.refuse_real_data()


@pytest.mark.parametrize(
    "parameters",
    [
        {"host": "db.example.org"},
        {"host": "127.0.0.1,db.example.org"},
        {"host": "localhost", "hostaddr": "192.0.2.7"},
        {"hostaddr": "192.0.2.7"},
    ],
)
def test_a_database_elsewhere_is_left_alone(parameters: dict[str, str]) -> None:
    with pytest.raises(ServiceUnavailableError) as refused:
        demo.refuse_elsewhere(parameters)
    assert refused.value.message == (
        f"Die Datenbank auf {refused.value.data['host']} ist nicht auf diesem Rechner; die Demo legt dort keine "
        "Zugänge mit bekannten Kennwörtern an. Starten Sie sie ohne DATABASE_URL."
    )


@pytest.mark.parametrize(
    "parameters", [{}, {"host": "/run/postgresql"}, {"host": "localhost"}, {"host": "::1", "hostaddr": "127.0.0.1"}]
)
def test_a_database_on_this_machine_will_do(parameters: dict[str, str]) -> None:
    demo.refuse_elsewhere(parameters)


@pytest.mark.django_db(transaction=True)
def test_a_database_of_real_people_is_left_alone(start: Start, tmp_path: Path) -> None:
    User.objects.create_user("erika")
    named = connection.settings_dict
    url = f"postgres://kim@/{named['HOST']}/{named['NAME']}"
    done = start(tmp_path, DATABASE_URL=url)
    assert done.communicate()[0].splitlines()[-1] == (
        f"In der Datenbank {named['NAME']} gibt es schon eigene Zugänge (1); die Demo legt dort keine mit bekannten "
        "Kennwörtern an. Starten Sie sie ohne DATABASE_URL."
    )
    assert (done.returncode, list(User.objects.values_list("username", flat=True))) == (1, ["erika"])


@pytest.mark.django_db
def test_a_second_start_makes_nothing_twice(tmp_path: Path) -> None:
    file = tmp_path / "demo.json"
    tokens = {demo.people_and_token(file), demo.people_and_token(file)}
    assert len(tokens) == 1
    people = list(User.objects.order_by("username"))
    assert [(person.username, person.role, person.is_superuser) for person in people] == [
        ("finanzen", Role.FINANCE, False),
        ("gremium", Role.COMMITTEE, False),
    ]
    assert all(check_password("demo", person.password) for person in people)
    assert [(token.name, token.digest, token.user.username) for token in ApiToken.objects.all()] == [
        ("Demo", hash_token(tokens.pop()), "finanzen")
    ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.django_db
@pytest.mark.parametrize("damage", ["expired", "revoked", "lost file", "broken file"])
def test_a_token_that_no_longer_works_is_replaced(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "demo.json"
    old = demo.people_and_token(file)
    if damage == "expired":
        ApiToken.objects.update(expiry=timezone.now() + timedelta(hours=1))
    elif damage == "revoked":
        ApiToken.objects.all().delete()
    elif damage == "lost file":
        file.unlink()
    else:
        file.write_text("{")
    new = demo.people_and_token(file)
    assert new != old
    assert [token.digest for token in ApiToken.objects.all()] == [hash_token(new)]


@pytest.mark.django_db
def test_the_logins_work_again_whatever_was_done_to_them(tmp_path: Path) -> None:
    file = tmp_path / "demo.json"
    demo.people_and_token(file)
    changed = User.objects.get(username="finanzen")
    changed.set_password("etwas anderes")
    changed.is_active = False
    changed.save()
    User.objects.filter(username="gremium").update(role=Role.NONE)
    demo.people_and_token(file)
    assert [
        (person.is_active, person.role, check_password("demo", person.password))
        for person in User.objects.order_by("username")
    ] == [
        (True, Role.FINANCE, True),
        (True, Role.COMMITTEE, True),
    ]


@pytest.mark.django_db
def test_a_missing_migration_is_seen_by_its_name() -> None:
    assert demo.is_migrated() is True
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'axes' AND name LIKE '0001%'")
    assert demo.is_migrated() is False
