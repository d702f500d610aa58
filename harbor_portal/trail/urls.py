"""The pages of the history inside the back office."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from harbor_portal.trail import views


def trail_urls(protect: Callable[..., Any]) -> list[URLPattern]:
    """`protect` lets only people of the back office in; it is the admin site's `admin_view`."""
    return [
        path("changes/", protect(views.changes), name="changes"),
        path("changes/<str:table>/<int:line>/take-back/", protect(views.take_change_back), name="take_change_back"),
    ]
