"""What answers about frozen versions look like, for the OpenAPI document."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from funding.api.schemas import paged
from funding.models import DatePrecision
from kim.api.described import day, word
from kim.api.schema import described

PAPER: dict[str, Any] = {
    "number": serializers.CharField(help_text=_("Nummer der Vorlage.")),
    "slug": serializers.CharField(),
    "title": serializers.CharField(help_text=_("Betreff.")),
}


def facts() -> dict[str, Any]:
    """Return the fields that list and document share."""
    return {
        "number": serializers.IntegerField(min_value=1, help_text=_("Nummer; zählt je Programm ohne Lücken.")),
        "name": serializers.CharField(help_text=_("Name.")),
        "note": serializers.CharField(allow_blank=True, help_text=_("Warum es die Fassung gibt.")),
        "corrects": serializers.IntegerField(allow_null=True, help_text=_("Nummer der Fassung, die sie berichtigt.")),
        "frozen_at": serializers.DateTimeField(help_text=_("Wann sie festgeschrieben wurde.")),
        "schema": serializers.IntegerField(min_value=1, help_text=_("Nummer der Form des Dokuments.")),
        "seal": serializers.RegexField("^[0-9a-f]{64}$", help_text=_("SHA-256 des Dokuments.")),
    }


VersionSerializer = described(
    "Version",
    **facts(),
    paper=described("PaperOfVersion", **PAPER)(allow_null=True),
    corrected_by=serializers.IntegerField(allow_null=True, help_text=_("Nummer der Fassung, die diese berichtigt.")),
    is_sealed=serializers.BooleanField(help_text=_("Ob das Dokument noch das festgeschriebene ist.")),
)
VersionDocumentSerializer = described(
    "VersionWithDocument",
    **facts(),
    paper=described(
        "PaperOfDocument",
        **PAPER,
        paper_date=day(_("Datum; ist nur das Jahr bekannt, steht hier dessen 1. Januar.")),
        paper_date_precision=word(DatePrecision.values, _("„day“: das Datum ist bekannt; „year“: nur das Jahr.")),
    )(allow_null=True),
    frozen_by=serializers.CharField(help_text=_("Welche Stelle sie festgeschrieben hat.")),
    document=described(
        "FrozenDocument",
        schema=serializers.IntegerField(min_value=1, help_text=_("Nummer der Form des Dokuments.")),
        version=serializers.DictField(help_text=_("Nummer, Name, Anmerkung, wann und durch wen.")),
        paper=serializers.DictField(
            allow_null=True, help_text=_("Die Vorlage mit Beschlussentwurf und Beratungsfolge.")
        ),
        inputs=serializers.DictField(help_text=_("Die Zeilen, aus denen gerechnet wurde.")),
        figures=serializers.DictField(help_text=_("Quellen, Träger, Rechenschritte; die Zahlen je Szenario und Jahr.")),
    )(),
)
VERSIONS = paged("Versions", VersionSerializer)
