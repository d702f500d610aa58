"""Every file that somebody of the back office takes along is logged, also one of which its view said nothing."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_header_parameters

from harbor_portal.lib.downloads import Taken, is_for_anybody
from harbor_portal.lib.origin import origin_of
from stations.actions.downloads import log_download
from stations.choices import DownloadKind
from stations.models import User

GetResponse = Callable[[HttpRequest], HttpResponseBase]
HEADER = "Content-Disposition"


def log_downloads(get_response: GetResponse) -> GetResponse:
    """Middleware, inside those that know the person. What cannot be logged is not handed out."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_file = response.status_code == 200 and (HEADER in response.headers or hasattr(response, "taken"))
        if is_file and request.method != "HEAD" and not is_for_anybody(response) and isinstance(request.user, User):
            _log(request, request.user, response)
        return response

    return answer


def _log(request: HttpRequest, by: User, response: HttpResponseBase) -> None:
    what = getattr(response, "taken", Taken(DownloadKind.OTHER, request.path))
    size, sha256 = _measured(response)
    log_download(by=by, what=what, file=_name(response), size=size, sha256=sha256, origin=origin_of(request))


def _name(response: HttpResponseBase) -> str:
    _way, parameters = parse_header_parameters(response.headers.get(HEADER, ""))
    return parameters.get("filename", "")


def _measured(response: Any) -> tuple[int | None, str]:
    """Size and SHA-256, where the file is in hand."""
    if isinstance(response, FileResponse):
        file: Any = response.file_to_stream
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
        file.seek(0)
        return size, digest
    if isinstance(response, HttpResponse):
        return len(response.content), hashlib.sha256(response.content).hexdigest()
    return None, ""
