"""The vocabulary holds code and glossary together: a name in the one is a name in the other, or marked as planned."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.conf import settings

from funding.labels import LABELS
from kim.handbook import GLOSSARY_FILE, TermStatus, glossary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

OURS = ("kim", "staffing", "funding")

# Keys of figures that are steps of a calculation, not terms of the field.
STEPS = {
    "allowance_of_year", "annual_bonus_percent", "average_month", "bonus_base", "bonus_base_day", "bonus_base_sum",
    "care_insurance", "care_rate", "ceiling_room", "ceiling_room_of_year", "employer_half", "employer_rate",
    "health_extra_rate", "health_insurance", "health_insurance_extra", "health_rate", "insolvency_rate",
    "insured_bonus", "insured_health_care", "insured_pension_unemployment", "month_allowance", "month_cost",
    "month_gross", "month_pay", "months_alike", "overhead_rate", "pay_rise_by_percent", "pay_rise_minimum",
    "pay_rise_percent", "pension_insurance", "pension_rate", "persons", "supplementary_pension_part",
    "supplementary_pension_pay", "supplementary_pension_rate", "u2_rate", "unemployment_insurance",
    "unemployment_rate", "workplace_flat_rate",
    "allocated_total", "award_share", "cap_factor", "cost_factor", "counted_time", "difference", "equal_part",
    "grant_for_material_by_rule", "grant_for_positions_by_rule", "lump_sum_factor", "lump_sum_of_year",
    "lump_sum_share", "lump_sum_step", "measures_not_funded", "pay_rise_of_year", "position_cost_per_fte",
    "printed_less_grant", "rounding_difference", "shortfall_of_personnel", "top_up_share", "uncovered", "whole_time",
    "by_award", "by_calculation", "by_declared_cost", "by_grant_term", "by_lump_sum", "by_material", "by_occupancy",
    "by_other", "by_pay_agreement", "by_pay_step", "by_positions", "by_scenario",
}  # fmt: skip


@lru_cache(maxsize=1)
def names_in_code() -> frozenset[str]:
    """Every name that our code defines: classes, functions, what stands in the body of a class or module, figures."""
    found = set(LABELS)
    for package in OURS:
        for file in (settings.BASE_DIR / package).rglob("*.py"):
            if "migrations" not in file.parts:
                found |= set(defined(ast.parse(file.read_text(encoding="utf-8"))))
    return frozenset(found)


def defined(tree: ast.Module) -> Iterator[str]:
    """Names of a file; members of a class also with the name of their class."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        if isinstance(node, ast.ClassDef | ast.Module):
            for name in assigned(node):
                yield name
                if isinstance(node, ast.ClassDef):
                    yield f"{node.name}.{name}"


def assigned(node: ast.ClassDef | ast.Module) -> Iterator[str]:
    """What the body of a class or module gives a value or a type."""
    for statement in node.body:
        targets: list[ast.expr] = []
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        for target in targets:
            if isinstance(target, ast.Name):
                yield target.id


def names(status: TermStatus) -> set[str]:
    return {name for term in glossary() if term.status is status for name in term.english}


def test_names_said_to_be_there_are_there() -> None:
    assert names(TermStatus.PRESENT) - names_in_code() == set()


def test_names_said_to_be_planned_are_not_there_yet() -> None:
    absent = names(TermStatus.PLANNED) | names(TermStatus.TERM_ONLY) | names(TermStatus.AVOIDED)
    assert absent & names_in_code() == set()


def test_every_model_and_every_figure_is_a_term() -> None:
    models = {
        model.__name__
        for app in ("staffing", "funding")
        for model in apps.get_app_config(app).get_models()
        if "pgh_id" not in {field.name for field in model._meta.fields}
    }
    assert {"Programme", "Position"} < models
    assert (models | set(LABELS)) - STEPS - names(TermStatus.PRESENT) == set()
    assert set(LABELS) >= STEPS


def test_terms_are_unique_and_explained() -> None:
    terms = glossary()
    assert len({term.german for term in terms}) == len({term.anchor for term in terms}) == len(terms)
    assert [term.german for term in terms if not re.fullmatch(r"(?s)[A-ZÄÖÜ„].{20,}\.", term.explanation)] == []
    assert {term.status for term in terms} == set(TermStatus)


def test_a_present_or_planned_term_has_a_name() -> None:
    nameless = {term.german for term in glossary() if not term.english}
    named = {TermStatus.PRESENT, TermStatus.PLANNED}
    assert {term.german for term in glossary() if term.status in named} & nameless == set()


def test_file_is_read_without_loss() -> None:
    lines = GLOSSARY_FILE.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "german,english_in_code,status,explanation"
    assert len(lines) - 1 == len(glossary())


@pytest.mark.parametrize(("earlier", "later"), [("Änderungsantrag", "Anmeldung zum Haushalt"), ("Ist", "Kämmerei")])
def test_terms_stand_in_german_order(earlier: str, later: str) -> None:
    order = [term.german for term in glossary()]
    assert order.index(earlier) < order.index(later)


def test_words_to_avoid_stand_in_no_text_for_users() -> None:
    avoided = [term.german for term in glossary() if term.status is TermStatus.AVOIDED]
    assert avoided == ["Fehlbetrag"]
    files = [
        *(settings.BASE_DIR / "templates").rglob("*.html"),
        *(file for package in OURS for file in (settings.BASE_DIR / package).rglob("*.py")),
    ]
    assert [file.name for file in files if any(word in file.read_text(encoding="utf-8") for word in avoided)] == []


def test_page_explains_every_term(bernd_client: Client) -> None:
    text = bernd_client.get("/handbuch/glossar/").content.decode()
    assert [term.german for term in glossary() if f'<dt id="{term.anchor}">' not in text] == []
