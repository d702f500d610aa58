"""What the buttons of "My station" do: each address is one action, by plain form or by a script that asks for JSON."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from functools import wraps
from typing import TypeVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from harbor_portal.lib.errors import Invalid, PortalError, Refused, StaleState
from harbor_portal.lib.http import error_body, wants_json
from services.actions.answers import confirm_open
from services.actions.days import choose_method, close_day, nil_return, open_day, reopen, withdraw_nil_return
from services.actions.visits import Bucket, Sender, add_visits, undo_entry
from services.choices import Method, Source, WorkerGroup
from services.models import VisitEntry
from services.views.my_station import day_context, day_of, station_of, user_of
from stations.actions.amenities import report_broken, report_repaired
from stations.models import Station, StationAmenity

C = TypeVar("C", WorkerGroup, Method)

Write = Callable[[HttpRequest, Station, date], str]
"""Does one thing and returns the sentence that says so."""

WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
"""As many digits as a database integer holds."""

CODES = {Invalid: ("invalid", 400), StaleState: ("stale", 409), Refused: ("refused", 403)}


def writing(write: Write) -> Callable[..., HttpResponse]:
    """The view around a write: who, which station and day, and what to answer."""

    @wraps(write)
    @never_cache
    @require_POST
    def view(request: HttpRequest, code: str, day: str) -> HttpResponse:
        try:
            station, date = station_of(request, code), day_of(day)
        except (Http404, PermissionDenied) as error:
            if wants_json(request):
                return _gone(error)
            raise
        try:
            sentence = write(request, station, date)
        except PortalError as error:
            return _refused(request, station, date, error)
        return _done(request, station, date, sentence)

    return view


def _done(request: HttpRequest, station: Station, day: date, sentence: str) -> HttpResponse:
    if not wants_json(request):
        messages.success(request, sentence)
        return _back(station, day)
    context = day_context(request, station, day)
    counts = {counter.group.value: counter.count for counter in context["mine"].counters}
    html = render_to_string("admin/my_station/_live.html", context, request)
    return JsonResponse({"message": sentence, "counts": counts, "html": html})


def _refused(request: HttpRequest, station: Station, day: date, error: PortalError) -> HttpResponse:
    if wants_json(request):
        code, status = CODES[type(error)]
        return JsonResponse(error_body(code, str(error)), status=status)
    messages.error(request, str(error))
    return _back(station, day)


def _gone(error: Http404 | PermissionDenied) -> JsonResponse:
    """A tap that waited on the device while its station went out of the keeper's hands."""
    if isinstance(error, PermissionDenied):
        return JsonResponse(error_body("refused", str(error)), status=403)
    return JsonResponse(error_body("not_found", _("This station is not in your hands any more.")), status=404)


def _back(station: Station, day: date) -> HttpResponse:
    if day == timezone.localdate():
        return redirect("admin:my_station", station.code)
    return redirect("admin:my_station_day", station.code, day.isoformat())


def _open(request: HttpRequest, station: Station, day: date) -> str:
    open_day(station=station, day=day, by=user_of(request), at=_moment(request, day))
    return _("The day is open.")


def _close(request: HttpRequest, station: Station, day: date) -> str:
    close_day(station=station, day=day, by=user_of(request), at=_moment(request, day))
    return _("The day is closed.")


def _reopen(request: HttpRequest, station: Station, day: date) -> str:
    reopen(station=station, day=day, by=user_of(request))
    return _("The day is open again.")


def _confirm_open(request: HttpRequest, station: Station, _day: date) -> str:
    if not confirm_open(station=station, by=user_of(request)):
        return _("No report of a closed door waits any more.")
    return _("The map no longer doubts that you are open.")


def _nil(request: HttpRequest, station: Station, day: date) -> str:
    nil_return(station=station, day=day, by=user_of(request))
    return _("Nil return recorded: open, and nobody came.")


def _withdraw_nil(request: HttpRequest, station: Station, day: date) -> str:
    withdraw_nil_return(station=station, day=day, by=user_of(request))
    return _("The nil return is taken back.")


def _count(request: HttpRequest, station: Station, day: date) -> str:
    group = _choice(request, "group", WorkerGroup)
    bucket = Bucket(station, day, group, _choice(request, "method", Method))
    count = _whole_number(request, "count")
    add_visits(bucket=bucket, count=count, sender=_sender(request))
    return _("%(group)s: %(count)+d") % {"group": group.label, "count": count}


def _undo(request: HttpRequest, station: Station, day: date) -> str:
    entry = get_object_or_404(VisitEntry, pk=_whole_number(request, "entry"), station=station, date=day)
    undo = undo_entry(entry=entry, sender=_sender(request))
    return _("Undone: %(group)s %(count)+d") % {"group": undo.get_group_display(), "count": undo.change}


def _method(request: HttpRequest, station: Station, day: date) -> str:
    method = _choice(request, "method", Method) if request.POST.get("method") else None
    choose_method(station=station, day=day, method=method, by=user_of(request))
    return _("The day's total is counted anew.")


def _broken(request: HttpRequest, station: Station, _day: date) -> str:
    amenity = _amenity(request, station)
    note = request.POST.get("note", "").replace("\0", "")
    report_broken(amenity=amenity, by=user_of(request), due_back=_date(request, "due_back"), note=note)
    return _("%(amenity)s: out of order") % {"amenity": amenity.amenity}


def _repaired(request: HttpRequest, station: Station, _day: date) -> str:
    amenity = _amenity(request, station)
    report_repaired(amenity=amenity, by=user_of(request))
    return _("%(amenity)s: working again") % {"amenity": amenity.amenity}


def _amenity(request: HttpRequest, station: Station) -> StationAmenity:
    rows = StationAmenity.objects.select_related("amenity", "station")
    row: StationAmenity = get_object_or_404(rows, pk=_whole_number(request, "amenity"), station=station)
    return row


def _sender(request: HttpRequest) -> Sender:
    try:
        key = UUID(request.POST.get("client_key", ""))
    except ValueError as error:
        raise Invalid("client_key", _("The entry came without its key; load the page again.")) from error
    return Sender(user_of(request), Source.MY_STATION, key)


def _moment(request: HttpRequest, day: date) -> datetime | None:
    """The time of day that was typed for an earlier day; nothing means now."""
    if not (text := request.POST.get("time", "")):
        return None
    try:
        clock = parse_time(text)
    except ValueError:
        clock = None
    if clock is None:
        raise Invalid("time", _("A time is written like 08:30."))
    return timezone.make_aware(datetime.combine(day, time(clock.hour, clock.minute)))


def _date(request: HttpRequest, field: str) -> date | None:
    if not (text := request.POST.get(field, "")):
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Invalid(field, _("A date is written like 2026-11-18."))
    return day


def _whole_number(request: HttpRequest, field: str) -> int:
    text = request.POST.get(field, "").strip()
    if not WHOLE_NUMBER.fullmatch(text):
        raise Invalid(field, _("A whole number is needed."))
    return int(text)


def _choice(request: HttpRequest, field: str, choices: type[C]) -> C:
    try:
        return choices(request.POST.get(field, ""))
    except ValueError as error:
        raise Invalid(field, _("Choose from the list.")) from error


WRITES = {
    "open": writing(_open),
    "close": writing(_close),
    "reopen": writing(_reopen),
    "confirm_open": writing(_confirm_open),
    "nil": writing(_nil),
    "withdraw_nil": writing(_withdraw_nil),
    "count": writing(_count),
    "undo": writing(_undo),
    "method": writing(_method),
    "broken": writing(_broken),
    "repaired": writing(_repaired),
}
