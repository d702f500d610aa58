"""What is asked a thousand times a second, answered before sessions, languages and the rest.

Those cost more than the answer, and their headers are a good part of a small file of the map. What is refused goes the
long way round, so that the sentence is in the reader's language; so does everything else.
"""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

from harbor_portal.lib.errors import Invalid
from harbor_portal.portal.published import published
from stations.api.views import answer_nearest

GetResponse = Callable[[HttpRequest], HttpResponse]

NEAREST = "/api/v1/stations/nearest/"
MAP = "/map/"
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


def map_first(get_response: GetResponse) -> GetResponse:
    """Middleware: the files of the published map, which say no more of themselves than a file server would."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method != "GET" or not request.path_info.startswith(MAP):
            return get_response(request)
        try:
            response = published(request, request.path_info.removeprefix(MAP))
        except Http404:
            return get_response(request)
        response["X-Content-Type-Options"] = "nosniff"
        return response

    return answer
