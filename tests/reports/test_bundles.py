"""Bundles of reports: asked for, made by the worker, taken along, cancelled and erased."""

import hashlib
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from harbor_portal.lib.errors import StaleState
from reports import tasks
from reports.actions import bundles as work
from reports.actions.bundles import KEPT, LOCK_SPACE, TURN, cancel_bundle, make_bundle, make_waiting, sweep_bundles
from reports.bundling import files as bundling
from reports.bundling.files import folder_of, write_zip, zip_of
from reports.exports import write_month
from reports.models import Bundle, BundlePart, ReportFile
from reports.runs.clock import LONG, stuck_bundles
from reports.sealed.verifying import verify
from reports.subjects import Subject
from stations.choices import Role, UnitKind
from stations.models import Division, Download, User
from tests.conftest import World
from tests.factories import make_division, make_member, make_unit
from tests.reports.builders import OCTOBER
from tests.reports.bundles import ask, district_unions, frozen, index_of, made, members
from tests.reports.test_views import as_

pytestmark = pytest.mark.django_db
ASK = "/admin/reports/month/bundle/"
OF_UNION = {"unit": "SDU", "month": "2026-10", "formats": ["zip"]}


@pytest.fixture(autouse=True)
def _november(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(datetime(2026, 11, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai"))):
        yield


@pytest.fixture
def head(world: World) -> User:
    """Of the union of the province, above the district's."""
    return make_member(world.union, Role.REVIEWER, "head", name="省工会")


def page(bundle: Bundle, name: str = "") -> str:
    if not name:
        return reverse("admin:reports_bundle_change", args=[bundle.pk])
    return reverse(f"admin:bundle_{name}", args=[bundle.pk])


def told(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_it_holds_the_own_report_that_of_each_below_and_an_index_with_their_hashes(ledger: World, head: User) -> None:
    report = frozen(ledger.district_union)
    make_unit("空区总工会", ledger.union, code="SDU-0", kind=UnitKind.UNION)
    bundle = made(head, ledger.union, ["pdf", "xlsx"])
    held, index = members(bundle), index_of(bundle)
    own, below = "00-山东省总工会-SDU-2026-10", "01-历下区总工会-SDU-LX-2026-10"
    files = [f"{own}-Draft.xlsx", f"{own}-Draft.pdf", f"{below}.xlsx", f"{below}.pdf"]
    assert list(held) == ["Index.xlsx", "Index.csv", "SHA256SUMS", *files], "who had no station has no file"
    hashes = {name: hashlib.sha256(held[name]).hexdigest() for name in files}
    assert {line["File"]: line["SHA-256 of the file"] for line in index} == hashes
    assert held["SHA256SUMS"].decode() == "".join(f"{sha256}  {name}\n" for name, sha256 in hashes.items())
    rows = CalamineWorkbook.from_filelike(io.BytesIO(held["Index.xlsx"])).get_sheet_by_index(0).to_python()
    assert [[str(cell) for cell in row[1:4]] for row in rows[-4:]] == [
        [line["Unit or division"], line["Code of the unit or division"], line["File"]] for line in index
    ]
    assert [(line["State of the report"], line["SHA-256 of the rows"]) for line in index] == [
        *[("Not submitted", "—")] * 2,
        *[("Submitted", report.digest)] * 2,
    ]
    assert hashlib.sha256(zip_of(bundle).read_bytes()).hexdigest() == bundle.sha256
    known = {name: verify(sha256) for name, sha256 in hashes.items()}
    assert [bool(verdict and verdict.is_file and verdict.report == report) for verdict in known.values()] == [
        *[False] * 2,
        *[True] * 2,
    ]
    assert ReportFile.objects.count() == 2
    assert (bundle.steps_done, bundle.steps, bundle.state) == (5, 5, "ready")


def test_a_frozen_report_shows_its_frozen_rows_whatever_happened_since(ledger: World, head: User) -> None:
    frozen(ledger.district_union)
    first = made(head, ledger.union)
    ledger.station.name = "改名后的驿站"
    ledger.station.save()
    second = made(head, ledger.union)
    old, new = (index_of(bundle) for bundle in (first, second))
    assert old[1]["SHA-256 of the file"] == new[1]["SHA-256 of the file"]
    assert old[0]["SHA-256 of the file"] != new[0]["SHA-256 of the file"], "the draft is added up anew"


def test_a_division_is_bundled_with_the_divisions_inside_it(ledger: World, head: User) -> None:
    city = Division.objects.get(code="370100")
    make_division("370103", "市中区")
    bundle = work.ask_for_bundle(by=ledger.admin, subject=Subject(division=city), month=OCTOBER, formats=["zip"])
    make_bundle(bundle.pk)
    held = members(bundle)
    assert list(held)[3:] == ["00-济南市-370100-2026-10-csv-Draft.zip", "01-历下区-370102-2026-10-csv-Draft.zip"]
    for person, sees in ((ledger.official, False), (head, False), (ledger.officer, False), (ledger.admin, True)):
        assert Bundle.objects.visible_to(person).exists() is sees
    ledger.union.division = Division.objects.get(code="370000")
    ledger.union.save()
    assert Bundle.objects.visible_to(head).get() == bundle


def test_who_may_read_the_report_asks_for_it_on_its_page_and_takes_it_along(ledger: World, head: User) -> None:
    client = as_(head)
    shown = client.get("/admin/reports/month/", {"unit": "SDU", "month": "2026-10"}).text
    assert f'action="{ASK}"' in shown
    answer = client.post(ASK, OF_UNION)
    bundle = Bundle.objects.get()
    assert answer.headers["Location"] == page(bundle)
    waiting = client.get(page(bundle)).text
    assert "waits for its turn" in waiting
    assert '<progress aria-labelledby="progress-text" value="0" max="3">' in " ".join(waiting.split())
    assert client.get(page(bundle, "state")).json() == {"state": "making", "done": 0, "of": 3}
    assert "There is no file" in told(client.get(page(bundle, "file"), follow=True))
    assert "Bundles of reports that you asked for" in client.get("/admin/").text
    assert tasks.make_bundles() == 1
    answer = client.get(page(bundle, "file"))
    content = b"".join(answer)
    assert hashlib.sha256(content).hexdigest() == Bundle.objects.get().sha256
    assert "SDU-2026-10-bundle.zip" in unquote(answer.headers["Content-Disposition"])
    logged = Download.objects.get()
    assert (logged.user, logged.kind, logged.rows) == (head, "report", 2)
    assert logged.about == "山东省总工会 · 2026-10, with all below it (csv)"
    b"".join(as_(ledger.admin).get(page(bundle, "file")))
    seen = as_(make_member(ledger.union, Role.AUDITOR)).get(page(bundle))
    assert "Download the bundle" in seen.text
    assert [taker.user for taker in seen.context["takers"]] == [head], "of those whose downloads one sees"
    for known in (
        client.get("/verify/", {"hash": logged.sha256}),
        Client().post("/verify/", {"file": SimpleUploadedFile("x.zip", content)}, headers={"accept-language": "en"}),
    ):
        assert (known.status_code, "This bundle is as we gave it out." in known.text) == (200, True)
    zip_of(bundle).unlink()
    assert "not there any more" in told(client.get(page(bundle, "file"), follow=True))


def test_nobody_asks_for_or_sees_what_they_may_not_read(ledger: World, head: User) -> None:
    bundle = made(head, ledger.union)
    for person in (ledger.official, ledger.officer, ledger.keeper, ledger.outsider):
        client = as_(person)
        assert client.post(ASK, OF_UNION).status_code == 404
        for name in ("state", "file"):
            assert client.get(page(bundle, name)).status_code == 404
        assert client.post(page(bundle, "cancel")).status_code == 404
        assert "2026-10" not in client.get("/admin/reports/bundle/").text
    anonymous = Client()
    answers = [
        anonymous.post(ASK, OF_UNION),
        anonymous.get(page(bundle, "file")),
        anonymous.post(page(bundle, "cancel")),
    ]
    assert all(answer.status_code == 302 and "login" in answer.headers["Location"] for answer in answers)
    assert as_(head).get(ASK).status_code == 405
    assert Bundle.objects.count() == 1


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"formats": []}, "Tick at least one kind of file"),
        ({"formats": ["json"]}, "Tick at least one kind of file"),
        ({"month": "2026-12"}, "2026-12 has not begun"),
        ({"month": "October"}, "A month is written YYYY-MM"),
        ({"until": "2026-11"}, "whole reports of one month"),
        ({"unit": ""}, "Choose a unit or a division"),
    ],
)
def test_what_cannot_be_bundled_is_said(ledger: World, head: User, asked: dict[str, Any], why: str) -> None:
    answer = as_(head).post(ASK, OF_UNION | asked)
    assert answer.headers["Location"].startswith("/admin/reports/month/?")
    assert why in " ".join(str(message) for message in get_messages(answer.wsgi_request))
    assert not Bundle.objects.exists()


