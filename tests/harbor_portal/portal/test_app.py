"""The manifest, the service worker, and the shell that it keeps."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from PIL import Image
from pytest_django.fixtures import Settings

from harbor_portal.lib.static_links import source, with_what_they_name
from harbor_portal.portal import shell as shell_module
from harbor_portal.portal.shell import WORKER, find_shell, remembered_shell, shell


@pytest.fixture(autouse=True)
def forget_the_shell() -> Iterator[None]:
    remembered_shell.cache_clear()
    yield
    remembered_shell.cache_clear()


def _portal(body: str) -> dict[str, object]:
    found = re.match(r"self\.PORTAL = (\{.*\});\n", body)
    assert found
    content: dict[str, object] = json.loads(found[1])
    return content


@pytest.mark.parametrize("language", ["en", "zh-hans", "xx"])
def test_the_manifest_speaks_the_language_of_the_page(client: Client, language: str) -> None:
    response = client.get(f"/manifest.webmanifest?language={language}")
    content = response.json()
    assert response["Content-Type"] == "application/manifest+json"
    assert content["lang"] == ("en" if language == "en" else "zh-hans")
    assert (content["display"], content["scope"], content["start_url"]) == ("standalone", "/", "/")
    assert (content["short_name"] == "Harbor Portal") == (language == "en")
    assert len(content["shortcuts"]) == 2


@pytest.mark.parametrize(("language", "name"), [("en", "My station"), ("zh-hans", "我的站点")])
def test_keepers_have_a_manifest_that_begins_with_their_station(client: Client, language: str, name: str) -> None:
    content = client.get(f"/my-station.webmanifest?language={language}").json()
    assert (content["scope"], content["start_url"], content["id"]) == (
        "/admin/",
        "/admin/my-station/",
        content["start_url"],
    )
    assert (content["lang"], content["short_name"]) == (language, name)


def test_the_icons_are_there_in_the_sizes_that_the_manifest_names(client: Client) -> None:
    icons = client.get("/manifest.webmanifest").json()["icons"]
    assert {icon["purpose"] for icon in icons} == {"any", "maskable"}
    for icon in icons:
        path = finders.find(icon["src"].removeprefix(settings.STATIC_URL))
        assert path, icon["src"]
        if icon["type"] == "image/png":
            with Image.open(path) as image:
                assert f"{image.width}x{image.height}" == icon["sizes"]


def test_every_page_names_the_manifest_in_its_language(client: Client) -> None:
    page = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert 'href="/manifest.webmanifest?language=en"' in page


def test_the_worker_is_served_for_the_whole_site_and_asked_for_anew(client: Client) -> None:
    response = client.get("/sw.js")
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Service-Worker-Allowed"] == "/"
    assert response["Cache-Control"] == "no-cache"
    assert "unsafe-" not in response["Content-Security-Policy"]
    body = response.content.decode()
    assert all(f'"/static/{name}"' in body for name in WORKER)
    portal = _portal(body)
    assert portal["isHashed"] is False
    assert portal["languages"] == ["zh-hans", "en"]
    assert "/admin/" in portal["neverKept"]  # type: ignore[operator]
    assert "/api/" in portal["neverKept"]  # type: ignore[operator]


def test_the_shell_finds_the_files_of_the_map_by_itself(client: Client) -> None:
    files = find_shell().files
    for name in (
        "js/map-page.js",
        "js/finder.js",
        "js/leaves.js",
        "js/hours.js",
        "css/tokens.css",
        "leaflet/leaflet.js",
    ):
        assert f"/static/{name}" in files
    assert "/static/leaflet/images/layers.png" in files
    assert len(set(files)) == len(files)
    assert all(client.get(url).status_code == 200 for url in ("/", "/offline/"))


def test_a_new_byte_of_the_shell_is_a_new_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = find_shell()
    assert find_shell() == before
    monkeypatch.setattr(
        shell_module, "source", lambda name: source(name) + ("\n" if name.endswith("worker.js") else "")
    )
    assert find_shell().version != before.version


def test_a_process_finds_the_shell_once_and_a_developer_every_time(settings: Settings) -> None:
    assert shell() is shell()
    settings.DEBUG = True
    assert shell() is not shell()


def test_a_page_that_names_a_file_which_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError, match=r"js/gone\.js"):
        with_what_they_name(["js/gone.js"])


def test_collected_files_are_kept_under_their_hashed_names(tmp_path: Path, settings: Settings) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "harbor_portal.lib.static_storage.ModuleStaticFilesStorage"}
    }
    ignored = ["drf_spectacular_sidecar", "admin", "rest_framework", "treebeard", "django_extensions"]
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=ignored)
    found = find_shell()
    assert found.is_hashed
    assert all(re.search(r"\.[0-9a-f]{12}\.", url) for url in found.files)
    assert any(re.fullmatch(r"/static/js/map-bundle\.[0-9a-f]{12}\.js", url) for url in found.files)


@pytest.mark.parametrize("path", ["/sw.js", "/manifest.webmanifest", "/offline/"])
def test_the_app_costs_the_database_nothing_and_is_only_read(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
    assert client.post(path).status_code == 405


def test_the_offline_page_is_in_both_languages_and_not_for_search_engines(client: Client) -> None:
    page = client.get("/offline/", headers={"accept-language": "en"}).content.decode()
    assert "<h1>No network</h1>" in page
    assert "noindex" in page
