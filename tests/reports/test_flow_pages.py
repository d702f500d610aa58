"""The page of handing in, what is pressed there for many units, and verifying a report by hash or file."""

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader, PdfWriter

from harbor_portal.lib.limits import Limit
from harbor_portal.portal.views import verify
from reports.actions.months import approve_month, return_month, submit_month
from reports.actions.openings import open_for_revision
from reports.actions.sealing import seal_month
from reports.flow.views import STATIONS_PER_PAGE
from reports.models import MonthOpening, MonthReport, ReportFile, ReportWaiver
from stations.choices import Role
from stations.models import User
from tests.conftest import World
from tests.factories import make_member, make_station, make_unit
from tests.reports.builders import OCTOBER, count, october, waive
from tests.services.conftest import count_visits

pytestmark = pytest.mark.django_db
FLOW, MOVE, ALL, RETURN, CHANGES = (
    f"/admin/reports/month/{name}/" for name in ("flow", "move", "move-all", "return", "changes")
)
DOWNLOAD, REPORT = "/admin/reports/month/download/", "/admin/reports/month/"
OF_BRANCH = {"unit": "CCB-JN", "month": "2026-10"}
OF_BANK = {"unit": "CCB", "month": "2026-10"}


@pytest.fixture(autouse=True)
def _november() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False):
        yield


@pytest.fixture
def head(world: World) -> User:
    return make_member(world.bank, Role.REVIEWER, "head", name="钱总")


@pytest.fixture
def sealed(ledger: World, head: User) -> MonthReport:
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    return seal_month(report=approve_month(report=report, by=head), by=head)


