"""How long the pages of the back office take over a country: 200,000 stations and five million rows of visits.

People are made in a transaction that is rolled back, so that nothing of them remains.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

import time_machine

from benchmarks.database import bench_database
from benchmarks.measure import Measure, median_seconds, report, seconds

GOAL_MS = 300.0
VISITS = ("services_visit", "services_visitentry")
"""The tables that no page may read from end to end."""
DESK_STATIONS = 15_000
"""The scope of the people whose first page is measured; the province that comes nearest."""

# What a generated country lacks: the twelve months before its one, and what the map knows of its stations.
EARLIER_MONTHS = """
    INSERT INTO reports_stationmonth
        (posting_id, month, first_day, last_day, through, days_opened, days_recorded, days_nil, visits,
         days_expected, days_explained, days_missing, missing_bits, days_kept, days_suspended, minutes_posted,
         minutes_open)
    SELECT posting_id, earlier, earlier, earlier + 27, earlier + 27, days_opened, days_recorded, days_nil, visits,
           days_expected, days_explained, days_missing, missing_bits, days_kept, days_suspended, minutes_posted,
           minutes_open
    FROM reports_stationmonth done,
        LATERAL (SELECT (done.month - make_interval(months => back))::date AS earlier FROM generate_series(1, 12) back)
    WHERE month = %(month)s AND posting_id = ANY(%(postings)s)
"""
CARDS = """
    INSERT INTO stations_stationcard
        (station_id, code, longitude, latitude, tile, division_code, host_kind, entry_mode, amenities, lacking,
         programmes, marks, pinyin, record, opened_at)
    SELECT station.id, code, longitude, latitude, '', '', host_kind, entry_mode, '{}', '{}', '{}', '{}', pinyin, '{}',
           opened_at
    FROM stations_station station
    LEFT JOIN services_stationday day ON day.station_id = station.id AND day.date = %(today)s
    WHERE station.id = ANY(%(stations)s) AND status IN ('published', 'suspended')
    ON CONFLICT DO NOTHING
"""

LISTS = {
    "work to do": "/admin/",
    "stations": "/admin/stations/station/",
    "stations, page 2": "/admin/stations/station/?p=2",
    "stations, on the map": "/admin/stations/station/?status__exact=published",
    "stations, not opened today": "/admin/stations/station/?work=unopened",
    "stations, no record this month": "/admin/stations/station/?work=unrecorded",
    "stations, to be placed": "/admin/stations/station/?work=to-be-placed",
    "stations, search of two characters": "/admin/stations/station/?q=泉城",
    "stations, search of four characters": "/admin/stations/station/?q=泉城支行",
    "stations, search by pinyin": "/admin/stations/station/?q=qczh",
    "stations, search without a match": "/admin/stations/station/?q=没有这个站点",
    "visits": "/admin/services/visit/",
    "visits, page 2": "/admin/services/visit/?p=2",
    "visits, couriers": "/admin/services/visit/?group__exact=courier",
    "visit ledger": "/admin/services/visitentry/",
    "station days": "/admin/services/stationday/",
    "units": "/admin/stations/unit/",
    "people": "/admin/stations/user/",
    "keepers": "/admin/stations/keeper/",
}


def measure() -> Iterator[Measure]:
    """Imports wait for Django's set-up."""
    from django.conf import settings
    from django.db import transaction

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.ALLOWED_HOSTS.append("testserver")
    with transaction.atomic():
        for who, user in people().items():
            yield from _pages_of(who, user)
        transaction.set_rollback(True)
    with transaction.atomic():
        yield from _desks()
        transaction.set_rollback(True)


