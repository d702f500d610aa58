"""Lists of stations as tests send them."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook

from stations.imports.plan import Plan, read_plan
from stations.models import User

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
    return read_plan(csv_list(*rows), by)


def errors_of(plan: Plan) -> list[str]:
    return [f"{problem.row} {problem.column}: {problem.message}" for problem in plan.errors]


def warnings_of(plan: Plan) -> list[str]:
    return [f"{problem.row} {problem.column}: {problem.message}" for problem in plan.warnings]
