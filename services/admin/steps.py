"""What the pages of inspections and findings share: reading what a form sent, and answering a step."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from stations.admin.steps import step

__all__ = ["lines_of", "step", "stored_picture"]


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
