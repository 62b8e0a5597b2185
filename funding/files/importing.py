"""A file against the forecast as it is stored: what it changes, or everything against it. Writes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from funding.files.export import described
from funding.files.seals import RowSeal, open_seal
from funding.files.template import (
    DESCRIPTIONS,
    KEY,
    SEAL,
    Columns,
    note_heading,
    note_year_of,
    year_of,
)
from funding.grid import Cell, Grid, forecast, read_grid
from funding.grid_saving import Typed, read_changes
from funding.selectors import IN_FORCE, ProgrammeState
from kim import formatting
from kim.errors import AmountError
from kim.exports import FORMULA
from kim.files.amounts import read_amount
from kim.files.sheet import Line, Problem, RefusedFileError, Sheet, Value, letter, shown
from kim.rounding import EXACT

SUMS = {"summe", "summen", "gesamt", "gesamtsumme", "insgesamt", "zwischensumme", "total"}
# What a page can show; the rest is counted.
MOST_PROBLEMS = 500


@dataclass(frozen=True, slots=True)
class Moved:
    """A cell that was changed since the file was written; amounts in euros, None for empty."""

    line: int
    title: str
    exported: Decimal | None
    stored: Decimal | None
    in_file: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that the file changes."""

    line: int
    key: str
    title: str
    old: Decimal | None
    new: Decimal | None
    old_note: str
    new_note: str
    is_hidden: bool

    @property
    def by(self) -> Decimal | None:
        """How much more it is (euros); None where one side is empty."""
        return None if self.old is None or self.new is None else EXACT.subtract(self.new, self.old)


@dataclass(frozen=True, slots=True)
class YearEffect:
    """What a figure of a year is now, and would be (euros)."""

    year: int
    expense: Decimal
    new_expense: Decimal
    shortfall: Decimal
    new_shortfall: Decimal

    @property
    def more_expense(self) -> Decimal:
        """How much the total cost rises."""
        return EXACT.subtract(self.new_expense, self.expense)

    @property
    def more_shortfall(self) -> Decimal:
        """How much the city's share rises."""
        return EXACT.subtract(self.new_shortfall, self.shortfall)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a file would do: differences and effects; or problems and moved cells, and then it does nothing."""

    years: tuple[int, ...]
    differences: tuple[Difference, ...] = ()
    typed: Mapping[str, Typed] | None = None
    effects: tuple[YearEffect, ...] = ()
    notices: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    moved: tuple[Moved, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether the file cannot be taken."""
        return bool(self.problems or self.moved)


def judge(state: ProgrammeState, sheet: Sheet) -> Judgement:
    """Compare a file with the forecast of a programme; raises ``RefusedFileError`` for a file of another one."""
    if not sheet.lines:
        message = _("Die Datei hat keine Zeilen.")
        raise RefusedFileError(message)
    heading, *lines = sheet.lines
    columns, problems = _columns(heading)
    problems = [*sheet.problems, *problems]
    if columns is None:
        return Judgement((), problems=tuple(problems))
    grid = read_grid(state, sorted(columns.years))
    reader = _Reader(state, grid, columns)
    reader.read(lines)
    return reader.judgement(problems)


