"""One request, one scope for each person: what a page lists and what it allows follow from the same look."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from stations.scope import one_scope_each

GetResponse = Callable[[HttpRequest], HttpResponse]


def keep_scopes(get_response: GetResponse) -> GetResponse:
    """Middleware."""

    def answer(request: HttpRequest) -> HttpResponse:
        with one_scope_each():
            return get_response(request)

    return answer
