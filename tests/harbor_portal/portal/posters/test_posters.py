"""The poster for a station's door, as somebody would hang it up and scan it."""

import json
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import manimgx_fonts_cjk
import pytest
import typst
import zxingcpp
from django.conf import settings
from PIL import Image
from pypdf import PdfReader

from harbor_portal.lib.typeset import set_pages
from harbor_portal.portal.posters import TEMPLATE, posters
from harbor_portal.portal.posters.content import poster_pages
from services.actions.doors import renew_door_code
from services.doors import checkin_address
from stations.choices import Access, EntryMode
from stations.models import Amenity, Station, StationAmenity
from stations.seeds import seed_amenities
from tests.conftest import World
from tests.factories import make_plate, make_programme, make_schedule, make_station

LONGEST = ("#set page(fill: red) *粗* $x$ \\ ] " + "济南市历下区泉城路步行街二十四小时智能自助银行劳动者港湾" * 4)[:100]


def plain(text: str) -> str:
    """Without spaces and breaks, which are the typesetter's, and with radicals as the characters they look like."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def read(pdf: bytes) -> list[str]:
    """The text of each page."""
    return [plain(page.extract_text()) for page in PdfReader(BytesIO(pdf)).pages]


def missing(words: Iterable[str], text: str) -> list[str]:
    return [word for word in words if plain(word) not in text]


def text_of(station: Station) -> str:
    (text,) = read(set_pages(TEMPLATE, poster_pages([station])))
    return text


def codes_on(station: Station) -> list[str]:
    """What a phone reads off the printed page."""
    page = json.dumps(poster_pages([station])[0])
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[Path(manimgx_fonts_cjk.__file__).parent])
    compiler = typst.Compiler(input=TEMPLATE, root=TEMPLATE.parent, font_paths=fonts)
    png = compiler.compile(format="png", ppi=130, sys_inputs={"data": page})
    assert isinstance(png, bytes)
    return sorted(code.text for code in zxingcpp.read_barcodes(Image.open(BytesIO(png)).convert("L")))


def offer(station: Station, *codes: str, access: Access = Access.OPEN) -> None:
    for amenity in Amenity.objects.filter(code__in=codes):
        StationAmenity.objects.create(station=station, amenity=amenity, access=access)


@pytest.fixture
def station(world: World) -> Station:
    StationAmenity.objects.all().delete()
    Amenity.objects.filter(code="water").update(name="饮水机", name_en="Drinking water")
    Amenity.objects.filter(code="toilet").update(name="卫生间", name_en="Toilet")
    seed_amenities()
    return world.station


def test_the_poster_says_all_that_is_needed_at_the_door(station: Station) -> None:
    Station.objects.filter(pk=station.pk).update(phone="0531-88888888")
    make_plate(station, make_programme(name_en="Workers' Harbour", colour="#0b4f9e"), number="0012")
    offer(station, "water", "wifi")
    offer(station, "toilet", access=Access.ASK_STAFF)
    offer(station, "shower", access=Access.NONE)
    text = text_of(station)
    words = [station.name, "劳动者港湾", "Workers' Harbour", "0012", "08:30–17:30", "Mon–Fri", "0531-88888888"]
    words += [station.code, station.address, "饮水机", "Drinking water", "Wi-Fi", "卫生间", "ask the staff"]
    words += ["Come right in", "Free of charge", "Rests on public holidays and on make-up weekends"]
    assert missing(words, text) == []
    assert "淋浴" not in text


def test_a_phone_reads_both_codes_off_it(station: Station) -> None:
    tell = f"{settings.PUBLIC_URL}/s/{station.code}/tell/"
    assert codes_on(station) == [checkin_address(station, 1), tell]


def test_a_renewed_code_is_the_one_that_is_printed(world: World, station: Station) -> None:
    before = poster_pages([station])[0]["poster"]["check_in"]
    renew_door_code(station=station, by=world.keeper, reason="照片流传")
    assert poster_pages([station])[0]["poster"]["check_in"] != before


def test_what_has_no_end_still_fits_one_page(station: Station) -> None:
    hours = "Apr-Sep Mo-Fr 08:00-12:00,13:00-18:00, Sa 09:00-12:00; Oct-Mar Mo-Fr 08:30-12:00,13:00-17:00"
    Station.objects.filter(pk=station.pk).update(
        name=LONGEST, address="泉城路" * 66, phone="0531-88888888 转 8001 / " * 4, schedule=make_schedule(hours)
    )
    for number in range(5):
        make_plate(station, make_programme(f"p{number}", f"很长的品牌名称{number}" * 7), number="2026-370102-000" * 2)
    offer(station, *Amenity.objects.values_list("code", flat=True), access=Access.ASK_STAFF)
    text = text_of(station)
    assert missing([LONGEST, "Oct–Mar", *Amenity.objects.values_list("name", flat=True)], text) == []


def test_a_station_of_which_little_is_known_has_a_poster_too(station: Station) -> None:
    bare = make_station(schedule=None, opened_date=date(2025, 1, 1))
    assert missing(["Hours: scan the code."], text_of(bare)) == []
    Station.objects.filter(pk=bare.pk).update(phone="110")
    assert missing(["Hours unknown: please call."], text_of(bare)) == []


@pytest.mark.parametrize(
    ("hours", "policy", "words"),
    [
        ("24/7", "every_day", ["Every day", "24 hours"]),
        ("Mo-Th 20:00-06:00", "every_day", ["Mon–Thu", "06:00 the next day", "Fri–Sun", "Closed"]),
        ("Mo,We,Fr,Sa 09:00-12:00", "every_day", ["Mon, Wed, Fri, Sat", "Tue, Thu, Sun"]),
        ("Mo-Fr 09:00-12:00; PH 10:00-11:00", "statutory", ["Public holidays: 10:00–11:00"]),
        ('Mo-Fr unknown "工作日"', "statutory", ["Not certain, please call"]),
        ("Mo-Su 09:00-12:00 unknown", "every_day", ["09:00–12:00 (not certain)"]),
        ("Jul 08:00-20:00", "every_day", ["Jul", "Aug–Jun"]),
        ("Mo[1] 09:00-12:00", "statutory", ["The hours vary: scan the code for those of today."]),
    ],
)
def test_hours_stand_in_words(station: Station, hours: str, policy: Any, words: list[str]) -> None:
    Station.objects.filter(pk=station.pk).update(schedule=make_schedule(hours, policy))
    said = json.dumps(poster_pages([station])[0]["poster"]["hours"][1], ensure_ascii=False)
    assert [word for word in words if word not in said] == []


@pytest.mark.parametrize("mode", EntryMode)
def test_every_way_in_has_its_words(station: Station, mode: EntryMode) -> None:
    Station.objects.filter(pk=station.pk).update(entry_mode=mode)
    assert poster_pages([station])[0]["poster"]["invitation"][1]


def test_the_plate_that_the_station_is_named_after_gives_the_colour(station: Station) -> None:
    make_plate(station, make_programme("union_station", "工会驿站", colour="#b3261e", order=1), number="1")
    make_plate(station, make_programme("ccb_harbor", "劳动者港湾", colour="#0b4f9e", order=2), number="2")
    page = poster_pages([station])[0]["poster"]
    assert page["colour"] == "#0b4f9e"
    assert page["plates"][0] == [["劳动者港湾", "2"], ["工会驿站", "1"]]


def test_the_division_stands_before_an_address_that_does_not_name_it(station: Station) -> None:
    Station.objects.filter(pk=station.pk).update(address="泉城路1号")
    assert poster_pages([station])[0]["poster"]["place"] == "山东省济南市历下区泉城路1号"


def test_many_posters_are_one_document_in_the_order_given_with_few_queries(
    world: World, django_assert_num_queries: Callable[..., Any]
) -> None:
    two = [world.sister, world.station]
    with django_assert_num_queries(5):
        assert [page["poster"]["code"] for page in poster_pages(two)] == [one.code for one in two]
    with django_assert_num_queries(5):
        poster_pages([world.station])
    texts = read(posters(two))
    assert [missing([station.name], text) for station, text in zip(two, texts, strict=True)] == [[], []]
