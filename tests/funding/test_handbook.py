"""Every number of the handbook is computed; the founding paper stands in it word by word."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps

from funding.calculation.causes import Cause
from funding.cause_words import name_of
from funding.handbook import case_context
from funding.papertext import PAPER_2021_1121
from funding.selectors import ProgrammeState, programme_state
from kim import formatting
from kim.figures import EUR, EUR_PER_FTE, Status
from kim.models import Sourced
from tests.pages import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from funding.models import Programme
    from kim.figures import Figure

# Of the words of the paper as the city published it, without the marks that make headings and tables of them.
WORDS = "7c1f5bacaf2d85b758697ac07d6a9ad70781c64e924fa15ce2ca73f940190ffb"


def opened(client: Client, slug: str) -> Page:
    answer = client.get(f"/handbuch/{slug}/")
    assert answer.status_code == 200, slug
    return Page(answer.content.decode())


def test_the_example_shows_the_figures_of_both_years(founding_case: Programme, bernd_client: Client) -> None:
    page = opened(bernd_client, "zahlen")
    assert page.table("Beispiel: KIM NRW nach geltendem Recht, 2022 und 2023") == [
        ["Zahl", "2022", "2023"],
        ["Gesamtkosten", "962.257,24 €", "962.257,24 €"],
        ["Förderung des Landes", "625.600,00 €", "0,00 €"],
        ["Mehrkosten der Stadt", "336.657,24 €", "962.257,24 €"],
        ["Stadt bei Wegfall der Förderung", "962.257,24 €", "962.257,24 €"],
    ]
    assert page.table("Gedruckte und genaue Rechnung im Gründungsfall") == [
        ["Schritt", "gedruckt", "genau"],
        ["Aufwand", "962.300,00 €", "962.257,24 €"],
        ["abzüglich Förderung", "625.600,00 €", "625.600,00 €"],
        ["bleibt", "336.700,00 €", "336.657,24 €"],
    ]
    assert "Der Unterschied von 42,76 € ist Rundung" in page.main.text


def test_scenarios_are_compared_after_the_end_of_the_programme(founding_case: Programme, bernd_client: Client) -> None:
    page = opened(bernd_client, "szenarien")
    assert page.table("KIM NRW im Jahr 2023, dem ersten nach der Befristung") == [
        ["Szenario", "Gesamtkosten", "Förderung", "Mehrkosten der Stadt"],
        ["Geltendes Recht", "962.257,24 €", "0,00 €", "962.257,24 €"],
        ["A: Land fördert weiter", "962.257,24 €", "625.600,00 €", "336.657,24 €"],
        ["B: Förderung endet, Stadt zahlt alles", "962.257,24 €", "0,00 €", "962.257,24 €"],
        ["C: Aufstockung endet", "868.479,51 €", "625.600,00 €", "242.879,51 €"],
        ["D: Förderung und Stellen enden", "0,00 €", "0,00 €", "0,00 €"],
    ]
    rows = page.table("Mehrkosten der Stadt 2023 nach Träger, das Land fördert weiter")[1:]
    changed = {name: after for name, _kind, before, after in rows if before != after}
    assert changed == {"Arbeiterwohlfahrt": "0,00 €", "Caritasverband": "0,00 €", "Diakonie": "0,00 €"}
    assert {name for name, kind, _before, _after in rows if kind == "Freie Wohlfahrt"} == set(changed)


def test_case_is_read_in_one_statement(founding_case: Programme, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        case_context()


@pytest.fixture
def state(founding_case: Programme) -> ProgrammeState:
    found = programme_state(founding_case.slug)
    assert found is not None
    return found


def every_figure(state: ProgrammeState) -> Iterator[Figure]:
    """All figures of all years and scenarios, with those they were made of."""
    for scenario in state.scenarios:
        for year in state.years:
            found = state.figures(year, scenario.slug)
            parts = [found.figures, found.top_up]
            parts += [module.figures for module in found.modules] + [one.figures for one in found.providers]
            todo = [figure for part in parts for figure in part.values()]
            todo += [line.grant for module in found.modules for line in (*module.positions, *module.material)]
            while todo:
                figure = todo.pop()
                yield figure
                todo.extend(figure.inputs)


AMOUNT = re.compile(r"(?<![\d.])(?:\d{1,3}(?:\.\d{3})+(?:,\d{2})?(?!\d)|\d+,\d{2}(?= (?:€|Euro)))")
# What stands on a page of the handbook and is no figure of the founding case, with its reason.
NO_FIGURES = {
    "zahlen": {"336.700,00": "what the printed amounts would leave", "42,76": "the rounding"},
    "rechenweg": {"42,76": "the rounding"},
    "vorlage-2021-1121": {
        "42,76": "the rounding",
        "11.250": "how 22,500 for half a position would be misread",
    },
    "annahmen": {"57.000": "the lump sum from 2023, which the paper could not know"},
    "szenarien": {},
    "pflegen": {},
}


@pytest.mark.parametrize("slug", sorted(NO_FIGURES))
def test_no_amount_is_printed_that_is_not_computed(state: ProgrammeState, bernd_client: Client, slug: str) -> None:
    computed = {formatting.amount(figure.amount) for figure in every_figure(state) if figure.unit in {EUR, EUR_PER_FTE}}
    # Round amounts are also written without cents.
    known = computed | {text.removesuffix(",00") for text in computed}
    printed = set(AMOUNT.findall(opened(bernd_client, slug).main.text))
    assert printed - known <= set(NO_FIGURES[slug])
    assert set(NO_FIGURES[slug]) <= printed


# --- The paper ------------------------------------------------------------------------------------------------------


def paper_words() -> list[str]:
    text = PAPER_2021_1121.read_text(encoding="utf-8")
    text = re.sub(r"<!--.*?-->|^\|[-| ]+\|$|^#+ ", "", text, flags=re.MULTILINE)
    return text.replace("|", " ").split()


def test_wording_is_the_published_one() -> None:
    words = paper_words()
    assert (len(words), hashlib.sha256(" ".join(words).encode()).hexdigest()) == (1688, WORDS)


def test_page_shows_every_word_of_the_paper(founding_case: Programme, bernd_client: Client) -> None:
    section = opened(bernd_client, "vorlage-2021-1121").one("section", **{"aria-labelledby": "wortlaut"})
    shown = section.text.replace("|", " ").split()
    # The two items of the resolution are numbered by the list.
    words = [word for word in paper_words() if word not in {"1.", "2."}]
    assert shown[-len(words) :] == words


# --- Assumptions ----------------------------------------------------------------------------------------------------


def sourced_rows() -> Iterator[Sourced]:
    for model in apps.get_models():
        if issubclass(model, Sourced):
            yield from model._default_manager.all()


def test_every_assumption_among_the_rows_is_listed(founding_case: Programme, bernd_client: Client) -> None:
    page = opened(bernd_client, "annahmen")
    listed = {(row[2], row[3]) for row in page.table("Annahmen unter den erfassten Werten von KIM NRW")[1:]}
    rows = {
        (" ".join((row.note or "–").split()), " ".join(row.source.split()))
        for row in sourced_rows()
        if Status(row.source_status).is_assumption
    }
    assert len(rows) > 5
    assert listed == rows | {("–", founding_case.proration_source)}


def test_the_example_of_causes_is_computed(founding_case: Programme, bernd_client: Client) -> None:
    page = opened(bernd_client, "ursachen")
    assert page.table("Mehrkosten der Stadt in Euro, Ursache für Ursache") == [
        ["Ursache", "davor", "danach", "Unterschied"],
        ["Stellen hinzugekommen oder weggefallen", "336.657,24", "422.916,48", "+86.259,24 € Mehrkosten"],
        ["Pauschalen und Höchstbeträge", "422.916,48", "367.916,48", "−55.000,00 € Minderbedarf"],
        ["Summe", "", "", "+31.259,24 € Mehrkosten"],
    ]
    order = page.one("section", **{"aria-labelledby": "reihenfolge"}).one("ol").all("strong")
    assert [one.text for one in order] == [name_of(cause) for cause in Cause]
