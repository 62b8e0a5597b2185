"""Council papers and the chain of decisions, to read."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from funding.chain import chain_of
from funding.models import CouncilPaper, ForecastVersion
from funding.selection import Selection, can_edit, filter_context, select
from funding.views import frozen
from funding.views.finance import files
from kim import formatting


@require_safe
def papers(request: HttpRequest, programme: str) -> HttpResponse:
    """Show the chain of decisions: papers by date, what they do to each other, which mandates hold today."""
    selection = select(request, programme)
    if selection.version is not None:
        return frozen.papers(request, selection)
    return render(
        request,
        "funding/papers.html",
        {
            "programme": selection.state,
            "selection": selection,
            "crumbs": _crumbs(selection, (_("Vorlagen"), "")),
            "chain": chain_of(selection.state.council, timezone.localdate()),
            "may_edit": can_edit(request, selection),
        },
    )


@require_safe
def paper(request: HttpRequest, programme: str, paper: str) -> HttpResponse:
    """Show a paper: its items, its way through the committees, and the overview its figures belong to."""
    selection = select(request, programme)
    if selection.version is not None:
        frozen_paper = frozen.require_paper(selection, paper)
        context = {
            "paper": frozen_paper,
            "is_own": frozen_paper.is_served,
            **_figures(selection, paper, frozen_paper.name),
        }
        return render(request, "funding/frozen_paper.html", context)
    row = get_object_or_404(CouncilPaper, programme__slug=programme, slug=paper)
    found = chain_of(selection.state.council, timezone.localdate()).by_slug(paper)
    if found is None:
        # Entered between the two statements; it is there when the page is asked for again.
        raise Http404
    versions = versions_of(selection, row)
    context = {
        **_figures(selection, paper, row.name),
        # Before anything is frozen, the work in progress is what the paper prints.
        "is_own": bool(versions) or not ForecastVersion.objects.filter(programme__slug=programme).exists(),
        "paper": row,
        "found": found,
        "meetings": row.meetings.select_related("committee").order_by("meeting_date", "pk"),
        "versions": versions,
        "may_edit": can_edit(request, selection),
    }
    return render(request, "funding/paper.html", context)


def versions_of(selection: Selection, paper: CouncilPaper) -> list[tuple[str, str, str]]:
    """Return the versions frozen for a paper: name, day, and the address of this page with the version's figures."""
    here = reverse("paper", args=[selection.state.slug, paper.slug])
    rows = paper.versions.order_by("number").values_list("number", "name", "frozen_at")
    return [
        (
            _("Fassung %(number)s: %(name)s") % {"number": number, "name": name},
            formatting.date(timezone.localtime(frozen_at).date()),
            f"{here}?{selection.query(version=number)}",
        )
        for number, name, frozen_at in rows
    ]


def _figures(selection: Selection, slug: str, name: str) -> dict[str, object]:
    """Return the frame of a paper's page and the figures that its overview and its budget block print."""
    year = selection.figures.figures
    overview = [
        (_("Gesamtkosten Personal"), "personnel_cost"),
        (_("Gesamtfördersumme Land (Personal)"), "grant_for_personnel"),
        (_("Mehrkosten %(city)s") % {"city": selection.state.municipality}, "shortfall"),
    ]
    return {
        "programme": selection.state,
        "selection": selection,
        "filter": filter_context(selection, reverse("paper", args=[selection.state.slug, slug])),
        "crumbs": _crumbs(selection, (_("Vorlagen"), selection.page_url("papers")), (name, "")),
        "overview": [
            (label, formatting.euro(year[key].amount), selection.derivation_url(key)) for label, key in overview
        ],
        "lines": _budget_block(selection),
        "finance_url": selection.page_url("finance-block", slug),
        "finance_files": files(selection, slug),
    }


def _budget_block(selection: Selection) -> list[tuple[str, str, str, str]]:
    """Return what section I of the paper prints: account, what for, printed and exact amount."""
    accounts, year = selection.state.accounts, selection.figures.figures
    printed = year.get("expense_in_paper", year["expense"])
    rows = []
    for use, label, shown, exact in (
        ("expense", _("Aufwendungen für die Maßnahme"), printed, year["expense"]),
        (
            "grant_for_material",
            _("Beantragte Förderung, Sachkosten"),
            year["grant_for_material"],
            year["grant_for_material"],
        ),
        (
            "grant_for_positions",
            _("Beantragte Förderung, Stellen"),
            year["grant_for_positions"],
            year["grant_for_positions"],
        ),
    ):
        if use in accounts:
            rows.append((accounts[use], label, formatting.euro(shown.amount), formatting.euro(exact.amount)))
    return rows


def _crumbs(selection: Selection, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Start"), reverse("start")),
        (selection.state.short_name, selection.page_url("programme")),
        *more,
    ]
