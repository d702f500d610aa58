"""The poster of one station, for those who see it in the back office: it holds the signed code of the door."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from harbor_portal.lib.downloads import taken
from harbor_portal.portal.posters import posters
from stations.choices import DownloadKind, StationStatus
from stations.models import Station
from stations.moved import moved


@require_safe
@never_cache
@login_required
def poster(request: HttpRequest, code: str) -> HttpResponse:
    if elsewhere := moved(request, code):
        return elsewhere
    seen = Station.objects.visible_to(request.user).exclude(status=StationStatus.CLOSED)
    station = get_object_or_404(seen, code=code.upper())
    return pdf_response(posters([station]), f"poster-{station.code}.pdf", str(station), 1)


def pdf_response(pdf: bytes, name: str, about: str, rows: int) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    response = HttpResponse(pdf, content_type="application/pdf", headers=headers)
    return taken(response, DownloadKind.POSTER, about, rows)
