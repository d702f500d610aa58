"""What further buttons of "My station" do: a note to the officer, and the hand-over of the desk."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from harbor_portal.lib.errors import Invalid
from harbor_portal.lib.http import stored_picture
from services.actions import desk
from services.fields import moment_of, text_of, whole_number
from services.models import FaultPhoto, KeeperNote
from services.views.my_station import station_of
from stations.asked_by import user_of
from stations.models import Station


def note(request: HttpRequest, station: Station, day: date) -> str:
    desk.write_note(station=station, text=text_of(request, "text"), by=user_of(request), at=moment_of(request, day))
    return _("Your officer reads it.")


def settle(request: HttpRequest, station: Station, _day: date) -> str:
    found = get_object_or_404(KeeperNote, pk=whole_number(request, "note"), station=station)
    desk.settle_note(note=found, by=user_of(request), answer=text_of(request, "answer"))
    return _("The note is dealt with.")


def take_over(request: HttpRequest, station: Station, _day: date) -> str:
    desk.take_over(station=station, by=user_of(request))
    return _("You are at the desk now.")


@never_cache
@require_POST
def hand_over(request: HttpRequest, code: str) -> HttpResponse:
    """Leaves a word for the colleague, logs out, and asks who comes: from then on they sign what is tapped here."""
    station = station_of(request, code)
    page = reverse("admin:my_station", args=[station.code])
    try:
        desk.hand_over(station=station, by=user_of(request), text=text_of(request, "text"))
    except Invalid as error:
        messages.error(request, str(error))
        return redirect(page)
    logout(request)
    return redirect(f"{reverse('admin:login')}?{urlencode({'next': page})}")


@never_cache
@require_safe
def fault_photo(request: HttpRequest, pk: int) -> HttpResponse:
    """A photo of what broke, for whoever sees the station."""
    stations = Station.objects.visible_to(user_of(request))
    found = get_object_or_404(FaultPhoto, pk=pk, amenity__station__in=stations)
    return stored_picture(found.photo)
