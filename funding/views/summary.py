"""The committee's page: three numbers and the fallback, in words, as a chart, and as tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from funding.calculation.cliff import GrantState, state_of_year
from funding.chain import Mandate, chain_of
from funding.models import Programme
from funding.questions import open_questions
from funding.risk import lanes
from funding.selection import Selection, filter_context, select
from funding.selectors import IN_FORCE, ProgrammeState
from funding.tables import ModuleTable, PartRow, ProviderTable, YearRow, YearTable
from funding.views.beside import as_resolved
from funding.views.finance import summary_files
from funding.views.grant_end import sentences as cliff_sentences
from funding.views.sensitivity import effects
from kim import formatting
from kim.charts import Chart, ChartBar, ChartPanel, build_chart
from kim.figures import Figure

# The two futures the council asked about: resolution items 1 and 2 of the founding paper.
COMPARED = ("grant-continues", "grant-ends")
MOST_BASES = 8


@dataclass(frozen=True, slots=True)
class Card:
    """A number at the top of the page, with the way to its derivation."""

    label: str
    amount: str
    url: str
    note: str = ""
    words: str = ""
    tone: str = ""
    badge: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """A source that figures rest on as an assumption."""

    text: str
    note: str
    status: str


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show each programme with what it costs the city in its budget year."""
    programmes = []
    for slug in Programme.objects.values_list("slug", flat=True):
        selection = select(_without_query(request), slug)
        programmes.append(
            {
                "selection": selection,
                "state": selection.state,
                "cards": cards(selection)[:3],
                "sentences": sentences(selection),
                "url": reverse("programme", args=[slug]),
            }
        )
    return render(request, "funding/start.html", {"programmes": programmes})


@require_safe
def summary(request: HttpRequest, programme: str) -> HttpResponse:
    """Show a programme to the committee: everything on one page, nothing to edit."""
    selection = select(request, programme)
    state, figures = selection.state, selection.figures
    context = {
        "programme": state,
        "selection": selection,
        "filter": filter_context(selection, reverse("programme", args=[state.slug])),
        "crumbs": [(_("Start"), reverse("start")), (state.short_name, "")],
        "cards": cards(selection),
        "sentences": sentences(selection),
        "security": security(state, selection),
        "cliff": cliff_sentences(selection),
        "open_questions": open_questions(state.slug, None if selection.version is None else selection.version.number),
        "chart": chart(selection),
        "resolved": as_resolved(selection),
        "years": YearTable(
            [year_row(selection, year) for year in state.years],
            prefix="y-",
            caption=_("Kosten und Förderung je Haushaltsjahr in Euro, Szenario „%(name)s“")
            % {"name": selection.scenario.name},
        ).configure(request),
        "modules": ModuleTable(
            [_part(one.name, one.number, {"funding_module": one.number}, one.figures) for one in figures.modules],
            selection=selection,
            prefix="m-",
            totals=_totals(figures.figures),
            caption=_("Nach Förderbaustein, Haushaltsjahr %(year)s, in Euro") % {"year": selection.year},
        ).configure(request),
        "providers": ProviderTable(
            [_part(one.provider.name, 0, {"provider": one.provider.slug}, one.figures) for one in figures.providers],
            selection=selection,
            prefix="p-",
            totals=_totals(figures.figures),
            caption=_("Nach Träger, Haushaltsjahr %(year)s, in Euro") % {"year": selection.year},
        ).configure(request),
        "top_up": top_up(selection),
        "bases": bases(figures.figures["shortfall"]),
        "effects": effects(selection),
        "files": summary_files(selection),
        "missing": figures.missing,
        "mandates": mandates(selection),
        "budget_status": state.status_of(selection.year),
    }
    return render(request, "funding/summary.html", context)


def mandates(selection: Selection) -> tuple[Mandate, ...]:
    """Return what the council has charged the administration with, today or on the day of the version."""
    version = selection.version
    day = timezone.localdate() if version is None else timezone.localtime(version.frozen_at).date()
    return chain_of(selection.state.council, day).mandates


