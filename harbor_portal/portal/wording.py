"""What the public pages say about a station: whether it is open, how one gets in, what there is."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from harbor_portal.portal.texts import mark_names
from stations.choices import Access, EntryMode, Health, HonourLevel, OpenReason
from stations.hours import OpenState

# As static/js/geo.js has them.
WALK_M_PER_MIN = 75
DETOUR = 1.3
FARTHEST_WALK_M = 5000
STALE = timedelta(days=180)
"""After half a year a checked fact is an old one."""


@dataclass(frozen=True)
class Tag:
    """An amenity as the pages show it; `kind` is "", "limited" or "broken" and is always said in `text` too."""

    text: str
    kind: str = ""


def marks_in_words(marks: Iterable[Mapping[str, str]]) -> list[str]:
    """What makes a station stand out: its theme in its own words, an honour by its level."""
    names, levels = mark_names(), dict(HonourLevel.choices)
    said = ((names.get(one["mark"], ""), levels.get(one["text"], one["text"])) for one in marks)
    return [" · ".join(str(part) for part in parts if part) for parts in said]


def open_sentence(state: OpenState, at: datetime, *, phone: str = "") -> str:
    """One line: open or not, and until when."""
    if state.reason == OpenReason.SUSPENDED:
        return _suspension(state.until)
    if state.state == "open":
        return _open(state, at)
    if state.reason == OpenReason.BEING_CHECKED:
        return _("Reported closed, being checked")
    if state.state == "unknown":
        return _("Hours unknown, better call") if phone else _("Hours unknown")
    is_over_at_midnight = state.reason == OpenReason.KEEPER_CLOSED and state.until == _midnight_after(at)
    if state.until and state.then != "unknown" and not is_over_at_midnight:
        return _("Closed, opens {time}").format(time=moment(state.until, at))
    return _("Closed early today") if state.reason == OpenReason.KEEPER_CLOSED else _("Closed")


def _open(state: OpenState, at: datetime) -> str:
    if state.until:
        return _("Open until {time}").format(time=moment(state.until, at))
    return _("Open now") if state.reason in {OpenReason.KEEPER_OPEN, OpenReason.SEEN} else _("Open 24 hours")


def seen_sentence(live: Mapping[str, datetime | None], at: datetime) -> str:
    """How fresh the answer is: when the keeper opened, who was there last, who found it closed."""
    opened, closed = live.get("opened_at"), live.get("closed_at")
    sentences = []
    if opened:
        sentences.append(_("Opened today at {time}").format(time=f"{timezone.localtime(opened):%H:%M}"))
    if closed:
        sentences.append(_("closed at {time}").format(time=f"{timezone.localtime(closed):%H:%M}"))
        return " · ".join(sentences)
    seen, reported = live.get("seen_at"), live.get("reported_closed_at")
    last = max((moment_ for moment_ in (seen, opened) if moment_), default=None)
    if reported and (last is None or reported > last):
        sentences.append(_("found closed at {time}").format(time=f"{timezone.localtime(reported):%H:%M}"))
    elif last and 0 <= (minutes := int((at - last).total_seconds()) // 60) < 60:
        sentences.append(_("Confirmed open {minutes} min ago").format(minutes=minutes))
    elif last and last != opened and 60 <= minutes < 180:
        sentences.append(_("Confirmed open at {time}").format(time=f"{timezone.localtime(last):%H:%M}"))
    return " · ".join(sentences)


def _suspension(until: datetime | None) -> str:
    """`until` is the midnight that ends the last day."""
    if until is None:
        return _("Suspended until further notice")
    last_day = timezone.localdate(until - timedelta(minutes=1))
    return _("Suspended until {date}").format(date=day(last_day))


def moment(then: datetime, at: datetime) -> str:
    """The time, with "tomorrow", the weekday, or the date when it is more than six days off."""
    local = timezone.localtime(then)
    time = f"{local:%H:%M}"
    days = (local.date() - timezone.localdate(at)).days
    if days <= 0:
        return time
    if days == 1:
        return _("tomorrow {time}").format(time=time)
    return f"{formats.date_format(local, 'D') if days < 7 else day(local.date())} {time}"


def day(date_: date) -> str:
    """With the year, always: a sign that was true once should not mislead for ever."""
    return formats.date_format(date_, "DATE_FORMAT")


def checked_by_staff(moment_: datetime | None, at: datetime) -> str:
    """When somebody of the staff last went through the facts; the older, the less it is worth."""
    if moment_ is None:
        return _("Staff have not checked these facts yet.")
    date_ = day(timezone.localdate(moment_))
    if at - moment_ > STALE:
        return _("Checked by staff on {date}; that is a while ago, so things may have changed.").format(date=date_)
    return _("Checked by staff on {date}").format(date=date_)


def entry_advice(mode: str) -> str:
    """What to do at the door."""
    return {
        EntryMode.WALK_IN: _("Just walk in. You need not ask or register."),
        EntryMode.ASK_STAFF: _("Tell the staff at the door that you would like to rest. It is free."),
        EntryMode.SCAN: _("Scan the QR code on the door with your phone; then it opens."),
        EntryMode.CODE: _("The door opens with a code. Call the station or ask the host for it."),
        EntryMode.FACE: _("The door opens by face recognition. Register once with the host."),
    }.get(EntryMode(mode), "")


def fresh_sentence(live: Any, verified_at: str | None, at: datetime) -> str:
    """How fresh the facts are: today's confirmation, or else the day on which somebody checked them."""
    moments = {name: getattr(live, name) for name in ("opened_at", "closed_at", "seen_at", "reported_closed_at")}
    today = timezone.localdate(at)
    known = {name: moment for name, moment in moments.items() if moment and timezone.localdate(moment) == today}
    if seen := seen_sentence(known, at):
        return seen
    if verified_at:
        return _("Checked {date}").format(date=day(timezone.localdate(datetime.fromisoformat(verified_at))))
    return _("Not checked yet")


