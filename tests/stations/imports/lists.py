"""Lists of stations as tests send them."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from xlsxwriter import Workbook

from stations.actions.imports import import_list
from stations.actions.uploads import ask_to_enter, ask_to_undo, keep_upload, work_on
from stations.choices import UploadState
from stations.imports.kinds import KINDS, ListKind, Plan
from stations.imports.of_stations import STATIONS
from stations.imports.plan import read_plan
from stations.imports.template import write_list
from stations.models import Upload, User

NAME, ADDRESS = "泉城广场劳动者港湾", "济南市历下区泺源大街66号"
OPERATOR = "中国建设银行/济南分行"
ROW = {"站点名称": NAME, "地址": ADDRESS, "运营单位": OPERATOR}


def csv_list(*rows: dict[str, Any], encoding: str = "utf-8") -> bytes:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)))
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode(encoding)


def xlsx_list(rows: Sequence[Sequence[Any]], sheet: str = "站点") -> bytes:
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as workbook:
        worksheet = workbook.add_worksheet(sheet)
        for number, row in enumerate(rows):
            worksheet.write_row(number, 0, row)
    return file.getvalue()


def plan_of(by: User, *rows: dict[str, Any]) -> Plan:
    return read_plan(STATIONS, csv_list(*rows), by)


def errors_of(plan: Plan) -> list[str]:
    return [f"{problem.row} {problem.column}: {problem.message}" for problem in plan.errors]


def warnings_of(plan: Plan) -> list[str]:
    return [f"{problem.row} {problem.column}: {problem.message}" for problem in plan.warnings]


def planted_list() -> bytes:
    """A list with forty errors of many kinds: most rows have one, the last but one ten, the first and the last none."""
    header = [
        "站点名称",
        "地址",
        "运营单位",
        "座位数",
        "面积",
        "启用日期",
        "进入方式",
        "开放时间",
        "设施",
        "状态",
        "经度",
        "纬度",
    ]
    good = ["", "济南市历下区泉城路", OPERATOR, 8, 30.5, date(2018, 7, 1), "扫码", "24小时", "饮水机", "", None, None]
    wrong: list[dict[int, Any]] = [
        *({3: "若干"} for _ in range(5)),
        *({4: -3} for _ in range(5)),
        *({5: "去年"} for _ in range(5)),
        *({6: "翻墙"} for _ in range(4)),
        *({7: "看情况"} for _ in range(4)),
        *({8: "游泳池"} for _ in range(3)),
        {9: "上图"},
        {10: 36.66, 11: 117.02},
        {10: 122.5, 11: 35.0},
        {1: "址" * 201},
        {1: "", 2: "没有的行", 3: "许多", 4: "很大", 5: "明年", 6: "爬窗", 7: "不一定", 8: "温泉", 9: "不知道", 10: 5},
    ]  # fmt: skip
    rows: list[list[Any]] = [header]
    for number, flaws in enumerate([{}, *wrong, {}], 1):
        row: list[Any] = [*good]
        row[0], row[1] = f"第{number}驿站", f"{good[1]}{number}号"
        for index, value in flaws.items():
            row[index] = value
        rows.append(row)
    return xlsx_list(rows)


def kind(key: str) -> ListKind:
    return KINDS[key]


def enter(key: str, by: User, *rows: dict[str, Any]) -> Any:
    return import_list(kind(key), by=by, data=csv_list(*rows), name="list.csv")


def errors(key: str, by: User, *rows: dict[str, Any]) -> str:
    return " ".join(problem.message for problem in read_plan(kind(key), csv_list(*rows), by).errors)


def entered(key: str, by: User, *rows: dict[str, Any]) -> Upload:
    upload = keep_upload(by=by, kind=kind(key), name="list.csv", data=csv_list(*rows))
    work_on(upload.pk)
    ask_to_enter(by=by, upload=upload)
    assert work_on(upload.pk) == UploadState.ENTERED, Upload.objects.get(pk=upload.pk).failure or upload.found
    return upload


def undone(by: User, upload: Upload) -> Upload:
    ask_to_undo(by=by, upload=upload)
    work_on(upload.pk)
    upload.refresh_from_db()
    return upload


def resent(key: str, by: User, rows: Any) -> Plan:
    """What the export of these rows would do if it were entered again."""
    file = io.BytesIO()
    write_list(file, kind(key), kind(key).export(rows, by))
    return read_plan(kind(key), file.getvalue(), by)
