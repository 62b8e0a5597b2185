"""Programmes, grants, scenarios and papers for the administration."""

from django.contrib import admin
from django.db.models import URLField
from django.http import HttpRequest

from funding.models import (
    BudgetYear,
    Cap,
    Committee,
    CommitteeQuestion,
    CouncilPaper,
    Deadline,
    FinanceStatement,
    ForecastVersion,
    FundedPosition,
    FundingModule,
    GrantAward,
    GrantRule,
    ItemLink,
    LedgerAccount,
    LumpSum,
    MaterialCost,
    MaterialLine,
    Meeting,
    Municipality,
    PaperItem,
    PrintedFigure,
    Programme,
    Resolution,
    RoundingRule,
    Scenario,
    ScenarioOverride,
    TopUp,
)
from staffing.admin import SourcedAdmin


@admin.register(Municipality)
class MunicipalityAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Municipalities."""

    list_display = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(BudgetYear)
class BudgetYearAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """How far the budget of a year has come."""

    list_display = ("fiscal_year", "municipality", "status")
    list_filter = ("municipality", "status")


@admin.register(Programme)
class ProgrammeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Programmes."""

    list_display = ("short_name", "municipality", "limited_until", "budget_year", "first_year", "last_year")
    list_filter = ("municipality",)
    prepopulated_fields = {"slug": ("short_name",)}


@admin.register(FundingModule)
class FundingModuleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Funding modules."""

    list_display = ("programme", "number", "name", "kind", "instrument", "minimum_fte")
    list_filter = ("programme", "instrument")
    list_select_related = ("programme",)


@admin.register(GrantRule)
class GrantRuleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Grant rules."""

    list_display = ("funding_module", "name", "basis", "limited_to_cost")
    list_filter = ("funding_module", "basis")
    list_select_related = ("funding_module",)


@admin.register(LumpSum)
class LumpSumAdmin(SourcedAdmin):
    """Lump sums by date."""

    list_display = ("grant_rule", "amount", "valid_from", "valid_to", "source_status")
    list_filter = ("grant_rule", "source_status")
    list_select_related = ("grant_rule__funding_module",)


@admin.register(Cap)
class CapAdmin(SourcedAdmin):
    """Caps by date."""

    list_display = ("funding_module", "covers", "amount", "valid_from", "valid_to")
    list_filter = ("funding_module", "covers")
    list_select_related = ("funding_module",)


@admin.register(FundedPosition)
class FundedPositionAdmin(SourcedAdmin):
    """Which rule pays for which position."""

    list_display = ("position", "grant_rule", "valid_from", "valid_to")
    list_filter = ("grant_rule",)
    list_select_related = ("position", "grant_rule__funding_module")


@admin.register(MaterialLine)
class MaterialLineAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Material lines."""

    list_display = ("funding_module", "name", "kind", "provider", "per_fte")
    list_filter = ("funding_module", "kind")
    list_select_related = ("funding_module", "provider")


@admin.register(MaterialCost)
class MaterialCostAdmin(SourcedAdmin):
    """Yearly cost of material lines."""

    list_display = ("material_line", "fiscal_year", "amount", "source_status")
    list_filter = ("fiscal_year", "material_line")
    list_select_related = ("material_line",)


@admin.register(GrantAward)
class GrantAwardAdmin(SourcedAdmin):
    """Awards; the amended one is marked by the page of the finance staff, so it is shown here only."""

    list_display = ("award_date", "programme", "funding_module", "amount", "period_start", "is_superseded")
    list_filter = ("programme", "is_superseded")
    list_select_related = ("programme", "funding_module")
    readonly_fields = ("is_superseded",)


@admin.register(TopUp)
class TopUpAdmin(SourcedAdmin):
    """What the city has put beside the grant."""

    list_display = ("programme", "fiscal_year", "stage", "amount")
    list_filter = ("programme", "stage")
    list_select_related = ("programme",)


@admin.register(Deadline)
class DeadlineAdmin(SourcedAdmin):
    """Deadlines."""

    list_display = ("programme", "kind", "day", "text", "source_status")
    list_filter = ("programme", "kind")
    list_select_related = ("programme",)


@admin.register(LedgerAccount)
class LedgerAccountAdmin(SourcedAdmin):
    """Ledger accounts."""

    list_display = ("programme", "number", "use")
    list_filter = ("programme",)
    list_select_related = ("programme",)


@admin.register(RoundingRule)
class RoundingRuleAdmin(SourcedAdmin):
    """Rounding rules by date."""

    list_display = ("programme", "base", "direction", "valid_from", "valid_to")
    list_select_related = ("programme",)


class OverrideInline(admin.TabularInline):  # type: ignore[type-arg]
    """What a scenario sets."""

    model = ScenarioOverride
    extra = 0


@admin.register(Scenario)
class ScenarioAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Scenarios with their overrides."""

    list_display = ("programme", "order", "slug", "name")
    list_filter = ("programme",)
    list_select_related = ("programme",)
    inlines = (OverrideInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Scenario | None = None) -> bool:
        """Keep the scenarios that pages and papers rely on."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.is_standard)


@admin.register(Committee)
class CommitteeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Committees."""

    list_display = ("name", "municipality")
    list_select_related = ("municipality",)


