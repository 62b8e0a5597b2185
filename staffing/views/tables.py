"""The pay tables and the employer's rates: what is there, from when to when, and how far its source carries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kim.figures import Status
from kim.roles import may_edit
from staffing.calculation.pay import group_label
from staffing.models import (
    Allowance,
    AnnualBonus,
    PayRate,
    SocialInsuranceRate,
    StepDuration,
    SupplementaryPension,
    Tariff,
)
from staffing.paytables.reading import STEPS, Place, table_csv
from staffing.selectors import group_order

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class TableRow:
    """A pay table in the list: the values of one tariff with the same validity."""

    tariff: str
    label: str
    valid_from: date
    valid_to: date | None
    count: int
    statuses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """Rows of a rule that say the same for several groups: shown as one, each group leading to its own row."""

    row: Any
    groups: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """The line of a group: what stands in each step, None where there is nothing."""

    group: str
    label: str
    cells: tuple[PayRate | None, ...]


@require_safe
def pay_tables(request: HttpRequest) -> HttpResponse:
    """List every table and rate. Six statements, whatever there is."""
    context = {
        "tables": _tables(),
        "bonuses": _by_group(AnnualBonus.objects.all(), "tariff", "first_year", "last_year", "percent"),
        "allowances": _by_group(Allowance.objects.all(), "tariff", "valid_from", "valid_to", "amount"),
        "durations": _by_group(StepDuration.objects.all(), "tariff", "valid_from", "valid_to", "years"),
        "insurance": SocialInsuranceRate.objects.order_by("-valid_from"),
        "pensions": SupplementaryPension.objects.order_by("-valid_from", "name"),
        "may_edit": may_edit(request.user),
        "crumbs": [
            (_("Start"), reverse("start")), (_("Stellenkosten"), reverse("pay-cost")), (_("Entgelttabellen"), "")
        ],
    }  # fmt: skip
    return render(request, "staffing/pay_tables.html", context)


@require_safe
def pay_table(request: HttpRequest, tariff: str, day: date) -> HttpResponse:
    """Show the values of the table that begins on ``day``: a line per group, a column per step."""
    rows = _rows(tariff, day)
    known = Tariff(tariff)
    context = {
        "tariff": known,
        "day": day,
        "ends": sorted({row.valid_to for row in rows if row.valid_to}),
        "is_open": any(row.valid_to is None for row in rows),
        "steps": list(STEPS.values()),
        "groups": _grid(rows),
        "origins": _origins(rows),
        "may_edit": may_edit(request.user),
        "crumbs": [
            (_("Start"), reverse("start")), (_("Stellenkosten"), reverse("pay-cost")),
            (_("Entgelttabellen"), reverse("pay-tables")), (known.label, ""),
        ],
    }  # fmt: skip
    return render(request, "staffing/pay_table.html", context)


@require_safe
def pay_table_file(request: HttpRequest, tariff: str, day: date) -> HttpResponse:  # noqa: ARG001 - signature of Django
    """Give a table as the CSV file that can be uploaded again."""
    rows = _rows(tariff, day)
    values: dict[Place, Decimal] = {(row.pay_group, row.pay_step): row.amount for row in rows}
    groups = tuple(sorted({row.pay_group for row in rows}, key=group_order))
    return _csv(table_csv(values, groups), f"entgelttabelle-{tariff.lower()}-{day:%Y-%m-%d}.csv")


@require_safe
def empty_table_file(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - signature of Django
    """Give a file with the headings only, to be filled in."""
    return _csv(table_csv({}, ()), "entgelttabelle-vorlage.csv")


def _csv(text: str, name: str) -> HttpResponse:
    return HttpResponse(
        text, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _tables() -> list[TableRow]:
    found = (
        PayRate.objects.order_by("tariff", "-valid_from")
        .values_list("tariff", "valid_from", "valid_to")
        .annotate(count=Count("pk"), statuses=ArrayAgg("source_status", distinct=True))
    )
    order = [status.value for status in Status]
    return [
        TableRow(tariff, str(Tariff(tariff).label), start, end, count, tuple(sorted(statuses, key=order.index)))
        for tariff, start, end, count, statuses in found
    ]


def _rows(tariff: str, day: date) -> list[PayRate]:
    rows = list(PayRate.objects.filter(tariff=tariff, valid_from=day)) if tariff in Tariff.values else []
    if not rows:
        raise Http404
    return rows


def _grid(rows: Iterable[PayRate]) -> list[GroupRow]:
    values = {(row.pay_group, row.pay_step): row for row in rows}
    return [
        GroupRow(group, group_label(group), tuple(values.get((group, step)) for step in STEPS))
        for group in sorted({group for group, _step in values}, key=group_order)
    ]


def _origins(rows: Iterable[PayRate]) -> list[tuple[str, str, str, int]]:
    """Return each source once with its status, its note, and how many values rest on it."""
    found: dict[tuple[str, str, str], int] = {}
    for row in rows:
        key = (row.source_status, row.source, row.note)
        found[key] = found.get(key, 0) + 1
    return [(*key, count) for key, count in found.items()]


def _by_group(rows: Iterable[Any], *same: str) -> list[RuleRow]:
    """Put rows together that differ in nothing but their group, newest first."""
    found: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        key = tuple(getattr(row, name) for name in (*same, "source", "source_status", "note"))
        found.setdefault(key, []).append(row)
    start = same[1]
    together = [
        RuleRow(
            several[0],
            tuple((row.pay_group, row.pk) for row in sorted(several, key=lambda one: group_order(one.pay_group))),
        )
        for several in found.values()
    ]
    return sorted(together, key=lambda one: getattr(one.row, start), reverse=True)
