"""The shared base."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KimConfig(AppConfig):
    """Users, tokens, and what all pages share."""

    name = "kim"
    verbose_name = _("Benutzer und Zugänge")
