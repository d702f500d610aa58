"""The pages of `stations` inside the back office, beside those that the admin makes."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from stations.views import imports, merging, people, profile, saved_views, second_step, tokens, uploads

PERSON = "stations/user/<int:pk>/"


def import_urls(protect: Callable[..., Any]) -> list[URLPattern]:
    """`protect` lets only people of the back office in; it is the admin site's `admin_view`."""
    return [
        path("imports/<uuid:pk>/", protect(uploads.show), name="import_check"),
        path("imports/<uuid:pk>/state.json", protect(uploads.state), name="import_state"),
        path("imports/<uuid:pk>/enter/", protect(uploads.enter), name="import_enter"),
        path("imports/<uuid:pk>/undo/", protect(uploads.undo), name="import_undo"),
        path("imports/<uuid:pk>/problems.xlsx", protect(uploads.problems), name="import_problems"),
        path("imports/<slug:key>/", protect(imports.upload), name="import_list"),
        path("imports/<slug:key>/template-<str:language>.xlsx", protect(imports.template), name="import_template"),
        path("imports/<slug:key>/export.xlsx", protect(imports.export), name="export_list"),
    ]


def merging_urls(protect: Callable[..., Any]) -> list[URLPattern]:
    """Of one place that stands twice; `protect` as in `import_urls`."""
    return [
        path("stations/station/merge/", protect(merging.merge), name="merge_stations"),
        path("stations/station/merge/apart/", protect(merging.apart), name="tell_stations_apart"),
    ]


def people_urls(protect: Callable[..., Any]) -> list[URLPattern]:
    """Those who come and go; `protect` as in `import_urls`. Who is on the way in is not in yet."""
    return [
        path("stations/user/invite/", protect(people.invite), name="invite"),
        path(f"{PERSON}link/", protect(people.link), name="person_link"),
        path(f"{PERSON}farewell/", protect(people.farewell), name="farewell"),
        path(f"{PERSON}second-step/", protect(people.drop_second_step), name="drop_second_step"),
        path("profile/", protect(profile.profile), name="profile"),
        path("profile/log-out/", protect(profile.end_log_in), name="end_log_in"),
        path("profile/keys/", protect(tokens.make), name="make_token"),
        path("profile/keys/<int:pk>/withdraw/", protect(tokens.withdraw), name="withdraw_token"),
        path("second-step/", second_step.second_step, name="second_step"),
        path("welcome/<uidb64>/<token>/", people.Welcome.as_view(), name="welcome"),
    ]


def view_urls(protect: Callable[..., Any]) -> list[URLPattern]:
    """Saved views of lists; `protect` as in `import_urls`."""
    return [
        path("views/", protect(saved_views.save), name="save_view"),
        path("views/<int:pk>/forget/", protect(saved_views.forget), name="forget_view"),
    ]
