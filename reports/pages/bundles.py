"""Asking for a bundle of reports, watching it being made, cancelling it, and taking it along."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from harbor_portal.lib.downloads import taken
from harbor_portal.lib.errors import Invalid, PortalError, Refused
from harbor_portal.lib.queue import send_on_commit
from reports.actions.bundles import ask_for_bundle, cancel_bundle
from reports.bundling.files import zip_of
from reports.choices import BundleState
from reports.exports import FORMATS
from reports.forms import ReportForm
from reports.models import Bundle
from reports.tasks import make_bundles
from stations.admin.base import person
from stations.admin.steps import cleaned, step
from stations.choices import DownloadKind


@never_cache
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Of `unit` or `division` and `month`, in the `formats` that are ticked."""
    form = ReportForm(request.POST, user=person(request))
    try:
        cleaned(form)
        asked = form.question
        if asked is None:
            raise Http404
        if not asked.is_report:
            raise Invalid("month", _("A bundle holds whole reports of one month."))
        bundle = ask_for_bundle(
            by=person(request),
            subject=asked.subject,
            month=asked.period.first,
            formats=request.POST.getlist("formats"),
        )
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except PortalError as error:
        messages.error(request, str(error))
        return redirect(_report(form))
    send_on_commit(make_bundles)
    return redirect(address_of(bundle))


def _report(form: ReportForm) -> str:
    """Back to the report on whose page it was asked for."""
    said = {name: str(form.data.get(name, "")).replace("\0", "") for name in ("unit", "division", "month")}
    query = urlencode({name: text for name, text in said.items() if text})
    return f"{reverse('admin:month_report')}?{query}#bundle"


def address_of(bundle: Bundle) -> str:
    return reverse("admin:reports_bundle_change", args=[bundle.pk])


def find(request: HttpRequest, pk: Any) -> Bundle:
    rows: Any = Bundle.objects.all()
    found: Bundle = get_object_or_404(rows.visible_to(person(request)).whole(), pk=pk)
    return found


@never_cache
@require_safe
def state(request: HttpRequest, pk: Any) -> JsonResponse:
    """For the page while it waits."""
    bundle = find(request, pk)
    return JsonResponse({"state": bundle.state, "done": bundle.steps_done, "of": bundle.steps})


@step(find, address_of)
def cancel(request: HttpRequest, bundle: Bundle) -> tuple[str, str]:
    cancel_bundle(by=person(request), bundle=bundle)
    return _("The bundle is cancelled. What was made of it is erased."), address_of(bundle)


@never_cache
@require_safe
def take(request: HttpRequest, pk: Any) -> HttpResponse | FileResponse:
    """The file, if it is ready."""
    bundle = find(request, pk)
    if bundle.state != BundleState.READY:
        messages.error(request, _("There is no file to take along: %(state)s.") % {"state": bundle.get_state_display()})
        return redirect(address_of(bundle))
    try:
        file = zip_of(bundle).open("rb")
    except FileNotFoundError:
        messages.error(request, _("The file is not there any more. Ask for the bundle again."))
        return redirect(address_of(bundle))
    response = FileResponse(file, as_attachment=True, filename=bundle.file_name, content_type=FORMATS["zip"])
    about = _("%(report)s, with all below it (%(formats)s)") % {"report": bundle, "formats": bundle.formats_text}
    return taken(response, DownloadKind.REPORT, about, bundle.parts.get(number=0).stations)
