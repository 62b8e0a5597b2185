"""What the API answers of the founding case, to the letter."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from funding.models import Programme, RoundingRule, ScenarioOverride, TopUp
from kim.figures import Figure, Source
from staffing.models import Position, PositionCost
from tests.funding.rest import KIM, ROOT, parse, rest

if TYPE_CHECKING:
    from django.test import Client
    from syrupy.assertion import SnapshotAssertion

    from kim.models import User

JSON_ADDRESSES = {
    "programmes": f"{ROOT}/programmes/",
    "programme": f"{KIM}/",
    "positions": f"{KIM}/positions/",
    "figures 2022": f"{KIM}/figures/?year=2022",
    "figures 2023": f"{KIM}/figures/?year=2023",
    "figures 2023 grant continues": f"{KIM}/figures/?year=2023&scenario=grant-continues",
    "scenarios": f"{KIM}/scenarios/",
    "budget lines": f"{ROOT}/budget-lines/",
    "budget lines of a span": f"{ROOT}/budget-lines/?from=2022&to=2023&scenario=grant-continues",
    "papers": f"{ROOT}/papers/",
    "paper": f"{ROOT}/papers/2021-1121/",
    "finance block": f"{ROOT}/papers/2021-1121/finance-block/",
    "finance block 2024 of the fallback": f"{ROOT}/papers/2021-1121/finance-block/?year=2024&scenario=grant-ends",
}
CSV_ADDRESSES = {
    "figures": f"{KIM}/figures/?year=2023&format=csv",
    "figures in German": f"{KIM}/figures/?year=2023&format=csv&dialect=de",
    "budget lines": f"{ROOT}/budget-lines/?from=2022&to=2023&format=csv",
    "budget lines in German": f"{ROOT}/budget-lines/?format=csv&dialect=de",
}


@pytest.fixture
def client(founding_case: Programme, bernd: User) -> Client:
    return rest(bernd)


@pytest.mark.parametrize("name", JSON_ADDRESSES)
def test_each_address_answers_the_founding_case(client: Client, snapshot: SnapshotAssertion, name: str) -> None:
    response = client.get(JSON_ADDRESSES[name])

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert parse(response.content) == snapshot


@pytest.mark.parametrize("name", CSV_ADDRESSES)
def test_the_same_rows_come_as_csv(client: Client, snapshot: SnapshotAssertion, name: str) -> None:
    response = client.get(CSV_ADDRESSES[name])

    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment; filename=")
    # One line per item: a whole text would hide the byte order mark and the ends of lines in the snapshot.
    assert response.content.decode("utf-8").split("\r\n") == snapshot


def test_figures_are_those_of_the_paper(client: Client) -> None:
    answer = parse(client.get(f"{KIM}/figures/?scenario=grant-continues").content)

    facts = {key: value for key, value in answer.items() if not isinstance(value, (dict, list))}
    assert facts == {
        "programme": "kim-nrw",
        "fiscal_year": 2022,
        "scenario": "grant-continues",
        "version": None,
        "status": "draft",
    }
    assert {key: (one["amount"], one["unit"]) for key, one in answer["figures"].items()} == {
        "position_cost": ("884157.24", "EUR"),
        "workplace_cost": ("29100.00", "EUR"),
        "personnel_cost": ("913257.24", "EUR"),
        "measures_cost": ("49000.00", "EUR"),
        "expense": ("962257.24", "EUR"),
        "expense_in_paper": ("962300.00", "EUR"),
        "grant_for_positions": ("547500.00", "EUR"),
        "grant_for_material": ("78100.00", "EUR"),
        "grant_for_personnel": ("576600.00", "EUR"),
        "grant": ("625600.00", "EUR"),
        "shortfall": ("336657.24", "EUR"),
        "full_cost": ("962257.24", "EUR"),
        "funding_ratio": ("65.01", "%"),
    }


def test_a_span_holds_the_answers_of_its_years(client: Client) -> None:
    span = parse(client.get(f"{KIM}/figures/?from=2022&to=2024&scenario=grant-ends").content)

    years = [parse(client.get(f"{KIM}/figures/?year={year}&scenario=grant-ends").content) for year in range(2022, 2025)]
    assert span == {
        "programme": "kim-nrw",
        "from": 2022,
        "to": 2024,
        "scenario": "grant-ends",
        "version": None,
        "years": years,
    }


@pytest.mark.parametrize(
    ("query", "years"),
    [("from=2024", [2024, 2025, 2026]), ("to=2023", [2022, 2023]), ("from=2025&to=2025", [2025])],
)
def test_an_open_span_ends_with_the_plan(client: Client, query: str, years: list[int]) -> None:
    answer = parse(client.get(f"{KIM}/figures/?{query}").content)

    assert [one["fiscal_year"] for one in answer["years"]] == years


def test_explained_figures_prove_themselves(client: Client) -> None:
    plain = parse(client.get(f"{KIM}/figures/?year=2023").content)
    explained = parse(client.get(f"{KIM}/figures/?year=2023&explain=1").content)

    places = [explained["figures"], explained["top_up"]]
    places += [one["figures"] for one in (*explained["funding_modules"], *explained["providers"])]
    proved = 0
    for figures in places:
        for figure in figures.values():
            # Reading a derivation back computes every step of it again.
            derived = Figure.from_json(figure.pop("derivation"))
            assert (str(derived.amount), derived.unit) == (figure["amount"], figure["unit"])
            assert all(isinstance(leaf.source, Source) for leaf in derived.leaves())
            proved += 1
    assert proved == 13 + 3 + 3 * 9 + 6 * 3
    assert explained == plain


def test_explain_0_is_the_plain_answer(client: Client) -> None:
    assert client.get(f"{KIM}/figures/?explain=0").content == client.get(f"{KIM}/figures/").content


def test_budget_lines_are_those_of_the_paper(client: Client) -> None:
    lines = parse(client.get(f"{ROOT}/budget-lines/?year=2022").content)["results"]

    assert lines[2] == {
        "fiscal_year": 2022,
        "programme": "kim-nrw",
        "cost_object": "900006110102",
        "ledger_account": "549900",
        "kind": "expense",
        "amount": "962300.00",
        "exact_amount": "962257.24",
        "scenario": "in-force",
        "version": None,
        "status": "draft",
    }
    revenue = [(one["ledger_account"], one["kind"], one["amount"], one["exact_amount"]) for one in lines[:2]]
    assert revenue == [
        ("414100", "revenue", "78100.00", "78100.00"),
        ("414101", "revenue", "547500.00", "547500.00"),
    ]


def test_accept_asks_for_csv_as_well(client: Client) -> None:
    by_header = client.get(f"{ROOT}/budget-lines/", headers={"accept": "text/csv"})
    by_parameter = client.get(f"{ROOT}/budget-lines/?format=csv")

    assert by_header["Content-Type"] == "text/csv; charset=utf-8"
    assert by_header.content == by_parameter.content


def test_format_decides_before_accept(client: Client) -> None:
    response = client.get(f"{ROOT}/budget-lines/?format=json", headers={"accept": "text/csv"})

    assert response["Content-Type"] == "application/json; charset=utf-8"


def test_a_year_without_any_cost_has_no_ratio(client: Client, founding_case: Programme) -> None:
    PositionCost.objects.all().update(amount=Decimal("0.00"))
    RoundingRule.objects.all().delete()
    for module in founding_case.funding_modules.all():
        module.material_lines.all().delete()

    answer = parse(client.get(f"{KIM}/figures/").content)

    nothing = {key for key, figure in answer["figures"].items() if figure is None}
    assert nothing == {"funding_ratio", "expense_in_paper"}
    assert answer["figures"]["expense"] == {"amount": "0.00", "unit": "EUR"}
    assert answer["figures"]["shortfall"] == {"amount": "-547500.00", "unit": "EUR"}
    csv = client.get(f"{KIM}/figures/?format=csv").content.decode()
    assert "2022,kim-nrw,programme,,,funding_ratio,,%,in-force,,draft" in csv
    assert "2022,kim-nrw,programme,,,shortfall,-547500.00,EUR,in-force,,draft" in csv


def test_missing_costs_and_every_stage_of_the_top_up_are_named(client: Client, founding_case: Programme) -> None:
    PositionCost.objects.get(position__reference="KIM-2.3", fiscal_year=2024).delete()
    for stage, amount in (("planned", "1.00"), ("registered", "2.00"), ("adopted", "400000.00")):
        TopUp.objects.create(
            programme=founding_case, fiscal_year=2024, stage=stage, amount=Decimal(amount), source="Haushaltsplan 2024"
        )

    answer = parse(client.get(f"{KIM}/figures/?year=2024&scenario=grant-continues").content)

    needed = answer["figures"]["shortfall"]["amount"]
    assert answer["missing_costs"] == ["Casemanagement Diakonie"]
    assert {key: one["amount"] for key, one in answer["top_up"].items()} == {
        "needed": needed,
        "planned": "1.00",
        "registered": "2.00",
        "adopted": "400000.00",
        "open": str(Decimal(needed) - Decimal("400000.00")),
    }


def test_a_scenario_tells_all_that_it_sets(client: Client, founding_case: Programme) -> None:
    scenario = founding_case.scenarios.create(slug="pay-rise", name="Tariferhöhung", order=9)
    ScenarioOverride.objects.create(
        scenario=scenario, parameter="cost_percent", first_year=2024, percent=Decimal("2.50"), source="Tarifabschluss"
    )
    ScenarioOverride.objects.create(
        scenario=scenario, parameter="position_until", last_day=date(2024, 6, 30), source="Befristung",
        position=Position.objects.get(reference="KIM-3.1"),
    )  # fmt: skip

    answer = parse(client.get(f"{KIM}/scenarios/?page_size=1&page=6").content)

    empty = {"first_day": None, "provider": None, "provider_name": None}
    assert answer["results"] == [
        {
            "slug": "pay-rise",
            "name": "Tariferhöhung",
            "description": "",
            "overrides": [
                {
                    **empty,
                    "parameter": "cost_percent",
                    "last_day": None,
                    "first_year": 2024,
                    "percent": {"amount": "2.50", "unit": "%"},
                    "position": None,
                    "reason": {"text": "Tarifabschluss", "status": "verified", "note": ""},
                },
                {
                    **empty,
                    "parameter": "position_until",
                    "last_day": "2024-06-30",
                    "first_year": None,
                    "percent": None,
                    "position": "KIM-3.1",
                    "reason": {"text": "Befristung", "status": "verified", "note": ""},
                },
            ],
        }
    ]


def references(answer: Any) -> list[str]:
    return [one["reference"] for one in answer["results"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("funding_module=1", ["KIM-1.1", "KIM-1.2", "KIM-1.3", "KIM-1.4"]),
        ("funding_module=3&ordering=-reference", ["KIM-3.3", "KIM-3.2", "KIM-3.1"]),
        ("provider=fb-soziales", ["KIM-2.4"]),
        ("provider=ki&funding_module=2", ["KIM-2.5"]),
        ("ordering=fte&page_size=3", ["KIM-1.3", "KIM-1.4", "KIM-3.1"]),
        ("ordering=-fte&page_size=2&page=2", ["KIM-2.1", "KIM-2.2"]),
        ("ordering=title&page_size=1", ["KIM-1.4"]),
        ("provider=caritas&funding_module=1", []),
        ("provider=nobody", []),
    ],
)
def test_positions_are_filtered_and_ordered(client: Client, query: str, expected: list[str]) -> None:
    assert references(parse(client.get(f"{KIM}/positions/?{query}").content)) == expected


def test_pages_lead_to_each_other_and_keep_the_question(client: Client) -> None:
    address = f"{KIM}/positions/?ordering=-reference&page_size=5"
    seen, previous = [], None
    while address:
        answer = parse(client.get(address).content)
        seen += references(answer)
        assert answer["count"] == 12
        assert (answer["previous"] is None) == (previous is None)
        previous, address = address, answer["next"]

    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 12


@pytest.mark.parametrize(
    "path", [f"{ROOT}/programmes/", f"{KIM}/scenarios/", f"{ROOT}/budget-lines/", f"{ROOT}/papers/"]
)
def test_every_list_is_paged(client: Client, path: str) -> None:
    whole = parse(client.get(path).content)
    first = parse(client.get(f"{path}?page_size=1").content)

    assert first["results"] == whole["results"][:1]
    assert first["count"] == whole["count"] == len(whole["results"])
    assert (first["next"] is None) == (whole["count"] == 1)


def test_an_empty_database_answers_empty_lists(bernd: User) -> None:
    empty: dict[str, Any] = {"count": 0, "next": None, "previous": None, "results": []}

    for path in ("programmes", "budget-lines", "papers"):
        assert parse(rest(bernd).get(f"{ROOT}/{path}/").content) == empty


def test_papers_of_one_programme(client: Client) -> None:
    assert parse(client.get(f"{ROOT}/papers/?programme=kim-nrw").content)["count"] == 1
    assert parse(client.get(f"{ROOT}/papers/?programme=other").content)["count"] == 0