class ItemInline(admin.TabularInline):  # type: ignore[type-arg]
    """Items of the resolution."""

    model = PaperItem
    extra = 0


class MeetingInline(admin.TabularInline):  # type: ignore[type-arg]
    """The referral sequence."""

    model = Meeting
    extra = 0


@admin.register(CouncilPaper)
class CouncilPaperAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Council papers with items and meetings."""

    list_display = ("number", "title", "paper_date", "status", "programme")
    list_filter = ("programme", "status")
    list_select_related = ("programme",)
    inlines = (ItemInline, MeetingInline)
    formfield_overrides = {URLField: {"assume_scheme": "https"}}


@admin.register(FinanceStatement)
class FinanceStatementAdmin(SourcedAdmin):
    """Answers to the blanks of a paper's finance block."""

    list_display = ("paper", "is_operating", "is_capital", "source", "source_status")
    list_select_related = ("paper",)


@admin.register(PrintedFigure)
class PrintedFigureAdmin(SourcedAdmin):
    """Printed figures of papers."""

    list_display = ("paper", "number", "label", "printed", "figure_key", "fiscal_year", "reason_kind")
    list_filter = ("paper", "reason_kind")
    list_select_related = ("paper",)


@admin.register(Resolution)
class ResolutionAdmin(SourcedAdmin):
    """Decisions, to look at: recorded and undone on the page of the paper, where links and status follow."""

    list_display = ("item", "outcome", "decided_on", "source_status")
    list_filter = ("outcome",)
    list_select_related = ("item__paper",)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - signature of Django
        """Leave it to the page of the paper."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Resolution | None = None) -> bool:  # noqa: ARG002
        """Leave it to the page of the paper."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Resolution | None = None) -> bool:  # noqa: ARG002
        """Leave it to the page of the paper."""
        return False


@admin.register(ItemLink)
class ItemLinkAdmin(SourcedAdmin):
    """What items do to each other, to look at; entered on the page of the paper."""

    list_display = ("item", "kind", "target", "is_effective")
    list_filter = ("kind", "is_effective")
    list_select_related = ("item__paper", "target__paper")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - signature of Django
        """Leave it to the page of the paper."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: ItemLink | None = None) -> bool:  # noqa: ARG002
        """Leave it to the page of the paper."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ItemLink | None = None) -> bool:  # noqa: ARG002
        """Leave it to the page of the paper."""
        return False


@admin.register(ForecastVersion)
class ForecastVersionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Frozen versions, to read; freezing needs the figures, so it has a page of its own."""

    list_display = ("programme", "number", "name", "paper", "frozen_at", "seal")
    exclude = ("document",)
    list_filter = ("programme",)
    list_select_related = ("programme", "paper")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - as Django asks
        """Nobody freezes here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: ForecastVersion | None = None) -> bool:  # noqa: ARG002
        """Nobody changes a version."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ForecastVersion | None = None) -> bool:  # noqa: ARG002
        """Nobody deletes a version."""
        return False


@admin.register(CommitteeQuestion)
class CommitteeQuestionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Questions and answers, to read; what should not stand there can be taken away as a whole."""

    list_display = ("asked_at", "programme", "label", "fiscal_year", "asked_as", "answered_at")
    list_filter = ("programme", "asked_as")
    list_select_related = ("programme",)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - as Django asks
        """Nobody asks here."""
        return False

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - as Django asks
        obj: CommitteeQuestion | None = None,  # noqa: ARG002
    ) -> bool:
        """Nobody changes what was asked or answered here."""
        return False
