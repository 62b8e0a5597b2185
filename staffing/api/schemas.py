"""What the answers about pay look like, for the OpenAPI document. These serializers are never run."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from kim.api.described import FigureSerializer, FteSerializer, SourceSerializer, amount, day, word, year
from kim.api.schema import described
from staffing.models import Tariff

GROUP_PATTERN = r"^[ES](?:[1-9]|1[0-9])[a-c]?$"

BRANCHES = {
    "health_insurance": _("Krankenversicherung."),
    "health_insurance_extra": _("Zusatzbeitrag zur Krankenversicherung."),
    "care_insurance": _("Pflegeversicherung."),
    "pension_insurance": _("Rentenversicherung."),
    "unemployment_insurance": _("Arbeitslosenversicherung."),
    "insolvency_levy": _("Insolvenzgeldumlage; nicht bei der Stadt."),
    "maternity_levy": _("Umlage U2; nur, wenn ein Satz angegeben ist."),
}
FIGURES = {
    "gross": _("Brutto: Tabellenentgelt, Zulage und Jahressonderzahlung."),
    "table_pay": _("Tabellenentgelt im Jahr."),
    "allowance": _("SuE-Zulage im Jahr."),
    "annual_bonus": _("Jahressonderzahlung."),
    "social_insurance": _("Sozialversicherung, Anteil des Arbeitgebers."),
    "supplementary_pension": _("Zusatzversorgung."),
    "personnel": _("Brutto, Sozialversicherung und Zusatzversorgung."),
    "workplace": _("Sachkosten des Arbeitsplatzes; nur, wenn angegeben."),
    "overhead": _("Gemeinkosten; nur, wenn angegeben."),
    "total": _("Was die Stelle im Jahr kostet. Mit „explain=1“ mit dem ganzen Rechenweg bis zu den Monaten."),
}

PayCostSerializer = described(
    "PayCost",
    tariff=word(Tariff.values, _("Entgelttabelle, in der die Gruppe steht.")),
    group=serializers.RegexField(GROUP_PATTERN, help_text=_("Entgeltgruppe.")),
    step=serializers.IntegerField(min_value=1, max_value=6, help_text=_("Stufe am ersten Tag.")),
    fiscal_year=year(_("Haushaltsjahr.")),
    fte=FteSerializer(),
    first_day=day(_("Erster Tag der Beschäftigung im Jahr.")),
    last_day=day(_("Letzter Tag der Beschäftigung im Jahr.")),
    step_since=day(_("Seit wann die Stufe erreicht ist; null: sie bleibt."), optional=True),
    employer=word(["city", "association"], _("Stadt oder Verein: nur dieser zahlt die Insolvenzgeldumlage.")),
    figures=described(
        "PayFigures",
        **{key: FigureSerializer(help_text=text) for key, text in FIGURES.items()},
    )(),
    social_insurance=described(
        "PayBranches",
        **{key: FigureSerializer(help_text=text, required=False) for key, text in BRANCHES.items()},
    )(help_text=_("Die Sozialversicherung nach Zweigen.")),
    months=described(
        "PayMonth",
        month=serializers.IntegerField(min_value=1, max_value=12, help_text=_("Monat.")),
        amount=amount(_("Kosten des Monats in Euro, ohne Sachkosten des Arbeitsplatzes und Gemeinkosten.")),
    )(many=True),
    assumptions=SourceSerializer(many=True, help_text=_("Worauf die Zahlen beruhen, ohne dass es belegt ist.")),
)
