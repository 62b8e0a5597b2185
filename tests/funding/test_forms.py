"""What a form saves: the row to the digit, who did it, what the history keeps, and the figures that follow."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pghistory.models
import pytest

from funding.models import Cap, FundedPosition, FundingModule, GrantAward, GrantRule, LumpSum, MaterialCost, TopUp
from funding.selectors import programme_state
from staffing.models import Position, PositionCost, Provider
from tests.pages import Page, payload

if TYPE_CHECKING:
    from django.db.models import Model
    from django.test import Client

    from funding.models import Programme
    from kim.models import User

BASE = "/programme/kim-nrw"
SOURCE = {"source": "Bescheid vom 01.02.2022", "source_status": "verified", "note": "geprüft"}
BEFORE = "336657.24"


def figure(key: str = "shortfall", year: int = 2022, scenario: str = "in-force") -> str:
    """Return a figure of the programme as it stands now."""
    state = programme_state("kim-nrw")
    assert state is not None
    found = state.figures(year, scenario)
    return str((found.top_up[key] if key in found.top_up else found.figures[key]).amount)


def fill_in(client: Client, path: str, **typed: str) -> tuple[str, list[str]]:
    """Open a form as a browser does, change some fields, send it; returns where it leads and what is said there."""
    page = Page(client.get(path))
    answer = client.post(path, payload(page, **typed))
    assert answer.status_code == 302, Page(answer).summary()
    return answer["Location"], Page(client.get(answer["Location"])).messages


def row(found: Model, *names: str) -> dict[str, str]:
    """Return columns of a stored row as text."""
    found.refresh_from_db()
    return {name: str(getattr(found, name)) for name in names}


def who(found: Model) -> list[tuple[str, Any]]:
    """Return kind and account of every recorded change of a row made through a page, oldest first."""
    events = pghistory.models.Events.objects.tracks(found).filter(pgh_context__isnull=False).order_by("pgh_created_at")
    return [(event.pgh_label, event.pgh_context["user"]) for event in events]


def test_yearly_cost_of_a_position(founding_case: Programme, ayse: User, ayse_client: Client) -> None:
    cost = PositionCost.objects.get(position__reference="KIM-1.1", fiscal_year=2022)
    place = f"{BASE}/stellen/{cost.position_id}/"
    page = Page(ayse_client.get(f"{place}kosten/2022/"))
    assert page.heading == "Koordination 1: Personalkosten 2022"
    assert (page.typed("amount"), page.typed("source_status")) == ("86.259,25", "inferred")

    where, said = fill_in(ayse_client, f"{place}kosten/2022/", amount="90.000,00", **SOURCE)

    assert (where, said) == (place, ["Gespeichert: Koordination 1: Personalkosten 2022."])
    assert row(cost, "amount", *SOURCE, "recorded_by") == {"amount": "90000.00", **SOURCE, "recorded_by": "ayse"}
    assert who(cost) == [("update", ayse.pk)]
    # 90,000.00 instead of 86,259.25; the lump sum stays.
    assert (figure(), figure("grant")) == ("340397.99", "625600.00")
    card = Page(ayse_client.get(f"{BASE}/")).all("li", class_="kim-figure")[2]
    assert card.one("a").text == "340.397,99 €"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("90000", "90000.00"), ("90.000", "90000.00"), ("90.000,5", "90000.50"), (" 90.000,05 € ", "90000.05"),
        ("0", "0.00"), ("0,01", "0.01"), ("999.999.999.999,99", "999999999999.99"),
    ],
)  # fmt: skip
def test_an_amount_is_stored_as_it_was_typed(
    founding_case: Programme, ayse_client: Client, typed: str, stored: str
) -> None:
    cost = PositionCost.objects.get(position__reference="KIM-1.1", fiscal_year=2022)
    fill_in(ayse_client, f"{BASE}/stellen/{cost.position_id}/kosten/2022/", amount=typed)
    assert row(cost, "amount") == {"amount": stored}
    # Everything else is as it was: nobody has to type a source again for a corrected amount.
    assert row(cost, "source_status") == {"source_status": "inferred"}


def test_first_cost_of_a_year(founding_case: Programme, ayse: User, ayse_client: Client) -> None:
    place = Position.objects.get(reference="KIM-1.1")
    PositionCost.objects.filter(position=place, fiscal_year=2026).delete()
    assert figure(year=2026) == "875997.99"
    page = Page(ayse_client.get(f"{BASE}/stellen/{place.pk}/"))
    years = page.table("Personalkosten je Haushaltsjahr in Euro, wie der Plan sie hat")
    assert years[-1] == ["2026", "–", "–", "nicht bekannt", "–", "Erfassen"]

    fill_in(ayse_client, f"{BASE}/stellen/{place.pk}/kosten/2026/", amount="86.259,24", **SOURCE)

    cost = PositionCost.objects.get(position=place, fiscal_year=2026)
    assert row(cost, "amount", "recorded_by") == {"amount": "86259.24", "recorded_by": "ayse"}
    assert who(cost) == [("insert", ayse.pk)]
    assert figure(year=2026) == "962257.23"


@pytest.mark.parametrize(
    ("typed", "shortfall", "grant"),
    # The measures are funded up to their lump sum of 49,000.00, and never beyond their cost.
    [("50.000,00", "337657.24", "625600.00"), ("40.000,00", "336657.24", "616600.00")],
)
def test_yearly_cost_of_measures(
    founding_case: Programme, ayse: User, ayse_client: Client, typed: str, shortfall: str, grant: str
) -> None:
    cost = MaterialCost.objects.get(material_line__kind="measures", fiscal_year=2022)
    place = f"{BASE}/sachkosten/{cost.material_line_id}/"
    where, said = fill_in(ayse_client, f"{place}kosten/2022/", amount=typed, **SOURCE)
    assert where == place
    assert said == ["Gespeichert: Veranstaltungsformate, Maßnahmen, externe Begleitung: Kosten 2022."]
    assert row(cost, *SOURCE, "recorded_by") == {**SOURCE, "recorded_by": "ayse"}
    assert who(cost) == [("update", ayse.pk)]
    assert (figure(), figure("grant")) == (shortfall, grant)


def test_cost_of_workplaces_counts_per_full_position(founding_case: Programme, ayse_client: Client) -> None:
    cost = MaterialCost.objects.get(material_line__kind="workplace", fiscal_year=2022)
    fill_in(ayse_client, f"{BASE}/sachkosten/{cost.material_line_id}/kosten/2022/", amount="10.000")
    # 3.0 x 10,000.00 instead of 9,700.00.
    assert (figure("workplace_cost"), figure()) == ("30000.00", "337557.24")


def test_lump_sum_is_lowered_from_a_year_on(founding_case: Programme, ayse: User, ayse_client: Client) -> None:
    rule = GrantRule.objects.get(name="Casemanagement")
    old = rule.lump_sums.get()
    where, said = fill_in(ayse_client, f"{BASE}/foerderung/pauschale/{old.pk}/", valid_to="31.12.2022")
    assert (where, said) == (f"{BASE}/foerderung/", ["Gespeichert: Pauschale ändern."])
    where, said = fill_in(
        ayse_client, f"{BASE}/foerderung/pauschale/neu/", grant_rule=str(rule.pk), amount="50.000,00",
        valid_from="01.01.2023", **SOURCE,
    )  # fmt: skip
    assert said == ["Gespeichert: Neue Pauschale."]
    new = LumpSum.objects.latest("pk")
    assert row(new, "grant_rule_id", "amount", "valid_from", "valid_to", *SOURCE, "recorded_by") == {
        "grant_rule_id": str(rule.pk), "amount": "50000.00", "valid_from": "2023-01-01", "valid_to": "None", **SOURCE,
        "recorded_by": "ayse",
    }  # fmt: skip
    assert (who(old), who(new)) == ([("update", ayse.pk)], [("insert", ayse.pk)])
    # Five positions with 5,000.00 less each, and nothing of it in 2022.
    assert (figure(), figure(year=2023, scenario="grant-continues")) == (BEFORE, "361657.24")


def test_cap_is_lowered(founding_case: Programme, ayse: User, ayse_client: Client) -> None:
    cap = Cap.objects.get(funding_module__number=1, covers="positions")
    where, said = fill_in(ayse_client, f"{BASE}/foerderung/hoechstbetrag/{cap.pk}/", amount="150.000,00", **SOURCE)
    assert (where, said) == (f"{BASE}/foerderung/", ["Gespeichert: Höchstbetrag ändern."])
    assert row(cap, "amount", "valid_from", *SOURCE, "recorded_by") == {
        "amount": "150000.00", "valid_from": "2020-07-01", **SOURCE, "recorded_by": "ayse",
    }  # fmt: skip
    assert who(cap) == [("update", ayse.pk)]
    assert figure() == "346657.24"


def test_cap_for_material_of_another_module(founding_case: Programme, ayse: User, ayse_client: Client) -> None:
    module = FundingModule.objects.get(number=2)
    fill_in(
        ayse_client, f"{BASE}/foerderung/hoechstbetrag/neu/", funding_module=str(module.pk), covers="material",
        amount="0,01", valid_from="01.01.2022", valid_to="31.12.2022", **SOURCE,
    )  # fmt: skip
    cap = Cap.objects.latest("pk")
    assert row(cap, "funding_module_id", "covers", "amount", "valid_from", "valid_to", "recorded_by") == {
        "funding_module_id": str(module.pk), "covers": "material", "amount": "0.01", "valid_from": "2022-01-01",
        "valid_to": "2022-12-31", "recorded_by": "ayse",
    }  # fmt: skip
    assert who(cap) == [("insert", ayse.pk)]
    assert figure() == BEFORE


AWARD = {
    "award_date": "15.03.2022", "reference": "34.02 – KIM/22", "covers": "positions", "period_start": "01.01.2022",
    "period_end": "31.12.2022", "amount": "260.000,00", **SOURCE,
}  # fmt: skip


def test_award_takes_the_place_of_the_rule(founding_case: Programme, ayse: User, ayse_client: Client) -> None:
    module = FundingModule.objects.get(number=2)
    where, said = fill_in(ayse_client, f"{BASE}/foerderung/bescheid/neu/", funding_module=str(module.pk), **AWARD)
    assert (where, said) == (f"{BASE}/foerderung/", ["Gespeichert: Neuer Bescheid."])
    award = GrantAward.objects.latest("pk")
    names = ("programme_id", "funding_module_id", "award_date", "reference", "covers", "period_start", "period_end")
    assert row(award, *names, "amount", "amends", "is_superseded", *SOURCE, "recorded_by") == {
        "programme_id": str(founding_case.pk), "funding_module_id": str(module.pk), "award_date": "2022-03-15",
        "reference": "34.02 – KIM/22", "covers": "positions", "period_start": "2022-01-01", "period_end": "2022-12-31",
        "amount": "260000.00", "amends": "None", "is_superseded": "False", **SOURCE, "recorded_by": "ayse",
    }  # fmt: skip
    assert who(award) == [("insert", ayse.pk)]
    # 260,000.00 awarded instead of 5 x 55,000.00.
    assert (figure("grant"), figure()) == ("610600.00", "351657.24")


def test_amended_award_stays_readable_and_counts_no_more(
    founding_case: Programme, ayse: User, ayse_client: Client
) -> None:
    module = str(FundingModule.objects.get(number=2).pk)
    new = f"{BASE}/foerderung/bescheid/neu/"
    fill_in(ayse_client, new, funding_module=module, **AWARD)
    first = GrantAward.objects.latest("pk")
    second = {**AWARD, "funding_module": module, "award_date": "01.06.2022", "amount": "250.000,00"}

    refused = ayse_client.post(new, second)

    assert (refused.status_code, Page(refused).errors("amends")) == (
        422, ["Für diesen Baustein und Zeitraum gilt schon ein Bescheid. Bitte angeben, welchen Bescheid er ändert."]
    )  # fmt: skip
    assert Page(refused).typed("amount") == "250.000,00"
    assert row(first, "is_superseded") == {"is_superseded": "False"}
    assert figure() == "351657.24"

    fill_in(ayse_client, new, amends=str(first.pk), **second)

    last = GrantAward.objects.latest("pk")
    assert row(last, "amount", "amends_id", "is_superseded") == {
        "amount": "250000.00", "amends_id": str(first.pk), "is_superseded": "False",
    }  # fmt: skip
    assert row(first, "amount", "is_superseded") == {"amount": "260000.00", "is_superseded": "True"}
    assert (who(first), who(last)) == ([("insert", ayse.pk), ("update", ayse.pk)], [("insert", ayse.pk)])
    assert figure() == "361657.24"
    section = Page(ayse_client.get(f"{BASE}/foerderung/")).one("section", **{"aria-labelledby": "bescheide"})
    listed = [one.text for one in section.all("li")]
    assert [text.count("durch Änderungsbescheid ersetzt") for text in listed] == [0, 1, 0]


def test_an_award_may_be_known_without_its_amount(founding_case: Programme, ayse: User, ayse_client: Client) -> None:
    award = GrantAward.objects.get()
    fill_in(ayse_client, f"{BASE}/foerderung/bescheid/{award.pk}/", reference="34.02", source="Vorlage 2021/1121")
    assert row(award, "reference", "amount", "period_start", "recorded_by") == {
        "reference": "34.02", "amount": "None", "period_start": "None", "recorded_by": "ayse",
    }  # fmt: skip
    assert who(award) == [("update", ayse.pk)]
    assert figure() == BEFORE


def test_what_the_city_has_registered(founding_case: Programme, ayse: User, ayse_client: Client) -> None:
    registered = TopUp.objects.get(fiscal_year=2022, stage="registered")
    where, said = fill_in(ayse_client, f"{BASE}/foerderung/aufstockung/{registered.pk}/", amount="300.000,00", **SOURCE)
    assert (where, said) == (f"{BASE}/foerderung/", ["Gespeichert: Aufstockung ändern."])
    assert (figure("needed"), figure("registered"), figure("open")) == (BEFORE, "300000.00", "36657.24")
    assert who(registered) == [("update", ayse.pk)]
    fill_in(
        ayse_client, f"{BASE}/foerderung/aufstockung/neu/", fiscal_year="2022", stage="adopted", amount="336.657,24",
        **SOURCE,
    )  # fmt: skip
    adopted = TopUp.objects.latest("pk")
    assert row(adopted, "programme_id", "fiscal_year", "stage", "amount", "recorded_by") == {
        "programme_id": str(founding_case.pk), "fiscal_year": "2022", "stage": "adopted", "amount": "336657.24",
        "recorded_by": "ayse",
    }  # fmt: skip
    # What is adopted counts before what is registered.
    assert (who(adopted), figure("open"), figure()) == ([("insert", ayse.pk)], "0.00", BEFORE)


def test_new_position_and_its_cost(founding_case: Programme, ayse: User, ayse_client: Client) -> None:
    provider, rule = Provider.objects.get(slug="awo"), GrantRule.objects.get(name="Casemanagement")
    where, said = fill_in(
        ayse_client, f"{BASE}/stellen/neu/", reference="KIM-2.6", title="Casemanagement 6", provider=str(provider.pk),
        fte="0,75", planned_from="01.07.2022", filled_from="01.07.2022", grant_rule=str(rule.pk),
        source="Stellenplan 2022",
    )  # fmt: skip
    assert (where, said) == (f"{BASE}/stellen/", ["Gespeichert: Neue Stelle."])
    place = Position.objects.get(reference="KIM-2.6")
    names = ("title", "provider_id", "fte", "is_group", "planned_from", "planned_until", "filled_from")
    assert row(place, *names, "filled_from_precision", "filled_confirmed") == {
        "title": "Casemanagement 6", "provider_id": str(provider.pk), "fte": "0.7500", "is_group": "False",
        "planned_from": "2022-07-01", "planned_until": "None", "filled_from": "2022-07-01",
        "filled_from_precision": "day", "filled_confirmed": "False",
    }  # fmt: skip
    funded = FundedPosition.objects.get(position=place)
    assert row(funded, "grant_rule_id", "valid_from", "valid_to", "source", "source_status", "recorded_by") == {
        "grant_rule_id": str(rule.pk), "valid_from": "2022-07-01", "valid_to": "None", "source": "Stellenplan 2022",
        "source_status": "verified", "recorded_by": "ayse",
    }  # fmt: skip
    assert (who(place), who(funded)) == ([("insert", ayse.pk)], [("insert", ayse.pk)])
    page = Page(ayse_client.get(f"{BASE}/"))
    assert [alert.text for alert in page.main.all(class_="kern-alert")] == [
        "Für dieses Haushaltsjahr fehlen Kosten Casemanagement 6"
    ]
    # Five positions use the cap of the module up, so the sixth brings no grant and costs what it costs.
    assert figure() == BEFORE
    fill_in(ayse_client, f"{BASE}/stellen/{place.pk}/kosten/2022/", amount="30.000,01", **SOURCE)
    assert figure() == "366657.25"
    assert Page(ayse_client.get(f"{BASE}/")).main.all(class_="kern-alert") == []


def test_changed_share_of_a_position(founding_case: Programme, ayse: User, ayse_client: Client) -> None:
    place = Position.objects.get(reference="KIM-2.1")
    where, said = fill_in(ayse_client, f"{BASE}/stellen/{place.pk}/aendern/", fte="0,5", filled_confirmed="on")
    assert (where, said) == (f"{BASE}/stellen/{place.pk}/", ["Gespeichert: Casemanagement Caritasverband ändern."])
    assert row(place, "fte", "filled_confirmed", "title") == {
        "fte": "0.5000", "filled_confirmed": "True", "title": "Casemanagement Caritasverband",
    }  # fmt: skip
    assert who(place) == [("update", ayse.pk)]
    # Half a lump sum less; what the position costs is declared and stays.
    assert figure() == "364157.24"


def test_funding_of_a_position_ends_and_begins_again(founding_case: Programme, ayse: User, ayse_client: Client) -> None:
    place = Position.objects.get(reference="KIM-2.1")
    funded = FundedPosition.objects.get(position=place)
    address = f"{BASE}/stellen/{place.pk}/foerderung/"
    where, said = fill_in(ayse_client, f"{address}{funded.pk}/", valid_to="30.06.2022", **SOURCE)
    assert where == f"{BASE}/stellen/{place.pk}/"
    assert said == ["Gespeichert: Förderung von Casemanagement Caritasverband."]
    assert row(funded, "valid_to", *SOURCE, "recorded_by") == {
        "valid_to": "2022-06-30", **SOURCE, "recorded_by": "ayse",
    }  # fmt: skip
    assert who(funded) == [("update", ayse.pk)]
    assert figure() == "364157.24"
    fill_in(ayse_client, f"{address}neu/", grant_rule=str(funded.grant_rule_id), valid_from="01.10.2022", **SOURCE)
    again = FundedPosition.objects.latest("pk")
    assert row(again, "position_id", "valid_from", "valid_to", "recorded_by") == {
        "position_id": str(place.pk), "valid_from": "2022-10-01", "valid_to": "None", "recorded_by": "ayse",
    }  # fmt: skip
    assert who(again) == [("insert", ayse.pk)]
    # Nine of twelve months: 41,250.00 of 55,000.00.
    assert Decimal(figure()) == Decimal(BEFORE) + Decimal("13750.00")
