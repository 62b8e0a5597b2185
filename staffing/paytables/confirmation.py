"""What a preview showed, signed, so that its confirmation saves just that. Nothing is kept on the server.

The signature is an HMAC-SHA256 with the installation's secret (django.core.signing).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kim.figures import Status
from kim.files.confirmation import opened, sealed
from kim.years import Period
from staffing.models import Tariff
from staffing.paytables.plan import Wanted
from staffing.paytables.reading import TableValue

SALT = "staffing.paytables.preview"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What was shown to whom, and the seal of the rows it was compared with."""

    user: int
    seal: str
    wanted: Wanted
    values: tuple[TableValue, ...]

    def signed(self) -> str:
        """Return it as the word that travels through the page."""
        wanted = self.wanted
        end = wanted.period.end
        data = [
            FORMAT, self.user, self.seal, wanted.tariff.value, wanted.period.start.isoformat(),
            end.isoformat() if end else "", wanted.source, wanted.status.value,
            [[one.line, one.group, one.step, str(one.amount)] for one in self.values],
        ]  # fmt: skip
        return sealed(data, SALT)


def open_confirmed(text: str) -> Confirmed:
    """Return what was confirmed; raises ``RefusedFileError`` for what was changed on the way or is too old."""
    found = opened(text, SALT)
    _format, user, seal, tariff, start, end, source, status, values = found
    period = Period(date.fromisoformat(start), date.fromisoformat(end) if end else None)
    return Confirmed(
        user, seal, Wanted(Tariff(tariff), period, source, Status(status)),
        tuple(TableValue(line, group, step, Decimal(amount)) for line, group, step, amount in values),
    )  # fmt: skip
