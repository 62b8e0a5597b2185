"""What the answer about a paper's finance block looks like, for the OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from funding.api.schemas import MEANING, scenario, version
from funding.calculation.financeblock import Contradiction
from funding.models import BudgetStatus
from kim.api.described import FigureSerializer, RatioSerializer, SourceSerializer, day, word
from kim.api.described import year as fiscal_year
from kim.api.schema import described

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text


def _tick(text: Text) -> serializers.BooleanField:
    return serializers.BooleanField(allow_null=True, help_text=text)


def _words(text: Text) -> serializers.CharField:
    return serializers.CharField(allow_null=True, help_text=text)


def _from_year(text: Text) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=2000, max_value=2099, allow_null=True, help_text=text)


def _money(text: Text, *, optional: bool = False) -> Any:
    return FigureSerializer(allow_null=optional, help_text=text)


_FundingSerializer = described(
    "FundingInPaper",
    applied=_tick(_("Fördermittel beantragt.")),
    percent=RatioSerializer(allow_null=True, help_text=_("Förderung in Prozent; null ohne Aufwand oder ohne Betrag.")),
    programme=_words(_("Name des Förderprogramms.")),
    resolution_date=day(_("Tag des Ratsbeschlusses."), optional=True),
    resolution_number=_words(_("Nummer der Vorlage, zu der er gefasst wurde.")),
    amount=_money(_("Beantragte Förderhöhe."), optional=True),
    by_account=described(
        "FundingByAccount",
        ledger_account=_words(_("Sachkonto; null: nicht erfasst.")),
        amount=_money(_("Teil der Förderung.")),
    )(many=True),
)
_LaterSerializer = described(
    "AmountFromYear",
    from_year=_from_year(_("Ab diesem Haushaltsjahr.")),
    amount=_money(_("Betrag im Jahr."), optional=True),
    product=_words(_("Produkt.")),
    ledger_account=_words(_("Sachkonto.")),
)
FinanceBlockSerializer = described(
    "FinanceBlock",
    paper=serializers.CharField(help_text=_("Kurzname der Vorlage.")),
    number=serializers.CharField(help_text=_("Nummer der Vorlage.")),
    programme=serializers.CharField(help_text=_("Kurzname des Förderprogramms.")),
    fiscal_year=fiscal_year(_("Haushaltsjahr.")),
    scenario=scenario(),
    version=version(),
    status=word(BudgetStatus.values, _("Wie weit der Haushalt des Jahres ist.")),
    no_impact=_tick(_("Keine finanziellen Auswirkungen.")),
    operating=described(
        "OperatingImpact",
        affected=_tick(_("Ergebniswirksam.")),
        product=_words(_("Produkt oder Innenauftrag.")),
        ledger_account=_words(_("Sachkonto der Aufwendungen.")),
        expense=_money(_("Aufwendungen für die Maßnahme, wie die Vorlage sie druckt.")),
        funding=_FundingSerializer(),
    )(),
    capital=described(
        "CapitalImpact",
        affected=_tick(_("Investiv.")),
        funds_centres=_words(_("Finanzstelle/n.")),
        commitment_items=_words(_("Finanzposition/en.")),
        payments=_money(_("Auszahlungen für die Maßnahme."), optional=True),
        funding=_FundingSerializer(),
    )(),
    cover=described(
        "Cover",
        sufficiently_budgeted=_tick(_("Im Haushalt ausreichend veranschlagt.")),
        appropriations_sufficient=_tick(_("Ansätze sind ausreichend.")),
        covered_from=_words(_("Deckung aus Produkt oder Finanzstelle.")),
        covered_amount=_money(_("Deckung in Höhe von."), optional=True),
    )(),
    follow_up_expense=described(
        "FollowUpExpense",
        from_year=_from_year(_("Folgeaufwendungen ab Haushaltsjahr; null: die Förderung ist nicht befristet.")),
        amount=_money(_("Personal- und Sachaufwand; null: das Jahr liegt nicht im Plan."), optional=True),
        scenario=scenario(),
        grant_has_ended=serializers.BooleanField(help_text=_("In diesem Jahr und Szenario zahlt das Land nichts.")),
        remark=_words(_("Zusatz der Vorlage.")),
        depreciation=_money(_("Bilanzielle Abschreibungen."), optional=True),
        not_quantifiable=_tick(_("Aktuell nicht bezifferbar.")),
    )(),
    follow_up_revenue=_LaterSerializer(help_text=_("Jährliche Folgeerträge.")),
    savings=_LaterSerializer(help_text=_("Einsparungen.")),
    treasury_note=_words(_("Hinweis der Kämmerei.")),
    sustainability=described(
        "Sustainability",
        climate_affected=_tick(_("Klimaschutz betroffen.")),
        statement=_words(_("Nachhaltigkeit.")),
        short_term=_words(_("kurz- bis mittelfristige Nachhaltigkeit.")),
        long_term=_words(_("langfristige Nachhaltigkeit.")),
    )(),
    overview=described(
        "PaperOverview",
        personnel_cost=_money(MEANING["personnel_cost"]),
        grant_for_personnel=_money(MEANING["grant_for_personnel"]),
        shortfall=_money(MEANING["shortfall"]),
        measures_not_funded=_money(
            _("Um so viel weichen die Maßnahmen von ihrer Förderung ab; null: gar nicht."), optional=True
        ),
    )(),
    bridge=described(
        "RoundingBridge",
        expense=_money(MEANING["expense"]),
        rounding=_money(_("Was das Runden dazugibt oder wegnimmt."), optional=True),
        printed=_money(_("Aufwand, wie ihn die Vorlage druckt.")),
        grant=_money(MEANING["grant"]),
        printed_less_grant=_money(_("Gedruckter Aufwand abzüglich Förderung: nicht die Mehrkosten."), optional=True),
        shortfall=_money(MEANING["shortfall"]),
    )(),
    contradictions=serializers.ListField(
        child=word((one.value for one in Contradiction), _("Angabe, der die Berechnung widerspricht.")),
        help_text=_("Angaben, denen die berechneten Zahlen widersprechen."),
    ),
    missing_costs=serializers.ListField(
        child=serializers.CharField(), help_text=_("Stellen und Sachkosten ohne erfassten Betrag; sie zählen mit 0.")
    ),
    assumptions=SourceSerializer(many=True),
)
