"""The statements of the roll-up. Each takes the parameters of `reports.ledger.ledger_parameters`."""

# ruff: noqa: S608  # statements are built of constants of this project; every value is a parameter

from reports.choices import LOCKING_STATES
from reports.ledger import LEDGER

# Sums over millions of rows: let them stay in memory, and spare the compilation that short queries would pay for.
# Rows are written in the order of their unique index, which takes half the time of any other order.
# Foreign keys are checked at once, so that a failure is found where it can be isolated.
TUNE = "SET LOCAL work_mem = '128MB'; SET LOCAL jit = off; SET CONSTRAINTS ALL IMMEDIATE"

_LOCKED = ", ".join(f"'{state.value}'" for state in LOCKING_STATES)
# A station that was merged into another one is none of its own any more. But it stands where something is on record
# that stayed with it, and in what has been handed in.
SPANS = f"""
    SELECT posting.id AS posting_id, posting.station_id, greatest(posting.since, %(first)s) AS first_day,
           least(COALESCE(posting.until, %(last)s), %(last)s) AS last_day
    FROM stations_posting posting
    WHERE posting.since <= %(last)s AND (posting.until IS NULL OR posting.until >= %(first)s) AND NOT EXISTS (
        SELECT FROM stations_station merged
        WHERE merged.id = posting.station_id AND merged.merged_into_id IS NOT NULL
            AND NOT EXISTS (SELECT FROM services_visit visit WHERE visit.station_id = merged.id
                AND visit.date BETWEEN %(first)s AND %(last)s AND visit.count > 0)
            AND NOT EXISTS (SELECT FROM services_stationday day WHERE day.station_id = merged.id
                AND day.date BETWEEN %(first)s AND %(last)s)
            AND NOT EXISTS (SELECT FROM reports_monthreport report JOIN stations_unit unit ON unit.id = report.unit_id
                JOIN stations_unit own ON own.id IN (posting.operator_id, posting.supervisor_id)
                WHERE report.month = %(first)s AND report.state IN ({_LOCKED}) AND starts_with(own.path, unit.path))
    )
"""

CHANGED_STATIONS = f"""
    SELECT station_id FROM services_ledgerchange WHERE month = %(first)s
    UNION
    SELECT COALESCE(span.station_id, posting.station_id)
    FROM ({SPANS}) span
    FULL JOIN (SELECT * FROM reports_stationmonth WHERE month = %(first)s) done ON done.posting_id = span.posting_id
    LEFT JOIN stations_posting posting ON posting.id = done.posting_id
    WHERE (done.first_day, done.last_day) IS DISTINCT FROM (span.first_day, span.last_day)
"""

ALL_STATIONS = f"""
    SELECT station_id FROM ({SPANS}) span
    UNION SELECT station_id FROM services_visit WHERE date BETWEEN %(first)s AND %(last)s
    UNION SELECT station_id FROM services_stationday WHERE date BETWEEN %(first)s AND %(last)s
    UNION SELECT station_id FROM services_ledgerchange WHERE month = %(first)s
    UNION SELECT posting.station_id FROM stations_posting posting
        JOIN reports_stationmonth done ON done.posting_id = posting.id AND done.month = %(first)s
"""

# --- some stations: the definition ------------------------------------------------------------------------------

# First of all: whatever is committed after this statement leaves a mark of its own, and whatever was committed
# before is seen by the statements that follow.
TAKE_MARKS = """
    DELETE FROM services_ledgerchange WHERE month = %(first)s AND station_id = ANY(%(stations)s)
"""

CLEAR = (
    """
    DELETE FROM reports_stationmonthvisits done USING stations_posting posting
    WHERE done.month = %(first)s AND posting.id = done.posting_id AND posting.station_id = ANY(%(stations)s)
    """,
    """
    DELETE FROM reports_stationmonth done USING stations_posting posting
    WHERE done.month = %(first)s AND posting.id = done.posting_id AND posting.station_id = ANY(%(stations)s)
    """,
)

