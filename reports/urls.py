"""The pages of `reports` inside the back office."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from reports import views
from reports.flow import views as flow_views
from reports.pages import bundles
from reports.pages.completeness import completeness_page
from reports.pages.coverage import coverage_page
from reports.pages.runs import runs_page


def report_urls(protect: Callable[..., Any]) -> list[URLPattern]:
    """`protect` lets only people of the back office in; it is the admin site's `admin_view`."""
    return [
        path("reports/month/", protect(views.month_report), name="month_report"),
        path("reports/month/ledger/", protect(views.month_ledger), name="month_ledger"),
        path("reports/month/download/", protect(views.download_month), name="month_download"),
        path("reports/month/flow/", protect(flow_views.month_flow), name="month_flow"),
        path("reports/month/move/", protect(flow_views.move_month), name="month_move"),
        path("reports/month/move-all/", protect(flow_views.move_months), name="month_move_all"),
        path("reports/month/return/", protect(flow_views.return_stations), name="month_return"),
        path("reports/month/changes/", protect(flow_views.month_changes), name="month_changes"),
        path("reports/month/opening/<int:pk>/end/", protect(flow_views.close_opening), name="month_opening_end"),
        path("reports/month/waiver/<int:pk>/end/", protect(flow_views.wait_after_all), name="month_waiver_end"),
        path("reports/month/bundle/", protect(bundles.ask), name="bundle_ask"),
        path("reports/month/bundle/<uuid:pk>/state.json", protect(bundles.state), name="bundle_state"),
        path("reports/month/bundle/<uuid:pk>/cancel/", protect(bundles.cancel), name="bundle_cancel"),
        path("reports/month/bundle/<uuid:pk>/file/", protect(bundles.take), name="bundle_file"),
        path("reports/completeness/", protect(completeness_page), name="completeness"),
        path("reports/coverage/", protect(coverage_page), name="coverage"),
        path("reports/runs/", protect(runs_page), name="runs"),
    ]
