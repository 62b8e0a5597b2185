"""Who may use the API."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from kim.roles import may_read


class ReadsFigures(BasePermission):
    """Every role that reads figures; an account without a role is refused (403)."""

    message = "Dieses Konto hat keine Rolle, die Zahlen lesen darf. Bitte an die Administration wenden."

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - signature of REST framework
        """Decide by the role of the account."""
        return may_read(request.user)
