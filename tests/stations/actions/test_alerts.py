"""Announcing heat and cold: who, where, from when to when."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused
from stations.actions.alerts import change_alert, end_alert, start_alert
from stations.alerts import alerts_between, alerts_now, alerts_over, alerts_within, relief_first
from stations.choices import AlertKind, Role, UnitKind
from stations.models import Division, WeatherAlert
from stations.policies import may_announce
from stations.publishing.alerts import published_alerts
from tests.conftest import World
from tests.factories import make_division, make_member, make_unit

TODAY = date(2026, 7, 20)
MORNING = datetime(2026, 7, 20, 0, 30, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("july")]

Start = Callable[..., WeatherAlert]


@pytest.fixture
def july() -> Any:
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def district(world: World) -> Division:
    found: Division | None = world.district_union.division
    assert found
    return found


@pytest.fixture
def start(world: World, district: Division) -> Start:
    """Announce heat in the district for three days, unless said otherwise."""
    usual: dict[str, Any] = {
        "kind": AlertKind.HEAT,
        "division": district,
        "first": TODAY,
        "last": TODAY + timedelta(days=2),
    }

    def announce(**facts: Any) -> WeatherAlert:
        return start_alert(**usual | {"by": world.official} | facts)

    return announce


def test_an_official_announces_heat_where_her_union_is(world: World, start: Start) -> None:
    alert = start(message=" 12 时至 15 时停止户外作业 ")
    line = alert.history.latest()
    assert (alert.message, alert.by) == ("12 时至 15 时停止户外作业", world.official)
    assert (line.history_user, line.history_change_reason) == (world.official, _("announced"))


def test_nobody_else_announces_it(world: World, start: Start) -> None:
    for person in (world.keeper, world.officer, world.auditor, world.outsider):
        with pytest.raises(Refused):
            start(by=person)
    assert not WeatherAlert.objects.exists()


def test_an_official_announces_nothing_beyond_her_own_division(world: World, start: Start) -> None:
    for code in ("370100", "370000"):
        with pytest.raises(Refused):
            start(division=make_division() and Division.objects.get(pk=code))
    with pytest.raises(Refused):
        start(division=make_division("370103", "市中区"))


def test_an_official_of_the_city_announces_for_any_of_its_districts(world: World, start: Start) -> None:
    city = make_unit("济南市总工会", kind=UnitKind.UNION, division=Division.objects.get(pk="370100"))
    official = make_member(city, Role.REVIEWER)
    assert start(by=official, division=make_division("370103", "市中区"))
    assert start(by=official, division=Division.objects.get(pk="370100"))
    with pytest.raises(Refused):
        start(by=official, division=Division.objects.get(pk="370000"))


def test_a_head_office_without_a_place_of_its_own_covers_the_places_below_it(start: Start, district: Division) -> None:
    head = make_unit("全国总工会", kind=UnitKind.UNION)
    make_unit("山东省总工会", head, kind=UnitKind.UNION, division=Division.objects.get(pk="370000"))
    assert may_announce(make_member(head, Role.REVIEWER), district)


def test_an_official_of_a_bank_announces_no_weather(world: World, start: Start, district: Division) -> None:
    bank = make_unit("银行分行", division=district)
    with pytest.raises(Refused):
        start(by=make_member(bank, Role.REVIEWER))


def test_the_administrator_announces_everywhere_and_an_anonymous_person_nowhere(
    world: World, start: Start, district: Division
) -> None:
    assert start(by=world.admin, division=Division.objects.get(pk="370000"))
    assert not may_announce(AnonymousUser(), district)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (TODAY - timedelta(days=1), TODAY, "first"),
        (TODAY + timedelta(days=1), TODAY, ""),
        (TODAY, TODAY - timedelta(days=1), "last"),
        (TODAY, TODAY + timedelta(days=31), "last"),
    ],
)
def test_days_that_cannot_be_are_refused(start: Start, first: date, last: date, field: str) -> None:
    with pytest.raises(Invalid) as problem:
        start(first=first, last=last)
    assert problem.value.field == field


def test_the_larger_divisions_stand_first(world: World) -> None:
    Division.objects.create(code="371300", name="临沂市", level="city")
    for code in ("370102", "371300", "370000"):
        WeatherAlert.objects.create(kind="heat", division_id=code, first=TODAY, last=TODAY, by=world.admin)
    assert [alert.prefix for alert in alerts_between(TODAY, TODAY)] == ["37", "3713", "370102"]


def test_two_alerts_of_a_kind_never_overlap_in_a_division(start: Start) -> None:
    start()
    with pytest.raises(Invalid, match=str(WeatherAlert._meta.constraints[0].violation_error_message)):
        start(first=TODAY + timedelta(days=2), last=TODAY + timedelta(days=4))
    assert start(kind=AlertKind.COLD)
    assert start(first=TODAY + timedelta(days=3), last=TODAY + timedelta(days=4))


def test_the_database_holds_it_too(world: World, start: Start) -> None:
    twin = start()
    twin.pk = None
    with pytest.raises(IntegrityError, match="alert_no_overlap"), transaction.atomic():
        WeatherAlert.objects.bulk_create([twin])


def test_a_running_alert_is_prolonged_and_reworded(world: World, start: Start) -> None:
    alert = change_alert(alert=start(), last=TODAY + timedelta(days=9), message="继续", by=world.official)
    assert (alert.last, alert.message) == (TODAY + timedelta(days=9), "继续")
    assert alert.history.count() == 2
    with pytest.raises(Invalid):
        change_alert(alert=alert, last=TODAY - timedelta(days=1), message="", by=world.official)


def test_an_alert_is_ended_before_its_day_and_another_may_follow_at_once(world: World, start: Start) -> None:
    alert = end_alert(alert=start(), by=world.official)
    assert alert.ended_at == MORNING
    assert alerts_now(MORNING) == []
    assert start()
    with pytest.raises(Refused):
        end_alert(alert=alert, by=world.official)


def test_others_neither_change_nor_end_it(world: World, start: Start) -> None:
    alert = start()
    for person in (world.officer, world.outsider):
        with pytest.raises(Refused):
            end_alert(alert=alert, by=person)
        with pytest.raises(Refused):
            change_alert(alert=alert, last=TODAY, message="", by=person)
    alert.refresh_from_db()
    assert alert.ended_at is None


def test_it_ends_by_itself_after_its_last_day(world: World, start: Start) -> None:
    alert = start()
    assert len(alerts_now(datetime(2026, 7, 22, 15, 59, tzinfo=UTC))) == 1
    over = datetime(2026, 7, 22, 16, 0, tzinfo=UTC)
    assert alerts_now(over) == []
    with time_machine.travel(over, tick=False), pytest.raises(Refused):
        change_alert(alert=alert, last=date(2026, 7, 30), message="", by=world.official)


def test_the_map_is_told_of_alerts_a_week_ahead(start: Start) -> None:
    start(message="多喝水")
    start(first=TODAY + timedelta(days=7), last=TODAY + timedelta(days=8))
    start(kind=AlertKind.COLD, first=TODAY + timedelta(days=8), last=TODAY + timedelta(days=8))
    assert published_alerts(TODAY) == [
        {
            "kind": "heat",
            "division": "370102",
            "name": "历下区",
            "from": "2026-07-20",
            "until": "2026-07-22",
            "message": "多喝水",
        },
        *published_alerts(TODAY)[1:],
    ]
    assert [alert["from"] for alert in published_alerts(TODAY)] == ["2026-07-20", "2026-07-27"]


def test_an_alert_holds_in_its_division_and_in_all_below_it(world: World, start: Start) -> None:
    start(by=world.admin, division=Division.objects.get(pk="370100"))
    start(kind=AlertKind.COLD)
    alerts = alerts_between(TODAY, TODAY)

    def names(found: list[Any]) -> list[str]:
        return [f"{alert.kind} {alert.name}" for alert in found]

    assert names(alerts_over("370102001", alerts)) == ["heat 济南市", "cold 历下区"]
    assert names(alerts_over("37", alerts)) == []
    assert names(alerts_within("37", alerts)) == ["heat 济南市", "cold 历下区"]
    assert names(alerts_within("3701", alerts)) == ["cold 历下区"]


def test_what_helps_comes_first(start: Start) -> None:
    start()
    names = {"toilet": "卫生间", "water": "饮水机", "air_conditioning": "空调"}
    assert list(relief_first(names, alerts_between(TODAY, TODAY))) == ["air_conditioning", "water", "toilet"]
    assert list(relief_first(names, [])) == list(names)


def test_a_notice_is_read_from_its_moment_on_and_holds_from_its_first_day_on(start: Start) -> None:
    later = MORNING + timedelta(hours=3)
    start(kind=AlertKind.TYPHOON, first=TODAY + timedelta(days=1), publish_at=later)
    assert alerts_now(MORNING) == []
    (alert,) = alerts_now(later)
    assert (alert.kind, alert.is_read(MORNING), alert.is_read(later)) == (AlertKind.TYPHOON, False, True)
    assert published_alerts(TODAY)[0]["shown"] == "2026-07-20T11:30:00+08:00"


def test_what_helps_waits_until_the_heat_is_there(start: Start) -> None:
    start(first=TODAY + timedelta(days=1), publish_at=MORNING)
    (alert,) = alerts_now(MORNING)
    assert alert.relief(TODAY) == ()
    assert alert.relief(TODAY + timedelta(days=1))[0] == "air_conditioning"


def test_notices_of_other_kinds_stand_beside_each_other_and_another_one_has_a_title(start: Start) -> None:
    for title in ("春节前检修", "道路施工"):
        start(kind=AlertKind.OTHER, title=title)
        start(kind=AlertKind.HOLIDAY, title=title)
    with pytest.raises(Invalid):
        start(kind=AlertKind.OTHER, title=" ")
    with pytest.raises(IntegrityError, match="alert_other_has_a_title"), transaction.atomic():
        WeatherAlert.objects.filter(kind="other").update(title="")
    assert [alert["title"] for alert in published_alerts(TODAY)].count("道路施工") == 2
    with pytest.raises(Invalid):
        start(first=TODAY + timedelta(days=181), last=TODAY + timedelta(days=182))
