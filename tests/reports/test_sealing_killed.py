"""Whoever seals is killed at any moment: nothing is sealed by half, and the next press does all of it."""

from functools import partial

import pytest

from harbor_portal.lib.months import Month
from reports.actions.sealing import seal_months
from reports.figures import digest_of
from reports.models import MonthReport
from reports.seals import seal_of
from stations.models import Unit, User
from tests.factories import make_unit, make_user
from tests.processes import killed_before
from tests.reports.builders import OCTOBER

pytestmark = pytest.mark.django_db(transaction=True)
MONTHS = [OCTOBER.plus(number - 19) for number in range(20)]


def approved(units: list[Unit]) -> list[MonthReport]:
    """Of each month and unit a report that only waits to be sealed."""
    reports = []
    for month in MONTHS:
        for unit in units:
            rows = [{"section": "overview", "measure": "visits", "value": unit.pk * month.number}]
            values = {"state": "approved", "rows": rows, "digest": digest_of(rows), "holds_days": True}
            reports.append(MonthReport(unit=unit, month=month.first, **values))
    return MonthReport.objects.bulk_create(reports)


def expected(reports: list[MonthReport]) -> dict[int, str]:
    """The seals as they follow from each other, if nobody disturbs."""
    seals, before = {}, dict[int, str]()
    for report in reports:
        report.previous_seal = before.get(report.unit_id, "")
        seals[report.pk] = before[report.unit_id] = seal_of(report)
    return seals


def seal(month: Month, by: User) -> None:
    reports = MonthReport.objects.in_month(month).filter(state="approved").select_related("unit")
    seal_months(reports=list(reports), by=by)


def test_killed_at_twenty_moments_the_chain_is_as_if_nobody_had_been() -> None:
    judge, bank = make_user("judge", is_superuser=True), make_unit()
    reports = approved([make_unit(f"{number}号分行", bank) for number in range(3)])
    deaths = 0
    for moment, month in enumerate(MONTHS):
        deaths += killed_before(moment, partial(seal, month, judge))
        states = set(MonthReport.objects.in_month(month).values_list("state", flat=True))
        assert states in ({"approved"}, {"sealed"}), f"sealed by half before statement {moment}"
        seal(month, judge)
    assert deaths > 10, "most died before they had finished"
    assert dict(MonthReport.objects.values_list("pk", "seal")) == expected(reports)
    assert set(MonthReport.objects.values_list("state", flat=True)) == {"sealed"}
    assert MonthReport.history.filter(state="sealed").count() == len(reports)
