"""Scenarios: what each sets and why, its effect beside a base, and the forms of the finance staff."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from funding.calculation.comparison import (
    Change,
    ModuleComparison,
    PartComparison,
    YearComparison,
    compare_years,
)
from funding.calculation.inputs import Parameter
from funding.models.scenario import STANDARD
from funding.scenario_words import PARAMETERS, difference_in_words, override_in_words
from funding.selection import Selection, can_edit, select
from funding.selectors import IN_FORCE, ProgrammeState, ScenarioFacts
from funding.views.sensitivity import effects
from kim import formatting
from kim.errors import RuleError
from kim.figures import Source

DIFFERENCES = "unterschiede"
_LABELS = {
    "expense": gettext_lazy("Kosten"),
    "grant": gettext_lazy("Förderung des Landes"),
    "shortfall": gettext_lazy("Mehrkosten der Stadt"),
}


@require_safe
def scenarios(request: HttpRequest, programme: str) -> HttpResponse:
    """Show what each scenario sets, why, and what remains for the city in each year."""
    selection = select(request, programme)
    state = selection.state
    return render(
        request, "funding/scenarios.html",
        {
            "programme": state, "selection": selection, "crumbs": crumbs(selection, (_("Szenarien"), "")),
            "years": state.years, "may_edit": can_edit(request, selection),
            "rows": [
                {
                    "facts": one,
                    "url": selection.page_url("scenario", one.slug, scenario=""),
                    "overrides": [(override_in_words(override, one), override.source) for override in one.overrides],
                    "amounts": [
                        (
                            year, state.figures(year, one.slug).figures["shortfall"].amount,
                            selection.derivation_url("shortfall", year=year, scenario=one.slug),
                        )
                        for year in state.years
                    ],
                }
                for one in state.scenarios
            ],
        },
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """An override as the page lists it; ``pk`` finds its form."""

    words: str
    source: Source
    pk: int


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of a year, module or line in both readings; amounts lead to their derivations."""

    label: str
    before: str
    before_url: str
    after: str
    after_url: str
    difference: str
    differs: bool


@dataclass(frozen=True, slots=True)
class PartRows:
    """A module or line with the figures that are shown of it."""

    name: str
    is_module: bool
    note: str
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True, slots=True)
class YearRows:
    """A fiscal year: its figures, and module by module its lines where they are shown."""

    name: str
    rows: tuple[FigureRow, ...]
    parts: tuple[PartRows, ...]


@require_safe
def scenario(request: HttpRequest, programme: str, scenario: str) -> HttpResponse:
    """Show a scenario beside a base: per year, module and line, all figures or only those that differ."""
    selection = select(request, programme)
    state, facts = selection.state, found_scenario(selection.state, scenario)
    selection = replace(selection, scenario=facts)
    base = state.scenario(request.GET.get("base") or IN_FORCE)
    only = read_switch(request)
    years = [compare_years(state.figures(year, base.slug), state.figures(year, facts.slug)) for year in state.years]
    sides = _Sides(selection, base, only)
    shown = [sides.year(one) for one in years if one.differs or not only]
    keep = {"scenario": "", "base": base.slug}
    return render(
        request, "funding/scenario.html",
        {
            "programme": state, "selection": selection, "facts": facts, "base": base, "only": only, "years": shown,
            "crumbs": crumbs(selection, (_("Szenarien"), selection.page_url("scenarios")), (facts.name, "")),
            "overrides": [
                OverrideRow(override_in_words(one, facts), one.source, int(one.source.row.partition("#")[2]))
                for one in facts.overrides
            ],
            "may_edit": can_edit(request, selection),
            "is_standard": facts.slug in STANDARD,
            "is_in_force": facts.slug == IN_FORCE,
            "parameters": [(one.value, label, help_text) for one, (label, help_text) in PARAMETERS.items()],
            "action": reverse("scenario", args=[state.slug, facts.slug]),
            "switch": selection.page_url("scenario", facts.slug, **keep, **({} if only else {DIFFERENCES: "1"})),
            "effects": effects(selection),
        },
    )  # fmt: skip


def found_scenario(state: ProgrammeState, slug: str) -> ScenarioFacts:
    """Return the scenario of the address; an unknown one is a 404."""
    try:
        return state.scenario(slug)
    except RuleError as error:
        raise Http404(error.message) from error


def read_switch(request: HttpRequest) -> bool:
    """Read whether only differences are shown; raises ``RuleError`` for anything but 1, 0 and nothing."""
    text = request.GET.get(DIFFERENCES, "")
    if text not in {"", "0", "1"}:
        message = _("„%(value)s“ ist keine Angabe zu den Unterschieden. Möglich sind 1 (nur diese) und 0 (alles).") % {
            "value": text[:20]
        }
        raise RuleError(message, field=DIFFERENCES, value=text[:20])
    return text == "1"


@dataclass(frozen=True, slots=True)
class _Sides:
    """What is compared on a page: how amounts are linked, and whether only differences are shown."""

    selection: Selection
    base: ScenarioFacts
    only: bool

    def year(self, year: YearComparison) -> YearRows:
        """Return what is shown of a year: its figures, and the parts of the chosen year or of all that differ."""
        parts: list[PartRows] = []
        if self.only or year.year == self.selection.year:
            for module in year.modules:
                if module.differs or not self.only:
                    parts += self._module(year.year, module)
        return YearRows(str(year.year), tuple(self._rows(year.year, year.changes, {})), tuple(parts))

    def _module(self, year: int, module: ModuleComparison) -> list[PartRows]:
        number = module.module.reference
        title = _("Baustein %(number)s: %(name)s") % {"number": number, "name": module.module.name}
        lines = [line for line in module.lines if line.differs or not self.only]
        return [
            self._part(year, replace(module.module, name=title), {"funding_module": number}, is_module=True),
            *(self._part(year, line, {"line": line.reference}, is_module=False) for line in lines),
        ]  # fmt: skip

    def _part(self, year: int, one: PartComparison, place: Mapping[str, str], *, is_module: bool) -> PartRows:
        note = ""
        if not one.is_after:
            note = _("im Szenario nicht geplant")
        elif not one.is_before:
            note = _("nur im Szenario geplant")
        # A side that does not have the line has no derivation to lead to.
        rows = [
            replace(row, before_url=row.before_url * one.is_before, after_url=row.after_url * one.is_after)
            for row in self._rows(year, one.changes, place)
        ]  # fmt: skip
        return PartRows(one.name, is_module, note, tuple(rows))

    def _rows(self, year: int, changes: Mapping[str, Change], place: Mapping[str, str]) -> Iterator[FigureRow]:
        for key, one in changes.items():
            if one.differs or not self.only:
                # The cost of a line is called so in its derivation.
                name = "cost" if key == "expense" and "line" in place else key
                link = self.selection.derivation_url
                yield FigureRow(
                    label=str(_LABELS[key]),
                    before=formatting.amount(one.before.amount),
                    before_url=link(name, year=year, scenario=self.base.slug, **place),
                    after=formatting.amount(one.after.amount),
                    after_url=link(name, year=year, **place),
                    difference=difference_in_words(key, one.difference.amount),
                    differs=one.differs,
                )


def crumbs(selection: Selection, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way to a page of the programme."""
    return [
        (_("Start"), reverse("start")), (selection.state.short_name, selection.page_url("programme")), *more,
    ]  # fmt: skip


def parameter_of(text: str) -> Parameter:
    """Return the parameter of an address; an unknown one is a 404."""
    if text not in set(Parameter):
        raise Http404
    return Parameter(text)
