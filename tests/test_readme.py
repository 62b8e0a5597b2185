"""The README is the newcomer's first page: its commands and its numbers must hold."""

import re
from pathlib import Path

import pytest

from funding.selectors import programme_state

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| [^|]+ \| ([0-9.]+) \| `([a-z_]+)` \|$", re.MULTILINE)


@pytest.mark.django_db
@pytest.mark.usefixtures("founding_case")
def test_every_number_of_the_table_is_the_computed_one() -> None:
    state = programme_state("kim-nrw")
    assert state is not None
    computed = {key: str(figure.amount) for key, figure in state.figures(2022).figures.items()}

    assert {key: amount for amount, key in ROW.findall(README)} == computed


def test_the_two_commands_stand_first() -> None:
    commands = re.findall(r"^```\n(.+)\n```$", README, re.MULTILINE)

    assert commands == [
        "python3 -m venv .venv && .venv/bin/pip install -e '.[demo]' && .venv/bin/python manage.py demo",
        "python3 -m venv .venv && .venv/bin/pip install -e '.[dev]' && .venv/bin/pytest",
    ]
