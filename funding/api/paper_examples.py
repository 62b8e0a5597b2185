"""Answers about council papers as the document shows them, shortened."""

from typing import Any

from funding.oparl.reading import COMMITTEE, IS_PUBLIC, MEETING_DATE, OWN

PAPER: dict[str, Any] = {
    "slug": "2021-1121",
    "number": "2021/1121",
    "kind": "paper",
    "title": "Landesprogramm „Kommunales Integrationsmanagement NRW“ (KIM NRW)",
    "programme": "kim-nrw",
    "paper_date": "2021-11-04",
    "paper_date_precision": "day",
    "status": "adopted",
    "originator": "",
    "file_reference": "",
    "note": "",
    "url": None,
    "oparl": "/api/v1/papers/2021-1121/oparl/",
    "amendment_to": None,
    "amendments": ["2021-1204"],
    "versions": [1],
    "items": [
        {
            "number": 1,
            "kind": "top_up",
            "text": "Die Verwaltung wird beauftragt, die Mittel zur Übernahme der Mehrkosten bereitzustellen.",
            "is_verbatim": True,
            "status": "adopted",
            "holds_until": None,
            "decision": {
                "outcome": "adopted",
                "decided_on": "2021-12-13",
                "source": {"text": "zitiert in Vorlage 2022/1410", "status": "verified", "note": ""},
            },
            "amends": [],
            "extends": [],
            "repeals": [],
            "amended_by": [],
            "extended_by": [
                {"paper": "2022-1410", "number": "2022/1410", "item": 1, "is_effective": True, "status": "verified"},
            ],
            "repealed_by": [],
        },
    ],
    "meetings": [
        {
            "committee": "Rat der Stadt Leverkusen",
            "meeting_date": "2021-12-13",
            "role": "decides",
            "is_public": True,
        },
    ],
}
PAPERS: dict[str, Any] = {"count": 1, "next": None, "previous": None, "results": [PAPER]}
_ADDRESS = "https://kim.example/api/v1/papers/2021-1121"
OPARL_PAPER: dict[str, Any] = {
    "id": f"{_ADDRESS}/oparl/",
    "type": "https://schema.oparl.org/1.1/Paper",
    "name": "Landesprogramm „Kommunales Integrationsmanagement NRW“ (KIM NRW)",
    "reference": "2021/1121",
    "paperType": "Vorlage",
    "date": "2021-11-04",
    "consultation": [
        {
            "id": f"{_ADDRESS}/oparl/#beratung-4",
            "type": "https://schema.oparl.org/1.1/Consultation",
            "authoritative": True,
            "role": "Entscheidung",
            COMMITTEE: "Rat der Stadt Leverkusen",
            MEETING_DATE: "2021-12-13",
            IS_PUBLIC: True,
        },
    ],
    "created": "2026-11-26T12:00:00+01:00",
    "modified": "2026-11-26T12:00:00+01:00",
    f"{OWN}status": "adopted",
    f"{OWN}paper": f"{_ADDRESS}/",
}
