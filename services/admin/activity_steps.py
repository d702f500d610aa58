"""What is done about an activity on its page: who came, how it was, pictures, papers and journeys."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from harbor_portal.lib.downloads import taken
from harbor_portal.lib.errors import Invalid, PortalError
from services.actions.activities import report_activity
from services.actions.activity_files import (
    add_activity_file,
    add_activity_photo,
    remove_activity_file,
    remove_activity_photo,
)
from services.actions.attendance import count_attendance
from services.actions.journeys import Vehicle, add_journey, remove_journey, set_seats
from services.activity_policies import may_count, who_organises
from services.admin.activity_pages import activity, address, find, moment_of
from services.choices import WorkerGroup
from services.fields import lines_of, text_of, whole_number
from services.models import Activity, ActivityFile, ActivityPhoto, Journey
from services.models.activities import MAX_WORDS
from stations.actions.showing import read_photo
from stations.admin.base import person
from stations.admin.steps import step
from stations.choices import DownloadKind

MOST_YUAN = Decimal(10_000_000)


def _typed(request: HttpRequest, found: Activity, error: PortalError) -> HttpResponse | None:
    """Nobody writes a report twice because one figure was wrong."""
    return activity(request, found, error) if may_count(person(request), found) else None


@step(find, address, _typed)
def count(request: HttpRequest, found: Activity) -> tuple[str, str]:
    done = count_attendance(activity=found, counts=_counts(request), by=person(request))
    return _("Counted: %(count)d people.") % {"count": done.participant_count or 0}, address(found)


@step(find, address, _typed)
def report(request: HttpRequest, found: Activity) -> tuple[str, str]:
    summary = lines_of(request, "summary")
    if len(summary) > MAX_WORDS:
        raise Invalid("summary", _("At most %(most)d characters.") % {"most": MAX_WORDS})
    counts = _counts(request) if _is_counted(request) else None
    report_activity(activity=found, by=person(request), summary=summary, counts=counts, cost=_cost(request))
    return _("Reported. It stands in the figures of its month."), address(found)


def _is_counted(request: HttpRequest) -> bool:
    """Whether anything was written into the table of groups; left alone, what was counted before stays."""
    return any(request.POST.get(f"count-{group}", "").strip() for group in WorkerGroup)


def _counts(request: HttpRequest) -> dict[WorkerGroup, int]:
    """An empty field is nobody."""
    named = [group for group in WorkerGroup if request.POST.get(f"count-{group}", "").strip()]
    if not named:
        raise Invalid("counts", _("Say how many people came, by group. If nobody came, write 0."))
    return {group: whole_number(request, f"count-{group}") for group in named}


def _cost(request: HttpRequest) -> Decimal | None:
    if not (text := text_of(request, "cost")):
        return None
    try:
        cost = Decimal(text)
    except InvalidOperation:
        cost = Decimal(-1)
    if not 0 <= cost < MOST_YUAN:
        raise Invalid("cost", _("A cost is an amount of yuan, like 86.50."))
    return cost.quantize(Decimal("0.01"))


@step(find, address)
def photo_add(request: HttpRequest, found: Activity) -> tuple[str, str]:
    if not (upload := request.FILES.get("photo")):
        raise Invalid("photo", _("Choose a photo."))
    pictures, caption = read_photo(upload), text_of(request, "caption")[:100]
    add_activity_photo(activity=found, pictures=pictures, caption=caption, by=person(request))
    return _("The photo is on the page."), address(found)


@step(find, address)
def photo_remove(request: HttpRequest, found: Activity) -> tuple[str, str]:
    remove_activity_photo(photo=_own(request, ActivityPhoto, found), by=person(request))
    return _("The photo is gone."), address(found)


@step(find, address)
def file_add(request: HttpRequest, found: Activity) -> tuple[str, str]:
    if not (upload := request.FILES.get("file")):
        raise Invalid("file", _("Choose a file."))
    add_activity_file(activity=found, upload=upload, by=person(request))
    return _("The file is kept."), address(found)


@step(find, address)
def file_remove(request: HttpRequest, found: Activity) -> tuple[str, str]:
    remove_activity_file(file=_own(request, ActivityFile, found), by=person(request))
    return _("The file is gone."), address(found)


@never_cache
@require_safe
def file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """For those who count or organise: papers may name people."""
    found = find(request, pk)
    if not may_count(person(request), found):
        raise PermissionDenied(who_organises(found.organiser))
    row = get_object_or_404(ActivityFile, pk=number, activity=found)
    try:
        with row.file.open("rb") as paper:
            response = HttpResponse(paper.read(), content_type="application/octet-stream")
    except FileNotFoundError as error:
        raise Http404 from error
    response["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = f'attachment; filename="{found.code}-{row.pk}.{row.ending}"'
    return taken(response, DownloadKind.OTHER, f"{found} · {row.name}")


@step(find, address, _typed)
def journey_add(request: HttpRequest, found: Activity) -> tuple[str, str]:
    vehicle = Vehicle(
        name=text_of(request, "name"),
        departs_from=text_of(request, "departs_from"),
        departs_at=moment_of(request, "departs_at"),
        seats=_seats(request),
        stops=_stops(request),
    )
    add_journey(activity=found, vehicle=vehicle, by=person(request))
    return _("The journey is planned."), address(found)


@step(find, address)
def journey_seats(request: HttpRequest, found: Activity) -> tuple[str, str]:
    set_seats(journey=_own(request, Journey, found), seats=_seats(request), by=person(request))
    return _("The seats are changed."), address(found)


@step(find, address)
def journey_remove(request: HttpRequest, found: Activity) -> tuple[str, str]:
    remove_journey(journey=_own(request, Journey, found), by=person(request))
    return _("The journey is gone."), address(found)


def _seats(request: HttpRequest) -> int:
    seats = whole_number(request, "seats")
    if not 1 <= seats <= 1000:
        raise Invalid("seats", _("A number from 1 to %(most)d.") % {"most": 1000})
    return seats


def _stops(request: HttpRequest) -> list[tuple[str, datetime]]:
    """A line for each stop: the moment, and then its name."""
    return [_stop(line) for line in lines_of(request, "stops").split("\n") if line.strip()]


def _stop(line: str) -> tuple[str, datetime]:
    day, clock, name = [*line.split(maxsplit=2), "", "", ""][:3]
    try:
        return name.strip()[:120], _moment(f"{day}T{clock}")
    except ValueError as error:
        sentence = _("A stop is written like “2027-02-01 18:30 Linyi bus station”, not “%(line)s”.")
        raise Invalid("stops", sentence % {"line": line[:60]}) from error


def _moment(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def _own(request: HttpRequest, model: Any, found: Activity) -> Any:
    text = request.POST.get("number", "")
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    return get_object_or_404(model, pk=int(text), activity=found)
