"""Programmes and their positions; never a person."""

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from funding.api import examples, schemas
from funding.api.figures import SLUG
from funding.api.query import unknown_programme
from funding.models import FundedPosition, FundingModule, Programme
from kim.api import parameters
from kim.api.answers import fte_json
from kim.api.pagination import PAGES, page_of
from kim.api.parameters import SLUG_LENGTH
from kim.api.schema import Operation
from kim.api.views import ReadView
from kim.figures import EUR
from kim.models import Sourced
from kim.rounding import require_cents
from staffing.models import DECLARED, PositionBasis, PositionBasisKind, PositionCost

ORDERS = ("reference", "title", "fte")
BUDGET_YEAR = "grant_rule__funding_module__programme__budget_year"
BASIS = ("basis", "tariff", "pay_group", "pay_step", "step_since")


def _programmes() -> QuerySet[Programme]:
    """Return the programmes with all that is shown of them: four statements, whatever there is."""
    return (
        Programme.objects.select_related("municipality")
        .prefetch_related("ledger_accounts", "funding_modules__caps")
        .order_by("slug")
    )


class ProgrammesView(ReadView):
    """All programmes."""

    parameters = PAGES
    operation = Operation(
        name="programmes",
        tag=_("Programme"),
        summary=_("Alle Förderprogramme"),
        description=_("Jedes mit Bausteinen, Höchstbeträgen, Befristung, Innenauftrag und Sachkonten."),
        answer=schemas.PROGRAMMES,
        example=examples.PROGRAMMES,
    )

    def get(self, request: Request) -> Response:
        """Answer a page of programmes."""
        found = _programmes()
        page = page_of(request, self.query, Programme.objects.count(), lambda part: list(map(_json, found[part])))
        return self.respond(repr(page), lambda: page)


class ProgrammeView(ReadView):
    """One programme."""

    operation = Operation(
        name="programme",
        tag=_("Programme"),
        summary=_("Ein Förderprogramm"),
        description=_("Bausteine, Höchstbeträge, Befristung, Innenauftrag und Sachkonten."),
        answer=schemas.ProgrammeSerializer,
        example=examples.PROGRAMME,
        path=SLUG,
    )

    def get(self, request: Request, slug: str) -> Response:  # noqa: ARG002 - read by ``initial``
        """Answer the programme."""
        found = _programmes().filter(slug=slug).first() if len(slug) <= SLUG_LENGTH else None
        if found is None:
            raise unknown_programme(slug)
        data = _json(found)
        return self.respond(repr(data), lambda: data)


class PositionsView(ReadView):
    """The funded positions of a programme."""

    parameters = (
        parameters.number("funding_module", _("Nur Stellen dieses Förderbausteins (Nummer)."), most=9999),
        parameters.slug("provider", _("Nur Stellen dieses Trägers (Kurzname)."), "caritas"),
        parameters.choice(
            "ordering", _("Reihenfolge; ein Minus davor kehrt sie um. Ohne Angabe nach Stellennummer."),
            *ORDERS, *(f"-{name}" for name in ORDERS),
        ),
        *PAGES,
    )  # fmt: skip
    operation = Operation(
        name="positions",
        tag=_("Programme"),
        summary=_("Geförderte Stellen eines Programms"),
        description=_(
            "Eine Zeile je Stelle und Zeitraum der Förderung: Förderbaustein, Träger, Stellenanteil, Zeitraum und "
            "wie die Kosten gefunden werden. Eine Stelle ist ein geplanter Platz; Personen kommen nicht vor."
        ),
        answer=schemas.POSITIONS,
        example=examples.POSITIONS,
        path=SLUG,
    )

    def get(self, request: Request, slug: str) -> Response:
        """Answer a page of positions: two statements, whatever their number."""
        within = {
            "grant_rule__funding_module__programme__slug": slug,
            **_renamed(self.query, funding_module="grant_rule__funding_module__number"),
            **_renamed(self.query, provider="position__provider__slug"),
        }
        rows = FundedPosition.objects.filter(**within)
        # The count says as well whether there is such a programme.
        counted = (
            Programme.objects.filter(slug=slug)
            .values_list(Count("funding_modules__grant_rules__funded_positions"), flat=True)
            .first()
            if len(slug) <= SLUG_LENGTH
            else None
        )
        if counted is None:
            raise unknown_programme(slug)
        is_filtered = "funding_module" in self.query or "provider" in self.query
        count = rows.count() if is_filtered else counted
        name = self.query.get("ordering", "reference")
        column = f"-position__{name[1:]}" if name.startswith("-") else f"position__{name}"
        ordered = _position_rows(rows).order_by(column, "position__reference", "valid_from")
        page = page_of(request, self.query, count, lambda part: list(map(_position_json, ordered[part])))
        return self.respond(repr(page), lambda: page)


