"""What the handbook shows of pay: an example and the rates, taken from the published law and computed like any other.

Nothing here is typed twice: a rate that is corrected in the files is corrected on the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from kim import formatting
from kim.figures import FTE, Figure, Source, given
from kim.years import Period
from staffing.calculation.pay import PayTerms, PayYear, StepRule, Tariff, group_label, pay_year
from staffing.published_law import flats, published_law

EXAMPLE_GROUP, EXAMPLE_STEP, EXAMPLE_YEAR = "E10", 3, 2023


@dataclass(frozen=True, slots=True)
class ExamplePart:
    """A line of the example: what it is, how it comes about, how much."""

    name: str
    rule: str
    amount: str


@dataclass(frozen=True, slots=True)
class DatedRow:
    """A line of a table of rates: to whom or when it applies, its cells, and how far its source carries."""

    head: str
    cells: tuple[str, ...]
    status: str


@lru_cache(maxsize=1)
def pay_context() -> Mapping[str, object]:
    """Return the example and the tables of rates; the files belong to the code, so once per process."""
    law = published_law()
    example = _example(EXAMPLE_YEAR)
    return {
        "example": _parts(example),
        "example_total": formatting.euro(example.total.amount),
        "example_group": f"{group_label(EXAMPLE_GROUP)}, Stufe {EXAMPLE_STEP}",
        "example_year": EXAMPLE_YEAR,
        "november": [
            ExamplePart(str(_PARTS_OF_A_MONTH[part.key]()), "", formatting.euro(part.amount))
            for part in example.months[10].inputs
        ],
        "november_total": formatting.euro(example.months[10].amount),
        "steps": [_steps(rule) for rule in law.steps],
        "allowances": [
            DatedRow(
                _groups(one.tariff, one.groups),
                (formatting.euro(one.amount.amount), _since(one.period)),
                _status(one.amount),
            )
            for one in law.allowances
        ],
        "bonuses": [
            DatedRow(
                _groups(one.tariff, one.groups),
                (formatting.rate(one.percent.amount), one.percent.subject),
                _status(one.percent),
            )
            for one in law.bonuses
        ],
        "insurance": [
            DatedRow(
                formatting.date(rule.period.start),
                (
                    *(formatting.rate(one.amount) for one in (
                        rule.health, rule.health_extra, rule.care, rule.pension, rule.unemployment, rule.insolvency
                    )),
                    formatting.euro(rule.ceiling_health_care.amount),
                    formatting.euro(rule.ceiling_pension_unemployment.amount),
                ),
                "",
            )
            for rule in law.insurance
        ],
        "pension": [
            DatedRow(part.subject, (formatting.rate(part.amount),), _status(part))
            for part in law.supplementary_pension.inputs
        ],
        "pension_rate": formatting.rate(law.supplementary_pension.amount),
        "flats": {name: formatting.quantity(one.amount, one.unit) for name, one in flats().items()},
        "first_table": formatting.date(min(values[0].period.start for values in law.table.values())),
        "last_table": formatting.date(_last_day()),
    }  # fmt: skip


_PARTS_OF_A_MONTH = {
    "month_pay": lambda: _("Tabellenentgelt"),
    "annual_bonus": lambda: _("Jahressonderzahlung"),
    "social_insurance": lambda: _("Sozialversicherung, Anteil des Arbeitgebers"),
    "supplementary_pension": lambda: _("Zusatzversorgung"),
}


def _example(year: int) -> PayYear:
    """Compute a whole year of a full position of a city."""
    law = published_law()
    share = given("fte", Decimal("1.0"), FTE, Source("Beispiel im Handbuch"))
    terms = PayTerms(
        Tariff.E,
        EXAMPLE_GROUP,
        EXAMPLE_STEP,
        share,
        Period(date(year, 1, 1)),
        employer_is_city=True,
        step_since=date(year, 1, 1),
        supplementary_pension=law.supplementary_pension,
    )
    return pay_year(terms, year, law)


def _parts(year: PayYear) -> list[ExamplePart]:
    table = year.months[0].inputs[0].inputs[0]
    bonus = year.bonus.inputs[0]
    return [
        ExamplePart(
            _("Tabellenentgelt"),
            _("zwölf Monate zu %(amount)s") % {"amount": formatting.euro(table.amount)},
            formatting.euro(year.gross.amount),
        ),
        ExamplePart(
            _("Jahressonderzahlung"),
            _("%(percent)s des Durchschnitts von Juli bis September")
            % {"percent": formatting.rate(bonus.inputs[1].amount)},
            formatting.euro(year.bonus.amount),
        ),
        ExamplePart(
            _("Sozialversicherung, Anteil des Arbeitgebers"),
            _("fünf Beiträge je Monat, jeder für sich gerundet"),
            formatting.euro(year.insurance.amount),
        ),
        ExamplePart(
            _("Zusatzversorgung"),
            _("%(percent)s von Entgelt und Jahressonderzahlung")
            % {"percent": formatting.rate(published_law().supplementary_pension.amount)},
            formatting.euro(year.supplementary_pension.amount),
        ),
    ]


def _steps(rule: StepRule) -> DatedRow:
    return DatedRow(
        _groups(rule.tariff, rule.groups),
        (*(str(years) for years in rule.years), _since(rule.period)),
        rule.source.status.value,
    )


def _groups(tariff: Tariff, groups: tuple[str, ...]) -> str:
    if not groups:
        return _("%(tariff)s, alle Gruppen") % {"tariff": tariff.label}
    return ", ".join(group_label(group) for group in groups)


def _since(period: Period) -> str:
    if period.end is None:
        return _("ab %(first)s") % {"first": formatting.date(period.start)}
    return _("%(first)s bis %(last)s") % {
        "first": formatting.date(period.start),
        "last": formatting.date(period.end),
    }


def _status(figure: Figure) -> str:
    return figure.source.status.value if figure.source is not None else ""


def _last_day() -> date:
    ends = [values[-1].period.end for values in published_law().table.values()]
    return min(end for end in ends if end is not None)
