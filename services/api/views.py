"""A station's day for programs: opened, closed, counted, by the same actions as “My station”."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from harbor_portal.lib.months import EARLIEST, LATEST
from services.actions.days import close_day, nil_return, open_day, reopen, withdraw_nil_return
from services.actions.sent import do_once
from services.actions.visits import Bucket, Sender, add_visits, set_visits, undo_entry
from services.api import serializers
from services.choices import Method, Source, WorkerGroup
from services.models import StationDay, Visit, VisitEntry
from services.policies import lock_reason
from stations.api.office import REFUSED, OfficeView, checked, person, station_of
from stations.models import Station, User
from stations.policies import refuse_unless_may_record

ANSWERS: dict[int, Any] = {200: serializers.DaySerializer} | REFUSED


@extend_schema_view(
    get=extend_schema(operation_id="office_day", summary="A station's day and what was counted", responses=ANSWERS)
)
class DayView(OfficeView):
    def get(self, request: Request, code: str, day: str) -> Response:
        return Response(_day(station_of(request, code), date_of(day)))


class DayWriteView(OfficeView):
    """One thing about a day, done once however often it is sent under the same key."""

    what: ClassVar[str]
    do: ClassVar[Callable[[Station, date, User, datetime | None], StationDay]]

    def post(self, request: Request, code: str, day: str) -> Response:
        station, date, by = writable(request, code), date_of(day), person(request)
        given = checked(serializers.MomentSerializer, request)
        do = type(self).do
        do_once(
            station=station,
            what=self.what,
            client_key=given["client_key"],
            by=by,
            about=[date, given.get("at")],
            do=lambda: do(station, date, by, given.get("at")),
        )
        return Response(_day(station, date))


def _write(what: str, name: str, summary: str, do: Callable[..., StationDay]) -> type[DayWriteView]:
    """The view of one write."""
    view = type(name, (DayWriteView,), {"what": what, "do": staticmethod(do), "__doc__": DayWriteView.__doc__})
    described = extend_schema(
        operation_id=f"office_day_{what}",
        summary=summary,
        request=serializers.MomentSerializer,
        responses=ANSWERS,
    )
    return extend_schema_view(post=described)(view)


WRITES: dict[str, type[DayWriteView]] = {
    "open": _write(
        "open", "OpenDayView", "Open the day",
        lambda station, day, by, at: open_day(station=station, day=day, by=by, at=at),
    ),
    "close": _write(
        "close", "CloseDayView", "Close the day",
        lambda station, day, by, at: close_day(station=station, day=day, by=by, at=at),
    ),
    "reopen": _write(
        "reopen", "ReopenDayView", "Take the closing back",
        lambda station, day, by, _at: reopen(station=station, day=day, by=by),
    ),
    "nil": _write(
        "nil", "NilReturnView", "Record that it was open and nobody came",
        lambda station, day, by, _at: nil_return(station=station, day=day, by=by),
    ),
    "withdraw-nil": _write(
        "withdraw_nil", "WithdrawNilView", "Take the nil return back",
        lambda station, day, by, _at: withdraw_nil_return(station=station, day=day, by=by),
    ),
}  # fmt: skip


@extend_schema_view(
    post=extend_schema(
        operation_id="office_visits",
        summary="Count visits",
        description="A line of the ledger, which only grows. The same key sent again counts once.",
        request=serializers.VisitsSerializer,
        responses=ANSWERS,
    )
)
class VisitsView(OfficeView):
    def post(self, request: Request, code: str, day: str) -> Response:
        station, date = writable(request, code), date_of(day)
        given = checked(serializers.VisitsSerializer, request)
        bucket = Bucket(station, date, WorkerGroup(given["group"]), Method(given["method"]), given.get("hour"))
        sender = Sender(person(request), Source.API, given["client_key"])
        if given["kind"] == "add":
            add_visits(bucket=bucket, count=given["count"], sender=sender)
        else:
            set_visits(bucket=bucket, count=given["count"], sender=sender, seen=given.get("seen"))
        return Response(_day(station, date))


@extend_schema_view(
    post=extend_schema(
        operation_id="office_visits_undo",
        summary="Take a line back",
        description="By a further line, once.",
        request=serializers.KeyedSerializer,
        responses=ANSWERS,
    )
)
class UndoView(OfficeView):
    def post(self, request: Request, code: str, day: str, key: Any) -> Response:
        station, date = writable(request, code), date_of(day)
        given = checked(serializers.KeyedSerializer, request)
        entry = VisitEntry.objects.filter(client_key=key, station=station, date=date).first()
        if entry is None:
            raise NotFound(_("No line of this day has this key."))
        undo_entry(entry=entry, sender=Sender(person(request), Source.API, given["client_key"]))
        return Response(_day(station, date))


def writable(request: Request, code: str) -> Station:
    """Asked before anything that was sent is looked at: who may not record there reads so, whatever they sent."""
    station = station_of(request, code)
    refuse_unless_may_record(person(request), station)
    return station


def date_of(text: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not EARLIEST.first <= day <= LATEST.last:
        raise NotFound(_("A day is written like 2026-11-18."))
    return day


def _day(station: Station, day: date) -> dict[str, Any]:
    record = StationDay.objects.filter(station=station, date=day).first() or StationDay(station=station, date=day)
    rows = Visit.objects.filter(station=station, date=day, count__gt=0).order_by("method", "hour", "group")
    visits = list(rows.values("group", "method", "hour", "count"))
    return {
        "station": station.code,
        "date": day,
        "opened_at": _local(record.opened_at),
        "closed_at": _local(record.closed_at),
        "is_nil": record.is_nil,
        "counted_by": record.counted_by,
        "total": sum(row["count"] for row in visits if row["method"] == record.counted_by),
        "visits": visits,
        "locked": lock_reason(station.pk, day),
    }


def _local(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None
