"""The statements that look for unusual figures. Each takes `reports.anomalies.rules.PARAMETERS` and the ledger's.

Each rule answers (station, figures); a station is in it once at most.
"""

# ruff: noqa: S608  # statements are built of constants of this project; every value is a parameter

from reports.choices import AnomalyKind
from reports.ledger import LEDGER

STATIONS = """
    SELECT DISTINCT station_id FROM services_visit WHERE date BETWEEN %(first)s AND %(last)s AND count > 0
"""

SCHEDULES = """
    SELECT DISTINCT schedule_id FROM stations_station WHERE id = ANY(%(stations)s::bigint[]) AND schedule_id IS NOT NULL
"""

GATHER = (
    "SET LOCAL work_mem = '128MB'; SET LOCAL jit = off",
    # What each day counts, and what check-ins stand beside it.
    f"""
    CREATE TEMP TABLE anomaly_day ON COMMIT DROP AS
    SELECT station_id, date, sum(count) FILTER (WHERE is_counted) AS visits,
           min(method) FILTER (WHERE is_counted) AS method,
           COALESCE(sum(count) FILTER (WHERE NOT is_counted AND method = 'scan'), 0) AS scans
    FROM ({LEDGER}) ledger
    GROUP BY station_id, date
    """,
    # Hours of single dates: the station's own before its operator's, the nearest unit's before those above.
    """
    CREATE TEMP TABLE anomaly_exception ON COMMIT DROP AS
    SELECT DISTINCT ON (station_id, date) station_id, date, hours
    FROM (
        SELECT own.station_id, day::date AS date, own.hours, 99 AS depth
        FROM stations_hoursexception own,
             generate_series(greatest(own.first, %(first)s), least(own.last, %(last)s), '1 day') day
        WHERE own.station_id IS NOT NULL AND own.first <= %(last)s AND own.last >= %(first)s
        UNION ALL
        SELECT posting.station_id, day::date, rule.hours, unit.depth
        FROM stations_hoursexception rule
        JOIN stations_unit unit ON unit.id = rule.unit_id
        JOIN stations_unit operator ON starts_with(operator.path, unit.path)
        JOIN stations_posting posting ON posting.operator_id = operator.id,
             generate_series(greatest(rule.first, %(first)s, posting.since),
                             least(rule.last, %(last)s, COALESCE(posting.until, %(last)s)), '1 day') day
        WHERE rule.first <= %(last)s AND rule.last >= %(first)s
    ) every
    ORDER BY station_id, date, depth DESC
    """,
    # From the arrays of `reports.anomalies.hours`.
    """
    CREATE TEMP TABLE anomaly_hours ON COMMIT DROP AS
    SELECT * FROM unnest(%(schedules)s::int[], %(dates)s::date[], %(minutes)s::int[]) hours (schedule_id, date, minutes)
    """,
    """
    CREATE TEMP TABLE anomaly_past ON COMMIT DROP AS
    SELECT * FROM unnest(%(past_stations)s::bigint[], %(past_dates)s::date[], %(past_schedules)s::int[],
                         %(past_rests)s::bool[]) past (station_id, date, schedule_id, is_suspended)
    """,
    "ANALYZE anomaly_day",
    "ANALYZE anomaly_exception",
    "ANALYZE anomaly_hours",
    "ANALYZE anomaly_past",
    # What was posted for each day on which anybody was counted. Where the hours are not known, or said to be none, the
    # whole day is taken.
    """
    CREATE TEMP TABLE anomaly_posted ON COMMIT DROP AS
    SELECT day.station_id, day.date,
           COALESCE(past.is_suspended, station.suspended_from <= day.date
                    AND COALESCE(station.suspended_until, day.date) >= day.date, false)
           OR COALESCE(other.hours = 'off', hours.minutes = 0, false) AS is_closed,
           CASE WHEN other.hours IS NULL THEN COALESCE(NULLIF(hours.minutes, 0), 1440) ELSE 1440 END AS minutes
    FROM anomaly_day day
    JOIN stations_station station ON station.id = day.station_id
    LEFT JOIN anomaly_past past ON past.station_id = day.station_id AND past.date = day.date
    LEFT JOIN anomaly_hours hours ON hours.date = day.date
        AND hours.schedule_id = CASE WHEN past.station_id IS NULL THEN station.schedule_id ELSE past.schedule_id END
    LEFT JOIN anomaly_exception other ON other.station_id = day.station_id AND other.date = day.date
    """,
    "ANALYZE anomaly_posted",
)

