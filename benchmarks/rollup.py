"""How long a month with five million visit rows takes to add up, beside the bare sum of the same rows."""

from collections.abc import Iterator
from statistics import median
from typing import Any

from benchmarks.database import bench_database
from benchmarks.measure import Measure, report, seconds

VISITS = 5_000_000
REPEAT = 3
CHANGED = 0.01

# The least that writes the month's visits by station, group and method: one table, no days, no postings, no methods
# to choose between. It has the indexes of the real one.
FLOOR = """
    INSERT INTO bench_floor (id, posting_id, month, "group", method, is_counted, count)
    SELECT nextval('reports_stationmonthvisits_id_seq'), station_id, %s, "group", method, true, sum(count)
    FROM services_visit WHERE date BETWEEN %s AND %s GROUP BY station_id, "group", method
"""
CHANGE = """
    WITH picked AS (SELECT id FROM stations_station ORDER BY md5(id::text || %s) LIMIT %s),
    changed AS (UPDATE services_visit SET count = count + 1 WHERE station_id IN (SELECT id FROM picked))
    INSERT INTO services_ledgerchange (station_id, month, at) SELECT id, %s, now() FROM picked
"""
FIGURES = """
    SELECT md5(string_agg(md5(row::text), '' ORDER BY row::text)) FROM (
        SELECT posting_id, "group", method, is_counted::text, count FROM reports_stationmonthvisits
        UNION ALL SELECT posting_id, days_opened::text, days_recorded::text, days_nil::text, visits
        FROM reports_stationmonth
    ) row
"""


def measure() -> Iterator[Measure]:
    """Imports wait for Django's set-up."""
    from django.db import connection

    from harbor_portal.lib.months import Month
    from reports.rollups import roll_up
    from services.models import Visit
    from stations.models import Station

    def run(statement: str, *values: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchone() if cursor.description else None

    def emptied(*tables: str) -> None:
        run(f"TRUNCATE {', '.join(tables)}")
        run("CHECKPOINT")

    newest = Visit.objects.order_by("-date").first()
    assert newest
    month = Month.of(newest.date)
    run("CREATE TABLE IF NOT EXISTS bench_floor (LIKE reports_stationmonthvisits INCLUDING ALL)")
    rolled_up = ("reports_stationmonthvisits", "reports_stationmonth")
    run("VACUUM ANALYZE services_visit, services_stationday")

    bare, first, again = [], [], []
    for _turn in range(REPEAT):
        emptied("bench_floor")
        bare.append(seconds(lambda: run(FLOOR, month.first, month.first, month.last)))
        emptied(*rolled_up)
        first.append(seconds(lambda: roll_up(month, full=True)))
        again.append(seconds(lambda: roll_up(month, full=True)))
    floor = median(bare)
    name = f"a month with {VISITS:,} visit rows, all of it"
    yield Measure(name, median(first), "s", floor=floor, goal=1.5, goal_is_ratio=True)
    yield Measure("the same once more, over what is there", median(again), "s", floor=floor)

    changed = int(Station.objects.count() * CHANGED)
    some = []
    for turn in range(REPEAT):
        run(CHANGE, str(turn), changed, month.first)
        some.append(seconds(lambda: roll_up(month)))
    yield Measure(f"only what changed, at {changed:,} stations", median(some), "s", floor=floor)
    incremental = run(FIGURES)
    roll_up(month, full=True)
    assert run(FIGURES) == incremental, "the incremental roll-up must equal the full one"
    run("DROP TABLE bench_floor")


def main() -> None:
    with bench_database(visits=VISITS):
        report("rollup", list(measure()))


if __name__ == "__main__":
    main()
