"""What is behind a figure: first by station, then the ledger rows and the day's records of one station."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.months import Month
from harbor_portal.lib.tables import Column
from reports.figures import Row
from reports.ledger import ledger_of_month
from reports.models import StationMonth, StationMonthVisits
from reports.subjects import Subject
from reports.tables import NONE, Table
from services.choices import Method, WorkerGroup
from services.models import LedgerChange, StationDay
from stations.models import Station

FILTERS = ("group", "method", "beside")


def ledger_tables(subject: Subject, month: Month, asked: Mapping[str, str]) -> list[Table] | None:
    """The tables for `station`, `group`, `method` and `beside` of the query; None for what does not exist."""
    only = {key: asked[key] for key in FILTERS if asked.get(key)}
    if only.get("group", WorkerGroup.PUBLIC) not in WorkerGroup.values:
        return None
    if only.get("method", Method.GATE) not in Method.values:
        return None
    if not asked.get("station"):
        return [_by_station(subject, month, only)]
    station = Station.objects.filter(code=asked["station"].replace("\0", "")).first()
    months = StationMonth.objects.filter(subject.postings, month=month.first, posting__station=station)
    postings = set(months.values_list("posting", flat=True)) if station else set()
    if station is None or not postings:
        return None
    return [_visits(station, month, postings, only), _days(station, month, list(months))]


def _title(only: Mapping[str, str]) -> str:
    parts = [
        _("Recorded beside, not added") if "beside" in only else _("Visits that count"),
        WorkerGroup(only["group"]).label if "group" in only else "",
        Method(only["method"]).label if "method" in only else "",
    ]
    return " · ".join(str(part) for part in parts if part)


def _by_station(subject: Subject, month: Month, only: Mapping[str, str]) -> Table:
    about = Q(is_counted="beside" not in only) & Q(**{key: only[key] for key in ("group", "method") if key in only})
    visits = StationMonthVisits.objects.filter(subject.postings, about, month=month.first)
    rows = visits.values(code=F("posting__station__code"), name=F("posting__station__name")).annotate(
        value=Sum("count")
    )
    found: list[Row] = [
        dict(row) | {"only": {"station": row["code"], **only}} for row in rows.order_by("-value", "code")
    ]
    columns = [
        Column("name", _("Station")),
        Column("code", _("Code")),
        Column("value", _("Visits"), "integer"),
    ]
    total = {"name": _("Total"), "rank": "total", "value": sum(row["value"] for row in found)}
    return Table("ledger-stations", _title(only), columns, [*found, total])


def _visits(station: Station, month: Month, postings: set[int], only: Mapping[str, str]) -> Table:
    wanted = {key: only[key] for key in ("group", "method") if key in only}
    rows: list[Row] = [
        {
            "date": row.date,
            "hour": NONE if row.hour is None else f"{row.hour:02d}:00",
            "group": str(WorkerGroup(row.group).label),
            "method": str(Method(row.method).label),
            "count": row.count,
        }
        for row in ledger_of_month(month, station.pk)
        if row.posting_id in postings
        and row.is_counted != ("beside" in only)
        and all(getattr(row, key) == value for key, value in wanted.items())
    ]
    columns = [
        Column("date", _("Date"), "date"),
        Column("hour", _("Hour")),
        Column("group", _("Group")),
        Column("method", _("Counting method")),
        Column("count", _("Visits"), "integer"),
    ]
    total = {"date": _("Total"), "rank": "total", "count": sum(row["count"] for row in rows)}
    waits = LedgerChange.objects.filter(station=station, month=month.first).exists()
    note = _("The ledger has changed since the last roll-up, so the sum may differ from the figure.") if waits else ""
    return Table("ledger-visits", f"{station} · {_title(only)}", columns, [*rows, total], note)


def _days(station: Station, month: Month, held: list[StationMonth]) -> Table:
    days = StationDay.objects.filter(station=station, date__range=(month.first, month.last)).order_by("date")
    rows = [_day(day) for day in days if any(part.first_day <= day.date <= part.last_day for part in held)]
    columns = [
        Column("date", _("Date"), "date"),
        Column("opened", _("Opened at")),
        Column("closed", _("Closed at")),
        Column("nil", _("Nil return")),
        Column("counted_by", _("Counted by")),
        Column("remark", _("Remark")),
    ]
    return Table("ledger-days", _("Days on record"), columns, rows)


def _day(day: StationDay) -> dict[str, Any]:
    clock = {
        "opened": timezone.localtime(day.opened_at).strftime("%H:%M") if day.opened_at else NONE,
        "closed": timezone.localtime(day.closed_at).strftime("%H:%M") if day.closed_at else NONE,
    }
    said = {
        "nil": _("Yes") if day.is_nil else "",
        "counted_by": str(day.get_counted_by_display()),
        "remark": day.remark,
    }
    return {"date": day.date} | clock | said
