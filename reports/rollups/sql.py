"""The statements of the roll-up. Each takes the parameters of `adding_up.parameters`.

They read what stations were to do from the tables that `reports.rollups.plans.laid_out` makes.
"""

# ruff: noqa: S608  # statements are built of constants of this project; every value is a parameter

from reports.ledger import LEDGER

# Sums over millions of rows: let them stay in memory, and spare the compilation that short queries would pay for; of
# two tables none is sorted to merge them, since the smaller one is hashed in no time.
# Rows are written in the order of their unique index, which takes half the time of any other order.
# Foreign keys are checked at once, so that a failure is found where it can be isolated.
TUNE = """
    SET LOCAL work_mem = '128MB'; SET LOCAL jit = off; SET LOCAL enable_mergejoin = off; SET CONSTRAINTS ALL IMMEDIATE
"""

# Of which month figures are written until it says another, or none: the marks of `reports.summaries` tell it.
WRITES = "SELECT set_config('harbor.month', %s, true)"

CHANGED_STATIONS = """
    SELECT station_id FROM services_ledgerchange WHERE month = %(first)s
    UNION
    SELECT COALESCE(span.station_id, posting.station_id)
    FROM (SELECT * FROM month_span JOIN month_plan USING (plan)) span
    FULL JOIN (SELECT * FROM reports_stationmonth WHERE month = %(first)s) done ON done.posting_id = span.posting_id
    LEFT JOIN stations_posting posting ON posting.id = done.posting_id
    WHERE (done.first_day, done.last_day, done.through, done.plan, done.days_kept IS NULL)
        IS DISTINCT FROM (span.first_day, span.last_day, %(through)s, span.fingerprint, false)
"""

ALL_STATIONS = """
    SELECT station_id FROM month_span
    UNION SELECT station_id FROM services_visit WHERE date BETWEEN %(first)s AND %(last)s
    UNION SELECT station_id FROM services_stationday WHERE date BETWEEN %(first)s AND %(last)s
    UNION SELECT station_id FROM services_ledgerchange WHERE month = %(first)s
    UNION SELECT posting.station_id FROM stations_posting posting
        JOIN reports_stationmonth done ON done.posting_id = posting.id AND done.month = %(first)s
"""

TABLES = ("reports_stationmonthvisits", "reports_stationmonthtimes", "reports_stationmonth")

# --- some stations: the definition ------------------------------------------------------------------------------

# First of all: whatever is committed after this statement leaves a mark of its own, and whatever was committed
# before is seen by the statements that follow.
TAKE_MARKS = """
    DELETE FROM services_ledgerchange WHERE month = %(first)s AND station_id = ANY(%(stations)s::bigint[])
"""

CLEAR = tuple(
    f"""
    DELETE FROM {table} done USING stations_posting posting
    WHERE done.month = %(first)s AND posting.id = done.posting_id AND posting.station_id = ANY(%(stations)s::bigint[])
    """
    for table in TABLES
)

_HOURS = """COALESCE((%(hour_classes)s::text[])[visit.hour + 1], 'whole_day')"""
_WEEKDAY = "(visit.date - %(monday)s) %% 7 + 1"
_TIMES = "posting_id, month, weekday, hours, count"
_MEASURES = """
    posting_id, month, first_day, last_day, through, plan, days_opened, days_recorded, days_nil, days_expected,
    days_explained, days_missing, missing_bits, days_kept, days_suspended, minutes_posted, minutes_open, visits
"""

# How long the door stood open within the hours that were posted, on a day on which it was opened. Who does not say
# that it was closed leaves it open until these hours end. Minutes are whole ones since 1970.
_OPENED = """
    sum(greatest(0, least(hours.ends, floor(date_part('epoch', day.closed_at) / 60)::int)
        - greatest(hours.starts, floor(date_part('epoch', day.opened_at) / 60)::int)))
"""


def _bits(days: str) -> str:
    """How many days are in the bits of an integer."""
    return f"bit_count(({days})::bit(32))"


