"""How long a list of 15,000 stations takes to enter, beside the 200,000 that are there, and how much memory.

Each run is a process of its own, so that its peak is its own, in a transaction that is rolled back.
"""

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.database import SEED, bench_database
from benchmarks.measure import Measure, median_seconds, report

ROWS = 15_000
VISITS = 100_000
RUNS = 3
HEADER = [
    "站点名称", "依托场所", "运营单位", "行政区划", "地址", "经度", "纬度", "坐标系", "联系电话", "开放时间",
    "进入方式", "面积", "座位数", "服务设施", "挂牌", "启用日期",
]  # fmt: skip
HOURS = [
    "周一至周五 08:30-12:00,13:00-17:30", "24小时", "8:30—11:00，13:30—17:00", "周一至周日9:00—17:00", "工作日开放",
    "夏季(5月-9月)8:00-18:00 冬季8:30-17:30", "周一至周六 8:00-18:00，周日休息", "20:00-次日6:00", "",
]  # fmt: skip
AMENITIES = [
    "饮水机",
    "休息桌椅",
    "Wi-Fi",
    "手机充电",
    "卫生间(询问工作人员)",
    "微波炉",
    "空调",
    "急救箱",
    "雨伞",
    "图书报刊",
]


def measure(address: str, file: Path) -> Iterator[Measure]:
    """Imports wait for Django's set-up."""
    _write_list(file)
    runs = [_run(address, file) for _ in range(RUNS)]
    floor = median_seconds(lambda: _read_and_copy(file), RUNS)
    seconds = {key: median(run[key] for run in runs) for key in runs[0]}
    yield Measure(f"check {ROWS:,} xlsx rows with amenities and plates", seconds["check"], "s", floor=floor)
    yield Measure("check and enter them", seconds["enter"], "s", floor=floor, goal=9)
    yield Measure("enter them again, nothing changes", seconds["again"], "s", floor=floor, goal=9)
    yield Measure("peak memory of the process", seconds["megabytes"], "MB", goal=400)
    ledger = _run(address, file, "visits")
    yield Measure(f"check {VISITS:,} rows of visits, each of its own day", ledger["check"], "s")
    yield Measure("check and enter them", ledger["enter"], "s", goal=30)
    yield Measure("peak memory of the process", ledger["megabytes"], "MB", goal=800)


def _write_list(file: Path) -> None:
    """A list as a province would send it: placed in its districts, every tenth row without coordinates."""
    from harbor_portal.lib.tables import Column, Sheet, write_xlsx
    from stations.models import Division

    chance = random.Random(SEED)
    districts = list(Division.objects.filter(level="district", code__startswith="37", longitude__isnull=False))
    write_xlsx(
        file, [Sheet("站点", [Column(key, key) for key in HEADER], (_row(n, chance, districts) for n in range(ROWS)))]
    )


def _row(number: int, chance: random.Random, districts: Sequence[object]) -> dict[str, object]:
    district: object = chance.choice(districts)
    is_placed = number % 10 != 0
    return {
        "站点名称": f"{district}第{number}劳动者港湾",
        "依托场所": chance.choice(["银行网点", "工会自建", "商店", "加油站"]),
        "运营单位": f"示例银行/山东省分行/第{number % 16}分行",
        "行政区划": getattr(district, "code", ""),
        "地址": f"{district}健康路{number}号",
        "经度": getattr(district, "longitude", 0) + chance.uniform(-0.05, 0.05) if is_placed else None,
        "纬度": getattr(district, "latitude", 0) + chance.uniform(-0.05, 0.05) if is_placed else None,
        "坐标系": "GCJ-02",
        "联系电话": f"0531-{number:08d}",
        "开放时间": chance.choice(HOURS),
        "进入方式": "直接进入",
        "面积": chance.randint(10, 80),
        "座位数": chance.randint(2, 20),
        "服务设施": "、".join(chance.sample(AMENITIES, 7)),
        "挂牌": f"劳动者港湾:{number:05d}、工会驿站",
        "启用日期": "2019-04-24",
    }


