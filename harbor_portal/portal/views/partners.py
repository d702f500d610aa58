"""With whom: the partners that are public, the programmes and how far they have come, and the special stations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Count, Q, QuerySet
from django.db.models.functions import Left
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from harbor_portal.portal.told import stories_of
from partners.choices import PartnerKind
from partners.covering import stations_under
from partners.models import Agreement, Partner, PartnerMember, Programme, SpecialStation
from partners.progress import progress_of
from services.models import Activity
from stations.choices import StationStatus
from stations.codes import WELL_FORMED
from stations.models import Division, Posting, Station, StationCard

PAGE_SIZE = 48
MOST_MEMBERS = 200
MOST_STATIONS = 24
MOST_ACTIVITIES = 12
MOST_HOPS = 20
"""Of partners merged into partners; more would be a circle."""
SHOWN = (StationStatus.PUBLISHED, StationStatus.SUSPENDED)


@dataclass(frozen=True)
class Area:
    """A province with how many stations of a programme."""

    name: str
    code: str
    stations: int


@require_safe
@cache_control(public=True, max_age=60)
@vary_on_headers("Cookie")
def partner_list(request: HttpRequest) -> HttpResponse:
    """By kind; `?kind=` shows one kind alone."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in PartnerKind.values else ""
    rows: Any = Partner.objects.public()
    counts = dict(rows.order_by().values_list("kind").annotate(count=Count("pk")))
    chosen = rows.filter(kind=kind) if kind else rows
    context = {
        "kind": kind,
        "kinds": [(code, label, counts[code]) for code, label in PartnerKind.choices if code in counts],
        "total": sum(counts.values()),
        "page": _page(request, chosen.select_related("division").order_by("kind", "name", "pk")),
        "canonical_path": request.path,
    }
    return render(request, "partners/list.html", context)


@require_safe
@cache_control(public=True, max_age=60)
@vary_on_headers("Cookie")
def partner(request: HttpRequest, code: str) -> HttpResponse:
    """What one partner brings and where; a merged one leads to the one that stays."""
    found = _partner(code)
    if found.merged_into_id:
        return redirect(_kept(found), permanent=True)
    if not found.is_public:
        raise Http404(_("There is no such page."))
    today = timezone.localdate()
    members: Any = PartnerMember.objects.all()
    context = {
        "partner": found,
        "members": _members(members.on(today).filter(association=found)),
        "associations": _associations(members.on(today).filter(member_partner=found)),
        "specials": _specials().filter(partner=found)[:MOST_STATIONS],
        "canonical_path": found.get_absolute_url(),
        "agreed": _page(request, _agreed(found, today), MOST_STATIONS),
        **_stations_of(found, today),
        **_activities_of(found, timezone.now()),
        **stories_of(found),
    }
    return render(request, "partners/partner.html", context)


@require_safe
@cache_control(public=True, max_age=60)
@vary_on_headers("Cookie")
def programme_list(request: HttpRequest) -> HttpResponse:
    context = {
        "programmes": Programme.objects.select_related("owner").annotate(bearing=_bearing()).order_by("order", "code"),
        "canonical_path": request.path,
    }
    return render(request, "partners/programmes.html", context)


@require_safe
@cache_control(public=True, max_age=60)
@vary_on_headers("Cookie")
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """Rules and sign, the stages from the pilot on, and where its plates hang. A station counts once."""
    found = get_object_or_404(Programme.objects.select_related("owner"), code=code)
    stages = found.stages.select_related("within").order_by("first", "pk")
    areas = _areas(found)
    context = {
        "programme": found,
        "progress": progress_of(stages, timezone.localdate()),
        "areas": areas,
        "stations": sum(area.stations for area in areas),
        "canonical_path": found.get_absolute_url(),
    }
    return render(request, "partners/programme.html", context)


@require_safe
@cache_control(public=True, max_age=60)
@vary_on_headers("Cookie")
def special_stations(request: HttpRequest) -> HttpResponse:
    context = {
        "page": _page(request, _specials()),
        "canonical_path": request.path,
    }
    return render(request, "partners/special.html", context)


