"""Where pages lead: every link answers, and every number leads to a derivation that ends at the same number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
from django.utils import timezone

from tests.pages import Page, clean

if TYPE_CHECKING:
    from django.test import Client

    from funding.models import Programme
    from kim.models import User

BASE = "/programme/kim-nrw"
DERIVATION = f"{BASE}/rechenweg/"
DERIVATIONS = (DERIVATION, f"{BASE}/vergleich/rechenweg/")
# What shows the same page again in another order, year, or span.
VARIANTS = {
    "year", "scenario", "sort", "y-sort", "m-sort", "p-sort", "page", "next",
    "von", "bis", "scenario_von", "unterschiede", "gremium", "vorige", "sitzung", "since", "until",
}  # fmt: skip


def outline(address: str) -> str:
    """Return an address without what only varies the page; a crawl that followed every variant would never end."""
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in VARIANTS]
    if parts.path.startswith(DERIVATIONS):
        kept = [(name, "") for name, _value in kept]
    return f"{parts.path}?{urlencode(kept)}"


def internal(answer: Any, address: str) -> list[str]:
    """Return the links of a page that stay in the house, without their fragments."""
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return []
    found = [urljoin(address, link) for link, _text in Page(answer).links()]
    return [link.partition("#")[0] for link in found if not urlsplit(link).netloc]


@pytest.mark.parametrize("name", ["ayse", "bernd"])
def test_every_link_answers(founding_case: Programme, ayse_client: Client, bernd_client: Client, name: str) -> None:
    client = {"ayse": ayse_client, "bernd": bernd_client}[name]
    waiting, seen, found = ["/"], {outline("/")}, {}
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        found[address] = answer.status_code
        for link in internal(answer, address):
            if outline(link) not in seen:
                seen.add(outline(link))
                waiting.append(link)
    assert {address: status for address, status in found.items() if status != 200} == {}
    # The crawl went everywhere: handbook, API, places, forms for those who may use them.
    assert len(found) > {"ayse": 120, "bernd": 70}[name]


def targets(page: Page) -> set[str]:
    """Return where links within the page lead."""
    return {link.removeprefix("#") for link, _text in page.links() if link.startswith("#")}


@pytest.mark.parametrize("path", ["/", f"{BASE}/", f"{BASE}/stellen/", f"{BASE}/foerderung/", "/handbuch/glossar/"])
def test_identifiers_are_unique_and_links_within_a_page_lead_somewhere(
    founding_case: Programme, ayse_client: Client, path: str
) -> None:
    page = Page(ayse_client.get(path))
    known = [one.attributes["id"] for one in page.root.walk() if "id" in one.attributes]
    assert len(known) == len(set(known))
    assert targets(page) <= set(known)


# --- Derivations ----------------------------------------------------------------------------------------------------


def amounts(page: Page) -> dict[str, str]:
    """Return the derivations a page leads to, with the amount that leads there; links without a number left out."""
    return {
        link: text.removesuffix(" €")
        for link, text in page.links()
        if link.startswith(DERIVATION) and text[:1].isdigit()
    }


# There are a hundred of these pages, and some are long: their heads are read without building the tree of elements.
HEAD = re.compile(r'<p class="kim-figure__value"><span class="kim-amount">([^<]*)</span></p>')
LINE = re.compile(r'kim-derivation__amount kim-amount">([^<]*)</span>')


def derived(client: Client, address: str) -> str:
    """Return the amount at the head of a derivation, after comparing it with the first line of the tree."""
    text = client.get(address).content.decode()
    (head,), first = HEAD.findall(text), LINE.findall(text)[0]
    assert first == head
    return clean(head).removesuffix(" €")


def test_every_number_leads_to_its_own_derivation(founding_case: Programme, bernd_client: Client) -> None:
    shown: dict[str, str] = {}
    for path in (
        f"{BASE}/", f"{BASE}/?year=2023&scenario=top-up-ends", f"{BASE}/stellen/", f"{BASE}/sachkosten/",
        f"{BASE}/szenarien/", f"{BASE}/vorlagen/2021-1121/", f"{BASE}/vorlagen/2021-1121/finanzblock/",
    ):  # fmt: skip
        shown |= amounts(Page(bernd_client.get(path)))
    found = {address: derived(bernd_client, address) for address in shown}
    assert found == shown
    keys = {urlsplit(address).path.removeprefix(DERIVATION).rstrip("/") for address in found}
    assert {
        "expense", "grant", "shortfall", "full_cost", "personnel_cost", "grant_for_personnel", "cost",
        "top_up_needed", "top_up_planned", "top_up_registered", "top_up_open", "expense_in_paper", "funding_ratio",
        "rounding_difference", "printed_less_grant",
    } == keys  # fmt: skip
    assert len(found) > 100


EVERY_KEY = {
    "position_cost": "884.157,24 €", "workplace_cost": "29.100,00 €", "personnel_cost": "913.257,24 €",
    "measures_cost": "49.000,00 €", "expense": "962.257,24 €", "expense_in_paper": "962.300,00 €",
    "grant_for_positions": "547.500,00 €", "grant_for_material": "78.100,00 €", "grant_for_personnel": "576.600,00 €",
    "grant": "625.600,00 €", "shortfall": "336.657,24 €", "full_cost": "962.257,24 €", "funding_ratio": "65,01 %",
    "top_up_needed": "336.657,24 €", "top_up_registered": "336.657,24 €", "top_up_open": "0,00 €",
}  # fmt: skip


def test_every_published_figure_has_a_derivation(founding_case: Programme, bernd_client: Client) -> None:
    found = {}
    for key in EVERY_KEY:
        page = Page(bernd_client.get(f"{DERIVATION}{key}/"))
        found[key] = page.one("p", class_="kim-figure__value").text
    assert found == EVERY_KEY


def test_derivation_ends_at_entries_with_source_office_and_date(founding_case: Programme, bernd_client: Client) -> None:
    page = Page(bernd_client.get(f"{DERIVATION}shortfall/?line=KIM-1.4"))
    assert page.heading == "Mehrkosten der Stadt"
    lines = [
        [
            part.text for name in ("label", "subject", "step", "amount")
            for part in row.all(class_=f"kim-derivation__{name}")
        ]
        for row in page.all(class_="kim-derivation__row")
    ]  # fmt: skip
    assert lines[:2] == [
        ["Mehrkosten der Stadt", "Assistenz", "Differenz aus", "20.629,62 €"],
        ["Personalkosten im Jahr", "Assistenz", "43.129,62 €"],
    ]
    origin = page.all(class_="kim-derivation__source")[0]
    source, note, entered = (one.text for one in origin.all("p"))
    assert source == (
        "Annahme (erschlossen) Vorlage 2021/1121, Übersicht: Personal 913.257,24 € abzüglich Arbeitsplätze "
        "29.100,00 € = 884.157,24 €"
    )
    assert note == "Annahme: nach Stellenanteil aufgeteilt, Anlage 3 nicht veröffentlicht"
    assert entered == f"Erfasst: Grunddaten des Programms, {timezone.localdate():%d.%m.%Y}"


def test_readers_see_the_office_and_never_the_account(
    founding_case: Programme, ayse: User, ayse_client: Client, bernd_client: Client
) -> None:
    place = f"{BASE}/stellen/"
    link = next(link for link, text in Page(ayse_client.get(place)).links() if text == "Assistenz").partition("?")[0]
    data = {"amount": "43.129,62", "source": "Bescheid", "source_status": "verified", "note": ""}
    assert ayse_client.post(f"{link}kosten/2022/", data).status_code == 302
    text = bernd_client.get(f"{DERIVATION}shortfall/?line=KIM-1.4").content.decode()
    assert ("Erfasst: Finanzverwaltung, " in text, "ayse" in text) == (True, False)
