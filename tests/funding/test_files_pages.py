"""The pages of the import in a real browser without scripts: readable at every width, and axe finds nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import Page, sync_playwright

from funding.loading import load_case
from kim.models import User
from kim.roles import Role
from staffing.models import PositionCost
from tests.conftest import signed_in
from tests.funding.spreadsheets import IMPORT, exported, typed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_django.live_server_helper import LiveServer

SIZES = ((1280, "light"), (360, "light"), (1280, "dark"))


@pytest.fixture
def asynchronous(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the test use the database while the browser's loop runs in the same thread."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def open_page(live_server: LiveServer) -> Iterator[Callable[[int, str], Page]]:
    """Return a function that signs in and opens the import page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])

        def opened(width: int, scheme: str, *, scripts: bool = False) -> Page:
            page = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts  # type: ignore[arg-type]
            ).new_page()
            page.goto(f"{live_server.url}/anmelden/")
            page.fill("[name=username]", "ayse")
            page.fill("[name=password]", "demo")
            page.press("[name=password]", "Enter")
            page.wait_for_url(f"{live_server.url}/")
            page.goto(f"{live_server.url}{IMPORT}")
            return page

        yield opened
        # Inside the browser's loop Django opens connections of its own; nobody else would close them.
        connections.close_all()
        browser.close()


def send(page: Page, file: Path) -> None:
    page.set_input_files("[name=file]", file)
    page.fill("[name=source]", "Hochrechnung FB 11 vom 02.05.2022")
    page.get_by_role("button", name="Datei prüfen").click()


def findings(page: Page) -> list[str]:
    """Return what axe finds, and whether the page is wider than the window."""
    found = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in Axe().run(page).response["violations"]]
    width = page.evaluate("document.documentElement.scrollWidth")
    return [*found, *(["wider than the window"] if width > page.viewport_size["width"] else [])]  # type: ignore[index]


@pytest.mark.django_db(transaction=True)
def test_form_preview_errors_and_conflict_are_accessible(
    asynchronous: None, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    load_case()
    ayse = User.objects.create_user("ayse", password="demo", role=Role.FINANCE)
    content = exported(signed_in(ayse))
    files = {
        "same": content, "diff": typed(content, {"I2": 90000.01, "J2": None}),
        "errors": typed(content, {"I2": "1.234", "J2": "=1"}),
    }
    for name, one in files.items():
        (tmp_path / f"{name}.xlsx").write_bytes(one)
    headings = {
        "form": "Prognose importieren", "same": "Import prüfen", "diff": "Import prüfen",
        "errors": "Prognose importieren", "stale": "Prognose importieren",
    }
    seen = {}
    found = {}
    for width, scheme in SIZES:
        page = open_page(width, scheme, scripts=True)
        for name in headings:
            page.goto(page.url.partition("/programme/")[0].rstrip("/") + IMPORT)
            if name == "stale":
                PositionCost.objects.filter(position__reference="KIM-1.1", fiscal_year=2023).update(note="geändert")
                send(page, tmp_path / "same.xlsx")
            elif name != "form":
                send(page, tmp_path / f"{name}.xlsx")
            seen[name] = page.locator("h1").inner_text()
            found[name, width, scheme] = findings(page)
            if os.environ.get("KIM_LOOK"):
                page.screenshot(path=f"{os.environ['KIM_LOOK']}/{name}-{width}-{scheme}.png", full_page=True)
        PositionCost.objects.filter(position__reference="KIM-1.1", fiscal_year=2023).delete()
        cost = PositionCost.objects.get(position__reference="KIM-1.1", fiscal_year=2024)
        PositionCost.objects.create(position=cost.position, fiscal_year=2023, amount=cost.amount, source=cost.source)
    assert seen == headings
    assert {place: one for place, one in found.items() if one} == {}


@pytest.mark.django_db(transaction=True)
def test_without_scripts_a_file_is_taken_over(
    asynchronous: None, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    load_case()
    ayse = User.objects.create_user("ayse", password="demo", role=Role.FINANCE)
    file = tmp_path / "prognose.xlsx"
    file.write_bytes(typed(exported(signed_in(ayse)), {"I2": 90000.01}))
    page = open_page(1280, "light")
    send(page, file)
    page.get_by_role("button", name="Alles übernehmen").click()
    page.wait_for_url("**/prognose/")
    assert page.get_by_text("Importiert: ein Betrag.").is_visible()
    stored = PositionCost.objects.get(position__reference="KIM-1.1", fiscal_year=2023)
    assert [str(stored.amount), stored.recorded_by] == ["90000.01", ayse]