def distance(metres: float) -> str:
    if metres < 995:
        return _("{n} m").format(n=max(10, round(metres / 10) * 10))
    return _("{n} km").format(n=formats.localize(round(metres / 1000, 1) if metres < 10_000 else round(metres / 1000)))


def way(metres: float) -> str:
    """The distance, with minutes on foot where somebody would walk."""
    if metres > FARTHEST_WALK_M:
        return distance(metres)
    minutes = max(1, round(metres * DETOUR / WALK_M_PER_MIN))
    return f"{distance(metres)} · {_('about {n} min on foot').format(n=minutes)}"


def amenity_tags(
    amenities: Iterable[Mapping[str, Any]], names: Mapping[str, str], asked: Collection[str] = ()
) -> list[Tag]:
    """What is there, in the order of `names`: never what is absent, since a tag of it would be read as a yes.

    What was asked for stands first, and says so where nobody knows of it.
    """
    known = {item["code"]: item for item in amenities if item["code"] in names}
    first = [_tag(known[code], names[code]) if code in known else _unheard_of(names[code]) for code in asked]
    there = [code for code, item in known.items() if item["access"] != Access.NONE and code not in asked]
    order = list(names)
    return first + [_tag(known[code], names[code]) for code in sorted(there, key=order.index)]


def _unheard_of(name: str) -> Tag:
    return Tag(_("{name}: nobody knows").format(name=name), "limited")


def _tag(item: Mapping[str, Any], name: str) -> Tag:
    if item["health"] == Health.OUT_OF_ORDER:
        return Tag(_("{name} (out of order)").format(name=name), "broken")
    match item["access"]:
        case Access.ASK_STAFF:
            return Tag(_("{name} (ask the staff)").format(name=name), "limited")
        case Access.NONE:
            return Tag(_("{name} (not here)").format(name=name), "broken")
        case Access.NEARBY:
            return Tag(_("{name} (nearby)").format(name=name), "limited")
        case _:
            return Tag(name)


def _midnight_after(at: datetime) -> datetime:
    local = timezone.localtime(at)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
