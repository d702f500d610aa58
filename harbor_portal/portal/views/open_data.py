"""Open data: the page that explains the files, and the files where no web server of its own gives them."""

import re

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe
from django.views.decorators.vary import vary_on_headers

from harbor_portal.lib.downloads import for_anybody
from harbor_portal.open_data.files import CURRENT, FORMATS, SUMS, current_manifest, folder
from harbor_portal.open_data.hsds import OBJECTS

CONTENT_TYPES = {kind.name: kind.content_type for kind in FORMATS} | {SUMS: "text/plain; charset=utf-8"}
KNOWN = re.compile("|".join([*(rf"{re.escape(kind.name)}(?:\.gz)?" for kind in FORMATS), SUMS]))


@require_safe
@cache_control(public=True, max_age=300)
@vary_on_headers("Cookie")
def open_data(request: HttpRequest) -> HttpResponse:
    """No query."""
    context = {
        "manifest": current_manifest(),
        "licence": settings.OPEN_DATA_LICENCE,
        "licence_url": settings.OPEN_DATA_LICENCE_URL,
        "publisher": settings.OPEN_DATA_PUBLISHER,
        "fields": _fields(),
        "objects": OBJECTS,
    }
    return render(request, "open_data.html", context)


def _etag(_request: HttpRequest, name: str) -> str | None:
    manifest = current_manifest()
    file = manifest.file(name) if manifest else None
    return f'"{file.sha256}"' if file else None


@require_safe
@condition(etag_func=_etag)
@cache_control(public=True, max_age=3600)
def open_data_file(_request: HttpRequest, name: str) -> HttpResponseBase:
    """Only names that the files have are looked for, so no path leads out of the folder."""
    if not KNOWN.fullmatch(name):
        raise Http404
    try:
        file = (folder() / CURRENT / name).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    content_type = "application/gzip" if name.endswith(".gz") else CONTENT_TYPES[name]
    response = FileResponse(file, filename=name, content_type=content_type)
    response["Access-Control-Allow-Origin"] = "*"
    return for_anybody(response)


def _fields() -> list[tuple[str, str]]:
    """What the columns of the csv file mean, which are the properties of the GeoJSON file too."""
    return [
        ("code", _("Public code of the station: eight characters, never given to another one.")),
        ("name, address, phone", _("As the station gives them. Phone numbers are those of the stations.")),
        ("host_kind", _("What the station is part of: bank_branch, union_built, service_hall and others.")),
        ("province, city, district, division", _("Where it lies, by name and by code (GB/T 2260).")),
        ("longitude, latitude", _("WGS-84 in degrees. Maps of China want GCJ-02 or BD-09: convert before you draw.")),
        ("opening_hours", _("In the grammar of OpenStreetMap. Empty: nobody knows them, which does not mean closed.")),
        (
            "calendar_policy",
            _("What holds on public holidays: statutory and finance rest; statutory works on make-up days."),
        ),
        ("entry_mode", _("How to get in: walk_in, ask_staff, scan, code or face.")),
        (
            "amenities",
            _("code[:access[:health]], separated by spaces. “toilet:none”: there is none; a missing code is unknown."),
        ),
        ("programmes", _("programme[:number] for each plate on the door. Several plates are still one station.")),
        (
            "status, suspended_from, suspended_until",
            _("published or suspended; first and last day of a suspension, which may be still to come."),
        ),
        ("verified_at, changed_at", _("When staff last checked the station, and when its facts last changed.")),
        ("url", _("The page of the station, with whether it is open now.")),
    ]
