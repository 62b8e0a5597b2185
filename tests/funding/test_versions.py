"""A version is frozen whole or not at all, numbered without gaps, and never changed again."""

from __future__ import annotations

import json
import threading
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pgtrigger
import pytest
from django.db import IntegrityError, connection, transaction

from funding.documents import SCHEMA, canonical, parse, seal_of
from funding.models import CouncilPaper, ForecastVersion, LumpSum, Programme
from funding.selectors import programme_state
from funding.services import freeze
from funding.versions import frozen_state, state_of_document, version_names
from kim.errors import FigureError, RuleError
from staffing.models import PositionCost
from tests.conftest import truncate_refusal
from tests.funding.frozen import TABLE, frozen
from tests.funding.rest import load_another
from tests.funding.rows import corrected_version, council_paper, forecast_version, saved

if TYPE_CHECKING:
    from collections.abc import Callable

    from kim.models import User

pytestmark = pytest.mark.django_db
KEPT = Path(__file__).parent / "documents"


# --- Freezing -------------------------------------------------------------------------------------------------------


def test_a_version_holds_every_figure_of_every_year_and_scenario(founding_case: Programme, ayse: User) -> None:
    live = programme_state("kim-nrw")
    assert live is not None
    frozen(founding_case, ayse)
    state = frozen_state("kim-nrw", 1)
    slugs = [one.slug for one in live.scenarios]
    assert [one.slug for one in state.scenarios] == slugs
    assert {(slug, year): state.figures(year, slug) for slug in slugs for year in live.years} == {
        (slug, year): live.figures(year, slug) for slug in slugs for year in live.years
    }
    assert state.inputs == live.inputs
    assert (state.papers, state.awards, state.accounts) == (live.papers, live.awards, live.accounts)


def test_what_is_entered_later_moves_no_version(founding_case: Programme, ayse: User) -> None:
    frozen(founding_case, ayse)
    PositionCost.objects.update(amount=Decimal("90000.00"))
    LumpSum.objects.all().delete()
    before, after = frozen_state("kim-nrw", 1), programme_state("kim-nrw")
    assert after is not None
    assert str(before.figures(2022).figures["shortfall"].amount) == "336657.24"
    assert str(after.figures(2022).figures["shortfall"].amount) != "336657.24"


def test_the_document_says_what_it_is(founding_case: Programme, ayse: User) -> None:
    first = frozen(founding_case, ayse, note="Stand der Vorlage")
    second = frozen(founding_case, ayse, "Berichtigt", corrects=first)
    document = json.loads(second.document)
    assert list(document) == ["figures", "inputs", "paper", "schema", "version"]
    assert document["version"] == {
        "number": 2, "name": "Berichtigt", "note": "", "corrects": 1, "frozen_by": "Finanzverwaltung",
        "frozen_at": document["version"]["frozen_at"],
    }  # fmt: skip
    assert document["paper"]["number"] == "2021/1121"
    assert [item["number"] for item in document["paper"]["items"]] == [1, 2]
    assert [one["meeting_date"] for one in document["paper"]["meetings"]][-1] == "2021-12-13"
    assert (second.schema, second.seal) == (SCHEMA, seal_of(second.document))
    assert canonical(document) == second.document


def test_the_document_names_no_account(founding_case: Programme, ayse: User) -> None:
    PositionCost.objects.update(recorded_by=ayse)
    version = frozen(founding_case, ayse)
    rows = json.loads(version.document)["inputs"]["position_costs"]
    assert [row["entered_by"] for row in rows if row["entered_by"] is not True] == []
    assert "ayse" not in version.document


def test_numbers_of_a_programme_have_no_gaps(founding_case: Programme, ayse: User, tmp_path: Path) -> None:
    other = Programme.objects.get(slug=load_another(tmp_path, 2))
    frozen(founding_case, ayse, "Erste")
    with pytest.raises(RuleError):
        frozen(founding_case, ayse, "Erste")
    freeze(programme=other, name="Erste", paper=None, by=ayse)
    frozen(founding_case, ayse, "Zweite")
    assert [str(one) for one in version_names("kim-nrw")] == ["Fassung 2: Zweite", "Fassung 1: Erste"]
    assert [str(one) for one in version_names(other.slug)] == ["Fassung 1: Erste"]


# --- What is refused ------------------------------------------------------------------------------------------------


