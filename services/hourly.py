"""By the hour or by the whole day: one rule for what a tap writes and for what the counters show.

Within a method a day is one or the other, never both, since the same people would stand in it twice. So the first
figure of a day decides, and what is tapped afterwards follows it, whatever the station has chosen meanwhile.
"""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone

Figures = Mapping[tuple[int | None, str], int]
"""By hour (none: the whole day) and group, what one method counted on a day."""


def is_by_hour(figures: Figures, *, begins_by_hour: bool) -> bool:
    """`begins_by_hour`: what a day without figures becomes."""
    hours = _counted(figures)
    return None not in hours and (bool(hours) or begins_by_hour)


def last_hour(figures: Figures) -> int | None:
    """The last one in which somebody was counted."""
    return max((hour for hour in _counted(figures) if hour is not None), default=None)


def hour_of(figures: Figures, *, day: date, at: datetime, begins_by_hour: bool) -> int | None:
    """The hour of `day` for which something counts that was tapped at this moment; None for the whole day.

    After midnight, or days later, no hour of the day is the running one: the last one counted takes it, and a day that
    has no figures yet is counted as a whole. A clock that is behind cannot make a visit of the day before.
    """
    if not is_by_hour(figures, begins_by_hour=begins_by_hour):
        return None
    moment = timezone.localtime(at)
    if moment.date() == day:
        return moment.hour
    return last_hour(figures) if moment.date() > day else 0


def hour_to_reduce(figures: Figures, group: str, count: int, hour: int) -> int:
    """From which hour so many are taken back: this one, else the last before it that has as many.

    Somebody counted at 9:59 too many is taken back at 10:00.
    """
    enough = [other for (other, who), had in figures.items() if who == group and had >= count and other is not None]
    return max((other for other in enough if other <= hour), default=hour)


def hour_name(hour: int) -> str:
    return f"{hour:02d}:00–{hour + 1:02d}:00"


def _counted(figures: Figures) -> set[int | None]:
    return {hour for (hour, _group), count in figures.items() if count > 0}
