"""Printed figures of a paper as a file, there and back: judged line by line, everything that is wrong named at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from funding.labels import LABELS
from funding.models import CouncilPaper, Covers, PrintedFigure, PrintedUnit, ReasonKind
from funding.printed_forms import FIELDS, KEYS, PrintedFigureForm
from funding.selectors import ProgrammeState
from kim.exports import FORMULA, Dialect, Table, csv_text
from kim.files.confirmation import opened, sealed
from kim.files.sheet import Layout, Line, Problem, RefusedFileError, Sheet, Value, letter, shown

NUMBER, LABEL, PRINTED, PLACE = "Nummer", "Was", "gedruckt", "Fundstelle"
COLUMNS: Mapping[str, str] = {
    NUMBER: "number",
    LABEL: "label",
    PRINTED: "printed",
    PLACE: "place",
    "als Zahl": "amount",
    "Einheit": "unit",
    "gerechnete Zahl": "figure_key",
    "Sachkonto": "ledger_account",
    "Haushaltsjahr": "fiscal_year",
    "Szenario": "scenario",
    "Förderbaustein": "funding_module",
    "Träger": "provider",
    "Stelle oder Zeile": "line",
    "Förderregel": "rule",
    "Höchstbetrag für": "part",
    "Grund": "reason_kind",
    "Begründung": "reason",
}
REQUIRED = (NUMBER, LABEL, PRINTED, PLACE)
LAYOUT = Layout(REQUIRED)
# More than any paper prints.
MOST_LINES = 300
SALT = "funding.printed.preview"


def _words(choices: Sequence[tuple[str, str | Promise]]) -> dict[str, str]:
    """Return the value for each way to write a choice: as forms show it, and as the API names it."""
    return {word.casefold(): value for value, label in choices for word in (str(label), value)}


_CHOICES: Mapping[str, dict[str, str]] = {
    "unit": _words(PrintedUnit.choices),
    "part": _words(Covers.choices),
    "reason_kind": _words(ReasonKind.choices),
    "figure_key": _words([(key, LABELS[key]) for key in KEYS]),
}


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line of the file as a form takes it, and what it does: the row it changes, or none for a new one."""

    line: int
    data: dict[str, str]
    form: PrintedFigureForm
    old: PrintedFigure | None

    @property
    def is_changed(self) -> bool:
        """Whether it differs from the row that is stored."""
        return self.old is not None and any(
            getattr(self.old, name) != getattr(self.form.instance, name) for name in FIELDS
        )


@dataclass(frozen=True, slots=True)
class JudgedFile:
    """Everything a file would do; with problems it does nothing."""

    lines: tuple[FileLine, ...]
    problems: tuple[Problem, ...]

    @property
    def new(self) -> list[FileLine]:
        """Lines without a row yet."""
        return [one for one in self.lines if one.old is None]

    @property
    def changed(self) -> list[FileLine]:
        """Lines that change a row."""
        return [one for one in self.lines if one.is_changed]


def printed_csv(rows: Sequence[PrintedFigure]) -> str:
    """Return the printed figures of a paper in the layout that is read back."""
    return csv_text(
        Table(tuple(COLUMNS), [[_cell(row, name) for name in COLUMNS.values()] for row in rows]), Dialect.GERMAN
    )


def _cell(row: PrintedFigure, name: str) -> str | int | Decimal | None:
    value: Any = getattr(row, name)
    if name in {"unit", "part", "reason_kind"}:
        return str(getattr(row, f"get_{name}_display")())
    return None if value == "" else value


def judge(state: ProgrammeState, paper: CouncilPaper, sheet: Sheet) -> JudgedFile:
    """Compare a file with the stored lines; raises ``RefusedFileError`` when it has none, or far too many."""
    if len(sheet.lines) < 2:  # noqa: PLR2004 - the headings are a line as well
        message = _("Die Datei hat keine Zeilen unter den Überschriften.")
        raise RefusedFileError(message)
    if len(sheet.lines) > MOST_LINES + 1:
        message = _("Die Datei hat %(count)s Zeilen; ein Abgleich hat höchstens %(most)s.") % {
            "count": len(sheet.lines) - 1,
            "most": MOST_LINES,
        }
        raise RefusedFileError(message)
    heading, *lines = sheet.lines
    columns, problems = _columns(heading)
    problems = [*sheet.problems, *problems]
    if any(text not in columns for text in REQUIRED):
        return JudgedFile((), tuple(problems))
    read = [(line.number, _data(line, columns)) for line in lines]
    problems += [one for line in lines for one in _unreadable(line, columns)]
    found, more = forms_of(state, paper, read)
    values = {line.number: line for line in lines}
    problems += [_problem(one, values[one.line], columns) for one in more]
    problems.sort(key=lambda one: one.line)
    return JudgedFile(found, tuple(problems))


