"""Positions and their cost."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffingConfig(AppConfig):
    """Providers, positions, yearly cost."""

    name = "staffing"
    verbose_name = _("Stellen")
