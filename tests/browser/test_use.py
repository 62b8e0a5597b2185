"""The three users at work: without a script, by keyboard alone, two at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from funding.selectors import programme_state
from staffing.models import Position, PositionCost

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.conftest import Visitor

KIM = "/programme/kim-nrw"


def cost(reference: str, year: int) -> str:
    return str(PositionCost.objects.get(position__reference=reference, fiscal_year=year).amount)


def cell(page: Page, reference: str, year: int) -> str:
    page.wait_for_selector("#grid[data-ready]")
    return f"#c-p{Position.objects.get(reference=reference).pk}-{year}"


def test_without_a_script(visit: Callable[..., Visitor]) -> None:
    visitor = visit(scripts=False)
    page = visitor.page
    visitor.go(f"{KIM}/")
    page.fill("[name=username]", "ayse")
    page.fill("[name=password]", "demo")
    page.click("main button[type=submit]")
    first = page.locator(".kim-figure__value").all_inner_texts()
    page.select_option("[name=year]", "2023")
    page.select_option("[name=scenario]", "grant-ends")
    page.click("text=Anzeigen")
    second = page.locator(".kim-figure__value").all_inner_texts()
    page.goto(f"{visitor.address}{KIM}/prognose/")
    page.fill(f"#c-p{Position.objects.get(reference='KIM-2.1').pk}-2023", "90.000,01")
    page.fill("#source", "Hochrechnung")
    page.click(".kim-actions button[value=save]")

    assert [one.split(":")[0].strip() for one in first] == [
        "962.257,24 €",
        "625.600,00 €",
        "336.657,24 €",
        "962.257,24 €",
    ]
    assert [one.split(":")[0].strip() for one in second] == ["962.257,24 €", "0,00 €", "962.257,24 €", "962.257,24 €"]
    assert cost("KIM-2.1", 2023) == "90000.01"


def test_by_keyboard_alone(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page, keys = visitor.page, visitor.page.keyboard
    visitor.go(f"{KIM}/prognose/")
    keys.press("Tab")
    skip = page.evaluate("document.activeElement.textContent")
    keys.press("Enter")
    keys.press("Tab")
    keys.type("ayse")
    keys.press("Tab")
    keys.type("demo")
    keys.press("Enter")
    first = cell(page, "KIM-1.1", 2022)
    # Tab by Tab to the first cell, as somebody without a mouse does.
    for _step in range(80):
        if page.evaluate("document.activeElement.id") == first[1:]:
            break
        keys.press("Tab")
    keys.type("80000")
    keys.press("Enter")
    below = page.evaluate("document.activeElement.id")
    keys.press("ArrowRight")
    right = page.evaluate("document.activeElement.id")
    keys.press("Tab")
    after_tab = page.evaluate("document.activeElement.id")
    keys.press("Control+z")
    undone = page.input_value(first)
    keys.press("Control+y")
    redone = page.input_value(first)
    page.focus("#source")
    keys.type("Hochrechnung")
    keys.press("Enter")
    page.wait_for_selector(".kern-alert--success")

    assert skip == "Zum Inhalt springen"
    assert [below, right, after_tab] == [
        cell(page, "KIM-1.2", 2022)[1:],
        cell(page, "KIM-1.2", 2023)[1:],
        cell(page, "KIM-1.2", 2024)[1:],
    ]
    assert [undone, redone, cost("KIM-1.1", 2022)] == ["86.259,25", "80.000,00", "80000.00"]


def test_two_people_at_once_lose_nothing(visit: Callable[..., Visitor]) -> None:
    one, other = visit().sign_in("ayse"), visit().sign_in("ayse")
    for visitor in (one, other):
        visitor.go(f"{KIM}/prognose/")
        visitor.page.fill("#source", "Hochrechnung")
    name = cell(one.page, "KIM-2.1", 2023)
    second = cell(other.page, "KIM-2.2", 2023)
    one.page.fill(name, "70.000,00")
    one.page.click(".kim-actions button[value=save]")
    one.page.wait_for_selector(".kern-alert--success")
    other.page.fill(name, "71.000,00")
    other.page.fill(second, "72.000,00")
    other.page.click(".kim-actions button[value=save]")
    other.page.wait_for_selector("text=Inzwischen hat jemand anderes gespeichert")
    after_refusal = [cost("KIM-2.1", 2023), cost("KIM-2.2", 2023)]
    offered = other.page.locator(".kim-error-summary label").all_inner_texts()
    other.page.check("input[value=stored]")
    other.page.click(".kim-actions button[value=save]")
    other.page.wait_for_selector(".kern-alert--success")

    assert after_refusal == ["70000.00", "86259.24"]
    assert offered == ["gespeichert: 70.000,00 €", "meine Eingabe: 71.000,00 €"]
    assert [cost("KIM-2.1", 2023), cost("KIM-2.2", 2023)] == ["70000.00", "72000.00"]


def test_a_pasted_block_goes_where_its_titles_say_or_nowhere(visit: Callable[..., Visitor]) -> None:
    visitor = visit().sign_in("ayse")
    page = visitor.page
    visitor.go(f"{KIM}/prognose/")
    start = cell(page, "KIM-1.1", 2023)

    def paste(text: str) -> list[list[str]]:
        page.focus(start)
        page.evaluate(
            """([start, text]) => { const data = new DataTransfer(); data.setData('text/plain', text);
            document.querySelector(start).dispatchEvent(
                new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }""",
            [start, text],
        )
        rows = page.locator("dialog tbody tr")
        return [rows.nth(index).locator("th, td").all_inner_texts() for index in range(rows.count())]

    refused = paste("Koordination 2\t1.000,00\t5 TEUR\nSumme\t1.000,00\t2,00\n")
    has_button = page.locator("dialog .kern-btn--primary").count()
    page.keyboard.press("Escape")
    too_wide = paste("1,00\t2,00\t3,00\t4,00\t5,00\n")
    page.keyboard.press("Escape")
    taken = paste("Koordination 2\t1.000,00\t2.000,50 €\nKoordination 1\t3.000,00\t\u00a04.000,00\n")
    page.click("dialog .kern-btn--primary")
    values = [
        page.input_value(cell(page, reference, year)) for reference in ("KIM-1.1", "KIM-1.2") for year in (2023, 2024)
    ]

    assert refused == [
        ["Koordination 2", "Koordination 2, ab 2023", "Passt nicht: „5 TEUR“ ist kein eindeutiger Betrag"],
        ["Summe", "–", "Passt nicht: keine Zeile mit dieser Bezeichnung"],
    ]
    assert has_button == 0
    assert too_wide == [
        ["Koordination 1", "Koordination 1, ab 2023", "Passt nicht: „5,00“ steht rechts außerhalb des Rasters"],
    ]
    assert [row[2] for row in taken] == ["1.000,00 · 2.000,50", "3.000,00 · 4.000,00"]
    assert values == ["3.000,00", "4.000,00", "1.000,00", "2.000,50"]


def test_typing_shows_what_would_remain_for_the_city(visit: Callable[..., Visitor]) -> None:
    visitor = visit().sign_in("ayse")
    page = visitor.page
    visitor.go(f"{KIM}/prognose/?scenario=grant-continues")
    page.fill(cell(page, "KIM-2.1", 2023), "90.000,01")
    page.wait_for_selector("#grid[data-previewed]")

    assert page.locator("[data-line=t-shortfall] td").all_inner_texts()[:4] == [
        "0,00",
        "336.657,24",
        "340.398,00",
        "336.657,24",
    ]
    assert cost("KIM-2.1", 2023) == "86259.25"


def test_what_was_typed_survives_an_ended_session(visit: Callable[..., Visitor]) -> None:
    visitor = visit().sign_in("ayse")
    page = visitor.page
    visitor.go(f"{KIM}/prognose/")
    name = cell(page, "KIM-2.1", 2023)
    page.fill(name, "90.000,01")
    page.on("dialog", lambda dialog: dialog.accept())
    visitor.context.clear_cookies(name="kim-sid")
    visitor.go(f"{KIM}/prognose/")
    page.fill("[name=username]", "ayse")
    page.fill("[name=password]", "demo")
    page.click("main button[type=submit]")
    page.wait_for_selector("#grid[data-ready]")

    assert page.input_value(name) == "90.000,01"
    assert page.locator("[data-status]").inner_text() == (
        "Wiederhergestellt, noch nicht gespeichert. Ein Betrag ist geändert und noch nicht gespeichert."
    )


def test_a_scenario_is_made_shown_beside_its_base_and_copied(visit: Callable[..., Visitor]) -> None:
    visitor = visit().sign_in("ayse")
    page = visitor.page
    visitor.go(f"{KIM}/szenarien/neu/")
    page.fill("[name=name]", "Land fördert ein Jahr länger")
    page.fill("[name=slug]", "ein-jahr-laenger")
    page.click(".kim-form button[type=submit]")
    page.wait_for_selector(".kern-alert--success")
    visitor.go(f"{KIM}/szenarien/ein-jahr-laenger/abweichung/neu/grant_until/")
    page.fill("[name=last_day]", "31.02.2023")
    page.fill("[name=source]", "Ankündigung des Ministeriums")
    page.click(".kim-form button[type=submit]")
    refused = page.locator("[id$=last_day_error]").inner_text()
    typed = page.input_value("[name=source]")
    page.fill("[name=last_day]", "31.12.2023")
    page.click(".kim-form button[type=submit]")
    page.wait_for_selector(".kern-alert--success")
    state = programme_state("kim-nrw")

    assert state is not None
    assert [refused.strip(), typed] == [
        "Den Tag „31.02.2023“ gibt es nicht. Bitte so eingeben: 31.12.2022",
        "Ankündigung des Ministeriums",
    ]
    assert [str(state.figures(year, "ein-jahr-laenger").figures["shortfall"].amount) for year in (2023, 2024)] == [
        "336657.24",
        "962257.24",
    ]
    visitor.go(f"{KIM}/szenarien/ein-jahr-laenger/?year=2023&unterschiede=1")
    assert page.locator("main").inner_text().count("−625.600,00") > 0


def test_a_change_is_told_as_a_sentence(visit: Callable[..., Visitor]) -> None:
    visitor = visit().sign_in("ayse")
    page = visitor.page
    place = Position.objects.get(reference="KIM-2.1").pk
    visitor.go(f"{KIM}/stellen/{place}/kosten/2023/")
    page.fill("[name=amount]", "90.000,00")
    page.fill("[name=source]", "Hochrechnung")
    page.click(".kim-form button[type=submit]")
    page.wait_for_selector(".kern-alert--success")
    visitor.go(f"{KIM}/aenderungen/")

    assert page.get_by_text("von 86.259,25 € auf 90.000,00 € geändert").count() == 1
