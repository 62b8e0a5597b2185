"""The verbs of the chain of decisions: what follows from a decision, what is refused, and what an undo brings back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pghistory.models
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from funding.chain import chain_of
from funding.models import CouncilPaper, ItemLink, ItemStatus, PaperItem, Resolution
from funding.resolutions import (
    Evidence,
    Station,
    record_decision,
    record_link,
    record_paper,
    remove_item,
    remove_link,
    undo_decision,
)
from funding.selectors import programme_state
from kim.errors import RuleError

if TYPE_CHECKING:
    from funding.chain import Chain
    from funding.models import Programme

PROOF = Evidence("Niederschrift des Rates")
DAY = date(2021, 12, 13)


@pytest.fixture
def founding(founding_case: Programme) -> CouncilPaper:
    return founding_case.papers.get(number="2021/1121")


def another(programme: Programme, number: str, *items: str) -> CouncilPaper:
    """Enter a paper with one item for each text."""
    return record_paper(
        paper=CouncilPaper(programme=programme, number=number, title="Betreff", paper_date=date(2022, 1, 3)),
        items=[PaperItem(number=place, text=text, kind="top_up") for place, text in enumerate(items, start=1)],
    )


def item(paper: CouncilPaper, number: int = 1) -> PaperItem:
    return PaperItem.objects.get(paper=paper, number=number)


def decide(paper: CouncilPaper, outcome: str = "adopted", day: date | None = DAY) -> None:
    record_decision(items=list(paper.items.all()), outcome=outcome, decided_on=day, evidence=PROOF, by=None)


def link(one: PaperItem, kind: str, target: PaperItem) -> ItemLink:
    return record_link(link=ItemLink(item=one, kind=kind, target=target, source="Vorlage"), by=None)


def statuses(paper: CouncilPaper) -> list[str]:
    paper.refresh_from_db()
    return [paper.status, *paper.items.order_by("number").values_list("status", flat=True)]


def refusal(act: Any, *args: Any, **options: Any) -> str:
    with pytest.raises(RuleError) as refused:
        act(*args, **options)
    return refused.value.message


def chain(today: date = date(2022, 6, 1)) -> Chain:
    state = programme_state("kim-nrw")
    assert state is not None
    return chain_of(state.council, today)


# --- What follows ----------------------------------------------------------------------------------------------------


def test_adopted_items_hold_and_so_does_their_paper(founding: CouncilPaper) -> None:
    assert statuses(founding) == ["drafted", "drafted", "drafted"]
    decide(founding)
    assert statuses(founding) == ["adopted", "adopted", "adopted"]
    assert [(one.outcome, one.decided_on, one.source) for one in Resolution.objects.all()] == [
        ("adopted", DAY, "Niederschrift des Rates")
    ] * 2


def test_one_item_is_decided_without_the_other(founding: CouncilPaper) -> None:
    record_decision(items=[item(founding, 2)], outcome="rejected", decided_on=DAY, evidence=PROOF, by=None)
    assert statuses(founding) == ["drafted", "drafted", "rejected"]


@pytest.mark.parametrize(
    ("kind", "draft", "adopted"),
    [
        ("amends", ["adopted", "adopted", "adopted"], ["amended", "amended", "adopted"]),
        ("extends", ["adopted", "adopted", "adopted"], ["adopted", "adopted", "adopted"]),
        ("repeals", ["adopted", "adopted", "adopted"], ["amended", "repealed", "adopted"]),
    ],
)
def test_a_link_acts_from_the_adoption_of_its_item_on(
    founding: CouncilPaper, kind: str, draft: list[str], adopted: list[str]
) -> None:
    decide(founding)
    later = another(founding.programme, "2022/1410", "später")
    link(item(later), kind, item(founding))
    assert statuses(founding) == draft
    decide(later, day=date(2022, 4, 4))
    assert (statuses(founding), ItemLink.objects.get().is_effective) == (adopted, True)


def test_a_link_of_an_adopted_item_acts_at_once(founding: CouncilPaper) -> None:
    decide(founding)
    later = another(founding.programme, "2022/1410", "später")
    decide(later, day=date(2022, 4, 4))
    made = link(item(later), "repeals", item(founding))
    assert (made.is_effective, statuses(founding)) == (True, ["amended", "repealed", "adopted"])
    remove_link(link=made)
    assert statuses(founding) == ["adopted", "adopted", "adopted"]


@pytest.mark.parametrize("outcome", ["rejected", "withdrawn", "unknown"])
def test_what_was_not_adopted_changes_nothing(founding: CouncilPaper, outcome: str) -> None:
    decide(founding)
    later = another(founding.programme, "2024/3092", "aufheben")
    link(item(later), "repeals", item(founding))
    decide(later, outcome, date(2024, 5, 6))
    assert (statuses(founding), statuses(later)) == (["adopted"] * 3, [outcome, outcome])


def test_an_unknown_outcome_may_become_known(founding: CouncilPaper) -> None:
    decide(founding)
    later = another(founding.programme, "2024/3092", "aufheben")
    link(item(later), "repeals", item(founding))
    decide(later, "unknown", None)
    decide(later, "adopted", date(2024, 12, 16))
    assert statuses(founding) == ["amended", "repealed", "adopted"]
    assert Resolution.objects.filter(item__paper=later).count() == 1


# --- Undo ------------------------------------------------------------------------------------------------------------


def test_undoing_brings_back_what_was_before_and_the_history_keeps_both(founding: CouncilPaper) -> None:
    decide(founding)
    later = another(founding.programme, "2022/1410", "aufheben")
    link(item(later), "repeals", item(founding))
    decide(later, day=date(2022, 4, 4))
    undone = Resolution.objects.get(item=item(later)).pk

    undo_decision(item=item(later))

    assert (statuses(founding), statuses(later)) == (["adopted"] * 3, ["drafted", "drafted"])
    assert ItemLink.objects.get().is_effective is False
    events = pghistory.models.Events.objects.filter(pgh_obj_model="funding.Resolution", pgh_obj_id=undone)
    assert list(events.order_by("pgh_created_at", "pgh_id").values_list("pgh_label", flat=True)) == ["insert", "delete"]
    decide(later, day=date(2022, 4, 5))
    assert statuses(founding) == ["amended", "repealed", "adopted"]


def test_a_repealed_decision_is_not_undone_before_the_repeal(founding: CouncilPaper) -> None:
    decide(founding)
    later = another(founding.programme, "2022/1410", "aufheben")
    link(item(later), "repeals", item(founding))
    decide(later, day=date(2022, 4, 4))
    assert refusal(undo_decision, item=item(founding)) == (
        "Beschlusspunkt 1 von Vorlage 2021/1121 ist aufgehoben durch Beschlusspunkt 1 von Vorlage 2022/1410 "
        "(beschlossen am 04.04.2022). Bitte zuerst jenen Beschluss zurücknehmen."
    )


def test_what_was_not_decided_cannot_be_undone(founding: CouncilPaper) -> None:
    assert refusal(undo_decision, item=item(founding)) == (
        "Über Beschlusspunkt 1 von Vorlage 2021/1121 ist nichts entschieden."
    )


# --- Refusals --------------------------------------------------------------------------------------------------------


def test_nothing_is_repealed_twice(founding: CouncilPaper) -> None:
    decide(founding)
    first, second, third = (
        another(founding.programme, number, "aufheben") for number in ("2022/1410", "2022/1500", "2022/1600")
    )
    link(item(first), "repeals", item(founding))
    # Two drafts that would repeal the same may stand beside each other.
    link(item(second), "repeals", item(founding))
    decide(first, day=date(2022, 4, 4))
    sentence = (
        "Beschlusspunkt 1 von Vorlage 2021/1121 ist schon aufgehoben, durch Beschlusspunkt 1 von Vorlage 2022/1410 "
        "(beschlossen am 04.04.2022)."
    )
    assert refusal(decide, second, day=date(2022, 5, 2)) == sentence
    assert refusal(link, item(third), "repeals", item(founding)) == sentence
    assert (statuses(second), Resolution.objects.filter(item__paper=second).exists()) == (["drafted"] * 2, False)


def test_a_decision_is_not_recorded_over_another(founding: CouncilPaper) -> None:
    decide(founding)
    assert refusal(decide, founding, "rejected") == (
        "Über Beschlusspunkt 1 von Vorlage 2021/1121 (beschlossen am 13.12.2021) ist schon entschieden. "
        "War das ein Versehen, bitte zuerst zurücknehmen."
    )


def test_of_several_items_all_are_decided_or_none(founding: CouncilPaper) -> None:
    record_decision(items=[item(founding, 2)], outcome="adopted", decided_on=DAY, evidence=PROOF, by=None)
    refusal(decide, founding)
    assert statuses(founding) == ["adopted", "drafted", "adopted"]


@time_machine.travel("2022-01-10 12:00:00+01:00")
def test_the_future_has_not_decided_yet(founding: CouncilPaper) -> None:
    assert refusal(decide, founding, day=date(2022, 1, 11)) == (
        "Der 11.01.2022 liegt in der Zukunft. Erfasst wird, was entschieden ist."
    )
    decide(founding, day=date(2022, 1, 10))


@pytest.mark.parametrize("outcome", ["adopted", "rejected"])
def test_a_vote_has_a_day(founding: CouncilPaper, outcome: str) -> None:
    assert refusal(decide, founding, outcome, None) == "Bitte den Tag angeben, an dem der Rat entschieden hat."


def test_only_what_was_adopted_can_be_repealed(founding: CouncilPaper) -> None:
    later = another(founding.programme, "2022/1410", "aufheben")
    link(item(later), "repeals", item(founding))
    assert refusal(decide, later) == (
        "Beschlusspunkt 1 von Vorlage 2021/1121 ist nicht beschlossen (Stand: Beschlussentwurf); "
        "daran lässt sich nichts aufheben."
    )


def test_a_repeal_comes_after_what_it_repeals(founding: CouncilPaper) -> None:
    decide(founding)
    later = another(founding.programme, "2022/1410", "aufheben")
    link(item(later), "repeals", item(founding))
    assert refusal(decide, later, day=date(2021, 12, 12)) == (
        "Beschlusspunkt 1 von Vorlage 2021/1121 wurde erst am 13.12.2021 beschlossen, nach dem 12.12.2021."
    )


def test_a_loop_is_refused_with_a_sentence_and_by_the_database(founding: CouncilPaper) -> None:
    second, third = (another(founding.programme, number, "x") for number in ("2022/1410", "2022/1500"))
    link(item(second), "extends", item(founding))
    link(item(third), "amends", item(second))
    assert refusal(link, item(founding), "amends", item(third)) == (
        "Beschlusspunkt 1 von Vorlage 2022/1500 baut selbst auf Beschlusspunkt 1 von Vorlage 2021/1121 auf. "
        "Eine Verbindung zurück würde einen Kreis schließen."
    )
    with pytest.raises(IntegrityError, match="Diese Verbindung würde einen Kreis schließen"), transaction.atomic():
        ItemLink.objects.bulk_create(
            [ItemLink(item=item(founding), kind="amends", target=item(third), source="Vorlage")]
        )
    turned = "UPDATE funding_itemlink SET item_id = %s, target_id = %s WHERE item_id = %s"
    with pytest.raises(IntegrityError, match="Kreis"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(turned, [item(founding).pk, item(second).pk, item(third).pk])


def test_two_items_are_linked_once_and_none_to_itself(founding: CouncilPaper) -> None:
    later = another(founding.programme, "2022/1410", "x")
    link(item(later), "extends", item(founding))
    with pytest.raises(ValidationError, match="Diese beiden Beschlusspunkte sind schon verbunden"):
        link(item(later), "amends", item(founding))
    with pytest.raises(ValidationError, match="kann sich nicht selbst ändern"):
        link(item(later), "amends", item(later))


def test_an_item_that_something_rests_on_stays(founding: CouncilPaper) -> None:
    later = another(founding.programme, "2022/1410", "x", "y")
    link(item(later), "extends", item(founding))
    assert refusal(remove_item, item=item(founding)) == (
        "Beschlusspunkt 1 von Vorlage 2021/1121 lässt sich nicht löschen: Beschlusspunkt 1 von Vorlage 2022/1410 "
        "verweist darauf."
    )
    record_decision(items=[item(later, 2)], outcome="adopted", decided_on=DAY, evidence=PROOF, by=None)
    assert refusal(remove_item, item=item(later, 2)).startswith("Über Beschlusspunkt 2 von Vorlage 2022/1410 ist schon")
    remove_item(item=item(later))
    assert statuses(later) == ["adopted", "adopted"]


def test_a_paper_is_saved_whole_or_not_at_all(founding: CouncilPaper) -> None:
    stored = (CouncilPaper.objects.count(), PaperItem.objects.count())
    with pytest.raises(ValidationError):
        record_paper(
            paper=CouncilPaper(
                programme=founding.programme, number="2022/1410", title="x", paper_date=date(2022, 1, 3)
            ),
            items=[PaperItem(number=1, text="x"), PaperItem(number=1, text="y")],
            stations=[Station("Rat", DAY, "decides")],
        )
    assert (CouncilPaper.objects.count(), PaperItem.objects.count()) == stored


# --- Mandates --------------------------------------------------------------------------------------------------------


def test_both_mandates_have_a_status_of_their_own(founding: CouncilPaper) -> None:
    assert [(one.kind, one.is_in_force, one.words) for one in chain().mandates] == [
        ("top_up", False, "Beschlussentwurf"), ("full_cost", False, "Beschlussentwurf"),
    ]  # fmt: skip
    decide(founding)
    later = another(founding.programme, "2024/3092", "aufheben")
    PaperItem.objects.filter(paper=later).update(kind="other")
    link(item(later), "repeals", item(founding))
    assert [(one.kind, one.words) for one in chain().mandates] == [
        ("top_up", "gilt; ein Entwurf würde es aufheben"), ("full_cost", "gilt"),
    ]  # fmt: skip
    decide(later, day=date(2024, 12, 16))
    assert [(one.kind, one.is_in_force, one.words) for one in chain().mandates] == [
        ("top_up", False, "aufgehoben"), ("full_cost", True, "gilt"),
    ]  # fmt: skip


def test_a_mandate_ends_on_its_day(founding: CouncilPaper) -> None:
    decide(founding)
    PaperItem.objects.filter(paper=founding, number=1).update(holds_until=date(2022, 12, 31))
    found = [chain(day).mandates[0] for day in (date(2022, 12, 31), date(2023, 1, 1))]
    assert [(one.is_in_force, one.words, one.items[0].until) for one in found] == [
        (True, "gilt", "31.12.2022"), (False, "gilt nicht mehr", "31.12.2022"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "does", "undergoes"),
    [
        (None, "würde aufheben (Entwurf)", "würde aufgehoben durch (Entwurf)"),
        ("unknown", "würde aufheben (Entwurf, Ausgang nicht bekannt)",
         "würde aufgehoben durch (Entwurf, Ausgang nicht bekannt)"),
        ("rejected", "hätte aufgehoben (abgelehnt)", "wäre aufgehoben worden durch (abgelehnt)"),
        ("adopted", "hebt auf (beschlossen am 16.12.2024)", "aufgehoben durch (beschlossen am 16.12.2024)"),
    ],
)  # fmt: skip
def test_words_of_a_link_at_both_ends(founding: CouncilPaper, outcome: str | None, does: str, undergoes: str) -> None:
    decide(founding)
    later = another(founding.programme, "2024/3092", "aufheben")
    link(item(later), "repeals", item(founding))
    if outcome is not None:
        decide(later, outcome, date(2024, 12, 16))
    first, second = (chain().by_slug(slug) for slug in ("2021-1121", "2024-3092"))
    assert first is not None
    assert second is not None
    there, back = second.items[0].does[0], first.items[0].undergoes[0]
    assert [f"{one.words} ({one.state})" for one in (there, back)] == [does, undergoes]
    assert (there.paper.number, back.paper.number) == ("2021/1121", "2024/3092")
    assert set(ItemStatus.values) >= {one.item.status for one in (*first.items, *second.items)}
