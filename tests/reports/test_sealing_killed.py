"""Whoever seals is killed at any moment: nothing is sealed by half, and the next press does all of it."""

from functools import partial
from typing import Any

import pytest

from harbor_portal.lib.months import Month
from reports.actions.sealing import seal_months
from reports.figures import digest_of
from reports.models import MonthReport
from reports.sealed.seals import seal_of
from stations.models import Unit, User
from tests.factories import make_unit, make_user
from tests.processes import killed_before
from tests.reports.builders import OCTOBER

pytestmark = pytest.mark.django_db(transaction=True)
MONTHS = [OCTOBER.plus(number - 19) for number in range(20)]


def approved(units: list[Unit]) -> list[MonthReport]:
    """Of each month and unit a report that only waits to be sealed; the first unit's replaces one that is sealed."""
    reports = []
    for month in MONTHS:
        for unit in units:
            revision = 2 if unit == units[0] else 1
            reports.append(frozen(unit, month, revision=revision, state="approved", holds_days=True))
    revised = [frozen(units[0], month, state="sealed") for month in MONTHS]
    for report in revised:
        report.seal = seal_of(report)
    MonthReport.objects.bulk_create(revised)
    return MonthReport.objects.bulk_create(reports)


def frozen(unit: Unit, month: Month, revision: int = 1, **fields: Any) -> MonthReport:
    rows = [{"section": "overview", "measure": "visits", "value": unit.pk * month.number + revision}]
    return MonthReport(unit=unit, month=month.first, revision=revision, rows=rows, digest=digest_of(rows), **fields)


def expected(reports: list[MonthReport]) -> dict[int, str]:
    """The seals as they follow from each other, if nobody disturbs."""
    sealed = MonthReport.objects.filter(state="sealed").order_by("pk")
    revised = {(one.unit_id, one.month): one.seal for one in sealed}
    seals, before = {}, {one.unit_id: one.seal for one in sealed}
    for report in reports:
        report.previous_seal = before.get(report.unit_id, "")
        report.revised_seal = revised[report.unit_id, report.month] if report.revision == 2 else ""
        seals[report.pk] = before[report.unit_id] = seal_of(report)
    return seals


def seal(month: Month, by: User) -> None:
    reports = MonthReport.objects.in_month(month).filter(state="approved").select_related("unit")
    seal_months(reports=list(reports), by=by)


def test_killed_at_twenty_moments_the_chain_is_as_if_nobody_had_been() -> None:
    judge, bank = make_user("judge", is_superuser=True), make_unit()
    reports = approved([make_unit(f"{number}号分行", bank) for number in range(3)])
    wanted = expected(reports)
    keys, deaths = {report.pk for report in reports}, 0
    for moment, month in enumerate(MONTHS):
        deaths += killed_before(moment, partial(seal, month, judge))
        here = MonthReport.objects.in_month(month)
        states = set(here.filter(pk__in=keys).values_list("state", flat=True))
        assert states in ({"approved"}, {"sealed"}), f"sealed by half before statement {moment}"
        is_superseded = here.exclude(superseded_at=None).exists()
        assert is_superseded == (states == {"sealed"}), f"replaced by nothing before statement {moment}"
        seal(month, judge)
    assert deaths > 10, "most died before they had finished"
    found = MonthReport.objects.filter(pk__in=keys)
    assert dict(found.values_list("pk", "seal")) == wanted
    assert set(found.values_list("state", "superseded_at")) == {("sealed", None)}
    revised = MonthReport.objects.exclude(pk__in=keys)
    assert revised.exclude(superseded_at=None).count() == revised.count() == len(MONTHS)
    assert MonthReport.history.filter(state="sealed").count() == len(reports)
