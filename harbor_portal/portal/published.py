"""The files of the published map, for installations without a web server or CDN of their own before them."""

import hashlib
import re
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

_PUBLISHED = re.compile(
    r"index\.json|live/(?:r|[0-3]{1,16})\.json"
    r"|(?P<immutable>leaves/(?:r|[0-3]{1,16})-[0-9a-f]{6,12}\.json|catalogue/[0-9a-f]{6,12}\.json)"
)
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_YEAR = "public, max-age=31536000, immutable"
_MINUTE = "public, max-age=60"


@require_safe
def published(request: HttpRequest, path: str) -> HttpResponse:
    """One published file; only names that the publisher gives are looked for, so no path leads out of the folder."""
    name = _PUBLISHED.fullmatch(path)
    if name is None:
        raise Http404
    content, encoding = _read(settings.PUBLISH_ROOT / path, request.headers.get("Accept-Encoding", ""))
    etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    if not name["immutable"] and etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(content, content_type="application/json")
        if encoding:
            response["Content-Encoding"] = encoding
    response["ETag"] = etag
    response["Cache-Control"] = _cache_control(path, is_immutable=bool(name["immutable"]))
    response["Access-Control-Allow-Origin"] = "*"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _cache_control(path: str, *, is_immutable: bool) -> str:
    if is_immutable:
        return _YEAR
    return _MINUTE if path.startswith("live/") else "no-cache"


def _read(path: Path, accepted: str) -> tuple[bytes, str]:
    """The content and how it is encoded; 404 if the plain file does not exist either."""
    wanted = _accepted(accepted)
    for encoding, suffix in (*_ENCODINGS, ("", "")):
        if encoding in wanted or not encoding:
            try:
                return path.with_name(path.name + suffix).read_bytes(), encoding
            except FileNotFoundError:
                continue
    raise Http404


def _accepted(header: str) -> set[str]:
    """The encodings named in Accept-Encoding but not refused with q=0."""
    found = set()
    for part in header.lower().split(","):
        encoding, _, quality = part.partition(";")
        if quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
            found.add(encoding.strip())
    return found
