"""Two states side by side: which ones the address names, and why their figures differ.

Everything stands in the address (``von``, ``bis``, ``scenario_von``, ``scenario``, ``year``), so a link shows the same
comparison to the next person. Causes are computed once per pair of states: a state is known by the seal of its rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from funding.calculation.causes import Causes, causes
from funding.calculation.comparison import YearComparison, compare_years
from funding.calculation.shortfall import YearFigures
from funding.selection import YEAR_DIGITS
from funding.selectors import IN_FORCE, ProgrammeState, ScenarioFacts
from funding.states import NOW, NamedState, named_state, version_ref
from kim.errors import KimError, PeriodError, RuleError

BEFORE, AFTER, SCENARIO_BEFORE, SCENARIO, YEAR = "von", "bis", "scenario_von", "scenario", "year"


@dataclass(frozen=True, slots=True)
class Side:
    """A state under one of its scenarios."""

    named: NamedState
    scenario: ScenarioFacts

    @property
    def state(self) -> ProgrammeState:
        """The state itself."""
        return self.named.state

    @property
    def label(self) -> str:
        """State and scenario in words."""
        return f"{self.named.label}, {self.scenario.name}"

    def figures(self, year: int) -> YearFigures:
        """Return the figures of a year; raises ``PeriodError`` for one outside the plan of this state."""
        return self.state.figures(year, self.scenario.slug)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sides and the fiscal year they are compared in."""

    before: Side
    after: Side
    year: int

    @property
    def slug(self) -> str:
        """The programme, as addresses have it."""
        return self.after.state.slug

    @property
    def years(self) -> list[int]:
        """The years both states plan."""
        return common_years(self.before.state, self.after.state)

    @property
    def is_same(self) -> bool:
        """Whether there is nothing to compare: the same rows under the same scenario."""
        return self.is_one_state and self.before.scenario.slug == self.after.scenario.slug

    @property
    def is_one_state(self) -> bool:
        """Whether both sides are the same rows, so that only a scenario can differ."""
        return self.before.state == self.after.state

    @property
    def causes(self) -> Causes:
        """Why the figures of the year differ."""
        return causes_between(self.before, self.after, self.year)

    @property
    def comparison(self) -> YearComparison:
        """What differs, by module and line."""
        return compare_years(self.before.figures(self.year), self.after.figures(self.year))

    def query(self, **changes: object) -> str:
        """Return the query of this comparison with ``changes``; an empty value leaves a parameter out."""
        wanted = {
            BEFORE: self.before.named.ref, SCENARIO_BEFORE: self.before.scenario.slug, AFTER: self.after.named.ref,
            SCENARIO: self.after.scenario.slug, YEAR: self.year, **changes,
        }  # fmt: skip
        return urlencode({name: value for name, value in wanted.items() if value not in {None, ""}})

    def url(self, **changes: object) -> str:
        """Return the address of this comparison with ``changes``."""
        return f"{reverse('compare', args=[self.slug])}?{self.query(**changes)}"

    def derivation_url(self, key: str, **of: object) -> str:
        """Return where a figure or a difference of this comparison is derived; ``of`` narrows it."""
        return f"{reverse('compare-derivation', args=[self.slug, key])}?{self.query(**of)}"


def common_years(before: ProgrammeState, after: ProgrammeState) -> list[int]:
    """Return the years both states plan."""
    return [year for year in after.years if year in before.years]


def causes_between(before: Side, after: Side, year: int) -> Causes:
    """Return why the figures of ``year`` differ; computed once per pair of states and scenarios."""
    return _causes(before.state, before.scenario.slug, after.state, after.scenario.slug, year)


# A pair of states in one year holds up to a dozen computed years, a megabyte in the founding case.
@lru_cache(maxsize=48)
def _causes(before: ProgrammeState, scenario: str, after: ProgrammeState, other: str, year: int) -> Causes:
    return causes(
        (before.inputs, before.scenario(scenario).overrides),
        (after.inputs, after.scenario(other).overrides),
        year,
        (before.figures(year, scenario), after.figures(year, other)),
    )


def read_pair(asked: Mapping[str, str], programme: str, default: str = NOW) -> Pair:
    """Read both sides and the year from an address; without ``von`` the first side is the state ``default`` names.

    Raises ``RuleError``, ``PeriodError`` or ``FigureError`` with the name of the parameter as ``field``.
    """
    refs = {BEFORE: asked.get(BEFORE) or default, AFTER: asked.get(AFTER) or NOW}
    if BEFORE not in asked and asked.get("version"):
        # The navigation carries the version of the page one comes from.
        refs[BEFORE] = version_ref_of(asked["version"])
    named: dict[str, NamedState] = {}
    for name, ref in refs.items():
        same = next((one for one in named.values() if one.ref == ref), None)
        named[name] = same or _named(programme, ref, name)
    scenario = asked.get(SCENARIO) or IN_FORCE
    scenarios = (asked.get(SCENARIO_BEFORE) or scenario, scenario)
    return pair_of(named[BEFORE], named[AFTER], scenarios, asked.get(YEAR, ""))


def pair_of(before: NamedState, after: NamedState, scenarios: tuple[str, str], year: str = "") -> Pair:
    """Return two states under a scenario each; an empty ``year`` is the budget year. Raises like ``read_pair``."""
    second = Side(after, _scenario(after, scenarios[1], SCENARIO))
    first = Side(before, _scenario(before, scenarios[0], SCENARIO_BEFORE))
    return Pair(first, second, _year(year, before.state, after.state))


def version_ref_of(text: str) -> str:
    """Return the name of the state that a version number of an address stands for; checked when it is read."""
    return version_ref(int(text)) if text.isascii() and text.isdigit() and len(text) <= YEAR_DIGITS else text


def _named(programme: str, ref: str, field: str) -> NamedState:
    try:
        return named_state(programme, ref)
    except KimError as error:
        error.data["field"] = field
        raise


def _scenario(named: NamedState, slug: str, field: str) -> ScenarioFacts:
    try:
        return named.state.scenario(slug)
    except RuleError as error:
        message = _("%(state)s: %(sentence)s") % {"state": named.label, "sentence": error.message}
        raise RuleError(message, field=field, value=slug) from error


def _year(text: str, before: ProgrammeState, after: ProgrammeState) -> int:
    years = common_years(before, after)
    if not years:
        message = _("Die beiden Stände haben kein gemeinsames Planungsjahr.")
        raise PeriodError(message, field=YEAR)
    if not text:
        return after.budget_year if after.budget_year in years else years[0]
    if not (text.isascii() and text.isdigit() and len(text) == YEAR_DIGITS):
        message = _("„%(year)s“ ist kein Haushaltsjahr. Bitte vier Ziffern angeben, zum Beispiel 2022.") % {
            "year": text[:20]
        }
        raise PeriodError(message, field=YEAR, value=text[:20])
    if int(text) not in years:
        message = _("%(year)s planen nicht beide Stände. Gemeinsam geplant sind %(first)s bis %(last)s.") % {
            "year": text, "first": years[0], "last": years[-1],
        }  # fmt: skip
        raise PeriodError(message, field=YEAR, value=text)
    return int(text)
