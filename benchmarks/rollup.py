"""How long a month with five million visit rows takes to add up, beside the bare sum of the same rows."""

from collections.abc import Iterator
from statistics import median
from typing import Any

from benchmarks.database import bench_database
from benchmarks.measure import Measure, report, seconds

VISITS = 5_000_000
REPEAT = 3
CHANGED = 0.01

FLOOR = """
    INSERT INTO bench_floor (id, posting_id, month, "group", method, is_counted, count)
    SELECT nextval('reports_stationmonthvisits_id_seq'), station_id, %(first)s, "group", method, true, sum(count)
    FROM services_visit WHERE date BETWEEN %(first)s AND %(last)s GROUP BY station_id, "group", method;
    INSERT INTO bench_floor_times (id, posting_id, month, weekday, hours, count)
    SELECT nextval('reports_stationmonthtimes_id_seq'), station_id, %(first)s, weekday, hours, sum(count)
    FROM (
        SELECT station_id, (date - %(first)s) %% 7 AS weekday,
               CASE WHEN hour IS NULL THEN 'whole_day' WHEN hour < 11 THEN 'forenoon' WHEN hour < 14 THEN 'noon'
                    WHEN hour < 18 THEN 'afternoon' ELSE 'evening' END AS hours, count
        FROM services_visit WHERE date BETWEEN %(first)s AND %(last)s
    ) timed GROUP BY station_id, weekday, hours
"""
"""The least that writes the month's visits by station, group and method, and by station, weekday and part of the day.

It reads the same rows of the same table, each sum on its own, and inserts into two empty tables with the columns and
indexes of the real ones, in whatever order the sums come, by the server's own settings. No days, no postings, no
methods to choose between, nothing that was expected, no third table.
"""
CHANGE = """
    WITH picked AS (SELECT id FROM stations_station ORDER BY md5(id::text || %s) LIMIT %s),
    changed AS (UPDATE services_visit SET count = count + 1 WHERE station_id IN (SELECT id FROM picked))
    INSERT INTO services_ledgerchange (station_id, month, at) SELECT id, %s, now() FROM picked
"""
FIGURES = """
    SELECT md5(string_agg(md5(row::text), '' ORDER BY row::text)) FROM (
        SELECT posting_id, "group", method, is_counted::text, count::bigint FROM reports_stationmonthvisits
        WHERE month = %(month)s
        UNION ALL SELECT posting_id, weekday::text, hours, '', count FROM reports_stationmonthtimes
        WHERE month = %(month)s
        UNION ALL SELECT posting_id, concat_ws(' ', days_opened, days_recorded, days_nil, days_kept, days_suspended),
            concat_ws(' ', days_expected, days_explained, missing_bits, minutes_posted, minutes_open), plan::text,
            visits
        FROM reports_stationmonth WHERE month = %(month)s
    ) row
"""


def measure() -> Iterator[Measure]:
    """Of the newest month, whatever earlier ones are there. Imports wait for Django's set-up."""
    from django.db import connection

    from harbor_portal.lib.months import Month
    from reports.rollups import sql
    from reports.rollups.adding_up import roll_up
    from services.models import Visit
    from stations.models import Station

    def run(statement: str, *values: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(statement, (values[0] if isinstance(values[0], dict) else values) if values else None)
            return cursor.fetchone() if cursor.description else None

    def emptied(*tables: str) -> None:
        """Of the month's rows, and of what is left of them."""
        for table in tables:
            run(f"DELETE FROM {table} WHERE month = %s", month.first)
        run(f"VACUUM ANALYZE {', '.join(tables)}")
        run("CHECKPOINT")

    newest = Visit.objects.order_by("-date").first()
    assert newest
    month = Month.of(newest.date)
    floors, rolled_up = ("bench_floor", "bench_floor_times"), sql.TABLES
    for name, like in zip(floors, rolled_up, strict=False):
        run(f"CREATE TABLE IF NOT EXISTS {name} (LIKE {like} INCLUDING ALL)")
    run("VACUUM ANALYZE services_visit, services_stationday")

    bare, first, again = [], [], []
    for _turn in range(REPEAT):
        emptied(*floors)
        bare.append(seconds(lambda: run(FLOOR, {"first": month.first, "last": month.last})))
        emptied(*rolled_up)
        first.append(seconds(lambda: roll_up(month, full=True)))
        again.append(seconds(lambda: roll_up(month, full=True)))
    floor = median(bare)
    name = f"a month with {VISITS:,} visit rows of {Station.objects.count():,} stations"
    yield Measure(name, median(first), "s", floor=floor, goal=1.3, goal_is_ratio=True)
    yield Measure("the same once more, over what is there", median(again), "s", floor=floor)

    # PostgreSQL still takes the month for empty; it looks again by itself within a minute of a full run.
    run(f"VACUUM ANALYZE {', '.join(rolled_up)}")
    changed = int(Station.objects.count() * CHANGED)
    some = []
    for turn in range(REPEAT):
        run(CHANGE, str(turn), changed, month.first)
        some.append(seconds(lambda: roll_up(month)))
    name = f"only what changed, at {changed:,} stations, beside all of it"
    yield Measure(name, median(some), "s", floor=median(again), goal=0.1, goal_is_ratio=True)
    incremental = run(FIGURES, {"month": month.first})
    roll_up(month, full=True)
    assert run(FIGURES, {"month": month.first}) == incremental, "the incremental roll-up must equal the full one"
    run(f"DROP TABLE {', '.join(floors)}")


def main() -> None:
    with bench_database(visits=VISITS):
        report("rollup", list(measure()))


if __name__ == "__main__":
    main()
