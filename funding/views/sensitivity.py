"""What moves the shortfall, in words: an include of the committee's page and of the page of a scenario."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.calculation.sensitivity import Effect, Lever
from funding.scenario_words import difference_in_words
from funding.selection import Selection
from kim import formatting


@dataclass(frozen=True, slots=True)
class EffectRow:
    """A lever in words: what is moved, what it does to the shortfall, and why."""

    label: str
    amount: str
    why: str


_LEVERS = {
    Lever.PAY: (
        gettext_lazy("Ein Prozent mehr Personalkosten"),
        gettext_lazy("Alle Stellen kosten ein Prozent mehr; die Pauschalen bleiben."),
    ),
    Lever.SHARE: (
        gettext_lazy("Ein Zehntel Stelle mehr"),
        gettext_lazy("0,1 VZÄ mehr bei „%(subject)s“, die Kosten im Verhältnis."),
    ),
    Lever.DELAY: (
        gettext_lazy("Ein Monat später besetzt"),
        gettext_lazy("Jede Stelle bleibt im Haushaltsjahr einen Monat länger leer; Arbeitsplätze bleiben."),
    ),
    Lever.LUMP_SUM_MORE: (
        gettext_lazy("1.000 € mehr Pauschale"), gettext_lazy("Je Vollzeitstelle und Jahr; der Höchstbetrag bleibt."),
    ),
    Lever.LUMP_SUM_LESS: (
        gettext_lazy("1.000 € weniger Pauschale"), gettext_lazy("Je Vollzeitstelle und Jahr."),
    ),
    Lever.GRANT_ENDS_EARLIER: (
        gettext_lazy("Förderung endet ein Jahr früher"), gettext_lazy("Letzter Tag der Förderung: %(day)s."),
    ),
}  # fmt: skip


def effects(selection: Selection) -> list[EffectRow]:
    """Return what moves the shortfall of the chosen year and scenario, in euros and words."""
    return [_effect_row(one) for one in selection.state.sensitivity(selection.year, selection.scenario.slug)]


def _effect_row(one: Effect) -> EffectRow:
    label, why = _LEVERS[one.lever]
    sentence = str(why) % {"subject": one.subject, "day": formatting.date(one.last_day) if one.last_day else ""}
    parts = [
        difference_in_words(key, one.changes[key].difference.amount)
        for key in ("expense", "grant")
        if one.changes[key].differs
    ]
    if not parts:
        parts = [_("Kosten und Förderung ändern sich dadurch nicht")]
    return EffectRow(
        str(label), difference_in_words("shortfall", one.shortfall.amount), f"{sentence} {', '.join(parts)}."
    )  # fmt: skip
