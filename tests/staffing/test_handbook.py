"""The page of the handbook about pay says what is computed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kim import formatting
from staffing.calculation.pay import pay_year
from staffing.handbook import pay_context
from staffing.published_law import published_law
from tests.pages import Page
from tests.staffing.pay import PARTS, terms

if TYPE_CHECKING:
    from django.test import Client


def opened(client: Client) -> Page:
    answer = client.get("/handbuch/stellenkosten/")
    assert answer.status_code == 200
    return Page(answer.content.decode())


def test_the_example_is_the_golden_year(bernd_client: Client) -> None:
    page = opened(bernd_client)
    assert page.table("Volle Stelle der Stadt, E 10, Stufe 3, 2023") == [
        ["Teil", "wie er entsteht", "im Jahr"],
        ["Tabellenentgelt", "zwölf Monate zu 4.092,18 €", "49.106,16 €"],
        ["Jahressonderzahlung", "70,28 % des Durchschnitts von Juli bis September", "2.875,98 €"],
        [
            "Sozialversicherung, Anteil des Arbeitgebers",
            "fünf Beiträge je Monat, jeder für sich gerundet",
            "10.561,47 €",
        ],
        ["Zusatzversorgung", "7,75 % von Entgelt und Jahressonderzahlung", "4.028,57 €"],
        ["Kosten der Stelle", "Summe", "66.572,18 €"],
    ]
    assert page.table("Der teuerste Monat: November 2023") == [
        ["Teil", "im November"],
        ["Tabellenentgelt", "4.092,18 €"],
        ["Jahressonderzahlung", "2.875,98 €"],
        ["Sozialversicherung, Anteil des Arbeitgebers", "1.421,52 €"],
        ["Zusatzversorgung", "540,03 €"],
        ["Kosten des Monats", "8.929,71 €"],
    ]


def test_tables_of_the_page_are_the_published_law(bernd_client: Client) -> None:
    page = opened(bernd_client)
    law = published_law()
    assert page.table("Jahre in jeder Stufe bis zur nächsten")[1:3] == [
        ["TVöD-VKA, Tabelle E, alle Gruppen", "1", "2", "3", "4", "5", "ab 01.10.2005", "belegt"],
        ["E 1", "4", "4", "4", "4", "4", "ab 01.10.2005", "Annahme (aus dem Gedächtnis)"],
    ]
    assert page.table("SuE-Zulage im Monat bei voller Stelle")[-1] == [
        "S 15", "180,00 €", "ab 01.07.2022", "Annahme",
    ]  # fmt: skip
    bonuses = page.table("Bemessungssätze der Jahressonderzahlung")
    assert len(bonuses) == len(law.bonuses) + 1
    assert bonuses[-1] == ["TVöD-VKA, Tabelle S, alle Gruppen", "85,00 %", "ab 2026", "belegt"]
    assert page.table("Ganze Beitragssätze und Beitragsbemessungsgrenzen im Monat")[-1] == [
        "01.01.2026", "14,60 %", "2,90 %", "3,60 %", "18,60 %", "2,60 %", "0,15 %", "5.812,50 €", "8.450,00 €",
    ]  # fmt: skip


def test_no_amount_of_the_page_is_typed(bernd_client: Client) -> None:
    law = published_law()
    year = pay_year(terms("E10", 3, step_since="2023-01-01"), 2023, law)
    computed = {formatting.amount(getattr(year, part).amount) for part in PARTS}
    computed |= {formatting.amount(part.amount) for month in year.months for part in (month, *month.inputs)}
    computed |= {"4.092,18", "9.700,00"} | {formatting.amount(one.amount.amount) for one in law.allowances}
    for rule in law.insurance:
        computed |= {formatting.amount(rule.ceiling_health_care.amount)}
        computed |= {formatting.amount(rule.ceiling_pension_unemployment.amount)}
    printed = set(re.findall(r"(?<![\d.])\d{1,3}(?:\.\d{3})*,\d{2}(?= €)", opened(bernd_client).main.text))
    assert printed - computed == set()
    assert {"66.572,18", "5.812,50", "180,00"} < printed


def test_the_context_is_made_once() -> None:
    assert pay_context() is pay_context()
