"""The pages of a story: where it is written, and where it is read, reviewed and looked after."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from harbor_portal.lib.errors import Invalid, PortalError, Refused, StaleState
from harbor_portal.lib.http import stored_picture
from services.actions.stories import MOST_PHOTOS, Telling, read_consent, refuse_unless_may_review, write_story
from services.admin.wish_pages import MOST_UNITS, number_of, partners_for, units_for
from services.fields import lines_of, text_of
from services.models import Story, StoryConsent, StoryPhoto
from services.models.stories import MAX_BODY, MAX_LEAD, MAX_TITLE
from services.story_choices import ConsentHow, StoryState
from stations.admin.base import in_scope, person
from stations.models import Station
from stations.policies import may_lead


def visible(request: HttpRequest) -> QuerySet[Story]:
    return in_scope(Story, request).select_related("unit", "station", "partner", "written_by", "reviewed_by")


def find(request: HttpRequest, pk: int) -> Story:
    return get_object_or_404(visible(request), pk=pk)


def address(story: Story) -> str:
    return reverse("admin:services_story_change", args=[story.pk])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _write_page(request)
    try:
        unit = units_for(request).filter(pk=number_of(request, "unit")).first()
        if unit is None:
            raise Invalid("unit", _("Choose from the list."))
        story = write_story(unit=unit, telling=telling_of(request), by=person(request))
    except PortalError as error:
        return _write_page(request, str(error), 403 if isinstance(error, Refused) else 400)
    return redirect(address(story))


def telling_of(request: HttpRequest) -> Telling:
    return Telling(
        title=text_of(request, "title"),
        lead=text_of(request, "lead"),
        body=lines_of(request, "body"),
        station=_station(request),
        partner=partners_for(person(request)).filter(pk=number_of(request, "partner")).first(),
        shows_person=bool(request.POST.get("shows_person")),
    )


def _station(request: HttpRequest) -> Station | None:
    code = text_of(request, "station").upper()
    found: Station | None = Station.objects.visible_to(person(request)).filter(code=code).first() if code else None
    if code and found is None:
        raise Invalid("station", _("There is no station with the code {code}.").format(code=code))
    return found


def _form(request: HttpRequest) -> dict[str, Any]:
    return {
        "partners": list(partners_for(person(request))[:MOST_UNITS]),
        "most_title": MAX_TITLE,
        "most_lead": MAX_LEAD,
        "most_body": MAX_BODY,
    }


def _write_page(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    said = request.POST
    context = {
        "title": _("Write a story"),
        "units": list(units_for(request)[:MOST_UNITS]),
        "said": said,
        "station_code": said.get("station", ""),
        "chosen_partner": said.get("partner", ""),
        "shows_person": bool(said.get("shows_person")) or request.method != "POST",
        "error": error,
        **_form(request),
    }
    return _page(request, "write", context, status)


def story_page(request: HttpRequest, row: Story, error: PortalError | None = None) -> HttpResponse:
    """What it tells, who agreed, and what can be done about it; with what was typed, if that was refused."""
    found, today = find(request, row.pk), timezone.localdate()
    may_act = may_lead(person(request), found.unit)
    history = list(found.history.select_related("history_user").order_by("history_date", "history_id"))
    typed = request.POST if error else None
    context = {
        "title": found.title,
        "story": found,
        "photos": list(found.photos.order_by("pk")),
        "most_photos": MOST_PHOTOS,
        "consents": list(found.consents.select_related("renewal").order_by("given", "pk")),
        "hows": ConsentHow.choices,
        "today": today,
        "may_act": may_act,
        "is_draft": found.state == StoryState.DRAFT,
        "why_not_review": _why_not_review(request, found),
        "why_read_only": "" if may_act else _why_read_only(found),
        "is_shown": Story.objects.shown_on(today).filter(pk=found.pk).exists(),
        "error": str(error or ""),
        "said": typed or found,
        "station_code": typed.get("station", "") if typed else found.station.code if found.station else "",
        "chosen_partner": typed.get("partner", "") if typed else str(found.partner_id or ""),
        "shows_person": bool(typed.get("shows_person")) if typed else found.shows_person,
        "history": history,
        "last_line": max(line.history_id for line in history),
        **_form(request),
    }
    return _page(request, "story", context, 409 if isinstance(error, StaleState) else 400 if error else 200)


def typed_again(request: HttpRequest, row: Story, error: PortalError) -> HttpResponse | None:
    return None if isinstance(error, Refused) else story_page(request, row, error)


def _why_not_review(request: HttpRequest, found: Story) -> str:
    try:
        refuse_unless_may_review(person(request), found)
    except Refused as refusal:
        return str(refusal)
    return ""


def _why_read_only(found: Story) -> str:
    return _("Officers of %(unit)s, or of a unit above it, see to this story.") % {"unit": found.unit}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Who agreed (`?consent=`), for who says why; each time is written down."""
    found, number = find(request, pk), request.GET.get("consent", "")
    row = get_object_or_404(StoryConsent, pk=number[:18] if number.isdecimal() else 0, story=found)
    row.story = found
    context: dict[str, Any] = {"title": _("Open what is sealed"), "story": found, "consent": row}
    if not may_lead(person(request), found.unit):
        raise PermissionDenied(_why_read_only(found))
    if request.method != "POST":
        return _page(request, "consent", context)
    try:
        told = read_consent(consent=row, why=text_of(request, "why"), by=person(request))
    except PortalError as error:
        return _page(request, "consent", context | {"error": str(error)}, 400)
    columns: Any = row._meta
    lines = [(columns.get_field(name).verbose_name, text) for name, text in told.items()]
    return _page(request, "consent", context | {"lines": lines, "is_open": True})


@never_cache
@require_safe
def photo(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    return stored_picture(get_object_or_404(StoryPhoto, pk=number, story=find(request, pk)).photo)


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context = admin.site.each_context(request) | {"opts": Story._meta} | context
    return render(request, f"admin/services/story/{name}.html", context, status=status)


PAGES: dict[str, Callable[..., Any]] = {"consent": consent}
