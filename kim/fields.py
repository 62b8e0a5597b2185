"""Columns for money and shares of a position: exact, and refusing what they would have to round."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from kim.amounts import parse_amount, parse_date, parse_fte
from kim.errors import AmountError, KimError
from kim.rounding import require_cents


class GermanField(forms.CharField):
    """A text that a pure parser reads; what it refuses stays in the field, with its message beside it.

    There is no ``max_length``: a browser would cut a pasted amount silently, and the parser bounds the text anyway.
    """

    def __init__(self, **options: Any) -> None:
        """Take the field's options; the validators of texts do not apply to what the parser returns."""
        options.pop("max_length", None)
        super().__init__(**options)
        self.validators = []

    def to_python(self, value: Any) -> Any:
        """Return the parsed value, None for empty."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return self.parse(text)
        except KimError as error:
            raise ValidationError(error.message, code=error.code) from error

    def parse(self, text: str) -> Any:
        """Read the text; raises ``KimError``."""
        raise TypeError(text)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare parsed values: 1.000,00 and 1000 are the same amount."""
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


class MoneyFormField(GermanField):
    """Euros typed in German (``913.257,24``)."""

    def __init__(self, *, signed: bool = False, **options: Any) -> None:
        """Build the field; only a ``signed`` one takes a minus."""
        self.signed = signed
        options["help_text"] = options.get("help_text") or _("Betrag in Euro, zum Beispiel 913.257,24")
        super().__init__(**options)
        self.widget.attrs.setdefault("inputmode", "decimal")
        self.widget.attrs.setdefault("autocomplete", "off")

    def parse(self, text: str) -> Decimal:
        """Read the amount; a minus is refused where it means nothing."""
        amount = parse_amount(text)
        if amount < 0 and not self.signed:
            message = f"„{text}“ ist negativ. Hier steht ein Betrag ab 0,00 €."
            raise AmountError(message, value=text)
        return amount

    def prepare_value(self, value: Any) -> Any:
        """Show stored amounts as they are typed."""
        if isinstance(value, Decimal):
            whole, _point, cents = str(abs(require_cents(value))).partition(".")
            grouped = f"{int(whole):,}".replace(",", ".")
            return f"{'-' if value < 0 else ''}{grouped},{cents}"
        return value


class FteFormField(GermanField):
    """A share of a full-time position typed in German (``0,75``)."""

    def __init__(self, **options: Any) -> None:
        """Build the field."""
        options["help_text"] = options.get("help_text") or _("Anteil einer vollen Stelle, zum Beispiel 0,75")
        super().__init__(**options)
        self.widget.attrs.setdefault("inputmode", "decimal")

    def parse(self, text: str) -> Decimal:
        """Read the share."""
        return parse_fte(text)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored share without the zeros of its column."""
        if isinstance(value, Decimal):
            whole, _point, rest = str(value).partition(".")
            return f"{whole},{rest.rstrip('0') or '0'}"
        return value


class DayFormField(GermanField):
    """A day typed in German (``31.12.2022``)."""

    def __init__(self, **options: Any) -> None:
        """Build the field."""
        options["help_text"] = options.get("help_text") or _("Tag.Monat.Jahr, zum Beispiel 31.12.2022")
        super().__init__(**options)
        self.widget.attrs.setdefault("autocomplete", "off")

    def parse(self, text: str) -> Any:
        """Read the day."""
        return parse_date(text)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored day as it is typed."""
        return f"{value:%d.%m.%Y}" if hasattr(value, "strftime") else value


class MoneyField(models.DecimalField):  # type: ignore[type-arg]  # not generic at run time
    """Euros in whole cents.

    The column is ``numeric`` without a scale on purpose: ``numeric(14,2)`` rounds a third decimal silently (half up),
    also from raw SQL. Here it is refused, by this field and by the constraint ``whole_cents`` of each model.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        """Fix the scale to cents."""
        options["max_digits"] = 14
        options["decimal_places"] = 2
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        """Leave the fixed scale out of migrations."""
        name, path, args, options = super().deconstruct()
        options.pop("max_digits", None)
        options.pop("decimal_places", None)
        return name, path, args, options

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 - signature of Django
        """Return a column that keeps what it gets."""
        return "numeric"

    def get_prep_value(self, value: Any) -> Any:
        """Refuse floats and third decimals before Django would round them."""
        if isinstance(value, float):
            message = f"{value!r} ist eine Gleitkommazahl. Geld wird als Decimal gespeichert."
            raise AmountError(message, value=value)
        if isinstance(value, Decimal):
            require_cents(value)
        return super().get_prep_value(value)

    def to_python(self, value: Any) -> Any:
        """Refuse what is no exact amount, as an error of the form."""
        found = super().to_python(value)
        if isinstance(found, Decimal):
            try:
                return require_cents(found)
            except AmountError as error:
                raise ValidationError(error.message, code=error.code) from error
        return found

    def formfield(self, **options: Any) -> Any:  # type: ignore[override] # only our own class fits
        """Use the strict German field."""
        return models.Field.formfield(
            self, **{"form_class": MoneyFormField, **{k: v for k, v in options.items() if k != "widget"}}
        )


class FteField(models.DecimalField):  # type: ignore[type-arg]  # not generic at run time
    """A share of a full-time position, numeric(6,4)."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Fix the scale."""
        options["max_digits"] = 6
        options["decimal_places"] = 4
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        """Leave the fixed scale out of migrations."""
        name, path, args, options = super().deconstruct()
        options.pop("max_digits", None)
        options.pop("decimal_places", None)
        return name, path, args, options

    def formfield(self, **options: Any) -> Any:  # type: ignore[override] # only our own class fits
        """Use the strict German field."""
        return models.Field.formfield(
            self, **{"form_class": FteFormField, **{k: v for k, v in options.items() if k != "widget"}}
        )


class DayField(models.DateField):  # type: ignore[type-arg]  # not generic at run time
    """A day, typed in German."""

    def formfield(self, **options: Any) -> Any:  # type: ignore[override] # only our own class fits
        """Use the strict German field."""
        return models.Field.formfield(
            self, **{"form_class": DayFormField, **{k: v for k, v in options.items() if k != "widget"}}
        )
