"""How a figure of a comparison came about: either side of it, the difference, or the part of one cause."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from funding.calculation.causes import Cause
from funding.calculation.comparison import KEYS, Change, change
from funding.cause_words import MovedWords, moved_in_words, name_of
from funding.comparing import Pair, read_pair
from funding.labels import LABELS, label_of, note_of
from funding.scenario_words import difference_in_words
from funding.selection import require_programme
from funding.views.comparison import FIGURES, TOTAL
from funding.views.summary import bases
from kim import formatting
from kim.derivations import DerivationNode
from kim.derivations import derivation as tree
from kim.errors import RuleError
from kim.figures import Figure

SIDES = ("vorher", "nachher", "")
# The sum, its parts, and what lies before and after each.
LEVELS_OF_A_SUM = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A change, what it is about beside year and states, and the values that moved with it.

    A sum of causes has ``parts`` with derivations of their own; unfolding all of them at once would fill megabytes.
    """

    change: Change
    about: str
    moved: tuple[MovedWords, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()


@require_safe
def compare_derivation(request: HttpRequest, programme: str, key: str) -> HttpResponse:
    """Show the derivation of a figure on one side (``seite``), or of the difference; ``ursache`` takes one cause."""
    state = require_programme(programme)
    pair = read_pair(request.GET, programme)
    side = request.GET.get("seite", "")
    if side not in SIDES:
        message = _("„%(side)s“ ist keine Seite des Vergleichs. Möglich sind „vorher“ und „nachher“.") % {
            "side": side[:20]
        }
        raise RuleError(message, field="seite", value=side[:20])
    found = _find(request, pair, key)
    figure = {"vorher": found.change.before, "nachher": found.change.after, "": found.change.difference}[side]
    heading = str(LABELS[key]) if side else _("Unterschied: %(figure)s") % {"figure": LABELS[key]}
    node = _tree(figure, found.change)
    context = {
        "programme": state,
        "pair": pair,
        "crumbs": [
            (_("Start"), reverse("start")),
            (state.short_name, reverse("programme", args=[programme])),
            (_("Vergleich"), pair.url()),
            (_("Rechenweg"), ""),
        ],
        "heading": heading,
        "about": found.about,
        "side": {"vorher": pair.before.label, "nachher": pair.after.label, "": ""}[side],
        "amount": formatting.quantity(figure.amount, figure.unit),
        "words": "" if side else difference_in_words(_kind(key), figure.amount),
        "node": _cut(node, LEVELS_OF_A_SUM) if found.parts and not side else node,
        "levels": 2 if found.parts else 1,
        "parts": () if side else found.parts,
        "moved": () if side else found.moved,
        "bases": bases(figure),
    }
    return render(request, "funding/compare_derivation.html", context)


def _kind(key: str) -> str:
    return key if key in KEYS else "grant" if key.startswith("grant") else "expense"


def _tree(figure: Figure, of: Change) -> DerivationNode:
    """Return the tree; the two sides of a difference are the same figure, so they say which they are."""

    def label(one: Figure) -> str:
        if figure is of.difference and one is of.after and one is not of.before:
            return _("%(figure)s danach") % {"figure": label_of(one)}
        if figure is of.difference and one is of.before:
            return _("%(figure)s davor") % {"figure": label_of(one)}
        return label_of(one)

    return tree(figure, label, note_of)


def _cut(node: DerivationNode, levels: int) -> DerivationNode:
    """Leave out what lies deeper than ``levels`` below a line."""
    return replace(node, inputs=tuple(_cut(one, levels - 1) for one in node.inputs) if levels else ())


def _find(request: HttpRequest, pair: Pair, key: str) -> Found:
    """Return the figure that the address names; 404 for one that the comparison does not have."""
    cause, line, module = (request.GET.get(name, "") for name in ("ursache", "line", "funding_module"))
    if cause:
        return _of_cause(pair, key, cause)
    if key not in FIGURES:
        raise Http404
    if not module and not line:
        before, after = pair.before.figures(pair.year).figures, pair.after.figures(pair.year).figures
        return Found(change(key, before.get(key), after.get(key)), "")
    for area in pair.comparison.modules:
        if area.module.reference == module:
            about = _("Baustein %(number)s: %(name)s") % {"number": module, "name": area.module.name}
            if not line:
                return Found(_picked(area.module.changes, key), about)
            for one in area.lines:
                if one.reference == line:
                    return Found(_picked(one.changes, key), one.name)
    raise Http404


def _of_cause(pair: Pair, key: str, cause: str) -> Found:
    if key not in KEYS or cause not in {*Cause, TOTAL}:
        raise Http404
    found = pair.causes
    if cause == TOTAL:
        total = found.totals[key]
        parts = tuple(
            (name_of(one.cause), pair.derivation_url(key, ursache=one.cause.value))
            for one in found.parts
            if one.changes[key].differs
        )
        whole = Change(found.before.figures[key], found.after.figures[key], total)
        return Found(whole, _("alle Ursachen zusammen"), parts=parts)
    part = found.part(Cause(cause))
    moved = moved_in_words(part, pair.before.scenario, pair.after.scenario)
    return Found(part.changes[key], _("Ursache: %(cause)s") % {"cause": name_of(part.cause)}, tuple(moved))


def _picked(changes: Mapping[str, Change], key: str) -> Change:
    if key not in changes:
        raise Http404
    return changes[key]
