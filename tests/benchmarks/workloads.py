"""Seeded workloads: W1 stands for Leverkusen, W2 for all municipalities of the programme."""

from datetime import date
from decimal import Decimal
from random import Random

from funding.loading import load_case
from funding.models import FundedPosition, GrantRule, MaterialCost, Programme, TopUp
from staffing.models import Position, PositionCost, Provider

FIRST_YEAR, LAST_YEAR = 2022, 2031
SOURCE = {"source": "Lastfall", "source_status": "assumed"}


def load(positions: int) -> None:
    """Load the founding case over ten years with ``positions`` positions in all."""
    load_case()
    programme = Programme.objects.get(slug="kim-nrw")
    programme.last_year = LAST_YEAR
    programme.save()
    random = Random(positions)
    rules = list(GrantRule.objects.filter(name__in=["Koordination", "Casemanagement"]))
    providers = list(Provider.objects.all())
    known = Position.objects.count()
    places = Position.objects.bulk_create(
        Position(
            reference=f"W-{number:05}",
            title=f"Stelle {number}",
            provider=random.choice(providers),
            fte=Decimal(random.choice(("0.5", "0.75", "1"))),
            planned_from=date(FIRST_YEAR, random.randint(1, 12), 1),
        )
        for number in range(known, positions)
    )
    FundedPosition.objects.bulk_create(
        FundedPosition(position=place, grant_rule=random.choice(rules), valid_from=place.planned_from, **SOURCE)
        for place in places
    )
    PositionCost.objects.filter(fiscal_year__gt=2026).delete()
    PositionCost.objects.bulk_create(
        PositionCost(
            position=place, fiscal_year=year, amount=Decimal(random.randint(3_000_000, 9_500_000)).scaleb(-2), **SOURCE
        )
        for place in Position.objects.all()
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
        if year > 2026 or place.reference.startswith("W-")
    )
    for cost in MaterialCost.objects.filter(fiscal_year=2026):
        MaterialCost.objects.bulk_create(
            MaterialCost(material_line=cost.material_line, fiscal_year=year, amount=cost.amount, **SOURCE)
            for year in range(2027, LAST_YEAR + 1)
        )


def touch() -> None:
    """Change an input, as a save in the browser does: nothing computed before may be used again."""
    top_up = TopUp.objects.first()
    assert top_up is not None
    TopUp.objects.filter(pk=top_up.pk).update(amount=top_up.amount + Decimal("0.01"))