def cards(selection: Selection) -> list[Card]:
    """Return the three numbers of the year and the one that matters if the grant ends."""
    found = selection.figures.figures
    shortfall = found["shortfall"]
    surplus = shortfall.amount < 0
    return [
        _card(
            selection,
            found["expense"],
            _("Gesamtkosten %(year)s") % {"year": selection.year},
            note=_("davon Personal %(amount)s") % {"amount": formatting.euro(found["personnel_cost"].amount)},
        ),
        _card(
            selection,
            found["grant"],
            _("Förderung des Landes"),
            note=_("davon für Personal %(amount)s") % {"amount": formatting.euro(found["grant_for_personnel"].amount)},
        ),
        _card(
            selection,
            shortfall,
            _("Mehrkosten der Stadt"),
            tone="city",
            words=_("Minderbedarf: die Förderung übersteigt die Kosten") if surplus else "",
            note="" if surplus else _("Kosten abzüglich Förderung"),
        ),
        _card(
            selection,
            found["full_cost"],
            _("Stadt bei Wegfall der Förderung"),
            tone="fallback",
            note=_("Gesamtkosten, wenn das Land nichts zahlt"),
        ),
    ]


def _card(selection: Selection, figure: Figure, label: str, *, note: str, words: str = "", tone: str = "") -> Card:
    return Card(
        label,
        formatting.euro(figure.amount),
        selection.derivation_url(figure.key),
        note,
        words,
        tone,
        "assumed" if figure.is_assumption else "",
    )


def sentences(selection: Selection) -> list[str]:
    """Say the year in plain words, and what comes after the grant's end."""
    found = selection.figures.figures
    amounts = {
        "year": selection.year,
        "expense": formatting.euro(found["expense"].amount),
        "grant": formatting.euro(found["grant"].amount),
        "rest": formatting.euro(abs(found["shortfall"].amount)),
    }
    if not found["grant"].amount:
        said = [
            _("%(year)s kostet das Programm %(expense)s. Das Land zahlt nichts; die Stadt trägt %(rest)s.") % amounts
        ]
    elif found["shortfall"].amount < 0:
        said = [
            _(
                "%(year)s kostet das Programm %(expense)s. Das Land zahlt %(grant)s, "
                "das sind %(rest)s mehr als die Kosten."
            )
            % amounts
        ]
    else:
        said = [
            _(
                "%(year)s kostet das Programm %(expense)s. Davon zahlt das Land %(grant)s; "
                "bei der Stadt bleiben %(rest)s."
            )
            % amounts
        ]
    state = selection.state
    end = state.limited_until
    after = end.year + 1 if end is not None else 0
    if end is not None and after in state.years and after > selection.year:
        later = state.figures(after, IN_FORCE).figures["shortfall"]
        said.append(
            _(
                "Nach geltendem Recht endet die Förderung am %(end)s. "
                "Ab %(after)s trägt die Stadt dann %(amount)s im Jahr."
            )
            % {"end": formatting.date(end), "after": after, "amount": formatting.euro(later.amount)}
        )
    # An amount never breaks before its sign.
    return [one.replace(" €", "\N{NO-BREAK SPACE}€") for one in said]


@dataclass(frozen=True, slots=True)
class Security:
    """How safe the grant of a year is, and why."""

    kind: str
    text: str


def security(state: ProgrammeState, selection: Selection) -> Security:
    """Tell a secured grant (awarded) from an expected one (inside the programme's term) and an unsecured one."""
    year = selection.year
    found = state_of_year(lanes(state), year)
    awarded = any(one.period is not None and one.period.start.year == year for one in state.awards)
    if found is GrantState.SECURED:
        text = _("Für %(year)s liegt ein Bescheid vor.")
    elif found is GrantState.EXPECTED and awarded:
        text = _("Für %(year)s liegt nur für einen Teil ein Bescheid vor; das Programm läuft in diesem Jahr.")
    elif found is GrantState.EXPECTED:
        text = _("Für %(year)s ist noch kein Bescheid erfasst; das Programm läuft in diesem Jahr.")
    elif state.limited_until is not None:
        text = _("Das Programm ist bis zum %(end)s befristet; für %(year)s sagt das geltende Recht keine Förderung zu.")
    else:
        text = _("Für %(year)s ist keine Förderung vorgesehen.")
    end = "" if state.limited_until is None else formatting.date(state.limited_until)
    return Security(found.value, text % {"year": year, "end": end})


