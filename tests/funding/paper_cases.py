"""What the constraints around papers and deadlines refuse: a case for each, see ``test_constraints``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from funding.models import CommitteeQuestion, Deadline, PrintedFigure
from tests.staffing.basis_cases import NEGATIVE
from tests.staffing.constraint_cases import CENTS, SAME, SOURCED

if TYPE_CHECKING:
    from django.db.models import Model

LATE_MOMENT = datetime(2022, 1, 1, tzinfo=UTC)

PAPER_CASES: dict[type[Model], dict[str, list[dict[str, Any]]]] = {
    PrintedFigure: {
        "number_once": [{"paper": SAME, "number": SAME}],
        "has_label": [{"label": ""}, {"label": " \t"}],
        "has_place": [{"place": " "}],
        "known_unit": [{"unit": "USD"}],
        "known_part": [{"part": "alles"}],
        "known_reason": [{"reason_kind": "laune", "reason": "so"}],
        "whole_cents": CENTS,
        "not_negative": NEGATIVE,
        "amount_is_printed": [{"printed": ""}, {"printed": " "}],
        "target_has_year": [
            {"fiscal_year": None},
            {"figure_key": "", "ledger_account": "414100", "fiscal_year": None},
        ],
        "one_target": [{"ledger_account": "414100"}],
        "known_year": [{"fiscal_year": year} for year in (1999, 2100)],
        "reason_is_whole": [{"reason_kind": "slip"}, {"reason": "weil"}, {"reason_kind": "slip", "reason": " "}],
    },
    CommitteeQuestion: {
        "known_year": [{"fiscal_year": year} for year in (1999, 2100)],
        "known_office": [{"asked_as": "Presse"}],
        "has_text": [{"text": ""}, {"text": " \n"}],
        "text_fits": [{"text": "x" * 2001}],
        "text_visible": [{"text": f"Warum{sign}?"} for sign in "\x01\x7f\u202e\u2066"],
        "answer_fits": [{"answer": "x" * 4001, "answered_at": LATE_MOMENT}],
        "answer_visible": [{"answer": "Darum\u202e", "answered_at": LATE_MOMENT}],
        "answer_is_whole": [
            {"answer": "Darum."},
            {"answered_at": LATE_MOMENT},
            {"answer": " ", "answered_at": LATE_MOMENT},
        ],
    },
    Deadline: {
        **SOURCED,
        "known_kind": [{"kind": "irgendwann"}],
        "has_text": [{"text": ""}, {"text": " \t"}],
        "once": [{"programme": SAME, "kind": SAME, "day": SAME, "text": SAME}],
    },
}