def _renamed(query: parameters.Query, **columns: str) -> dict[str, Any]:
    return {column: query[name] for name, column in columns.items() if name in query}


def _position_rows(rows: QuerySet[FundedPosition]) -> Any:
    bases = PositionBasis.objects.filter(
        position=OuterRef("position"), first_year__lte=OuterRef(BUDGET_YEAR)
    ).order_by("-first_year")  # fmt: skip
    return rows.values(
        "source", "source_status", "note",
        reference=F("position__reference"), title=F("position__title"), fte=F("position__fte"),
        module=F("grant_rule__funding_module__number"), rule=F("grant_rule__name"),
        provider_slug=F("position__provider__slug"), provider_name=F("position__provider__name"),
        provider_kind=F("position__provider__kind"),
        is_declared=Exists(
            PositionCost.objects.filter(position=OuterRef("position"), fiscal_year=OuterRef(BUDGET_YEAR))
        ),
        found_by=Subquery(bases.values(found=JSONObject(**{name: F(name) for name in BASIS}))[:1]),
        planned_from=F("position__planned_from"), planned_until=F("position__planned_until"),
        funded_from=F("valid_from"), funded_until=F("valid_to"),
    )  # fmt: skip


def _position_json(row: dict[str, Any]) -> dict[str, Any]:
    found_by = row["found_by"]
    return {
        "reference": row["reference"],
        "title": row["title"],
        "funding_module": row["module"],
        "grant_rule": row["rule"],
        "provider": {"slug": row["provider_slug"], "name": row["provider_name"], "kind": row["provider_kind"]},
        "fte": fte_json(row["fte"]),
        "planned_from": row["planned_from"].isoformat(),
        "planned_until": _iso(row["planned_until"]),
        "funded_from": row["funded_from"].isoformat(),
        "funded_until": _iso(row["funded_until"]),
        "cost_basis": DECLARED if row["is_declared"] or found_by is None else found_by["basis"],
        "pay": _pay_json(found_by),
        "source": {"text": row["source"], "status": row["source_status"], "note": row["note"]},
    }


def _pay_json(found_by: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the place in a pay table, also where a declared amount counts before it."""
    if found_by is None or found_by["basis"] != PositionBasisKind.PAY_TABLE:
        return None
    return {
        "tariff": found_by["tariff"],
        "group": found_by["pay_group"],
        "step": found_by["pay_step"],
        "step_since": found_by["step_since"],
    }


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None


def _json(programme: Programme) -> dict[str, Any]:
    return {
        "slug": programme.slug,
        "name": programme.name,
        "short_name": programme.short_name,
        "municipality": programme.municipality.name,
        "grantor": programme.grantor,
        "limited_until": _iso(programme.limited_until),
        "limited_until_source": programme.limited_until_source,
        "budget_year": programme.budget_year,
        "first_year": programme.first_year,
        "last_year": programme.last_year,
        "cost_object": programme.internal_order,
        "ledger_accounts": [
            {"number": account.number, "use": account.use} for account in programme.ledger_accounts.all()
        ],
        "funding_modules": [_module_json(module) for module in programme.funding_modules.all()],
    }


def _module_json(module: FundingModule) -> dict[str, Any]:
    return {
        "number": module.number,
        "kind": module.kind,
        "name": module.name,
        "instrument": module.instrument,
        "minimum_fte": None if module.minimum_fte is None else fte_json(module.minimum_fte),
        "caps": [
            {
                "covers": cap.covers,
                "amount": {"amount": str(require_cents(cap.amount)), "unit": EUR},
                "valid_from": cap.valid_from.isoformat(),
                "valid_to": _iso(cap.valid_to),
                "source": _source_json(cap),
            }
            for cap in sorted(module.caps.all(), key=lambda one: (one.covers, one.valid_from))
        ],
    }


def _source_json(row: Sourced) -> dict[str, str]:
    return {"text": row.source, "status": row.source_status, "note": row.note}
