"""First contents of the catalogues of `stations`.

Seeding only ever adds what was never there: a row that exists keeps whatever people made of it, and a row with a
history that somebody deleted stays deleted.
"""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from chinese_calendar.constants import Holiday, holidays, workdays
from django.db import connection, transaction
from simple_history.utils import bulk_create_with_history

from harbor_portal.lib.db import copy_rows
from stations.choices import DayKind, Tier
from stations.models import Amenity, CalendarDay, Division

FOLDER = Path(__file__).with_name("data")
REASON = "seed_catalogues"
STEP = 10
"""Between the `order` of two neighbours, so that a new entry fits in between."""


def read_catalogue(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@transaction.atomic
def seed_divisions() -> int:
    """Add the divisions that are missing; answers how many."""
    table = Division._meta.db_table
    columns = ["code", "name", "level", "parent_id", "longitude", "latitude"]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE seed_division (LIKE {table}) ON COMMIT DROP")
        copy_rows(
            "seed_division",
            columns,
            ([value or None for value in row.values()] for row in read_catalogue(FOLDER / "divisions.csv")),
        )
        names = ", ".join(columns)
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM seed_division"  # noqa: S608  # names of our own
            " ON CONFLICT DO NOTHING"
        )
        made: int = cursor.rowcount
        cursor.execute("DROP TABLE seed_division")
        if made:
            # Without figures of the new rows the planner may walk the whole table for every parent that it checks.
            cursor.execute(f"ANALYZE {table}")
    return made


@transaction.atomic
def seed_amenities() -> int:
    known = set(Amenity.history.values_list("code", flat=True)) | set(Amenity.objects.values_list("code", flat=True))
    rows = [
        Amenity(**{**row, "tier": Tier(row["tier"])}, order=STEP * number)
        for number, row in enumerate(read_catalogue(FOLDER / "amenities.csv"), start=1)
        if row["code"] not in known
    ]
    return len(bulk_create_with_history(rows, Amenity, default_change_reason=REASON))


def calendar_years() -> set[int]:
    """The years for which the installed calendar package knows the announced days."""
    return {day.year for day in (*holidays, *workdays)}


@transaction.atomic
def seed_calendar() -> int:
    """Add the announced public holidays and make-up workdays; ordinary weekends are no rows."""
    known = set(CalendarDay.history.values_list("date", flat=True)) | set(
        CalendarDay.objects.values_list("date", flat=True)
    )
    rows = [
        *_calendar_days(holidays, DayKind.REST, known),
        *_calendar_days(workdays, DayKind.MAKEUP, known),
    ]
    return len(bulk_create_with_history(rows, CalendarDay, default_change_reason=REASON))


def _calendar_days(days: dict[date, str], kind: DayKind, known: set[date]) -> list[CalendarDay]:
    chinese = {holiday.value: holiday.chinese for holiday in Holiday}
    return [CalendarDay(date=day, kind=kind, name=chinese[name]) for day, name in days.items() if day not in known]
