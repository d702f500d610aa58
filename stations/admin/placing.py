"""The queue of drafts without a place: one after the other on a map that starts at the division's centre."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from harbor_portal.lib.errors import PortalError
from stations.actions.stations import place_station
from stations.admin.base import person, scope
from stations.admin.places import PlacePicker
from stations.choices import DivisionLevel, Role
from stations.models import Division, Posting, Station

ZOOMS = {DivisionLevel.PROVINCE: 8, DivisionLevel.CITY: 11, DivisionLevel.DISTRICT: 13, DivisionLevel.TOWNSHIP: 15}


class PlaceForm(forms.Form):
    longitude = forms.FloatField(min_value=-180, max_value=180, widget=PlacePicker)
    latitude = forms.FloatField(min_value=-85, max_value=85, widget=forms.NumberInput(attrs={"step": "any"}))


@require_safe
def next_one(request: HttpRequest) -> HttpResponse:
    """The first of the queue, or the word that it is empty."""
    if station := queue(request).first():
        return redirect("admin:stations_station_place", station.pk)
    messages.info(request, _("Every station of yours has its place."))
    return redirect("admin:stations_station_changelist")


@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one draft on the map and go on to the next."""
    station: Station = get_object_or_404(editable(request), pk=pk)
    form = PlaceForm(request.POST or None)
    if form.is_valid():
        try:
            place_station(by=person(request), station=station, **form.cleaned_data)
        except PortalError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(station)s has its place.") % {"station": station})
            return _after(request, station)
    return render(request, "admin/stations/station/place.html", _context(request, station, form))


def editable(request: HttpRequest) -> QuerySet[Station]:
    stations: QuerySet[Station] = Station.objects.all()
    if not scope(request).everything:
        stations = Station.objects.in_units(scope(request).paths_as(Role.OFFICER))
    return stations


def queue(request: HttpRequest) -> QuerySet[Station]:
    waiting: QuerySet[Station] = Station.objects.to_be_placed()
    return waiting.filter(pk__in=editable(request).values("pk")).order_by("pk")


def _after(request: HttpRequest, station: Station) -> HttpResponse:
    following = queue(request).filter(pk__gt=station.pk).first()
    if following:
        return redirect("admin:stations_station_place", following.pk)
    return redirect("admin:stations_station_place_next")


def _context(request: HttpRequest, station: Station, form: PlaceForm) -> dict[str, Any]:
    posting = Posting.objects.on(timezone.localdate()).filter(station=station).select_related("division").first()
    division = posting.division if posting else None
    start_at(form.fields["longitude"].widget, division)
    return admin.site.each_context(request) | {
        "title": _("To be placed"),
        "station": station,
        "division": division,
        "form": form,
        "media": form.media,
        "following": queue(request).filter(pk__gt=station.pk).first(),
        "opts": Station._meta,
    }


def start_at(picker: Any, division: Division | None) -> None:
    """Let the map of a picker begin at the centre of the division."""
    if division and division.longitude is not None and division.latitude is not None:
        picker.centre = (division.longitude, division.latitude, ZOOMS[DivisionLevel(division.level)])
