"""What answers about council papers look like, for the OpenAPI document; never run, as ``funding.api.schemas``."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from funding.api.schemas import paged
from funding.models import DatePrecision, ItemKind, ItemStatus, MeetingRole, Outcome, PaperKind
from funding.oparl.reading import COMMITTEE, IS_PUBLIC, MEETING_DATE, OWN
from kim.api.described import SourceSerializer, day, word
from kim.api.schema import described
from kim.figures import Status

LinkEndSerializer = described(
    "PaperItemLink",
    paper=serializers.CharField(help_text=_("Kurzname der anderen Vorlage.")),
    number=serializers.CharField(help_text=_("Nummer der anderen Vorlage.")),
    item=serializers.IntegerField(help_text=_("Nummer des Beschlusspunkts in der anderen Vorlage.")),
    is_effective=serializers.BooleanField(
        help_text=_("Ob das beschlossen ist; false: ein Entwurf würde es tun, oder er wurde nicht angenommen.")
    ),
    status=word((status.value for status in Status), _("Wie weit die Quelle der Verbindung trägt.")),
)
DecisionSerializer = described(
    "Decision",
    outcome=word(Outcome.values, _("Ausgang.")),
    decided_on=day(_("Tag der Entscheidung; null: nicht bekannt."), optional=True),
    source=SourceSerializer(),
)
PaperSerializer = described(
    "Paper",
    slug=serializers.CharField(),
    number=serializers.CharField(help_text=_("Nummer der Vorlage.")),
    kind=word(PaperKind.values, _("Vorlage der Verwaltung oder Änderungsantrag.")),
    title=serializers.CharField(help_text=_("Betreff.")),
    programme=serializers.CharField(help_text=_("Kurzname des Förderprogramms.")),
    paper_date=day(_("Datum; ist nur das Jahr bekannt, steht hier dessen 1. Januar.")),
    paper_date_precision=word(
        DatePrecision.values, _("„day“: das Datum ist bekannt; „year“: nur das Jahr, Tag und Monat bedeuten nichts.")
    ),
    status=word(ItemStatus.values, _("Stand.")),
    originator=serializers.CharField(allow_blank=True, help_text=_("Eingebracht von (Stelle oder Fraktionen).")),
    file_reference=serializers.CharField(allow_blank=True, help_text=_("Aktenzeichen.")),
    note=serializers.CharField(allow_blank=True, help_text=_("Anmerkung, zum Beispiel was nicht öffentlich ist.")),
    url=serializers.URLField(allow_null=True, help_text=_("Adresse im Ratsinformationssystem, wenn bekannt.")),
    oparl=serializers.CharField(help_text=_("Adresse derselben Vorlage als OParl-Objekt.")),
    amendment_to=serializers.CharField(
        allow_null=True, help_text=_("Kurzname der Vorlage, zu der ein Änderungsantrag gehört.")
    ),
    amendments=serializers.ListField(
        child=serializers.CharField(), help_text=_("Kurznamen der Änderungsanträge zu dieser Vorlage.")
    ),
    versions=serializers.ListField(
        child=serializers.IntegerField(),
        help_text=_("Nummern der Fassungen, die für sie festgeschrieben sind."),
    ),
    items=described(
        "PaperItem",
        number=serializers.IntegerField(),
        kind=word(ItemKind.values, _("Gegenstand.")),
        text=serializers.CharField(help_text=_("Wortlaut.")),
        is_verbatim=serializers.BooleanField(help_text=_("false: sinngemäß, der Wortlaut ist nicht öffentlich.")),
        status=word(ItemStatus.values, _("Stand.")),
        holds_until=day(_("Gilt bis; null: ohne Enddatum."), optional=True),
        decision=DecisionSerializer(allow_null=True, help_text=_("Was entschieden wurde; null: noch nichts.")),
        amends=LinkEndSerializer(many=True, help_text=_("Was er ändert.")),
        extends=LinkEndSerializer(many=True, help_text=_("Was er erweitert.")),
        repeals=LinkEndSerializer(many=True, help_text=_("Was er aufhebt.")),
        amended_by=LinkEndSerializer(many=True, help_text=_("Was ihn ändert.")),
        extended_by=LinkEndSerializer(many=True, help_text=_("Was ihn erweitert.")),
        repealed_by=LinkEndSerializer(many=True, help_text=_("Was ihn aufhebt.")),
    )(many=True),
    meetings=described(
        "Meeting",
        committee=serializers.CharField(help_text=_("Gremium.")),
        meeting_date=day(_("Datum.")),
        role=word(MeetingRole.values, _("Beratung oder Entscheidung.")),
        is_public=serializers.BooleanField(),
    )(many=True),
)
PAPERS = paged("Papers", PaperSerializer)

OParlPaperSerializer = described(
    "OParlPaper",
    **{
        "id": serializers.URLField(help_text=_("Adresse dieses Objekts.")),
        "type": serializers.ChoiceField(choices=["https://schema.oparl.org/1.1/Paper"]),
        "name": serializers.CharField(help_text=_("Betreff.")),
        "reference": serializers.CharField(help_text=_("Nummer der Vorlage.")),
        "paperType": serializers.CharField(help_text=_("Art der Vorlage.")),
        "date": serializers.DateField(required=False, help_text=_("Datum; fehlt, wenn der Tag nicht bekannt ist.")),
        "superordinatedPaper": serializers.ListField(child=serializers.URLField(), required=False),
        "subordinatedPaper": serializers.ListField(child=serializers.URLField(), required=False),
        "relatedPaper": serializers.ListField(
            child=serializers.URLField(), required=False,
            help_text=_("Vorlagen, deren Beschlusspunkte diese ändert, erweitert oder aufhebt, und umgekehrt."),
        ),
        "consultation": described(
            "OParlConsultation",
            **{
                "id": serializers.URLField(),
                "type": serializers.ChoiceField(choices=["https://schema.oparl.org/1.1/Consultation"]),
                "authoritative": serializers.BooleanField(help_text=_("Ob in dieser Sitzung entschieden wird.")),
                "role": serializers.CharField(),
                COMMITTEE: serializers.CharField(help_text=_("Gremium; dessen OParl-Adresse ist nicht bekannt.")),
                MEETING_DATE: serializers.DateField(help_text=_("Tag der Sitzung.")),
                IS_PUBLIC: serializers.BooleanField(help_text=_("Ob öffentlich beraten wird.")),
            },
        )(many=True),
        "web": serializers.URLField(required=False, help_text=_("Seite im Ratsinformationssystem, wenn bekannt.")),
        "created": serializers.DateTimeField(required=False, help_text=_("Seit wann sie hier erfasst ist.")),
        "modified": serializers.DateTimeField(required=False, help_text=_("Wann sie hier zuletzt geändert wurde.")),
        f"{OWN}status": serializers.ChoiceField(choices=list(ItemStatus.values), help_text=_("Stand.")),
        f"{OWN}paper": serializers.URLField(help_text=_("Dieselbe Vorlage in der eigenen Schnittstelle.")),
    },
)  # fmt: skip