def test_where_nothing_lies_below_and_when_three_are_made_already_it_is_refused_with_the_reason(
    ledger: World, head: User
) -> None:
    client = as_(head)
    answer = client.post(ASK, OF_UNION | {"unit": "SDU-LX"})
    assert (answer.status_code, "Nothing right below 历下区总工会" in answer.text) == (403, True)
    for formats in (["xlsx"], ["pdf"], ["zip"]):
        ask(head, ledger.union, formats)
    answer = client.post(ASK, OF_UNION | {"formats": ["xlsx", "pdf"]})
    assert (answer.status_code, "3 bundles are being made for you" in answer.text) == (403, True)
    assert client.post(ASK, OF_UNION).status_code == 302, "the one that is being made is shown again"


def test_the_same_asked_for_twice_is_made_once(ledger: World, head: User) -> None:
    other = make_member(ledger.union, Role.OFFICER)
    assert ask(head, ledger.union) == ask(other, ledger.union)
    assert BundlePart.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_make_the_same_and_make_one_after_the_other(ledger: World, head: User) -> None:
    bundle = ask(head, ledger.union)
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            for key, attempt in ((bundle.pk.int & 0x7FFF_FFFF, lambda: make_bundle(bundle.pk)), (TURN, make_waiting)):
                cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_SPACE, key])
                assert not attempt()
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, key])
    finally:
        other.close()
    assert make_bundle(bundle.pk) == "ready"


