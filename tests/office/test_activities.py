"""Activities in the back office: planned, changed, cancelled, counted and reported, by whom and by whom not."""

import os
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from services import policies
from services.actions.sign_ups import Wanted, sign_up
from services.admin import activity_people
from services.models import Activity, ActivityFile, ActivityPhoto, Journey
from services.tasks import sweep_feedback_files
from stations.models import Download
from tests.conftest import World
from tests.factories import make_activity
from tests.office.desk import figures, shown
from tests.pictures import picture_file

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LIST = reverse("admin:services_activity_changelist")
PLAN = reverse("admin:services_activity_add")


def soon(**fields: int) -> datetime:
    return timezone.localtime().replace(second=0, microsecond=0) + timedelta(**fields)


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def planned(world: World, **said: Any) -> dict[str, Any]:
    """What the form sends."""
    start = soon(days=3)
    return {
        "kind": "haircut",
        "title": "义务理发",
        "organiser": world.branch.pk,
        "stations": [world.station.pk],
        "starts_at": f"{start:%Y-%m-%dT%H:%M}",
        "ends_at": f"{start + HOUR:%Y-%m-%dT%H:%M}",
        "is_public": "on",
        "times": 1,
        "every_days": 7,
    } | said


def step(client: Client, activity: Activity, name: str, /, **said: Any) -> Any:
    return client.post(reverse(f"admin:activity_{name}", args=[activity.pk]), said)


@pytest.fixture
def held(world: World) -> Activity:
    """It has just begun."""
    return make_activity(world.branch, world.station, starts_at=soon(hours=-1), takes_sign_ups=True)


def test_an_officer_plans_a_series_on_the_form(world: World) -> None:
    client = as_(world.officer)
    assert client.get(PLAN, {"stations": world.station.pk}).status_code == 200
    assert client.post(PLAN, planned(world, times=3)).status_code == 302
    first, second, _third = Activity.objects.order_by("starts_at")
    assert (second.series, second.starts_at - first.starts_at) == (first, 7 * DAY)
    assert list(first.stations.all()) == [world.station]


@pytest.mark.parametrize(
    "said",
    [
        {"title": ""},
        {"ends_at": "2020-01-01T10:00"},
        {"starts_at": "soon"},
        {"starts_at": "9999-12-31T10:00", "ends_at": "9999-12-31T11:00", "times": 2},
        {"starts_at": "0001-01-01T00:00"},
        {"sign_up_until": "0001-01-01T00:00"},
        {"stations": [], "place": ""},
        {"capacity": 0},
        {"times": 61},
        {"sign_up_until": "2099-01-01T10:00"},
    ],
)
def test_what_cannot_be_is_said_on_the_form(world: World, said: dict[str, Any]) -> None:
    response = as_(world.officer).post(PLAN, planned(world, **said))
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not Activity.objects.exists()


def test_only_who_organises_plans_and_only_for_their_own(world: World) -> None:
    assert as_(world.keeper).post(PLAN, planned(world)).status_code == 403
    assert as_(world.auditor).get(PLAN).status_code == 403
    assert Client().post(PLAN, planned(world)).status_code == 302
    for said in ({"organiser": world.other_bank.pk}, {"stations": [world.elsewhere.pk]}):
        assert as_(world.officer).post(PLAN, planned(world, **said)).context["form"].errors
    assert not Activity.objects.exists()
    union = planned(world, organiser=world.district_union.pk)
    assert as_(world.official).post(PLAN, union).status_code == 302


def test_a_plan_is_changed_on_its_page(world: World) -> None:
    activity = make_activity(world.branch, world.station, starts_at=soon(days=1))
    page = reverse("admin:activity_plan", args=[activity.pk])
    client = as_(world.officer)
    assert client.get(page).status_code == 200
    said = planned(world, title="健康义诊", kind="health", stations=[world.sister.pk])
    assert client.post(page, said).status_code == 302
    activity.refresh_from_db()
    assert (activity.title, list(activity.stations.all())) == ("健康义诊", [world.sister])
    assert as_(world.official).post(page, said).status_code == 403
    assert as_(world.outsider).post(page, said).status_code == 404


