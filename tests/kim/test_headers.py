"""What every answer carries, whatever happened; and what no page contains. Roles and routes: test_permissions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection

from tests.headers import POLICY, SHORT_POLICY, missing_headers, policy
from tests.kim.failing_urls import SECRET
from tests.pages import Page, foreign_parts

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client


Answer = Any
MEGABYTES = 10 * 1024 * 1024


# --- Answers that no view gives -------------------------------------------------------------------------------------


def test_a_foreign_host_is_refused_with_all_headers(client: Client) -> None:
    answer = client.get("/", HTTP_HOST="evil.example")
    assert answer.status_code == 400
    assert missing_headers(answer) == []
    assert policy(answer["Content-Security-Policy"]) in (POLICY, SHORT_POLICY)


@pytest.mark.parametrize("name", ["nobody", "ayse"])
def test_an_address_that_does_not_exist(ayse_client: Client, client: Client, name: str) -> None:
    answer = {"nobody": client, "ayse": ayse_client}[name].get("/gibt/es/nicht/")
    page = Page(answer)
    assert (answer.status_code, page.heading) == (404, "Unter dieser Adresse gibt es nichts")
    assert missing_headers(answer) == []
    assert page.main.one("code").text == answer["X-Request-Id"]


def test_what_is_far_too_much(ayse_client: Client) -> None:
    answer = ayse_client.post("/zugaenge/", {"name": "x" * MEGABYTES, "days": "30"})
    page = Page(answer)
    assert (answer.status_code, page.heading) == (413, "Das ist zu viel auf einmal")
    assert page.main.all("p")[0].text == (
        "Ein Formular darf höchstens 1 MB und 10.000 Felder enthalten. Es wurde nichts gespeichert."
    )
    assert missing_headers(answer) == []
    answer = ayse_client.post("/zugaenge/", dict.fromkeys((f"feld-{number}" for number in range(10_001)), "x"))
    assert answer.status_code == 413


def test_our_own_mistake_tells_nothing_but_its_number(
    db: None, settings: Any, ayse_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ROOT_URLCONF = "tests.kim.failing_urls"
    ayse_client.raise_request_exception = False
    answer = ayse_client.get("/kaputt/")
    page = Page(answer)
    assert (answer.status_code, page.heading) == (500, "Das Programm ist auf einen Fehler gestoßen")
    assert SECRET not in answer.content.decode()
    assert page.main.one("code").text == answer["X-Request-Id"]
    assert missing_headers(answer) == []
    assert SECRET in caplog.text


def test_our_own_mistake_towards_a_program(
    db: None, settings: Any, ayse_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ROOT_URLCONF = "tests.kim.failing_urls"
    ayse_client.raise_request_exception = False
    answer = ayse_client.get("/api/kaputt/")
    problem = {"field": "", "code": "server_error", "message": "Das Programm ist auf einen Fehler gestoßen."}
    assert (answer.status_code, json.loads(answer.content)) == (500, {"errors": [problem]})
    assert missing_headers(answer) == []


@pytest.mark.parametrize(
    "path", ["kim/base.css", "kim/icon.svg", "kim/pages.css", "admin/css/base.css", "admin/js/core.js"]
)
def test_files_carry_the_headers_too(db: None, client: Client, path: str) -> None:
    answer = client.get(f"/static/{path}")
    assert answer.status_code == 200
    assert missing_headers(answer, is_static=True) == []
    assert "Set-Cookie" not in answer
    again = client.get(f"/static/{path}", HTTP_IF_MODIFIED_SINCE=answer["Last-Modified"])
    assert again.status_code == 304
    assert missing_headers(again, is_static=True) == []
    for one in (answer, again):
        one.close()


def test_every_request_has_a_number_of_its_own(client: Client) -> None:
    assert len({client.get("/healthz")["X-Request-Id"] for _round in range(20)}) == 20
    # A number from outside could be made to look like somebody else's.
    assert client.get("/healthz", HTTP_X_REQUEST_ID="0" * 12)["X-Request-Id"] != "0" * 12


# --- What pages contain: every page of every role in test_permissions, the others here ------------------------------


def test_pages_of_strangers_need_no_more_than_the_policy_allows(db: None, client: Client) -> None:
    pages = [Page(client.get("/anmelden/")), Page(client.get("/nichts/"))]
    assert [foreign_parts(page) for page in pages] == [[], []]


# --- Production -----------------------------------------------------------------------------------------------------

ASK = """
import json, sys
import django
django.setup()
from django.test import Client
client = Client()
found = {}
for name, path, options in json.load(sys.stdin):
    answer = client.get(path, **options)
    cookies = {key: {part: one[part] for part in ("secure", "httponly", "samesite", "path", "domain", "max-age")}
               for key, one in answer.cookies.items()}
    body = b"" if answer.streaming else answer.content
    found[name] = [answer.status_code, dict(answer.headers), cookies, body.decode("utf-8")]
    answer.close()
