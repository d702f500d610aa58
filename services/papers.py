"""Papers that offices hand in: of the kinds that they know, named as they came, shown to nobody but staff."""

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from django.core.files.base import ContentFile
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid

MAX_PAPER = 10 * 1024 * 1024
"""Bytes."""
KINDS = {
    "pdf": (b"%PDF-", "application/pdf"),
    "xlsx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "docx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "jpg": (b"\xff\xd8\xff", "image/jpeg"),
    "jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    "png": (b"\x89PNG\r\n", "image/png"),
}
"""By ending: how such a file begins, and what it is."""


@dataclass(frozen=True)
class Paper:
    name: str
    ending: str
    content: bytes

    def as_file(self, name: str) -> "ContentFile[bytes]":
        return ContentFile(self.content, f"{name}.{self.ending}")


def read_paper(upload: Any, field: str = "file") -> Paper:
    """What was uploaded, if it is what its name says."""
    if upload is None:
        raise Invalid(field, _("Choose a file."))
    name = re.sub(r"[\x00-\x1f/\\]", "", PurePath(upload.name).name)[-100:]
    ending = PurePath(name).suffix.lower().lstrip(".")
    content = upload.read(MAX_PAPER + 1)
    if len(content) > MAX_PAPER:
        raise Invalid(field, _("The file is larger than %(most)d MB.") % {"most": MAX_PAPER // 1024**2})
    if ending not in KINDS or not content.startswith(KINDS[ending][0]):
        raise Invalid(field, _("Such files are not kept; these are: %(kinds)s.") % {"kinds": ", ".join(KINDS)})
    return Paper(name, ending, content)


def hand_out(file: Any, name: str) -> HttpResponse:
    """To be saved, never shown in the page: what is in it was made elsewhere."""
    ending = PurePath(name).suffix.lower().lstrip(".")
    try:
        with file.open("rb") as stored:
            response = HttpResponse(stored.read(), content_type=KINDS.get(ending, ("", "application/octet-stream"))[1])
    except FileNotFoundError as error:
        raise Http404 from error
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
