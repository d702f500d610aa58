"""The answers for load balancers and containers: whether this process lives, and whether it can serve."""

from collections.abc import Callable

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from reports.runs.clock import alarms, stuck_bundles
from stations.calendar_years import missing_years

Handler = Callable[[HttpRequest], HttpResponse]


def answer_health(get_response: Handler) -> Handler:
    """Middleware, before all others: whoever asks here names no host, follows no redirect and has no session."""

    def middleware(request: HttpRequest) -> HttpResponse:
        match request.path_info:
            case "/healthz":
                return _plain("ok")
            case "/healthz/ready":
                return _readiness()
        return get_response(request)

    return middleware


def _readiness() -> HttpResponse:
    """Ready is who reaches the database; without the broker the portal serves all the same.

    Warnings stand below: what will go wrong if nobody acts, and nobody would notice by himself.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        warnings = [
            f"warning: the public holidays of {year} are not entered" for year in missing_years(timezone.localdate())
        ]
        warnings += [f"warning: “{job.name}” is {job.state}" for job in alarms(timezone.now())]
        if unmoved := stuck_bundles(timezone.now()).count():
            warnings.append(f"warning: {unmoved} bundles of reports do not go on")
    except Error:
        return _plain("the database is away", status=503)
    return _plain("\n".join(["ready", *warnings]))


def _plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain", headers={"Cache-Control": "no-store"})
