"""The plain pages in a browser: forms and their errors, what is empty, narrow windows, focus, and without KERN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from funding.models import CouncilPaper, FundedPosition, MaterialLine, Programme
from kim import context_processors
from staffing.models import Position, PositionCost
from tests.browser.test_accessibility import KIM, look, violations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Visitor

# What stands out from a window of this width, outside of regions that scroll by themselves.
WIDE = """() => [...document.querySelectorAll('main *')].filter(one => {
    const box = one.getBoundingClientRect();
    return box.right > innerWidth + 1 && !one.closest('.kim-scroll, svg, .kim-visually-hidden') && box.width > 0;
}).map(one => `${one.tagName}.${one.className}`)"""
# The outline of the focused element: a line of at least two pixels, inside the window.
FOCUS = """() => {
    const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
    return {
        what: one.textContent.trim() || one.name || one.id,
        line: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== 'none',
        seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
}"""
BLOCKED = "Content Security Policy"


def send(page: Page) -> None:
    page.click("main button[type=submit]")


def place(reference: str = "KIM-2.1") -> str:
    return f"{KIM}/stellen/{Position.objects.get(reference=reference).pk}"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_errors_of_a_form(visit: Callable[..., Visitor], width: int, scheme: str) -> None:
    visitor = visit(width=width, scheme=scheme).sign_in("ayse")
    page = visitor.page
    visitor.go(f"{KIM}/stellen/neu/")
    page.fill("#id_fte", "1,5")
    page.fill("#id_planned_from", "31.02.2022")
    send(page)

    assert page.title().startswith("Fehler: Neue Stelle")
    assert violations(visitor) == []
    # The summary leads to the field, whose message is read with it.
    page.click("a[href='#id_planned_from']")
    focused = page.evaluate("document.activeElement.id")
    described = page.evaluate(
        """() => document.activeElement.getAttribute('aria-describedby').split(' ')
        .map(id => document.getElementById(id).innerText.trim())"""
    )
    assert (focused, described) == (
        "id_planned_from",
        [
            "Tag.Monat.Jahr, zum Beispiel 31.12.2022",
            "Den Tag „31.02.2022“ gibt es nicht. Bitte so eingeben: 31.12.2022",
        ],
    )
    # The browser reports the refusal itself; everything else it complains about is a defect.
    assert [one for one in visitor.complaints if "422" not in one] == []


def empty_pages() -> list[str]:
    """Take away what fills the pages; return those that now say so."""
    CouncilPaper.objects.all().delete()
    PositionCost.objects.filter(fiscal_year=2022).delete()
    MaterialLine.objects.all().delete()
    return [f"{KIM}/", f"{KIM}/vorlagen/", f"{KIM}/sachkosten/", f"{KIM}/stellen/", f"{place()}/"]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (360, "light")])
def test_where_there_is_nothing(visit: Callable[..., Visitor], width: int, scheme: str) -> None:
    visitor = visit(width=width, scheme=scheme).sign_in("ayse")

    found = look(visitor, empty_pages(), width)
    FundedPosition.objects.all().delete()
    Programme.objects.all().delete()
    found |= look(visitor, ["/"], width)

    assert (found, visitor.complaints) == ({}, [])


def test_nothing_sticks_out_of_a_narrow_window(visit: Callable[..., Visitor]) -> None:
    width = 320
    visitor = visit(width=width).sign_in("ayse")
    wide: dict[str, Any] = {}
    for path in (
        "/",
        f"{KIM}/",
        f"{KIM}/rechenweg/shortfall/",
        f"{KIM}/stellen/",
        f"{place()}/",
        f"{place()}/aendern/",
        f"{KIM}/sachkosten/",
        f"{KIM}/foerderung/",
        f"{KIM}/foerderung/bescheid/neu/",
        f"{KIM}/szenarien/",
        f"{KIM}/vorlagen/2021-1121/",
        "/nichts/",
    ):
        visitor.go(path)
        found = visitor.page.evaluate(WIDE)
        scrolled = visitor.page.evaluate("document.documentElement.scrollWidth")
        if found or scrolled > width:
            wide[path] = (scrolled, found)
    assert wide == {}


def test_twice_as_large_text_stays_in_its_window(visit: Callable[..., Visitor]) -> None:
    visitor = visit(width=1280).sign_in("bernd")
    wide = {}
    for path in (f"{KIM}/", f"{KIM}/stellen/", f"{KIM}/rechenweg/shortfall/"):
        visitor.go(path)
        visitor.page.evaluate("document.documentElement.style.fontSize = '200%'")
        wide[path] = visitor.page.evaluate("document.documentElement.scrollWidth")
    assert wide == dict.fromkeys(wide, 1280)


def test_a_yearly_cost_without_a_script(visit: Callable[..., Visitor]) -> None:
    visitor = visit(scripts=False)
    page = visitor.page
    visitor.go(f"{place()}/kosten/2022/")
    page.fill("[name=username]", "ayse")
    page.fill("[name=password]", "demo")
    send(page)
    page.fill("#id_amount", "55.0000")
    send(page)
    refused = (page.inner_text("#id_amount_error"), page.input_value("#id_amount"))
    page.fill("#id_amount", "90.000,01")
    send(page)

    assert refused == ("„55.0000“ ist kein eindeutiger Betrag. Bitte so eingeben: 913.257,24", "55.0000")
    assert page.inner_text(".kern-alert--success .kern-title").endswith(
        "Gespeichert: Casemanagement Caritasverband: Personalkosten 2022."
    )
    stored = PositionCost.objects.get(position__reference="KIM-2.1", fiscal_year=2022)
    assert str(stored.amount) == "90000.01"


def test_by_keyboard_alone_and_the_focus_is_always_seen(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page, keys = visitor.page, visitor.page.keyboard
    visitor.go(f"{place()}/kosten/2022/")
    seen = []
    for step in ("Tab", "Enter", "Tab"):
        keys.press(step)
        seen.append(page.evaluate(FOCUS))
    keys.type("ayse")
    keys.press("Tab")
    keys.type("demo")
    keys.press("Enter")
    page.wait_for_selector("#id_amount")
    for _step in range(40):
        keys.press("Tab")
        seen.append(page.evaluate(FOCUS))
        if seen[-1]["what"] == "amount":
            break
    keys.press("Control+a")
    keys.type("90.000,02")
    keys.press("Enter")
    page.wait_for_selector(".kern-alert--success")

    assert [seen[0]["what"], seen[2]["what"]] == ["Zum Inhalt springen", "username"]
    # The main part takes the focus from the skip link without a frame; everything else shows where one is.
    assert [one for one in seen[:1] + seen[2:] if not (one["line"] and one["seen"])] == []
    assert seen[-1]["what"] == "amount"
    stored = PositionCost.objects.get(position__reference="KIM-2.1", fiscal_year=2022)
    assert str(stored.amount) == "90000.02"


# --- Without the fetched design -------------------------------------------------------------------------------------


@pytest.fixture
def plain_look(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Serve the look of a city that has fetched nothing: our own stylesheet in the place of KERN."""
    settings.ASSETS_FOLDER = tmp_path
    context_processors.stylesheets.cache_clear()
    yield
    context_processors.stylesheets.cache_clear()


@pytest.mark.usefixtures("plain_look")
@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (360, "light")])
def test_plain_look(visit: Callable[..., Visitor], width: int, scheme: str) -> None:
    visitor = visit(width=width, scheme=scheme).sign_in("ayse")
    paths = [f"{KIM}/", f"{KIM}/stellen/neu/", f"{KIM}/rechenweg/shortfall/", "/nichts/"]

    found = look(visitor, paths, width)
    sheets = visitor.page.evaluate("[...document.styleSheets].map(one => one.href.split('/static/')[1])")

    assert (found, "kim/plain.css" in sheets, [one for one in sheets if one.startswith("kern/")]) == ({}, True, [])
    assert [one for one in visitor.complaints if BLOCKED in one] == []
