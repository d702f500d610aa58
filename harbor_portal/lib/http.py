"""Who asks, and one shape for every error that the API answers."""

from itertools import chain
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from harbor_portal.lib.errors import Invalid, Refused, StaleState


def client_address(request: HttpRequest) -> str:
    """Who asks. Of the addresses that a request claims, only the last is our own proxy's word."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


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
