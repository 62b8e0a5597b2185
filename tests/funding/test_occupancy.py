"""Plan beside expectation: the grant of vacant months cannot be drawn."""

from datetime import date

import pytest
from django.test import Client

from funding.calculation.occupancy import Occupancy, two_views
from funding.selectors import programme_state
from kim.figures import Figure, Source
from staffing.models import Position

SOURCE = Source("Besetzung")


@pytest.fixture
def inputs(founding_case: object) -> object:
    state = programme_state("kim-nrw")
    assert state is not None
    return state.inputs


@pytest.mark.django_db
def test_plan_and_expectation_agree_while_everything_is_filled(inputs: object) -> None:
    views = two_views(inputs, {"KIM-2.1": Occupancy(date(2022, 1, 1), SOURCE)}, 2022)  # type: ignore[arg-type]

    assert views.expected.figures["shortfall"].amount == views.plan.figures["shortfall"].amount
    assert [str(views.undrawn.amount), views.vacancies] == ["0.00", ()]


@pytest.mark.django_db
def test_three_vacant_months_cost_a_quarter_of_the_lump_sum(inputs: object) -> None:
    views = two_views(inputs, {"KIM-2.1": Occupancy(date(2022, 4, 1), SOURCE)}, 2022)  # type: ignore[arg-type]

    (vacancy,) = views.vacancies
    assert [str(one.amount) for one in (vacancy.plan, vacancy.expected, vacancy.undrawn, views.undrawn)] == [
        "55000.00",
        "41250.00",
        "13750.00",
        "13750.00",
    ]
    assert [None if part is None else str(part) for part in vacancy.months] == [
        "4583.34",
        "4583.33",
        "4583.33",
        *[None] * 9,
    ]
    # Cost follows occupancy as well: nine of twelve months of 86,259.25.
    assert str(views.expected.figures["expense"].amount) == "940692.43"


@pytest.mark.django_db
def test_a_start_within_a_month_leaves_that_month_undrawn(inputs: object) -> None:
    views = two_views(inputs, {"KIM-2.1": Occupancy(date(2022, 4, 17), SOURCE)}, 2022)  # type: ignore[arg-type]

    (vacancy,) = views.vacancies
    assert str(vacancy.undrawn.amount) == "18333.33"
    assert sum(part for part in vacancy.months if part is not None) == vacancy.undrawn.amount


@pytest.mark.django_db
def test_nobody_knows_when_means_vacant_all_year_workplace_included(inputs: object) -> None:
    filled = {"KIM-1.3": Occupancy(None, SOURCE), "KIM-1.4": Occupancy(None, SOURCE)}
    views = two_views(inputs, filled, 2022)  # type: ignore[arg-type]

    assert [(one.reference, str(one.undrawn.amount)) for one in views.vacancies] == [
        ("KIM-1.3", "27500.00"),
        ("KIM-1.4", "22500.00"),
    ]
    # 27,500 + 22,500 for the positions and 9,700 x 1.0 for their workplaces.
    assert str(views.undrawn.amount) == "59700.00"
    assert Figure.from_json(views.undrawn.to_json()) == views.undrawn


@pytest.mark.django_db
@pytest.mark.usefixtures("founding_case")
def test_the_page_shows_both_views(bernd_client: Client) -> None:
    Position.objects.filter(reference="KIM-1.3").update(filled_from=date(2022, 7, 1))

    page = bernd_client.get("/programme/kim-nrw/besetzung/")

    assert page.status_code == 200
    assert [str(amount) for amount in page.context["lines"][1][2:]] == ["625600.00", "582075.00"]
    assert str(page.context["undrawn"]) == "43525.00"
