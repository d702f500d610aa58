"""Papers that people send: what they are is read from their first bytes, not believed from their names."""

import zipfile
from dataclasses import dataclass
from io import BytesIO

from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from harbor_portal.lib.images import MAX_BYTES, Readable, clean_image

LONGEST_SIDE = 2400
"""Of a photographed page, so that its small print can be read."""
WORD = "word/document.xml"
EXCEL = "xl/workbook.xml"
TYPES = {
    "pdf": "application/pdf",
    "webp": "image/webp",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Paper:
    content: bytes
    ending: str
    """One of `TYPES`."""


def clean_paper(upload: Readable, *, field: str = "file") -> Paper:
    """A PDF, a document of Word or Excel, or a picture, which becomes a WebP. Raises `Invalid` for anything else."""
    content = upload.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Invalid(field, _("The file is larger than {limit} MB.").format(limit=MAX_BYTES // 1024**2))
    if content.startswith(b"%PDF-"):
        return Paper(content, "pdf")
    if content.startswith(b"PK\x03\x04"):
        return Paper(content, _office(content, field))
    try:
        return Paper(clean_image(BytesIO(content), longest_side=LONGEST_SIDE, field=field), "webp")
    except Invalid as error:
        raise _unknown(field) from error


def _office(content: bytes, field: str) -> str:
    """Only the list of what is inside is read."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile as error:
        raise _unknown(field) from error
    for inside, ending in ((WORD, "docx"), (EXCEL, "xlsx")):
        if inside in names:
            return ending
    raise _unknown(field)


def _unknown(field: str) -> Invalid:
    return Invalid(field, _("Send a PDF, a picture, or a document of Word or Excel (docx, xlsx)."))
