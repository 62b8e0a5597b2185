"""What the handbook shows of the founding case: its figures, the wording of its paper, its assumptions.

Nothing is copied from the paper by hand where it can be computed: the amounts come from the programme as it stands now,
and each leads to its derivation. Without the founding case the pages explain without numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from funding.calculation.shortfall import YearFigures
from funding.handbook_causes import causes_context
from funding.labels import OF_A_YEAR, label_of
from funding.models import Deadline
from funding.papertext import wording
from funding.selection import Selection
from funding.selectors import IN_FORCE, ProgrammeState, ScenarioFacts, programme_state
from kim import formatting
from kim.figures import Figure, Source, Step, derive
from kim.handbook import Context
from kim.timeshare import Limit, TimeRule
from staffing.calculation.cost import exists_in
from staffing.handbook import pay_context

PROGRAMME, PAPER, YEAR = "kim-nrw", "2021-1121", 2022
# Who pays an association what, with the top-up and without it.
WITH_TOP_UP, WITHOUT_TOP_UP = "grant-continues", "top-up-ends"


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure on a page of the handbook: its amount as text, and the way to its derivation."""

    amount: str
    url: str


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """What a year costs, brings and leaves to the city in one scenario."""

    name: str
    description: str
    expense: Shown
    grant: Shown
    shortfall: Shown


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """What remains for the city at one provider, with its top-up and without it."""

    name: str
    is_city: bool
    with_top_up: Shown
    without_top_up: Shown


@dataclass(frozen=True, slots=True)
class Case:
    """The founding case in words and amounts, as the explaining pages use it.

    ``now`` is the paper's year, ``later`` the one after the end (empty if not planned), both under the law in force.
    """

    year: int
    after: int
    top_up_year: int
    end: str
    now: Mapping[str, Shown]
    later: Mapping[str, Shown]
    printed_difference: str
    rounding: str
    total_fte: str
    scenarios: Sequence[ScenarioRow]
    providers: Sequence[ProviderRow]


def case_context() -> dict[str, object]:
    """Return the founding case, or None in its place when it is not loaded."""
    selection = _selection()
    return {"case": None if selection is None else _case(selection)}


def paper_context() -> dict[str, object]:
    """Return the wording of paper 2021/1121, and where each of its figures stands beside the computed one."""
    selection = _selection()
    return {
        "case": None if selection is None else _case(selection),
        "blocks": wording(),
        "reconcile_url": "" if selection is None else reverse("reconcile", args=[PROGRAMME, PAPER]),
    }


def assumptions_context() -> dict[str, object]:
    """Return every value of the founding case that is not proved, with what it acts on."""
    selection = _selection()
    return {
        "case": None if selection is None else _case(selection),
        "assumptions": [] if selection is None else assumptions(selection.state, deadline_sources()),
    }


# By slug of the handbook's pages; see kim.handbook.routes.
CONTEXTS: Mapping[str, Context] = {
    "zahlen": case_context,
    "rechenweg": case_context,
    "szenarien": case_context,
    "stellenkosten": pay_context,
    "ursachen": causes_context,
    "vorlage-2021-1121": paper_context,
    "annahmen": assumptions_context,
}


def _selection() -> Selection | None:
    """Return the year of the paper under the law in force, None when it is no longer planned."""
    state = programme_state(PROGRAMME)
    if state is None or YEAR not in state.years:
        return None
    return Selection(state, YEAR, state.scenario(IN_FORCE))


def _case(selection: Selection) -> Case:
    state, found = selection.state, selection.figures.figures
    after = YEAR + 1 if state.limited_until is None else state.limited_until.year + 1
    is_planned = after in state.years
    printed = found.get("expense_in_paper", found["expense"])
    return Case(
        year=YEAR,
        after=after,
        top_up_year=(shown := _top_up_year(selection, after)),
        end=formatting.date(state.limited_until) if state.limited_until is not None else _("auf Weiteres"),
        now=_shown_year(selection, selection.figures, YEAR),
        later=_shown_year(selection, selection.of(after), after) if is_planned else {},
        printed_difference=_difference(printed, found["grant"]),
        rounding=_difference(printed, found["expense"]),
        total_fte=formatting.fte(_total_fte(state)),
        scenarios=[_scenario_row(selection, one, after) for one in state.scenarios] if is_planned else [],
        providers=_provider_rows(selection, shown) if is_planned else [],
    )


def _shown_year(selection: Selection, year: YearFigures, number: int) -> dict[str, Shown]:
    return {key: _shown(selection, year.figures[key], year=number) for key in OF_A_YEAR if key in year.figures}


def _shown(selection: Selection, figure: Figure, **place: object) -> Shown:
    return Shown(formatting.quantity(figure.amount, figure.unit), selection.derivation_url(figure.key, **place))


def _difference(first: Figure, second: Figure) -> str:
    return formatting.euro(derive("difference", Step.DIFFERENCE, (first, second)).amount)


