"""From the hours of each day to an expression of the OpenStreetMap grammar."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from stations.hours_words import DAY_MINUTES, DAYS, MONTHS

ALL_DAYS = (*DAYS, "PH")
NUMBERED_MONTHS = re.compile(rf"({'|'.join(MONTHS)})-({'|'.join(MONTHS)})")

Span = tuple[int, int]
"""Minutes from midnight; the end may lie in the next day."""


@dataclass(frozen=True)
class Hours:
    """The hours of one day: known spans and spans of which it is unknown whether they hold.

    `is_vague`: nothing but that it opens at all. Neither spans nor vague: closed.
    """

    spans: tuple[Span, ...] = ()
    unknown: tuple[Span, ...] = ()
    is_vague: bool = False


Week = dict[str, Hours]
"""Hours by day (`ALL_DAYS`); a day that is absent is closed, an absent PH is left to the calendar policy."""


def rules_of(weeks: dict[str, Week], months: dict[str, str], text: str, warnings: list[str]) -> list[str]:
    """The rules of the expression for the weeks by season; `warnings` receives what the text leaves open."""
    weeks = dict(weeks)
    whole_year = weeks.pop("", {})
    if not weeks:
        return _rules(whole_year, "", text, warnings)
    holidays = {day: hours for day, hours in whole_year.items() if day == "PH"}
    weeks = {season: week | holidays for season, week in weeks.items()}
    if whole_year != holidays:
        # 6:00-22:00（冬季6:30-21:30）: the hours without a season are those of the rest of the year.
        weeks[""] = whole_year
    months = _completed(list(weeks), months)
    if months:
        return [rule for season, week in weeks.items() for rule in _rules(week, f"{months[season]} ", text, warnings)]
    if len(weeks) == 1:
        raise ValueError(_("Say the hours of the other season too, or the months of this one."))
    warnings.append(
        _(
            "The seasons have no months. Only the hours that all of them share count as open, the others as unknown;"
            " write for example 夏季(5月-9月) 8:00-18:00 冬季(10月-4月) 8:30-17:30."
        )
    )
    return _rules(_shared(list(weeks.values())), "", "/".join(filter(None, weeks)), warnings)


def _completed(seasons: list[str], months: dict[str, str]) -> dict[str, str]:
    """The months of every season: of two, the one without has the months that the other leaves; {} if unknown."""
    missing = [season for season in seasons if season not in months]
    if not missing:
        return months
    known = next((months[season] for season in seasons if season in months), "")
    match = NUMBERED_MONTHS.fullmatch(known)
    if len(seasons) != 2 or len(missing) != 1 or not match:
        return {}
    first, last = MONTHS.index(match[1]), MONTHS.index(match[2])
    return months | {missing[0]: f"{MONTHS[(last + 1) % 12]}-{MONTHS[(first - 1) % 12]}"}


def _shared(weeks: list[Week]) -> Week:
    """What is open in every one of the weeks, and as unknown what is open in only some."""
    week: Week = {}
    for day in ALL_DAYS:
        hours = [each.get(day, Hours()) for each in weeks]
        if not any(day in each for each in weeks):
            continue
        everything = [span for each in hours for span in each.spans]
        shared = list(hours[0].spans)
        for each in hours[1:]:
            shared = without(shared, without(shared, each.spans))
        unknown = _united(without(everything, shared))
        week[day] = Hours(tuple(shared), tuple(unknown), is_vague=any(each.is_vague for each in hours))
    return week


def _united(spans: Iterable[Span]) -> list[Span]:
    united: list[Span] = []
    for start, end in sorted(spans):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((start, end))
    return united


def _rules(week: Week, prefix: str, text: str, warnings: list[str]) -> list[str]:
    """The rules of one week: days with the same hours share one."""
    if any(hours.is_vague for hours in week.values()):
        warnings.append(
            _("No times of day are given, so nobody is told that it is open: write for example 周一至周五 8:30-17:30.")
        )
    if all(hours == Hours() for hours in week.values()):
        raise ValueError(_("“%(text)s” names no hours.") % {"text": text})
    return [rule for days, hours in _grouped(week) for rule in _day_rules(days, hours, prefix, text)]


def _grouped(week: Week) -> Iterator[tuple[list[str], Hours]]:
    groups: dict[Hours, list[str]] = {}
    for day in ALL_DAYS:
        if day in week:
            groups.setdefault(week[day], []).append(day)
    for hours, days in groups.items():
        yield days, hours


def _day_rules(days: list[str], hours: Hours, prefix: str, text: str) -> Iterator[str]:
    comment = text.replace('"', "").replace("\\", "")[:60]
    selector = _selector(days)
    if hours.is_vague:
        yield f'{prefix}{selector} unknown "{comment}"'
        return
    if hours == Hours():
        # A day of the week that no rule names is closed anyway; of holidays it must be said.
        if "PH" in days:
            yield f"{prefix}PH off"
        return
    if days == list(DAYS) and hours == Hours(spans=((0, DAY_MINUTES),)) and not prefix:
        yield "24/7"
        return
    bare = days == list(DAYS) and not hours.unknown
    parts = []
    if hours.spans:
        parts.append(f"{prefix}{'' if bare else selector + ' '}{_times(hours.spans)}")
    if hours.unknown:
        parts.append(f'{prefix}{selector} {_times(hours.unknown)} unknown "{comment}"')
    # A comma adds to the rule before it; a semicolon would replace it.
    yield ", ".join(parts)


def _selector(days: list[str]) -> str:
    """Mo-Fr,Su: runs of three and more days are written as ranges."""
    runs: list[list[str]] = []
    for day in days:
        if runs and ALL_DAYS.index(day) == ALL_DAYS.index(runs[-1][-1]) + 1 and day != "PH":
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(run) for run in runs)


def _times(spans: Iterable[Span]) -> str:
    return ",".join(f"{_clock(start)}-{_clock(end)}" for start, end in spans)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """The parts of `spans` that no span of `taken` covers."""
    left = list(spans)
    for start, end in taken:
        left = [
            part
            for span in left
            for part in ((span[0], min(span[1], start)), (max(span[0], end), span[1]))
            if part[0] < part[1]
        ]
    return left