def test_two_people_change_one_plan_and_nothing_of_either_is_lost(world: World) -> None:
    activity = make_activity(world.branch, world.station, starts_at=soon(days=1), title="讲座", place="二楼")
    page = reverse("admin:activity_plan", args=[activity.pk])
    hidden = re.findall(r'type="hidden" name="(initial-[^"]+)" value="([^"]*)"', as_(world.officer).get(page).text)
    said = planned(world, kind=activity.kind, title="讲座", place="二楼", stations=[world.station.pk]) | dict(hidden)
    said |= {name: said[f"initial-{name}"][:16].replace(" ", "T") for name in ("starts_at", "ends_at")}
    assert as_(world.officer).post(page, said | {"place": "三楼"}).status_code == 302
    assert as_(world.admin).post(page, said | {"title": "防骗讲座"}).status_code == 302
    after = Activity.objects.get()
    assert (after.title, after.place, after.starts_at) == ("防骗讲座", "三楼", activity.starts_at)
    assert list(after.stations.all()) == [world.station]


def test_it_is_cancelled_with_notice_and_copied(world: World) -> None:
    activity = make_activity(world.branch, world.station)
    client = as_(world.officer)
    step(client, activity, "copy", starts_at=f"{soon(days=20):%Y-%m-%dT%H:%M}")
    step(client, activity, "copy", starts_at="never")
    step(client, activity, "copy", starts_at=f"{soon(days=20):%Y-%m-%dT%H:%M}")
    assert Activity.objects.filter(series=activity).count() == 1
    step(client, activity, "cancel", notice="")
    step(client, activity, "cancel", notice="高温")
    activity.refresh_from_db()
    assert (activity.status, activity.notice) == ("cancelled", "高温")
    assert "高温" in client.get(reverse("admin:services_activity_change", args=[activity.pk])).text


def test_keepers_count_and_officers_report(world: World, held: Activity) -> None:
    assert step(as_(world.keeper), held, "count", **{"count-courier": "7"}).status_code == 302
    held.refresh_from_db()
    assert (held.status, held.participant_count) == ("held", 7)
    client = as_(world.officer)
    assert step(client, held, "report", summary="很好", cost="80.5").status_code == 302
    held.refresh_from_db()
    assert (held.status, held.participant_count, str(held.cost)) == ("reported", 7, "80.50")
    for said in ({"cost": "x"}, {"count-courier": "-1"}, {"count-courier": "x"}, {"summary": "字" * 2001}):
        kept = {"summary": "讲了两个小时", "count-taxi": "31"} | said
        page = step(client, held, "report", **kept)
        assert (page.status_code, 'class="errornote"' in page.text) == (400, True)
        assert all(f">{text}<" in page.text or f'value="{text}"' in page.text for text in kept.values())
    held.refresh_from_db()
    assert (held.participant_count, str(held.cost), held.summary) == (7, "80.50", "很好")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cancel", {"notice": "雨"}),
        ("copy", {"starts_at": "2030-01-01T10:00"}),
        ("report", {"count-courier": "1"}),
        ("photo_add", {}),
        ("file_add", {}),
        ("journey_add", {}),
        ("call_list", {}),
    ],
)
def test_each_step_is_refused_to_whom_it_is_not_for(
    world: World, held: Activity, name: str, said: dict[str, Any]
) -> None:
    assert step(Client(), held, name, **said).status_code == 302
    assert step(as_(world.outsider), held, name, **said).status_code == 404
    before = Activity.objects.values().get()
    step(as_(world.auditor), held, name, **said)
    assert Activity.objects.values().get() == before
    if name not in {"photo_add", "file_add", "journey_add"}:
        refused = step(as_(world.auditor), held, name, **said)
        assert (refused.status_code, "济南分行" in refused.text) == (403, True)


