"""What search engines read: robots.txt, the sitemap, and one address for each language."""

import gzip
from urllib import robotparser
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from harbor_portal.portal.views import crawlers
from stations.models import Station, StationCard
from tests.factories import make_division, make_station
from tests.harbor_portal.portal.conftest import Publish

pytestmark = pytest.mark.django_db
ROOT = "http://127.0.0.1:8000"
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def _document(client: Client, path: str) -> ET.Element:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    return ET.fromstring(response.getvalue())


def _addresses(document: ET.Element) -> list[str]:
    return [str(node.text).removeprefix(ROOT) for node in document.iterfind(".//s:loc", NAMES)]


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/", True),
        ("/stations/370102/", True),
        ("/s/T0000001/", True),
        ("/map/index.json", True),
        ("/open-data/", True),
        ("/admin/", False),
        ("/api/v1/stations/?page=2", False),
        ("/search/?q=x", False),
        ("/language/en/", False),
    ],
)
def test_robots_may_read_what_is_for_everybody(client: Client, path: str, may: bool) -> None:
    rules = robotparser.RobotFileParser()
    rules.parse(client.get("/robots.txt").content.decode().splitlines())
    assert rules.can_fetch("*", ROOT + path) == may
    assert rules.site_maps() == [f"{ROOT}/sitemap.xml"]


def test_robots_stay_away_from_checking_in_and_reporting(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert {"Disallow: /s/*/checkin/", "Disallow: /s/*/tell/", "Disallow: /feedback/"} <= set(lines)


def test_the_sitemap_leads_to_every_station_and_division_in_every_language(client: Client, publish: Publish) -> None:
    station: Station = make_station()
    make_division("370103", "市中区")  # without a station
    publish()
    files = _addresses(_document(client, "/sitemap.xml"))
    pages = [address for file in files for address in _addresses(_document(client, file))]
    wanted = ["/", "/stations/", "/stations/370000/", "/stations/370100/", "/stations/370102/", f"/s/{station.code}/"]
    assert set(wanted) | {f"{path}?lang=en" for path in wanted} <= set(pages)
    assert not any("370103" in page for page in pages)
    assert len(pages) == len(set(pages))
    assert all(client.get(page).status_code == 200 for page in pages)


def test_each_entry_names_all_languages_and_when_the_page_changed(client: Client, publish: Publish) -> None:
    make_station()
    (card,) = publish()
    entry = next(_document(client, _addresses(_document(client, "/sitemap.xml"))[1]).iterfind("s:url", NAMES))
    links = {link.get("hreflang"): link.get("href") for link in entry.iterfind("x:link", NAMES)}
    path = f"{ROOT}/s/{card.code}/"
    assert links == {"zh-Hans": path, "en": f"{path}?lang=en"}
    assert entry.findtext("s:lastmod", "", NAMES) == f"{card.changed_at:%Y-%m-%dT%H:%M:%SZ}"


def test_a_card_knows_when_its_public_facts_last_changed(publish: Publish) -> None:
    station: Station = make_station()
    (before,) = publish()
    StationCard.objects.update(changed_at=timezone.now().replace(year=2020))
    (unchanged,) = publish()
    assert unchanged.changed_at.year == 2020
    Station.objects.filter(pk=station.pk).update(phone="0531-1")
    (after,) = publish()
    assert after.changed_at.year == before.changed_at.year


def test_a_file_of_the_sitemap_never_grows_beyond_its_span(
    client: Client, publish: Publish, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(crawlers, "SPAN", 2)
    codes = {make_station(f"站{number}").code for number in range(5)}
    publish()
    files = _addresses(_document(client, "/sitemap.xml"))[1:]
    with django_assert_num_queries(len(files)):
        found = [_addresses(_document(client, file)) for file in files]
    assert max(len(pages) for pages in found) <= 2 * 2
    assert {page.split("/")[2] for pages in found for page in pages} == codes
    assert client.get("/sitemap/stations-99999999.xml").status_code == 404


def test_the_sitemap_of_an_empty_portal_still_names_the_map(client: Client) -> None:
    assert _addresses(_document(client, "/sitemap.xml")) == ["/sitemap/pages.xml"]
    assert "/" in _addresses(_document(client, "/sitemap/pages.xml"))


def test_the_sitemap_travels_compressed(client: Client, publish: Publish) -> None:
    for number in range(5):
        make_station(f"站{number}")
    publish()
    response = client.get("/sitemap/pages.xml", headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert b"<urlset" in gzip.decompress(response.getvalue())


@pytest.mark.parametrize("path", ["/", "/stations/", "/stations/370102/", "/s/{code}/"])
def test_every_public_page_names_its_addresses_in_all_languages(client: Client, publish: Publish, path: str) -> None:
    path = path.format(code=make_station().code)
    publish()
    page = client.get(f"{path}?lang=en").content.decode()
    assert '<html lang="en"' in page
    assert f'<link rel="canonical" href="{ROOT}{path}?lang=en" />' in page
    for tag, query in (("zh-Hans", ""), ("en", "?lang=en"), ("x-default", "")):
        assert f'<link rel="alternate" hreflang="{tag}" href="{ROOT}{path}{query}" />' in page


def test_a_page_that_is_not_there_names_no_address(client: Client) -> None:
    assert "canonical" not in client.get("/s/NOWHERE0/").content.decode()


def test_a_third_language_needs_no_change_here(client: Client, settings: Settings) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, ("ug", "Uyghur")]
    assert f'hreflang="ug" href="{ROOT}/?lang=ug"' in client.get("/").content.decode()
