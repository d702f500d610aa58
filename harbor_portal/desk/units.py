"""How complete the records of each unit are, this month so far, and where its last month's report stands."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from harbor_portal.desk.figure import link
from harbor_portal.desk.stations import ON_MAP, Counts
from harbor_portal.lib.months import Month
from reports.models import MonthReport
from stations.choices import StationStatus
from stations.models import Unit
from stations.scope import Scope

MOST_UNITS = 60


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


def units_of(scope: Scope, counts: Counts, today: date) -> list[UnitLine]:
    """The person's units and those right below them, in tree order; nothing for the administrator. Two queries."""
    if not scope.paths:
        return []
    units = _shown(scope.paths)
    last_month = Month.of(today).plus(-1)
    reports = _reports(units, last_month)
    return [
        UnitLine(
            unit=unit,
            is_own=unit.path in scope.paths,
            on_map=counts.of(unit, ON_MAP),
            unrecorded=counts.of(unit, "unrecorded"),
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


def _reports(units: list[Unit], month: Month) -> dict[int, MonthReport]:
    """The latest revision of each; without the frozen rows."""
    found = MonthReport.objects.filter(unit__in=units, month=month.first).defer("rows").order_by("revision")
    return {report.unit_id: report for report in found}
