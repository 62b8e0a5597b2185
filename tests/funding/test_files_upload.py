"""What the import takes at all: from whom, with which source, how large, under which name."""

import re

import pytest
from django.test import Client

from funding.models import Programme
from kim.models import User
from tests.fingerprint import fingerprint
from tests.funding.spreadsheets import EXPORT, IMPORT, SOURCE, confirm, exported, typed, upload
from tests.pages import Page


@pytest.fixture
def file(founding_case: Programme, ayse_client: Client) -> bytes:
    return exported(ayse_client)


def _page(client: Client) -> str:
    return client.get(IMPORT).content.decode()


@pytest.mark.parametrize("source", ["", "   ", "x" * 501, "a\x00b"])
def test_amounts_need_a_source(source: str, file: bytes, ayse_client: Client) -> None:
    before = fingerprint()
    answer = upload(ayse_client, typed(file, {"I2": 1}), source=source)
    assert [answer.status_code, fingerprint() == before, len(Page(answer).all("p", class_="kern-body")) > 0] == [
        422,
        True,
        True,
    ]


def test_only_finance_imports_and_every_reader_exports(
    file: bytes, bernd_client: Client, carla_client: Client, ayse_client: Client
) -> None:
    word = confirm(upload(ayse_client, typed(file, {"I2": 1})))
    before = fingerprint()
    found = {
        name: [client.get(EXPORT).status_code, client.get(IMPORT).status_code, upload(client, file).status_code,
               client.post(IMPORT, word).status_code]
        for name, client in (("bernd", bernd_client), ("carla", carla_client), ("nobody", Client()))
    }  # fmt: skip
    assert found == {
        "bernd": [200, 403, 403, 403],
        "carla": [403, 403, 403, 403],
        "nobody": [302, 302, 302, 302],
    }
    assert fingerprint() == before


def test_the_form_is_protected_against_forged_requests(file: bytes, ayse: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ayse, backend="django.contrib.auth.backends.ModelBackend")
    before = fingerprint()
    forged = [upload(client, file).status_code, client.post(IMPORT, {"confirm": "x"}).status_code]
    assert [forged, fingerprint() == before] == [[403, 403], True]
    token = Page(_page(client)).main.one("input", name="csrfmiddlewaretoken").attributes["value"]
    assert upload(client, file, csrfmiddlewaretoken=token).status_code == 200


@pytest.mark.parametrize("megabytes", [11, 70])
def test_an_upload_over_ten_megabytes_is_refused_before_it_is_read(
    megabytes: int, founding_case: Programme, ayse_client: Client
) -> None:
    before = fingerprint()
    answer = upload(ayse_client, b"PK" + b"\0" * (megabytes * 1024 * 1024 - 2))
    message = f"Die Datei hat {megabytes + 1} MB; gelesen werden höchstens 10 MB."
    assert [answer.status_code, message in Page(answer).main.text, fingerprint() == before] == [413, True, True]


def test_a_file_just_over_ten_megabytes_beside_a_small_form_is_refused(
    founding_case: Programme, ayse_client: Client
) -> None:
    answer = upload(ayse_client, b"PK" + b"\0" * (10 * 1024 * 1024))
    assert [answer.status_code, "Die Datei hat 11 MB; gelesen werden höchstens 10 MB." in Page(answer).main.text] == [
        413,
        True,
    ]


@pytest.mark.parametrize("name", ["../../etc/prognose.xlsx", "..\\..\\prognose.xlsx", "pro\x00gnose.xlsx"])
def test_a_name_that_leads_elsewhere_is_only_a_name(name: str, file: bytes, ayse_client: Client) -> None:
    answer = upload(ayse_client, typed(file, {"I2": 1}), name)
    assert answer.status_code in {200, 422}
    assert "etc/" not in Page(answer).main.text


@pytest.mark.parametrize("name", ["", "prognose", "prognose.exe", "prognose.xlsx.js"])
def test_without_a_readable_file_nothing_happens(name: str, file: bytes, ayse_client: Client) -> None:
    before = fingerprint()
    answer = upload(ayse_client, file, name) if name else ayse_client.post(IMPORT, SOURCE)
    assert [answer.status_code, fingerprint() == before] == [422, True]


def test_the_import_page_links_every_kind_of_export(founding_case: Programme, ayse_client: Client) -> None:
    page = Page(_page(ayse_client))
    links = [one.attributes["href"] for one in page.main.all("a") if "export" in one.attributes["href"]]
    assert links == [EXPORT, f"{EXPORT}?notes=1", f"{EXPORT}?format=csv&dialect=de", f"{EXPORT}?format=csv"]
    assert {link: ayse_client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
    content = _page(ayse_client).partition("<main")[2]
    assert re.findall(r"<script|style=| on[a-z]+=", content) == []
