"""What calls itself pure is pure, and what must be pure calls itself so."""

from __future__ import annotations

import ast
import re
import tomllib

import pytest

from tests.architecture.source import ROOT, Module, modules, planted

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {contract["id"]: contract for contract in PROJECT["tool"]["importlinter"]["contracts"]}
PURE_SOURCES = tuple(CONTRACTS["pure"]["source_modules"])

# What a calculation needs of the standard library; anything else needs a reason to be here.
ALLOWED = {
    "calendar", "collections", "collections.abc", "contextlib", "dataclasses", "datetime", "decimal", "enum",
    "fractions", "functools", "itertools", "math", "operator", "re", "typing",
}  # fmt: skip
# Calls that ask the machine instead of the inputs.
CLOCK_AND_MACHINE = {"now", "today", "utcnow", "time", "monotonic", "perf_counter", "getenv", "open", "input", "print"}


def is_pure(name: str) -> bool:
    return any(name == source or name.startswith(f"{source}.") for source in PURE_SOURCES)


PURE = [module for module in modules() if is_pure(module.name)]


def foreign_imports(module: Module) -> list[str]:
    return sorted(name for name in module.imports if name not in ALLOWED and name != "__future__" and not is_pure(name))


def questions_to_the_machine(module: Module) -> list[str]:
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in CLOCK_AND_MACHINE:
                found.append(module.at(node, called))
        elif isinstance(node, ast.Attribute) and node.attr == "environ":
            found.append(module.at(node, "environ"))
    return found


def floats(module: Module) -> list[str]:
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(module.at(node, f"{node.value}"))
        elif isinstance(node, ast.Name) and node.id == "float":
            found.append(module.at(node, "float"))
    return found


def test_there_are_pure_modules() -> None:
    assert {"kim.rounding", "kim.figures", "funding.calculation.grants", "staffing.calculation.cost"} <= {
        module.name for module in PURE
    }


@pytest.mark.parametrize("module", PURE, ids=lambda module: module.name)
def test_pure_modules_stand_on_the_standard_library_and_each_other(module: Module) -> None:
    assert foreign_imports(module) == []
    assert questions_to_the_machine(module) == []
    assert floats(module) == []


def test_modules_that_call_themselves_pure_are_held_to_it() -> None:
    claiming = {one.name for one in modules() if "Pure: no Django" in (ast.get_docstring(one.tree) or "")}
    assert claiming == {one.name for one in PURE}


@pytest.mark.parametrize(
    ("code", "check"),
    [
        ("from django.db import models", foreign_imports),
        ("import kim.settings", foreign_imports),
        ("def later():\n    import os", foreign_imports),
        ("from datetime import date\ndate.today()", questions_to_the_machine),
        ("import datetime\ndatetime.datetime.now()", questions_to_the_machine),
        ("open('rates.csv')", questions_to_the_machine),
        ("os.environ['RATE']", questions_to_the_machine),
        ("RATE = 0.5", floats),
        ("float('0.5')", floats),
    ],
)
def test_planted_impurities_are_seen(code: str, check: object) -> None:
    assert len(check(planted(code, "funding/calculation/planted.py"))) == 1  # type: ignore[operator]


def test_a_planted_pure_module_is_clean() -> None:
    clean = planted("from decimal import Decimal\nfrom kim.figures import Figure\nRATE = Decimal('0.5')")
    assert (foreign_imports(clean), questions_to_the_machine(clean), floats(clean)) == ([], [], [])


# --- Scenarios have no names in the calculation ---------------------------------------------------------------------

CASE = tomllib.loads((ROOT / "funding/data/leverkusen_2021_1121.toml").read_text(encoding="utf-8"), parse_float=str)
SLUGS = [scenario["slug"] for scenario in CASE["scenarios"]]


def names_of_scenarios(module: Module) -> list[str]:
    spelled = [variant for slug in SLUGS for variant in (slug, slug.replace("-", "_"), slug.replace("-", ""))]
    return [name for name in spelled if re.search(rf"(?<![a-z_]){name}(?![a-z_])", module.text.lower())]


def test_the_calculation_never_sees_the_name_of_a_scenario() -> None:
    assert SLUGS == ["in-force", "grant-continues", "grant-ends", "top-up-ends", "positions-end"]
    assert {one.name: names_of_scenarios(one) for one in PURE if names_of_scenarios(one)} == {}
    assert names_of_scenarios(planted("if scenario == 'grant-ends': ...")) == ["grant-ends"]
    assert names_of_scenarios(planted("POSITIONS_END = True")) == ["positions_end"]
