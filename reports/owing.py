"""Which units still owe the report of a month."""

from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from harbor_portal.lib.months import Month
from reports.choices import LOCKING_STATES
from reports.models import MonthReport
from stations.models import Posting, Unit
from stations.scope import Scope


def owing_units(units: QuerySet[Unit], scope: Scope, month: Month) -> QuerySet[Unit]:
    """Of the person's units and those right below them, those that had a station in the month and have not handed in.

    Nothing for the administrator, who has no units.
    """
    near = [Q(path__startswith=path, depth__lte=len(path) // Unit.steplen + 1) for path in scope.paths]
    holds = Q(operator__path__startswith=OuterRef("path")) | Q(supervisor__path__startswith=OuterRef("path"))
    stations = Posting.objects.filter(holds, since__lte=month.last).exclude(until__lt=month.first)
    handed_in = MonthReport.objects.filter(unit=OuterRef("pk"), month=month.first, state__in=LOCKING_STATES)
    return units.filter(reduce(or_, near, Q(pk__in=[])), Exists(stations), ~Exists(handed_in))
