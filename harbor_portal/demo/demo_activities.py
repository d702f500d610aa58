"""Activities of the demo, as the field tells of them: haircuts, lectures, the mobile vehicle office, a bus home."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from harbor_portal.demo.demo_people import SAMPLE
from partners.models import Partner
from services.actions.activities import cancel_activity, plan_activity, report_activity
from services.actions.journeys import Vehicle, add_journey
from services.actions.sign_ups import Wanted, sign_up
from services.activity_choices import ActivityKind
from services.choices import WorkerGroup
from services.models import Activity
from stations.choices import StationStatus
from stations.models import Posting, Station, Unit, User

HELD = (
    (ActivityKind.GOVERNMENT_SERVICE, "流动车管所进驿站", "Mobile vehicle office", 6, 14),
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
SHARES = ((WorkerGroup.COURIER, 0.4), (WorkerGroup.FOOD_DELIVERY, 0.35), (WorkerGroup.SANITATION, 0.25))
OFFERED = f"免费参加，带工牌即可{SAMPLE}"
TOLD = f"现场反响很好，下次增加场次{SAMPLE}"


def hold_activities(kept: Sequence[Station], now: datetime) -> None:
    """At the keeper's stations, by those who run them; one was cancelled, one waits for its report."""
    admin = User.objects.get(username="admin")
    morning = now.replace(hour=9, minute=30, second=0, microsecond=0)
    stations = [station for station in kept if station.status == StationStatus.PUBLISHED]
    partner = Partner.objects.filter(is_public=True, merged_into=None).order_by("pk").first()
    for number, (kind, title, english, days, people) in enumerate(HELD):
        held = _plan(admin, stations, number, morning - timedelta(days=days), _facts(kind, title, english))
        if partner and kind == ActivityKind.GOVERNMENT_SERVICE:
            held.partners.add(partner)
        report_activity(activity=held, by=admin, summary=TOLD, counts=_counts(people), cost=Decimal(people * 5))
    _plan(admin, stations, 0, morning - timedelta(days=2), _facts(ActivityKind.CULTURE, "驿站读书会", "Reading circle"))
    for number, (kind, title, english, days, places) in enumerate(COMING):
        facts = _facts(kind, title, english) | {"takes_sign_ups": places is not None, "capacity": places}
        coming = _plan(admin, stations, number, morning + timedelta(days=days), facts)
        for guest in range(3 if places else 0):
            sign_up(activity=coming, wanted=Wanted(UUID(int=coming.pk * 100 + guest)), at=now)
    called_off = _facts(ActivityKind.VOLUNTEER, "志愿者清洁日", "Volunteers' cleaning day")
    off = _plan(admin, stations, 0, morning + timedelta(days=4), called_off)
    cancel_activity(activity=off, notice=f"天气预报有大风，改到下周同一时间{SAMPLE}", by=admin)
    _send_home(admin, stations[0], morning + timedelta(days=21))


def _facts(kind: ActivityKind, title: str, english: str) -> dict[str, Any]:
    return {"kind": kind, "title": f"{title}{SAMPLE}", "title_en": english, "description": OFFERED}


def _plan(by: User, stations: Sequence[Station], number: int, at: datetime, facts: dict[str, Any]) -> Activity:
    station = stations[number % len(stations)]
    dates = [(at, at + timedelta(hours=2))]
    (made,) = plan_activity(by=by, stations=[station], dates=dates, organiser=_organiser(station), **facts)
    return made


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
