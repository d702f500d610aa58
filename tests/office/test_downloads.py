"""Who took what out of the back office: logged whatever the page, and kept as it is."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, URLPattern, reverse
from django.utils import timezone

from harbor_portal.lib.origin import KEPT
from harbor_portal.portal.downloads import log_downloads
from stations.actions.downloads import forget_places
from stations.imports.report import packed
from stations.models import Download, Station, Upload, User
from tests.conftest import World
from tests.factories import make_member
from tests.stations.imports.lists import csv_list

PHONE = "Mozilla/5.0 (Linux; Android 14; V2301A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
STOCK = ("_changelist", "_add", "_history", "_delete", "_change", "_simple_history")


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "en", "user-agent": PHONE}, REMOTE_ADDR="10.1.2.3")
    client.force_login(user)
    return client


@pytest.fixture
def upload(world: World) -> Upload:
    made: Upload = Upload.objects.create(
        user=world.officer, kind="stations", name="九月.csv", content=b"x", problems=packed([]), rows=7
    )
    return made


def files_of(world: World, upload: Upload) -> dict[str, tuple[str, str, str, int | None]]:
    """By the name of its page: address, and what the log says: kind, of what, how many rows."""
    month = f"?unit={world.branch.code}&month=2026-10&format=csv"
    lists = reverse("admin:export_list", args=["stations"])
    return {
        "month_download": (reverse("admin:month_download") + month, "report", "济南分行 · 2026-10", 0),
        "figures": (
            f"{reverse('admin:figures')}?unit={world.branch.code}&month=2026-10&format=xlsx",
            "list",
            "Feedback and inspections · 济南分行 · 2026-10",
            None,
        ),
        "coverage": (
            f"{reverse('admin:coverage')}?unit={world.branch.code}&format=xlsx",
            "list",
            "Coverage · 济南分行",
            0,
        ),
        "export_list": (f"{lists}?status__exact=published&q=泉城", "list", "Stations · status: On the map · “泉城”", 2),
        "import_problems": (reverse("admin:import_problems", args=[upload.pk]), "problems", "Stations · 九月.csv", 7),
        "poster": (reverse("poster", args=[world.station.code]), "poster", str(world.station), 1),
    }


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_every_file_is_logged_with_who_from_where_and_what(world: World, upload: Upload) -> None:
    client = as_(world.officer)
    for address, kind, about, rows in files_of(world, upload).values():
        body = body_of(client.get(address))
        logged = Download.objects.latest("pk")
        assert (logged.user, logged.address, logged.device) == (world.officer, "10.1.2.3", "Chrome · Android")
        assert (logged.kind, logged.about, logged.rows) == (kind, about, rows)
        assert (logged.size, logged.sha256) == (len(body), hashlib.sha256(body).hexdigest())
        assert logged.file.endswith(f".{logged.format}")
    assert Download.objects.count() == len(files_of(world, upload))


def test_posters_of_a_whole_unit_are_logged(world: World) -> None:
    page = reverse("admin:stations_unit_changelist")
    as_(world.officer).post(page, {"action": "posters_of_units", "_selected_action": world.branch.pk})
    assert (Download.objects.get().kind, Download.objects.get().rows) == ("poster", 2)


def test_an_empty_form_and_a_file_that_was_refused_are_not_logged(world: World) -> None:
    body_of(as_(world.officer).get(reverse("admin:import_template", args=["stations", "en"])))
    as_(world.outsider).get(reverse("poster", args=[world.station.code]))
    as_(world.officer).head(reverse("poster", args=[world.station.code]))
    assert not Download.objects.exists()


def test_a_file_of_which_its_page_says_nothing_is_logged_all_the_same(world: World) -> None:
    request = RequestFactory().get("/admin/something-new/")
    request.user = world.officer
    log_downloads(lambda _request: HttpResponse(b"1", headers={"Content-Disposition": "attachment"}))(request)
    assert (Download.objects.get().kind, Download.objects.get().about) == ("other", "/admin/something-new/")


def test_the_pages_that_hand_out_files_are_all_named_here(world: World, upload: Upload) -> None:
    client = as_(world.admin)
    found = {name for name, address in _pages(world, upload) if _is_file(client.get(address))}
    assert found == files_of(world, upload).keys() - {"poster"} | {"import_template"}
    assert not Download.objects.filter(kind="other").exists()


def test_every_module_that_makes_a_file_says_what_is_in_it() -> None:
    """What the walk above does not reach: files behind a form or a name of its own."""
    folders = ("stations", "services", "partners", "reports", "harbor_portal/portal", "harbor_portal/desk")
    modules = {path: path.read_text() for folder in folders for path in (settings.BASE_DIR / folder).rglob("*.py")}
    makes = {path for path, text in modules.items() if "FileResponse(" in text or '"Content-Disposition": ' in text}
    assert makes
    assert {path for path in makes if "taken(" not in modules[path] and "for_anybody(" not in modules[path]} == set()


def _is_file(response: Any) -> bool:
    body_of(response)  # to the end, so that its file is closed
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    return response.status_code == 200 and (
        "Content-Disposition" in response or kind not in {"text/html", "application/json", "text/javascript"}
    )


def _pages(world: World, upload: Upload) -> list[tuple[str, str]]:
    """Every page of ours in the back office, with something to show wherever it asks for something."""
    ours = [url for url in admin.site.get_urls() if isinstance(url, URLPattern) and url.name]
    for one in admin.site._registry.values():
        ours += [url for url in one.get_urls() if url.name and not url.name.endswith(STOCK)]
    month = f"?unit={world.branch.code}&month=2026-10&format=xlsx"
    today = timezone.localdate().isoformat()
    known: dict[str, Any] = {"code": world.station.code, "day": today, "month": today[:7], "language": "en"}
    known |= {"key": "stations", "app_label": "stations", "token": "x", "uidb64": "x"}
    pages = []
    for url in ours:
        pk = upload.pk if "uuid" in str(url.pattern) else world.station.pk
        asked = {name: known.get(name, pk) for name in url.pattern.converters or url.pattern.regex.groupindex}
        try:
            address = reverse(f"admin:{url.name}", kwargs=asked)
            pages.append((str(url.name), address))
            if url.name != "export_list":  # of which every filter is a column
                pages.append((str(url.name), address + month))
        except NoReverseMatch:
            assert url.name == "app_list", f"say above with what {url.name} is asked"
    return pages


def test_people_read_what_their_own_people_took_and_nobody_changes_it(world: World) -> None:
    both = make_member(world.branch, name="两边")
    make_member(world.other_bank, name="外面")
    both.memberships.create(unit=world.other_bank, role="officer")
    rows = {
        user: Download.objects.create(user=user, kind="list", about=f"von {user}")
        for user in (world.officer, world.keeper, both, world.outsider, world.admin)
    }
    seen = {
        who: set(Download.objects.visible_to(who).values_list("user", flat=True))
        for who in (world.officer, world.auditor, world.keeper, world.admin)
    }
    assert seen[world.officer] == {world.officer.pk, world.keeper.pk}
    assert seen[world.auditor] == {world.officer.pk, world.keeper.pk}
    assert seen[world.keeper] == {world.keeper.pk}
    assert len(seen[world.admin]) == 5
    row = rows[world.officer]
    for who in (world.officer, world.admin):
        client = as_(who)
        assert client.get(reverse("admin:stations_download_change", args=[row.pk])).status_code == 200
        assert client.post(reverse("admin:stations_download_change", args=[row.pk]), {"about": ""}).status_code == 403
        assert client.post(reverse("admin:stations_download_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
        assert client.get(reverse("admin:stations_download_add")).status_code == 403
        text = client.get(reverse("admin:stations_download_changelist")).content.decode()
        assert (str(row.about) in text, rows[world.outsider].about in text) == (True, who == world.admin)
    hidden = reverse("admin:stations_download_change", args=[rows[world.outsider].pk])
    assert rows[world.outsider].about not in as_(world.officer).get(hidden, follow=True).content.decode()


@pytest.mark.parametrize("change", ["about", "delete", "address"])
def test_the_database_itself_refuses_to_change_what_was_taken(world: World, change: str) -> None:
    row = Download.objects.create(user=world.officer, kind="list", about="站点", address="10.1.2.3")
    rows = Download.objects.filter(pk=row.pk)
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        rows.delete() if change == "delete" else rows.update(**{change: "10.9.9.9"})
    assert rows.get().about == "站点"


def test_a_change_by_staff_says_from_where_and_one_by_a_visitor_does_not(world: World) -> None:
    page = reverse("admin:my_station_open", args=[world.station.code, timezone.localdate().isoformat()])
    as_(world.keeper).post(page)
    line = world.station.days.get().history.latest()
    assert (line.history_address, line.history_device) == ("10.1.2.3", "Chrome · Android")
    visitor = Client(headers={"user-agent": PHONE}, REMOTE_ADDR="10.7.7.7")
    told = {"kind": "praise", "text": "很好", "client_key": str(uuid4())}
    visitor.post(reverse("tell_us", args=[world.station.code]), told)
    assert world.station.feedback.get().history.latest().history_address is None


def test_what_the_worker_does_later_says_from_where_it_was_asked_for(world: World) -> None:
    client = as_(world.officer)
    sheet = csv_list({"站点名称": "新站", "地址": "经十路9号", "运营单位": "CCB-JN"})
    address = reverse("admin:import_list", args=["stations"])
    client.post(address, {"file": SimpleUploadedFile("新.csv", sheet)})
    upload = Upload.objects.get()
    client.post(reverse("admin:import_enter", args=[upload.pk]))
    upload.refresh_from_db()
    assert upload.state == "entered", upload.found
    assert Station.objects.get(name="新站").history.get().history_address == "10.1.2.3"


def test_from_where_is_forgotten_after_half_a_year_and_what_was_done_is_not(world: World) -> None:
    now = timezone.now()
    row = Download.objects.create(user=world.officer, kind="list", about="站点", address="10.1.2.3", device="Safari")
    world.station.history.update(history_address="10.1.2.3", history_device="Safari")
    assert forget_places(at=now) == 0
    assert forget_places(at=now + KEPT + timedelta(days=1)) > 1
    row.refresh_from_db()
    line = world.station.history.latest()
    assert (row.about, row.address, row.device) == ("站点", None, "")
    assert (line.history_address, line.history_device) == (None, "")
