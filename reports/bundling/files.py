"""The files of a bundle: a part after the other, and in the end all of them in one zip with their index.

Every file gets its name once all of it is there, so whatever bears its name is whole, whenever the worker died.
"""

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zipfile import ZipFile

from django.conf import settings
from django.utils.translation import gettext as _

from harbor_portal.lib.archives import add_content, add_file
from harbor_portal.lib.files import replacing
from harbor_portal.lib.months import Month
from harbor_portal.lib.typeset import typeset_into
from reports.bundling.index import index_csv, index_xlsx, sums
from reports.exports import file_name, write_month
from reports.figures import MonthFigures, month_figures
from reports.flow.below import below_each
from reports.models import Bundle, BundlePart
from reports.papers import TEMPLATE, paper_of
from reports.subjects import Subject
from stations.models import Division, Posting

Measured = tuple[int, str]
"""Size and SHA-256 of a file."""

FOLDER = "bundles"
LONGEST_NAME = 60
FORBIDDEN = re.compile(r'[\x00-\x1f\\/:*?"<>|]+')
"""What the name of a file must not hold on the systems on which it is unpacked."""


class LostPart(Exception):
    """A file of a part that was made is gone, or is not what it was; `args` holds the part."""


def subjects_below(subject: Subject, month: Month) -> list[Subject]:
    """The units, or divisions, right below that had a station in the month."""
    if subject.unit:
        return [Subject(unit=one.unit) for one in below_each([subject.unit], month)[subject.unit.pk]]
    assert subject.division
    return [Subject(division=place) for place in _places_below(subject.division, month)]


def _places_below(place: Division, month: Month) -> Iterator[Division]:
    during = Posting.objects.filter(division__code__startswith=place.prefix, since__lte=month.last)
    held = set(during.exclude(until__lt=month.first).order_by().values_list("division", flat=True).distinct())
    for below in Division.objects.filter(parent=place).order_by("code"):
        if any(code.startswith(below.prefix) for code in held):
            yield below


def folder_of(bundle: Bundle) -> Path:
    return Path(settings.MEDIA_ROOT) / FOLDER / str(bundle.pk)


def zip_of(bundle: Bundle) -> Path:
    return folder_of(bundle) / "bundle.zip"


def write_part(bundle: Bundle, part: BundlePart, went_on: Callable[[], None]) -> None:
    """Write the files of one part, and note in it what they are of; `went_on` is called after each."""
    figures = month_figures(part.subject, Month.of(bundle.month))
    report = figures.report
    part.report = report
    part.revision, part.state = (report.revision, report.state) if report else (None, "")
    part.digest, part.seal = (report.digest, report.seal) if report else ("", "")
    part.figures_at = figures.source["rolled_up_at"] or ""
    part.stations = len(figures.of("station"))
    written = _write_files(bundle, part, figures, went_on)
    part.files = [
        {
            "name": _member_name(part, figures, each),
            "format": each,
            "size": written[each][0],
            "sha256": written[each][1],
        }
        for each in bundle.format_list
    ]


def _write_files(
    bundle: Bundle, part: BundlePart, figures: MonthFigures, went_on: Callable[[], None]
) -> dict[str, Measured]:
    """By format. Setting the paper is another process's work: meanwhile this one writes the other files."""
    written = {}
    with ThreadPoolExecutor(1) as beside:
        is_printed = "pdf" in bundle.format_list
        paper = beside.submit(_print, _path(bundle, part, "pdf"), paper_of(figures)) if is_printed else None
        for extension in bundle.format_list:
            if extension != "pdf":
                with replacing(_path(bundle, part, extension)) as file:
                    write_month(file, figures, extension)
                    written[extension] = measured(file)
                went_on()
        if paper:
            written["pdf"] = paper.result()
            went_on()
    return written


def _print(path: Path, page: Any) -> Measured:
    with replacing(path) as file:
        typeset_into(file, TEMPLATE, [page])
        return measured(file)


def write_zip(bundle: Bundle, parts: Sequence[BundlePart]) -> Measured:
    """Put the files and their index together; size and SHA-256. Raises `LostPart`."""
    with replacing(zip_of(bundle)) as file:
        with ZipFile(file, "w") as archive:
            _fill(archive, bundle, parts, bundle.asked_at)
        return measured(file)


def _fill(archive: ZipFile, bundle: Bundle, parts: Sequence[BundlePart], at: datetime) -> None:
    index = _("Index")
    add_content(archive, f"{index}.xlsx", index_xlsx(bundle, parts), at)
    add_content(archive, f"{index}.csv", index_csv(parts), at)
    add_content(archive, "SHA256SUMS", sums(parts), at)
    for part in parts:
        for one in part.files:
            try:
                sha256 = add_file(archive, one["name"], _path(bundle, part, one["format"]), at)
            except FileNotFoundError as error:
                raise LostPart(part) from error
            if sha256 != one["sha256"]:
                raise LostPart(part)


def measured(file: IO[bytes]) -> Measured:
    """How long the file is, and its SHA-256."""
    size = file.seek(0, 2)
    file.seek(0)
    return size, hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # it is open to be read


def forget_parts(bundle: Bundle) -> None:
    """Erase everything but the bundle itself."""
    for path in folder_of(bundle).iterdir():
        if path != zip_of(bundle):
            path.unlink(missing_ok=True)


def forget_files(bundle: Bundle) -> None:
    shutil.rmtree(folder_of(bundle), ignore_errors=True)


def _path(bundle: Bundle, part: BundlePart, extension: str) -> Path:
    return folder_of(bundle) / f"{part.number:03d}.{extension}"


def _member_name(part: BundlePart, figures: MonthFigures, extension: str) -> str:
    """For example "01-济南市总工会-SDU-JN-2026-10.xlsx"; a draft says so."""
    unit = FORBIDDEN.sub("_", figures.source["name"])[:LONGEST_NAME].strip(" .")
    stem, _dot, ending = file_name(figures, extension, "csv" if extension == "zip" else "").rpartition(".")
    draft = f"-{_('Draft')}" if part.is_draft else ""
    return f"{part.number:02d}-{unit}-{FORBIDDEN.sub('_', stem)}{draft}.{ending}"
