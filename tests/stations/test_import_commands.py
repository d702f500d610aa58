"""The commands that enter a list and write the template."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from python_calamine import CalamineWorkbook

from stations.models import Station
from tests.conftest import World
from tests.stations.imports.conftest import catalogue, city
from tests.stations.imports.lists import NAME, ROW, csv_list

__all__ = ["catalogue", "city"]
pytestmark = pytest.mark.usefixtures("city", "catalogue")


def run(tmp_path: Path, data: bytes, *options: str) -> str:
    (tmp_path / "list.csv").write_bytes(data)
    out = StringIO()
    try:
        call_command("import_stations", str(tmp_path / "list.csv"), *options, stdout=out)
    finally:
        run.said = out.getvalue()  # type: ignore[attr-defined]
    return out.getvalue()


def test_a_list_is_entered_by_the_administrator(world: World, tmp_path: Path) -> None:
    said = run(tmp_path, csv_list(ROW))
    assert "0 errors, 2 warnings; 1 new, 0 changed, 0 unchanged." in said
    assert Station.objects.get(name=NAME).history.get().history_user == world.admin


def test_a_dry_run_enters_nothing(world: World, tmp_path: Path) -> None:
    assert "1 new" in run(tmp_path, csv_list(ROW), "--dry-run", "--as", "officer")
    assert not Station.objects.filter(name=NAME).exists()


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_errors_are_printed_with_their_place_and_fail_the_command(
    world: World, tmp_path: Path, options: list[str]
) -> None:
    with pytest.raises(CommandError, match="Nothing was entered"):
        run(tmp_path, csv_list(ROW | {"座位数": "若干"}), *options)
    said: str = run.said  # type: ignore[attr-defined]
    assert "error: csv!2 D Seats “若干”: Write the seats as a whole number of at most 9999." in said


def test_whoever_may_not_is_refused_by_name(world: World, tmp_path: Path) -> None:
    for options in (["--as", "keeper"], ["--as", "auditor", "--dry-run"]):
        with pytest.raises(CommandError, match="Only officers"):
            run(tmp_path, csv_list(ROW), *options)
    with pytest.raises(CommandError, match="no such person"):
        run(tmp_path, csv_list(ROW), "--as", "nobody")


def test_a_file_that_is_not_there_is_named(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.csv cannot be read"):
        call_command("import_stations", str(tmp_path / "none.csv"))


def test_the_template_has_the_columns_and_a_guide(world: World, tmp_path: Path) -> None:
    out = StringIO()
    call_command("station_template", str(tmp_path / "t.xlsx"), "--language", "en", stdout=out)
    with CalamineWorkbook.from_path(tmp_path / "t.xlsx") as workbook:
        assert workbook.sheet_names == ["Stations", "Guide"]
        guide = workbook.get_sheet_by_name("Guide").to_python()
    assert guide[2][:2] == ["Name*", "Required. At most 100 characters."]
    assert any(row[1] == "饮水机 (water)" for row in guide)
