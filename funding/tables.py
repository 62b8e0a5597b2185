"""Tables of the pages. They show amounts of the core; no table adds up."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from funding.selection import Selection
from kim.tables import Column, FteColumn, LeanTable, MoneyColumn, PercentColumn


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year of the chosen scenario."""

    year: int
    url: str
    personnel: Decimal
    expense: Decimal
    grant: Decimal
    shortfall: Decimal
    full_cost: Decimal


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of the programme in a year (module, provider); ``place`` narrows a derivation to it."""

    name: str
    number: int
    place: dict[str, object]
    expense: Decimal
    grant: Decimal
    shortfall: Decimal


@dataclass(frozen=True, slots=True)
class LineRow:
    """A position or material line in a year."""

    reference: str
    title: str
    url: str
    module: int
    provider: str
    place: dict[str, object]
    cost: Decimal | None
    grant: Decimal
    shortfall: Decimal
    fte: Decimal | None = None
    occupancy: str = ""


class YearTable(LeanTable):
    """A year a row."""

    year = Column(verbose_name=_("Haushaltsjahr"), heads_row=True, url=lambda row: row.url)
    personnel = MoneyColumn(verbose_name=_("Gesamtkosten Personal"))
    expense = MoneyColumn(verbose_name=_("Gesamtkosten"))
    grant = MoneyColumn(verbose_name=_("Förderung Land"))
    shortfall = MoneyColumn(verbose_name=_("Mehrkosten Stadt"))
    full_cost = MoneyColumn(verbose_name=_("Stadt bei Wegfall der Förderung"))


class FigureTable(LeanTable):
    """A table whose amounts and ratios lead to their derivations."""

    def __init__(self, data: list[Any], *, selection: Selection, **options: Any) -> None:
        """Give every column of figures the address of its derivation."""
        super().__init__(data, **options)
        for bound in self.columns:
            if isinstance(bound.column, MoneyColumn | PercentColumn):
                bound.column.url = _address(selection, bound.name)


def _address(selection: Selection, key: str) -> Callable[[Any], str | None]:
    def url(row: Any) -> str | None:
        return None if getattr(row, key) is None else selection.derivation_url(key, **row.place)

    return url


class ModuleTable(FigureTable):
    """A funding module a row."""

    number = Column(verbose_name=_("Baustein"))
    name = Column(verbose_name=_("Bezeichnung"), heads_row=True)
    expense = MoneyColumn(verbose_name=_("Gesamtkosten"))
    grant = MoneyColumn(verbose_name=_("Förderung Land"))
    shortfall = MoneyColumn(verbose_name=_("Mehrkosten Stadt"))


class ProviderTable(FigureTable):
    """A provider a row."""

    name = Column(verbose_name=_("Träger"), heads_row=True)
    expense = MoneyColumn(verbose_name=_("Gesamtkosten"))
    grant = MoneyColumn(verbose_name=_("Förderung Land"))
    shortfall = MoneyColumn(verbose_name=_("Mehrkosten Stadt"))


class PositionTable(FigureTable):
    """The positions of a programme in a year."""

    reference = Column(verbose_name=_("Nummer"))
    title = Column(verbose_name=_("Stelle"), heads_row=True, url=lambda row: row.url)
    module = Column(verbose_name=_("Baustein"))
    provider = Column(verbose_name=_("Träger"))
    fte = FteColumn(verbose_name=_("Stellenanteil"))
    occupancy = Column(verbose_name=_("Besetzung"), orderable=False)
    cost = MoneyColumn(verbose_name=_("Personalkosten"))
    grant = MoneyColumn(verbose_name=_("Förderung Land"))
    shortfall = MoneyColumn(verbose_name=_("Mehrkosten Stadt"))


class MaterialTable(FigureTable):
    """The material lines of a programme in a year."""

    title = Column(verbose_name=_("Sachkosten"), heads_row=True, url=lambda row: row.url)
    module = Column(verbose_name=_("Baustein"))
    provider = Column(verbose_name=_("Träger"))
    cost = MoneyColumn(verbose_name=_("Kosten im Jahr"))
    grant = MoneyColumn(verbose_name=_("Förderung Land"))
    shortfall = MoneyColumn(verbose_name=_("Mehrkosten Stadt"))


@dataclass(frozen=True, slots=True)
class CoverRow:
    """Real cost and lump sum of a position or of several; the columns are named like their figures."""

    name: str
    url: str
    module: int | None
    provider: str
    place: dict[str, object]
    real_cost: Decimal | None
    lump_sums: Decimal
    cover_ratio: Decimal | None
    uncovered_cost: Decimal | None
    uncovered_by_city: Decimal | None
    one_percent_more: Decimal | None


class CoverTable(FigureTable):
    """Real cost and lump sums of the programme's parts in a year."""

    name = Column(verbose_name=_("Bezeichnung"), heads_row=True)
    real_cost = MoneyColumn(verbose_name=_("Personalkosten"))
    lump_sums = MoneyColumn(verbose_name=_("Pauschale"))
    cover_ratio = PercentColumn(verbose_name=_("Deckung"))
    uncovered_cost = MoneyColumn(verbose_name=_("Lücke"))
    uncovered_by_city = MoneyColumn(verbose_name=_("davon Stadt"))
    one_percent_more = MoneyColumn(verbose_name=_("Ein Prozent mehr kostet die Stadt"))


class YearCoverTable(CoverTable):
    """Real cost and lump sums year by year."""

    name = Column(verbose_name=_("Haushaltsjahr"), heads_row=True, url=lambda row: row.url)


class ModuleCoverTable(CoverTable):
    """Real cost and lump sums of each funding module in a year."""

    name = Column(verbose_name=_("Förderbaustein"), heads_row=True)


class ProviderCoverTable(CoverTable):
    """Real cost and lump sums of each provider in a year."""

    name = Column(verbose_name=_("Träger"), heads_row=True)


class PositionCoverTable(CoverTable):
    """Real cost and lump sum of each position in a year."""

    name = Column(verbose_name=_("Stelle"), heads_row=True, url=lambda row: row.url)
    module = Column(verbose_name=_("Baustein"))
    provider = Column(verbose_name=_("Träger"))

    class Meta:
        sequence = ("name", "module", "provider", "...")