def as_(person: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_superior_sees_what_is_missing_below_and_moves_it_with_one_press(ledger: World, head: User) -> None:
    other = make_unit("青岛分行", ledger.bank, code="CCB-QD")
    count(make_station(operator=other), october(1), 1)
    client = as_(head)
    page = client.get(FLOW, OF_BANK)
    assert [str(line.below.unit) for line in page.context["flow"].lines] == ["济南分行", "青岛分行"]
    assert "2 units below are waited for" in page.text
    assert page.context["flow"].moves_below == ["submit", "waive"]
    told = client.post(ALL, OF_BANK | {"move": "waive", "units": ["CCB-QD"], "reason": "筹建"}, follow=True)
    assert "1 unit: done." in told.text
    assert "Not waited for (钱总): 筹建" in told.text
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    seen = {"digest-CCB-JN": report.digest, "digest-CCB-QD": ""}
    told = client.post(ALL, OF_BANK | seen | {"move": "approve", "units": ["CCB-JN", "CCB-QD"]}, follow=True)
    assert "1 unit: done." in told.text
    assert "青岛分行: Nothing has been handed in yet." in told.text
    assert client.get(FLOW, OF_BANK).context["flow"].awaited == []
    client.post(f"/admin/reports/month/waiver/{ReportWaiver.objects.get().pk}/end/")
    assert not ReportWaiver.objects.exists()
    client.post(ALL, OF_BANK | seen | {"move": "seal", "units": ["CCB-JN"]})
    assert MonthReport.objects.get(unit=ledger.branch).state == "sealed"


def test_presses_that_make_no_sense_are_refused_and_say_why(ledger: World, head: User) -> None:
    client = as_(head)
    for values, sentence in (
        ({"move": "approve"}, "Tick the units first."),
        ({"move": "waive", "units": ["CCB-JN"]}, "Say why."),
        ({"move": "approve", "units": ["ICBC"]}, "Tick the units first."),
    ):
        assert sentence in client.post(ALL, OF_BANK | values, follow=True).text
    assert client.post(ALL, OF_BANK | {"move": "burn", "units": ["CCB-JN"]}).status_code == 404
    told = as_(ledger.auditor).post(ALL, OF_BANK | {"move": "waive", "units": ["CCB-JN"], "reason": "x"}, follow=True)
    assert "Only an officer or official above 济南分行" in told.text
    assert not ReportWaiver.objects.exists()


def test_pages_and_presses_are_for_people_in_scope(ledger: World, sealed: MonthReport, head: User) -> None:
    open_for_revision(report=sealed, reason="漏记", until=october(31).replace(month=11, day=9), by=head)
    ends = (f"{REPORT}opening/{MonthOpening.objects.get().pk}/end/", f"{REPORT}waiver/{waive(ledger.branch).pk}/end/")
    posts = [(MOVE, OF_BRANCH | {"move": "submit"}), (ALL, OF_BRANCH | {"move": "approve"})]
    for address, values in [*posts, *((end, {}) for end in ends)]:
        assert Client().post(address, values).status_code == 302
        assert as_(ledger.outsider).post(address, values).status_code == 404
        assert as_(ledger.officer).get(address, values).status_code == 405
    for address in (FLOW, RETURN, CHANGES):
        assert Client().get(address, OF_BRANCH).status_code == 302
        assert as_(ledger.outsider).get(address, OF_BRANCH).status_code == 404
        assert as_(ledger.official).get(address, {"division": "370102", "month": "2026-10"}).status_code == 404
    assert as_(ledger.officer).get(RETURN, OF_BRANCH).status_code == 403
    for end in ends:
        assert as_(ledger.officer).post(end, follow=True).status_code == 200
    assert MonthOpening.objects.get().is_open
    assert ReportWaiver.objects.exists()


def test_a_report_is_given_back_for_the_stations_that_have_a_reason(ledger: World, head: User) -> None:
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    client, seen = as_(head), OF_BRANCH | {"digest": report.digest}
    page = client.get(RETURN, OF_BRANCH)
    assert [str(station) for station in page.context["page"]] == ["泉城支行劳动者港湾", "济西支行劳动者港湾"]
    assert "2 stations" in page.text
    assert [str(one) for one in client.get(RETURN, OF_BRANCH | {"q": "泉"}).context["page"]] == ["泉城支行劳动者港湾"]
    assert "Choose the stations" in client.post(RETURN, seen, follow=True).text
    client.post(RETURN, seen | {f"why-{ledger.station.pk}": "3日无记录", f"why-{ledger.sister.pk}": " "})
    assert MonthOpening.objects.get().station == ledger.station
    assert "3日无记录" in as_(ledger.officer).get(FLOW, OF_BRANCH).text


def test_reasons_stay_where_they_are_written_whatever_is_searched_paged_or_refused(ledger: World, head: User) -> None:
    for number in range(STATIONS_PER_PAGE):
        make_station(f"一{number:03}站", operator=ledger.branch)
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    client = as_(head)
    typed = OF_BRANCH | {"digest": report.digest, f"why-{ledger.station.pk}": "3日无记录", "reason": "请尽快"}

    def written(page: Any) -> tuple[list[str], list[str]]:
        """Beside the stations of this page, and beside others."""
        return [text for _one, text in page.context["lines"] if text], [text for _o, text in page.context["elsewhere"]]

    first = client.get(RETURN, OF_BRANCH)
    assert (len(first.context["lines"]), first.context["page"].paginator.count) == (50, 52)
    on_first = client.post(RETURN, typed | {"page": "1"})
    assert written(on_first) == ([], ["3日无记录"]), "whose station is on the second"
    assert on_first.text.count('value="3日无记录"') == on_first.text.count('value="请尽快"') == 1
    assert written(client.post(RETURN, typed | {"page": "2"})) == (["3日无记录"], [])
    assert written(client.post(RETURN, typed | {"search": "1", "q": "一007"})) == ([], ["3日无记录"])
    refused = client.post(RETURN, typed | {"until": "2027-11-30", f"why-{ledger.sister.pk}": "也漏"})
    assert "Days can be open for at most 31 days" in refused.text
    assert written(refused) == ([], ["也漏", "3日无记录"])
    stale = client.post(RETURN, typed | {"digest": "0" * 64})
    assert "frozen anew since you looked" in stale.text
    assert stale.context["report"].digest == report.digest, "of which one is told before pressing again"
    assert not MonthOpening.objects.exists()
    assert client.post(RETURN, typed | {"q": "一007"}).status_code == 302
    assert [one.reason for one in MonthOpening.objects.all()] == ["3日无记录"]


def test_a_sealed_month_is_revised_on_its_page_and_every_change_is_told(
    ledger: World, sealed: MonthReport, head: User
) -> None:
    client, officer = as_(head), as_(ledger.officer)
    for wrong in ({"reason": "漏记"}, {"reason": "漏记", "until": "soon"}, {"until": "2026-11-09"}):
        client.post(MOVE, OF_BRANCH | {"move": "revise"} | wrong)
    assert MonthReport.objects.count() == 1
    client.post(MOVE, OF_BRANCH | {"move": "revise", "reason": "漏记9日", "until": "2026-11-09"})
    assert "Revision 2 was begun by 钱总: 漏记9日" in officer.get(FLOW, OF_BRANCH).text
    count_visits(ledger.officer, ledger.station, 5, day=october(9))
    told = officer.post(MOVE, OF_BRANCH | {"move": "submit"}, follow=True)
    assert told.context["flow"].state == "submitted"
    changed = officer.get(CHANGES, OF_BRANCH | {"revision": "2"})
    lines = {(line.section, line.where, line.figure): line for line in changed.context["page"]}
    line = next(line for line in lines.values() if ledger.station.code in line.where and line.figure == "2026-10")
    assert (line.before, line.after, line.who) == ("20", "25", "李专员")
    assert "漏记9日" in changed.text
    for number in ("1", "3", "x", ""):
        assert officer.get(CHANGES, OF_BRANCH | {"revision": number}).status_code in {200, 404}
    assert officer.get(REPORT, OF_BRANCH).context["report"].revision == 1, "in force until the next is sealed"
    assert "Revision 2 is on its way" in officer.get(REPORT, OF_BRANCH).text
    assert officer.get(REPORT, OF_BRANCH | {"revision": "2"}).context["report"].state == "submitted"
    for number in ("7", "x", "-1"):
        assert officer.get(REPORT, OF_BRANCH | {"revision": number}).status_code == 404
    new = MonthReport.objects.get(revision=2)
    seal_month(report=approve_month(report=new, by=head), by=head)
    assert officer.get(REPORT, OF_BRANCH).context["report"].revision == 2
    old = officer.get(REPORT, OF_BRANCH | {"revision": "1"})
    assert "Revision 1 was superseded" in old.text
    file = officer.get(DOWNLOAD, OF_BRANCH | {"revision": "1", "format": "json"})
    assert json.loads(file.content) == sealed.rows


def test_days_are_opened_once_more_on_the_page_after_their_time(ledger: World, sealed: MonthReport, head: User) -> None:
    client = as_(head)
    client.post(MOVE, OF_BRANCH | {"move": "revise", "reason": "漏记9日", "until": "2026-11-09"})
    second = client.post(MOVE, OF_BRANCH | {"move": "revise", "reason": "也漏", "until": "2026-11-09"}, follow=True)
    assert "The report of 济南分行 is Draft by now" in second.text
    assert MonthOpening.objects.count() == 1
    with time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False):
        page = as_(head).get(FLOW, OF_BRANCH)
        assert "Open the days once more, or for longer" in page.text
        assert "Open the days of further stations" in page.text
        assert 'value="2026-12-21"' in page.text
        assert "Open the days once more" not in as_(ledger.officer).get(FLOW, OF_BRANCH).text
        assert "Say why." in as_(head).post(MOVE, OF_BRANCH | {"move": "open"}, follow=True).text
        refused = as_(ledger.officer).post(MOVE, OF_BRANCH | {"move": "open", "reason": "改"}, follow=True)
        assert "judged by" in refused.text
        as_(head).post(MOVE, OF_BRANCH | {"move": "open", "reason": "再给几天", "until": "2026-11-25"})
        assert MonthOpening.objects.latest("pk").reason == "再给几天"
        assert "Open the days of further stations" not in as_(head).get(FLOW, OF_BRANCH).text, "all are open"


