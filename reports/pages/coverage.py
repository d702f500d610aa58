"""The page of coverage: where there is a station, where one is open at an hour, and which streets have none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from harbor_portal.lib.downloads import taken
from reports.coverage.lists import ALL, FIRST, ORDERS, WHICH, Line, is_order, lines_of, list_file
from reports.coverage.maps import coverage_map
from reports.coverage.places import Coverage, Found, Place, Sums, coverage
from reports.coverage.reference_hour import usual_moment
from reports.coverage.walking import WALK_MINUTES
from reports.exports import FORMATS
from reports.forms import MomentForm
from reports.pages.completeness import own_units
from reports.sections.coverage import method
from reports.sections.printing import NONE
from reports.subjects import Subject, find_subject
from stations.asked_by import user_of
from stations.calendar_years import has_calendar
from stations.choices import DivisionLevel, DownloadKind
from stations.models import Station, User
from stations.scope import scope_of

PLACES_PER_PAGE = 100
STATIONS_PER_PAGE = 100
FILES = ("xlsx", "csv")


@dataclass(frozen=True)
class Asked:
    """What the page is asked: of whom, for when, and which of its places in which order; "" where nothing is said."""

    subject: Subject
    moment: dict[str, str]
    place: str
    which: str
    order: str

    def address(self, **other: str) -> str:
        """The page with something else asked."""
        rest = {"place": self.place, "which": self.which, "order": self.order} | other
        said = {key: value for key, value in rest.items() if value}
        return f"{reverse('admin:coverage')}?{urlencode(self.subject.query | self.moment | said)}"

    def rows_of(self, place: str) -> dict[str, str]:
        """Where the rows behind the figures of a place stand, by standing; and its stations."""
        lists = {which: f"{self.address(place=place, which=which)}#places-title" for which in WHICH}
        return lists | {"stations": f"{self.address(place=place, which='')}#stations-title"}


@dataclass(frozen=True)
class LevelLine:
    name: str
    sums: Sums


@dataclass(frozen=True)
class PartLine:
    name: str
    url: str
    stations: int
    sums: Sums
    rows: dict[str, str]


@dataclass(frozen=True)
class Heading:
    title: str
    url: str
    sort: str
    """As `aria-sort` says it, or nothing."""
    is_figure: bool


@dataclass(frozen=True)
class StationLine:
    name: str
    code: str
    place: str
    state: str


@never_cache
@require_safe
def coverage_page(request: HttpRequest) -> HttpResponse:
    """Of `?unit=` or `?division=` on `?date=` at `?time=`, as a whole or in `?place=`; `?format=` gives the list.

    A constant number of queries.
    """
    user, now = user_of(request), timezone.now()
    form = MomentForm(_said(request, user), user=user, usual=usual_moment(now))
    if not form.is_valid():
        return _page(request, {"form": form, "title": _("Coverage")}, status=400 if form.is_bound else 200)
    asked = _asked(request, form)
    whole = coverage(asked.subject, form.cleaned_data["at"])
    if asked.place and asked.place not in whole.places:
        raise Http404
    found = whole.within(asked.place) if asked.place else whole
    which = asked.which or ("blank" if found.total.blank else ALL)
    lines = lines_of(found, which, asked.order or FIRST)
    if (extension := request.GET.get("format")) is not None:
        return _file(found, replace(asked, which=which), lines, extension)
    lists = _lists(request, asked, found, lines) | {"shown_which": which}
    return _page(request, _context(user, form, asked, whole, found) | lists)


def _said(request: HttpRequest, user: User) -> QueryDict | None:
    """What the address says; where it names nobody, of the person's own unit, if that is one."""
    said = request.GET.copy()
    if not said.get("unit") and not said.get("division"):
        own = own_units(user)
        if len(own) != 1 and not (own and scope_of(user).everything):
            return said or None
        said["unit"] = own[0].code
    return said


def _asked(request: HttpRequest, form: MomentForm) -> Asked:
    subject = form.cleaned_data["subject"]
    which, order = request.GET.get("which", ""), request.GET.get("order", "")
    if subject is None or which not in ("", *WHICH) or not is_order(order or FIRST):
        raise Http404
    at = timezone.localtime(form.cleaned_data["at"])
    moment = {"date": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M}"}
    return Asked(subject, moment, request.GET.get("place", ""), which, order)


def _file(found: Coverage, asked: Asked, lines: Sequence[Line], extension: str) -> HttpResponse:
    if extension not in FILES:
        raise Http404
    content = list_file(found, asked.which, lines, extension)
    name = "-".join(filter(None, ["coverage", asked.subject.code, asked.place, *asked.moment.values(), asked.which]))
    disposition = f'attachment; filename="{name.replace(":", "")}.{extension}"'
    response = HttpResponse(content, content_type=FORMATS[extension], headers={"Content-Disposition": disposition})
    return taken(response, DownloadKind.LIST, f"{_('Coverage')} · {found.title}", len(lines))