json.dump(found, sys.stdout)
"""


def production(home: Path) -> dict[str, str]:
    """Return an environment like a city's: nothing of the developer's, a server of its own."""
    database = connection.settings_dict
    address = urlencode({"host": database["HOST"], "user": database["USER"]})
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "kim.settings",
        # Deprecations become errors; what is merely a hint may come.
        "PYTHONWARNINGS": "error::DeprecationWarning",
        "KIM_PRODUCTION": "true",
        # That the design assets are missing is said as a warning.
        "KIM_LOG_LEVEL": "ERROR",
        "KIM_HOME": str(home),
        "ALLOWED_HOSTS": "foerderhaushalt.example",
        "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "DATABASE_URL": f"postgres:///{database['NAME']}?{address}",
    }


def run(home: Path, *command: str, given: str = "") -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=settings.BASE_DIR, env=production(home), input=given, text=True,
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert f"{done.returncode}: {done.stderr}" == "0: "
    return done.stdout


def test_production_has_nothing_left_to_warn_of(db: None, tmp_path: Path) -> None:
    assert run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "DEBUG") == (
        "System check identified no issues (1 silenced).\n"
    )


def test_production_from_outside(db: None, tmp_path: Path) -> None:
    run(tmp_path, "manage.py", "collectstatic", "--noinput", "--verbosity", "0")
    host = {"SERVER_NAME": "foerderhaushalt.example"}
    safe = {**host, "secure": True}
    asked = [
        ("plain", "/programme/kim-nrw/?year=2023", host),
        ("probe", "/healthz", host),
        ("door", "/anmelden/", safe),
        ("nothing", "/nichts/", safe),
        ("foreign", "/anmelden/", {"SERVER_NAME": "evil.example", "secure": True}),
    ]
    found = json.loads(run(tmp_path, "-c", ASK, given=json.dumps(asked)))
    assert {name: one[0] for name, one in found.items()} == {
        "plain": 301, "probe": 200, "door": 200, "nothing": 404, "foreign": 400,
    }  # fmt: skip
    location = "https://foerderhaushalt.example/programme/kim-nrw/?year=2023"
    assert found["plain"][1]["Location"] == location
    for name in ("door", "nothing"):
        assert found[name][1]["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    _status, _headers, cookies, body = found["door"]
    # The prefix __Host- holds only with Secure, with the whole path, and without a domain.
    assert cookies == {
        "__Host-csrf": {
            "secure": True, "httponly": True, "samesite": "Lax", "path": "/", "domain": "", "max-age": 31449600,
        }
    }  # fmt: skip
    sheets = [one.attributes["href"] for one in Page(body).all("link") if one.attributes["href"].endswith("css")]
    # A name with the hash of its content may be kept for ever.
    assert all(len(name.split(".")) == 3 for name in sheets)
    kept = json.loads(run(tmp_path, "-c", ASK, given=json.dumps([(name, name, safe) for name in sheets])))
    assert {(one[0], one[1]["Cache-Control"]) for one in kept.values()} == {
        (200, "max-age=315360000, public, immutable")
    }
