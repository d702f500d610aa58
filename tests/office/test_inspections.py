"""The pages of inspections and findings: every button, and every refusal with its sentence."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from services.choices import InspectionKind, Result
from services.models import Finding, Inspection, InspectionForm, InspectionItem
from stations.models import Keeper
from tests.conftest import World
from tests.factories import make_station
from tests.office.desk import as_, figures, shown
from tests.pictures import picture_file
from tests.services.conftest import _wednesday_noon  # noqa: F401  # a fixture
from tests.services.inspecting import begin, find_fault, inspect, leave_finding, make_form

pytestmark = pytest.mark.django_db
READERS = ["official", "auditor"]
LIST = "/admin/services/finding/"


@pytest.fixture(autouse=True)
def _media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def page(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(f"admin:{name}", args=args))
    assert answer.status_code == 200
    return str(answer.content.decode())


def do(client: Client, name: str, row: Any, **fields: Any) -> Any:
    return client.post(reverse(f"admin:{name}", args=[getattr(row, "code", row.pk)]), fields, follow=True)


def filled(inspection: Inspection, result: str = "passed", **more: Any) -> dict[str, Any]:
    """What the form sends: every item with the same result."""
    numbers = list(inspection.answers.order_by("pk").values_list("pk", flat=True))
    return {"answer": numbers} | {f"result-{number}": result for number in numbers} | more


def test_an_officer_inspects_saves_goes_on_and_finishes(world: World) -> None:
    make_form()
    client = as_(world.officer)
    assert "Spot check" in page(client, "inspect", world.station.code)
    do(client, "inspect", world.station, kind="spot_check", form="routine")
    begun = Inspection.objects.get()
    first = begun.answers.earliest("pk")
    saved = {"answer": first.pk, f"result-{first.pk}": "failed", f"remark-{first.pk}": "门锁着", "remark": "下午"}
    assert "Saved" in do(client, "inspection_save", begun, **saved).content.decode()
    assert "Go on:" in page(client, "inspect", world.station.code)
    assert "门锁着" in page(client, "services_inspection_change", begun.pk)
    photo = {f"photo-{first.pk}": picture_file()}
    done = do(client, "inspection_finish", begun, **filled(begun, "failed"), **photo)
    text = done.content.decode()
    assert "Not passed" in text
    assert "nobody changes it any more" in text
    assert Finding.objects.filter(station=world.station).count() == 2
    url = reverse("admin:inspection_photo", args=[first.pk])
    assert url in text
    assert as_(world.keeper).get(url).content.startswith(b"RIFF")
    assert as_(world.outsider).get(url).status_code == 404


def test_a_script_saves_item_by_item_and_is_answered_in_json(world: World) -> None:
    begun = begin(world.officer, world.station)
    number = begun.answers.earliest("pk").pk
    client = Client(headers={"accept": "application/json", "accept-language": "en"})
    client.force_login(world.officer)
    url = reverse("admin:inspection_save", args=[begun.pk])
    fields = {"answer": number, f"result-{number}": "passed", f"photo-{number}": picture_file()}
    photo = reverse("admin:inspection_photo", args=[number])
    assert client.post(url, fields).json() == {"photos": {str(number): photo}}
    del fields[f"photo-{number}"]
    for wrong in ({"answer": "x"}, {"answer": 99999}, {"answer": number, f"result-{number}": "perhaps"}):
        answer = client.post(url, wrong)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    client.force_login(world.admin)
    assert client.post(url, fields).status_code == 403
    client.force_login(world.officer)
    client.post(reverse("admin:inspection_finish", args=[begun.pk]), filled(begun))
    assert client.post(url, fields).status_code == 409


def test_what_cannot_be_is_said_on_the_page_and_what_was_written_stays(world: World) -> None:
    begun = begin(world.officer, world.station)
    client = as_(world.officer)
    number = begun.answers.earliest("pk").pk
    text = do(client, "inspection_finish", begun, **{"answer": number, f"result-{number}": "passed"}).content.decode()
    assert "1 item has no answer yet" in text
    assert begun.answers.get(pk=number).result == Result.PASSED
    broken = {"answer": number, f"photo-{number}": picture_file(kind="GIF")}
    assert "This is no picture" in do(client, "inspection_save", begun, **broken).content.decode()
    assert "Choose a form" in do(client, "inspect", world.station, kind="spot_check", form="none").content.decode()
    assert do(client, "inspect", world.station, kind="never", form="routine").status_code == 400
    assert "The draft is gone" in do(client, "inspection_drop", begun).content.decode()
    assert not Inspection.objects.exists()


@pytest.mark.parametrize("role", READERS)
def test_who_only_reads_is_told_who_inspects_and_who_mends(world: World, role: str) -> None:
    make_form()
    finding = find_fault(world.officer, world.station)
    client = as_(getattr(world, role))
    assert "Its keepers make the self-checks" in page(client, "inspect", world.station.code)
    assert "Its keepers mend it, or the officers of the station: 李专员" in page(
        client, "services_finding_change", finding.pk
    )
    assert "What was looked at" in page(client, "services_inspection_change", finding.inspection_id)
    refused = do(client, "inspect", world.station, kind="spot_check", form="routine")
    assert refused.status_code == 403
    for step, fields in (("mend", {"text": "x"}), ("hand", {"to": world.keeper.pk})):
        assert do(client, f"finding_{step}", finding, round=1, **fields).status_code in {403, 200}
    assert client.get(reverse("admin:finding_report", args=[world.station.code])).status_code == 403
    finding.refresh_from_db()
    assert (finding.state, finding.owner) == ("open", None)


def test_nothing_is_there_for_who_does_not_see_the_station_or_has_not_logged_in(world: World) -> None:
    finding = find_fault(world.officer, world.station)
    begun = begin(world.officer, world.station)
    steps = [("inspection_save", begun), ("inspection_finish", begun), ("inspection_drop", begun)]
    steps += [(f"finding_{step}", finding) for step in ("hand", "mend", "check")]  # type: ignore[misc]  # both are rows
    for name, row in steps:
        assert do(as_(world.outsider), name, row).status_code == 404
        answer = Client().post(reverse(f"admin:{name}", args=[row.pk]))
        assert answer["Location"].startswith("/admin/login/")
        assert as_(world.officer).get(reverse(f"admin:{name}", args=[row.pk])).status_code == 405
    for name in ("inspect", "finding_report"):
        assert do(as_(world.outsider), name, world.station).status_code == 404
    assert do(as_(world.admin), "inspection_finish", begun, **filled(begun)).status_code == 403
    # A draft is its author's alone, also where the station is seen.
    assert do(as_(world.keeper), "inspection_finish", begun).status_code == 404
    begun.refresh_from_db()
    assert begun.state == "draft"


def test_the_keeper_mends_and_the_officer_looks_again(world: World) -> None:
    finding = find_fault(world.officer, world.station)
    keeper, officer = as_(world.keeper), as_(world.officer)
    assert str(finding) in page(keeper, "my_station", world.station.code)
    do(keeper, "finding_hand", finding, round=1, to=world.keeper.pk)
    assert "few words" in do(keeper, "finding_mend", finding, round=1, text=" ").content.decode()
    do(keeper, "finding_mend", finding, round=1, text="打扫干净", photo=picture_file())
    text = page(keeper, "services_finding_change", finding.pk)
    assert "打扫干净" in text
    assert "You mended it yourself" in text
    photo = reverse("admin:finding_photo", args=[finding.pk, "mended"])
    assert officer.get(photo).content.startswith(b"RIFF")
    assert officer.get(reverse("admin:finding_photo", args=[finding.pk, "found"])).status_code == 404
    assert officer.get(reverse("admin:finding_photo", args=[finding.pk, "other"])).status_code == 404
    assert do(keeper, "finding_check", finding, round=1, verdict="passed").status_code == 403
    assert "Choose from" in do(officer, "finding_check", finding, round=1, verdict="maybe").content.decode()
    back = do(officer, "finding_check", finding, round=1, verdict="failed", text="角落没有扫")
    assert "Sent back" in back.content.decode()
    stale = do(keeper, "finding_mend", finding, round=1, text="旧页面")
    assert "Somebody else was quicker" in stale.content.decode()
    do(keeper, "finding_mend", finding, round=2, text="又扫了")
    assert "Closed." in do(officer, "finding_check", finding, round=2, verdict="passed").content.decode()
    finding.refresh_from_db()
    assert (finding.state, finding.round, finding.mended_by) == ("closed", 2, world.keeper)


def test_a_finding_is_handed_only_to_people_of_the_station(world: World) -> None:
    finding = find_fault(world.officer, world.station)
    for to in (world.outsider.pk, "x"):
        do(as_(world.officer), "finding_hand", finding, round=1, to=to)
    finding.refresh_from_db()
    assert finding.owner is None


def test_a_keeper_adds_a_finding_with_a_photo_and_is_told_what_is_missing(world: World) -> None:
    client = as_(world.keeper)
    assert "within 3 working days" in page(client, "finding_report", world.station.code)
    assert do(client, "finding_report", world.station, text="", severity="minor").status_code == 400
    do(client, "finding_report", world.station, text="台阶松动", severity="urgent", photo=picture_file())
    finding = Finding.objects.get()
    assert "台阶松动" in page(client, "services_finding_change", finding.pk)
    assert client.get(reverse("admin:finding_photo", args=[finding.pk, "found"])).content.startswith(b"RIFF")


def test_the_lists_are_filtered_by_state_deadline_unit_and_month(world: World) -> None:
    find_fault(world.officer, world.station)
    inspect(world.officer, world.sister, opening=Result.FAILED)
    begin(world.keeper, world.station, InspectionKind.SELF_CHECK)
    Finding.objects.filter(item__code="opening").update(due_date="2026-11-17")
    client = as_(world.officer)
    for query, count in (
        ("", 2),
        ("state=all", 2),
        ("state=closed", 0),
        ("due=overdue", 1),
        ("due=today", 0),
        ("due=in-time", 0),
        ("escalated=any", 0),
        ("unit=CCB-JN&month=2026-11", 2),
        ("unit=CCB-JN&month=2026-10", 0),
        ("unit=ICBC", 0),
        ("month=never", 0),
    ):
        assert shown(client, f"{LIST}?{query}") == count, query
    for query, count in (("", 2), ("state=mine", 0), ("state=finished", 2), ("state=vetoed", 1), ("unit=CCB-JN", 2)):
        assert shown(client, f"/admin/services/inspection/?{query}") == count, query
    drafts = "/admin/services/inspection/?state=mine"
    assert figures(world.keeper)["state=mine"] == shown(as_(world.keeper), drafts) == 1
    Keeper.objects.filter(user=world.keeper, station=world.station).update(station=world.sister)
    assert figures(world.keeper)["state=mine"] == shown(as_(world.keeper), drafts) == 0, "no longer the keeper's"


@pytest.mark.parametrize("page", ["finding", "inspection"])
def test_a_list_asks_as_little_for_many_rows_as_for_two(world: World, page: str) -> None:
    client, seen = as_(world.officer), []
    for count in (2, 5):
        for _number in range(count):
            station = make_station(operator=world.branch)
            inspect(world.officer, station)
            leave_finding(world.officer, station, owner=world.keeper, escalated_to=world.branch)
        with CaptureQueriesContext(connection) as queries:
            assert shown(client, f"/admin/services/{page}/") > count - 1
        seen.append(len(queries))
    assert seen[0] == seen[1] < 20


def test_the_administrator_changes_a_form_and_old_inspections_keep_their_questions(world: World) -> None:
    done = inspect(world.officer, world.station)
    form = InspectionForm.objects.get()
    opening, hygiene = form.items.all().asked()
    url = reverse("admin:services_inspectionform_change", args=[form.pk])
    rows: dict[str, Any] = {"items-TOTAL_FORMS": 3, "items-INITIAL_FORMS": 2}
    common = {"form": form.pk, "severity": "minor", "points": 1}
    items: list[dict[str, Any]] = [
        common | {"id": opening.pk, "order": 0, "code": "opening", "name": "新问法", "name_en": "New"},
        common | {"id": hygiene.pk, "order": 1, "code": "hygiene", "name": "x", "name_en": "x", "is_dropped": "on"},
        common | {"id": "", "order": 3, "code": "wifi", "name": "网络", "name_en": "Network"},
    ]
    for number, item in enumerate(items):
        rows |= {f"items-{number}-{name}": value for name, value in item.items()}
    data = rows | {"code": "routine", "name": "日常", "name_en": "Routine", "is_offered": "on", "order": 1}
    refused = as_(world.admin).post(url, data | {"items-2-facts": "hours amenity:moon"})
    assert "There is no fact “amenity:moon”" in refused.content.decode()
    saved = as_(world.admin).post(url, data | {"items-2-facts": "hours  amenity:water"})
    assert saved.status_code == 302, saved.context["errors"]
    assert [item.name for item in form.items.all().asked()] == ["新问法", "网络"]
    assert form.items.get(code="wifi").facts == "hours amenity:water"
    assert InspectionItem.objects.filter(retired_at__isnull=False).count() == 2
    assert "Opening" in page(as_(world.officer), "services_inspection_change", done.pk)
    assert "检查opening" not in as_(world.admin).get(url).content.decode()
