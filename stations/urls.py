"""The pages of `stations` inside the back office, beside those that the admin makes."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from stations.views import imports

HERE = "stations/station/import/"


def import_urls(protect: Callable[..., Any]) -> list[URLPattern]:
    """`protect` lets only people of the back office in; it is the admin site's `admin_view`."""
    return [
        path(HERE, protect(imports.upload), name="import_stations"),
        path(f"{HERE}template-<str:language>.xlsx", protect(imports.template), name="import_template"),
        path("stations/station/export.xlsx", protect(imports.export), name="export_stations"),
        path(f"{HERE}<uuid:pk>/", protect(imports.check), name="import_check"),
        path(f"{HERE}<uuid:pk>/enter/", protect(imports.enter), name="import_enter"),
        path(f"{HERE}<uuid:pk>/problems.xlsx", protect(imports.problems), name="import_problems"),
    ]
