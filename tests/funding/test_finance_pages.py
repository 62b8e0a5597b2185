"""The finance block on its page, as files, over REST, in frozen versions; and the form behind it."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from funding.models import CouncilPaper, FinanceStatement, LumpSum, Programme
from funding.services import freeze
from tests.funding.rest import KIM, ROOT, parse, rest
from tests.pages import Page, clean

if TYPE_CHECKING:
    from django.test import Client

    from kim.models import User

PLACE = "/programme/kim-nrw/vorlagen/2021-1121/finanzblock"
BLOCK, FORM = f"{PLACE}/", f"{PLACE}/angaben/"
REST = f"{ROOT}/papers/2021-1121/finance-block/"
SOURCE = {"source": "Vorlage 2021/1121", "source_status": "verified", "note": ""}


def term(page: Page, label: str, number: int = 0) -> str:
    found = [
        clean(value.text)
        for part in page.all("dl")
        for name, value in zip(part.all("dt"), part.all("dd"), strict=True)
        if name.text == label
    ]
    return found[number]


# --- The page -------------------------------------------------------------------------------------------------------


def test_the_page_shows_the_form_and_the_bridge(founding_case: Programme, bernd_client: Client) -> None:
    page = Page(bernd_client.get(BLOCK))

    assert page.heading == "Finanzielle Auswirkungen"
    assert page.title.startswith("Finanzielle Auswirkungen 2022, Vorlage 2021/1121")
    assert term(page, "Aufwendungen für die Maßnahme") == "962.300,00 € Annahme"
    assert term(page, "Beantragte Förderhöhe") == "625.600,00 € (SK 414100 78.100,00) (SK 414101 547.500,00)"
    assert term(page, "Stand der Zahlen") == "Arbeitsstand"
    assert page.table("Prognostizierte Gesamtkosten und Fördersummen 2022") == [
        ["Gesamtkosten Personal", "Gesamtfördersumme Land (Personal)", "Mehrkosten Stadt Leverkusen"],
        ["913.257,24 € *", "576.600,00 €", "336.657,24 € *"],
    ]
    assert page.table("Rechenweg der Vorlage in Euro, Haushaltsjahr 2022")[-1] == [
        "Mehrkosten der Stadt, genau", "336.657,24 € *",
    ]  # fmt: skip


def test_readers_see_no_way_to_the_form(founding_case: Programme, bernd_client: Client, ayse_client: Client) -> None:
    for client, shown in ((bernd_client, False), (ayse_client, True)):
        assert (FORM in [link for link, _text in Page(client.get(BLOCK)).links()]) is shown


def test_amounts_lead_to_the_year_the_fallback_and_the_paper(founding_case: Programme, bernd_client: Client) -> None:
    links = {link for link, _text in Page(bernd_client.get(BLOCK)).links() if "/rechenweg/" in link}
    base = "/programme/kim-nrw/rechenweg"
    assert links == {
        *(f"{base}/{key}/?year=2022&scenario=in-force" for key in (
            "expense_in_paper", "funding_ratio", "grant", "personnel_cost", "grant_for_personnel", "shortfall", "expense",
        )),
        f"{base}/expense_in_paper/?year=2023&scenario=grant-ends",
        f"{base}/rounding_difference/?year=2022&scenario=in-force&paper=2021-1121",
        f"{base}/printed_less_grant/?year=2022&scenario=in-force&paper=2021-1121",
    }  # fmt: skip
    page = Page(bernd_client.get(f"{base}/rounding_difference/?year=2022&scenario=in-force&paper=2021-1121"))
    assert (page.heading, page.one("p", class_="kim-figure__value").text) == ("Rundung der Vorlage", "42,76 €")


@pytest.mark.parametrize("query", ["paper=2021-9999", "paper=", "paper=../x"])
def test_a_derivation_of_no_paper_is_not_found(founding_case: Programme, bernd_client: Client, query: str) -> None:
    assert bernd_client.get(f"/programme/kim-nrw/rechenweg/rounding_difference/?{query}").status_code == 404


def test_the_text_to_copy_is_the_text_file(founding_case: Programme, bernd_client: Client) -> None:
    shown = Page(bernd_client.get(BLOCK)).one("pre")
    assert "".join(str(one) for one in shown.children) == bernd_client.get(f"{PLACE}.txt").content.decode()


@pytest.mark.parametrize(
    ("ending", "content_type"),
    [
        ("pdf", "application/pdf"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("txt", "text/plain; charset=utf-8"),
        ("md", "text/markdown; charset=utf-8"),
    ],
)
def test_page_and_rest_send_the_same_file(
    founding_case: Programme, bernd: User, bernd_client: Client, ending: str, content_type: str
) -> None:
    page = bernd_client.get(f"{PLACE}.{ending}?year=2023&scenario=grant-continues")
    answer = rest(bernd).get(f"{REST}?year=2023&scenario=grant-continues&format={ending}")

    assert page.content == answer.content
    name = f'attachment; filename="2021-1121-finanzielle-auswirkungen-2023-grant-continues.{ending}"'
    for one in (page, answer):
        assert (one["Content-Type"], one["Content-Disposition"]) == (content_type, name)


@pytest.mark.parametrize("path", [f"{PLACE}.exe", f"{PLACE}.PDF", "/programme/kim-nrw/vorlagen/2021-9999/finanzblock/"])
def test_what_does_not_exist_is_not_found(founding_case: Programme, bernd_client: Client, path: str) -> None:
    assert bernd_client.get(path).status_code == 404


@pytest.mark.parametrize("query", ["year=2031", "scenario=nein", "version=9", "year=%00", "version=x"])
def test_what_cannot_be_shown_is_refused(founding_case: Programme, bernd_client: Client, query: str) -> None:
    for path in (BLOCK, f"{PLACE}.pdf"):
        assert bernd_client.get(f"{path}?{query}").status_code in {400, 404}


def test_the_summary_offers_the_block_and_the_figures(founding_case: Programme, bernd_client: Client) -> None:
    page = Page(bernd_client.get("/programme/kim-nrw/?year=2023&scenario=grant-ends"))
    links = [(text, link) for link, text in page.links() if text.startswith(("Finanzblock der", "Zahlen ("))]
    assert links == [
        ("Finanzblock der Vorlage 2021/1121 (PDF)", f"{PLACE}.pdf?year=2023&scenario=grant-ends&version="),
        ("Zahlen (XLSX)", f"{KIM}/figures/?scenario=grant-ends&from=2022&to=2026&format=xlsx"),
        ("Zahlen (CSV)", f"{KIM}/figures/?scenario=grant-ends&from=2022&to=2026&format=csv&dialect=de"),
    ]
    assert [bernd_client.get(link).status_code for _text, link in links] == [200, 200, 200]


# --- Versions -------------------------------------------------------------------------------------------------------


def test_the_newest_version_of_the_paper_is_what_a_reader_sees(
    founding_case: Programme, ayse: User, bernd: User, bernd_client: Client
) -> None:
    paper = CouncilPaper.objects.get()
    freeze(programme=founding_case, name="Vorlage 2021/1121", paper=paper, by=ayse)
    LumpSum.objects.filter(grant_rule__name="Casemanagement").update(amount=Decimal("50000.00"))
    FinanceStatement.objects.update(is_capital=False)

    frozen, work = Page(bernd_client.get(BLOCK)), Page(bernd_client.get(f"{BLOCK}?version="))
    assert [term(one, "Beantragte Förderhöhe").partition(" €")[0] for one in (frozen, work)] == [
        "625.600,00",
        "600.600,00",
    ]
    assert [term(one, "Finanzstelle/n") for one in (frozen, work)] == ["nicht bekannt", "–"]
    assert [term(one, "Stand der Zahlen") for one in (frozen, work)] == ["Fassung 1: Vorlage 2021/1121", "Arbeitsstand"]
    # The files of a page are those of the state it shows.
    for page, name in ((frozen, "auswirkungen-fassung-1.pdf"), (work, "auswirkungen.pdf")):
        link = next(link for link, _text in page.links() if f"{PLACE}.pdf" in link)
        assert name in bernd_client.get(link)["Content-Disposition"]
    answers = [parse(rest(bernd).get(f"{REST}{query}").content) for query in ("", "?version=1", "?state=work")]
    assert [(one["version"], one["operating"]["funding"]["amount"]["amount"]) for one in answers] == [
        (1, "625600.00"),
        (1, "625600.00"),
        (None, "600600.00"),
    ]


def test_a_version_of_no_paper_is_no_default(founding_case: Programme, ayse: User, bernd: User) -> None:
    freeze(programme=founding_case, name="Zuvor", paper=None, by=ayse)
    assert parse(rest(bernd).get(REST).content)["version"] is None


def test_a_version_answers_a_strong_tag_and_its_files_a_weak_one(
    founding_case: Programme, ayse: User, bernd: User
) -> None:
    freeze(programme=founding_case, name="Vorlage 2021/1121", paper=None, by=ayse)
    client = rest(bernd)
    tags = [client.get(f"{REST}?{query}")["ETag"] for query in ("version=1", "version=1&format=pdf", "")]
    assert [tag.startswith("W/") for tag in tags] == [False, True, True]
    answer = client.get(f"{REST}?version=1&format=pdf", headers={"if-none-match": tags[1]})
    assert (answer.status_code, answer.content, "Content-Disposition" in answer) == (304, b"", False)


def test_a_version_without_the_paper_has_no_block(
    founding_case: Programme, ayse: User, bernd: User, bernd_client: Client
) -> None:
    freeze(programme=founding_case, name="Zuvor", paper=None, by=ayse)
    CouncilPaper.objects.create(
        programme=founding_case, number="2022/1410", slug="2022-1410", title="Später", paper_date="2022-02-24"
    )
    place = "/programme/kim-nrw/vorlagen/2022-1410/finanzblock/"
    assert [bernd_client.get(f"{place}{query}").status_code for query in ("", "?version=1")] == [200, 404]
    assert rest(bernd).get(f"{ROOT}/papers/2022-1410/finance-block/?version=1").status_code == 404


# --- The form -------------------------------------------------------------------------------------------------------


def test_answers_are_kept_with_the_paper(founding_case: Programme, ayse: User, ayse_client: Client) -> None:
    answer = ayse_client.post(
        FORM,
        {
            **SOURCE, "is_operating": "yes", "is_capital": "no", "funding_applied": "yes", "no_impact": "unknown",
            "resolution_date": "13.12.2021", "resolution_number": "2021/1121", "covered_amount": "1.234,56",
            "follow_up_expense_from": "2024", "treasury_note": "gesehen",
        },
    )  # fmt: skip

    assert (answer.status_code, answer["Location"]) == (302, f"{BLOCK}?version=")
    kept = FinanceStatement.objects.get()
    assert (kept.no_impact, kept.is_operating, kept.is_capital, kept.funding_applied) == (None, True, False, True)
    assert kept.sufficiently_budgeted is None
    assert (kept.covered_amount, kept.follow_up_expense_from) == (Decimal("1234.56"), 2024)
    assert (kept.recorded_by, kept.source) == (ayse, "Vorlage 2021/1121")
    page = Page(ayse_client.get(answer["Location"]))
    assert page.messages == ["Gespeichert: Angaben zum Finanzblock der Vorlage 2021/1121."]
    assert term(page, "Ratsbeschluss vom") == "13.12.2021"


def test_the_form_shows_what_is_kept(founding_case: Programme, ayse_client: Client) -> None:
    page = Page(ayse_client.get(FORM))
    chosen = {
        select.attributes["name"]: [one.text for one in select.all("option") if "selected" in one.attributes]
        for select in page.main.all("select")
    }
    assert (chosen["is_operating"], chosen["is_capital"], chosen["no_impact"]) == (
        ["ja"],
        ["nicht bekannt"],
        ["nicht bekannt"],
    )
    assert page.one("input", name="follow_up_expense_from").attributes["value"] == "2023"


def test_a_paper_without_answers_gets_its_first(founding_case: Programme, ayse_client: Client) -> None:
    FinanceStatement.objects.all().delete()
    page = Page(ayse_client.get(FORM))
    assert page.one("input", name="source").attributes["value"] == "Vorlage 2021/1121, I) Finanzielle Auswirkungen"
    assert ayse_client.post(FORM, {**SOURCE, "climate_affected": "no"}).status_code == 302
    assert FinanceStatement.objects.get().climate_affected is False


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        (
            {"no_impact": "yes", "is_capital": "yes"},
            {
                "no_impact": "„Nein“ und „Ja“ zugleich geht nicht. Bitte entweder keine Auswirkungen oder ihre Art angeben."
            },
        ),
        (
            {"depreciation": "5,00", "not_quantifiable": "yes"},
            {
                "not_quantifiable": "Abschreibungen, die einen Betrag haben, sind bezifferbar. Bitte nur eines von beiden angeben."
            },
        ),
        ({"savings": "5,00"}, {"savings_from": "Zu diesem Betrag fehlt das Haushaltsjahr, ab dem er gilt."}),
        ({"payments": "55.0000"}, {"payments": "„55.0000“ ist kein eindeutiger Betrag. Bitte so eingeben: 913.257,24"}),
        ({"payments": "-1,00"}, {"payments": "„-1,00“ ist negativ. Hier steht ein Betrag ab 0,00 €."}),
        ({"resolution_number": "1121"}, {"resolution_number": "Die Nummer einer Vorlage hat die Form 2021/1121."}),
        ({"savings_account": "abc"}, {"savings_account": "Ein Sachkonto besteht aus vier bis zwanzig Ziffern."}),
        (
            {"follow_up_expense_from": "1999"},
            {"follow_up_expense_from": "„1999“ ist kein Haushaltsjahr. Bitte ein Jahr von 2000 bis 2099 angeben."},
        ),
        (
            {"is_capital": "vielleicht"},
            {"is_capital": "Bitte eine gültige Auswahl treffen. vielleicht ist keine gültige Auswahl."},
        ),
        ({"source": " "}, {"source": "Dieses Feld ist zwingend erforderlich."}),
    ],
)
def test_errors_stand_at_their_fields_and_nothing_is_saved(
    founding_case: Programme, ayse_client: Client, data: dict[str, str], errors: dict[str, str]
) -> None:
    before = FinanceStatement.objects.values().get()
    answer = ayse_client.post(FORM, {**SOURCE, **data})
    page = Page(answer)

    assert (answer.status_code, page.title.startswith("Fehler:")) == (422, True)
    for name, message in errors.items():
        assert page.one(id=f"id_{name}_error").text == message
    links = [one.attributes["href"] for one in page.one(class_="kim-error-summary").all("a")]
    assert links == [f"#id_{name}" for name in errors]
    assert FinanceStatement.objects.values().get() == before


def test_only_scenarios_of_the_programme_are_offered(founding_case: Programme, ayse_client: Client) -> None:
    other = Programme.objects.create(
        municipality=founding_case.municipality, slug="anderes", name="Anderes", short_name="A", grantor="Land",
        limited_until_source="x", internal_order="1", budget_year=2022, first_year=2022, last_year=2026,
        proration_source="x",
    )  # fmt: skip
    foreign = other.scenarios.create(slug="fremd", name="Fremd")
    assert ayse_client.post(FORM, {**SOURCE, "follow_up_scenario": foreign.pk}).status_code == 422
    assert ayse_client.post("/programme/anderes/vorlagen/2021-1121/finanzblock/angaben/", SOURCE).status_code == 404


def test_changes_of_answers_are_told(founding_case: Programme, ayse_client: Client) -> None:
    ayse_client.post(FORM, {**SOURCE, "is_operating": "yes", "covered_amount": "1.234,56"})
    text = Page(ayse_client.get("/programme/kim-nrw/aenderungen/")).main.text
    assert "die Angaben zum Finanzblock der Vorlage „2021/1121“ geändert: " in text
    assert "Deckung in Höhe von von „leer“ auf 1.234,56 €" in text


# --- Tables as XLSX -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [f"{KIM}/figures/", f"{ROOT}/budget-lines/"])
def test_tables_come_as_xlsx_with_numbers_and_texts(founding_case: Programme, bernd: User, address: str) -> None:
    Programme.objects.update(internal_order="=1+1")
    client = rest(bernd)
    answer = client.get(f"{address}?format=xlsx")
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert answer["Content-Disposition"].endswith('.xlsx"')
    assert answer.content == client.get(f"{address}?format=xlsx").content

    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows())
    lines = client.get(f"{address}?format=csv").content.decode().splitlines()
    assert [cell.value for cell in rows[0]] == lines[0].split(",")
    assert len(rows) == len(lines)
    amount = lines[0].split(",").index("amount")
    for row, line in zip(rows[1:], lines[1:], strict=True):
        # A spreadsheet keeps a binary number; its shortest name is the amount.
        shown = f"{Decimal(str(row[amount].value)):.2f}"
        assert (row[amount].data_type, row[amount].number_format, shown) == ("n", "#,##0.00", line.split(",")[amount])
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n"}
    assert "=1+1" not in [cell.value for row in rows for cell in row]
