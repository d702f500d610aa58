"""Inspections of the demo: one by a keeper and two by an officer, with findings on their way."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from harbor_portal.demo.demo_people import SAMPLE
from services.actions.findings import mend_finding
from services.actions.inspections import Said, finish_inspection, save_answers, start_inspection
from services.choices import InspectionKind, Result
from services.deadlines import MEND_DAYS, working_days_from
from services.models import Finding, Inspection, InspectionForm
from stations.models import Station, User
from stations.policies import may_edit

FAILED = {
    InspectionKind.SELF_CHECK: {"supplies": f"纸杯只剩一包{SAMPLE}"},
    InspectionKind.SPOT_CHECK: {"medicine": f"急救箱里两种药已过期{SAMPLE}", "rules": f"制度牌掉了{SAMPLE}"},
    InspectionKind.UNANNOUNCED: {"hygiene": f"门口有积水{SAMPLE}"},
}
AGO = {InspectionKind.SELF_CHECK: 1, InspectionKind.SPOT_CHECK: 9, InspectionKind.UNANNOUNCED: 5}
"""Days since each was made."""
MENDED = f"已清理，铺了防滑垫{SAMPLE}"


def inspect_stations(kept: Sequence[Station], now: datetime) -> None:
    """The keeper checks one of these; the officer inspects two stations of theirs, of these if there are such."""
    keeper, officer = User.objects.get(username="keeper"), User.objects.get(username="officer")
    _inspect(kept[0], InspectionKind.SELF_CHECK, keeper, now)
    others = Station.objects.visible_to(officer).published().exclude(pk__in=[one.pk for one in kept]).order_by("code")
    own = [station for station in kept if may_edit(officer, station)] + list(others[:2])
    for station, kind in zip(own, (InspectionKind.SPOT_CHECK, InspectionKind.UNANNOUNCED), strict=False):
        found = _inspect(station, kind, officer, now)
        if kind == InspectionKind.UNANNOUNCED:
            mend_finding(finding=found.findings.get(), text=MENDED, by=keeper if station in kept else officer)


def _inspect(station: Station, kind: InspectionKind, by: User, now: datetime) -> Inspection:
    form = InspectionForm.objects.get(code="routine")
    begun = start_inspection(station=station, form=form, kind=kind, by=by)
    failed = FAILED[kind]
    said = {
        answer.pk: Said(
            Result.FAILED if answer.item.code in failed else Result.PASSED, failed.get(answer.item.code, "")
        )
        for answer in begun.answers.select_related("item")
    }
    save_answers(inspection=begun, said=said, by=by)
    done = finish_inspection(inspection=begun, by=by)
    _date_back(done, now - timedelta(days=AGO[kind]))
    return done


def _date_back(done: Inspection, at: datetime) -> None:
    """As if it had been made then, with the deadlines of then."""
    Inspection.objects.filter(pk=done.pk).update(started_at=at, finished_at=at)
    Inspection.history.filter(id=done.pk).update(history_date=at, started_at=at)
    for finding in done.findings.all():
        due = _due_then(finding, at.date())
        Finding.objects.filter(pk=finding.pk).update(opened_at=at, due_date=due, first_due_date=due)
        finding.history.update(history_date=at, opened_at=at, due_date=due, first_due_date=due)


def _due_then(finding: Finding, day: date) -> date:
    return working_days_from(day, MEND_DAYS[finding.severity])
