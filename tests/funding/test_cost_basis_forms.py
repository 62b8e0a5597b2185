"""Entering how a cost is found: what each basis asks for, what it refuses, and what the position's page then says."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from staffing.models import Position, PositionBasis, PositionCost
from tests.funding.test_forms import figure, fill_in, who
from tests.pages import Page, payload

if TYPE_CHECKING:
    from django.test import Client

    from funding.models import Programme
    from kim.models import User

BASE = "/programme/kim-nrw"
SOURCE = {"source": "Stellenplan 2022", "source_status": "verified", "note": ""}
YEARS = "Personalkosten je Haushaltsjahr in Euro, wie der Plan sie hat"
E10 = {"tariff": "TVoeD-VKA-E", "pay_group": "E 10", "pay_step": "3"}


def place(position: Position) -> str:
    return f"{BASE}/stellen/{position.pk}/"


def test_a_pay_table(in_table: Position, ayse: User, ayse_client: Client) -> None:
    in_table.bases.all().delete()
    assert figure("position_cost", 2023) == "797897.99"
    where, said = fill_in(
        ayse_client, f"{place(in_table)}kostenbasis/neu/pay_table/", first_year="2023", step_since="01.07.2021", **E10,
        **SOURCE,
    )  # fmt: skip
    assert (where, said) == (place(in_table), ["Gespeichert: Koordination 1: Kosten nach Entgelttabelle."])
    (basis,) = in_table.bases.all()
    assert (basis.pay_group, basis.pay_step, basis.amount, basis.tariff_name) == ("E10", 3, None, "")
    assert who(basis) == [("insert", ayse.pk)]
    assert figure("position_cost", 2023) == "864470.17"
    page = Page(ayse_client.get(where))
    assert [row[:4] for row in page.table(YEARS)[1:4]] == [
        ["2022", "86.259,25", "–", "erfasst"],
        ["2023", "–", "66.572,18", "Kostenbasis"],
        ["2024", "–", "75.762,45", "Kostenbasis"],
    ]
    assert "Ab 2023: TVöD-VKA, Tabelle E, E10/3, in der Stufe seit 01.07.2021" in page.main.text
    link = next(address for address, text in page.links() if text == "Rechenweg 2023" or "year=2023" in address)
    assert Page(ayse_client.get(link)).one("p", class_="kim-figure__value").text == "66.572,18 €"


def test_options_of_a_pay_table_stand_in_the_cost(in_table: Position, ayse_client: Client) -> None:
    basis = in_table.bases.get()
    before = Decimal(figure("position_cost", 2023))
    fill_in(
        ayse_client, f"{place(in_table)}kostenbasis/{basis.pk}/", u2="0,4", workplace_flat="9.700", overhead="20",
        supplementary_pension="0",
    )  # fmt: skip
    page = Page(ayse_client.get(place(in_table)))
    assert "E10/3, Zusatzversorgung 0,00 %, U2 0,40 %, Gemeinkosten 20,00 %, Arbeitsplatz 9.700,00 €" in page.main.text
    assert Decimal(figure("position_cost", 2023)) > before + Decimal("9700.00")
    tree = Page(ayse_client.get(f"{BASE}/rechenweg/cost/?line=KIM-1.1&year=2023")).main.text
    assert "Umlage U2" in tree
    assert "Gemeinkosten" in tree


@pytest.mark.parametrize(
    ("basis", "typed", "cost", "words"),
    [
        ("workplace_flat", {"amount": "60.000"}, "60000.00", "Pauschale 60.000,00 € je Vollzeitstelle und Jahr"),
        ("provider_tariff", {"amount": "70.000", "tariff_name": "AVR"}, "70000.00", "AVR, 70.000,00 € im Jahr"),
        ("civil_servant", {"amount": "80.000,50"}, "80000.50", "Beamtin oder Beamter, 80.000,50 € im Jahr"),
    ],
)
def test_an_amount(
    in_table: Position, ayse_client: Client, basis: str, typed: dict[str, str], cost: str, words: str
) -> None:
    fill_in(ayse_client, f"{place(in_table)}kostenbasis/neu/{basis}/", first_year="2024", **typed, **SOURCE)
    rest = Decimal("884157.24") - Decimal("86259.25")
    assert figure("position_cost", 2023) == str(rest + Decimal("66572.18"))
    assert figure("position_cost", 2024) == str(rest + Decimal(cost))
    assert f"Ab 2024: {words}" in Page(ayse_client.get(place(in_table))).main.text


def test_a_form_asks_only_for_what_its_basis_takes(in_table: Position, ayse_client: Client) -> None:
    def fields(basis: str) -> list[str]:
        page = Page(ayse_client.get(f"{place(in_table)}kostenbasis/neu/{basis}/"))
        return [name for name in payload(page) if name not in SOURCE]

    assert fields("pay_table") == [
        "first_year", "tariff", "pay_group", "pay_step", "step_since", "supplementary_pension", "u2", "workplace_flat",
        "overhead",
    ]  # fmt: skip
    assert fields("workplace_flat") == ["first_year", "amount"]
    assert fields("provider_tariff") == ["first_year", "tariff_name", "amount"]
    assert ayse_client.get(f"{place(in_table)}kostenbasis/neu/declared/").status_code == 404


@pytest.mark.parametrize(
    ("basis", "typed", "field", "message"),
    [
        (
            "pay_table",
            {**E10, "pay_group": "E99"},
            "pay_group",
            "Die Entgeltgruppe E99 steht nicht in dieser Tabelle. Es gibt: ",
        ),
        (
            "pay_table",
            {**E10, "pay_step": "7"},
            "pay_step",
            "Die Entgeltgruppe E10 hat keine Stufe 7. Es gibt: 1, 2, 3",
        ),
        ("pay_table", {**E10, "pay_group": "zehn"}, "pay_group", "Die Entgeltgruppe Zehn steht nicht in dieser"),
        ("pay_table", {**E10, "tariff": ""}, "tariff", "Dieses Feld ist zwingend erforderlich."),
        ("pay_table", {**E10, "u2": "101"}, "u2", "„101“ ist mehr als 100 Prozent."),
        ("pay_table", {**E10, "first_year": "2022"}, "first_year", "Ab diesem Haushaltsjahr hat die Stelle schon eine"),
        ("workplace_flat", {"amount": ""}, "amount", "Dieses Feld ist zwingend erforderlich."),
        ("workplace_flat", {"amount": "-1"}, "amount", "„-1“ ist negativ."),
        ("provider_tariff", {"amount": "1", "tariff_name": " "}, "tariff_name", "Dieses Feld ist zwingend"),
        ("civil_servant", {"amount": "1.5"}, "amount", "„1.5“ ist kein eindeutiger Betrag."),
    ],
)
def test_what_is_refused_says_so_at_its_field(
    in_table: Position, ayse_client: Client, basis: str, typed: dict[str, str], field: str, message: str
) -> None:
    path = f"{place(in_table)}kostenbasis/neu/{basis}/"
    answer = ayse_client.post(path, {"first_year": "2024", **typed, **SOURCE})
    assert answer.status_code == 422
    errors = Page(answer).errors(field)
    assert any(one.startswith(message) for one in errors), errors
    assert in_table.bases.count() == 1


def test_a_basis_is_removed_after_asking(in_table: Position, ayse: User, ayse_client: Client) -> None:
    basis = in_table.bases.get()
    path = f"{place(in_table)}kostenbasis/{basis.pk}/entfernen/"
    page = Page(ayse_client.get(path))
    assert (
        "Soll „Koordination 1“ die Kosten ab 2022 nicht mehr so finden: TVöD-VKA, Tabelle E, E10/3?" in page.main.text
    )
    assert PositionBasis.objects.count() == 1
    answer = ayse_client.post(path)
    assert answer["Location"] == place(in_table)
    assert Page(ayse_client.get(place(in_table))).messages == ["Entfernt: TVöD-VKA, Tabelle E, E10/3"]
    assert not PositionBasis.objects.exists()
    assert PositionCost.objects.filter(position=in_table).count() == 1


def test_a_basis_belongs_to_its_position(in_table: Position, ayse_client: Client) -> None:
    other = Position.objects.get(reference="KIM-2.1")
    assert ayse_client.get(f"{place(other)}kostenbasis/{in_table.bases.get().pk}/").status_code == 404


def test_without_tables_the_page_says_what_is_missing(founding_case: Programme, ayse_client: Client) -> None:
    position = Position.objects.get(reference="KIM-1.1")
    PositionCost.objects.filter(position=position, fiscal_year=2023).delete()
    fill_in(ayse_client, f"{place(position)}kostenbasis/neu/pay_table/", first_year="2022", **E10, **SOURCE)
    row = Page(ayse_client.get(place(position))).table(YEARS)[2]
    assert row[:3] == ["2023", "–", "–"]
    assert row[3].startswith("nicht bekannt Für die Entgeltgruppe E")