_SAME_FIGURE = """
    SELECT DISTINCT ON (station_id) station_id,
           jsonb_build_object('figure', visits, 'days', count(*), 'first', min(date), 'last', max(date)) AS detail
    FROM (
        SELECT station_id, date, visits, row_number() OVER (PARTITION BY station_id ORDER BY date)
               - row_number() OVER (PARTITION BY station_id, visits ORDER BY date) AS run
        FROM anomaly_day WHERE visits > 0
    ) numbered
    GROUP BY station_id, visits, run
    HAVING count(*) >= %(same_days)s AND visits >= %(same_least)s
    ORDER BY station_id, count(*) DESC, min(date)
"""

_ROUND_FIGURES = """
    SELECT station_id, jsonb_build_object('round', count(*) FILTER (WHERE visits %% 10 = 0), 'days', count(*)) AS detail
    FROM anomaly_day WHERE visits >= 10
    GROUP BY station_id
    HAVING count(*) >= %(round_days)s AND count(*) FILTER (WHERE visits %% 10 = 0) >= %(round_share)s * count(*)
"""

# What somebody opened was open, whatever is posted.
_CLOSED_DAY = """
    SELECT day.station_id, jsonb_build_object('dates', jsonb_agg(day.date ORDER BY day.date),
           'days', count(*), 'visits', sum(day.visits)) AS detail
    FROM anomaly_day day
    JOIN anomaly_posted posted ON posted.station_id = day.station_id AND posted.date = day.date
    LEFT JOIN services_stationday record ON record.station_id = day.station_id AND record.date = day.date
    WHERE day.visits > 0 AND record.opened_at IS NULL AND posted.is_closed
    GROUP BY day.station_id
    HAVING count(*) >= %(closed_days)s
"""

_CAPACITY = """
    SELECT DISTINCT ON (station_id) station_id,
           jsonb_build_object('date', date, 'visits', visits, 'room', room, 'places', places,
                              'days', count(*) OVER (PARTITION BY station_id)) AS detail
    FROM (
        SELECT day.station_id, day.date, day.visits, seated.places,
               ceil(seated.places * %(stays_an_hour)s * posted.minutes / 60.0)::int AS room
        FROM anomaly_day day
        JOIN anomaly_posted posted ON posted.station_id = day.station_id AND posted.date = day.date
        JOIN stations_station station ON station.id = day.station_id
        CROSS JOIN LATERAL (
            SELECT greatest(ceil(COALESCE(station.area_m2, 0) / %(metres_each)s), COALESCE(station.seats, 0))::int
                   AS places
        ) seated
        WHERE seated.places > 0
    ) day
    WHERE visits > room
    ORDER BY station_id, visits - room DESC, date
"""

