"""How long lists and calendars take over a million activities and five million movements of supplies.

In a country of 200,000 stations. What is laid out here is made once, beside the stations of `generate_scale`, and kept.
Measured are the pages of the back office for four people, the public calendar, its feed, and the API; each must ask the
database the same however much there is, and read none of the large tables from end to end.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from benchmarks.admin import people, tell_long_ways
from benchmarks.database import bench_database
from benchmarks.measure import Measure, median_seconds, report

ACTIVITIES = 1_000_000
MOVEMENTS = 5_000_000
SIGN_UPS = 6
"""For each second activity that is to come."""
DONORS = 20
GOAL_MS = 300.0
LARGE = (
    *("services_activity", "services_activitystation", "services_signup"),
    *("services_supplymovement", "services_supplystock"),
)

PLACES = """
    CREATE TEMP TABLE places ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY md5(posting.id::text)) - 1 AS place, station_id, operator_id, division_id
    FROM stations_posting posting JOIN stations_station station ON station.id = station_id
    WHERE until IS NULL AND operator_id IS NOT NULL AND status = 'published';
    CREATE UNIQUE INDEX ON places (place);
    ANALYZE places
"""
# Three years of them, a few to come; a code is the number in hexadecimal, whose digits are among those of codes.
LAY_OUT_ACTIVITIES = """
    INSERT INTO services_activity
        (code, kind, title, title_en, description, organiser_id, place, division_id, starts_at, ends_at, is_public,
         takes_sign_ups, capacity, booked_count, status, notice, participant_count, counted_by, summary)
    SELECT lpad(upper(to_hex(n)), 8, '0'), (%(kinds)s::text[])[1 + n %% cardinality(%(kinds)s::text[])],
           '活动 ' || n, '', '', operator_id, '', division_id, begins, begins + interval '2 hours', n %% 10 > 0,
           takes, CASE WHEN takes THEN 60 END, CASE WHEN takes THEN %(sign_ups)s ELSE 0 END,
           CASE WHEN begins < now() THEN 'reported' ELSE 'planned' END, '',
           CASE WHEN begins < now() THEN n %% 60 END, CASE WHEN begins < now() THEN 'tally' ELSE '' END, ''
    FROM generate_series(1, %(activities)s) n
    JOIN places ON places.place = (n::bigint * 7919) %% (SELECT count(*) FROM places),
    LATERAL (SELECT date_trunc('day', now()) + interval '40 days'
                    - make_interval(mins => ((n::bigint * 104729) %% (3 * 365 * 24 * 4))::int * 15) AS begins) moment,
    LATERAL (SELECT begins >= now() AND n %% 2 = 0 AS takes) signed
"""
LAY_OUT_SIGN_UPS = """
    INSERT INTO services_signup (activity_id, receipt, client_key, people, phone, phone_print, state, signed_at)
    SELECT id, lpad(upper(to_hex(id * 100 + n)), 10, '0'), gen_random_uuid(), 1, '', '', 'booked', now()
    FROM services_activity, generate_series(1, %(sign_ups)s) n WHERE takes_sign_ups
"""
LAY_OUT_WHERE = """
    INSERT INTO services_activitystation (activity_id, station_id)
    SELECT activity.id, station_id FROM services_activity activity
    JOIN places ON places.place = (('x' || activity.code)::bit(32)::bigint * 7919) %% (SELECT count(*) FROM places)
"""
LAY_OUT_MOVEMENTS = """
    INSERT INTO services_supplymovement
        (station_id, item_id, kind, quantity, date, expires_date, donor_id, "group", is_by_code, why, by_id, at)
    SELECT station_id, (%(items)s::bigint[])[1 + n %% cardinality(%(items)s::bigint[])],
           CASE WHEN n %% 4 = 0 THEN 'in' ELSE 'out' END, 1 + n %% 12, day,
           CASE WHEN n %% 8 = 0 THEN day + 90 + n %% 400 END,
           CASE WHEN n %% 12 = 0 THEN (%(donors)s::bigint[])[1 + n / 12 %% cardinality(%(donors)s::bigint[])] END,
           '', false, '', %(by)s, day
    FROM generate_series(1, %(movements)s) n
    JOIN places ON places.place = (n::bigint * 7919) %% ((SELECT count(*) FROM places) / 3),
    LATERAL (SELECT current_date - ((n::bigint * 104729) %% 730)::int AS day) moment
"""
LAY_OUT_STOCKS = """
    INSERT INTO services_supplystock (station_id, item_id, quantity, expires_date)
    SELECT station_id, item_id, (station_id + item_id) %% 40,
           CASE WHEN (station_id + item_id) %% 40 > 30 THEN current_date + (station_id %% 400)::int - 20 END
    FROM services_supplymovement GROUP BY station_id, item_id
