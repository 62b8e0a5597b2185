"""Every figure has one address; what narrows it to nothing finds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from funding.addresses import address_in, figure_of, in_words, narrowing
from funding.calculation.lookup import Address
from funding.selectors import ProgrammeState, programme_state

if TYPE_CHECKING:
    from funding.models import Programme


@pytest.fixture
def state(founding_case: Programme) -> ProgrammeState:
    found = programme_state("kim-nrw")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("address", "amount"),
    [
        (Address("shortfall"), "336657.24"),
        (Address("top_up_open"), "0.00"),
        (Address("shortfall", 2), "156296.21"),
        (Address("grant", provider="caritas"), "55000.00"),
        (Address("grant", line="KIM-1.4"), "22500.00"),
        (Address("lump_sum", 1, rule="Koordination"), "55000.00"),
        (Address("lump_sum", 2, rule="Casemanagement"), "55000.00"),
        (Address("cap", 1, part="material"), "78100.00"),
        (Address("cap", 3, part="positions"), "112500.00"),
        (Address("fte"), "10.25"),
        (Address("fte", 1, rule="Koordination"), "2.5"),
        (Address("fte", line="KIM-3.1"), "0.75"),
        (Address("position_count"), "12"),
        (Address("position_count", 2, provider="awo"), "1"),
        (Address("positions_at_risk"), "12"),
        (Address("grant_lost"), "0.00"),
        # Nothing there.
        (Address("nichts"), None),
        (Address("shortfall", 9), None),
        (Address("shortfall", provider="nichts"), None),
        (Address("grant", line="nichts"), None),
        (Address("lump_sum", 2, rule="Koordination"), None),
        (Address("lump_sum"), None),
        (Address("cap", 2, part="material"), None),
        (Address("cap"), None),
        (Address("fte", 2, rule="Koordination"), None),
        (Address("grant_lost", 2), None),
        # What does not narrow it would be said beside it all the same.
        (Address("shortfall", rule="Koordination"), None),
        (Address("shortfall", part="positions"), None),
        (Address("shortfall", 2, provider="caritas"), None),
        (Address("cap", 1, part="material", rule="Maßnahmen"), None),
        (Address("fte", 1, part="positions"), None),
    ],
)
def test_figures_by_address(state: ProgrammeState, address: Address, amount: str | None) -> None:
    found = figure_of(state, 2022, "in-force", address)
    assert (None if found is None else str(found.amount)) == amount


def test_a_year_without_a_lump_sum_has_none(state: ProgrammeState) -> None:
    assert figure_of(state, 2026, "in-force", Address("lump_sum", 2, rule="Casemanagement")) is not None
    assert figure_of(state, 2026, "positions-end", Address("position_count", 2)) is not None


@pytest.mark.parametrize("module", ["x", "-1", "99999", "1e3", "\u0662", " 1"])
def test_a_module_that_is_no_number_is_no_address(module: str) -> None:
    assert address_in({"funding_module": module}, "grant") is None


def test_an_address_is_written_as_it_is_read(state: ProgrammeState) -> None:
    query = {"funding_module": "1", "rule": "Koordination"}
    address = address_in(query, "lump_sum")
    assert address is not None
    assert narrowing(address) == query
    words = in_words(state, 2022, "in-force", address)
    assert words == "Förderbaustein 1, Koordination · Förderregel „Koordination“"
