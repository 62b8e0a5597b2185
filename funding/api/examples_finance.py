"""The finance block of the founding paper, as the law in force had it."""

from typing import Any

from funding.api.examples import eur

Json = dict[str, Any]

FINANCE_BLOCK: Json = {
    "paper": "2021-1121",
    "number": "2021/1121",
    "programme": "kim-nrw",
    "fiscal_year": 2022,
    "scenario": "in-force",
    "version": None,
    "status": "draft",
    "no_impact": None,
    "operating": {
        "affected": True,
        "product": "900006110102",
        "ledger_account": "549900",
        "expense": eur("962300.00"),
        "funding": {
            "applied": None,
            "percent": {"amount": "65.01", "unit": "%"},
            "programme": "KIM NRW",
            "resolution_date": None,
            "resolution_number": None,
            "amount": eur("625600.00"),
            "by_account": [
                {"ledger_account": "414100", "amount": eur("78100.00")},
                {"ledger_account": "414101", "amount": eur("547500.00")},
            ],
        },
    },
    "capital": {
        "affected": None,
        "funds_centres": None,
        "commitment_items": None,
        "payments": None,
        "funding": {
            "applied": None,
            "percent": None,
            "programme": None,
            "resolution_date": None,
            "resolution_number": None,
            "amount": None,
            "by_account": [],
        },
    },
    "cover": {
        "sufficiently_budgeted": None,
        "appropriations_sufficient": None,
        "covered_from": None,
        "covered_amount": None,
    },
    "follow_up_expense": {
        "from_year": 2023,
        "amount": eur("962300.00"),
        "scenario": "grant-ends",
        "grant_has_ended": True,
        "remark": "wird im nächsten Jahr für den neuen Haushaltsplan 2023 angemeldet",
        "depreciation": None,
        "not_quantifiable": None,
    },
    "follow_up_revenue": {"from_year": None, "amount": None, "product": None, "ledger_account": None},
    "savings": {"from_year": None, "amount": None, "product": None, "ledger_account": None},
    "treasury_note": None,
    "sustainability": {"climate_affected": None, "statement": None, "short_term": None, "long_term": None},
    "overview": {
        "personnel_cost": eur("913257.24"),
        "grant_for_personnel": eur("576600.00"),
        "shortfall": eur("336657.24"),
        "measures_not_funded": None,
    },
    "bridge": {
        "expense": eur("962257.24"),
        "rounding": eur("42.76"),
        "printed": eur("962300.00"),
        "grant": eur("625600.00"),
        "printed_less_grant": eur("336700.00"),
        "shortfall": eur("336657.24"),
    },
    "contradictions": [],
    "missing_costs": [],
    "assumptions": [
        {
            "text": "Vorlage 2021/1121: gedruckt 962.300,00 €, genau 962.257,24 €",
            "status": "assumed",
            "note": "Annahme: auf volle 100 € aufgerundet; kaufmännisch gerundet ergibt sich hier dasselbe",
        },
    ],
}
