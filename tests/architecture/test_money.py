"""One place rounds, nothing is a float, and SQL adds nothing up that is published."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.source import ROOT, Module, modules, planted

ROUNDING = "kim/rounding.py"
# Measures time, not money.
NO_MONEY = {"kim/serving.py"}


def roundings(module: Module) -> list[str]:
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            name, rounds = node.attr, node.attr in {"quantize", "to_integral_value"}
        elif isinstance(node, ast.Name):
            name, rounds = node.id, node.id == "round"
        elif isinstance(node, ast.alias):
            name, rounds = node.name, False
        else:
            continue
        if rounds or name.startswith("ROUND_"):
            found.append(module.at(node, name))
    return found


def floats(module: Module) -> list[str]:
    """Calls of float, float columns and fields. ``isinstance(value, float)`` refuses one, so it may stand."""
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in {"float", "FloatField"}:
                found.append(module.at(node, called))
        elif isinstance(node, ast.keyword) and node.arg == "parse_float" and getattr(node.value, "id", "") == "float":
            found.append(module.at(node.value, "parse_float=float"))
    return found


def sums_in_sql(module: Module) -> list[str]:
    return [
        module.at(node, name)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db.models")
        for name in (alias.name for alias in node.names)
        if name in {"Sum", "Avg", "StdDev", "Variance"}
    ]


def test_only_one_module_rounds() -> None:
    assert [place for module in modules() if module.path != ROUNDING for place in roundings(module)] == []
    assert roundings(next(module for module in modules() if module.path == ROUNDING))


def test_there_are_no_floats_near_money() -> None:
    assert [place for module in modules() if module.path not in NO_MONEY for place in floats(module)] == []


def test_published_figures_are_not_added_up_in_sql() -> None:
    assert [place for module in modules() for place in sums_in_sql(module)] == []


def test_templates_do_no_arithmetic() -> None:
    # Columns of a table may be counted.
    arithmetic = re.compile(r"\{\{[^}]*(?<!\|length)\|(add|floatformat|divisibleby)\b|\{% widthratio")
    found = [
        f"{file.relative_to(ROOT)}: {match.group(0)}"
        for file in sorted((ROOT / "templates").rglob("*.html"))
        for match in arithmetic.finditer(file.read_text(encoding="utf-8"))
    ]
    assert found == []
    assert arithmetic.search("{{ cost|floatformat:2 }}")
    assert arithmetic.search("{{ cost|add:grant }}")


@pytest.mark.parametrize(
    ("code", "check"),
    [
        ("amount.quantize(CENT)", roundings),
        ("round(amount, 2)", roundings),
        ("from decimal import ROUND_DOWN", roundings),
        ("decimal.ROUND_HALF_EVEN", roundings),
        ("float(amount)", floats),
        ("models.FloatField()", floats),
        ("serializers.FloatField()", floats),
        ("json.loads(text, parse_float=float)", floats),
        ("from django.db.models import Sum", sums_in_sql),
        ("from django.db.models.aggregates import Avg", sums_in_sql),
    ],
)
def test_planted_violations_are_seen(code: str, check: object) -> None:
    assert len(check(planted(code))) == 1  # type: ignore[operator]


def test_refusing_a_float_is_allowed() -> None:
    assert floats(planted("if isinstance(value, float): raise TypeError(value)")) == []
