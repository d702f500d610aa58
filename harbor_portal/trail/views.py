"""The page of what changed, and taking a change back."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from harbor_portal.lib.errors import PortalError, Refused
from harbor_portal.trail.forms import FIRST_DAY, TrailForm
from harbor_portal.trail.search import PAGE, Asked, Spot, TooMuch, find, one_line
from harbor_portal.trail.words import entries
from stations.actions.taking_back import take_back
from stations.models import User
from stations.scope import scope_of

ASKED = ("person", "place", "what", "text", "first", "last")


@never_cache
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """What changed in one's scope, the newest first."""
    by = _reader(request)
    form = TrailForm(request.GET)
    asked = form.asked()
    spots: list[Spot] = []
    if asked:
        try:
            spots = find(asked, by)
        except TooMuch:
            form.add_error(None, _("This takes too long. Name a table, a station or fewer days."))
    known = {name: request.GET.get(name, "") for name in ASKED if request.GET.get(name)}
    context = admin.site.each_context(request) | {
        "title": _("What changed"),
        "form": form,
        "asked": asked,
        "is_filtered": bool(known),
        "entries": entries(spots[:PAGE], by),
        "newest": f"?{urlencode(known)}" if request.GET.get("before") else "",
        "older": f"?{urlencode(known | {'before': str(spots[PAGE - 1])})}" if len(spots) > PAGE else "",
        "further": _further(asked, known) if len(spots) <= PAGE else "",
    }
    return render(request, "admin/trail/changes.html", context, status=400 if form.errors else 200)


def _further(asked: Asked | None, known: dict[str, str]) -> str:
    """The time before the days that were looked through."""
    if asked is None:
        return ""
    last = asked.first - timedelta(days=1)
    first = last - (asked.last - asked.first)
    if first < FIRST_DAY:
        return ""
    days = {"first": first.isoformat(), "last": last.isoformat()}
    return f"?{urlencode(known | days)}"


@never_cache
@require_POST
def take_change_back(request: HttpRequest, table: str, line: int) -> HttpResponse:
    """One click; what stands against it is said."""
    by = _reader(request)
    found = one_line(table, line, by)
    if found is None:
        raise Http404
    try:
        take_back(by=by, line=found)
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except PortalError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Taken back. It stands in the history like any other change."))
    query = request.POST.get("query", "").replace("\0", "")
    return redirect(reverse("admin:changes") + (f"?{query}" if query else ""))


def _reader(request: HttpRequest) -> User:
    by: Any = request.user
    scope = scope_of(by)
    if not (scope.everything or scope.roles):
        raise PermissionDenied(
            _("What changed everywhere is read by officers and officials. The history of a row is on its own page.")
        )
    assert isinstance(by, User)
    return by