def refused(freeze_it: Callable[[], object]) -> tuple[object, str]:
    count = ForecastVersion.objects.count()
    with pytest.raises(RuleError) as refusal:
        freeze_it()
    assert ForecastVersion.objects.count() == count
    return refusal.value.data.get("field"), refusal.value.message


@pytest.mark.parametrize("name", ["Vorlage 2021/1121", "vorlage 2021/1121", "  Vorlage 2021/1121 "])
def test_a_name_is_given_once(founding_case: Programme, ayse: User, name: str) -> None:
    frozen(founding_case, ayse)
    assert refused(lambda: frozen(founding_case, ayse, name)) == (
        "name", "„Vorlage 2021/1121“ heißt schon die Fassung 1. Bitte einen anderen Namen wählen.",
    )  # fmt: skip


def test_a_version_needs_a_name(founding_case: Programme, ayse: User) -> None:
    assert refused(lambda: frozen(founding_case, ayse, " ")) == (
        "name", "Bitte einen Namen angeben, zum Beispiel „Vorlage 2021/1121“.",
    )  # fmt: skip


def test_a_paper_of_another_programme_is_refused(founding_case: Programme, ayse: User) -> None:
    foreign = saved(council_paper())
    assert refused(lambda: frozen(founding_case, ayse, paper=foreign)) == (
        "paper", "Die Vorlage 2021/1121 gehört zu einem anderen Förderprogramm.",
    )  # fmt: skip


def test_only_an_earlier_version_of_the_programme_is_corrected(founding_case: Programme, ayse: User) -> None:
    sentence = "Berichtigen lässt sich nur eine festgeschriebene Fassung desselben Förderprogramms."
    foreign, unsaved = saved(forecast_version()), ForecastVersion(programme=founding_case, number=1, name="Neu")
    assert refused(lambda: frozen(founding_case, ayse, corrects=foreign)) == ("corrects", sentence)
    assert refused(lambda: frozen(founding_case, ayse, corrects=unsaved)) == ("corrects", sentence)


def test_a_version_is_corrected_once(founding_case: Programme, ayse: User) -> None:
    first = frozen(founding_case, ayse, "Erste")
    frozen(founding_case, ayse, "Zweite", corrects=first)
    assert refused(lambda: frozen(founding_case, ayse, "Dritte", corrects=first)) == (
        "corrects", "Die Fassung 1 ist schon durch die Fassung 2 berichtigt. Bitte diese wählen.",
    )  # fmt: skip


def test_only_what_was_shown_is_frozen(founding_case: Programme, ayse: User) -> None:
    shown = programme_state("kim-nrw")
    assert shown is not None
    PositionCost.objects.update(amount=Decimal("90000.00"))
    assert refused(lambda: frozen(founding_case, ayse, shown=shown.seal)) == (
        "seal", "Inzwischen wurde etwas gespeichert; festgeschrieben wurde nichts.",
    )  # fmt: skip


def test_what_cannot_be_computed_is_not_frozen(founding_case: Programme, ayse: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE funding_lumpsum DROP CONSTRAINT funding_lumpsum_has_source")
    LumpSum.objects.update(source="")
    with pytest.raises(FigureError, match="Eine Quelle ohne Text"):
        frozen(founding_case, ayse)
    assert not ForecastVersion.objects.exists()


# --- Nobody changes a version ---------------------------------------------------------------------------------------

SENTENCE = "Fassung „Vorlage 2021/1121“ ist festgeschrieben. Legen Sie eine neue Fassung an."
EVERY = "Fassungen sind festgeschrieben und lassen sich weder ändern noch löschen. Legen Sie eine neue Fassung an."


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE funding_forecastversion SET name = 'anders'",
        "UPDATE funding_forecastversion SET document = document",
        "UPDATE funding_forecastversion SET seal = repeat('0', 64)",
        "DELETE FROM funding_forecastversion",
        "INSERT INTO funding_forecastversion TABLE funding_forecastversion ON CONFLICT (id) DO UPDATE SET note = 'x'",
    ],
)
def test_raw_sql_is_refused(founding_case: Programme, ayse: User, statement: str) -> None:
    frozen(founding_case, ayse)
    with pytest.raises(IntegrityError, match=SENTENCE), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    # Nor does it help to ask the library that wrote the triggers to leave them out.
    ignored = pgtrigger.ignore("funding.ForecastVersion:refuse_change")
    with ignored, pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("statement", [f"TRUNCATE {TABLE} CASCADE", "TRUNCATE funding_programme CASCADE"])
