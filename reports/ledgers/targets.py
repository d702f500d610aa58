"""What is behind a target of the year: who set the goal, and what was measured month by month."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.ledgers.base import AMOUNT, Rows, Wanted
from reports.metrics import METRICS
from reports.models import Target
from reports.sections.printing import NONE, Row
from reports.targets.progress import Progress, progress_of

PAGE = "admin:target_progress"


def targets(wanted: Wanted) -> Rows:
    last = wanted.period.last
    found = Target.objects.filter(
        unit__code=wanted.only["unit"], metric=wanted.only["metric"], year=last.year
    ).select_related("unit")
    known = [target for target in found if target.metric in METRICS]
    return _goals(known) if wanted.measure == "goal" else _months(progress_of(known, last.last), wanted)


def _goals(found: list[Target]) -> Rows:
    columns = [
        Column("name", _("Target")),
        Column("unit", _("Unit")),
        Column("note", _("Note")),
        Column(AMOUNT, _("Goal of the year"), "decimal"),
    ]
    return Rows(columns, found, sum((one.goal for one in found), Decimal(0)), _goal, model=Target, page=PAGE)


def _goal(target: Target) -> Row:
    return {
        "pk": target.pk,
        "name": str(METRICS[target.metric].title),
        "unit": target.unit.name,
        "note": target.note,
        AMOUNT: float(target.goal),
    }


def _months(found: list[Progress], wanted: Wanted) -> Rows:
    """What adds up has a row for each month; of a share and of what stands at a day, its last word is the figure."""
    last = wanted.period.last
    rows: list[Row] = []
    for one in found:
        months = sorted(month for month in one.measured if month.year == last.year and month <= last)
        is_sum = not one.metric.is_state and not one.metric.whole
        rows += [_month(one, month, one.measured[month][0] if is_sum else None) for month in months]
        if not is_sum and months:
            rows[-1][AMOUNT] = float(one.reached_by(last) or 0)
    columns = [
        Column("month", _("Month")),
        Column("part", _("Measured"), "integer"),
        Column("whole", _("Of"), "integer"),
        Column(AMOUNT, _("Reached"), "decimal"),
    ]
    total = sum((Decimal(str(row[AMOUNT])) for row in rows if row[AMOUNT] != NONE), Decimal(0))
    return Rows(columns, rows, total, model=Target, page=PAGE)


def _month(one: Progress, month: Any, amount: int | None) -> Row:
    part, whole = one.measured[month]
    figure = NONE if amount is None else float(amount)
    return {
        "pk": one.target.pk,
        "month": str(month),
        "part": part,
        "whole": whole if one.metric.whole else NONE,
        AMOUNT: figure,
    }
