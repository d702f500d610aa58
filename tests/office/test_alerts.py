"""Heat and cold in the back office."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from stations.choices import AlertKind, Role
from stations.models import Division, WeatherAlert
from stations.publishing.cards import refresh_cards
from tests.conftest import World
from tests.factories import make_division, make_member

pytestmark = pytest.mark.django_db
ADD = "admin:stations_weatheralert_add"
LIST = "admin:stations_weatheralert_changelist"


def as_(world: World, role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(getattr(world, role))
    return client


def page_of(alert: WeatherAlert) -> str:
    return reverse("admin:stations_weatheralert_change", args=[alert.pk])


def form(**facts: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "kind": "heat",
        "division": "370102",
        "first": today,
        "last": today + timedelta(days=2),
        "message": "",
    } | facts


@pytest.fixture
def alert(world: World) -> WeatherAlert:
    today = timezone.localdate()
    return WeatherAlert.objects.create(
        kind=AlertKind.HEAT, division_id="370102", first=today, last=today, by=world.official
    )


def test_an_official_announces_prolongs_and_ends(world: World) -> None:
    client = as_(world, "official")
    assert client.post(reverse(ADD), form(message="多喝水")).status_code == 302
    alert = WeatherAlert.objects.get()
    assert (alert.by, alert.message) == (world.official, "多喝水")
    longer = timezone.localdate() + timedelta(days=9)
    assert client.post(page_of(alert), {"last": longer, "message": "继续"}).status_code == 302
    alert.refresh_from_db()
    assert (alert.last, alert.message, alert.ended_at) == (longer, "继续", None)
    assert client.post(page_of(alert), {"last": longer, "message": "继续", "end_now": "on"}).status_code == 302
    alert.refresh_from_db()
    assert alert.ended_at
    assert client.post(page_of(alert), {"last": longer, "message": "再来"}).status_code == 403
    assert "ended early" in client.get(reverse(LIST)).content.decode()
    assert client.get(page_of(alert)).status_code == 200


def test_a_typhoon_is_announced_at_once_and_read_everywhere_in_its_division(world: World) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    facts = form(kind="typhoon", first=tomorrow, last=tomorrow, publish_now="on", message="请勿外出")
    assert as_(world, "official").post(reverse(ADD), facts).status_code == 302
    facts = form(kind="other", title="道路施工", first=tomorrow, last=tomorrow)
    assert as_(world, "official").post(reverse(ADD), facts).status_code == 302
    refresh_cards([world.station.pk])
    visitor = Client(headers={"accept-language": "en"})
    for page in (f"/s/{world.station.code}/", "/stations/370102/"):
        text = visitor.get(page).content.decode()
        assert "Typhoon warning for 历下区 until" in text
        assert "请勿外出" in text
        assert "named first" not in text
        assert "道路施工" not in text
    text = as_(world, "official").get(reverse(LIST)).content.decode()
    assert "to come, and announced" in text


@pytest.mark.parametrize("code", ["370100", "370103"])
def test_the_form_takes_no_division_beyond_the_officials(world: World, code: str) -> None:
    make_division("370103", "市中区")
    response = as_(world, "official").post(reverse(ADD), form(division=code))
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["division"]
    assert not WeatherAlert.objects.exists()


@pytest.mark.parametrize("role", ["keeper", "officer", "auditor", "outsider"])
def test_nobody_else_announces_changes_or_ends(world: World, alert: WeatherAlert, role: str) -> None:
    client = as_(world, role)
    assert client.post(reverse(ADD), form(kind="cold")).status_code == 403
    assert client.post(page_of(alert), {"last": alert.last, "end_now": "on"}).status_code in {302, 403}
    alert.refresh_from_db()
    assert (WeatherAlert.objects.count(), alert.ended_at) == (1, None)


def test_an_officer_of_the_same_place_reads_what_the_union_announced(world: World, alert: WeatherAlert) -> None:
    officer = make_member(world.district_union, Role.OFFICER)
    client = Client()
    client.force_login(officer)
    assert client.get(page_of(alert)).status_code == 200
    assert client.post(page_of(alert), {"last": alert.last, "end_now": "on"}).status_code == 403


def test_an_anonymous_person_is_sent_to_the_door(world: World, alert: WeatherAlert) -> None:
    for page in (reverse(ADD), reverse(LIST), page_of(alert)):
        assert Client().post(page, form())["Location"].startswith("/admin/login/")
    assert WeatherAlert.objects.count() == 1


def test_what_is_refused_is_said_on_the_page(world: World, alert: WeatherAlert) -> None:
    client = as_(world, "official")
    for facts in (form(), form(kind="cold", last=timezone.localdate() + timedelta(days=99))):
        response = client.post(reverse(ADD), facts, follow=True)
        text = response.content.decode()
        assert "errornote" in text or 'class="error"' in text
    assert WeatherAlert.objects.count() == 1


def test_the_list_asks_as_little_for_fifty_alerts_as_for_two(
    world: World, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client, today = as_(world, "official"), timezone.localdate()

    def grow(first: int, last: int) -> None:
        for number in range(first, last):
            day = today + timedelta(days=number)
            WeatherAlert.objects.create(
                kind="heat",
                division=Division.objects.get(pk="370102"),
                first=day,
                last=day,
                by=make_member(world.union),
            )

    grow(0, 2)
    with django_assert_max_num_queries(16) as few:
        client.get(reverse(LIST))
    grow(2, 50)
    with django_assert_num_queries(len(few)):
        response = client.get(reverse(LIST))
    assert response.context["cl"].result_count == 50
