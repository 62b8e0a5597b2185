"""Providers and positions for the administration."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from staffing.models import Position, PositionCost, Provider

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
