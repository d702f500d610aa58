"""The month on screen: the report and its rows, who misses what, the way upward, what was corrected.

What is imported of the portal waits for Django's set-up.
"""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from playwright.sync_api import Page

from benchmarks.pictures.taking import MOMENT
from harbor_portal.lib.months import Month

UNION, REVISED = "U370100", "CCB-370102"
LAST = Month.of(MOMENT.date()).plus(-1)
SEALED = LAST.plus(-1)
OFFICIAL, OFFICER = "official", "officer"
CORRECTED = 40
"""Days whose figure is put right for the revision; each by so many visits more."""
MORE = 3


def _opened(who: str, path: str, **asked: str) -> Callable[[Page], None]:
    def show(page: Page) -> None:
        page.goto("/admin/login/?next=/admin/")
        page.fill("#id_username", who)
        page.fill("#id_password", "harbor-demo")
        page.press("#id_password", "Enter")
        page.wait_for_url("**/admin/")
        page.goto(f"{path}?{urlencode(asked)}" if asked else path)

    return show


def _of_union(path: str, **asked: str) -> Callable[[Page], None]:
    return _opened(OFFICIAL, path, unit=UNION, month=str(LAST), **asked)


def _coverage(page: Page) -> None:
    """Once the map is drawn on which the counties stand."""
    _of_union("/admin/reports/coverage/")(page)
    page.locator("#coverage-map canvas").first.wait_for()


REPORT = {
    "report": _of_union("/admin/reports/month/"),
    "report-rows": _of_union("/admin/reports/month/ledger/", section="overview", line="visits", figure="value"),
}
"""Taken on both screens, in both languages."""
WORK = {
    "completeness": _of_union("/admin/reports/completeness/"),
    "flow": _opened(OFFICER, "/admin/reports/month/flow/", unit="CCB-370100", month=str(LAST)),
    "revision": _opened(OFFICER, "/admin/reports/month/changes/", unit=REVISED, month=str(SEALED), revision="2"),
    "coverage": _coverage,
    "targets": _opened(OFFICIAL, "/admin/reports/target/"),
    "stars": _opened(OFFICIAL, "/admin/reports/assessment/"),
    "verify": _opened(OFFICIAL, "/verify/"),
}
"""Taken on a desk."""


def correct_sealed_month() -> None:
    """What was opened again is corrected by the officer, and handed in as the second revision."""
    from reports.actions.months import submit_months
    from services.actions.visits import Bucket, Sender, set_visits
    from services.choices import Method, Source, WorkerGroup
    from services.models import Visit
    from stations.models import Unit, User

    unit, officer = Unit.objects.get(code=REVISED), User.objects.get(username=OFFICER)
    held = Visit.objects.filter(date__range=(SEALED.first, SEALED.last), hour=None, station__postings__operator=unit)
    for number, row in enumerate(held.select_related("station").order_by("date", "pk")[:CORRECTED]):
        bucket = Bucket(row.station, row.date, WorkerGroup(row.group), Method(row.method))
        sender = Sender(officer, Source.DAY_SHEET, UUID(int=number + 1))
        set_visits(bucket=bucket, count=row.count + MORE, sender=sender)
    moved = submit_months(units=[unit], month=SEALED, by=officer)
    assert moved.done, moved
