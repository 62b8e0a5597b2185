"""The directions of the house, and that a violation of each is seen."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# One violation of each contract: where, what, and how the report names it.
PLANTED = [
    ("kim/rounding.py", "import django.db", "kim.rounding -> django"),
    ("kim/figures.py", "import time", "kim.figures -> time"),
    ("staffing/calculation/cost.py", "import os", "staffing.calculation.cost -> os"),
    ("funding/calculation/grants.py", "import funding.models", "funding.calculation.grants -> funding.models"),
    ("funding/calculation/planted.py", "import pathlib", "funding.calculation.planted -> pathlib"),
    ("staffing/models.py", "import funding.calculation.rules", "staffing.models -> funding.calculation.rules"),
    ("kim/views.py", "import staffing.models", "kim.views -> staffing.models"),
    ("kim/planted.py", "import funding.selectors", "kim.planted -> funding.selectors"),
    ("funding/models/grant.py", "import funding.selectors", "funding.models.grant -> funding.selectors"),
    ("funding/selectors.py", "import funding.views.summary", "funding.selectors -> funding.views.summary"),
]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    script = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    return subprocess.run(
        [sys.executable, "-c", script, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )  # fmt: skip


def test_all_contracts_are_kept() -> None:
    report = lint(ROOT)
    assert "Contracts: 4 kept, 0 broken." in report.stdout, report.stdout + report.stderr
    assert report.returncode == 0


def test_planted_violations_break_every_contract(tmp_path: Path) -> None:
    for package in ("kim", "staffing", "funding"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "static", "migrations")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for path, line, _chain in PLANTED:
        file = tmp_path / path
        code = file.read_text(encoding="utf-8") if file.exists() else '"""Planted."""\n'
        file.write_text(f"{code}\n{line}\n", encoding="utf-8")

    report = lint(tmp_path)

    assert "Contracts: 0 kept, 4 broken." in report.stdout, report.stdout + report.stderr
    assert report.returncode == 1
    for _path, _line, chain in PLANTED:
        assert chain in report.stdout
