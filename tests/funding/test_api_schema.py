"""The OpenAPI document: committed, true to the answers, and attacked through what it promises."""

from __future__ import annotations

import io
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
import yaml
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from jsonschema_rs import Draft202012Validator
from schemathesis.config import (
    ChecksConfig,
    CoveragePhaseConfig,
    GenerationConfig,
    PhasesConfig,
    PositiveDataAcceptanceConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)

from kim.wsgi import application
from staffing.loading import load_pay
from tests.funding.rest import KIM, ROOT, parse, rest, token_of
from tests.routes import frozen_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis import Case

    from funding.models import Programme
    from kim.models import User

COMMITTED = Path(__file__).parent / "openapi.yaml"
ANSWERS = {
    "programmes": f"{ROOT}/programmes/",
    "programme": f"{KIM}/",
    "positions": f"{KIM}/positions/?page_size=5&page=2",
    "figures": f"{KIM}/figures/?explain=1",
    "figures of a span": f"{KIM}/figures/?from=2026&scenario=positions-end&explain=1",
    "causes": f"{KIM}/causes/?from_state=fassung-1&scenario=grant-ends&from_scenario=in-force&year=2023",
    "scenarios": f"{KIM}/scenarios/",
    "budget_lines": f"{ROOT}/budget-lines/?page_size=1",
    "papers": f"{ROOT}/papers/",
    "paper": f"{ROOT}/papers/2021-1121/",
    "finance_block": f"{ROOT}/papers/2021-1121/finance-block/?explain=1",
    "paper_oparl": f"{ROOT}/papers/2021-1121/oparl/",
    "versions": f"{KIM}/versions/",
    "version": f"{KIM}/versions/1/",
    "figures of a version": f"{KIM}/figures/?version=1",
    "budget_lines of a version": f"{ROOT}/budget-lines/?programme=kim-nrw&version=1",
    "pay_costs": f"{ROOT}/pay-costs/?group=S12&step=4&year=2023&explain=1&employer=association&u2=0.35",
    "schema": f"{ROOT}/schema/",
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMMITTED.read_text(encoding="utf-8"))
    return found


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["operationId"]: one for path in document["paths"].values() for one in path.values()}


def strict(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document so that an answer may hold nothing that it does not name."""
    closed = deepcopy(document)
    for schema in closed["components"]["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return closed


def violations(document: dict[str, Any], operation: str, answer: Any) -> list[str]:
    content = operations(document)[operation]["responses"]["200"]["content"]["application/json"]
    validator = Draft202012Validator({**content["schema"], "components": document["components"]}, validate_formats=True)
    return [error.message[:300] for error in validator.iter_errors(answer)]


def test_the_committed_document_is_that_of_the_code() -> None:
    """Renew it with ``manage.py spectacular --validate --file tests/funding/openapi.yaml`` and read the difference.

    Additions are fine; a removed or renamed key, or another meaning, would be version 2 of the API.
    """
    stream = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=stream)

    assert stream.getvalue() == COMMITTED.read_text(encoding="utf-8")


def test_the_api_serves_the_committed_document(founding_case: Programme, bernd: User, document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.1"
    assert parse(rest(bernd).get(f"{ROOT}/schema/").content) == document


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_hold_what_the_document_says_and_nothing_else(
    founding_case: Programme, ayse: User, bernd: User, document: dict[str, Any], name: str
) -> None:
    frozen_version(ayse)
    load_pay()
    answer = parse(rest(bernd).get(ANSWERS[name]).content)

    assert violations(strict(document), name.partition(" ")[0], answer) == []


def test_examples_hold_what_the_document_says(document: dict[str, Any]) -> None:
    checked = 0
    for operation, description in operations(document).items():
        for example in description["responses"]["200"]["content"]["application/json"]["examples"].values():
            assert violations(strict(document), operation, example["value"]) == [], operation
            checked += 1

    assert checked == len(operations(document)) == len({name.partition(" ")[0] for name in ANSWERS})


def test_a_wrong_answer_would_be_seen(founding_case: Programme, bernd: User, document: dict[str, Any]) -> None:
    answer = parse(rest(bernd).get(f"{KIM}/figures/").content)
    assert violations(strict(document), "figures", answer) == []
    answer["figures"]["expense"]["amount"] = "962257.245"

    assert violations(strict(document), "figures", answer) != []


def test_everything_is_described_in_german(document: dict[str, Any]) -> None:
    for name, operation in operations(document).items():
        assert operation["summary"], name
        assert operation["description"], name
        assert all(parameter["description"] for parameter in operation["parameters"]), name
        responses = operation["responses"]
        assert set(responses) == {"200", "304", "400", "401", "403", "404", "405", "406", "503"}, name
    for name, response in document["components"]["responses"].items():
        assert response["description"], name
        assert response["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Errors"}, name
        assert response["content"]["application/json"]["examples"], name


# --- Schemathesis: every check, few examples, always the same ones --------------------------------------------------


@pytest.fixture
def own_connection() -> Iterator[None]:
    """Keep the connection of the test, as Django's own test client does: a server would give it back."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


ATTACK = SchemathesisConfig(
    seed=20211104,
    projects=ProjectsConfig(
        default=ProjectConfig(
            generation=GenerationConfig(deterministic=True, database="none"),
            phases=PhasesConfig(coverage=CoveragePhaseConfig(generate_duplicate_query_parameters=True)),
            checks=ChecksConfig(
                # The document cannot say that a year and a span exclude each other; the other tests do.
                positive_data_acceptance=PositiveDataAcceptanceConfig(expected_statuses=["2xx", 304, 400, 404, 406]),
            ),
        )
    ),
)
attacked = schemathesis.openapi.from_path(COMMITTED, config=ATTACK)
attacked.app = application


@pytest.fixture
def authorization(founding_case: Programme, ayse: User, bernd: User, own_connection: None) -> dict[str, str]:
    frozen_version(ayse)
    load_pay()
    return {"Authorization": f"Token {token_of(bernd)}"}


@attacked.parametrize()
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_the_api_keeps_its_promises(case: Case[Any], authorization: dict[str, str]) -> None:
    case.call_and_validate(headers=authorization)
