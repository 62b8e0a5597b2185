"""Widgets with the classes KERN expects, whatever form they come from."""

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

register = template.Library()

INPUT = "kern-form-input__input"
SELECT = "kern-form-input__select"
CHECKBOX = "kern-form-check__checkbox"


@register.filter
def shape(field: BoundField) -> str:
    """Return which layout a field takes: ``check`` (one box), ``choices`` (boxes or circles), ``select``, ``input``."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    return "select" if isinstance(widget, forms.Select) else "input"


@register.filter
def kern_widget(field: BoundField) -> SafeString:
    """Return the field's widget with KERN's class, its error variant, and without autofocus.

    Autofocus would put keyboard users behind the skip link and readers past the heading.
    """
    base = {"check": CHECKBOX, "select": SELECT}.get(shape(field), INPUT)
    classes = [field.field.widget.attrs.get("class", ""), base, f"{base}--error" if field.errors else ""]
    return field.as_widget(attrs={"class": " ".join(filter(None, classes)), "autofocus": False})
