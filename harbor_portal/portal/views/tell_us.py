"""Telling us what is wrong at a station, or right: no login, no name, two taps."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from harbor_portal.lib.errors import Invalid, PortalError
from harbor_portal.lib.http import client_address, error_body, same_origin_only, wants_json
from harbor_portal.lib.images import clean_image
from harbor_portal.lib.limits import Limit, seconds_left
from harbor_portal.portal.views.home import leaflet_options
from services.actions.feedback import Report, receive_feedback, received_before, said_already
from services.choices import FeedbackKind
from services.forms import TellUsForm, amenities_of
from services.limits import LONGEST_SIDE, MAX_BODY, PER_QUESTION, photo_limit, tell_limit
from services.models import Feedback
from stations.choices import StationStatus
from stations.models import Station
from stations.moved import moved

OPEN_TO_REPORTS = (StationStatus.PUBLISHED, StationStatus.SUSPENDED)


class TooOften(PortalError):
    """A limit was reached; the sentence says which, in words of the person who reached it."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(_too_often(limit))
        self.limit = limit


# A page holds the key of its own form, so it is nobody else's; it may be kept by the browser that asked for it.
@same_origin_only
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, max_age=0)
def tell_us(request: HttpRequest, code: str) -> HttpResponse:
    station: Station | None = Station.objects.filter(code=code.upper(), status__in=OPEN_TO_REPORTS).first()
    if station is None:
        return moved(request, code) or _gone(request, _("There is no station with the code {code}.").format(code=code))
    if request.method != "POST":
        return _page(request, station, {"kind": request.GET.get("kind", "")})
    if _is_too_large(request):
        # Not a byte of the body is read, so what was typed is gone; the page before still has it.
        return _refused(
            request, station, {}, {"photo": [_("The photo is too large. Send the report without it.")]}, 413
        )
    form = TellUsForm(request.POST, request.FILES, station=station)
    if not form.is_valid():
        errors = {name: [str(error) for error in found] for name, found in form.errors.items()}
        return _refused(request, station, request.POST, errors, 400)
    try:
        feedback = _receive(request, station, form.cleaned_data)
    except PortalError as error:
        field = error.field if isinstance(error, Invalid) else ""
        response = _refused(request, station, request.POST, {field: [str(error)]}, _status_of(error))
        if isinstance(error, TooOften):
            response["Retry-After"] = str(seconds_left(error.limit))
        return response
    return _received(request, feedback, without_photo=bool(form.cleaned_data["photo"]) and not feedback.photo)


@require_safe
@cache_control(public=True, max_age=0)
def tell_anywhere(request: HttpRequest) -> HttpResponse:
    """The form that devices keep for stations whose own form they cannot reach; the script fills in which one it is.

    It depends on nothing but the language.
    """
    return render(request, "tell_us.html", {"kinds": _kinds(), "said": {}})


def _receive(request: HttpRequest, station: Station, values: dict[str, Any]) -> Feedback:
    """Cheap checks first: was it sent before, is it within the limits; only then is the photo taken apart.

    Beyond the limit of photos, the report is taken without it.
    """
    kind, photo = FeedbackKind(values["kind"]), values["photo"]
    details = {name: values[name] for name in ("text", "amenity", "longitude", "latitude", "suggested_hours", "waited")}
    report = Report(station=station, kind=kind, client_key=values["client_key"], **details)
    if sent := received_before(report):
        return sent
    address, same = client_address(request), said_already(report)
    if limit := tell_limit(device=values["device"], address=address, repeats=same.pk if same else None):
        raise TooOften(limit)
    is_taken = bool(photo) and photo_limit(address) is None
    picture = clean_image(photo, longest_side=LONGEST_SIDE) if is_taken else b""
    return receive_feedback(report=report, photo=picture)


def _received(request: HttpRequest, feedback: Feedback, *, without_photo: bool) -> HttpResponse:
    url = reverse("receipt", args=[feedback.receipt])
    if not wants_json(request):
        return redirect(f"{url}?sent=1&without_photo=limit" if without_photo else f"{url}?sent=1")
    return JsonResponse(
        {"receipt": feedback.receipt, "spelt": feedback.spelt_receipt, "url": url, "without_photo": without_photo}
    )


def _gone(request: HttpRequest, sentence: str) -> HttpResponse:
    """A report may have waited on a device for longer than its station was there."""
    if not wants_json(request):
        raise Http404(sentence)
    return JsonResponse(error_body("not_found", sentence), status=404)


def _refused(
    request: HttpRequest, station: Station, said: Any, errors: dict[str, list[str]], status: int
) -> HttpResponse:
    sentences = list(dict.fromkeys(sentence for found in errors.values() for sentence in found))
    if wants_json(request):
        code = "too_often" if status == 429 else "invalid"
        return JsonResponse(error_body(code, " ".join(sentences), errors), status=status)
    return _page(request, station, said, sentences, status, wrong=list(errors))


def _page(
    request: HttpRequest,
    station: Station,
    said: Any,
    problems: Sequence[str] = (),
    status: int = 200,
    wrong: Sequence[str] = (),
) -> HttpResponse:
    context = {
        "station": station,
        "kinds": _kinds(),
        "amenities": [(amenity.code, str(amenity)) for amenity in amenities_of(station)],
        "said": said,
        "problems": problems,
        "wrong": wrong,
        "client_key": uuid4(),
        "map_config": _map_config(station),
    }
    return render(request, "tell_us.html", context, status=status)


def _kinds() -> list[dict[str, str]]:
    hints = {
        FeedbackKind.ARRIVED_BUT_CLOSED: _("The door is locked although it should be open"),
        FeedbackKind.WRONG_PLACE: _("It is somewhere else"),
        FeedbackKind.WRONG_HOURS: _("The door says something else"),
        FeedbackKind.BROKEN: _("Water, socket, toilet …"),
        FeedbackKind.REFUSED: _("I was not let in, or not let use something"),
        FeedbackKind.SHORT: _("No water, no medicine, no paper …"),
        FeedbackKind.PRAISE: _("Somebody or something was good"),
        FeedbackKind.IDEA: _("What would make it better"),
    }
    return [{"value": kind.value, "label": str(kind.label), "hint": hint} for kind, hint in hints.items()]


def _map_config(station: Station) -> dict[str, Any]:
    return {
        "leaflet": leaflet_options(),
        "place": [station.latitude, station.longitude],
        "map_name": _("Map with a pin to move"),
        "pin": _("The pin: move it with the arrow keys, or drag it"),
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "moved": _("{n} m from where the map shows it"),
        "no_position": _("Your position could not be found. Move the pin instead."),
    }


def _is_too_large(request: HttpRequest) -> bool:
    length = request.headers.get("Content-Length") or "0"
    return not length.isdecimal() or int(length) > MAX_BODY


def _status_of(error: PortalError) -> int:
    if isinstance(error, TooOften):
        return 429
    return 400 if isinstance(error, Invalid) else 409


def _too_often(limit: Limit) -> str:
    if limit.name == PER_QUESTION.name:
        return _("Many people have told us the same about this station within the hour. It is being looked at.")
    return _("That was a lot within one hour. Please try again later; what you wrote is still here.")
