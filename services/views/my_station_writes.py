"""What the buttons of "My station" do: each address is one action, by plain form or by a script that asks for JSON."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from harbor_portal.lib.errors import Invalid, PortalError, Refused, StaleState
from harbor_portal.lib.http import error_body, wants_json
from services.actions.answers import confirm_open
from services.actions.days import choose_method, close_day, nil_return, open_day, reopen, withdraw_nil_return
from services.actions.faults import report_fault
from services.actions.sent import do_once
from services.actions.taps import Tap, count_tap
from services.actions.visits import Sender, undo_entry
from services.choices import Method, Source, WorkerGroup
from services.fields import choice_of, date_of, key_of, moment_of, needed_key, picture_of, text_of, whole_number
from services.models import StationDay, VisitEntry
from services.views.my_station import day_context, day_of, station_of
from services.views.my_station_desk import note, settle, take_over
from services.views.my_station_supplies import call_back, count_supply, receive, send_to_station, supply
from stations.actions.amenities import report_repaired
from stations.actions.checks import confirm_facts
from stations.actions.counting import choose_counting
from stations.asked_by import user_of
from stations.models import Station, StationAmenity

Write = Callable[[HttpRequest, Station, date], str]
"""Does one thing and returns the sentence that says so."""

LONGEST_SHIFT = timedelta(hours=16)
"""Longer than this is no night at work, but a slip such as 5:30 for half past five in the afternoon."""

OF_THE_SENDING = {"client_key", "csrfmiddlewaretoken", "as", "waited"}
"""Fields that say how something was sent, not what: the same tap may come again with others."""
CODES = {Invalid: ("invalid", 400), StaleState: ("stale", 409), Refused: ("refused", 403)}


def writing(write: Write, *parts: str) -> Callable[..., HttpResponse]:
    """The view around a write: who, which station and day, and which parts of the page to answer with."""

    @wraps(write)
    @never_cache
    @require_POST
    def view(request: HttpRequest, code: str, day: str) -> HttpResponse:
        _refuse_another_person(request)
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
        return _done(request, station, date, sentence, parts)

    return view


def once(name: str, write: Write) -> Write:
    """The same write, done once however often a device sends it."""

    @wraps(write)
    def keyed(request: HttpRequest, station: Station, day: date) -> str:
        key = key_of(request)
        if key is None:
            return write(request, station, day)
        do = lambda: write(request, station, day)  # noqa: E731  # what is done once
        about = [day, {field: values for field, values in request.POST.lists() if field not in OF_THE_SENDING}]
        sentence = do_once(station=station, what=name, client_key=key, by=user_of(request), about=about, do=do)
        return sentence or _("This was done already.")

    return keyed


def _refuse_another_person(request: HttpRequest) -> None:
    """A page stays open on the device of a desk while somebody else logs in: what waits there is not theirs to sign.

    A page and not JSON, so that the device goes on keeping it for whoever tapped.
    """
    if request.POST.get("as", str(user_of(request).pk)) != str(user_of(request).pk):
        raise PermissionDenied(_("Somebody else is logged in on this device now."))


def _done(request: HttpRequest, station: Station, day: date, sentence: str, parts: tuple[str, ...]) -> HttpResponse:
    if not wants_json(request):
        messages.success(request, sentence)
        return _back(station, day)
    context = day_context(request, station, day)
    context["mine"].locked = None  # it was written just now
    drawn = dict(_draw(request, context, part) for part in parts)
    mine = context["mine"]
    figures = {"counts": mine.counts, "hours": mine.hours, "by_hour": mine.is_by_hour}
    return JsonResponse({"message": sentence, "parts": drawn} | figures)


def _draw(request: HttpRequest, context: dict[str, Any], part: str) -> tuple[str, str]:
    """A part's name on the page and its markup; of the equipment only the line that was spoken of."""
    if part == "amenity":
        number = whole_number(request, "amenity")
        row = next((row for row in context["mine"].amenities if row.pk == number), None)
        context, name = context | {"row": row}, f"amenity-{number}"
    else:
        name = part
    return name, render_to_string(f"admin/my_station/_{part}.html", context, request)


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
    open_day(station=station, day=day, by=user_of(request), at=moment_of(request, day))
    return _("The day is open.")


def _close(request: HttpRequest, station: Station, day: date) -> str:
    at = moment_of(request, day)
    if at and request.POST.get("time"):
        at = _of_the_shift(station, day, at)
    close_day(station=station, day=day, by=user_of(request), at=at)
    return _("The day is closed.")


def _of_the_shift(station: Station, day: date, at: datetime) -> datetime:
    """A night shift ends on the next date: a time typed that lies before its opening is of the morning after."""
    record = StationDay.objects.filter(station=station, date=day).only("opened_at").first()
    opened_at, next_morning = record and record.opened_at, at + timedelta(days=1)
    is_next = opened_at is not None and at < opened_at and next_morning - opened_at <= LONGEST_SHIFT
    return next_morning if is_next else at


