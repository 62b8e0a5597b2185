"""A version is proved again: seal, row, every figure; what does not hold is named, never hidden."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from funding.proof import Difference, Proof, prove
from funding.services import freeze
from funding.versions import frozen_state, require_row
from kim.errors import FigureError
from tests.funding.frozen import frozen, overwrite, tamper

if TYPE_CHECKING:
    from django.test import Client

    from funding.models import ForecastVersion, Programme
    from kim.models import User

pytestmark = pytest.mark.django_db


def proof_of(number: int = 1) -> Proof:
    return prove(require_row("kim-nrw", number))


def lump_sum_of_a_case_manager(document: Any, amount: str) -> None:
    """Let the inputs say another lump sum than the figures rest on, as a changed rule would."""
    rules = {row["id"]: row["name"] for row in document["inputs"]["rules"]}
    for row in document["inputs"]["lump_sums"]:
        if rules[row["rule"]] == "Casemanagement":
            row["amount"] = amount


def add_a_euro(document: Any, key: str) -> None:
    figures = document["figures"]
    node = figures["nodes"][figures["scenarios"]["in-force"]["2022"]["figures"][key]]
    whole, cents = node["amount"].split(".")
    node["amount"] = f"{int(whole) + 1}.{cents}"


@pytest.fixture
def version(founding_case: Programme, ayse: User) -> ForecastVersion:
    return frozen(founding_case, ayse)


def test_an_untouched_version_holds(version: ForecastVersion) -> None:
    proof = proof_of()
    assert (proof.holds, proof.words, proof.lines, proof.years) == (True, "unverändert nachgerechnet", [], 25)
    assert proof.steps == len(json.loads(version.document)["figures"]["nodes"])


def test_a_changed_rule_is_shown_with_both_amounts(version: ForecastVersion) -> None:
    tamper(version, lambda document: lump_sum_of_a_case_manager(document, "50000.00"), seal=True)
    proof = proof_of()
    assert (proof.is_sound, proof.holds) == (True, False)
    assert proof.words == "Siegel unversehrt, heutige Regeln rechnen anders"
    before_and_after = [("Förderung des Landes", "625.600,00 €", "600.600,00 €"),
                        ("Mehrkosten der Stadt", "336.657,24 €", "361.657,24 €")]  # fmt: skip
    assert proof.differences[:2] == tuple(
        Difference(2022, "Geltendes Recht", "", label, before, after) for label, before, after in before_and_after
    )
    assert proof.deviating > len(proof.differences) == 60
    # The version still shows what was frozen.
    assert str(frozen_state("kim-nrw", 1).figures(2022).figures["shortfall"].amount) == "336657.24"


def test_a_step_that_gives_the_same_amount_is_a_difference_too(version: ForecastVersion) -> None:
    def another_source(document: Any) -> None:
        document["inputs"]["limited_until_source"] = "anderer Bescheid"

    tamper(version, another_source, seal=True)
    changed = [one for one in proof_of().differences if (one.year, one.label) == (2023, "Förderung des Landes")]
    assert (changed[0].frozen, changed[0].recomputed) == ("0,00 €", "0,00 €, aber auf anderem Rechenweg")


def test_a_document_changed_by_hand_is_found_and_named(version: ForecastVersion) -> None:
    tamper(version, lambda document: add_a_euro(document, "personnel_cost"))
    proof = proof_of()
    assert (proof.is_sealed, proof.is_sound, proof.words) == (False, False, "Siegel gebrochen")
    assert proof.problems[0].endswith(f"das Siegel sagt {version.seal}.")
    assert "personnel_cost: 913258.24 EUR folgt nicht aus den Bestandteilen (913257.24 EUR)." in proof.problems
    # A year that does not rest on the broken step is read as before.
    with pytest.raises(FigureError):
        frozen_state("kim-nrw", 1).figures(2022)


def test_a_text_changed_by_hand_is_found_though_every_figure_holds(version: ForecastVersion) -> None:
    tamper(version, lambda document: document["version"].update(note="nachträglich"))
    proof = proof_of()
    assert (proof.is_sealed, proof.deviating, len(proof.problems)) == (False, 0, 1)


def test_a_row_changed_by_hand_is_found(version: ForecastVersion) -> None:
    overwrite(version, name="Vorlage 2022/1410")
    proof = proof_of()
    assert (proof.is_sealed, proof.words) == (True, "nachträglich verändert")
    assert proof.problems == (
        "Die Zeile der Datenbank nennt Nummer, Namen, Vorlage oder Berichtigung anders als das Dokument.",
    )  # fmt: skip


@pytest.mark.parametrize("text", ["", "{", '{"schema":1}', "null"])
def test_a_text_that_is_no_document_any_more_is_named(version: ForecastVersion, text: str) -> None:
    overwrite(version, document=text)
    proof = proof_of()
    assert (proof.is_sealed, proof.years, len(proof.problems)) == (False, 0, 2)
    assert proof.problems[1].startswith("Das festgeschriebene Dokument ist unlesbar")


def test_a_proof_costs_no_second_reading(version: ForecastVersion, django_assert_num_queries: Any) -> None:
    proof_of()
    with django_assert_num_queries(1):
        assert proof_of().holds


# --- The command ----------------------------------------------------------------------------------------------------


def verified(*arguments: str) -> list[str]:
    out = io.StringIO()
    call_command("verify_versions", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_command_proves_every_version(founding_case: Programme, ayse: User, version: ForecastVersion) -> None:
    freeze(programme=founding_case, name="Haushalt", paper=None, by=ayse)
    assert verified() == verified("kim-nrw") == [
        "kim-nrw, Fassung 1: Vorlage 2021/1121: unverändert nachgerechnet",
        "kim-nrw, Fassung 2: Haushalt: unverändert nachgerechnet",
        "2 Fassungen geprüft, alle unverändert.",
    ]  # fmt: skip


def test_the_command_fails_when_one_does_not_hold(
    founding_case: Programme, ayse: User, version: ForecastVersion
) -> None:
    frozen(founding_case, ayse, "Haushalt")
    tamper(version, lambda document: document["version"].update(note="nachträglich"))
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"1 von 2 Fassungen halten nicht\.") as failure:
        call_command("verify_versions", stdout=out)
    assert failure.value.returncode == 1
    lines = out.getvalue().splitlines()
    assert lines[0] == "kim-nrw, Fassung 1: Vorlage 2021/1121: Siegel gebrochen"
    assert lines[1].startswith("  Das Siegel ist gebrochen: Das Dokument hat die Prüfsumme ")
    assert lines[2] == "kim-nrw, Fassung 2: Haushalt: unverändert nachgerechnet"


def test_the_command_says_what_there_is_not(founding_case: Programme) -> None:
    assert verified() == ["Es gibt noch keine Fassung."]
    with pytest.raises(CommandError, match=r"Das Förderprogramm „x“ gibt es nicht\. Es gibt: kim-nrw\."):
        verified("x")


# --- The page -------------------------------------------------------------------------------------------------------


def test_a_broken_seal_is_red_and_the_page_still_readable(version: ForecastVersion, bernd_client: Client) -> None:
    tamper(version, lambda document: document["version"].update(note="nachträglich"))
    page = bernd_client.get("/programme/kim-nrw/fassungen/1/").content.decode()
    assert "kern-alert--danger" in page
    assert "Das Siegel dieser Fassung ist gebrochen" in page
    assert "336.657,24" in page
    summary = bernd_client.get("/programme/kim-nrw/?version=1").content.decode()
    assert "Das Siegel der Fassung 1 ist gebrochen" in summary


@pytest.mark.parametrize("text", ["", '{"schema":1}'])
def test_an_unreadable_version_has_a_page_all_the_same(
    version: ForecastVersion, bernd_client: Client, text: str
) -> None:
    overwrite(version, document=text)
    answer = bernd_client.get("/programme/kim-nrw/fassungen/1/")
    page = answer.content.decode()
    assert (answer.status_code, "kern-alert--danger" in page, version.seal in page) == (200, True, True)
    assert "Das Dokument dieser Fassung lässt sich nicht mehr lesen" in page
    assert bernd_client.get("/programme/kim-nrw/fassungen/").status_code == 200
    assert bernd_client.get("/programme/kim-nrw/?version=1").status_code == 400


def test_years_that_cannot_be_read_are_named(version: ForecastVersion, bernd_client: Client) -> None:
    tamper(version, lambda document: add_a_euro(document, "grant"))
    page = bernd_client.get("/programme/kim-nrw/fassungen/1/").content.decode()
    assert page.count("nicht mehr lesbar") >= 1
    assert "962.257,24" in page
