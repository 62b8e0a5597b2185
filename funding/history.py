"""What was changed, by whom and when: reads the events that the database's triggers write.

Every tracked row has its events from the first migration on, also those of bulk updates and raw SQL. A page costs the
same number of statements however many events it shows: one finds them in all tables, one reads them, two read the
names of what they mention, one the accounts.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import (
    DateTimeField,
    DecimalField,
    Exists,
    F,
    Field,
    ForeignKey,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)  # fmt: skip
from django.db.models.functions import Cast, JSONObject, TruncDate
from django.utils import timezone

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
from funding.tracked import BOOKKEEPING, OF_A_ROW, TRACKED, Rows
from kim.models import User
from staffing.models import (
    Allowance,
    AnnualBonus,
    PayRate,
    PayRise,
    Position,
    PositionBasis,
    PositionBasisKind,
    PositionCost,
    Provider,
    SocialInsuranceRate,
    StepDuration,
    SupplementaryPension,
)

Row = dict[str, Any]
Place = tuple[Rows, int]

INSERT, UPDATE, DELETE = "insert", "update", "delete"


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one row: its columns before (None: it was new) and after (None: it is gone)."""

    model: Rows
    number: int
    at: datetime
    pk: int
    label: str
    context: Row | None
    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        """The columns after the change; of a deleted row those it had."""
        return self.after if self.after is not None else self.before or {}

    @property
    def changed(self) -> tuple[str, ...]:
        """The columns that differ, without those that follow from the change itself."""
        old, new = self.before or {}, self.after or {}
        names = (field.attname for field in recorded(self.model))
        return tuple(name for name in names if name not in BOOKKEEPING and old.get(name) != new.get(name))

    @property
    def says_something(self) -> bool:
        """Whether anything differs that a reader could see."""
        return bool(self.changed) or self.label != UPDATE

    @property
    def order(self) -> tuple[datetime, int, int]:
        """Its place in time; the database gives all events of a transaction the same instant."""
        return self.at, TRACKED.index(self.model), self.number


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: of a programme, from a day to a day (both included, Berlin time), of some kinds of rows."""

    programme: Programme
    since: date | None = None
    until: date | None = None
    models: tuple[Rows, ...] = TRACKED
    row: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Events, newest first, and whether there are older ones."""

    events: tuple[Event, ...]
    has_more: bool


def event_model(model: Rows) -> Any:
    """Return the model of the events of ``model``."""
    return apps.get_model(model._meta.app_label, f"{model.__name__}Event")


def read(wanted: Wanted, *, most: int, skip: int = 0) -> Page:
    """Return up to ``most`` events after the newest ``skip``. Two statements; saves without a change are left out."""
    keys = [
        events.annotate(rank=Value(TRACKED.index(model))).values_list("rank", "pgh_id", "pgh_created_at")
        for model, events in _queries(wanted)
    ]
    found = _union(keys).order_by("-pgh_created_at", "-rank", "-pgh_id")[skip : skip + most + 1]
    numbers: dict[int, list[int]] = {}
    chosen = list(found)
    for rank, number, _at in chosen[:most]:
        numbers.setdefault(rank, []).append(number)
    events = read_events((TRACKED[rank], Q(pgh_id__in=ids)) for rank, ids in numbers.items())
    told = [event for event in events if event.says_something]
    return Page(tuple(sorted(told, key=lambda one: one.order, reverse=True)), len(chosen) > most)


def read_events(asked: Iterable[tuple[Rows, Q]]) -> list[Event]:
    """Return the events of models that fulfil a condition, in no order. One statement, none for nothing."""
    queries = []
    for model, condition in asked:
        events = event_model(model).objects
        earlier = events.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id")).order_by("-pgh_id")
        queries.append(
            events.filter(condition)
            .annotate(
                rank=Value(TRACKED.index(model)),
                now_row=columns(model),
                old_row=Subquery(earlier.values(old=columns(model))[:1], output_field=TextField()),
                who=Cast(F("pgh_context__metadata"), TextField()),
            )
            .values_list("rank", "pgh_id", "pgh_created_at", "pgh_obj_id", "pgh_label", "who", "now_row", "old_row")
        )
    return [_event(row) for row in _union(queries)] if queries else []


