"""Two states beside each other over all planning years: as resolved and today, before a meeting and after it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from funding.calculation.comparison import KEYS, change
from funding.cause_words import compact
from funding.comparing import Pair, Side, causes_between, common_years
from funding.resolved import resolved, versions_of
from funding.scenario_words import difference_in_words
from funding.selection import Selection
from funding.selectors import ScenarioFacts
from funding.states import NOW, NamedState, version_ref
from funding.versions import VersionRow
from funding.views.comparison import OF_A_LINE, FigureRow
from kim import formatting
from kim.errors import KimError, RuleError


@dataclass(frozen=True, slots=True)
class YearBeside:
    """A fiscal year: cost, grant and shortfall on both sides, why they differ, and where that is shown in full."""

    year: int
    rows: tuple[FigureRow, ...]
    why: str
    url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Another version that today may be compared with, and the paper it served."""

    label: str
    paper: str
    url: str


@dataclass(frozen=True, slots=True)
class AsResolved:
    """The section of the committee's page: ``years`` beside each other, or the sentence why there are none."""

    version: str = ""
    paper: str = ""
    is_adopted: bool = False
    years: tuple[YearBeside, ...] = ()
    others: tuple[Choice, ...] = ()
    sentence: str = ""

    @property
    def differs(self) -> bool:
        """Whether any figure of any year differs."""
        return any(row.differs for one in self.years for row in one.rows)


def years_beside(before: Side, after: Side) -> tuple[YearBeside, ...]:
    """Return every year that both sides plan; causes are computed only where a figure differs."""
    found = []
    for year in common_years(before.state, after.state):
        pair = Pair(before, after, year)
        old, new = before.figures(year).figures, after.figures(year).figures
        changes = {key: change(key, old.get(key), new.get(key)) for key in KEYS}
        rows = tuple(
            FigureRow(
                label=str(OF_A_LINE[key]),
                before=formatting.amount(one.before.amount),
                before_url=pair.derivation_url(key, seite="vorher"),
                after=formatting.amount(one.after.amount),
                after_url=pair.derivation_url(key, seite="nachher"),
                difference=difference_in_words(key, one.difference.amount),
                difference_url=pair.derivation_url(key),
                differs=one.differs,
            )
            for key, one in changes.items()
        )
        differs = any(one.differs for one in changes.values())
        why = compact(causes_between(before, after, year)) if differs else ""
        found.append(YearBeside(year, rows, why, pair.url()))
    return tuple(found)


def as_resolved(selection: Selection) -> AsResolved | None:
    """Return what the council resolved beside today; None on the page of a version, which shows one state only.

    One statement, once the resolved version was read.
    """
    state = selection.state
    if state.version is not None:
        return None
    versions = versions_of(state.slug)
    found = resolved(versions, state.papers)
    if found is None:
        return AsResolved(
            sentence=_(
                "Noch ist keine Fassung festgeschrieben. Sobald die Finanzverwaltung die Zahlen einer Vorlage "
                "festschreibt, steht hier, was sich seitdem geändert hat und warum."
            )
        )
    today = Side(NamedState(NOW, _("Arbeitsstand"), state), selection.scenario)
    try:
        named = found.named
        before = Side(named, _same_scenario(named, selection.scenario))
    except KimError as error:
        return AsResolved(sentence=error.message)
    return AsResolved(
        version=named.label,
        paper=_paper(found.row),
        is_adopted=found.is_adopted,
        years=years_beside(before, today),
        others=tuple(_choice(one, today, selection.year) for one in versions if one.number != found.row.number),
    )


def _same_scenario(named: NamedState, scenario: ScenarioFacts) -> ScenarioFacts:
    try:
        return named.state.scenario(scenario.slug)
    except RuleError as error:
        message = _("Das Szenario „%(scenario)s“ gab es in der %(version)s noch nicht.") % {
            "scenario": scenario.name, "version": named.label,
        }  # fmt: skip
        raise RuleError(message, field="scenario") from error


def _paper(row: VersionRow) -> str:
    return "" if row.paper_number is None else _("Vorlage %(number)s") % {"number": row.paper_number}


def _choice(row: VersionRow, today: Side, year: int) -> Choice:
    return Choice(str(row), _paper(row), Pair(today, today, year).url(von=version_ref(row.number)))
