"""The ledger behind generated visits: an entry for each bucket, and a note for the roll-up."""

from collections.abc import Sequence
from datetime import date

from django.db import connection

DAY_COLUMNS = (
    "station_id", "date", "opened_at", "closed_at", "is_nil", "counted_by", "is_method_chosen", "remark",
    "recorded_by_id",
)  # fmt: skip
NULL = r"\N"
VISIT_COLUMNS = ("station_id", "date", "hour", "group", "method", "count")

ENTRIES = """
INSERT INTO services_visitentry
    (client_key, station_id, date, hour, "group", method, kind, change, source, at)
SELECT ('00000000-0000-4000-8000-' || lpad(to_hex(id), 12, '0'))::uuid, station_id, date, hour, "group", method,
    CASE WHEN hour IS NULL THEN 'set' ELSE 'add' END, count,
    CASE method WHEN 'scan' THEN 'check_in' WHEN 'gate' THEN 'api' ELSE
        CASE WHEN hour IS NULL THEN 'day_sheet' ELSE 'my_station' END END,
    (date + make_interval(hours => coalesce(hour, 17)::int, mins => (id %% 60)::int)) AT TIME ZONE 'Asia/Shanghai'
FROM services_visit WHERE station_id = ANY(%s) AND date BETWEEN %s AND %s
ORDER BY id
"""
NOTES = """
INSERT INTO services_ledgerchange (station_id, month, at)
SELECT DISTINCT station_id, date_trunc('month', date)::date, now()
FROM services_stationday WHERE station_id = ANY(%s) AND date BETWEEN %s AND %s
"""

AUTHORS = """
UPDATE services_visitentry AS entry SET by_id = day.recorded_by_id
FROM services_stationday AS day
WHERE day.station_id = entry.station_id AND day.date = entry.date AND day.recorded_by_id IS NOT NULL
    AND entry.source <> 'check_in'
"""


def write_entries(stations: Sequence[int], first: date, last: date) -> None:
    """Write one entry for each visit bucket of these stations and days, and note their months as changed."""
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, [list(stations), first, last])
        cursor.execute(NOTES, [list(stations), first, last])


def sign_entries() -> None:
    """Say of each entry but the visitors' own that who recorded the day wrote it."""
    with connection.cursor() as cursor:
        cursor.execute(AUTHORS)
