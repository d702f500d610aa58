"""Activities of the demo, as the field tells of them: haircuts, lectures, the mobile vehicle office, a bus home."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from harbor_portal.demo.demo_people import SAMPLE
from harbor_portal.lib.months import Month
from partners.models import Partner
from services.actions.activities import cancel_activity, plan_activity, report_activity
from services.actions.journeys import Vehicle, add_journey
from services.actions.sign_ups import Wanted, sign_up
from services.activity_choices import ActivityKind
from services.choices import WorkerGroup
from services.models import Activity
from stations.choices import StationStatus
from stations.models import Posting, Station, Unit, User

VEHICLES = (ActivityKind.GOVERNMENT_SERVICE, "流动车管所进驿站", "Mobile vehicle office")
TRAFFIC = "市交警支队车管所"
ROUND = (
    (*VEHICLES, (1, 3, 3, 4, 5, 6, 7, 8, 9, 9, 10, 11, 12), 14),
    (ActivityKind.FINANCE_LECTURE, "守住钱袋子金融课堂", "Keep your money safe", (1, 3, 4, 6, 7, 9, 10, 12), 30),
    (ActivityKind.COOL, "夏送清凉", "Cool drinks for the heat", (6, 7, 7, 8, 8), 62),
    (ActivityKind.WARM, "冬送温暖", "Warm gloves and ginger tea", (12, 1, 1, 2), 48),
    (ActivityKind.HEALTH, "健康义诊", "Health check", (3, 5, 8, 11), 27),
    (ActivityKind.LEGAL, "法律咨询进驿站", "Legal advice at the station", (2, 5, 8, 11), 18),
    (ActivityKind.TRAINING, "心肺复苏培训", "First-aid training", (4, 10), 20),
    (ActivityKind.CEREMONY, "工会示范站点揭牌", "Plaque of a model station", (5,), 24),
    (ActivityKind.CULTURE, "驿站读书会", "Reading circle", (4, 9, 12), 12),
)
"""What a year brings: kind, title, English title, its months, participants."""
HELD = (
    (*VEHICLES, 6, 14),
    (ActivityKind.COOL, "夏送清凉", "Cool drinks for the heat", 12, 62),
    (ActivityKind.FINANCE_LECTURE, "防范电信诈骗金融课堂", "Lecture on telephone fraud", 20, 35),
    (ActivityKind.LEGAL, "法律咨询进驿站", "Legal advice at the station", 33, 18),
    (ActivityKind.HEALTH, "健康义诊", "Health check", 41, 27),
)
"""Kind, title, English title, days ago, participants."""
COMING = (
    (ActivityKind.HAIRCUT, "义务理发", "Free haircuts", 2, 12),
    (ActivityKind.CONSUMER_PROTECTION, "消费者权益保护讲座", "Lecture on consumer rights", 5, None),
    (ActivityKind.RECRUITMENT, "新就业形态劳动者专场招聘", "Job fair for riders and drivers", 9, None),
)
"""Kind, title, English title, days ahead, places."""
SERIES = 4
"""Weeks."""
SHARES = ((WorkerGroup.COURIER, 0.4), (WorkerGroup.FOOD_DELIVERY, 0.35), (WorkerGroup.SANITATION, 0.25))
OFFERED = f"免费参加，带工牌即可{SAMPLE}"
TOLD = f"现场反响很好，下次增加场次{SAMPLE}"


def hold_year(stations: Sequence[Station], now: datetime) -> None:
    """In the twelve months before this one, at one station after the other, by those who run it."""
    admin = User.objects.get(username="admin")
    this_month = Month.of(now.date())
    turn = 0
    for back in range(12, 0, -1):
        month = this_month.plus(-back)
        for kind, title, english, months, people in ROUND:
            for again in range(Counter(months)[month.first.month]):
                at = _half_past_nine(month.first + timedelta(days=4 + turn % 20 + again))
                _report(_plan(admin, stations, turn, at, _facts(kind, title, english)), people + turn % 7, admin)
                turn += 1


def hold_activities(kept: Sequence[Station], now: datetime) -> None:
    """At the keeper's stations, by those who run them; one was cancelled, one waits for its report."""
    admin = User.objects.get(username="admin")
    morning = _half_past_nine(now.date())
    stations = [station for station in kept if station.status == StationStatus.PUBLISHED]
    for number, (kind, title, english, days, people) in enumerate(HELD):
        held = _plan(admin, stations, number, morning - timedelta(days=days), _facts(kind, title, english))
        _report(held, people, admin)
    _plan(admin, stations, 0, morning - timedelta(days=2), _facts(ActivityKind.CULTURE, "驿站读书会", "Reading circle"))
    for number, (kind, title, english, days, places) in enumerate(COMING):
        facts = _facts(kind, title, english) | {"takes_sign_ups": places is not None, "capacity": places}
        coming = _plan(admin, stations, number, morning + timedelta(days=days), facts)
        for guest in range(3 if places else 0):
            sign_up(activity=coming, wanted=Wanted(UUID(int=coming.pk * 100 + guest)), at=now)
    advice = _facts(ActivityKind.LEGAL, "周三法律咨询", "Legal advice on Wednesdays")
    wednesday = morning + timedelta(days=7 + (2 - now.weekday()) % 7)
    _plan_series(admin, stations[-1], [wednesday + timedelta(weeks=number) for number in range(SERIES)], advice)
    hall = _facts(ActivityKind.LECTURE, "职工心理健康讲座", "Lecture on peace of mind") | {
        "place": "市职工文化宫报告厅"
    }
    _plan_series(admin, None, [morning + timedelta(days=12)], hall | {"organiser": _organiser(stations[0])})
    called_off = _facts(ActivityKind.VOLUNTEER, "志愿者清洁日", "Volunteers' cleaning day")
    off = _plan(admin, stations, 0, morning + timedelta(days=4), called_off)
    cancel_activity(activity=off, notice=f"天气预报有大风，改到下周同一时间{SAMPLE}", by=admin)
    _send_home(admin, stations[0], morning + timedelta(days=21))


