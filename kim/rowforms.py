"""Forms of one row: strict German input, messages of constraints at their fields, and who saved it."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kim.errors import PeriodError
from kim.fields import GermanField
from kim.models import User
from kim.years import FIRST_YEAR, LAST_YEAR

YEAR_DIGITS = 4
CHOOSE = _("Bitte wählen")
NOTHING_CHOSEN = _("keine Angabe")


class YearFormField(GermanField):
    """A fiscal year, four digits."""

    def __init__(self, **options: Any) -> None:
        """Build the field; what the model says about numbers does not apply to a text."""
        for name in ("min_value", "max_value"):
            options.pop(name, None)
        options["help_text"] = options.get("help_text") or _("Vier Ziffern, zum Beispiel 2023")
        super().__init__(**options)
        self.widget.attrs.setdefault("inputmode", "numeric")

    def parse(self, text: str) -> int:
        """Read the year."""
        if text.isascii() and text.isdigit() and len(text) == YEAR_DIGITS and FIRST_YEAR <= int(text) <= LAST_YEAR:
            return int(text)
        message = f"„{text}“ ist kein Haushaltsjahr. Bitte ein Jahr von {FIRST_YEAR} bis {LAST_YEAR} angeben."
        raise PeriodError(message, value=text)


class RowForm(forms.ModelForm):  # type: ignore[type-arg]  # subclasses name their model
    """The form of one row.

    The database has the last word: what a constraint refuses comes back as a message at the field that the
    constraint's code names, never as an error page, and nothing is saved.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        """Name the empty choice; a row of dashes is read aloud one by one, and says nothing to anybody."""
        super().__init__(*args, **options)
        for field in self.fields.values():
            empty = CHOOSE if field.required else NOTHING_CHOSEN
            if isinstance(field, forms.ModelChoiceField) and field.empty_label is not None:
                field.empty_label = empty
            elif isinstance(field, forms.ChoiceField):
                known: Any = field.choices
                field.choices = [(value, label if value else empty) for value, label in known]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        self._move_to_fields()

    def _get_validation_exclusions(self) -> set[str]:
        """Check every constraint, also those over columns that the form does not show; they are set by now."""
        found: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return found & set(self.fields)

    def _move_to_fields(self) -> None:
        errors = self.errors
        if not errors or NON_FIELD_ERRORS not in errors:
            return
        general = errors.pop(NON_FIELD_ERRORS).as_data()
        for error in general:
            self.add_error(error.code if error.code in self.fields else None, error)

    def save_by(self, user: User | None) -> Any:
        """Save the row as ``user``; raises ``ValidationError`` when somebody's save came first.

        None stands for the programme's own data, behind which no account is.
        """
        if "recorded_by" in {field.name for field in self.instance._meta.fields}:
            self.instance.recorded_by = user
        try:
            with transaction.atomic():
                return self.save()
        except IntegrityError as error:
            message = _(
                "Jemand anderes hat inzwischen etwas gespeichert, das hierzu nicht passt. Bitte die Seite neu laden."
            )
            raise ValidationError(message, code="conflict") from error
