"""How complete the records of each unit are, this month so far, and where its last month's report stands."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.db.models.functions import Substr
from django.urls import reverse

from harbor_portal.desk.work import link
from harbor_portal.lib.months import Month
from reports.models import MonthReport
from stations.choices import StationStatus
from stations.models import Posting, Station, Unit
from stations.querysets import run_by
from stations.queues import QUEUES
from stations.scope import Scope

MOST_UNITS = 60
LINES = ("operator", "supervisor")


@dataclass(frozen=True)
class UnitLine:
    """One unit with all below it."""

    unit: Unit
    is_own: bool
    on_map: int
    unrecorded: int
    report: MonthReport | None
    last_month: Month

    @property
    def share(self) -> int | None:
        """Of its stations on the map, how many of a hundred have a record this month; rounded down."""
        return (self.on_map - self.unrecorded) * 100 // self.on_map if self.on_map else None

    @property
    def stations_url(self) -> str:
        return link("stations_station", unit=self.unit.code, status__exact=StationStatus.PUBLISHED.value)

    @property
    def unrecorded_url(self) -> str:
        return link("stations_station", unit=self.unit.code, work="unrecorded")

    @property
    def report_url(self) -> str:
        return report_url(self.unit, self.last_month)


def report_url(unit: Unit, month: Month) -> str:
    return f"{reverse('admin:month_report')}?{urlencode({'unit': unit.code, 'month': str(month)})}"


def units_of(scope: Scope, today: date) -> list[UnitLine]:
    """The person's units and those right below them, in tree order; nothing for the administrator. Three queries."""
    if not scope.paths:
        return []
    units = _shown(scope.paths)
    groups = _groups(scope.paths, today)
    last_month = Month.of(today).plus(-1)
    reports = _reports(units, last_month)
    return [
        UnitLine(
            unit=unit,
            is_own=unit.path in scope.paths,
            on_map=sum(group["on_map"] for group in groups if _holds(unit, group)),
            unrecorded=sum(group["unrecorded"] for group in groups if _holds(unit, group)),
            report=reports.get(unit.pk),
            last_month=last_month,
        )
        for unit in units
    ]


def _shown(paths: tuple[str, ...]) -> list[Unit]:
    shown = Q(path__in=paths)
    for path in paths:
        shown |= Q(path__startswith=path, depth=len(path) // Unit.steplen + 1)
    return list(Unit.objects.filter(shown).order_by("path")[:MOST_UNITS])


def _groups(paths: tuple[str, ...], today: date) -> list[dict[str, Any]]:
    """The stations on the map by the units, as deep as shown, that operate and supervise them: two lines cross."""
    deep = max(len(path) for path in paths) + Unit.steplen
    mine = Posting.objects.on(today).filter(run_by(paths)).values("pk")
    rows = Station.objects.published().filter(postings__in=mine).order_by()
    lines = {line: Substr(f"postings__{line}__path", 1, deep) for line in LINES}
    return list(
        rows.values(**lines).annotate(
            on_map=Count("pk"), unrecorded=Count("pk", filter=QUEUES["unrecorded"].condition(today))
        )
    )


def _holds(unit: Unit, group: dict[str, Any]) -> bool:
    """A station is counted once, also where the same unit stands above both its operator and its supervisor."""
    return any((group[line] or "").startswith(unit.path) for line in LINES)


def _reports(units: list[Unit], month: Month) -> dict[int, MonthReport]:
    """The latest revision of each; without the frozen rows."""
    found = MonthReport.objects.filter(unit__in=units, month=month.first).defer("rows").order_by("revision")
    return {report.unit_id: report for report in found}
