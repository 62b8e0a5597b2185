"""Which numbers a page shows: programme, fiscal year, scenario. They stand in the address, so a link shows the same."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from funding.calculation.coverage import Coverage
from funding.calculation.shortfall import YearFigures
from funding.selectors import IN_FORCE, ProgrammeState, ScenarioFacts, programme_state
from kim.errors import PeriodError, RuleError

YEAR_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Selection:
    """A programme as it stands now, with the year and the scenario of the address."""

    state: ProgrammeState
    year: int
    scenario: ScenarioFacts

    @property
    def figures(self) -> YearFigures:
        """The figures of the chosen year and scenario."""
        return self.state.figures(self.year, self.scenario.slug)

    @property
    def coverage(self) -> Coverage:
        """Lump sums against real cost in the chosen year and scenario."""
        return self.state.coverage(self.year, self.scenario.slug)

    def of(self, year: int, scenario: str | None = None) -> YearFigures:
        """Return the figures of another year, or of another scenario."""
        return self.state.figures(year, scenario or self.scenario.slug)

    def query(self, **changes: object) -> str:
        """Return the query that keeps year and scenario, with ``changes``."""
        wanted = {"year": self.year, "scenario": self.scenario.slug, **changes}
        return urlencode({name: value for name, value in wanted.items() if value not in {None, ""}})

    def derivation_url(self, key: str, **of: object) -> str:
        """Return the address of a figure's derivation; ``of`` narrows it to a module, provider or line."""
        return f"{reverse('derivation', args=[self.state.slug, key])}?{self.query(**of)}"

    def page_url(self, route: str, *args: object, **changes: object) -> str:
        """Return the address of another page of the programme with the same selection."""
        return f"{reverse(route, args=[self.state.slug, *args])}?{self.query(**changes)}"


def require_programme(slug: str) -> ProgrammeState:
    """Return the programme as it stands now; an unknown one is a 404."""
    state = programme_state(slug)
    if state is None:
        message = _("Ein Förderprogramm „%(slug)s“ gibt es nicht.") % {"slug": slug}
        raise Http404(message)
    return state


def select(request: HttpRequest, programme: str) -> Selection:
    """Read year and scenario from the address: the budget year and the law in force unless it says otherwise.

    Raises ``PeriodError`` or ``RuleError`` for a year or scenario that does not exist.
    """
    state = require_programme(programme)
    text = request.GET.get("year", "")
    if text and not (text.isascii() and text.isdigit() and len(text) == YEAR_DIGITS):
        message = _("„%(year)s“ ist kein Haushaltsjahr. Bitte vier Ziffern angeben, zum Beispiel 2022.") % {
            "year": text[:20]
        }
        raise PeriodError(message, field="year", value=text[:20])
    year = state.require_year(int(text)) if text else state.budget_year
    if request.GET.get("version"):
        message = _("Die Fassung „%(version)s“ gibt es nicht. Ohne Angabe erscheint der Arbeitsstand.") % {
            "version": request.GET["version"][:60]
        }
        raise RuleError(message, field="version")
    return Selection(state, year, state.scenario(request.GET.get("scenario") or IN_FORCE))


def filter_context(selection: Selection, action: str, **keep: object) -> dict[str, object]:
    """Return what the filter bar needs."""
    return {
        "action": action,
        "years": selection.state.years,
        "year": selection.year,
        "scenarios": selection.state.scenarios,
        "scenario": selection.scenario.slug,
        "keep": [(name, value) for name, value in keep.items() if value not in {None, ""}],
    }
