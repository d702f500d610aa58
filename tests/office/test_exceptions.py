"""Exceptions to the hours in the back office."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from stations.choices import Role
from stations.models import HoursException, MapChange, Station
from tests.conftest import World
from tests.factories import make_exception, make_member
from tests.office.test_admin_scope import as_, form_data, url

DAY = {"first": "2026-12-24", "last": "2026-12-26", "hours": "9:00-12:00", "reason": "年末盘点"}


def row(number: int, **fields: Any) -> dict[str, Any]:
    return {f"exceptions-{number}-{name}": value for name, value in (DAY | fields).items()}


@pytest.fixture
def office(world: World) -> tuple[Client, str]:
    return as_(world, "officer"), url(Station, "change", world.station.pk)


def test_an_officer_adds_changes_and_removes_them_at_the_station(world: World, office: tuple[Client, str]) -> None:
    client, page = office
    assert client.post(page, form_data(client, page) | row(0) | {"exceptions-TOTAL_FORMS": 1}).status_code == 302
    made = HoursException.objects.get()
    assert (made.station, made.hours, made.by) == (world.station, "09:00-12:00", world.officer)
    assert client.post(page, form_data(client, page) | {"exceptions-0-hours": "休息"}).status_code == 302
    made.refresh_from_db()
    assert (made.hours, made.history.count()) == ("off", 2)
    assert client.post(page, form_data(client, page) | {"exceptions-0-DELETE": "on"}).status_code == 302
    assert not HoursException.objects.exists()
    assert set(MapChange.objects.values_list("station", flat=True)) == {world.station.pk}


@pytest.mark.parametrize(
    "fields",
    [{"hours": "随缘"}, {"last": "2026-12-23"}, {"last": "2028-01-01"}, {"reason": ""}, {"first": "2026-11-20"}],
)
def test_what_cannot_be_is_said_in_the_form(world: World, office: tuple[Client, str], fields: dict[str, str]) -> None:
    make_exception(world.station)
    client, page = office
    data = form_data(client, page) | row(1, **fields) | {"exceptions-TOTAL_FORMS": 2}
    response = client.post(page, data)
    assert response.status_code == 200
    assert "errornote" in response.content.decode()
    assert HoursException.objects.count() == 1


def test_one_entry_for_a_unit(world: World) -> None:
    client, page = as_(world, "officer"), url(HoursException, "add")
    assert client.post(page, DAY | {"unit": world.bank.pk}).status_code == 200
    assert client.post(page, DAY).status_code == 200
    assert client.post(page, DAY | {"unit": world.branch.pk}).status_code == 302
    made = HoursException.objects.get()
    assert (made.unit, made.by) == (world.branch, world.officer)
    assert client.post(page, DAY | {"unit": world.branch.pk}).status_code == 200
    change = url(HoursException, "change", made.pk)
    assert client.post(change, DAY | {"reason": "改期"}).status_code == 302
    assert client.post(change, DAY | {"hours": "随缘"}).status_code == 200
    made.refresh_from_db()
    assert (made.reason, made.unit) == ("改期", world.branch)
    assert client.post(url(HoursException, "delete", made.pk), {"post": "yes"}).status_code == 302
    assert not HoursException.objects.exists()
    assert HoursException.history.latest().history_user == world.officer


def test_the_list_tells_units_from_stations(world: World) -> None:
    make_exception(world.branch)
    make_exception(world.station, hours="09:00-12:00")
    client, page = as_(world, "officer"), url(HoursException, "changelist")
    for kind, owner in (("units", world.branch), ("stations", world.station)):
        [row] = client.get(page, {"for": kind}).context["cl"].result_list
        assert row.owner == owner
    text = client.get(page, headers={"accept-language": "en"}).content.decode()
    assert "09:00-12:00" in text
    assert ">closed<" in text


def test_units_above_are_read_and_not_changed(world: World) -> None:
    above = make_exception(world.bank)
    client = as_(world, "officer")
    assert "停电" in client.get(url(HoursException, "changelist")).content.decode()
    assert client.get(url(HoursException, "change", above.pk)).status_code == 200
    assert client.post(url(HoursException, "change", above.pk), DAY).status_code == 403
    assert client.post(url(HoursException, "delete", above.pk), {"post": "yes"}).status_code == 403
    assert HoursException.objects.get().first == date(2026, 11, 20)


def test_the_keeper_reads_those_of_the_station(world: World) -> None:
    make_exception(world.station)
    client = as_(world, "keeper")
    assert "停电" in client.get(url(HoursException, "changelist")).content.decode()
    assert client.get(url(HoursException, "add")).status_code == 403


def test_a_keeper_and_the_supervising_union_read_those_of_the_units_that_run_the_station(world: World) -> None:
    make_exception(world.bank, reason="全行停业")
    make_exception(world.branch, reason="分行停电")
    make_exception(world.other_bank, reason="他行停电")
    supervisor = make_member(world.district_union, Role.OFFICER, "supervisor")
    for user in (world.keeper, supervisor):
        seen = HoursException.objects.visible_to(user).values_list("reason", flat=True)
        assert set(seen) == {"全行停业", "分行停电"}


def test_nobody_comes_in_without_logging_in(world: World) -> None:
    made = make_exception(world.station)
    for page in (url(HoursException, "add"), url(HoursException, "change", made.pk)):
        assert Client().post(page, DAY).headers["Location"].startswith(reverse("admin:login"))
    assert HoursException.objects.get().hours == "off"


def test_the_stations_page_shows_what_its_units_have_said(world: World, office: tuple[Client, str]) -> None:
    today = timezone.localdate()
    make_exception(world.bank, today, reason="全行盘点")
    make_exception(world.branch, today + timedelta(days=3), hours="Mo-Su 09:00-12:00", reason="培训")
    make_exception(world.other_bank, today, reason="别家的事")
    make_exception(world.branch, today - timedelta(days=3), reason="过去的事")
    client, page_address = office
    page = client.get(page_address).content.decode()
    assert ("全行盘点 (中国建设银行)" in page, "Mo-Su 09:00-12:00 · 培训 (济南分行)" in page) == (True, True)
    assert ("别家的事" in page, "过去的事" in page) == (False, False)
