"""Any two states side by side: figures, modules and lines, why they differ, and the values that moved."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from funding.calculation.causes import Causes, Part
from funding.calculation.comparison import KEYS, Change, ModuleComparison, PartComparison, change
from funding.cause_words import CAUSES, MovedWords, moved_in_words, name_of, sentences
from funding.comparing import AFTER, BEFORE, SCENARIO, SCENARIO_BEFORE, YEAR, Pair, read_pair
from funding.labels import LABELS
from funding.scenario_words import difference_in_words
from funding.selection import require_programme
from funding.selectors import IN_FORCE, ProgrammeState
from funding.states import NOW, known_refs
from funding.views.scenarios import DIFFERENCES, read_switch
from kim import formatting
from kim.amounts import parse_date
from kim.errors import KimError
from kim.figures import Figure

DAYS = {BEFORE: "von_tag", AFTER: "bis_tag"}
TOTAL = "summe"
# The figures of a year that are compared, from the parts to the whole.
FIGURES = (
    "position_cost", "workplace_cost", "measures_cost", "expense", "grant_for_positions", "grant_for_material", "grant",
    "shortfall", "full_cost",
)  # fmt: skip
_AS = {"grant_for_positions": "grant", "grant_for_material": "grant", "grant": "grant", "shortfall": "shortfall"}
OF_A_LINE: dict[str, Promise] = {
    "expense": gettext_lazy("Kosten"),
    "grant": gettext_lazy("Förderung des Landes"),
    "shortfall": gettext_lazy("Mehrkosten der Stadt"),
}


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure on both sides and the difference in words; each leads to its derivation, if the side has it."""

    label: str
    before: str
    before_url: str
    after: str
    after_url: str
    difference: str
    difference_url: str
    differs: bool