def rows_at(models: Iterable[tuple[Rows, Q]]) -> dict[Place, Row]:
    """Return each row as its newest event says that fulfils the condition; gone rows included. One statement."""
    queries = [
        event_model(model).objects.filter(condition).order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id").annotate(
            rank=Value(TRACKED.index(model)), now_row=columns(model)
        ).values_list("rank", "pgh_obj_id", "pgh_label", "now_row")
        for model, condition in models
    ]  # fmt: skip
    found = _union(queries) if queries else []
    return {(TRACKED[rank], pk): {**json.loads(text), "is_gone": label == DELETE} for rank, pk, label, text in found}


def recorded(model: Rows) -> "list[Field[Any, Any]]":
    """Return the columns that the events of ``model`` keep; the document of a version stands in its row alone."""
    kept = {field.attname for field in event_model(model)._meta.concrete_fields}
    return [field for field in model._meta.concrete_fields if field.attname in kept]


def columns(model: Rows) -> Cast:
    """Return the columns of an event's row as JSON text; decimals as text, because JSON would make floats of them."""
    fields: dict[str, Any] = {}
    for field in recorded(model):
        if isinstance(field, DateTimeField):
            fields[field.attname] = TruncDate(field.attname)
        elif isinstance(field, DecimalField):
            fields[field.attname] = Cast(field.attname, TextField())
        else:
            fields[field.attname] = F(field.attname)
    return Cast(JSONObject(**fields), TextField())


def _event(found: Sequence[Any]) -> Event:
    rank, number, at, pk, label, who, now, old = found
    row = json.loads(now)
    before = None if label == INSERT or old is None else json.loads(old)
    return Event(
        TRACKED[rank], number, at, pk, label, None if who is None else json.loads(who),
        # The event of a deletion holds the row as it was.
        row if label == DELETE else before, None if label == DELETE else row,
    )  # fmt: skip


def _union(queries: Sequence[QuerySet[Any]]) -> Any:
    first, *others = queries
    return first.union(*others, all=True) if others else first


def _queries(wanted: Wanted) -> Iterator[tuple[Rows, QuerySet[Any]]]:
    when = Q()
    if wanted.since is not None:
        when &= Q(pgh_created_at__gte=_midnight(wanted.since))
    if wanted.until is not None:
        when &= Q(pgh_created_at__lt=_midnight(wanted.until + timedelta(days=1)))
    kind, pk = wanted.row or ("", 0)
    for model, scope in scopes(wanted.programme).items():
        if model not in wanted.models or (wanted.row is not None and model not in OF_A_ROW[kind]):
            continue
        row = Q() if wanted.row is None else Q(**{OF_A_ROW[kind][model]: pk})
        yield model, event_model(model).objects.filter(scope & when & row)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())


