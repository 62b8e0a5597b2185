"""The finance block of the founding paper: every amount, every word of its form, in its order, in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from funding.finance_blocks import block_of
from funding.formats.files import FORMATS
from funding.formats.finance import finance_document
from funding.formats.markdown import markdown
from funding.formats.model import texts_of
from funding.formats.text import WIDTH, text
from funding.papertext import PAPER_2021_1121
from funding.selectors import programme_state

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from funding.calculation.financeblock import FinanceBlock
    from funding.formats.model import Document
    from funding.models import Programme

# The words of sections I and II, in the order of the form; what stands behind them differs from paper to paper.
FORM = (
    "I) Finanzielle Auswirkungen im Jahr der Umsetzung und in den Folgejahren",
    "Nein (sofern keine Auswirkung = entfällt die Aufzählung/Punkt beendet)",
    "Ja – ergebniswirksam", "Produkt", "IA 900006110102", "Sachkonto", "549900",
    "Aufwendungen für die Maßnahme", "962.300,00 €", "Fördermittel beantragt", "Nein", "Ja", "%",
    "Name Förderprogramm", "KIM NRW", "Ratsbeschluss vom", "zur Vorlage Nr.",
    "Beantragte Förderhöhe", "625.600,00 €", "(SK 414100 78.100,00)", "(SK 414101 547.500,00)",
    "Ja – investiv", "Finanzstelle/n", "Finanzposition/en", "Auszahlungen für die Maßnahme",
    "Fördermittel beantragt", "Nein", "Ja", "Name Förderprogramm", "Ratsbeschluss vom", "zur Vorlage Nr.",
    "Beantragte Förderhöhe",
    "Maßnahme ist im Haushalt ausreichend veranschlagt", "Ansätze sind ausreichend",
    "Deckung erfolgt aus Produkt/Finanzstelle", "in Höhe von",
    "Jährliche Folgeaufwendungen ab Haushaltsjahr", "2023", "Personal-/Sachaufwand", "962.300,00 €",
    "(bei Einstellung der Förderung; wird im nächsten Jahr für den neuen Haushaltsplan 2023 angemeldet)",
    "Bilanzielle Abschreibungen",
    "Hierunter fallen neben den üblichen bilanziellen Abschreibungen auch einmalige bzw. Sonderabschreibungen.",
    "Aktuell nicht bezifferbar",
    "Jährliche Folgeerträge (ergebniswirksam) ab Haushaltsjahr",
    "Erträge (z. B. Gebühren, Beiträge, Auflösung Sonderposten)", "Produkt", "Sachkonto",
    "Einsparungen ab Haushaltsjahr", "Personal-/Sachaufwand", "Produkt", "Sachkonto",
    "ggf. Hinweis Dez. II/FB 20",
    "II) Nachhaltigkeit der Maßnahme im Sinne des Klimaschutzes",
    "Klimaschutz betroffen", "Nachhaltigkeit", "kurz- bis mittelfristige Nachhaltigkeit",
    "langfristige Nachhaltigkeit",
)  # fmt: skip


@pytest.fixture
def block(founding_case: Programme) -> FinanceBlock:
    state = programme_state(founding_case.slug)
    assert state is not None
    return block_of(state, state.papers[0], 2022, "in-force")


@pytest.fixture
def document(block: FinanceBlock) -> Document:
    return finance_document(block)


def in_order(words: tuple[str, ...], where: str) -> list[str]:
    """Return the words that do not follow the ones before them."""
    missing, place = [], 0
    for one in words:
        found = where.find(one, place)
        if found < 0:
            missing.append(one)
        else:
            place = found + len(one)
    return missing


def plain(words: str) -> str:
    return " ".join(words.replace("\N{NO-BREAK SPACE}", " ").split())


def test_the_words_are_those_of_the_published_paper() -> None:
    assert in_order(FORM, plain(PAPER_2021_1121.read_text(encoding="utf-8"))) == []


def test_the_document_has_the_words_and_amounts_of_the_paper_in_its_order(document: Document) -> None:
    said = plain(" ".join(texts_of(document.blocks)).replace("\N{NO-BREAK SPACE}*", ""))
    assert in_order(FORM, said) == []


def test_every_amount_of_the_paper(block: FinanceBlock) -> None:
    operating, bridge, overview = block.operating, block.bridge, block.overview
    funding = operating.funding

    def amount(figure: Any) -> str | None:
        return None if figure is None else str(figure.amount)

    assert amount(operating.expense) == "962300.00"
    assert (amount(funding.amount), amount(funding.percent)) == ("625600.00", "65.01")
    assert [(part.ledger_account, amount(part.amount)) for part in funding.by_account] == [
        ("414100", "78100.00"), ("414101", "547500.00"),
    ]  # fmt: skip
    later = block.follow_up_expense
    assert (later.from_year, amount(later.amount), later.scenario) == (2023, "962300.00", "grant-ends")
    assert later.grant_has_ended is True
    assert [amount(one) for one in (overview.personnel_cost, overview.grant_for_personnel, overview.shortfall)] == [
        "913257.24", "576600.00", "336657.24",
    ]  # fmt: skip
    assert overview.measures_not_funded is None
    assert [
        amount(one)
        for one in (
            bridge.expense, bridge.rounding, bridge.printed, bridge.grant, bridge.printed_less_grant, bridge.shortfall,
        )
    ] == ["962257.24", "42.76", "962300.00", "625600.00", "336700.00", "336657.24"]  # fmt: skip


def test_what_the_paper_lost_is_not_known(block: FinanceBlock) -> None:
    ticks = (
        block.no_impact, block.operating.affected, block.operating.funding.applied, block.capital.affected,
        block.capital.funding.applied, block.cover.sufficiently_budgeted, block.cover.appropriations_sufficient,
        block.follow_up_expense.not_quantifiable, block.sustainability.climate_affected,
    )  # fmt: skip
    assert ticks == (None, True, None, None, None, None, None, None, None)
    assert (block.contradictions, block.missing) == ((), ())


def test_text_to_the_letter(document: Document, snapshot: SnapshotAssertion) -> None:
    written = text(document)
    assert [line for line in written.splitlines() if len(line) > WIDTH] == []
    assert written.splitlines() == snapshot


def test_markdown_to_the_letter(document: Document, snapshot: SnapshotAssertion) -> None:
    assert markdown(document).splitlines() == snapshot


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_block_gives_the_same_bytes(document: Document, ending: str) -> None:
    first, second = (FORMATS[ending].write(document) for _time in range(2))
    assert first == second
    assert len(first) > 1000