@dataclass(frozen=True, slots=True)
class PartRows:
    """A module or line with its figures."""

    name: str
    is_module: bool
    note: str
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cause changed in one figure."""

    text: str
    url: str
    differs: bool


@dataclass(frozen=True, slots=True)
class CauseRow:
    """A cause with what it changed in cost, grant and shortfall."""

    name: str
    help_text: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Picker:
    """One side of the form: what may be chosen, what is chosen, the typed day, and what is wrong with it."""

    name: str
    legend: str
    states: tuple[tuple[str, str], ...]
    chosen: str
    day: str
    scenario_name: str
    scenarios: tuple[tuple[str, str], ...]
    scenario: str
    errors: tuple[str, ...] = ()

    @property
    def day_name(self) -> str:
        """The parameter a day is typed in."""
        return DAYS[self.name]


@require_safe
def compare(request: HttpRequest, programme: str) -> HttpResponse:
    """Show two states of a programme beside each other, and why they differ."""
    today = require_programme(programme)
    refs = known_refs(today)
    typed = {name: request.GET[name] for name in request.GET if request.GET[name]}
    only = read_switch(request)
    try:
        moved_on = _with_days(typed)
        if moved_on is not None:
            return HttpResponseRedirect(f"{request.path}?{urlencode(moved_on)}")
        # Without a choice: what was last frozen beside the work in progress.
        pair = read_pair(typed, programme, default=refs[1][0] if len(refs) > 1 else NOW)
        found = pair.causes
    except KimError as error:
        return _refused(request, today, refs, typed, error)
    context = {
        **_frame(today, _pickers(refs, pair), pair.years, pair.year, only=only),
        "pair": pair,
        "switch": pair.url(**({} if only else {DIFFERENCES: "1"})),
        "swapped": pair.url(
            von=pair.after.named.ref, scenario_von=pair.after.scenario.slug, bis=pair.before.named.ref,
            scenario=pair.before.scenario.slug,
        ),
        "sentences": sentences(found),
        "figures": list(_year_rows(pair, only=only)),
        "parts": list(_part_rows(pair, only=only)),
        "causes": cause_rows(pair, found, only=True),
        "total": cells(pair, TOTAL, found.totals),
        "moved": moved_rows(pair, found),
        "explained": [(name_of(cause), help_text) for cause, (_name, help_text) in CAUSES.items()],
        "permanent": pair.url(),
    }  # fmt: skip
    return render(request, "funding/compare.html", context)


def cause_rows(pair: Pair, found: Causes, *, only: bool) -> list[CauseRow]:
    """Return the causes in their fixed order; ``only`` those that there is something to tell of."""
    return [
        CauseRow(
            name_of(part.cause),
            str(CAUSES[part.cause][1]),
            cells(pair, part.cause.value, {key: one.difference for key, one in part.changes.items()}),
        )
        for part in found.parts
        if part.is_shown or not only
    ]


def moved_rows(pair: Pair, found: Causes) -> list[MovedWords]:
    """Return every value that moved, cause by cause."""
    return [one for part in found.parts for one in _moved(pair, part)]


def _moved(pair: Pair, part: Part) -> list[MovedWords]:
    return moved_in_words(part, pair.before.scenario, pair.after.scenario)


def cells(pair: Pair, cause: str, differences: Mapping[str, Figure]) -> tuple[Cell, ...]:
    """Return what a cause, or all of them, changed in cost, grant and shortfall."""
    found = []
    for key in KEYS:
        amount = differences[key].amount
        found.append(
            Cell(difference_in_words(key, amount), pair.derivation_url(key, ursache=cause), differs=bool(amount))
        )
    return tuple(found)


def _year_rows(pair: Pair, *, only: bool) -> Iterator[FigureRow]:
    before, after = pair.before.figures(pair.year).figures, pair.after.figures(pair.year).figures
    for key in FIGURES:
        yield from _row(pair, key, str(LABELS[key]), change(key, before.get(key), after.get(key)), {}, only=only)


def _part_rows(pair: Pair, *, only: bool) -> Iterator[PartRows]:
    for module in pair.comparison.modules:
        if module.differs or not only:
            yield from _module_rows(pair, module, only=only)


def _module_rows(pair: Pair, module: ModuleComparison, *, only: bool) -> Iterator[PartRows]:
    number = module.module.reference
    title = _("Baustein %(number)s: %(name)s") % {"number": number, "name": module.module.name}
    named = replace(module.module, name=title)
    yield _one_part(pair, named, {"funding_module": number}, is_module=True, only=only)
    for line in module.lines:
        if line.differs or not only:
            yield _one_part(pair, line, {"line": line.reference, "funding_module": number}, is_module=False, only=only)


def _one_part(pair: Pair, one: PartComparison, place: Mapping[str, str], *, is_module: bool, only: bool) -> PartRows:
    note = ""
    if not one.is_after:
        note = _("nachher nicht mehr geplant")
    elif not one.is_before:
        note = _("vorher nicht geplant")
    rows = (
        row for key, some in one.changes.items() for row in _row(pair, key, str(OF_A_LINE[key]), some, place, only=only)
    )
    # A side that does not have the line has no derivation to lead to.
    shown = tuple(
        replace(row, before_url=row.before_url * one.is_before, after_url=row.after_url * one.is_after) for row in rows
    )
    return PartRows(one.name, is_module, note, shown)


def _row(pair: Pair, key: str, label: str, one: Change, place: Mapping[str, str], *, only: bool) -> Iterable[FigureRow]:
    if only and not one.differs:
        return
    yield FigureRow(
        label=label,
        before=formatting.amount(one.before.amount),
        before_url=pair.derivation_url(key, seite="vorher", **place),
        after=formatting.amount(one.after.amount),
        after_url=pair.derivation_url(key, seite="nachher", **place),
        difference=difference_in_words(_AS.get(key, "expense"), one.difference.amount),
        difference_url=pair.derivation_url(key, **place),
        differs=one.differs,
    )


# --- The form -------------------------------------------------------------------------------------------------------


def _with_days(typed: Mapping[str, str]) -> dict[str, str] | None:
    """Return the address with typed days as states, None where no day was typed; raises for what is no day."""
    if not any(name in typed for name in DAYS.values()):
        return None
    found = {name: value for name, value in typed.items() if name not in DAYS.values()}
    for name, day_name in DAYS.items():
        if day_name in typed:
            try:
                found[name] = parse_date(typed[day_name]).isoformat()
            except KimError as error:
                error.data["field"] = name
                raise
    return found


def _pickers(refs: tuple[tuple[str, str], ...], pair: Pair) -> tuple[Picker, Picker]:
    before, after = (
        _picker(name, legend, refs, (side.named.ref, side.named.label), scenario, side.state, side.scenario.slug)
        for name, legend, scenario, side in (
            (BEFORE, _("Vorher"), SCENARIO_BEFORE, pair.before), (AFTER, _("Nachher"), SCENARIO, pair.after),
        )
    )  # fmt: skip
    return before, after


def _picker(
    name: str,
    legend: str,
    refs: tuple[tuple[str, str], ...],
    chosen: tuple[str, str],
    scenario_name: str,
    state: ProgrammeState,
    scenario: str,
) -> Picker:
    states = refs if chosen[0] in dict(refs) else (*refs, chosen)
    known = tuple((one.slug, one.name) for one in state.scenarios)
    return Picker(name, legend, states, chosen[0], "", scenario_name, known, scenario)


def _refused(
    request: HttpRequest,
    today: ProgrammeState,
    refs: tuple[tuple[str, str], ...],
    typed: Mapping[str, str],
    error: KimError,
) -> HttpResponse:
    """Show the form as it was filled, with the sentence at its field; nothing is compared."""
    field = str(error.data.get("field", ""))
    pickers = []
    for name, legend, scenario_name in (
        (BEFORE, _("Vorher"), SCENARIO_BEFORE), (AFTER, _("Nachher"), SCENARIO),
    ):  # fmt: skip
        ref = typed.get(name, NOW)
        chosen = (ref, ref) if ref in dict(refs) else (NOW, NOW)
        slug = typed.get(scenario_name, IN_FORCE)
        picker = _picker(name, legend, refs, chosen, scenario_name, today, slug)
        wrong = (error.message,) if field in {name, scenario_name} else ()
        day = typed.get(DAYS[name], "") or _german(ref)
        pickers.append(replace(picker, day=day[:20], errors=wrong))
    context = {
        **_frame(today, tuple(pickers), list(today.years), today.budget_year, only=False),
        "problem": error.message,
        "problem_at": f"filter-{field}" if field in {BEFORE, AFTER, SCENARIO_BEFORE, SCENARIO, YEAR} else "",
    }
    return render(request, "funding/compare.html", context, status=400)


def _german(ref: str) -> str:
    """Return a day of an address as it is typed; empty for what is no day."""
    try:
        return formatting.date(date.fromisoformat(ref))
    except ValueError:
        return ""


def _frame(
    state: ProgrammeState, pickers: Iterable[Picker], years: list[int], year: int, *, only: bool
) -> dict[str, object]:
    return {
        "programme": state, "pickers": pickers, "years": years, "year": year, "only": only,
        "action": reverse("compare", args=[state.slug]),
        "crumbs": [
            (_("Start"), reverse("start")), (state.short_name, reverse("programme", args=[state.slug])),
            (_("Vergleich"), ""),
        ],
    }  # fmt: skip
