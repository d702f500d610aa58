"""Photos for everybody, for installations without a web server of their own before them."""

import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

_PHOTO = re.compile(r"[0-9a-f]{16}-[0-9]{3,4}\.webp")


@require_safe
def photo(_request: HttpRequest, name: str) -> HttpResponse:
    """A photo of `MEDIA_ROOT/photos`. A name is given once, so the file behind it never changes.

    Nothing else below `MEDIA_ROOT` can be had here: what people send with a report is for the staff alone.
    """
    if not _PHOTO.fullmatch(name):
        raise Http404
    try:
        content = (settings.MEDIA_ROOT / "photos" / name).read_bytes()
    except FileNotFoundError as error:
        raise Http404 from error
    response = HttpResponse(content, content_type="image/webp")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response
