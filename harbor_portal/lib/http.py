"""Who asks, pictures that only some may see, and one shape for every error that the API answers."""

from collections.abc import Callable
from functools import wraps
from itertools import chain
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from harbor_portal.lib.errors import Invalid, Refused, StaleState

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def client_address(request: HttpRequest) -> str:
    """Who asks. Of the addresses that a request claims, only the last is our own proxy's word."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, which reads an answer, and not a person, who reads a page."""
    return request.headers.get("Accept", "").startswith("application/json")


def same_origin_only(view: View[P]) -> View[P]:
    """For forms that need no login: instead of a token, which needs a cookie, the browser says whose page sent them.

    A browser states the origin of every form post, and no page can forge it. What comes without any statement comes
    from no browser in whose name another site could act, so there is nothing to protect it from.
    """

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST" and not _is_from_here(request):
            reason = _("This came from another website, so it was not accepted. Please try again here.")
            if wants_json(request):
                return JsonResponse(error_body("refused", reason), status=403)
            raise PermissionDenied(reason)
        return view(request, *args, **kwargs)

    return checked


def _is_from_here(request: HttpRequest) -> bool:
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if source is None:
        return True
    parts = urlsplit(source)
    own = f"{request.scheme}://{request.get_host()}"
    return f"{parts.scheme}://{parts.netloc}" in {own, *settings.CSRF_TRUSTED_ORIGINS}


def stored_picture(field: Any) -> HttpResponse:
    """The picture of a file field, as it is kept: for views that have asked whether it may be seen."""
    if not field:
        raise Http404
    try:
        with field.open("rb") as file:
            return HttpResponse(file.read(), content_type="image/webp")
    except FileNotFoundError as error:
        raise Http404 from error


def error_body(code: str, message: str, fields: dict[str, list[str]] | None = None) -> dict[str, Any]:
    """`{"error": {"code", "message", "fields"}}`; `fields` maps a parameter to its sentences."""
    return {"error": {"code": code, "message": message, "fields": fields or {}}}


def api_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """The exception handler of Django REST framework."""
    match error:
        case Invalid():
            return Response(error_body("invalid", str(error), {error.field: [str(error)]}), status=400)
        case Refused():
            return Response(error_body("refused", str(error)), status=403)
        case StaleState():
            return Response(error_body("stale", str(error)), status=409)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError) and isinstance(error.detail, dict):
        fields = {name: [str(sentence) for sentence in sentences] for name, sentences in error.detail.items()}
        response.data = error_body("invalid", "; ".join(chain.from_iterable(fields.values())), fields)
    else:
        response.data = error_body(getattr(error, "default_code", "error"), str(getattr(error, "detail", error)))
    return response
