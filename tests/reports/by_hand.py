"""The October of 2026 that is computed by hand."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from partners.actions.standings import settle_month
from partners.actions.terms import promise
from reports.rollups.adding_up import roll_up
from services.choices import Method, WorkerGroup
from services.models import StationDay, Wish, WishClaim
from services.wish_choices import ClaimBy, ClaimState, WishKind, WishState
from stations.choices import CalendarPolicy, DayKind, HostKind, StationStatus
from stations.models import CalendarDay, Station
from tests.conftest import World
from tests.factories import make_activity, make_plate, make_schedule, make_station
from tests.partners.agreeing import agree
from tests.reports.builders import OCTOBER, count, hand_over, october, record

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENT = datetime(2026, 11, 3, 9, tzinfo=SHANGHAI)


def october_by_hand(world: World) -> World:
    """The district union's October with its National Day and the make-up Saturday of the 10th.

    - The bank's station rests on the make-up day: 17 days expected. By the gate 12 on the 8th (and 7 tallied beside),
      8 tallied on the 9th, nobody on the 12th, a power cut on the 13th.
    - The union's own works on the make-up day: 18 expected, and 20 in its ledger on that day.
    - The third is open every day but for a week of suspension, which is over: 24 expected; 6 at nine o'clock on Sunday
      the 11th.
    - The sister, open every day, leaves on the 16th: 15 expected, 9 on the 10th; what came later is another's.
    - Of three promises until the end of November, 15 visits a month are on pace, 90 are not, and one nobody counts.
    - A wish of September is taken on and fulfilled; one of October is approved, another sent back.
    """
    for day in range(1, 8):
        CalendarDay.objects.create(date=october(day), kind=DayKind.REST, name="国庆节")
    CalendarDay.objects.create(date=october(10), kind=DayKind.MAKEUP, name="国庆节调休")
    lines = {"operator": world.district_union, "supervisor": world.district_union}
    own = make_station(
        "泉城广场驿站",
        **lines,
        host_kind=HostKind.UNION_BUILT,
        schedule=make_schedule("Mo-Fr 09:00-18:00", CalendarPolicy.STATUTORY),
    )
    daily = make_schedule("Mo-Su 10:00-20:00", CalendarPolicy.EVERY_DAY)
    third = make_station("解放阁驿站", **lines, host_kind=HostKind.SHOP, schedule=daily)
    _suspend_and_reopen(third)
    Station.objects.filter(pk=world.sister.pk).update(schedule=daily)
    _count_october(world, own, third)
    hand_over(world.sister, october(16), world.other_bank)
    make_plate(world.station)
    make_plate(world.sister, since=date(2026, 10, 11))
    make_activity(world.district_union, own, starts_at=datetime(2026, 10, 9, 10, tzinfo=SHANGHAI), status="held")
    _promised_in_october(world)
    _wish_in_october(world)
    count(world.station, date(2026, 9, 1), 40)
    for each in (OCTOBER, OCTOBER.plus(-1), OCTOBER.plus(-12)):
        roll_up(each)
        settle_month(month=each, today=MOMENT.date())
    return world


def _suspend_and_reopen(station: Station) -> None:
    station.status, station.suspended_reason = StationStatus.SUSPENDED, "装修"
    station.suspended_from, station.suspended_until = october(12), october(18)
    station.save()
    station.status, station.suspended_reason = StationStatus.PUBLISHED, ""
    station.suspended_from = station.suspended_until = None
    station.save()


def _promised_in_october(world: World) -> None:
    agreement = agree(world.admin, world.district_union, since=october(1), until=date(2026, 11, 30))
    for metric, quantity in (("visits", 15), ("visits", 90), ("", 1)):
        terms: Any = {"what": f"每月 {quantity} 人次", "metric": metric, "detail": "", "quantity": quantity}
        promise(agreement=agreement, by=world.admin, **terms, period="month", since=None, until=None)


def _wish_in_october(world: World) -> None:
    facts = {"unit": world.district_union, "needed_by": october(31)}
    true = Wish.objects.create(
        **facts,
        kind=WishKind.SERVICE,
        state=WishState.FULFILLED,
        nominated_at=datetime(2026, 9, 28, 9, tzinfo=SHANGHAI),
        checked_at=datetime(2026, 9, 29, 9, tzinfo=SHANGHAI),
        fulfilled_at=datetime(2026, 10, 31, 23, 30, tzinfo=SHANGHAI),
        proof="已上门",
    )
    claim = {"kind": ClaimBy.UNIT, "unit": world.branch, "state": ClaimState.ACCEPTED}
    moment = datetime(2026, 10, 1, tzinfo=SHANGHAI)
    WishClaim.objects.create(wish=true, **claim, asked_at=moment, moved_at=moment)
    for state in (WishState.APPROVED, WishState.RETURNED):
        moments = {"nominated_at": moment, "checked_at": moment}
        Wish.objects.create(**facts, kind=WishKind.GOODS, state=state, **moments)


def _count_october(world: World, own: Station, third: Station) -> None:
    record(world.station, october(8), Method.GATE)
    count(world.station, october(8), 12, method=Method.GATE)
    count(world.station, october(8), 7)
    record(world.station, october(9), Method.TALLY)
    count(world.station, october(9), 5, WorkerGroup.SANITATION)
    count(world.station, october(9), 3, WorkerGroup.ELDERLY)
    record(world.station, october(12), nil=True)
    StationDay.objects.create(station=world.station, date=october(13), remark="停电")
    count(own, october(10), 20, WorkerGroup.CONSTRUCTION, Method.LEDGER)
    count(third, october(11), 6, hour=9)
    count(world.sister, october(10), 9)
    count(world.sister, october(20), 100)