def test_who_comes_second_reads_who_waived_before(ledger: World, head: User) -> None:
    asked = OF_BANK | {"move": "waive", "units": ["CCB-JN"], "reason": "筹建"}
    as_(head).post(ALL, asked)
    told = as_(ledger.admin).post(ALL, asked | {"reason": "无人"}, follow=True)
    assert "钱总 has seen to it already that nobody waits for 济南分行: 筹建" in told.text


def test_the_page_takes_as_many_queries_for_fifty_units_as_for_two(ledger: World, head: User) -> None:
    client = as_(head)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(FLOW, OF_BANK).status_code == 200
        return len(captured)

    client.get(FLOW, OF_BANK)
    for number in range(2):
        make_station(operator=make_unit(f"{number}号分行", ledger.bank))
    before = queries()
    for number in range(48):
        unit = make_unit(f"第{number}分行", ledger.bank)
        make_station(operator=unit)
        MonthReport.objects.create(unit=unit, month=OCTOBER.first, state="submitted", digest="0" * 64)
    assert queries() == before < 40


def verdict(client: Client, **asked: str) -> Any:
    return client.get("/verify/", asked).context.get("verdict")


def test_anybody_verifies_a_report_by_its_hash_or_seal(ledger: World, sealed: MonthReport, head: User) -> None:
    visitor = Client(headers={"accept-language": "en"})
    spaced = " ".join(sealed.seal[start : start + 8].upper() for start in range(0, 64, 8))
    for known in (sealed.seal, sealed.digest, spaced):
        page = visitor.get("/verify/", {"hash": known})
        assert (page.status_code, page.context["verdict"].is_sealed) == (200, True)
        assert "Genuine: the report is sealed and in force." in page.text
    assert visitor.get("/verify/", {"hash": "0" * 64}).status_code == 404
    refused = visitor.get("/verify/", {"hash": "abc"})
    assert (refused.status_code, 'aria-describedby="problem"' in refused.text) == (400, True)
    assert visitor.get("/verify/").status_code == 200
    union = submit_month(unit=ledger.district_union, month=OCTOBER, by=ledger.official)
    assert "still on its way" in visitor.get("/verify/", {"hash": union.digest}).text
    open_for_revision(report=sealed, reason="漏记", until=october(31).replace(month=11, day=9), by=head)
    count(ledger.station, october(9), 5)
    new = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    new = seal_month(report=approve_month(report=new, by=head), by=head)
    page = visitor.get("/verify/", {"hash": sealed.seal})
    assert "Genuine, but superseded" in page.text
    assert new.seal in page.text
    assert verdict(visitor, hash=new.revised_seal).report == sealed


