"""A pay table as it is published: a line per group, a column per step. Amounts in German, and nothing guessed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from kim.amounts import parse_amount
from kim.errors import AmountError
from kim.exports import Dialect, Table, csv_text
from kim.files.sheet import Layout, Line, Problem, RefusedFileError, Sheet, letter, shown
from staffing.calculation.pay.law import FIRST_STEP, LAST_STEP
from staffing.models import Tariff
from staffing.models.pay import GROUP_FORM

GROUP = "Gruppe"
STEPS = {step: f"Stufe {step}" for step in range(FIRST_STEP, LAST_STEP + 1)}
LAYOUT = Layout((GROUP, *STEPS.values()))
# Twice as many as any table has.
MOST_GROUPS = 60
_GROUP = re.compile(GROUP_FORM)

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class TableValue:
    """One value of the file, and the line it stands on."""

    line: int
    group: str
    step: int
    amount: Decimal

    @property
    def place(self) -> Place:
        """Group and step."""
        return self.group, self.step


@dataclass(frozen=True, slots=True)
class ReadTable:
    """The values of a file in its order, and everything that is wrong with it."""

    values: tuple[TableValue, ...]
    problems: tuple[Problem, ...]


def table_csv(values: dict[Place, Decimal], groups: tuple[str, ...]) -> str:
    """Return a table in the layout that is read back; without groups an empty one to fill in."""
    rows = [[group, *(values.get((group, step)) for step in STEPS)] for group in groups]
    return csv_text(Table((GROUP, *STEPS.values()), rows), Dialect.GERMAN)


def read_table(sheet: Sheet, tariff: Tariff) -> ReadTable:
    """Return the values of a sheet; raises ``RefusedFileError`` when it has no lines or far too many."""
    if len(sheet.lines) < 2:  # noqa: PLR2004 - the headings are a line as well
        message = _("Die Datei hat keine Zeilen unter den Überschriften.")
        raise RefusedFileError(message)
    if len(sheet.lines) > MOST_GROUPS + 1:
        message = _("Die Datei hat %(count)s Zeilen; eine Entgelttabelle hat höchstens %(most)s Gruppen.") % {
            "count": len(sheet.lines) - 1, "most": MOST_GROUPS,
        }  # fmt: skip
        raise RefusedFileError(message)
    heading, *lines = sheet.lines
    columns, problems = _columns(heading)
    if problems:
        return ReadTable((), tuple(problems))
    values: list[TableValue] = []
    first_line: dict[str, int] = {}
    for line in lines:
        group = line.at(columns[GROUP]).text.strip()
        reason = _wrong_group(group, tariff)
        if not reason and group in first_line:
            reason = _("Diese Gruppe steht schon in Zeile %(line)s.") % {"line": first_line[group]}
        if reason:
            problems.append(Problem(line.number, GROUP, shown(group), reason))
            continue
        first_line[group] = line.number
        for found in _amounts(line, columns):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                step, amount = found
                values.append(TableValue(line.number, group, step, amount))
        if not any(not line.at(columns[name]).is_empty for name in STEPS.values()):
            problems.append(Problem(line.number, GROUP, group, _("Die Zeile hat keinen einzigen Betrag.")))
    return ReadTable(tuple(values), tuple(problems))


def _columns(heading: Line) -> tuple[dict[str, int], list[Problem]]:
    """Return where each heading stands; every heading that is unknown, doubled or missing is named."""
    columns: dict[str, int] = {}
    problems = []
    for place, value in enumerate(heading.values):
        text = value.text.strip()
        if text in columns:
            reason = _("Diese Überschrift gibt es zweimal.")
        elif text in LAYOUT.headings:
            columns[text] = place
            continue
        else:
            reason = _("Diese Spalte gehört nicht hierher. Erlaubt sind: %(headings)s.") % {
                "headings": ", ".join(LAYOUT.headings)
            }
        problems.append(Problem(heading.number, letter(place), shown(text), reason))
    problems += [
        Problem(heading.number, one, "", _("Diese Spalte fehlt.")) for one in LAYOUT.headings if one not in columns
    ]
    return columns, problems


def _wrong_group(group: str, tariff: Tariff) -> str:
    if not _GROUP.fullmatch(group):
        return _("Das ist keine Entgeltgruppe. Bitte ohne Leerzeichen so angeben: E9a, S8b, S12.")
    if not group.startswith(tariff.name):
        return _("Diese Gruppe gehört nicht zu: %(tariff)s.") % {"tariff": tariff.label}
    return ""


def _amounts(line: Line, columns: dict[str, int]) -> Iterator[tuple[int, Decimal] | Problem]:
    for step, heading in STEPS.items():
        value = line.at(columns[heading])
        if value.is_empty:
            continue
        try:
            amount = parse_amount(value.text)
        except AmountError as error:
            yield Problem(line.number, heading, value.shown, error.message)
            continue
        if amount > 0:
            yield step, amount
        else:
            yield Problem(line.number, heading, value.shown, _("Der Betrag muss größer als 0,00 € sein."))
    for place in range(max(columns.values()) + 1, len(line.values)):
        if not line.at(place).is_empty:
            reason = _("Dieser Wert steht unter keiner Überschrift.")
            yield Problem(line.number, letter(place), line.at(place).shown, reason)
