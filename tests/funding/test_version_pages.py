"""Pages of a version show what was frozen; nothing of today gets in, and nothing there can be changed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db.models import Value
from django.db.models.functions import Concat

from funding.models import (
    Cap,
    CouncilPaper,
    ForecastVersion,
    FundingModule,
    GrantAward,
    GrantRule,
    LumpSum,
    MaterialCost,
    MaterialLine,
    Meeting,
    PaperItem,
    Programme,
    Scenario,
    ScenarioOverride,
    TopUp,
)
from funding.selectors import programme_state
from staffing.models import Position, PositionCost, Provider
from tests.funding.frozen import BASE, frozen, tamper
from tests.pages import Page, payload

if TYPE_CHECKING:
    from django.test import Client

    from kim.models import User

pytestmark = pytest.mark.django_db
NEW = f"{BASE}/fassungen/neu/"
HOLDS = "unverändert nachgerechnet"
YEARS = "Je Haushaltsjahr in Euro, Szenario „Geltendes Recht“"


def page(client: Client, path: str, status: int = 200, **query: Any) -> Page:
    answer = client.get(path, query)
    assert answer.status_code == status, path
    return Page(answer)


def read_pages() -> list[str]:
    """Every page that shows a version, with a place, a line and a paper of the founding case."""
    place = Position.objects.get(reference="KIM-2.1").pk
    line = MaterialLine.objects.get(kind="measures").pk
    return [
        f"{BASE}/", f"{BASE}/rechenweg/shortfall/", f"{BASE}/rechenweg/cost/?line=KIM-2.1", f"{BASE}/stellen/",
        f"{BASE}/stellen/{place}/", f"{BASE}/sachkosten/", f"{BASE}/sachkosten/{line}/", f"{BASE}/foerderung/",
        f"{BASE}/szenarien/", f"{BASE}/szenarien/grant-ends/", f"{BASE}/vorlagen/", f"{BASE}/vorlagen/2021-1121/",
    ]  # fmt: skip


def with_version(path: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}version=1"


def seen(client: Client, paths: list[str]) -> dict[str, str]:
    return {path: page(client, with_version(path)).main.text for path in paths}


def everything_else() -> None:
    """Change or delete every row that a page of the programme could show."""
    Position.objects.update(title="umbenannt", fte=Decimal("0.1"))
    PositionCost.objects.update(amount=Decimal("1.00"), source="anders")
    Provider.objects.update(name=Concat("name", Value(" GmbH")))
    FundingModule.objects.update(name=Concat("name", Value(" (alt)")))
    GrantRule.objects.update(name=Concat("name", Value(" (alt)")))
    for model in (ScenarioOverride, Scenario, TopUp, GrantAward, Cap, LumpSum, MaterialCost, Meeting, PaperItem):
        model._default_manager.all().delete()
    MaterialLine.objects.all().delete()
    Position.objects.exclude(reference="KIM-1.1").delete()
    CouncilPaper.objects.update(title="anderer Betreff", status="repealed")
    Programme.objects.update(
        name="anderes Programm", grantor="anderer Fördergeber", first_year=2024, budget_year=2024, last_year=2024,
        limited_until=None,
    )  # fmt: skip


def test_pages_of_a_version_need_no_live_row(founding_case: Programme, ayse: User, bernd_client: Client) -> None:
    frozen(founding_case, ayse)
    paths = read_pages()
    before = seen(bernd_client, paths)
    everything_else()
    assert seen(bernd_client, paths) == before


def test_a_version_shows_the_figures_of_its_day(founding_case: Programme, ayse: User, bernd_client: Client) -> None:
    live = {path: page(bernd_client, path).main.text for path in read_pages()}
    frozen(founding_case, ayse)
    for path, text in seen(bernd_client, read_pages()).items():
        assert "Fassung 1: Vorlage 2021/1121" in text, path
        assert "Arbeitsstand" not in text.replace("Stand Arbeitsstand Fassung", ""), path
        for amount in ("336.657,24", "31.259,25"):
            assert amount in text or amount not in live[path], (path, amount)


def test_links_of_a_version_lead_to_the_version(founding_case: Programme, ayse: User, bernd_client: Client) -> None:
    frozen(founding_case, ayse)
    # Versions name themselves in the path; questions and what a paper printed are kept beside all of them.
    own = (f"{BASE}/fassungen/", f"{BASE}/aenderungen/", f"{BASE}/fragen/", f"{BASE}/vorlagen/2021-1121/abgleich/")
    wrong = {}
    for path in read_pages():
        found = page(bernd_client, with_version(path))
        links = [link.attributes["href"] for link in found.main.all("a")]
        lost = [one for one in links if one.startswith(BASE) and "version=1" not in one and not one.startswith(own)]
        if lost:
            wrong[path] = lost
    assert wrong == {}


def test_a_version_offers_nothing_to_change(founding_case: Programme, ayse: User, ayse_client: Client) -> None:
    frozen(founding_case, ayse)
    for path in read_pages():
        found = page(ayse_client, with_version(path))
        words = {link.text for link in found.main.all("a")}
        assert (
            words & {"Ändern", "Erfassen", "Stelle ändern", "Stelle anlegen", "Neues Szenario", "Umbenennen"} == set()
        )
        posted = [form for form in found.main.all("form") if form.attributes.get("method") == "post"]
        # A question about a version may be asked at any time; it changes nothing of it.
        assert [one for one in posted if "/fragen/" not in one.attributes["action"]] == [], path


@pytest.mark.parametrize("path", ["/prognose/", "/besetzung/", "/aenderungen/", "/aenderungen/bericht/"])
def test_pages_of_the_work_in_progress_say_so(
    founding_case: Programme, ayse: User, ayse_client: Client, path: str
) -> None:
    frozen(founding_case, ayse)
    PositionCost.objects.update(amount=Decimal("90000.00"))
    found = page(ayse_client, f"{BASE}{path}", version=1)
    assert "Diese Seite zeigt den Arbeitsstand" in found.main.text
    assert f"{BASE}/fassungen/1/" in [link.attributes["href"] for link in found.main.all("a")]
    assert "Diese Seite zeigt den Arbeitsstand" not in page(ayse_client, f"{BASE}{path}").main.text


def test_forms_refuse_a_version(founding_case: Programme, ayse: User, ayse_client: Client) -> None:
    frozen(founding_case, ayse)
    place = Position.objects.get(reference="KIM-1.1").pk
    sentence = "Eine Fassung lässt sich nicht ändern; hier ändern Sie den Arbeitsstand."
    for path in (f"stellen/{place}/aendern/", "stellen/neu/", "szenarien/neu/", "prognose/import/", "fassungen/neu/"):
        assert sentence in page(ayse_client, f"{BASE}/{path}", 400, version=1).main.text, path


@pytest.mark.parametrize("number", ["2", "0", "01", "-1", "x", "١", "1000000", "9" * 400, "1\x00"])
def test_an_unknown_version_is_told(founding_case: Programme, ayse: User, bernd_client: Client, number: str) -> None:
    frozen(founding_case, ayse)
    for path in ("/", "/stellen/", "/besetzung/"):
        answer = bernd_client.get(f"{BASE}{path}", {"version": number})
        assert answer.status_code == 404
        assert "gibt es nicht. Ohne Angabe erscheint der Arbeitsstand." in Page(answer).main.text


def test_what_a_version_does_not_have_is_not_there(founding_case: Programme, ayse: User, bernd_client: Client) -> None:
    frozen(founding_case, ayse)
    later = Position.objects.create(
        reference="KIM-9", title="Später", provider=Provider.objects.all()[0], fte=Decimal(1),
        planned_from="2022-01-01",
    )  # fmt: skip
    CouncilPaper.objects.create(
        programme=founding_case, number="2022/1410", slug="2022-1410", title="Später", paper_date="2022-02-01"
    )
    for path in (f"stellen/{later.pk}/", "sachkosten/999999/", "vorlagen/2022-1410/"):
        page(bernd_client, f"{BASE}/{path}", 404, version=1)
    assert page(bernd_client, f"{BASE}/vorlagen/2022-1410/").heading == "Vorlage 2022/1410"


def test_a_year_outside_the_plan_of_then_is_told(founding_case: Programme, ayse: User, bernd_client: Client) -> None:
    frozen(founding_case, ayse)
    Programme.objects.update(last_year=2030)
    assert page(bernd_client, f"{BASE}/", year=2030).heading
    told = page(bernd_client, f"{BASE}/", 404, year=2030, version=1).main.text
    assert "2030 liegt nicht im Plan. Geplant sind 2022 bis 2026." in told


# --- The list and a version ------------------------------------------------------------------------------------------


def test_without_a_version_the_page_says_what_to_do(
    founding_case: Programme, ayse_client: Client, bernd_client: Client
) -> None:
    assert "Schreiben Sie die Zahlen fest" in page(ayse_client, f"{BASE}/fassungen/").main.text
    committee = page(bernd_client, f"{BASE}/fassungen/").main.text
    assert "Die Finanzverwaltung schreibt die Zahlen fest" in committee


def test_the_list_shows_each_version_with_its_proof(founding_case: Programme, ayse: User, bernd_client: Client) -> None:
    first = frozen(founding_case, ayse)
    second = frozen(founding_case, ayse, "Ohne Vorlage", paper=None, corrects=first)
    day = f"{second.frozen_at.astimezone():%d.%m.%Y}"
    rows = page(bernd_client, f"{BASE}/fassungen/").table("Fassungen, die neueste zuerst")
    assert rows[1:] == [
        ["Fassung 2: Ohne Vorlage berichtigt Fassung 1", "keine", day, HOLDS, f"{second.seal[:12]}…"],
        ["Fassung 1: Vorlage 2021/1121 berichtigt durch Fassung 2", "2021/1121", day, HOLDS, f"{first.seal[:12]}…"],
    ]


def test_a_long_list_proves_the_newest_and_checks_the_seals_of_all(
    founding_case: Programme, ayse: User, bernd_client: Client
) -> None:
    versions = [frozen(founding_case, ayse, f"Stand {number}") for number in range(1, 13)]
    tamper(versions[0], lambda document: document["version"].update(note="nachträglich"))
    rows = page(bernd_client, f"{BASE}/fassungen/").table("Fassungen, die neueste zuerst")[1:]
    assert [row[3] for row in rows] == [*[HOLDS] * 10, "Siegel unversehrt, nachrechnen", "Siegel gebrochen"]


def test_a_version_stands_beside_today(founding_case: Programme, ayse: User, bernd_client: Client) -> None:
    version = frozen(founding_case, ayse, note="Stand der Vorlage")
    PositionCost.objects.filter(position__reference="KIM-2.1", fiscal_year=2022).update(amount=Decimal("90000.01"))
    Programme.objects.update(last_year=2025)
    found = page(bernd_client, f"{BASE}/fassungen/1/")
    assert found.heading == "Fassung 1: Vorlage 2021/1121"
    assert found.table(YEARS)[1] == ["2022", "962.257,24", "625.600,00", "336.657,24", "962.257,24"]
    beside = found.table("Mehrkosten der Stadt in Euro, festgeschrieben und heute, Szenario „Geltendes Recht“")
    assert beside[1] == ["2022", "336.657,24", "340.398,00", "+3.740,76 € Mehrkosten"]
    assert beside[2] == ["2023", "962.257,24", "962.257,24", "unverändert"]
    assert beside[5] == ["2026", "962.257,24", "heute nicht geplant", "–"]
    words = found.main.text
    assert version.seal in words
    assert "Finanzverwaltung" in words
    assert "Stand der Vorlage" in words
    assert "ayse" not in words
    assert "Unverändert nachgerechnet" in words


def test_a_scenario_that_is_gone_stays_in_the_version(
    founding_case: Programme, ayse: User, bernd_client: Client, wish: Scenario
) -> None:
    frozen(founding_case, ayse)
    wish.delete()
    found = page(bernd_client, f"{BASE}/fassungen/1/", scenario="wunsch")
    beside = found.table("Mehrkosten der Stadt in Euro, festgeschrieben und heute, Szenario „Wunsch“")
    assert beside[1] == ["2022", "336.657,24", "heute nicht geplant", "–"]


@pytest.mark.parametrize(("path", "status"), [("2/", 404), ("0/", 404), ("1000000/", 404), ("x/", 404)])
def test_a_version_that_is_not_there_has_no_page(
    founding_case: Programme, ayse: User, bernd_client: Client, path: str, status: int
) -> None:
    frozen(founding_case, ayse)
    assert bernd_client.get(f"{BASE}/fassungen/{path}").status_code == status


def test_corrections_name_each_other(founding_case: Programme, ayse: User, bernd_client: Client) -> None:
    first = frozen(founding_case, ayse)
    frozen(founding_case, ayse, "Berichtigt", corrects=first)
    one, other = (page(bernd_client, f"{BASE}/fassungen/{number}/") for number in (1, 2))
    assert (f"{BASE}/fassungen/2/", "Zur Berichtigung: Fassung 2") in one.links()
    assert (f"{BASE}/fassungen/1/", "Fassung 1") in other.links()


def test_freezing_is_told_in_the_history(founding_case: Programme, ayse_client: Client) -> None:
    freeze_by_hand(ayse_client)
    sentence = page(ayse_client, f"{BASE}/aenderungen/", kind="fassungen").all("ol", class_="kim-history")[0].text
    assert "die Finanzverwaltung (ayse) die Fassung „1 Vorlage 2021/1121“ festgeschrieben." in sentence


# --- The form ---------------------------------------------------------------------------------------------------------


def freeze_by_hand(client: Client, **typed: Any) -> Any:
    return client.post(NEW, payload(page(client, NEW), **typed))


def test_the_form_freezes_what_it_shows(founding_case: Programme, ayse_client: Client) -> None:
    shown = page(ayse_client, NEW)
    assert shown.table(YEARS)[1] == ["2022", "962.257,24", "625.600,00", "336.657,24", "962.257,24"]
    assert shown.typed("name") == "Vorlage 2021/1121"
    answer = freeze_by_hand(ayse_client, note="Stand der Vorlage")
    assert (answer.status_code, answer["Location"]) == (302, f"{BASE}/fassungen/1/")
    version: Any = ForecastVersion.objects.get()
    assert (version.name, version.paper.number, version.note) == ("Vorlage 2021/1121", "2021/1121", "Stand der Vorlage")


def test_a_form_that_shows_old_figures_freezes_nothing(founding_case: Programme, ayse_client: Client) -> None:
    typed = payload(page(ayse_client, NEW), name="Von gestern")
    PositionCost.objects.filter(position__reference="KIM-2.1", fiscal_year=2022).update(amount=Decimal("90000.01"))
    answer = ayse_client.post(NEW, typed)
    again = Page(answer)
    assert (answer.status_code, ForecastVersion.objects.count()) == (409, 0)
    assert "Inzwischen wurde etwas gespeichert; festgeschrieben wurde nichts" in again.main.text
    assert again.table(YEARS)[1] == ["2022", "965.998,00", "625.600,00", "340.398,00", "965.998,00"]
    assert again.typed("name") == "Von gestern"
    assert ayse_client.post(NEW, payload(again)).status_code == 302


def test_a_name_taken_in_another_tab_is_told_at_the_field(founding_case: Programme, ayse_client: Client) -> None:
    typed = payload(page(ayse_client, NEW))
    assert ayse_client.post(NEW, typed).status_code == 302
    answer = ayse_client.post(NEW, typed)
    assert (answer.status_code, ForecastVersion.objects.count()) == (422, 1)
    assert Page(answer).errors("name") == [
        "„Vorlage 2021/1121“ heißt schon die Fassung 1. Bitte einen anderen Namen wählen."
    ]


@pytest.mark.parametrize("name", ["", " ", "x" * 121, "a\x00b"])
def test_a_name_that_is_none_is_told_at_the_field(founding_case: Programme, ayse_client: Client, name: str) -> None:
    answer = freeze_by_hand(ayse_client, name=name)
    assert (answer.status_code, ForecastVersion.objects.count()) == (422, 0)
    assert len(Page(answer).errors("name")) == 1


def test_a_correction_starts_from_what_it_corrects(founding_case: Programme, ayse: User, ayse_client: Client) -> None:
    first = frozen(founding_case, ayse)
    typed = payload(page(ayse_client, NEW, corrects=1), name="Berichtigt")
    assert (typed["corrects"], typed["paper"]) == (str(first.pk), str(first.paper_id))
    assert ayse_client.post(NEW, typed).status_code == 302
    assert ForecastVersion.objects.get(number=2).corrects == first
    # It is not offered a second time, and whoever sends it all the same is told at the field.
    again = ayse_client.post(NEW, {**typed, "name": "Noch einmal"})
    assert (again.status_code, len(Page(again).errors("corrects"))) == (422, 1)


def test_the_state_of_today_is_untouched(founding_case: Programme, ayse_client: Client) -> None:
    before = programme_state("kim-nrw")
    freeze_by_hand(ayse_client)
    assert programme_state("kim-nrw") == before