def test_a_file_is_genuine_byte_for_byte_and_says_what_it_claims_if_not(ledger: World, sealed: MonthReport) -> None:
    officer, visitor = as_(ledger.officer), Client(headers={"accept-language": "en"})

    def ask(name: str, content: bytes) -> str:
        return visitor.post("/verify/", {"file": SimpleUploadedFile(name, content)}).text

    for extension in ("xlsx", "csv", "json", "zip"):
        content = officer.get(DOWNLOAD, OF_BRANCH | {"format": extension}).content
        assert "Genuine" in ask(f"report.{extension}", content), extension
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("xl/sharedStrings.xml", f"<si><t>{sealed.digest}</t></si>")
    changed = ask("report.xlsx", book.getvalue())
    assert "This file is not as we gave it out." in changed
    assert "济南分行" in changed
    assert "We do not know this file." in ask("other.pdf", b"%PDF-1.7 nothing of ours")
    assert "This file is not as we gave it out." in ask("broken.zip", book.getvalue()[:-30])
    assert visitor.post("/verify/").status_code == 400


def test_every_rendering_names_its_revision_hash_and_seal(ledger: World, sealed: MonthReport, head: User) -> None:
    officer = as_(ledger.officer)
    asked: Any = OF_BRANCH | {"format": "csv", "section": "group", "revision": "1"}
    draft = as_(ledger.auditor).get(DOWNLOAD, {"unit": "SDU-LX", "month": "2026-10", "format": "csv"}).content
    assert b"SHA-256" not in draft, "a draft has no hash to name"
    open_for_revision(report=sealed, reason="漏记", until=october(31).replace(month=11, day=9), by=head)
    count_visits(ledger.officer, ledger.station, 5, day=october(9))
    new = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    new = seal_month(report=approve_month(report=new, by=head), by=head)
    sealed.refresh_from_db()
    *table, blank, state, revision, digest, seal, _verify = csv.reader(
        io.StringIO(officer.get(DOWNLOAD, asked).content.decode("utf-8-sig"))
    )
    assert [blank, state, revision, digest, seal] == [
        [],
        ["State of the report", "Superseded"],
        ["Revision", "1"],
        ["SHA-256", sealed.digest],
        ["Seal code", sealed.seal],
    ]
    assert {len(line) for line in table} == {6}
    kept = officer.get(DOWNLOAD, asked).content.replace(b",", b";")
    changed = Client(headers={"accept-language": "en"}).post("/verify/", {"file": SimpleUploadedFile("r.csv", kept)})
    assert "This file is not as we gave it out." in changed.text
    assert "济南分行" in changed.text, "saved anew it still says what it claims to be"
    address = "/api/v1/office/month-report/"
    for report, known in ((sealed, {"revision": "1"}), (new, {"revision": "2"}), (new, {})):
        told = officer.get(address, OF_BRANCH | known).json()
        assert (told["revision"], told["digest"], told["seal"]) == (report.revision, report.digest, report.seal)
        assert bool(told["superseded_at"]) == (report == sealed)
        (visits, *_others) = told["sections"][0]["rows"]
        assert visits["values"]["value"] == (30 if report == sealed else 35)
    assert officer.get(address, OF_BRANCH | {"revision": "7"}).status_code == 404
    for wrong in ({"revision": "x"}, {"revision": "1", "until": "2026-11"}, {"revision": ""}):
        refused = officer.get(address, OF_BRANCH | wrong)
        assert refused.status_code == 400
        assert list(refused.json()["error"]["fields"]) == ["revision"]


