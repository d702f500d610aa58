"""The statements that lay out what stations were to do. Each takes the parameters of `adding_up.parameters`."""

# ruff: noqa: S608  # statements are built of constants of this project; every value is a parameter

from reports.choices import LOCKING_STATES
from stations.standings import IN_USE

_LOCKED = ", ".join(f"'{state.value}'" for state in LOCKING_STATES)
_IN_USE = ", ".join(f"'{status.value}'" for status in IN_USE)

# A draft is no station yet. One that was closed for good is none from then on, and one that was merged into another is
# none of its own any more. But they stand where something is on record of them; and what was merged after a month was
# handed in stays in it.
_SPANS = f"""
    SELECT posting.id AS posting_id, posting.station_id, posting.operator_id,
           greatest(posting.since, %(first)s) AS first_day,
           least(posting.until, %(last)s, CASE WHEN closed.day IS NOT NULL
               THEN greatest(closed.day, record.day, posting.since, %(first)s) END) AS last_day,
           station.status IN ({_IN_USE}) AS is_in_use, COALESCE(station.schedule_id, 0) AS schedule_id,
           station.suspended_from
    FROM stations_posting posting
    JOIN stations_station station ON station.id = posting.station_id
    LEFT JOIN month_closed closed ON closed.station_id = station.id
    LEFT JOIN LATERAL (
        SELECT max(date) AS day FROM (
            SELECT date FROM services_visit visit WHERE visit.station_id = station.id
                AND visit.date BETWEEN %(first)s AND %(last)s AND visit.count > 0
            UNION ALL
            SELECT date FROM services_stationday day WHERE day.station_id = station.id
                AND day.date BETWEEN %(first)s AND %(last)s
        ) told WHERE station.status NOT IN ({_IN_USE})
    ) record ON true
    WHERE posting.since <= %(last)s AND (posting.until IS NULL OR posting.until >= %(first)s) AND (
        station.status IN ({_IN_USE})
        OR (closed.day >= %(first)s AND station.merged_into_id IS NULL)
        OR record.day IS NOT NULL
        OR (station.merged_into_id IS NOT NULL
            AND EXISTS (SELECT FROM reports_stationmonth counted
                WHERE counted.month = %(first)s AND counted.posting_id = posting.id)
            AND EXISTS (SELECT FROM reports_monthreport report JOIN stations_unit unit ON unit.id = report.unit_id
                JOIN stations_unit own ON own.id IN (posting.operator_id, posting.supervisor_id)
                WHERE report.month = %(first)s AND report.state IN ({_LOCKED}) AND starts_with(own.path, unit.path)))
    )
"""

MAKE = """
    CREATE TEMP TABLE month_closed (station_id bigint PRIMARY KEY, day date) ON COMMIT DROP;
    CREATE TEMP TABLE month_operator (operator_id bigint PRIMARY KEY, exceptions int) ON COMMIT DROP;
    CREATE TEMP TABLE month_base (is_in_use bool, schedule_id bigint, exceptions int, plan int) ON COMMIT DROP;
    CREATE TEMP TABLE month_own (posting_id bigint PRIMARY KEY, plan int) ON COMMIT DROP;
    CREATE TEMP TABLE month_plan (plan int PRIMARY KEY, fingerprint uuid, expected int, suspended int, minutes int)
        ON COMMIT DROP;
    CREATE TEMP TABLE month_day (plan int, date date, minutes int) ON COMMIT DROP;
    CREATE TEMP TABLE month_hours (plan int, date date, starts int, ends int) ON COMMIT DROP
"""

# What the plans of stations are that have none of their own: all that may be asked for, and a few that are not.
KEYS = f"""
    SELECT DISTINCT status IN ({_IN_USE}), COALESCE(schedule_id, 0), 0 FROM stations_station
    UNION
    SELECT DISTINCT station.status IN ({_IN_USE}), COALESCE(station.schedule_id, 0), operator.exceptions
    FROM month_operator operator
    JOIN stations_posting posting ON posting.operator_id = operator.operator_id
    JOIN stations_station station ON station.id = posting.station_id
"""

OWN_SPANS = f"""
    SELECT posting_id, station_id, operator_id FROM ({_SPANS}) span
    WHERE station_id = ANY(%(stations)s::bigint[]) OR suspended_from <= %(last)s
"""

LAY_OUT = (
    "ANALYZE month_closed, month_operator, month_base, month_own",
    f"""
    CREATE TEMP TABLE month_span ON COMMIT DROP AS
    SELECT span.posting_id, station_id, first_day, last_day, COALESCE(own.plan, base.plan) AS plan
    FROM ({_SPANS}) span
    LEFT JOIN month_operator operator ON operator.operator_id = span.operator_id
    JOIN month_base base ON base.is_in_use = span.is_in_use AND base.schedule_id = span.schedule_id
        AND base.exceptions = COALESCE(operator.exceptions, 0)
    LEFT JOIN month_own own ON own.posting_id = span.posting_id
    """,
    "ANALYZE month_span",
    "ANALYZE month_plan",
    "ANALYZE month_day",
    "ANALYZE month_hours",
)

DROP = "DROP TABLE month_closed, month_operator, month_base, month_own, month_plan, month_day, month_hours, month_span"
