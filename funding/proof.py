"""Does a frozen version still hold? Its seal, its row, and every figure computed again from its inputs.

The rules of the product may change after a version was frozen. Then its figures stay what they were, and the proof
says which of them the rules of today would make otherwise: a changed rule is shown, never hidden. A text that somebody
changed behind the product's back is found by its seal, and what is left of it is still read as far as it goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from funding.calculation.document import Comparison, Deviation, FrozenFigures, Place
from funding.labels import OF_A_YEAR, label_of
from funding.selectors import IN_FORCE, ProgrammeState
from funding.versions import VersionRow, document_of, state_of_document
from kim import formatting
from kim.api.conditional import code_seal
from kim.errors import KimError
from kim.figures import Figure

if TYPE_CHECKING:
    from funding.calculation.shortfall import YearFigures

# A changed rule moves most figures of a document; this many say which.
MOST_SHOWN = 60
KINDS = ("programme", "module", "provider", "line")


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that the rules of today make otherwise: where it stands, what it is, and both amounts in words."""

    year: int
    scenario: str
    where: str
    label: str
    frozen: str
    recomputed: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of it: ``problems`` name what was tampered with, ``differences`` what rules make otherwise today.

    ``years`` counts the fiscal years of all scenarios, ``steps`` the distinct steps below their figures, ``deviating``
    the figures that differ; ``differences`` are the first of them.
    """

    is_sealed: bool
    problems: tuple[str, ...]
    differences: tuple[Difference, ...]
    deviating: int
    years: int
    steps: int

    @property
    def is_sound(self) -> bool:
        """Whether nobody changed the version after it was frozen."""
        return not self.problems

    @property
    def holds(self) -> bool:
        """Whether it is sound and today's rules give the same figures."""
        return self.is_sound and not self.deviating

    @property
    def lines(self) -> list[str]:
        """What does not hold, a sentence each."""
        return [
            *self.problems,
            *(
                _("%(label)s%(where)s, %(year)s, %(scenario)s: festgeschrieben %(frozen)s, heute %(recomputed)s")
                % {
                    "label": one.label, "where": f" · {one.where}" if one.where else "", "year": one.year,
                    "scenario": one.scenario, "frozen": one.frozen, "recomputed": one.recomputed,
                }
                for one in self.differences
            ),
        ]  # fmt: skip

    @property
    def steps_in_words(self) -> str:
        """The number of steps as pages write numbers."""
        return formatting.number(Decimal(self.steps))

    @property
    def tone(self) -> str:
        """The tone of the page's alert."""
        return "success" if self.holds else "warning" if self.is_sound else "danger"

    @property
    def words(self) -> str:
        """The result in a few words."""
        if self.holds:
            return _("unverändert nachgerechnet")
        if self.is_sound:
            return _("Siegel unversehrt, heutige Regeln rechnen anders")
        return _("nachträglich verändert") if self.is_sealed else _("Siegel gebrochen")


def prove(row: VersionRow) -> Proof:
    """Prove a version; one statement the first time, none as long as its text, its row and the code stay the same."""
    return _prove(row.pk, row.seal, row.digest, row.number, row.name, row.paper_number, row.corrects, code_seal())


@lru_cache(maxsize=256)
def _prove(
    pk: int, seal: str, digest: str, number: int, name: str, paper: str | None, corrects: int | None, _code: str
) -> Proof:
    problems: list[str] = []
    if seal != digest:
        problems.append(
            _("Das Siegel ist gebrochen: Das Dokument hat die Prüfsumme %(digest)s, das Siegel sagt %(seal)s.")
            % {"digest": digest, "seal": seal}
        )
    try:
        state = state_of_document(document_of(pk), seal)
    except KimError as error:
        return Proof(seal == digest, (*problems, error.message), (), 0, 0, 0)
    version = state.version
    if version is not None and (version.number, version.name, version.corrects, paper_number(state)) != (
        number, name, corrects, paper,
    ):  # fmt: skip
        message = _("Die Zeile der Datenbank nennt Nummer, Namen, Vorlage oder Berichtigung anders als das Dokument.")
        problems.append(message)
    return _recomputed(state, problems)


