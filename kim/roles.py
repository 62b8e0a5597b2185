"""Who may do what: three roles, decided in one place."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from kim.models import User


class Role(models.TextChoices):
    """The roles of the house; an account without one sees nothing."""

    NONE = "", _("keine Rolle")
    COMMITTEE = "committee", _("Gremium (lesen und fragen)")
    FINANCE = "finance", _("Finanzverwaltung (lesen und erfassen)")


def may_read(user: "User | AnonymousUser") -> bool:
    """Whether the account reads figures: finance, committee, administrators."""
    return bool(user.is_authenticated and user.is_active and (user.is_superuser or user.role))


def may_ask(user: "User | AnonymousUser") -> bool:
    """Whether the account asks about a figure: everybody who reads it. All that a committee member writes."""
    return may_read(user)


def may_edit(user: "User | AnonymousUser") -> bool:
    """Whether the account enters forecasts: finance and administrators."""
    return bool(user.is_authenticated and user.is_active and (user.is_superuser or user.role == Role.FINANCE))


def may_administer(user: "User | AnonymousUser") -> bool:
    """Whether the account sees the administration; which rows it may touch there, its permissions say."""
    return bool(user.is_authenticated and user.is_active and user.is_staff)
