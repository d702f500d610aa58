"""The pages that take a list, show what it would do, and enter exactly what was shown."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from stations.actions import uploads
from stations.choices import UploadState
from stations.models import Station, Upload, User
from tests.conftest import World
from tests.stations.imports.lists import NAME, ROW, csv_list

pytestmark = pytest.mark.usefixtures("city", "catalogue")
ROOT = "/admin/imports/"
HERE = "/admin/imports/stations/"


@pytest.fixture
def officer(client: Client, world: World) -> Client:
    client.force_login(world.officer)
    client.cookies["django_language"] = "en"
    return client


def send(client: Client, data: bytes, name: str = "list.csv") -> Any:
    return client.post(HERE, {"file": SimpleUploadedFile(name, data)})


def checked(client: Client, data: bytes) -> str:
    response = send(client, data)
    assert response.status_code == 302
    return str(response.url)


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def workbook_of(response: Any) -> list[list[Any]]:
    file = io.BytesIO(b"".join(response.streaming_content))
    with CalamineWorkbook.from_filelike(file) as workbook:
        return workbook.get_sheet_by_index(0).to_python()


def test_the_page_says_what_may_stand_in_each_column(officer: Client) -> None:
    text = page(officer, reverse("admin:import_list", args=["stations"]))
    assert "Only name and address are required" in text
    assert "银行网点 (bank_branch)" in text


def test_a_list_is_checked_shown_and_entered(officer: Client, world: World) -> None:
    address = checked(officer, csv_list(ROW))
    text = page(officer, address)
    assert NAME in text
    assert "Without coordinates the station waits" in text
    assert not Station.objects.filter(name=NAME).exists()
    response = officer.post(f"{address}enter/", follow=True)
    assert "Entered: 1 row is new, 0 changed, 0 as before." in response.content.decode()
    upload = Upload.objects.get()
    assert Station.objects.get(name=NAME).history.get().history_change_reason == upload.reason
    assert upload.reason == f"Import of list.csv [{upload.pk.hex[:8]}]"
    assert (upload.state, bytes(upload.content)) == (UploadState.ENTERED, b"")


def test_entering_twice_says_so_and_enters_nothing(officer: Client, world: World) -> None:
    address = checked(officer, csv_list(ROW))
    officer.post(f"{address}enter/")
    response = officer.post(f"{address}enter/", follow=True)
    assert "Somebody was quicker" in response.content.decode()
    assert Station.objects.filter(name=NAME).count() == 1


def test_a_list_with_errors_shows_them_and_offers_no_button(officer: Client) -> None:
    address = checked(officer, csv_list(ROW | {"座位数": "若干"}))
    text = page(officer, address)
    assert "Write the seats as a whole number" in text
    assert "若干" in text
    assert "enter/" not in text
    response = officer.post(f"{address}enter/")
    assert response.status_code == 409
    assert Station.objects.count() == 3


def test_a_list_that_became_wrong_after_the_check_is_not_entered(officer: Client, world: World) -> None:
    address = checked(officer, csv_list(ROW))
    world.branch.name = "改名分行"
    world.branch.save()
    world.officer.memberships.all().delete()
    world.officer.memberships.create(unit=world.union, role="officer")
    text = officer.post(f"{address}enter/", follow=True).content.decode()
    assert "has changed since the list was checked" in text
    assert Upload.objects.get().counts["errors"] == 1
    assert not Station.objects.filter(name=NAME).exists()


def test_a_list_without_news_says_so(officer: Client, world: World) -> None:
    row = {"站点名称": world.station.name, "地址": world.station.address}
    assert "There is nothing to enter" in page(officer, checked(officer, csv_list(row)))


def test_the_same_sentence_stands_once_with_its_places(officer: Client) -> None:
    rows = [ROW | {"站点名称": f"站{n}", "座位数": "若干"} for n in range(40)]
    text = page(officer, checked(officer, csv_list(*rows)))
    assert text.count("Write the seats as a whole number") == 1
    assert "and 28 more" in text


def test_long_lists_show_their_beginning(officer: Client) -> None:
    text = page(officer, checked(officer, csv_list(*(ROW | {"站点名称": f"站{n}"} for n in range(40)))))
    assert "and 10 more" in text


def test_markup_in_a_cell_is_text(officer: Client) -> None:
    text = page(officer, checked(officer, csv_list(ROW | {"站点名称": "<script>alert(1)</script>"})))
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_a_file_that_cannot_be_read_gives_its_one_problem_as_a_workbook(officer: Client) -> None:
    address = checked(officer, b"PK\x03\x04 no workbook")
    header, first = workbook_of(officer.get(f"{address}problems.xlsx"))
    assert header == ["Kind", "Sheet", "Row", "Cell", "Column", "Value", "What is wrong"]
    assert (first[0], "damaged" in first[-1]) == ("error", True)


@pytest.mark.parametrize(("language", "title"), [("en", "Name*"), ("zh-hans", "")])
def test_the_template_is_downloaded_in_either_language(officer: Client, language: str, title: str) -> None:
    (header,) = workbook_of(officer.get(reverse("admin:import_template", args=["stations", language])))
    assert len(header) == 22
    assert not title or title in header
    assert officer.get(f"{HERE}template-fr.xlsx").status_code == 404


def test_a_filled_in_template_is_understood(officer: Client, world: World) -> None:
    (header,) = workbook_of(officer.get(reverse("admin:import_template", args=["stations", "en"])))
    row = dict.fromkeys(header, "") | {"Name*": NAME, "Address*": "济南市历下区泺源大街66号", "Operator": "CCB-JN"}
    assert "is not known and was not read" not in page(officer, checked(officer, csv_list(row)))


def test_a_file_must_be_chosen_and_not_too_large(officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    response = officer.post(HERE)
    assert (response.status_code, "Choose a file first." in response.content.decode()) == (400, True)
    monkeypatch.setattr(uploads, "MAX_BYTES", 10)
    response = send(officer, csv_list(ROW))
    assert (response.status_code, "larger than" in response.content.decode()) == (400, True)
    assert not Upload.objects.exists()


def test_files_left_for_a_day_are_thrown_away(officer: Client) -> None:
    address = checked(officer, csv_list(ROW))
    Upload.objects.update(created_at=timezone.now() - timedelta(days=2))
    checked(officer, csv_list(ROW))
    assert officer.get(address).status_code == 404
    assert Upload.objects.count() == 1


ADDRESSES = ["stations/", "stations/template-en.xlsx", "{pk}/", "{pk}/state.json", "{pk}/problems.xlsx"]


@pytest.mark.parametrize("who", ["keeper", "official", "auditor"])
def test_only_officers_come_in_and_others_read_why(officer: Client, world: World, who: str) -> None:
    kept = Upload.objects.get(pk=checked(officer, csv_list(ROW)).split("/")[-2])
    user: User = getattr(world, who)
    officer.force_login(user)
    for address in ("stations/", "stations/template-en.xlsx"):
        response = officer.get(ROOT + address)
        assert response.status_code == 403
        assert "Only officers may change stations" in response.content.decode()
    assert officer.post(HERE).status_code == 403
    own = ["", "state.json", "problems.xlsx"]
    assert {officer.get(f"{ROOT}{kept.pk}/{page}").status_code for page in own} == {404}
    assert officer.post(f"{ROOT}{kept.pk}/enter/").status_code == 404
    Upload.objects.update(user=user)
    assert {officer.get(f"{ROOT}{kept.pk}/{page}").status_code for page in own} == {403}
    assert officer.post(f"{ROOT}{kept.pk}/enter/").status_code == 403
    assert not Station.objects.filter(name=NAME).exists()


def test_there_is_no_list_of_another_kind(officer: Client) -> None:
    assert {officer.get(f"{ROOT}nothing/{page}").status_code for page in ("", "export.xlsx")} == {404}


@pytest.mark.parametrize("address", [*ADDRESSES, "{pk}/enter/"])
def test_the_anonymous_are_sent_to_the_login(officer: Client, address: str) -> None:
    pk = checked(officer, csv_list(ROW)).split("/")[-2]
    officer.logout()
    response = officer.post(ROOT + address.format(pk=pk))
    assert response.status_code == 302
    assert "/login/" in response["Location"]


@pytest.mark.parametrize("address", ["", "state.json", "problems.xlsx"])
def test_nobody_sees_what_another_officer_has_sent(officer: Client, world: World, address: str) -> None:
    here = checked(officer, csv_list(ROW))
    officer.force_login(world.outsider)
    assert officer.get(here + address).status_code == 404
    assert officer.post(f"{here}enter/").status_code == 404
    assert not Station.objects.filter(name=NAME).exists()


def test_the_list_of_stations_leads_here_for_officers_only(officer: Client, world: World) -> None:
    assert f'{HERE}"' in page(officer, "/admin/stations/station/")
    officer.force_login(world.auditor)
    assert f'{HERE}"' not in page(officer, "/admin/stations/station/")


def test_an_upload_is_called_by_its_file(officer: Client) -> None:
    checked(officer, csv_list(ROW))
    assert str(Upload.objects.get()) == "list.csv"
