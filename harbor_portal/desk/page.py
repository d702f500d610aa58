"""Everything that the first page of the back office shows to one person."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from harbor_portal.desk.figure import Figure
from harbor_portal.desk.guide import Guide, guide_of
from harbor_portal.desk.overview import Overview, overview_of
from harbor_portal.desk.roles import is_officer, queues_of
from harbor_portal.desk.stations import count_stations
from harbor_portal.desk.targets import TargetLine, targets_of
from harbor_portal.desk.units import UnitLine, units_of
from harbor_portal.desk.work import bundles_of, uploads_of, work_of
from harbor_portal.lib.months import Month
from reports.models import Bundle
from services.kept import Kept, kept_by
from stations.calendar_years import missing_years
from stations.models import Upload, User
from stations.policies import may_keep_calendar
from stations.scope import scope_of


@dataclass(frozen=True)
class Desk:
    today: date
    guide: Guide | None
    kept: list[Kept]
    work: list[Figure]
    """What is late first, then what waits, then what is done."""
    uploads: list[Upload]
    bundles: list[Bundle]
    units: list[UnitLine]
    targets: list[TargetLine]
    overview: Overview
    last_month: Month
    reads_reports: bool
    missing_years: list[int]
    """Years whose public holidays are still to be entered, for those who may do so."""

    @property
    def to_do(self) -> list[Figure]:
        return [figure for figure in self.work if figure.count]

    @property
    def nothing_to_do(self) -> list[Figure]:
        """What is done folds into one line, so that what waits is seen first."""
        return [figure for figure in self.work if not figure.count]


def desk_of(user: User, at: datetime) -> Desk:
    """A constant number of queries, whatever the scope."""
    today = timezone.localdate(at)
    scope = scope_of(user)
    counts = count_stations(user, scope, {*queues_of(scope), "unrecorded"}, at)
    return Desk(
        today=today,
        guide=guide_of(user, scope),
        kept=kept_by(user, today),
        work=sorted(
            work_of(user, scope, counts.all, today), key=lambda figure: (not figure.count, not figure.is_urgent)
        ),
        uploads=uploads_of(user) if is_officer(scope) else [],
        bundles=bundles_of(user) if scope.everything or scope.roles else [],
        units=units_of(scope, counts, today),
        targets=targets_of(scope, today),
        overview=overview_of(user, scope, counts, at),
        last_month=Month.of(today).plus(-1),
        reads_reports=scope.everything or bool(scope.roles),
        missing_years=missing_years(today) if may_keep_calendar(user) else [],
    )
