"""Council papers and the chain of decisions, to read."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from funding.chain import chain_of
from funding.models import CouncilPaper
from funding.selection import Selection, filter_context, select
from funding.views.finance import files
from kim import formatting
from kim.roles import may_edit

if TYPE_CHECKING:
    from funding.frozen_rows import FrozenPaper


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
            "may_edit": may_edit(request.user),
        },
    )


@require_safe
def paper(request: HttpRequest, programme: str, paper: str) -> HttpResponse:
    """Show a paper: its items, its way through the committees, and the overview its figures belong to."""
    selection = select(request, programme)
    chain = chain_of(selection.state.council, timezone.localdate())
    row = get_object_or_404(CouncilPaper, programme__slug=programme, slug=paper)
    found = chain.by_slug(paper)
    if found is None:
        # Entered between the two statements; it is there when the page is asked for again.
        raise Http404
    year = selection.figures.figures
    overview = [
        (_("Gesamtkosten Personal"), "personnel_cost"),
        (_("Gesamtfördersumme Land (Personal)"), "grant_for_personnel"),
        (_("Mehrkosten %(city)s") % {"city": selection.state.municipality}, "shortfall"),
    ]
    return render(
        request,
        template,
        {
            "programme": selection.state,
            "selection": selection,
            "paper": row,
            "found": found,
            "meetings": row.meetings.select_related("committee").order_by("meeting_date", "pk"),
            "may_edit": may_edit(request.user),
            "filter": filter_context(selection, reverse("paper", args=[programme, paper])),
            "crumbs": _crumbs(
                selection,
                (_("Vorlagen"), selection.page_url("papers")),
                (found.paper.name, ""),
            ),
            "overview": [
                (label, formatting.euro(year[key].amount), selection.derivation_url(key)) for label, key in overview
            ],
            "lines": _budget_block(selection),
            "finance_url": selection.page_url("finance-block", paper),
            "finance_files": files(selection, paper),
        },
    )


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
