"""What was to be expected of a station on days that a report has counted stays as it was counted."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from harbor_portal.lib.errors import Refused
from reports.actions.months import return_month, submit_month
from stations.actions.exceptions import add_exception, change_exception, remove_exception
from stations.actions.stations import resume_station, suspend_station
from stations.choices import Role
from stations.models import HoursException, User
from tests.conftest import World
from tests.factories import make_exception, make_member
from tests.reports.builders import OCTOBER, october

pytestmark = pytest.mark.django_db
NOVEMBER = datetime(2026, 11, 9, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
FIFTH = date(2026, 11, 5)


@pytest.fixture(autouse=True)
def _november() -> Iterator[None]:
    with time_machine.travel(NOVEMBER, tick=False):
        yield


@pytest.fixture
def head(world: World) -> User:
    return make_member(world.bank, Role.OFFICER, "head", name="钱总")


@pytest.fixture
def handed_in(ledger: World, head: User) -> World:
    """The branch's October, not yet that of the bank above it."""
    assert head
    submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    return ledger


def said(first: date, last: date | None = None, hours: str = "off") -> Any:
    return {"first": first, "last": last or first, "hours": hours, "reason": "停电"}


def test_no_exception_is_entered_for_days_that_were_handed_in(handed_in: World, head: User) -> None:
    for owner in (handed_in.station, handed_in.branch, handed_in.bank):
        with pytest.raises(Refused, match="2026"):
            add_exception(by=head, owner=owner, **said(october(31), FIFTH))
        assert add_exception(by=head, owner=owner, **said(FIFTH)).pk
    assert add_exception(by=handed_in.admin, owner=handed_in.elsewhere, **said(october(30))).pk
    assert HoursException.objects.count() == 4


def test_of_an_exception_that_was_counted_only_what_is_still_open_changes(handed_in: World) -> None:
    exception = make_exception(handed_in.station, october(30), date(2026, 11, 3))
    by = handed_in.officer
    changed = change_exception(by=by, exception=exception, **said(october(30), FIFTH))
    change_exception(by=by, exception=changed, **said(october(30), FIFTH) | {"reason": "停水"})
    assert (changed.last, HoursException.objects.get().reason) == (FIFTH, "停水")
    for other in (said(october(29), FIFTH), said(FIFTH), said(october(30)), said(october(30), FIFTH, "09:00-10:00")):
        with pytest.raises(Refused):
            change_exception(by=by, exception=changed, **other)
    with pytest.raises(Refused):
        remove_exception(by=by, exception=changed)
    assert HoursException.objects.get().first == october(30)


def test_a_suspension_does_not_begin_on_days_that_were_handed_in(handed_in: World) -> None:
    station, by = handed_in.station, handed_in.officer
    with pytest.raises(Refused):
        suspend_station(by=by, station=station, since=october(20), reason="装修")
    suspend_station(by=by, station=station, since=date(2026, 11, 2), reason="装修")
    assert resume_station(by=by, station=station).suspended_from is None


def test_days_that_are_open_for_the_station_alone_take_its_exception(handed_in: World, head: User) -> None:
    report = handed_in.branch.month_reports.get()
    return_month(report=report, reason="", stations={handed_in.station.pk: "缺"}, by=head)
    assert add_exception(by=head, owner=handed_in.station, **said(october(30))).pk
    with pytest.raises(Refused):
        add_exception(by=head, owner=handed_in.branch, **said(october(30)))
