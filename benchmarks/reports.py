"""How long the month report of a province takes: its page, its files, a bundle of all cities, and adding it up.

15,000 stations under one union with five million visit rows in the month, and 13 earlier months as rolled-up rows only.
Each figure stands beside its floor, which is measured in the same run. What needs memory runs in processes of its own.
"""

import io
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import rollup
from benchmarks.database import bench_database
from benchmarks.measure import Measure, median_seconds, report, seconds

STATIONS = 15_000
VISITS = rollup.VISITS
EARLIER = 13
UNION = "BENCH"
"""The unit under which all of them are supervised, as by that of a province."""
CITIES = 16
"""The units right below it, each with as many stations."""
PROVINCE = "37"
"""Of the country of `generate_scale`, the one in whose streets all stations stand here."""
WITHIN_THE_PROVINCE = """
    WITH street AS (
        SELECT code, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS streets
        FROM stations_division WHERE level = 'township' AND code LIKE %(province)s
    )
    UPDATE stations_posting posting SET division_id = street.code FROM street
    WHERE street.place = posting.station_id * 7919 %% street.streets AND posting.division_id NOT LIKE %(province)s
"""
PAGE = "/admin/reports/month/"
REPEAT = 3

COPIED = ("reports_stationmonth", "reports_stationmonthvisits", "reports_stationmonthtimes")


def lay_out() -> Any:
    """The month rolled up, and the earlier ones as its copies. Imports wait for Django's set-up."""
    from django.db import connection

    from harbor_portal.lib.months import Month
    from reports.models import StationMonth
    from reports.rollups.adding_up import roll_up
    from reports.seeds import seed_rubrics
    from services.models import Visit
    from stations.choices import UnitKind
    from stations.models import Posting, Unit

    if not Unit.objects.filter(code=UNION).exists():
        union = Unit.objects.add_root({"code": UNION, "name": "省总工会", "kind": UnitKind.UNION})
        Posting.objects.update(supervisor=union)
    _lay_out_cities()
    with connection.cursor() as cursor:
        cursor.execute(WITHIN_THE_PROVINCE, {"province": f"{PROVINCE}%"})
    newest = Visit.objects.order_by("-date").first()
    assert newest
    month = Month.of(newest.date)
    seed_rubrics()
    if StationMonth.objects.values("month").distinct().count() <= EARLIER:
        roll_up(month, full=True)
        with connection.cursor() as cursor:
            for back in range(1, EARLIER + 1):
                for table in COPIED:
                    cursor.execute(_copy(cursor, table), {"month": month.plus(-back).first, "newest": month.first})
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {', '.join(COPIED)}")
    return month


def _lay_out_cities() -> None:
    from django.db.models import F

    from stations.choices import UnitKind
    from stations.models import Posting, Unit

    union = Unit.objects.get(code=UNION)
    for number in range(CITIES if union.is_leaf() else 0):
        values = {"code": f"{UNION}-{number:02d}", "name": f"第{number + 1}市总工会", "kind": UnitKind.UNION}
        city = Unit.objects.add_child(Unit.objects.get(pk=union.pk), values)
        postings = Posting.objects.annotate(turn=F("station") % CITIES).filter(supervisor=union, turn=number)
        postings.update(supervisor=city)


def _copy(cursor: Any, table: str) -> str:
    cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
    names = [name for (name,) in cursor.fetchall() if name not in ("id", "month", "last_day")]
    listed = ", ".join(f'"{name}"' for name in names)
    last = ", last_day" if table == "reports_stationmonth" else ""
    end = ", (%(month)s::date + interval '1 month')::date - 1" if last else ""
    told = f"SELECT %(month)s, {listed}{end} FROM {table} WHERE month = %(newest)s"
    return f"INSERT INTO {table} (month, {listed}{last}) {told}"


def measure() -> Iterator[Measure]:
    month = lay_out()
    yield from _pages(month)
    yield from _sealed_page(month)
    yield from _coverage()
    yield from _paper(month)
    yield from _workbooks(month)
    yield from _bundles(month)
    yield from _stars(month)
    yield from rollup.measure()


