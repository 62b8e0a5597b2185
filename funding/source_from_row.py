"""What every row of a snapshot says of itself: where its value comes from, and days."""

from datetime import date
from typing import Any

from kim.figures import Source, Status

Row = dict[str, Any]


def source_of(row: Row, model: str) -> Source:
    """Readers see the office that entered a value, not the person (privacy); the history names the account."""
    office = "Finanzverwaltung" if row["entered_by"] else "Grunddaten des Programms"
    return Source(row["source"], Status(row["status"]), row["note"], f"{model}#{row['id']}", office, row["entered_on"])


def day_of(text: str | None) -> date | None:
    """Return the day; None for an empty end."""
    return None if text is None else date.fromisoformat(text)
