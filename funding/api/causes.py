"""Why the figures of a year differ between two states: parts that add up to the cent."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from funding.api import cause_schemas as schemas
from funding.api.answers import version_of
from funding.api.figures import SLUG
from funding.api.query import SCENARIO, YEAR, is_slug, require_state, unknown_programme
from funding.calculation.causes import Part
from funding.calculation.comparison import KEYS
from funding.cause_words import ValueWords, moved_in_words, name_of
from funding.comparing import AFTER, BEFORE, SCENARIO_BEFORE, Pair, Side, read_pair
from funding.comparing import SCENARIO as PAGE_SCENARIO
from funding.comparing import YEAR as PAGE_YEAR
from kim.api import parameters
from kim.api.answers import figure_json
from kim.api.errors import ApiError, Problem, not_found
from kim.api.schema import Operation
from kim.api.views import ReadView
from kim.errors import KimError
from kim.figures import Figure

FROM = parameters.slug(
    "from_state", _("Erster Stand: „heute“, eine Fassung („fassung-1“) oder ein Tag („2022-03-31“)."), "fassung-1"
)
TO = parameters.slug("to_state", _("Zweiter Stand; ohne Angabe „heute“."), "heute")
FROM_SCENARIO = parameters.slug(
    "from_scenario", _("Szenario des ersten Standes; ohne Angabe dasselbe wie beim zweiten."), "in-force"
)
# What the pages call the parameters of the same comparison.
AS_ON_PAGES = {
    "from_state": BEFORE, "to_state": AFTER, "from_scenario": SCENARIO_BEFORE, "scenario": PAGE_SCENARIO,
    "year": PAGE_YEAR,
}  # fmt: skip


class CausesView(ReadView):
    """The difference of two states, split into causes."""

    parameters = (FROM, TO, FROM_SCENARIO, SCENARIO, YEAR)
    operation = Operation(
        name="causes",
        tag=_("Zahlen"),
        summary=_("Warum sich die Mehrkosten geändert haben"),
        description=_(
            "Der Unterschied zweier Stände in einem Haushaltsjahr, aufgeteilt in Ursachen („cause“, immer alle in "
            "fester Reihenfolge). Die Teile ergeben zusammen „difference“, auf den Cent. Was unmittelbar aus "
            "Tarifabschlüssen folgt, steht als „pay_agreement“ für sich (§ 81 Abs. 3 GO NRW). „values“ nennt, was sich "
            "bewegt hat, in Worten."
        ),
        answer=schemas.CausesSerializer,
        example=schemas.EXAMPLE,
        path=SLUG,
    )

    def get(self, request: Request, slug: str) -> Response:  # noqa: ARG002 - read by ``initial``
        """Answer the causes."""
        if not is_slug(slug):
            raise unknown_programme(slug)
        require_state(slug)
        pair = self._pair(slug)
        seal = ":".join((pair.before.state.seal, pair.before.scenario.slug, pair.after.state.seal, str(pair.year)))
        return self.respond(seal, lambda: _answer(pair))

    def _pair(self, slug: str) -> Pair:
        asked = {AS_ON_PAGES[name]: str(value) for name, value in self.query.items()}
        try:
            pair = read_pair(asked, slug)
        except KimError as error:
            names = {theirs: ours for ours, theirs in AS_ON_PAGES.items()}
            raise not_found(error.message, field=names.get(str(error.data.get("field")), "")) from error
        for name, side in (("from_state", pair.before), ("to_state", pair.after)):
            if side.state.version is not None and not side.state.version.is_sealed:
                message = _(
                    "Das Siegel dieser Fassung ist gebrochen; das festgeschriebene Dokument gibt es nicht mehr."
                )
                raise ApiError(404, [Problem(name, "seal_broken", str(message))])
        return pair


def _answer(pair: Pair) -> dict[str, Any]:
    found = pair.causes
    return {
        "programme": pair.slug,
        "fiscal_year": pair.year,
        "from": _side(pair.before, found.before.figures),
        "to": _side(pair.after, found.after.figures),
        "difference": _amounts(found.totals),
        "causes": [_cause(part, pair) for part in found.parts],
    }


def _side(side: Side, figures: Mapping[str, Figure]) -> dict[str, Any]:
    return {
        "state": side.named.ref,
        "name": side.named.label,
        "version": version_of(side.state),
        "scenario": side.scenario.slug,
        "figures": _amounts(figures),
    }


def _cause(part: Part, pair: Pair) -> dict[str, Any]:
    return {
        "cause": part.cause.value,
        "name": name_of(part.cause),
        "difference": _amounts({key: one.difference for key, one in part.changes.items()}),
        "values": [
            {"name": one.what, "before": _value(one.before), "after": _value(one.after)}
            for one in moved_in_words(part, pair.before.scenario, pair.after.scenario)
        ],
    }


def _value(value: ValueWords) -> str:
    """Return the text with plain blanks: what keeps an amount on one line means nothing to a program."""
    return value.text.replace("\N{NO-BREAK SPACE}", " ")


def _amounts(figures: Mapping[str, Figure]) -> dict[str, Any]:
    return {key: figure_json(figures[key]) for key in KEYS}
