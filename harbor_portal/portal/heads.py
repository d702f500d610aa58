"""A HEAD asks what a page would be like: the server warns of each body that an application sends all the same."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

GetResponse = Callable[[HttpRequest], Any]


def keep_bodies_of_heads(get_response: GetResponse) -> GetResponse:
    """Middleware, before all others. The length that the page would have stays in its header."""

    def answer(request: HttpRequest) -> Any:
        response = get_response(request)
        if request.method == "HEAD" and response.streaming:
            response.streaming_content = ()
        elif request.method == "HEAD":
            response.content = b""
        return response

    return answer
