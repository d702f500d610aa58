"""The page of what runs in the background, for the operator: jobs by the clock, and the last runs of each kind."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reports.runs.clock import jobs, stuck_bundles, stuck_rollups
from reports.runs.job_words import job_title, state_title
from reports.runs.tables import TABLES
from stations.asked_by import user_of
from stations.scope import scope_of


@never_cache
@require_safe
def runs_page(request: HttpRequest) -> HttpResponse:
    """One query for the jobs, and one for each table."""
    if not scope_of(user_of(request)).everything:
        raise PermissionDenied(_("Runs concern all units at once, so only the operator reads them."))
    now = timezone.now()
    lines = [(job, job_title(job.name), state_title(job.state)) for job in jobs(now)]
    alarming, stuck = sum(job.is_alarming for job, _title, _state in lines), stuck_rollups(now).count()
    unmoved = stuck_bundles(now).count()
    context: dict[str, Any] = {
        "title": _("What runs in the background"),
        "jobs": sorted(lines, key=lambda line: (not line[0].is_alarming, line[0].state == "never", line[1])),
        "alarming": alarming,
        "stuck": stuck,
        "unmoved": unmoved,
        "shown": alarming + stuck + unmoved,
        "tables": [
            (table, table.rows(), reverse(f"admin:{table.link}_changelist") if table.link else "")
            for table in TABLES.values()
        ],
    }
    return render(request, "admin/reports/runs/page.html", admin.site.each_context(request) | context)
