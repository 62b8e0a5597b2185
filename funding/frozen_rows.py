"""What a version shows beside its figures: positions, material lines, conditions and papers as they were frozen.

Everything comes from the rows in the document. None of it is a row of today, so none of it can change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from funding.models import CouncilPaper, Covers, GrantAward, GrantRule, Instrument, MeetingRole, TopUp
from funding.models.council import ItemKind, ItemStatus
from funding.models.programme import MaterialLine
from funding.selectors import ProgrammeState
from kim import formatting
from staffing.models import ProviderKind

Row = Mapping[str, Any]
Facts = list[tuple[str, str]]
_VALIDITY = ("valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Funding:
    """A rule that pays for a position or line, with its time and what proves it."""

    rule: str
    valid_from: date | None
    valid_to: date | None
    source_status: str
    source: str


@dataclass(frozen=True, slots=True)
class FrozenPlace:
    """A position or a material line of a version; ``reference`` finds its figures."""

    reference: str
    title: str
    facts: Facts
    funding: tuple[Funding, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """An amount of the grantor or the city: what for, how it counts, when it holds, what proves it."""

    name: str
    counting: str
    amount: Decimal | None
    valid_from: date | None
    valid_to: date | None
    source_status: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class FrozenModule:
    """A funding module with the amounts that held in it."""

    number: int
    name: str
    instrument: str
    minimum_fte: Decimal | None
    minimum_fte_source: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class FrozenPaper:
    """A council paper as it stood; items and meetings only of the one that the version served."""

    number: str
    slug: str
    title: str
    paper_date: date
    is_day_known: bool
    name: str
    status: str
    url: str
    items: tuple[tuple[int, str, str, str], ...]
    meetings: tuple[tuple[date, str, str, bool], ...]
    is_served: bool


def numbers_of_positions(state: ProgrammeState) -> dict[str, int]:
    """Return the number in the address of each position, by its reference."""
    return {row["reference"]: row["position"] for row in _rows(state, "funded")}


def shares_of_positions(state: ProgrammeState) -> dict[str, Decimal]:
    """Return the share of a full-time position of each, by its reference."""
    return {row["reference"]: Decimal(row["fte"]) for row in _rows(state, "funded")}


def frozen_position(state: ProgrammeState, pk: int) -> FrozenPlace | None:
    """Return a position of a version; None for one that it does not have."""
    rows = [row for row in _rows(state, "funded") if row["position"] == pk]
    if not rows:
        return None
    first = rows[0]
    until = _day(first["planned_until"])
    plan = {
        "start": formatting.date(date.fromisoformat(first["planned_from"])),
        "until": formatting.date(until) if until is not None else _("unbefristet"),
    }
    facts = [
        (_("Nummer"), first["reference"]),
        (_("Träger"), _provider(first)),
        (_("Stellenanteil"), formatting.fte(Decimal(first["fte"]))),
        (_("Geplant"), _("ab %(start)s, %(until)s") % plan),
        (_("Besetzung"), _("steht nicht in einer Fassung")),
    ]
    rules = {row["id"]: _rule_name(state, row) for row in _rows(state, "rules")}
    funding = tuple(
        Funding(
            rules.get(row["rule"], ""), _day(row["valid_from"]), _day(row["valid_to"]), row["status"], row["source"]
        )
        for row in rows
    )  # fmt: skip
    return FrozenPlace(first["reference"], first["title"], facts, funding)


def frozen_material(state: ProgrammeState, pk: int) -> FrozenPlace | None:
    """Return a material line of a version; None for one that it does not have."""
    found = next((row for row in _rows(state, "material") if row["id"] == pk), None)
    if found is None:
        return None
    modules = {row["id"]: f"{row['number']} {row['name']}" for row in _rows(state, "modules")}
    rules = {row["id"]: row["name"] for row in _rows(state, "rules")}
    facts = [
        (_("Förderbaustein"), modules.get(found["funding_module"], "")),
        (_("Träger"), _provider(found)),
        (_("Art"), _choice(MaterialLine, "kind", found["kind"])),
        (_("Beträge"), _("je Vollzeitstelle und Jahr") if found["per_fte"] else _("je Jahr")),
        (_("Förderregel"), rules.get(found["rule"], _("wird nicht gefördert"))),
    ]
    return FrozenPlace(f"material-{pk}", found["name"], facts, ())


def frozen_modules(state: ProgrammeState) -> list[FrozenModule]:
    """Return the modules with lump sums and caps."""
    return [
        FrozenModule(
            row["number"], row["name"], str(dict(Instrument.choices).get(row["instrument"], row["instrument"])),
            None if row["minimum_fte"] is None else Decimal(row["minimum_fte"]), row["minimum_fte_source"],
            (*_lump_sums(state, row["id"]), *_caps(state, row["id"])),
        )
        for row in _rows(state, "modules")
    ]  # fmt: skip


def _lump_sums(state: ProgrammeState, module: int) -> Iterator[Condition]:
    for rule in _rows(state, "rules"):
        if rule["funding_module"] == module:
            counting = _choice(GrantRule, "basis", rule["basis"])
            if rule["limited_to_cost"]:
                counting = _("%(basis)s, höchstens die tatsächlichen Kosten") % {"basis": counting}
            for row in _rows(state, "lump_sums"):
                if row["rule"] == rule["id"]:
                    yield _condition(row, rule["name"], counting)


def _caps(state: ProgrammeState, module: int) -> Iterator[Condition]:
    for row in _rows(state, "caps"):
        if row["funding_module"] == module:
            what = dict(Covers.choices).get(row["covers"], row["covers"])
            yield _condition(row, _("Höchstbetrag %(what)s") % {"what": what}, _("höchstens je Jahr"))


def frozen_awards(state: ProgrammeState) -> list[Condition]:
    """Return the awards that counted, each with its period."""
    modules = {row["id"]: f"{row['number']} {row['name']}" for row in _rows(state, "modules")}
    return [
        _condition(
            {**row, "valid_from": row["period_start"], "valid_to": row["period_end"]},
            " ".join((formatting.date(date.fromisoformat(row["award_date"])), row["reference"])).strip(),
            ", ".join(
                (modules[row["funding_module"]], _choice(GrantAward, "covers", row["covers"]))
            ) if row["funding_module"] in modules else _("ganzes Programm"),
        )
        for row in _rows(state, "awards")
    ]  # fmt: skip


def frozen_top_ups(state: ProgrammeState) -> list[Condition]:
    """Return what the city had planned, registered or adopted beside the grant."""
    return [
        _condition({**row, **dict.fromkeys(_VALIDITY)}, str(row["year"]), _choice(TopUp, "stage", row["stage"]))
        for row in _rows(state, "top_ups")
    ]


def frozen_papers(state: ProgrammeState) -> list[FrozenPaper]:
    """Return the papers there were; the one that the version served with its items and meetings."""
    served = (state.document or {}).get("paper")
    found = []
    for row in _rows(state, "papers"):
        own = served if served is not None and served["slug"] == row["slug"] else None
        found.append(
            FrozenPaper(
                row["number"], row["slug"], row["title"], date.fromisoformat(row["paper_date"]),
                row.get("date_precision", "day") == "day",
                f"{_choice(CouncilPaper, 'kind', row.get('kind', 'paper'))} {row['number']}",
                _choice(CouncilPaper, "status", row["status"]), own["url"] if own else "",
                tuple(_items(own)), tuple(_meetings(own)), own is not None,
            )
        )  # fmt: skip
    return found


def _items(paper: Row | None) -> Iterator[tuple[int, str, str, str]]:
    for one in paper["items"] if paper is not None else ():
        kind, status = dict(ItemKind.choices), dict(ItemStatus.choices)
        yield one["number"], one["text"], str(kind.get(one["kind"], "")), str(status.get(one["status"], ""))


def _meetings(paper: Row | None) -> Iterator[tuple[date, str, str, bool]]:
    for one in paper["meetings"] if paper is not None else ():
        role = str(dict(MeetingRole.choices).get(one["role"], ""))
        yield date.fromisoformat(one["meeting_date"]), one["committee"], role, one["is_public"]


def _rows(state: ProgrammeState, name: str) -> list[Row]:
    return list((state.document or {"inputs": {}})["inputs"].get(name, ()))


def _condition(row: Row, name: str, counting: str) -> Condition:
    amount = None if row["amount"] is None else Decimal(row["amount"])
    start, end = (_day(row[one]) for one in _VALIDITY)
    return Condition(name, counting, amount, start, end, row["status"], row["source"], row["note"])


def _rule_name(state: ProgrammeState, rule: Row) -> str:
    numbers = {row["id"]: row["number"] for row in _rows(state, "modules")}
    return f"{numbers[rule['funding_module']]} · {rule['name']}"


def _provider(row: Row) -> str:
    kind = dict(ProviderKind.choices).get(row["provider_kind"], row["provider_kind"])
    return f"{row['provider_name']} ({kind})"


def _choice(model: Any, column: str, value: str) -> str:
    return str(dict(model._meta.get_field(column).flatchoices).get(value, value))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
