"""A pay rise as one dated action: its preview, applying it, taking it back, and who pays for it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funding.calculation.payrises import compare_rise, with_rise, without_rise
from funding.calculation.shortfall import compute_year
from kim.figures import Source, Status
from kim.rounding import ZERO
from staffing.calculation.pay.law import PayRise as Rise
from staffing.calculation.pay.law import Tariff
from staffing.models import PayRise, Position, PositionCost
from tests.fingerprint import fingerprint
from tests.funding.histories import sentences
from tests.funding.portfolios import YEARS, Portfolio, inputs, portfolios
from tests.funding.rest import load_another
from tests.funding.scenarios import shortfalls, state
from tests.funding.test_forms import figure, who
from tests.pages import Page, payload

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from funding.models import Programme
    from kim.models import User

HERE = "/programme/kim-nrw/stellen/tariferhoehungen/"
NEW = f"{HERE}neu/"
EFFECT = "Personalkosten der Stellen und Mehrkosten je Haushaltsjahr in Euro, vorher und nachher"
POSITIONS = "Personalkosten je Stelle und Haushaltsjahr in Euro, vorher und nachher"
DATA = {
    "name": "Tarifrunde 2025", "tariff": "", "first_day": "01.04.2025", "percent": "3", "minimum": "",
    "applies_to_declared": "on", "source": "Annahme der Kämmerei", "source_status": "assumed", "note": "",
}  # fmt: skip


def previewed(client: Client, path: str = NEW, **changes: str) -> Page:
    """Fill in the form and look at what would follow."""
    data = {name: value for name, value in {**DATA, **changes}.items() if value or name != "applies_to_declared"}
    answer = client.post(path, data)
    assert answer.status_code == 200
    return Page(answer)


def confirmed(client: Client, page: Page, path: str = NEW) -> Any:
    return client.post(path, {**payload(page), "action": "apply"})


def applied(client: Client, **changes: str) -> PayRise:
    answer = confirmed(client, previewed(client, **changes))
    assert answer["Location"] == HERE
    return PayRise.objects.get()


# --- The calculation --------------------------------------------------------------------------------------------------


def rise(percent: str, day: date, *tariffs: Tariff) -> Rise:
    source = Source("Annahme", Status.ASSUMED, row="staffing.PayRise#1")
    return Rise("Runde", tariffs, (), day, Decimal(percent), ZERO, source)


@settings(max_examples=40)
@given(
    portfolios(), st.sampled_from(YEARS), st.integers(1, 1_500),
    st.dates(date(2021, 6, 1), date(2024, 12, 31)), st.booleans(),
)  # fmt: skip
def test_a_rise_moves_what_its_positions_cost_and_going_back_leaves_nothing(
    portfolio: Portfolio,
    year: int,
    percent: int,
    day: date,
    to_declared: bool,  # noqa: FBT001 - drawn
) -> None:
    before = inputs(portfolio)
    one = rise(str(Decimal(percent).scaleb(-2)), day)
    after = with_rise(before, one, to_declared=to_declared)
    (found,) = compare_rise(before, after, (), [year])
    added = sum((part.cost.difference.amount for part in found.positions), ZERO)
    full = (
        compute_year(after, year).figures["full_cost"].amount - compute_year(before, year).figures["full_cost"].amount
    )
    assert added == full
    assert added >= 0
    if not to_declared or day.year > year:
        assert found.positions == ()
    assert without_rise(after, one.source.row) == before


@settings(max_examples=25)
@given(portfolios(), st.sampled_from(YEARS))
def test_the_parts_of_a_rise_add_up(portfolio: Portfolio, year: int) -> None:
    before = inputs(portfolio)
    (found,) = compare_rise(before, with_rise(before, rise("3.00", date(2022, 4, 1)), to_declared=True), (), [year])
    changes = {key: change.difference.amount for key, change in found.changes.items()}
    assert changes["shortfall"] == changes["position_cost"] - changes["grant"]


# --- Preview and apply ------------------------------------------------------------------------------------------------


def test_a_preview_shows_every_position_and_saves_nothing(founding_case: Programme, ayse_client: Client) -> None:
    before = fingerprint()
    page = previewed(ayse_client)
    assert fingerprint() == before
    assert page.heading == "Neue Tariferhöhung: Vorschau"
    assert page.one("p", class_="kim-lead").text == (
        "„Tarifrunde 2025“ erhöht ab dem 01.04.2025 die Entgelte beider Tabellen um 3,00 %. Auch erfasste Jahresbeträge "
        "steigen, für die Monate ab diesem Tag. Noch ist nichts gespeichert."
    )
    assert page.table(EFFECT)[4:] == [
        ["2025", "884.157,24", "904.050,82", "+19.893,58 € Mehrkosten", "+19.893,58 € Mehrkosten"],
        ["2026", "884.157,24", "910.681,97", "+26.524,73 € Mehrkosten", "+26.524,73 € Mehrkosten"],
    ]
    assert page.table(EFFECT)[1] == ["2022", "884.157,24", "884.157,24", "unverändert", "unverändert"]
    assert "2026: Die Pauschale steigt nicht mit: 26.524,73 € mehr für die Stadt." in page.main.text
    rows = page.table(POSITIONS)
    assert len(rows) == 1 + 2 * 12
    assert rows[1] == ["2025", "Koordination 1", "86.259,25", "88.200,09", "1.940,84"]


def test_applied_it_is_one_row_and_one_entry_of_the_history(
    programme: Programme, ayse: User, ayse_client: Client
) -> None:
    found = applied(ayse_client)
    assert (found.name, found.tariff, str(found.percent), found.minimum) == ("Tarifrunde 2025", "", "3.00", None)
    assert who(found) == [("insert", ayse.pk)]
    assert (figure("position_cost", 2025), figure("grant", 2025)) == ("904050.82", "0.00")
    assert figure("position_cost", 2024) == "884157.24"
    told = [one for one in sentences(ayse_client, since="01.01.2022") if "Tarifrunde" in one]
    assert len(told) == 1
    assert "die Tariferhöhung „Tarifrunde 2025“ ab dem 01.04.2025 um 3,00 % angelegt." in told[0]
    page = Page(ayse_client.get(HERE, {"year": "2025"}))
    row = page.table("Tariferhöhungen und was sie 2025 bewirken, Szenario „Geltendes Recht“")[1]
    assert (row[0], row[1]) == ("Tarifrunde 2025", "+19.893,58 € Mehrkosten")


def test_the_derivation_shows_what_was_declared_and_what_the_rise_adds(
    founding_case: Programme, ayse_client: Client, bernd_client: Client
) -> None:
    applied(ayse_client)
    text = Page(bernd_client.get("/programme/kim-nrw/rechenweg/cost/?line=KIM-1.1&year=2025")).main.text
    assert "88.200,09 €" in text
    assert "Erhöhung ab ihrem ersten Tag Tarifrunde 2025" in text
    assert "Zeitanteil: 9 von 12 Monaten" in text
    assert "Annahme der Kämmerei" in text


def test_taken_back_everything_is_as_before(programme: Programme, ayse: User, ayse_client: Client) -> None:
    before = shortfalls()
    found = applied(ayse_client)
    assert shortfalls() != before
    path = f"{HERE}{found.pk}/zuruecknehmen/"
    page = Page(ayse_client.get(path))
    assert "2025" in page.main.text
    assert page.table(EFFECT)[4][3] == f"{chr(0x2212)}19.893,58 € Minderbedarf"
    assert PayRise.objects.count() == 1
    assert ayse_client.post(path, payload(page))["Location"] == HERE
    assert shortfalls() == before
    assert not PayRise.objects.exists()
    # The history keeps both.
    told = [one for one in sentences(ayse_client, since="01.01.2022") if "Tarifrunde" in one]
    assert len(told) == 2
    assert "gelöscht" in told[0]


def test_changed_with_the_same_preview(founding_case: Programme, ayse_client: Client) -> None:
    found = applied(ayse_client)
    path = f"{HERE}{found.pk}/"
    page = previewed(ayse_client, path, percent="4")
    # From three to four percent: 9 of 12 months of one percent more.
    assert page.table(EFFECT)[4][3] == "+6.631,18 € Mehrkosten"
    assert confirmed(ayse_client, page, path)["Location"] == HERE
    found.refresh_from_db()
    assert str(found.percent) == "4.00"


def test_a_preview_overtaken_by_a_save_is_shown_anew(founding_case: Programme, ayse_client: Client) -> None:
    page = previewed(ayse_client)
    PositionCost.objects.filter(position__reference="KIM-1.1", fiscal_year=2026).update(amount=Decimal("100000.00"))
    before = fingerprint()
    answer = confirmed(ayse_client, page)
    assert answer.status_code == 409
    assert fingerprint() == before
    new = Page(answer)
    assert "Inzwischen wurde etwas gespeichert; angewendet wurde nichts" in new.main.text
    assert "3.000,00" in [row[4] for row in new.table(POSITIONS)]
    assert confirmed(ayse_client, new)["Location"] == HERE


def test_a_rise_overtaken_by_another_rise_is_not_applied(founding_case: Programme, ayse_client: Client) -> None:
    page = previewed(ayse_client)
    PayRise.objects.create(name="Andere", first_day=date(2024, 1, 1), percent=Decimal("1.00"), source="X")
    assert confirmed(ayse_client, page).status_code == 409
    found = PayRise.objects.get()
    path = f"{HERE}{found.pk}/zuruecknehmen/"
    assert ayse_client.post(path, {"seal": "alt"}).status_code == 409
    assert PayRise.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"percent": "0"}, "percent", "Bitte einen Prozentsatz über 0 oder einen Mindestbetrag angeben."),
        ({"percent": "3,005"}, "percent", "„3,005“ ist kein Prozentsatz. Bitte so eingeben: 7,75"),
        ({"percent": "0", "minimum": "200"}, "applies_to_declared", "Erfasste Jahresbeträge lassen sich nur um einen"),
        ({"first_day": "2025"}, "first_day", "„2025“ ist kein"),
        ({"source": ""}, "source", "Dieses Feld ist zwingend erforderlich."),
    ],
)
def test_what_is_refused_says_so_at_its_field(
    founding_case: Programme, ayse_client: Client, typed: dict[str, str], field: str, message: str
) -> None:
    answer = ayse_client.post(NEW, {**DATA, **typed})
    assert answer.status_code == 422
    errors = Page(answer).errors(field)
    assert any(one.startswith(message) for one in errors), errors
    assert not PayRise.objects.exists()


def test_the_same_rise_twice_is_refused(founding_case: Programme, ayse_client: Client) -> None:
    applied(ayse_client)
    answer = ayse_client.post(NEW, DATA)
    assert Page(answer).errors("first_day") == ["Ab diesem Tag gibt es für diese Tabelle schon eine Tariferhöhung."]


def test_back_to_the_form_keeps_what_was_typed(founding_case: Programme, ayse_client: Client) -> None:
    page = previewed(ayse_client, minimum="110")
    again = Page(ayse_client.post(NEW, {**payload(page), "action": "edit"}))
    assert again.heading == "Neue Tariferhöhung"
    assert (again.typed("percent"), again.typed("minimum"), again.typed("applies_to_declared")) == ("3", "110", "on")


def test_a_rise_that_touches_nothing_says_so(founding_case: Programme, ayse_client: Client) -> None:
    page = previewed(ayse_client, applies_to_declared="")
    assert "Keine Stelle ändert ihre Kosten" in page.main.text


def test_beyond_the_last_table_a_rise_is_an_assumption_with_a_name(in_table: Position, ayse_client: Client) -> None:
    before = {year: figure("position_cost", year) for year in range(2022, 2027)}
    # The last table begins in May 2026; one that begins on that day holds the agreed rise already.
    page = previewed(ayse_client, first_day="01.05.2026", applies_to_declared="")
    assert "Keine Stelle ändert ihre Kosten" in page.main.text

    found = applied(ayse_client, first_day="01.10.2026", applies_to_declared="", minimum="110")

    after = {year: figure("position_cost", year) for year in range(2022, 2027)}
    assert {year for year in after if after[year] != before[year]} == {2026}
    text = Page(ayse_client.get("/programme/kim-nrw/rechenweg/cost/?line=KIM-1.1&year=2026")).main.text
    assert "Tarifrunde 2025" in text
    assert "Mindestbetrag der Erhöhung" in text
    assert found.source_status == "assumed"


def test_other_programmes_are_shown_as_well(founding_case: Programme, ayse_client: Client, tmp_path: Path) -> None:
    load_another(tmp_path, 2)
    page = previewed(ayse_client, first_day="01.01.2022")
    assert "KIM NRW, 2022: Mehrkosten der Stadt 26.524,73 €" in page.main.text


def test_committee_reads_and_changes_nothing(
    founding_case: Programme, ayse_client: Client, bernd_client: Client
) -> None:
    found = applied(ayse_client)
    page = Page(bernd_client.get(HERE))
    assert "Tarifrunde 2025" in page.main.text
    assert not [text for _address, text in page.links() if "Zurücknehmen" in text or "erfassen" in text]
    for path in (NEW, f"{HERE}{found.pk}/", f"{HERE}{found.pk}/zuruecknehmen/"):
        assert bernd_client.get(path).status_code == 403
        assert bernd_client.post(path, DATA).status_code == 403


def test_page_without_any_rise_says_what_one_is(founding_case: Programme, bernd_client: Client) -> None:
    assert "Noch keine Tariferhöhung erfasst" in Page(bernd_client.get(HERE)).main.text
    assert [address for address, text in Page(bernd_client.get("/programme/kim-nrw/stellen/")).links()
            if text == "Tariferhöhungen"] == [f"{HERE}?year=2022&scenario=in-force"]  # fmt: skip
    assert state().inputs.modules[0].funded[0].position.rises == ()
