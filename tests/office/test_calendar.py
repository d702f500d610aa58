"""The calendar of public holidays in the back office, and the alarm when a year is missing."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from stations.choices import DayKind
from stations.models import CalendarDay
from tests.conftest import World
from tests.office.test_admin_scope import as_, url

DAYS = {"date": "2027-10-01", "last": "2027-10-07", "kind": "rest", "name": "国庆节", "status": "announced"}


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 20, 2, tzinfo=UTC)):
        yield


def test_an_official_enters_changes_and_removes_days(world: World) -> None:
    client = as_(world, "official")
    assert client.post(url(CalendarDay, "add"), DAYS).status_code == 302
    assert CalendarDay.objects.count() == 7
    assert client.post(url(CalendarDay, "add"), DAYS | {"last": "", "kind": "makeup"}).status_code == 302
    first = CalendarDay.objects.get(date=date(2027, 10, 1))
    assert (first.kind, first.history.latest().history_user) == ("makeup", world.official)
    change = url(CalendarDay, "change", first.pk)
    said = {"kind": "rest", "name": "中秋节", "status": "predicted", "date": "2028-01-01"}
    assert client.post(change, said).status_code == 302
    first.refresh_from_db()
    assert (first.name, first.status, CalendarDay.objects.count()) == ("中秋节", "predicted", 7)
    assert client.post(url(CalendarDay, "delete", first.pk), {"post": "yes"}).status_code == 302
    assert CalendarDay.objects.count() == 6
    assert CalendarDay.history.latest().history_user == world.official


@pytest.mark.parametrize("fields", [{"last": "2027-09-30"}, {"last": "2028-10-07"}, {"name": ""}, {"kind": "party"}])
def test_what_cannot_be_is_said_in_the_form(world: World, fields: dict[str, str]) -> None:
    assert as_(world, "official").post(url(CalendarDay, "add"), DAYS | fields).status_code == 200
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize("role", ["keeper", "officer", "auditor"])
def test_others_read_it(world: World, role: str) -> None:
    day = CalendarDay.objects.create(date=date(2027, 10, 1), kind=DayKind.REST, name="国庆节")
    client = as_(world, role)
    assert "国庆节" in client.get(url(CalendarDay, "changelist")).content.decode()
    assert client.post(url(CalendarDay, "add"), DAYS).status_code == 403
    assert client.post(url(CalendarDay, "change", day.pk), DAYS).status_code == 403
    assert client.post(url(CalendarDay, "delete", day.pk), {"post": "yes"}).status_code == 403
    assert CalendarDay.objects.count() == 1


@pytest.mark.parametrize("role", ["keeper", "officer", "official", "auditor", "admin"])
def test_who_may_enter_them_is_told_that_a_year_is_missing(world: World, role: str) -> None:
    CalendarDay.objects.create(date=date(2026, 10, 1), kind=DayKind.REST, name="国庆节")
    client = as_(world, role)
    may = role in {"official", "admin"}
    assert (url(CalendarDay, "add") in client.get("/admin/").content.decode().split("all-tables")[0]) == may
    CalendarDay.objects.create(date=date(2027, 10, 1), kind=DayKind.REST, name="国庆节")
    assert url(CalendarDay, "add") not in client.get("/admin/").content.decode().split("all-tables")[0]


def test_whoever_watches_the_portal_is_warned_and_it_serves_on(client: Client, db: None) -> None:
    CalendarDay.objects.create(date=date(2026, 10, 1), kind=DayKind.REST, name="国庆节")
    response = client.get("/healthz/ready")
    assert response.status_code == 200
    assert response.content.decode() == "ready\nwarning: the public holidays of 2027 are not entered"
    CalendarDay.objects.create(date=date(2027, 10, 1), kind=DayKind.REST, name="国庆节")
    assert client.get("/healthz/ready").content == b"ready"


def test_nobody_enters_days_without_logging_in(db: None) -> None:
    assert "/login/" in Client().post(url(CalendarDay, "add"), DAYS)["Location"]
    assert not CalendarDay.objects.exists()
