"""The page on which a unit is put below another one, from a month on, with what that means and what was before."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from harbor_portal.lib.errors import Invalid, PortalError
from harbor_portal.lib.months import Month
from stations.actions.units import move_unit
from stations.admin.base import person
from stations.forms import MoveForm
from stations.models import Station, Unit
from stations.policies import may_move


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    by = person(request)
    unit: Unit = get_object_or_404(Unit.objects.visible_to(by), pk=pk)
    if not may_move(by, unit):
        raise PermissionDenied(_("%(unit)s is moved by officers of the units above it.") % {"unit": unit})
    form = MoveForm(request.POST or None, by=by, unit=unit)
    if form.is_valid():
        try:
            moved = move_unit(unit=unit, by=by, **form.cleaned_data)
        except PortalError as error:
            form.add_error(error.field or None if isinstance(error, Invalid) else None, str(error))
        else:
            names = {"unit": unit, "parent": moved.new_parent, "month": Month.of(moved.since)}
            messages.success(request, _("Since %(month)s %(unit)s stands below %(parent)s.") % names)
            return redirect("admin:stations_unit_change", unit.pk)
    return render(request, "admin/stations/unit/move.html", _context(request, unit, form))


def _context(request: HttpRequest, unit: Unit, form: MoveForm) -> dict[str, Any]:
    return admin.site.each_context(request) | {
        "title": _("Move %(unit)s below another unit") % {"unit": unit},
        "opts": Unit._meta,
        "unit": unit,
        "above": Unit.objects.get_parent(unit),
        "units": Unit.objects.below((unit.path,)).count() - 1,
        "stations": Station.objects.in_units((unit.path,)).count(),
        "moves": unit.moves.select_related("old_parent", "new_parent", "by").order_by("-since", "-pk"),
        "form": form,
        "media": form.media,
    }
