"""Examples for the OpenAPI document, from the founding case and shortened. A test validates each against its schema."""

from typing import Any

Json = dict[str, Any]


def eur(amount: str) -> Json:
    """Return an amount in euros."""
    return {"amount": amount, "unit": "EUR"}


def _page(*rows: Json) -> Json:
    return {"count": len(rows), "next": None, "previous": None, "results": list(rows)}


FIGURES = {
    "programme": "kim-nrw",
    "fiscal_year": 2022,
    "scenario": "grant-continues",
    "version": None,
    "status": "draft",
    "figures": {
        "position_cost": eur("884157.24"),
        "workplace_cost": eur("29100.00"),
        "personnel_cost": eur("913257.24"),
        "measures_cost": eur("49000.00"),
        "expense": eur("962257.24"),
        "expense_in_paper": eur("962300.00"),
        "grant_for_positions": eur("547500.00"),
        "grant_for_material": eur("78100.00"),
        "grant_for_personnel": eur("576600.00"),
        "grant": eur("625600.00"),
        "shortfall": eur("336657.24"),
        "full_cost": eur("962257.24"),
        "funding_ratio": {"amount": "65.01", "unit": "%"},
    },
    "funding_modules": [
        {
            "number": 1,
            "kind": "coordination",
            "name": "Koordination",
            "figures": {
                "position_cost": eur("258777.74"),
                "workplace_cost": eur("29100.00"),
                "measures_cost": eur("49000.00"),
                "expense": eur("336877.74"),
                "grant_for_positions": eur("160000.00"),
                "grant_for_material": eur("78100.00"),
                "grant": eur("238100.00"),
                "shortfall": eur("98777.74"),
                "full_cost": eur("336877.74"),
            },
        },
    ],
    "providers": [
        {
            "slug": "ki",
            "name": "Kommunales Integrationszentrum",
            "kind": "department",
            "figures": {
                "expense": eur("423136.98"),
                "grant": eur("293100.00"),
                "shortfall": eur("130036.98"),
            },
        },
    ],
    "top_up": {
        "needed": eur("336657.24"),
        "registered": eur("336657.24"),
        "open": eur("0.00"),
    },
    "missing_costs": [],
    "assumptions": [
        {
            "text": "Vorlage 2021/1121: gedruckt 962.300,00 €, genau 962.257,24 €",
            "status": "assumed",
            "note": "Annahme: auf volle 100 € aufgerundet; kaufmännisch gerundet ergibt sich hier dasselbe",
            "figures": ["expense_in_paper"],
        },
    ],
}
SCENARIOS = _page(
    {
        "slug": "grant-ends",
        "name": "Förderung endet",
        "description": "Das Land fördert nur bis zum Ende der Befristung.",
        "overrides": [
            {
                "parameter": "grant_until",
                "last_day": "2022-12-31",
                "first_day": None,
                "first_year": None,
                "percent": None,
                "position": None,
                "provider": None,
                "provider_name": None,
                "reason": {"text": "Vorlage 2021/1121, Begründung", "status": "assumed", "note": ""},
            },
        ],
    },
)
BUDGET_LINES = _page(
    {
        "fiscal_year": 2022,
        "programme": "kim-nrw",
        "cost_object": "900006110102",
        "ledger_account": "549900",
        "kind": "expense",
        "amount": "962300.00",
        "exact_amount": "962257.24",
        "scenario": "in-force",
        "version": None,
        "status": "draft",
    },
)
PROGRAMME = {
    "slug": "kim-nrw",
    "name": "Kommunales Integrationsmanagement NRW",
    "short_name": "KIM NRW",
    "municipality": "Stadt Leverkusen",
    "grantor": "Land Nordrhein-Westfalen",
    "limited_until": "2022-12-31",
    "limited_until_source": "Vorlage 2021/1121, Begründung: „zunächst bis zum 31.12.2022 befristet“",
    "budget_year": 2022,
    "first_year": 2022,
    "last_year": 2026,
    "cost_object": "900006110102",
    "ledger_accounts": [{"number": "549900", "use": "expense"}],
    "funding_modules": [
        {
            "number": 1,
            "kind": "coordination",
            "name": "Koordination",
            "instrument": "grant",
            "minimum_fte": {"amount": "0.50", "unit": "FTE"},
            "caps": [
                {
                    "covers": "positions",
                    "amount": eur("192500.00"),
                    "valid_from": "2020-07-01",
                    "valid_to": None,
                    "source": {"text": "Vorlage 2021/1121, Förderbaustein 1", "status": "verified", "note": ""},
                },
            ],
        },
    ],
}
PROGRAMMES = _page(PROGRAMME)
POSITIONS = _page(
    {
        "reference": "KIM-1-1",
        "title": "Koordination 1",
        "funding_module": 1,
        "grant_rule": "Koordination",
        "provider": {"slug": "ki", "name": "Kommunales Integrationszentrum", "kind": "department"},
        "fte": {"amount": "1.00", "unit": "FTE"},
        "planned_from": "2020-07-01",
        "planned_until": None,
        "funded_from": "2020-07-01",
        "funded_until": None,
        "cost_basis": "declared",
        "pay": None,
        "source": {"text": "Vorlage 2021/1121, Förderbaustein 1", "status": "verified", "note": ""},
    },
)
_VERSION = {
    "number": 1,
    "name": "Vorlage 2021/1121",
    "note": "Stand der Vorlage",
    "corrects": None,
    "frozen_at": "2021-11-04T09:30:00+01:00",
}
_SEAL = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_PAPER = {
    "number": "2021/1121",
    "slug": "2021-1121",
    "title": "Landesprogramm „Kommunales Integrationsmanagement NRW“ (KIM NRW)",
}
VERSIONS = _page(
    {**_VERSION, "paper": _PAPER, "corrected_by": None, "schema": 1, "seal": _SEAL, "is_sealed": True},
)
VERSION = {
    **_VERSION,
    "frozen_by": "Finanzverwaltung",
    "paper": {**_PAPER, "paper_date": "2021-11-04", "paper_date_precision": "day"},
    "schema": 1,
    "seal": _SEAL,
    "document": {
        "schema": 1,
        "version": {**_VERSION, "frozen_by": "Finanzverwaltung"},
        "paper": {**_PAPER, "paper_date": "2021-11-04"},
        "inputs": {"slug": "kim-nrw", "budget_year": 2022},
        "figures": {
            "sources": [{"text": "Vorlage 2021/1121", "status": "verified"}],
            "providers": [],
            "nodes": [
                {"key": "position_cost", "amount": "884157.24", "unit": "EUR", "step": "given", "source": 0},
                {"key": "personnel_cost", "amount": "884157.24", "unit": "EUR", "step": "sum", "inputs": [0]},
            ],
            "scenarios": {},
        },
    },
}
