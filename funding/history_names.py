"""What rows, columns and values are called in a sentence about a change."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, DateField, DecimalField, Field, ForeignKey
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.history import Row
from funding.models import (
    BudgetYear,
    Cap,
    Committee,
    CommitteeQuestion,
    CouncilPaper,
    Deadline,
    FinanceStatement,
    ForecastVersion,
    FundedPosition,
    FundingModule,
    GrantAward,
    GrantRule,
    ItemLink,
    LedgerAccount,
    LumpSum,
    MaterialCost,
    MaterialLine,
    Meeting,
    Municipality,
    PaperItem,
    PrintedFigure,
    Programme,
    Resolution,
    RoundingRule,
    Scenario,
    ScenarioOverride,
    TopUp,
)
from funding.percents import PercentField
from funding.tracked import Rows
from kim import formatting
from kim.fields import FteField
from kim.rates import RateField
from staffing.models import (
    Allowance,
    AnnualBonus,
    PayRate,
    PayRise,
    Position,
    PositionBasis,
    PositionCost,
    Provider,
    SocialInsuranceRate,
    StepDuration,
    SupplementaryPension,
    Tariff,
)

# As much of a text as a sentence repeats; the whole of it stands among the values beneath.
MOST_OF_A_TEXT = 160
_HALVED = str.maketrans("„“", "‚‘")
EMPTY: Mapping[str, Promise] = {
    "amount": gettext_lazy("„nicht bekannt“"),
    "covers": gettext_lazy("„leer“"),
    "day": gettext_lazy("„nicht bekannt“"),
    "funding_module_id": gettext_lazy("„das ganze Programm“"),
    "grant_rule_id": gettext_lazy("„wird nicht gefördert“"),
    "decided_on": gettext_lazy("„nicht bekannt“"),
    "holds_until": gettext_lazy("„ohne Enddatum“"),
    "last_day": gettext_lazy("„bis auf Weiteres“"),
    "limited_until": gettext_lazy("„unbefristet“"),
    "minimum_fte": gettext_lazy("„keine Untergrenze“"),
    "planned_until": gettext_lazy("„unbefristet“"),
    "filled_from": gettext_lazy("„nicht bekannt“"),
    "period_start": gettext_lazy("„nicht bekannt“"),
    "period_end": gettext_lazy("„nicht bekannt“"),
    "valid_to": gettext_lazy("„bis auf Weiteres“"),
}
# Columns whose models name them only in English.
LABELS: Mapping[str, Promise] = {
    "committee": gettext_lazy("Gremium"),
    "municipality": gettext_lazy("Kommune"),
    "paper": gettext_lazy("Vorlage"),
    "programme": gettext_lazy("Förderprogramm"),
    "scenario": gettext_lazy("Szenario"),
}


class Names:
    """What rows are called, as far as they are known; those that are gone keep the name they had."""

    def __init__(self, rows: Mapping[tuple[Rows, int], Row]) -> None:
        """Take the rows."""
        self.rows = rows

    def of(self, model: Rows, pk: int | None) -> str:
        """Return the name of a row."""
        row = None if pk is None else self.rows.get((model, pk))
        return _("Nr. %(pk)s") % {"pk": pk} if row is None else NAMES[model](row, self)

    def row(self, model: Rows, pk: int | None) -> Row:
        """Return the columns of a row, none for one that is not known."""
        return {} if pk is None else self.rows.get((model, pk), {})


def value_in_words(field: "Field[Any, Any]", value: Any, names: Names) -> str:
    """Write a column's value the way the pages write it."""
    if value is None or value == "":
        return str(EMPTY.get(field.attname, _("„leer“")))
    if isinstance(field, ForeignKey):
        model: Any = field.related_model
        return f"„{names.of(model, value)}“" if model in NAMES else str(value)
    if field.choices:
        return f"„{dict(field.flatchoices).get(value, value)}“"
    for kind, write in _WRITTEN.items():
        if isinstance(field, kind):
            return write(value)
    return f"„{shortened(value)}“" if isinstance(value, str) else str(value)


# The first kind that a column is of; decimals come as text, days as ISO dates.
_WRITTEN: "Mapping[type[Field[Any, Any]], Callable[[Any], str]]" = {
    BooleanField: lambda value: _("„ja“") if value else _("„nein“"),
    DateField: lambda value: _day(value),  # noqa: PLW0108 - defined below
    FteField: lambda value: formatting.fte(Decimal(value)),
    PercentField: lambda value: formatting.percent(Decimal(value)),
    RateField: lambda value: formatting.percent(Decimal(value)),
    DecimalField: lambda value: formatting.euro(Decimal(value)),
}


def label_of(model: Rows, column: str) -> str:
    """Return what forms call a column."""
    field = field_of(model, column)
    return str(LABELS.get(field.name, field.verbose_name))


def without_article(subject: str) -> str:
    """Return ``Pauschale …`` for ``die Pauschale …``, for the columns of a table."""
    return subject.partition(" ")[2]


