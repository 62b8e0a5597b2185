"""Which numbers a page shows: programme, fiscal year, scenario, version.

They stand in the address, so a link shows the same numbers to the next person, with a version also years later.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from funding.calculation.coverage import Coverage
from funding.calculation.shortfall import YearFigures
from funding.facts import VersionFacts
from funding.selectors import IN_FORCE, ProgrammeState, ScenarioFacts, programme_state
from funding.versions import frozen_state, require_number, version_names
from kim.errors import PeriodError, RuleError
from kim.roles import may_edit

YEAR_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Selection:
    """A programme as it stands now or as a version froze it, with the year and the scenario of the address.

    ``is_work`` marks a page that shows the work in progress whatever is asked; ``asked`` is the version it leaves out.
    """

    state: ProgrammeState
    year: int
    scenario: ScenarioFacts
    asked: VersionFacts | None = None
    is_work: bool = False

    @property
    def version(self) -> VersionFacts | None:
        """The frozen version whose figures are shown; None for the work in progress."""
        return self.state.version

    @property
    def version_url(self) -> str:
        """The page of the version that is shown, or of the one that was asked for."""
        version = self.version or self.asked
        return "" if version is None else reverse("version", args=[self.state.slug, version.number])

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
        """Return the query that keeps year, scenario and version, with ``changes``."""
        number = None if self.version is None else self.version.number
        wanted = {"year": self.year, "scenario": self.scenario.slug, "version": number, **changes}
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
    """Read year, scenario and version from the address: budget year, law in force, work in progress without them.

    With a version everything that is shown comes from its document. Raises ``PeriodError`` or ``RuleError`` for a year,
    scenario or version that does not exist.
    """
    version = _version(request, programme)
    return Selection(*_chosen(request, require_programme(programme) if version is None else version))


def select_from(request: HttpRequest, state: ProgrammeState) -> Selection:
    """Read year and scenario from the address for a state that the page itself names."""
    return Selection(*_chosen(request, state))


def unchosen(state: ProgrammeState) -> Selection:
    """Return the selection of an address that says nothing: budget year and law in force."""
    return Selection(state, state.budget_year, state.scenario(IN_FORCE))


def select_work(request: HttpRequest, programme: str) -> Selection:
    """Read the address of a page that shows and changes the work in progress, whatever version it names.

    The page says so (``funding/version_notice.html``), with a link to that version.
    """
    version = _version(request, programme)
    asked = None if version is None else version.version
    return Selection(*_chosen(request, require_programme(programme)), asked=asked, is_work=True)


def require_work(request: HttpRequest) -> None:
    """Refuse a version in the address of a form: what a form changes is the work in progress."""
    if request.GET.get("version"):
        message = _(
            "Eine Fassung lässt sich nicht ändern; hier ändern Sie den Arbeitsstand. "
            "Bitte die Seite ohne „version“ in der Adresse öffnen."
        )
        raise RuleError(message)


def can_edit(request: HttpRequest, selection: Selection) -> bool:
    """Whether the page offers to change what it shows: to those who enter figures, and never in a version."""
    return selection.version is None and may_edit(request.user)


def _version(request: HttpRequest, programme: str) -> ProgrammeState | None:
    text = request.GET.get("version")
    return frozen_state(programme, require_number(text)) if text else None


def _chosen(request: HttpRequest, state: ProgrammeState) -> tuple[ProgrammeState, int, ScenarioFacts]:
    text = request.GET.get("year", "")
    if text and not (text.isascii() and text.isdigit() and len(text) == YEAR_DIGITS):
        message = _("„%(year)s“ ist kein Haushaltsjahr. Bitte vier Ziffern angeben, zum Beispiel 2022.") % {
            "year": text[:20]
        }
        raise PeriodError(message, field="year", value=text[:20])
    year = state.require_year(int(text)) if text else state.budget_year
    return state, year, state.scenario(request.GET.get("scenario") or IN_FORCE)


def filter_context(selection: Selection, action: str, **keep: object) -> dict[str, object]:
    """Return what the filter bar needs. One statement, for the versions to choose from."""
    version = selection.version
    return {
        "action": action,
        "years": selection.state.years,
        "year": selection.year,
        "scenarios": selection.state.scenarios,
        "scenario": selection.scenario.slug,
        # A page of the work in progress has no versions to choose from.
        "versions": [] if selection.is_work else version_names(selection.state.slug),
        "version": None if version is None else version.number,
        "keep": [(name, value) for name, value in keep.items() if value not in {None, ""}],
    }
