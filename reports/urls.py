"""The pages of `reports` inside the back office."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from reports import views


def report_urls(protect: Callable[..., Any]) -> list[URLPattern]:
    """`protect` lets only people of the back office in; it is the admin site's `admin_view`."""
    return [
        path("reports/month/", protect(views.month_report), name="month_report"),
        path("reports/month/ledger/", protect(views.month_ledger), name="month_ledger"),
        path("reports/month/download/", protect(views.download_month), name="month_download"),
        path("reports/month/move/", protect(views.move_month), name="month_move"),
    ]
