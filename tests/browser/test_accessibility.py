"""axe finds nothing on any page, for either role, in light and dark, wide and narrow; nothing is cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from funding.models import LumpSum, MaterialLine, PaperItem
from funding.replay import replay
from kim.models import User
from staffing.loading import load_pay
from staffing.models import PayRise, Position, PositionBasis, PositionCost

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.conftest import Visitor

# Every rule of WCAG 2.0 to 2.2 A and AA, and the best practices. Collecting what passed would take as long again.
RULES = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}
AXE = Axe()
KIM = "/programme/kim-nrw"


def pages(role: str) -> list[str]:
    """Return every page that the role opens, and the states that look different."""
    place = Position.objects.get(reference="KIM-2.1").pk
    line = MaterialLine.objects.get(kind="workplace").pk
    load_pay()
    basis, rise = paid(place)
    both = [
        "/",
        f"{KIM}/",
        f"{KIM}/?year=2023&scenario=top-up-ends",
        f"{KIM}/rechenweg/shortfall/?year=2023",
        f"{KIM}/stellen/?sort=-cost",
        f"{KIM}/stellen/{place}/",
        f"{KIM}/stellen/tariferhoehungen/?year=2025",
        f"{KIM}/deckung/",
        f"{KIM}/deckung/?year=2023&scenario=top-up-ends",
        f"{KIM}/besetzung/",
        f"{KIM}/foerderende/",
        f"{KIM}/vorlagen/2021-1121/abgleich/",
        f"{KIM}/fragen/",
        f"{KIM}/fragen/zu/shortfall/",
        f"{KIM}/sachkosten/",
        f"{KIM}/sachkosten/{line}/",
        f"{KIM}/foerderung/",
        f"{KIM}/szenarien/",
        f"{KIM}/szenarien/top-up-ends/",
        f"{KIM}/vergleich/",
        f"{KIM}/vergleich/?scenario_von=grant-continues&scenario=grant-ends&year=2023",
        f"{KIM}/vergleich/?von=1999-01-01",
        f"{KIM}/vergleich/rechenweg/shortfall/?scenario_von=grant-continues&scenario=grant-ends&year=2023&ursache=scenario",
        f"{KIM}/seit-der-sitzung/",
        f"{KIM}/vorlagen/",
        f"{KIM}/vorlagen/2021-1121/",
        f"{KIM}/vorlagen/2021-1204/",
        f"{KIM}/vorlagen/2024-3092/",
        f"{KIM}/vorlagen/2021-1121/finanzblock/",
        f"{KIM}/vorlagen/2021-1121/finanzblock/?version=&year=2023&scenario=positions-end",
        f"{KIM}/fassungen/",
        f"{KIM}/fassungen/1/",
        f"{KIM}/?version=1",
        f"{KIM}/stellen/{place}/?version=1",
        f"{KIM}/sachkosten/{line}/?version=1",
        f"{KIM}/foerderung/?version=1",
        f"{KIM}/vorlagen/?version=1",
        f"{KIM}/vorlagen/2021-1121/?version=1",
        f"{KIM}/besetzung/?version=1",
        f"{KIM}/aenderungen/",
        f"{KIM}/aenderungen/bericht/",
        f"{KIM}/?scenario=unbekannt",
        "/gibt-es-nicht/",
        "/stellenkosten/",
        "/stellenkosten/?group=S12&step=4&year=2023&fte=1,0&overhead=20",
        "/entgelttabellen/",
        "/entgelttabellen/TVoeD-VKA-S/2024-03-01/",
        "/handbuch/",
        "/handbuch/glossar/",
        "/handbuch/stellenkosten/",
        "/zugaenge/",
    ]
    if role == "bernd":
        return both
    item = PaperItem.objects.get(paper__number="2024/3092").pk
    # What the finance staff sees more of: links to edit on the pages of all, and pages of its own.
    return [
        f"{KIM}/stellen/",
        f"{KIM}/stellen/{place}/",
        f"{KIM}/foerderung/",
        f"{KIM}/szenarien/",
        f"{KIM}/stellen/neu/",
        f"{KIM}/stellen/{place}/aendern/",
        f"{KIM}/stellen/{place}/kosten/2023/",
        f"{KIM}/stellen/{place}/kostenbasis/neu/pay_table/",
        f"{KIM}/stellen/{place}/kostenbasis/{basis}/",
        f"{KIM}/stellen/{place}/kostenbasis/{basis}/entfernen/",
        f"{KIM}/stellen/tariferhoehungen/",
        f"{KIM}/stellen/tariferhoehungen/neu/",
        f"{KIM}/stellen/tariferhoehungen/{rise}/zuruecknehmen/",
        f"{KIM}/foerderung/pauschale/{LumpSum.objects.order_by('pk')[0].pk}/",
        f"{KIM}/foerderung/bescheid/neu/",
        f"{KIM}/foerderende/",
        f"{KIM}/foerderung/frist/neu/",
        f"{KIM}/vorlagen/2021-1121/abgleich/neu/",
        f"{KIM}/vorlagen/2021-1121/abgleich/einlesen/",
        f"{KIM}/vorlagen/2021-1121/finanzblock/angaben/",
        f"{KIM}/prognose/",
        f"{KIM}/prognose/import/",
        f"{KIM}/szenarien/neu/",
        "/entgelttabellen/",
        "/entgelttabellen/hochladen/",
        "/entgelttabellen/sozialversicherung/neu/",
        f"{KIM}/vorlagen/",
        f"{KIM}/vorlagen/2022-1410/",
        f"{KIM}/vorlagen/neu/",
        f"{KIM}/vorlagen/oparl/",
        f"{KIM}/vorlagen/2024-3092/beschluss/",
        f"{KIM}/vorlagen/2024-3092/punkte/neu/",
        f"{KIM}/vorlagen/2024-3092/beratung/neu/",
        f"{KIM}/vorlagen/2024-3092/punkte/{item}/verbindung/neu/",
        f"{KIM}/vorlagen/2024-3092/punkte/{item}/zuruecknehmen/",
        f"{KIM}/fassungen/",
        f"{KIM}/fassungen/1/",
        f"{KIM}/fassungen/neu/?corrects=1",
    ]


def paid(place: int) -> tuple[int, int]:
    """Let the position have a basis, and let there be a pay rise; returns the numbers of both."""
    basis, _new = PositionBasis.objects.get_or_create(
        position_id=place, first_year=2024, basis="provider_tariff", tariff_name="AVR", amount="79000.00",
        defaults={"source": "Mitteilung"},
    )  # fmt: skip
    rise, _new = PayRise.objects.get_or_create(
        name="Tarifrunde 2025", first_day="2025-04-01", percent="3.00", applies_to_declared=True,
        defaults={"source": "Annahme", "source_status": "assumed"},
    )  # fmt: skip
    return basis.pk, rise.pk


def violations(visitor: Visitor) -> list[str]:
    """Return what axe finds, as rule and place."""
    found: dict[str, Any] = AXE.run(visitor.page, options=RULES).response
    return [f"{one['id']}: {node['html'][:120]}" for one in found["violations"] for node in one["nodes"]]


def look(visitor: Visitor, paths: list[str], width: int) -> dict[str, Any]:
    """Open each page and return what is wrong with it."""
    wrong: dict[str, Any] = {}
    for path in paths:
        visitor.go(path)
        visible = visitor.page.evaluate("document.documentElement.scrollWidth")
        found = [*violations(visitor), *([f"{visible} px wide"] if visible > width else [])]
        if found:
            wrong[path] = found
    return wrong


# Each colour scheme and each width is seen by both roles; the four together would only repeat the work.
@pytest.mark.parametrize(
    ("role", "width", "scheme"),
    [("ayse", 1280, "light"), ("ayse", 360, "dark"), ("bernd", 360, "light"), ("bernd", 1280, "dark")],
)
def test_every_page(visit: Callable[..., Visitor], role: str, width: int, scheme: str) -> None:
    replay(by=User.objects.get(username="ayse"), say=lambda _line: None)
    visitor = visit(width=width, scheme=scheme).sign_in(role)

    assert look(visitor, pages(role), width) == {}
    # Two of the addresses are refused on purpose, and a refusal is a page like any other; the rest is a defect.
    assert [one for one in visitor.complaints if "status of 404" not in one and "status of 400" not in one] == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (320, "light")])
def test_the_sign_in_and_its_errors(visit: Callable[..., Visitor], width: int, scheme: str) -> None:
    visitor = visit(width=width, scheme=scheme)
    visitor.go("/anmelden/")
    before = violations(visitor)
    visitor.page.fill("[name=username]", "ayse")
    visitor.page.fill("[name=password]", "falsch")
    visitor.page.click("main button[type=submit]")

    assert visitor.page.title().startswith("Fehler:")
    assert [before, violations(visitor)] == [[], []]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (320, "light")])
def test_states_of_the_question_and_the_upload(
    visit: Callable[..., Visitor], tmp_path: Path, width: int, scheme: str
) -> None:
    load_pay()
    visitor = visit(width=width, scheme=scheme).sign_in("ayse")
    page = visitor.page
    visitor.go("/stellenkosten/?group=S12&step=4&year=23&fte=0.5&u2=x")
    found = [violations(visitor)]
    for amount in ("55.0000", "4.500,00"):
        file = tmp_path / "tabelle.csv"
        file.write_text(
            f"Gruppe;Stufe 1;Stufe 2;Stufe 3;Stufe 4;Stufe 5;Stufe 6\nS12;;;;{amount};;\n", encoding="utf-8"
        )
        visitor.go("/entgelttabellen/hochladen/")
        page.set_input_files("[name=file]", file)
        page.select_option("[name=tariff]", "TVoeD-VKA-S")
        page.fill("[name=valid_from]", "01.04.2027")
        page.fill("[name=source]", "Anlage C")
        page.click("main form button[type=submit]")
        found.append(violations(visitor))
    assert page.title().startswith("Entgelttabelle prüfen")
    page.click("main form button[type=submit]")

    assert page.title().startswith("TVöD-VKA, Tabelle S")
    assert found == [[], [], []]


@pytest.mark.parametrize("width", [1280, 320])
def test_states_of_the_grid(visit: Callable[..., Visitor], width: int) -> None:
    visitor = visit(width=width).sign_in("ayse")
    page = visitor.page
    visitor.go(f"{KIM}/prognose/")
    page.wait_for_selector("#grid[data-ready]")
    cell = page.locator(".kim-grid__input").nth(3)
    cell.fill("90000")
    cell.press("Enter")
    changed = violations(visitor)
    page.evaluate(
        """() => { const cell = document.querySelectorAll('.kim-grid__input')[0]; const data = new DataTransfer();
        data.setData('text/plain', '1.000,00\\t55.0000\\n2.000,00\\t3.000,00');
        cell.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }"""
    )
    preview = violations(visitor)
    page.keyboard.press("Escape")
    cell.fill("55.0000")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click(".kim-actions button[value=save]")
    page.wait_for_selector(".kim-error-summary")
    refused = violations(visitor)
    cell.fill("91.000,00")
    page.fill("#source", "Hochrechnung")
    PositionCost.objects.all().update(amount="70000.00")
    page.click(".kim-actions button[value=save]")
    page.wait_for_selector("text=Inzwischen hat jemand anderes gespeichert")

    assert [changed, preview, refused, violations(visitor)] == [[], [], [], []]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_states_of_a_pay_rise(visit: Callable[..., Visitor], width: int, scheme: str) -> None:
    visitor = visit(width=width, scheme=scheme).sign_in("ayse")
    page = visitor.page
    visitor.go(f"{KIM}/stellen/tariferhoehungen/neu/")
    page.click("button[value=preview]")
    page.wait_for_selector(".kim-error-summary")
    refused = violations(visitor)
    for name, text in {"name": "Runde", "first_day": "01.04.2025", "percent": "3", "source": "Annahme"}.items():
        page.fill(f"[name={name}]", text)
    page.check("[name=applies_to_declared]")
    page.click("button[value=preview]")
    page.wait_for_selector("button[value=apply]")
    shown = violations(visitor)
    PositionCost.objects.all().update(amount="70000.00")
    page.click("button[value=apply]")
    page.wait_for_selector("text=Inzwischen wurde etwas gespeichert")
    stale = violations(visitor)
    page.click("button[value=apply]")
    page.wait_for_selector("text=Angewendet")

    assert [refused, shown, stale, violations(visitor)] == [[], [], [], []]
