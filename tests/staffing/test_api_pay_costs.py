"""GET /api/v1/pay-costs/: exact, strict, explained, and cheap to ask again."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kim.figures import Figure
from staffing.api.pay_costs import EXAMPLE
from staffing.loading import load_pay
from staffing.models import PayRate
from tests.funding.rest import ROOT, parse, rest

if TYPE_CHECKING:
    from django.test import Client
    from syrupy.assertion import SnapshotAssertion

    from kim.models import User

PAY = f"{ROOT}/pay-costs/"
S12 = f"{PAY}?group=S12&step=4&year=2023&fte=1.00"


@pytest.fixture
def client(bernd: User) -> Client:
    load_pay()
    return rest(bernd)


def answer(client: Client, address: str) -> Any:
    found = client.get(address)
    assert found.status_code == 200, found.content
    return parse(found.content)


def refusal(client: Client, address: str) -> tuple[int, str, str]:
    found = client.get(address)
    (error,) = parse(found.content)["errors"]
    return found.status_code, error["field"], error["message"]


def amounts(found: Any) -> dict[str, str]:
    return {key: one["amount"] for key, one in found["figures"].items()}


def test_the_example_of_the_contract(client: Client) -> None:
    found = answer(client, S12)
    assert {key: found[key] for key in EXAMPLE if key not in {"months", "assumptions"}} == {
        key: EXAMPLE[key] for key in EXAMPLE if key not in {"months", "assumptions"}
    }
    assert found["months"][0] == EXAMPLE["months"][0]
    assert [one["month"] for one in found["months"]] == list(range(1, 13))
    assert sum(Decimal(one["amount"]) for one in found["months"]) == Decimal(found["figures"]["total"]["amount"])
    assert found["assumptions"][0] == EXAMPLE["assumptions"][0]


def test_the_whole_answer(client: Client, snapshot: SnapshotAssertion) -> None:
    address = f"{PAY}?group=E9a&step=2&year=2026&fte=0.5&employer=association&u2=0.35&workplace=9700&overhead=20"
    assert answer(client, address) == snapshot


def test_parts_add_up_to_the_whole(client: Client) -> None:
    found = answer(
        client, f"{PAY}?group=E10&step=3&year=2024&fte=0.75&workplace=9700&overhead=20&u2=0.35&employer=association"
    )
    value = {key: Decimal(one) for key, one in amounts(found).items()}
    assert value["gross"] == value["table_pay"] + value["allowance"] + value["annual_bonus"]
    assert value["personnel"] == value["gross"] + value["social_insurance"] + value["supplementary_pension"]
    assert value["total"] == value["personnel"] + value["workplace"] + value["overhead"]
    assert value["workplace"] == Decimal("7275.00")
    branches = found["social_insurance"]
    assert sum(Decimal(one["amount"]) for one in branches.values()) == value["social_insurance"]
    assert {"insolvency_levy", "maternity_levy"} <= set(branches)


def test_explain_unfolds_to_months_and_proves_itself(client: Client) -> None:
    found = answer(client, f"{S12}&explain=1")
    figure = Figure.from_json(found["figures"]["total"]["derivation"])
    months = figure.inputs[0].inputs
    assert [one.subject for one in months][::11] == ["Januar 2023", "Dezember 2023"]
    assert [one.key for one in months[10].inputs] == [
        "month_pay", "month_allowance", "annual_bonus", "social_insurance", "supplementary_pension",
    ]  # fmt: skip
    assert {leaf.source.text for leaf in figure.leaves() if leaf.source} >= {
        "https://www.kommunalforum.de/entgelttabelle_tvoed_sue.php"
    }


def test_part_of_the_year_and_a_step_that_is_reached(client: Client) -> None:
    part = answer(client, f"{S12}&first_day=2023-10-01&last_day=2023-12-31")
    assert [one["month"] for one in part["months"]] == [10, 11, 12]
    rises = answer(client, f"{S12}&step_since=2019-07-15")
    assert Decimal(rises["figures"]["total"]["amount"]) > Decimal(answer(client, S12)["figures"]["total"]["amount"])


def test_without_a_share_it_is_full_time_and_zeros_do_not_matter(client: Client) -> None:
    bare = answer(client, f"{PAY}?group=S12&step=4&year=2023")
    assert bare == answer(client, S12) == answer(client, f"{PAY}?group=S12&step=4&year=2023&fte=1")


def test_no_supplementary_pension_is_an_answer_too(client: Client) -> None:
    found = answer(client, f"{S12}&supplementary_pension=0")
    assert amounts(found)["supplementary_pension"] == "0.00"


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("group=S10&step=4&year=2023", "group", "Die Entgeltgruppe „S10“ gibt es nicht. Es gibt: E1, E2, E3, E4, E5, E6, E7, E8, E9a, E9b, E9c, E10, E11, E12, E13, E14, E15, S2, S3, S4, S7, S8a, S8b, S9, S11a, S11b, S12, S13, S14, S15, S16, S17, S18."),
        ("group=E1&step=1&year=2023", "step", "Die Entgeltgruppe E1 hat keine Stufe 1. Es gibt: 2, 3, 4, 5, 6."),
        ("group=S12&step=4&year=2019", "year", "Für die Entgeltgruppe S 12, Stufe 4 (TVöD-VKA, Tabelle S) ist am 01.01.2019 kein Tabellenentgelt erfasst. Bitte eine andere Gruppe oder Stufe wählen oder die Tabelle nachtragen."),
    ],
)  # fmt: skip
def test_what_no_table_has_is_not_found(client: Client, query: str, field: str, message: str) -> None:
    assert refusal(client, f"{PAY}?{query}") == (404, field, message)


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("step=4&year=2023", "group", "„group“ fehlt: Entgeltgruppe, genau so geschrieben: E9a, S8b, S12; der Tarif folgt aus ihr."),
        ("group=s12&step=4&year=2023", "group", "„s12“ ist keine Entgeltgruppe. Bitte genau so angeben: E9a, S8b oder S12."),
        ("group=S%2012&step=4&year=2023", "group", "„S 12“ ist keine Entgeltgruppe. Bitte genau so angeben: E9a, S8b oder S12."),
        ("group=S12%0A&step=4&year=2023", "group", "„S12\N{REPLACEMENT CHARACTER}“ ist keine Entgeltgruppe. Bitte genau so angeben: E9a, S8b oder S12."),
        ("group=S12&step=7&year=2023", "step", "„7“ ist keine ganze Zahl von 1 bis 6."),
        ("group=S12&step=4&year=23", "year", "„23“ ist kein Haushaltsjahr. Bitte ein Jahr von 2000 bis 2099 angeben."),
        ("group=S12&step=4&year=2023&fte=0,75", "fte", "„0,75“ ist keine Zahl über 0 bis 99 mit höchstens 4 Stellen."),
        ("group=S12&step=4&year=2023&fte=0.00", "fte", "„0.00“ ist keine Zahl über 0 bis 99 mit höchstens 4 Stellen."),
        ("group=S12&step=4&year=2023&fte=1e1", "fte", "„1e1“ ist keine Zahl über 0 bis 99 mit höchstens 4 Stellen."),
        ("group=S12&step=4&year=2023&fte=0.12345", "fte", "„0.12345“ ist keine Zahl über 0 bis 99 mit höchstens 4 Stellen."),
        ("group=S12&step=4&year=2023&u2=100.01", "u2", "„100.01“ ist keine Zahl von 0 bis 100 mit höchstens 2 Stellen."),
        ("group=S12&step=4&year=2023&first_day=1.1.2023", "first_day", "„1.1.2023“ ist kein Tag. Bitte so angeben: 2023-10-01."),
        ("group=S12&step=4&year=2023&first_day=2023-02-30", "first_day", "„2023-02-30“ ist kein Tag. Bitte so angeben: 2023-10-01."),
        ("group=S12&step=4&year=2023&first_day=2024-01-01", "first_day", "Der 01.01.2024 liegt nicht im Jahr 2023."),
        ("group=S12&step=4&year=2023&first_day=2023-06-01&last_day=2023-05-31", "last_day", "Der letzte Tag (31.05.2023) liegt vor dem ersten (01.06.2023)."),
        ("group=S12&step=4&year=2023&step_since=2023-02-01", "step_since", "Die Stufe kann nicht erst nach dem Beginn (01.01.2023) erreicht worden sein."),
        ("group=S12&step=4&year=2023&employer=verein", "employer", "„verein“ ist nicht möglich. Erlaubt ist: city, association."),
        ("group=S12&step=4&year=2023&format=csv", "format", "„format“ gibt es hier nicht. Möglich ist: group, step, year, fte, first_day, last_day, step_since, employer, supplementary_pension, u2, workplace, overhead, explain."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(client: Client, query: str, field: str, message: str) -> None:
    assert refusal(client, f"{PAY}?{query}") == (400, field, message)


def test_the_tag_changes_with_the_tables_only(client: Client) -> None:
    tag = client.get(S12)["ETag"]
    assert tag.startswith('W/"')
    assert client.get(S12, headers={"If-None-Match": tag}).status_code == 304
    PayRate.objects.filter(pay_group="E1").update(note="geprüft")
    assert client.get(S12, headers={"If-None-Match": tag}).status_code == 200


def test_a_question_costs_two_statements(client: Client) -> None:
    client.get(S12)
    with CaptureQueriesContext(connection) as queries:
        client.get(S12)
    # Who asks, and whether anything has moved.
    assert len(queries) == 2


def test_without_tables_nothing_is_found(bernd: User) -> None:
    assert refusal(rest(bernd), S12) == (
        404, "group", "Die Entgeltgruppe „S12“ gibt es nicht. Es gibt: keine, die Entgelttabellen sind leer.",
    )  # fmt: skip
