"""What the portal's own pages add to the back office: posters of many stations at once."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harbor_portal.portal.posters import MOST, posters
from harbor_portal.portal.views.poster import pdf_response
from stations.admin.base import person
from stations.admin.registry import extend_stations, extend_units
from stations.choices import StationStatus
from stations.models import Station


@admin.action(description=gettext_lazy("Door posters (PDF)"))
def posters_of_stations(_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    return _answer(request, queryset)


@admin.action(description=gettext_lazy("Door posters of their stations (PDF)"))
def posters_of_units(_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    """Of all that these units and those below them operate or supervise today."""
    paths = tuple(queryset.values_list("path", flat=True))
    return _answer(request, Station.objects.visible_to(person(request)).in_units(paths))


def _answer(request: HttpRequest, stations: QuerySet[Station]) -> HttpResponse | None:
    """One document, or the sentence that says why there is none; the list stays as it was."""
    found = list(stations.exclude(status=StationStatus.CLOSED).order_by("code")[: MOST + 1])
    if not found:
        messages.warning(request, _("None of these has a station that is not closed for good."))
        return None
    if len(found) > MOST:
        sentence = _("More than {most} posters do not fit into one document. Choose fewer stations or a smaller unit.")
        messages.error(request, sentence.format(most=MOST))
        return None
    about = ", ".join(str(station) for station in found)
    return pdf_response(posters(found), "posters.pdf", about, len(found))


extend_stations(actions=(posters_of_stations,))
extend_units(actions=(posters_of_units,))
