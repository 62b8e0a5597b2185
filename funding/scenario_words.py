"""What a scenario sets, and what that changes, in the words of the readers; the sign is a word as well."""

from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.calculation.inputs import Override, Parameter
from funding.selectors import ScenarioFacts
from kim import formatting

# How a parameter is offered for entry, and what entering it means.
PARAMETERS: dict[Parameter, tuple[Promise, Promise]] = {
    Parameter.GRANT_UNTIL: (
        gettext_lazy("Förderung endet oder läuft weiter"),
        gettext_lazy("Bis zu welchem Tag das Land fördert, anders als es die Befristung sagt."),
    ),
    Parameter.POSITIONS_UNTIL: (
        gettext_lazy("Alle Stellen und Maßnahmen enden"),
        gettext_lazy("Danach fallen auch die Kosten weg; Kündigungsfristen rechnet das Szenario nicht ein."),
    ),
    Parameter.TOP_UP_UNTIL: (
        gettext_lazy("Aufstockung bei Trägern endet"),
        gettext_lazy("Danach gibt die Stadt Trägern der Freien Wohlfahrt nur noch die Förderung weiter."),
    ),
    Parameter.LUMP_SUM_PERCENT: (
        gettext_lazy("Pauschalen ändern sich"),
        gettext_lazy("Um Prozent, ab einem Tag. Der Höchstbetrag eines Bausteins begrenzt die Förderung weiter."),
    ),
    Parameter.CAP_PERCENT: (
        gettext_lazy("Höchstbeträge ändern sich"),
        gettext_lazy("Um Prozent, ab einem Tag. Für ein Haushaltsjahr zählt der Höchstbetrag vom 1. Januar."),
    ),
    Parameter.COST_PERCENT: (
        gettext_lazy("Personalkosten ändern sich"),
        gettext_lazy("Um Prozent, ab einem Haushaltsjahr, für alle Stellen. Mehrere Änderungen multiplizieren sich."),
    ),
    Parameter.POSITION_FROM: (
        gettext_lazy("Eine Stelle beginnt später"),
        gettext_lazy("Kosten und Förderung der Zeit davor entfallen; der Arbeitsplatz zählt ab dem Jahr des Beginns."),
    ),
    Parameter.POSITION_UNTIL: (
        gettext_lazy("Eine Stelle endet früher"),
        gettext_lazy("Kosten und Förderung der Zeit danach entfallen; der Arbeitsplatz zählt bis zum Jahresende."),
    ),
}


def override_in_words(override: Override, scenario: ScenarioFacts) -> str:
    """Say what an override sets: which parameter, for whom, until or from when, by how much."""
    until = (
        _("bis auf Weiteres")
        if override.last_day is None
        else _("bis zum %(day)s") % {"day": formatting.date(override.last_day)}
    )
    where = ""
    if override.provider:
        where = _(" bei %(provider)s") % {"provider": scenario.provider_names.get(override.provider, override.provider)}
    elif override.parameter is Parameter.TOP_UP_UNTIL:
        where = _(" bei allen Trägern der Freien Wohlfahrt")
    percent = override.percent or Decimal(0)
    position = override.position or ""
    return {
        Parameter.GRANT_UNTIL: _("Die Förderung des Landes läuft %(until)s."),
        Parameter.POSITIONS_UNTIL: _("Stellen und Maßnahmen laufen %(until)s."),
        Parameter.TOP_UP_UNTIL: _("Die Aufstockung der Stadt%(where)s läuft %(until)s."),
        Parameter.LUMP_SUM_PERCENT: _("Ab dem %(from)s %(moves)s die Pauschalen um %(percent)s %%."),
        Parameter.CAP_PERCENT: _("Ab dem %(from)s %(moves)s die Höchstbeträge um %(percent)s %%."),
        Parameter.COST_PERCENT: _("Ab dem Haushaltsjahr %(year)s %(moves)s die Personalkosten um %(percent)s %%."),
        Parameter.POSITION_FROM: _("Die Stelle „%(position)s“ beginnt erst am %(from)s."),
        Parameter.POSITION_UNTIL: _("Die Stelle „%(position)s“ läuft nur %(until)s."),
    }[override.parameter] % {
        "until": until,
        "where": where,
        "from": formatting.date(override.first_day) if override.first_day else "",
        "year": override.first_year or "",
        "moves": _("steigen") if percent > 0 else _("sinken"),
        "percent": formatting.number(abs(percent)),
        "position": scenario.position_titles.get(position, position),
    }


_MORE_AND_LESS: dict[str, tuple[Promise, Promise]] = {
    "expense": (gettext_lazy("mehr Kosten"), gettext_lazy("weniger Kosten")),
    "grant": (gettext_lazy("mehr Förderung"), gettext_lazy("weniger Förderung")),
    "shortfall": (gettext_lazy("Mehrkosten"), gettext_lazy("Minderbedarf")),
}


def difference_in_words(key: str, amount: Decimal) -> str:
    """Say a difference with its sign and its meaning: ``+8.841,57 € Mehrkosten``."""
    if not amount:
        return _("unverändert")
    more, less = _MORE_AND_LESS[key]
    sign = "+" if amount > 0 else ""
    return f"{sign}{formatting.euro(amount)} {more if amount > 0 else less}"
