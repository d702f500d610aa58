"""The files of the schematic base map: made by `make data`, addressed by their content, kept by browsers for ever."""

import hashlib
from functools import cache, lru_cache

import brotli
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

FOLDER = settings.BASE_DIR / "stations" / "data" / "schematic"
YEAR = "public, max-age=31536000, immutable"


@require_safe
def schematic(request: HttpRequest, version: str, name: str) -> HttpResponse:
    """The country, or a tile of zoom 7 as "x-y"; 404 where there is no land of ours to draw."""
    if name not in _names():
        raise Http404
    is_packed = "br" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(_content(name, is_packed=is_packed), content_type="application/json")
    if is_packed:
        response["Content-Encoding"] = "br"
    # A page of yesterday may ask under yesterday's version; it gets what there is, but not for ever.
    response["Cache-Control"] = YEAR if version == schematic_version() else "public, max-age=300"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@cache
def _names() -> frozenset[str]:
    return frozenset(path.stem for path in FOLDER.glob("*.json"))


@cache
def schematic_version() -> str:
    digest = hashlib.sha256()
    for name in sorted(_names()):
        digest.update(hashlib.sha256(_content.__wrapped__(name, is_packed=False)).digest())
    return digest.hexdigest()[:8]


@lru_cache(maxsize=64)
def _content(name: str, *, is_packed: bool) -> bytes:
    plain = (FOLDER / f"{name}.json").read_bytes()
    packed: bytes = brotli.compress(plain, quality=9) if is_packed else plain
    return packed
