"""Replays the public record after the founding case (``funding/data/leverkusen_chain.toml``), step by step.

Each step goes through the forms and verbs that the finance staff uses, so nothing enters that they would be refused.
All steps or none, and only once: rows that exist already belong to the finance staff.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pghistory
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from funding.council_forms import YearAlone
from funding.forms import CapForm, GrantAwardForm, LumpSumForm, NewPositionForm
from funding.models import (
    Cap,
    CouncilPaper,
    DatePrecision,
    GrantAward,
    GrantRule,
    ItemLink,
    LumpSum,
    PaperItem,
    Programme,
    Scenario,
)
from funding.resolutions import Evidence, Station, record_decision, record_link, record_paper
from funding.scenario_forms import OverrideForm, ScenarioForm
from funding.services import freeze, plan_position, register_award
from kim.errors import RuleError
from kim.figures import Status
from kim.formatting import amount as typed_amount
from kim.formatting import date as typed_day
from kim.models import User
from kim.rounding import share
from staffing.forms import PositionCostForm
from staffing.models import Position, PositionCost, Provider

CHAIN = Path(__file__).parent / "data" / "leverkusen_chain.toml"

Table = dict[str, Any]
Form = TypeVar("Form", bound=forms.BaseForm)


def replay(*, by: User, say: Callable[[str], None], file: Path = CHAIN) -> bool:
    """Replay the record, one line to ``say`` per step; returns whether there was anything to do.

    Versions are frozen by ``by``; all other rows belong to the programme's own data, with no account behind them.

    Raises ``RuleError`` naming the step where the rows that are there do not go with it; nothing is saved then.
    """
    with file.open("rb") as stream:
        record = tomllib.load(stream, parse_float=Decimal)
    programme = Programme.objects.select_related("municipality").filter(slug=record["programme"]).first()
    if programme is None:
        raise RuleError(_("Der Gründungsfall fehlt. Bitte zuerst „manage.py loadcase“ ausführen."))
    if CouncilPaper.objects.filter(programme=programme, number__in=record["papers"]).exists():
        return False
    lines = []
    with transaction.atomic(), pghistory.context(replay=file.stem):
        # Whoever replays at the same time waits here, and then finds it done.
        Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
        if CouncilPaper.objects.filter(programme=programme, number__in=record["papers"]).exists():
            return False
        for step in record["steps"]:
            try:
                STEPS[step["do"]](programme, step, by)
            except (RuleError, ValidationError) as error:
                reason = error.message if isinstance(error, RuleError) else " ".join(error.messages)
                message = _("Das Nachspielen passt nicht zu dem, was schon erfasst ist („%(step)s“): %(reason)s") % {
                    "step": step["say"], "reason": reason,
                }  # fmt: skip
                raise RuleError(message, step=step["say"]) from error
            lines.append(step["say"])
    for line in lines:
        say(line)
    return True


# --- Steps ------------------------------------------------------------------------------------------------------------


def _paper(programme: Programme, step: Table, _by: User) -> None:
    day = step.get("paper_date") or YearAlone(step["year"], 1, 1)
    motion_to = step.get("amendment_to")
    paper = CouncilPaper(
        programme=programme,
        number=step["number"],
        kind=step["kind"],
        title=step["title"],
        paper_date=date(day.year, day.month, day.day),
        date_precision=DatePrecision.YEAR if isinstance(day, YearAlone) else DatePrecision.DAY,
        amendment_to=None if motion_to is None else programme.papers.get(number=motion_to),
        originator=step.get("originator", ""),
        url=step.get("url", ""),
        note=step["note"],
    )
    entries = {entry["number"]: entry for entry in step["items"]}
    record_paper(
        paper=paper,
        items=[
            PaperItem(**{name: value for name, value in entry.items() if name != "links"}) for entry in entries.values()
        ],
        stations=[Station(**meeting) for meeting in step.get("meetings", ())],
    )
    for item in paper.items.order_by("number"):
        for link in entries[item.number].get("links", ()):
            target = PaperItem.objects.get(
                paper__programme=programme, paper__number=link["paper"], number=link["item"]
            )  # fmt: skip
            record_link(link=ItemLink(item=item, kind=link["kind"], target=target, **_sourced(link)), by=None)


def _decision(programme: Programme, step: Table, _by: User) -> None:
    items = PaperItem.objects.filter(paper__programme=programme, paper__number__in=step["papers"])
    evidence = Evidence(step["source"], step.get("status", Status.VERIFIED.value), step.get("note", ""))
    record_decision(
        items=list(items), outcome=step["outcome"], decided_on=step.get("decided_on"), evidence=evidence, by=None
    )


def _award(programme: Programme, step: Table, _by: User) -> None:
    form = filled(
        GrantAwardForm,
        {
            "award_date": typed_day(step["award_date"]),
            "funding_module": programme.funding_modules.get(number=step["module"]).pk,
            **_sourced(step),
        },
        instance=GrantAward(programme=programme),
        programme=programme.slug,
    )
    register_award(form=form, by=None)


def _cap(programme: Programme, step: Table, _by: User) -> None:
    module = programme.funding_modules.get(number=step["module"])
    before = Cap.objects.filter(funding_module=module, covers=step["covers"], valid_to__isnull=True)
    _end(CapForm, before, programme, step["valid_from"])
    values = {"funding_module": module.pk, "covers": step["covers"], **_amount(step)}
    filled(CapForm, values, instance=Cap(), programme=programme.slug).save_by(None)


def _lump_sum(programme: Programme, step: Table, _by: User) -> None:
    rule = _rule(programme, step["rule"])
    _end(LumpSumForm, LumpSum.objects.filter(grant_rule=rule, valid_to__isnull=True), programme, step["valid_from"])
    values = {"grant_rule": rule.pk, **_amount(step)}
    filled(LumpSumForm, values, instance=LumpSum(), programme=programme.slug).save_by(None)


def _end(form: type[Any], rows: Iterable[Any], programme: Programme, first_day: date) -> None:
    """Let what holds until further notice end on the day before ``first_day``."""
    for row in rows:
        last_day = date.fromordinal(first_day.toordinal() - 1)
        filled(form, {"valid_to": typed_day(last_day)}, instance=row, programme=programme.slug).save_by(None)


def _positions(programme: Programme, step: Table, _by: User) -> None:
    """Plan the positions; each costs what those do on average that the rule pays for already."""
    rule = _rule(programme, step["rule"])
    entry = step["provider"]
    provider, _made = Provider.objects.get_or_create(
        slug=entry["slug"], defaults={"name": entry["name"], "kind": entry["kind"]}
    )
    first = step["planned_from"]
    costs: dict[int, list[Decimal]] = {year: [] for year in programme.years if year >= first.year}
    for cost in PositionCost.objects.filter(position__funded__grant_rule=rule, fiscal_year__in=costs):
        costs[cost.fiscal_year].append(cost.amount)
    for reference, title in zip(step["references"], step["titles"], strict=True):
        values = {
            "reference": reference, "title": title, "provider": provider.pk, "fte": step["fte"],
            "planned_from": typed_day(first), "grant_rule": rule.pk, "source": step["source"],
            "source_status": step["status"],
        }  # fmt: skip
        form = filled(NewPositionForm, values, instance=Position(), programme=programme.slug)
        position = plan_position(form=form, by=None)
        for year, amounts in costs.items():
            average = share(sum(amounts, Decimal(0)), Decimal(1), Decimal(len(amounts)))
            why = {"source": step["cost_source"], "source_status": step["status"], "note": step["cost_note"]}
            cost = PositionCost(position=position, fiscal_year=year)
            filled(PositionCostForm, {"amount": typed_amount(average), **why}, instance=cost).save_by(None)


def _scenario(programme: Programme, step: Table, _by: User) -> None:
    scenario = Scenario.objects.get(programme=programme, slug=step["slug"])
    filled(ScenarioForm, {"description": step["description"]}, instance=scenario).save_by(None)
    for entry in step["overrides"]:
        override = scenario.overrides.get(parameter=entry["parameter"])
        values = {"source": entry["source"]}
        if "last_day" in entry:
            values["last_day"] = typed_day(entry["last_day"])
        filled(OverrideForm, values, instance=override, programme=programme.slug).save_by(None)


def _freeze(programme: Programme, step: Table, by: User) -> None:
    paper = programme.papers.get(number=step["paper"])
    freeze(programme=programme, name=step["name"], paper=paper, by=by, note=step["note"])


STEPS: Mapping[str, Callable[[Programme, Table, User], None]] = {
    "paper": _paper,
    "decision": _decision,
    "award": _award,
    "cap": _cap,
    "lump_sum": _lump_sum,
    "positions": _positions,
    "scenario": _scenario,
    "freeze": _freeze,
}


# --- Forms, filled in as somebody would -------------------------------------------------------------------------------


def filled(form: type[Form], values: Mapping[str, Any], **options: Any) -> Form:
    """Return the form with what its row has and ``values`` typed over it; raises ``ValidationError`` if refused."""
    blank = form(**options)
    shown = {name: blank[name].value() for name in blank.fields}
    # A browser sends nothing for an empty field or a box that is not ticked.
    found = form({name: value for name, value in {**shown, **values}.items() if value not in {None, False}}, **options)
    if not found.is_valid():
        raise ValidationError([message for messages in found.errors.values() for message in messages])
    return found


def _rule(programme: Programme, name: str) -> GrantRule:
    return GrantRule.objects.get(funding_module__programme=programme, name=name)


def _sourced(entry: Table) -> Table:
    return {
        "source": entry["source"],
        "source_status": entry.get("status", Status.VERIFIED.value),
        "note": entry.get("note", ""),
    }


def _amount(step: Table) -> Table:
    return {
        "amount": typed_amount(Decimal(step["amount"])), "valid_from": typed_day(step["valid_from"]), **_sourced(step)
    }  # fmt: skip