def _pages(month: Any) -> Iterator[Measure]:
    """Imports wait for Django's set-up."""
    from django.conf import settings
    from django.test import Client

    from reports.models import FigureChange, MonthSummary
    from stations.models import User

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    person = User.objects.filter(username="bench").first() or User.objects.create_superuser("bench", name="bench")
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    asked = {"unit": UNION, "month": str(month)}

    def page() -> None:
        assert client.get(PAGE, asked).status_code == 200

    def after_a_rollup() -> float:
        FigureChange.objects.create(month=month.first)
        return seconds(page)

    def with_nothing_kept() -> float:
        MonthSummary.objects.all().delete()
        return seconds(page)

    page()
    yield Measure("the page of a province", median_seconds(page, 2 * REPEAT + 1) * 1000, "ms", goal=500)
    found = median(after_a_rollup() for _ in range(REPEAT)) * 1000
    yield Measure("the first one after its month was added up", found, "ms")
    found = median(with_nothing_kept() for _ in range(REPEAT)) * 1000
    yield Measure("the same with no sums kept of any month", found, "ms")


def _sealed_page(month: Any) -> Iterator[Measure]:
    """Of the whole province, sealed in a transaction that is rolled back."""
    from django.db import transaction
    from django.test import Client

    from reports.figures import digest_of, live_figures
    from reports.models import MonthReport
    from reports.subjects import Subject
    from stations.models import Unit, User

    union, client = Unit.objects.get(code=UNION), Client()
    client.force_login(User.objects.get(username="bench"), backend="django.contrib.auth.backends.ModelBackend")

    def page() -> None:
        assert client.get(PAGE, {"unit": UNION, "month": str(month)}).status_code == 200

    with transaction.atomic():
        rows = live_figures(Subject(unit=union), month).rows()
        values = {"rows": rows, "digest": digest_of(rows), "seal": digest_of([]), "state": "sealed"}
        MonthReport.objects.create(unit=union, month=month.first, **values)
        page()
        name = f"the page of the province, sealed with {len(rows):,} rows"
        yield Measure(name, median_seconds(page, 2 * REPEAT + 1) * 1000, "ms", goal=500)
        transaction.set_rollback(True)


def _bundles(month: Any) -> Iterator[Measure]:
    """The report of the province and of each city as workbook, paper and csv, made as the worker makes it."""
    _none, took, added, _whole = _in_a_process("bundle", str(month))
    yield Measure(f"the bundle of {CITIES} cities and their province", took, "s", goal=120)
    yield Measure("memory that it adds at its peak", added, "MB", goal=150)


def _coverage() -> Iterator[Measure]:
    """Of the whole country at once: more divisions than any province has, and all of the stations."""
    from django.utils import timezone

    from reports.coverage.places import coverage
    from reports.coverage.reference_hour import usual_moment
    from reports.subjects import Subject
    from stations.models import Unit

    subject, at = Subject(unit=Unit.objects.get(code="X-UNION")), usual_moment(timezone.now())
    found = coverage(subject, at)
    took = median_seconds(lambda: coverage(subject, at), 2 * REPEAT + 1) * 1000
    name = f"the coverage of {len(found.places):,} divisions by {len(found.stations):,} stations"
    yield Measure(name, took, "ms", goal=500)


def _paper(month: Any) -> Iterator[Measure]:
    """Of the city with most stations."""
    from reports.figures import live_figures
    from reports.papers import month_pdf
    from reports.subjects import Subject

    subject = Subject(division=_largest_city())
    count = len(live_figures(subject, month).of("station"))
    took = median_seconds(lambda: month_pdf(live_figures(subject, month)), REPEAT)
    yield Measure(f"the paper of a city with {count:,} stations", took, "s", goal=3)


def _largest_city() -> Any:
    from django.db.models import Count
    from django.db.models.functions import Substr

    from stations.choices import DivisionLevel
    from stations.models import Division, Posting

    cities = {city.code[:4]: city for city in Division.objects.filter(level=DivisionLevel.CITY)}
    placed = Posting.objects.filter(until=None, division__isnull=False).order_by()
    rows = placed.values(code=Substr("division", 1, 4)).annotate(stations=Count("pk")).order_by("-stations")
    return next(cities[row["code"]] for row in rows if row["code"] in cities)


def _stars(month: Any) -> Iterator[Measure]:
    """Working out a round, without writing it down."""
    from reports.models import Rubric
    from reports.stars.points import judge
    from stations.models import Station

    rubric, stations = Rubric.objects.order_by("pk")[0], list(Station.objects.values_list("pk", flat=True))
    took = median_seconds(lambda: judge(rubric, stations, month.plus(-11).first, month.last), REPEAT)
    yield Measure(f"the stars of {len(stations):,} stations by a year", took, "s")


