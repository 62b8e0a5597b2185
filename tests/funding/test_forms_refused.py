"""What a form refuses, at every field: a sentence beside it, what was typed still there, and nothing saved.

A field of a form that is not declared here fails the first test, so nobody adds one without deciding what is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from funding.models import FundingModule, GrantRule, Instrument, ModuleKind, Programme
from staffing.models import Position
from tests.fingerprint import fingerprint
from tests.pages import Element, Page, clean
from tests.routes import Example, examples, routes

if TYPE_CHECKING:
    from django.test import Client

    from kim.models import User

REQUIRED = "Dieses Feld ist zwingend erforderlich."
NULL = "Nullzeichen sind nicht erlaubt."
CHOICE = "Bitte eine gültige Auswahl treffen. Dies ist keine gültige Auswahl."
AMOUNT = "„{}“ ist kein eindeutiger Betrag. Bitte so eingeben: 913.257,24"
DAY = "„{}“ ist kein Datum. Bitte so eingeben: 31.12.2022"
NO_DAY = "Den Tag „{}“ gibt es nicht. Bitte so eingeben: 31.12.2022"
FAR_DAY = "„{}“ liegt außerhalb der Jahre 2000 bis 2099."
FTE = "„{}“ ist kein Stellenanteil. Bitte so eingeben: 0,75"
YEAR = "„{}“ ist kein Haushaltsjahr. Bitte ein Jahr von 2000 bis 2099 angeben."
RANGE = "Der Stellenanteil muss größer als 0 und höchstens 1,0 sein (Sammelstellen: höchstens 99)."
MINIMUM = (
    "Ein Stellenanteil von {} ist nicht förderfähig: Baustein 1 verlangt mindestens 0,5 (Stadt Kamen, Vorlage "
    "141/2021: „Förderfähig sind nur Stellenanteile von mindestens 0,5 VZÄ“)."
)
TOO_LONG = "Bitte sicherstellen, dass der Wert aus höchstens {} Zeichen besteht. (Er besteht aus {} Zeichen.)"
LONG = "x" * 2000
SHORT = "x" * 39 + "…"

BAD: dict[str, list[tuple[str, str]]] = {
    "amount": [
        *((typed, AMOUNT.format(typed)) for typed in ("55.0000", "1e5", "12.34", "NaN", "1.234.567,891", "1,005")),
        *((typed, AMOUNT.format(typed)) for typed in ("1_000", "\u0661\u0662", "\uff15", "0x10", "<b>5</b>", "=5+5")),
        ("-0", "„-0“ hat ein Vorzeichen ohne Betrag. Bitte 0 eingeben."),
        ("-5", "„-5“ ist negativ. Hier steht ein Betrag ab 0,00 €."),
        ("1.000.000.000.000", "„1.000.000.000.000“ ist zu groß. Der größte Betrag ist 999.999.999.999,99 €."),
        ("5\x00", AMOUNT.format("5\ufffd")), ("\u202e55", AMOUNT.format("\ufffd55")), (LONG, AMOUNT.format(SHORT)),
    ],
    "day": [
        *((typed, DAY.format(typed)) for typed in ("2022-01-01", "0", "1.1.22", "01.01.99999", "01/01/2022", "morgen")),
        ("31.02.2022", NO_DAY.format("31.02.2022")), ("01.01.0000", NO_DAY.format("01.01.0000")),
        ("31.12.1999", FAR_DAY.format("31.12.1999")), ("01.01.2100", FAR_DAY.format("01.01.2100")),
        ("\u0660\u0661.01.2022", DAY.format("\u0660\u0661.01.2022")), (LONG, DAY.format(SHORT)),
        ("01.01.2022\x00", DAY.format("01.01.2022\ufffd")),
    ],
    "fte": [
        *((typed, FTE.format(typed)) for typed in ("1,00001", "0.75", "-1", "100", "1e0", "½", "0,75 VZÄ", "NaN")),
        ("1,5", RANGE), ("0", MINIMUM.format("0,0")), ("0,4", MINIMUM.format("0,4")),
        ("0,75\x00", FTE.format("0,75\ufffd")),
    ],
    "year": [
        (typed, YEAR.format(typed)) for typed in ("0", "1999", "2100", "9999", "99999", "22", "2022,5", "\u0662022")
    ],
    "choice": [("nichts", "Bitte eine gültige Auswahl treffen. nichts ist keine gültige Auswahl.")],
    "row": [("nichts", CHOICE), ("999999999", CHOICE), ("9" * 40, CHOICE), ("-1", CHOICE), ("1\x00", NULL)],
    "text": [("a\x00b", NULL)],
    "check": [],
}  # fmt: skip

SOURCE = {"source": "text 500", "source_status": "choice", "note": "text 500 ?"}
DATED = {"valid_from": "day", "valid_to": "day ?"}
POSITION = {
    "reference": "text 30", "title": "text 160", "provider": "row", "fte": "fte", "is_group": "check",
    "planned_from": "day", "planned_until": "day ?", "filled_from": "day ?", "filled_from_precision": "choice",
    "filled_from_latest": "day ?", "filled_confirmed": "check",
}  # fmt: skip
# Kind, most characters, and "?" for what may stay empty.
FIELDS: dict[str, dict[str, str]] = {
    "position-cost": {"amount": "amount", **SOURCE},
    "material-cost": {"amount": "amount", **SOURCE},
    "pauschale": {"grant_rule": "row", "amount": "amount", **DATED, **SOURCE},
    "hoechstbetrag": {"funding_module": "row", "covers": "choice", "amount": "amount", **DATED, **SOURCE},
    "bescheid": {
        "award_date": "day", "reference": "text 80 ?", "funding_module": "row ?", "covers": "choice",
        "period_start": "day ?", "period_end": "day ?", "amount": "amount ?", "amends": "row ?", **SOURCE,
    },
    "aufstockung": {"fiscal_year": "year", "stage": "choice", "amount": "amount", **SOURCE},
    "frist": {"kind": "choice", "day": "day ?", "text": "text 200", **SOURCE},
    "new-position": {**POSITION, "grant_rule": "row", "source": "text 500", "source_status": "choice"},
    "edit-position": POSITION,
    "new-funding": {"grant_rule": "row", **DATED, **SOURCE},
    "edit-funding": {"grant_rule": "row", **DATED, **SOURCE},
}  # fmt: skip
KINDS = ("pauschale", "hoechstbetrag", "bescheid", "aufstockung", "frist")


def example(form: str, owner: User) -> Example:
    """Return the address of a form, and what it would accept."""
    wanted = "new-condition" if form in KINDS else form
    found = [one for route in routes() if route.name == wanted for one in examples(route, owner)]
    return next(one for one in found if form not in KINDS or f"/{form}/" in one.path)


def bad_values(kind: str) -> list[tuple[str, str]]:
    """Return what a field of this kind refuses, each with its message."""
    name, *more = kind.split()
    found = list(BAD[name])
    if "?" not in more and name != "check":
        found += [("", REQUIRED)]
    if name == "text":
        most = int(more[0])
        found.append(("x" * (most + 1), TOO_LONG.format(most, most + 1)))
        found += [("  ", REQUIRED)] if "?" not in more else []
    return found


def label_of(page: Page, name: str) -> str:
    """Return the label of a field, without the mark of the optional."""
    label = page.one("label", **{"for": page.field(name).attributes["id"]})
    return clean("".join(child for child in label.children if not isinstance(child, Element)))


@dataclass(frozen=True, slots=True)
class Refusal:
    """What somebody meets who typed something wrong."""

    field: str
    typed: str
    status: int
    title: str
    messages: list[str]
    summary: list[tuple[str, str]]
    still_there: bool


def refusal(client: Client, where: Example, changes: dict[str, Any], field: str) -> Refusal:
    """Send a form and describe the answer at ``field``."""
    answer = client.post(where.path, {**where.data, **changes})
    if answer.status_code != 422:
        return Refusal(field, str(changes.get(field)), answer.status_code, "", [], [], still_there=False)
    page = Page(answer)
    kept = all(
        page.typed(name) == str(value) or page.field(name).tag == "select"
        for name, value in {**where.data, **changes}.items()
        if name in {one.attributes.get("name") for one in page.main.walk()}
    )
    typed, first_word = str(changes.get(field)), page.title.split(" ")[0]
    return Refusal(field, typed, 422, first_word, page.errors(field), page.summary(), still_there=kept)


@pytest.mark.parametrize("form", FIELDS)
def test_what_was_typed_wrong_is_said_at_its_field(
    founding_case: Programme, ayse: User, ayse_client: Client, form: str
) -> None:
    where = example(form, ayse)
    page = Page(ayse_client.get(where.path))
    assert {one.attributes["name"] for one in page.main.walk() if "name" in one.attributes} == {
        "csrfmiddlewaretoken", *FIELDS[form]
    }  # fmt: skip
    before = fingerprint()
    found, expected = [], []
    for name, kind in FIELDS[form].items():
        label = label_of(page, name)
        for typed, message in bad_values(kind):
            found.append(refusal(ayse_client, where, {name: typed}, name))
            summary = [(f"#id_{name}", f"{label}: {clean(message)}")]
            expected.append(Refusal(name, typed, 422, "Fehler:", [clean(message)], summary, still_there=True))
    assert found == expected
    assert fingerprint() == before


# --- What is wrong only together with something else ----------------------------------------------------------------

OVERLAP = {"valid_from": "01.07.2022", "valid_to": ""}
LATER = {"valid_from": "31.12.2019", "valid_to": "30.12.2019"}
ENDS_BEFORE = "Das Ende der Gültigkeit liegt vor ihrem Beginn."
PLACE = "Ein bewilligter Betrag braucht Förderbaustein und Bewilligungszeitraum."
ONE_YEAR = "Der Bewilligungszeitraum muss mit Beginn und Ende in einem Haushaltsjahr liegen."
BOTH_ENDS = "Ein Zeitraum der Besetzung braucht Beginn und spätestes Datum."

TOGETHER: list[tuple[str, dict[str, str], str, str]] = [
    (
        "pauschale", OVERLAP, "valid_from",
        "Für diesen Zeitraum gibt es schon eine Pauschale. Bitte die ältere vorher enden lassen.",
    ),
    ("pauschale", LATER, "valid_to", ENDS_BEFORE),
    ("hoechstbetrag", OVERLAP, "valid_from", "Für diesen Zeitraum gibt es schon einen Höchstbetrag."),
    ("hoechstbetrag", LATER, "valid_to", ENDS_BEFORE),
    (
        "new-funding", OVERLAP, "valid_from",
        "Diese Stelle wird in diesem Zeitraum schon gefördert. Eine Doppelförderung ist unzulässig.",
    ),
    ("new-funding", LATER, "valid_to", ENDS_BEFORE),
    (
        "aufstockung", {"fiscal_year": "2022", "stage": "registered"}, "stage",
        "Für dieses Haushaltsjahr gibt es schon einen Betrag mit diesem Stand.",
    ),
    ("bescheid", {"funding_module": ""}, "amount", PLACE),
    ("bescheid", {"period_start": "", "period_end": ""}, "amount", PLACE),
    ("bescheid", {"period_end": "30.06.2023"}, "period_end", ONE_YEAR),
    ("bescheid", {"period_start": "01.07.2022", "period_end": "30.06.2022"}, "period_end", ONE_YEAR),
    ("bescheid", {"period_end": "", "amount": ""}, "period_end", ONE_YEAR),
    ("new-position", {"reference": "KIM-1.2"}, "reference", "Diese Stellennummer ist schon vergeben."),
    ("edit-position", {"reference": "KIM-1.2"}, "reference", "Diese Stellennummer ist schon vergeben."),
    ("new-position", {"planned_until": "31.12.2021"}, "planned_until", "Das Ende der Stelle liegt vor ihrem Beginn."),
    ("edit-position", {"filled_from_precision": "range"}, "filled_from_latest", BOTH_ENDS),
    ("edit-position", {"filled_from_latest": "01.01.2022"}, "filled_from_latest", BOTH_ENDS),
    (
        "edit-position",
        {"filled_from": "02.01.2022", "filled_from_latest": "01.01.2022", "filled_from_precision": "range"},
        "filled_from_latest", BOTH_ENDS,
    ),
    ("new-position", {"fte": "99,5", "is_group": "on"}, "fte", RANGE),
]  # fmt: skip


def test_what_does_not_fit_together_is_said_at_the_field_to_change(
    founding_case: Programme, ayse: User, ayse_client: Client
) -> None:
    before = fingerprint()
    found, expected = [], []
    for form, changes, field, message in TOGETHER:
        where = example(form, ayse)
        label = label_of(Page(ayse_client.get(where.path)), field)
        found.append((form, refusal(ayse_client, where, changes, field)))
        typed, summary = str(changes.get(field)), [(f"#id_{field}", f"{label}: {message}")]
        expected.append((form, Refusal(field, typed, 422, "Fehler:", [message], summary, still_there=True)))
    assert found == expected
    assert fingerprint() == before


def test_a_position_below_the_minimum_of_a_module_cannot_be_funded_by_it(
    founding_case: Programme, ayse: User, ayse_client: Client
) -> None:
    FundingModule.objects.filter(number=2).update(minimum_fte="1.0", minimum_fte_source="Bescheid")
    half = Position.objects.get(reference="KIM-1.3")
    where = example("new-funding", ayse)
    path = f"/programme/kim-nrw/stellen/{half.pk}/foerderung/neu/"
    rule = GrantRule.objects.get(name="Casemanagement").pk
    answer = ayse_client.post(path, {**where.data, "grant_rule": rule})
    assert (answer.status_code, Page(answer).errors("grant_rule")) == (
        422, ["Ein Stellenanteil von 0,5 ist nicht förderfähig: Baustein 2 verlangt mindestens 1,0 (Bescheid)."]
    )  # fmt: skip


def test_rows_of_another_programme_are_no_choice(founding_case: Programme, ayse: User, ayse_client: Client) -> None:
    other = Programme.objects.create(
        municipality=founding_case.municipality, slug="anderes", name="Anderes", short_name="Anderes",
        grantor="Bund", internal_order="1", budget_year=2022, first_year=2022, last_year=2022,
        limited_until_source="-", proration_source="-",
    )  # fmt: skip
    module = FundingModule.objects.create(
        programme=other, number=1, kind=ModuleKind.OTHER, name="Fremd", instrument=Instrument.GRANT
    )
    rule = GrantRule.objects.create(funding_module=module, name="Fremd", basis="flat_year")
    before = fingerprint()
    asked = [
        ("pauschale", "grant_rule", rule.pk), ("hoechstbetrag", "funding_module", module.pk),
        ("bescheid", "funding_module", module.pk), ("new-position", "grant_rule", rule.pk),
        ("new-funding", "grant_rule", rule.pk),
    ]  # fmt: skip
    found = {form: refusal(ayse_client, example(form, ayse), {name: pk}, name).messages for form, name, pk in asked}
    assert found == {form: [CHOICE] for form, _name, _pk in asked}
    # Rows of one programme do not exist below the address of another.
    position = Position.objects.get(reference="KIM-1.1").pk
    paths = (f"stellen/{position}/", f"stellen/{position}/aendern/", f"stellen/{position}/kosten/2022/")
    assert [ayse_client.get(f"/programme/anderes/{path}").status_code for path in paths] == [404, 404, 404]
    assert fingerprint() == before


def test_more_values_than_one_are_read_as_the_last(founding_case: Programme, ayse: User, ayse_client: Client) -> None:
    where = example("position-cost", ayse)
    before = fingerprint()
    answer = ayse_client.post(where.path, {**where.data, "amount": ["1,00", "55.0000"]})
    assert (answer.status_code, Page(answer).errors("amount")) == (422, [AMOUNT.format("55.0000")])
    assert fingerprint() == before


def test_an_empty_form_is_refused_like_any_other(founding_case: Programme, ayse: User, ayse_client: Client) -> None:
    before = fingerprint()
    for form, fields in FIELDS.items():
        answer = ayse_client.post(example(form, ayse).path, dict.fromkeys(fields, ""))
        wanted = [name for name, kind in fields.items() if "?" not in kind and kind != "check"]
        assert (answer.status_code, [line for line, _text in Page(answer).summary()]) == (
            422, [f"#id_{name}" for name in wanted]
        )  # fmt: skip
    assert fingerprint() == before