def _half_past_nine(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9, 30)))


def _report(held: Activity, people: int, by: User) -> None:
    if held.kind == ActivityKind.GOVERNMENT_SERVICE:
        held.partners.set(Partner.objects.filter(name__startswith=TRAFFIC))
    report_activity(activity=held, by=by, summary=TOLD, counts=_counts(people), cost=Decimal(people * 5))


def _facts(kind: ActivityKind, title: str, english: str) -> dict[str, Any]:
    return {"kind": kind, "title": f"{title}{SAMPLE}", "title_en": english, "description": OFFERED}


def _plan(by: User, stations: Sequence[Station], number: int, at: datetime, facts: dict[str, Any]) -> Activity:
    (made,) = _plan_series(by, stations[number % len(stations)], [at], facts)
    return made


def _plan_series(
    by: User, station: Station | None, starts: Sequence[datetime], facts: dict[str, Any]
) -> list[Activity]:
    """At a station by those who run it, or elsewhere by the organiser that is named."""
    dates = [(at, at + timedelta(hours=2)) for at in starts]
    where = {"organiser": _organiser(station)} if station else {}
    return plan_activity(by=by, stations=[station] if station else [], dates=dates, **facts | where)


def _organiser(station: Station) -> Unit:
    posting = Posting.objects.select_related("operator", "supervisor").filter(station=station, until=None).get()
    unit: Unit | None = posting.supervisor or posting.operator
    assert unit is not None
    return unit


def _send_home(by: User, station: Station, at: datetime) -> None:
    """A bus home for the festival, with seats by stop."""
    facts = _facts(ActivityKind.HOMEWARD, "春节返乡大巴", "Bus home for the festival") | {"takes_sign_ups": True}
    (bus,) = plan_activity(
        by=by,
        stations=[station],
        dates=[(at, at + timedelta(hours=8))],
        place="济南西站东广场",
        organiser=_organiser(station),
        **facts,
    )
    stops = [("泰安服务区", at + timedelta(hours=2)), ("临沂汽车站", at + timedelta(hours=5))]
    add_journey(activity=bus, vehicle=Vehicle("临沂1号车", "济南西站东广场", at, 45, stops), by=by)


def _counts(people: int) -> dict[WorkerGroup, int]:
    counts = {group: round(people * share) for group, share in SHARES}
    counts[WorkerGroup.COURIER] += people - sum(counts.values())
    return counts