def test_it_is_cancelled_by_who_asked_also_in_the_middle_and_nothing_of_it_remains(
    ledger: World, head: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    bundle = ask(head, ledger.union)
    other = as_(make_member(ledger.union, Role.OFFICER))
    refused = other.post(page(bundle, "cancel"))
    assert (refused.status_code, "省工会 asked for it" in refused.text) == (403, True)
    assert "省工会 asked for it" in other.get(page(bundle)).text

    def cancelled_meanwhile(*args: Any) -> None:
        write_month(*args)
        cancel_bundle(by=head, bundle=bundle)

    monkeypatch.setattr(bundling, "write_month", cancelled_meanwhile)
    assert make_bundle(bundle.pk) == "cancelled"
    assert not folder_of(bundle).exists()
    assert "Cancelled by 省工会" in as_(head).get(page(bundle)).text
    with pytest.raises(StaleState):
        cancel_bundle(by=head, bundle=bundle)
    monkeypatch.undo()
    again = ask(head, ledger.union)
    folder_of(again).mkdir(parents=True)
    with django_capture_on_commit_callbacks(execute=True):
        assert "is erased" in told(as_(head).post(page(again, "cancel"), follow=True))
    assert not folder_of(again).exists()


def test_after_a_week_the_file_is_erased_and_the_row_stays(ledger: World, head: User) -> None:
    bundle = made(head, ledger.union)
    stray = folder_of(Bundle())
    stray.mkdir()
    assert sweep_bundles(at=timezone.now()) == 0
    assert (zip_of(bundle).exists(), stray.exists()) == (True, False)
    later = timezone.now() + KEPT + timedelta(minutes=1)
    with time_machine.travel(later, tick=False):
        assert tasks.sweep_bundles() == 1
        assert tasks.sweep_bundles() == 0
    assert not folder_of(bundle).exists()
    bundle.refresh_from_db()
    assert (bundle.state, bundle.erased_at) == ("expired", later)
    assert "kept for 7 days" in as_(head).get(page(bundle)).text
    assert "Expired" in told(as_(head).get(page(bundle, "file"), follow=True))


def test_what_goes_wrong_is_said_and_a_database_that_is_away_is_waited_for(
    ledger: World, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(error: Exception) -> str:
        def fail(*_args: Any) -> None:
            raise error

        monkeypatch.setattr(bundling, "write_month", fail)
        bundle = ask(head, ledger.union)
        try:
            make_bundle(bundle.pk)
        finally:
            monkeypatch.undo()
            bundle.refresh_from_db()
        return bundle.failure

    with pytest.raises(OperationalError):
        fails(OperationalError("gone"))
    bundle = Bundle.objects.get()
    assert bundle.state == "making"
    assert "The portal failed over this bundle" in fails(OSError("no room"))
    assert "The portal failed" in as_(head).get(page(bundle)).text
    assert not folder_of(bundle).exists()
    again = ask(head, ledger.union)
    Bundle.objects.filter(pk=again.pk).update(tries=work.MOST_TRIES)
    assert make_bundle(again.pk) == "failed"
    last = ask(head, ledger.union)
    head.memberships.all().delete()
    assert make_bundle(last.pk) == "failed"
    last.refresh_from_db()
    assert last.failure == "省工会 does not read the reports of 山东省总工会 any more."


def test_a_part_that_was_lost_is_made_again(ledger: World, head: User, monkeypatch: pytest.MonkeyPatch) -> None:
    lost: list[Path] = []

    def lose_one(bundle: Bundle, parts: list[BundlePart]) -> tuple[int, str]:
        if len(lost) < 2:
            path = folder_of(bundle) / "001.zip"
            path.unlink() if not lost else path.write_bytes(b"rot")
            lost.append(path)
        return write_zip(bundle, parts)

    monkeypatch.setattr(work, "write_zip", lose_one)
    bundle = ask(head, ledger.union)
    assert make_waiting() == 1
    bundle.refresh_from_db()
    assert (bundle.state, bundle.tries, len(lost)) == ("ready", 3, 2)
    assert len(index_of(bundle)) == 2


def test_a_bundle_that_does_not_go_on_raises_the_alarm(world: World, head: User) -> None:
    bundle = ask(head, world.union)
    Bundle.objects.update(moved_at=timezone.now() - LONG - timedelta(minutes=1))
    assert stuck_bundles(timezone.now()).get() == bundle
    client = as_(world.admin)
    runs = client.get(reverse("admin:runs")).text
    assert "1 bundle of reports has not gone on" in runs
    assert "山东省总工会 · 2026-10" in runs
    assert "1 bundles of reports do not go on" in client.get("/healthz/ready").text
    assert [figure.count for figure in client.get("/admin/").context["desk"].work if "stuck" in str(figure.text)] == [1]


def test_pages_ask_as_little_for_many_as_for_few(world: World, head: User) -> None:
    def queries(address: str) -> int:
        client = as_(head)
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    district_unions(world, 1)
    few = ask(head, world.union)
    counts = [queries("/admin/reports/bundle/"), queries(page(few)), queries("/admin/")]
    cancel_bundle(by=head, bundle=few)
    BundlePart.objects.bulk_create(
        BundlePart(bundle=few, number=number, unit=world.district_union) for number in range(3, 50)
    )
    Bundle.objects.bulk_create(
        Bundle(unit=world.union, month=OCTOBER.plus(-back).first, formats="pdf", language="en", asked_by=head)
        for back in range(50)
    )
    assert [queries("/admin/reports/bundle/"), queries(page(few)), queries("/admin/")] == counts