"""

OFFICE = {
    "activities": "/admin/services/activity/",
    "activities, second page": "next",
    "activities, to report": "/admin/services/activity/?work=report",
    "activities, to come": "/admin/services/activity/?work=coming",
    "activities, of a kind": "/admin/services/activity/?kind__exact=haircut",
    "activities, of a month": "/admin/services/activity/?month={month}",
    "movements of supplies": "/admin/services/supplymovement/",
    "movements, second page": "next",
    "movements, of an item": "/admin/services/supplymovement/?item__id__exact={item}",
    "movements, discarded": "/admin/services/supplymovement/?kind__exact=discard",
    "movements, of a month": "/admin/services/supplymovement/?month={month}",
    "stocks": "/admin/services/supplystock/",
    "stocks, running low": "/admin/services/supplystock/?need=low",
    "stocks, expiring": "/admin/services/supplystock/?need=expiring",
    "partners": "/admin/partners/partner/",
    "plates": "/admin/partners/plate/",
}
PUBLIC = {
    "calendar": "/activities/",
    "calendar, second page": "next",
    "calendar, of a kind": "/activities/?kind=haircut",
    "calendar, of a province": "/activities/?division=370000",
    "calendar, of a district": "/activities/?division=370102",
    "calendar, two years ago": "/activities/?date={long_ago}",
    "calendar, of a station": "/activities/?station={station}",
    "feed of a district": "/activities.ics?division=370102",
    "API, activities": "/api/v1/activities/",
    "API, of a province and kind": "/api/v1/activities/?division=370000&kind=haircut",
    "API, of a station since long ago": "/api/v1/activities/?station={station}&since={long_ago}",
    "station page": "/s/{station}/",
}


def measure() -> Iterator[Measure]:
    """Imports wait for Django's set-up."""
    from django.conf import settings
    from django.db import transaction

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.ALLOWED_HOSTS.append("testserver")
    with transaction.atomic():
        lay_out()
    asked = _asked()
    yield from _pages("public", None, PUBLIC, asked)
    with transaction.atomic():
        for who, user in people().items():
            yield from _pages(who, user, OFFICE, asked)
        transaction.set_rollback(True)


def lay_out() -> None:
    """Once: what is there already stays."""
    from django.db import connection

    from partners.models import Partner
    from services.activity_choices import ActivityKind
    from services.models import Activity, SupplyItem
    from stations.models import Unit, User

    if Activity.objects.exists():
        return
    items = [
        SupplyItem.objects.get_or_create(code=code, defaults={"name": code, "name_en": code})[0].pk
        for code in ("water", "ice")
    ]
    top = Unit.objects.order_by("path")[0]
    names = [f"捐赠单位{number}" for number in range(DONORS)]
    donors = [
        Partner.objects.get_or_create(name=name, kept_by=top, defaults={"kind": "enterprise"})[0].pk for name in names
    ]
    given = {
        "kinds": ActivityKind.values,
        "activities": ACTIVITIES,
        "movements": MOVEMENTS,
        "sign_ups": SIGN_UPS,
        "donors": donors,
        "items": [*items, *SupplyItem.objects.exclude(pk__in=items).values_list("pk", flat=True)],
        "by": User.objects.get_or_create(username="bench-recorder")[0].pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(PLACES)
        for statement in (
            LAY_OUT_ACTIVITIES,
            LAY_OUT_SIGN_UPS,
            LAY_OUT_WHERE,
            LAY_OUT_MOVEMENTS,
            LAY_OUT_STOCKS,
        ):
            cursor.execute(statement, given)
        for table in LARGE:
            cursor.execute(f"ANALYZE {table}")


def _asked() -> dict[str, Any]:
    """What the addresses name: a station where something is held, an item, a month."""
    from django.utils import timezone

    from services.models import ActivityStation, SupplyItem

    today = timezone.localdate()
    place = ActivityStation.objects.select_related("station").order_by("-pk")[0]
    return {
        "station": place.station.code,
        "item": SupplyItem.objects.order_by("pk")[0].pk,
        "month": f"{today - timedelta(days=60):%Y-%m}",
        "long_ago": today - timedelta(days=700),
    }


def _pages(who: str, user: Any, pages: dict[str, str], asked: dict[str, Any]) -> Iterator[Measure]:
    from django.test import Client

    client = Client()
    if user is not None:
        client.force_login(user)
    before = ""
    for name, address in pages.items():
        url = _next(client, before) if address == "next" else address.format(**asked)
        before = url
        if url:
            yield _timed(client, f"{who}: {name}", url)


def _next(client: Any, url: str) -> str:
    """The address of the page after this one, as the page itself links it; "" where it is the last."""
    page = client.get(url).content.decode()
    found = re.search(r'href="([^"]*\?[^"]*(?:after|before)=[^"]*)"', page)
    query = found[1].replace("&amp;", "&") if found else ""
    return url.partition("?")[0] + query[query.index("?") :] if query else ""


def _timed(client: Any, name: str, url: str) -> Measure:
    def load() -> None:
        response = client.get(url)
        assert response.status_code == 200, (url, response.status_code)

    load()
    tell_long_ways(client, name, url, LARGE)
    return Measure(name, median_seconds(load, repeat=3) * 1000, "ms", goal=GOAL_MS)


if __name__ == "__main__":
    with bench_database(more="happenings"):
        report("happenings", list(measure()))
