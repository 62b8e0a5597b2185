"""The lines of a paper's reconciliation (Abgleich): printed, computed, difference and reason, each in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from funding.addresses import figure_of, in_words, narrowing
from funding.calculation.accounts import budget_lines
from funding.calculation.lookup import Address
from funding.calculation.reconcile import Compared, Verdict, compare
from funding.labels import label_of
from funding.models import CouncilPaper, PrintedFigure
from funding.selectors import IN_FORCE, ProgrammeState
from kim import formatting
from kim.errors import KimError
from kim.figures import Figure, Source, given


@dataclass(frozen=True, slots=True)
class ReconcileLine:
    """A printed figure beside the computed one, ready to be shown.

    ``address`` and ``year`` say where the computed figure is derived, ``scenario`` in which one; ``computed`` and
    ``difference`` are texts with their unit, empty where there is none.
    """

    row: PrintedFigure
    compared: Compared
    address: Address | None
    what: str
    computed: str
    difference: str
    explanation: str

    @property
    def scenario(self) -> str:
        """The scenario the computed figure is read in."""
        return self.row.scenario or IN_FORCE

    @property
    def is_open(self) -> bool:
        """Whether nothing explains the line."""
        return self.compared.verdict is Verdict.UNEXPLAINED


def reconcile(state: ProgrammeState, paper: CouncilPaper, rows: Iterable[PrintedFigure]) -> list[ReconcileLine]:
    """Compare every printed figure of a paper with ``state``."""
    return [_line(state, paper, row) for row in rows]


def open_lines(lines: Sequence[ReconcileLine]) -> int:
    """Return how many lines nothing explains."""
    return sum(one.is_open for one in lines)


def target_of(state: ProgrammeState, row: PrintedFigure) -> tuple[Address, Figure] | None:
    """Return the figure a row corresponds to, with its address; None where there is none (any more)."""
    if row.fiscal_year is None:
        return None
    scenario = row.scenario or IN_FORCE
    try:
        address = _address(state, row, scenario)
        figure = None if address is None else figure_of(state, row.fiscal_year, scenario, address)
    except KimError:
        # A year that is no longer planned or a scenario that is gone: nothing to compare with, and the page says so.
        return None
    return None if address is None or figure is None else (address, figure)


def _address(state: ProgrammeState, row: PrintedFigure, scenario: str) -> Address | None:
    if row.ledger_account and row.fiscal_year is not None:
        year = state.figures(row.fiscal_year, scenario)
        for line in budget_lines(year, state.accounts):
            if line.ledger_account == row.ledger_account:
                return Address(line.amount.key)
        return None
    if not row.figure_key:
        return None
    return Address(row.figure_key, row.funding_module, row.provider, row.line, row.rule, row.part)


def _line(state: ProgrammeState, paper: CouncilPaper, row: PrintedFigure) -> ReconcileLine:
    target = target_of(state, row)
    address, computed = (None, None) if target is None else target
    printed = None if row.amount is None else given("printed", row.amount, row.unit, _source(paper, row))
    rounded: list[Figure] = []
    if computed is not None and row.fiscal_year is not None:
        rounded = list(state.figures(row.fiscal_year, row.scenario or IN_FORCE).figures.values())
    found = compare(printed, computed, is_empty=_is_empty(row), has_reason=bool(row.reason_kind), rounded=rounded)
    return ReconcileLine(
        row=row,
        compared=found,
        address=address,
        what="" if address is None or computed is None else _what(state, row, address, computed),
        computed="" if computed is None else formatting.quantity(computed.amount, computed.unit),
        difference=""
        if found.difference is None
        else formatting.quantity(found.difference.amount, found.difference.unit),
        explanation=_explained(row, found),
    )


def _is_empty(row: PrintedFigure) -> bool:
    """Whether nothing is printed, or only the sign of the unit, as in the blank fields of a form."""
    return row.printed.strip() in {"", "€", "%", "Euro"}


def _source(paper: CouncilPaper, row: PrintedFigure) -> Source:
    text = _("Vorlage %(number)s, %(place)s") % {"number": paper.number, "place": row.place}
    return Source(text, row=f"funding.PrintedFigure#{row.pk}")


def _what(state: ProgrammeState, row: PrintedFigure, address: Address, computed: Figure) -> str:
    parts = [label_of(computed)]
    if row.ledger_account:
        parts.append(_("Sachkonto %(number)s") % {"number": row.ledger_account})
    if row.fiscal_year is not None and narrowing(address):
        parts.append(in_words(state, row.fiscal_year, row.scenario or IN_FORCE, address))
    return " · ".join(parts)


def _explained(row: PrintedFigure, found: Compared) -> str:
    """Say why; what a rule explains comes before what somebody wrote, and both are kept."""
    own = f"{row.get_reason_kind_display()}: {row.reason}" if row.reason_kind else ""
    said = {
        Verdict.EQUAL: _("stimmt überein"),
        Verdict.EMPTY: _("in der Vorlage leer"),
        Verdict.UNEXPLAINED: _("nicht erklärt"),
    }.get(found.verdict, "")
    if found.verdict is Verdict.ROUNDED and found.base is not None:
        said = _("gerundet auf volle %(base)s") % {"base": _round_amount(found.base)}
    return "; ".join(one for one in (said, own) if one)


def _round_amount(base: Figure) -> str:
    """Write a base as people say it: 100 € without cents."""
    return f"{formatting.number(base.amount)} €"
