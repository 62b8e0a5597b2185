"""What requests about a programme share: which year, which scenario, which version."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.models import Programme
from funding.selectors import IN_FORCE, ProgrammeState, programme_state
from funding.versions import VersionRow, row_of, state_of_row, version_rows
from kim.api import parameters
from kim.api.errors import ApiError, Problem, bad_request, not_found, shown
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
    "version", gettext_lazy("Nummer einer festgeschriebenen Fassung; ohne Angabe der Arbeitsstand."), most=999_999
)
PROGRAMME = parameters.slug("programme", gettext_lazy("Nur dieses Förderprogramm (Kurzname)."), "kim-nrw")
FIGURES = (YEAR, FROM, TO, SCENARIO, VERSION)


def require_state(slug: str, *, field: str = "") -> ProgrammeState:
    """Return the programme as it stands now; raises ``ApiError`` (404) for an unknown one."""
    state = programme_state(slug) if len(slug) <= SLUG_LENGTH else None
    if state is None:
        raise unknown_programme(slug, field=field)
    return state


def asked_state(slug: str, query: Query, *, field: str = "") -> ProgrammeState:
    """Return the programme as the version froze it that was asked for, as it stands now without one.

    Raises ``ApiError`` (404) for an unknown programme or version, and for a version whose document somebody changed:
    what was frozen is not there any more, and anything else must not be given out under its seal.
    """
    if "version" not in query:
        return require_state(slug, field=field)
    row = require_version(slug, query["version"], field=field)
    require_seal(row)
    return state_of_row(row)


def require_version(slug: str, number: int, *, field: str = "") -> VersionRow:
    """Return a version; raises ``ApiError`` (404) for an unknown programme or version."""
    found = version_rows(slug).filter(number=number).first() if is_slug(slug) else None
    if found is not None:
        return row_of(found)
    if not is_slug(slug) or not Programme.objects.filter(slug=slug).exists():
        raise unknown_programme(slug, field=field)
    message = _(
        "Die Fassung %(number)d gibt es nicht. Alle stehen in /api/v1/programmes/%(slug)s/versions/. "
        "Ohne „version“ gilt der Arbeitsstand."
    ) % {"number": number, "slug": slug}
    raise not_found(message, field="version")


def require_seal(row: VersionRow) -> None:
    """Refuse a version whose document is not the one that was frozen (404)."""
    if not row.is_sealed:
        message = _(
            "Das Siegel der Fassung %(number)d ist gebrochen; das festgeschriebene Dokument gibt es nicht mehr."
        )
        raise ApiError(404, [Problem("version", "seal_broken", message % {"number": row.number})])


def is_slug(slug: str) -> bool:
    """Whether a text of an address can be a short name at all."""
    return len(slug) <= SLUG_LENGTH and slug.isascii() and "\x00" not in slug


def unknown_programme(slug: str, *, field: str = "") -> ApiError:
    """Return the refusal of a programme that does not exist."""
    message = _("Das Förderprogramm „%(slug)s“ gibt es nicht. Alle stehen in /api/v1/programmes/.") % {
        "slug": shown(slug)
    }
    return not_found(message, field=field)


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
