"""The size of things, their names, what may stand where, and what may not be left behind."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import PurePosixPath

import pytest

from tests.architecture.source import ROOT, Module, modules, planted

MOST_LINES = 400
NO_NAME = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "base_utils", "shared"}
TOP = {"manage.py", "pyproject.toml", "README.md", "kim", "staffing", "funding", "templates", "tests"}
# Put together, so that this file does not find itself.
LEFT_BEHIND = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "Not" + "ImplementedError", "pragma: no" + " cover"]


def tracked() -> list[str]:
    """Return what git knows of; a clone without git has nothing that is not there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for path in listed.stdout.split("\0") if path and (ROOT / path).exists()]


def too_long(module: Module) -> list[str]:
    lines = module.text.count("\n")
    return [f"{module.path}: {lines} lines"] if lines > MOST_LINES else []


def nameless(module: Module) -> list[str]:
    return [module.path] if PurePosixPath(module.path).stem in NO_NAME else []


def left_behind(module: Module) -> list[str]:
    return [f"{module.path}: {word}" for word in LEFT_BEHIND if re.search(rf"\b{word}\b", module.text)]


def silent_passes(module: Module) -> list[str]:
    """A bare ``except`` or one that catches everything hides what nobody has thought of."""
    return [
        module.at(node, "except")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in {"Exception", "BaseException"})
        and all(isinstance(one, ast.Pass) for one in node.body)
    ]


CHECKS = [too_long, nameless, left_behind, silent_passes]


@pytest.mark.parametrize("check", CHECKS)
def test_every_module_keeps_the_rules_of_the_house(check: object) -> None:
    assert [place for module in modules() for place in check(module)] == []  # type: ignore[operator]


@pytest.mark.parametrize("check", [too_long, nameless, left_behind])
def test_tests_keep_them_as_well(check: object) -> None:
    assert [place for module in modules("tests") for place in check(module)] == []  # type: ignore[operator]


@pytest.mark.parametrize(
    ("module", "check"),
    [
        (planted('"""Long."""\n' * 401), too_long),
        (planted('"""Vague."""', "kim/utils.py"), nameless),
        (planted(f"# {LEFT_BEHIND[0]}: later"), left_behind),
        (planted(f"raise {LEFT_BEHIND[3]}"), left_behind),
        (planted("try:\n    x()\nexcept Exception:\n    pass"), silent_passes),
        (planted("try:\n    x()\nexcept:\n    pass"), silent_passes),
    ],
)
def test_planted_violations_are_seen(module: Module, check: object) -> None:
    assert len(check(module)) == 1  # type: ignore[operator]


def test_the_top_level_is_what_was_agreed() -> None:
    found = {path.partition("/")[0] for path in tracked()}
    assert {name for name in found if not name.startswith(".")} == TOP


def test_nothing_names_a_registry_or_a_path_of_one_machine() -> None:
    addresses = re.compile(r"://(registry|files|deb)\.[a-z]|/simple/? *$|index-url|" + "/wo" + "rk/", re.MULTILINE)
    found = []
    for path in tracked():
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path}: {match.group(0)}" for match in addresses.finditer(text) if "test_house" not in path]
    assert found == []
    assert addresses.search("https://registry.example.org/kern.tgz")


def test_no_signals_and_no_overridden_save_hold_domain_state() -> None:
    found = []
    for module in modules():
        if any(name.startswith("django.db.models.signals") or name == "django.dispatch" for name in module.imports):
            found.append(f"{module.path}: signals")
        found += [
            module.at(node, "save")
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ClassDef) and any(getattr(base, "attr", "") == "Model" for base in node.bases)
            for node in node.body
            if isinstance(node, ast.FunctionDef) and node.name == "save"
        ]
    assert found == []
