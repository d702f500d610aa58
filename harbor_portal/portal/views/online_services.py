"""Services by link, phone or guide, and what membership brings; the products of partners apart, and marked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from services.choices import WorkerGroup
from services.models import OnlineService
from services.online import directory
from stations.models import Division


@require_safe
@cache_control(public=True, max_age=300)
@vary_on_headers("Cookie")
def online_services(request: HttpRequest) -> HttpResponse:
    """A constant number of queries. What the address asks for and there is not is left out, and so is not marked."""
    today = timezone.localdate()
    division = _division(request.GET.get("division", ""))
    group = request.GET.get("group", "")
    group = group if group in WorkerGroup.values else ""
    shelves, products = directory(division.prefix if division else "", group, today)
    context: dict[str, Any] = {
        "division": division,
        "group": group,
        "groups": WorkerGroup.choices,
        "places": _places(division),
        "shelves": shelves,
        "products": products,
        "is_asked": bool(division or group),
    }
    return render(request, "online_services.html", context)


def _division(code: str) -> Division | None:
    found: Division | None = Division.objects.filter(code=code[:9].replace("\0", "")).first() if code else None
    return found


def _places(chosen: Division | None) -> list[Division]:
    """Where there is something of its own, and the place chosen."""
    named = OnlineService.objects.filter(is_published=True, division__isnull=False).order_by().values("division")
    codes = Division.objects.filter(pk__in=named).order_by("code")
    places = list(codes)
    return places if chosen is None or chosen in places else sorted([*places, chosen], key=lambda one: one.code)