def _context(user: User, form: MomentForm, asked: Asked, whole: Coverage, found: Coverage) -> dict[str, Any]:
    place = found.places.get(asked.place)
    parts = _parts(asked, found)
    return {
        "form": form,
        "title": _("Coverage"),
        "asked": asked,
        "found": found,
        "at": found.at_local,
        "place": place,
        "around": _around(asked, whole, place),
        "whole_url": asked.address(place=""),
        "levels": [LevelLine(str(DivisionLevel(level).label), sums) for level, sums in found.levels.items()],
        "parts": parts if len(parts) > 1 else [],
        "parts_stations": sum(part.stations for part in parts),
        "walk_minutes": WALK_MINUTES,
        "unknown_year": "" if has_calendar(found.at_local.year) else str(found.at_local.year),
        "method": method(),
        "other": _other(user, asked),
        "map": coverage_map(found, asked.address),
    }


def _around(asked: Asked, whole: Coverage, place: Place | None) -> list[tuple[str, str]]:
    """The places of the territory around this one, the largest first."""
    if place is None:
        return []
    above = [one for one in whole.upwards(place) if one != place]
    return [(one.name, asked.address(place=one.code)) for one in reversed(above)]


def _other(user: User, asked: Asked) -> tuple[str, str] | None:
    """The same territory with all stations in it, whoever runs them, if the person reads that."""
    unit = asked.subject.unit
    if unit is None or unit.division is None or not find_subject(user, division=unit.division.code):
        return None
    query = {**asked.subject.query, **asked.moment, "division": unit.division.code}
    del query["unit"]
    return unit.division.name, f"{reverse('admin:coverage')}?{urlencode(query)}"


def _parts(asked: Asked, found: Coverage) -> list[PartLine]:
    return [
        PartLine(
            found.places[code].name,
            asked.address(place=code, which=""),
            sum(place.stations for place in places),
            Sums.of(places),
            asked.rows_of(code),
        )
        for code, places in found.parts.items()
    ]


def _lists(request: HttpRequest, asked: Asked, found: Coverage, lines: Sequence[Line]) -> dict[str, Any]:
    page = Paginator(lines, PLACES_PER_PAGE).get_page(request.GET.get("page"))
    is_near = bool(asked.place) or len(found.last) == 1
    stations = Paginator(found.stations if is_near else (), STATIONS_PER_PAGE).get_page(request.GET.get("stations"))
    return {
        "headings": _headings(asked),
        "which": [
            (str(title), asked.address(which=key), len(found.last) if key == ALL else found.total.by_standing[key], key)
            for key, title in WHICH.items()
        ],
        "page": page,
        "places": [(line, asked.rows_of(line.place.code)) for line in page],
        "rows": asked.rows_of(asked.place),
        "pager": asked.address(),
        "files": [(extension, asked.address(format=extension)) for extension in FILES],
        "is_near": is_near,
        "stations": _stations(found, stations),
        "stations_page": stations,
    }


def _headings(asked: Asked) -> list[Heading]:
    order = asked.order or FIRST
    titles = {
        "name": _("Street or town"),
        "around": _("Lies in"),
        "code": _("Division code"),
        "standing": pgettext("of a place", "Standing"),
        "stations": _("Stations"),
        "open": _("Open then"),
    }
    return [
        Heading(title, asked.address(order=_turned(order, key)), _sort(order, key), key in ("stations", "open"))
        for key, title in titles.items()
        if key in ORDERS
    ]


def _turned(order: str, key: str) -> str:
    return f"-{key}" if order == key else key


def _sort(order: str, key: str) -> str:
    return "ascending" if order == key else "descending" if order == f"-{key}" else ""


def _stations(found: Coverage, page: Page[Found]) -> list[StationLine]:
    named = Station.objects.filter(pk__in=[one.pk for one in page]).values_list("pk", "name", "code")
    names = {pk: (name, code) for pk, name, code in named}
    words = {
        "open": pgettext("a station at an hour", "Open"),
        "unknown": pgettext("a station at an hour", "Not known"),
        "closed": pgettext("a station at an hour", "Closed"),
    }
    return [StationLine(*names[one.pk], _place_of(found, one), words[one.state]) for one in page]


def _place_of(found: Coverage, station: Found) -> str:
    place = found.places.get(station.division or "")
    return place.name if place else NONE


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context = admin.site.each_context(request) | context
    return render(request, "admin/reports/coverage/page.html", context, status=status)