def _workbooks(month: Any) -> Iterator[Measure]:
    """Ours from the database, and the bare XlsxWriter with the same cells from memory, in turn."""
    runs = [(_in_a_process("ours", str(month)), _in_a_process("floor", str(month))) for _ in range(REPEAT)]
    (figures, writing, added, whole), (_none, bare, _added, _whole) = (
        [median(values) for values in zip(*of, strict=True)] for of in zip(*runs, strict=True)
    )
    name = "its workbook, read from the database and written"
    yield Measure(name, figures + writing, "s", floor=bare, goal=1.3, goal_is_ratio=True)
    yield Measure("memory that this adds to the process", added, "MB", goal=150)
    yield Measure("the whole process with it", whole, "MB")


def _in_a_process(what: str, month: str) -> tuple[float, ...]:
    """Seconds for the figures, seconds for writing, megabytes added, megabytes of the whole process at its highest."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.reports", what, month],
        stdout=subprocess.PIPE,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    return tuple(float(word) for word in done.stdout.decode().split()[-4:])


def _workbook(what: str, month: str) -> None:
    from harbor_portal.lib.months import Month
    from reports.exports import write_month_xlsx
    from reports.figures import live_figures
    from reports.subjects import Subject
    from reports.tables import month_tables
    from stations.models import Unit

    found: list[Any] = []

    def read() -> None:
        found.append(live_figures(Subject(unit=Unit.objects.get(code=UNION)), Month.parse(month)))

    if what == "ours":
        before = _memory("VmRSS")
        reading, writing = seconds(read), seconds(lambda: write_month_xlsx(io.BytesIO(), found[0]))
    else:
        read()
        sheets = [
            [[row.get(column.key) for column in table.columns] for row in table.rows]
            for table in month_tables(found[0])
        ]
        before = _memory("VmRSS")
        reading, writing = 0.0, seconds(lambda: _bare(sheets))
    whole = _memory("VmHWM")
    print(f"{reading:.3f} {writing:.3f} {whole - before:.1f} {whole:.1f}")


def _memory(line: str) -> float:
    """Of this process in megabytes: now (VmRSS), or at its highest (VmHWM)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(text.split()[1]) for text in status.splitlines() if text.startswith(line)) / 1024


def _bundle(month: str) -> None:
    """Into a folder of its own, which is gone afterwards."""
    from django.conf import settings

    from harbor_portal.lib.months import Month
    from reports.actions.bundles import ask_for_bundle, make_bundle
    from reports.choices import BUNDLE_FORMATS
    from reports.models import Bundle
    from reports.subjects import Subject
    from stations.models import Unit, User

    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        settings.MEDIA_ROOT = Path(folder)
        Bundle.objects.all().delete()
        subject, by = Subject(unit=Unit.objects.get(code=UNION)), User.objects.get(username="bench")
        bundle = ask_for_bundle(by=by, subject=subject, month=Month.parse(month), formats=list(BUNDLE_FORMATS))
        before = _memory("VmRSS")
        took = seconds(lambda: make_bundle(bundle.pk))
        bundle.refresh_from_db()
        assert bundle.state == "ready", bundle.failure
    print(f"0 {took:.3f} {_memory('VmHWM') - before:.1f} {_memory('VmHWM'):.1f}")


def _bare(sheets: list[list[list[Any]]]) -> None:
    """The least that makes such a file: each cell by the method of its type, all of one format."""
    from xlsxwriter import Workbook

    with Workbook(io.BytesIO(), {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as workbook:
        plain = workbook.add_format({"num_format": "#,##0"})
        for rows in sheets:
            worksheet = workbook.add_worksheet()
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if type(value) is str:
                        worksheet.write_string(number, column, value, plain)
                    elif isinstance(value, int | float):
                        worksheet.write_number(number, column, value, plain)
                    elif value is not None:
                        worksheet.write_datetime(number, column, value, plain)


def main() -> None:
    with bench_database(visits=VISITS, stations=STATIONS, more="reports"):
        if len(sys.argv) > 1:
            (_bundle if sys.argv[1] == "bundle" else partial(_workbook, sys.argv[1]))(sys.argv[2])
        else:
            report("reports", list(measure()))


if __name__ == "__main__":
    main()
