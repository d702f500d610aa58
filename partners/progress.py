"""How far the stages of programmes have come: eight pilots, then 880 outlets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from partners.models import ProgrammeStage
from stations.choices import StationStatus

_REACHED = """
SELECT stage.id, count(DISTINCT plate.station_id)
FROM partners_programmestage AS stage
LEFT JOIN stations_unit AS within ON within.id = stage.within_id
JOIN partners_plate AS plate ON plate.programme_id = stage.programme_id
    AND plate.since <= least(stage.last, %(today)s)
    AND (plate.until IS NULL OR plate.until >= least(stage.last, %(today)s))
JOIN stations_station AS station ON station.id = plate.station_id AND station.status = ANY(%(shown)s)
WHERE stage.id = ANY(%(stages)s) AND (stage.within_id IS NULL OR EXISTS (
    SELECT FROM stations_posting AS posting
    LEFT JOIN stations_unit AS operator ON operator.id = posting.operator_id
    LEFT JOIN stations_unit AS supervisor ON supervisor.id = posting.supervisor_id
    WHERE posting.station_id = plate.station_id
        AND posting.since <= least(stage.last, %(today)s)
        AND (posting.until IS NULL OR posting.until >= least(stage.last, %(today)s))
        AND (starts_with(operator.path, within.path) OR starts_with(supervisor.path, within.path))))
GROUP BY stage.id
"""


@dataclass(frozen=True)
class Progress:
    """A stage, and how many stations bore the plate on its last day, or bear it today if that is still to come."""

    stage: ProgrammeStage
    reached: int
    today: date

    @property
    def share(self) -> int:
        """Per cent of the goal, at most 100."""
        return min(100 * self.reached // self.stage.goal, 100)

    @property
    def is_reached(self) -> bool:
        return self.reached >= self.stage.goal

    @property
    def is_over(self) -> bool:
        return self.stage.last < self.today

    @property
    def is_to_come(self) -> bool:
        return self.stage.first > self.today

    @property
    def due(self) -> int:
        """How many there would be today on a straight line from nothing to the goal."""
        days = (self.stage.last - self.stage.first).days + 1
        gone = min(max((self.today - self.stage.first).days + 1, 0), days)
        return self.stage.goal * gone // days

    @property
    def is_behind(self) -> bool:
        return self.reached < self.due

    @property
    def missing(self) -> int:
        return max(self.stage.goal - self.reached, 0)


def progress_of(stages: Iterable[ProgrammeStage], today: date) -> list[Progress]:
    """In their order. A station counts once, however many plates it bears; drafts and closed ones do not. One query."""
    rows = list(stages)
    if not rows:
        return []
    shown = [StationStatus.PUBLISHED.value, StationStatus.SUSPENDED.value]
    with connection.cursor() as cursor:
        cursor.execute(_REACHED, {"today": today, "shown": shown, "stages": [row.pk for row in rows]})
        reached = dict(cursor.fetchall())
    return [Progress(row, reached.get(row.pk, 0), today) for row in rows]
