"""The visits behind a figure: first the sums of the stations, as rolled up, then the ledger rows of one of them."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from partners.models import Plate
from reports.choices import hour_classes
from reports.ledger import LedgerRow, ledger_of_month
from reports.ledgers.base import AMOUNT, Rows, Wanted
from reports.ledgers.places import placed
from reports.models import StationMonth, StationMonthTimes, StationMonthVisits
from reports.programmes import station_visits
from reports.sections.printing import NONE, Row
from services.choices import Method, WorkerGroup, group_class
from services.models import LedgerChange
from stations.models import Station

BESIDE = "beside"
TIMES = {"weekday", "hours"}
STATION = {"code": F("posting__station__code"), "name": F("posting__station__name")}


def visits(wanted: Wanted) -> Rows:
    return _rows(wanted, wanted.station) if wanted.station else _by_station(wanted)


def by_station(rows: Any, total: Any, title: str, note: str = "") -> Rows:
    """The sums of stations, the largest first."""
    columns = [
        Column("name", _("Station")),
        Column("code", _("Code")),
        Column(AMOUNT, title, "integer"),
    ]
    return Rows(columns, rows, total or 0, by_station=True, note=note)


def _by_station(wanted: Wanted) -> Rows:
    if "programme" in wanted.only:
        return _of_programme(wanted)
    model = StationMonthTimes if TIMES & wanted.only.keys() else StationMonthVisits
    rows = _in_scope(wanted, model).filter(_about(wanted))
    total = rows.aggregate(total=Sum("count"))["total"]
    found = rows.values(**STATION).annotate(figure=Sum("count")).order_by("-figure", "code")
    return by_station(found, total, _("Visits"))


def _in_scope(wanted: Wanted, model: Any) -> Any:
    asked = wanted.asked
    here = placed(asked, wanted.only)
    return model.objects.filter(asked.subject.postings, here, asked.within("value")).order_by()


def _about(wanted: Wanted) -> Q:
    """On rows of the roll-up, which of them are meant."""
    only = wanted.only
    if TIMES & only.keys():
        return Q(**{key: only[key] for key in TIMES & only.keys()})
    about = {key: only[key] for key in ("group", "method") if key in only}
    if "class" in only:
        about["group__in"] = [group for group in WorkerGroup if group_class(group) == only["class"]]  # type: ignore[assignment]  # a list
    return Q(**about, is_counted=wanted.measure != BESIDE)


def _of_programme(wanted: Wanted) -> Rows:
    """By the days on which the plate hung."""
    sums: dict[int, int] = {}
    for month in wanted.months:
        for station, count in station_visits(wanted.subject, month, wanted.only["programme"]).items():
            sums[station] = sums.get(station, 0) + count
    names = Station.objects.in_bulk([key for key, count in sums.items() if count])
    rows: list[Row] = [{"code": one.code, "name": one.name, AMOUNT: sums[key]} for key, one in names.items()]
    rows.sort(key=lambda row: (-row[AMOUNT], row["code"]))
    return by_station(rows, sum(sums.values()), _("Visits"))


def _rows(wanted: Wanted, station: Station) -> Rows:
    rows = list(_ledger_rows(wanted, station))
    columns = [
        Column("date", _("Date"), "date"),
        Column("hour", _("Hour")),
        Column("group", _("Group")),
        Column("method", _("Counting method")),
        Column(AMOUNT, _("Visits"), "integer"),
    ]
    return Rows(columns, rows, sum(row.count for row in rows), _line, note=waiting_note(wanted, station))


def waiting_note(wanted: Wanted, station: Station) -> str:
    first, last = wanted.period.bounds
    waits = LedgerChange.objects.filter(station=station, month__range=(first, last)).exists()
    return _("The ledger has changed since the last roll-up, so the sum may differ from the figure.") if waits else ""


def _ledger_rows(wanted: Wanted, station: Station) -> Iterator[LedgerRow]:
    held = _in_scope(wanted, StationMonth).filter(posting__station=station)
    postings = set(held.values_list("posting", flat=True))
    plates = _plates(wanted.only.get("programme", ""), station)
    for month in wanted.months:
        for row in ledger_of_month(month, station.pk):
            is_held = row.posting_id in postings and row.is_counted != (wanted.measure == BESIDE)
            if is_held and _is_about(row, wanted.only) and _hung(row, plates):
                yield row


def _is_about(row: LedgerRow, only: Mapping[str, str]) -> bool:
    told = {
        "group": row.group,
        "method": row.method,
        "class": str(group_class(WorkerGroup(row.group))),
        "weekday": str(row.date.isoweekday()),
        "hours": "whole_day" if row.hour is None else hour_classes()[row.hour],
    }
    return all(only[key] == value for key, value in told.items() if key in only)


def _plates(programme: str, station: Station) -> list[Plate] | None:
    return list(Plate.objects.filter(programme__code=programme, station=station)) if programme else None


def _hung(row: LedgerRow, plates: list[Plate] | None) -> bool:
    if plates is None:
        return True
    return any(plate.since <= row.date and (plate.until is None or row.date <= plate.until) for plate in plates)


def _line(row: LedgerRow) -> Row:
    return {
        "date": row.date,
        "hour": NONE if row.hour is None else f"{row.hour:02d}:00",
        "group": str(WorkerGroup(row.group).label),
        "method": str(Method(row.method).label),
        AMOUNT: row.count,
    }