def test_a_pdf_that_was_saved_anew_still_names_its_report(ledger: World, sealed: MonthReport) -> None:
    content = as_(ledger.officer).get(DOWNLOAD, OF_BRANCH | {"format": "pdf"}).content
    assert sealed.digest in str(PdfReader(io.BytesIO(content)).metadata)
    visitor = Client(headers={"accept-language": "en"})

    def ask(content: bytes) -> str:
        return visitor.post("/verify/", {"file": SimpleUploadedFile("report.pdf", content)}).text

    assert "Genuine" in ask(content)
    anew = PdfWriter(clone_from=io.BytesIO(content))
    anew.root_object.pop("/Metadata", None)
    file = io.BytesIO()
    anew.write(file)
    told = ask(file.getvalue())
    assert "its bytes are not ours" in told
    assert sealed.digest in told
    packed = zlib.compress(sealed.digest.encode("utf-16-be"))
    assert "济南分行" in ask(b"%PDF-1.7 1 0 obj stream\n" + packed + b"endstream"), "as other programs write it"


def test_a_zip_that_asks_for_much_is_not_opened(sealed: MonthReport) -> None:
    visitor = Client(headers={"accept-language": "en"})

    def ask(content: bytes) -> str:
        return visitor.post("/verify/", {"file": SimpleUploadedFile("report.zip", content)}).text

    def packed(members: int, how: int) -> bytes:
        book = io.BytesIO()
        with zipfile.ZipFile(book, "w", how) as archive:
            for number in range(members):
                archive.writestr(f"{number}.csv", f"SHA-256,{sealed.digest}\n" * 9)
        return book.getvalue()

    plain = packed(200, zipfile.ZIP_DEFLATED)
    assert "its bytes are not ours" in ask(plain)
    for content in (
        packed(201, zipfile.ZIP_DEFLATED),
        packed(1, zipfile.ZIP_LZMA),
        packed(1, zipfile.ZIP_BZIP2),
        plain.replace(b"\x78", b"\x00")[:100] + b"\xff" * 60 + plain[160:],  # no longer what was packed
    ):
        assert "We do not know this file." in ask(content)


def test_figures_that_were_given_back_are_not_in_force(ledger: World, head: User) -> None:
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    content = as_(ledger.officer).get(DOWNLOAD, OF_BRANCH | {"format": "csv"}).content
    return_month(report=report, reason="改", by=head)
    visitor = Client(headers={"accept-language": "en"})
    assert "given back to be corrected" in visitor.get("/verify/", {"hash": report.digest}).text
    assert "given back" in visitor.post("/verify/", {"file": SimpleUploadedFile("r.csv", content)}).text
    assert ReportFile.objects.count() == 1


def test_stored_rows_that_were_tampered_with_are_found_out(sealed: MonthReport) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reports_monthreport DISABLE TRIGGER reports_month_report_stays")
        cursor.execute("""UPDATE reports_monthreport SET rows = '[]'""")
        cursor.execute("ALTER TABLE reports_monthreport ENABLE TRIGGER reports_month_report_stays")
    page = Client(headers={"accept-language": "en"}).get("/verify/", {"hash": sealed.seal})
    assert "do not give this hash any more" in page.text


def test_too_many_questions_and_too_large_files_are_refused(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(verify, "LARGEST", 10)
    visitor = Client()
    assert visitor.post("/verify/", {"file": SimpleUploadedFile("a", b"x" * 99)}).status_code == 413
    monkeypatch.setattr(verify, "LARGEST", 1000)
    monkeypatch.setattr(verify, "FILES_PER_ADDRESS", Limit("verify-file-test", 1, 600))
    answers = [visitor.post("/verify/", {"file": SimpleUploadedFile("a", b"x")}).status_code for _number in range(2)]
    assert answers == [404, 429]
    monkeypatch.setattr(verify, "PER_ADDRESS", Limit("verify-test", 0, 600))
    page = visitor.get("/verify/", {"hash": "0" * 64})
    assert (page.status_code, page["Retry-After"].isdecimal()) == (429, True)