def _reopen(request: HttpRequest, station: Station, day: date) -> str:
    reopen(station=station, day=day, by=user_of(request))
    return _("The day is open again.")


def _confirm_open(request: HttpRequest, station: Station, day: date) -> str:
    if not confirm_open(station=station, by=user_of(request), at=moment_of(request, day)):
        return _("No report of a closed door waits any more.")
    return _("The map no longer doubts that you are open.")


def _nil(request: HttpRequest, station: Station, day: date) -> str:
    nil_return(station=station, day=day, by=user_of(request))
    return _("Nil return recorded: open, and nobody came.")


def _withdraw_nil(request: HttpRequest, station: Station, day: date) -> str:
    withdraw_nil_return(station=station, day=day, by=user_of(request))
    return _("The nil return is taken back.")


def _count(request: HttpRequest, station: Station, day: date) -> str:
    group = choice_of(request, "group", WorkerGroup)
    method, count = choice_of(request, "method", Method), whole_number(request, "count")
    hour = whole_number(request, "hour") if request.POST.get("hour") else None
    at = moment_of(request, day) or timezone.now()
    count_tap(tap=Tap(station, day, group, method, count, at, hour), sender=_sender(request))
    return _("%(group)s: %(count)+d") % {"group": group.label, "count": count}


def _undo(request: HttpRequest, station: Station, day: date) -> str:
    entry = get_object_or_404(VisitEntry, pk=whole_number(request, "entry"), station=station, date=day)
    undo = undo_entry(entry=entry, sender=_sender(request))
    return _("Undone: %(group)s %(count)+d") % {"group": undo.get_group_display(), "count": undo.change}


def _method(request: HttpRequest, station: Station, day: date) -> str:
    method = choice_of(request, "method", Method) if request.POST.get("method") else None
    choose_method(station=station, day=day, method=method, by=user_of(request))
    return _("The day's total is counted anew.")


def _counting(request: HttpRequest, station: Station, _day: date) -> str:
    is_by_hour = bool(whole_number(request, "by_hour"))
    choose_counting(station=station, by_hour=is_by_hour, by=user_of(request))
    return _("The counters stand for the running hour.") if is_by_hour else _("The counters stand for the whole day.")


def _broken(request: HttpRequest, station: Station, _day: date) -> str:
    amenity, due_back = _amenity(request, station), date_of(request, "due_back")
    note, photo = text_of(request, "note"), picture_of(request, "photo")
    report_fault(amenity=amenity, by=user_of(request), due_back=due_back, note=note, photo=photo)
    return _("%(amenity)s: out of order") % {"amenity": amenity.amenity}


def _repaired(request: HttpRequest, station: Station, _day: date) -> str:
    amenity = _amenity(request, station)
    report_repaired(amenity=amenity, by=user_of(request))
    return _("%(amenity)s: working again") % {"amenity": amenity.amenity}


def _checked(request: HttpRequest, station: Station, _day: date) -> str:
    confirm_facts(station=station, by=user_of(request), what=[text_of(request, "what")])
    return _("Checked. Thank you.")


def _amenity(request: HttpRequest, station: Station) -> StationAmenity:
    rows = StationAmenity.objects.select_related("amenity", "station")
    row: StationAmenity = get_object_or_404(rows, pk=whole_number(request, "amenity"), station=station)
    return row


def _sender(request: HttpRequest) -> Sender:
    return Sender(user_of(request), Source.MY_STATION, needed_key(request))


WRITES = {
    "open": writing(once("open", _open), "opening"),
    "close": writing(once("close", _close), "opening"),
    "reopen": writing(once("reopen", _reopen), "opening"),
    "confirm_open": writing(once("confirm_open", _confirm_open), "doubt"),
    "nil": writing(once("nil", _nil), "live"),
    "withdraw_nil": writing(once("withdraw_nil", _withdraw_nil), "live"),
    "count": writing(_count, "live"),
    "undo": writing(_undo, "live"),
    "method": writing(once("method", _method), "live"),
    "counting": writing(once("counting", _counting)),
    "broken": writing(once("broken", _broken), "amenity"),
    "repaired": writing(once("repaired", _repaired), "amenity"),
    "supply": writing(once("supply", supply), "supplies"),
    "count_supply": writing(once("count_supply", count_supply), "supplies"),
    "send_supply": writing(once("send_supply", send_to_station), "supplies"),
    "receive_supply": writing(once("receive_supply", receive), "supplies"),
    "call_back_supply": writing(once("call_back_supply", call_back), "supplies"),
    "note": writing(once("note", note), "notes"),
    "settle": writing(once("settle", settle), "notes"),
    "checked": writing(once("checked", _checked), "facts"),
    "take_over": writing(once("take_over", take_over), "duty"),
}
