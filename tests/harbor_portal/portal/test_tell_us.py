"""The public form and its receipt, as a browser without JavaScript and one with it use them."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings as portal_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from harbor_portal.lib import limits as counters
from services import limits
from services.choices import FeedbackKind, FeedbackState
from services.models import Feedback
from stations.choices import StationStatus
from stations.models import Station
from tests.conftest import World
from tests.services.feedback import tell

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def visitor() -> Client:
    """Her browser asks for English, so that tests can read the sentences."""
    return Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)


def url(station: Station) -> str:
    return reverse("tell_us", args=[station.code])


def send(client: Client, station: Station, *, headers: dict[str, str] | None = None, **fields: Any) -> Any:
    values = {"kind": "arrived_but_closed", "client_key": str(uuid4())} | fields
    return client.post(url(station), values, headers=headers or {})


def photo_with_place() -> bytes:
    """A JPEG whose EXIF says where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 40.0, 0.0), 3: "E", 4: (117.0, 1.0, 12.0)})
    exif[0x010F] = "SecretPhone"
    content = BytesIO()
    Image.new("RGB", (2400, 1200), "teal").save(content, "JPEG", exif=exif)
    return content.getvalue()


def test_the_form_has_eight_kinds_and_asks_for_no_name(visitor: Client, world: World) -> None:
    page = visitor.get(url(world.station))
    text = page.content.decode()
    assert all(f'value="{kind}"' in text for kind in FeedbackKind)
    assert len(FeedbackKind) == 8
    assert not visitor.cookies
    assert "private" in page["Cache-Control"]
    for asked in ("email", "tel", "password"):
        assert f'type="{asked}"' not in text


def test_a_link_may_choose_the_kind(visitor: Client, world: World) -> None:
    text = visitor.get(url(world.station), {"kind": "broken"}).content.decode()
    assert text.count("checked") >= 1
    assert 'value="broken"' in text


def test_only_what_the_station_has_can_be_broken(visitor: Client, world: World) -> None:
    text = visitor.get(url(world.station)).content.decode()
    assert 'value="water"' in text
    assert 'value="microwave"' not in text
    refused = send(visitor, world.station, kind="broken", amenity="microwave", headers=JSON)
    assert (refused.status_code, refused.json()["error"]["fields"]["amenity"]) == (
        400,
        ["The station does not have this equipment any more."],
    )
    assert send(visitor, world.station, kind="broken", amenity="water").status_code == 302


def test_a_plain_form_leads_to_the_receipt(visitor: Client, world: World) -> None:
    response = send(visitor, world.station, text="  门锁着  ")
    feedback = Feedback.objects.get()
    assert response["Location"] == f"/feedback/{feedback.receipt}/?sent=1"
    assert feedback.text == "门锁着"
    page = visitor.get(response["Location"])
    text = page.content.decode()
    assert feedback.spelt_receipt in text
    assert "Thank you" in text
    assert "noindex" in page["X-Robots-Tag"]
    assert not visitor.cookies


def test_a_script_gets_the_receipt_as_json_and_the_same_one_again(visitor: Client, world: World) -> None:
    key = str(uuid4())
    first, again = (send(visitor, world.station, client_key=key, headers=JSON) for _time in range(2))
    assert first.json() == again.json()
    assert first.json()["url"] == f"/feedback/{Feedback.objects.get().receipt}/"


def test_what_waited_on_the_device_was_said_then_but_never_in_the_future_or_long_ago(
    visitor: Client, world: World
) -> None:
    with time_machine.travel("2026-11-18T09:05:00+08:00", tick=False):
        for waited in ("43500", "", "-60", "9" * 30):
            assert send(visitor, world.station, waited=waited).status_code == 302
    said = Feedback.objects.order_by("pk").values_list("said_at", flat=True)
    assert [f"{timezone.localtime(moment):%d %H:%M}" for moment in said] == [
        "17 21:00",
        "18 09:05",
        "18 09:05",
        "11 09:05",
    ]


def test_a_line_break_is_one_character_as_the_browser_counts_it(visitor: Client, world: World) -> None:
    text = "\n".join(["水" * 248, "电" * 248, "灯", ""])
    assert len(text) == 500
    assert send(visitor, world.station, text=text.replace("\n", "\r\n") + "x").status_code == 400
    assert send(visitor, world.station, text=text.replace("\n", "\r\n")).status_code == 302
    assert Feedback.objects.get().text == text.strip()


