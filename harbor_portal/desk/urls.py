"""The addresses of the pages that belong to no app."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from harbor_portal.desk import views


def desk_urls(protect: Callable[..., Any]) -> list[URLPattern]:
    """`protect` lets only people of the back office in; it is the admin site's `admin_view`."""
    return [
        path("handbook/", protect(views.handbook), name="handbook"),
        path("handbook/<slug:key>/", protect(views.handbook), name="handbook_chapter"),
        path("guide/put-away/", protect(views.put_guide_away), name="put_guide_away"),
    ]
