"""The one question that is asked a thousand times a second, answered before sessions, languages and the rest.

Those cost more than the answer. What is refused goes the long way round, so that the sentence is in the reader's
language; so does everything else.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from harbor_portal.lib.errors import Invalid
from stations.api.views import answer_nearest

GetResponse = Callable[[HttpRequest], HttpResponse]

NEAREST = "/api/v1/stations/nearest/"
POLICY = "default-src 'none'; frame-ancestors 'none'"


def nearest_first(get_response: GetResponse) -> GetResponse:
    """Middleware: `GET /api/v1/stations/nearest/`."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method != "GET" or request.path_info != NEAREST:
            return get_response(request)
        try:
            response = answer_nearest(request.GET, request.headers.get("Accept", ""))
        except Invalid:
            return get_response(request)
        response["Content-Security-Policy"] = POLICY
        return response

    return answer
