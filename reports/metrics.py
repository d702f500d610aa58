"""What units are measured by, for contests and targets.

Figures come from where the month reports have theirs: the roll-ups, and the tables of what happened. What has a whole
puts large and small units on an equal footing, and says how; only that is fit for a contest.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import ExtractDay
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.months import Month
from reports.models import StationMonth
from reports.models.targets import METRIC_TITLES
from services.activity_choices import TOOK_PLACE
from services.choices import FeedbackState
from services.models import Activity, Feedback
from services.querysets import ANSWERED_IN_TIME
from stations.models import Unit
from stations.trees import eras, one_of

Sums = Mapping[str, int]
Measured = Callable[[Sequence[Unit], Month, Month], dict[int, tuple[int, int]]]
"""By unit what was done, and among how much; units without any of the latter are absent. Units of one depth."""
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Metric:
    """What is done (`part`) for each of what there is (`whole`), times `scale`; without a whole, how much is done.

    What `is_state` is measured as it stands at the end of the last month, or today if that is not over; the first month
    is then the one since which what happened counts, where that matters. Anything else adds up over the months.
    """

    code: str
    title: str | Promise
    part: str | Promise
    whole: str | Promise
    footing: str | Promise
    """Why large and small compare; of what has no whole, what is counted."""
    measure: Measured
    scale: int = 1
    is_state: bool = False
    page: str = ""
    """The list of the back office with the rows behind it, asked with `query` for a unit and a month."""
    query: Mapping[str, str] = field(default_factory=dict)
    unit_filter: str = "unit"

    @property
    def is_share(self) -> bool:
        return self.scale == 100

    def value(self, part: int, whole: int) -> Decimal | None:
        """None where there is nothing of which it could be a share."""
        if not self.whole:
            return Decimal(part)
        return (Decimal(part * self.scale) / Decimal(whole)).quantize(CENT) if whole else None


METRICS: dict[str, Metric] = {}


def register_metric(metric: Metric) -> None:
    METRICS[metric.code] = metric
    METRIC_TITLES[metric.code] = metric.title


def fair_metrics() -> list[Metric]:
    """Those by which large and small units compare."""
    return [metric for metric in METRICS.values() if metric.whole]


def station_months(units: Sequence[Unit], first: Month, last: Month, **sums: Any) -> dict[int, Sums]:
    rows = StationMonth.objects.filter(month__range=(first.first, last.first))
    return by_unit(rows, units, ("posting__operator", "posting__supervisor"), sums, at="month")


def by_unit(
    rows: QuerySet[Any], units: Sequence[Unit], lines: Sequence[str], sums: Mapping[str, Any], *, at: str | date
) -> dict[int, Sums]:
    """A row counts once for each of these units above one of its `lines` on its day, also where it stands above both.

    `at` leads to the day of a row, or is the day of all of them. The units are of one depth. Two queries.
    """
    if not units:
        return {}
    paths, known = {unit.path for unit in units}, eras(at, at) if isinstance(at, date) else eras()
    by_line = {f"line_{number}": one_of(paths, line, str(at), known) for number, line in enumerate(lines)}
    groups = list(rows.order_by().values(**by_line).annotate(**sums))
    return {
        unit.pk: {
            key: sum(group[key] or 0 for group in groups if unit.path in {group[line] for line in by_line})
            for key in sums
        }
        for unit in units
    }


def pairs(sums: Mapping[int, Sums], part: str, whole: str) -> dict[int, tuple[int, int]]:
    return {pk: (found[part], found[whole]) for pk, found in sums.items() if found[whole]}


def _visits(units: Sequence[Unit], first: Month, last: Month) -> dict[int, tuple[int, int]]:
    return pairs(station_months(units, first, last, part=Sum("visits"), whole=Sum("days_opened")), "part", "whole")


def _recorded(units: Sequence[Unit], first: Month, last: Month) -> dict[int, tuple[int, int]]:
    whole = Sum(ExtractDay("last_day") - ExtractDay("first_day") + 1)
    return pairs(station_months(units, first, last, part=Sum("days_recorded"), whole=whole), "part", "whole")


def _activities(units: Sequence[Unit], first: Month, last: Month) -> dict[int, tuple[int, int]]:
    return _held(units, first, last, Count("pk"))


def _participants(units: Sequence[Unit], first: Month, last: Month) -> dict[int, tuple[int, int]]:
    return _held(units, first, last, Sum("participant_count"))


def _held(units: Sequence[Unit], first: Month, last: Month, part: Any) -> dict[int, tuple[int, int]]:
    rows = Activity.objects.filter(status__in=TOOK_PLACE).between(first.first, last.last)
    done = by_unit(rows, units, ["organiser"], {"part": part}, at="starts_at__date")
    months = station_months(units, first, last, whole=Count("pk"))
    return pairs({pk: {**done[pk], **months[pk]} for pk in done}, "part", "whole")


def _answers(units: Sequence[Unit], first: Month, last: Month) -> dict[int, tuple[int, int]]:
    rows: Any = Feedback.objects.exclude(state=FeedbackState.MERGED)
    posted = rows.between(first.first, last.last).with_posting()
    lines = ("station__postings__operator", "station__postings__supervisor")
    sums = {"part": Count("pk", filter=ANSWERED_IN_TIME), "whole": Count("pk")}
    return pairs(by_unit(posted, units, lines, sums, at="day"), "part", "whole")


def register_own() -> None:
    per_station_month = _("For each station and month, so that it does not matter how many stations a unit has.")
    register_metric(
        Metric(
            "visits",
            _("Visits per station and open day"),
            _("Visits"),
            _("Open days"),
            _("For each day on which a station was opened, so that neither many stations nor long months count."),
            _visits,
        )
    )
    register_metric(
        Metric(
            "records",
            _("Days on record, in a hundred"),
            _("Days on record"),
            _("Days of stations"),
            _("Of a hundred days on which the unit ran or supervised a station; nil returns are records."),
            _recorded,
            scale=100,
        )
    )
    register_metric(
        Metric(
            "activities",
            _("Activities per station and month"),
            _("Activities"),
            _("Station months"),
            per_station_month,
            _activities,
        )
    )
    register_metric(
        Metric(
            "participants",
            _("Participants per station and month"),
            _("Participants"),
            _("Station months"),
            per_station_month,
            _participants,
        )
    )
    register_metric(
        Metric(
            "answers",
            _("Reports of visitors answered in time, in a hundred"),
            _("Answered in time"),
            _("Reports of visitors"),
            _("Of a hundred reports of visitors; who got none is not ranked."),
            _answers,
            scale=100,
        )
    )
