"""The statement that says how long things at a station stay broken."""

MENDING_DAYS = """
WITH fault AS (
    SELECT id, station_id, out_since, max(history_id) AS seen
    FROM stations_historicalstationamenity
    WHERE station_id = ANY(%(stations)s::bigint[]) AND health = 'out_of_order'
        AND out_since BETWEEN %(first)s AND %(last)s
    GROUP BY id, station_id, out_since
),
mended AS (
    SELECT fault.station_id, fault.out_since AS since, (
        SELECT (min(line.history_date) AT TIME ZONE %(zone)s)::date FROM stations_historicalstationamenity line
        WHERE line.id = fault.id AND line.history_id > fault.seen
    ) AS until
    FROM fault
    UNION ALL
    SELECT station_id, (opened_at AT TIME ZONE %(zone)s)::date,
        CASE WHEN state <> 'open' THEN (mended_at AT TIME ZONE %(zone)s)::date END
    FROM services_finding
    WHERE station_id = ANY(%(stations)s::bigint[])
        AND (opened_at AT TIME ZONE %(zone)s)::date BETWEEN %(first)s AND %(last)s
)
SELECT station_id, sum(greatest(least(COALESCE(until, %(last)s), %(last)s) - since, 0)), count(*)
FROM mended GROUP BY station_id
"""
"""By station the days of all that broke or was found in these days, and how many that were."""
