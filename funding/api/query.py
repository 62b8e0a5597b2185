"""What requests about a programme share: which year, which scenario, which version."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.selectors import IN_FORCE, ProgrammeState, programme_state
from kim.api import parameters
from kim.api.errors import ApiError, bad_request, not_found, shown
from kim.api.parameters import SLUG_LENGTH, Query
from kim.errors import PeriodError, RuleError

YEAR = parameters.year(
    "year", gettext_lazy("Haushaltsjahr; ohne Angabe das Jahr, über das der Rat entscheidet (budget_year).")
)
FROM = parameters.year("from", gettext_lazy("Erstes Haushaltsjahr eines Zeitraums; ohne „to“ bis zum letzten im Plan."))
TO = parameters.year("to", gettext_lazy("Letztes Haushaltsjahr eines Zeitraums; ohne „from“ ab dem ersten im Plan."))
SCENARIO = parameters.slug(
    "scenario", gettext_lazy("Kurzname des Szenarios; ohne Angabe geltendes Recht (in-force)."), "grant-continues"
)
VERSION = parameters.number(
    "version", gettext_lazy("Nummer einer festgeschriebenen Version; ohne Angabe der Arbeitsstand."), most=999_999
)
PROGRAMME = parameters.slug("programme", gettext_lazy("Nur dieses Förderprogramm (Kurzname)."), "kim-nrw")
FIGURES = (YEAR, FROM, TO, SCENARIO, VERSION)


def require_state(slug: str, *, field: str = "") -> ProgrammeState:
    """Return the programme as it stands now; raises ``ApiError`` (404) for an unknown one."""
    state = programme_state(slug) if len(slug) <= SLUG_LENGTH else None
    if state is None:
        raise unknown_programme(slug, field=field)
    return state


def unknown_programme(slug: str, *, field: str = "") -> ApiError:
    """Return the refusal of a programme that does not exist."""
    message = _("Das Förderprogramm „%(slug)s“ gibt es nicht. Alle stehen in /api/v1/programmes/.") % {
        "slug": shown(slug)
    }
    return not_found(message, field=field)


def refuse_version(query: Query) -> None:
    """Refuse every version (404) as long as none can be frozen."""
    if "version" in query:
        message = _(
            "Die Version %(number)d gibt es nicht: es ist noch keine festgeschrieben. "
            "Ohne „version“ gilt der Arbeitsstand."
        ) % {"number": query["version"]}
        raise not_found(message, field="version")


def refuse_contradiction(query: Query) -> None:
    """Refuse a year beside a span, and a span that ends before it begins (400)."""
    if "year" in query and ("from" in query or "to" in query):
        message = _("Bitte entweder ein Jahr („year“) oder einen Zeitraum („from“, „to“) angeben.")
        raise bad_request(message, field="year", code="conflicting_parameters")
    if "from" in query and "to" in query and query["from"] > query["to"]:
        message = _("Der Zeitraum endet %(to)d, bevor er %(from)d beginnt.") % {
            "from": query["from"], "to": query["to"],
        }  # fmt: skip
        raise bad_request(message, field="from", code="conflicting_parameters")


def is_span(query: Query) -> bool:
    """Whether a span of years was asked for, and not one."""
    return "from" in query or "to" in query


def years_of(state: ProgrammeState, query: Query) -> range:
    """Return the years that were asked for. Raises ``ApiError`` (404) for one outside the plan."""
    if not is_span(query):
        year = query.get("year", state.budget_year)
        return range(_planned(state, "year", year), year + 1)
    first = _planned(state, "from", query.get("from", state.first_year))
    last = _planned(state, "to", query.get("to", state.last_year))
    return range(first, last + 1)


def scenario_of(state: ProgrammeState, query: Query) -> str:
    """Return the scenario that was asked for. Raises ``ApiError`` (404) for one the programme does not have."""
    try:
        return state.scenario(query.get("scenario", IN_FORCE)).slug
    except RuleError as error:
        raise not_found(error.message, field="scenario") from error


def _planned(state: ProgrammeState, field: str, year: int) -> int:
    try:
        return state.require_year(year)
    except PeriodError as error:
        raise not_found(error.message, field=field) from error
