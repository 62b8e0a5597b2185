"""Who may use the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission

from kim.roles import may_read

if TYPE_CHECKING:
    # The settings name this class, so it is loaded while the module of the views is.
    from rest_framework.request import Request
    from rest_framework.views import APIView


class ReadsFigures(BasePermission):
    """Every role that reads figures; an account without a role is refused (403)."""

    message = _("Dieses Konto hat keine Rolle, die Zahlen lesen darf. Bitte an die Administration wenden.")

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - signature of REST framework
        """Decide by the role of the account."""
        return may_read(request.user)
