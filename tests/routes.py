"""Every address the resolver knows, with an example of each that exists in the founding case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from funding.models import (
    Cap,
    Committee,
    CommitteeQuestion,
    CouncilPaper,
    Deadline,
    ForecastVersion,
    FundedPosition,
    GrantAward,
    GrantRule,
    ItemLink,
    LumpSum,
    MaterialLine,
    Meeting,
    PaperItem,
    PrintedFigure,
    Programme,
    Scenario,
    ScenarioOverride,
    TopUp,
)
from funding.resolutions import Evidence, Station, record_decision, record_link, record_paper
from funding.services import freeze
from kim.models import ApiToken, User
from staffing.models import PayRise, Position, PositionBasis, Provider
from tests.staffing.rows import PAY_FORMS, example_pay_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

ARGUMENT = re.compile(r"\(\?P<(\w+)>(?:\([^()]*\)|\[[^]]*\]|[^()[\]])*\)|<(?:\w+:)?(\w+)>")
SOURCE = {"source": "Bescheid vom 01.02.2022", "source_status": "verified", "note": ""}


@dataclass(frozen=True, slots=True)
class Route:
    """A pattern of an address, its name, and its family: who may do what there."""

    pattern: str
    name: str
    family: str


def routes() -> list[Route]:
    """Return every route of the project."""
    return [Route(pattern, name, family(pattern, name)) for pattern, name in _walk(get_resolver())]


def _walk(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, str]]:
    for one in resolver.url_patterns:
        pattern = before + str(one.pattern).removeprefix("^")
        if isinstance(one, URLResolver):
            yield from _walk(one, pattern)
        elif isinstance(one, URLPattern):
            yield pattern.removesuffix("$"), one.name or ""


# Below these addresses the name of a route does not matter.
BELOW = {
    "admin/": "admin", "api/v1/docs/": "api page", "api/v1/pay-costs/": "api question", "api/v1/": "api",
    "api": "api nothing", "handbuch/": "page",
}  # fmt: skip
NAMED = {
    "sign-in": ("login",),
    "sign-out": ("logout",),
    "health": ("healthz", "readyz"),
    "page": (
        "start", "programme", "derivation", "positions", "position", "material", "material-line", "conditions",
        "scenarios", "papers", "paper", "finance-block", "finance-block-file", "occupancy", "grid-export",
        "grant-end", "deadlines-ics", "history", "history-report", "history-file", "history-row", "scenario",
        "pay-cost", "pay-tables", "pay-table", "pay-table-file", "pay-table-template", "coverage", "pay-rises",
        "compare", "compare-derivation", "since-meeting", "versions", "version",
        "reconcile", "reconcile-file", "questions",
    ),
    "form": (
        "new-position", "edit-position", "position-cost", "new-funding", "edit-funding", "material-cost",
        "new-condition", "edit-condition", "grid", "new-scenario", "edit-scenario", "copy-scenario", "delete-scenario",
        "new-override", "edit-override", "delete-override", "new-pay-rule", "edit-pay-rule", "finance-statement",
        "new-basis", "edit-basis", "delete-basis",
        "new-paper", "edit-paper", "decide", "new-item", "edit-item", "delete-item", "undo-decision", "new-link",
        "delete-link", "new-meeting", "edit-meeting", "delete-meeting",
        "new-printed", "edit-printed", "delete-printed", "answer",
    ),
    "asking": ("ask",),
    "own question": ("withdraw",),
    "adoption": ("adopt-scenario", "delete-pay-rise", "freeze"),
    "preview": ("new-pay-rise", "edit-pay-rise"),
    "own access": ("access",),
    "own revocation": ("access-revoke",),
    "upload": ("grid-import", "pay-upload", "import-paper", "reconcile-import"),
    "computing": ("what-if", "raise"),
}  # fmt: skip


def family(pattern: str, name: str) -> str:
    """Return the family of a route; an unknown one is an error, so that nobody forgets to decide who may use it."""
    for start, found in BELOW.items():
        if pattern.startswith(start):
            return found
    for found, names in NAMED.items():
        if name in names:
            return found
    message = f"Who may use {pattern!r} ({name})? Give it a family."
    raise LookupError(message)


# A scenario of somebody's own: those of the founding case cannot be deleted.
SCENARIO = "eigenes"


def own_scenario() -> None:
    """Create the scenario that the examples change and delete, and the pay rows, basis and rise they change."""
    example_pay_rows()
    PositionBasis.objects.create(
        position=Position.objects.get(reference="KIM-1.1"), first_year=2030, basis="civil_servant", amount="1.00",
        source="Stellenplan",
    )  # fmt: skip
    PayRise.objects.create(name="Tarifrunde", first_day=date(2090, 1, 1), percent="3.00", source="Annahme")
    scenario = Scenario.objects.create(programme=Programme.objects.get(slug="kim-nrw"), slug=SCENARIO, name="Eigenes")
    ScenarioOverride.objects.create(
        scenario=scenario, parameter="grant_until", last_day=date(2023, 12, 31), source="Annahme",
        source_status="assumed",
    )  # fmt: skip


# A paper of somebody's own, with an item that is open and one that is decided.
PAPER = "2022-1410"


def own_paper() -> None:
    """Create the paper that the examples change, and a link of its open item to the founding one."""
    founding = CouncilPaper.objects.get(slug="2021-1121")
    paper = record_paper(
        paper=CouncilPaper(
            programme=founding.programme, number="2022/1410", title="Aufstockung", paper_date=date(2022, 2, 15)
        ),
        items=[PaperItem(number=1, text="offen"), PaperItem(number=2, text="entschieden")],
        stations=[Station("Rat der Stadt Leverkusen", date(2022, 4, 4), "decides")],
    )
    still_open, decided = paper.items.order_by("number")
    record_decision(
        items=[decided], outcome="adopted", decided_on=date(2022, 4, 4), evidence=Evidence("Niederschrift"), by=None
    )
    target = founding.items.get(number=1)
    record_link(link=ItemLink(item=still_open, kind="extends", target=target, source="Vorlage"), by=None)


def frozen_version(by: User) -> ForecastVersion:
    """Freeze the version that the examples read."""
    programme = Programme.objects.get(slug="kim-nrw")
    paper = CouncilPaper.objects.get(programme=programme, number="2021/1121")
    return freeze(programme=programme, name="Vorlage 2021/1121", paper=paper, by=by)


def own_question(by: User) -> CommitteeQuestion:
    """Ask the question that the examples answer and take back."""
    return CommitteeQuestion.objects.create(
        programme=Programme.objects.get(slug="kim-nrw"), figure_key="shortfall", fiscal_year=2022, scenario="in-force",
        label="Mehrkosten der Stadt", amount_shown="336.657,24 €", text="Warum?", asked_at=timezone.now(),
        asked_as="committee", asked_by=by,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """An address that exists, and what a form there would send."""

    path: str
    data: dict[str, Any]
    is_json: bool = False


def examples(route: Route, owner: User) -> list[Example]:
    """Return addresses of the route; raises ``LookupError`` for an argument that has no example yet."""
    if route.family == "admin":
        return [Example(path, {"post": "yes"}) for path in _admin_paths(route, owner)]
    found = []
    kinds = KINDS if "condition" in route.name else PAY_FORMS
    for kind in kinds if "<kind>" in route.pattern else ("",):
        known = {**_arguments(route, owner), **({"kind": kind} if kind else {})}
        if route.name == "edit-condition":
            known["pk"] = _condition(kind).pk
        if route.name == "edit-pay-rule":
            known["pk"] = PAY_FORMS[kind][0]._default_manager.order_by("pk")[0].pk
        found.append(Example("/" + fill(route.pattern, known), form_data(route, kind), route.family == "computing"))
    return found


def fill(pattern: str, known: dict[str, Any]) -> str:
    """Put values in the place of arguments."""

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name not in known:
            message = f"No example for <{name}> of {pattern!r}."
            raise LookupError(message)
        return str(known[name])

    return ARGUMENT.sub(value, pattern).replace("(?:/.*)?", "/nichts")


KINDS = ("pauschale", "hoechstbetrag", "bescheid", "aufstockung", "sachkosten", "frist")


def _condition(kind: str) -> Any:
    model = {
        "pauschale": LumpSum,
        "hoechstbetrag": Cap,
        "bescheid": GrantAward,
        "aufstockung": TopUp,
        "sachkosten": MaterialLine,
        "frist": Deadline,
    }[kind]
    return model._default_manager.order_by("pk")[0]


# What hangs on the printed figures and answers of the published paper.
OF_PUBLISHED = ("/abgleich/", "/finanzblock/", "finance-block/")


def _arguments(route: Route, owner: User) -> dict[str, Any]:
    """Return an example of each argument by its name; the meaning of ``pk`` and ``slug`` depends on the route."""
    position = Position.objects.get(reference="KIM-1.1")
    rows = {
        "sachkosten": MaterialLine.objects.filter(kind="measures"),
        "abweichung": ScenarioOverride.objects.filter(scenario__slug=SCENARIO),
        "abgleich": PrintedFigure.objects.filter(number=3),
        "fragen": CommitteeQuestion.objects.all(),
    }
    place = next((name for name in rows if f"/{name}/<" in route.pattern), "")
    row: Any = (PayRise if "tariferhoehungen" in route.pattern else PositionBasis)._default_manager.first()
    places: dict[str, Any] = {
        "verbindung/<": ItemLink.objects.filter(item__paper__slug=PAPER),
        "beratung/<": Meeting.objects.filter(paper__slug=PAPER),
        "punkte/<": PaperItem.objects.filter(paper__slug=PAPER, number=2 if route.name == "undo-decision" else 1),
    }
    of_paper = next((rows for part, rows in places.items() if part in route.pattern), None)
    token = ApiToken.objects.filter(user=owner).values_list("digest", flat=True).first() or "0" * 24
    return {
        "programme": "kim-nrw",
        "key": token[:24] if route.name.startswith("access") else "shortfall",
        "pk": of_paper.get().pk if of_paper is not None else rows[place].get().pk if place else position.pk,
        "scenario": SCENARIO,
        "parameter": "positions_until",
        "basis": "civil_servant",
        "row": row.pk if row is not None else 1,
        "what": "stelle",
        "funded": FundedPosition.objects.get(position=position).pk,
        "year": 2022,
        "tariff": "TVoeD-VKA-S",
        "day": "2022-01-01",
        "paper": "2021-1121" if route.name == "paper" or any(one in route.pattern for one in OF_PUBLISHED) else PAPER,
        "number": 1,
        "ending": "pdf",
        "slug": "2021-1121" if "papers" in route.pattern else "glossar" if "handbuch" in route.pattern else "kim-nrw",
    }


def form_data(route: Route, kind: str = "") -> dict[str, Any]:
    """Return what the form would accept, so that a refusal can only come from the rights."""
    rule = GrantRule.objects.get(name="Koordination")
    module = rule.funding_module
    amount = {"amount": "1.234,56", **SOURCE}
    dated = {"valid_from": "01.01.2019", "valid_to": "31.12.2019"}
    forms: dict[str, dict[str, Any]]
    if kind in PAY_FORMS:
        return PAY_FORMS[kind][1]
    if kind:
        forms = {
            "pauschale": {"grant_rule": rule.pk, **dated, **amount},
            "hoechstbetrag": {"funding_module": module.pk, "covers": "positions", **dated, **amount},
            "bescheid": {
                "award_date": "01.02.2022", "reference": "34.02", "funding_module": module.pk, "covers": "material",
                "period_start": "01.01.2022", "period_end": "31.12.2022", **amount,
            },
            "sachkosten": {
                "funding_module": module.pk, "kind": "measures", "name": "Fachtag",
                "provider": Provider.objects.get(slug="ki").pk,
            },
            "aufstockung": {"fiscal_year": "2030", "stage": "adopted", **amount},
            "frist": {"kind": "drawdown", "day": "15.05.2022", "text": "Erster Mittelabruf", **SOURCE},
        }  # fmt: skip
        return forms[kind]
    cell = f"p{Position.objects.get(reference='KIM-1.1').pk}-2022"
    position = {
        "reference": "KIM-9.9", "title": "Koordination 9", "provider": Provider.objects.get(slug="ki").pk, "fte": "0,5",
        "planned_from": "01.01.2022", "filled_from_precision": "day",
    }  # fmt: skip
    forms = {
        "position-cost": amount,
        "material-cost": amount,
        "new-position": {**position, "grant_rule": rule.pk, **SOURCE},
        "edit-position": position,
        "new-funding": {"grant_rule": rule.pk, "valid_from": "01.01.2019", "valid_to": "31.12.2019", **SOURCE},
        "edit-funding": {"grant_rule": rule.pk, "valid_from": "01.01.2022", **SOURCE},
        "grid": {f"c-{cell}": "1.234,56", f"b-{cell}": "1:86259.24", **SOURCE},
        "what-if": {"cells": {cell: "1.234,56"}},
        "raise": {"cells": {cell: "1.234,56"}, "percent": "2,5"},
        "new-scenario": {"name": "Neues", "slug": "neues"},
        "edit-scenario": {"name": "Eigenes, umbenannt"},
        "copy-scenario": {"name": "Kopie", "slug": "kopie"},
        "new-override": {"last_day": "31.12.2023", "source": "Annahme"},
        "edit-override": {"last_day": "30.06.2024", "source": "Annahme"},
        "finance-statement": {"is_capital": "no", **SOURCE},
        "new-basis": {"first_year": "2031", **amount},
        "edit-basis": {"first_year": "2032", **amount},
        "new-pay-rise": {"name": "Neue", "first_day": "01.01.2091", "percent": "2", **SOURCE},
        "edit-pay-rise": {"name": "Tarifrunde", "first_day": "01.01.2090", "percent": "4", **SOURCE},
        "new-paper": {"number": "2024/3092", "kind": "paper", "title": "Aufhebung", "paper_date": "2024"},
        "edit-paper": {"number": "2022/1410", "kind": "paper", "title": "Aufstockung", "paper_date": "15.02.2022"},
        "new-item": {"number": "3", "kind": "other", "text": "Die Verwaltung berichtet."},
        "edit-item": {"number": "1", "kind": "other", "text": "Die Verwaltung berichtet."},
        "new-link": {"kind": "amends", "target": _founding_item(2), **SOURCE},
        "decide": {"item": "all", "outcome": "adopted", "decided_on": "04.04.2022", **SOURCE},
        "new-meeting": {"new_committee": "Integrationsrat", "meeting_date": "01.03.2022", "role": "advises"},
        "edit-meeting": {"committee": _council(), "meeting_date": "05.04.2022", "role": "decides"},
        "freeze": {"name": "Noch eine Fassung"},
        "new-printed": {
            "number": "99",
            "label": "Mehrkosten",
            "printed": "336.657,24 €",
            "place": "Seite 4",
            "unit": "EUR",
            "figure_key": "shortfall",
            "fiscal_year": "2022",
        },
        "edit-printed": {"number": "3", "label": "Förderhöhe", "printed": "€", "place": "Seite 2", "unit": "EUR"},
        "ask": {"text": "Was ist darin enthalten?"},
        "answer": {"answer": "Alle Kosten abzüglich aller Förderung."},
        "access": {"name": "Haushaltsportal", "days": "90"},
        "login": {"username": "ayse", "password": "demo"},
    }
    return forms.get(route.name, {})


def _founding_item(number: int) -> int:
    return PaperItem.objects.get(paper__slug="2021-1121", number=number).pk


def _council() -> int:
    return Committee.objects.get(name="Rat der Stadt Leverkusen").pk


def _admin_paths(route: Route, owner: User) -> list[str]:
    known: dict[str, Any] = {"app_label": "funding", "url": "nichts/", "content_type_id": "1", "id": owner.pk}
    for model in admin.site._registry:  # noqa: SLF001 - the only list of what the administration shows
        prefix = f"admin/{model._meta.app_label}/{model._meta.model_name}/"
        if route.pattern.startswith(prefix):
            # The newest row: the standard scenarios, which come first, refuse to be deleted.
            row = model._default_manager.order_by("-pk").first()
            # Where the founding case has no row, any number is as good: there is nothing to find.
            known["object_id"] = row.pk if row is not None else 1
    known.setdefault("object_id", 1)
    return ["/" + fill(route.pattern, known)]
