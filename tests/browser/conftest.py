"""A real Chromium against the live server of the tests."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from funding.loading import load_case
from kim.models import User
from kim.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django.live_server_helper import LiveServer

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Nothing leaves the machine: no updates, no sync, no look-ups.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TIMEOUT = 60_000


@pytest.fixture(scope="session")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    """Start the system's Chromium once; without one the tests are skipped, or fail where they are required.

    It ends before the databases do: inside the browser's loop Django opens connections of its own, and nobody else
    would close them.
    """
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        reason = "Chromium fehlt (Debian: apt-get install chromium)"
        if os.environ.get("KIM_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    # Playwright's loop runs in this thread; Django would take every query here for one inside a coroutine.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        connections.close_all()
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture
def case(transactional_db: None) -> None:
    """The founding case and its people, committed."""
    load_case()
    User.objects.create_user("ayse", password="demo", role=Role.FINANCE)
    User.objects.create_user("bernd", password="demo", role=Role.COMMITTEE)


class Visitor:
    """A browser of its own, with what went wrong in it."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        """Open a page that reports everything the browser complains about."""
        self.context = context
        self.address = address
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str) -> int:
        """Open a page and return its status."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        return answer.status

    def sign_in(self, name: str) -> Visitor:
        """Take a session without typing; the sign-in itself has a test of its own."""
        client = Client()
        client.force_login(User.objects.get(username=name), backend=settings.AUTHENTICATION_BACKENDS[-1])
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.address}])
        return self


@pytest.fixture
def visit(chromium: Browser, live_server: LiveServer, case: None) -> Iterator[Callable[..., Visitor]]:
    """Return a function that opens a browser of its own: width, colours, with or without scripts."""
    contexts: list[BrowserContext] = []

    def open_(*, width: int = 1280, scheme: str = "light", scripts: bool = True) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=scripts,
            locale="de-DE",
            reduced_motion="reduce",
        )
        context.set_default_timeout(TIMEOUT)
        contexts.append(context)
        return Visitor(context, live_server.url)

    yield open_
    for context in contexts:
        context.close()
