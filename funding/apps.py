"""Programmes, grants and council papers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FundingConfig(AppConfig):
    """Everything that needs both cost and grant."""

    name = "funding"
    verbose_name = _("Förderung")
