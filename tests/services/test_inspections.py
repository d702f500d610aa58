"""Inspections from their beginning to what becomes of their findings."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from services.actions.catalogue import change_item, remove_item
from services.actions.escalation import escalate_overdue
from services.actions.findings import check_finding, hand_finding, mend_finding, open_finding
from services.actions.inspections import (
    Said,
    drop_inspection,
    finish_inspection,
    save_answers,
    start_inspection,
    sweep_inspection_photos,
)
from services.choices import FeedbackKind, FindingState, InspectionKind, Result, Severity
from services.models import Feedback, Finding, Inspection, InspectionForm, InspectionItem
from services.seeds import seed_inspection_forms
from services.tasks import escalate
from stations.actions.merging import merge_stations
from stations.choices import DayKind, Role, StationStatus
from stations.models import CalendarDay, FactCheck, Station
from tests.conftest import World
from tests.factories import make_member
from tests.services.conftest import TODAY
from tests.services.feedback import tell
from tests.services.inspecting import answer, begin, find_fault, inspect, make_form

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_each_failed_item_makes_one_finding_with_the_deadline_of_its_severity(world: World) -> None:
    CalendarDay.objects.create(date=date(2026, 11, 19), kind=DayKind.REST, name="假日")
    done = inspect(world.officer, world.station, opening=Result.FAILED, hygiene=Result.FAILED)
    urgent, minor = done.findings.order_by("item__order")
    assert (urgent.due_date, urgent.first_due_date) == (date(2026, 11, 20), date(2026, 11, 20))
    assert minor.due_date == date(2026, 12, 3)
    assert (urgent.text, urgent.state, urgent.opened_by) == ("记下来", FindingState.OPEN, world.officer)
    assert urgent.history.get().history_user == world.officer


def test_the_score_is_of_the_points_that_applied_and_one_item_may_decide_alone(world: World) -> None:
    minor = inspect(world.officer, world.station, hygiene=Result.FAILED)
    assert (minor.score, minor.passed_count, minor.failed_count, minor.is_passed) == (75, 1, 1, True)
    grave = inspect(world.officer, world.station, opening=Result.FAILED, hygiene=Result.NOT_APPLICABLE)
    assert (grave.score, grave.is_passed, grave.is_vetoed) == (0, False, True)
    empty = inspect(world.officer, world.station, opening=Result.NOT_APPLICABLE, hygiene=Result.NOT_APPLICABLE)
    assert (empty.score, empty.is_passed) == (None, True)


def test_a_button_pressed_twice_begins_once_and_what_is_missing_is_counted(world: World) -> None:
    begun = begin(world.officer, world.station)
    assert begin(world.officer, world.station) == begun
    with pytest.raises(Invalid, match="2 items have no answer yet"):
        finish_inspection(inspection=begun, by=world.officer)
    assert begun.answers.count() == 2


def test_what_is_finished_never_changes(world: World) -> None:
    done = inspect(world.officer, world.station)
    row = done.answers.first()
    assert row
    for write in (
        lambda: save_answers(inspection=done, said={row.pk: Said(Result.FAILED)}, by=world.officer),
        lambda: finish_inspection(inspection=done, by=world.officer),
        lambda: drop_inspection(inspection=done, by=world.officer),
    ):
        with pytest.raises(StaleState, match="nothing in it changes"):
            write()
    row.refresh_from_db()
    assert row.result == Result.PASSED
    assert Finding.objects.count() == 0


def test_only_who_began_it_fills_it_in_and_only_what_it_asks(world: World) -> None:
    begun = begin(world.officer, world.station)
    with pytest.raises(Refused, match="李专员"):
        answer(begun, world.admin)
    foreign = begin(world.officer, world.sister).answers.first()
    assert foreign
    with pytest.raises(Invalid):
        save_answers(inspection=begun, said={foreign.pk: Said(Result.PASSED)}, by=world.officer)
    with pytest.raises(Invalid, match="At most 300"):
        save_answers(inspection=begun, said={}, remark="长" * 301, by=world.officer)
    drop_inspection(inspection=begun, by=world.officer)
    with pytest.raises(StaleState, match="given up"):
        answer(begun, world.officer)


@pytest.mark.parametrize(
    ("role", "kind", "may"),
    [
        ("keeper", InspectionKind.SELF_CHECK, True),
        ("keeper", InspectionKind.SPOT_CHECK, False),
        ("officer", InspectionKind.SELF_CHECK, False),
        ("officer", InspectionKind.UNANNOUNCED, True),
        ("official", InspectionKind.SPOT_CHECK, False),
        ("auditor", InspectionKind.SPOT_CHECK, False),
        ("outsider", InspectionKind.SPOT_CHECK, False),
        ("admin", InspectionKind.SPOT_CHECK, True),
    ],
)
def test_keepers_check_themselves_and_officers_check_others(
    world: World, role: str, kind: InspectionKind, may: bool
) -> None:
    by = getattr(world, role)
    if may:
        assert begin(by, world.station, kind).kind == kind
    else:
        with pytest.raises(Refused):
            begin(by, world.station, kind)


def test_a_closed_station_and_a_form_that_is_not_offered_are_refused(world: World) -> None:
    form = make_form(items=())
    with pytest.raises(Invalid):
        begin(world.officer, world.station)
    form.is_offered = False
    Station.objects.filter(pk=world.station.pk).update(status=StationStatus.CLOSED)
    with pytest.raises(Refused, match="closed for good"):
        start_inspection(station=world.station, form=form, kind=InspectionKind.SPOT_CHECK, by=world.officer)


def test_an_old_inspection_shows_the_questions_that_it_asked(world: World) -> None:
    done = inspect(world.officer, world.station)
    opening, hygiene = InspectionItem.objects.all().asked()
    opening.name = "换了问法"
    new = change_item(item=opening, by=world.admin, is_other=True)
    remove_item(item=hygiene, by=world.admin)
    assert [row.item.name for row in done.answers.order_by("item__order")] == ["检查opening", "检查hygiene"]
    assert list(InspectionItem.objects.all().asked()) == [new]
    later = begin(world.officer, world.station)
    assert [row.item for row in later.answers.all()] == [new]
    new.order = 7
    assert change_item(item=new, by=world.admin, is_other=False).pk == new.pk


def test_an_item_that_was_never_asked_is_changed_and_removed_in_place(world: World) -> None:
    opening, hygiene = make_form().items.all().asked()
    opening.name = "换了问法"
    assert change_item(item=opening, by=world.admin, is_other=True).pk == opening.pk
    remove_item(item=hygiene, by=world.admin)
    assert list(InspectionItem.objects.values_list("name", flat=True)) == ["换了问法"]


def test_what_passes_confirms_its_facts_and_of_equipment_only_what_is_there(world: World) -> None:
    inspect(world.officer, world.station, hygiene=Result.NOT_APPLICABLE)
    checks = FactCheck.objects.filter(station=world.station).values_list("what", "how", "by")
    assert set(checks) == {(what, "inspection", world.officer.pk) for what in ("hours", "phone")}
    inspect(world.officer, world.station, opening=Result.FAILED)
    assert FactCheck.objects.filter(what="amenity:water").count() == 1


def test_a_finding_is_mended_and_closed_by_somebody_else(world: World) -> None:
    finding = find_fault(world.officer, world.station)
    mended = mend_finding(finding=finding, text="打扫干净", by=world.keeper)
    assert (mended.state, mended.due_date, mended.owner) == ("mended", date(2026, 11, 23), world.keeper)
    closed = check_finding(finding=mended, is_mended=True, text="", by=world.officer)
    assert (closed.state, closed.checked_by, closed.mended_by) == ("closed", world.officer, world.keeper)
    assert list(Finding.objects.all().mended_in_time()) == [closed]
    lines = closed.history.order_by("history_id").values_list("history_user__username", "state")
    assert list(lines) == [("officer", "open"), ("keeper", "mended"), ("officer", "closed")]


def test_what_is_not_mended_is_open_again_with_a_new_deadline(world: World) -> None:
    finding = find_fault(world.officer, world.station, "opening")
    mended = mend_finding(finding=finding, text="已开门", by=world.keeper)
    with pytest.raises(Invalid, match="few words"):
        check_finding(finding=mended, is_mended=False, text=" ", by=world.officer)
    again = check_finding(finding=mended, is_mended=False, text="门还锁着", by=world.officer)
    assert (again.state, again.round, again.due_date) == ("open", 2, date(2026, 11, 19))
    assert not Finding.objects.all().mended_in_time().exists()
    with pytest.raises(StaleState):
        mend_finding(finding=finding, text="页面是旧的", by=world.keeper)


def test_who_mended_it_does_not_look_again_and_neither_does_a_keeper(world: World) -> None:
    mended = mend_finding(finding=find_fault(world.officer, world.station), text="自己修了", by=world.officer)
    with pytest.raises(Refused, match="mended it yourself"):
        check_finding(finding=mended, is_mended=True, text="", by=world.officer)
    for by in (world.keeper, world.official, world.auditor, world.outsider):
        with pytest.raises(Refused):
            check_finding(finding=mended, is_mended=True, text="", by=by)
    above = make_member(world.union, Role.OFFICER)
    assert check_finding(finding=mended, is_mended=True, text="", by=above).state == "closed"


def test_of_two_at_once_one_has_a_result_and_the_other_a_sentence(world: World) -> None:
    finding = find_fault(world.officer, world.station)
    mend_finding(finding=finding, text="我修的", by=world.keeper)
    with pytest.raises(StaleState, match="Somebody else was quicker"):
        mend_finding(finding=finding, text="我也修了", by=world.officer)
    finding.refresh_from_db()
    assert finding.mended_by == world.keeper


def test_a_finding_is_handed_to_somebody_of_the_station(world: World) -> None:
    finding = find_fault(world.officer, world.station)
    assert hand_finding(finding=finding, to=world.keeper, by=world.officer).owner == world.keeper
    with pytest.raises(Invalid):
        hand_finding(finding=finding, to=world.auditor, by=world.officer)
    with pytest.raises(Refused):
        hand_finding(finding=finding, to=world.keeper, by=world.auditor)


def test_a_finding_besides_any_form_says_what_is_wrong(world: World) -> None:
    made = open_finding(station=world.station, text="台阶松动", severity=Severity.SERIOUS, by=world.keeper)
    assert (str(made), made.due_date, made.inspection) == ("台阶松动", date(2026, 11, 23), None)
    with pytest.raises(Invalid):
        open_finding(station=world.station, text="", severity=Severity.MINOR, by=world.keeper)
    with pytest.raises(Refused):
        open_finding(station=world.station, text="外面", severity=Severity.MINOR, by=world.outsider)


def test_what_is_overdue_goes_up_once_and_further_up_in_a_while(world: World) -> None:
    finding = find_fault(world.officer, world.station, "opening")
    report = tell(world.station)
    make_member(world.bank, Role.OFFICER)
    assert escalate() == 0
    late = timezone.now() + timedelta(days=2)
    assert escalate_overdue(at=late) == 2
    assert escalate_overdue(at=late) == 0
    finding.refresh_from_db()
    report.refresh_from_db()
    assert finding.escalated_to == report.escalated_to == world.bank
    line = finding.history.latest()
    assert (line.escalated_to, line.history_user, line.history_change_reason) == (world.bank, None, "overdue")
    # There is nobody above: it stays, and is asked about again in some days.
    assert escalate_overdue(at=late + timedelta(days=7)) == 0
    assert Finding.history.count() == 2


def test_a_unit_without_officers_is_passed_over_and_a_new_step_begins_below(world: World) -> None:
    finding = find_fault(world.officer, world.station, "opening")
    late = timezone.now() + timedelta(days=2)
    assert escalate_overdue(at=late) == 0
    make_member(world.bank, Role.OFFICER)
    assert escalate_overdue(at=late + timedelta(days=7)) == 1
    mended = mend_finding(finding=finding, text="修好", by=world.keeper)
    assert (mended.escalated_to, mended.escalates_date) == (None, None)
    assert escalate_overdue(at=late + timedelta(days=30)) == 1


def test_what_is_settled_does_not_go_up(world: World) -> None:
    mended = mend_finding(finding=find_fault(world.officer, world.station), text="修好", by=world.keeper)
    check_finding(finding=mended, is_mended=True, text="", by=world.officer)
    make_member(world.bank, Role.OFFICER)
    assert escalate_overdue(at=timezone.now() + timedelta(days=99)) == 0


def test_many_go_up_in_a_number_of_queries_that_follows_only_what_is_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.actions.escalation.AT_ONCE", 2)
    make_member(world.bank, Role.OFFICER)
    for _number in range(3):
        tell(world.station, FeedbackKind.IDEA)
    Feedback.objects.update(due_date=TODAY - timedelta(days=1))
    assert escalate_overdue(at=timezone.now()) == 3


def test_the_database_itself_refuses_who_mended_it_to_close_it(world: World) -> None:
    mended = mend_finding(finding=find_fault(world.officer, world.station), text="修好", by=world.officer)
    values = {"state": "closed", "checked_by": world.officer, "checked_at": timezone.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.filter(pk=mended.pk).update(**values)


def test_files_that_nothing_names_are_swept_and_those_of_an_earlier_round_are_kept(
    world: World, tmp_path: Path
) -> None:
    finding = find_fault(world.officer, world.station, "opening")
    mended = mend_finding(finding=finding, text="修好", by=world.keeper, photo=b"one")
    again = check_finding(finding=mended, is_mended=False, text="没有", by=world.officer)
    mend_finding(finding=again, text="这次修好", by=world.keeper)
    (tmp_path / "inspections" / "lost.webp").write_bytes(b"")
    assert sweep_inspection_photos(at=timezone.now() + timedelta(days=9999)) == 1
    assert len(list((tmp_path / "inspections").iterdir())) == 1


def test_the_forms_of_the_start_are_samples_and_stay_as_people_made_them(db: None) -> None:
    seed_inspection_forms()
    forms = InspectionForm.objects.all()
    assert all("参考样式" in form.name and form.items.exists() for form in forms)
    forms.get(code="routine").items.filter(code="rules").delete()
    seed_inspection_forms()
    assert not InspectionItem.objects.filter(form__code="routine", code="rules").exists()


def test_drafts_are_only_their_authors(world: World) -> None:
    begun = begin(world.officer, world.station)
    save_answers(inspection=begun, said={}, remark="下午去", by=world.officer)
    assert list(Inspection.objects.all().visible_to(world.keeper)) == []
    assert not Inspection.history.exists()
    assert list(Inspection.objects.all().visible_to(world.officer)) == [begun]
    assert list(Inspection.objects.all().visible_to(world.admin)) == [begun]


def test_inspections_and_findings_go_along_when_a_station_is_merged_but_for_a_draft_begun_at_both(world: World) -> None:
    finding = find_fault(world.officer, world.sister)
    twice = begin(world.officer, world.sister)
    begin(world.officer, world.station)
    merge_stations(duplicate=world.sister, into=world.station, by=world.officer, reason="同一处")
    finding.refresh_from_db()
    twice.refresh_from_db()
    assert finding.station == finding.inspection.station == world.station  # type: ignore[union-attr]  # it has one
    assert twice.station == world.sister
