"""The design assets: what is stored, what is refused, and that nothing half-done remains."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import tarfile
from typing import TYPE_CHECKING

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, StaticFilesStorage
from django.core.management import call_command

from kim import assets
from kim.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

FONTS = ["Bold", "BoldItalic", "Italic", "Light", "LightItalic", "Medium", "MediumItalic", "Regular", "SemiBold"]
CSS = "".join(f'@font-face {{ src: url("./fira-sans/FiraSans-{font}.woff2") format("woff2"); }}\r\n' for font in FONTS)
PARTS = {
    "package/LICENSE.md": b"EUPL-1.2",
    "package/dist/kern.min.css": b'.kern-icon{mask-image:url("data:image/svg+xml,%3Csvg%3E")}',
    "package/dist/fonts/fira-sans.css": CSS.encode(),
    **{f"package/dist/fonts/fira-sans/FiraSans-{font}.woff2": font.encode() for font in FONTS},
    "package/dist/js/kern-kopfzeile.js": b"not taken",
    "package/../../../escaped": b"not taken",
}


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    """Store in a folder of this test."""
    settings.ASSETS_FOLDER = tmp_path / "home" / "assets"
    settings.STATICFILES_DIRS = [settings.ASSETS_FOLDER]
    return tmp_path / "home"


def pack(folder: Path, parts: dict[str, bytes], links: dict[str, str] | None = None) -> Path:
    """Write a packed file as npm does."""
    file = folder / "kern-ux-native-2.7.2.tgz"
    with tarfile.open(file, "w:gz") as archive:
        for name, content in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type = tarfile.SYMTYPE
            member.linkname = target
            archive.addfile(member)
    return file


def trust(monkeypatch: pytest.MonkeyPatch, file: Path) -> Path:
    """Make the check sum of a file of ours the expected one."""
    digest = base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()
    monkeypatch.setattr(assets, "INTEGRITY", digest)
    return file


def stored(home: Path) -> list[str]:
    """Return the paths of all stored files."""
    return sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())


def test_only_what_the_pages_need_is_stored(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stylesheet, the fonts that its rules ask for, licence; the second call does nothing."""
    file = trust(monkeypatch, pack(tmp_path, PARTS))
    said = io.StringIO()
    assert assets.installed() is False
    call_command("assets", packed=file, stdout=said)
    call_command("assets", packed=tmp_path / "gone", stdout=said)
    assert assets.installed() is True
    assert stored(home) == [
        "assets/kern/LICENSE.md",
        "assets/kern/fonts/fira-sans.css",
        *(f"assets/kern/fonts/fira-sans/FiraSans-{font}.woff2" for font in FONTS),
        "assets/kern/integrity",
        "assets/kern/kern.min.css",
    ]
    assert said.getvalue() == (
        f"Die Gestaltung KERN liegt jetzt in {home}/assets/kern\nDie Gestaltung KERN ist schon da: {home}/assets/kern\n"
    )
    assert finders.find(assets.STYLESHEET) == str(home / "assets" / assets.STYLESHEET)


def test_a_new_version_replaces_the_old_one(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there counts only when it is exactly what is asked for."""
    assets.store(trust(monkeypatch, pack(tmp_path, PARTS)))
    assets.store(trust(monkeypatch, pack(tmp_path, PARTS | {"package/LICENSE.md": b"EUPL-1.3"})))
    assert (home / "assets/kern/LICENSE.md").read_text() == "EUPL-1.3"
    assert [path.name for path in home.iterdir()] == ["assets"]


def test_hashed_storage_accepts_what_was_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Each address in the stylesheets leads to a stored file, under its hashed name as well."""
    assets.store(trust(monkeypatch, pack(tmp_path, PARTS)))
    storage = ManifestStaticFilesStorage(location=tmp_path / "collected", base_url="/static/")
    source = StaticFilesStorage(location=home / "assets", base_url="/static/")
    names = [name.removeprefix("assets/") for name in stored(home)]
    for name in names:
        with source.open(name) as file:
            storage.save(name, file)
    processed = list(storage.post_process({name: (source, name) for name in names}))
    assert [problem for _, _, problem in processed if isinstance(problem, Exception)] == []


@pytest.mark.parametrize(
    ("parts", "links", "sentence"),
    [
        (
            {**PARTS, "package/dist/fonts/fira-sans.css": CSS.encode() + b"a{background:url(fehlt.png)}"},
            {},
            "In fira-sans.css fehlt die Datei fehlt.png; @kern-ux/native@2.7.2 ist anders aufgebaut als erwartet.",
        ),
        (
            {name: content for name, content in PARTS.items() if name != "package/LICENSE.md"},
            {},
            "In der Datei fehlt package/LICENSE.md; @kern-ux/native@2.7.2 ist anders aufgebaut als erwartet.",
        ),
        (
            {name: content for name, content in PARTS.items() if name != "package/LICENSE.md"},
            {"package/LICENSE.md": "/etc/passwd"},
            "In der Datei fehlt package/LICENSE.md; @kern-ux/native@2.7.2 ist anders aufgebaut als erwartet.",
        ),
    ],
)
def test_a_package_of_another_shape_is_refused(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    parts: dict[str, bytes],
    links: dict[str, str],
    sentence: str,
) -> None:
    """A missing part, an address that leads nowhere, a link in the place of a file: nothing is stored."""
    file = trust(monkeypatch, pack(tmp_path, parts, links))
    with pytest.raises(ServiceUnavailableError) as refused:
        assets.store(file)
    assert (refused.value.message, stored(home)) == (sentence, [])


def test_another_file_than_the_expected_is_refused(home: Path, tmp_path: Path) -> None:
    """The check sum decides before anything is opened."""
    file = tmp_path / "fremd.tgz"
    file.write_bytes(b"something else")
    with pytest.raises(ServiceUnavailableError) as refused:
        call_command("assets", packed=file)
    assert refused.value.message == (
        "fremd.tgz ist nicht die unveränderte Datei von @kern-ux/native@2.7.2: ihre Prüfsumme stimmt nicht."
    )
    assert not home.exists()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """Said with its name."""
    with pytest.raises(ServiceUnavailableError) as refused:
        call_command("assets", packed=tmp_path / "fehlt.tgz")
    assert refused.value.message == (
        f"Die Gestaltung KERN lässt sich nicht ablegen: {tmp_path}/fehlt.tgz: No such file or directory. "
        "Die Seiten gehen auch ohne KERN, in einfacher Gestaltung."
    )


def test_without_network_the_reason_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The real npm client, sent to an address where nobody answers."""
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    with pytest.raises(ServiceUnavailableError) as refused:
        assets.fetch()
    assert re.sub(r"npm meldet \w+", "npm meldet CODE", refused.value.message) == (
        "Die Gestaltung KERN (@kern-ux/native@2.7.2) war nicht zu holen: npm meldet CODE. "
        "Die Seiten gehen auch ohne KERN, in einfacher Gestaltung. "
        "Ohne Netz geht „manage.py assets --from DATEI“ mit der anderswo geholten Datei."
    )


def test_the_wheel_brings_an_npm_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with nothing but Python fetches the assets as well."""
    monkeypatch.setenv("PATH", "/nowhere")
    (client,) = assets.clients()
    assert [part.rpartition("/")[2] for part in client] == ["node", "npm-cli.js"]
