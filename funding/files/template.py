"""The columns of a forecast's file, in the order in which they are written. A file may have them in any other."""

import re
from dataclasses import dataclass

from kim.files.sheet import Layout

KEY, REFERENCE, TITLE, MODULE, PROVIDER, UNIT = (
    "Kennung",
    "Stellennummer",
    "Bezeichnung",
    "Baustein",
    "Träger",
    "Einheit",
)
SEAL = "Siegel"
# What describes a row; it is compared on the way back, so that a line that slipped is noticed.
DESCRIPTIONS = (REFERENCE, TITLE, MODULE, PROVIDER, UNIT)
NOTE = "Anmerkung"
FORECAST = Layout((KEY, SEAL), "Prognose")

_YEAR = re.compile(r"[0-9]{4}")
_NOTE = re.compile(rf"{NOTE} ([0-9]{{4}})")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column of a file stands (from 0)."""

    key: int
    seal: int
    descriptions: dict[str, int]
    years: dict[int, int]
    notes: dict[int, int]


def note_heading(year: int) -> str:
    """Return the heading of the notes of a year."""
    return f"{NOTE} {year}"


def year_of(heading: str) -> int | None:
    """Return the year whose amounts stand below the heading."""
    return int(heading) if heading.isascii() and _YEAR.fullmatch(heading) else None


def note_year_of(heading: str) -> int | None:
    """Return the year whose notes stand below the heading."""
    match = _NOTE.fullmatch(heading)
    return int(match[1]) if heading.isascii() and match else None
