"""Two people do something to the same at the same moment: one of them is told that the other was quicker."""

import logging
from collections.abc import Callable

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from psycopg2.errors import DeadlockDetected, ExclusionViolation, UniqueViolation

from harbor_portal.lib.http import error_body, wants_json

logger = logging.getLogger(__name__)
COLLISIONS = (UniqueViolation, ExclusionViolation, DeadlockDetected)
SAFE = ("GET", "HEAD", "OPTIONS")


class TellCollisions:
    """Middleware. What is so for a moment only, so that no form could know it, is found out when it is written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not _is_collision(request, error):
            return None
        logger.warning("somebody was quicker at %s: %s", request.path, _named(error))
        sentence = _("Somebody else changed it this very moment. Look again, and then try again.")
        if request.path.startswith("/api/") or wants_json(request):
            return JsonResponse(error_body("stale", sentence), status=409)
        return render(request, "409.html", {"sentence": sentence}, status=409)


def _named(error: Exception) -> str:
    """What of it may stand in a log: PostgreSQL would tell the values, too, which may be somebody's."""
    cause = error.__cause__
    return cause.diag.constraint_name or type(cause).__name__ if isinstance(cause, COLLISIONS) else str(error)


def _is_collision(request: HttpRequest, error: Exception) -> bool:
    """Refused by the database; or a row that was there when it was looked up, and not any more when it was taken."""
    if isinstance(error, ObjectDoesNotExist):
        return request.method not in SAFE
    return isinstance(error, DatabaseError) and isinstance(error.__cause__, COLLISIONS)