def _desks() -> Iterator[Measure]:
    """The first page with a province in scope, on a day in the middle of the month that was generated."""
    from django.core.cache import cache
    from django.test import Client

    from harbor_portal.lib.months import Month
    from reports.models import RollupRun
    from services.models import StationDay
    from stations.choices import Role
    from stations.models import Membership, User

    month = Month.of(StationDay.objects.latest("date").date)
    unit = _province()
    people = {role: User.objects.create(username=f"bench-desk-{role}") for role in Role}
    for role, user in people.items():
        Membership.objects.create(user=user, unit=unit, role=role)
    for each in (month, month.plus(1)):
        RollupRun.objects.create(month=each.first, state="done", started_at=_noon(each))
    stations = _complete(unit, month)
    for role, user in people.items():
        client = Client()
        with time_machine.travel(_noon(month)):
            client.force_login(user)
            yield _timed(client, f"{role}: work to do, {stations:,} stations", "/admin/")
    with time_machine.travel(_noon(month.plus(1))):
        client.force_login(people[Role.OFFICER])
        cache.clear()
        yield Measure("work to do, the first time after a roll-up", seconds(lambda: client.get("/admin/")) * 1000, "ms")


def _noon(month: Any) -> datetime:
    """Of the 22nd."""
    from django.utils import timezone

    return timezone.make_aware(datetime.combine(date(month.year, month.number, 22), time(12)))


def _province() -> Any:
    from django.utils import timezone

    from stations.models import Posting, Unit
    from stations.querysets import run_by

    today = timezone.localdate()
    sizes = {
        unit: Posting.objects.on(today).filter(run_by((unit.path,))).count()
        for unit in Unit.objects.filter(kind="union", depth=2)
    }
    return min(sizes, key=lambda unit: abs(sizes[unit] - DESK_STATIONS))


def _complete(unit: Any, month: Any) -> int:
    """Give the unit's stations a year of months and their cards; the number of stations."""
    from django.db import connection

    from stations.models import Posting
    from stations.querysets import run_by

    postings = dict(Posting.objects.filter(run_by((unit.path,))).values_list("pk", "station"))
    values = {
        "month": month.first,
        "today": _noon(month).date(),
        "postings": list(postings),
        "stations": list(postings.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(EARLIER_MONTHS, values)
        cursor.execute(CARDS, values)
        cursor.execute("ANALYZE stations_stationcard")
    return len(set(postings.values()))


def people() -> dict[str, Any]:
    """The administrator, an officer of a bank's province branch, an officer of a province's union, and a keeper."""
    from stations.choices import Role
    from stations.models import Keeper, Membership, Station, Unit, User

    people = {name: User.objects.create(username=f"bench-{name}") for name in ("officer", "union", "keeper")}
    for name, kind in (("officer", "bank"), ("union", "union")):
        unit = Unit.objects.filter(kind=kind, depth=2).order_by("-numchild").first()
        Membership.objects.create(user=people[name], unit=unit, role=Role.OFFICER)
    Keeper.objects.create(user=people["keeper"], station=Station.objects.order_by("-pk")[100])
    return {"admin": User.objects.create(username="bench-admin", is_superuser=True)} | people


def _pages_of(who: str, user: Any) -> Iterator[Measure]:
    from django.test import Client

    from stations.models import Station

    client = Client()
    client.force_login(user)
    station = Station.objects.visible_to(user).order_by("pk").first()
    assert station is not None
    pages = LISTS | {"a station's form": f"/admin/stations/station/{station.pk}/change/"}
    if who == "keeper":
        pages = {name: url for name, url in pages.items() if "p=2" not in url}
        pages["My station"] = f"/admin/my-station/{station.code}/"
    for name, url in pages.items():
        yield _timed(client, f"{who}: {name}", url)


def _timed(client: Any, name: str, url: str) -> Measure:
    def load() -> None:
        response = client.get(url)
        assert response.status_code == 200, (url, response.status_code)

    load()
    tell_long_ways(client, name, url, VISITS)
    return Measure(name, median_seconds(load, repeat=3) * 1000, "ms", goal=GOAL_MS)


def tell_long_ways(client: Any, name: str, url: str, large: Sequence[str]) -> None:
    """Each statement of the page that reads one of these tables from end to end."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    for query in captured.captured_queries:
        if not query["sql"].startswith("SELECT") or not any(table in query["sql"] for table in large):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        for table in set(re.findall(r"Seq Scan on (\w+)", plan)) & set(large):
            print(f"  {name}: reads {table} from end to end: {query['sql'][:300]}", flush=True)


if __name__ == "__main__":
    with bench_database(visits=5_000_000):
        report("admin", list(measure()))