# One statement, so that all of it sees the same ledger. A day is recorded if somebody was counted, by whatever method,
# or nobody came and the keeper said so. A day on which the station was to be open is recorded, or explained by a remark
# on it, or missing. Days are also bits of an integer, the first of the month being bit 0.
# Answers: rows written, days without a posting, visits on such days.
ADD = f"""
    WITH span AS MATERIALIZED (
        SELECT month_span.*, month_plan.fingerprint,
               ((1::bigint << (last_day - %(first)s + 1)) - (1::bigint << (first_day - %(first)s)))::int AS days
        FROM month_span JOIN month_plan USING (plan) WHERE station_id = ANY(%(stations)s::bigint[])
    ),
    ledger AS MATERIALIZED ({LEDGER}),
    record AS MATERIALIZED (
        SELECT * FROM services_stationday
        WHERE date BETWEEN %(first)s AND %(last)s AND station_id = ANY(%(stations)s::bigint[])
    ),
    day AS (
        SELECT station_id, date, bool_or(is_opened) AS is_opened, bool_or(is_recorded) AS is_recorded,
               bool_or(is_nil) AS is_nil, bool_or(is_explained) AS is_explained, sum(visits) AS visits,
               sum(count) AS count
        FROM (
            SELECT station_id, date, opened_at IS NOT NULL AS is_opened, is_nil AS is_recorded, is_nil,
                   remark <> '' AS is_explained, 0 AS visits, 0 AS count
            FROM record
            UNION ALL
            SELECT station_id, date, false, true, false, false, CASE WHEN is_counted THEN count ELSE 0 END, count
            FROM ledger
        ) told
        GROUP BY station_id, date
    ),
    posted AS MATERIALIZED (
        SELECT span.posting_id, day.*, 1 << (day.date - %(first)s) AS bit
        FROM span FULL JOIN day
            ON day.station_id = span.station_id AND day.date BETWEEN span.first_day AND span.last_day
    ),
    recorded AS (
        SELECT posting_id, count(*) FILTER (WHERE is_opened) AS opened, count(*) FILTER (WHERE is_recorded) AS recorded,
               count(*) FILTER (WHERE is_nil) AS nil, COALESCE(sum(visits), 0) AS visits,
               COALESCE(bit_or(bit) FILTER (WHERE is_recorded), 0) AS recorded_bits,
               COALESCE(bit_or(bit) FILTER (WHERE is_explained AND NOT is_recorded), 0) AS explained_bits,
               COALESCE(bit_or(bit) FILTER (WHERE is_opened), 0) AS opened_bits
        FROM posted WHERE posting_id IS NOT NULL
        GROUP BY posting_id
    ),
    due AS (
        SELECT span.posting_id, month_plan.expected & span.days AS bits, month_plan.suspended & span.days AS suspended,
               CASE WHEN first_day = %(first)s AND last_day = %(last)s THEN month_plan.minutes ELSE (
                   SELECT COALESCE(sum(minutes), 0) FROM month_day
                   WHERE month_day.plan = span.plan AND month_day.date BETWEEN span.first_day AND span.last_day
               ) END AS minutes
        FROM span JOIN month_plan USING (plan)
    ),
    opened AS (
        SELECT span.posting_id, {_OPENED} AS minutes
        FROM record day
        JOIN span ON span.station_id = day.station_id AND day.date BETWEEN span.first_day AND span.last_day
        JOIN month_hours hours ON hours.plan = span.plan AND hours.date = day.date
        WHERE day.opened_at IS NOT NULL
        GROUP BY span.posting_id
    ),
    added_visits AS (
        INSERT INTO reports_stationmonthvisits (posting_id, month, "group", method, is_counted, count)
        SELECT posting_id, %(first)s, "group", method, is_counted, sum(count)
        FROM ledger WHERE posting_id IS NOT NULL
        GROUP BY posting_id, "group", method, is_counted
        ORDER BY posting_id, "group", method, is_counted
        RETURNING 1
    ),
    added_times AS (
        INSERT INTO reports_stationmonthtimes ({_TIMES})
        SELECT posting_id, %(first)s, {_WEEKDAY} AS weekday, {_HOURS} AS hours, sum(count)
        FROM ledger visit WHERE posting_id IS NOT NULL AND is_counted
        GROUP BY posting_id, weekday, hours ORDER BY posting_id, weekday, hours
        RETURNING 1
    ),
    added_months AS (
        INSERT INTO reports_stationmonth ({_MEASURES})
        SELECT posting_id, %(first)s, first_day, last_day, %(through)s, fingerprint, opened, recorded, nil,
               {_bits("due.bits")}, {_bits("due.bits & explained_bits")},
               {_bits("due.bits & ~recorded_bits & ~explained_bits")}, due.bits & ~recorded_bits & ~explained_bits,
               {_bits("due.bits & opened_bits")}, {_bits("due.suspended")}, due.minutes,
               COALESCE(opened.minutes, 0), visits
        FROM span JOIN recorded USING (posting_id) JOIN due USING (posting_id) LEFT JOIN opened USING (posting_id)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM added_visits) + (SELECT count(*) FROM added_times)
           + (SELECT count(*) FROM added_months), count(*), COALESCE(sum(count), 0)
    FROM posted WHERE posting_id IS NULL
"""

# --- all stations: the same figures in one pass -----------------------------------------------------------------
#
# Most stations are *plain*: one posting for the whole month and one method, so that nothing has to be decided by day
# and every visit counts. What tells them from the others follows from sums by station, in which days are bits of an
# integer, the first of the month being bit 0. The ledger is read twice, by group and method and by time, the days once.
# Only the sums are sorted, never the visits, and by station, so that what is looked up for one is still at hand for its
# next row. `CREATE TABLE AS`, unlike `INSERT`, may compute in parallel. The other stations go the way above.

