"""The page of one finding, and what its buttons do. Each button is one action."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from harbor_portal.lib.errors import Invalid, PortalError
from harbor_portal.lib.http import stored_picture
from services.actions.findings import check_finding, hand_finding, mend_finding, open_finding
from services.admin.feedback_pages import colleagues
from services.choices import FindingState, Severity
from services.deadlines import MEND_DAYS
from services.fields import choice_of, lines_of, picture_of, whole_number
from services.models import Finding
from services.models.inspections import MAX_REMARK
from stations.admin.base import in_scope, person
from stations.admin.steps import step
from stations.models import Station, User
from stations.policies import may_edit, may_record
from stations.responsible import who_looks_again, who_mends

PHOTOS = {"found": "photo", "mended": "mended_photo"}
VERDICTS = {"passed": True, "failed": False}


def visible(request: HttpRequest) -> QuerySet[Finding]:
    people = ("owner", "opened_by", "mended_by", "checked_by")
    return in_scope(Finding, request).select_related("station", "item", "inspection", "escalated_to", *people)


def find(request: HttpRequest, pk: int) -> Finding:
    """In the round that the page showed, where it says so."""
    found = get_object_or_404(visible(request), pk=pk)
    if request.method == "POST":
        shown = request.POST.get("round", "")
        found.round = int(shown) if shown.isdecimal() and len(shown) < 5 else 0
    return found


def address(finding: Finding) -> str:
    return reverse("admin:services_finding_change", args=[finding.pk])


def finding(request: HttpRequest, row: Finding) -> HttpResponse:
    """What is wrong, what was done about it, and what the person can do now, or who can."""
    found = get_object_or_404(visible(request), pk=row.pk)
    user = person(request)
    is_officer = may_edit(user, found.station)
    is_mine = is_officer or may_record(user, found.station)
    context = {
        "title": _("Failed: %(item)s") % {"item": found.item} if found.item else found.text,
        "finding": found,
        "is_overdue": found.is_unsettled and found.due_date < timezone.localdate(),
        "may_mend": found.state == FindingState.OPEN and is_mine,
        "may_check": found.state == FindingState.MENDED and is_officer and found.mended_by_id != user.pk,
        "why_read_only": "",
        "most": MAX_REMARK,
        "history": list(found.history.select_related("history_user", "escalated_to", "owner").order_by("history_id")),
    }
    if context["may_mend"]:
        context["colleagues"] = _colleagues(request, found.station)
    elif not context["may_check"]:
        context["why_read_only"] = _why_not(found, user)
    return _page(request, "finding", context)


def _why_not(found: Finding, user: User) -> str:
    """What is said to somebody who can do nothing here now, and who can."""
    if found.state == FindingState.OPEN:
        return who_mends(found.station)
    if found.state == FindingState.CLOSED:
        return _("It is closed, and stays as it is. If it is wrong again, that is another finding.")
    if found.mended_by_id == user.pk:
        return _("You mended it yourself: another officer of the station, or of a unit above, looks again.")
    return who_looks_again(found.station)


def _colleagues(request: HttpRequest, station: Station) -> list[User]:
    """The keepers of the station, oneself where one may, and its officers."""
    keepers = User.objects.filter(Q(keeperships__station=station) | Q(pk=person(request).pk), is_active=True)
    own = list(keepers.distinct().order_by("name", "pk"))
    return own + [one for one in colleagues(request, station) if one not in own]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, code: str) -> HttpResponse:
    """Say what is wrong besides what a form asks."""
    station = get_object_or_404(Station.objects.visible_to(person(request)), code=code)
    if not may_record(person(request), station):
        raise PermissionDenied(
            _("Only the keepers of %(station)s and its officers may record here.") % {"station": station}
        )
    if request.method != "POST":
        return _report_page(request, station)
    try:
        severity = choice_of(request, "severity", Severity)
        photo = picture_of(request, "photo")
        text = lines_of(request, "text")
        made = open_finding(station=station, text=text, severity=severity, by=person(request), photo=photo)
    except PortalError as error:
        return _report_page(request, station, error=str(error), status=400)
    return redirect(address(made))


def _report_page(request: HttpRequest, station: Station, *, error: str = "", status: int = 200) -> HttpResponse:
    context = {
        "title": _("Add a finding: %(station)s") % {"station": station},
        "station": station,
        "severities": [(one.value, one.label, MEND_DAYS[one]) for one in Severity],
        "chosen": request.POST.get("severity", Severity.SERIOUS),
        "text": lines_of(request, "text"),
        "most": MAX_REMARK,
        "error": error,
    }
    return _page(request, "report", context, status)


@step(find, address)
def hand(request: HttpRequest, found: Finding) -> tuple[str, str]:
    number = whole_number(request, "to")
    to = next((one for one in _colleagues(request, found.station) if one.pk == number), None)
    if to is None:
        raise Invalid("to", _("Choose from the list."))
    hand_finding(finding=found, to=to, by=person(request))
    return _("It is in the hands of %(name)s now.") % {"name": to}, address(found)


@step(find, address)
def mend(request: HttpRequest, found: Finding) -> tuple[str, str]:
    photo = picture_of(request, "photo")
    mend_finding(finding=found, text=lines_of(request, "text"), by=person(request), photo=photo)
    return _("Recorded. Somebody else looks again."), address(found)


@step(find, address)
def check(request: HttpRequest, found: Finding) -> tuple[str, str]:
    verdict = request.POST.get("verdict", "")
    if verdict not in VERDICTS:
        raise Invalid("verdict", _("Choose from the list."))
    is_mended = VERDICTS[verdict]
    check_finding(finding=found, is_mended=is_mended, text=lines_of(request, "text"), by=person(request))
    sentence = _("Closed.") if is_mended else _("Sent back, with a new deadline.")
    return sentence, address(found)


@never_cache
@require_safe
def photo(request: HttpRequest, pk: int, which: str) -> HttpResponse:
    if which not in PHOTOS:
        raise Http404
    found = get_object_or_404(visible(request), pk=pk)
    return stored_picture(getattr(found, PHOTOS[which]))


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context = admin.site.each_context(request) | {"opts": Finding._meta} | context
    return render(request, f"admin/services/finding/{name}.html", context, status=status)
