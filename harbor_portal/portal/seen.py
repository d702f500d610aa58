"""Where people are logged in is seen from time to time."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from stations.sessions import touch

GetResponse = Callable[[HttpRequest], HttpResponse]


def see_sessions(get_response: GetResponse) -> GetResponse:
    """Middleware, inside that of the sessions. It looks at no session that the page itself did not ask for."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        touch(request)
        return response

    return answer
