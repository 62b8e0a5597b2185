"""What a file carries along so that its return can be judged: the base of each row, and a signature that proves it.

The signature is an HMAC-SHA256 with the installation's secret (django.core.signing). Nothing is kept on the server.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.core import signing
from django.utils.translation import gettext as _

from funding.grid import Cell, Row
from funding.grid_saving import Typed
from kim.files.confirmation import opened, sealed
from kim.files.sheet import RefusedFileError

ROW_SALT = "funding.files.row"
PREVIEW_SALT = "funding.files.preview"
# Well below what the settings allow a form to be (DATA_UPLOAD_MAX_MEMORY_SIZE).
MOST_PREVIEW = 700_000
FORMAT = 1


@dataclass(frozen=True, slots=True)
class RowSeal:
    """The base of a row: of which programme, which row, and what was stored in each year in which version."""

    programme: str
    key: str
    seen: Mapping[int, str]

    def amount(self, year: int) -> Decimal | None:
        """Return the amount that was stored when the file was written, in euros."""
        return seen_amount(self.seen[year])

    def holds_for(self, cell: Cell) -> bool:
        """Whether the cell still is what it was: same version, same amount."""
        version = self.seen[cell.year].partition(":")[0]
        return version == str(cell.version) and self.amount(cell.year) == cell.amount


def seen_amount(seen: str) -> Decimal | None:
    """Return the amount in a cell's memory of what was stored, in euros."""
    text = seen.partition(":")[2]
    return Decimal(text) if text else None


def seal_row(programme: str, row: Row) -> str:
    """Return the seal of a row as one word: readable base, then the signature."""
    seen = {str(cell.year): cell.seen for cell in row.cells}
    return signing.Signer(salt=ROW_SALT).sign_object([FORMAT, programme, row.key, seen])


def open_seal(text: str) -> RowSeal | None:
    """Return the base of a row, None when the seal is missing, changed, or not from this installation."""
    try:
        found = signing.Signer(salt=ROW_SALT).unsign_object(text.strip())
    except (signing.BadSignature, ValueError):
        return None
    if not isinstance(found, list) or found[0] != FORMAT:
        return None
    _format, programme, key, seen = found
    return RowSeal(programme, key, {int(year): entry for year, entry in seen.items()})


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a preview showed and its reader confirmed: the changed cells with their base, and where they come from."""

    programme: str
    user: int
    years: tuple[int, ...]
    typed: Mapping[str, Typed]
    source: str
    status: str

    def signed(self) -> str:
        """Return it as the word that travels through the page; raises ``RefusedFileError`` when there is too much."""
        cells = {key: [one.text, one.note, one.seen] for key, one in self.typed.items()}
        data = [FORMAT, self.programme, self.user, list(self.years), cells, self.source, self.status]
        text = sealed(data, PREVIEW_SALT)
        if len(text) > MOST_PREVIEW:
            message = _("Die Datei ändert %(count)s Zellen; das ist zu viel auf einmal. Bitte die Datei teilen.") % {
                "count": len(cells)
            }
            raise RefusedFileError(message)
        return text


def open_confirmed(text: str) -> Confirmed:
    """Return what was confirmed; raises ``RefusedFileError`` for what was changed on the way or is too old."""
    found = opened(text, PREVIEW_SALT)
    _format, programme, user, years, cells, source, status = found
    typed = {key: Typed(*one) for key, one in cells.items()}
    return Confirmed(programme, user, tuple(years), typed, source, status)
