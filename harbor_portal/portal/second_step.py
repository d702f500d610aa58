"""Whoever still owes the second step of the log-in is nobody yet, to every page but the one that asks for it."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from stations.second_step import owes_step

GetResponse = Callable[[HttpRequest], HttpResponse]


def admit_whole(get_response: GetResponse) -> GetResponse:
    """Middleware, after that of django-otp. Asks the database nothing for a page that does not ask who comes."""

    def answer(request: HttpRequest) -> HttpResponse:
        half = request.user
        request.user = SimpleLazyObject(lambda: _whole(request, half))  # type: ignore[assignment]  # as Django's own
        return get_response(request)

    return answer


def _whole(request: Any, half: Any) -> Any:
    if half.is_authenticated and not half.is_verified() and owes_step(half):
        request.half_in = half
        return AnonymousUser()
    return half
