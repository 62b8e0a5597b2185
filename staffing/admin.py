"""Providers and positions for the administration."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from staffing.models import (
    Allowance,
    AnnualBonus,
    PayRate,
    PayRise,
    Position,
    PositionBasis,
    PositionCost,
    Provider,
    SocialInsuranceRate,
    StepDuration,
    SupplementaryPension,
)

if TYPE_CHECKING:
    from django.forms import ModelForm


class SourcedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows with a source: who saved them is kept."""

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:  # noqa: FBT001
        """Keep the account."""
        obj.recorded_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(Provider)
class ProviderAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Providers."""

    list_display = ("name", "kind", "slug")
    list_filter = ("kind",)
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Position)
class PositionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Positions."""

    list_display = ("reference", "title", "provider", "fte", "planned_from", "planned_until")
    list_filter = ("provider", "is_group")
    list_select_related = ("provider",)
    search_fields = ("reference", "title")


@admin.register(PositionCost)
class PositionCostAdmin(SourcedAdmin):
    """Yearly cost of positions."""

    list_display = ("position", "fiscal_year", "amount", "source_status")
    list_filter = ("fiscal_year", "source_status")
    list_select_related = ("position",)
    search_fields = ("position__title", "position__reference")


@admin.register(PayRate)
class PayRateAdmin(SourcedAdmin):
    """Values of the pay tables."""

    list_display = ("tariff", "pay_group", "pay_step", "amount", "valid_from", "valid_to", "source_status")
    list_filter = ("tariff", "valid_from", "source_status")
    search_fields = ("=pay_group",)


@admin.register(StepDuration)
class StepDurationAdmin(SourcedAdmin):
    """Step durations."""

    list_display = ("tariff", "pay_group", "years", "valid_from", "valid_to", "source_status")
    list_filter = ("tariff", "source_status")


@admin.register(Allowance)
class AllowanceAdmin(SourcedAdmin):
    """Allowances beside the tables."""

    list_display = ("tariff", "pay_group", "amount", "valid_from", "valid_to", "source_status")
    list_filter = ("tariff", "source_status")


@admin.register(AnnualBonus)
class AnnualBonusAdmin(SourcedAdmin):
    """Percents of the annual bonus."""

    list_display = ("tariff", "pay_group", "percent", "first_year", "last_year", "source_status")
    list_filter = ("tariff", "source_status")


@admin.register(SocialInsuranceRate)
class SocialInsuranceRateAdmin(SourcedAdmin):
    """Contribution rates and ceilings."""

    list_display = ("valid_from", "valid_to", "health", "health_extra", "care", "pension", "unemployment")


@admin.register(SupplementaryPension)
class SupplementaryPensionAdmin(SourcedAdmin):
    """Rates of the supplementary pension fund."""

    list_display = ("name", "percent", "valid_from", "valid_to", "source_status")


@admin.register(PositionBasis)
class PositionBasisAdmin(SourcedAdmin):
    """How the cost of positions is found."""

    list_display = ("position", "first_year", "basis", "tariff", "pay_group", "pay_step", "amount", "source_status")
    list_filter = ("basis", "source_status")
    list_select_related = ("position",)
    search_fields = ("position__title", "position__reference")


@admin.register(PayRise)
class PayRiseAdmin(SourcedAdmin):
    """Pay rises; the page of a programme shows first what one does."""

    list_display = ("name", "tariff", "first_day", "percent", "minimum", "applies_to_declared", "source_status")
    list_filter = ("tariff", "source_status")