def forms_of(
    state: ProgrammeState, paper: CouncilPaper, read: Sequence[tuple[int, dict[str, str]]]
) -> tuple[tuple[FileLine, ...], list[Problem]]:
    """Return each line with its checked form, and what is wrong; a problem's column is the name of a field."""
    stored = {str(row.number): row for row in PrintedFigure.objects.filter(paper=paper)}
    found: list[FileLine] = []
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for line, data in read:
        number = data["number"].lstrip("0")
        if number and number in first:
            reason = _("Diese Nummer steht schon in Zeile %(line)s.") % {"line": first[number]}
            problems.append(Problem(line, "number", data["number"], reason))
            continue
        first[number] = line
        old = stored.get(number)
        instance = PrintedFigure(paper=paper)
        if old is not None:
            instance = PrintedFigure.objects.get(pk=old.pk)
        form = PrintedFigureForm(data, instance=instance, state=state)
        problems += [
            Problem(line, name if name in COLUMNS.values() else "", data.get(name, ""), str(message))
            for name, messages in form.errors.items()
            for message in messages
        ]
        found.append(FileLine(line, data, form, old))
    return tuple(found), problems


def _columns(heading: Line) -> tuple[dict[str, int], list[Problem]]:
    """Return where each heading stands; every heading that is unknown, doubled or missing is named."""
    columns: dict[str, int] = {}
    problems = []
    for place, value in enumerate(heading.values):
        text = value.text.strip()
        if not text:
            continue
        if text in columns:
            reason = _("Diese Überschrift gibt es zweimal.")
        elif text in COLUMNS:
            columns[text] = place
            continue
        else:
            reason = _("Diese Spalte gehört nicht hierher. Erlaubt sind: %(headings)s.") % {
                "headings": ", ".join(COLUMNS)
            }
        problems.append(Problem(heading.number, letter(place), shown(text), reason))
    problems += [
        Problem(heading.number, text, "", _("Diese Spalte fehlt.")) for text in REQUIRED if text not in columns
    ]
    return columns, problems


def _data(line: Line, columns: Mapping[str, int]) -> dict[str, str]:
    data = {name: _text(line.at(columns[text])) if text in columns else "" for text, name in COLUMNS.items()}
    for name, words in _CHOICES.items():
        data[name] = words.get(data[name].casefold(), data[name])
    data["unit"] = data["unit"] or PrintedUnit.EUR.value
    return data


def _text(value: Value) -> str:
    if value.number is not None:
        # A year or amount that the file has as a number: written as somebody would type it.
        return f"{value.number:f}".replace(".", ",")
    text = value.text.strip()
    # The apostrophe that the export put before a formula is no part of the text.
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text


def _unreadable(line: Line, columns: Mapping[str, int]) -> list[Problem]:
    """Name cells that no text can be read from, and values under no heading."""
    known = set(columns.values())
    return [
        Problem(
            line.number, letter(place), value.shown, value.problem or _("Dieser Wert steht unter keiner Überschrift.")
        )
        for place, value in enumerate(line.values)
        if not value.is_empty and (value.problem or place not in known)
    ]


def _problem(one: Problem, line: Line, columns: Mapping[str, int]) -> Problem:
    """Put a problem of a field where a reader of the file finds it: the heading, and the value as it stands there."""
    heading = next((text for text, name in COLUMNS.items() if name == one.column), "")
    value = line.at(columns[heading]).shown if heading in columns else ""
    return Problem(one.line, heading, value, one.reason)


# --- The preview, signed: nothing is kept on the server -------------------------------------------------------------


def seal_of(paper: CouncilPaper) -> str:
    """Return the seal of the stored lines: a preview is only good for what it was compared with."""
    rows = PrintedFigure.objects.filter(paper=paper).order_by("number").values_list("pk", *FIELDS)
    return sha256(repr([tuple(map(str, row)) for row in rows]).encode()).hexdigest()


def signed(judged: JudgedFile, paper: CouncilPaper, user: int) -> str:
    """Return what the preview shows as the word that travels through the page (HMAC-SHA256, django.core.signing)."""
    lines = [[one.line, one.data] for one in judged.lines]
    return sealed([paper.pk, user, seal_of(paper), lines], SALT)


def confirmed(text: str, paper: CouncilPaper, user: int) -> list[tuple[int, dict[str, str]]]:
    """Return the lines of a preview; raises ``RefusedFileError`` for what was changed, is too old or not one's own."""
    found = opened(text, SALT)
    paper_pk, owner, seal, lines = found
    if (paper_pk, owner) != (paper.pk, user):
        message = _("Die Bestätigung gehört zu einer anderen Vorlage oder einem anderen Konto.")
        raise RefusedFileError(message)
    if seal != seal_of(paper):
        message = _("Der Abgleich wurde inzwischen geändert. Bitte die Datei noch einmal hochladen.")
        raise RefusedFileError(message)
    return [(line, data) for line, data in lines]
