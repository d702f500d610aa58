"""Sheets of a sealed month: of the paper in both languages, and of the workbook as LibreOffice shows it.

What is imported of the portal waits for Django's set-up.
"""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image

from benchmarks.pictures.month import LAST, SEALED
from benchmarks.pictures.taking import FOLDER, keep

CITY, BRANCH = "CCB-370100", "CCB-370103"
PPI = 90
WORKBOOK = {"workbook-overview": 0, "workbook-source": -1}
"""Its sheets, by where they stand when printed."""


def take_paper() -> None:
    """The overview of a sealed month in both languages; tables of a city's last month."""
    from django.utils import translation

    from harbor_portal.lib.typeset import pictures
    from reports.papers import TEMPLATE, paper_of

    for language, ending in (("zh-hans", ""), ("en", "-en")):
        with translation.override(language):
            paper = paper_of(_sealed())
        first, *_others = pictures(TEMPLATE, paper, PPI)
        _keep(first, f"paper-overview{ending}")
    sheets = pictures(TEMPLATE, paper_of(_of_city()), PPI)
    lying = [sheet for sheet in sheets if (size := Image.open(BytesIO(sheet)).size) and size[0] > size[1]]
    _keep(sheets[1], "paper-tables")
    _keep(lying[1], "paper-territory")


def take_workbook() -> None:
    """Left out where there is no LibreOffice or no pdftoppm."""
    from reports.exports import write_month

    office, painter = shutil.which("soffice"), shutil.which("pdftoppm")
    if not office or not painter:
        print("workbook: left out, it needs soffice and pdftoppm", flush=True)
        return
    with TemporaryDirectory() as made:
        folder = Path(made)
        with (folder / "month.xlsx").open("wb") as file:
            write_month(file, _sealed(), "xlsx")
        _run(
            office,
            f"-env:UserInstallation={(folder / 'home').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            made,
            str(folder / "month.xlsx"),
        )
        _run(painter, "-png", "-r", str(PPI), str(folder / "month.pdf"), str(folder / "sheet"))
        sheets = sorted(folder.glob("sheet*.png"))
        for name, number in WORKBOOK.items():
            _keep(sheets[number].read_bytes(), name)


def _sealed() -> Any:
    from reports.figures import month_figures

    return month_figures(_subject(BRANCH), SEALED)


def _of_city() -> Any:
    from reports.figures import live_figures

    return live_figures(_subject(CITY), LAST)


def _subject(code: str) -> Any:
    from reports.subjects import Subject
    from stations.models import Unit

    return Subject(unit=Unit.objects.get(code=code))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _keep(sheet: bytes, name: str) -> None:
    keep(Image.open(BytesIO(sheet)).convert("RGB"), FOLDER / f"{name}.png")