TAKE_ALL_MARKS = "DELETE FROM services_ledgerchange WHERE month = %(first)s"
CLEAR_ALL = tuple(f"DELETE FROM {table} WHERE month = %(first)s" for table in TABLES)

GATHER_PLAIN = (
    """
    CREATE TEMP TABLE month_groups ON COMMIT DROP AS
    SELECT station_id, "group", method, bit_or(1 << (date - %(first)s)) AS days, sum(count) AS visits
    FROM services_visit WHERE date BETWEEN %(first)s AND %(last)s AND count > 0
    GROUP BY station_id, "group", method ORDER BY station_id
    """,
    f"""
    CREATE TEMP TABLE month_times ON COMMIT DROP AS
    SELECT station_id, {_WEEKDAY} AS weekday, {_HOURS} AS hours, sum(count) AS visits
    FROM services_visit visit WHERE date BETWEEN %(first)s AND %(last)s AND count > 0
    GROUP BY station_id, weekday, hours ORDER BY station_id
    """,
    "ANALYZE month_groups",
    "ANALYZE month_times",
    """
    CREATE TEMP TABLE month_sums ON COMMIT DROP AS
    SELECT station_id, min(method) AS first_method, max(method) AS last_method, bit_or(days) AS days,
           sum(visits) AS visits
    FROM month_groups GROUP BY station_id
    """,
    f"""
    CREATE TEMP TABLE month_days ON COMMIT DROP AS
    SELECT day.station_id, min(NULLIF(counted_by, '')) AS first_method, max(NULLIF(counted_by, '')) AS last_method,
           bit_or(1 << (day.date - %(first)s)) FILTER (WHERE opened_at IS NOT NULL) AS opened_days,
           bit_or(1 << (day.date - %(first)s)) FILTER (WHERE is_nil) AS nil_days,
           bit_or(1 << (day.date - %(first)s)) FILTER (WHERE remark <> '') AS explained_days,
           {_OPENED} FILTER (WHERE opened_at IS NOT NULL AND hours.date IS NOT NULL) AS minutes_open
    FROM services_stationday day
    LEFT JOIN month_span span ON span.station_id = day.station_id
        AND span.first_day = %(first)s AND span.last_day = %(last)s
    LEFT JOIN month_hours hours ON hours.plan = span.plan AND hours.date = day.date
    WHERE day.date BETWEEN %(first)s AND %(last)s
    GROUP BY day.station_id
    """,
    "ANALYZE month_sums",
    "ANALYZE month_days",
    """
    CREATE TEMP TABLE plain ON COMMIT DROP AS
    SELECT span.posting_id, span.station_id, span.plan, COALESCE(days.opened_days, 0) AS opened_days,
           COALESCE(days.nil_days, 0) AS nil_days, COALESCE(sums.days, 0) | COALESCE(days.nil_days, 0) AS recorded_days,
           COALESCE(days.explained_days, 0) AS explained_days, COALESCE(days.minutes_open, 0) AS minutes_open,
           COALESCE(sums.visits, 0) AS visits
    FROM month_span span
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
    SELECT plain.posting_id, %(first)s, month_groups."group", month_groups.method, true, month_groups.visits
    FROM month_groups JOIN plain ON plain.station_id = month_groups.station_id
    ORDER BY plain.posting_id
"""

ADD_PLAIN_TIMES = f"""
    INSERT INTO reports_stationmonthtimes ({_TIMES})
    SELECT plain.posting_id, %(first)s, month_times.weekday, month_times.hours, month_times.visits
    FROM month_times JOIN plain ON plain.station_id = month_times.station_id
    ORDER BY plain.posting_id
"""

ADD_PLAIN_MONTHS = f"""
    INSERT INTO reports_stationmonth ({_MEASURES})
    SELECT posting_id, %(first)s, %(first)s, %(last)s, %(through)s, fingerprint, {_bits("opened_days")},
           {_bits("recorded_days")}, {_bits("nil_days")}, {_bits("expected")},
           {_bits("expected & ~recorded_days & explained_days")},
           {_bits("expected & ~recorded_days & ~explained_days")}, expected & ~recorded_days & ~explained_days,
           {_bits("expected & opened_days")}, {_bits("suspended")}, month_plan.minutes, minutes_open, visits
    FROM plain JOIN month_plan USING (plan) ORDER BY posting_id
"""

OTHER_STATIONS = """
    SELECT station_id FROM (
        SELECT station_id FROM month_sums UNION SELECT station_id FROM month_days
        UNION SELECT station_id FROM month_span
    ) every
    EXCEPT SELECT station_id FROM plain
"""

DROP_PLAIN = "DROP TABLE month_groups, month_times, month_sums, month_days, plain"
