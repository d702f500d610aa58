"""The index of a bundle: a line for each file, with what it is of and by which hashes it is known."""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column, Sheet, write_csv, write_xlsx
from reports.models import Bundle, BundlePart
from reports.sections.printing import NONE, Row


def index_xlsx(bundle: Bundle, parts: Sequence[BundlePart]) -> bytes:
    file = io.BytesIO()
    title = _("Index")
    preamble = [str(bundle), *_notes()]
    write_xlsx(file, [Sheet(title, _columns(), _rows(parts), preamble)], made_at=bundle.asked_at)
    return file.getvalue()


def index_csv(parts: Sequence[BundlePart]) -> bytes:
    text = io.StringIO(newline="")
    write_csv(text, _columns(), _rows(parts))
    return text.getvalue().encode("utf-8-sig")


def sums(parts: Sequence[BundlePart]) -> bytes:
    """As `sha256sum --check` reads it."""
    return "".join(f"{one['sha256']}  {one['name']}\n" for part in parts for one in part.files).encode()


def _notes() -> list[str]:
    return [
        _("A line for each file. Its SHA-256 tells whether it is as it was given out: %(page)s says so, too.")
        % {"page": f"{settings.PUBLIC_URL}/verify/"},
        _("A report that was handed in shows its frozen rows. A draft was added up anew, and carries no hash."),
        _("What had no station in the month has no file."),
    ]


def _columns() -> list[Column]:
    return [
        Column("number", _("Number"), "integer", 9),
        Column("name", _("Unit or division"), width=26),
        Column("code", _("Code of the unit or division"), width=18),
        Column("file", _("File"), width=52),
        Column("revision", _("Revision"), "integer", 10),
        Column("state", _("State of the report"), width=16),
        Column("stations", _("Stations"), "integer", 10),
        Column("figures_at", _("Rolled up"), width=18),
        Column("digest", _("SHA-256 of the rows"), width=66),
        Column("seal", _("Seal code"), width=66),
        Column("size", _("Bytes"), "integer", 12),
        Column("sha256", _("SHA-256 of the file"), width=66),
    ]


def _rows(parts: Sequence[BundlePart]) -> Iterator[Row]:
    for part in parts:
        about = {
            "number": part.number,
            "name": part.subject.name,
            "code": part.subject.code,
            "revision": NONE if part.revision is None else part.revision,
            "state": part.state_text,
            "stations": part.stations,
            "figures_at": _told(part.figures_at),
            "digest": part.digest or NONE,
            "seal": part.seal or NONE,
        }
        for one in part.files:
            yield about | {"file": one["name"], "size": one["size"], "sha256": one["sha256"]}


def _told(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M}" if moment else NONE
