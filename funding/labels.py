"""What figures, notes and scenarios are called in the user's words. The API has the keys, pages have these labels."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kim.figures import Figure, Step
from staffing import labels as pay

LABELS: dict[str, Promise] = {
    **pay.LABELS,
    "allocated_total": _("aufgeteilter Betrag"),
    "award": _("bewilligter Betrag"),
    "award_share": _("bewilligter Betrag bis zum Ende der Förderung"),
    "by_award": _("Unterschied durch bewilligte Beträge"),
    "by_calculation": _("Unterschied durch geänderte Rechenregeln des Programms"),
    "by_declared_cost": _("Unterschied durch neu erfasste Personalkosten"),
    "by_grant_term": _("Unterschied durch die Befristung der Förderung"),
    "by_lump_sum": _("Unterschied durch Pauschalen und Höchstbeträge"),
    "by_material": _("Unterschied durch Sachkosten"),
    "by_occupancy": _("Unterschied durch Stellenanteil, Planzeit und Förderzeit"),
    "by_other": _("Unterschied durch Übriges"),
    "by_pay_agreement": _("Unterschied durch Tarifabschlüsse"),
    "by_pay_step": _("Unterschied durch Eingruppierung, Stufe und Kostenbasis"),
    "by_positions": _("Unterschied durch Stellen, die hinzukommen oder wegfallen"),
    "by_scenario": _("Unterschied durch das Szenario"),
    "cap": _("Höchstbetrag im Jahr"),
    "cap_factor": _("Faktor auf den Höchstbetrag"),
    "capital_funding_ratio": _("Förderquote der Investition"),
    "capital_grant": _("beantragte Förderhöhe (investiv)"),
    "capital_payments": _("Auszahlungen für die Maßnahme (investiv)"),
    "cover_ratio": _("Deckung der Personalkosten durch die Pauschale"),
    "cost_factor": _("Faktor auf die Personalkosten"),
    "cost_per_fte": _("Sachkosten je Vollzeitstelle"),
    "city_if_continued": _("Mehrkosten der Stadt, wenn das Land weiterzahlt"),
    "counted_time": _("geförderte oder bezahlte Zeit"),
    "covered_amount": _("Deckung aus anderer Stelle"),
    "depreciation": _("bilanzielle Abschreibungen"),
    "difference": _("Unterschied"),
    "equal_part": _("gleicher Teil"),
    "expense": _("Gesamtkosten (Aufwendungen der Maßnahme)"),
    "expense_in_paper": _("Aufwendungen, wie die Vorlage sie druckt"),
    "follow_up_revenue": _("jährliche Folgeerträge"),
    "forwarded": _("weitergeleitete Förderung"),
    "fte": _("Stellenanteil"),
    "full_cost": _("Gesamtkosten bei Wegfall der Förderung"),
    "funding_ratio": _("Förderquote"),
    "grant": _("Förderung des Landes"),
    "grant_expected": _("Förderung, erwartet"),
    "grant_for_material": _("Förderung für Sachkosten"),
    "grant_for_material_by_rule": _("Förderung für Sachkosten nach der Regel"),
    "grant_for_personnel": _("Förderung des Landes (Personal)"),
    "grant_for_positions": _("Förderung für Stellen"),
    "grant_for_positions_by_rule": _("Förderung für Stellen nach der Regel"),
    "grant_if_continued": _("Förderung, wenn das Land weiterzahlt"),
    "grant_lost": _("Förderung, ungesichert"),
    "grant_secured": _("Förderung, bewilligt"),
    "grant_undrawn": _("nicht abrufbare Förderung"),
    "grant_for_workplaces": _("Förderung für Arbeitsplätze"),
    "lump_sum": _("Pauschale"),
    "lump_sum_factor": _("Faktor auf die Pauschale"),
    "lump_sum_of_year": _("Pauschale für das Jahr"),
    "lump_sum_share": _("Pauschale für einen Teil des Jahres"),
    "lump_sum_step": _("Änderung der Pauschale"),
    "measures_cost": _("Maßnahmen"),
    "measures_not_funded": _("Abweichung der Maßnahmen von ihrer Förderung"),
    "minimum_fte": _("kleinster förderfähiger Stellenanteil"),
    "lump_sums": _("Pauschale für das Jahr"),
    "one_percent_more": _("Mehrkosten der Stadt durch ein Prozent mehr Personalkosten"),
    "pay_rise_of_year": _("Erhöhung ab ihrem ersten Tag"),
    "personnel_cost": _("Gesamtkosten Personal"),
    "printed": _("gedruckt"),
    "position_count": _("Anzahl der Stellen"),
    "position_cost": _("Personalkosten der Stellen"),
    "printed_less_grant": _("gedruckter Aufwand abzüglich Förderung"),
    "position_cost_per_fte": _("Personalkosten je Vollzeitstelle"),
    "real_cost": _("Personalkosten der Stelle ohne Arbeitsplatz"),
    "rounding_base": _("Rundungsbasis"),
    "rounding_difference": _("Rundung der Vorlage"),
    "savings": _("Einsparungen"),
    "shortfall": _("Mehrkosten der Stadt"),
    "shortfall_of_personnel": _("Personalkosten abzüglich Förderung für Personal"),
    "top_up_adopted": _("Aufstockung, beschlossen"),
    "top_up_needed": _("Aufstockung, nötig"),
    "top_up_open": _("Aufstockung, noch offen"),
    "top_up_planned": _("Aufstockung, anzumelden"),
    "top_up_registered": _("Aufstockung, angemeldet"),
    "top_up_share": _("Aufstockung der Stadt bis zu ihrem Ende"),
    "uncovered": _("von der Förderung nicht gedeckt"),
    "uncovered_by_city": _("Lücke, die die Stadt trägt"),
    "uncovered_cost": _("Lücke zwischen Kosten und Pauschale"),
    "variance": _("Abweichung"),
    "whole_time": _("Zeit im ganzen Jahr"),
    "workplace_cost": _("Sachausgaben für Personal (Arbeitsplätze)"),
}

NOTES: dict[str, Promise] = {
    **pay.NOTES,
    "below_minimum_fte": _("nicht förderfähig: der Stellenanteil liegt unter der Untergrenze des Bausteins"),
    "lump_sum_only": _("die Aufstockung der Stadt endet: der Träger erhält nur die Förderung weitergeleitet"),
    "no_cost_declared": _("für dieses Jahr ist kein Betrag erfasst"),
    "no_lump_sum": _("für dieses Jahr gilt keine Pauschale"),
    "not_funded": _("wird nicht gefördert"),
    "position_not_planned": _("die Stelle ist in dieser Zeit nicht geplant"),
}

# The figures of a year that a page of its own may be asked for, in the order of the overview.
OF_A_YEAR = (
    "expense",
    "grant",
    "shortfall",
    "full_cost",
    "funding_ratio",
    "personnel_cost",
    "position_cost",
    "workplace_cost",
    "measures_cost",
    "grant_for_personnel",
    "grant_for_positions",
    "grant_for_material",
    "expense_in_paper",
)


def label_of(figure: Figure) -> str:
    """Return the label of a figure; a position's own cost and grant say what they are about through the subject."""
    if figure.key == "position_cost" and figure.step is Step.GIVEN:
        return str(_("Personalkosten im Jahr"))
    if figure.step is Step.ALLOCATED:
        return str(_("Anteil an der Förderung des Bausteins"))
    return str(LABELS.get(figure.key, figure.key))


def note_of(code: str) -> str:
    """Return the note that a code of the calculation stands for; anything else is a text already."""
    return str(NOTES.get(code, code))
