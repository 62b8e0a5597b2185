"""What the answer about causes looks like, for the OpenAPI document, with an example of the founding case."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from funding.api.schemas import MEANING
from funding.calculation.causes import Cause
from funding.calculation.comparison import KEYS
from kim.api.described import MoneySerializer, word
from kim.api.schema import described

ThreeFiguresSerializer = described("ThreeFigures", **{key: MoneySerializer(help_text=MEANING[key]) for key in KEYS})
StateSerializer = described(
    "ComparedState",
    state=serializers.CharField(help_text=_("Name des Standes, wie er in der Adresse steht.")),
    name=serializers.CharField(help_text=_("Derselbe Stand in Worten.")),
    version=serializers.IntegerField(allow_null=True, help_text=_("Nummer der Fassung; null: keine.")),
    scenario=serializers.CharField(help_text=_("Kurzname des Szenarios.")),
    figures=ThreeFiguresSerializer(help_text=_("Die Zahlen dieses Standes.")),
)
CausesSerializer = described(
    "Causes",
    programme=serializers.CharField(help_text=_("Kurzname des Programms.")),
    fiscal_year=serializers.IntegerField(help_text=_("Haushaltsjahr.")),
    **{"from": StateSerializer(help_text=_("Erster Stand.")), "to": StateSerializer(help_text=_("Zweiter Stand."))},
    difference=ThreeFiguresSerializer(help_text=_("Zweiter Stand abzüglich des ersten; Summe aller Ursachen.")),
    causes=described(
        "CauseOfChange",
        cause=word([one.value for one in Cause], _("Ursache.")),
        name=serializers.CharField(help_text=_("Die Ursache in Worten.")),
        difference=ThreeFiguresSerializer(help_text=_("Was diese Ursache allein ändert.")),
        values=described(
            "MovedValue",
            name=serializers.CharField(help_text=_("Was sich bewegt hat.")),
            before=serializers.CharField(help_text=_("Wert im ersten Stand, in Worten.")),
            after=serializers.CharField(help_text=_("Wert im zweiten Stand, in Worten.")),
        )(many=True, help_text=_("Werte, die sich bewegt haben.")),
    )(many=True, help_text=_("Alle Ursachen in fester Reihenfolge.")),
)


def _three(expense: str, grant: str, shortfall: str) -> dict[str, Any]:
    amounts = {"expense": expense, "grant": grant, "shortfall": shortfall}
    return {key: {"amount": amount, "unit": "EUR"} for key, amount in amounts.items()}


EXAMPLE: dict[str, Any] = {
    "programme": "kim-nrw",
    "fiscal_year": 2022,
    "from": {
        "state": "fassung-1", "name": "Fassung 1: Vorlage 2021/1121", "version": 1, "scenario": "in-force",
        "figures": _three("962257.24", "625600.00", "336657.24"),
    },
    "to": {
        "state": "heute", "name": "Arbeitsstand", "version": None, "scenario": "in-force",
        "figures": _three("1042257.24", "680600.00", "361657.24"),
    },
    "difference": _three("80000.00", "55000.00", "25000.00"),
    "causes": [
        {
            "cause": "pay_agreement", "name": "Tarifabschlüsse", "difference": _three("0.00", "0.00", "0.00"),
            "values": [],
        },
        {
            "cause": "positions", "name": "Stellen hinzugekommen oder weggefallen",
            "difference": _three("80000.00", "0.00", "80000.00"),
            "values": [{"name": "Stelle Casemanagement 6", "before": "nicht geplant", "after": "1,0 VZÄ"}],
        },
        {
            "cause": "lump_sum", "name": "Pauschalen und Höchstbeträge",
            "difference": _three("0.00", "55000.00", "-55000.00"),
            "values": [
                {
                    "name": "Höchstbetrag Casemanagement (Stellen)", "before": "275.000,00 €", "after": "330.000,00 €",
                }
            ],
        },
    ],
}  # fmt: skip