def test_back_and_another_report_under_the_same_key_is_not_swallowed(visitor: Client, world: World) -> None:
    key = str(uuid4())
    said: dict[str, Any] = {"kind": "broken", "amenity": "water"}
    send(visitor, world.station, **said, text="没水", client_key=key)
    page = send(visitor, world.station, **said, text="没热水", client_key=key)
    assert page.status_code == 409
    assert key not in page.content.decode()
    again = send(visitor, world.station, **said, text="没热水", client_key=page.context["client_key"])
    assert again.status_code == 302
    assert list(Feedback.objects.order_by("pk").values_list("text", flat=True)) == ["没水", "没热水"]


def test_fields_of_other_kinds_are_left_aside(visitor: Client, world: World) -> None:
    send(visitor, world.station, kind="praise", longitude="117", latitude="36", amenity="water", suggested_hours="24/7")
    found = Feedback.objects.get()
    assert (found.longitude, found.amenity, found.suggested_hours) == (None, None, "")


def test_a_moved_pin_and_the_hours_on_the_door_are_kept(visitor: Client, world: World) -> None:
    send(visitor, world.station, kind="wrong_place", longitude="117.021", latitude="36.661")
    send(visitor, world.station, kind="wrong_hours", suggested_hours="周一至周五 9:00-17:00")
    place, hours = Feedback.objects.order_by("pk")
    assert (place.longitude, place.latitude) == (117.021, 36.661)
    assert hours.suggested_hours == "周一至周五 9:00-17:00"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": ""}, "Choose what it is about"),
        ({"kind": "rumour"}, "Select a valid choice"),
        ({"text": "x" * 501}, "at most 500"),
        ({"text": "\0"}, "Null characters"),
        ({"kind": "wrong_place", "longitude": "117"}, "go together"),
        ({"kind": "wrong_place", "longitude": "nan", "latitude": "36"}, "as two numbers"),
        ({"kind": "wrong_place", "longitude": "1e9", "latitude": "36"}, "up to 180"),
        ({"client_key": "x"}, "valid UUID"),
        ({"device": "x" * 65}, "at most 64"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(visitor: Client, world: World, fields: Any, sentence: str) -> None:
    page = send(visitor, world.station, **fields)
    assert page.status_code == 400
    assert sentence in page.content.decode()
    answer = send(visitor, world.station, headers=JSON, **fields)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    assert sentence in answer.json()["error"]["message"]
    assert not Feedback.objects.exists()


def test_a_refused_form_keeps_what_was_typed_and_gets_a_new_key(visitor: Client, world: World) -> None:
    key = str(uuid4())
    page = send(visitor, world.station, kind="praise", text="保安<b>很好</b>", longitude="x", client_key=key)
    text = page.content.decode()
    assert "保安&lt;b&gt;很好&lt;/b&gt;" in text
    assert key not in text
    longitude = re.search(r'<input[^>]*name="longitude"[^>]*>', text)
    assert longitude
    assert 'aria-describedby="problem"' in longitude[0]
    assert text.count('aria-invalid="true"') == 1


@pytest.mark.parametrize("status", [StationStatus.DRAFT, StationStatus.CLOSED])
def test_a_station_that_is_not_there_is_told_nothing(visitor: Client, world: World, status: str) -> None:
    Station.objects.filter(pk=world.station.pk).update(status=status, longitude=None, latitude=None)
    assert visitor.get(url(world.station)).status_code == 404
    assert send(visitor, world.station).status_code == 404
    answer = send(visitor, world.station, headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert world.station.code in answer.json()["error"]["message"]


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_another_website_cannot_send_in_a_visitors_name(visitor: Client, world: World, headers: dict[str, str]) -> None:
    assert send(visitor, world.station, headers=headers).status_code == 403
    answer = send(visitor, world.station, headers=headers | JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "refused")
    assert not Feedback.objects.exists()


def test_a_photo_loses_its_place_and_is_made_smaller(visitor: Client, world: World) -> None:
    upload = SimpleUploadedFile("door.jpg", photo_with_place(), "image/jpeg")
    assert send(visitor, world.station, photo=upload).status_code == 302
    feedback = Feedback.objects.get()
    kept = feedback.photo.read()
    feedback.photo.close()
    assert b"SecretPhone" not in kept
    with Image.open(BytesIO(kept)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (limits.LONGEST_SIDE, limits.LONGEST_SIDE // 2))
        assert not picture.getexif()
    assert Path(feedback.photo.path).is_relative_to(portal_settings.MEDIA_ROOT)
    assert visitor.get(f"/media/{feedback.photo.name}").status_code == 404


@pytest.mark.parametrize("content", [b"MZ\x90\x00 This program cannot be run in DOS mode.", b""])
def test_what_is_only_called_a_photo_is_refused(visitor: Client, world: World, content: bytes) -> None:
    upload = SimpleUploadedFile("door.jpg", content, "image/jpeg")
    assert send(visitor, world.station, photo=upload).status_code == 400
    assert not Feedback.objects.exists()


def test_a_photo_beyond_the_limit_is_refused_before_it_is_read(
    visitor: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harbor_portal.portal.views.tell_us.MAX_BODY", 2000)
    monkeypatch.setattr("services.forms.MAX_PHOTO", 100)
    large, medium = (SimpleUploadedFile("door.jpg", b"x" * size, "image/jpeg") for size in (4000, 500))
    assert send(visitor, world.station, photo=large).status_code == 413
    answer = send(visitor, world.station, photo=medium, headers=JSON)
    assert answer.status_code == 400
    assert "larger than" in answer.json()["error"]["message"]


def fill(limit: counters.Limit, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(limits, name, counters.Limit(limit.name, 2, limit.seconds))


@pytest.mark.parametrize(
    ("name", "sentence", "other"),
    [
        ("PER_DEVICE", "a lot within one hour", {"device": "another"}),
        ("PER_ADDRESS", "a lot within one hour", None),
    ],
)
def test_beyond_a_limit_it_is_refused_with_a_sentence(
    visitor: Client, world: World, monkeypatch: pytest.MonkeyPatch, name: str, sentence: str, other: Any
) -> None:
    fill(getattr(limits, name), monkeypatch, name)
    with time_machine.travel("2026-11-18T12:20:00+08:00", tick=False):
        assert [send(visitor, world.station, device="mine").status_code for _time in range(3)] == [302, 302, 429]
        refused = send(visitor, world.station, device="mine", headers=JSON)
        assert sentence in refused.json()["error"]["message"]
        assert refused["Retry-After"] == "2400"
        if other:
            assert send(visitor, world.station, **({"device": "mine"} | other)).status_code == 302
        sent = Feedback.objects.order_by("pk")[0]
        assert send(visitor, world.station, client_key=str(sent.client_key), device="mine").status_code == 302
    with time_machine.travel("2026-11-18T13:00:01+08:00", tick=False):
        assert send(visitor, world.station, device="mine").status_code == 302


def test_only_what_many_have_said_already_is_not_wanted_once_more(
    visitor: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(limits.PER_QUESTION, monkeypatch, "PER_QUESTION")

    def broken(what: str, count: int) -> list[int]:
        return [send(visitor, world.station, kind="broken", amenity=what).status_code for _time in range(count)]

    with time_machine.travel("2026-11-18T12:20:00+08:00", tick=False):
        assert broken("water", 4) == [302, 302, 302, 429]  # the first, and two who repeat it
        refused = send(visitor, world.station, kind="broken", amenity="water", headers=JSON)
        assert "Many people have told us the same" in refused.json()["error"]["message"]
        assert broken("toilet", 1) == [302]
        assert [send(visitor, world.station, kind="idea").status_code for _time in range(4)] == [302] * 4


def test_whoever_insists_uses_up_nobody_elses_share(
    visitor: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(limits.PER_DEVICE, monkeypatch, "PER_DEVICE")
    monkeypatch.setattr(limits, "PER_QUESTION", counters.Limit("tell-question", 3, 3600))
    monkeypatch.setattr(limits, "PER_ADDRESS", counters.Limit("tell-address", 4, 3600))
    with time_machine.travel("2026-11-18T12:20:00+08:00", tick=False):
        statuses = [send(visitor, world.station, device="stuck").status_code for _time in range(9)]
        assert statuses == [302] * 2 + [429] * 7
        assert [send(visitor, world.station, device="other").status_code for _time in range(2)] == [302] * 2


def test_beyond_the_limit_of_photos_a_report_is_taken_without_it_and_says_so(
    visitor: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(limits.PHOTOS_PER_ADDRESS, monkeypatch, "PHOTOS_PER_ADDRESS")
    picture = BytesIO()
    Image.new("RGB", (20, 20), "teal").save(picture, "PNG")

    def photo() -> SimpleUploadedFile:
        return SimpleUploadedFile("a.png", picture.getvalue())

    with time_machine.travel("2026-11-18T12:20:00+08:00", tick=False):
        first, _second, third = (send(visitor, world.station, photo=photo()) for _time in range(3))
        answers = [send(visitor, world.station, headers=JSON, **more) for more in ({"photo": photo()}, {})]
    assert "without yours" not in visitor.get(first["Location"]).content.decode()
    assert "so the report was taken without yours" in visitor.get(third["Location"]).content.decode()
    assert [answer.json()["without_photo"] for answer in answers] == [True, False]
    assert list(Feedback.objects.order_by("pk").values_list("photo", flat=True))[2:] == ["", "", ""]


def test_while_the_counter_is_away_everybody_is_heard(
    visitor: Client, world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(counters, "_away_until", 0.0)
    fill(limits.PER_ADDRESS, monkeypatch, "PER_ADDRESS")
    assert [send(visitor, world.station).status_code for _time in range(4)] == [302] * 4
    monkeypatch.setattr(counters, "_away_until", 0.0)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "20010db800010002/64"),
        ("2001:db8:1:2:ffff::1", "20010db800010002/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unknown", "unknown"),
    ],
)
def test_an_ipv6_phone_is_counted_by_its_network(address: str, counted: str) -> None:
    assert counters.network_of(address) == counted


def test_a_receipt_is_found_however_it_is_written(visitor: Client, world: World) -> None:
    feedback = tell(world.station)
    page = visitor.get("/feedback/", {"receipt": f" {feedback.spelt_receipt.lower()} "})
    assert page["Location"] == f"/feedback/{feedback.receipt}/"
    assert visitor.get(f"/feedback/{feedback.receipt.lower()}/")["Location"] == f"/feedback/{feedback.receipt}/"


def test_a_receipt_that_is_none_is_said_to_be_none(visitor: Client, world: World) -> None:
    refused = visitor.get("/feedback/", {"receipt": "abc"})
    assert (refused.status_code, 'aria-describedby="problem receipt-help"' in refused.text) == (400, True)
    for unknown in ("7Q2K9F3MAB", "abc"):
        page = visitor.get(f"/feedback/{unknown}/")
        assert page.status_code == 404
        assert "no report with this receipt" in page.content.decode()
        assert "noindex" in page["X-Robots-Tag"]
    assert visitor.get("/feedback/").status_code == 200


def test_receipts_are_not_guessed_by_the_thousand(
    visitor: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(limits.GUESSES_PER_ADDRESS, monkeypatch, "GUESSES_PER_ADDRESS")
    with time_machine.travel("2026-11-18T12:20:00+08:00", tick=False):
        answers = [visitor.get("/feedback/7Q2K9F3MAB/") for _time in range(3)]
        assert [answer.status_code for answer in answers] == [404, 404, 429]
        assert answers[-1]["Retry-After"] == "2400"
        # Nobody behind the same address is kept from what is theirs.
        assert visitor.get(f"/feedback/{tell(world.station).receipt}/").status_code == 200


def test_reading_ones_own_receipt_is_never_too_often(
    visitor: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(limits.GUESSES_PER_ADDRESS, monkeypatch, "GUESSES_PER_ADDRESS")
    receipt = tell(world.station).receipt
    assert [visitor.get(f"/feedback/{receipt}/").status_code for _time in range(4)] == [200] * 4
    assert visitor.get("/feedback/7Q2K9F3MAB/").status_code == 404


def test_every_voice_reads_the_answer_of_the_entry(visitor: Client, world: World) -> None:
    first, second = tell(world.station), tell(world.station)
    Feedback.objects.filter(pk=first.pk).update(
        state=FeedbackState.ANSWERED, answer="已联系网点", answered_at=first.received_at, answered_by=world.officer
    )
    for feedback in (first, second):
        text = visitor.get(f"/feedback/{feedback.receipt}/").content.decode()
        assert "已联系网点" in text
        assert world.officer.name not in text
    assert "Others told us the same" in text


def test_the_pages_ask_the_database_little(visitor: Client, world: World, django_assert_max_num_queries: Any) -> None:
    feedback = tell(world.station)
    with django_assert_max_num_queries(2):
        visitor.get(url(world.station))
    with django_assert_max_num_queries(1):
        visitor.get(f"/feedback/{feedback.receipt}/")
    with django_assert_max_num_queries(0):
        visitor.get("/feedback/")