def field_of(model: Rows, column: str) -> "Field[Any, Any]":
    """Return the field behind a column."""
    fields = model._meta.concrete_fields
    return next(field for field in fields if field.attname == column)


def _day(text: str | None) -> str:
    return "" if text is None else formatting.date(date.fromisoformat(text))


def shortened(text: str) -> str:
    """Return a text fit to stand between quotation marks: not too long, its own marks halved."""
    found = text if len(text) <= MOST_OF_A_TEXT else text[: MOST_OF_A_TEXT - 1].rstrip() + "…"
    return found.translate(_HALVED)


def _choice(model: Rows, column: str, value: str) -> str:
    return str(dict(field_of(model, column).flatchoices).get(value, value))


# --- What rows are called: by themselves, and in the accusative of a sentence ----------------------------------------

Name = Callable[[Row, Names], str]

NAMES: Mapping[Rows, Name] = {
    Municipality: lambda row, _names: row["name"],
    Programme: lambda row, _names: row["short_name"],
    FundingModule: lambda row, _names: f"{row['number']} {row['name']}",
    GrantRule: lambda row, names: (
        f"{names.row(FundingModule, row['funding_module_id']).get('number', '?')} · {row['name']}"
    ),
    GrantAward: lambda row, _names: f"{_day(row['award_date'])} {row['reference']}".strip(),
    Provider: lambda row, _names: row["name"],
    Position: lambda row, _names: f"{row['title']} ({row['reference']})",
    MaterialLine: lambda row, _names: row["name"],
    Scenario: lambda row, _names: row["name"],
    Committee: lambda row, _names: row["name"],
    CouncilPaper: lambda row, _names: row["number"],
    PaperItem: lambda row, names: _("Beschlusspunkt %(number)s der Vorlage %(paper)s") % {
        "number": row["number"], "paper": names.of(CouncilPaper, row["paper_id"]),
    },
    ForecastVersion: lambda row, _names: f"{row['number']} {row['name']}",
}  # fmt: skip


def _position_cost(row: Row, names: Names) -> str:
    return _("die Personalkosten %(year)s der Stelle „%(name)s“") % {
        "year": row["fiscal_year"], "name": names.of(Position, row["position_id"]),
    }  # fmt: skip


def _position_basis(row: Row, names: Names) -> str:
    place = "" if row["pay_step"] is None else f" {row['pay_group']}/{row['pay_step']}"
    return _("die Kostenbasis ab %(year)s der Stelle „%(name)s“ (%(basis)s%(place)s)") % {
        "year": row["first_year"], "name": names.of(Position, row["position_id"]),
        "basis": _choice(PositionBasis, "basis", row["basis"]), "place": place,
    }  # fmt: skip


def _of_group(words: Promise) -> "Name":
    """Return how a row of the pay law is told that is for a group, or for all groups of a table."""

    def name(row: Row, _names: Names) -> str:
        start = row["first_year"] if "first_year" in row else _day(row["valid_from"])
        return str(words) % {"group": row["pay_group"] or str(Tariff(row["tariff"]).label), "start": start}

    return name


def _pay_rise(row: Row, _names: Names) -> str:
    return _("die Tariferhöhung „%(name)s“ ab dem %(day)s um %(percent)s") % {
        "name": row["name"], "day": _day(row["first_day"]), "percent": formatting.percent(Decimal(row["percent"])),
    }  # fmt: skip


def _material_cost(row: Row, names: Names) -> str:
    line = names.row(MaterialLine, row["material_line_id"])
    words = (
        _("die Kosten %(year)s je Vollzeitstelle von „%(name)s“") if line.get("per_fte")
        else _("die Kosten %(year)s von „%(name)s“")
    )  # fmt: skip
    return words % {"year": row["fiscal_year"], "name": names.of(MaterialLine, row["material_line_id"])}


def _cap(row: Row, names: Names) -> str:
    return _("den Höchstbetrag %(covers)s von Baustein „%(module)s“ ab %(day)s") % {
        "covers": _choice(Cap, "covers", row["covers"]), "module": names.of(FundingModule, row["funding_module_id"]),
        "day": _day(row["valid_from"]),
    }  # fmt: skip


def _funded(row: Row, names: Names) -> str:
    return _("die Förderung der Stelle „%(name)s“ nach der Regel „%(rule)s“") % {
        "name": names.of(Position, row["position_id"]), "rule": names.of(GrantRule, row["grant_rule_id"]),
    }  # fmt: skip


def _override(row: Row, names: Names) -> str:
    return _("die Abweichung „%(parameter)s“ des Szenarios „%(name)s“") % {
        "parameter": _choice(ScenarioOverride, "parameter", row["parameter"]),
        "name": names.of(Scenario, row["scenario_id"]),
    }  # fmt: skip


def _meeting(row: Row, names: Names) -> str:
    return _("die Beratung der Vorlage %(paper)s am %(day)s im Gremium „%(name)s“") % {
        "paper": names.of(CouncilPaper, row["paper_id"]), "day": _day(row["meeting_date"]),
        "name": names.of(Committee, row["committee_id"]),
    }  # fmt: skip