def _columns(heading: Line) -> tuple[Columns | None, list[Problem]]:
    """Find the columns; what is missing, double or unknown is named."""
    found: dict[str, int] = {}
    problems = []
    for column, value in enumerate(heading.values):
        # A year may have become a number, which messages would show as 2.022.
        text = _plain(value.text) if value.number is None else f"{value.number:f}"
        if not text:
            continue
        place = letter(column)
        if text in found:
            reason = _("Diese Spalte gibt es zweimal.")
        elif text in {KEY, SEAL, *DESCRIPTIONS} or year_of(text) or note_year_of(text):
            found[text] = column
            continue
        else:
            reason = _("Diese Spalte gehört nicht zur Prognose. Bitte löschen; nichts wird stillschweigend übergangen.")
        problems.append(Problem(heading.number, place, value.shown, reason))
    years = {year: column for text, column in found.items() if (year := year_of(text)) is not None}
    notes = {year: column for text, column in found.items() if (year := note_year_of(text)) is not None}
    missing = [text for text in (KEY, *DESCRIPTIONS, SEAL) if text not in found]
    if not years:
        missing.append(_("mindestens ein Haushaltsjahr"))
    for text in missing:
        reason = _("Diese Spalte fehlt. Bitte eine neue Datei ausgeben und keine Spalte löschen.")
        problems.append(Problem(heading.number, "", text, reason))
    problems += [
        Problem(heading.number, letter(notes[year]), note_heading(year), _("Die Spalte der Beträge dazu fehlt."))
        for year in sorted(notes.keys() - years.keys())
    ]
    if missing:
        return None, problems
    descriptions = {text: found[text] for text in DESCRIPTIONS}
    return Columns(found[KEY], found[SEAL], descriptions, years, notes), problems


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the file says for one cell, and where."""

    line: Line
    value: Value
    column: str


class _Reader:
    """Reads line by line and collects; decides nothing before the last line."""

    def __init__(self, state: ProgrammeState, grid: Grid, columns: Columns) -> None:
        self.state, self.grid, self.columns = state, grid, columns
        self.rows = {row.key: row for module in grid.modules for row in module.rows}
        self.described = described(state, grid)
        self.titles = grid.titles
        self.problems: list[Problem] = []
        self.moved: list[Moved] = []
        self.notices: list[str] = []
        self.typed: dict[str, Typed] = {}
        self.entries: dict[str, _Entry] = {}
        self.lines_by_key: dict[str, int] = {}
        self.foreign: set[str] = set()
        self.hidden: list[int] = []

    def read(self, lines: list[Line]) -> None:
        """Read all lines."""
        for place, line in enumerate(lines):
            if place == len(lines) - 1 and self._is_sum(line):
                self.notices.append(_("Zeile %(line)s ist eine Summe und wurde nicht gelesen.") % {"line": line.number})
            else:
                self._line(line)
        if self.foreign:
            message = _("Die Datei gehört zu einem anderen Förderprogramm (%(other)s), nicht zu %(name)s.") % {
                "other": ", ".join(sorted(self.foreign)),
                "name": self.state.short_name,
            }
            raise RefusedFileError(message)
        if not self.lines_by_key and not self.problems:
            self.problems.append(Problem(0, "", "", _("Die Datei hat keine Zeilen mit Beträgen.")))

    def _is_sum(self, line: Line) -> bool:
        texts = [value.text.strip().rstrip(":").lower() for value in line.values if value.text.strip()]
        return bool(texts) and texts[0] in SUMS and line.at(self.columns.seal).is_empty

    def _problem(self, line: Line, column: int, value: Value, reason: str, heading: str = "") -> None:
        place = f"{letter(column)} ({heading})" if heading else letter(column)
        self.problems.append(Problem(line.number, place, value.shown, reason))

    def _line(self, line: Line) -> None:
        seal = self._seal(line)
        if seal is None:
            return
        if line.is_hidden:
            self.hidden.append(line.number)
        self._descriptions(line, seal.key)
        for cell in self.rows[seal.key].cells:
            self._cell(line, cell, seal)

    def _seal(self, line: Line) -> RowSeal | None:
        """Return the base of a line that is whole, known and there once; None after naming what is wrong with it."""
        key, sealed = line.at(self.columns.key), line.at(self.columns.seal)
        name = key.text.strip()
        seal = None if sealed.problem else open_seal(sealed.text)
        reason = ""
        if key.is_empty:
            reason = _("Die Kennung fehlt. Neue Stellen werden auf der Seite „Stellen“ angelegt, nicht in der Datei.")
        elif name in self.lines_by_key:
            reason = _("Diese Kennung steht schon in Zeile %(line)s.") % {"line": self.lines_by_key[name]}
        elif seal is not None and seal.programme != self.state.slug:
            self.foreign.add(seal.programme)
            return None
        elif seal is not None and seal.key != name:
            reason = _("Das Siegel gehört zu %(other)s. Ist die Zeile verrutscht?") % {"other": seal.key}
        elif name not in self.rows:
            reason = _("Diese Zeile gibt es im Programm nicht oder nicht mehr. Bitte eine neue Datei ausgeben.")
        self.lines_by_key.setdefault(name, line.number)
        if reason:
            self._problem(line, self.columns.key, key, reason, KEY)
            return None
        if seal is None:
            reason = _("Das Siegel fehlt oder wurde verändert. Bitte eine neue Datei ausgeben.")
        elif set(seal.seen) != set(self.columns.years):
            reason = _("Diese Zeile wurde mit den Jahren %(sealed)s ausgegeben, die Datei hat %(found)s.") % {
                "sealed": _years(seal.seen),
                "found": _years(self.columns.years),
            }
        if reason:
            self._problem(line, self.columns.seal, sealed, reason, SEAL)
            return None
        return seal

    def _descriptions(self, line: Line, key: str) -> None:
        for heading, stored in self.described[key].items():
            column = self.columns.descriptions[heading]
            value = line.at(column)
            if value.problem or _plain(value.text) != _plain(stored):
                reason = _(
                    "Im Programm steht hier „%(stored)s“. Ist die Zeile verrutscht? Hier lässt sich das nicht ändern."
                ) % {"stored": shown(stored)}
                self._problem(line, column, value, reason, heading)

    def _cell(self, line: Line, cell: Cell, seal: RowSeal) -> None:
        column = self.columns.years[cell.year]
        value = line.at(column)
        if not seal.holds_for(cell):
            exported = seal.amount(cell.year)
            self.moved.append(Moved(line.number, self.titles[cell.key], exported, cell.amount, value.shown))
        try:
            amount = read_amount(value)
        except AmountError as error:
            self._problem(line, column, value, error.message, str(cell.year))
            return
        note = self._note(line, cell)
        if note is None:
            return
        if amount is None and cell.amount is None and note:
            place = self.columns.notes[cell.year]
            reason = _("Eine Anmerkung braucht einen Betrag.")
            self._problem(line, place, line.at(place), reason, note_heading(cell.year))
            return
        text = "" if amount is None else formatting.amount(amount)
        self.typed[cell.key] = Typed(text, note, seal.seen[cell.year])
        self.entries[cell.key] = _Entry(line, value, f"{letter(column)} ({cell.year})")

    def _note(self, line: Line, cell: Cell) -> str | None:
        """Return the note of a cell: the stored one where the file has none or the same; None if it is unreadable."""
        column = self.columns.notes.get(cell.year)
        if column is None:
            return cell.note
        value = line.at(column)
        if value.problem:
            self._problem(line, column, value, value.problem, note_heading(cell.year))
            return None
        text = value.text.replace("\r\n", "\n").strip()
        if _plain(text) == _plain(cell.note):
            return cell.note
        # The apostrophe that the export put before a formula is no part of the text.
        return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text

    def judgement(self, problems: Iterable[Problem]) -> Judgement:
        """Return what the file would do."""
        found = [*problems, *self.problems]
        read = read_changes(self.grid, {} if self.moved else self.typed)
        for key, message in read.errors.items():
            entry = self.entries[key]
            found.append(Problem(entry.line.number, entry.column, entry.value.shown, message))
        found.sort(key=lambda one: (one.line, one.column))
        if found or self.moved:
            return Judgement(self.grid.years, problems=tuple(found), moved=tuple(self.moved))
        differences = tuple(
            Difference(
                line=self.entries[change.cell.key].line.number,
                key=change.cell.key,
                title=self.titles[change.cell.key],
                old=change.cell.amount,
                new=change.amount,
                old_note=change.cell.note,
                new_note=change.note,
                is_hidden=self.entries[change.cell.key].line.is_hidden,
            )
            for change in read.changes
        )
        left_out = [self.rows[key].title for key in self.rows if key not in self.lines_by_key]
        if left_out:
            self.notices.append(
                _("Nicht in der Datei und deshalb unverändert: %(titles)s.") % {"titles": ", ".join(left_out[:20])}
            )
        if self.hidden:
            self.notices.append(
                _("Ausgeblendete Zeilen werden mitgelesen: %(lines)s.")
                % {"lines": ", ".join(str(one) for one in self.hidden[:20])}
            )
        return Judgement(
            self.grid.years,
            differences,
            {one.key: self.typed[one.key] for one in differences},
            effects(self.state, self.grid, read.amounts),
            tuple(self.notices),
        )


def effects(state: ProgrammeState, grid: Grid, amounts: Mapping[str, Decimal | None]) -> tuple[YearEffect, ...]:
    """Return what amounts by cell would do to the programme under the law in force, by year."""
    places = grid.places
    before = forecast(state, IN_FORCE, grid.years)
    after = forecast(state, IN_FORCE, grid.years, {places[key]: amount for key, amount in amounts.items()})
    return tuple(
        YearEffect(
            year,
            before[year].figures["expense"].amount,
            after[year].figures["expense"].amount,
            before[year].figures["shortfall"].amount,
            after[year].figures["shortfall"].amount,
        )
        for year in grid.years
    )


def _plain(text: str) -> str:
    return " ".join(text.removeprefix("'").split())


def _years(years: Iterable[int]) -> str:
    return ", ".join(str(year) for year in sorted(years)) or _("keine")