def chart(selection: Selection) -> Chart:
    """Draw who pays in two futures: those the council asked about, or the chosen one beside the law in force."""
    known = {one.slug: one for one in selection.state.scenarios}
    slugs = [slug for slug in COMPARED if slug in known]
    if selection.scenario.slug not in {*slugs, IN_FORCE}:
        slugs = [IN_FORCE, selection.scenario.slug]
    panels = []
    for slug in slugs or [IN_FORCE]:
        bars = []
        for year in selection.state.years:
            found = selection.of(year, slug).figures
            bars.append(ChartBar(year, found["shortfall"].amount, found["grant"].amount))
        end = selection.state.limited_until
        ended = any(not bar.state for bar in bars)
        words = _("Förderende %(end)s") if ended else _("Befristung %(end)s")
        panels.append(
            ChartPanel(
                known[slug].name, tuple(bars), end, words % {"end": formatting.date(end)} if end is not None else ""
            )
        )
    return build_chart(panels, city_label=selection.state.municipality, state_label=selection.state.grantor)


def year_row(selection: Selection, year: int) -> YearRow:
    """Return a year of the chosen scenario."""
    found = selection.of(year).figures
    return YearRow(
        year,
        selection.page_url("programme", year=year),
        found["personnel_cost"].amount,
        found["expense"].amount,
        found["grant"].amount,
        found["shortfall"].amount,
        found["full_cost"].amount,
    )


@dataclass(frozen=True, slots=True)
class TopUpRow:
    """What the city has put beside the grant, for one year; amounts are None where nothing is entered."""

    year: int
    needed: Decimal
    planned: Decimal | None
    registered: Decimal | None
    adopted: Decimal | None
    open: Decimal
    urls: dict[str, str]
    is_assumption: bool


def top_up(selection: Selection) -> list[TopUpRow]:
    """Return needed against planned, registered and adopted for each year of the chosen scenario."""
    rows = []
    for year in selection.state.years:
        found = selection.of(year).top_up
        amounts = {name: found[name].amount if name in found else None for name in ("planned", "registered", "adopted")}
        rows.append(
            TopUpRow(
                year=year,
                needed=found["needed"].amount,
                open=found["open"].amount,
                **amounts,
                urls={name: selection.derivation_url(figure.key, year=year) for name, figure in found.items()},
                is_assumption="registered" in found and found["registered"].is_assumption,
            )
        )
    return rows


def bases(figure: Figure) -> list[Basis]:
    """Return each assumption that a figure rests on, once, in reading order."""
    found: dict[tuple[str, str], Basis] = {}
    for leaf in figure.leaves():
        source = leaf.source
        if source is not None and source.status.is_assumption:
            found.setdefault((source.text, source.reference), Basis(source.text, source.reference, source.status.value))
    return list(found.values())[:MOST_BASES]


def _part(name: str, number: int, place: dict[str, object], figures: Mapping[str, Figure]) -> PartRow:
    return PartRow(name, number, place, figures["expense"].amount, figures["grant"].amount, figures["shortfall"].amount)


def _totals(figures: Mapping[str, Figure]) -> dict[str, object]:
    return {"name": _("Summe"), **{key: figures[key].amount for key in ("expense", "grant", "shortfall")}}


def _without_query(request: HttpRequest) -> HttpRequest:
    """Return the request as if nothing were chosen: the start page shows each programme's own budget year."""
    bare = HttpRequest()
    bare.user = request.user
    return bare