def _named(words: Promise, model: Rows) -> Name:
    """Return how a row is told that its own name is enough for."""
    return lambda row, names: str(words) % {"name": NAMES[model](row, names)}


SUBJECTS: Mapping[Rows, Name] = {
    Municipality: _named(gettext_lazy("die Kommune „%(name)s“"), Municipality),
    Programme: _named(gettext_lazy("das Förderprogramm „%(name)s“"), Programme),
    BudgetYear: lambda row, _names: _("den Haushalt %(year)s") % {"year": row["fiscal_year"]},
    RoundingRule: lambda row, _names: _("die Rundungsregel ab %(day)s") % {"day": _day(row["valid_from"])},
    LedgerAccount: lambda row, _names: _("das Sachkonto %(number)s („%(use)s“)") % {
        "number": row["number"], "use": _choice(LedgerAccount, "use", row["use"]),
    },
    FundingModule: _named(gettext_lazy("den Förderbaustein „%(name)s“"), FundingModule),
    GrantRule: _named(gettext_lazy("die Förderregel „%(name)s“"), GrantRule),
    LumpSum: lambda row, names: _("die Pauschale „%(rule)s“ ab %(day)s") % {
        "rule": names.of(GrantRule, row["grant_rule_id"]), "day": _day(row["valid_from"]),
    },
    Cap: _cap,
    GrantAward: _named(gettext_lazy("den Bescheid vom %(name)s"), GrantAward),
    TopUp: lambda row, _names: _("die Aufstockung %(year)s (%(stage)s)") % {
        "year": row["fiscal_year"], "stage": _choice(TopUp, "stage", row["stage"]),
    },
    Deadline: lambda row, _names: _("die Frist „%(kind)s: %(text)s“") % {
        "kind": _choice(Deadline, "kind", row["kind"]), "text": shortened(row["text"]),
    },
    Provider: _named(gettext_lazy("den Träger „%(name)s“"), Provider),
    Position: _named(gettext_lazy("die Stelle „%(name)s“"), Position),
    FundedPosition: _funded,
    PositionBasis: _position_basis,
    PositionCost: _position_cost,
    PayRate: lambda row, _names: _("das Tabellenentgelt %(group)s, Stufe %(step)s, ab %(day)s") % {
        "group": row["pay_group"], "step": row["pay_step"], "day": _day(row["valid_from"]),
    },
    StepDuration: _of_group(gettext_lazy("die Stufenlaufzeiten „%(group)s“ ab %(start)s")),
    Allowance: _of_group(gettext_lazy("die Zulage „%(group)s“ ab %(start)s")),
    AnnualBonus: _of_group(gettext_lazy("die Jahressonderzahlung „%(group)s“ ab %(start)s")),
    SocialInsuranceRate: lambda row, _names: _("die Beitragssätze der Sozialversicherung ab %(day)s") % {
        "day": _day(row["valid_from"]),
    },
    SupplementaryPension: lambda row, _names: _("den Satz der Zusatzversorgung „%(name)s“ ab %(day)s") % {
        "name": row["name"], "day": _day(row["valid_from"]),
    },
    PayRise: _pay_rise,
    MaterialLine: _named(gettext_lazy("die Sachkosten „%(name)s“"), MaterialLine),
    MaterialCost: _material_cost,
    Scenario: _named(gettext_lazy("das Szenario „%(name)s“"), Scenario),
    ScenarioOverride: _override,
    Committee: _named(gettext_lazy("das Gremium „%(name)s“"), Committee),
    CouncilPaper: _named(gettext_lazy("die Vorlage „%(name)s“"), CouncilPaper),
    PaperItem: lambda row, names: _("den Beschlusspunkt %(number)s der Vorlage „%(paper)s“") % {
        "number": row["number"], "paper": names.of(CouncilPaper, row["paper_id"]),
    },
    Meeting: _meeting,
    FinanceStatement: lambda row, names: _("die Angaben zum Finanzblock der Vorlage „%(paper)s“") % {
        "paper": names.of(CouncilPaper, row["paper_id"]),
    },
    PrintedFigure: lambda row, names: _("die gedruckte Zahl „%(label)s“ der Vorlage „%(paper)s“") % {
        "label": shortened(row["label"]), "paper": names.of(CouncilPaper, row["paper_id"]),
    },
    CommitteeQuestion: lambda row, _names: _("die Frage zu „%(label)s“, %(year)s") % {
        "label": shortened(row["label"]), "year": row["fiscal_year"],
    },
    Resolution: lambda row, names: _("den Beschluss über %(item)s") % {"item": names.of(PaperItem, row["item_id"])},
    ItemLink: lambda row, names: _("die Verbindung „%(kind)s“ von %(item)s zu %(target)s") % {
        "kind": _choice(ItemLink, "kind", row["kind"]), "item": names.of(PaperItem, row["item_id"]),
        "target": names.of(PaperItem, row["target_id"]),
    },
    ForecastVersion: _named(gettext_lazy("die Fassung „%(name)s“"), ForecastVersion),
}  # fmt: skip
