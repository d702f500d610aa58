"""A language is added by files alone."""

import csv
import json
import struct
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django.fixtures import Settings

from harbor_portal import env
from partners import catalogue_words as programme_words
from stations import catalogue_words as amenity_words
from stations.publishing.catalogue import catalogue_content
from tests.factories import make_amenity, make_station


def test_each_folder_with_compiled_translations_is_a_language(tmp_path: Path) -> None:
    for name in ("zh_Hans", "ug"):
        folder = tmp_path / name / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "django.mo").touch()
    (tmp_path / "bo").mkdir()
    assert env.languages(tmp_path) == [("zh-hans", "中文"), ("ug", "ئۇيغۇرچە"), ("en", "English")]


def test_the_portal_speaks_chinese_first_and_english() -> None:
    assert [code for code, _name in settings.LANGUAGES] == ["zh-hans", "en"]
    assert settings.LANGUAGE_CODE == "zh-hans"


def test_the_names_that_the_portal_brings_along_can_be_translated() -> None:
    for words, source in (
        (amenity_words, "stations/data/amenities.csv"),
        (programme_words, "partners/data/programmes.csv"),
    ):
        with (settings.BASE_DIR / source).open(encoding="utf-8", newline="") as file:
            assert {str(name) for name in words.NAMES} == {row["name_en"] for row in csv.DictReader(file)}


@pytest.fixture
def uyghur(tmp_path: Path, settings: Settings) -> None:
    """A third language as its files would bring it: one amenity and the way of writing dates, nothing else."""
    folder = tmp_path / "ug" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(
        _compiled(
            {
                "catalogue\x04Water": "سۇ",
                "BCP 47 tag for dates and numbers\x04en-GB": "ug-CN",
                "": "Content-Type: text/plain; charset=UTF-8\n",
            }
        )
    )
    settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, tmp_path]
    settings.LANGUAGES = [*settings.LANGUAGES, ("ug", "ئۇيغۇرچە")]


@pytest.mark.django_db
def test_a_third_language_reaches_masthead_address_map_and_catalogue(client: Client, uyghur: None) -> None:
    make_amenity("water", name="饮水机")
    make_amenity("toilet", name="卫生间")
    page = client.get("/").content.decode()
    assert 'href="/language/ug/?next=' in page
    assert 'hreflang="ug"' in page
    client.get("/language/ug/")
    page = client.get("/stations/").content.decode()
    assert 'lang="ug"' in page
    assert "<span>سۇ</span>" in page
    assert "<span>卫生间</span>" in page
    names = {entry["code"]: entry["names"] for entry in json.loads(catalogue_content())["amenities"]}
    assert names["water"] == {"zh-hans": "饮水机", "en": "Water", "ug": "سۇ"}
    assert set(json.loads(catalogue_content())["entry_modes"]) == {"zh-hans", "en", "ug"}


@pytest.mark.django_db
def test_a_third_language_writes_its_own_dates(client: Client, uyghur: None) -> None:
    page = client.get(make_station().get_absolute_url(), {"lang": "ug"}).content.decode()
    assert 'data-locale="ug-CN"' in page
    assert '<meta property="og:locale" content="ug_CN" />' in page


def _compiled(texts: dict[str, str]) -> bytes:
    """As msgfmt would: a header of seven numbers, two tables of length and place, and the strings."""
    keys = sorted(texts)
    pairs = [[key.encode() for key in keys], [texts[key].encode() for key in keys]]
    place = 28 + 16 * len(keys)
    tables, strings = b"", b""
    for column in pairs:
        for text in column:
            tables += struct.pack("<II", len(text), place + len(strings))
            strings += text + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, 0) + tables + strings
