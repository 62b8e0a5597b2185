"""Saving the forecast: all of it or nothing, and never over what its writer has not seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from funding.grid import NO_VERSION, Cell, Grid
from funding.models import MaterialCost
from kim import formatting
from kim.amounts import parse_amount
from kim.errors import AmountError, KimError
from kim.models import User
from staffing.models import PositionCost

MOST_NOTE = 500


class StaleError(KimError):
    """Somebody else changed cells in the meantime; ``conflicts`` has both values, nothing was saved."""

    code = "stale"

    def __init__(self, conflicts: "tuple[Conflict, ...]") -> None:
        """Keep the conflicts."""
        super().__init__(_("Inzwischen hat jemand anderes gespeichert. Bitte entscheiden Sie je Zelle."))
        self.conflicts = conflicts


@dataclass(frozen=True, slots=True)
class Typed:
    """What one cell of the form said: its text, its note, and what its reader had seen."""

    text: str
    note: str
    seen: str


@dataclass(frozen=True, slots=True)
class Change:
    """A cell with the amount it should have; None empties it."""

    cell: Cell
    amount: Decimal | None
    note: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that two people changed: what is stored now, and what was typed."""

    key: str
    title: str
    stored: Decimal | None
    typed: Decimal | None
    seen: str


@dataclass(frozen=True, slots=True)
class Read:
    """What a form asks for: changes, conflicts, and messages by cell."""

    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]
    errors: Mapping[str, str]

    @property
    def amounts(self) -> dict[str, Decimal | None]:
        """The typed amounts by cell, for what would follow from them."""
        return {change.cell.key: change.amount for change in self.changes}


def read_changes(grid: Grid, typed: Mapping[str, Typed]) -> Read:
    """Compare what was typed with what is stored, cell by cell; every error is named at once.

    A cell counts as touched when it differs from what its reader had seen. A touched cell whose version has moved on
    is a conflict; so is one whose memory of the version is missing or tampered with.
    """
    changes, conflicts, errors = [], [], {}
    cells, titles = grid.cells, grid.titles
    for key, entry in typed.items():
        cell = cells.get(key)
        if cell is None:
            errors[key] = _("Diese Zelle gibt es nicht mehr. Bitte die Seite neu laden.")
            continue
        try:
            amount = _amount(entry.text)
        except AmountError as error:
            errors[key] = error.message
            continue
        if len(entry.note) > MOST_NOTE or "\x00" in entry.note:
            errors[key] = _("Die Anmerkung ist zu lang oder enthält unlesbare Zeichen (höchstens %(most)s).") % {
                "most": MOST_NOTE
            }
            continue
        version, _colon, seen_amount = entry.seen.partition(":")
        note = entry.note.strip()
        same_version = version == str(cell.version)
        if amount == cell.amount and (note == cell.note or not same_version):
            continue
        if seen_amount == ("" if amount is None else str(amount)) and not (same_version and note != cell.note):
            # Left as it was seen: whatever is stored now is somebody else's business.
            continue
        if cell.locked:
            errors[key] = _("Gesperrt: %(reason)s") % {"reason": cell.locked}
        elif not same_version:
            conflicts.append(Conflict(key, titles[key], cell.amount, amount, cell.seen))
        else:
            changes.append(Change(cell, amount, note))
    return Read(tuple(changes), tuple(conflicts), errors)


def save_changes(*, changes: tuple[Change, ...], source: str, status: str, by: User) -> int:
    """Write the changes in one transaction; returns how many cells changed.

    Rows are locked and compared once more: whoever saves second in a race gets ``StaleError``, and nothing is saved.
    """
    with transaction.atomic():
        conflicts = [
            Conflict(change.cell.key, change.cell.key, None, change.amount, "")
            for change in sorted(changes, key=lambda one: one.cell.key)
            if not _write(change, source, status, by)
        ]
        if conflicts:
            raise StaleError(tuple(conflicts))
    return len(changes)


def _write(change: Change, source: str, status: str, by: User) -> bool:
    """Write one cell if it still has the version that was read."""
    kind, pk, year = change.cell.key[0], *(int(part) for part in change.cell.key[1:].split("-"))
    model: type[PositionCost | MaterialCost] = PositionCost if kind == "p" else MaterialCost
    owner = "position_id" if kind == "p" else "material_line_id"
    rows = model.objects.filter(**{owner: pk, "fiscal_year": year})
    if change.cell.version == NO_VERSION:
        if change.amount is None:
            return True
        _row, created = rows.get_or_create(
            **{owner: pk},
            fiscal_year=year,
            defaults={
                "amount": change.amount,
                "note": change.note,
                "source": source,
                "source_status": status,
                "recorded_by": by,
            },
        )
        return created
    row = rows.select_for_update().first()
    if row is None or row.version != change.cell.version:
        return False
    if change.amount is None:
        row.delete()
        return True
    note = change.note
    if row.amount != change.amount:
        row.source, row.source_status = source, status
        # The old note explained the old amount; kept beside a new one it would explain it wrongly.
        note = "" if note == row.note else note
    row.amount, row.note, row.recorded_by = change.amount, note, by
    row.save()
    return True


def _amount(text: str) -> Decimal | None:
    if not text.strip():
        return None
    amount = parse_amount(text)
    if amount < 0:
        message = _("„%(text)s“ ist negativ. Hier steht ein Betrag ab 0,00 €.") % {"text": formatting.amount(amount)}
        raise AmountError(message, value=text)
    return amount
