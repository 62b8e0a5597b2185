"""A history of known days, and what the pages tell of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.functions import TransactionNow

from funding.history import Wanted, event_model, known, read
from funding.history_effects import Effect, effects
from funding.history_words import tell
from funding.selectors import programme_state
from funding.tracked import TRACKED
from staffing.models import PositionCost
from tests.pages import Page

if TYPE_CHECKING:
    from django.test import Client

    from funding.models import Programme


BERLIN = ZoneInfo("Europe/Berlin")
LOADED = datetime(2021, 11, 8, 9, 0, tzinfo=BERLIN)
HISTORY, REPORT = "/programme/kim-nrw/aenderungen/", "/programme/kim-nrw/aenderungen/bericht/"
FILE = "/programme/kim-nrw/aenderungen/bericht.csv"
SINCE = {"since": "01.01.2022"}
SOURCE = "Vorlage 2021/1121, Übersicht: Personal 913.257,24 € abzüglich Arbeitsplätze 29.100,00 € = 884.157,24 €"


def page_of(answer: Any) -> Page:
    return Page(answer)


def stamp(moment: datetime) -> None:
    """Let everything that this test has changed since the last stamp have happened at ``moment``."""
    for model in TRACKED:
        event_model(model).objects.filter(pgh_created_at=TransactionNow()).update(pgh_created_at=moment)


def at(day: int, hour: int = 14, minute: int = 5, month: int = 3) -> datetime:
    return datetime(2022, month, day, hour, minute, tzinfo=BERLIN)


def set_cost(cost: PositionCost, amount: str, moment: datetime, **more: str) -> None:
    PositionCost.objects.filter(pk=cost.pk).update(amount=Decimal(amount), **more)
    stamp(moment)


def sentences(client: Client, path: str = HISTORY, **query: str) -> list[str]:
    answer = client.get(path, query or SINCE)
    assert answer.status_code == 200
    found = page_of(answer).all("ol", class_="kim-history")
    return [item.all("p")[0].text for one in found for item in one.all("li")]


def moved(programme: Programme, year: int = 2022, scenario: str = "in-force") -> list[tuple[str, Effect]]:
    """Every change since 2022 with what it moved, oldest first."""
    events = read(Wanted(programme, since=datetime(2022, 1, 1).date()), most=100).events  # noqa: DTZ001 - only a day
    facts = known(programme, events)
    found = effects(programme, events, year=year, scenario=scenario, loaded_at=facts.loaded_at)
    return [(tell(one, facts, with_account=False).subject, found[one.model, one.number]) for one in reversed(events)]


def shortfall(year: int = 2022) -> Decimal:
    state = programme_state("kim-nrw")
    assert state is not None
    return state.figures(year).figures["shortfall"].amount
