"""The import in a real browser: readable in every state, and usable without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kim.models import User
from staffing.models import PositionCost
from tests.browser.test_accessibility import violations
from tests.conftest import signed_in
from tests.funding.spreadsheets import IMPORT, exported, typed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Visitor


def send(page: Page, file: Path) -> None:
    page.set_input_files("[name=file]", file)
    page.fill("[name=source]", "Hochrechnung FB 11 vom 02.05.2022")
    page.get_by_role("button", name="Datei prüfen").click()


def test_form_preview_errors_and_conflict_are_accessible(visit: Callable[..., Visitor], tmp_path: Path) -> None:
    visitor = visit(width=360, scheme="dark").sign_in("ayse")
    page = visitor.page
    content = exported(signed_in(User.objects.get(username="ayse")))
    files: dict[str, dict[str, Any]] = {
        "same": {},
        "diff": {"I2": 90000.01, "J2": None},
        "errors": {"I2": "1.234", "J2": "=1"},
    }
    seen, found = {}, {}
    for name in ("form", "same", "diff", "errors", "stale"):
        visitor.go(IMPORT)
        if name == "stale":
            PositionCost.objects.filter(position__reference="KIM-1.1", fiscal_year=2023).update(note="geändert")
        if name != "form":
            file = tmp_path / f"{name}.xlsx"
            file.write_bytes(typed(content, files[name]) if files.get(name) else content)
            send(page, file)
        seen[name] = page.locator("h1").inner_text()
        found[name] = [*violations(visitor), page.evaluate("document.documentElement.scrollWidth")]

    assert seen == {
        "form": "Prognose importieren",
        "same": "Import prüfen",
        "diff": "Import prüfen",
        "errors": "Prognose importieren",
        "stale": "Prognose importieren",
    }
    assert found == {name: [360] for name in seen}


def test_without_scripts_a_file_is_taken_over(visit: Callable[..., Visitor], tmp_path: Path) -> None:
    visitor = visit(scripts=False).sign_in("ayse")
    page = visitor.page
    ayse = User.objects.get(username="ayse")
    file = tmp_path / "prognose.xlsx"
    file.write_bytes(typed(exported(signed_in(ayse)), {"I2": 90000.01}))
    visitor.go(IMPORT)
    send(page, file)
    page.get_by_role("button", name="Alles übernehmen").click()
    page.wait_for_url("**/prognose/")

    assert page.get_by_text("Importiert: ein Betrag.").is_visible()
    stored = PositionCost.objects.get(position__reference="KIM-1.1", fiscal_year=2023)
    assert [str(stored.amount), stored.recorded_by] == ["90000.01", ayse]
