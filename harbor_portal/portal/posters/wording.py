"""What the poster says, in the active language. It is asked twice: Chinese is printed large, English small."""

from collections.abc import Iterable
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from stations.choices import Access, EntryMode
from stations.models import Schedule, StationAmenity
from stations.usual_weeks import ALWAYS, Day, Season, Week, hours_on_holidays, usual_weeks

Rows = list[list[str]]

# Shorter than Django's own (周一, not 星期一).
WEEKDAYS = [
    pgettext_lazy("on a poster", "Mon"),
    pgettext_lazy("on a poster", "Tue"),
    pgettext_lazy("on a poster", "Wed"),
    pgettext_lazy("on a poster", "Thu"),
    pgettext_lazy("on a poster", "Fri"),
    pgettext_lazy("on a poster", "Sat"),
    pgettext_lazy("on a poster", "Sun"),
]
MONTHS = [
    pgettext_lazy("on a poster", "Jan"),
    pgettext_lazy("on a poster", "Feb"),
    pgettext_lazy("on a poster", "Mar"),
    pgettext_lazy("on a poster", "Apr"),
    pgettext_lazy("on a poster", "May"),
    pgettext_lazy("on a poster", "Jun"),
    pgettext_lazy("on a poster", "Jul"),
    pgettext_lazy("on a poster", "Aug"),
    pgettext_lazy("on a poster", "Sep"),
    pgettext_lazy("on a poster", "Oct"),
    pgettext_lazy("on a poster", "Nov"),
    pgettext_lazy("on a poster", "Dec"),
]


def fixed_texts() -> dict[str, str]:
    """The same on every poster."""
    return {
        "welcome": _("Rest station for outdoor workers"),
        "free": _("Free of charge"),
        "hours": _("Opening hours"),
        "offer": _("Here you find"),
        "check_in": _("Scan to check in"),
        "check_in_why": _("One tap counts your visit. No name, no number."),
        "tell": _("Something wrong?"),
        "tell_how": _("Scan and tell us"),
        "code": _("Station code"),
        "phone": _("Phone"),
    }


def invitation(mode: str) -> str:
    """What to do at the door, short enough to be read across a street."""
    return {
        EntryMode.WALK_IN: _("Come right in"),
        EntryMode.ASK_STAFF: _("Come in and tell the staff"),
        EntryMode.SCAN: _("Scan the code on the lock to open"),
        EntryMode.CODE: _("Opens with a code: please call"),
        EntryMode.FACE: _("Opens by face: register once inside"),
    }[EntryMode(mode)]


def hours_text(schedule: Schedule | None, *, has_phone: bool) -> dict[str, object]:
    """`seasons`: a title (empty when there is one only) and rows of days and hours; `note` for what they leave out."""
    if schedule is None:
        return {"seasons": [], "note": _("Hours unknown: please call.") if has_phone else _("Hours: scan the code.")}
    year = timezone.localdate().year
    seasons = usual_weeks(schedule.opening_hours, schedule.calendar_policy, year)
    if not seasons:
        return {"seasons": [], "note": _("The hours vary: scan the code for those of today.")}
    titles = [_months(season) if len(seasons) > 1 else "" for season in seasons]
    on_holidays = hours_on_holidays(schedule.opening_hours, schedule.calendar_policy, year)
    return {
        "seasons": [[title, _rows(season.week)] for title, season in zip(titles, seasons, strict=True)],
        "note": "" if seasons[0].week == ALWAYS else _holiday_note(schedule, on_holidays),
    }


def amenity_texts(amenities: Iterable[StationAmenity]) -> Rows:
    """Icon, name and remark of everything that is there, in the order of the catalogue."""
    remarks = {Access.ASK_STAFF: _("ask the staff"), Access.NEARBY: _("nearby")}
    return [[item.amenity.icon, str(item.amenity), str(remarks.get(Access(item.access), ""))] for item in amenities]


def _holiday_note(schedule: Schedule, hours: Day) -> str:
    if hours:
        return _("Public holidays: {hours}").format(hours=" ".join(_hours(hours)))
    return str(schedule.get_calendar_policy_display())


def _rows(week: Week) -> list[tuple[str, list[str]]]:
    """Days that open alike in one row, in the order of their first day, with their intervals."""
    alike: dict[Day, list[int]] = {}
    for weekday, day in enumerate(week):
        alike.setdefault(day, []).append(weekday)
    return [(_days(weekdays), _hours(day)) for day, weekdays in alike.items()]


def _days(weekdays: list[int]) -> str:
    """“Mon–Fri”, “Sat, Sun”."""
    if len(weekdays) == 7:
        return _("Every day")
    runs = [
        [weekday for _place, weekday in run]
        for _step, run in groupby(enumerate(weekdays), key=lambda item: item[1] - item[0])
    ]
    pieces = []
    for run in runs:
        names = [str(WEEKDAYS[weekday]) for weekday in run]
        if len(run) > 2:
            names = [_("{first}–{last}").format(first=names[0], last=names[-1])]
        pieces += names
    return _(", ").join(pieces)


def _months(season: Season) -> str:
    names = [str(MONTHS[month - 1]) for month in season.months]
    return names[0] if len(names) == 1 else _("{first}–{last}").format(first=names[0], last=names[-1])


def _hours(day: Day) -> list[str]:
    return [_span(interval.start, interval.end, interval.state) for interval in day] or [
        pgettext("on a poster", "Closed")
    ]


def _span(start: int, end: int, state: str) -> str:
    if (start, end) == (0, 1440):
        return _("24 hours") if state == "open" else _("Not certain, please call")
    span = f"{_clock(start)}–{_clock(end)}"
    return _("{hours} (not certain)").format(hours=span) if state == "unknown" else span


def _clock(minute: int) -> str:
    if minute <= 1440:
        return f"{minute // 60:02}:{minute % 60:02}"
    return _("{time} the next day").format(time=f"{minute // 60 - 24:02}:{minute % 60:02}")
