"""Which units still owe the report of a month."""

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Substr

from harbor_portal.lib.months import Month
from reports.choices import LOCKING_STATES
from reports.models import MonthReport, ReportWaiver
from stations.models import Posting, Unit
from stations.querysets import run_by
from stations.scope import Scope


def owing_units(units: QuerySet[Unit], scope: Scope, month: Month) -> QuerySet[Unit]:
    """Of the person's units and those right below them, those that had a station in the month and have not handed in.

    Whose report is waived owes none. Nothing for the administrator, who has no units.
    """
    handed_in = MonthReport.objects.filter(unit=OuterRef("pk"), month=month.first, state__in=LOCKING_STATES)
    waived = ReportWaiver.objects.filter(unit=OuterRef("pk"), month=month.first)
    return units.filter(~Exists(handed_in), ~Exists(waived), path__in=_with_stations(scope, month))


def _with_stations(scope: Scope, month: Month) -> set[str]:
    """The paths of the units that had one, themselves or further below. One query, none for the administrator."""
    if not scope.paths:
        return set()
    postings = Posting.objects.filter(run_by(scope.paths), since__lte=month.last).exclude(until__lt=month.first)
    deep = max(map(len, scope.paths)) + Unit.steplen
    lines = [Substr(f"{line}__path", 1, deep) for line in ("operator", "supervisor")]
    paths = {path for pair in postings.order_by().values_list(*lines).distinct() for path in pair if path}
    below = ((own, path) for own in scope.paths for path in paths if path.startswith(own))
    return {path[: len(own) + extra] for own, path in below for extra in (0, Unit.steplen)}