def _total_fte(state: ProgrammeState) -> Decimal:
    """Return the full-time positions of the paper; others came later."""
    funded = (one.position for module in state.inputs.modules for one in module.funded)
    return sum({one.reference: one.fte.amount for one in funded if exists_in(one, YEAR)}.values(), Decimal(0))


def _scenario_row(selection: Selection, scenario: ScenarioFacts, year: int) -> ScenarioRow:
    found = selection.of(year, scenario.slug).figures
    expense, grant, shortfall = (
        _shown(selection, found[key], year=year, scenario=scenario.slug) for key in ("expense", "grant", "shortfall")
    )
    return ScenarioRow(scenario.name, scenario.description, expense, grant, shortfall)


def _top_up_year(selection: Selection, first: int) -> int:
    """Return the first year from ``first`` on in which the end of the top-up shows, ``first`` if there is none."""
    both = {WITH_TOP_UP, WITHOUT_TOP_UP} & {one.slug for one in selection.state.scenarios}
    years = (year for year in selection.state.years if year >= first)
    rest = ((year, {selection.of(year, one).figures["shortfall"].amount for one in both}) for year in years)
    return next((year for year, amounts in rest if len(amounts) > 1), first)


def _provider_rows(selection: Selection, year: int) -> list[ProviderRow]:
    if not {WITH_TOP_UP, WITHOUT_TOP_UP} <= {one.slug for one in selection.state.scenarios}:
        return []

    def shortfalls(scenario: str) -> dict[str, Shown]:
        return {
            one.provider.slug: _shown(
                selection, one.figures["shortfall"], year=year, scenario=scenario, provider=one.provider.slug
            )
            for one in selection.of(year, scenario).providers
        }

    before, after = shortfalls(WITH_TOP_UP), shortfalls(WITHOUT_TOP_UP)
    return [
        ProviderRow(one.provider.name, one.provider.is_city, before[one.provider.slug], after[one.provider.slug])
        for one in selection.of(year, WITH_TOP_UP).providers
    ]


# --- Assumptions ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Assumption:
    """A source that does not prove its value, once, with everything that rests on it."""

    text: str
    note: str
    status: str
    acts_on: list[str] = field(default_factory=list)
    fiscal_years: list[int] = field(default_factory=list)

    @property
    def years(self) -> str:
        """The years it acts in, as a span."""
        first, last = (self.fiscal_years[0], self.fiscal_years[-1]) if self.fiscal_years else ("", "")
        return str(first) if first == last else f"{first}–{last}"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a source was found: the words for it, and the year if it holds for one only."""

    words: str
    year: int | None = None


def deadline_sources() -> list[tuple[_Place, Source]]:
    """Return what the deadlines of the founding case rest on; no figure does on them."""
    words = _("Frist „%(text)s“")
    rows = Deadline.objects.filter(programme__slug=PROGRAMME)
    return [(_Place(words % {"text": one.text}), one.as_source()) for one in rows]


def assumptions(state: ProgrammeState, others: Sequence[tuple[_Place, Source]] = ()) -> list[Assumption]:
    """Return every assumption among the inputs of a programme, of its scenarios and ``others``, each once."""
    found: dict[tuple[str, str, str], Assumption] = {}
    places = [*_sources(state.inputs, _Place(state.short_name)), *others]
    for scenario in state.scenarios:
        words = _("Szenario „%(name)s“")
        places += _sources(scenario.overrides, _Place(words % {"name": scenario.name}))
    of_paper = _("Finanzblock der Vorlage %(paper)s")
    places += [(_Place(of_paper % {"paper": slug}), one.source) for slug, one in state.statements.items() if one.source]
    for place, source in places:
        if not source.status.is_assumption:
            continue
        one = found.setdefault(key := (source.text, source.reference, source.status.value), Assumption(*key))
        if place.words not in one.acts_on:
            one.acts_on.append(place.words)
        if place.year is not None and place.year not in one.fiscal_years:
            one.fiscal_years.append(place.year)
    return list(found.values())


def _sources(value: object, place: _Place) -> Iterator[tuple[_Place, Source]]:
    """Walk through inputs of the calculation, whatever they are made of, and yield every source in them."""
    if isinstance(value, Source):
        yield place, value
    elif isinstance(value, Figure):
        for leaf in value.leaves():
            if leaf.source is not None:
                yield _Place(label_of(leaf), place.year), leaf.source
    else:
        for below, where in _parts(value, place):
            yield from _sources(below, where)


def _parts(value: object, place: _Place) -> Iterator[tuple[object, _Place]]:
    """Yield what a value is made of; a mapping by whole numbers is one by fiscal years."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield below, _Place(place.words, key if isinstance(key, int) else place.year)
    elif isinstance(value, tuple):
        for below in value:
            yield below, place
    elif is_dataclass(value):
        words = _words_of(value) or place.words
        for one in fields(value):
            yield getattr(value, one.name), _Place(words, place.year)


def _words_of(value: object) -> str:
    """Name the inputs that are no figures, as far as their place does not say it already."""
    if isinstance(value, TimeRule):
        return _("Anteil eines Jahres")
    if isinstance(value, Limit):
        return _("Ende der Förderung")
    return ""