def paper_number(state: ProgrammeState) -> str | None:
    """Return the number of the paper that a frozen state served."""
    version = state.version
    return None if version is None or version.paper is None else version.paper.number


@dataclass(frozen=True, slots=True)
class _Found:
    """A deviation with its year and scenario."""

    year: int
    scenario: str
    one: Deviation

    def rank(self, scenarios: Sequence[str]) -> tuple[bool, int, int, int, int]:
        """Return its place among others: amounts before ways, the whole before its parts, the law in force first."""
        place, known = self.one.place, [*OF_A_YEAR, self.one.place.key]
        return (
            not self.one.moves_the_amount, KINDS.index(place.kind), scenarios.index(self.scenario), self.year,
            known.index(place.key),
        )  # fmt: skip


def _recomputed(state: ProgrammeState, problems: list[str]) -> Proof:
    frozen = state.frozen or FrozenFigures({"sources": (), "providers": (), "nodes": (), "scenarios": {}})
    found: list[_Found] = []
    shown: list[Difference] = []
    if not _is_rewritten(state, frozen):
        found, shown = _compared(state, frozen, problems)
    known = (IN_FORCE, *(one.slug for one in state.scenarios), *(one.scenario for one in found))
    scenarios = list(dict.fromkeys(known))
    found.sort(key=lambda one: one.rank(scenarios))
    deviating = len(shown) + len(found)
    shown += [_difference(state, one.year, one.scenario, one.one) for one in found[:MOST_SHOWN]]
    is_sealed = state.version is not None and state.version.is_sealed
    # A step that is broken breaks every year above it; once is enough to know it.
    return Proof(
        is_sealed, tuple(dict.fromkeys(problems)), tuple(shown[:MOST_SHOWN]), deviating, len(frozen.places),
        frozen.steps,
    )  # fmt: skip


def _is_rewritten(state: ProgrammeState, frozen: FrozenFigures) -> bool:
    """Whether computing everything again writes the same document: the usual case, and the quickest to see."""
    years: dict[str, dict[int, YearFigures]] = {}
    try:
        for scenario, year in frozen.places:
            years.setdefault(scenario, {})[year] = state.recomputed(year, scenario)
    except KimError:
        return False
    return frozen.is_written_as(years)


def _compared(
    state: ProgrammeState, frozen: FrozenFigures, problems: list[str]
) -> tuple[list[_Found], list[Difference]]:
    """Hold every year against what the rules of today make of it; what cannot be read goes to ``problems``."""
    comparison = Comparison()
    found: list[_Found] = []
    shown: list[Difference] = []
    for scenario, year in frozen.places:
        try:
            was = frozen.year(scenario, year)
        except KimError as error:
            problems.append(error.message)
            continue
        try:
            deviations = comparison.deviations(was, state.recomputed(year, scenario))
        except KimError as error:
            shown.append(_not_computed(state, year, scenario, error))
        else:
            found += [_Found(year, scenario, one) for one in deviations]
    return found, shown


def _difference(state: ProgrammeState, year: int, scenario: str, one: Deviation) -> Difference:
    figure = one.frozen or one.recomputed
    label = label_of(figure) if figure is not None else one.place.key
    frozen, recomputed = _amount(one.frozen), _amount(one.recomputed)
    if not one.moves_the_amount:
        recomputed = _("%(amount)s, aber auf anderem Rechenweg") % {"amount": recomputed}
    return Difference(year, _scenario(state, scenario), _where(one.place), label, frozen, recomputed)


def _not_computed(state: ProgrammeState, year: int, scenario: str, error: KimError) -> Difference:
    return Difference(
        year, _scenario(state, scenario), "", _("alle Zahlen des Jahres"), _("festgeschrieben"),
        _("lässt sich heute nicht mehr rechnen: %(error)s") % {"error": error.message},
    )  # fmt: skip


def _scenario(state: ProgrammeState, slug: str) -> str:
    try:
        return state.scenario(slug).name
    except KimError:
        return slug


def _where(place: Place) -> str:
    if place.kind == "module":
        return _("Baustein %(number)s %(name)s") % {"number": place.reference, "name": place.name}
    return place.name


def _amount(figure: Figure | None) -> str:
    return _("nicht vorhanden") if figure is None else formatting.quantity(figure.amount, figure.unit)
