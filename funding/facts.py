"""What pages and API say of awards, papers and frozen versions; values, not rows."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from kim.years import Period


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """A notice of the state; amount and period are None where they are not public."""

    funding_module: int | None
    award_date: date
    period: Period | None
    amount: Decimal | None
    covers: str
    reference: str


@dataclass(frozen=True, slots=True)
class PaperOfVersion:
    """The council paper that a version served, as it stood on that day."""

    number: str
    slug: str
    title: str
    paper_date: date


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """A frozen version as pages and API name it; ``digest`` is the seal of the text as it stands in the database."""

    number: int
    name: str
    note: str
    corrects: int | None
    paper: PaperOfVersion | None
    frozen_at: datetime
    frozen_by: str
    seal: str
    digest: str

    @property
    def is_sealed(self) -> bool:
        """Whether the text is the one that was frozen."""
        return self.seal == self.digest

    def __str__(self) -> str:
        """Return number and name."""
        return _("Fassung %(number)s: %(name)s") % {"number": self.number, "name": self.name}
