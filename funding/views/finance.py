"""The finance block of a paper: as a page, as files, and the form for what no rule can know."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from funding.calculation.financeblock import FinanceBlock
from funding.finance_blocks import block_of, paper_of, papers_of
from funding.finance_forms import FinanceStatementForm
from funding.formats.files import FORMATS, file_name
from funding.formats.finance import finance_document
from funding.formats.finance_form import LATER, PAPER
from funding.formats.text import text
from funding.models import CouncilPaper, FinanceStatement, ItemStatus, PaperKind
from funding.selection import Selection, filter_context, require_programme, require_work, select, select_from, unchosen
from funding.versions import frozen_state, newest_version
from kim.figures import Figure
from kim.roles import may_edit

if TYPE_CHECKING:
    from kim.models import User


@require_safe
def finance_block(request: HttpRequest, programme: str, paper: str) -> HttpResponse:
    """Show the block as the form looks; every computed amount leads to its derivation."""
    selection = _select(request, programme, paper)
    block = require_block(selection, paper)
    about = block.about
    document = finance_document(block, lambda figure, where: _address(selection, block, figure, where))
    return render(
        request,
        "funding/finance_block.html",
        {
            "programme": selection.state,
            "selection": selection,
            "about": about,
            "document": document,
            "plain": text(finance_document(block)),
            "files": files(selection, paper, state_named=True),
            "filter": filter_context(selection, reverse("finance-block", args=[programme, paper])),
            "statement_url": reverse("finance-statement", args=[programme, paper]) if may_edit(request.user) else "",
            "crumbs": _crumbs(selection, about.paper, paper, (_("Finanzielle Auswirkungen"), "")),
        },
    )


@require_safe
def finance_block_file(request: HttpRequest, programme: str, paper: str, ending: str) -> HttpResponse:
    """Send the block as a file."""
    selection = _select(request, programme, paper)
    block = require_block(selection, paper)
    found = FORMATS[ending]
    headers = {"Content-Disposition": f'attachment; filename="{file_name(block, ending, selection.state)}"'}
    return HttpResponse(found.write(finance_document(block)), content_type=found.content_type, headers=headers)


@require_http_methods(("GET", "HEAD", "POST"))
def finance_statement(request: HttpRequest, programme: str, paper: str) -> HttpResponse:
    """Ask for what no rule can know, and keep it with the paper."""
    if not may_edit(request.user):
        raise PermissionDenied
    require_work(request)
    state = require_programme(programme)
    found = get_object_or_404(CouncilPaper, programme__slug=programme, slug=paper, kind=PaperKind.PAPER)
    kept = FinanceStatement.objects.filter(paper=found).first() or FinanceStatement(
        paper=found,
        source=_("Vorlage %(number)s, I) Finanzielle Auswirkungen") % {"number": found.number},
    )
    form = FinanceStatementForm(request.POST or None, instance=kept, programme=programme)
    back = reverse("finance-block", args=[programme, paper])
    if request.method == "POST" and form.is_valid():
        try:
            form.save_by(cast("User", request.user))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, _("Gespeichert: Angaben zum Finanzblock der Vorlage %(number)s.") % {"number": found.number}
            )
            # What was saved stands in the work in progress, never in a version.
            return HttpResponseRedirect(f"{back}?version=")
    selection = unchosen(state)
    context = {
        "form": form,
        "summary": form.render("kim/forms/errors.html"),
        "groups": form.groups(),
        "paper": found,
        "programme": state,
        "back": back,
        "crumbs": _crumbs(
            selection, found.number, paper, (_("Finanzielle Auswirkungen"), back), (_("Angaben ergänzen"), "")
        ),
    }
    return render(request, "funding/finance_statement.html", context, status=422 if form.errors else 200)


def require_block(selection: Selection, paper: str) -> FinanceBlock:
    """Return the block of a paper for what was chosen; a paper that this state does not have is a 404."""
    found = paper_of(selection.state, paper)
    if found is None:
        raise Http404
    return block_of(selection.state, found, selection.year, selection.scenario.slug)


def files(selection: Selection, paper: str, *, state_named: bool = False) -> list[tuple[str, str]]:
    """Return what there is to download: label and address of each format.

    With ``state_named`` the address says that it means the work in progress, where it does.
    """
    end = "&version=" if state_named and selection.version is None else ""
    return [
        (one.label, selection.page_url("finance-block-file", paper, ending) + end) for ending, one in FORMATS.items()
    ]


def summary_files(selection: Selection) -> list[tuple[str, str]]:
    """Return what the committee's page offers: the finance block of the paper, and the figures as tables.

    The paper is the one that a version served; in the work in progress the newest that is adopted, else the newest.
    """
    found = []
    papers = papers_of(selection.state)
    served = None if selection.version is None else selection.version.paper
    meant = [one for one in papers if served is not None and one.number == served.number]
    adopted = [one for one in papers if one.status == ItemStatus.ADOPTED]
    for newest in (meant or adopted or papers)[-1:]:
        label = _("Finanzblock der Vorlage %(number)s (PDF)") % {"number": newest.number}
        end = "&version=" if selection.version is None else ""
        found.append((label, selection.page_url("finance-block-file", newest.slug, "pdf") + end))
    years = {"from": selection.state.first_year, "to": selection.state.last_year}
    address = reverse("api-figures", args=[selection.state.slug])
    for label, asked in (
        (_("Zahlen (XLSX)"), {"format": "xlsx"}),
        (_("Zahlen (CSV)"), {"format": "csv", "dialect": "de"}),
    ):
        found.append((label, f"{address}?{selection.query(year=None, **years, **asked)}"))
    return found


def _select(request: HttpRequest, programme: str, paper: str) -> Selection:
    """Read the address: without a version the newest one that was frozen with the paper, else the work in progress.

    An empty ``version=`` asks for the work in progress all the same.
    """
    newest = None if "version" in request.GET else newest_version(programme, paper)
    return select(request, programme) if newest is None else select_from(request, frozen_state(programme, newest))


def _address(selection: Selection, block: FinanceBlock, figure: Figure, where: str) -> str:
    if where == PAPER:
        return selection.derivation_url(figure.key, paper=block.about.paper_slug)
    if where == LATER:
        later = block.follow_up_expense
        return selection.derivation_url(figure.key, year=later.from_year, scenario=later.scenario)
    return selection.derivation_url(figure.key)


def _crumbs(selection: Selection, number: str, paper: str, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Start"), reverse("start")),
        (selection.state.short_name, selection.page_url("programme")),
        (_("Vorlagen"), selection.page_url("papers")),
        (_("Vorlage %(number)s") % {"number": number}, selection.page_url("paper", paper)),
        *more,
    ]
