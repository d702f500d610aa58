"""Lines of history in words: who, from where, which row, what it was and became, why, and whether there is a way back.

However many lines a page has, each table of it is asked as often as for one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import ForeignKey, Model, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from harbor_portal.lib.history import linked_fields
from harbor_portal.trail.search import Spot
from harbor_portal.trail.tables import said_fields, tables
from stations.actions.taking_back import WAYS, Change, why_not
from stations.choices import Role
from stations.models import Schedule, Station, Unit, User
from stations.scope import Scope, scope_of

NOTHING = "—"
MOST_LATER = 500
"""Lines looked through for who changed something since."""

Related = dict[Any, dict[Any, Any]]
"""By model and key."""


@dataclass(frozen=True)
class Said:
    """A field, and what it was before and after."""

    label: str
    before: str
    after: str


@dataclass
class Entry:
    """One line as the page shows it."""

    line: Any
    table: str
    """As in addresses."""
    what: str
    title: str
    url: str
    changes: list[Said]
    station: str = ""
    may_take_back: bool = False
    why_not: str = ""
    kind: str = field(init=False)

    def __post_init__(self) -> None:
        self.kind = {"+": _("Added"), "~": _("Changed"), "-": _("Removed")}[self.line.history_type]


@dataclass(frozen=True)
class Loaded:
    """The lines of one table on this page, with the lines before them."""

    model: Any
    lines: dict[int, Any]
    before: dict[int, Any]
    linked: dict[str, dict[int, str]]
    """By field to many and line, what it was linked to."""


def entries(spots: Iterable[Spot], by: User) -> list[Entry]:
    spots = list(spots)
    wanted: dict[str, list[int]] = defaultdict(list)
    for spot in spots:
        wanted[spot.table].append(spot.line)
    loaded = {key: _loaded(tables()[key], ids) for key, ids in wanted.items()}
    related = _related(loaded.values())
    made = {
        (key, pk): _entry(key, each, line, related) for key, each in loaded.items() for pk, line in each.lines.items()
    }
    for each in loaded.values():
        if each.model in WAYS:
            _say_ways_back(each, {pk: made[each.model._meta.label_lower, pk] for pk in each.lines}, by)
    return [made[spot.table, spot.line] for spot in spots if (spot.table, spot.line) in made]


def _loaded(model: Any, ids: list[int]) -> Loaded:
    history, key = model.history.model.objects, model._meta.pk.name
    earlier = history.filter(history_id__lt=OuterRef("history_id"), **{key: OuterRef(key)})
    previous = Subquery(earlier.order_by("-history_id").values("history_id")[:1])
    lines = {
        line.history_id: line
        for line in history.filter(history_id__in=ids).select_related("history_user").annotate(of_before=previous)
    }
    found = history.in_bulk([line.of_before for line in lines.values() if line.of_before])
    before = {pk: found[line.of_before] for pk, line in lines.items() if line.of_before}
    linked = {one.name: _linked(one, model, {*lines, *found}) for one in linked_fields(model)}
    return Loaded(model, lines, before, linked)


def _linked(field: Any, model: Any, lines: set[int]) -> dict[int, str]:
    links = getattr(model.history.model, field.name).model
    name = field.m2m_reverse_field_name()
    names = defaultdict(list)
    for link in links.objects.filter(history__in=lines).select_related(name).order_by("m2m_history_id"):
        names[link.history_id].append(str(getattr(link, name)))
    return {line: ", ".join(sorted(found)) for line, found in names.items()}


def _related(loaded: Iterable[Loaded]) -> Related:
    """The rows to which the lines point, with one question for each table."""
    keys: dict[Any, set[Any]] = defaultdict(set)
    for each in loaded:
        pointers = [one for one in each.model.history.model.tracked_fields if isinstance(one, ForeignKey)]
        for version in (*each.lines.values(), *each.before.values()):
            for pointer in pointers:
                keys[pointer.related_model].add(getattr(version, pointer.attname))
    return {model: model._base_manager.in_bulk(found - {None}) for model, found in keys.items()}


def _entry(key: str, loaded: Loaded, line: Any, related: Related) -> Entry:
    model = loaded.model
    station = related.get(Station, {}).get(getattr(line, "station_id", None))
    return Entry(
        line=line,
        table=key,
        what=str(model._meta.verbose_name),
        title=_title(model, line, related),
        url=_url(model, line, station),
        changes=list(_changes(loaded, line, related)),
        station=str(station) if station else "",
    )


def _title(model: Any, line: Any, related: Related) -> str:
    """What the row called itself then."""
    row = model(**{one.attname: getattr(line, one.attname) for one in line.tracked_fields})
    for pointer in line.tracked_fields:
        if isinstance(pointer, ForeignKey):
            found = related.get(pointer.related_model, {}).get(getattr(line, pointer.attname))
            pointer.set_cached_value(row, found)
    try:
        return str(row)
    except (ObjectDoesNotExist, AttributeError, TypeError):  # it leans on a row that is gone
        return str(model._meta.verbose_name)


def _url(model: Any, line: Any, station: Any) -> str:
    """Of the row's page; of one that is gone or has none, its station's."""
    if line.history_type != "-" and admin.site.is_registered(model):
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[key_of(line)])
    return reverse("admin:stations_station_change", args=[station.pk]) if station else ""


def _changes(loaded: Loaded, line: Any, related: Related) -> Iterator[Said]:
    before = loaded.before.get(line.history_id) if line.history_type == "~" else None
    if line.history_type == "~" and before is None:
        return
    for one in said_fields(loaded.model):
        now = _shown(one, line, related)
        was = _shown(one, before, related) if before else NOTHING
        if line.history_type == "-":
            was, now = now, NOTHING
        if was != now:
            yield Said(_label(one), was, now)
    for one in linked_fields(loaded.model):
        names = loaded.linked[one.name]
        was, now = names.get(before.history_id, NOTHING) if before else NOTHING, names.get(line.history_id, NOTHING)
        if line.history_type == "-":
            was, now = now, NOTHING
        if was != now:
            yield Said(_label(one), was, now)


def _label(one: Any) -> str:
    label = str(one.verbose_name)
    return label[:1].upper() + label[1:]


def _shown(one: Any, version: Any, related: Related) -> str:
    value = getattr(version, one.attname)
    if isinstance(one, ForeignKey):
        found = related.get(one.related_model, {}).get(value)
        return NOTHING if value is None else _called(found) if found else f"#{value}"
    if one.flatchoices:
        return str(dict(one.flatchoices).get(value, value)) or NOTHING
    return _plain(value)


def _called(row: Any) -> str:
    """Two schedules with the same hours differ in what holds on public holidays."""
    return f"{row} · {row.get_calendar_policy_display()}" if isinstance(row, Schedule) else str(row)


def _plain(value: Any) -> str:
    match value:
        case None | "":
            words = NOTHING
        case bool():
            words = _("Yes") if value else _("No")
        case datetime():
            words = date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
        case date():
            words = date_format(value, "SHORT_DATE_FORMAT")
        case float():
            words = f"{value:.6f}".rstrip("0").rstrip(".")
        case _:
            words = str(value)
    return words


def _say_ways_back(loaded: Loaded, made: dict[int, Entry], by: User) -> None:
    """On lines that this person may take back, whether it is safe, and if not who came after."""
    mine = _mine(loaded.lines.values(), scope_of(by))
    rows = loaded.model._base_manager.in_bulk({line.id for line in loaded.lines.values()})
    changes = {
        pk: Change(line, loaded.before.get(pk), rows.get(line.id)) for pk, line in loaded.lines.items() if pk in mine
    }
    open_ways = {pk: change for pk, change in changes.items() if change.can_be_taken_back}
    moved = [change.line for change in open_ways.values() if change.moved_on]
    later = _later(loaded.model, moved) if moved else {}
    for pk, change in open_ways.items():
        after = [line for line in later.get(change.line.id, []) if line.history_id > pk]
        made[pk].why_not = why_not(change, after)
        made[pk].may_take_back = not made[pk].why_not


def _later(model: Any, lines: list[Any]) -> dict[int, list[Any]]:
    after = model.history.filter(
        id__in={line.id for line in lines}, history_id__gt=min(one.history_id for one in lines)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for line in after.select_related("history_user").order_by("history_id")[:MOST_LATER]:
        found[line.id].append(line)
    return found


def _mine(lines: Iterable[Any], scope: Scope) -> set[int]:
    """The lines of stations and units that the person changes."""
    lines = list(lines)
    if scope.everything:
        return {line.history_id for line in lines}
    stations = {_station_of(line) for line in lines} - {None}
    own = Station.objects.in_units(scope.paths_as(Role.OFFICER)).filter(pk__in=stations)
    held = set(own.values_list("pk", flat=True))
    units = Unit.objects.below(scope.paths_as(Role.OFFICER)).filter(
        pk__in={getattr(one, "unit_id", None) for one in lines}
    )
    led = set(units.values_list("pk", flat=True))
    return {one.history_id for one in lines if _station_of(one) in held or getattr(one, "unit_id", None) in led}


def _station_of(line: Any) -> Any:
    return line.id if line.instance_type is Station else getattr(line, "station_id", None)


def key_of(line: Any) -> Any:
    model: type[Model] = line.instance_type
    assert model._meta.pk is not None
    return getattr(line, model._meta.pk.attname)
