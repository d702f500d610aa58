"""What the pages of inspections and findings share: reading what a form sent, and answering a step."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from harbor_portal.lib.errors import PortalError, Refused

Step = Callable[[HttpRequest, Any], tuple[str, str]]
"""Does one thing; the sentence that says so, and the address of the page that follows."""


def step(find: Callable[[HttpRequest, int], Any], back: Callable[[Any], str]) -> Callable[[Step], Any]:
    """The view around a step: what one cannot see is not there, what one may not do is refused with the reason.

    What cannot be done as it was asked is said on the page to which `back` leads.
    """

    def around(do: Step) -> Callable[..., HttpResponse]:
        @wraps(do)
        @never_cache
        @require_POST
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            found = find(request, pk)
            try:
                sentence, page = do(request, found)
            except Refused as refusal:
                raise PermissionDenied(str(refusal)) from refusal
            except PortalError as error:
                messages.error(request, str(error))
                return redirect(back(found))
            messages.success(request, sentence)
            return redirect(page)

        return view

    return around


def stored_picture(field: Any) -> HttpResponse:
    """A photo that only staff see."""
    if not field:
        raise Http404
    try:
        with field.open("rb") as file:
            return HttpResponse(file.read(), content_type="image/webp")
    except FileNotFoundError as error:
        raise Http404 from error


def lines_of(request: HttpRequest, field: str) -> str:
    """Text of several lines, without what the database refuses."""
    return request.POST.get(field, "").replace("\0", "").replace("\r\n", "\n").strip()