# One statement, so that all of it sees the same ledger. A day is recorded if somebody was counted, by whatever method,
# or nobody came and the keeper said so. Answers: rows written, days without a posting, visits on such days.
ADD = f"""
    WITH span AS MATERIALIZED (
        SELECT * FROM ({SPANS}) every WHERE station_id = ANY(%(stations)s)
    ),
    ledger AS MATERIALIZED ({LEDGER}),
    day AS (
        SELECT station_id, date, bool_or(is_opened) AS is_opened, bool_or(is_recorded) AS is_recorded,
               bool_or(is_nil) AS is_nil, sum(visits) AS visits, sum(count) AS count
        FROM (
            SELECT station_id, date, opened_at IS NOT NULL AS is_opened, is_nil AS is_recorded, is_nil, 0 AS visits,
                   0 AS count
            FROM services_stationday
            WHERE date BETWEEN %(first)s AND %(last)s AND station_id = ANY(%(stations)s)
            UNION ALL
            SELECT station_id, date, false, true, false, CASE WHEN is_counted THEN count ELSE 0 END, count
            FROM ledger
        ) record
        GROUP BY station_id, date
    ),
    posted AS MATERIALIZED (
        SELECT span.posting_id, span.first_day, span.last_day, day.*
        FROM span FULL JOIN day
            ON day.station_id = span.station_id AND day.date BETWEEN span.first_day AND span.last_day
    ),
    added_visits AS (
        INSERT INTO reports_stationmonthvisits (posting_id, month, "group", method, is_counted, count)
        SELECT posting_id, %(first)s, "group", method, is_counted, sum(count)
        FROM ledger WHERE posting_id IS NOT NULL
        GROUP BY posting_id, "group", method, is_counted
        ORDER BY posting_id, "group", method, is_counted
        RETURNING 1
    ),
    added_months AS (
        INSERT INTO reports_stationmonth
            (posting_id, month, first_day, last_day, days_opened, days_recorded, days_nil, visits)
        SELECT posting_id, %(first)s, first_day, last_day, count(*) FILTER (WHERE is_opened),
               count(*) FILTER (WHERE is_recorded), count(*) FILTER (WHERE is_nil), COALESCE(sum(visits), 0)
        FROM posted WHERE posting_id IS NOT NULL
        GROUP BY posting_id, first_day, last_day
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM added_visits) + (SELECT count(*) FROM added_months), count(*), COALESCE(sum(count), 0)
    FROM posted WHERE posting_id IS NULL
"""

# --- all stations: the same figures in one pass -----------------------------------------------------------------
#
# Most stations are *plain*: one posting for the whole month and one method, so that nothing has to be decided by day
# and every visit counts. What tells them from the others follows from sums by station, in which days are bits of an
# integer, the first of the month being bit 0; `CREATE TABLE AS`, unlike `INSERT`, computes them in parallel. Their
# visits then take one grouped pass. The other stations go the way above.

TAKE_ALL_MARKS = "DELETE FROM services_ledgerchange WHERE month = %(first)s"
CLEAR_ALL = (
    "DELETE FROM reports_stationmonthvisits WHERE month = %(first)s",
    "DELETE FROM reports_stationmonth WHERE month = %(first)s",
)

GATHER_PLAIN = (
    """
    CREATE TEMP TABLE month_sums ON COMMIT DROP AS
    SELECT station_id, min(method) AS first_method, max(method) AS last_method,
           bit_or(1 << (date - %(first)s)) AS days, sum(count) AS visits
    FROM services_visit WHERE date BETWEEN %(first)s AND %(last)s AND count > 0
    GROUP BY station_id
    """,
    """
    CREATE TEMP TABLE month_days ON COMMIT DROP AS
    SELECT station_id, min(NULLIF(counted_by, '')) AS first_method, max(NULLIF(counted_by, '')) AS last_method,
           count(opened_at) AS days_opened, bit_or(1 << (date - %(first)s)) FILTER (WHERE is_nil) AS nil_days
    FROM services_stationday WHERE date BETWEEN %(first)s AND %(last)s
    GROUP BY station_id
    """,
    "ANALYZE month_sums",
    "ANALYZE month_days",
    f"""
    CREATE TEMP TABLE plain ON COMMIT DROP AS
    SELECT span.posting_id, span.station_id, COALESCE(days.days_opened, 0) AS days_opened,
           COALESCE(days.nil_days, 0) AS nil_days, COALESCE(sums.days, 0) AS visit_days,
           COALESCE(sums.visits, 0) AS visits
    FROM ({SPANS}) span
    LEFT JOIN month_sums sums ON sums.station_id = span.station_id
    LEFT JOIN month_days days ON days.station_id = span.station_id
    WHERE span.first_day = %(first)s AND span.last_day = %(last)s
        AND (sums.station_id IS NULL OR sums.first_method = sums.last_method
            AND COALESCE(days.first_method, sums.first_method) = sums.first_method
            AND COALESCE(days.last_method, sums.first_method) = sums.first_method)
    """,
    "ANALYZE plain",
)

ADD_PLAIN_VISITS = """
    INSERT INTO reports_stationmonthvisits (posting_id, month, "group", method, is_counted, count)
    SELECT plain.posting_id, %(first)s, visit."group", visit.method, true, sum(visit.count)
    FROM services_visit visit JOIN plain ON plain.station_id = visit.station_id
    WHERE visit.date BETWEEN %(first)s AND %(last)s AND visit.count > 0
    GROUP BY plain.posting_id, visit."group", visit.method
    ORDER BY plain.posting_id, visit."group", visit.method
"""

ADD_PLAIN_MONTHS = """
    INSERT INTO reports_stationmonth
        (posting_id, month, first_day, last_day, days_opened, days_recorded, days_nil, visits)
    SELECT posting_id, %(first)s, %(first)s, %(last)s, days_opened, bit_count((visit_days | nil_days)::bit(32)),
           bit_count(nil_days::bit(32)), visits
    FROM plain ORDER BY posting_id
"""

OTHER_STATIONS = f"""
    SELECT station_id FROM (
        SELECT station_id FROM month_sums UNION SELECT station_id FROM month_days
        UNION SELECT station_id FROM ({SPANS}) span
    ) every
    EXCEPT SELECT station_id FROM plain
"""
