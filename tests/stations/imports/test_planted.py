"""A list with forty planted errors: forty are shown, on the page and in the list itself, and nothing is changed."""

import io
import re
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from stations.imports.of_stations import STATIONS
from stations.imports.plan import read_plan
from stations.models import MapChange, Station
from tests.conftest import World
from tests.stations.imports.lists import planted_list

pytestmark = pytest.mark.usefixtures("city", "catalogue")
HERE = "/admin/imports/stations/"


def members(data: bytes, pattern: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist() if re.search(pattern, name))


@pytest.fixture
def officer(client: Client, world: World) -> Client:
    client.force_login(world.officer)
    client.cookies["django_language"] = "en"
    return client


def test_forty_planted_errors_are_forty_and_nothing_is_changed(officer: Client, world: World) -> None:
    before = list(Station.objects.order_by("pk").values())
    response = officer.post(HERE, {"file": SimpleUploadedFile("坏表.xlsx", planted_list())}, follow=True)
    text = response.content.decode()
    assert re.search(r"<dt>Errors</dt>\s*<dd>\s*40\s*</dd>", text)
    address = response.redirect_chain[-1][0]
    assert officer.post(f"{address}enter/").status_code == 409
    assert (list(Station.objects.order_by("pk").values()), MapChange.objects.count()) == (before, 0)


def test_the_list_comes_back_with_each_bad_cell_marked_and_commented(officer: Client, world: World) -> None:
    response: Any = officer.post(HERE, {"file": SimpleUploadedFile("坏表.xlsx", planted_list())}, follow=True)
    answer: Any = officer.get(f"{response.redirect_chain[-1][0]}problems.xlsx")
    data = b"".join(answer.streaming_content)
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
        assert workbook.sheet_names == ["站点", "Problems"]
        listed = workbook.get_sheet_by_name("Problems").to_python()[1:]
    errors = [row for row in listed if row[0] == "error"]
    comments = set(re.findall(r'<comment ref="([A-Z]+\d+)"', members(data, r"comments\d+\.xml")))
    assert len(errors) == 40
    assert {row[3] for row in errors} <= comments
    assert "Write the seats as a whole number" in members(data, r"comments\d+\.xml")
    sheet = members(data, r"sheet1\.xml")
    styles = {re.search(rf'<c r="{row[3]}" s="(\d+)"', sheet)[1] for row in errors}  # type: ignore[index]
    assert styles.isdisjoint(re.findall(r'<c r="[B-L]2" s="(\d+)"', sheet))


def test_the_marked_list_sent_again_is_the_same_list(officer: Client, world: World) -> None:
    data = planted_list()
    response: Any = officer.post(HERE, {"file": SimpleUploadedFile("坏表.xlsx", data)}, follow=True)
    answer: Any = officer.get(f"{response.redirect_chain[-1][0]}problems.xlsx")
    first, again = (read_plan(STATIONS, each, world.officer) for each in (data, b"".join(answer.streaming_content)))
    assert again.problems == first.problems
