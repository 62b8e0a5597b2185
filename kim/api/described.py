"""What answers of all parts of the house are made of, for the OpenAPI document: amounts, sources, derivations.

These serializers are never run: answers are plain dicts, and a test validates each against the document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from kim.api.schema import described
from kim.figures import UNITS, Status, Step

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

Described = type[serializers.Serializer[Any]]


def word(values: Any, text: Text) -> serializers.ChoiceField:
    """Return one of a few words."""
    return serializers.ChoiceField(choices=list(values), help_text=text)


def amount(text: Text) -> serializers.RegexField:
    """Return euros as text."""
    return serializers.RegexField(r"^-?[0-9]+\.[0-9]{2}$", help_text=text)


def year(text: Text) -> serializers.IntegerField:
    """Return a fiscal year."""
    return serializers.IntegerField(min_value=2000, max_value=2099, help_text=text)


def day(text: Text, *, optional: bool = False) -> serializers.DateField:
    """Return a day after ISO 8601."""
    return serializers.DateField(allow_null=optional, help_text=text)


SourceSerializer = described(
    "Source",
    text=serializers.CharField(help_text=_("Fundstelle.")),
    status=word((status.value for status in Status), _("Wie weit die Quelle trägt; alles nach derived ist Annahme.")),
    note=serializers.CharField(allow_blank=True, help_text=_("Anmerkung.")),
)
FteSerializer = described(
    "Fte",
    amount=serializers.RegexField(r"^[0-9]+\.[0-9]{2,4}$", help_text=_("Anteil einer vollen Stelle.")),
    unit=word(["FTE"], _("Vollzeitstelle.")),
)
MoneySerializer = described("Money", amount=amount(_("Betrag.")), unit=word(["EUR"], _("Euro.")))
PercentSerializer = described("Percent", amount=amount(_("Wert.")), unit=word(["%"], _("Prozent.")))
ProofSerializer = described(
    "Proof",
    text=serializers.CharField(help_text=_("Fundstelle.")),
    status=word((status.value for status in Status), _("Wie weit die Quelle trägt.")),
    reference=serializers.CharField(required=False, help_text=_("Stelle in der Quelle oder Anmerkung.")),
    row=serializers.CharField(required=False, help_text=_("Zeile, in der der Wert steht.")),
    recorded_by=serializers.CharField(required=False, help_text=_("Welche Stelle ihn erfasst hat.")),
    recorded_on=serializers.CharField(required=False, help_text=_("Wann er erfasst wurde.")),
)


_DerivationBase: Any = described(
    "DerivationBase",
    key=serializers.CharField(help_text=_("Name der Zahl.")),
    amount=serializers.RegexField(r"^-?[0-9]+(\.[0-9]+)?$", help_text=_("Wert.")),
    unit=word(UNITS, _("Einheit.")),
    step=word((step.value for step in Step), _("Rechenschritt; „given“ ist ein erfasster Wert.")),
    subject=serializers.CharField(required=False, help_text=_("Worum es geht.")),
    mode=serializers.CharField(required=False, help_text=_("Einzelheit des Rechenschritts.")),
    note=serializers.CharField(required=False, help_text=_("Grund.")),
    source=ProofSerializer(required=False),
)


class DerivationSerializer(_DerivationBase):
    """A figure with everything it was made from, as the document describes it."""

    def get_fields(self) -> dict[str, Any]:
        """Add the parts, which are of the same kind."""
        return {**super().get_fields(), "inputs": DerivationSerializer(many=True, required=False)}


def figure(name: str, unit: str) -> Described:
    """Return an amount with its unit, and with its derivation where it was asked for."""
    return described(
        name,
        amount=amount(_("Wert mit zwei Nachkommastellen.")),
        unit=word([unit], _("Einheit.")),
        derivation=DerivationSerializer(required=False, help_text=_("Nur mit „explain=1“.")),
    )


FigureSerializer = figure("Figure", "EUR")
RatioSerializer = figure("Ratio", "%")