def scopes(programme: Programme) -> dict[Rows, Q]:
    """Say for each tracked model which events belong to a programme; through events, so that gone rows still belong."""

    def ids(model: Rows, column: str = "pgh_obj_id", **condition: Any) -> Any:
        return event_model(model).objects.filter(**condition).values(column)

    modules = ids(FundingModule, programme_id=programme.pk)
    rules = ids(GrantRule, funding_module_id__in=modules)
    lines = ids(MaterialLine, funding_module_id__in=modules)
    positions = ids(FundedPosition, "position_id", grant_rule_id__in=rules)
    papers = ids(CouncilPaper, programme_id=programme.pk)
    tables = event_model(PositionBasis).objects.filter(position_id__in=positions, basis=PositionBasisKind.PAY_TABLE)
    of_tariff = Q(Exists(tables.filter(tariff=OuterRef("tariff"))))
    items = ids(PaperItem, paper_id__in=papers)
    own = Q(programme_id=programme.pk)
    place = Q(municipality_id=programme.municipality_id)
    return {
        Municipality: Q(pgh_obj_id=programme.municipality_id),
        Programme: Q(pgh_obj_id=programme.pk),
        BudgetYear: place,
        RoundingRule: own,
        LedgerAccount: own,
        FundingModule: own,
        GrantRule: Q(funding_module_id__in=modules),
        LumpSum: Q(grant_rule_id__in=rules),
        Cap: Q(funding_module_id__in=modules),
        GrantAward: own,
        TopUp: own,
        Deadline: own,
        # The pay law is everybody's: of the tables only what a position of the programme has ever been in.
        PayRate: Q(Exists(tables.filter(tariff=OuterRef("tariff"), pay_group=OuterRef("pay_group")))),
        StepDuration: of_tariff,
        Allowance: of_tariff,
        AnnualBonus: of_tariff,
        SocialInsuranceRate: Q(Exists(tables)),
        SupplementaryPension: Q(Exists(tables)),
        PayRise: Q(),
        Provider: Q(pgh_obj_id__in=ids(Position, "provider_id", pgh_obj_id__in=positions))
        | Q(pgh_obj_id__in=ids(MaterialLine, "provider_id", pgh_obj_id__in=lines)),
        Position: Q(pgh_obj_id__in=positions),
        FundedPosition: Q(grant_rule_id__in=rules),
        PositionBasis: Q(position_id__in=positions),
        PositionCost: Q(position_id__in=positions),
        MaterialLine: Q(funding_module_id__in=modules),
        MaterialCost: Q(material_line_id__in=lines),
        Scenario: own,
        ScenarioOverride: Q(scenario_id__in=ids(Scenario, programme_id=programme.pk)),
        Committee: place,
        CouncilPaper: own,
        PaperItem: Q(paper_id__in=papers),
        Meeting: Q(paper_id__in=papers),
        PrintedFigure: Q(paper_id__in=papers),
        FinanceStatement: Q(paper_id__in=papers),
        Resolution: Q(item_id__in=items),
        ItemLink: Q(item_id__in=items),
        ForecastVersion: own,
        CommitteeQuestion: own,
    }


# --- What the events mention: other rows, accounts, the beginning ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """What it takes to tell events: the rows they mention, the accounts behind them, when the programme was loaded."""

    rows: Mapping[Place, Row]
    accounts: Mapping[int, User]
    loaded_at: datetime | None


def known(programme: Programme, events: Sequence[Event]) -> Known:
    """Read what ``events`` mention, under the names of today. Four statements at most."""
    near = _rows_of(_mentioned(event.model, row) for event in events for row in (event.before, event.after) if row)
    far = _rows_of(_mentioned(model, row) for (model, _pk), row in near.items())
    users = {user for event in events if (user := account_of(event)) is not None}
    first = event_model(Programme).objects.filter(pgh_obj_id=programme.pk, pgh_label=INSERT)
    return Known(
        {**far, **near},
        User.objects.in_bulk(users) if users else {},
        first.values_list("pgh_created_at", flat=True).first(),
    )


def account_of(event: Event) -> int | None:
    """Return the number of the account behind an event; None when the change came without a sign-in."""
    user = (event.context or {}).get("user")
    return user if isinstance(user, int) and not isinstance(user, bool) else None


def references(model: Rows) -> dict[str, Rows]:
    """Return the columns of a model that hold the number of another tracked row."""
    return {
        field.attname: field.related_model
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model in TRACKED and not isinstance(field.related_model, str)
    }


def amount_of(row: Row | None, column: str = "amount") -> Decimal | None:
    """Return the amount of a row in euros; None where the row has none."""
    text = (row or {}).get(column)
    return None if text is None else Decimal(text)


def _mentioned(model: Rows, row: Row) -> set[Place]:
    return {(target, row[column]) for column, target in references(model).items() if row.get(column) is not None}


def _rows_of(mentioned: Iterable[set[Place]]) -> dict[Place, Row]:
    wanted: dict[Rows, set[int]] = {}
    for places in mentioned:
        for model, pk in places:
            wanted.setdefault(model, set()).add(pk)
    return rows_at((model, Q(pgh_obj_id__in=ids)) for model, ids in wanted.items())
