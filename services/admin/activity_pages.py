"""The page of one activity in the back office."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from services.models import Activity
from stations.admin.base import person


def visible(request: HttpRequest) -> QuerySet[Any]:
    rows: Any = Activity.objects.all()
    return rows.visible_to(person(request)).select_related("organiser", "division")  # type: ignore[no-any-return]  # a queryset method


def find(request: HttpRequest, pk: int) -> Activity:
    found: Activity = get_object_or_404(visible(request), pk=pk)
    return found


def activity(request: HttpRequest, row: Activity) -> HttpResponse:
    """What it is, where and when, and who came."""
    found = find(request, row.pk)
    context = {
        "title": str(found),
        "activity": found,
        "stations": list(found.stations.order_by("name", "pk")),
        "attendance": list(found.attendance.order_by("method", "group")),
        "why_read_only": _("Officers and officials of %(unit)s look after it.") % {"unit": found.organiser},
    }
    return _page(request, "read", context)


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context = admin.site.each_context(request) | {"opts": Activity._meta} | context
    return render(request, f"admin/services/activity/{name}.html", context, status=status)
