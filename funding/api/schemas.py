"""What the answers look like, for the OpenAPI document. These serializers are never run: answers are plain dicts.

A test holds both together: every answer of the founding case is validated against the document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from funding.api.answers import MODULE_KEYS, PROVIDER_KEYS, TOP_UP_KEYS, YEAR_KEYS
from funding.calculation.inputs import Parameter
from funding.models import AccountUse, BudgetStatus, Covers, Instrument, ModuleKind
from kim.api.described import (
    Described,
    FigureSerializer,
    FteSerializer,
    MoneySerializer,
    PercentSerializer,
    RatioSerializer,
    SourceSerializer,
    amount,
    day,
    word,
    year,
)
from kim.api.schema import described
from kim.figures import Status
from staffing.models import DECLARED, PositionBasisKind, ProviderKind, Tariff

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

MEANING: dict[str, Text] = {
    "position_cost": _("Personalkosten der Stellen."),
    "workplace_cost": _("Sachausgaben für Personal (Arbeitsplätze)."),
    "personnel_cost": _("Stellen und Arbeitsplätze."),
    "measures_cost": _("Maßnahmen."),
    "expense": _("Gesamtaufwand."),
    "expense_in_paper": _("Gesamtaufwand, wie ihn die Vorlage gerundet druckt; null ohne Rundungsregel."),
    "grant_for_positions": _("Förderung für Stellen."),
    "grant_for_material": _("Förderung für Sachkosten."),
    "grant_for_personnel": _("Förderung für Stellen und Arbeitsplätze."),
    "grant": _("Förderung des Landes."),
    "shortfall": _("Was der Stadt bleibt: Gesamtaufwand minus Förderung; negativ, wenn die Förderung höher ist."),
    "full_cost": _("Was die Stadt in diesem Jahr ohne jede Förderung trüge."),
    "funding_ratio": _("Förderung in Prozent des Gesamtaufwands; null ohne Aufwand."),
    "needed": _("Was die Stadt dazulegen muss: die Mehrkosten des Jahres."),
    "planned": _("Noch anzumelden, wenn erfasst."),
    "registered": _("Zum Haushalt angemeldet, wenn erfasst."),
    "adopted": _("Vom Rat beschlossen, wenn erfasst."),
    "open": _("Was noch fehlt: nötig minus beschlossen, ersatzweise minus angemeldet."),
}


def paged(name: str, row: Described) -> Described:
    """Return a page of rows."""
    return described(
        name,
        count=serializers.IntegerField(min_value=0, help_text=_("Zahl aller Zeilen.")),
        next=serializers.URLField(allow_null=True, help_text=_("Adresse der nächsten Seite.")),
        previous=serializers.URLField(allow_null=True, help_text=_("Adresse der vorigen Seite.")),
        results=row(many=True),
    )


def version() -> serializers.IntegerField:
    """Return the number of a frozen version."""
    return serializers.IntegerField(allow_null=True, help_text=_("Nummer der Version; null: der Arbeitsstand."))


def scenario() -> serializers.CharField:
    """Return the slug of a scenario."""
    return serializers.CharField(help_text=_("Kurzname des Szenarios."))


ProviderSerializer = described(
    "Provider",
    slug=serializers.CharField(),
    name=serializers.CharField(),
    kind=word(ProviderKind.values, _("Stadt oder Träger der Freien Wohlfahrt.")),
)


def figures(name: str, keys: tuple[str, ...], *, optional: tuple[str, ...] = ()) -> Described:
    """Return an object with exactly these figures; ``optional`` ones are there only when somebody entered them."""
    fields = {}
    for key in keys:
        kind = RatioSerializer if key == "funding_ratio" else FigureSerializer
        fields[key] = kind(
            help_text=MEANING[key], allow_null=key in {"expense_in_paper", "funding_ratio"},
            required=key not in optional,
        )  # fmt: skip
    return described(name, **fields)


ModuleFiguresSerializer = described(
    "ModuleFigures",
    number=serializers.IntegerField(help_text=_("Nummer des Förderbausteins.")),
    kind=word(ModuleKind.values, _("Wofür er zahlt.")),
    name=serializers.CharField(),
    figures=figures("FiguresOfModule", MODULE_KEYS)(),
)
ProviderFiguresSerializer = described(
    "ProviderFigures",
    slug=serializers.CharField(),
    name=serializers.CharField(),
    kind=word(ProviderKind.values, _("Stadt oder Träger der Freien Wohlfahrt.")),
    figures=figures("FiguresOfProvider", PROVIDER_KEYS)(),
)
AssumptionSerializer = described(
    "Assumption",
    text=serializers.CharField(help_text=_("Fundstelle oder Begründung.")),
    status=word((status.value for status in Status if status.is_assumption), _("Art der Annahme.")),
    note=serializers.CharField(allow_blank=True, help_text=_("Anmerkung.")),
    figures=serializers.ListField(
        child=serializers.ChoiceField(choices=list(YEAR_KEYS)), help_text=_("Zahlen, die auf ihr beruhen.")
    ),
)
YearSerializer = described(
    "FiguresOfYear",
    programme=serializers.CharField(help_text=_("Kurzname des Förderprogramms.")),
    fiscal_year=year(_("Haushaltsjahr.")),
    scenario=scenario(),
    version=version(),
    status=word(BudgetStatus.values, _("Wie weit der Haushalt des Jahres ist.")),
    figures=figures("Figures", YEAR_KEYS)(),
    funding_modules=ModuleFiguresSerializer(many=True),
    providers=ProviderFiguresSerializer(many=True),
    top_up=figures("TopUp", TOP_UP_KEYS, optional=("planned", "registered", "adopted"))(),
    missing_costs=serializers.ListField(
        child=serializers.CharField(), help_text=_("Stellen und Sachkosten ohne erfassten Betrag; sie zählen mit 0.")
    ),
    assumptions=AssumptionSerializer(many=True),
)
SpanSerializer = described(
    "FiguresOfSpan",
    **{
        "programme": serializers.CharField(help_text=_("Kurzname des Förderprogramms.")),
        "from": year(_("Erstes Haushaltsjahr.")),
        "to": year(_("Letztes Haushaltsjahr.")),
        "scenario": scenario(),
        "version": version(),
        "years": YearSerializer(many=True),
    },
)
OverrideSerializer = described(
    "Override",
    parameter=word((parameter.value for parameter in Parameter), _("Was anders gesetzt wird.")),
    last_day=day(_("Letzter Tag; null: bis auf Weiteres."), optional=True),
    first_day=day(_("Ab diesem Tag."), optional=True),
    first_year=serializers.IntegerField(
        min_value=2000, max_value=2099, allow_null=True, help_text=_("Ab diesem Haushaltsjahr.")
    ),
    percent=PercentSerializer(allow_null=True, help_text=_("Um so viel ändert sich der Betrag.")),
    position=serializers.CharField(allow_null=True, help_text=_("Nur diese Stelle (Stellennummer).")),
    provider=serializers.CharField(allow_null=True, help_text=_("Nur bei diesem Träger; null: bei allen.")),
    provider_name=serializers.CharField(allow_null=True),
    reason=SourceSerializer(),
)
ScenarioSerializer = described(
    "Scenario",
    slug=serializers.CharField(),
    name=serializers.CharField(),
    description=serializers.CharField(allow_blank=True),
    overrides=OverrideSerializer(many=True),
)
BudgetLineSerializer = described(
    "BudgetLine",
    fiscal_year=year(_("Haushaltsjahr.")),
    programme=serializers.CharField(help_text=_("Kurzname des Förderprogramms.")),
    cost_object=serializers.CharField(help_text=_("Innenauftrag.")),
    ledger_account=serializers.CharField(help_text=_("Sachkonto.")),
    kind=word(["expense", "revenue"], _("Aufwand oder Ertrag.")),
    amount=amount(_("Betrag in Euro, wie ihn die Vorlage anmeldet.")),
    exact_amount=amount(_("Betrag in Euro, wie er berechnet ist.")),
    scenario=scenario(),
    version=version(),
    status=word(BudgetStatus.values, _("Wie weit der Haushalt des Jahres ist.")),
)
PayPlaceSerializer = described(
    "PayPlace",
    tariff=word(Tariff.values, _("Tabelle.")),
    group=serializers.CharField(help_text=_("Entgeltgruppe.")),
    step=serializers.IntegerField(help_text=_("Stufe.")),
    step_since=day(_("In dieser Stufe seit; null: die Stufe bleibt."), optional=True),
)
PositionSerializer = described(
    "Position",
    reference=serializers.CharField(help_text=_("Stellennummer.")),
    title=serializers.CharField(help_text=_("Bezeichnung.")),
    funding_module=serializers.IntegerField(help_text=_("Nummer des Förderbausteins.")),
    grant_rule=serializers.CharField(help_text=_("Förderregel.")),
    provider=ProviderSerializer(),
    fte=FteSerializer(),
    planned_from=day(_("Stelle geplant ab.")),
    planned_until=day(_("Stelle geplant bis; null: unbefristet."), optional=True),
    funded_from=day(_("Gefördert ab.")),
    funded_until=day(_("Gefördert bis; null: bis auf Weiteres."), optional=True),
    cost_basis=word(
        [DECLARED, *PositionBasisKind.values],
        _(
            "Wie die Kosten des Haushaltsjahres gefunden werden, über das der Rat entscheidet: als erfasster Betrag "
            "(declared), nach einer Entgelttabelle (pay_table), als Pauschale je Vollzeitstelle (workplace_flat), nach "
            "dem Tarif des Trägers (provider_tariff) oder als Jahresbetrag für Beamte (civil_servant)."
        ),
    ),
    pay=PayPlaceSerializer(
        allow_null=True,
        help_text=_("Stelle in der Entgelttabelle, auch wenn ein erfasster Betrag zählt; null: keine Tabelle."),
    ),
    source=SourceSerializer(),
)
CapSerializer = described(
    "Cap",
    covers=word(Covers.values, _("Was begrenzt wird.")),
    amount=MoneySerializer(help_text=_("Höchstbetrag im Jahr.")),
    valid_from=day(_("Gültig ab.")),
    valid_to=day(_("Gültig bis; null: bis auf Weiteres."), optional=True),
    source=SourceSerializer(),
)
FundingModuleSerializer = described(
    "FundingModule",
    number=serializers.IntegerField(help_text=_("Nummer.")),
    kind=word(ModuleKind.values, _("Wofür er zahlt.")),
    name=serializers.CharField(),
    instrument=word(Instrument.values, _("Rechtsform des Geldes.")),
    minimum_fte=FteSerializer(allow_null=True, help_text=_("Kleinster förderfähiger Stellenanteil.")),
    caps=CapSerializer(many=True),
)
LedgerAccountSerializer = described(
    "LedgerAccount",
    number=serializers.CharField(help_text=_("Sachkonto.")),
    use=word(AccountUse.values, _("Was es aufnimmt.")),
)
ProgrammeSerializer = described(
    "Programme",
    slug=serializers.CharField(),
    name=serializers.CharField(),
    short_name=serializers.CharField(),
    municipality=serializers.CharField(help_text=_("Kommune.")),
    grantor=serializers.CharField(help_text=_("Fördergeber.")),
    limited_until=day(_("Ende der Förderung nach geltendem Recht; null: unbefristet."), optional=True),
    limited_until_source=serializers.CharField(allow_blank=True),
    budget_year=year(_("Haushaltsjahr, über das der Rat entscheidet.")),
    first_year=year(_("Erstes Jahr im Plan.")),
    last_year=year(_("Letztes Jahr im Plan.")),
    cost_object=serializers.CharField(help_text=_("Innenauftrag.")),
    ledger_accounts=LedgerAccountSerializer(many=True),
    funding_modules=FundingModuleSerializer(many=True),
)
FIGURES_ANSWER = PolymorphicProxySerializer(
    component_name="FiguresAnswer", serializers=[YearSerializer, SpanSerializer], resource_type_field_name=None
)
SCENARIOS = paged("Scenarios", ScenarioSerializer)
BUDGET_LINES = paged("BudgetLines", BudgetLineSerializer)
PROGRAMMES = paged("Programmes", ProgrammeSerializer)
POSITIONS = paged("Positions", PositionSerializer)
