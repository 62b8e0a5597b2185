"""Printed beside computed: the founding paper whole, what explains a difference, and lines by form and file."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from funding.calculation.reconcile import Verdict, compare, read_printed
from funding.models import CouncilPaper, FundedPosition, LumpSum, PrintedFigure, Programme
from funding.papertext import PAPER_2021_1121
from funding.reconciling import reconcile
from funding.selectors import programme_state
from funding.services import freeze
from kim.figures import EUR, FTE, Figure, Source, Step, derive, given
from tests.pages import Page

if TYPE_CHECKING:
    from django.test import Client

    from kim.models import User

PAGE = "/programme/kim-nrw/vorlagen/2021-1121/abgleich/"
NEW, FILE, UPLOAD = f"{PAGE}neu/", f"{PAGE}abgleich.csv", f"{PAGE}einlesen/"
CAPTION = "Gedruckte und gerechnete Zahlen der Vorlage 2021/1121"
SOURCE = Source("Vorlage 2021/1121")
LINE = {
    "number": "41", "label": "Mehrkosten im Text", "printed": "336.657,24 €", "place": "Seite 4", "unit": "EUR",
    "figure_key": "shortfall", "fiscal_year": "2022",
}  # fmt: skip


# --- The comparison ---------------------------------------------------------------------------------------------------


def euros(amount: str, key: str = "expense") -> Figure:
    return given(key, Decimal(amount), EUR, SOURCE)


EXACT, BASE = euros("962257.24"), euros("100.00", "rounding_base")
ROUNDED = derive("expense_in_paper", Step.ROUNDED, (EXACT, BASE), mode="up")


@pytest.mark.parametrize(
    ("printed", "computed", "has_reason", "verdict", "difference"),
    [
        ("962257.24", EXACT, 0, Verdict.EQUAL, "0.00"),
        ("962257.24", EXACT, 1, Verdict.EQUAL, "0.00"),
        ("962300.00", EXACT, 0, Verdict.ROUNDED, "42.76"),
        # Rounded once more would be another rule, so it needs a reason.
        ("962000.00", EXACT, 0, Verdict.UNEXPLAINED, "-257.24"),
        ("962000.00", EXACT, 1, Verdict.REASON, "-257.24"),
        # The rounded amount explains the figure it was rounded from, not another one that happens to be near.
        ("962300.00", euros("962257.25"), 0, Verdict.UNEXPLAINED, "42.75"),
        ("1.00", None, 0, Verdict.UNEXPLAINED, None),
        ("1.00", None, 1, Verdict.NOT_COMPUTED, None),
        (None, EXACT, 0, Verdict.UNEXPLAINED, None),
        (None, EXACT, 1, Verdict.REASON, None),
    ],
)
def test_what_explains_a_difference(
    printed: str | None, computed: Figure | None, has_reason: int, verdict: Verdict, difference: str | None
) -> None:
    text = None if printed is None else euros(printed, "printed")
    found = compare(text, computed, is_empty=False, has_reason=bool(has_reason), rounded=[EXACT, ROUNDED])
    amount = None if found.difference is None else str(found.difference.amount)
    assert (found.verdict, amount) == (verdict, difference)


def test_an_empty_field_is_explained_by_being_empty() -> None:
    assert compare(None, EXACT, is_empty=True, has_reason=False).verdict is Verdict.EMPTY


def test_figures_of_two_units_have_no_difference() -> None:
    shares = given("fte", Decimal("2.5"), FTE, SOURCE)
    found = compare(euros("2.50", "printed"), shares, is_empty=False, has_reason=False)
    assert (found.verdict, found.difference) == (Verdict.UNEXPLAINED, None)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("962.300,00 €", "962300.00"), ("160.000 Euro", "160000.00"), ("2,5 Stellen", "2.50"), ("0,5 Stelle", "0.50"),
        ("65,01 %", "65.01"), ("48", "48.00"), ("", None), ("€", None), ("%", None), ("fünf Personalstellen", None),
        ("55.0000 Euro/ pro Stelle", None), ("55.0000 Euro", None), ("1e5", None), ("12.34 €", None),
    ],
)  # fmt: skip
def test_a_print_is_read_strictly_or_not_at_all(text: str, amount: str | None) -> None:
    assert read_printed(text) == (None if amount is None else Decimal(amount))


# --- The founding paper -----------------------------------------------------------------------------------------------


@pytest.fixture
def paper(founding_case: Programme) -> CouncilPaper:
    return CouncilPaper.objects.get(number="2021/1121")


def printed_texts() -> list[str]:
    return list(PrintedFigure.objects.values_list("printed", flat=True))


def test_every_amount_of_the_paper_is_there_once(paper: CouncilPaper) -> None:
    text = PAPER_2021_1121.read_text(encoding="utf-8")
    amounts = re.findall(r"(?<![\d.])\d{1,3}(?:\.\d{3,4})+(?:,\d{2})?", text)
    listed = [found for one in printed_texts() for found in re.findall(r"\d{1,3}(?:\.\d{3,4})+(?:,\d{2})?", one)]
    assert len(amounts) > 15
    assert sorted(listed) == sorted(amounts)
    # Every blank field of the form for an amount or a percentage.
    assert [printed_texts().count(sign) for sign in ("€", "%")] == [6, 2]
    words = " ".join(text.replace("|", " ").split())
    assert [one for one in printed_texts() if one and one not in words] == []


def test_the_founding_paper_is_explained_line_by_line(paper: CouncilPaper, bernd_client: Client) -> None:
    page = Page(bernd_client.get(PAGE))
    rows = page.table(CAPTION)[1:]
    told = {row[0]: (row[2], row[3].split()[0], row[4], row[5]) for row in rows}
    assert told["1"] == ("962.300,00 €", "962.257,24", "42,76 €", "gerundet auf volle 100 €")
    assert told["2"] == ("%", "65,01", "–", "in der Vorlage leer")
    assert told["4"] == ("78.100,00", "78.100,00", "0,00 €", "stimmt überein")
    assert told["14"][1:3] == ("–", "–")
    assert told["17"] == ("336.657,24 Euro", "336.657,24", "0,00 €", "stimmt überein")
    assert told["20"] == ("2,5 Stellen", "2,5", "0,0 VZÄ", "stimmt überein")
    assert told["21"][:3] == ("55.0000 Euro/ pro Stelle", "55.000,00", "–")
    assert told["21"][3].startswith("Versehen der Vorlage: Gemeint sind 55.000,00 €")
    assert told["24"][:3] == ("zwei Personalstellen", "3", "−1")
    assert told["24"][3].startswith("andere Lesart: ")
    assert told["29"] == ("jeweils eine Stelle", "1", "0", "stimmt überein")
    assert "Alle Zeilen sind erklärt." in page.main.text
    assert "Verglichen mit: Arbeitsstand" in page.main.text
    verdicts = [one.line.compared.verdict.value for one in bernd_client.get(PAGE).context["rows"]]
    assert {verdict: verdicts.count(verdict) for verdict in set(verdicts)} == {
        "equal": 26, "rounded": 2, "empty": 8, "reason": 2, "not_computed": 2,
    }  # fmt: skip


def test_every_computed_figure_leads_to_its_derivation(paper: CouncilPaper, bernd_client: Client) -> None:
    rows = [one for one in bernd_client.get(PAGE).context["rows"] if one.line.computed]
    assert len(rows) == 32
    for one in rows:
        shown = Page(bernd_client.get(one.url)).one("p", class_="kim-figure__value").text
        assert shown == one.line.computed


def test_a_change_since_the_paper_stands_out_unless_the_version_of_the_paper_is_there(
    paper: CouncilPaper, bernd_client: Client, ayse: User
) -> None:
    freeze(programme=paper.programme, name="Vorlage 2021/1121", paper=paper, by=ayse)
    before = Page(bernd_client.get(PAGE)).table(CAPTION)
    LumpSum.objects.filter(grant_rule__name="Casemanagement").update(amount=Decimal("50000.00"))

    page = Page(bernd_client.get(PAGE))
    assert page.table(CAPTION) == before
    assert "Verglichen mit: Fassung 1: Vorlage 2021/1121" in page.main.text
    links = [one.url for one in bernd_client.get(PAGE).context["rows"] if one.url]
    assert all("version=1" in link for link in links)
    assert Page(bernd_client.get(links[0])).one("p", class_="kim-figure__value").text == "962.257,24 €"

    PrintedFigure.objects.filter(paper=paper).exclude(number=3).delete()
    state = programme_state("kim-nrw")
    assert state is not None
    (line,) = reconcile(state, paper, PrintedFigure.objects.all())
    assert (line.explanation, line.difference, line.is_open) == ("nicht erklärt", "25.000,00 €", True)


def test_what_is_not_explained_stands_out_in_words(paper: CouncilPaper, bernd_client: Client) -> None:
    LumpSum.objects.filter(grant_rule__name="Casemanagement").update(amount=Decimal("50000.00"))
    page = Page(bernd_client.get(PAGE))
    marked = [one.text for one in page.all("strong", class_="kim-open")]
    assert marked[0] == f"{len(marked) - 1} Zeilen sind nicht erklärt."
    assert set(marked[1:]) == {"nicht erklärt"}


def test_a_line_whose_figure_is_gone_says_so(paper: CouncilPaper, bernd_client: Client) -> None:
    FundedPosition.objects.filter(position__reference__startswith="KIM-3").delete()
    rows = {row[0]: row for row in Page(bernd_client.get(PAGE)).table(CAPTION)[1:]}
    assert rows["38"][3:] == ["–", "–", "nicht erklärt"]


def test_number_of_statements_does_not_grow(paper: CouncilPaper, bernd_client: Client) -> None:
    counts = []
    for start in (50, 60):
        bernd_client.get(PAGE)
        with CaptureQueriesContext(connection) as statements:
            bernd_client.get(PAGE)
        counts.append(len([one for one in statements if "SAVEPOINT" not in one["sql"]]))
        for number in range(start, start + 3):
            PrintedFigure.objects.create(paper=paper, number=number, label="x", printed="1 €", place="S. 1")
    assert counts == [6, 6]


# --- By form ----------------------------------------------------------------------------------------------------------


def test_a_line_by_form_reads_its_amount_from_the_print(paper: CouncilPaper, ayse_client: Client, ayse: User) -> None:
    assert ayse_client.post(NEW, LINE).status_code == 302
    row = PrintedFigure.objects.get(number=41)
    assert (str(row.amount), row.recorded_by) == ("336657.24", ayse)
    changed = ayse_client.post(f"{PAGE}{row.pk}/", {**LINE, "printed": "55.0000 Euro", "figure_key": "grant"})
    row.refresh_from_db()
    assert (changed.status_code, row.amount) == (302, None)
    gone = ayse_client.post(f"{PAGE}{row.pk}/loeschen/")
    assert (gone.status_code, PrintedFigure.objects.filter(number=41).exists()) == (302, False)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"number": "3"}, "number", "Diese Nummer gibt es im Abgleich der Vorlage schon."),
        ({"place": ""}, "place", "Dieses Feld ist zwingend erforderlich."),
        ({"amount": "336.657,25"}, "amount", "Gedruckt ist 336.657,24, nicht 336.657,25."),
        ({"printed": "", "amount": "1"}, "amount", "Wo nichts gedruckt ist, gibt es keine Zahl."),
        ({"fiscal_year": ""}, "fiscal_year", "Eine gerechnete Zahl gehört zu einem Haushaltsjahr. Bitte angeben."),
        ({"unit": "FTE"}, "unit", "Die gerechnete Zahl hat eine andere Einheit: 336.657,24 €."),
        (
            {"fiscal_year": "2031"},
            "figure_key",
            "Diese Zahl gibt es in diesem Haushaltsjahr, Szenario und mit diesen Einschränkungen nicht.",
        ),
        (
            {"funding_module": "9"},
            "figure_key",
            "Diese Zahl gibt es in diesem Haushaltsjahr, Szenario und mit diesen Einschränkungen nicht.",
        ),
        (
            {"figure_key": "", "ledger_account": "531800"},
            "ledger_account",
            "Diese Zahl gibt es in diesem Haushaltsjahr, Szenario und mit diesen Einschränkungen nicht.",
        ),
        ({"reason_kind": "slip"}, "reason", "Grund und Begründung gehören zusammen: bitte beide angeben oder keins."),
        ({"amount": "55.0000"}, "amount", "„55.0000“ ist kein eindeutiger Betrag. Bitte so eingeben: 913.257,24"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    paper: CouncilPaper, ayse_client: Client, changes: dict[str, str], field: str, message: str
) -> None:
    answer = ayse_client.post(NEW, {**LINE, **changes})
    assert (answer.status_code, answer.context["form"].errors.get(field)) == (422, [message])
    assert PrintedFigure.objects.count() == 40


# --- By file ----------------------------------------------------------------------------------------------------------


def upload(client: Client, text: str, name: str = "abgleich.csv") -> Any:
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, text.encode())})


HEAD = "Nummer;Was;gedruckt;Fundstelle;als Zahl;Einheit;gerechnete Zahl;Haushaltsjahr;Grund;Begründung\n"


def test_a_file_goes_there_and_back_without_a_change(paper: CouncilPaper, ayse_client: Client) -> None:
    answer = upload(ayse_client, ayse_client.get(FILE).content.decode())
    assert answer.status_code == 200
    assert (answer.context["new"], answer.context["changed"]) == (0, 0)
    assert "Die Datei enthält keine Änderungen" in answer.content.decode()


def test_a_file_is_shown_before_it_is_saved(paper: CouncilPaper, ayse_client: Client, ayse: User) -> None:
    text = (
        HEAD
        + "41;Mehrkosten im Text;336.657,24 €;Seite 4;;;Mehrkosten der Stadt;2022;;\n"
        + "3;Förderhöhe, berichtigt;625.600,00 €;Seite 2;;Euro;grant;2022;;\n"
        + "42;Aufwand in Worten;knapp eine Million;Seite 4;1.000.000;Euro;expense;2022;andere Lesart;gerundet im Text\n"
    )
    preview = upload(ayse_client, text)
    assert (preview.status_code, preview.context["new"], preview.context["changed"]) == (200, 2, 1)
    assert PrintedFigure.objects.count() == 40
    shown = Page(preview).table("Neue und geänderte Zeilen, wie sie im Abgleich stünden")[1:]
    assert [row[-1] for row in shown] == ["stimmt überein", "andere Lesart: gerundet im Text", "stimmt überein"]

    saved = ayse_client.post(UPLOAD, {"confirm": preview.context["confirm"]})
    assert saved.status_code == 302
    row = PrintedFigure.objects.get(number=42)
    assert (str(row.amount), row.reason_kind, row.recorded_by) == ("1000000.00", "reading", ayse)
    assert PrintedFigure.objects.get(number=3).label == "Förderhöhe, berichtigt"
    assert PrintedFigure.objects.count() == 42


def test_everything_wrong_with_a_file_is_named_at_once_and_nothing_saved(
    paper: CouncilPaper, ayse_client: Client
) -> None:
    text = (
        HEAD
        + "41;Mehrkosten;336.657,24 €;Seite 4;55.0000;Euro;shortfall;2022;;\n"
        + ";Ohne Nummer;1 €;Seite 4;;;;;;\n"
        + "42;Falsche Zahl;1 €;Seite 4;;;irgendwas;2022;;\n"
        + "43;Falsches Jahr;1 €;Seite 4;;;grant;22;;\n"
        + "44;Ohne Grund;1 €;Seite 4;;;;;Versehen der Vorlage;\n"
        + "44;Doppelt;1 €;Seite 4;;;;;;\n"
        + "45;In Ordnung;1 €;Seite 4;;;;;;\n"
    )
    answer = upload(ayse_client, text)
    rows = Page(answer).table("Jeder Fehler mit Zeile, Spalte und Wert")[1:]
    assert answer.status_code == 422
    assert [(row[0], row[1], row[2]) for row in rows] == [
        ("2", "als Zahl", "55.0000"),
        ("3", "Nummer", "leer"),
        ("4", "gerechnete Zahl", "irgendwas"),
        ("5", "Haushaltsjahr", "22"),
        ("6", "Begründung", "leer"),
        ("7", "Nummer", "44"),
    ]
    assert all(len(row[3]) > 10 for row in rows)
    assert PrintedFigure.objects.count() == 40


@pytest.mark.parametrize(
    "text",
    [
        "", "x", HEAD, "Nummer;Was\n1;x\n", "\x00\x01", HEAD + "1;a;b\n", HEAD.replace("Was", "Warum") + "1;a;b;c\n",
        HEAD + '"1;offen\n', HEAD + "1;a\u202e;b;c;;;;;;;\n", HEAD + "999999999999;a;b;c\n", HEAD + "-1;a;b;c\n",
        HEAD + "41;=1+1;b;c;NaN;;;;;\n", HEAD + "41;a;b;c;1e400;;;;;\n", HEAD + "\n".join(f"{n};a;b;c" for n in range(400)),
    ],
)  # fmt: skip
def test_hostile_files_are_refused_with_a_sentence(paper: CouncilPaper, ayse_client: Client, text: str) -> None:
    answer = upload(ayse_client, text)
    assert (answer.status_code, PrintedFigure.objects.count()) in {(422, 40), (200, 40)}


def test_a_formula_in_the_file_is_text_there_and_back(paper: CouncilPaper, ayse_client: Client) -> None:
    preview = upload(ayse_client, HEAD + "41;=1+1;+5 €;Seite 4;;;;;;\n")
    ayse_client.post(UPLOAD, {"confirm": preview.context["confirm"]})
    assert PrintedFigure.objects.get(number=41).label == "=1+1"
    text = ayse_client.get(FILE).content.decode()
    assert "41;'=1+1;'+5 €;" in text
    assert upload(ayse_client, text).context["changed"] == 0


def test_a_preview_is_good_for_one_state_one_account_and_one_paper(
    paper: CouncilPaper, ayse_client: Client, administrator_client: Client
) -> None:
    word = upload(ayse_client, HEAD + "41;Neu;1 €;Seite 4;;;;;;\n").context["confirm"]
    refused = [
        administrator_client.post(UPLOAD, {"confirm": word}).status_code,
        ayse_client.post(UPLOAD, {"confirm": word[:-1] + ("A" if word[-1] != "A" else "B")}).status_code,
    ]
    PrintedFigure.objects.filter(number=3).update(label="inzwischen geändert")
    moved = ayse_client.post(UPLOAD, {"confirm": word})
    assert [*refused, moved.status_code] == [422, 422, 422]
    assert "Der Abgleich wurde inzwischen geändert." in moved.content.decode()
    assert PrintedFigure.objects.count() == 40


def test_handbook_leads_here(paper: CouncilPaper, bernd_client: Client) -> None:
    links = [one.attributes["href"] for one in Page(bernd_client.get("/handbuch/vorlage-2021-1121/")).main.all("a")]
    assert PAGE in links
    links = [
        one.attributes["href"] for one in Page(bernd_client.get("/programme/kim-nrw/vorlagen/2021-1121/")).all("a")
    ]
    assert PAGE in links


HOSTILE = ("NaN", "-1", "1e400", "99999999999999999999", "0x10", "\u0662", "a\x00b", "\u202e1", "<b>", "x" * 5000)


@pytest.mark.parametrize(
    "field",
    sorted(
        LINE.keys()
        | {"amount", "scenario", "funding_module", "provider", "line", "rule", "part", "reason_kind", "ledger_account"}
    ),
)
def test_hostile_values_are_refused_or_kept_as_text(paper: CouncilPaper, ayse_client: Client, field: str) -> None:
    texts = {"label", "printed", "place"}
    for value in HOSTILE:
        answer = ayse_client.post(NEW, {**LINE, field: value})
        assert answer.status_code in {302, 422}, value
        if answer.status_code == 302:
            row = PrintedFigure.objects.get(number=41)
            assert field in texts, value
            assert getattr(row, field) == value
            assert ayse_client.get(PAGE).status_code == 200
            row.delete()