def test_the_table_is_never_emptied(founding_case: Programme, ayse: User, statement: str) -> None:
    frozen(founding_case, ayse)
    with connection.cursor() as cursor:
        # The tests alone leave this refusal out, for the sake of those that commit.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER {truncate_refusal()}")
        with pytest.raises(IntegrityError, match="Die Tabelle lässt sich nicht leeren"), transaction.atomic():
            cursor.execute(statement)
    assert ForecastVersion.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda version: version.delete(),
        lambda version: version.full_clean(),
        lambda _version: ForecastVersion.objects.update(name="anders"),
        lambda _version: ForecastVersion.objects.all().delete(),
        lambda version: ForecastVersion.objects.bulk_update([version], ["name"]),
        lambda version: version.programme.versions.all().delete(),
    ],
)
def test_the_model_refuses_before_the_database(
    founding_case: Programme, ayse: User, change: Callable[[ForecastVersion], object]
) -> None:
    version = frozen(founding_case, ayse)
    with pytest.raises(RuleError, match=EVERY):
        change(version)


def test_a_saved_row_is_refused_by_the_database(founding_case: Programme, ayse: User) -> None:
    version = frozen(founding_case, ayse)
    version.name = "anders"
    with pytest.raises(IntegrityError, match=SENTENCE), transaction.atomic():
        version.save()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda row: setattr(row, "seal", "0" * 64), "Das Siegel der Fassung „.*“ passt nicht zu ihrem Dokument"),
        (lambda row: setattr(row, "corrects", saved(forecast_version())), "Eine Fassung berichtigt nur eine frühere"),
        (lambda row: setattr(row, "paper", saved(council_paper())), "Die Vorlage gehört zu einem anderen"),
    ],
)
def test_the_database_lets_no_version_in_that_does_not_fit(wrong: Callable[[Any], object], sentence: str) -> None:
    row = forecast_version()
    wrong(row)
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        row.save()
    assert saved(corrected_version()).corrects_id is not None


def test_programme_paper_and_account_stay_with_their_version(founding_case: Programme, ayse: User) -> None:
    frozen(founding_case, ayse)
    for row in (founding_case, CouncilPaper.objects.get(number="2021/1121"), ayse):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.delete()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_two_numbers(founding_case: Programme, ayse: User) -> None:
    start, problems = threading.Barrier(4), []

    def freeze_one(number: int) -> None:
        try:
            start.wait()
            frozen(founding_case, ayse, "Gleich" if number < 2 else f"Fassung {number}")
        except RuleError as error:
            problems.append(error.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=freeze_one, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(one.number for one in version_names("kim-nrw")) == [1, 2, 3]
    assert [message.startswith("„Gleich“ heißt schon die Fassung") for message in problems] == [True]


# --- Documents of every schema stay readable ------------------------------------------------------------------------


@pytest.mark.parametrize("schema", range(1, SCHEMA + 1))
def test_a_kept_document_of_each_schema_is_read_and_proved(schema: int) -> None:
    """Never renew a kept document: it stands for those that cities have stored. A new schema keeps one of its own."""
    text = (KEPT / f"schema_{schema}.json").read_text(encoding="utf-8").rstrip("\n")
    state = state_of_document(text, seal_of(text))
    assert state.version is not None
    assert (state.version.number, state.version.name, state.version.is_sealed) == (1, "Vorlage 2021/1121", True)
    year = state.figures(2022, "grant-continues").figures
    assert {key: str(year[key].amount) for key in ("expense", "grant", "shortfall", "full_cost")} == {
        "expense": "962257.24", "grant": "625600.00", "shortfall": "336657.24", "full_cost": "962257.24",
    }  # fmt: skip
    assert {slug: str(state.figures(2025, slug).figures["shortfall"].amount) for slug in sorted(scenarios(state))} == {
        "grant-continues": "336657.24", "grant-ends": "962257.24", "in-force": "962257.24", "positions-end": "0.00",
        "top-up-ends": "242879.51",
    }  # fmt: skip


def scenarios(state: Any) -> set[str]:
    return {one.slug for one in state.scenarios}


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{}", '{"schema":0}', '{"schema":2}', '{"schema":"1"}', '{"schema":1.0}', '{"schema":1', "NaN"],
)
def test_other_text_is_no_document(text: str) -> None:
    with pytest.raises(FigureError):
        parse(text)


def test_no_amount_is_written_as_a_number() -> None:
    with pytest.raises(FigureError):
        canonical({"schema": 1, "amount": 0.1})