def test_a_locked_month_refuses_every_step(world: World, held: Activity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policies, "LOCKS", [lambda _station, _day: "Locked: ask 赵部长."])
    client = as_(world.officer)
    for name, said in (
        ("count", {"count-courier": "1"}),
        ("report", {"count-courier": "1"}),
        ("cancel", {"notice": "雨"}),
    ):
        refused = step(client, held, name, **said, summary="写了很久")
        assert (refused.status_code, "ask 赵部长" in refused.text) == (403, True)
        assert ("写了很久" in refused.text) == (name != "cancel")
    assert client.post(PLAN, planned(world)).status_code == 403
    photo = picture_file()
    assert step(client, held, "photo_add", photo=photo).status_code == 403


def test_photos_are_for_everybody_and_files_for_the_staff(
    world: World, held: Activity, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = as_(world.officer)
    step(client, held, "photo_add", photo=picture_file(), caption="现场")
    step(client, held, "photo_add", photo=SimpleUploadedFile("a.jpg", b"none"))
    assert ActivityPhoto.objects.get().small_url in Client().get(held.get_absolute_url()).text
    step(client, held, "file_add", file=SimpleUploadedFile("计划.pdf", b"%PDF-1.7 plan"))
    step(client, held, "file_add", file=SimpleUploadedFile("x.exe", b"MZ"))
    step(client, held, "file_add", file=SimpleUploadedFile("x.pdf", b"MZ"))
    paper = ActivityFile.objects.get()
    page = reverse("admin:activity_file", args=[held.pk, paper.pk])
    assert client.get(page).content == b"%PDF-1.7 plan"
    assert as_(world.keeper).get(page).status_code == 200
    assert as_(world.auditor).get(page).status_code == 403
    assert as_(world.outsider).get(page).status_code == 404
    assert Download.objects.filter(about__endswith="计划.pdf").count() == 2
    step(client, held, "file_remove", number=paper.pk)
    step(client, held, "photo_remove", number=ActivityPhoto.objects.get().pk)
    assert step(client, held, "photo_remove", number="x").status_code == 404
    assert not ActivityFile.objects.exists()
    assert not ActivityPhoto.objects.exists()
    kept = tmp_path / paper.file.name
    sweep_feedback_files()
    assert kept.exists()  # of today: it may be a save that is still under way
    os.utime(kept, (0, 0))
    sweep_feedback_files()
    assert not kept.exists()


def test_journeys_are_planned_line_by_line(world: World) -> None:
    bus = make_activity(world.branch, place="西站", kind="homeward", takes_sign_ups=True)
    client, at = as_(world.officer), timezone.localtime(bus.starts_at)
    said = {"name": "临沂1号", "departs_from": "西站", "departs_at": f"{at:%Y-%m-%dT%H:%M}", "seats": "45"}
    later = at + 5 * HOUR
    step(client, bus, "journey_add", **said, stops=f"{later:%Y-%m-%d %H:%M} 临沂 汽车站\n")
    journey = Journey.objects.get()
    assert [stop.name for stop in journey.stops.all()] == ["临沂 汽车站"]
    for wrong in ({"stops": "临沂"}, {"stops": ""}, {"seats": "0"}, {"departs_at": "x"}):
        typed = said | {"name": "临沂2号", "stops": f"{later:%Y-%m-%d %H:%M} 临沂"} | wrong
        page = step(client, bus, "journey_add", **typed)
        assert (page.status_code, 'value="临沂2号"' in page.text, f">{typed['stops']}<" in page.text) == (
            400,
            True,
            True,
        )
    step(client, bus, "journey_seats", number=journey.pk, seats="50")
    assert Journey.objects.get().seats == 50
    assert "临沂 汽车站" in client.get(reverse("admin:services_activity_change", args=[bus.pk])).text
    step(client, bus, "journey_remove", number=journey.pk)
    assert not Journey.objects.exists()


def test_numbers_are_masked_and_reading_them_is_logged(world: World, held: Activity) -> None:
    Activity.objects.filter(pk=held.pk).update(starts_at=soon(days=1), ends_at=soon(days=2))
    held.refresh_from_db()
    wanted = Wanted(client_key=uuid4(), phone="13812345678", has_consented=True)
    sign_up(activity=held, wanted=wanted, at=timezone.now())
    page = reverse("admin:activity_sign_ups", args=[held.pk])
    for user in (world.officer, world.keeper):
        text = as_(user).get(page).text
        assert "138****5678" in text
        assert "13812345678" not in text
    assert as_(world.auditor).get(page).status_code == 403
    assert as_(world.outsider).get(page).status_code == 404
    assert "13812345678" in step(as_(world.officer), held, "call_list").text
    assert Download.objects.get().rows == 1
    assert step(as_(world.keeper), held, "call_list").status_code == 403


def test_a_list_that_is_longer_than_a_page_says_so_and_what_came_twice_is_marked(
    world: World, held: Activity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity_people, "MOST_SHOWN", 2)
    Activity.objects.filter(pk=held.pk).update(starts_at=soon(days=1), ends_at=soon(days=2))
    held.refresh_from_db()
    for phone in ("13812345678", "13812345678", "", "13700000001", ""):
        wanted = Wanted(client_key=uuid4(), phone=phone, has_consented=True)
        sign_up(activity=held, wanted=wanted, at=timezone.now())
    page, client = reverse("admin:activity_sign_ups", args=[held.pk]), as_(world.officer)
    first = client.get(page)
    assert [(row.pk, is_twice) for row, _phone, is_twice in first.context["rows"]] == [
        (row.pk, True) for row in held.sign_ups.order_by("pk")[:2]
    ]
    assert ("后面还有 3 条报名" in first.text, f"{page}?from=2" in first.text) == (True, True)
    second = client.get(page, {"from": "2"})
    assert [is_twice for _row, _phone, is_twice in second.context["rows"]] == [False, False]
    assert "后面还有 1 条报名" in second.text
    assert not client.get(page, {"from": "4"}).context["left_out"]
    assert "13700000001" in client.post(f"{reverse('admin:activity_call_list', args=[held.pk])}?from=2").text
    assert Download.objects.get().rows == 1
    assert client.get(page, {"from": "x"}).context["rows"] == first.context["rows"]


def test_the_code_for_the_venue_is_for_who_counts(world: World, held: Activity) -> None:
    page = reverse("admin:activity_venue", args=[held.pk])
    assert "<svg" in as_(world.keeper).get(page).text
    assert as_(world.auditor).get(page).status_code == 403
    assert as_(world.outsider).get(page).status_code == 404


def test_lists_and_the_month_ask_as_little_for_many(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_(world.officer)
    month = reverse("admin:activity_month")
    at = soon(days=0).replace(hour=9, minute=0)
    for number in range(2):
        make_activity(world.branch, world.station, starts_at=at, title=f"活动{number}")
    counts = {}
    for page in (LIST, month, f"{LIST}?work=report", f"{LIST}?work=soon", f"{LIST}?work=coming"):
        client.get(page)
        with django_assert_max_num_queries(40) as few:
            client.get(page)
        counts[page] = len(few)
    for number in range(2, 50):
        make_activity(world.branch, world.station, world.sister, starts_at=at, title=f"活动{number}")
    for page, count in counts.items():
        with django_assert_max_num_queries(count):
            response = client.get(page)
    assert response.status_code == 200
    text = client.get(month).text
    assert "活动0" in text
    assert "活动9" not in text
    assert client.get(f"{month}?month=x").status_code == 200


def test_the_desk_counts_what_comes_and_what_is_to_be_reported(world: World) -> None:
    make_activity(world.branch, world.station, starts_at=soon(days=2))
    make_activity(world.branch, world.sister, starts_at=soon(days=-2))
    make_activity(world.branch, world.station, starts_at=soon(days=-3), ends_at=soon(days=9))
    make_activity(world.other_bank, world.elsewhere, starts_at=soon(days=-2))
    expected = {"officer": (1, 1), "official": (1, 1), "keeper": (1, 0), "admin": (1, 2)}
    for who, counts in expected.items():
        user = getattr(world, who)
        found = figures(user)
        assert (found["work=soon"], found["work=report"]) == counts
        assert tuple(shown(as_(user), f"{LIST}?work={key}") for key in ("soon", "report")) == counts
    page = as_(world.keeper).get(reverse("admin:my_station", args=[world.station.code])).text
    assert page.count("/admin/services/activity/") == 2
