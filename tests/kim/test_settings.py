"""A malformed value of the environment stops the start with one sentence; production starts with nothing missing."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kim.errors import EnvironmentValueError

if TYPE_CHECKING:
    from collections.abc import Callable

PROJECT = Path(__file__).parents[2]
SECRET = "q8Zr-J2mX_w5vTfB7yLk0HsN3dGpC9uEaR6tYiO1xQzWbVnM4jU"
PRODUCTION = {
    "KIM_PRODUCTION": "true",
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "haushalt.example.org, foerderung.example.org",
    "DATABASE_URL": "postgres://kim:geheim@db.example.org:5433/haushalt",
}
FORM = "Form: postgres://benutzer:kennwort@rechner:5432/datenbank"
WEAK = (
    "SECRET_KEY fehlt oder ist zu schwach: im Produktivbetrieb sind mindestens 50 zufällige Zeichen nötig "
    "(SECRET_KEY oder SECRET_KEY_FILE)."
)
HOSTS = "ALLOWED_HOSTS muss im Produktivbetrieb die Namen des Servers nennen, ohne „*“ (mit Komma getrennt)."

REFUSED = [
    ({"KIM_DEBUG": "vielleicht"}, "KIM_DEBUG='vielleicht' ist kein Wahrheitswert. Erlaubt sind true und false."),
    ({"KIM_PRODUCTION": "ja"}, "KIM_PRODUCTION='ja' ist kein Wahrheitswert. Erlaubt sind true und false."),
    ({"KIM_PROXIES": "-1"}, "KIM_PROXIES='-1' ist keine ganze Zahl von 0 bis 5."),
    ({"KIM_PROXIES": "1.0"}, "KIM_PROXIES='1.0' ist keine ganze Zahl von 0 bis 5."),
    ({"KIM_PROXIES": "٣"}, "KIM_PROXIES='٣' ist keine ganze Zahl von 0 bis 5."),
    ({"KIM_PROXIES": "6"}, "KIM_PROXIES='6' ist keine ganze Zahl von 0 bis 5."),
    ({"KIM_PROXIES": "9" * 5000}, f"KIM_PROXIES='{'9' * 5000}' ist keine ganze Zahl von 0 bis 5."),
    ({"KIM_POSTGRES": "tests"}, "KIM_POSTGRES='tests' gibt es nicht. Erlaubt sind: (leer), test."),
    ({"KIM_LOG_LEVEL": "LAUT"}, "KIM_LOG_LEVEL='LAUT' gibt es nicht. Erlaubt sind: WARNING, DEBUG, INFO, ERROR."),
    ({"SECRET_KEY_FILE": "/fehlt"}, "SECRET_KEY_FILE='/fehlt' ist nicht lesbar: No such file or directory."),
    ({"SECRET_KEY_FILE": "/"}, "SECRET_KEY_FILE='/' ist nicht lesbar: Is a directory."),
    ({"SECRET_KEY_FILE": sys.executable}, f"SECRET_KEY_FILE={sys.executable!r} ist nicht lesbar: kein Text."),
    (
        {"KIM_HOME": "/dev/null/kim"},
        (
            "Der Ordner /dev/null/kim lässt sich nicht beschreiben (Not a directory). "
            "Geben Sie Schreibrecht oder Platz frei, oder nennen Sie mit KIM_HOME einen anderen Ordner."
        ),
    ),
    *(
        ({"DATABASE_URL": url}, "DATABASE_URL muss mit postgres:// beginnen: das Programm rechnet nur mit PostgreSQL.")
        for url in ("sqlite:///kim.db", "mysql://kim@127.0.0.1/kim", "$DATABASE_URL", "unsinn")
    ),
    *(
        ({"DATABASE_URL": url}, f"DATABASE_URL ist nicht lesbar. {FORM}")
        for url in ("postgres://kim@rechner:99999/kim", "postgres://kim@rechner:abc/kim")
    ),
    *(
        ({"DATABASE_URL": url}, f"DATABASE_URL nennt keine Datenbank. {FORM}")
        for url in ("postgres://", "postgres://rechner", "postgres://kim:geheim@rechner:5432/")
    ),
    *(
        (PRODUCTION | {"SECRET_KEY": secret}, WEAK)
        for secret in ("", "kurz", SECRET[:49], "a" * 60, "django-insecure-" + SECRET)
    ),
    *((PRODUCTION | {"ALLOWED_HOSTS": hosts}, HOSTS) for hosts in ("", " , ", "*", "haushalt.example.org,*.org")),
    (PRODUCTION | {"KIM_DEBUG": "1"}, "KIM_DEBUG=true ist im Produktivbetrieb nicht erlaubt."),
    (
        PRODUCTION | {"DATABASE_URL": ""},
        "DATABASE_URL muss im Produktivbetrieb einen PostgreSQL-Server nennen.",
    ),
]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Read the settings file anew in a given environment."""

    def read_in(environment: dict[str, str]) -> dict[str, Any]:
        for name in [*os.environ]:
            if name.startswith("KIM_") or name in {"DATABASE_URL", "SECRET_KEY", "SECRET_KEY_FILE", "ALLOWED_HOSTS"}:
                monkeypatch.delenv(name)
        for name, value in ({"KIM_HOME": str(tmp_path / "home")} | environment).items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(PROJECT / "kim" / "settings.py"))

    return read_in


