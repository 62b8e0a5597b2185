"""Accounts and tokens for the administration."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kim.models import ApiToken, User

admin.site.site_header = _("Förderhaushalt: Administration")
admin.site.site_title = _("Förderhaushalt")
admin.site.index_title = _("Verwalten")


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    """Accounts with their role."""

    list_display = ("username", "role", "is_active", "is_staff", "last_login")
    list_filter = ("role", "is_active", "is_staff")
    search_fields = ("username",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Rolle"), {"fields": ("role", "is_active", "is_staff", "is_superuser")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "role", "usable_password", "password1", "password2")}),
    )
    filter_horizontal = ()


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Tokens to look at and to revoke; they are made in the browser by their owner, who alone sees them once."""

    list_display = ("name", "user", "created", "expiry")
    list_filter = ("user",)
    fields = ("name", "user", "created", "expiry")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - signature of Django
        """Nobody makes tokens for others."""
        return False
