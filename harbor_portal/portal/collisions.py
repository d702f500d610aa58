"""Two people enter the same at the same moment: one is written, the other reads why not."""

import logging
from collections.abc import Callable

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from psycopg2.errors import ExclusionViolation, UniqueViolation

from harbor_portal.lib.http import error_body, wants_json

logger = logging.getLogger(__name__)
COLLISIONS = (UniqueViolation, ExclusionViolation)


class TellCollisions:
    """Middleware. What has stood there for a moment only, so that no form could know it, is refused by the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        cause = error.__cause__
        if not (isinstance(error, IntegrityError) and isinstance(cause, COLLISIONS)):
            return None
        logger.warning("refused at %s by %s", request.path, cause.diag.constraint_name)
        sentence = _("Somebody else changed it this very moment. Look again, and then try again.")
        if request.path.startswith("/api/") or wants_json(request):
            return JsonResponse(error_body("stale", sentence), status=409)
        return render(request, "409.html", {"sentence": sentence}, status=409)