@pytest.mark.parametrize(("environment", "sentence"), REFUSED)
def test_a_malformed_value_stops_the_start(
    read: Callable[..., dict[str, Any]], environment: dict[str, str], sentence: str
) -> None:
    """The sentence names the variable, what was read and what is allowed; never a password."""
    with pytest.raises(EnvironmentValueError) as refused:
        read(environment)
    assert refused.value.message == sentence


def test_nothing_needs_to_be_set(read: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    """A newcomer's machine: embedded server, closed to the network, a secret that is made once and kept."""
    first, second = read({}), read({"KIM_DEBUG": "", "KIM_PROXIES": " ", "DATABASE_URL": "", "ALLOWED_HOSTS": ""})
    names = "PRODUCTION", "DEBUG", "ALLOWED_HOSTS", "EMBEDDED_POSTGRES_FOLDER", "EMBEDDED_POSTGRES_FSYNC"
    assert [first[name] for name in names] == [
        False, False, ["127.0.0.1", "localhost", "[::1]"], tmp_path / "home" / "postgres", True,
    ]  # fmt: skip
    assert first["DATABASES"]["default"]["ENGINE"] == "kim.embedded_postgres"
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert (len(first["SECRET_KEY"]), (tmp_path / "home" / "secret-key").stat().st_mode & 0o777) == (86, 0o600)


def test_tests_have_data_of_their_own(read: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    """And only they go without writing every commit to the disk."""
    settings = read({"KIM_POSTGRES": "test"})
    assert (settings["EMBEDDED_POSTGRES_FOLDER"], settings["EMBEDDED_POSTGRES_FSYNC"]) == (
        tmp_path / "home" / "postgres-test",
        False,
    )


def test_production_reads_what_it_is_given(read: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    """The secret may come from a file; a dollar sign in a value is a dollar sign."""
    secret = tmp_path / "secret"
    secret.write_text(f"${SECRET}\n")
    settings = read(PRODUCTION | {"SECRET_KEY": "", "SECRET_KEY_FILE": str(secret), "KIM_PROXIES": "1"})
    database = settings["DATABASES"]["default"]
    assert {name: database[name] for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "haushalt",
        "USER": "kim",
        "PASSWORD": "geheim",
        "HOST": "db.example.org",
        "PORT": 5433,
    }
    names = "SECRET_KEY", "ALLOWED_HOSTS", "DEBUG", "SESSION_COOKIE_SECURE", "SECURE_SSL_REDIRECT"
    assert [settings[name] for name in names] == [
        f"${SECRET}", ["haushalt.example.org", "foerderung.example.org"], False, True, True,
    ]  # fmt: skip
    assert settings["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


def manage(*words: str, **environment: str) -> tuple[int, str]:
    """Run a command in a process of its own; return its exit code and all it said."""
    done = subprocess.run(
        [sys.executable, PROJECT / "manage.py", *words],
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={"PATH": os.environ["PATH"], **environment},
    )
    return done.returncode, done.stdout


def test_a_command_says_the_sentence_and_nothing_else() -> None:
    """No traceback at the start of a command."""
    assert manage("check", KIM_DEBUG="vielleicht") == (
        1,
        "KIM_DEBUG='vielleicht' ist kein Wahrheitswert. Erlaubt sind true und false.\n",
    )


def test_production_passes_the_deployment_check(tmp_path: Path) -> None:
    """Nothing is silenced there but the assets folder, without which every page works."""
    code, said = manage("check", "--deploy", "--fail-level", "WARNING", KIM_HOME=str(tmp_path), **PRODUCTION)
    assert (code, re.sub(r"\d+ silenced", "n silenced", said)) == (
        0,
        "System check identified no issues (n silenced).\n",
    )
