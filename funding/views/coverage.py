"""Lump sum against real cost: how much of each position the state covers, over the years, and what a percent costs."""

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from funding.calculation.coverage import BY_CITY, LUMP_SUMS, MORE, RATIO, REAL_COST, UNCOVERED, Cover, Coverage
from funding.selection import Selection, filter_context, select
from funding.tables import CoverRow, ModuleCoverTable, PositionCoverTable, ProviderCoverTable, YearCoverTable
from kim import formatting
from kim.charts import Chart, ChartBar, ChartPanel, build_chart
from staffing.models import Position


@require_safe
def coverage(request: HttpRequest, programme: str) -> HttpResponse:
    """Show lump sums beside real costs: by year, by position, by module, by provider."""
    selection = select(request, programme)
    state, found = selection.state, selection.coverage
    by_year = {year: state.coverage(year, selection.scenario.slug) for year in state.years}
    numbers = dict(
        Position.objects.filter(reference__in=[one.reference for one in found.positions]).values_list("reference", "pk")
    )
    # Only a scenario that ends the top-up leaves a part of the gap to somebody else.
    left_out = () if any(_is_shared(one.total) for one in by_year.values()) else (BY_CITY,)
    about = {"year": selection.year, "name": selection.scenario.name}
    context = {
        "programme": state,
        "selection": selection,
        "filter": filter_context(selection, reverse("coverage", args=[state.slug])),
        "crumbs": [
            (_("Start"), reverse("start")),
            (state.short_name, selection.page_url("programme")),
            (_("Deckung"), ""),
        ],
        "sentences": sentences(selection, found),
        "missing": selection.figures.missing,
        "chart": chart(selection, by_year),
        "years": YearCoverTable(
            [
                _row(str(year), one.total, {"year": year}, selection.page_url("coverage", year=year))
                for year, one in by_year.items()
            ],
            selection=selection,
            prefix="y-",
            exclude=left_out,
            caption=_("Pauschale und Personalkosten je Haushaltsjahr in Euro, Szenario „%(name)s“") % about,
        ).configure(request),
        "positions": PositionCoverTable(
            [
                _row(
                    one.name,
                    one,
                    {"line": one.reference, "funding_module": one.module},
                    selection.page_url("position", numbers[one.reference]) if one.reference in numbers else "",
                )
                for one in found.positions
            ],
            selection=selection,
            prefix="s-",
            exclude=left_out,
            totals={
                "name": _("Summe"),
                **{key: found.total.figures[key].amount for key in found.total.figures},
            },
            caption=_("Je Stelle, Haushaltsjahr %(year)s, in Euro") % about,
        ).configure(request),
        "modules": ModuleCoverTable(
            [_row(f"{one.module} {one.name}", one, {"funding_module": one.reference}) for one in found.modules],
            selection=selection,
            prefix="m-",
            exclude=left_out,
            caption=_("Nach Förderbaustein, Haushaltsjahr %(year)s, in Euro") % about,
        ).configure(request),
        "providers": ProviderCoverTable(
            [_row(one.name, one, {"provider": one.reference}) for one in found.providers],
            selection=selection,
            prefix="p-",
            exclude=left_out,
            caption=_("Nach Träger, Haushaltsjahr %(year)s, in Euro") % about,
        ).configure(request),
    }
    return render(request, "funding/coverage.html", context)


def sentences(selection: Selection, found: Coverage) -> list[str]:
    """Say in plain words how far the lump sums reach, and what the next percent costs."""
    figures = found.total.figures
    amounts = {
        "year": selection.year,
        "cost": formatting.euro(figures[REAL_COST].amount),
        "grant": formatting.euro(figures[LUMP_SUMS].amount),
        "gap": formatting.euro(abs(figures[UNCOVERED].amount)),
        "city": formatting.euro(figures[BY_CITY].amount),
        "more": formatting.euro(figures[MORE].amount),
        "ratio": formatting.percent(figures[RATIO].amount) if RATIO in figures else "",
    }
    if not figures[REAL_COST].amount:
        said = [_("%(year)s sind keine Personalkosten von Stellen bekannt.") % amounts]
    elif not figures[LUMP_SUMS].amount:
        said = [_("%(year)s kosten die Stellen %(cost)s. Das Land zahlt dafür keine Pauschale.") % amounts]
    elif figures[UNCOVERED].amount < 0:
        said = [
            _(
                "%(year)s kosten die Stellen %(cost)s. Die Pauschalen von %(grant)s liegen %(gap)s darüber "
                "(Minderbedarf)."
            )
            % amounts
        ]
    else:
        said = [
            _(
                "%(year)s kosten die Stellen %(cost)s. Die Pauschalen von %(grant)s decken davon %(ratio)s; "
                "%(gap)s bleiben offen."
            )
            % amounts
        ]
    if _is_shared(found.total):
        said.append(_("Davon trägt die Stadt %(city)s, den Rest tragen die Träger.") % amounts)
    if figures[REAL_COST].amount:
        said.append(
            _(
                "Steigen die Personalkosten um ein Prozent, zahlt die Stadt %(more)s mehr: Die Pauschale steigt nicht "
                "mit."
            )
            % amounts
            if figures[MORE].amount
            else _("Ein Prozent mehr Personalkosten kostet die Stadt in diesem Szenario nichts.")
        )
    # A number never breaks before its sign.
    return [one.replace(" €", "\N{NO-BREAK SPACE}€").replace(" %", "\N{NO-BREAK SPACE}%") for one in said]


def chart(selection: Selection, by_year: dict[int, Coverage]) -> Chart:
    """Draw what the lump sums cover of the real cost, and what they leave open, year by year."""
    bars = tuple(
        ChartBar(year, one.total.figures[UNCOVERED].amount, one.total.figures[LUMP_SUMS].amount)
        for year, one in by_year.items()
    )
    return build_chart(
        [ChartPanel(selection.scenario.name, bars)], city_label=_("Lücke"), state_label=_("Pauschale"),
        total_label=_("Personalkosten"),
    )  # fmt: skip


def _is_shared(cover: Cover) -> bool:
    return cover.figures[BY_CITY].amount != cover.figures[UNCOVERED].amount


def _row(name: str, cover: Cover, place: dict[str, object], url: str = "") -> CoverRow:
    """Return a row; what a position costs that nothing is known of is unknown, and so is what is left open."""

    def amount(key: str) -> Decimal | None:
        is_known = cover.is_known or cover.provider is None or not place.get("line") or key == LUMP_SUMS
        return cover.figures[key].amount if is_known and key in cover.figures else None

    return CoverRow(
        name,
        url,
        cover.module,
        cover.provider.name if cover.provider is not None else "",
        place,
        amount(REAL_COST),
        cover.figures[LUMP_SUMS].amount,
        amount(RATIO),
        amount(UNCOVERED),
        amount(BY_CITY),
        amount(MORE),
    )
