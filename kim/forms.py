"""Forms in KERN's look: label, hint, field, error beside it, and a summary of all errors that leads to the fields.

``FORM_RENDERER`` makes this the look of every ``{{ form }}``; the admin draws its own fields and is not touched.
"""

from pathlib import Path
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.validators import MaxLengthValidator
from django.forms.renderers import DjangoTemplates
from django.forms.renderers import __file__ as renderers_file
from django.template.backends.django import DjangoTemplates as Backend
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

PROJECT_TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
DJANGO_TEMPLATES = Path(renderers_file).resolve().parent / "templates"


class KernFormRenderer(DjangoTemplates):
    """Django's renderer with our templates for forms and fields, and Django's own for the widgets inside."""

    form_template_name = "kim/forms/form.html"
    field_template_name = "kim/forms/field.html"

    @cached_property
    def engine(self) -> Backend:
        """Look into the project's templates first; Django's renderer knows only those of installed apps."""
        return Backend(
            {"APP_DIRS": True, "DIRS": [PROJECT_TEMPLATES, DJANGO_TEMPLATES], "NAME": "kim-forms", "OPTIONS": {}}
        )


class SignInForm(AuthenticationForm):
    """Name and password. The message does not tell which of the two was wrong."""

    error_messages = {
        "invalid_login": _(
            "Benutzername und Kennwort passen nicht zusammen. Bitte prüfen Sie beide, auch Groß- und Kleinschreibung."
        ),
        "inactive": _("Dieses Konto ist stillgelegt. Bitte wenden Sie sich an die Administration."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the fields as the house does; no autofocus, it would jump over the skip link."""
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Benutzername")
        self.fields["password"].label = _("Kennwort")
        self.fields["username"].widget.attrs.pop("autofocus", None)
        # Django only tells the browser; what is longer than any name would not fit into the record of failures.
        self.fields["username"].validators.append(MaxLengthValidator(self.username_field.max_length))
