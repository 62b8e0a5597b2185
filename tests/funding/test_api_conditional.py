"""Weak ETags: whoever has the newest answer gets 304, and any change of any input is seen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from funding.models import (
    BudgetYear,
    CouncilPaper,
    FinanceStatement,
    FundedPosition,
    LedgerAccount,
    LumpSum,
    MaterialCost,
    PaperItem,
    Programme,
    RoundingRule,
    Scenario,
    ScenarioOverride,
)
from kim.api import conditional
from staffing.models import Position, PositionCost, Provider
from tests.funding.rest import KIM, ROOT, rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from kim.models import User

FIGURES = f"{KIM}/figures/"
ALL = (
    f"{ROOT}/programmes/", f"{KIM}/", f"{KIM}/positions/", FIGURES, f"{KIM}/scenarios/", f"{ROOT}/budget-lines/",
    f"{ROOT}/papers/", f"{ROOT}/papers/2021-1121/",
    f"{ROOT}/papers/2021-1121/finance-block/", f"{ROOT}/schema/",
)  # fmt: skip


@pytest.fixture
def client(founding_case: Programme, bernd: User) -> Client:
    return rest(bernd)


def test_each_answer_is_known_again(client: Client) -> None:
    for address in ALL:
        first = client.get(address)
        again = client.get(address, headers={"if-none-match": first["ETag"]})

        assert first["ETag"].startswith('W/"'), address
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"]), address
        assert "Content-Type" not in again, address
        assert again["Cache-Control"] == first["Cache-Control"] == "private, no-cache", address
        assert {"Accept", "Authorization", "Cookie"} <= set(again["Vary"].split(", ")), address


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("{etag}", 304),
        ("{strong}", 304),
        ('"other", {etag}', 304),
        ("*", 304),
        ('W/"other"', 200),
        ("{etag}x", 200),
        ("", 200),
        ("nonsense", 200),
        ('"' * 10_000, 200),
        ("\x00", 200),
    ],
)
def test_if_none_match_is_compared_weakly(client: Client, header: str, status: int) -> None:
    etag = client.get(FIGURES)["ETag"]
    asked = header.format(etag=etag, strong=etag.removeprefix("W/"))

    assert client.get(FIGURES, headers={"if-none-match": asked}).status_code == status


def test_every_question_has_a_tag_of_its_own(client: Client) -> None:
    queries = (
        "", "year=2023", "scenario=grant-ends", "scenario=grant-ends&year=2023", "explain=1", "format=csv",
        "format=csv&dialect=de", "from=2022", "to=2026", "from=2022&to=2026",
    )  # fmt: skip
    tags = [client.get(f"{FIGURES}?{query}")["ETag"] for query in queries]

    assert len(set(tags)) == len(queries)
    assert client.get(FIGURES, headers={"accept": "text/csv"})["ETag"] != tags[0]
    # The order of parameters asks nothing else.
    assert client.get(f"{FIGURES}?year=2023&scenario=grant-ends")["ETag"] == tags[3]


def change(model: Any, **values: Any) -> Callable[[], None]:
    def apply() -> None:
        row = model.objects.order_by("pk").first()
        for name, value in values.items():
            setattr(row, name, value)
        row.save()

    return apply


CHANGES = {
    "cost": change(PositionCost, amount=Decimal("1.00")),
    "source of a cost": change(PositionCost, source="Nachtrag"),
    "share": change(Position, fte=Decimal("0.9")),
    "provider": change(Provider, name="Anderer Träger"),
    "lump sum": change(LumpSum, amount=Decimal("1.00")),
    "material": change(MaterialCost, amount=Decimal("1.00")),
    "time of funding": change(FundedPosition, valid_to=date(2022, 6, 30)),
    "rounding": change(RoundingRule, base=Decimal("1000.00")),
    "account": change(LedgerAccount, number="549901"),
    "override": lambda: ScenarioOverride.objects.update(last_day=date(2023, 6, 30)),
    "scenario": change(Scenario, name="Geltendes Recht, neu benannt"),
    "programme": change(Programme, limited_until=date(2023, 12, 31)),
    "answers of the finance block": change(FinanceStatement, is_capital=False),
    "paper": change(CouncilPaper, title="Anderer Betreff"),
    "status of the budget": lambda: BudgetYear.objects.create(
        municipality=Programme.objects.get().municipality, fiscal_year=2022, status="adopted"
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_any_change_of_a_row_is_seen(client: Client, name: str) -> None:
    before = {address: client.get(address)["ETag"] for address in (FIGURES, f"{ROOT}/budget-lines/")}

    CHANGES[name]()  # type: ignore[no-untyped-call]

    for address, etag in before.items():
        assert client.get(address, headers={"if-none-match": etag}).status_code == 200, address


def test_lists_see_the_rows_that_they_show(client: Client) -> None:
    before = {address: client.get(address)["ETag"] for address in ALL}

    Programme.objects.update(grantor="Land NRW")
    Position.objects.filter(reference="KIM-1.1").update(title="Koordination neu")
    ScenarioOverride.objects.update(source="anderer Grund")
    PaperItem.objects.update(status="adopted")

    changed = {address for address in ALL if client.get(address)["ETag"] != before[address]}
    assert changed == set(ALL) - {f"{ROOT}/schema/"}


def test_another_version_of_the_code_is_another_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    before = client.get(FIGURES)["ETag"]
    monkeypatch.setattr(conditional, "code_seal", lambda: "after an update")

    assert client.get(FIGURES, headers={"if-none-match": before}).status_code == 200


def test_the_seal_of_the_code_reads_every_module(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, settings: Any) -> None:
    for package in conditional.PACKAGES:
        (tmp_path / package / "deep").mkdir(parents=True)
        (tmp_path / package / "deep" / "module.py").write_text("A = 1\n")
    settings.BASE_DIR = tmp_path
    seal: Any = getattr(conditional.code_seal, "__wrapped__")  # noqa: B009 - untyped
    seals = [seal()]

    (tmp_path / "funding" / "deep" / "module.py").write_text("A = 2\n")
    seals.append(seal())
    (tmp_path / "funding" / "deep" / "module.py").rename(tmp_path / "funding" / "deep" / "other.py")
    seals.append(seal())

    assert len(set(seals)) == 3
