"""Is this month report as it was sealed? By its hash or by the file itself, for anybody who holds one."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from harbor_portal.lib.http import client_address, same_origin_only
from harbor_portal.lib.limits import Limit, network_of, seconds_left, spend
from reports.sealed.hashes import named_hashes
from reports.sealed.verifying import Verdict, bundle_known_by, hash_in, verify

PER_ADDRESS = Limit("verify", 120, 600)
FILES_PER_ADDRESS = Limit("verify-file", 30, 600)
LARGEST = 40 * 1024 * 1024
"""Bytes of a file; more is refused before any of it is read."""


@never_cache
@same_origin_only
@require_http_methods(["GET", "HEAD", "POST"])
def verify_report(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("hash", "").replace("\0", "")[:200]
    if request.method != "POST" and not typed.strip():
        return _answer(request, {})
    limits = [PER_ADDRESS, FILES_PER_ADDRESS] if request.method == "POST" else [PER_ADDRESS]
    if full := spend([(limit, network_of(client_address(request))) for limit in limits]):
        response = _answer(request, {"problem": _("Too many questions from your network. Please try later.")}, 429)
        response["Retry-After"] = str(seconds_left(full))
        return response
    return _of_file(request) if request.method == "POST" else _of_hash(request, typed)


def _of_hash(request: HttpRequest, typed: str) -> HttpResponse:
    sha256 = hash_in(typed)
    if not sha256:
        sentence = _("A hash has 64 characters, each a digit or one of a to f.")
        return _answer(request, {"typed": typed, "problem": sentence, "wrong": ["hash"]}, 400)
    verdict = verify(sha256)
    bundle = None if verdict else bundle_known_by(sha256)
    context: dict[str, Any] = {"typed": sha256, "verdict": verdict, "bundle": bundle, "is_asked": True}
    return _answer(request, context, 200 if verdict or bundle else 404)


def _of_file(request: HttpRequest) -> HttpResponse:
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return _answer(request, {"problem": _("The file is larger than any report of ours."), "wrong": ["file"]}, 413)
    file = request.FILES.get("file")
    if file is None:
        return _answer(request, {"problem": _("Choose a file."), "wrong": ["file"]}, 400)
    sha256 = hashlib.sha256()
    for chunk in file.chunks():
        sha256.update(chunk)
    verdict = verify(sha256.hexdigest())
    bundle = None if verdict else bundle_known_by(sha256.hexdigest())
    context: dict[str, Any] = {"file": file.name, "verdict": verdict, "bundle": bundle, "is_asked": True}
    if verdict is None and bundle is None:
        context["named"] = _named(file)
    return _answer(request, context, 200 if verdict or bundle else 404)


def _named(file: Any) -> Verdict | None:
    """The report that a file names which is not as we gave it out: saved anew, or changed."""
    file.seek(0)
    return next((found for sha256 in named_hashes(file) if (found := verify(sha256))), None)


def _answer(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, "verify.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