_JUMP = """
    WITH own AS (
        SELECT station_id, sum(visits)::float / count(*) AS now
        FROM anomaly_day WHERE visits > 0
        GROUP BY station_id HAVING count(*) >= %(jump_days)s
    ),
    earlier AS (
        SELECT station_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY each) AS usual, count(*) AS months
        FROM (
            SELECT posting.station_id, done.month,
                   sum(done.visits)::float / sum(done.days_recorded - done.days_nil) AS each
            FROM reports_stationmonth done JOIN stations_posting posting ON posting.id = done.posting_id
            WHERE done.month >= %(first)s - interval '12 months' AND done.month < %(first)s
            GROUP BY posting.station_id, done.month
            HAVING sum(done.days_recorded - done.days_nil) >= %(jump_days)s AND sum(done.visits) > 0
        ) month
        GROUP BY station_id HAVING count(*) >= %(jump_months)s
    ),
    both_known AS (
        SELECT own.station_id, own.now, earlier.usual, earlier.months, own.now / earlier.usual AS rise,
               posting.division_id
        FROM own JOIN earlier USING (station_id)
        LEFT JOIN stations_posting posting ON posting.station_id = own.station_id
            AND posting.since <= %(last)s AND (posting.until IS NULL OR posting.until >= %(last)s)
    ),
    near AS (
        SELECT division_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY rise) AS rise
        FROM both_known GROUP BY division_id HAVING count(*) >= %(jump_neighbours)s
    )
    SELECT station_id, jsonb_build_object('now', round(now::numeric, 1), 'usual', round(usual::numeric, 1),
           'months', months, 'times', round(both_known.rise::numeric, 1),
           'neighbours', round(near.rise::numeric, 1)) AS detail
    FROM both_known LEFT JOIN near ON near.division_id = both_known.division_id
    WHERE both_known.rise >= %(jump_times)s * greatest(1, COALESCE(near.rise, 1)) AND now - usual >= %(jump_least)s
"""

_SCAN_RATIO = """
    SELECT station_id, jsonb_build_object('counted', sum(visits), 'scans', sum(scans), 'days', count(*)) AS detail
    FROM anomaly_day WHERE scans > 0 AND method IN ('tally', 'ledger', 'estimate')
    GROUP BY station_id
    HAVING sum(scans) >= %(scans_least)s AND sum(visits) >= %(scan_times)s * sum(scans)
"""

_ONE_SITTING = """
    WITH late AS (
        SELECT entry.station_id, entry.date, entry.at, entry.by_id,
               entry.at - lag(entry.at) OVER (PARTITION BY entry.station_id, entry.by_id ORDER BY entry.at, entry.id)
               > make_interval(mins => %(sitting_pause)s) AS begins
        FROM services_visitentry entry
        JOIN anomaly_day day
            ON day.station_id = entry.station_id AND day.date = entry.date AND day.method = entry.method
        WHERE entry.date BETWEEN %(first)s AND %(last)s AND entry.source IN ('day_sheet', 'my_station')
            AND entry.at >= (entry.date + %(sitting_late)s + 1)::timestamp AT TIME ZONE %(zone)s AND day.visits > 0
    ),
    sitting AS (
        SELECT *, count(*) FILTER (WHERE begins) OVER (PARTITION BY station_id, by_id ORDER BY at) AS number FROM late
    ),
    known AS (SELECT station_id, count(*) AS days FROM anomaly_day WHERE visits > 0 GROUP BY station_id)
    SELECT DISTINCT ON (station_id) station_id,
           jsonb_build_object('days', count(DISTINCT date), 'of', known.days, 'at', min(at)) AS detail
    FROM sitting JOIN known USING (station_id)
    GROUP BY station_id, by_id, number, known.days
    HAVING count(DISTINCT date) >= %(sitting_days)s AND count(DISTINCT date) >= %(sitting_share)s * known.days
    ORDER BY station_id, count(DISTINCT date) DESC, min(at)
"""

RULES = {
    AnomalyKind.SAME_FIGURE: _SAME_FIGURE,
    AnomalyKind.ROUND_FIGURES: _ROUND_FIGURES,
    AnomalyKind.CLOSED_DAY: _CLOSED_DAY,
    AnomalyKind.CAPACITY: _CAPACITY,
    AnomalyKind.JUMP: _JUMP,
    AnomalyKind.SCAN_RATIO: _SCAN_RATIO,
    AnomalyKind.ONE_SITTING: _ONE_SITTING,
}
FOUND = " UNION ALL ".join(f"SELECT '{kind.value}', found.* FROM ({rule}) found" for kind, rule in RULES.items())
DROP = "DROP TABLE anomaly_day, anomaly_exception, anomaly_hours, anomaly_past, anomaly_posted"
