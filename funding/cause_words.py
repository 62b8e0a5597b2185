"""Why a figure changed, in the words of the readers: causes, sentences, and the values that moved."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.calculation.causes import Cause, Causes, Part
from funding.calculation.inputs import Override
from funding.calculation.moved import Moved, Place, Value, What
from funding.calculation.rules import Basis
from funding.models.grant import Covers
from funding.scenario_words import difference_in_words, override_in_words
from funding.selectors import ScenarioFacts
from kim import formatting
from kim.figures import Figure, Source
from kim.timeshare import Limit
from kim.years import Period, Proration
from staffing.calculation.basis import BasisKind, BasisTerms
from staffing.calculation.pay.law import PayRise

# What a cause is called, and what counts as it; the order is that of the calculation.
CAUSES: dict[Cause, tuple[Promise, Promise]] = {
    Cause.PAY_AGREEMENT: (
        gettext_lazy("Tarifabschlüsse"),
        gettext_lazy("Entgelttabellen, Tariferhöhungen, Sätze und Grenzen des Arbeitgeberanteils."),
    ),
    Cause.PAY_STEP: (
        gettext_lazy("Eingruppierung, Stufe und Kostenbasis"),
        gettext_lazy("Wonach eine Stelle bezahlt wird: Tabelle, Gruppe, Stufe, Zuschläge, anderer Tarif, Besoldung."),
    ),
    Cause.POSITIONS: (
        gettext_lazy("Stellen hinzugekommen oder weggefallen"),
        gettext_lazy("Eine Stelle mit allem, was sie mitbringt: Kosten, Förderung, Arbeitsplatz."),
    ),
    Cause.OCCUPANCY: (
        gettext_lazy("Stellenanteil, Planzeit und Förderzeit"),
        gettext_lazy("Wie viel einer Stelle wann geplant ist und wann sie in welchem Baustein gefördert wird."),
    ),
    Cause.LUMP_SUM: (
        gettext_lazy("Pauschalen und Höchstbeträge"),
        gettext_lazy("Sätze des Landes, Art der Berechnung, Höchstbeträge, kleinster förderfähiger Anteil."),
    ),
    Cause.AWARD: (
        gettext_lazy("Bewilligte Beträge"), gettext_lazy("Beträge aus Bescheiden, die an die Stelle der Regel treten."),
    ),
    Cause.MATERIAL: (
        gettext_lazy("Sachkosten"),
        gettext_lazy("Arbeitsplätze und Maßnahmen: Zeilen, Beträge, ob sie gefördert werden."),
    ),
    Cause.DECLARED_COST: (
        gettext_lazy("Personalkosten neu erfasst"),
        gettext_lazy(
            "Jahresbeträge, die jemand von Hand eingetragen oder entfernt hat. Was davon Tarif ist, sagt kein Betrag "
            "allein; dafür braucht die Stelle eine Entgeltgruppe."
        ),
    ),
    Cause.GRANT_TERM: (
        gettext_lazy("Befristung der Förderung"), gettext_lazy("Bis wann das Land nach geltendem Recht zahlt."),
    ),
    Cause.OTHER: (
        gettext_lazy("Übriges"), gettext_lazy("Zum Beispiel, wie ein Teil des Jahres zählt oder wer der Träger ist."),
    ),
    Cause.SCENARIO: (
        gettext_lazy("Szenario"), gettext_lazy("Was das Szenario anders setzt als geltendes Recht und Plan."),
    ),
    Cause.CALCULATION: (
        gettext_lazy("Rechenregeln des Programms"),
        gettext_lazy("Was die Rechenregeln von heute anders rechnen als die der festgeschriebenen Fassung."),
    ),
}  # fmt: skip

LAW = gettext_lazy("§ 81 Abs. 3 GO NRW")


def name_of(cause: Cause) -> str:
    """Return what a cause is called."""
    return str(CAUSES[cause][0])


def sentences(found: Causes) -> list[str]:
    """Say by how much the shortfall changed, what of it follows from pay agreements, and what moved it most."""
    before, after = found.before.figures["shortfall"].amount, found.after.figures["shortfall"].amount
    total = found.totals["shortfall"].amount
    values = {
        "year": found.year, "amount": formatting.euro(abs(total)), "before": formatting.euro(before),
        "after": formatting.euro(after),
    }  # fmt: skip
    if not total:
        even = _("Die Mehrkosten der Stadt %(year)s sind auf beiden Seiten gleich: %(after)s.")
        moved = _("Mehrere Ursachen gleichen sich aus.") if found.differs else ""
        return [one for one in (_kept(even % values), moved) if one]
    text = (
        _("Die Mehrkosten der Stadt %(year)s steigen um %(amount)s, von %(before)s auf %(after)s.")
        if total > 0
        else _("Die Mehrkosten der Stadt %(year)s sinken um %(amount)s, von %(before)s auf %(after)s.")
    )
    said = [text % values, _of_agreements(found, total)]
    most = max(found.parts, key=lambda one: abs(one.changes["shortfall"].difference.amount))
    amount = most.changes["shortfall"].difference.amount
    if most.cause is not Cause.PAY_AGREEMENT and amount != total:
        said.append(
            _("Am stärksten wirkt „%(cause)s“: %(amount)s.")
            % {"cause": name_of(most.cause), "amount": difference_in_words("shortfall", amount)}
        )
    elif amount == total:
        said.append(_("Die einzige Ursache: %(cause)s.") % {"cause": name_of(most.cause)} if _is_only(found) else "")
    return [_kept(one) for one in said if one]


def _of_agreements(found: Causes, total: Decimal) -> str:
    amount = found.part(Cause.PAY_AGREEMENT).changes["shortfall"].difference.amount
    if not amount:
        text = _("Aus Tarifabschlüssen folgt davon nichts (%(law)s).")
    elif 0 < amount <= total:
        text = _("Davon folgen %(amount)s unmittelbar aus Tarifabschlüssen (%(law)s).")
    elif amount > 0:
        text = _("Unmittelbar aus Tarifabschlüssen folgen %(amount)s mehr (%(law)s); anderes senkt die Mehrkosten.")
    else:
        text = _("Unmittelbar aus Tarifabschlüssen folgen %(amount)s weniger (%(law)s).")
    return text % {"amount": formatting.euro(abs(amount)), "law": LAW}


def _is_only(found: Causes) -> bool:
    return sum(1 for one in found.parts if one.differs) == 1


def compact(found: Causes) -> str:
    """Return the causes of a changed shortfall on one line: ``Sachkosten +1.000,00 € Mehrkosten``."""
    parts = [
        f"{name_of(one.cause)} {difference_in_words('shortfall', one.changes['shortfall'].difference.amount)}"
        for one in found.parts
        if one.changes["shortfall"].differs
    ]
    return _kept("; ".join(parts))


def _kept(text: str) -> str:
    """Keep an amount and its sign on one line."""
    return text.replace(" €", "\N{NO-BREAK SPACE}€")


@dataclass(frozen=True, slots=True)
class ValueWords:
    """A value in words, with what it rests on; ``status`` is empty unless it is an assumption."""

    text: str
    source: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class MovedWords:
    """A value that moved: what it is, before and after."""

    cause: str
    what: str
    before: ValueWords
    after: ValueWords


def moved_in_words(part: Part, before: ScenarioFacts, after: ScenarioFacts) -> list[MovedWords]:
    """Return the values that moved by a cause; the scenarios know the names their overrides need."""
    cause = name_of(part.cause)
    return [
        MovedWords(cause, _what(one), _value(one, one.before, before), _value(one, one.after, after))
        for one in part.moved
    ]  # fmt: skip


_WHAT: dict[What, Promise] = {
    What.PAY_RISE: gettext_lazy("Tariferhöhung %(name)s"),
    What.TABLE_PAY: gettext_lazy("Tabellenentgelt im Monat, %(name)s"),
    What.ALLOWANCE: gettext_lazy("Zulage im Monat, %(name)s"),
    What.BONUS: gettext_lazy("Jahressonderzahlung, %(name)s"),
    What.INSURANCE: gettext_lazy("Sozialversicherung: %(detail)s"),
    What.PENSION: gettext_lazy("Zusatzversorgung"),
    What.PAY_BASIS: gettext_lazy("Kostenbasis %(name)s"),
    What.POSITION: gettext_lazy("Stelle %(name)s"),
    What.FTE: gettext_lazy("Stellenanteil %(name)s"),
    What.PLAN: gettext_lazy("Planzeit %(name)s"),
    What.FUNDED: gettext_lazy("Förderung %(name)s"),
    What.LUMP_SUM: gettext_lazy("Pauschale %(name)s"),
    What.BASIS: gettext_lazy("Berechnung der Pauschale %(name)s"),
    What.LIMITED: gettext_lazy("Pauschale %(name)s höchstens bis zu den tatsächlichen Kosten"),
    What.CAP: gettext_lazy("Höchstbetrag %(name)s (%(detail)s)"),
    What.MINIMUM_FTE: gettext_lazy("Kleinster förderfähiger Anteil %(name)s"),
    What.AWARD: gettext_lazy("Bescheid %(name)s (%(detail)s)"),
    What.MATERIAL: gettext_lazy("Sachkosten %(name)s"),
    What.MATERIAL_COST: gettext_lazy("Sachkosten %(name)s"),
    What.MATERIAL_RULE: gettext_lazy("Förderung der Sachkosten %(name)s"),
    What.POSITION_COST: gettext_lazy("Personalkosten %(name)s"),
    What.GRANT_UNTIL: gettext_lazy("Letzter Tag der Förderung"),
    What.PRORATION: gettext_lazy("Teil eines Jahres"),
    What.PROVIDER: gettext_lazy("Träger %(name)s"),
    What.OVERRIDE: gettext_lazy("Abweichung des Szenarios"),
}
# What stands where a side does not have the value.
_ABSENT: dict[What, Promise] = {
    What.POSITION: gettext_lazy("nicht geplant"),
    What.FUNDED: gettext_lazy("nicht gefördert"),
    What.CAP: gettext_lazy("kein Höchstbetrag"),
    What.AWARD: gettext_lazy("kein Bescheid"),
    What.MATERIAL: gettext_lazy("nicht geplant"),
    What.MATERIAL_RULE: gettext_lazy("nicht gefördert"),
    What.POSITION_COST: gettext_lazy("nicht erfasst"),
    What.MATERIAL_COST: gettext_lazy("nicht erfasst"),
    What.OVERRIDE: gettext_lazy("nicht gesetzt"),
    What.LUMP_SUM: gettext_lazy("keine Pauschale"),
    What.PAY_RISE: gettext_lazy("nicht vereinbart"),
}
_INSURANCE: dict[str, Promise] = {
    "health": gettext_lazy("Krankenversicherung"),
    "health_extra": gettext_lazy("Zusatzbeitrag der Krankenversicherung"),
    "care": gettext_lazy("Pflegeversicherung"),
    "pension": gettext_lazy("Rentenversicherung"),
    "unemployment": gettext_lazy("Arbeitslosenversicherung"),
    "insolvency": gettext_lazy("Insolvenzgeldumlage"),
    "ceiling_health_care": gettext_lazy("Beitragsbemessungsgrenze der Kranken- und Pflegeversicherung"),
    "ceiling_pension_unemployment": gettext_lazy("Beitragsbemessungsgrenze der Renten- und Arbeitslosenversicherung"),
}
_BASIS: dict[Basis, Promise] = {
    Basis.PER_FTE_YEAR: gettext_lazy("je Vollzeitstelle und Jahr"),
    Basis.PER_POSITION_YEAR: gettext_lazy("je Stelle und Jahr"),
    Basis.FLAT_YEAR: gettext_lazy("fester Betrag je Jahr"),
    Basis.MATERIAL_PER_FTE: gettext_lazy("Sachkosten je Vollzeitstelle und Jahr"),
}
_PRORATION: dict[Proration, Promise] = {
    Proration.TWELFTHS: gettext_lazy("nach vollen Monaten"),
    Proration.CALENDAR_DAYS: gettext_lazy("nach Kalendertagen"),
    Proration.NONE: gettext_lazy("ohne Kürzung"),
}
_KINDS: dict[BasisKind, Promise] = {
    BasisKind.PAY_TABLE: gettext_lazy("Entgelttabelle"),
    BasisKind.WORKPLACE_FLAT: gettext_lazy("Pauschale je Arbeitsplatz"),
    BasisKind.PROVIDER_TARIFF: gettext_lazy("Tarif des Trägers"),
    BasisKind.CIVIL_SERVANT: gettext_lazy("Besoldung"),
}


def _what(one: Moved) -> str:
    detail = _INSURANCE.get(one.detail, one.detail)
    if one.what in {What.CAP, What.AWARD}:
        detail = Covers(one.detail).label
    return str(_WHAT[one.what]) % {"name": one.name, "detail": detail}


def _value(one: Moved, value: Value | None, scenario: ScenarioFacts) -> ValueWords:
    if value is None:
        return ValueWords(str(_ABSENT.get(one.what, _("keine Angabe"))))
    text = override_in_words(value, scenario) if isinstance(value, Override) else _kept(_plain(value))
    source = _source(value)
    if source is None:
        return ValueWords(text)
    return ValueWords(text, source.text, source.status.value if source.status.is_assumption else "")


def _source(value: Value) -> Source | None:
    """Return what a value rests on; a computed one rests on several, of which an assumption matters most."""
    if isinstance(value, Figure):
        sources = [leaf.source for leaf in value.leaves() if leaf.source is not None]
        return next((one for one in sources if one.status.is_assumption), sources[0] if sources else None)
    return value.source if isinstance(value, Limit | Override | PayRise | BasisTerms) else None


def _plain(value: Value) -> str:  # noqa: PLR0911 - one line for each kind of value
    match value:
        case Figure():
            return formatting.quantity(value.amount, value.unit)
        case Period():
            return _period(value)
        case Limit():
            return _("bis auf Weiteres") if value.last_day is None else formatting.date(value.last_day)
        case Place():
            return _("Baustein %(number)s, %(rule)s, %(period)s") % {
                "number": value.module, "rule": value.rule, "period": _period(value.period),
            }  # fmt: skip
        case Basis():
            return str(_BASIS[value])
        case Proration():
            return str(_PRORATION[value])
        case PayRise():
            return _rise(value)
        case BasisTerms():
            return _terms(value)
        case bool():
            return _("ja") if value else _("nein")
        case _:
            return str(value)


def _period(period: Period) -> str:
    if period.end is None:
        return _("ab %(start)s") % {"start": formatting.date(period.start)}
    return _("%(start)s bis %(end)s") % {"start": formatting.date(period.start), "end": formatting.date(period.end)}


def _rise(rise: PayRise) -> str:
    text = _("%(percent)s ab %(day)s") % {
        "percent": formatting.rate(rise.percent), "day": formatting.date(rise.first_day),
    }  # fmt: skip
    return (
        text if not rise.minimum else _("%(rise)s, mindestens %(minimum)s") % {
            "rise": text, "minimum": formatting.euro(rise.minimum),
        }
    )  # fmt: skip


def _terms(terms: BasisTerms) -> str:
    if terms.table is not None:
        return _("%(group)s, Stufe %(step)s") % {"group": terms.table.group, "step": terms.table.step}
    amount = "" if terms.amount is None else f" {formatting.quantity(terms.amount.amount, terms.amount.unit)}"
    return f"{_KINDS[terms.kind]}{amount}"
