"""One's own profile, and where one is logged in."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from stations.actions.people import invite_keeper
from stations.actions.profile import handle_of
from stations.models import Session, User
from stations.sessions import SEEN
from tests.conftest import World
from tests.factories import make_user

PROFILE, LOG_OUT = "/admin/profile/", "/admin/profile/log-out/"
PASSWORD, NEW = "an-orange-on-the-harbour-wall", "two-oranges-on-the-harbour-wall"
DEVICES = {
    "Firefox · Windows": "Mozilla/5.0 (Windows NT 10.0; Win64; rv:130.0) Gecko/20100101 Firefox/130.0",
    "WeChat · Android": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116 Mobile MicroMessenger/8.0.49",
    "Safari · iPhone": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Version/17.4 Mobile Safari/604.1",
}


def as_(user: User, device: str = "Firefox · Windows") -> Client:
    client = Client(headers={"accept-language": "en", "user-agent": DEVICES[device]}, REMOTE_ADDR="10.1.2.3")
    client.force_login(user)
    return client


def logged_in(user: User, device: str = "Firefox · Windows") -> Client:
    """By the door, as people are."""
    user.set_password(PASSWORD)
    user.save()
    client = Client(headers={"accept-language": "en", "user-agent": DEVICES[device]}, REMOTE_ADDR="10.1.2.3")
    client.post("/admin/login/", {"username": user.username, "password": PASSWORD})
    return client


def again(user: User, device: str) -> Client:
    client = Client(headers={"accept-language": "en", "user-agent": DEVICES[device]}, REMOTE_ADDR="10.9.9.9")
    client.post("/admin/login/", {"username": user.username, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get(PROFILE).status_code == 200


def handle(client: Client) -> str:
    return handle_of(client.session.session_key)


def test_everybody_changes_their_own_name_and_how_to_be_reached(world: World) -> None:
    client = as_(world.keeper)
    given = {"name": "王大站长", "phone": "138 0531 0009", "email": "wang@example.org"}
    assert "Saved." in client.post(PROFILE, given, follow=True).content.decode()
    world.keeper.refresh_from_db()
    assert {name: getattr(world.keeper, name) for name in given} == given
    line = world.keeper.history.latest()
    assert (line.history_user, line.history_change_reason) == (world.keeper, "Own profile")
    count = world.keeper.history.count()
    client.post(PROFILE, given)
    assert world.keeper.history.count() == count
    for wrong in ({"name": " "}, {"email": "nowhere"}, {"name": "\0"}, {"name": "长" * 61}):
        assert client.post(PROFILE, given | wrong).status_code == 400
    assert Client().post(PROFILE, given)["Location"].startswith("/admin/login/")


def test_the_profile_is_no_way_to_more_rights(world: World) -> None:
    more = {"is_superuser": "on", "is_active": "", "username": "admin", "role": "officer", "unit": world.bank.pk}
    as_(world.keeper).post(PROFILE, {"name": "王", "phone": "", "email": ""} | more)
    keeper = User.objects.get(pk=world.keeper.pk)
    assert (keeper.is_superuser, keeper.is_active, keeper.username) == (False, True, world.keeper.username)
    assert not keeper.memberships.exists()


def test_what_one_may_do_and_by_whose_word_is_said(world: World) -> None:
    text = as_(world.officer).get(PROFILE).content.decode()
    assert "Officer" in text
    assert "济南分行 and all units below it." in text
    new = invite_keeper(name="周敏", phone="13805310001", username="", station=world.station, by=world.officer)
    text = as_(new).get(PROFILE).content.decode()
    assert "Given by 李专员" in text
    assert world.station.name in text
    assert "You are the administrator" in as_(world.admin).get(PROFILE).content.decode()


def test_the_rules_of_passwords_are_said_before_and_kept(world: World) -> None:
    client = logged_in(world.keeper)
    page = reverse("admin:password_change")
    for text in (client.get(PROFILE).content.decode(), client.get(page).content.decode()):
        for rule in ("at least 8 characters", "too similar", "commonly used", "entirely numeric"):
            assert rule in text
    for bad in ("short7", "12345678901", "password123", world.keeper.username):
        words = {"old_password": PASSWORD, "new_password1": bad, "new_password2": bad}
        assert client.post(page, words).context["form"].errors["new_password2"]
    wrong = {"old_password": "guess", "new_password1": NEW, "new_password2": NEW}
    assert client.post(page, wrong).context["form"].errors["old_password"]
    assert Client().login(username=world.keeper.username, password=PASSWORD, request=client.get(PROFILE).wsgi_request)


def test_a_new_password_logs_every_other_device_out_and_stands_in_the_history(world: World) -> None:
    here = logged_in(world.keeper)
    there = again(world.keeper, "Safari · iPhone")
    words = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    text = here.post(reverse("admin:password_change"), words, follow=True).content.decode()
    assert "every other device is logged out" in text
    assert (is_in(here), is_in(there)) == (True, False)
    assert Session.objects.filter(user=world.keeper).count() == 1
    line = world.keeper.history.latest()
    assert (line.history_user, line.history_change_reason) == (world.keeper, "Changed their password")


def test_one_sees_where_one_is_logged_in_and_ends_it_at_once(world: World) -> None:
    here = logged_in(world.keeper)
    phone, tablet = again(world.keeper, "WeChat · Android"), again(world.keeper, "Safari · iPhone")
    text = here.get(PROFILE).content.decode()
    assert all(device in text for device in DEVICES)
    assert ("10.1.2.3" in text, "10.9.9.9" in text, text.count("profile-here")) == (True, True, 1)
    assert str(here.session.session_key) not in text
    assert "is logged out" in here.post(LOG_OUT, {"session": handle(phone)}, follow=True).content.decode()
    assert (is_in(here), is_in(phone), is_in(tablet)) == (True, False, True)
    assert "has ended already" in here.post(LOG_OUT, {"session": handle(phone)}, follow=True).content.decode()
    again(world.keeper, "WeChat · Android")
    assert "2 other log-ins have ended" in here.post(LOG_OUT, {"others": "1"}, follow=True).content.decode()
    assert (is_in(here), is_in(tablet)) == (True, False)


def test_nobody_ends_or_sees_the_log_in_of_somebody_else(world: World) -> None:
    strange = as_(world.outsider, "Safari · iPhone")
    here = as_(world.officer)
    assert "Safari · iPhone" not in here.get(PROFILE).content.decode()
    here.post(LOG_OUT, {"session": handle(strange)})
    here.post(LOG_OUT, {"others": "1"})
    assert is_in(strange)
    assert Client().post(LOG_OUT, {"others": "1"})["Location"].startswith("/admin/login/")
    assert here.get(LOG_OUT).status_code == 405


def test_another_device_that_has_ones_session_is_seen_at_once(world: World) -> None:
    here = logged_in(world.keeper)
    thief = Client(headers={"accept-language": "en", "user-agent": DEVICES["WeChat · Android"]})
    thief.cookies = here.cookies
    thief.get("/admin/")
    assert "WeChat · Android" in here.get(PROFILE).content.decode()


def test_who_is_locked_out_comes_back_by_the_link_of_an_officer(world: World) -> None:
    keeper = as_(world.keeper)
    door = Client(headers={"accept-language": "en"})
    words = {"username": world.keeper.username, "password": "guess"}
    assert [door.post("/admin/login/", words).status_code for _try in range(8)][-1] == 429
    answer = as_(world.officer).post(reverse("admin:person_link", args=[world.keeper.pk]), follow=True)
    link = re.search(r"/admin/welcome/[^\"<]+", answer.content.decode())
    assert link
    page = door.get(link[0], follow=True).redirect_chain[-1][0]
    door.post(page, {"new_password1": NEW, "new_password2": NEW})
    assert (is_in(door), is_in(keeper)) == (True, False)
    again = Client()
    again.post("/admin/login/", {"username": world.keeper.username, "password": NEW})
    assert is_in(again)


def test_who_leaves_is_logged_out_everywhere_and_the_places_are_forgotten(world: World) -> None:
    client = as_(world.keeper)
    as_(world.officer).post(reverse("admin:farewell", args=[world.keeper.pk]), {"successor": ""})
    assert not is_in(client)
    assert not Session.objects.filter(user=world.keeper).exists()


def test_a_log_in_ends_after_its_hours_however_much_it_is_used_and_says_when_it_was_seen(world: World) -> None:
    client = logged_in(world.keeper)
    row = Session.objects.get(user=world.keeper)
    began, ends, key = row.began_at, row.expire_date, client.session.session_key
    assert began is not None
    assert abs(ends - began - timedelta(seconds=settings.SESSION_COOKIE_AGE)) < timedelta(seconds=5)
    stored: Any = client.session
    stored[SEEN] = (timezone.now() - timedelta(minutes=6)).isoformat()
    stored.save()
    client.get(PROFILE)
    row.refresh_from_db()
    assert row.seen_at is not None
    assert timezone.now() - row.seen_at < timedelta(minutes=1)
    assert (row.began_at, row.expire_date, client.session.session_key) == (began, ends, key)


def test_a_page_of_the_public_leaves_the_session_alone(world: World, django_assert_num_queries: Any) -> None:
    client = as_(world.keeper)
    with django_assert_num_queries(0):
        client.get("/manifest.webmanifest")
    assert not Session.objects.filter(user=None).exists()


def test_the_profile_asks_as_little_for_many_stations_and_devices(
    world: World, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client = as_(world.keeper)
    client.get(PROFILE)
    with django_assert_max_num_queries(20) as few:
        client.get(PROFILE)
    for station in (world.sister, world.elsewhere):
        world.keeper.keeperships.create(station=station)
        as_(world.keeper)
    with django_assert_num_queries(len(few)):
        client.get(PROFILE)


@pytest.mark.parametrize("person", ["keeper", "officer", "official", "auditor", "admin"])
def test_everybody_reaches_their_profile_from_every_page(world: World, person: str) -> None:
    assert f'href="{PROFILE}"' in as_(getattr(world, person)).get("/admin/").content.decode()


def test_somebody_without_a_role_has_no_profile_here(world: World) -> None:
    assert as_(make_user("nobody")).get(PROFILE)["Location"].startswith("/admin/login/")