def _run(address: str, file: Path, what: str = "stations") -> dict[str, float]:
    """The figures of one process that enters such a list."""
    child = subprocess.run(
        [sys.executable, "-m", "benchmarks.imports", what, str(file)],
        env=os.environ | {"DATABASE_URL": address},
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(child.stdout.splitlines()[-1])
    return figures


def _read_and_copy(file: Path) -> None:
    """The floor: the cells read, and copied into a table without a key, an index or a look at what they say."""
    from django.db import connection
    from python_calamine import CalamineWorkbook

    from harbor_portal.lib.db import copy_rows

    with CalamineWorkbook.from_path(file) as workbook:
        rows = workbook.get_sheet_by_index(0).to_python()[1:]
    with connection.cursor() as cursor:
        columns = [f"c{number}" for number in range(len(HEADER))]
        cursor.execute(f"CREATE TEMP TABLE bare_list ({', '.join(f'{name} text' for name in columns)})")
        copy_rows("bare_list", columns, rows)
        cursor.execute("DROP TABLE bare_list")


def enter(file: Path) -> dict[str, float]:
    """Enter the file in this process, and take it back."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "harbor_portal.settings")
    django.setup()
    from django.db import connection, transaction

    from stations.actions.imports import import_list
    from stations.imports.of_stations import STATIONS
    from stations.imports.plan import read_plan
    from stations.models import Unit, User

    with transaction.atomic():
        by = User.objects.create_superuser("importer")
        Unit.objects.add_root({"code": "EXAMPLE", "name": "示例银行", "kind": "bank"})
        data = file.read_bytes()
        times = [time.perf_counter()]
        assert not read_plan(STATIONS, data, by).errors
        times.append(time.perf_counter())
        assert len(import_list(STATIONS, by=by, data=data).creates) == ROWS
        # What the end of the transaction would check, which is taken back here.
        connection.check_constraints()
        times.append(time.perf_counter())
        assert import_list(STATIONS, by=by, data=data).unchanged == ROWS
        times.append(time.perf_counter())
        transaction.set_rollback(True)
    return {
        "check": times[1] - times[0],
        "enter": times[2] - times[1],
        "again": times[3] - times[2],
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def enter_visits(file: Path) -> dict[str, float]:
    """Write and enter a list of visits of the first stations for a month, and take it back."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "harbor_portal.settings")
    django.setup()
    from django.db import connection, transaction
    from django.utils import timezone

    from harbor_portal.lib.tables import Column, Sheet, write_xlsx
    from services.imports.of_visits import VISITS as KIND
    from stations.actions.imports import import_list
    from stations.imports.plan import read_plan
    from stations.models import Station, User

    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    posted = Station.objects.filter(postings__since__lt=last - timedelta(days=31), postings__until=None)
    codes = posted.order_by("pk").values_list("code", flat=True)[: VISITS // 28 + 1]
    days = [last - timedelta(days=number) for number in range(28)]
    keys = ("station", "date", "group", "method", "count")
    rows = [dict(zip(keys, (code, day, "快递员", "台账", 5), strict=True)) for code in codes for day in days][:VISITS]
    columns = [Column(key, key, "date" if key == "date" else "text") for key in keys]
    write_xlsx(file, [Sheet("visits", columns, rows)])
    data = file.read_bytes()
    with transaction.atomic():
        by = User.objects.create_superuser("importer")
        times = [time.perf_counter()]
        assert not read_plan(KIND, data, by).errors
        times.append(time.perf_counter())
        assert len(import_list(KIND, by=by, data=data).creates) == VISITS
        connection.check_constraints()
        times.append(time.perf_counter())
        transaction.set_rollback(True)
    return {
        "check": times[1] - times[0],
        "enter": times[2] - times[1],
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    if len(sys.argv) > 1:
        work = {"stations": enter, "visits": enter_visits}[sys.argv[1]]
        print(json.dumps(work(Path(sys.argv[2]))))
        return
    with bench_database() as address, TemporaryDirectory() as folder:
        report("imports", list(measure(address, Path(folder) / "list.xlsx")))


if __name__ == "__main__":
    main()
