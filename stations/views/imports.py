"""Entering a list of stations: send it, read what it would do and what is wrong with it, then enter the same bytes."""

import io
from pathlib import PurePath
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from harbor_portal.lib.tables import MAX_BYTES, Unreadable, read_tables
from stations.actions.imports import NotEntered, enter_upload, keep_upload
from stations.imports.columns import all_columns
from stations.imports.export import station_rows
from stations.imports.plan import Plan, read_plan
from stations.imports.report import grouped, write_problems
from stations.imports.template import rule_of, write_list
from stations.models import Station, Upload, User
from stations.policies import refuse_unless_officer

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_STATIONS = 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """The form that takes the file, and what the columns mean."""
    by = _officer(request)
    error = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            error = _("Choose a file first.")
        else:
            try:
                kept = keep_upload(by=by, name=file.name or "", data=file.read(MAX_BYTES + 1))
            except Invalid as invalid:
                error = str(invalid)
            else:
                return redirect("admin:import_check", kept.pk)
    columns = [
        {"title": column.title, "is_required": column.is_required, "rule": rule_of(column), "example": column.example}
        for column in all_columns()
    ]
    return _page(
        request, "upload", title=_("Import stations"), error=error, columns=columns, status=400 if error else 200
    )


@never_cache
@require_safe
def check(request: HttpRequest, pk: Any) -> HttpResponse:
    """What entering the file would do, and every problem in it. Nothing is written."""
    by = _officer(request)
    kept = _own_upload(by, pk)
    return _show(request, kept, read_plan(bytes(kept.content), by))


@never_cache
@require_POST
def enter(request: HttpRequest, pk: Any) -> HttpResponse:
    """Enter the file that was checked, if it still holds no error."""
    by = _officer(request)
    kept = _own_upload(by, pk)
    try:
        plan = enter_upload(by=by, upload=kept)
    except NotEntered as error:
        return _show(request, kept, error.plan, status=409)
    except StaleState as stale:
        messages.warning(request, str(stale))
        return redirect("admin:import_stations")
    messages.success(request, _entered(plan))
    return redirect("admin:stations_station_changelist")


@never_cache
@require_safe
def problems(request: HttpRequest, pk: Any) -> HttpResponse | FileResponse:
    """The file as it was sent, each bad cell coloured and commented, to mend it and send it again."""
    by = _officer(request)
    kept = _own_upload(by, pk)
    data = bytes(kept.content)
    found = read_plan(data, by).problems
    try:
        grids = read_tables(data)
    except Unreadable:
        grids = []  # then the only problem is the file as a whole
    file = TemporaryFile()  # noqa: SIM115  # closed by the response that sends it
    write_problems(file, grids, found)
    return _download(file, _("%(name)s-problems.xlsx") % {"name": PurePath(kept.name).stem})


@require_safe
def template(request: HttpRequest, language: str) -> HttpResponse | FileResponse:
    """The empty list to fill in."""
    _officer(request)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    file = io.BytesIO()
    with override(language):
        write_list(file)
        name = _("stations.xlsx")
    return _download(file, name)


@never_cache
@require_safe
def export(request: HttpRequest) -> HttpResponse | FileResponse:
    """The stations that the list of the back office shows, with its filters, as a list that can be sent back."""
    assert isinstance(request.user, User)
    shown = admin.site.get_model_admin(Station).get_changelist_instance(request)
    try:
        rows = station_rows(shown.get_queryset(request), request.user)
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    file = TemporaryFile()  # noqa: SIM115  # closed by the response that sends it
    write_list(file, rows)
    day = timezone.localdate().isoformat()
    return _download(file, _("stations-%(day)s.xlsx") % {"day": day})


def _officer(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    try:
        refuse_unless_officer(request.user)
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return request.user


def _own_upload(by: User, pk: Any) -> Upload:
    return get_object_or_404(Upload, pk=pk, user=by)


def _show(request: HttpRequest, kept: Upload, plan: Plan, status: int = 200) -> HttpResponse:
    return _page(
        request,
        "check",
        title=_("Check the list"),
        upload=kept,
        plan=plan,
        errors=grouped(plan.errors),
        warnings=grouped(plan.warnings),
        creates=plan.creates[:SHOWN_STATIONS],
        updates=plan.updates[:SHOWN_STATIONS],
        more_creates=max(0, len(plan.creates) - SHOWN_STATIONS),
        more_updates=max(0, len(plan.updates) - SHOWN_STATIONS),
        status=status,
    )


def _entered(plan: Plan) -> str:
    new = ngettext("%(count)s station is new", "%(count)s stations are new", len(plan.creates))
    return _("Entered: %(new)s, %(changed)s changed, %(same)s as before.") % {
        "new": new % {"count": len(plan.creates)},
        "changed": len(plan.updates),
        "same": plan.unchanged,
    }


def _page(request: HttpRequest, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
    context = admin.site.each_context(request) | context
    return render(request, f"admin/stations/imports/{name}.html", context, status=status)


def _download(file: IO[bytes], name: str) -> FileResponse:
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