def _page(request: HttpRequest, rows: QuerySet[Any], size: int | None = None) -> Page[Any]:
    return Paginator(rows, size or PAGE_SIZE).get_page(request.GET.get("page", "1")[:9])


def _partner(code: str) -> Partner:
    rows = Partner.objects.select_related("unit", "division", "merged_into")
    found: Partner = get_object_or_404(rows, code=code.upper() if WELL_FORMED.fullmatch(code.upper()) else "")
    return found


def _kept(found: Partner) -> Partner:
    for _hop in range(MOST_HOPS):
        if found.merged_into is None:
            break
        found = found.merged_into
    return found


def _specials() -> QuerySet[SpecialStation]:
    """Those of today that the public may go to, the latest first, each with its photos. Two queries."""
    rows: Any = SpecialStation.objects.filter(station__status__in=SHOWN)
    ordered = rows.on(timezone.localdate()).select_related("station", "partner").order_by("-since", "pk")
    return ordered.prefetch_related("photos")  # type: ignore[no-any-return]  # a queryset method


def _members(members: QuerySet[PartnerMember]) -> list[tuple[str, str]]:
    """Units, and partners that are public: names, and addresses of those with a page, by name. One query."""
    named = members.filter(Q(member_partner=None) | Q(member_partner__is_public=True))
    rows = named.select_related("member_unit", "member_partner").order_by("pk")[:MOST_MEMBERS]
    return sorted((str(row), _address(row.member_partner)) for row in rows)


def _associations(memberships: QuerySet[PartnerMember]) -> QuerySet[Partner]:
    """Those that are public, by name."""
    return Partner.objects.public().filter(members__in=memberships).distinct().order_by("name", "pk")


def _address(other: Partner | None) -> str:
    return other.get_absolute_url() if other and not other.merged_into_id else ""


def _agreed(found: Partner, today: date) -> QuerySet[Station]:
    """The stations that agreements with it hold for today, by name; whatever was agreed."""
    agreements: Any = Agreement.objects.all()
    rows = stations_under(agreements.with_partner(found), today)
    return rows.filter(status__in=SHOWN).order_by("name", "pk")


def _stations_of(found: Partner, today: date) -> dict[str, Any]:
    """Stations that the partner runs itself, if it is a unit here."""
    if found.unit is None:
        return {"own_stations": [], "own_count": 0}
    posted: Any = Posting.objects.filter(operator__path__startswith=found.unit.path)
    own = Station.objects.filter(status__in=SHOWN, pk__in=posted.on(today).values("station"))
    return {"own_stations": own.order_by("name", "pk")[:MOST_STATIONS], "own_count": own.count()}


def _activities_of(found: Partner, at: datetime) -> dict[str, Any]:
    rows: Any = Activity.objects.filter(partners=found).public().not_cancelled()
    return {
        "coming": rows.upcoming(at).order_by("starts_at", "pk")[:MOST_ACTIVITIES],
        "past": rows.filter(ends_at__lt=at).order_by("-starts_at", "-pk")[:MOST_ACTIVITIES],
    }


def _bearing() -> Count:
    today = timezone.localdate()
    hanging = Q(plates__since__lte=today) & (Q(plates__until=None) | Q(plates__until__gte=today))
    return Count("plates__station", filter=hanging & Q(plates__station__status__in=SHOWN), distinct=True)


def _areas(found: Programme) -> list[Area]:
    """By province, the most stations first; as published, so that the map says the same. Two queries."""
    cards: Any = StationCard.objects.filter(programmes__contains=[found.code]).order_by()
    rows = cards.annotate(area=Left("division_code", 2, output_field=CharField())).values("area")
    counts: Iterable[tuple[str, int]] = rows.annotate(stations=Count("pk")).values_list("area", "stations")
    codes = {f"{area}0000": number for area, number in counts}
    names = dict(Division.objects.filter(pk__in=codes).values_list("pk", "name"))
    areas = [Area(names.get(code, ""), code if code in names else "", number) for code, number in codes.items()]
    return sorted(areas, key=lambda area: (-area.stations, area.code))
